package report_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/region"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/report/reporttest"
)

// TestTheDataPackageIsReadByItsOwnDescription reads the package as a stranger would: by what
// datapackage.json says, with the rules of the Data Package and Table Schema specifications.
func TestTheDataPackageIsReadByItsOwnDescription(t *testing.T) {
	w := world{reporttest.New(t, func(s *report.Sources) {
		s.Uptake = func(context.Context) (*report.Uptake, error) { return askedBefore, nil }
	})}
	e := w.made()
	first, err := w.Reports.DataPackage(t.Context(), e)
	w.Must(err)
	if again, err := w.Reports.DataPackage(t.Context(), e); err != nil || !bytes.Equal(first, again) {
		t.Errorf("the same edition gave another package: %v", err)
	}
	files := w.unzipped(first)
	var d struct {
		Profile, Name string
		Licenses      []struct{ Name, Path string }
		Resources     []struct {
			Name, Path, Profile, Hash string
			Bytes                     int
			Schema                    *struct {
				MissingValues []string
				Fields        []struct {
					Name, Type  string
					Constraints map[string]any
				}
			}
		}
	}
	w.Must(json.Unmarshal(files[report.PackageFile], &d))
	name := regexp.MustCompile(`^[a-z0-9._-]+$`)
	if d.Profile != "data-package" || !name.MatchString(d.Name) || len(d.Resources) != len(files)-2 {
		t.Errorf("described: %s, %s, %d of %d files", d.Profile, d.Name, len(d.Resources), len(files)-2)
	}
	if len(d.Licenses) != 1 || d.Licenses[0].Name != "CC0-1.0" || !strings.HasPrefix(d.Licenses[0].Path, "https://creativecommons.org/") {
		t.Errorf("the data are licensed under %+v", d.Licenses)
	}
	tables := 0
	for _, r := range d.Resources {
		body := files[r.Path]
		if !name.MatchString(r.Name) || len(body) != r.Bytes || r.Hash != "sha256:"+report.Hash(body) {
			t.Errorf("%s is not what is described", r.Path)
		}
		if r.Schema == nil {
			continue
		}
		tables++
		rows, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
		w.Must(err)
		for i, f := range r.Schema.Fields {
			if rows[0][i] != f.Name {
				t.Fatalf("%s: column %d is %s, described as %s", r.Path, i, rows[0][i], f.Name)
			}
			for n, row := range rows[1:] {
				missing := slices.Contains(r.Schema.MissingValues, row[i])
				if f.Constraints["required"] == true && missing || !missing && !fits(f.Type, row[i]) {
					t.Fatalf("%s, line %d: %q is no %s %s", r.Path, n+2, row[i], f.Type, f.Name)
				}
			}
		}
		if r.Path == report.FollowUpFile {
			if got := fmt.Sprint(rows[1:]); got != answeredRows || bytes.Contains(body, []byte("grannkommunen")) {
				t.Errorf("the answers of the follow-up are %s\nwant %s", got, answeredRows)
			}
		} else if len(rows) < 50 {
			t.Errorf("%s has %d lines", r.Path, len(rows))
		}
	}
	if tables != 3 {
		t.Errorf("%d tables are described", tables)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(files[report.ChecksumsFile])), "\n") {
		sum, path, _ := strings.Cut(line, "  ")
		if report.Hash(files[path]) != sum {
			t.Errorf("%s has another checksum", path)
		}
	}
	everyCodeIsExplained(t, files)
}

// askedBefore is a follow-up in which one body adapts, one is silent, and one was asked about another recommendation.
var askedBefore = &report.Uptake{Edition: "regional-1-sv", Number: 1, Made: "2025-11-01", Asked: "2026-01-10", Deadline: "2026-03-01",
	Advice: []report.TakenUp{{Number: "5.1", Title: i18n.Text{Sv: "En översikt", En: "One overview"}}, {Number: "6.1", Title: i18n.Text{Sv: "Mallar", En: "Templates"}}},
	Bodies: []report.AskedBody{
		{Organisation: "Kommunstyrelsen i Mora", Municipality: 2062, Numbers: []string{"5.1"},
			Answers: []report.BodyAnswer{{Number: "5.1", Answer: "adapt", Reason: "Med grannkommunen.", Due: "2027-01-31", At: "2026-02-03"}}},
		{Organisation: "Kommunstyrelsen i Älvdalen", Municipality: 2039, Numbers: []string{"5.1"}},
		{Organisation: "Regionen", Municipality: region.County, Numbers: []string{"6.1"}, Answers: []report.BodyAnswer{{Number: "6.1", Answer: "decline", Reason: "Nej.", At: "2026-02-04"}}},
	}}

const answeredRows = "[[regional-1-sv 5.1 En översikt One overview 2062 Mora Kommunstyrelsen i Mora adapt 2027-01-31 2026-02-03] " +
	"[regional-1-sv 5.1 En översikt One overview 2039 Älvdalen Kommunstyrelsen i Älvdalen   ] " +
	"[regional-1-sv 6.1 Mallar Templates 20 Dalarna Regionen decline  2026-02-04]]"

// everyCodeIsExplained looks each question and code of the data up in the codebook.
func everyCodeIsExplained(t *testing.T, files map[string][]byte) {
	t.Helper()
	codes, err := csv.NewReader(bytes.NewReader(files[report.CodebookFile])).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, r := range codes[1:] {
		known[r[0]+r[2]], known[r[0]+r[2]+"="+r[8]] = true, true
	}
	data, err := csv.NewReader(bytes.NewReader(files[report.DataFile])).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range data[1:] {
		key := r[0] + r[2]
		if strings.Contains("answer first ranked score", r[4]) && r[4] != "" && r[5] != "" {
			if n, err := strconv.Atoi(r[5]); err == nil && !known[key+"="+r[5]] && n >= 0 && known[key+"="] == false {
				t.Errorf("code %s of %s is not in the codebook", r[5], r[2])
			}
		}
		whole, _, _ := strings.Cut(r[2], ".")
		if !known[key] && !slices.ContainsFunc(codes, func(c []string) bool { return strings.HasPrefix(c[2], whole+".") }) {
			t.Errorf("question %s is not in the codebook", r[2])
		}
	}
}

func fits(kind, value string) bool {
	var err error
	switch kind {
	case "integer":
		_, err = strconv.Atoi(value)
	case "number":
		_, err = strconv.ParseFloat(value, 64)
	case "date":
		_, err = time.Parse(time.DateOnly, value)
	case "boolean":
		_, err = strconv.ParseBool(value)
	}
	return err == nil
}

package report_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"upphandlingsdialog/internal/report"
)

// What a text says in numbers, and in tables of figures by question.
var (
	percentOf  = regexp.MustCompile(`(\d+(?:[,.]\d)?)\x{a0}?[ \x{a0}]?(?:%|procent|percent) \((\d+)`)
	countOf    = regexp.MustCompile(`(\d+) (?:av|of) (\d+)`)
	middleOf   = regexp.MustCompile(`<td[^>]*>(\d+(?:,\d+)?) \((\d+)\)</td>`) // the median or mean of so many
	tableRow   = regexp.MustCompile(`(?s)<tr[^>]*><th scope="row">(?:<strong>(.*?)</strong>)?(.*?)</tr>`)
	surveyHead = regexp.MustCompile(`<table id="tab-(s\d)"[^>]*>`)
	figureOf   = regexp.MustCompile(`(?s)<figure[^>]*data-question="(s\d)\.([a-z0-9_]+)".*?</figure>`)
	valueOf    = regexp.MustCompile(`data-value="([\d.]+)" data-unit="percent"`)
	folio      = regexp.MustCompile(`(?:Sida|Page) \d+ (?:av|of) \d+`)
	tag        = regexp.MustCompile(`<[^>]*>`)
)

// page says what a web page tells that the figures of its own question do not.
func (d *desk) page(body string) (said int, more []string) {
	check := func(survey, question, text, token string, fits func(number) bool) {
		said++
		d.read[d.types[survey+" "+question]]++
		if !slices.ContainsFunc(d.shown[survey+" "+question], fits) {
			more = append(more, fmt.Sprintf("%s %s: %s", survey, question, token))
		}
	}
	for _, m := range figureOf.FindAllStringSubmatch(body, -1) {
		for _, v := range valueOf.FindAllStringSubmatch(m[0], -1) {
			check(m[1], m[2], m[0], v[0], func(n number) bool { return rounded(n.value*100, v[1]) })
		}
	}
	heads := surveyHead.FindAllStringSubmatchIndex(body, -1)
	for _, h := range heads {
		table, _, _ := strings.Cut(body[h[0]:], "</table>")
		question := ""
		for _, row := range tableRow.FindAllStringSubmatch(table, -1) {
			if row[1] != "" { // the rows below it are of the same question
				question = report.QuestionOf(row[1])
			}
			text := tag.ReplaceAllString(row[2], " ")
			for _, v := range percentOf.FindAllStringSubmatch(text, -1) {
				check(body[h[2]:h[3]], question, text, v[0], func(n number) bool { return fmt.Sprint(n.base) == v[2] && rounded(n.value*100, v[1]) })
			}
			for _, v := range middleOf.FindAllStringSubmatch(row[2], -1) {
				check(body[h[2]:h[3]], question, text, v[0], func(n number) bool {
					return (n.measure == "median" || n.measure == "mean") && fmt.Sprint(n.base) == v[2] && rounded(n.value, v[1])
				})
			}
			for _, v := range countOf.FindAllStringSubmatch(text, -1) {
				check(body[h[2]:h[3]], question, text, v[0], func(n number) bool { return fmt.Sprint(n.count) == v[1] && fmt.Sprint(n.base) == v[2] })
			}
		}
	}
	return said, more
}

func rounded(value float64, printed string) bool {
	printed = strings.ReplaceAll(printed, ",", ".")
	_, part, _ := strings.Cut(printed, ".")
	return strconv.FormatFloat(value, 'f', len(part), 64) == printed || strconv.FormatFloat(value+1e-9, 'f', len(part), 64) == printed
}

// numbers are the shares and counts that a text holds.
func numbers(text string) map[string]bool {
	out := map[string]bool{}
	text = folio.ReplaceAllString(text, "")
	text = strings.NewReplacer("\u00a0", " ", "&nbsp;", " ", "\u202f", " ").Replace(text)
	for _, m := range percentOf.FindAllStringSubmatch(text, -1) {
		out[m[1]+" % of "+m[2]] = true
	}
	for _, m := range countOf.FindAllStringSubmatch(text, -1) {
		out[m[1]+" of "+m[2]] = true
	}
	return out
}

// carried takes the files out of a PDF, and its text.
func carried(t testing.TB, pdf []byte) (files map[string][]byte, text string) {
	t.Helper()
	for _, tool := range []string{"pdfdetach", "pdftotext"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(tool + " is not installed")
		}
	}
	dir := t.TempDir()
	name := filepath.Join(dir, "edition.pdf")
	if err := os.WriteFile(name, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "pdftotext", name, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	if msg, err := exec.CommandContext(t.Context(), "pdfdetach", "-saveall", "-o", dir, name).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, msg)
	}
	files = map[string][]byte{}
	for _, f := range []string{report.DataFile, report.EditionFile, report.MethodFile} {
		if files[f], err = os.ReadFile(filepath.Join(dir, f)); err != nil {
			t.Fatal(err)
		}
	}
	return files, string(out)
}

func unzip(t testing.TB, b []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		_ = r.Close()
	}
	return out
}

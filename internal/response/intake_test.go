package response_test

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/response/export"
	"upphandlingsdialog/internal/response/responsetest"
	"upphandlingsdialog/internal/testkit"
	"upphandlingsdialog/surveys"
)

const sheets = "ref;group;submitted;q5_01;q5_04;q5_05.a;q5_05.b;q5_09.1;q5_09.6;q5_10.rank1;q5_10.rank2\n" +
	"blad 1;procurer;2019-03-01;4;2;97;;1;1;3;5\n" +
	"blad 2;business;;3;Vet ej;;;;;Tidsbrist;\n"

func TestAnswersOnPaperCountOnceHoweverOftenTheyAreRead(t *testing.T) {
	w := responsetest.New(t, "s5")
	for i, want := range []struct{ added, same, stored int }{{2, 0, 0}, {2, 0, 2}, {0, 2, 2}} {
		in, err := w.Responses.Import(t.Context(), "s5", 0, response.Paper, strings.NewReader(sheets), i == 0)
		w.Must(err)
		if len(in.Faults) > 0 || in.Added != want.added || in.Same != want.same {
			t.Errorf("reading %d: %+v", i, in)
		}
		var got []questionnaire.Answers
		w.Must(w.Responses.Load(t.Context(), response.Filter{SurveyID: "s5"}, func(r response.Row) error {
			if r.Group == "procurer" {
				got = append(got, r.Answers)
			} else {
				got = append(got, nil)
			}
			return nil
		}))
		if len(got) != want.stored {
			t.Errorf("reading %d: %d responses, want %d", i, len(got), want.stored)
		}
		for _, a := range got {
			if a == nil {
				continue
			}
			want := questionnaire.Answers{"q5_01": code(4), "q5_04": number(2), "q5_05": {Rows: map[string]int{"a": 97}},
				"q5_09": {Codes: []int{1, 6}}, "q5_10": {Codes: []int{3, 5}}}
			if diff := cmp.Diff(want, a); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}
	}
}

func TestEveryFaultInAFileIsNamedAndNothingIsStored(t *testing.T) {
	w := responsetest.New(t, "s5")
	ok, err := w.Responses.Import(t.Context(), "s5", 0, response.Paper, strings.NewReader("ref,group,q5_01\n1,business,3\n"), false)
	w.Must(err)
	if ok.Added != 1 {
		t.Fatalf("%+v", ok)
	}
	before := w.Dump()
	for _, c := range []struct {
		file   string
		line   int
		column string
	}{
		{"", 1, ""},
		{"\"", 1, ""},
		{"ref,group\n", 1, ""},
		{"group,q5_01\nbusiness,3\n", 1, "ref"},
		{"ref,group,q5_77\n7,business,3\n", 1, "q5_77"},
		{"ref,group,q5_01,q5_01\n7,business,3,3\n", 1, "q5_01"},
		{"ref,group,q5_01\n7,business,3\n8,business,9\n", 3, "q5_01"},
		{"ref,group,q5_01\n7,business,often\n", 2, "q5_01"},
		{"ref,group,q5_01\n7,business,2.5\n", 2, "q5_01"},
		{"ref,group,q5_04\n7,business,501\n", 2, "q5_04"},
		{"ref,group,q5_02\n7,business,1\n", 2, "q5_02"},     // not asked of firms
		{"ref,group,q5_03\n7,procurer,1\n", 2, "q5_03"},     // hidden
		{"ref,group,q5_09.1\n7,procurer,2\n", 2, "q5_09.1"}, // 0 or 1
		{"ref,group,q5_10.rank2\n7,business,1\n", 2, "q5_10.rank2"},
		{"ref,group,q5_01\n7,firms,3\n", 2, "group"},
		{"ref,group,q5_01\n,business,3\n", 2, "ref"},
		{"ref,group,q5_01\n7,business,3\n7,business,3\n", 3, "ref"},
		{"ref,group,q5_01\n1,business,4\n", 2, "ref"}, // read before, with another answer
		{"ref,group,language\n7,business,fi\n", 2, "language"},
		{"ref,group,submitted\n7,business,2031-01-01\n", 2, "submitted"},
		{"ref,group,q5_01\n7,business\n", 2, ""},
		{"ref,group,q5_01\n7,business,\xff\n", 2, "q5_01"},
	} {
		in, err := w.Responses.Import(t.Context(), "s5", 0, response.Paper, strings.NewReader(c.file), false)
		w.Must(err)
		if len(in.Faults) == 0 || in.Faults[0].Line != c.line || in.Faults[0].Column != c.column {
			t.Errorf("%q: %+v, want line %d column %q", c.file, in.Faults, c.line, c.column)
			continue
		}
		if text := in.Faults[0].Text("en"); strings.ContainsAny(text, "[{") {
			t.Errorf("%q: %s", c.file, text)
		}
	}
	if diff := cmp.Diff(before, w.Dump()); diff != "" {
		t.Errorf("something was stored:\n%s", diff)
	}
}

// What is exported here can be read in elsewhere, and is then the same.
func TestAnExportCanBeReadBack(t *testing.T) {
	w := responsetest.New(t, "s5")
	answers := questionnaire.Answers{"q5_01": code(3), "q5_04": number(98), "q5_05": {Rows: map[string]int{"a": 5, "c": 97}}, "q5_10": code(98)}
	submitted(t, w, responsetest.Business, answers)
	var b bytes.Buffer
	_, err := w.Responses.Export(t.Context(), "s5", 0, export.FormatCSV, export.Options{BOM: true}, true, &b)
	w.Must(err)
	file := strings.Replace(b.String(), "row,", "ref,", 1)
	entries, faults, err := export.Read(strings.NewReader(file), w.Definition, export.Row{Submitted: w.Clock.Now()})
	w.Must(err)
	if len(faults) > 0 || len(entries) != 1 {
		t.Fatalf("%d entries, %+v", len(entries), faults)
	}
	if diff := cmp.Diff(answers, entries[0].Answers); diff != "" {
		t.Errorf("(-exported +read):\n%s", diff)
	}
}

// A file that is small and holds much is refused before it fills the memory. docs/limits.md states it.
func TestAFileWithTooManyAnswersIsRefusedWithinTheStatedMemory(t *testing.T) {
	defs, _, err := questionnaire.Load(surveys.Files, "s5.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const narrow, wide = "ref,group,q5_01\n", "ref,group,q5_01,q5_04,q5_06,q5_11,q5_12,q5_10.rank1,q5_10.rank2,q5_10.rank3\n"
	unique := func(head, row string, n int) string {
		var b strings.Builder
		b.WriteString(head)
		for i := range n {
			b.WriteString(strconv.Itoa(i) + row)
		}
		return b.String()
	}
	for name, c := range map[string]struct {
		file string
		key  string
	}{
		"rows":  {unique(narrow, ",business,3\n", export.MaxRows+1), "export.read_much"},
		"cells": {unique(wide, ",business,3,4,3,2,1,1,2,3\n", export.MaxRows), ""},
	} {
		var faults []export.Fault
		took := testkit.Peak(func() { _, faults, err = export.Read(strings.NewReader(c.file), defs[0], export.Row{Language: "sv"}) })
		if err != nil || (c.key == "") != (len(faults) == 0) || (c.key != "" && faults[len(faults)-1].Key != c.key) {
			t.Errorf("%s: %v %v", name, faults, err)
		}
		if t.Logf("%s: %d MB", name, took>>20); took > 300<<20 {
			t.Errorf("%s: %d MB", name, took>>20)
		}
	}
}

func FuzzReadNeverFailsBadly(f *testing.F) {
	f.Add(sheets)
	f.Add("ref,group,q5_09.6\nx,procurer,1\n")
	f.Fuzz(func(t *testing.T, file string) {
		defs, _, err := questionnaire.Load(surveys.Files, "s5.yaml")
		if err != nil {
			t.Fatal(err)
		}
		entries, faults, err := export.Read(strings.NewReader(file), defs[0], export.Row{Language: "sv"})
		if err != nil || len(entries) == 0 && len(faults) == 0 {
			t.Errorf("%d entries, %d faults, %v", len(entries), len(faults), err)
		}
	})
}

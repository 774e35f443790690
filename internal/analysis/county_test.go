package analysis

import (
	"fmt"
	"testing"

	"upphandlingsdialog/internal/questionnaire"
)

// placed asks everybody where they are, and puts thirty of each group in each of two municipalities.
func placed(t *testing.T) *Dataset {
	t.Helper()
	def := everyType()
	qs := def.Sections[0].Questions
	for i := range qs {
		if qs[i].ID == "where" {
			qs[i].ID = municipalityQuestion
		}
	}
	d := NewDataset(def)
	for _, g := range everybody {
		for i := range 60 {
			n := float64(i % 9)
			a := questionnaire.Answers{"yesno": code(1 + i%2), municipalityQuestion: code([]int{2080, 2021}[i/30]), "numeric": {Number: &n}}
			if g == groupBusiness {
				a["bg_size"] = code(1 + i%4)
			}
			if err := d.Put(Record{ID: fmt.Sprint(g, i), Group: g, Answers: a}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return d
}

func TestProcurersAndDevelopersAndExactNumbersStayWithTheCounty(t *testing.T) {
	d := placed(t)
	in := []Where{{Question: municipalityQuestion, Codes: []int{2080}}}
	for _, c := range []struct {
		question string
		f        Filter
		want     Absence
	}{
		{"yesno", Filter{Group: "procurer"}, ""},
		{"yesno", Filter{Group: "procurer", Where: in}, BelowCounty},
		{"yesno", Filter{Group: "developer", Where: in}, BelowCounty},
		{"yesno", Filter{Group: "business", Where: in}, ""},
		{"yesno", Filter{Group: "politician", Where: in}, ""},
		{"yesno", Filter{Where: in}, BelowCounty}, // procurers and developers are among all
		{"bg_size", Filter{Where: in}, ""},        // only firms were asked
		{"numeric", Filter{Group: "business", Where: in}, BelowCounty},
		{"numeric", Filter{Group: "business"}, ""},
		{"text", Filter{Group: "business", Where: in}, BelowCounty},
		{municipalityQuestion, Filter{Group: "procurer"}, BelowCounty},
		{municipalityQuestion, Filter{}, BelowCounty},
		{municipalityQuestion, Filter{Group: "business"}, ""},
		{"matrix", Filter{Group: "procurer", Where: in}, BelowCounty},
	} {
		f, err := Count(d, c.question, c.f, Options{})
		if err != nil || f.Absent != c.want || c.want != "" && f.Numbers != nil {
			t.Errorf("%s of %s: %q, want %q (%v)", c.question, c.f, f.Absent, c.want, err)
		}
		for _, part := range f.Parts {
			if part.Absent != c.want {
				t.Errorf("row %s: %q", part.Question, part.Absent)
			}
		}
	}
	split, err := d.SplitBy(municipalityQuestion)
	if err != nil {
		t.Fatal(err)
	}
	table, err := Cross(d, "yesno", split, Filter{Group: "procurer"}, Options{})
	if err != nil || table.Compared.Absent != BelowCounty || table.Compared.Overall != nil {
		t.Errorf("procurers are compared between municipalities: %+v, %v", table.Compared, err)
	}
	s, err := d.Select(Filter{Group: "developer", Where: in})
	if err != nil {
		t.Fatal(err)
	}
	if x, err := CountIndex(d, Index{Items: []string{"likert"}}, s, Options{}); err != nil || x.Absent != BelowCounty {
		t.Errorf("index of developers in a municipality: %+v, %v", x, err)
	}
}

package team

import (
	"fmt"
	"testing"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/exhibit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/surveys"
)

func TestAPictureIsTheOneThatWasAskedForWhateverElseMayNotLeave(t *testing.T) {
	defs, _, err := questionnaire.Load(surveys.Files, "s5.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d := analysis.NewDataset(defs[0])
	for _, g := range []string{"procurer", "business"} {
		for i := range 40 {
			code := 1 + i%2
			if err := d.Put(analysis.Record{ID: fmt.Sprint(g, i), Group: g, Answers: questionnaire.Answers{"q5_12": {Code: &code}}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	e, err := exhibit.Compute(exhibit.Source{Data: d}, exhibit.View{Question: "q5_12", By: analysis.SplitByGroup})
	if err != nil {
		t.Fatal(err)
	}
	wanted, ok := wantedOf(i18n.Sv, e, "figure-2.svg")
	page, drawn := plateOf(i18n.Sv, e, wanted)
	if !ok || !drawn {
		t.Fatal("the page has one figure for both groups")
	}
	shown := []*analysis.Frequency{}
	for i := range e.Blocks[0].Table.Parts {
		if p := &e.Blocks[0].Table.Parts[i]; p.Result.Numbers != nil {
			shown = append(shown, &p.Result)
		}
	}
	shown[0].Numbers = nil
	if plate, ok := plateOf(i18n.Sv, e, wanted); !ok || plate.Question != page.Question {
		t.Errorf("%q was asked for, %q was drawn", page.Question, plate.Question)
	}
	shown[1].Numbers = nil
	if plate, ok := plateOf(i18n.Sv, e, wanted); ok {
		t.Errorf("%q is drawn, of which nothing may leave", plate.Question)
	}
	if err := wanted.leaves(i18n.Sv, e); !fault.Is(err, fault.Conflict) {
		t.Errorf("a figure of which nothing may leave: %v", err)
	}
	if table, _ := wantedOf(i18n.Sv, e, "table.csv"); table.leaves(i18n.Sv, e) != nil {
		t.Error("a table says what is withheld, and leaves")
	}
}

package exhibit

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

func readSheet(t *testing.T, s Sheet) [][]string {
	t.Helper()
	var b bytes.Buffer
	if err := s.CSV(&b); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestASheetHoldsOnlyWhatIsReleased(t *testing.T) {
	def := s5(t)
	d := crowd(t, def, 9) // nine of each group: many cells are small
	for _, q := range def.Questions() {
		e := computed(t, d, View{Question: q.ID, By: analysis.SplitByGroup})
		lines := readSheet(t, e.SheetOf(i18n.Sv, 1, 1))
		at := func(name string) int { return slices.Index(lines[0], name) }
		for _, l := range lines[1:] {
			count, _ := strconv.Atoi(l[at("count")])
			if share := l[at("measure")]; count > 0 && count < analysis.DefaultCellLimit && share != "base" {
				t.Errorf("%s lets %v out", q.ID, l)
			}
			if l[at("withheld")] == "1" && l[at("count")]+l[at("value")]+l[at("lower")]+l[at("base")] != "" {
				t.Errorf("%s: a withheld number is there: %v", q.ID, l)
			}
		}
	}
}

func TestTextsOfASheetAreNoFormulas(t *testing.T) {
	def := s5(t)
	d := analysis.NewDataset(def)
	q, _ := def.Question("q5_11")
	q.Options = slices.Clone(q.Options)
	q.Options[0].Text = i18n.Text{Sv: `=HYPERLINK("http://x","y")`, En: "＝1+1"}
	for i := range 30 {
		code := 1 + i%2
		if err := d.Put(analysis.Record{ID: fmt.Sprint(i), Group: "business", Answers: questionnaire.Answers{"q5_11": {Code: &code}}}); err != nil {
			t.Fatal(err)
		}
	}
	e := computed(t, d, View{Question: "q5_11", By: Whole})
	for _, lang := range i18n.Langs {
		var book bytes.Buffer
		s := e.SheetOf(lang, 1, 1)
		if err := s.XLSX(&book); err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(&book)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := f.GetRows("Sheet1")
		if err != nil || len(rows) != len(s.Lines)+1 {
			t.Fatal(len(rows), err)
		}
		for _, l := range append(rows, readSheet(t, s)...) {
			for _, cell := range l {
				if cell != "" && strings.ContainsAny(cell[:1], "=+@") || strings.HasPrefix(cell, "＝") {
					t.Errorf("%q may run", cell)
				}
			}
		}
	}
}

func TestEveryNumberThatCanBeCitedIsShown(t *testing.T) {
	def := s5(t)
	d := crowd(t, def, 60)
	seen := 0
	for _, q := range def.Questions() {
		e := computed(t, d, View{Question: q.ID, By: analysis.SplitByGroup})
		for _, b := range e.Blocks {
			for _, n := range e.Numbers(i18n.Sv, b) {
				seen++
				shown := false
				for _, p := range b.Table.Parts {
					_, err := p.Result.Estimate(n.Measure, n.Codes)
					shown = shown || err == nil && p.Result.Filter.String() == n.Filter.String()
				}
				if !shown {
					t.Errorf("%s stands on no released table", n.ID)
				}
				if again, ok := e.NumberByID(i18n.Sv, n.ID); !ok || again.Text != n.Text {
					t.Errorf("%s is not found again", n.ID)
				}
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d numbers", seen)
	}
}

package exhibit

import (
	"fmt"
	"strings"
	"testing"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// sized lets firms of size classes answer the steps of q5_11 so many times each.
func sized(t *testing.T, answers map[int][5]int) *analysis.Dataset {
	t.Helper()
	d := analysis.NewDataset(s5(t))
	for size, steps := range answers {
		for step, n := range steps {
			for i := range n {
				code, size := step+1, size
				if err := d.Put(analysis.Record{ID: fmt.Sprint(size, step, i), Group: "business",
					Answers: questionnaire.Answers{"q5_11": {Code: &code}, "bg_size": {Code: &size}}}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	return d
}

func TestATitleSpeaksOfWhatIsShownAndNeverMixesCountsWithPercentages(t *testing.T) {
	for name, c := range map[string]struct {
		answers map[int][5]int
		want    string
		never   []string
	}{
		"one of two parts is large":  {map[int][5]int{1: {10, 10, 10, 10, 10}, 2: {0, 0, 0, 0, 8}}, "företag (", []string{" av 8", "För få"}},
		"nobody gave the key answer": {map[int][5]int{1: {40, 0, 0, 0, 0}, 2: {40, 0, 0, 0, 0}}, "100 procent", []string{"0 av ", " 0 procent", "”0"}},
		"nobody at all":              {nil, "För få svar", nil},
	} {
		e, err := Compute(Source{Data: sized(t, c.answers)}, View{Question: "q5_11", By: "bg_size", Group: "business"})
		if err != nil {
			t.Fatal(err)
		}
		title := e.Finding(i18n.Sv, e.Blocks[0])
		if !strings.Contains(title, c.want) {
			t.Errorf("%s: %q", name, title)
		}
		for _, never := range c.never {
			if strings.Contains(title, never) {
				t.Errorf("%s: %q", name, title)
			}
		}
	}
}

func TestAViewBelowTheCountyIsTitledWithItsQuestion(t *testing.T) {
	e, err := Compute(Source{Data: crowd(t, s5(t), 40)}, View{Question: "q5_11", By: analysis.SplitByMunicipalityGroup, Group: "procurer"})
	if err != nil {
		t.Fatal(err)
	}
	if title := e.Finding(i18n.Sv, e.Blocks[0]); title != e.Question.ForGroup("procurer").Text.Sv {
		t.Errorf("%q", title)
	}
}

package exhibit

import (
	"fmt"
	"strings"
	"testing"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

func TestAThemeShowsHowTheGroupsStandToEachOther(t *testing.T) {
	def := s5(t)
	for want, codes := range map[analysis.ConsensusClass][2][]int{
		analysis.CommonGround:    {{4, 5, 4, 5, 5, 3}, {5, 4, 4, 5, 4, 5}},
		analysis.JointlyRejected: {{1, 2, 1, 2, 1, 2}, {2, 1, 2, 1, 2, 2}},
		analysis.DividedBetween:  {{4, 5, 4, 5, 5, 4}, {2, 1, 2, 1, 2, 1}},
	} {
		d := analysis.NewDataset(def)
		for g, group := range []string{"procurer", "business"} {
			for i := range 120 {
				code := codes[g][i%6]
				if err := d.Put(analysis.Record{ID: fmt.Sprint(group, i), Group: group,
					Answers: questionnaire.Answers{"q5_11": {Code: &code}}}); err != nil {
					t.Fatal(err)
				}
			}
		}
		list, err := OfTheme(i18n.Sv, Source{Data: d}, "X01")
		if err != nil {
			t.Fatal(err)
		}
		seen := false
		for _, r := range list {
			if r.View.Question != "q5_11" {
				continue
			}
			seen = true
			if r.Class != want || r.Base != 120 || !strings.Contains(r.Apart, "procent") {
				t.Errorf("%s: %+v", want, r)
			}
		}
		if !seen {
			t.Errorf("%s: the theme's question is missing", want)
		}
	}
}

func TestAClassOfAgreementNamesTheGroupsThatItLeavesOut(t *testing.T) {
	d := analysis.NewDataset(s5(t))
	for group, n := range map[string]int{"procurer": 120, "business": 120, "politician": 3} {
		for i := range n {
			code := 4 + i%2
			if err := d.Put(analysis.Record{ID: fmt.Sprint(group, i), Group: group, Answers: questionnaire.Answers{"q5_11": {Code: &code}}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	list, err := OfTheme(i18n.Sv, Source{Data: d}, "X01")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range list {
		if r.View.Question == "q5_11" && (r.Class != analysis.CommonGround || !strings.Contains(r.Apart, "gäller inte") || !strings.Contains(r.Apart, "Politiker") || strings.Contains(r.Apart, "Upphandlare")) {
			t.Errorf("%+v", r)
		}
	}
}

func TestAThemeOfAnyNumberOfAnswersIsShown(t *testing.T) {
	def := s5(t)
	for _, n := range []int{0, 1, 60} {
		s := Source{Data: crowd(t, def, n)}
		for _, theme := range []string{"I03", "I09", "X05", "I07"} {
			list, err := OfTheme(i18n.En, s, theme)
			if err != nil {
				t.Fatal(err)
			}
			if text := fmt.Sprint(list); strings.Contains(text, "NaN") || strings.Contains(text, "[exhibit.") {
				t.Errorf("%d answers, %s: %s", n, theme, text)
			}
			if CountOfTheme(def, theme) == 0 {
				t.Errorf("%s has no question", theme)
			}
		}
	}
}

package report_test

import (
	"math"
	"strings"
	"testing"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/report"
)

func TestFirmsAreWeightedWhereAFrameIsLoadedAndNowhereElse(t *testing.T) {
	s := fixture(t, report.Regional, normal)
	told, withheld := 0, 0
	for _, one := range s.Surveys {
		if (one.Weights != nil) != (one.ID == "s5") {
			t.Fatalf("%s: weights %+v", one.ID, one.Weights)
		}
		for _, q := range one.Questions {
			if q.Weighted == nil {
				continue
			}
			n := q.Weighted.Numbers
			if n == nil {
				withheld++
				continue
			}
			told++
			if one.Weights == nil || q.Weighted.Filter.Group != people.Business || n.Weighting == nil || n.Weighting.Effective > float64(n.Base) {
				t.Errorf("%s of %s: %+v", q.ID, one.ID, n)
			}
			for _, r := range n.Rows { // more would tell, with the weights, who gave an answer
				if v := r.Share.Share * 100; math.Abs(v-math.Round(v)) > 1e-9 {
					t.Errorf("%s: share %v", q.ID, r.Share.Share)
				}
				if r.Count > 0 && r.Count < analysis.DefaultCellLimit && !r.Hidden {
					t.Errorf("%s: %d gave answer %d", q.ID, r.Count, r.Code)
				}
			}
		}
	}
	if t.Logf("%d weighted results are told, %d withheld", told, withheld); told == 0 {
		t.Error("no weighted result is told")
	}
	facts := map[string]string{}
	for _, f := range s.Method {
		facts[f.Key] = f.Value.Sv
	}
	for key, want := range map[string]string{"weighting": "designeffekt ", "frame_against": "Chi-två för storlek S", "bias": "gränser, inte en uppskattning"} {
		if !strings.Contains(facts[key], want) {
			t.Errorf("%s: %q", key, facts[key])
		}
	}
	if facts["early_late"] != "" || strings.Contains(facts["limitations"], "inte vägda") {
		t.Errorf("early and late %q, limitations %q", facts["early_late"], facts["limitations"])
	}
}

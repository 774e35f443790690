package consultation_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/consultation"
	"upphandlingsdialog/internal/i18n"
)

// panel turns lists of scores into raters of a group, "p1", "p2" …; "agreement importance feasibility" each.
func panel(group string, scores ...string) []consultation.Score {
	var list []consultation.Score
	for i, s := range scores {
		one := consultation.Score{Rater: fmt.Sprintf("%s%d", group[:1], i+1), Group: group}
		if _, err := fmt.Sscan(s, &one.Scores.Agreement, &one.Scores.Importance, &one.Scores.Feasibility); err != nil {
			panic(err)
		}
		list = append(list, one)
	}
	return list
}

func rule(t testing.TB, m consultation.Method, minBase int) consultation.Rule {
	t.Helper()
	r, err := consultation.NewRule(m, minBase)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-6 {
		t.Errorf("%s is %.7f, want %.7f", what, got, want)
	}
}

// The numbers were computed by hand: 7 of 8 agree, Wilson's lower bound is 0.5291118.
var (
	procurers   = panel("procurer", "9 9 7", "9 9 7", "8 8 7", "8 8 6", "7 7 6", "7 7 5", "7 7 2", "5 7 1")
	politicians = panel("politician", "9 9 7", "8 9 7", "8 9 7", "7 8 7", "7 8 7", "7 7 7", "7 6 7")
	firms       = panel("business", "9 9 3", "8 8 3", "7 8 2", "7 8 2", "7 7 1", "7 7 1", "7 7 1")
	groups      = []string{"procurer", "politician", "business"}
)

func all(lists ...[]consultation.Score) []consultation.Score {
	var out []consultation.Score
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

func TestAPanelIsReadByItsRuleInEachGroup(t *testing.T) {
	o, err := rule(t, consultation.Threshold, 7).Evaluate(groups, all(procurers, politicians, firms), nil)
	if err != nil {
		t.Fatal(err)
	}
	if o.Class != analysis.CommonGround {
		t.Errorf("class %s", o.Class)
	}
	near(t, "the procurers' lower bound", o.Groups[0].Share.Lower, 0.5291118)
	near(t, "the politicians' lower bound", o.Groups[1].Share.Lower, 0.645670)
	importance, feasibility := o.Axes[0], o.Axes[1]
	if importance.Main != analysis.DelphiIn || importance.Other != analysis.Appropriate {
		t.Errorf("importance: %+v", importance)
	}
	if feasibility.Main != analysis.DelphiNone || feasibility.Other != analysis.Uncertain {
		t.Errorf("feasibility: %+v", feasibility)
	}
	near(t, "median feasibility", feasibility.Median, 6)
	near(t, "the gap in feasibility", feasibility.Gap, 5)
	if f := o.Groups[2].Ratings[consultation.Feasibility]; f.Main != analysis.DelphiOut || f.Other != analysis.Inappropriate {
		t.Errorf("the firms' feasibility: %+v", f)
	}
	if o.Quadrant != consultation.Plan {
		t.Errorf("quadrant %s", o.Quadrant)
	}
	// Group medians of importance are 7.5, 8 and 8: median 8, so sqrt(7/8 * 5/8).
	near(t, "priority", o.Priority, math.Sqrt(7.0/8*5.0/8))
}

func TestTheMethodThatIsNotChosenStandsBesideAsSensitivity(t *testing.T) {
	scores := all(procurers, politicians, firms)
	threshold, _ := rule(t, consultation.Threshold, 7).Evaluate(groups, scores, nil)
	rand, _ := rule(t, consultation.RAND, 7).Evaluate(groups, scores, nil)
	for i := range threshold.Axes {
		if threshold.Axes[i].Main != rand.Axes[i].Other || threshold.Axes[i].Other != rand.Axes[i].Main {
			t.Errorf("axis %d: %+v and %+v", i, threshold.Axes[i], rand.Axes[i])
		}
	}
}

func TestAttritionAndStabilityAgainstTheRoundBefore(t *testing.T) {
	after := panel("procurer", "9 9 7", "9 9 7", "8 9 7", "8 8 6", "7 8 6", "7 7 5", "7 7 2") // the eighth left
	o, err := rule(t, consultation.Threshold, 7).Evaluate(groups[:1], after, procurers)
	if err != nil {
		t.Fatal(err)
	}
	g := o.Groups[0]
	if g.Before != 8 || g.Left != 1 {
		t.Errorf("before %d, left %d", g.Before, g.Left)
	}
	s := g.Ratings[consultation.Importance].Stability
	near(t, "changed", s.Changed, 2.0/7)
	near(t, "attrition", s.Attrition, 1.0/8)
	near(t, "CV before", s.CVBefore, 0.1145118) // sd 0.8997354 over 7.8571429
	near(t, "CV after", s.CVAfter, 0.1104938)   // the same sd over 8.1428571
	if g.Ratings[consultation.Importance].LeftShown || s.LeftMean != 0 {
		t.Error("the one who left is told by the mean of one")
	}
}

func TestNothingOfASmallGroupIsInAnOutcome(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, err := consultation.NewRule(consultation.Threshold, 7)
		if err != nil {
			t.Fatal(err)
		}
		draw := func(group string, n int) []consultation.Score {
			var list []consultation.Score
			for i := range n {
				v := func() int { return rapid.IntRange(0, 9).Draw(t, "score") }
				list = append(list, consultation.Score{Rater: fmt.Sprint(group, i), Group: group,
					Scores: consultation.Scores{Agreement: v(), Importance: v(), Feasibility: v()}})
			}
			return list
		}
		small := rapid.IntRange(0, 6).Draw(t, "small")
		large := draw("procurer", rapid.IntRange(7, 12).Draw(t, "large"))
		one, err := r.Evaluate(groups[:2], append(large, draw("politician", small)...), nil)
		if err != nil {
			t.Fatal(err)
		}
		other, err := r.Evaluate(groups[:2], append(large, draw("politician", small)...), nil)
		if err != nil {
			t.Fatal(err)
		}
		// Whatever the small group said, the outcome reads the same.
		if a, b := fmt.Sprintf("%+v", one), fmt.Sprintf("%+v", other); a != b {
			t.Fatalf("the small group's ratings show:\n%s\n%s", a, b)
		}
		if one.Class != analysis.ConsensusTooFew || one.Consensus != nil || one.Axes[0].Known || one.Quadrant != "" {
			t.Fatalf("a verdict of all groups rests on a small one: %+v", one)
		}
	})
}

func TestAScaleThatTooFewUsedIsWithheldAlone(t *testing.T) {
	scores := panel("procurer", "9 0 9", "9 0 9", "9 9 9", "9 9 9", "9 9 9", "9 9 9", "9 9 9", "9 9 9")
	o, err := rule(t, consultation.Threshold, 7).Evaluate(groups[:1], scores, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r := o.Groups[0].Ratings[consultation.Importance]; r.Shown || r.Abstained != 0 || r.Counts.N() != 0 {
		t.Errorf("six ratings of importance show: %+v", r)
	}
	if !o.Groups[0].Ratings[consultation.Feasibility].Shown || o.Axes[0].Known || o.Quadrant != "" {
		t.Errorf("outcome %+v", o)
	}
}

func TestTheOneRuleOfWhenResultsMayBeSeen(t *testing.T) {
	now := time.Date(2027, 2, 1, 12, 0, 0, 0, time.UTC)
	past, later := now.Add(-time.Hour), now.Add(time.Hour)
	over := consultation.Round{ClosesAt: past}
	byHand := consultation.Round{ClosesAt: later, ClosedAt: &past}
	open := consultation.Round{ClosesAt: later}
	for name, c := range map[string]struct {
		rounds            []consultation.Round
		concluded         *time.Time
		round             int
		team, panel, open bool
	}{
		"no round":                        {nil, nil, 1, false, false, false},
		"a round that is open":            {[]consultation.Round{open}, nil, 1, false, false, false},
		"open, although concluded before": {[]consultation.Round{open}, &past, 1, false, false, false},
		"over by its time":                {[]consultation.Round{over}, nil, 1, true, true, false},
		"closed by hand":                  {[]consultation.Round{byHand}, nil, 1, true, true, false},
		"the first while the second runs": {[]consultation.Round{over, open}, nil, 1, true, true, false},
		"the second while it runs":        {[]consultation.Round{over, open}, nil, 2, false, false, false},
		"concluded":                       {[]consultation.Round{over}, &past, 1, true, true, true},
		"a round that is not there":       {[]consultation.Round{over}, &past, 7, false, false, false},
	} {
		one := consultation.Consultation{Rounds: c.rounds, ConcludedAt: c.concluded}
		for to, want := range map[consultation.Audience]bool{consultation.Team: c.team, consultation.Panel: c.panel, consultation.Public: c.open} {
			if got := one.Shows(c.round, to, now); got != want {
				t.Errorf("%s: shown to %s is %v", name, to, got)
			}
		}
	}
}

func TestThePrintedRuleIsMadeOfTheNumbersThatAreComputedWith(t *testing.T) {
	r := rule(t, consultation.Threshold, 9)
	for _, l := range i18n.Langs {
		text := strings.Join(r.Text(l), "\n")
		for _, number := range []float64{analysis.DelphiEnough * 100, analysis.DelphiFew * 100, analysis.RandBase, analysis.RandSlope,
			analysis.CommonGroundShare * 100, analysis.CommonGroundLower * 100, analysis.DividedLow * 100, analysis.DividedHigh * 100, 9} {
			shown := i18n.Number(l, number, 0)
			if number == analysis.RandBase {
				shown = i18n.Number(l, number, 2)
			} else if number == analysis.RandSlope {
				shown = i18n.Number(l, number, 1)
			}
			if !strings.Contains(text, shown) {
				t.Errorf("the rule in %s does not say %s:\n%s", l, shown, text)
			}
		}
	}
	r.Limits.Enough = 0.75 // locked by another program
	if _, err := r.Evaluate(groups, nil, nil); err == nil {
		t.Error("computed by other limits than were locked")
	}
	for _, bad := range []struct {
		m consultation.Method
		n int
	}{{"coin", 7}, {consultation.RAND, 4}, {consultation.RAND, 21}} {
		if _, err := consultation.NewRule(bad.m, bad.n); err == nil {
			t.Errorf("the rule %v was taken", bad)
		}
	}
}

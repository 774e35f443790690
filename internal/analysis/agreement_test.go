package analysis

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestCohensKappaOfTwoCoders(t *testing.T) {
	k, err := CohenKappa([][]int{{42, 6}, {5, 27}})
	if err != nil {
		t.Fatal(err)
	}
	all(t, map[string]float64{"observed": k.Observed, "expected": k.Expected, "kappa": k.Value},
		map[string]float64{"observed": 0.8625, "expected": 0.5175, "kappa": 0.715026})
	// Fleiss, Levin and Paik (2003), table 18.1: 100 persons, kappa .68 with standard error .087, so .51 to .85.
	k, err = CohenKappa([][]int{{75, 1, 4}, {5, 4, 1}, {0, 0, 10}})
	if err != nil || !k.HasInterval {
		t.Fatal(k, err)
	}
	all(t, map[string]float64{"kappa": k.Value, "lower": k.Lower, "upper": k.Upper},
		map[string]float64{"kappa": 0.676471, "lower": 0.504576, "upper": 0.848365})
	if k, err := CohenKappa([][]int{{9, 0}, {0, 4}}); err != nil || k.Value != 1 || k.HasInterval {
		t.Errorf("coders who agree on everything have no interval: %+v, %v", k, err)
	}
	if _, err := CohenKappa([][]int{{9, 0}, {0, 0}}); !errors.Is(err, AllEqual) {
		t.Errorf("kappa of one label only: %v", err)
	}
}

func TestKrippendorffsAlphaWithGaps(t *testing.T) {
	x := Uncoded
	// Krippendorff (2011), four observers, twelve units, nominal: 0.743.
	units := [][]int{
		{0, 0, x, 0}, {1, 1, 2, 1}, {2, 2, 2, 2}, {2, 2, 2, 2}, {1, 1, 1, 1}, {0, 1, 2, 3},
		{3, 3, 3, 3}, {0, 0, 1, 0}, {1, 1, 1, 1}, {x, 4, 4, 4}, {x, x, 0, 0}, {x, x, 2, x},
	}
	a, err := KrippendorffAlpha(units, 5)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(a.Value-0.743) > 5e-4 || a.Reading != Tentative || a.Units != 11 || a.Pairable != 40 {
		t.Errorf("alpha %+v", a)
	}
	if want := []int{1, 5, 7}; len(a.Disagree) != 3 || a.Disagree[0] != want[0] || a.Disagree[1] != want[1] || a.Disagree[2] != want[2] {
		t.Errorf("disagreeing units %v, want %v", a.Disagree, want)
	}
	full, err := KrippendorffAlpha([][]int{{0, 0}, {0, 0}}, 2)
	if err != nil || full.Value != 1 || full.Reading != Rely {
		t.Errorf("full agreement on one of two labels: %+v, %v", full, err)
	}
	if _, err := KrippendorffAlpha([][]int{{0, x}}, 2); !errors.Is(err, NoAnswers) {
		t.Errorf("nothing coded twice: %v", err)
	}
}

func TestAgreementOnAnOrderedScale(t *testing.T) {
	for _, c := range []struct {
		counts []int
		want   float64
	}{
		{[]int{0, 9, 0, 0, 0}, 1},
		{[]int{4, 4, 4, 4, 4}, 0},
		{[]int{7, 0, 0, 0, 7}, -1},
		{[]int{1, 1, 3, 8, 7}, 0.5},
	} {
		a, err := OrdinalAgreement(c.counts)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "A", a, c.want)
	}
	if _, err := OrdinalAgreement([]int{0, 0, 0}); !errors.Is(err, NoAnswers) {
		t.Errorf("A of nobody: %v", err)
	}
}

func TestAgreementAcrossThreeGroupsHidesNoGroup(t *testing.T) {
	c, err := Agreement([]Votes{{Agree: 33, Pass: 8}, {Agree: 12, Disagree: 5}, {Agree: 37, Disagree: 21}}, 7)
	if err != nil {
		t.Fatal(err)
	}
	product := 1.0
	for i, want := range []struct{ laplace, lower, upper float64 }{{.791, .660, .898}, {.684, .469, .867}, {.633, .509, .749}} {
		g := c.Groups[i]
		product *= g.Laplace
		if math.Abs(g.Laplace-want.laplace) > 6e-4 || math.Abs(g.Share.Lower-want.lower) > 6e-4 || math.Abs(g.Share.Upper-want.upper) > 6e-4 {
			t.Errorf("group %d: %+v, want %+v", i, g, want)
		}
	}
	if math.Abs(product-.343) > 6e-4 || math.Abs(math.Cbrt(product)-.700) > 6e-4 {
		t.Errorf("product %v, geometric mean %v", product, math.Cbrt(product))
	}
	p := func(a, s float64) float64 { return (a + .5) / (s + 1) }
	near(t, "least", c.Least, p(37, 58))
	near(t, "gap", c.Gap, p(33, 41)-p(37, 58))
	near(t, "joint", c.Joint, math.Cbrt(p(33, 41)*(1-p(0, 41))*p(12, 17)*(1-p(5, 17))*p(37, 58)*(1-p(21, 58))))
	if c.Class != BroadSupport {
		t.Errorf("class %s", c.Class)
	}
}

func TestConsensusClasses(t *testing.T) {
	for _, c := range []struct {
		groups []Votes
		want   ConsensusClass
	}{
		{[]Votes{{Agree: 6}, {Agree: 40}}, ConsensusTooFew},
		{[]Votes{{Agree: 30, Disagree: 10}, {Agree: 40, Disagree: 5}}, CommonGround},
		{[]Votes{{Agree: 20, Disagree: 20}, {Agree: 24, Disagree: 20}}, DividedWithin},
		{[]Votes{{Agree: 28, Disagree: 12}, {Agree: 24, Disagree: 16}}, BroadSupport},
		{[]Votes{{Agree: 5, Disagree: 35}, {Agree: 12, Disagree: 28}}, JointlyRejected},
		{[]Votes{{Agree: 35, Disagree: 5}, {Agree: 5, Disagree: 35}}, DividedBetween},
		{[]Votes{{Agree: 35, Disagree: 5}, {Agree: 20, Disagree: 20}}, ConsensusUnplaced},
	} {
		got, err := Agreement(c.groups, 7)
		if err != nil || got.Class != c.want {
			t.Errorf("%v: %s, want %s (%v)", c.groups, got.Class, c.want, err)
		}
	}
	if _, err := Agreement([]Votes{{Agree: 9}, {}}, 7); !errors.Is(err, NoAnswers) {
		t.Errorf("a group without votes: %v", err)
	}
}

func TestRandPanelOfTwelve(t *testing.T) {
	ratings := Ratings{0, 0, 0, 1, 1, 1, 5, 5, 2}
	r, err := ratings.Rand()
	if err != nil {
		t.Fatal(err)
	}
	all(t, map[string]float64{"P30": r.P30, "P70": r.P70, "IPR": r.IPR, "AI": r.AI, "IPRAS": r.IPRAS, "DI": r.DI},
		map[string]float64{"P30": 7, "P70": 8, "IPR": 1, "AI": 2.5, "IPRAS": 6.1, "DI": 1 / 6.1})
	if r.Verdict != Appropriate || r.Disagree {
		t.Errorf("verdict %+v", r)
	}
	split, _ := Ratings{10, 0, 0, 0, 0, 0, 0, 0, 10}.Rand()
	if !split.Disagree || split.Verdict != Uncertain {
		t.Errorf("a panel split in two: %+v", split)
	}
}

func TestDelphiRuleAsksEveryGroup(t *testing.T) {
	high, low, mixed := Ratings{6: 3, 7: 5, 8: 2}, Ratings{0: 5, 1: 4, 4: 1}, Ratings{0: 2, 7: 8}
	for _, c := range []struct {
		groups []Ratings
		want   Verdict
	}{
		{[]Ratings{high, high}, DelphiIn}, {[]Ratings{low, low}, DelphiOut},
		{[]Ratings{high, low}, DelphiNone}, {[]Ratings{high, mixed}, DelphiNone},
	} {
		if got, err := DelphiRule(c.groups); err != nil || got != c.want {
			t.Errorf("%v: %s, want %s (%v)", c.groups, got, c.want, err)
		}
	}
	if _, err := DelphiRule([]Ratings{high, {}}); !errors.Is(err, NoAnswers) {
		t.Errorf("a group that did not rate: %v", err)
	}
}

func TestStabilityBetweenRounds(t *testing.T) {
	s, err := RoundStability(map[string]int{"a": 5, "b": 7, "c": 9, "d": 2}, map[string]int{"a": 6, "b": 7, "c": 8})
	if err != nil {
		t.Fatal(err)
	}
	all(t, map[string]float64{
		"changed": s.Changed, "before": s.CVBefore, "after": s.CVAfter, "attrition": s.Attrition, "leavers": s.LeftMean,
	}, map[string]float64{"changed": 2.0 / 3, "before": 2.0 / 7, "after": 1.0 / 7, "attrition": 0.25, "leavers": 2})
}

func TestAgreementIsFiniteOrAbsent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(1, 7).Draw(t, "steps")
		counts := rapid.SliceOfN(rapid.IntRange(0, 9), k, k).Draw(t, "counts")
		if a, err := OrdinalAgreement(counts); err == nil && !(a >= -1-1e-12 && a <= 1+1e-12) {
			t.Fatalf("A of %v is %v", counts, a)
		}
		table := rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, 4), k, k), k, k).Draw(t, "table")
		if v, err := CohenKappa(table); err == nil && !(v.Value >= -1-1e-12 && v.Value <= 1+1e-12) {
			t.Fatalf("kappa of %v is %v", table, v)
		}
		units := rapid.SliceOf(rapid.SliceOfN(rapid.IntRange(-1, k-1), 3, 3)).Draw(t, "units")
		if v, err := KrippendorffAlpha(units, k); err == nil && !(v.Value >= -1-1e-12 && v.Value <= 1+1e-12) {
			t.Fatalf("alpha of %v is %v", units, v)
		}
	})
}

package analysis

import (
	"errors"
	"math"
	"testing"
)

// all checks several numbers by name.
func all(t *testing.T, got, want map[string]float64) {
	t.Helper()
	for name, v := range want {
		g, ok := got[name]
		if !ok {
			t.Errorf("no %s", name)
		}
		near(t, name, g, v)
	}
}

func effect(t *testing.T, test Test, name EffectName) float64 {
	t.Helper()
	v, ok := test.Effect(name)
	if !ok {
		t.Errorf("%s has no %s", test.Method, name)
	}
	return v
}

func TestChiSquareOfFourGroups(t *testing.T) {
	test, err := Independence([][]int{{48, 32}, {22, 18}, {35, 75}, {9, 11}}, 1)
	if err != nil || test.Method != ChiSquareTest {
		t.Fatal(test, err)
	}
	all(t, map[string]float64{
		"chi2": test.Statistic, "df": test.DF, "p": test.P,
		"V": effect(t, test, CramersV), "corrected V": effect(t, test, CramersVBias),
	}, map[string]float64{
		"chi2": 16.537521, "df": 3, "p": 0.000879649, "V": 0.257197, "corrected V": 0.233067,
	})
	for i, want := range [][]float64{{36.48, 43.52}, {18.24, 21.76}, {50.16, 59.84}, {9.12, 10.88}} {
		e := Expected([][]int{{48, 32}, {22, 18}, {35, 75}, {9, 11}})
		near(t, "expected", e[i][0], want[0])
		near(t, "expected", e[i][1], want[1])
	}
}

func TestSmallTwoByTwoIsTestedExactly(t *testing.T) {
	test, err := Independence([][]int{{8, 2}, {3, 9}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "p of chi-square here, where every expected count is 5", test.P, 0.010198)
	fisher, err := Fisher(8, 2, 3, 9)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "Fisher's p", fisher.P, 0.029973123)
	near(t, "sample odds ratio", effect(t, fisher, OddsRatio), 12)
	chi, _ := ChiSquare([][]int{{8, 2}, {3, 9}})
	yates, _ := ChiSquareYates(8, 2, 3, 9)
	all(t, map[string]float64{"chi2": chi.Statistic, "p": chi.P, "Yates": yates.Statistic, "Yates's p": yates.P},
		map[string]float64{"chi2": 6.6, "p": 0.010198, "Yates": 4.583333, "Yates's p": 0.032284})
}

func TestTablesAsProbableAsTheObservedOneAreCountedWithIt(t *testing.T) {
	// Symmetric margins: every table has a mirror image of the same probability,
	// which rounding can put a hair above.
	for _, a := range []int{1, 2, 3} {
		one, _ := Fisher(a, 10-a, 10-a, a)
		other, _ := Fisher(10-a, a, a, 10-a)
		low := 0.0
		h := newHypergeometric(logFactorials(20), 10, 10, 20)
		for k := 0; k <= a; k++ {
			low += math.Exp(h.log(k))
		}
		near(t, "p of both tails", one.P, 2*low)
		near(t, "p of the mirror", other.P, one.P)
	}
}

func TestSimulatedFisherAgreesWithTheExactTest(t *testing.T) {
	exact, _ := Fisher(8, 2, 3, 9)
	simulated, err := FisherMonteCarlo([][]int{{8, 2}, {3, 9}}, 42, 100000)
	if err != nil {
		t.Fatal(err)
	}
	if se := math.Sqrt(exact.P * (1 - exact.P) / 100000); math.Abs(simulated.P-exact.P) > 4*se {
		t.Errorf("simulated %v, exact %v", simulated.P, exact.P)
	}
	again, _ := FisherMonteCarlo([][]int{{8, 2}, {3, 9}}, 42, 100000)
	if again.P != simulated.P || again.Seed != 42 {
		t.Error("the stored seed does not give the same p")
	}
	sparse, err := Independence([][]int{{3, 0, 1}, {0, 4, 1}, {1, 1, 5}}, 7)
	if err != nil || sparse.Method != FisherSimulated || sparse.Draws != DefaultDraws {
		t.Errorf("a sparse table of three by three: %+v, %v", sparse, err)
	}
	// R: fisher.test(rbind(c(3,0,1), c(0,4,1), c(1,1,5)))
	if want := 0.01830808; math.Abs(sparse.P-want) > 0.004 {
		t.Errorf("p %v, want about %v", sparse.P, want)
	}
}

var (
	groupA = ScaleDistribution(1, 2, 5, 8, 12, 6)
	groupB = ScaleDistribution(1, 6, 9, 10, 5, 2)
	groupC = ScaleDistribution(1, 3, 6, 10, 8, 3)
)

func TestMannWhitneyWithTies(t *testing.T) {
	r, err := MannWhitney(groupA, groupB)
	if err != nil || r.Method != MannWhitneyTest || r.Direction != 1 {
		t.Fatal(r, err)
	}
	all(t, map[string]float64{
		"U a": r.U1, "U b": r.U2, "ties": r.TieTerm, "sigma": r.Sigma, "z": r.Z, "p": r.P,
		"z continuity": r.ZCorrect, "p continuity": r.PCorrect,
		"superiority": effect(t, r.Test, Superiority), "rank-biserial": effect(t, r.Test, RankBiserial),
	}, map[string]float64{
		"U a": 734.5, "U b": 321.5, "ties": 14448, "sigma": 74.1779565, "z": 2.7838459, "p": 0.00537186,
		"z continuity": 2.7771054, "p continuity": 0.00548454, "superiority": 0.695549, "rank-biserial": 0.391098,
	})
}

func TestMannWhitneyOfFewWithoutTiesIsExact(t *testing.T) {
	a, _ := NewDistribution([]float64{1, 2, 3})
	b, _ := NewDistribution([]float64{4, 5, 6, 7})
	r, err := MannWhitney(a, b)
	if err != nil || r.Method != MannWhitneyExact {
		t.Fatal(r, err)
	}
	near(t, "exact p", r.P, 0.0571429)
}

func TestKruskalWallisOfThreeGroups(t *testing.T) {
	test, err := KruskalWallis([]Distribution{groupA, groupB, groupC, {}})
	if err != nil {
		t.Fatal(err)
	}
	all(t, map[string]float64{"H": test.Statistic, "df": test.DF, "p": test.P, "epsilon2": effect(t, test, EpsilonSquare)},
		map[string]float64{"H": 8.1214498, "df": 2, "p": 0.01723652, "epsilon2": 0.0863984})
	pairs := Pairwise([]Distribution{groupA, groupB, groupC, {}})
	if len(pairs) != 3 || pairs[0].Test.Family != 3 || pairs[0].Test.Adjusted < pairs[0].Test.P {
		t.Errorf("pairs %+v", pairs)
	}
}

func TestHolmNeverFalls(t *testing.T) {
	got, err := Holm([]float64{0.001, 0.012, 0.014, 0.030, 0.200})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{0.005, 0.048, 0.048, 0.060, 0.200} {
		near(t, "adjusted p", got[i], want)
	}
	got, _ = Holm([]float64{0.2, 0.001})
	near(t, "in the order given", got[1], 0.002)
	if _, err := Holm([]float64{math.NaN()}); err == nil {
		t.Error("a p that is no number is adjusted")
	}
}

func TestDistributionsThatTheTestsRestOn(t *testing.T) {
	near(t, "chi2 sf", chiSquareUpper(3.841458821, 1), 0.05)
	near(t, "chi2 sf", chiSquareUpper(5.991464547, 2), 0.05)
	near(t, "chi2 sf", chiSquareUpper(0.5, 4), 0.973500979)
	near(t, "normal", normalTwoSided(z975), 0.05)
}

func TestRespondentsAgainstPopulation(t *testing.T) {
	population := []float64{23974, 37061, 111996, 37792, 27381, 49762}
	c, err := FrameAgainst([]int{30, 42, 108, 38, 27, 55}, population)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "chi2", c.Test.Statistic, 2.275274)
	near(t, "p", c.Test.P, 0.809891)
	for i, want := range []float64{24.9759, 38.6098, 116.6763, 39.3713, 28.5252, 51.8415} {
		if math.Abs(c.Classes[i].Expected-want) > 5e-5 {
			t.Errorf("expected %v, want %v", c.Classes[i].Expected, want)
		}
	}
	c, _ = FrameAgainst([]int{22, 40, 140, 34, 24, 40}, population)
	near(t, "chi2", c.Test.Statistic, 9.222569)
	near(t, "p", c.Test.P, 0.100509)
	if _, err := FrameAgainst([]int{1, 2}, []float64{0, 5}); !errors.Is(err, EmptyMargin) {
		t.Errorf("respondents outside the frame: %v", err)
	}
}

func TestEarlyAgainstLateRespondents(t *testing.T) {
	test, err := EarlyAgainstLate([]int{72, 38}, []int{41, 39}, 1)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "chi2", test.Statistic, 3.877232)
	near(t, "p", test.P, 0.048945)
}

func TestBiasOfNonResponse(t *testing.T) {
	b, err := NonResponseBias(0.41, 0.62, 0.45)
	if err != nil {
		t.Fatal(err)
	}
	all(t, map[string]float64{"bias": b.Bias, "adjusted": b.Adjusted, "lower": b.Lower, "upper": b.Upper},
		map[string]float64{"bias": 0.1003, "adjusted": 0.5197, "lower": 0.2542, "upper": 0.8442})
	if _, err := NonResponseBias(1.2, 0.5, 0.5); !errors.Is(err, Invalid) {
		t.Errorf("a response rate above one: %v", err)
	}
}

func TestChangeBetweenWavesHasAnInterval(t *testing.T) {
	one := func(x, n int) Estimate {
		p, l, u, _ := Wilson(x, n, 0)
		return Estimate{Value: p, Lower: l, Upper: u, HasInterval: true, Count: x, Base: n}
	}
	d, err := DifferenceOf(MeasureTop2, one(56, 70), one(48, 80))
	if err != nil || !d.Clear() {
		t.Fatal(d, err)
	}
	all(t, map[string]float64{"value": d.Value, "lower": d.Lower, "upper": d.Upper},
		map[string]float64{"value": 0.2, "lower": 0.052431, "upper": 0.333873})
	mean := func(d Distribution) Estimate {
		m := d.meanInterval()
		return Estimate{Value: m.Value, Lower: m.Lower, Upper: m.Upper, HasInterval: true, Base: d.N()}
	}
	// R: t.test(rep(1:5, c(2,5,8,12,6)), rep(1:5, c(6,9,10,5,2)))
	d, err = DifferenceOf(MeasureMean, mean(groupA), mean(groupB))
	if err != nil {
		t.Fatal(err)
	}
	all(t, map[string]float64{"value": d.Value, "lower": d.Lower, "upper": d.Upper},
		map[string]float64{"value": 0.8295455, "lower": 0.2580604, "upper": 1.4010305})
	equal := mean(ScaleDistribution(1, 0, 4))
	if _, err := DifferenceOf(MeasureMean, equal, equal); !errors.Is(err, AllEqual) {
		t.Errorf("a change between answers that are all equal: %v", err)
	}
	if _, err := DifferenceOf(MeasureMedian, Estimate{Base: 9}, Estimate{Base: 9}); err == nil {
		t.Error("medians have an interval")
	}
}

package analysis

import (
	"math"
	"testing"
)

const tolerance = 1e-6

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > tolerance*math.Max(1, math.Abs(want)) {
		t.Errorf("%s = %.7f, want %.7f", what, got, want)
	}
}

func TestWilsonAgreesWithPublishedIntervals(t *testing.T) {
	for _, c := range []struct {
		x, n, population    int
		share, lower, upper float64
	}{
		{61, 75, 0, 0.813333, 0.710714, 0.885419},
		{61, 75, 415, 0.813333, 0.721385, 0.879985},
		{65, 100, 0, 0.65, 0.552544, 0.736358},
		{0, 20, 0, 0, 0, 0.161125},
		{20, 20, 0, 1, 0.838875, 1},
		{0, 20, 60, 0, 0, 0.115216},
		{7, 14, 15, 0.5, 0.430677, 0.569323},
		{7, 15, 15, 0.466667, 0.466667, 0.466667},
	} {
		share, lower, upper, ok := Wilson(c.x, c.n, c.population)
		if !ok {
			t.Fatalf("Wilson(%d, %d, %d) has no interval", c.x, c.n, c.population)
		}
		near(t, "share", share, c.share)
		near(t, "lower", lower, c.lower)
		near(t, "upper", upper, c.upper)
	}
	near(t, "effective size", effectiveSize(75, 415), 91.323529)
	near(t, "effective size", effectiveSize(14, 15), 196)
	near(t, "effective size", effectiveSize(20, 60), 29.5)
}

// statpsych's ci.prop.fpc is an adjusted Wald interval: another way to the same end.
func TestWilsonIsNearAnotherPackagesInterval(t *testing.T) {
	_, lower, upper, _ := Wilson(61, 75, 415)
	if math.Abs(lower-0.717157) > 0.005 || math.Abs(upper-0.8777797) > 0.005 {
		t.Errorf("%v to %v", lower, upper)
	}
}

func TestWilsonOfNobodyIsNoInterval(t *testing.T) {
	for _, c := range [][3]int{{0, 0, 0}, {0, 0, 15}, {3, 2, 0}, {-1, 5, 0}} {
		if _, _, _, ok := Wilson(c[0], c[1], c[2]); ok {
			t.Errorf("Wilson(%v) claims to have an interval", c)
		}
	}
}

func TestNewcombeAgreesWithPublishedDifferences(t *testing.T) {
	for _, c := range []struct {
		x1, n1, x2, n2     int
		diff, lower, upper float64
	}{
		{56, 70, 48, 80, 0.2, 0.052431, 0.333873},
		{45, 80, 30, 90, 0.229167, 0.079517, 0.365434},
	} {
		diff, lower, upper, ok := Newcombe(c.x1, c.n1, c.x2, c.n2)
		if !ok {
			t.Fatal("no difference")
		}
		near(t, "difference", diff, c.diff)
		near(t, "lower", lower, c.lower)
		near(t, "upper", upper, c.upper)
	}
	if _, _, _, ok := Newcombe(1, 2, 0, 0); ok {
		t.Error("a difference to an empty base exists")
	}
}

func TestSampleSizeForFivePoints(t *testing.T) {
	for population, want := range map[int]int{0: 385, 15: 15, 60: 53, 300: 169, 1500: 306, 16000: 376} {
		if got := SampleSize(0.05, population); got != want {
			t.Errorf("SampleSize(0.05, %d) = %d, want %d", population, got, want)
		}
	}
}

func TestStudentQuantiles(t *testing.T) {
	for df, want := range map[float64]float64{1: 12.7062047, 7: 2.3646243, 99: 1.9842170} {
		near(t, "t quantile", tQuantile975(df), want)
	}
}

func TestSummaryOfHundredScaleAnswers(t *testing.T) {
	s := summarise(ScaleDistribution(1, 4, 9, 22, 41, 24), true, DefaultMinMean)
	near(t, "mean", s.Mean.Value, 3.72)
	near(t, "sd", s.Mean.SD, 1.0548589)
	near(t, "lower", s.Mean.Lower, 3.510693)
	near(t, "upper", s.Mean.Upper, 3.929307)
	near(t, "median", s.Median, 4)
	near(t, "Q1", s.Q1, 3)
	near(t, "Q3", s.Q3, 4)
	near(t, "interpolated median", *s.Interpolated, 3.865854)
}

func TestEightAnswersGetNoMeanUnlessAsked(t *testing.T) {
	values := ScaleDistribution(1, 1, 0, 2, 3, 2)
	if s := summarise(values, true, DefaultMinMean); s.Mean != nil {
		t.Errorf("mean of eight answers shown: %+v", s.Mean)
	}
	m := values.meanInterval()
	near(t, "mean", m.Value, 3.625)
	near(t, "sd", m.SD, 1.3024702)
	near(t, "lower", m.Lower, 2.536108)
	near(t, "upper", m.Upper, 4.713892)
	_, lower, upper, _ := Wilson(5, 8, 0)
	near(t, "top-2 lower", lower, 0.305742)
	near(t, "top-2 upper", upper, 0.863156)
}

func TestAMedianBetweenStepsThatLeaveOneOutIsANumber(t *testing.T) {
	s := summarise(ScaleDistribution(1, 1, 2, 0, 2, 1), true, 30)
	near(t, "median", s.Median, 3)
	near(t, "interpolated median", *s.Interpolated, 3)
}

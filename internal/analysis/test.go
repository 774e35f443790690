package analysis

// Method names a test of whether groups differ.
type Method string

// The tests.
const (
	ChiSquareTest      Method = "chi_square"
	FisherTest         Method = "fisher"
	FisherSimulated    Method = "fisher_simulated"
	MannWhitneyTest    Method = "mann_whitney"
	MannWhitneyExact   Method = "mann_whitney_exact"
	KruskalWallisTest  Method = "kruskal_wallis"
	RaoScottTest       Method = "rao_scott"
	GoodnessOfFitTest  Method = "goodness_of_fit"
	WelchDifference    Method = "welch"
	NewcombeDifference Method = "newcombe"
)

// Effect is how large a difference is, beside whether it is safe to say that
// there is one.
type Effect struct {
	Name  EffectName `json:"name"`
	Value float64    `json:"value"`
}

// EffectName names an effect size.
type EffectName string

// The effect sizes.
const (
	CramersV      EffectName = "cramers_v"           // 0-1
	CramersVBias  EffectName = "cramers_v_corrected" // 0-1, Bergsma 2013
	OddsRatio     EffectName = "odds_ratio"          // of the sample, not the conditional estimate
	Superiority   EffectName = "superiority"         // P(X>Y) + P(X=Y)/2, 0-1, 0.5 = no difference
	RankBiserial  EffectName = "rank_biserial"       // -1 to 1
	EpsilonSquare EffectName = "epsilon_squared"     // 0-1
)

// Test is the outcome of one test. A large P means that no difference is
// established, never that there is none.
type Test struct {
	Method    Method   `json:"method"`
	N         int      `json:"n"`         // answers compared
	Statistic float64  `json:"statistic"` // chi-square, U of the first group, H or F; 0 where the method has none (Fisher)
	DF        float64  `json:"df,omitempty"`
	DF2       float64  `json:"df2,omitempty"` // Rao-Scott's denominator
	P         float64  `json:"p"`
	Adjusted  float64  `json:"p_adjusted,omitempty"` // after Holm, where the test is one of Family
	Family    int      `json:"family,omitempty"`     // number of tests that Adjusted allows for
	Seed      uint64   `json:"seed,omitempty"`       // simulated: the same seed gives the same P
	Draws     int      `json:"draws,omitempty"`
	Weighted  bool     `json:"weighted,omitempty"`
	Effects   []Effect `json:"effects,omitempty"`
}

// Effect returns an effect size by name.
func (t Test) Effect(name EffectName) (float64, bool) {
	for _, e := range t.Effects {
		if e.Name == name {
			return e.Value, true
		}
	}
	return 0, false
}

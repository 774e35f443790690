package analysis

import "math"

// Verdict is what a Delphi panel's ratings of one item say.
type Verdict string

// The verdicts of the 70/15 rule and of RAND/UCLA.
const (
	DelphiIn      Verdict = "in"      // enough rate 7-9 and few 1-3, in every group
	DelphiOut     Verdict = "out"     // the mirror
	DelphiNone    Verdict = "none"    // neither
	Appropriate   Verdict = "yes"     // median 7 or more without disagreement
	Inappropriate Verdict = "no"      // median 3 or less without disagreement
	Uncertain     Verdict = "unclear" // anything else
)

// The settings of the panel rules, on ratings 1-9 (methods 2.3).
const (
	RatingHigh   = 7    // ratings from here to 9 are the upper third
	RatingLow    = 3    // ratings from 1 to here are the lower third
	DelphiEnough = 0.70 // share in the upper (lower) third
	DelphiFew    = 0.15 // share in the opposite third: less than this
	RandBase     = 2.35 // RAND/UCLA: interpercentile range of a symmetric panel that disagrees
	RandSlope    = 1.5
	ratingCentre = 5.0
)

// Ratings counts a panel's ratings: Ratings[i] gave i+1, of 1-9.
type Ratings [9]int

// N returns the number of ratings.
func (r Ratings) N() int {
	n := 0
	for _, c := range r {
		n += c
	}
	return n
}

func (r Ratings) third(from int) float64 {
	return float64(r[from-1]+r[from]+r[from+1]) / float64(r.N())
}

// RandUCLA is the panel's median and spread by the RAND/UCLA manual (Fitch et
// al. 2001). Percentiles are type 7.
type RandUCLA struct {
	N        int     `json:"n"`
	Median   float64 `json:"median"`
	P30      float64 `json:"p30"`
	P70      float64 `json:"p70"`
	IPR      float64 `json:"ipr"`      // P70 - P30
	AI       float64 `json:"ai"`       // asymmetry: |5 - (P30+P70)/2|
	IPRAS    float64 `json:"ipras"`    // 2.35 + 1.5 AI
	DI       float64 `json:"di"`       // IPR / IPRAS
	Disagree bool    `json:"disagree"` // IPR > IPRAS
	Verdict  Verdict `json:"verdict"`
}

// Rand returns the RAND/UCLA reading of one panel's ratings.
func (r Ratings) Rand() (RandUCLA, error) {
	for _, c := range r {
		if c < 0 {
			return RandUCLA{}, Invalid
		}
	}
	d := ScaleDistribution(1, r[:]...)
	if d.N() == 0 {
		return RandUCLA{}, NoAnswers
	}
	quantile := func(p float64) float64 { q, _ := d.Quantile(p); return q } // not empty, p in 0-1
	out := RandUCLA{N: d.N(), Median: quantile(0.5), P30: quantile(0.3), P70: quantile(0.7), Verdict: Uncertain}
	out.IPR = out.P70 - out.P30
	out.AI = math.Abs(ratingCentre - (out.P30+out.P70)/2)
	out.IPRAS = RandBase + RandSlope*out.AI
	out.DI = out.IPR / out.IPRAS
	out.Disagree = out.IPR > out.IPRAS
	switch {
	case out.Disagree:
	case out.Median >= RatingHigh:
		out.Verdict = Appropriate
	case out.Median <= RatingLow:
		out.Verdict = Inappropriate
	}
	return out, nil
}

// DelphiRule applies the 70/15 rule in each stakeholder group: in when at least
// 70 % of every group rate 7-9 and less than 15 % rate 1-3, out by the mirror,
// else none. Absent: no group, or a group without ratings.
func DelphiRule(groups []Ratings) (Verdict, error) {
	if len(groups) == 0 {
		return "", NoAnswers
	}
	in, out := true, true
	for _, g := range groups {
		for _, c := range g {
			if c < 0 {
				return "", Invalid
			}
		}
		if g.N() == 0 {
			return "", NoAnswers
		}
		high, low := g.third(RatingHigh), g.third(1)
		in = in && high >= DelphiEnough && low < DelphiFew
		out = out && low >= DelphiEnough && high < DelphiFew
	}
	switch {
	case in:
		return DelphiIn, nil
	case out:
		return DelphiOut, nil
	}
	return DelphiNone, nil
}

// Stability is how a panel's ratings of one item moved between two rounds.
type Stability struct {
	Both      int     `json:"both"`      // rated in both rounds
	Changed   float64 `json:"changed"`   // share of those with another rating
	CVBefore  float64 `json:"cv_before"` // coefficient of variation, sd (n-1) / mean
	CVAfter   float64 `json:"cv_after"`
	CVChange  float64 `json:"cv_change"` // after minus before
	Left      int     `json:"left"`      // rated before, not after
	Attrition float64 `json:"attrition"` // share of the first round's raters
	LeftMean  float64 `json:"left_mean"` // the leavers' earlier ratings; 0 when nobody left
}

// RoundStability compares two rounds of one item, ratings by rater. Coefficients
// of variation are over those who rated in both. Absent: nobody rated in the
// first round, or fewer than two in both.
func RoundStability(before, after map[string]int) (Stability, error) {
	var s Stability
	var first, second []float64
	changed, left := 0, 0
	for rater, b := range before {
		a, stayed := after[rater]
		if b < 1 || b > 9 || stayed && (a < 1 || a > 9) {
			return Stability{}, Invalid
		}
		if !stayed {
			s.Left++
			left += b
			continue
		}
		if a != b {
			changed++
		}
		first, second = append(first, float64(b)), append(second, float64(a))
	}
	s.Both = len(first)
	switch {
	case len(before) == 0:
		return Stability{}, NoAnswers
	case s.Both < 2:
		return Stability{}, TooFew
	}
	s.Changed = float64(changed) / float64(s.Both)
	s.CVBefore, s.CVAfter = variation(first), variation(second)
	s.CVChange = s.CVAfter - s.CVBefore
	s.Attrition = float64(s.Left) / float64(len(before))
	if s.Left > 0 {
		s.LeftMean = float64(left) / float64(s.Left)
	}
	return s, nil
}

// variation is sd/mean of ratings, which are 1 or more.
func variation(values []float64) float64 {
	d := distributionOf(values)
	mean, sd := d.moments()
	return sd / mean
}

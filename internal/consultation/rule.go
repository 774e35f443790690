package consultation

import (
	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
)

// Method is a way to tell what a panel has found.
type Method string

// The methods. The one that is not chosen is computed too and printed as a
// test of how much the choice matters.
const (
	Threshold Method = "threshold" // the 70/15 rule in each group
	RAND      Method = "rand"      // RAND/UCLA: median without disagreement, in each group
)

// Methods lists the methods in the order in which a form offers them.
var Methods = []Method{Threshold, RAND}

// Other is the method for the sensitivity line.
func (m Method) Other() Method {
	if m == Threshold {
		return RAND
	}
	return Threshold
}

// Rule is how a consultation's answers are read. Limits are those of the
// program that locked it.
type Rule struct {
	Method  Method `json:"method"`
	MinBase int    `json:"min_base"` // fewest raters of a group whose numbers are shown, 5 to 20
	Limits  Limits `json:"limits"`
}

// Limits are the numbers that the formulas of internal/analysis use.
type Limits struct {
	High        int     `json:"high"`         // ratings from here to 9 are the upper third
	Low         int     `json:"low"`          // ratings from 1 to here are the lower third
	Enough      float64 `json:"enough"`       // share of a group in one third ...
	Few         float64 `json:"few"`          // ... and less than this in the other
	RandBase    float64 `json:"rand_base"`    // disagreement: IPR > base + slope * asymmetry
	RandSlope   float64 `json:"rand_slope"`   //
	Common      float64 `json:"common"`       // common ground: share of every group ...
	CommonLower float64 `json:"common_lower"` // ... and the lower bound of its interval above this
	DividedLow  float64 `json:"divided_low"`  // divided within groups: every share between
	DividedHigh float64 `json:"divided_high"` //
	Majority    float64 `json:"majority"`     // broad support: every share above
}

// limits are what the code computes with today.
var limits = Limits{
	High: analysis.RatingHigh, Low: analysis.RatingLow, Enough: analysis.DelphiEnough, Few: analysis.DelphiFew,
	RandBase: analysis.RandBase, RandSlope: analysis.RandSlope,
	Common: analysis.CommonGroundShare, CommonLower: analysis.CommonGroundLower,
	DividedLow: analysis.DividedLow, DividedHigh: analysis.DividedHigh, Majority: analysis.Majority,
}

// NewRule is a rule with today's limits. Faults: Invalid by field.
func NewRule(m Method, minBase int) (Rule, error) {
	var fields []fault.Field
	if m != Threshold && m != RAND {
		fields = append(fields, fault.Field{Name: "method", Key: "error.choice"})
	}
	if minBase < minBaseLow || minBase > minBaseHigh {
		fields = append(fields, fault.Field{Name: "min_base", Key: "consultation.error_min_base",
			Args: fault.Args("Low", minBaseLow, "High", minBaseHigh)})
	}
	if fields != nil {
		return Rule{}, fault.InvalidFields("error.invalid", fields...)
	}
	return Rule{Method: m, MinBase: minBase, Limits: limits}, nil
}

// The bounds of the publication limit.
const (
	minBaseLow  = 5
	minBaseHigh = 20
)

// check refuses to compute by other limits than those that were locked.
func (r Rule) check() error {
	if r.Limits != limits {
		return fault.New(fault.Conflict, "consultation.error_limits")
	}
	return nil
}

// Text is the rule in words, a paragraph an element: what is printed is made
// from the numbers that are computed with.
func (r Rule) Text(l i18n.Lang) []string {
	percent := func(v float64) string { return i18n.Number(l, v*100, 0) }
	third := []any{"High", r.Limits.High, "Low", r.Limits.Low, "Enough", percent(r.Limits.Enough), "Few", percent(r.Limits.Few),
		"Base", i18n.Number(l, r.Limits.RandBase, 2), "Slope", i18n.Number(l, r.Limits.RandSlope, 1)}
	return []string{
		i18n.T(l, "consultation.rule_main_"+string(r.Method), third...),
		i18n.T(l, "consultation.rule_other_"+string(r.Method.Other()), third...),
		i18n.T(l, "consultation.rule_classes", "High", r.Limits.High, "Low", r.Limits.Low, "Common", percent(r.Limits.Common),
			"Lower", percent(r.Limits.CommonLower), "DividedLow", percent(r.Limits.DividedLow),
			"DividedHigh", percent(r.Limits.DividedHigh), "Majority", percent(r.Limits.Majority)),
		i18n.T(l, "consultation.rule_base", "Min", r.MinBase),
		i18n.T(l, "consultation.rule_priority", "High", r.Limits.High),
	}
}

package analysis

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Difference is one number minus another, with its 95 % interval: between two
// groups, or between two waves.
type Difference struct {
	Method Method  `json:"method"`
	Value  float64 `json:"value"` // first minus second, in the unit of the numbers
	Lower  float64 `json:"lower"`
	Upper  float64 `json:"upper"`
}

// Clear says whether the interval leaves 0 out: only then is there a difference
// that can be spoken of.
func (d Difference) Clear() bool { return d.Lower > 0 || d.Upper < 0 }

// DifferenceOf subtracts b from a, two values of one measure. Two shares use
// Newcombe's method 10 on their own Wilson intervals, so that a finite
// population or weights count as they do in the shares; two means use Welch's t.
// Both take the two as independent: for waves in which the same people answered
// twice the interval is on the cautious side when people mostly keep their
// opinion. Absent: no answers, or a measure without an interval (the median).
// Newcombe 1998; Welch 1947.
func DifferenceOf(m Measure, a, b Estimate) (Difference, error) {
	switch {
	case a.Base == 0 || b.Base == 0:
		return Difference{}, NoAnswers
	case !a.HasInterval || !b.HasInterval:
		return Difference{}, NotOrdered
	case !m.IsShare():
		return welch(a, b)
	}
	d := a.Value - b.Value
	return Difference{
		Method: NewcombeDifference, Value: d,
		Lower: d - math.Hypot(a.Value-a.Lower, b.Upper-b.Value),
		Upper: d + math.Hypot(a.Upper-a.Value, b.Value-b.Lower),
	}, nil
}

// welch is the difference of means with Welch and Satterthwaite's degrees of
// freedom. The standard errors come back out of the t-intervals.
func welch(a, b Estimate) (Difference, error) {
	if a.Base < 2 || b.Base < 2 {
		return Difference{}, TooFew
	}
	da, db := float64(a.Base-1), float64(b.Base-1)
	va := math.Pow((a.Upper-a.Lower)/2/tQuantile975(da), 2)
	vb := math.Pow((b.Upper-b.Lower)/2/tQuantile975(db), 2)
	if va+vb == 0 {
		return Difference{}, AllEqual
	}
	df := (va + vb) * (va + vb) / (va*va/da + vb*vb/db)
	d, half := a.Value-b.Value, tQuantile975(df)*math.Sqrt(va+vb)
	return Difference{Method: WelchDifference, Value: d, Lower: d - half, Upper: d + half}, nil
}

// tQuantile975 is the 97.5th percentile of Student's t with df degrees of
// freedom.
func tQuantile975(df float64) float64 {
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.Quantile(0.975)
}

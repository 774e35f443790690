package analysis

import "math"

// Summary describes ordered answers. Units are the question's own.
type Summary struct {
	Mean         *Mean    `json:"mean,omitempty"` // nil below the smallest base for a mean
	Median       float64  `json:"median"`
	Q1           float64  `json:"q1"` // type 7
	Q3           float64  `json:"q3"` // type 7
	Interpolated *float64 `json:"interpolated_median,omitempty"`
}

// Mean is the arithmetic mean with its 95 % t-interval.
type Mean struct {
	Value float64 `json:"value"`
	SD    float64 `json:"sd"` // n-1
	Lower float64 `json:"lower"`
	Upper float64 `json:"upper"`
}

// summarise describes a distribution; scale adds the interpolated median of
// whole steps. It returns nil without answers.
func summarise(d Distribution, scale bool, minMean int) *Summary {
	n := d.N()
	if n == 0 {
		return nil
	}
	quantile := func(p float64) float64 { q, _ := d.Quantile(p); return q } // not empty, p in 0-1
	s := &Summary{Median: quantile(0.5), Q1: quantile(0.25), Q3: quantile(0.75)}
	if scale {
		m := d.interpolatedMedian(s.Median)
		s.Interpolated = &m
	}
	if n >= minMean && n > 1 {
		m := d.meanInterval()
		s.Mean = &m
	}
	return s
}

// apart says whether two summaries, as far as both tell, are of other answers.
func (s *Summary) apart(other *Summary) bool {
	if s == nil || other == nil {
		return false
	}
	same := func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(1, math.Abs(a)) }
	if !same(s.Median, other.Median) || !same(s.Q1, other.Q1) || !same(s.Q3, other.Q3) {
		return true
	}
	return s.Mean != nil && other.Mean != nil && !(same(s.Mean.Value, other.Mean.Value) && same(s.Mean.SD, other.Mean.SD))
}

// moments returns the mean and the standard deviation (n-1; 0 for one answer).
func (d Distribution) moments() (mean, sd float64) {
	n := float64(d.N())
	for i, v := range d.Values {
		mean += v * float64(d.Counts[i]) / n
	}
	squares := 0.0
	for i, v := range d.Values {
		squares += (v - mean) * (v - mean) * float64(d.Counts[i])
	}
	if n > 1 {
		sd = math.Sqrt(squares / (n - 1))
	}
	return mean, sd
}

// meanInterval needs two answers.
func (d Distribution) meanInterval() Mean {
	mean, sd := d.moments()
	n := float64(d.N())
	half := tQuantile975(n-1) * sd / math.Sqrt(n)
	return Mean{Value: mean, SD: sd, Lower: mean - half, Upper: mean + half}
}

// interpolatedMedian treats a whole step k as the class k-0.5 to k+0.5.
func (d Distribution) interpolatedMedian(median float64) float64 {
	if median != math.Trunc(median) { // between two steps: nothing to interpolate in
		return median
	}
	below, at, n := 0, 0, 0
	for i, v := range d.Values {
		switch {
		case v < median:
			below += d.Counts[i]
		case v == median:
			at = d.Counts[i]
		}
		n += d.Counts[i]
	}
	if at == 0 { // halfway between two steps that leave one out, as 2 and 4
		return median
	}
	return median - 0.5 + (float64(n)/2-float64(below))/float64(at)
}

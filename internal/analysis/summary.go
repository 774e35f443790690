package analysis

import (
	"math"
	"sort"
)

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

// summarise expects sorted values; scale adds the interpolated median of whole
// steps. It returns nil without values.
func summarise(sorted []float64, scale bool, minMean int) *Summary {
	if len(sorted) == 0 {
		return nil
	}
	s := &Summary{Median: quantile(sorted, 0.5), Q1: quantile(sorted, 0.25), Q3: quantile(sorted, 0.75)}
	if scale {
		m := interpolatedMedian(sorted)
		s.Interpolated = &m
	}
	if len(sorted) >= minMean && len(sorted) > 1 {
		m := meanOf(sorted)
		s.Mean = &m
	}
	return s
}

func meanOf(values []float64) Mean {
	n := float64(len(values))
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	mean := sum / n
	squares := 0.0
	for _, v := range values {
		squares += (v - mean) * (v - mean)
	}
	sd := math.Sqrt(squares / (n - 1))
	half := tQuantile975(n-1) * sd / math.Sqrt(n)
	return Mean{Value: mean, SD: sd, Lower: mean - half, Upper: mean + half}
}

// quantile is Hyndman and Fan's type 7: linear between order statistics.
func quantile(sorted []float64, p float64) float64 {
	h := p * float64(len(sorted)-1)
	i := int(math.Floor(h))
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (h-float64(i))*(sorted[i+1]-sorted[i])
}

// interpolatedMedian treats a whole step k as the class k-0.5 to k+0.5.
func interpolatedMedian(sorted []float64) float64 {
	m := quantile(sorted, 0.5)
	if m != math.Trunc(m) { // between two steps: nothing to interpolate in
		return m
	}
	below := sort.SearchFloat64s(sorted, m)
	at := sort.SearchFloat64s(sorted, m+0.5) - below
	if at == 0 { // halfway between two steps that leave one out, as 2 and 4
		return m
	}
	return m - 0.5 + (float64(len(sorted))/2-float64(below))/float64(at)
}

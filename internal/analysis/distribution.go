package analysis

import (
	"cmp"
	"math"
	"slices"
)

// Distribution is ordered answers as values with how many gave each: ascending,
// distinct, every count above zero. Scales, ratings and numbers are all
// summarised and compared in this form, so a million answers on a scale cost no
// more than five.
type Distribution struct {
	Values []float64
	Counts []int
}

// NewDistribution makes one from single values, in any order. Values that are
// not finite are Invalid.
func NewDistribution(values []float64) (Distribution, error) {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return Distribution{}, Invalid
		}
	}
	return distributionOf(slices.Clone(values)), nil
}

// distributionOf sorts values in place and counts them; they must be finite.
func distributionOf(values []float64) Distribution {
	slices.Sort(values)
	var d Distribution
	for i, v := range values {
		if i > 0 && v == values[i-1] {
			d.Counts[len(d.Counts)-1]++
			continue
		}
		d.Values, d.Counts = append(d.Values, v), append(d.Counts, 1)
	}
	return d
}

// ScaleDistribution makes one from counts by step: counts[i] answers of the
// value first+i.
func ScaleDistribution(first int, counts ...int) Distribution {
	var d Distribution
	for i, n := range counts {
		if n > 0 {
			d.Values, d.Counts = append(d.Values, float64(first+i)), append(d.Counts, n)
		}
	}
	return d
}

// N returns the number of answers.
func (d Distribution) N() int {
	n := 0
	for _, c := range d.Counts {
		n += c
	}
	return n
}

// at returns the i-th smallest answer, from 0.
func (d Distribution) at(i int) float64 {
	for k, c := range d.Counts {
		if i < c {
			return d.Values[k]
		}
		i -= c
	}
	return d.Values[len(d.Values)-1]
}

// Quantile returns Hyndman and Fan's type 7 quantile (linear between order
// statistics, R's default). p is 0-1. Hyndman & Fan 1996.
func (d Distribution) Quantile(p float64) (float64, error) {
	n := d.N()
	if n == 0 {
		return 0, NoAnswers
	}
	if !(p >= 0 && p <= 1) {
		return 0, Invalid
	}
	h := p * float64(n-1)
	i := int(math.Floor(h))
	low := d.at(i)
	return low + (h-float64(i))*(d.at(min(i+1, n-1))-low), nil
}

// pooled counts several distributions over all the values that occur in any.
func pooled(ds []Distribution) (values []float64, counts [][]int) {
	for _, d := range ds {
		values = append(values, d.Values...)
	}
	slices.Sort(values)
	values = slices.Compact(values)
	counts = make([][]int, len(ds))
	for g, d := range ds {
		counts[g] = make([]int, len(values))
		for k, v := range d.Values {
			i, _ := slices.BinarySearchFunc(values, v, cmp.Compare[float64])
			counts[g][i] += d.Counts[k]
		}
	}
	return values, counts
}

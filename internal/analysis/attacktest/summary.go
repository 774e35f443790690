package attacktest

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Weigh says that a weighted sum of counts lies from low to high.
func (s *System) Weigh(low, high float64, of map[string]float64) {
	n := len(s.rows)
	over, under := fmt.Sprintf("over %d", n), fmt.Sprintf("under %d", n)
	e := equation{sum: map[int]float64{}, equal: low}
	for name, f := range of {
		e.sum[s.variable(name)] += f
	}
	e.sum[s.variable(over)]--
	s.rows = append(s.rows, e)
	s.Equal(high-low, over, under)
}

// Least says that a weighted sum of counts is no less than a number.
func (s *System) Least(low float64, of map[string]float64) {
	e := equation{sum: map[int]float64{}, equal: low}
	for name, f := range of {
		e.sum[s.variable(name)] += f
	}
	e.sum[s.variable(fmt.Sprintf("over %d", len(s.rows)))]--
	s.rows = append(s.rows, e)
}

// Mean is what a printed mean with its 95 % t-interval tells of counts by value:
// their sum, and by the width of the interval their sum of squares. What is
// printed with at most two decimals is read as rounded.
func (s *System) Mean(values map[string]float64, n int, mean, lower, upper float64) {
	size := float64(n)
	slack := max(rounding(mean), rounding(lower), rounding(upper))
	s.Weigh(size*(mean-slack), size*(mean+slack), values)
	half, t := (upper-lower)/2, distuv.StudentsT{Mu: 0, Sigma: 1, Nu: size - 1}.Quantile(0.975)
	squares := func(half, mean float64) float64 {
		return (size-1)*size*half*half/(t*t) + size*mean*mean
	}
	of := map[string]float64{}
	for name, v := range values {
		of[name] = v * v
	}
	s.Weigh(squares(max(0, half-slack), max(0, mean-slack)), squares(half+slack, mean+slack), of)
}

func rounding(v float64) float64 {
	for decimals, slack := 1.0, 0.05; decimals <= 2; decimals, slack = decimals+1, slack/10 {
		if scaled := v * math.Pow(10, decimals); math.Abs(scaled-math.Round(scaled)) < 1e-9 {
			return slack + 1e-9
		}
	}
	return 1e-9
}

// Quantile is what a printed type 7 quantile tells of counts by value.
func (s *System) Quantile(values map[string]float64, n int, p, quantile float64) {
	at := float64(n-1) * p
	k := math.Floor(at)
	below, upto := map[string]float64{}, map[string]float64{}
	for name, v := range values {
		if v < quantile {
			below[name] = 1
		}
		if v <= quantile {
			upto[name] = 1
		}
	}
	most := k + 1
	if at == k {
		most = k
	}
	s.Weigh(0, most, below)
	s.Weigh(k+1, float64(n), upto)
}

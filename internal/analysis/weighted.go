package analysis

import (
	"cmp"
	"math"
	"slices"
)

// weighed is ordered answers with the mass of each value, ascending.
type weighed struct {
	values []float64
	masses []mass
}

func (d *weighed) put(v float64, m mass) {
	if m.n > 0 {
		d.values, d.masses = append(d.values, v), append(d.masses, m)
	}
}

func (d *weighed) sort() {
	if slices.IsSorted(d.values) {
		return
	}
	order := make([]int, len(d.values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(d.values[a], d.values[b]) })
	values, masses := make([]float64, len(order)), make([]mass, len(order))
	for k, i := range order {
		values[k], masses[k] = d.values[i], d.masses[i]
	}
	d.values, d.masses = values, masses
}

// counts is the distribution without weights.
func (d *weighed) counts() Distribution {
	out := Distribution{Values: d.values, Counts: make([]int, len(d.masses))}
	for i, m := range d.masses {
		out.Counts[i] = m.n
	}
	return out
}

func (d *weighed) total() mass {
	var all mass
	for _, m := range d.masses {
		all.merge(m)
	}
	return all
}

// summariseWeighted describes weighted answers. The mean's interval is Student's
// on n-1 degrees of freedom with the linearised standard error
// sqrt(n/(n-1) sum w^2 (x-mean)^2) / sum w, as R's svymean gives for a design
// with weights only; sd^2 = n/(n-1) sum w (x-mean)^2 / sum w. Quantiles
// generalise type 7: with weights that are whole numbers of repetitions and
// scaled to n they are those of the repeated answers (Harrell's wtd.quantile).
func (d *weighed) summariseWeighted(scale bool, minMean int) *Summary {
	all := d.total()
	if all.n == 0 || all.sum == 0 {
		return nil
	}
	s := &Summary{Median: d.quantile(0.5, all), Q1: d.quantile(0.25, all), Q3: d.quantile(0.75, all)}
	if scale {
		m := d.interpolated(s.Median, all)
		s.Interpolated = &m
	}
	if all.n >= minMean && all.n > 1 {
		n := float64(all.n)
		m := Mean{}
		for i, v := range d.values {
			m.Value += v * d.masses[i].sum / all.sum
		}
		spread, linear := 0.0, 0.0
		for i, v := range d.values {
			off := (v - m.Value) * (v - m.Value)
			spread += off * d.masses[i].sum
			linear += off * d.masses[i].squares
		}
		m.SD = math.Sqrt(n / (n - 1) * spread / all.sum)
		half := tQuantile975(n-1) * math.Sqrt(n/(n-1)*linear) / all.sum
		m.Lower, m.Upper = m.Value-half, m.Value+half
		s.Mean = &m
	}
	return s
}

func (d *weighed) quantile(p float64, all mass) float64 {
	n := float64(all.n)
	order := 1 + (n-1)*p
	low := math.Floor(order)
	at := func(rank float64) float64 {
		sum := 0.0
		for i, m := range d.masses {
			if sum += m.sum / all.sum * n; sum >= rank-1e-9*n {
				return d.values[i]
			}
		}
		return d.values[len(d.values)-1]
	}
	a, b := at(low), at(min(low+1, n))
	return a + (order-low)*(b-a)
}

// interpolated is the point with half of the weights below it, where a whole
// step k is the class k-0.5 to k+0.5. The class is found by the weights: the
// median of type 7, which counts order statistics, may lie in the next.
func (d *weighed) interpolated(median float64, all mass) float64 {
	if median != math.Trunc(median) || !slices.Contains(d.values, median) {
		return median
	}
	half, below := all.sum/2, 0.0
	for i, m := range d.masses {
		if below+m.sum >= half*(1-1e-12) {
			return d.values[i] - 0.5 + (half-below)/m.sum
		}
		below += m.sum
	}
	return median
}

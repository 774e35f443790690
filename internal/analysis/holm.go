package analysis

import "slices"

// Holm returns p-values adjusted for their number, in the order given: the
// smallest times m, the next times m-1 and so on, never falling, at most 1
// (Holm 1979). A p-value outside 0-1 is Invalid.
func Holm(p []float64) ([]float64, error) {
	order := make([]int, len(p))
	for i, v := range p {
		if !(v >= 0 && v <= 1) {
			return nil, Invalid
		}
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case p[a] < p[b]:
			return -1
		case p[a] > p[b]:
			return 1
		}
		return 0
	})
	out, last := make([]float64, len(p)), 0.0
	for rank, i := range order {
		last = max(last, min(1, p[i]*float64(len(p)-rank)))
		out[i] = last
	}
	return out, nil
}

// AdjustFamily sets Adjusted and Family of tests that are read together.
func AdjustFamily(tests []*Test) {
	p := make([]float64, len(tests))
	for i, t := range tests {
		p[i] = t.P
	}
	adjusted, err := Holm(p)
	if err != nil {
		return // a test's own P lies in 0-1
	}
	for i, t := range tests {
		t.Adjusted, t.Family = adjusted[i], len(tests)
	}
}

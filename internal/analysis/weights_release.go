package analysis

import "slices"

// releaseWeighted lets weighted results of one question leave the system only where they tell of no class of the
// weights: each weighting of the same answers is another sum over the classes (ADR 208). Shares are told to three
// decimals.
func (b Beside) releaseWeighted(fs []*Frequency, public []Standing) {
	if b.Data == nil { // the team's own pages
		return
	}
	var beside []*Frequency
	for i := range public {
		if public[i].unchanged() {
			beside = append(beside, &public[i].Shown)
		}
	}
	beside = append(beside, fs...)
	for _, f := range fs {
		switch {
		case f.Numbers == nil || f.Numbers.Weighting == nil:
		case f.HidesAny() || f.Numbers.tellsClasses() || slices.ContainsFunc(beside, f.uncoveredBy):
			withhold(f)
		default:
			*f = *Coarse(*f, *f)
		}
	}
}

// uncoveredBy says whether a weighted result, beside another of the same answers, may tell of the classes of the
// weights: another weighting, or a table of some of the same firms that parts them otherwise.
func (f *Frequency) uncoveredBy(other *Frequency) bool {
	if other.Numbers == nil || other.Filter.apart(f.Filter) {
		return false
	}
	if w := other.Numbers.Weighting; w != nil && (w.Min != f.Numbers.Weighting.Min || w.Max != f.Numbers.Weighting.Max) {
		return true
	}
	return len(other.Filter.Where) > 0 && other.Filter.String() != f.Filter.String()
}

// tellsClasses says whether counts and weighted shares, as they are told, narrow what few of one class of the
// weights answered. Who reads them knows the weights: the frame's counts are public.
func (n *Numbers) tellsClasses() bool {
	const slack = 0.0005 // of a share with three decimals
	rows := slices.Clone(n.listed())
	exclusive := len(n.Ranking) == 0
	for _, r := range n.Ranking {
		rows = append(rows, Row{Share: r.First})
	}
	total := 0
	for _, r := range rows {
		total += r.Count
	}
	exclusive = exclusive && total == n.Base
	k := &known{}
	classes := make([]int, len(n.ClassWeights)) // how many answered
	for c := range classes {
		classes[c] = k.number()
	}
	all := func(by func(class int) float64) (of []term) {
		for c, at := range classes {
			of = append(of, term{at, by(c)})
		}
		return of
	}
	k.equal(all(one), float64(n.Base))
	cells := make([][]int, len(rows))
	for i, r := range rows {
		var count, weighted []term
		for c, w := range n.ClassWeights {
			at := k.number()
			cells[i] = append(cells[i], at)
			count, weighted = append(count, term{at, 1}), append(weighted, term{at, w})
			if !exclusive {
				k.atMost([]term{{at, 1}, {classes[c], -1}}, 0)
			}
		}
		k.equal(count, float64(r.Count))
		share := r.Share.coarse().Share
		k.atMost(append(slices.Clone(weighted), all(func(c int) float64 { return -n.ClassWeights[c] * (share + slack) })...), 0)
		k.atMost(append(times(weighted, -1), all(func(c int) float64 { return n.ClassWeights[c] * (share - slack) })...), 0)
	}
	for c := range classes {
		var of []term
		for i := range rows {
			of = append(of, term{cells[i][c], 1})
		}
		if exclusive {
			k.equal(append(of, term{classes[c], -1}), 0)
		}
	}
	if !k.solve() {
		return true
	}
	for _, row := range cells {
		for _, at := range row {
			low, high := k.bounds([]term{{at, 1}})
			if high > 0 && low < DefaultCellLimit && high-low < shortestInterval {
				return true
			}
		}
	}
	return false
}

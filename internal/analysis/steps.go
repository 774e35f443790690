package analysis

import (
	"math"
	"slices"
)

// How much is told of a 0-10 rating beside its bands. The single steps are never
// printed, but mean, interval and quartiles are equations over them.
const (
	tellNothing   = iota
	tellQuantiles // median and quartiles
	tellMean      // and the mean with its interval
)

// steps are a rating's answers 0-10.
const ratingSteps = 11

// mostJoint is how many atoms are audited together; with more, the summary of
// who hides a band goes with it.
const mostJoint = 8

// tellSummaries decides what is told of a rating beside its bands: as much as
// leaves every hidden band, and every step that few chose, as wide as the rule
// demands. Where every band is shown each atom can be judged by itself: what is
// told of several together is less than if it were told of each. It is false when
// what is public already tells too much beside the bands that are now shown.
func (t *family) tellSummaries(limit int) bool {
	if len(t.steps) == 0 || len(t.steps) != len(t.cells.value) {
		return true
	}
	open := slices.DeleteFunc(slices.Clone(t.cells.views), func(v *cellView) bool { return v == t.total })
	for _, v := range open {
		if f := t.of[v]; f != nil {
			v.summary, v.rounded = min(v.mostTold, summaryLevel(f.Numbers)), t.hasSmall(v.atoms, limit)
		}
	}
	if t.hidesBand() && len(t.cells.value) <= mostJoint {
		return t.tellTogether(open, limit)
	}
	level := make([]int, len(t.cells.value))
	for a := range level {
		level[a] = t.levelOf(a, limit)
	}
	for _, v := range open {
		for _, a := range v.atoms {
			if t.of[v] != nil {
				v.summary = min(v.summary, level[a])
			}
		}
	}
	return !slices.ContainsFunc(open, func(v *cellView) bool { return t.of[v] == nil && v.summary > tellNothing && t.hides(v) })
}

func summaryLevel(n *Numbers) int {
	switch {
	case n == nil || n.Summary == nil:
		return tellNothing
	case n.Summary.Mean == nil:
		return tellQuantiles
	}
	return tellMean
}

// levelOf is how much may be told of one atom by itself.
func (t *family) levelOf(atom, limit int) int {
	alone := &cellView{atoms: []int{atom}, hidden: make([]bool, len(t.cells.block))}
	for _, v := range t.cells.views {
		if slices.Contains(v.atoms, atom) && t.hides(v) {
			return tellNothing
		}
	}
	for alone.summary = tellMean; alone.summary > tellNothing; alone.summary-- {
		if _, narrow := t.narrowStep([]*cellView{alone}, limit); !narrow {
			break
		}
	}
	return alone.summary
}

// tellTogether lowers what is told, of the smallest results first, until nothing
// is too narrow; false when that does not help.
func (t *family) tellTogether(views []*cellView, limit int) bool {
	for {
		at, narrow := t.narrowStep(t.cells.views, limit)
		if !narrow {
			return true
		}
		var lower *cellView
		for _, v := range views {
			if t.of[v] == nil || v.summary == tellNothing {
				continue
			}
			if near := overlap(v, at); lower == nil || near && !overlap(lower, at) ||
				near == overlap(lower, at) && t.size(v) < t.size(lower) {
				lower = v
			}
		}
		if lower == nil {
			return false
		}
		lower.summary--
	}
}

func overlap(a, b *cellView) bool {
	return slices.ContainsFunc(a.atoms, func(i int) bool { return slices.Contains(b.atoms, i) })
}

func (t *family) size(v *cellView) (n int) {
	for _, a := range v.atoms {
		for _, c := range t.steps[a] {
			n += c
		}
	}
	return n
}

func (t *family) hides(v *cellView) bool {
	return slices.Contains(v.hidden[:len(t.layout.codes)], true)
}

func (t *family) hidesBand() bool { return slices.ContainsFunc(t.cells.views, t.hides) }

func (t *family) countsOf(atoms []int) (sum [ratingSteps]int) {
	for _, a := range atoms {
		for s, n := range t.steps[a] {
			sum[s] += n
		}
	}
	return sum
}

func (t *family) hasSmall(atoms []int, limit int) bool {
	counts := t.countsOf(atoms)
	return slices.ContainsFunc(counts[:], func(n int) bool { return small(n, limit) })
}

// narrowStep finds a view of which a hidden band, or a step that few chose, can be
// worked out too well from what the views show and tell.
func (t *family) narrowStep(views []*cellView, limit int) (*cellView, bool) {
	var used []int
	for _, v := range views {
		for _, a := range v.atoms {
			if !slices.Contains(used, a) {
				used = append(used, a)
			}
		}
	}
	if !slices.ContainsFunc(views, func(v *cellView) bool { return v.summary > tellNothing && t.hasSmall(v.atoms, limit) || t.hides(v) }) {
		return nil, false
	}
	p, ok := t.equations(views, used).vertex()
	if !ok {
		return views[0], true // cannot be: the answers themselves agree
	}
	wide := func(of []int) bool {
		low, high := p.span(of)
		return math.Floor(high+1e-6)-math.Ceil(low-1e-6) >= shortestInterval
	}
	for _, v := range views {
		counts := t.countsOf(v.atoms)
		for k, code := range t.layout.codes {
			if v.hidden[k] && !t.isNarrow(v, k) && !wide(variables(v, used, stepsOf(code)...)) {
				return v, true
			}
		}
		for s, n := range counts {
			if small(n, limit) && !wide(variables(v, used, s)) {
				return v, true
			}
		}
	}
	return nil, false
}

// isNarrow says whether a band is too well known without any summary.
func (t *family) isNarrow(v *cellView, column int) bool {
	return slices.ContainsFunc(t.narrow, func(at cellAt) bool { return t.cells.views[at.view] == v && at.column == column })
}

// variables are a view's counts of some steps, by place in the equations.
func variables(v *cellView, used []int, steps ...int) (out []int) {
	for _, a := range v.atoms {
		for _, s := range steps {
			out = append(out, slices.Index(used, a)*ratingSteps+s)
		}
	}
	return out
}

func stepsOf(band int) (out []int) {
	for _, b := range ratingBands {
		for s := b.from; s <= b.to && b.from == band; s++ {
			out = append(out, s)
		}
	}
	return out
}

// equations are what a reader knows of the steps of atoms.
func (t *family) equations(views []*cellView, used []int) *equations {
	e := &equations{width: len(used) * ratingSteps}
	of := func(v *cellView, weight func(step int) float64, steps ...int) map[int]float64 {
		out := map[int]float64{}
		for _, s := range steps {
			for _, i := range variables(v, used, s) {
				out[i] = weight(s)
			}
		}
		return out
	}
	one := func(int) float64 { return 1 }
	all := make([]int, ratingSteps)
	for s := range all {
		all[s] = s
	}
	for _, a := range used {
		alone := &cellView{atoms: []int{a}}
		e.equal(of(alone, one, all...), float64(t.size(alone)))
	}
	for _, v := range views {
		counts := t.countsOf(v.atoms)
		for k, code := range t.layout.codes {
			if !v.hidden[k] {
				n := 0
				for _, s := range stepsOf(code) {
					n += counts[s]
				}
				e.equal(of(v, one, stepsOf(code)...), float64(n))
			}
		}
		d := Distribution{}
		for s, n := range counts {
			d.put(s, n)
		}
		n := d.N()
		if v.summary >= tellQuantiles && n > 0 {
			for _, p := range []float64{0.25, 0.5, 0.75} {
				q, _ := d.Quantile(p) // not empty
				at := p * float64(n-1)
				k := math.Floor(at)
				most := k + 1
				if at == k {
					most = k
				}
				below := slices.DeleteFunc(slices.Clone(all), func(s int) bool { return float64(s) >= q })
				upto := slices.DeleteFunc(slices.Clone(all), func(s int) bool { return float64(s) > q })
				e.atMost(of(v, one, below...), most)
				e.atMost(of(v, func(int) float64 { return -1 }, upto...), -k-1)
			}
		}
		if v.summary == tellMean && n > 1 {
			mean, lower, upper := d.squares()
			e.equal(of(v, func(s int) float64 { return float64(s) }, all...), mean*float64(n))
			e.between(of(v, func(s int) float64 { return float64(s * s) }, all...), lower, upper)
		}
	}
	return e
}

// squares returns the mean and what its interval, as it is rounded, leaves for
// the sum of squares. The mean is taken as known to the very number: in groups of
// less than a hundred two decimals say no less.
func (d Distribution) squares() (mean, lower, upper float64) {
	m := d.meanInterval()
	n := float64(d.N())
	of := func(half float64) float64 {
		t := tQuantile975(n - 1)
		return (n-1)*n*half*half/(t*t) + n*m.Value*m.Value
	}
	half := (m.Upper - m.Lower) / 2
	slack := 1 / meanPlaces / 2
	return m.Value, of(max(0, half-slack)), of(half + slack)
}

// meanPlaces is how finely a mean is told where a step was chosen by few.
const meanPlaces = 100.0

// rounded says whether a mean was told rounded.
func (n *Numbers) rounded() bool {
	if summaryLevel(n) < tellMean {
		return false
	}
	v := n.Summary.Mean.Value * meanPlaces
	return math.Abs(v-math.Round(v)) < 1e-9
}

// releaseSummary keeps of a rating's summary what may be told.
func (n *Numbers) releaseSummary(v *cellView) {
	if n.Summary == nil {
		return
	}
	s := *n.Summary
	switch {
	case v.summary == tellNothing:
		n.Summary = nil
		return
	case v.summary == tellQuantiles:
		s.Mean = nil
	case v.rounded && s.Mean != nil:
		m := *s.Mean
		for _, f := range []*float64{&m.Value, &m.Lower, &m.Upper} {
			*f = math.Round(*f*meanPlaces) / meanPlaces
		}
		m.SD = math.Round(m.SD*10) / 10 // the interval tells it no finer
		s.Mean = &m
	}
	n.Summary = &s
}

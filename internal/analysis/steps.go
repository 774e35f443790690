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

// mostJoint is how many kinds of people, of each time, are known by their single
// steps; of more, see tellNoSummaries.
const mostJoint = 24

// tellSummaries decides what is told of a rating beside its bands as far as each
// atom by itself is judged, of which the reader knows every band. What is told of
// several together, and beside a hidden band, is left to the audit over single
// steps.
func (t *family) tellSummaries(limit int, stepped bool) {
	if len(t.steps) == 0 || len(t.steps) != len(t.cells.value) {
		return
	}
	for v, f := range t.of {
		v.summary, v.rounded = summaryLevel(f.Numbers), t.hasSmall(v.atoms, limit)
	}
	if stepped && t.hidesBand() {
		return
	}
	level := make([]int, len(t.cells.value))
	for a := range level {
		level[a] = t.levelOf(a, limit)
	}
	for v := range t.of {
		for _, a := range v.atoms {
			v.summary = min(v.summary, level[a])
		}
	}
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
	for _, v := range t.cells.views {
		if slices.Contains(v.atoms, atom) && t.hides(v) {
			return tellNothing
		}
	}
	level := tellMean
	for level > tellNothing && narrowStep(t.steps[atom], level, limit) {
		level--
	}
	return level
}

func (t *family) hides(v *cellView) bool {
	return slices.Contains(v.hidden[:len(t.layout.codes)], true)
}

func (t *family) hidesBand() bool { return slices.ContainsFunc(t.cells.views, t.hides) }

func (t *family) hasSmall(atoms []int, limit int) bool {
	var sum [ratingSteps]int
	for _, a := range atoms {
		for s, n := range t.steps[a] {
			sum[s] += n
		}
	}
	return slices.ContainsFunc(sum[:], func(n int) bool { return small(n, limit) })
}

// narrowStep says whether a step that few of some people chose can be worked out
// too well from their bands and what is told beside them.
func narrowStep(steps []int, told, limit int) bool {
	if !slices.ContainsFunc(steps, func(n int) bool { return small(n, limit) }) {
		return false
	}
	k := &known{width: ratingSteps}
	of := func(weight func(step int) float64) (out []term) {
		for s := range ratingSteps {
			out = append(out, term{s, weight(s)})
		}
		return out
	}
	for _, b := range ratingBands {
		n := 0
		for _, s := range stepsOf(b.from) {
			n += steps[s]
		}
		k.equal(of(func(s int) float64 { return truth(b.from <= s && s <= b.to) }), float64(n))
	}
	k.summary(ScaleDistribution(0, steps...), told, of)
	if !k.solve() {
		return true // cannot be: the answers themselves agree
	}
	for s, n := range steps {
		if low, high := k.bounds([]term{{s, 1}}); small(n, limit) && high-low < shortestInterval {
			return true
		}
	}
	return false
}

func stepsOf(band int) (out []int) {
	for _, b := range ratingBands {
		for s := b.from; s <= b.to && b.from == band; s++ {
			out = append(out, s)
		}
	}
	return out
}

// summary learns what is told of answers of 0-10 beside their bands. of weighs
// the numbers of each step.
func (k *known) summary(d Distribution, told int, of func(weight func(step int) float64) []term) {
	n := d.N()
	if told >= tellQuantiles && n > 0 {
		for _, p := range []float64{0.25, 0.5, 0.75} {
			q, _ := d.Quantile(p) // not empty
			at := p * float64(n-1)
			low := math.Floor(at)
			most := low + 1
			if at == low {
				most = low
			}
			k.atMost(of(func(s int) float64 { return truth(float64(s) < q) }), most)
			k.atMost(of(func(s int) float64 { return -truth(float64(s) <= q) }), -low-1)
		}
	}
	if told == tellMean && n > 1 {
		mean, lower, upper := d.squares()
		k.equal(of(func(s int) float64 { return float64(s) }), mean*float64(n))
		k.between(of(func(s int) float64 { return float64(s * s) }), lower, upper)
	}
}

func truth(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
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

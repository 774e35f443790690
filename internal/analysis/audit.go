package analysis

import (
	"fmt"
	"math"
	"slices"
)

// secret is something that no reader may narrow to less than shortestInterval: a
// hidden cell, a step of a rating that few chose, or what few of those answered
// who came between two times.
type secret struct {
	filter       int
	since, until int   // see reader.terms
	columns      []int // of the reader
	table        *printed
	// guessed says that it is not known whether few are behind it: a number that
	// was not counted then. It matters when the reader takes them to be few.
	guessed bool
}

func (s secret) String() string { return fmt.Sprint(s.filter, s.since, s.until, s.columns) }

// auditor hides more of the results that are to be printed until nobody who has
// them, and everything that is public, can narrow a secret too far: not over
// filters that overlap, not over time, and not by what is told of a rating beside
// its bands. What is public and too easy to work out already may not get easier.
type auditor struct {
	layout layout
	views  map[*Frequency]*cellView
	public []Standing
	beside Beside
	gone   map[*Frequency]bool    // results that must be withheld as a whole
	wide   map[string]bool        // secrets that are safe: hiding more makes none narrower
	shown  []*Frequency           // that are to be printed
	before map[assumption]*reader // of what is public alone; nil where that contradicts itself
	// weighed are results whose weights are told, or are to be.
	weighed []weighedResult
}

// audit is false when all results must be withheld.
func (a *auditor) audit(fs []*Frequency) bool {
	a.shown = fs
	a.gone, a.wide, a.before = map[*Frequency]bool{}, map[string]bool{}, map[assumption]*reader{}
	for {
		r := a.reader(fs, nil)
		if a.layout.bands && !r.stepped {
			r.tellNoSummaries(a.beside.Limit)
		}
		if !r.hides(a.beside.Limit) {
			return true
		}
		if safe, ok := a.step(r); safe || !ok {
			return ok
		}
	}
}

// assumptions are what a reader takes for granted, each line where the one before cannot be.
var assumptions = [][]assumption{{{}}, {{others: true}, {leave: true}}, {{others: true, leave: true}}}

// step hides what one secret needs; safe when none needs anything, and not ok when nothing can help. A reader first takes
// it that nobody is of a group without a table, and that nobody has left who need not have. Where that cannot be,
// either may be wrong, and each is tried.
func (a *auditor) step(r *reader) (safe, ok bool) {
	for _, one := range assumptions {
		for _, by := range one {
			if by.leave && r.times == 0 || !r.solve(by) {
				continue
			}
			ok = true
			if at, least := a.narrow(r, by); at != nil {
				return false, a.widen(r, *at, least)
			}
		}
		if ok {
			return true, true
		}
	}
	return false, false
}

// reader is who has the results and everything public.
func (a *auditor) reader(fs []*Frequency, filters []Filter) *reader {
	r := &reader{layout: a.layout, filters: slices.Clone(filters), data: a.beside.Data, counter: a.beside.counter}
	r.take(fs, a.views, a.public)
	for _, p := range r.tables {
		p.gone = a.gone[p.result]
	}
	for _, w := range a.weighed {
		r.weigh(w.of, r.times, w.people, w.told)
	}
	r.knowClasses(filters != nil)
	r.stepped = a.beside.stepped
	return r
}

// stepped says whether the reader of a rating is taken to know its single steps.
func (a *auditor) stepped(fs []*Frequency) bool {
	r := &reader{layout: a.layout, data: a.beside.Data, counter: a.beside.counter}
	r.take(nil, nil, a.public)
	for _, f := range fs {
		r.filter(f.Filter)
	}
	kinds := r.kindsOf(true)
	return a.layout.bands && kinds != nil && (r.times+1)*len(kinds) <= mostJoint
}

// narrow finds a secret that is too easy to work out, with the width that it
// should have.
func (a *auditor) narrow(r *reader, by assumption) (at *secret, least int) {
	for _, s := range r.secrets(a.beside.Limit) {
		name := fmt.Sprint(by, s)
		if a.wide[name] {
			continue
		}
		least := shortestInterval
		width := a.width(r, s)
		if width < least && s.table.result == nil {
			least = min(least, a.widthBefore(r, s, by))
		}
		if width < least {
			return &s, least
		}
		a.wide[name] = true
	}
	return nil, 0
}

// width is how much room a secret has for a reader; of what may not be few, all.
func (a *auditor) width(r *reader, s secret) int {
	low, high := r.bounds(r.sum(s))
	if s.guessed && (high <= 0 || low >= float64(a.beside.Limit)) {
		return unbounded
	}
	return widthOf(low, high)
}

// widthBefore is the width of a secret for who has what is public alone. What contradicts itself tells nothing.
func (a *auditor) widthBefore(r *reader, s secret, by assumption) int {
	before, known := a.before[by]
	if !known {
		if before = a.reader(nil, r.filters); !before.solve(by) {
			before = nil
		}
		a.before[by] = before
	}
	if before == nil {
		return unbounded
	}
	return widthOf(before.bounds(before.sum(s)))
}

// widen hides what gives a secret the least width, as cheaply as can be.
func (a *auditor) widen(r *reader, s secret, least int) bool {
	of := r.sum(s)
	low, high := r.bounds(of)
	var rows []int
	best := math.Inf(1)
	for _, total := range []float64{low + float64(least), high - float64(least)} {
		if total < 0 && s.since < 0 {
			continue
		}
		if some, price, ok := r.cheapest(of, total); ok && len(some) > 0 && price < best {
			rows, best = some, price
		}
	}
	for _, i := range rows {
		what := r.letGo[i]
		switch v := what.table.view; {
		case what.what == aTable:
			a.gone[what.table.result] = true
		case what.what == aSummary:
			v.summary = max(v.summary-1, tellNothing)
		default:
			v.hidden[what.column] = true
			a.layout.link(v)
		}
	}
	if len(rows) == 0 && s.table.result != nil {
		a.gone[s.table.result] = true
		return true
	}
	return len(rows) > 0
}

// tellNoSummaries drops what is told beside bands where that is not audited: of tables that change, of people of
// whom a band is hidden, and of those who stand in another table, too, where few of either chose some step.
func (r *reader) tellNoSummaries(limit int) {
	kinds := r.kindsOf(true)
	rare := func(p *printed) bool {
		return p.steps == nil || slices.ContainsFunc(p.steps, func(n int) bool { return small(n, limit) })
	}
	for _, p := range r.tables {
		if p.result == nil {
			continue
		}
		if r.times > 0 || slices.ContainsFunc(r.tables, func(q *printed) bool {
			shared := kinds == nil || slices.ContainsFunc(kinds, func(of []bool) bool { return of[p.filter] && of[q.filter] })
			return shared && (slices.Contains(q.view.hidden[:len(r.layout.codes)], true) || p != q && (rare(p) || rare(q)))
		}) {
			p.view.summary = tellNothing
		}
	}
}

func widthOf(low, high float64) int {
	if high-low >= unbounded {
		return unbounded
	}
	return int(high - low)
}

func (r *reader) sum(s secret) []term { return r.terms(s.filter, s.since, s.until, s.columns, one) }

// secrets are what is hidden in the tables and between them.
func (r *reader) secrets(limit int) (out []secret) {
	for _, p := range r.tables {
		if p.gone {
			continue
		}
		put := func(columns []int) {
			out = append(out, secret{filter: p.filter, since: -1, until: p.time, columns: columns, table: p})
		}
		for k := range r.layout.codes {
			hidden := r.layout.ofCode(k)
			if !p.view.hidden[hidden[0]] {
				continue
			}
			put(r.of(hidden[0]))
			if len(hidden) > 1 {
				put(hidden)
			}
		}
		for step, n := range p.steps {
			if r.stepped && small(n, limit) {
				put([]int{step})
			}
		}
	}
	return slices.Concat(out, r.between(limit), r.classSecrets(limit))
}

// between are the answers that few gave who came, or left, between two times at
// which a filter's table was printed, or may have given since others were.
func (r *reader) between(limit int) (out []secret) {
	pairs := r.pairs()
	for _, pair := range pairs {
		a, b := pair[0], pair[1]
		r.each(func(columns []int, count func(p *printed) int) {
			if n := count(b) - count(a); small(max(n, -n), limit) {
				out = append(out, secret{filter: b.filter, since: a.time, until: b.time, columns: columns, table: b})
			}
		})
	}
	for _, p := range r.tables {
		for time := range p.time {
			if !p.gone && !slices.ContainsFunc(r.tables, func(q *printed) bool { return q.filter == p.filter && q.time == time }) {
				r.each(func(columns []int, _ func(*printed) int) {
					out = append(out, secret{filter: p.filter, since: time, until: p.time, columns: columns, table: p, guessed: true})
				})
			}
		}
	}
	return out
}

// each is every answer with its columns, and how to count it.
func (r *reader) each(use func(columns []int, count func(*printed) int)) {
	for k := range r.layout.codes {
		j := r.layout.ofCode(k)
		use(r.of(j[0]), func(p *printed) int { return p.values[j[0]] })
		if len(j) > 1 {
			use(j, func(p *printed) int { return p.values[j[0]] + p.values[j[1]] })
		}
	}
	for step := range ratingSteps {
		if r.stepped {
			use([]int{step}, func(p *printed) int { return p.steps[step] })
		}
	}
}

// pairs are the tables of one filter at two times next to each other, of which it
// is known what was counted.
func (r *reader) pairs() (out [][2]*printed) {
	last := map[int]*printed{}
	for time := range r.times + 1 {
		for _, p := range r.tables {
			if p.time != time || p.gone || !p.counts {
				continue
			}
			if before := last[p.filter]; before != nil && before.time < time {
				out = append(out, [2]*printed{before, p})
			}
			last[p.filter] = p
		}
	}
	return out
}

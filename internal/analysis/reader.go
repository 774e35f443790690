package analysis

import (
	"math"
	"slices"

	"upphandlingsdialog/internal/questionnaire"
)

// reader is somebody who has everything that is published of a question, and
// knows no more: printed sums over kinds of people, at the times at which they
// were printed, and what holds of all who answer. Numbers of it are how many of
// each kind came between two times and answered what.
type reader struct {
	known
	layout  layout
	stepped bool // a rating is known by its eleven steps, not by bands
	filters []Filter
	data    *Dataset // what the filters are of; nil when not known
	kinds   [][]bool // kinds of people: of which filters
	times   int
	crowds  []crowd
	tables  []*printed
	weighed []*weighting
	// countsOnly makes a reader of who is of each class, and not of weighted shares.
	countsOnly bool
	counter    *classCounter // nil: nobody is weighted
	letGo      map[int]letGo // by row with a price
}

// take lays results, and what is public, on the reader's desk. A publication of
// which anything has changed since is of a time of its own; what is as it was then
// is known of today, too.
func (r *reader) take(fs []*Frequency, views map[*Frequency]*cellView, public []Standing) {
	at := map[string]int{}
	for _, s := range public {
		if _, known := at[s.In]; !known && !s.unchanged() {
			at[s.In] = len(at)
		}
	}
	r.times = len(at)
	put := func(f, counts *Frequency, time int, v *cellView) *printed {
		p := &printed{filter: r.filter(f.Filter), time: time, counted: r.layout.of(counts.Numbers), counts: counts != f, view: v}
		p.counts = p.counts && (!r.layout.bands || p.steps != nil)
		r.tables = append(r.tables, p)
		return p
	}
	for i := range public {
		s := &public[i]
		mask := r.layout.maskOf(s.Shown)
		time, changed := at[s.In]
		if s.Shown.Numbers.Classes != nil {
			r.weighPublic(s, time, changed)
		}
		if changed {
			then := s.Then
			if then == nil || then.Numbers == nil {
				then = &s.Shown
			}
			put(&s.Shown, then, time, mask)
		}
		if s.unchanged() {
			put(&s.Shown, &s.Now, r.times, mask)
		}
	}
	for _, f := range fs {
		p := put(f, f, r.times, views[f])
		if p.counts = true; views[f].cost != nil { // else it is public in these very numbers
			p.result = f
		}
	}
}

// hides says whether there is anything to find: something hidden, or a step that few chose beside what is told
// of steps.
func (r *reader) hides(limit int) bool {
	rare := func(n int) bool { return small(n, limit) }
	told := slices.ContainsFunc(r.tables, func(p *printed) bool { return r.stepped && p.view.summary > tellNothing })
	return r.times > 0 || len(r.weighed) > 0 || slices.ContainsFunc(r.tables, func(p *printed) bool {
		return slices.Contains(p.view.hidden[:r.layout.answers()], true) || told && slices.ContainsFunc(p.steps, rare)
	})
}

// assumption is what a reader takes for granted where it is not printed.
type assumption struct {
	others bool // there are people of no group that has a table
	leave  bool // anybody may have left, also who need not have by what is printed
}

// solve writes down what the reader knows; false when it contradicts itself.
func (r *reader) solve(by assumption) bool {
	if r.kinds = r.kindsOf(by.others); r.kinds == nil {
		return false
	}
	r.known, r.letGo = known{}, map[int]letGo{}
	r.crowds = []crowd{{first: r.people(func(int, int) bool { return true })}}
	for time := 1; time <= r.times; time++ {
		r.moved(time, by.leave)
	}
	for _, p := range r.tables {
		r.read(p)
	}
	for _, w := range r.weighed {
		r.readWeights(w)
	}
	return r.known.solve()
}

// moved makes the crowds of those who came at a time and of those who left: an
// answer is taken to have been left where it is fewer times given in a table than
// before.
func (r *reader) moved(time int, leave bool) {
	up, down := make([][]bool, len(r.kinds)), make([][]bool, len(r.kinds))
	for kind := range r.kinds {
		up[kind], down[kind] = make([]bool, r.columns()), make([]bool, r.columns())
	}
	for _, pair := range r.pairs() {
		a, b := pair[0], pair[1]
		if time <= a.time || time > b.time {
			continue
		}
		for k := range r.layout.answers() {
			for _, j := range r.of(k) {
				more := b.values[k] - a.values[k] // also of a rating's steps: bands are what is seen to shrink
				for kind, of := range r.kinds {
					up[kind][j] = up[kind][j] || of[b.filter] && more > 0
					down[kind][j] = down[kind][j] || of[b.filter] && more < 0
				}
			}
		}
	}
	came := crowd{time: time, first: r.people(func(kind, j int) bool { return leave || up[kind][j] || !down[kind][j] })}
	if leave || slices.ContainsFunc(down, func(of []bool) bool { return slices.Contains(of, true) }) {
		left := crowd{time: time, leaves: true, first: r.people(func(kind, j int) bool { return leave || down[kind][j] })}
		r.crowds = append(r.crowds, left)
		r.stay()
	}
	r.crowds = append(r.crowds, came)
}

// stay is that nobody leaves who was not there: those who are left of the crowds so far are people, too.
func (r *reader) stay() {
	for kind, first := range r.people(func(int, int) bool { return true }) {
		for j, at := range first {
			if at < 0 {
				continue
			}
			of := []term{{at, -1}}
			for _, c := range r.crowds {
				if n := c.first[kind][j]; n >= 0 {
					of = append(of, term{n, c.sign()})
				}
			}
			r.equal(of, 0)
		}
	}
}

// crowd is people who came, or left, at a time; the first crowd is those who were
// there at the first.
type crowd struct {
	time   int
	leaves bool
	first  [][]int // by kind and column: the number; -1 = none
}

func (c crowd) sign() float64 {
	if c.leaves {
		return -1
	}
	return 1
}

// printed is one table as it is printed at a time.
type printed struct {
	filter int
	time   int
	counted
	counts bool // it is known what is behind what is hidden
	view   *cellView
	result *Frequency // what is to be printed now; nil when it is public
	gone   bool       // withheld as a whole
}

// letGo is what a row with a price stands for.
type letGo struct {
	table  *printed
	column int // of the layout
	what   int
}

const (
	aCell = iota
	aSummary
	aTable
)

const (
	priceOfTable   = 1e6
	priceOfSummary = 1e-3
)

// filter is the place of a filter.
func (r *reader) filter(f Filter) int {
	at := slices.IndexFunc(r.filters, func(g Filter) bool { return g.String() == f.String() })
	if at < 0 {
		at = len(r.filters)
		r.filters = append(r.filters, f)
	}
	return at
}

// mostKinds is how many kinds of people a reader is taken to tell apart by the
// words of filters, and mostMet by the answers.
const mostKinds, mostMet = 120, 1200

// kindsOf are the kinds of people that the reader's filters tell apart: by their
// words, or where those are too many, the kinds that there are. Whoever knows
// those knows more. nil: too many to judge.
func (r *reader) kindsOf(others bool) [][]bool {
	many := func(question string) bool {
		return r.data != nil && r.data.columns[question] != nil && r.data.columns[question].question.Type == questionnaire.Multiple
	}
	kinds := kindsOf(r.filters, many, others, mostKinds)
	if kinds != nil || r.data == nil {
		return kinds
	}
	for _, f := range r.filters { // whoever was counted then and is gone now
		of := make([]bool, len(r.filters))
		for i, g := range r.filters {
			of[i] = g.contains(f)
		}
		kinds = append(kinds, of)
	}
	met, ok := r.data.atomsOf(r.filters)
	if !ok || len(met) > mostMet {
		return nil
	}
	for _, one := range met {
		kinds = append(kinds, one.of)
	}
	return kinds
}

// kindsOf are the kinds of people that filters tell apart by their words: of which
// somebody can be at once. many says of which questions one can give several
// answers, and others whether anybody is of a group that no filter names. nil:
// more than most.
func kindsOf(filters []Filter, many func(question string) bool, others bool, most int) [][]bool {
	open := [][]bool{slices.Repeat([]bool{true}, len(filters))}
	narrow := func(ways []func(Filter) bool) {
		var next [][]bool
		for _, kind := range open {
			for _, way := range ways {
				one := make([]bool, len(filters))
				for i, f := range filters {
					one[i] = kind[i] && way(f)
				}
				if slices.Contains(one, true) && !slices.ContainsFunc(next, func(k []bool) bool { return slices.Equal(k, one) }) {
					next = append(next, one)
				}
			}
		}
		if open = next; len(open) > most {
			open = nil
		}
	}
	var groups []string
	var questions []string
	for _, f := range filters {
		if f.Group != "" && !slices.Contains(groups, f.Group) {
			groups = append(groups, f.Group)
		}
		for _, w := range f.Where {
			if !slices.Contains(questions, w.Question) {
				questions = append(questions, w.Question)
			}
		}
	}
	if others || len(groups) == 0 {
		groups = append(groups, "another")
	}
	var ways []func(Filter) bool
	for _, g := range groups {
		ways = append(ways, func(f Filter) bool { return f.Group == g || f.Group == "" && g != GroupAssociation })
	}
	narrow(ways)
	for _, q := range questions {
		narrow(answersTo(q, filters, many(q)))
	}
	return open
}

// answersTo are the ways in which somebody can have answered a question that
// filters ask about.
func answersTo(question string, filters []Filter, many bool) (ways []func(Filter) bool) {
	var codes []int
	for _, f := range filters {
		for _, w := range f.Where {
			for _, c := range w.Codes {
				if w.Question == question && !slices.Contains(codes, c) {
					codes = append(codes, c)
				}
			}
		}
	}
	fits := func(f Filter, has func(int) bool) bool {
		return !slices.ContainsFunc(f.Where, func(w Where) bool { return w.Question == question && !slices.ContainsFunc(w.Codes, has) })
	}
	ways = append(ways, func(f Filter) bool { return fits(f, func(int) bool { return false }) })
	for _, code := range codes {
		ways = append(ways, func(f Filter) bool { return fits(f, func(c int) bool { return c == code }) })
	}
	if !many {
		return ways
	}
	// Of several answers each set of the filters' conditions can hold at once.
	for i, code := range codes {
		for _, other := range codes[i+1:] {
			ways = append(ways, func(f Filter) bool { return fits(f, func(c int) bool { return c == code || c == other }) })
		}
	}
	return append(ways, func(f Filter) bool { return fits(f, func(int) bool { return true }) })
}

// columns are the answers of one respondent that a reader can tell apart.
func (r *reader) columns() int {
	if r.stepped {
		return ratingSteps
	}
	return r.layout.answers()
}

// of are a reader's columns of one of the layout's.
func (r *reader) of(column int) []int {
	if r.stepped {
		return stepsOf(r.layout.codes[column])
	}
	return []int{column}
}

// base is the column that counts who answered, where answers do not add up to it.
func (r *reader) base() []int {
	if r.layout.form == oneCode {
		all := make([]int, r.columns())
		for j := range all {
			all[j] = j
		}
		return all
	}
	return []int{r.columns()}
}

// terms are the numbers of some columns of a filter's people, from the crowd after
// one time to that at another; since = -1 takes in all who were there before.
func (r *reader) terms(filter, since, until int, columns []int, weight func(column int) float64) (out []term) {
	for _, c := range r.crowds {
		if c.time <= since || c.time > until {
			continue
		}
		for kind, of := range r.kinds {
			if !of[filter] {
				continue
			}
			for _, j := range columns {
				if at := c.first[kind][j]; at >= 0 {
					out = append(out, term{at, c.sign() * weight(j)})
				}
			}
		}
	}
	return out
}

func one(int) float64 { return 1 }

// people makes the numbers of a crowd by kind and column, and what holds of all who answer. has says which
// answers anybody of a kind can be of.
func (r *reader) people(has func(kind, column int) bool) (all [][]int) {
	n := r.columns()
	for kind := range r.kinds {
		first := slices.Repeat([]int{-1}, n+1)
		for j := range n {
			if has(kind, j) {
				first[j] = r.number()
			}
		}
		if r.layout.form != oneCode {
			first[n] = r.number()
			r.manyAnswers(first)
		}
		all = append(all, first)
	}
	return all
}

// manyAnswers is what holds where one respondent gives several: none twice, at
// least one, and not more than may be given.
func (r *reader) manyAnswers(first []int) {
	n := len(r.layout.codes)
	base := first[r.columns()]
	var firsts, laters []term
	for k := range n {
		var given []term
		for i, j := range r.layout.ofCode(k) {
			if at := first[j]; at >= 0 {
				given = append(given, term{at, 1})
				if i == 0 {
					firsts = append(firsts, term{at, 1})
				} else {
					laters = append(laters, term{at, 1})
				}
			}
		}
		if len(given) > 0 {
			r.atMost(append(given, term{base, -1}), 0)
		}
	}
	most := float64(r.layout.choose)
	if r.layout.form == ranked {
		r.equal(append(firsts, term{base, -1}), 0)
		if r.layout.choose < n {
			r.atMost(append(laters, term{base, 1 - most}), 0)
		}
		return
	}
	r.atMost(append(times(firsts, -1), term{base, 1}), 0)
	if r.layout.choose < n {
		r.atMost(append(slices.Clone(firsts), term{base, -most}), 0)
	}
}

// read learns what a table prints.
func (r *reader) read(p *printed) {
	if p.gone {
		return
	}
	learn := func(columns []int, n int, what letGo, price float64) {
		if p.result != nil {
			r.letGo[len(r.rows)] = what
		}
		r.rows = append(r.rows, equation{r.terms(p.filter, -1, p.time, columns, one), float64(n), price})
	}
	price := func(int) float64 { return 0 }
	whole := 0.0
	if p.result != nil {
		whole, price = priceOfTable, func(j int) float64 { return float64(p.view.cost[j]) }
	}
	base, n := r.base(), p.counted.base
	for j := range r.layout.codes {
		if p.result == nil && r.layout.form == oneCode && !p.view.hidden[j] { // told below: fewer numbers in a row are solved sooner
			base, n = slices.DeleteFunc(base, func(i int) bool { return slices.Contains(r.of(j), i) }), n-p.values[j]
		}
	}
	learn(base, n, letGo{p, 0, aTable}, whole)
	for j := range r.layout.answers() {
		if !p.view.hidden[j] {
			learn(r.of(j), p.values[j], letGo{p, j, aCell}, price(j))
		}
	}
	for i, box := range r.layout.boxes() {
		if p.view.boxed[i] {
			n := 0
			for _, j := range box {
				n += p.values[j]
			}
			r.equal(r.terms(p.filter, -1, p.time, box, one), float64(n))
		}
	}
	if r.stepped && p.steps != nil && p.view.summary > tellNothing {
		r.readSummary(p)
	}
}

// readSummary learns what is told of a rating beside its bands.
func (r *reader) readSummary(p *printed) {
	from := len(r.rows)
	r.summary(ScaleDistribution(0, p.steps...), p.view.summary, func(weight func(step int) float64) []term {
		return r.terms(p.filter, -1, p.time, r.base(), weight)
	})
	for i := from; i < len(r.rows) && p.result != nil; i++ {
		size := 0.0
		for _, t := range r.rows[i].of {
			size = math.Max(size, math.Abs(t.by))
		}
		r.rows[i].price = priceOfSummary / size
		r.letGo[i] = letGo{p, 0, aSummary}
	}
}

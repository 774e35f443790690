package analysis

import "slices"

// Release returns results as they may be printed side by side: small cells
// hidden, and with them everything from which a hidden cell could be worked out,
// taking all results together with the base of each and the total over them,
// printed or not. A hidden row keeps its code and label and loses every number;
// means, medians, boxes, scores and weighted shares follow. Results of one
// question are judged together, so give all that are printed of it at once, and
// filters that contain each other with them. limit 0 is DefaultCellLimit. The
// input is not changed. Results that are released already come back as they are.
func Release(fs []Frequency, limit int) []Frequency {
	return ReleaseBeside(fs, Beside{Limit: limit})
}

// Beside is what a release is judged with.
type Beside struct {
	Limit int // 0 = DefaultCellLimit
	// Data is what the results were counted in. With it, results that overlap in
	// any way are judged exactly; without, by the words of their filters.
	Data   *Dataset
	Public []Standing
	// Cited says that a sentence rests on the share of a code: other cells are
	// hidden before it.
	Cited func(f Frequency, code int) bool

	hidden   map[string]*cellView // by filter: what was hidden before
	standing []*Frequency         // what is public already, in today's numbers
	stepped  bool                 // a rating is audited by its single steps
	counter  *classCounter
}

// Standing is a result that is public already.
type Standing struct {
	Now   Frequency // its counts in the same answers as the results to release
	Shown Frequency // as it was released
	// Then is its counts in the answers that it was released from, and In names the
	// publication: tables of one publication change together. nil when not known.
	Then *Frequency
	In   string
}

// Each is the result and, of a matrix, each of its rows.
func (s Standing) Each() []Standing {
	out := []Standing{s}
	for i := range s.Shown.Parts {
		if i < len(s.Now.Parts) {
			row := Standing{Now: s.Now.Parts[i], Shown: s.Shown.Parts[i], In: s.In}
			if s.Then != nil && i < len(s.Then.Parts) {
				row.Then = &s.Then.Parts[i]
			}
			out = append(out, row)
		}
	}
	return out
}

// ReleaseBeside is Release of results that stand beside what is public already.
// What is hidden there stays hidden, what is shown there cannot be hidden any
// more, and a question of which something public could be worked out, however
// much were hidden, is withheld.
func ReleaseBeside(fs []Frequency, b Beside) []Frequency {
	if b.Limit == 0 {
		b.Limit = DefaultCellLimit
	}
	out := make([]Frequency, len(fs))
	for i := range fs {
		out[i] = fs[i].clone()
	}
	if b.Data != nil {
		b.counter = &classCounter{b.Data, map[string][]bitmap{}}
	}
	public := map[string][]Standing{}
	for _, s := range b.Public {
		for _, one := range s.Each() {
			public[one.Shown.Question] = append(public[one.Shown.Question], one)
		}
	}
	byQuestion(out, func(list []*Frequency) { b.together(list, public[list[0].Question]) })
	return out
}

// byQuestion calls use with the results of each question, matrix rows apart.
func byQuestion(fs []Frequency, use func([]*Frequency)) {
	var order []string
	lists := map[string][]*Frequency{}
	var put func(f *Frequency)
	put = func(f *Frequency) {
		if lists[f.Question] == nil {
			order = append(order, f.Question)
		}
		lists[f.Question] = append(lists[f.Question], f)
		for i := range f.Parts {
			put(&f.Parts[i])
		}
	}
	for i := range fs {
		put(&fs[i])
	}
	for _, id := range order {
		use(lists[id])
	}
}

// clone copies a result so far that releasing the copy leaves it alone.
func (f Frequency) clone() Frequency {
	f.Parts = slices.Clone(f.Parts)
	for i := range f.Parts {
		f.Parts[i] = f.Parts[i].clone()
	}
	if f.Numbers != nil {
		n := *f.Numbers
		n.Rows, n.Bands, n.Ranking = slices.Clone(n.Rows), slices.Clone(n.Bands), slices.Clone(n.Ranking)
		f.Numbers = &n
	}
	return f
}

// released says whether anything of a result is hidden.
func (f Frequency) released() bool {
	n := f.Numbers
	return n != nil && (n.Step > 0 || len(n.Bands) > 0 && len(n.Rows) == 0 || slices.ContainsFunc(n.Rows, Row.isHidden) || slices.ContainsFunc(n.Bands, Row.isHidden) ||
		slices.ContainsFunc(n.Ranking, func(r Ranked) bool { return r.Hidden }) || slices.Contains(n.missingCounts(), Withheld))
}

func (r Row) isHidden() bool { return r.Hidden }

// together releases the results of one question in place.
func (b Beside) together(fs []*Frequency, public []Standing) {
	shown := slices.DeleteFunc(slices.Clone(fs), func(f *Frequency) bool { return f.Numbers == nil })
	if len(shown) == 0 || slices.ContainsFunc(shown, func(f *Frequency) bool { return f.released() }) {
		return
	}
	all := slices.DeleteFunc(slices.Clone(public), func(s Standing) bool { return s.Shown.Numbers == nil })
	public = slices.DeleteFunc(slices.Clone(all), func(s Standing) bool { return s.Now.Numbers == nil })
	single, twins := apart(shown)
	b.tellNoRests(single, public)
	for f, plain := range twins {
		if plain.Numbers == nil {
			withhold(f)
			delete(twins, f)
		}
	}
	gone := func(f *Frequency) bool { return f.Numbers == nil }
	if shown, single = slices.DeleteFunc(shown, gone), slices.DeleteFunc(single, gone); len(shown) == 0 {
		return
	}
	var values []Frequency
	for _, f := range shown {
		values = append(values, *f)
	}
	for _, s := range all {
		values = append(values, s.Shown, s.Now)
	}
	l := layoutOf(values)
	a := auditor{layout: l, public: all, beside: b}
	b.stepped = a.stepped(single)
	after := l.judgement(single, public, b)
	a.views, a.beside = after.views(), b
	if !a.audit(single) {
		withhold(shown...)
		return
	}
	weighted := a.tellWeights(shown, twins)
	after.apply()
	for f := range a.gone {
		withhold(f)
	}
	for f, n := range weighted {
		f.Numbers = n
	}
}

// apart takes out results that count the same people as another, with other weights or without.
func apart(fs []*Frequency) (single []*Frequency, twins map[*Frequency]*Frequency) {
	twins = map[*Frequency]*Frequency{}
	for _, f := range fs {
		if at := slices.IndexFunc(single, func(g *Frequency) bool { return g.Filter.String() == f.Filter.String() }); at >= 0 {
			twins[f] = single[at]
			continue
		}
		single = append(single, f)
	}
	return single, twins
}

func withhold(fs ...*Frequency) {
	for _, f := range fs {
		f.Numbers, f.Absent = nil, Withholding
	}
}

// Withheld stands for a count outside the base that is too small to show.
const Withheld = -1

// release takes out of a result what its view hides.
func (n *Numbers) release(l layout, v *cellView) {
	hidden := func(code int) bool {
		k := slices.Index(l.codes, code)
		return k >= 0 && v.hidden[k]
	}
	hide := func(rows []Row) (any bool) {
		for i, r := range rows {
			if hidden(r.Code) {
				rows[i], any = Row{Code: r.Code, Label: r.Label, Hidden: true}, true
			}
		}
		return any
	}
	if len(n.Bands) > 0 {
		n.Rows = nil // single steps are nearly always small; the bands stand for them
	}
	any := hide(n.Rows)
	any = hide(n.Bands) || any
	for i, r := range n.Ranking {
		if hidden(r.Code) {
			n.Ranking[i] = Ranked{Code: r.Code, Label: r.Label, Hidden: true}
		} else if any {
			n.Ranking[i].Score = nil // scores add up: one hidden could be worked out from the rest
		}
	}
	switch {
	case len(n.Bands) > 0:
		n.releaseSummary(v)
	case any:
		n.Summary = nil
		n.releaseBoxes(v.boxed)
	}
	at := l.missing()
	for i, count := range []*int{&n.Unknown, &n.NotApplicable, &n.Declined, &n.Unanswered, &n.NotShown} {
		if v.hidden[at+i] {
			*count = Withheld
		}
	}
	if n.Unknown == Withheld {
		n.UnknownShare = 0
	}
}

// releaseBoxes drops a box that is not told, unless its hidden steps are all that
// are hidden, or none of them: then the base and the shown steps say the same.
func (n *Numbers) releaseBoxes(boxed [2]bool) {
	told := func(low, high int) bool {
		within, without := 0, 0
		for _, r := range n.Rows {
			if r.Hidden && r.Code >= low && r.Code <= high {
				within++
			} else if r.Hidden {
				without++
			}
		}
		return within == 0 || without == 0
	}
	if n.Top2 != nil && !boxed[0] && !told(4, 5) {
		n.Top2 = nil
	}
	if n.Bottom2 != nil && !boxed[1] && !told(1, 2) {
		n.Bottom2 = nil
	}
}

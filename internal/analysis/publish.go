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
	out := make([]Frequency, len(fs))
	for i := range fs {
		out[i] = fs[i].clone()
	}
	byQuestion(out, func(list []*Frequency) { releaseTogether(list, limit) })
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
	return n != nil && (slices.ContainsFunc(n.Rows, Row.isHidden) || slices.ContainsFunc(n.Bands, Row.isHidden) ||
		slices.ContainsFunc(n.Ranking, func(r Ranked) bool { return r.Hidden }) || slices.Contains(n.missingCounts(), Withheld))
}

func (r Row) isHidden() bool { return r.Hidden }

// releaseTogether releases the results of one question in place.
func releaseTogether(fs []*Frequency, limit int) {
	if limit == 0 {
		limit = DefaultCellLimit
	}
	shown := slices.DeleteFunc(slices.Clone(fs), func(f *Frequency) bool { return f.Numbers == nil })
	if slices.ContainsFunc(shown, func(f *Frequency) bool { return f.released() }) {
		return
	}
	values := make([]Frequency, len(shown))
	for i, f := range shown {
		values[i] = *f
	}
	l := layoutOf(values)
	for _, t := range l.families(shown, limit) {
		t.apply()
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
	if any {
		n.Summary = nil
		n.releaseBoxes()
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

// releaseBoxes drops a box unless its hidden steps are all that are hidden, or
// none of them: then the base and the shown steps say the same.
func (n *Numbers) releaseBoxes() {
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
	if n.Top2 != nil && !told(4, 5) {
		n.Top2 = nil
	}
	if n.Bottom2 != nil && !told(1, 2) {
		n.Bottom2 = nil
	}
}

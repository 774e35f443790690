package analysis

import "slices"

// What a table told at one time and what it tells now, one taken from the other,
// is a table of who came in between, and of who left or changed. It is judged by
// the same rule as if it were printed: what must be hidden in it is hidden in the
// table of now, since the old one is public.

// change is a table that two publications tell together, with what the earlier
// one hides of it.
type change struct {
	table *Frequency
	masks []*cellView
}

// changesOf are the tables that results and an earlier publication tell together,
// those of one publication side by side: who came since then, and who left. Of a
// result that was not published then, those of it who were are taken away.
func (l layout) changesOf(fs []*Frequency, public []Standing) (out [][]change) {
	var order []string
	of := map[string][]Standing{}
	for _, s := range public {
		if s.Then == nil || s.Then.Numbers == nil {
			continue
		}
		if of[s.In] == nil {
			order = append(order, s.In)
		}
		of[s.In] = append(of[s.In], s)
	}
	for _, in := range order {
		if !slices.ContainsFunc(of[in], func(s Standing) bool { return !s.unchanged() }) {
			continue
		}
		told := func(f *Frequency) bool {
			return slices.ContainsFunc(of[in], func(s Standing) bool { return s.Now.Filter.String() == f.Filter.String() })
		}
		again := slices.DeleteFunc(slices.Clone(fs), func(f *Frequency) bool { return !told(f) })
		out = append(out, l.between(again, of[in], told)...)
		if len(again) < len(fs) {
			out = append(out, l.between(fs, of[in], func(f *Frequency) bool {
				return told(f) && !slices.ContainsFunc(fs, func(g *Frequency) bool { return g != f && f.Filter.contains(g.Filter) && !told(g) })
			})...)
		}
	}
	return out
}

// between are the tables of who came and of who left. whole says of which results
// what was published of themselves is taken away, and not of their parts.
func (l layout) between(fs []*Frequency, public []Standing, whole func(*Frequency) bool) [][]change {
	var came, left []change
	for _, f := range fs {
		then, told, masks := l.then(f, public, whole(f))
		if c := minus(*f, then, told); c != nil {
			came = append(came, change{c, masks})
		}
		if c := minus(then, *f, told); c != nil {
			left = append(left, change{c, masks})
		}
	}
	return [][]change{came, left}
}

// then is as much of a result as a publication told: itself, or the sum of its
// parts that are apart from each other.
func (l layout) then(f *Frequency, public []Standing, whole bool) (sum Frequency, told int, masks []*cellView) {
	sum, told = f.clone(), tellMean
	sum.Numbers.scale(0)
	var parts []Standing
	for _, s := range public {
		same := s.Now.Filter.String() == f.Filter.String()
		if same && whole || !same && !whole && f.Filter.contains(s.Now.Filter) &&
			!slices.ContainsFunc(parts, func(p Standing) bool { return !p.Now.Filter.apart(s.Now.Filter) }) {
			parts = append(parts, s)
		}
	}
	for _, s := range parts {
		sum.Numbers.take(s.Then.Numbers)
		masks, told = append(masks, l.maskOf(s.Shown)), min(told, summaryLevel(s.Shown.Numbers))
	}
	return sum, min(told, summaryLevel(f.Numbers)), masks
}

// scale multiplies counts, and take adds those of another result.
func (n *Numbers) scale(by int) {
	for _, rows := range [][]Row{n.Rows, n.Bands} {
		for i := range rows {
			rows[i].Count *= by
		}
	}
	for i := range n.Ranking {
		n.Ranking[i].First.Count *= by
		n.Ranking[i].Top.Count *= by
	}
	for _, p := range []*int{&n.Base, &n.Unknown, &n.NotApplicable, &n.Declined, &n.Unanswered, &n.NotShown} {
		*p *= by
	}
}

func (n *Numbers) take(o *Numbers) {
	for _, rows := range [][2][]Row{{n.Rows, o.Rows}, {n.Bands, o.Bands}} {
		for i := range rows[0] {
			rows[0][i].Count += countOf(rows[0][i].Code, rows[1])
		}
	}
	for i := range n.Ranking {
		for _, r := range o.Ranking {
			if r.Code == n.Ranking[i].Code {
				n.Ranking[i].First.Count += r.First.Count
				n.Ranking[i].Top.Count += r.Top.Count
			}
		}
	}
	for i, p := range []*int{&n.Unknown, &n.NotApplicable, &n.Declined, &n.Unanswered, &n.NotShown} {
		*p += o.missingCounts()[i]
	}
	n.Base += o.Base
}

func countOf(code int, rows []Row) int {
	for _, r := range rows {
		if r.Code == code {
			return r.Count
		}
	}
	return 0
}

// minus counts by how much each answer is more often given in one result than in
// another; nil when none is.
func minus(a, b Frequency, told int) *Frequency {
	a = a.clone()
	n, any, more := a.Numbers, false, a.Numbers.Base-b.Numbers.Base
	sum, most := 0, 0
	for _, rows := range [][2][]Row{{n.Rows, b.Numbers.Rows}, {n.Bands, b.Numbers.Bands}} {
		sum = 0
		for i := range rows[0] {
			up := max(0, rows[0][i].Count-countOf(rows[0][i].Code, rows[1]))
			rows[0][i].Count = up
			sum, most, any = sum+up, max(most, up), any || up > 0
		}
		if len(rows[0]) == 0 {
			break
		}
	}
	for i := range n.Bands { // the steps say it more finely than the bands
		n.Bands[i].Count = 0
		for _, s := range stepsOf(n.Bands[i].Code) {
			n.Bands[i].Count += countOf(s, n.Rows)
		}
	}
	if len(n.Bands) > 0 {
		sum = 0
		for _, r := range n.Bands {
			sum += r.Count
		}
	}
	for i, r := range n.Ranking {
		for _, o := range b.Numbers.Ranking {
			if o.Code == r.Code {
				first, later := max(0, r.First.Count-o.First.Count), max(0, r.Top.Count-r.First.Count-o.Top.Count+o.First.Count)
				n.Ranking[i].First.Count, n.Ranking[i].Top.Count = first, first+later
				n.Rows[i].Count, most = first+later, max(most, first+later)
			}
		}
	}
	if n.Base = sum; manyCodes(a.Type) {
		n.Base = max(most, more)
	}
	for i, p := range []*int{&n.Unknown, &n.NotApplicable, &n.Declined, &n.Unanswered, &n.NotShown} {
		*p = max(0, *p-b.Numbers.missingCounts()[i])
		any = any || *p > 0
	}
	n.Top2, n.Bottom2, n.Summary = nil, nil, nil
	if told > tellNothing && n.Base > 1 {
		n.Summary = &Summary{}
		if told == tellMean {
			n.Summary.Mean = &Mean{}
		}
	}
	a.Sensitive = false
	if !any {
		return nil
	}
	return &a
}

// earlier says whether the earlier publication hides an answer of a change, so
// that nobody can take the one from the other.
func earlier(list []change, filter string, column int) bool {
	return slices.ContainsFunc(list, func(c change) bool {
		return c.table.Filter.String() == filter && slices.ContainsFunc(c.masks, func(m *cellView) bool { return m.hidden[column] })
	})
}

// judgeChanges hides in results what the tables of change would tell, and says
// whether anything had to be hidden that was not, which b.change holds by filter.
// covered is false when something is told however much were hidden.
func (l layout) judgeChanges(j judgement, fs []*Frequency, public []Standing, b Beside) (any, covered bool) {
	masks := map[string]*cellView{}
	for _, t := range j.families {
		for v, f := range t.of {
			masks[f.Filter.String()] = v
		}
	}
	for _, list := range l.changesOf(fs, public) {
		var tables []*Frequency
		hidden := map[string]*cellView{}
		for _, c := range list {
			key := c.table.Filter.String()
			if masks[key] == nil {
				continue
			}
			tables = append(tables, c.table)
			hidden[key] = &cellView{hidden: slices.Clone(masks[key].hidden)}
			for _, m := range c.masks {
				hideAs(hidden[key], m)
			}
		}
		for _, t := range l.families(tables, map[*Frequency]*cellView{}, Beside{Limit: b.Limit, hidden: hidden}) {
			t.tellSummaries(b.Limit)
			for _, at := range t.narrow {
				if t.of[t.cells.views[at.view]] != nil && t.tells(at) {
					return any, false
				}
			}
			for v, f := range t.of {
				key := f.Filter.String()
				if b.change[key] == nil {
					b.change[key] = &cellView{hidden: make([]bool, len(v.hidden)), mostTold: tellMean}
				}
				for k, hidden := range v.hidden {
					if hidden && !masks[key].hidden[k] && !earlier(list, key, k) {
						b.change[key].hidden[k], any = true, true
					}
				}
				if len(f.Numbers.Bands) > 0 && v.summary < masks[key].summary {
					b.change[key].mostTold, any = v.summary, true
				}
			}
		}
	}
	return any, true
}

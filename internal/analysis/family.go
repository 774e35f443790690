package analysis

import "slices"

// family is results of one question that are judged together: those that lie
// inside each other, and those beside each other with the total over them.
type family struct {
	layout layout
	cells  cells
	of     map[*cellView]*Frequency // views of results; the others stand for totals and frames
	atoms  map[*Frequency][]int
	total  *cellView // over all that stand side by side; nil with one result
	fixed  []bool    // by view: public already, so that nothing more of it can be hidden
	narrow []cellAt  // what stayed too easy to work out
	steps  [][]int   // by atom, of a rating in bands
}

// atom adds one to the cells.
func (t *family) atom(c counted) int {
	if c.steps != nil {
		t.steps = append(t.steps, c.steps)
	}
	return t.cells.atom(c.values, t.layout.most(c))
}

// contains says whether everybody of b is of a, by the filters' words alone.
// The total over groups leaves trade associations out.
func (a Filter) contains(b Filter) bool {
	if a.Group != b.Group && (a.Group != "" || b.Group == GroupAssociation) {
		return false
	}
	for _, w := range a.Where {
		if !slices.ContainsFunc(b.Where, func(o Where) bool { return o.Question == w.Question && within(o.Codes, w.Codes) }) {
			return false
		}
	}
	return true
}

func within(part, whole []int) bool {
	return !slices.ContainsFunc(part, func(c int) bool { return !slices.Contains(whole, c) })
}

// apart says whether nobody can be of both.
func (a Filter) apart(b Filter) bool {
	if a.Group != b.Group && (a.Group != "" && b.Group != "" || a.Group == GroupAssociation || b.Group == GroupAssociation) {
		return true
	}
	for _, w := range a.Where {
		for _, o := range b.Where {
			if w.Question == o.Question && !slices.ContainsFunc(w.Codes, func(c int) bool { return slices.Contains(o.Codes, c) }) {
				return true
			}
		}
	}
	return false
}

// families sorts results so that those of one contain each other or are apart,
// and releases each. Results that overlap otherwise, such as sizes of firms
// beside municipalities, stand in families of their own, each with the results
// that contain its own, as they were released, for a frame. Beside a known
// frame two such families say nothing about each other: any two tables with the
// same totals can both be true. What is hidden of a total is therefore hidden of
// every part of it.
func (l layout) families(fs []*Frequency, masks map[*Frequency]*cellView, b Beside) []*family {
	var out []*family
	for rest := fs; len(rest) > 0; {
		inside, later := compatible(rest)
		t := l.family(inside, fs, masks, b)
		t.protect()
		for v, f := range t.of {
			masks[f] = v
		}
		out, rest = append(out, t), later
	}
	for again := len(out) > 1; again; {
		again = false
		for _, x := range out {
			for _, y := range out {
				if x.total != nil && y.total != nil && y.hideLike(x.total) {
					y.protect()
					again = true
				}
			}
		}
	}
	if slices.ContainsFunc(out, (*family).bare) {
		for _, t := range out {
			t.hideMissing()
		}
	}
	return out
}

// compatible takes out of a list, in order, those that contain each other or are
// apart.
func compatible(fs []*Frequency) (inside, later []*Frequency) {
	for _, f := range fs {
		fits := true
		for _, g := range inside {
			a, b := f.Filter, g.Filter
			fits = fits && (a.apart(b) || a.contains(b) != b.contains(a))
		}
		if fits {
			inside = append(inside, f)
		} else {
			later = append(later, f)
		}
	}
	return inside, later
}

// hideLike hides in every view what another total hides.
func (t *family) hideLike(total *cellView) (any bool) {
	for j, hidden := range total.hidden {
		for _, v := range t.cells.views {
			if hidden && !v.hidden[j] && v.cost[j] < frozen {
				v.hidden[j], any = true, true
			}
		}
	}
	return any
}

// family builds the cells of compatible results of a list. Those that contain
// one of them and have a mask already are its frame.
func (l layout) family(fs, list []*Frequency, masks map[*Frequency]*cellView, b Beside) *family {
	t := &family{layout: l, of: map[*cellView]*Frequency{}}
	t.cells.block = l.columns()
	frame := t.frame(fs, list, masks)
	all := append(frame, fs...)
	top, roots := t.place(all)
	for _, f := range all {
		t.add(f, masks[f], b)
		for _, g := range frame {
			if masks[f] == nil && g.Filter.contains(f.Filter) {
				hideAs(t.cells.views[len(t.cells.views)-1], masks[g])
			}
		}
	}
	if roots > 1 {
		t.addTotal(top, b.Limit)
	}
	return t
}

func hideAs(v, mask *cellView) {
	for j, hidden := range mask.hidden {
		v.hidden[j] = v.hidden[j] || hidden
	}
}

// frame is the narrowest results of a list with a mask that contain each of fs and
// are compatible with each other.
func (t *family) frame(fs, list []*Frequency, masks map[*Frequency]*cellView) (frame []*Frequency) {
	for _, f := range fs {
		var best *Frequency
		for _, g := range list {
			if masks[g] != nil && !slices.Contains(fs, g) && g.Filter.contains(f.Filter) && (best == nil || best.Filter.contains(g.Filter)) {
				best = g
			}
		}
		if best != nil && !slices.Contains(frame, best) {
			frame = append(frame, best)
		}
	}
	inside, _ := compatible(frame)
	return inside
}

// place makes the atoms of results: of each what none inside it has. It returns
// those of the results that nothing contains, associations aside, and how many
// such results there are.
func (t *family) place(fs []*Frequency) (top []int, roots int) {
	t.atoms = map[*Frequency][]int{}
	var place func(f *Frequency) []int
	place = func(f *Frequency) []int {
		left, list := t.layout.of(f.Numbers), []int(nil)
		for _, g := range fs {
			if g != f && parentOf(g, fs) == f {
				list = append(list, place(g)...)
				if less, ok := left.minus(t.layout.of(g.Numbers)); ok {
					left = less
				}
			}
		}
		if !left.empty() {
			list = append(list, t.atom(left))
		}
		t.atoms[f] = list
		return list
	}
	for _, f := range fs {
		if parentOf(f, fs) == nil {
			list := place(f)
			if f.Filter.Group != GroupAssociation {
				top, roots = append(top, list...), roots+1
			}
		}
	}
	return top, roots
}

// parentOf is the narrowest result that contains one.
func parentOf(f *Frequency, fs []*Frequency) (best *Frequency) {
	for _, g := range fs {
		if g != f && g.Filter.contains(f.Filter) && (best == nil || best.Filter.contains(g.Filter)) {
			best = g
		}
	}
	return best
}

// addTotal stands for the result over all that stand side by side.
func (t *family) addTotal(atoms []int, limit int) {
	v := t.cells.view(atoms...)
	all := counted{values: make([]int, len(t.cells.block)), offered: make([]bool, len(t.layout.codes))}
	for j := range all.values {
		all.values[j] = t.cells.sum(v, j)
	}
	t.layout.start(v, all, limit, false)
	t.total = v
}

func (t *family) protect() {
	for again := true; again; {
		t.narrow = t.cells.protect()
		again = false
		for _, v := range t.cells.views {
			again = t.layout.link(v) || again
		}
	}
}

// apply takes what is hidden out of the results. A result of which a kind of
// missing answer is told to the very number, however much were hidden, is
// withheld as a whole; less than that, base and number of respondents alone may
// tell.
func (t *family) apply() {
	for v, f := range t.of {
		f.Numbers.release(t.layout, v)
	}
	for _, at := range t.narrow {
		if f := t.of[t.cells.views[at.view]]; f != nil && at.column >= t.layout.missing() {
			if in := t.cells.interval(at); in.Lower > 0 && in.width() == 0 {
				withhold(f)
			}
		}
	}
}

// bare says whether a kind of missing answer stayed too easy to work out: then
// all kinds are hidden, so that the base alone tells how many are missing.
func (t *family) bare() bool {
	return slices.ContainsFunc(t.narrow, func(at cellAt) bool { return at.column >= t.layout.missing() })
}

func (t *family) hideMissing() {
	for i, v := range t.cells.views {
		for j := t.layout.missing(); j < len(v.hidden); j++ {
			if !v.hidden[j] && (i >= len(t.fixed) || !t.fixed[i]) {
				v.hidden[j], t.narrow = true, append(t.narrow, cellAt{i, j}) // apply looks whether the rest tells it
			}
		}
	}
}

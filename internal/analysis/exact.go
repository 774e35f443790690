package analysis

import "slices"

// exact builds one family of all results of a column, whatever their filters
// have in common, by asking the answers: an atom is the respondents who are of
// the same results. False when a filter cannot be read any more, as when a
// question has left the questionnaire.
func (l layout) exact(d *Dataset, fs []*Frequency, masks map[*Frequency]*cellView, b Beside) (*family, bool) {
	c := d.columns[fs[0].Question]
	if c == nil {
		return nil, false
	}
	t := &family{layout: l, of: map[*cellView]*Frequency{}, atoms: map[*Frequency][]int{}}
	t.cells.block = l.columns()
	filters := make([]Filter, len(fs))
	for i, f := range fs {
		filters[i] = f.Filter
	}
	sets, ok := d.atomsOf(filters)
	if !ok {
		return nil, false
	}
	var top []int
	for who, rows := range sets {
		var n Numbers
		d.tallyOf(c, rows.set, nil).fill(&n, "", Options{})
		one := l.of(&n)
		if one.empty() {
			continue
		}
		a := t.atom(one)
		total := false
		for i, f := range fs {
			if sets[who].of[i] {
				t.atoms[f] = append(t.atoms[f], a)
				total = total || f.Filter.Group != GroupAssociation
			}
		}
		if total {
			top = append(top, a)
		}
	}
	whole := false
	for _, f := range fs {
		t.add(f, masks[f], b)
		whole = whole || len(t.atoms[f]) == len(top)
	}
	if !whole {
		t.addTotal(top, b.Limit)
	}
	return t, true
}

// add makes the view of a result: with its mask when it has one, else with what
// is small by itself and what was hidden before.
func (t *family) add(f *Frequency, mask *cellView, b Beside) {
	v := t.cells.view(t.atoms[f]...)
	if mask != nil {
		t.fixed = append(t.fixed, slices.Contains(b.standing, f))
		copy(v.hidden, mask.hidden)
		v.boxed, v.summary = mask.boxed, mask.summary
		t.tellBoxes(v)
		for j := range v.cost {
			v.cost[j] = frozen
		}
		return
	}
	t.of[v], t.fixed = f, append(t.fixed, false)
	t.layout.start(v, t.layout.of(f.Numbers), b.Limit, f.Sensitive)
	t.layout.cite(v, *f, b.Cited)
	t.tellBoxes(v)
	if mask := b.hidden[f.Filter.String()]; mask != nil {
		hideAs(v, mask)
	}
}

// tellBoxes lets the boxes that a view tells be known of each of its atoms.
func (t *family) tellBoxes(v *cellView) {
	if t.cells.told == nil {
		t.cells.told, t.cells.boxes = map[int][2]bool{}, t.layout.boxes()
	}
	for _, a := range v.atoms {
		told := t.cells.told[a]
		t.cells.told[a] = [2]bool{told[0] || v.boxed[0], told[1] || v.boxed[1]}
	}
}

// atomSet is respondents who are of the same filters: of[i] says whether of the
// one at i.
type atomSet struct {
	of  []bool
	set bitmap
}

// atomsOf splits everybody by which filters they are of, in the order in which
// they are met.
func (d *Dataset) atomsOf(fs []Filter) ([]atomSet, bool) {
	rows := make([]bitmap, len(fs))
	for i, f := range fs {
		s, err := d.Select(f)
		if err != nil {
			return nil, false
		}
		rows[i] = s.rows
	}
	var sets []atomSet
	place := map[string]int{}
	key := make([]byte, len(fs))
	for row := range len(rows[0]) << 6 {
		for i := range rows {
			key[i] = 0
			if rows[i].has(row) {
				key[i] = 1
			}
		}
		if !slices.Contains(key, 1) {
			continue
		}
		at, seen := place[string(key)]
		if !seen {
			at = len(sets)
			place[string(key)] = at
			of := make([]bool, len(fs))
			for i := range key {
				of[i] = key[i] == 1
			}
			sets = append(sets, atomSet{of, make(bitmap, len(rows[0]))})
		}
		sets[at].set.add(row)
	}
	return sets, true
}

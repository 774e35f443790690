package analysis

import (
	"slices"

	"upphandlingsdialog/internal/questionnaire"
)

// layout is how the counts of one question stand in cells: which columns there
// are, and which of them add up to a number that is published.
//
//   - One code each: the codes add up to the base.
//   - 0-10: the bands do; the single steps are never published beside them.
//   - Several codes each: the codes and one column that is never published add
//     up to as many codes as the base could have chosen.
//   - Ranking: firsts add up to the base, later places to a number taken as known.
//   - The kinds of missing answers add up to those who are not in the base.
type layout struct {
	form   form
	codes  []int
	bands  bool // of a rating
	choose int  // several codes: how many one respondent may choose
}

type form int

const (
	oneCode form = iota
	manyCode
	ranked
	unlisted // numbers and texts: no answer is listed
)

const missingKinds = 5

func layoutOf(fs []Frequency) layout {
	l := layout{form: oneCode}
	for _, f := range fs {
		switch f.Type {
		case questionnaire.Multiple:
			l.form = manyCode
		case questionnaire.Ranking:
			l.form = ranked
		case questionnaire.Numeric, questionnaire.FreeText:
			l.form = unlisted
		}
		if f.Numbers == nil {
			continue
		}
		l.bands = l.bands || len(f.Numbers.Bands) > 0
		for _, r := range f.Numbers.listed() {
			if !slices.Contains(l.codes, r.Code) {
				l.codes = append(l.codes, r.Code)
			}
		}
		l.choose = max(l.choose, f.Choices)
	}
	if l.choose == 0 {
		l.choose = len(l.codes)
	}
	return l
}

// listed are the answers that a result prints.
func (n *Numbers) listed() []Row {
	if len(n.Bands) > 0 {
		return n.Bands
	}
	return n.Rows
}

// columns returns the block of each column: answers, then missing kinds.
func (l layout) columns() []int {
	var block []int
	put := func(n, b int) {
		for range n {
			block = append(block, b)
		}
	}
	put(len(l.codes), 0)
	switch l.form {
	case manyCode:
		put(1, 0)
	case ranked:
		put(len(l.codes), 1)
	}
	put(missingKinds, 2)
	return block
}

// ofCode are the columns that hold a code by place in codes.
func (l layout) ofCode(place int) []int {
	if l.form == ranked {
		return []int{place, len(l.codes) + place}
	}
	return []int{place}
}

// spare is the column that is never published, -1 without one.
func (l layout) spare() int {
	if l.form == manyCode {
		return len(l.codes)
	}
	return -1
}

// answers is how many columns hold answers that are printed.
func (l layout) answers() int {
	if l.form == ranked {
		return 2 * len(l.codes)
	}
	return len(l.codes)
}

func (l layout) missing() int { return len(l.columns()) - missingKinds }

// counted is one set of respondents in a layout.
type counted struct {
	base    int
	values  []int // by column
	offered []bool
	steps   []int // of a rating in bands
}

func (l layout) of(n *Numbers) counted {
	c := counted{base: n.Base, values: make([]int, len(l.columns())), offered: make([]bool, len(l.codes))}
	used := 0
	for _, r := range n.listed() {
		k := slices.Index(l.codes, r.Code)
		c.offered[k], c.values[k] = true, r.Count
		used += r.Count
	}
	switch l.form {
	case manyCode:
		c.values[l.spare()] = max(0, l.choose*n.Base-used)
	case ranked:
		for _, r := range n.Ranking {
			k := slices.Index(l.codes, r.Code)
			c.values[k], c.values[len(l.codes)+k] = r.First.Count, r.Top.Count-r.First.Count
		}
	}
	copy(c.values[l.missing():], n.missingCounts())
	if len(n.Bands) > 0 && len(n.Rows) == ratingSteps {
		for _, r := range n.Rows {
			c.steps = append(c.steps, r.Count)
		}
	}
	return c
}

func (n *Numbers) missingCounts() []int {
	return []int{n.Unknown, n.NotApplicable, n.Declined, n.Unanswered, n.NotShown}
}

// minus is the respondents of c who are not among o; false when o is no part.
func (c counted) minus(o counted) (counted, bool) {
	out := counted{base: c.base - o.base, values: slices.Clone(c.values), offered: c.offered}
	for j, v := range o.values {
		if out.values[j] -= v; out.values[j] < 0 {
			return c, false
		}
	}
	out.steps = nil
	for s := range min(len(c.steps), len(o.steps)) {
		out.steps = append(out.steps, c.steps[s]-o.steps[s])
	}
	return out, out.base >= 0
}

func (c counted) empty() bool {
	return !slices.ContainsFunc(c.values, func(v int) bool { return v != 0 })
}

// most is the largest that each column can be among so many. That first and later
// places of an option together are at most everybody does not narrow either: both
// are hidden, so what one gains from another option it can give back to it in the
// other.
func (l layout) most(c counted) []int {
	most := make([]int, len(c.values))
	for j := range most {
		most[j] = unbounded
	}
	for k, offered := range c.offered {
		for _, j := range l.ofCode(k) {
			if most[j] = c.base; !offered {
				most[j] = c.values[j]
			}
		}
	}
	if j := l.spare(); j >= 0 {
		most[j] = (l.choose - 1) * c.base
	}
	return most
}

// start hides what is small by itself in a view: answers of one to limit-1, of
// a ranking also firsts, the kinds of missing answers, and what is never
// published. On a sensitive question an answer that nobody or everybody gave is
// hidden too.
func (l layout) start(v *cellView, c counted, limit int, sensitive bool) {
	hide := func(j int, secret bool) { v.hidden[j] = v.hidden[j] || secret }
	for k := range l.codes {
		sum := 0
		for _, j := range l.ofCode(k) {
			sum += c.values[j]
		}
		secret := small(c.values[k], limit) || small(sum, limit) ||
			sensitive && c.offered[k] && l.unanimous(sum, c)
		for _, j := range l.ofCode(k) {
			hide(j, secret)
		}
	}
	if j := l.spare(); j >= 0 {
		hide(j, true)
	}
	for j := l.missing(); j < len(c.values); j++ {
		hide(j, small(c.values[j], limit))
	}
}

// cite makes what sentences rest on dear to hide. Where that is the two upper or
// lower steps of a scale, their sum is told whatever is hidden of them.
func (l layout) cite(v *cellView, f Frequency, cited func(Frequency, int) bool) {
	if cited == nil {
		return
	}
	for k, code := range l.codes {
		if cited(f, code) {
			for _, j := range l.ofCode(k) {
				v.cost[j] = costCited
			}
		}
	}
	for i, box := range []*Share{f.Numbers.Top2, f.Numbers.Bottom2} {
		v.boxed[i] = box != nil && cited(f, steps[i][0]) && cited(f, steps[i][1]) && !small(box.Count, DefaultCellLimit)
	}
}

// steps are those of the upper and the lower box of a five-point scale.
var steps = [2][2]int{{4, 5}, {1, 2}}

// boxes are the columns of the upper and the lower box.
func (l layout) boxes() (out [2][]int) {
	for i, box := range steps {
		for _, code := range box {
			if k := slices.Index(l.codes, code); k >= 0 {
				out[i] = append(out[i], k)
			}
		}
	}
	return out
}

// unanimous says whether a count tells what each single respondent answered.
// Where only one code is given, that nobody gave a certain one is told by every
// table, so only the answer that all gave counts.
func (l layout) unanimous(count int, c counted) bool {
	return count == c.base || l.form != oneCode && count == 0
}

// link hides all columns of a code that is hidden in one, and says whether it
// hid any.
func (l layout) link(v *cellView) (any bool) {
	if l.form != ranked {
		return false
	}
	for k := range l.codes {
		a, b := k, len(l.codes)+k
		if v.hidden[a] != v.hidden[b] {
			v.hidden[a], v.hidden[b], any = true, true, true
		}
	}
	return any
}

func manyCodes(t questionnaire.Type) bool {
	return t == questionnaire.Multiple || t == questionnaire.Ranking
}

package analysis

import (
	"slices"

	"upphandlingsdialog/internal/questionnaire"
)

// judgement is one question's results judged together with what is public of it.
type judgement struct {
	layout   layout
	families []*family
	same     map[*Frequency]*cellView // results that are public already, with what is shown of them
}

// judgement decides what is hidden. A result that is public already, in the same
// numbers, is shown as it is there. Of one that is public in other numbers, what
// was hidden stays so: beside the old numbers it would tell who came since.
func (l layout) judgement(fs []*Frequency, public []Standing, b Beside) judgement {
	out := judgement{layout: l, same: map[*Frequency]*cellView{}}
	masks := map[*Frequency]*cellView{}
	var list []*Frequency
	old := map[string]*cellView{}
	for i := range public {
		s := &public[i]
		mask := l.maskOf(s.Shown)
		if !slices.ContainsFunc(fs, func(f *Frequency) bool { return f.Filter.String() == s.Now.Filter.String() }) || s.unchanged() {
			list = append(list, &s.Now)
			masks[&s.Now] = mask
		}
		old[s.Now.Filter.String()] = mask
	}
	standing := len(list)
	for _, f := range fs {
		at := slices.IndexFunc(list[:standing], func(g *Frequency) bool { return g.Filter.String() == f.Filter.String() })
		if at >= 0 {
			out.same[f] = masks[list[at]]
			continue
		}
		list = append(list, f)
	}
	b.hidden, b.standing = old, slices.Clone(list[:standing])
	out.families = l.judge(list, masks, b)
	for _, t := range out.families {
		t.tellSummaries(b.Limit, b.stepped)
	}
	return out
}

// judge makes the families of results and hides in them.
func (l layout) judge(fs []*Frequency, masks map[*Frequency]*cellView, b Beside) []*family {
	if len(fs) == 0 {
		return nil
	}
	if b.Data != nil {
		if t, ok := l.exact(b.Data, fs, masks, b); ok {
			if t.protect(); t.bare() {
				t.hideMissing()
			}
			return []*family{t}
		}
	}
	return l.families(fs, masks, b)
}

// views are what is shown of each result.
func (j judgement) views() map[*Frequency]*cellView {
	out := map[*Frequency]*cellView{}
	for _, t := range j.families {
		for v, f := range t.of {
			out[f] = v
		}
	}
	for f, v := range j.same {
		out[f] = v
	}
	return out
}

func (j judgement) apply() {
	for _, t := range j.families {
		t.apply()
	}
	for f, v := range j.same {
		f.Numbers.release(j.layout, v)
	}
}

// maskOf reads what a released result hides. What it does not list it hides.
func (l layout) maskOf(f Frequency) *cellView {
	v := &cellView{hidden: make([]bool, len(l.columns()))}
	for k, code := range l.codes {
		r, ok := f.answer(code)
		for _, j := range l.ofCode(k) {
			v.hidden[j] = !ok || r.Hidden
		}
	}
	if j := l.spare(); j >= 0 {
		v.hidden[j] = true
	}
	v.boxed = [2]bool{f.hides() && f.Numbers.Top2 != nil, f.hides() && f.Numbers.Bottom2 != nil}
	for i, n := range f.Numbers.missingCounts() {
		v.hidden[l.missing()+i] = n == Withheld
	}
	v.summary, v.rounded = summaryLevel(f.Numbers), f.Numbers.rounded()
	return v
}

// unchanged says whether what was shown is still what is counted.
func (s Standing) unchanged() bool { return s.Now.Numbers != nil && s.Moved() == 0 }

// Moved is the least number of respondents that must have come, gone or changed
// their answer since a result was shown.
func (s Standing) Moved() int {
	if s.Now.Numbers == nil || s.Shown.Numbers == nil {
		return 0
	}
	up, down := 0, 0
	put := func(now, then int) {
		up, down = max(up, now-then), max(down, then-now)
	}
	put(s.Now.Numbers.Base, s.Shown.Numbers.Base)
	more, less := 0, 0
	for _, r := range s.Shown.Numbers.listed() {
		if now, ok := s.Now.answer(r.Code); ok && !r.Hidden {
			more, less = more+max(0, now.Count-r.Count), less+max(0, r.Count-now.Count)
		}
	}
	for i, then := range s.Shown.Numbers.missingCounts() {
		if now := s.Now.Numbers.missingCounts()[i]; then != Withheld {
			more, less = more+max(0, now-then), less+max(0, then-now)
		}
	}
	if s.Now.Type == questionnaire.Numeric && more+less == 0 && s.Now.Numbers.Summary.apart(s.Shown.Numbers.Summary) {
		more = 1 // somebody's number was edited
	}
	if manyCodes(s.Now.Type) { // one respondent is in several rows
		return max(up, down, min(1, more+less))
	}
	return max(up, down, more, less)
}

// Hides says whether a released result hides a number that another release of
// the same result shows.
func (f Frequency) Hides(other Frequency) bool {
	for i := range f.Parts {
		if i < len(other.Parts) && f.Parts[i].Hides(other.Parts[i]) {
			return true
		}
	}
	switch {
	case other.Numbers == nil:
		return false
	case f.Numbers == nil:
		return true
	}
	for _, r := range other.Numbers.listed() {
		if mine, ok := f.answer(r.Code); !r.Hidden && (!ok || mine.Hidden) {
			return true
		}
	}
	if f.Numbers.Step == 0 && summaryLevel(f.Numbers) < summaryLevel(other.Numbers) { // weighted ones are never told
		return true
	}
	for i, n := range other.Numbers.missingCounts() {
		if n != Withheld && f.Numbers.missingCounts()[i] == Withheld {
			return true
		}
	}
	return false
}

package questionnaire

import "slices"

// Op compares the answer to an earlier question with a value.
type Op string

// The comparisons. An unanswered question (or one that was not shown) satisfies none of them but
// answered with the value false. A special code satisfies eq, ne, in and answered like any code,
// and never ge or le. For multiple and ranking, eq means "is among the chosen" and ne the opposite.
const (
	Eq         Op = "eq"
	Ne         Op = "ne"
	In         Op = "in"
	Ge         Op = "ge"
	Le         Op = "le"
	IsAnswered Op = "answered"
)

// Ops lists the comparisons.
var Ops = []Op{Eq, Ne, In, Ge, Le, IsAnswered}

// Condition decides whether a question is shown: either all or any of the parts, or one comparison
// of question Q. Values has one value but for in; for answered none means true, [0] false.
type Condition struct {
	All    []Condition `json:"all,omitempty"`
	Any    []Condition `json:"any,omitempty"`
	Q      string      `json:"q,omitempty"`
	Op     Op          `json:"op,omitempty"`
	Values []float64   `json:"values,omitempty"`
}

// Holds tells whether the condition is true of the answers. A nil condition always holds.
func (c *Condition) Holds(a Answers) bool {
	switch {
	case c == nil:
		return true
	case len(c.All) > 0:
		return !slices.ContainsFunc(c.All, func(part Condition) bool { return !part.Holds(a) })
	case len(c.Any) > 0:
		return slices.ContainsFunc(c.Any, func(part Condition) bool { return part.Holds(a) })
	}
	return c.compare(a[c.Q])
}

func (c *Condition) compare(a Answer) bool {
	if c.Op == IsAnswered {
		wanted := len(c.Values) == 0 || c.Values[0] != 0
		return !a.IsZero() == wanted
	}
	if a.IsZero() || len(c.Values) == 0 {
		return false
	}
	values := a.values()
	switch c.Op {
	case Eq:
		return slices.Contains(values, c.Values[0])
	case Ne:
		return !slices.Contains(values, c.Values[0])
	case In:
		return slices.ContainsFunc(values, func(v float64) bool { return slices.Contains(c.Values, v) })
	}
	if _, special := a.Special(); special {
		return false
	}
	switch c.Op {
	case Ge:
		return slices.ContainsFunc(values, func(v float64) bool { return v >= c.Values[0] })
	case Le:
		return slices.ContainsFunc(values, func(v float64) bool { return v <= c.Values[0] })
	}
	return false
}

// values are the numbers that a condition can compare with.
func (a Answer) values() []float64 {
	var list []float64
	if a.Code != nil {
		list = append(list, float64(*a.Code))
	}
	if a.Number != nil {
		list = append(list, *a.Number)
	}
	for _, c := range a.Codes {
		list = append(list, float64(c))
	}
	return list
}

// view is the questionnaire as one group sees it.
type view struct {
	pages     []Section
	questions []*Question
	consulted []bool // by question, whether conditions look at it
	indexes   []int  // by question, its index in Questions
}

// build makes the index and the views of the groups, once.
func (d *Definition) build() {
	d.byID, d.indexes = make(map[string]*Question), make(map[string]int)
	for i, q := range d.Questions() {
		if d.byID[q.ID] == nil {
			d.byID[q.ID], d.indexes[q.ID] = q, i
		}
	}
	d.views = make(map[string]*view, len(d.Groups))
	for _, g := range d.Groups {
		v := &view{}
		for _, s := range d.Sections {
			page := Section{ID: s.ID, Title: s.Title}
			for i := range s.Questions {
				if s.Questions[i].AskedOf(g.ID) {
					page.Questions = append(page.Questions, s.Questions[i].ForGroup(g.ID))
				}
			}
			if len(page.Questions) > 0 {
				v.pages = append(v.pages, page)
			}
		}
		consulted := map[string]bool{}
		for i := range v.pages {
			for j := range v.pages[i].Questions {
				q := &v.pages[i].Questions[j]
				v.questions = append(v.questions, q)
				q.ShowIf.consult(consulted)
			}
		}
		for _, q := range v.questions {
			v.consulted = append(v.consulted, consulted[q.ID])
			v.indexes = append(v.indexes, d.indexes[q.ID])
		}
		d.views[g.ID] = v
	}
}

// consult notes the questions that the condition looks at.
func (c *Condition) consult(into map[string]bool) {
	if c == nil {
		return
	}
	if c.Q != "" {
		into[c.Q] = true
	}
	for _, parts := range [][]Condition{c.All, c.Any} {
		for i := range parts {
			parts[i].consult(into)
		}
	}
}

func (d *Definition) view(group string) *view {
	d.once.Do(d.build)
	if v := d.views[group]; v != nil {
		return v
	}
	return &view{}
}

// Pages are the sections that the group gets, with its own texts and options and without sections
// that would be empty. They are shared: read only. An unknown group gets none.
func (d *Definition) Pages(group string) []Section { return d.view(group).pages }

// Visible are the group's questions that the answers so far let show, in order. Conditions only look
// back, so one pass with the answers kept so far decides each question. Shared: read only.
func (d *Definition) Visible(group string, a Answers) []*Question {
	v := d.view(group)
	visible := make([]*Question, 0, len(v.questions))
	v.show(func(i int) Answer { return a[v.questions[i].ID] }, func(i int) { visible = append(visible, v.questions[i]) })
	return visible
}

// VisibleAt appends to a list which of the group's questions, counted through its pages, are those of Visible.
func (d *Definition) VisibleAt(group string, a AnswerList, list []int) []int {
	v := d.view(group)
	v.show(func(i int) Answer { return a[v.indexes[i]] }, func(i int) { list = append(list, i) })
	return list
}

// show passes on the questions that the answers so far let show.
func (v *view) show(answer func(question int) Answer, pass func(question int)) {
	// Only the answers that conditions look at are kept: results are made of very many respondents.
	var kept Answers
	for i, q := range v.questions {
		if !q.ShowIf.Holds(kept) {
			continue
		}
		pass(i)
		if !v.consulted[i] {
			continue
		}
		if a := answer(i); !a.IsZero() {
			if kept == nil {
				kept = Answers{}
			}
			kept[q.ID] = a
		}
	}
}

// Clean keeps the answers to the questions that are shown and drops the rest: other groups'
// questions, those hidden by logic, unknown ids and empty answers. What a dropped answer would
// have shown is dropped too, so cleaning twice changes nothing more.
func (d *Definition) Clean(group string, a Answers) Answers {
	kept := make(Answers, len(a))
	for _, q := range d.view(group).questions {
		if answer, ok := a[q.ID]; ok && !answer.IsZero() && q.ShowIf.Holds(kept) {
			kept[q.ID] = answer
		}
	}
	return kept
}

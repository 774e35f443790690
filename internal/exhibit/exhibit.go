package exhibit

import (
	"fmt"
	"slices"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// Exhibit is a view with its released result.
type Exhibit struct {
	View     View
	Question *questionnaire.Question
	Blocks   []Block // one, or one for each row of a matrix
	// Weights are those that results of firms were weighted with; WeightsAbsent says why there are none
	// although the view asks for them.
	Weights       *analysis.Weights
	WeightsAbsent analysis.Absence
	// Rewordings are where the question was put otherwise, of a view by waves.
	Rewordings []Rewording

	def  *questionnaire.Definition
	data *analysis.Dataset
}

// Block is the result of a question, or of one row of a matrix.
type Block struct {
	ID    string    // "q5_05.a"
	Label i18n.Text // of the row; empty for a question by itself
	Table analysis.Table
}

// Source is what a view is computed from.
type Source struct {
	Data    *analysis.Dataset
	Options analysis.Options
	// Weights makes the weights that a view names; nil: there are none.
	Weights func(name string) (*analysis.Weights, error)
	// Release judges what leaves the system; nil: what is shown together, for the team's own pages.
	Release analysis.Releaser
}

// Compute counts what the view shows and nothing else, and withholds what may not be shown.
func Compute(s Source, v View) (Exhibit, error) {
	def := s.Data.Definition()
	q, ok := def.Question(v.Question)
	if !ok {
		return Exhibit{}, fmt.Errorf("exhibit: questionnaire %s has no question %q", def.ID, v.Question)
	}
	e := Exhibit{View: v, Question: q, def: def, data: s.Data}
	split, filter, err := e.sideBySide(s.Data)
	if err != nil {
		return Exhibit{}, err
	}
	o := s.Options
	if v.Weights != "" {
		o.Weights, err = e.weigh(s)
		if err != nil {
			return Exhibit{}, err
		}
	}
	tables, err := analysis.CrossAll(s.Data, columnsOf(q), split, filter, o)
	if err != nil {
		return Exhibit{}, fmt.Errorf("exhibit %s: %w", v.Question, err)
	}
	if s.Release == nil {
		tables = analysis.ReleaseTables(tables, 0)
	} else if tables, err = analysis.ReleaseTablesBy(tables, s.Release); err != nil {
		return Exhibit{}, err
	}
	if v.ByWave() {
		e.Rewordings = Rewordings(s.Data, v.Question)
		Uncompare(s.Data, tables)
	}
	oneFamily(tables)
	for _, t := range tables {
		b := Block{ID: t.Question, Table: t}
		if len(t.Parts) > 0 {
			b.Label = t.Parts[0].Result.Label
		}
		e.Blocks = append(e.Blocks, b)
	}
	return e, nil
}

// columnsOf are the results that a question consists of.
func columnsOf(q *questionnaire.Question) []string {
	if q.Type != questionnaire.Matrix {
		return []string{q.ID}
	}
	var ids []string
	for _, r := range q.Rows {
		ids = append(ids, q.ID+"."+r.ID)
	}
	return ids
}

// sideBySide finds the parts of the view and what holds for all of them. A split by something that one
// group alone was asked is a split of that group.
func (e *Exhibit) sideBySide(d *analysis.Dataset) (analysis.Split, analysis.Filter, error) {
	f := analysis.Filter{Group: e.View.Group, Where: e.View.Where}
	if e.View.By == Whole {
		return analysis.Split{ID: Whole, Parts: []analysis.Part{{ID: Whole}}}, f, nil
	}
	split, err := d.SplitBy(e.View.By)
	if err != nil {
		return split, f, err
	}
	if e.View.ByWave() {
		asked := d.AskedIn(e.Question.ID)
		split.Parts = slices.DeleteFunc(split.Parts, func(p analysis.Part) bool {
			return !slices.Contains(asked, p.Filter.Where[0].Codes[0])
		})
	}
	if e.View.By == analysis.SplitByGroup {
		split.Parts = slices.DeleteFunc(split.Parts, func(p analysis.Part) bool { return !e.Question.AskedOf(p.ID) })
		return split, f, nil
	}
	if by, ok := e.def.Question(split.Parts[0].Filter.Where[0].Question); ok && f.Group == "" {
		both := slices.DeleteFunc(slices.Clone(by.Groups), func(g string) bool { return !e.Question.AskedOf(g) })
		if len(both) == 1 {
			f.Group = both[0]
		}
	}
	return split, f, nil
}

// weigh makes the weights; that there are none is not a failure but something to say.
func (e *Exhibit) weigh(s Source) (*analysis.Weights, error) {
	if s.Weights == nil {
		e.WeightsAbsent = analysis.FrameMissing
		return nil, nil
	}
	w, err := s.Weights(e.View.Weights)
	if why, ok := err.(analysis.Absence); ok { //nolint:errorlint // an absence is returned bare
		e.WeightsAbsent = why
		return nil, nil
	}
	e.Weights = w
	return w, err
}

// oneFamily adjusts the overall tests of a matrix's rows together, because they are read together.
func oneFamily(tables []analysis.Table) {
	var tests []*analysis.Test
	for i := range tables {
		if tables[i].Compared.Overall != nil {
			tests = append(tests, tables[i].Compared.Overall)
		}
	}
	analysis.AdjustFamily(tests)
}

// Hidden tells whether anything of the block is withheld.
func (b Block) Hidden() bool {
	for _, p := range b.Table.Parts {
		if p.Result.Suppressed() {
			return true
		}
		for _, r := range rowsOf(p.Result) {
			if r.Hidden {
				return true
			}
		}
	}
	return false
}

// Empty tells whether no part of the block has a number.
func (b Block) Empty() bool {
	return !slices.ContainsFunc(b.Table.Parts, func(p analysis.PartOf) bool { return p.Result.Numbers != nil })
}

// rowsOf are the answers of a result in the order of the question: of a rating the bands.
func rowsOf(f analysis.Frequency) []analysis.Row {
	switch {
	case f.Numbers == nil:
		return nil
	case len(f.Numbers.Bands) > 0:
		return f.Numbers.Bands
	}
	return f.Numbers.Rows
}

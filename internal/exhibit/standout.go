package exhibit

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// Standout is one difference of a survey: two values of one measure, what parts them with its interval,
// and the test with its P adjusted over the whole list that it stands in.
type Standout struct {
	View        View   // where it is looked at closer
	Text        string // of the question, with the row of a matrix
	What        string // what is compared: `svarar ”Ja”`
	First       string // "upphandlare 61 procent"
	Second      string
	Diff        string
	Test        string // P after Holm and effect size
	Reworded    bool   // of waves: the question was put otherwise in the newer
	Established bool
}

// Address is where it is looked at closer, below the survey: one piece, because a query that is put together
// in a template would be escaped.
func (s Standout) Address() string {
	if q := s.View.Encode(); q != "" {
		return s.View.Question + "?" + q
	}
	return s.View.Question
}

// Standouts is a list of differences that is read as one: Tested is the size of its family.
type Standouts struct {
	List    []Standout // established ones first, the largest difference first
	Tested  int
	Missing int // questions without a difference that may be shown
}

// Established are those that may be spoken of.
func (s Standouts) Established() []Standout { return s.part(true) }

// Open are those that are not established.
func (s Standouts) Open() []Standout { return s.part(false) }

func (s Standouts) part(established bool) []Standout {
	var out []Standout
	for _, one := range s.List {
		if one.Established == established {
			out = append(out, one)
		}
	}
	return out
}

// Between compares what two groups say on the questions that both were asked.
func Between(lang i18n.Lang, s Source, first, second string) (Standouts, error) {
	t, err := analysis.Gaps(s.Data, first, second, s.Options)
	if err != nil {
		return Standouts{}, fmt.Errorf("gaps between %s and %s: %w", first, second, err)
	}
	t = analysis.ReleaseGaps(t, 0)
	def := s.Data.Definition()
	out := Standouts{Tested: t.Family, Missing: len(t.Missing)}
	for _, g := range t.Gaps {
		id, rowID, _ := strings.Cut(g.Question, ".")
		q, ok := def.Question(id)
		if !ok {
			continue
		}
		e := Exhibit{Question: q, def: def}
		k := Key{Measure: g.Measure, Unit: q.Unit, Answer: g.Option}
		switch g.Measure {
		case analysis.MeasureTop2:
			k.Answer = either(q, 4, 5)
		case analysis.MeasureRanked:
			k.Measure = analysis.MeasureShare
		}
		text := g.Text[0].In(lang)
		if r, ok := q.Row(rowID); ok {
			text += " " + r.Text.In(lang)
		}
		out.List = append(out.List, Standout{View: View{Question: id, By: analysis.SplitByGroup}, Text: text, What: e.what(lang, k),
			First: noun(lang, first) + " " + value(lang, k, g.First), Second: noun(lang, second) + " " + value(lang, k, g.Second),
			Diff: diffWords(lang, k, g.Diff, g.First, g.Second), Test: testLine(lang, g.Test),
			Established: g.Test != nil && g.Diff.Clear() && adjusted(*g.Test) < significant})
	}
	establishedFirst(out.List)
	return out, nil
}

// establishedFirst keeps the order within each kind.
func establishedFirst(list []Standout) {
	slices.SortStableFunc(list, func(a, b Standout) int {
		switch {
		case a.Established == b.Established:
			return 0
		case a.Established:
			return -1
		}
		return 1
	})
}

// testLine is a test in short; that of a difference whose test would give a hidden answer away says so.
func testLine(lang i18n.Lang, t *analysis.Test) string {
	if t == nil {
		return i18n.T(lang, "exhibit.untested")
	}
	if effect := effectOf(lang, *t); effect != "" {
		return pWords(lang, *t) + ", " + effect
	}
	return pWords(lang, *t)
}

// Within compares the parts of a split on every question that a group was asked: of each question the key
// number's highest and lowest part, with the test over all parts.
func Within(lang i18n.Lang, s Source, group, by string) (Standouts, error) {
	split, err := s.Data.SplitBy(by)
	if err != nil {
		return Standouts{}, err
	}
	found, missing, err := apartIn(lang, s, group, split)
	if err != nil {
		return Standouts{}, err
	}
	return ranked(lang, found, missing), nil
}

// Changes compares the newest wave with the one before it on every question that both asked, group by
// group: the newer number first. All groups are one family.
func Changes(lang i18n.Lang, s Source) (Standouts, error) {
	split, err := s.Data.SplitBy(analysis.SourceQuestion)
	if err != nil {
		return Standouts{}, err
	}
	split.Parts = split.Parts[max(0, len(split.Parts)-2):]
	var all []found
	missing := 0
	for _, g := range s.Data.Definition().Groups {
		some, none, err := apartIn(lang, s, g.ID, split)
		if err != nil {
			return Standouts{}, err
		}
		for i := range some {
			some[i].Text = GroupLabel(lang, g.ID) + ": " + some[i].Text
		}
		all, missing = append(all, some...), missing+none
	}
	return ranked(lang, all, missing), nil
}

// found is a difference before it is put into words.
type found struct {
	Standout
	first, second held
	k             Key
	e             Exhibit
	test          *analysis.Test
	diff          analysis.Difference
}

// apartIn finds the difference of every question that a group was asked in all parts of a split, and how many
// have none that may be shown.
func apartIn(lang i18n.Lang, s Source, group string, split analysis.Split) (all []found, missing int, err error) {
	def := s.Data.Definition()
	by := split.Parts[0].Filter.Where[0].Question
	var columns []string
	var questions []*questionnaire.Question
	for _, q := range def.Questions() {
		if !q.AskedOf(group) || q.Type == questionnaire.FreeText || q.ID == by || by == analysis.SourceQuestion && !askedInAll(s.Data, q, split) {
			continue
		}
		for _, id := range columnsOf(q) {
			columns, questions = append(columns, id), append(questions, q)
		}
	}
	tables, err := analysis.CrossAll(s.Data, columns, split, analysis.Filter{Group: group}, s.Options)
	if err != nil {
		return nil, 0, fmt.Errorf("differences within %s by %s: %w", group, split.ID, err)
	}
	tables = analysis.ReleaseTables(tables, 0)
	Uncompare(s.Data, tables)
	for i, t := range tables {
		e := Exhibit{View: View{Question: questions[i].ID, By: split.ID, Group: group}, Question: questions[i], def: def}
		f, ok := e.foundIn(lang, Block{ID: t.Question, Table: t})
		if !ok {
			missing++
			continue
		}
		if codes := waveCodes(t); len(codes) > 1 {
			some, _ := between(Rewordings(s.Data, t.Question), codes[0], codes[len(codes)-1])
			f.Reworded = len(some) > 0
		}
		all = append(all, f)
	}
	return all, missing, nil
}

// askedInAll tells whether every wave of the split asked the question.
func askedInAll(d *analysis.Dataset, q *questionnaire.Question, split analysis.Split) bool {
	asked := d.AskedIn(q.ID)
	return !slices.ContainsFunc(split.Parts, func(p analysis.Part) bool { return !slices.Contains(asked, p.Filter.Where[0].Codes[0]) })
}

// foundIn is the difference of a block's key number; false without one that may be shown.
func (e Exhibit) foundIn(lang i18n.Lang, b Block) (f found, ok bool) {
	f.e = e
	if f.k, ok = e.KeyOf(b); !ok {
		return f, false
	}
	f.k = f.k.compared()
	list := heldBy(b, f.k)
	f.test = testOf(b.Table.Compared, f.k)
	if len(list) < 2 || f.test == nil {
		return f, false
	}
	f.first, f.second = e.apart(list)
	f.diff, ok = difference(f.k, f.first.part, f.second.part)
	f.Text = e.Question.ForGroup(e.View.Group).Text.In(lang)
	if label := b.Table.Parts[0].Result.Label.In(lang); label != "" {
		f.Text += " " + label
	}
	return f, ok
}

// ranked puts differences that are read as one list in order and into words.
func ranked(lang i18n.Lang, all []found, missing int) Standouts {
	tests := make([]*analysis.Test, len(all))
	for i := range all {
		tests[i] = all[i].test
	}
	analysis.AdjustFamily(tests)
	out := Standouts{Tested: len(tests), Missing: missing}
	slices.SortStableFunc(all, func(a, b found) int {
		if a.k.Measure.IsShare() != b.k.Measure.IsShare() { // shares and values have no common size
			if a.k.Measure.IsShare() {
				return -1
			}
			return 1
		}
		return cmp.Compare(math.Abs(b.diff.Value), math.Abs(a.diff.Value))
	})
	for _, f := range all {
		f.View, f.What = f.e.View, f.e.what(lang, f.k)
		f.First = f.e.Label(lang, f.first.part) + " " + value(lang, f.k, f.first.est)
		f.Second = f.e.Label(lang, f.second.part) + " " + value(lang, f.k, f.second.est)
		f.Diff, f.Test = diffWords(lang, f.k, f.diff, f.first.est, f.second.est), testLine(lang, f.test)
		f.Established = f.diff.Clear() && adjusted(*f.test) < significant
		out.List = append(out.List, f.Standout)
	}
	establishedFirst(out.List)
	return out
}

// testOf is the test that a key number stands on: of several answers each, the option's own.
func testOf(c analysis.Comparison, k Key) *analysis.Test {
	for _, o := range c.Options {
		if slices.Contains(k.Codes, o.Code) {
			test := o.Test
			return &test
		}
	}
	if c.Overall == nil {
		return nil
	}
	test := *c.Overall
	return &test
}

// IndexLine is one index of a survey by group.
type IndexLine struct {
	Theme string // empty: the whole area
	Area  int
	From  string // what its scale's lowest step says
	To    string // and its highest
	Items int
	Cells []Cell // in the order of the groups
	Alpha string // reliability over all groups; empty without one
}

// IndexLines computes every index that the questionnaire holds, 0 to 100, for each group: the area's
// first, then its themes.
func IndexLines(lang i18n.Lang, s Source) ([]IndexLine, error) {
	def := s.Data.Definition()
	o := s.Options
	o.Weights = nil
	indices := analysis.Indices(s.Data)
	groups := append(slices.Clone(def.Groups), questionnaire.Group{}) // the last: all, for the reliability
	selections, items, err := indexItems(s.Data, indices, groups, o)
	if err != nil {
		return nil, err
	}
	var out []IndexLine
	for _, x := range indices {
		if x.Theme == "" && len(x.Items) < 2 { // its theme's index says the same
			continue
		}
		line := IndexLine{Theme: x.Theme, Area: x.Area, Items: len(x.Items)}
		line.From, line.To = ends(lang, def, x.Items[0])
		shown := false
		for i, g := range groups {
			r, err := analysis.CountIndex(s.Data, x, selections[i], o)
			if err != nil {
				return nil, fmt.Errorf("index of %s %s: %w", x.Theme, x.Scale, err)
			}
			r = analysis.ReleaseIndex(r, slices.DeleteFunc(slices.Clone(items[i]), func(f analysis.Frequency) bool {
				return !slices.Contains(x.Items, f.Question)
			}))
			if g.ID == "" {
				if r.Alpha != nil {
					line.Alpha = i18n.Number(lang, *r.Alpha, 2)
				}
				continue
			}
			cell := withheld
			switch {
			case r.Mean != nil:
				shown = true
				cell = Cell{Main: i18n.Number(lang, r.Mean.Value, 0), Sub: i18n.T(lang, "exhibit.index_cell", "Lower", i18n.Number(lang, r.Mean.Lower, 0),
					"Upper", i18n.Number(lang, r.Mean.Upper, 0), "Base", i18n.Int(lang, r.Base))}
			case r.Absent == analysis.NotAsked:
				cell = Cell{}
			}
			line.Cells = append(line.Cells, cell)
		}
		if shown {
			out = append(out, line)
		}
	}
	slices.SortStableFunc(out, func(a, b IndexLine) int { return cmp.Or(cmp.Compare(a.Theme, b.Theme), cmp.Compare(a.From, b.From)) })
	return out, nil
}

// ends are the lowest and the highest step of an item's scale.
func ends(lang i18n.Lang, def *questionnaire.Definition, item string) (low, high string) {
	id, _, _ := strings.Cut(item, ".")
	for _, q := range def.Questions() {
		if q.ID != id {
			continue
		}
		steps := slices.DeleteFunc(slices.Clone(q.Options), func(o questionnaire.Option) bool { return questionnaire.IsSpecial(o.Code) })
		if len(steps) > 0 {
			low, high = steps[0].Text.In(lang), steps[len(steps)-1].Text.In(lang)
		}
	}
	return low, high
}

// indexItems selects each group and releases its results for every item, by which an index is judged.
func indexItems(d *analysis.Dataset, indices []analysis.Index, groups []questionnaire.Group, o analysis.Options) ([]*analysis.Selection, [][]analysis.Frequency, error) {
	var ids []string
	for _, x := range indices {
		for _, id := range x.Items {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	selections, items := make([]*analysis.Selection, len(groups)), make([][]analysis.Frequency, len(groups))
	for i, g := range groups {
		var err error
		if selections[i], err = d.Select(analysis.Filter{Group: g.ID}); err != nil {
			return nil, nil, err
		}
		if items[i], err = analysis.CountAll(d, ids, analysis.Filter{Group: g.ID}, o); err != nil {
			return nil, nil, err
		}
		items[i] = analysis.Release(items[i], 0)
	}
	return selections, items, nil
}

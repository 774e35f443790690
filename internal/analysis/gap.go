package analysis

import (
	"cmp"
	"math"
	"slices"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// Gap is what two groups say on one shared question: a measure of each, the
// difference with its interval, and the test.
type Gap struct {
	Question string       `json:"question"` // with the row of a matrix
	Text     [2]i18n.Text `json:"text"`     // as each group read it
	Label    i18n.Text    `json:"label,omitzero"`
	Theme    string       `json:"theme,omitempty"`
	Measure  Measure      `json:"measure"`
	Code     int          `json:"code,omitempty"` // the option that MeasureShare and MeasureRanked count
	Option   i18n.Text    `json:"option,omitzero"`
	First    Estimate     `json:"first"`
	Second   Estimate     `json:"second"`
	Diff     Difference   `json:"diff"` // first minus second
	Test     *Test        `json:"test,omitempty"`

	from [2]Frequency // what the estimates were taken from
}

// Unmeasured is a shared question without a gap, and why.
type Unmeasured struct {
	Question string  `json:"question"`
	Absent   Absence `json:"absent"`
}

// GapTable is every gap between two groups, the largest first.
type GapTable struct {
	First   string       `json:"first"`
	Second  string       `json:"second"`
	Gaps    []Gap        `json:"gaps"`
	Missing []Unmeasured `json:"missing,omitempty"`
	Family  int          `json:"family"` // number of tests that the adjusted P allow for
}

// Gaps compares what two groups say on the questions that both were asked, such
// as buyers against suppliers: of scales the share in the two upper steps, of
// ratings and numbers the mean, of choices and rankings every option. P are
// adjusted by Holm over the whole table, because it is read as one list. Shares
// come before means, the largest difference first. A gap whose numbers may not
// be shown is listed as missing. Weights are not used: the groups are not
// weighted alike.
func Gaps(d *Dataset, first, second string, o Options) (GapTable, error) {
	o.Weights = nil
	t := GapTable{First: first, Second: second}
	var ss [2]*Selection
	for i, g := range []string{first, second} {
		s, err := d.Select(Filter{Group: g})
		if err != nil {
			return GapTable{}, err
		}
		ss[i] = s
	}
	for _, c := range d.order {
		if !askedOf(c.question, first) || !askedOf(c.question, second) || c.question.Type == questionnaire.FreeText {
			continue
		}
		if err := t.measure(d, c, ss, o); err != nil {
			return GapTable{}, err
		}
	}
	var tests []*Test
	for i := range t.Gaps {
		if t.Gaps[i].Test != nil {
			tests = append(tests, t.Gaps[i].Test)
		}
	}
	AdjustFamily(tests)
	t.Family = len(tests)
	slices.SortStableFunc(t.Gaps, func(a, b Gap) int {
		if a.Measure.IsShare() != b.Measure.IsShare() {
			if a.Measure.IsShare() {
				return -1
			}
			return 1
		}
		return cmp.Compare(math.Abs(b.Diff.Value), math.Abs(a.Diff.Value))
	})
	return t, nil
}

// measure adds the gaps of one column.
func (t *GapTable) measure(d *Dataset, c *column, ss [2]*Selection, o Options) error {
	var fs [2]Frequency
	tallies := make([]*tally, len(ss))
	for i, s := range ss {
		f, counted, err := d.countIn(c.id(), s, o)
		if err != nil {
			return err
		}
		if counted == nil {
			t.Missing = append(t.Missing, Unmeasured{c.id(), f.Absent})
			return nil
		}
		fs[i], tallies[i] = f, counted
	}
	var compared Comparison
	compared.compare(c, tallies)
	gap := Gap{Question: c.id(), Text: [2]i18n.Text{fs[0].Text, fs[1].Text}, Label: fs[0].Label, Theme: fs[0].Theme}
	switch c.question.Type {
	case questionnaire.Likert5, questionnaire.Matrix:
		gap.Measure, gap.Test = MeasureTop2, compared.Overall
		t.put(gap, fs)
	case questionnaire.Rating, questionnaire.Numeric:
		gap.Measure, gap.Test = MeasureMean, compared.Overall
		t.put(gap, fs)
	default:
		before := len(t.Gaps)
		for _, op := range c.question.Options {
			one := gap
			one.Measure, one.Code, one.Option = MeasureShare, op.Code, op.Text
			if c.question.Type == questionnaire.Ranking {
				one.Measure = MeasureRanked
			}
			one.Test = optionTest(c, op.Code, fs, compared)
			if _, err := DifferenceOf(one.Measure, estimateOf(fs[0], one), estimateOf(fs[1], one)); err == nil {
				t.put(one, fs)
			}
		}
		if len(t.Gaps) == before {
			t.Missing = append(t.Missing, Unmeasured{c.id(), TooFew})
		}
	}
	return nil
}

// optionTest is the test of one option: of a multiple choice the table's own, of
// one code chosen or not.
func optionTest(c *column, code int, fs [2]Frequency, compared Comparison) *Test {
	for _, o := range compared.Options {
		if o.Code == code {
			test := o.Test
			return &test
		}
	}
	if manyCodes(c.question.Type) {
		return nil
	}
	var table [][]int
	for _, f := range fs {
		row, ok := f.row(code)
		if !ok {
			return nil
		}
		table = append(table, []int{row.Count, row.Base - row.Count})
	}
	test, err := Independence(table, seedOf(c.id()))
	if err != nil {
		return nil
	}
	return &test
}

func estimateOf(f Frequency, g Gap) Estimate {
	e, err := f.Estimate(g.Measure, g.codes())
	if err != nil {
		return Estimate{}
	}
	return e
}

// put adds a gap that both groups have the measure for.
func (t *GapTable) put(g Gap, fs [2]Frequency) {
	g.from = fs
	g.First, g.Second = estimateOf(fs[0], g), estimateOf(fs[1], g)
	diff, err := DifferenceOf(g.Measure, g.First, g.Second)
	if err != nil {
		t.Missing = append(t.Missing, Unmeasured{g.Question, TooFew})
		return
	}
	g.Diff = diff
	t.Gaps = append(t.Gaps, g)
}

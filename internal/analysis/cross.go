package analysis

import (
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"upphandlingsdialog/internal/questionnaire"
)

// Table is one question crossed by a split, with the test of whether the parts
// differ. Every number comes from the selections of its parts.
type Table struct {
	Question string     `json:"question"`
	Split    string     `json:"split"`
	Filter   Filter     `json:"filter"`
	Parts    []PartOf   `json:"parts"`
	Compared Comparison `json:"compared"`
}

// PartOf is one part's result.
type PartOf struct {
	Part   Part      `json:"part"`
	Result Frequency `json:"result"`
}

// Comparison is the test of one question over several parts; parts that may not
// be shown are not part of it. Where there is no test, Absent says why.
type Comparison struct {
	Absent   Absence      `json:"absent,omitempty"`
	Overall  *Test        `json:"overall,omitempty"`
	Pairs    []Pair       `json:"pairs,omitempty"`    // three or more parts, one answer each: by place in Compared
	Options  []OptionTest `json:"options,omitempty"`  // several answers each: one test an option
	Compared []int        `json:"compared,omitempty"` // places in the table's parts
	// Collapsed says that answers which few gave are compared as one.
	Collapsed bool `json:"collapsed,omitempty"`
}

// OptionTest tests whether the parts differ in one option of a multiple choice
// or ranking (in any place), with P adjusted over the options of the question.
type OptionTest struct {
	Code int  `json:"code"`
	Test Test `json:"test"`
}

// Cross counts a question (or a matrix row) in every part of a split, within a
// filter, and compares the parts. Of a matrix as a whole ask row by row.
//
// Which test: one code without order, chi-square or Fisher (weighted: Rao and
// Scott); ordered answers and numbers, Mann-Whitney or, for three and more,
// Kruskal-Wallis; of three parts and more then every two of them by the same
// kind of test, after Holm; several codes, one test an option after Holm. Ranks are compared without weights: a test says which it
// used.
func Cross(d *Dataset, question string, split Split, f Filter, o Options) (Table, error) {
	ss, err := d.selections(split, f)
	if err != nil {
		return Table{}, err
	}
	return d.cross(question, split, f, ss, o)
}

// CrossAll crosses several questions by the same split.
func CrossAll(d *Dataset, questions []string, split Split, f Filter, o Options) ([]Table, error) {
	ss, err := d.selections(split, f)
	if err != nil {
		return nil, err
	}
	out := make([]Table, len(questions))
	return out, inParallel(len(questions), func(i int) (err error) {
		out[i], err = d.cross(questions[i], split, f, ss, o)
		return err
	})
}

// CountAll counts several questions of one filter.
func CountAll(d *Dataset, questions []string, f Filter, o Options) ([]Frequency, error) {
	s, err := d.Select(f)
	if err != nil {
		return nil, err
	}
	out := make([]Frequency, len(questions))
	return out, inParallel(len(questions), func(i int) (err error) {
		out[i], err = CountIn(d, questions[i], s, o)
		return err
	})
}

// selections makes the parts' selections, nil where a part lies outside the filter.
func (d *Dataset) selections(split Split, f Filter) ([]*Selection, error) {
	out := make([]*Selection, len(split.Parts))
	return out, inParallel(len(split.Parts), func(i int) (err error) {
		if part, ok := split.Parts[i].within(f); ok {
			out[i], err = d.Select(part)
		}
		return err
	})
}

func (d *Dataset) cross(question string, split Split, f Filter, ss []*Selection, o Options) (Table, error) {
	t := Table{Question: question, Split: split.ID, Filter: f}
	var tallies []*tally
	for i, s := range ss {
		if s == nil {
			continue
		}
		result, counted, err := d.countIn(question, s, o)
		if err != nil {
			return Table{}, fmt.Errorf("cross %s by %s: %w", question, split.ID, err)
		}
		if counted != nil {
			t.Compared.Compared = append(t.Compared.Compared, len(t.Parts))
			tallies = append(tallies, counted)
		}
		t.Parts = append(t.Parts, PartOf{Part: split.Parts[i], Result: result})
	}
	c := d.columns[question]
	switch {
	case c == nil:
		t.Compared.Absent = NotOrdered // a matrix is compared row by row
	case len(tallies) < 2:
		t.Compared.Absent = TooFew
		if slices.ContainsFunc(t.Parts, func(p PartOf) bool { return p.Result.Absent == BelowCounty }) {
			t.Compared.Absent = BelowCounty
		}
	default:
		t.Compared.compare(c, tallies)
	}
	return t, nil
}

// compare fills in the tests over the parts' tallies; weights count only where
// every part has them.
func (out *Comparison) compare(c *column, tallies []*tally) {
	weighted := true
	for _, t := range tallies {
		weighted = weighted && t.weights != nil
	}
	switch c.question.Type {
	case questionnaire.FreeText:
		out.Absent = NotOrdered
	case questionnaire.Multiple, questionnaire.Ranking:
		out.compareOptions(c, tallies, weighted)
	case questionnaire.Likert5, questionnaire.Matrix, questionnaire.Rating, questionnaire.Numeric:
		out.compareOrder(tallies)
	default:
		table := make([][]mass, len(tallies))
		for i, t := range tallies {
			table[i] = t.counts
		}
		out.compareTable(table, weighted, seedOf(c.id()))
	}
}

// compareTable compares answers without order; of three parts and more also
// every two of them.
func (out *Comparison) compareTable(table [][]mass, weighted bool, seed uint64) {
	out.put(differ(table, weighted, seed))
	if out.Overall != nil && len(table) > 2 {
		out.Pairs = pairwise(len(table), func(a, b int) (Test, error) {
			return differ([][]mass{table[a], table[b]}, weighted, seed)
		})
	}
}

func (out *Comparison) put(test Test, err error) {
	var why Absence
	switch {
	case err == nil:
		out.Overall = &test
	case errors.As(err, &why):
		out.Absent = why
	default:
		out.Absent = Invalid
	}
}

func (out *Comparison) compareOrder(tallies []*tally) {
	ds := make([]Distribution, len(tallies))
	for i, t := range tallies {
		ds[i] = t.values.counts()
	}
	if len(ds) == 2 {
		r, err := MannWhitney(ds[0], ds[1])
		out.put(r.Test, err)
		return
	}
	out.put(KruskalWallis(ds))
	if out.Overall != nil {
		out.Pairs = Pairwise(ds)
	}
}

func (out *Comparison) compareOptions(c *column, tallies []*tally, weighted bool) {
	var tests []*Test
	for i, op := range c.question.Options {
		var table [][]mass
		for _, t := range tallies {
			base := t.base
			if len(op.Groups) > 0 {
				base = t.options(op.Groups)
			}
			if base.n == 0 {
				continue // the option was not offered here
			}
			rest := mass{base.n - t.counts[i].n, max(0, base.sum-t.counts[i].sum), max(0, base.squares-t.counts[i].squares)}
			if rest.n <= 0 {
				rest = mass{}
			}
			table = append(table, []mass{t.counts[i], rest})
		}
		test, err := differ(table, weighted, seedOf(c.id()))
		if err != nil {
			continue
		}
		out.Options = append(out.Options, OptionTest{Code: op.Code, Test: test})
	}
	for i := range out.Options {
		tests = append(tests, &out.Options[i].Test)
	}
	AdjustFamily(tests)
	if len(tests) == 0 {
		out.Absent = AllEqual
	}
}

// differ tests a table of groups by answers.
func differ(table [][]mass, weighted bool, seed uint64) (Test, error) {
	if weighted {
		cells := make([][]WeightedCell, len(table))
		for i, row := range table {
			for _, m := range row {
				cells[i] = append(cells[i], WeightedCell{N: m.n, Sum: m.sum, Squares: m.squares})
			}
		}
		return RaoScott(cells)
	}
	counts := make([][]int, len(table))
	for i, row := range table {
		for _, m := range row {
			counts[i] = append(counts[i], m.n)
		}
	}
	return Independence(counts, seed)
}

// seedOf is the stored seed of simulated tests: the question's id, so that the
// same answers always give the same P. JSON readers keep 53 bits.
func seedOf(question string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(strings.ToLower(question)))
	return h.Sum64() >> 11
}

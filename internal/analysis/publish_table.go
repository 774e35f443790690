package analysis

import (
	"math"
	"slices"
)

// ReleaseTable returns a crossed table as it may be printed: the parts' results
// released together (see Release), and tests and effect sizes computed from what
// is shown, because one that was computed from a hidden cell gives it away.
// The input is not changed.
func ReleaseTable(t Table, limit int) Table {
	return ReleaseTables([]Table{t}, limit)[0]
}

// ReleaseTables releases tables that are printed together. Tables of one
// question, by different splits or filters, are judged together.
func ReleaseTables(ts []Table, limit int) []Table {
	out, _ := ReleaseTablesBy(ts, by(limit)) // by does not fail
	return out
}

// Releaser releases results that leave together, as Release does.
type Releaser func([]Frequency) ([]Frequency, error)

func by(limit int) Releaser {
	return func(fs []Frequency) ([]Frequency, error) { return Release(fs, limit), nil }
}

// ReleaseTablesBy is ReleaseTables by another judge than what is printed
// together; its errors come back.
func ReleaseTablesBy(ts []Table, release Releaser) ([]Table, error) {
	var fs []Frequency
	for _, t := range ts {
		for _, p := range t.Parts {
			fs = append(fs, p.Result)
		}
	}
	fs, err := release(fs)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(ts)
	for i := range out {
		out[i].Parts = slices.Clone(out[i].Parts)
		for j := range out[i].Parts {
			out[i].Parts[j].Result, fs = fs[0], fs[1:]
		}
		out[i].Compared = out[i].Compared.release(out[i].Parts).coarse(out[i].Parts)
	}
	return out, nil
}

// release keeps the tests that rest on shown cells alone. Where an answer is
// hidden in any part, the answers are compared anew with the hidden ones taken
// together, which anybody could do from what is shown; with weights that cannot
// be done.
func (c Comparison) release(parts []PartOf) Comparison {
	hidden := func(place int) bool { return parts[c.Compared[place]].Result.hides() }
	shown, any := []int(nil), false
	for i, part := range c.Compared {
		any = any || hidden(i)
		if parts[part].Result.Numbers != nil {
			shown = append(shown, part)
		}
	}
	if !any {
		return c
	}
	if c.Options != nil {
		c.Options = slices.DeleteFunc(slices.Clone(c.Options), func(o OptionTest) bool {
			return slices.ContainsFunc(c.Compared, func(part int) bool {
				f := parts[part].Result
				if f.Numbers == nil {
					return true
				}
				row, _ := f.row(o.Code)
				return row.Hidden
			})
		})
		if len(c.Options) == 0 {
			c.Absent = Withholding
		}
		return c
	}
	out := Comparison{Compared: shown, Collapsed: true, Absent: Withholding}
	if c.Overall != nil && !c.Overall.Weighted && len(shown) > 1 {
		out.Absent = ""
		out.compareTogether(parts)
	}
	return out
}

// coarse tells of weighted tests, where weights leave the system, the P to two figures and nothing else: statistic and
// effect are sums over the classes of the weights. Where a part is told without its weights there is no test.
func (c Comparison) coarse(parts []PartOf) Comparison {
	told := func(p PartOf) bool { return p.Result.Numbers != nil && p.Result.Numbers.Step > 0 }
	refused := slices.ContainsFunc(parts, func(p PartOf) bool { return p.Result.Unweighted != "" })
	if !refused && !slices.ContainsFunc(parts, told) {
		return c
	}
	test := func(t Test) Test {
		if t.Weighted {
			t.P, t.Adjusted = twoFigures(t.P), twoFigures(t.Adjusted)
			t.Statistic, t.DF, t.DF2, t.Effects = 0, 0, 0, nil
		}
		return t
	}
	weighted := c.Overall != nil && c.Overall.Weighted || slices.ContainsFunc(c.Options, func(o OptionTest) bool { return o.Test.Weighted })
	if weighted && refused {
		return Comparison{Compared: c.Compared, Absent: Withholding}
	}
	if c.Overall != nil {
		t := test(*c.Overall)
		c.Overall = &t
	}
	c.Pairs, c.Options = slices.Clone(c.Pairs), slices.Clone(c.Options)
	for i := range c.Pairs {
		c.Pairs[i].Test = test(c.Pairs[i].Test)
	}
	for i := range c.Options {
		c.Options[i].Test = test(c.Options[i].Test)
	}
	return c
}

// twoFigures is a number with two significant figures.
func twoFigures(v float64) float64 {
	if v <= 0 {
		return v
	}
	step := math.Pow(10, math.Floor(math.Log10(v))-1)
	return rounded(v, step)
}

// compareTogether compares the answers of the compared parts with those that any
// of them hides taken together: of ordered answers all between the lowest and the
// highest of them, so that the order holds.
func (c *Comparison) compareTogether(parts []PartOf) {
	var codes []int
	low, high := math.MaxInt, math.MinInt
	together := map[int]bool{}
	for _, part := range c.Compared {
		for _, r := range parts[part].Result.Numbers.listed() {
			if !slices.Contains(codes, r.Code) {
				codes = append(codes, r.Code)
			}
			if r.Hidden {
				low, high, together[r.Code] = min(low, r.Code), max(high, r.Code), true
			}
		}
	}
	ordered := hasOrder(parts[c.Compared[0]].Result.Type)
	slices.Sort(codes)
	var table [][]mass
	ds := make([]Distribution, len(c.Compared))
	for i, part := range c.Compared {
		row, rest := []mass(nil), parts[part].Result.Numbers.Base
		for _, code := range codes {
			if together[code] || ordered && low <= code && code <= high {
				continue
			}
			r, _ := parts[part].Result.answer(code)
			rest -= r.Count
			row = append(row, mass{n: r.Count})
			ds[i].put(code, r.Count)
		}
		table = append(table, append(row, mass{n: rest}))
		ds[i].put(low, rest)
	}
	switch {
	case len(table[0]) < 2:
		c.Absent = Withholding
	case !ordered:
		c.compareTable(table, false, seedOf(parts[c.Compared[0]].Result.Question))
	case len(ds) == 2:
		r, err := MannWhitney(ds[0], ds[1])
		c.put(r.Test, err)
	default:
		if c.put(KruskalWallis(ds)); c.Overall != nil {
			c.Pairs = Pairwise(ds)
		}
	}
}

// put adds answers of a value, kept in order.
func (d *Distribution) put(code, count int) {
	if count <= 0 {
		return
	}
	at, _ := slices.BinarySearch(d.Values, float64(code))
	d.Values, d.Counts = slices.Insert(d.Values, at, float64(code)), slices.Insert(d.Counts, at, count)
}

// answer finds a printed answer.
func (f Frequency) answer(code int) (Row, bool) {
	for _, r := range f.Numbers.listed() {
		if r.Code == code {
			return r, true
		}
	}
	return Row{}, false
}

// hides says whether an answer of a result is hidden, or all of it.
func (f Frequency) hides() bool {
	return f.Numbers == nil || slices.ContainsFunc(f.Numbers.listed(), Row.isHidden)
}

// ReleaseGaps returns gaps as they may be printed: each from released results of
// both groups, and without its test where an answer is hidden. What cannot be
// told is listed as missing. The order, by size, stays. A table that was read
// from a file has no results to release it by and comes back with none. The
// input is not changed.
func ReleaseGaps(t GapTable, limit int) GapTable {
	out, _ := ReleaseGapsBy(t, by(limit)) // by does not fail
	return out
}

// ReleaseGapsBy is ReleaseGaps by another judge; its errors come back.
func ReleaseGapsBy(t GapTable, release Releaser) (GapTable, error) {
	out := t
	out.Gaps, out.Missing = nil, slices.Clone(t.Missing)
	released := map[string][2]Frequency{} // the same two stand in one gap for each option
	var order []string
	var fs []Frequency
	for _, g := range t.Gaps {
		if _, ok := released[g.Question]; !ok {
			released[g.Question] = g.from
			order, fs = append(order, g.Question), append(fs, g.from[:]...)
		}
	}
	fs, err := release(fs)
	if err != nil {
		return out, err
	}
	for i, question := range order {
		released[question] = [2]Frequency{fs[2*i], fs[2*i+1]}
	}
	for _, g := range t.Gaps {
		g.from = released[g.Question]
		first, errFirst := g.from[0].Estimate(g.Measure, g.codes())
		second, errSecond := g.from[1].Estimate(g.Measure, g.codes())
		diff, errDiff := DifferenceOf(g.Measure, first, second)
		if errFirst != nil || errSecond != nil || errDiff != nil {
			if !slices.ContainsFunc(out.Missing, func(u Unmeasured) bool { return u.Question == g.Question }) {
				out.Missing = append(out.Missing, Unmeasured{g.Question, Withholding})
			}
			continue
		}
		g.First, g.Second, g.Diff = first, second, diff // of means that are told with two decimals, of those
		if g.from[0].hides() || g.from[1].hides() {
			g.Test = nil
		}
		out.Gaps = append(out.Gaps, g)
	}
	return out, nil
}

// codes are what the gap's measure counts.
func (g Gap) codes() []int {
	if g.Measure == MeasureShare || g.Measure == MeasureRanked {
		return []int{g.Code}
	}
	return nil
}

// ReleaseIndex returns an index as it may be printed beside its items' released
// results for the same selection: without mean and reliability when an answer to
// any item is hidden, because the index is a sum over them.
func ReleaseIndex(x IndexResult, items []Frequency) IndexResult {
	if x.Mean == nil && x.Alpha == nil {
		return x
	}
	if len(items) == 0 || slices.ContainsFunc(items, func(f Frequency) bool { return f.hides() && !f.NotAsked }) {
		return IndexResult{Index: x.Index, Filter: x.Filter, Absent: Withholding}
	}
	return x
}

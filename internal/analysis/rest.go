package analysis

import (
	"cmp"
	"math"
	"slices"
)

// mostRests is how many sets of few people are looked at.
const mostRests = 5_000

// rests is results of one question as sums over kinds of people who answered it.
type rests struct {
	tables []restTable
	few    [][]int // sets of kinds of whom fewer than a result may be shown of have answered
}

type restTable struct {
	result *Frequency // nil when it is public
	of     []float64  // by kind, 1 where it counts them
}

// tellNoRests withholds results that tell, taken from each other and from what is public, what fewer people
// answered than a result may be shown of: the last sector without the others, the firms that one filter has
// more than another. Nothing is printed of those people that could be hidden, and a mean tells of them to the
// very number. What no sentence rests on goes first, and of that the narrowest. Publications of other times are not
// taken in.
func (b Beside) tellNoRests(fs []*Frequency, public []Standing) {
	r := b.rests(fs, public)
	for _, few := range r.few {
		for tells(r.tables, few) {
			gone := -1
			for i, t := range r.tables {
				if t.result != nil && (gone < 0 || !tells(without(r.tables, i), few)) {
					if gone = i; !tells(without(r.tables, i), few) {
						break
					}
				}
			}
			if gone < 0 {
				break // public already
			}
			withhold(r.tables[gone].result)
			r.tables = without(r.tables, gone)
		}
	}
}

func without(tables []restTable, i int) []restTable {
	return slices.Delete(slices.Clone(tables), i, i+1)
}

func (b Beside) rests(fs []*Frequency, public []Standing) (r rests) {
	if b.Data == nil || b.Data.columns[fs[0].Question] == nil {
		return r
	}
	column, least := b.Data.columns[fs[0].Question], fs[0].MinBase
	var filters []Filter
	for _, s := range public {
		if s.unchanged() && !slices.ContainsFunc(filters, func(f Filter) bool { return f.String() == s.Shown.Filter.String() }) {
			filters = append(filters, s.Shown.Filter)
			r.tables = append(r.tables, restTable{})
		}
	}
	fs = slices.DeleteFunc(slices.Clone(fs), func(f *Frequency) bool {
		return slices.ContainsFunc(filters, func(g Filter) bool { return g.String() == f.Filter.String() })
	})
	slices.SortStableFunc(fs, func(x, y *Frequency) int {
		return cmp.Or(cmp.Compare(truth(b.citesAny(x)), truth(b.citesAny(y))), cmp.Compare(len(y.Filter.Where), len(x.Filter.Where)), cmp.Compare(x.Numbers.Base, y.Numbers.Base))
	})
	for _, f := range fs {
		filters = append(filters, f.Filter)
		r.tables = append(r.tables, restTable{result: f})
	}
	if allApart(filters) {
		return rests{}
	}
	kinds, ok := b.Data.atomsOf(filters)
	if !ok {
		return rests{}
	}
	answered := column.answered
	var counts []int
	for _, k := range kinds {
		n := countBoth(answered, k.set)
		if n == 0 {
			continue
		}
		counts = append(counts, n)
		for i := range r.tables {
			r.tables[i].of = append(r.tables[i].of, truth(k.of[i]))
		}
	}
	r.few = fewOf(counts, least)
	return r
}

// citesAny says whether a sentence rests on a number of a result.
func (b Beside) citesAny(f *Frequency) bool {
	if b.Cited == nil {
		return false
	}
	rows := f.Numbers.listed()
	return len(rows) == 0 && b.Cited(*f, 0) || slices.ContainsFunc(rows, func(r Row) bool { return b.Cited(*f, r.Code) })
}

// allApart says whether nobody is of two of the filters: then there is nothing to take away.
func allApart(filters []Filter) bool {
	for i, f := range filters {
		if slices.ContainsFunc(filters[:i], func(g Filter) bool { return !f.apart(g) }) {
			return false
		}
	}
	return true
}

// fewOf are the sets of kinds with fewer people than least, to which no kind can be added.
func fewOf(counts []int, least int) (out [][]int) {
	var add func(set []int, sum, from int)
	add = func(set []int, sum, from int) {
		full := true
		for k := from; k < len(counts) && len(out) < mostRests; k++ {
			if sum+counts[k] < least {
				full = false
				add(append(slices.Clip(set), k), sum+counts[k], k+1)
			}
		}
		if full && len(set) > 0 {
			out = append(out, set)
		}
	}
	add(nil, 0, 0)
	return out
}

// tells says whether some tables, added and taken from each other, leave a sum over people of the kinds alone:
// whether they say more than the same tables without those kinds.
func tells(tables []restTable, kinds []int) bool {
	all, rest := make([][]float64, len(tables)), make([][]float64, len(tables))
	for i, t := range tables {
		all[i], rest[i] = slices.Clone(t.of), slices.Clone(t.of)
		for _, k := range kinds {
			rest[i][k] = 0
		}
	}
	return rank(all) > rank(rest)
}

// rank changes the rows.
func rank(rows [][]float64) (n int) {
	for column := 0; n < len(rows) && column < len(rows[0]); column++ {
		best := n
		for i := n; i < len(rows); i++ {
			if math.Abs(rows[i][column]) > math.Abs(rows[best][column]) {
				best = i
			}
		}
		if math.Abs(rows[best][column]) < lpSmall {
			continue
		}
		rows[n], rows[best] = rows[best], rows[n]
		for i := n + 1; i < len(rows); i++ {
			if by := rows[i][column] / rows[n][column]; by != 0 {
				for j := column; j < len(rows[i]); j++ {
					rows[i][j] -= by * rows[n][j]
				}
			}
		}
		n++
	}
	return n
}

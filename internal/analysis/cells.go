package analysis

import (
	"math"
	"slices"
	"strings"
)

// cells is one question's counts as a reader of everything published meets
// them: atoms are respondents whom nothing published splits further, columns
// are answers, and a view is a published row over some of the atoms. What a
// reader knows is linear: each shown cell is the sum of a column over its
// view's atoms, and each atom's columns of a block add up to a known number.
//
// A hidden cell is audited by looking for other tables that agree with
// everything published. They are reached by moving respondents round cycles
// that keep every atom's total and, in each column, the total over the atoms
// that stand in the same shown views. That is a flow between rows and classes of
// cells, so the tables that it finds are whole numbers and really possible. For
// groups with or without their total it finds all of them; for filters that
// overlap it may find too few, and then more is hidden than must be, never less.
type cells struct {
	value  [][]int // by atom and column
	most   [][]int // the most that a cell can be; nil = no bound
	block  []int   // by column
	views  []*cellView
	blocks int
	boxes  [2][]int        // the columns of the two upper steps, and of the two lower
	told   map[int][2]bool // by atom: whether each box is told
}

// blockOf is the block that a cell adds up in: of atoms with a told box its
// steps by themselves.
func (c *cells) blockOf(atom, column int) int {
	for i, box := range c.boxes {
		if c.told[atom][i] && slices.Contains(box, column) {
			return c.blocks - 1 - i
		}
	}
	return c.block[column]
}

// cellView is one published row.
type cellView struct {
	atoms  []int
	hidden []bool  // by column
	cost   []int   // by column: how dear it is to hide
	boxed  [2]bool // the two upper steps are told together, and the two lower
	// summary is how much is told of a rating beside its bands, and rounded that its mean is.
	summary int
	rounded bool
}

const (
	frozen     = math.MaxInt / 4 // already public: hiding it no longer helps
	costOfZero = 1_000           // zeros are shown unless nothing else covers a cell
	costCited  = 100_000         // a number that a sentence rests on
)

func (c *cells) atom(values, most []int) int {
	c.value, c.most = append(c.value, values), append(c.most, most)
	return len(c.value) - 1
}

func (c *cells) sum(v *cellView, column int) int {
	n := 0
	for _, a := range v.atoms {
		n += c.value[a][column]
	}
	return n
}

// view adds a row over atoms with the usual costs and nothing hidden.
func (c *cells) view(atoms ...int) *cellView {
	v := &cellView{atoms: atoms, hidden: make([]bool, len(c.block)), cost: make([]int, len(c.block))}
	for j := range c.block {
		v.cost[j] = costOf(c.sum(v, j))
	}
	c.views = append(c.views, v)
	return v
}

func costOf(count int) int {
	if count == 0 {
		return costOfZero
	}
	return count
}

// protect hides more cells until no hidden one can be narrowed to an interval
// shorter than shortestInterval. Of a row that is too short for that, whose
// published total is the secret, it hides every cell. It returns the cells that
// nothing can mend, because all that could be hidden is.
func (c *cells) protect() (narrow []cellAt) {
	c.blocks = 0
	for _, b := range c.block {
		c.blocks = max(c.blocks, b+3)
	}
	for again := true; again; {
		again, narrow = false, nil
		for v := range c.views {
			for j := range c.block {
				at := cellAt{v, j}
				for c.views[v].hidden[j] && c.interval(at).width() < shortestInterval {
					if c.widen(at) {
						again = true
						continue
					}
					again = c.hideRow(at) || again
					narrow = append(narrow, at)
					break
				}
			}
		}
	}
	return narrow
}

// hideRow hides what may be hidden of a cell's row, and says whether anything was.
func (c *cells) hideRow(at cellAt) (any bool) {
	v := c.views[at.view]
	for j := range v.hidden {
		if c.block[j] == c.block[at.column] && !v.hidden[j] && v.cost[j] < frozen {
			v.hidden[j], any = true, true
		}
	}
	return any
}

type cellAt struct{ view, column int }

func (i Interval) width() int { return i.Upper - i.Lower }

// interval is what other tables hold in a hidden cell.
func (c *cells) interval(at cellAt) Interval {
	value := c.sum(c.views[at.view], at.column)
	in := Interval{value, value}
	for _, grow := range []bool{true, false} {
		f := c.flow(at)
		moved := f.saturate(grow)
		if grow {
			in.Upper += moved
		} else {
			in.Lower -= min(moved, value)
		}
	}
	return in
}

// widen hides the cells of the cheapest cycle that gives a hidden cell more
// room; false when there is none.
func (c *cells) widen(at cellAt) bool {
	best, cost := []cellAt(nil), frozen
	for _, grow := range []bool{true, false} {
		f := c.flow(at)
		f.saturate(grow)
		if path, n := f.cheapest(grow); n < cost {
			best, cost = path, n
		}
	}
	for _, hide := range best {
		c.views[hide.view].hidden[hide.column] = true
	}
	return len(best) > 0
}

// shownIn lists the views that show a cell of an atom, those that may be hidden
// first and of them the narrowest first.
func (c *cells) shownIn(atom, column int) []int {
	var list []int
	for i, v := range c.views {
		if !v.hidden[column] && slices.Contains(v.atoms, atom) {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int {
		x, y := c.views[a], c.views[b]
		if (x.cost[column] >= frozen) != (y.cost[column] >= frozen) {
			if x.cost[column] >= frozen {
				return 1
			}
			return -1
		}
		return len(x.atoms) - len(y.atoms)
	})
	return list
}

// classOf names the class of a column's cells that stand in the same shown
// views; those in none are free and share one name over all columns.
func classOf(column int, shown []int) string {
	if len(shown) == 0 {
		return ""
	}
	sorted := slices.Sorted(slices.Values(shown))
	var b strings.Builder
	for _, v := range append([]int{column}, sorted...) {
		b.WriteByte(byte(v >> 8))
		b.WriteByte(byte(v))
	}
	return b.String()
}

package analysis

// DefaultCellLimit is the count from which a cell of a published table is
// shown; counts from 1 to one below it are hidden.
const DefaultCellLimit = 5

// shortestInterval is the least width that a reader's best guess at a hidden
// cell must have (methods 1.6).
const shortestInterval = 4

// Totals says which margins of a table are published with it.
type Totals struct{ Rows, Columns bool }

// Interval is what a reader can work out about a hidden cell: it lies between
// Lower and Upper, both possible.
type Interval struct{ Lower, Upper int }

// Mask hides the small cells of a table of counts (rows by columns), and as
// many more as are needed so that nobody can work them out from the published
// totals: until no hidden cell can be narrowed to an interval shorter than 4. It
// returns true where a cell is hidden. Zeros are shown unless nothing else can
// cover a hidden cell.
func Mask(counts [][]int, limit int, totals Totals) [][]bool {
	c := cellsOf(counts, totals)
	hidden := make([][]bool, len(counts))
	for i, row := range counts {
		hidden[i] = c.views[i].hidden[:len(row)]
		for j, n := range row {
			hidden[i][j] = small(n, limit)
		}
	}
	c.protect()
	return hidden
}

func small(n, limit int) bool { return n > 0 && n < limit }

// Feasible returns the smallest and largest value of a hidden cell that agree
// with everything published: the shown cells and the totals.
func Feasible(counts [][]int, hidden [][]bool, totals Totals, i, j int) Interval {
	c := cellsOf(counts, totals)
	for k := range counts {
		copy(c.views[k].hidden, hidden[k])
	}
	c.blocks = 3
	return c.interval(cellAt{i, j})
}

// cellsOf is a table whose published totals cannot be hidden. A row without a
// published total has a last cell that nobody knows.
func cellsOf(counts [][]int, totals Totals) *cells {
	c := &cells{}
	if len(counts) == 0 {
		return c
	}
	width := len(counts[0])
	c.block = make([]int, width)
	if !totals.Rows {
		c.block = append(c.block, 0)
	}
	var atoms []int
	for _, row := range counts {
		values := append([]int(nil), row...)
		if !totals.Rows {
			values = append(values, unbounded)
		}
		a := c.atom(values, nil)
		v := c.view(a)
		for j := width; j < len(c.block); j++ {
			v.hidden[j] = true
		}
		atoms = append(atoms, a)
	}
	if totals.Columns {
		all := c.view(atoms...)
		for j := range all.cost {
			all.cost[j], all.hidden[j] = frozen, j >= width
		}
	}
	return c
}

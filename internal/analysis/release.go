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
// totals: until no published row or column total covers exactly one hidden
// cell, and no hidden cell can be narrowed to an interval shorter than 4. It
// returns true where a cell is hidden. Zeros are shown unless nothing else can
// cover a hidden cell.
func Mask(counts [][]int, limit int, totals Totals) [][]bool {
	hidden := make([][]bool, len(counts))
	for i, row := range counts {
		hidden[i] = make([]bool, len(row))
		for j, n := range row {
			hidden[i][j] = n > 0 && n < limit
		}
	}
	for {
		i, j, ok := nextToHide(counts, hidden, totals)
		if !ok {
			return hidden
		}
		hidden[i][j] = true
	}
}

// nextToHide finds a cell whose hiding mends the first weakness of the table.
func nextToHide(counts [][]int, hidden [][]bool, totals Totals) (row, column int, ok bool) {
	single := singleColumns(hidden, totals)
	if totals.Rows {
		for i := range counts {
			if countTrue(hidden[i]) == 1 {
				if j, ok := cheapest(counts[i], hidden[i], single); ok {
					return i, j, true
				}
			}
		}
	}
	if totals.Columns {
		for j, alone := range single {
			if alone {
				if i, ok := cheapestRow(counts, hidden, j); ok {
					return i, j, true
				}
			}
		}
	}
	return widen(counts, hidden, totals, single)
}

// widen looks for a hidden cell with too short an interval and hides another
// cell of its row, or of its column when the row has none left.
func widen(counts [][]int, hidden [][]bool, totals Totals, single []bool) (row, column int, ok bool) {
	if !totals.Rows && !totals.Columns {
		return 0, 0, false
	}
	for i := range counts {
		for j := range counts[i] {
			if !hidden[i][j] {
				continue
			}
			if in := Feasible(counts, hidden, totals, i, j); in.Upper-in.Lower >= shortestInterval {
				continue
			}
			if totals.Rows {
				if k, ok := cheapest(counts[i], hidden[i], single); ok {
					return i, k, true
				}
			}
			if totals.Columns {
				if k, ok := cheapestRow(counts, hidden, j); ok {
					return k, j, true
				}
			}
		}
	}
	return 0, 0, false
}

// cheapest picks the cell of a row to hide: one in a column that needs a
// second hidden cell before others, then the smallest count, zeros last.
func cheapest(counts []int, hidden, wanted []bool) (int, bool) {
	best, found := 0, false
	better := func(j int) bool {
		if wanted[j] != wanted[best] {
			return wanted[j]
		}
		if (counts[j] == 0) != (counts[best] == 0) {
			return counts[j] != 0
		}
		return counts[j] < counts[best]
	}
	for j := range counts {
		if !hidden[j] && (!found || better(j)) {
			best, found = j, true
		}
	}
	return best, found
}

func cheapestRow(counts [][]int, hidden [][]bool, j int) (int, bool) {
	column, mask := make([]int, len(counts)), make([]bool, len(counts))
	for i := range counts {
		column[i], mask[i] = counts[i][j], hidden[i][j]
	}
	return cheapest(column, mask, make([]bool, len(counts)))
}

func singleColumns(hidden [][]bool, totals Totals) []bool {
	if len(hidden) == 0 {
		return nil
	}
	single := make([]bool, len(hidden[0]))
	for j := range single {
		n := 0
		for i := range hidden {
			if hidden[i][j] {
				n++
			}
		}
		single[j] = totals.Columns && n == 1
	}
	return single
}

func countTrue(list []bool) int {
	n := 0
	for _, v := range list {
		if v {
			n++
		}
	}
	return n
}

// unbounded stands for a margin that the reader does not know.
const unbounded = 1 << 20

// Feasible returns the smallest and largest value of a hidden cell that agree
// with everything published: the shown cells and the totals.
//
// Hidden cells with known margins are a transportation problem: from the true
// table every other one is reached by moving counts round cycles, so the cell
// can grow by the largest flow back from its column to its row, and shrink by
// the largest flow the other way.
func Feasible(counts [][]int, hidden [][]bool, totals Totals, i, j int) Interval {
	grow := newFlow(counts, hidden, totals, i, j).run(false)
	shrink := newFlow(counts, hidden, totals, i, j).run(true)
	value := counts[i][j]
	return Interval{Lower: value - min(shrink, value), Upper: value + grow}
}

// flow is the residual graph of the hidden cells without the audited one:
// node r is row r, node rows+c column c. An unknown margin is an extra row or
// column of hidden cells without bound.
type flow struct {
	rows, columns int
	capacity      [][]int
	row, column   int
}

func newFlow(counts [][]int, hidden [][]bool, totals Totals, row, column int) *flow {
	f := &flow{rows: len(counts) + 1, columns: len(counts[0]) + 1, row: row, column: column}
	n := f.rows + f.columns
	f.capacity = make([][]int, n)
	for k := range f.capacity {
		f.capacity[k] = make([]int, n)
	}
	for i := range counts {
		for j := range counts[i] {
			if hidden[i][j] && (i != row || j != column) {
				f.join(i, j, counts[i][j])
			}
		}
		if !totals.Rows {
			f.join(i, f.columns-1, unbounded)
		}
	}
	for j := range counts[0] {
		if !totals.Columns {
			f.join(f.rows-1, j, unbounded)
		}
	}
	f.join(f.rows-1, f.columns-1, unbounded)
	return f
}

// join adds a hidden cell: it may grow without bound and shrink to zero.
func (f *flow) join(i, j, value int) {
	f.capacity[i][f.rows+j] = unbounded
	f.capacity[f.rows+j][i] = value
}

// run returns the largest flow between the audited cell's row and column:
// from the column to the row (how far the cell can grow), or the other way.
func (f *flow) run(shrink bool) int {
	from, to := f.rows+f.column, f.row
	if shrink {
		from, to = to, from
	}
	total := 0
	for total < unbounded {
		path := f.path(from, to)
		if path == nil {
			break
		}
		step := unbounded
		for k := 1; k < len(path); k++ {
			step = min(step, f.capacity[path[k-1]][path[k]])
		}
		for k := 1; k < len(path); k++ {
			f.capacity[path[k-1]][path[k]] -= step
			f.capacity[path[k]][path[k-1]] += step
		}
		total += step
	}
	return total
}

// path finds a way with room left, breadth first; nil when there is none.
func (f *flow) path(from, to int) []int {
	before := make([]int, len(f.capacity))
	for k := range before {
		before[k] = -1
	}
	before[from] = from
	queue := []int{from}
	for len(queue) > 0 && before[to] < 0 {
		node := queue[0]
		queue = queue[1:]
		for next, room := range f.capacity[node] {
			if room > 0 && before[next] < 0 {
				before[next] = node
				queue = append(queue, next)
			}
		}
	}
	if before[to] < 0 {
		return nil
	}
	path := []int{to}
	for node := to; node != from; {
		node = before[node]
		path = append([]int{node}, path...)
	}
	return path
}

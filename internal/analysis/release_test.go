package analysis

import (
	"testing"

	"pgregory.net/rapid"
)

// The table of methods F6a: yes, no, don't know for groups G1, G3, G4, G6.
var sampleTable = [][]int{{12, 3, 6}, {40, 22, 15}, {9, 8, 2}, {14, 11, 7}}

func TestMaskCoversSmallCellsOfPublishedTable(t *testing.T) {
	both := Totals{Rows: true, Columns: true}
	hidden := Mask(sampleTable, 5, both)
	want := map[[2]int]Interval{{0, 1}: {1, 9}, {0, 2}: {0, 8}, {2, 1}: {2, 10}, {2, 2}: {0, 8}}
	for i := range hidden {
		for j := range hidden[i] {
			in, ok := want[[2]int{i, j}]
			if hidden[i][j] != ok {
				t.Errorf("cell %d,%d hidden %v, want %v", i, j, hidden[i][j], ok)
			}
			if got := Feasible(sampleTable, hidden, both, i, j); ok && got != in {
				t.Errorf("cell %d,%d can be worked out to %v, want %v", i, j, got, in)
			}
		}
	}
}

// feasibleByTrial tries every table that agrees with what is published.
func feasibleByTrial(counts [][]int, hidden [][]bool, totals Totals) map[[2]int]Interval {
	var cells [][2]int
	limit := 0
	for i := range counts {
		for j := range counts[i] {
			if hidden[i][j] {
				cells = append(cells, [2]int{i, j})
				limit += counts[i][j]
			}
		}
	}
	trial := make([]int, len(cells))
	out := map[[2]int]Interval{}
	agrees := func() bool {
		rows, columns := make([]int, len(counts)), make([]int, len(counts[0]))
		for k, c := range cells {
			d := trial[k] - counts[c[0]][c[1]]
			rows[c[0]] += d
			columns[c[1]] += d
		}
		for _, d := range rows {
			if totals.Rows && d != 0 {
				return false
			}
		}
		for _, d := range columns {
			if totals.Columns && d != 0 {
				return false
			}
		}
		return true
	}
	var walk func(k int)
	walk = func(k int) {
		if k == len(cells) {
			if agrees() {
				for i, c := range cells {
					in, seen := out[c]
					if !seen {
						in = Interval{trial[i], trial[i]}
					}
					out[c] = Interval{min(in.Lower, trial[i]), max(in.Upper, trial[i])}
				}
			}
			return
		}
		for v := 0; v <= limit; v++ {
			trial[k] = v
			walk(k + 1)
		}
	}
	walk(0)
	return out
}

func TestFeasibleIntervalsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, 3), 3, 3), 2, 2).Draw(t, "counts")
		hidden := rapid.SliceOfN(rapid.SliceOfN(rapid.Bool(), 3, 3), 2, 2).Draw(t, "hidden")
		hidden[1][2] = false // at most five, so that trying all is quick
		totals := Totals{Rows: rapid.Bool().Draw(t, "rows"), Columns: true}
		for cell, want := range feasibleByTrial(counts, hidden, totals) {
			if got := Feasible(counts, hidden, totals, cell[0], cell[1]); got != want {
				t.Fatalf("cell %v: %v, want %v in %v hidden %v", cell, got, want, counts, hidden)
			}
		}
	})
}

func TestMaskLeavesNoCellToWorkOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(2, 6).Draw(t, "width")
		counts := rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, 30), width, width), 1, 5).Draw(t, "counts")
		totals := Totals{Rows: true, Columns: rapid.Bool().Draw(t, "columns")}
		hidden := Mask(counts, 5, totals)
		for i := range counts {
			if countHidden(hidden[i]) == 1 {
				t.Fatalf("row %d of %v has one hidden cell", i, counts)
			}
			for j, n := range counts[i] {
				if n > 0 && n < 5 && !hidden[i][j] {
					t.Fatalf("small cell %d,%d shown", i, j)
				}
				if !hidden[i][j] || countHidden(hidden[i]) == width {
					continue // a row that is hidden whole has nothing left to hide
				}
				if in := Feasible(counts, hidden, totals, i, j); in.Upper-in.Lower < shortestInterval {
					t.Fatalf("cell %d,%d of %v can be worked out to %v", i, j, counts, in)
				}
			}
		}
	})
}

func countHidden(list []bool) int {
	n := 0
	for _, v := range list {
		if v {
			n++
		}
	}
	return n
}

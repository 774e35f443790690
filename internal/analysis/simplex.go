package analysis

import "math"

// program is linear equations over variables that are none below zero, with a
// vertex of what satisfies them: a row for each equation with the variable that
// stands for it, the right side last.
type program struct {
	rows  [][]float64
	basis []int
	width int
}

const (
	lpSmall = 1e-8
	lpSteps = 500 // of one goal; afterwards Bland's rule, which cannot go in circles
)

// equations are linear equations, as many numbers a row as there are variables
// and the right side last.
type equations struct {
	rows  [][]float64
	width int
}

// equal adds an equation. Rows grow with later slacks.
func (e *equations) equal(of map[int]float64, right float64) {
	row := make([]float64, e.width+1)
	for i, f := range of {
		row[i] = f
	}
	row[e.width] = right
	e.rows = append(e.rows, row)
}

// atMost adds an inequality by a slack of its own.
func (e *equations) atMost(of map[int]float64, right float64) {
	for i, r := range e.rows {
		e.rows[i] = append(r[:e.width:e.width], 0, r[e.width])
	}
	e.width++
	e.equal(of, right)
	e.rows[len(e.rows)-1][e.width-1] = 1
}

// between adds two.
func (e *equations) between(of map[int]float64, low, high float64) {
	e.atMost(of, high)
	less := make(map[int]float64, len(of))
	for i, f := range of {
		less[i] = -f
	}
	e.atMost(less, -low)
}

// vertex finds some solution; false when there is none.
func (e *equations) vertex() (*program, bool) {
	m := len(e.rows)
	p := &program{width: e.width + m}
	goal := make([]float64, p.width)
	for i, r := range e.rows {
		row := make([]float64, p.width+1)
		sign := 1.0
		if r[e.width] < 0 {
			sign = -1
		}
		for j, f := range r[:e.width] {
			row[j] = sign * f
		}
		row[e.width+i], row[p.width] = 1, sign*r[e.width]
		goal[e.width+i] = 1
		p.rows, p.basis = append(p.rows, row), append(p.basis, e.width+i)
	}
	if p.least(goal) > 1e-6 {
		return nil, false
	}
	p.dropArtificial(e.width)
	return p, true
}

// dropArtificial leaves the first n variables, without rows that say nothing.
func (p *program) dropArtificial(n int) {
	for i := 0; i < len(p.rows); i++ {
		if p.basis[i] < n {
			continue
		}
		pivot, best := -1, lpSmall
		for j, f := range p.rows[i][:n] {
			if math.Abs(f) > best {
				pivot, best = j, math.Abs(f)
			}
		}
		if pivot >= 0 {
			p.pivot(i, pivot)
			continue
		}
		p.rows, p.basis = append(p.rows[:i], p.rows[i+1:]...), append(p.basis[:i], p.basis[i+1:]...)
		i--
	}
	for i, r := range p.rows {
		p.rows[i] = append(r[:n:n], r[p.width])
	}
	p.width = n
}

// span is the smallest and the largest that some variables can add up to. It
// goes on from the vertex where it ended last.
func (p *program) span(of []int) (low, high float64) {
	goal := make([]float64, p.width)
	for _, i := range of {
		goal[i] = 1
	}
	low = p.least(goal)
	for _, i := range of {
		goal[i] = -1
	}
	return low, -p.least(goal)
}

// least minimises a goal, by the steepest column.
func (p *program) least(goal []float64) float64 {
	reduced := append(append([]float64(nil), goal...), 0)
	for i, b := range p.basis {
		if f := reduced[b]; f != 0 {
			for j, v := range p.rows[i] {
				reduced[j] -= f * v
			}
		}
	}
	for step := 0; ; step++ {
		enter := -1
		for j, r := range reduced[:p.width] {
			if r < -lpSmall && (enter < 0 || step < lpSteps && r < reduced[enter]) {
				enter = j
			}
		}
		if enter < 0 {
			return -reduced[p.width]
		}
		leave, best := -1, math.Inf(1)
		for i, r := range p.rows {
			if r[enter] <= lpSmall {
				continue
			}
			ratio := r[p.width] / r[enter]
			if ratio < best-1e-10 || ratio < best+1e-10 && p.basis[i] < p.basis[leave] {
				leave, best = i, ratio
			}
		}
		if leave < 0 {
			return math.Inf(-1)
		}
		p.pivot(leave, enter)
		f := reduced[enter]
		for j, v := range p.rows[leave] {
			reduced[j] -= f * v
		}
	}
}

func (p *program) pivot(row, column int) {
	f := p.rows[row][column]
	for j := range p.rows[row] {
		p.rows[row][j] /= f
	}
	for i, r := range p.rows {
		if g := r[column]; i != row && g != 0 {
			for j, v := range p.rows[row] {
				r[j] -= g * v
			}
		}
	}
	p.basis[row] = column
}

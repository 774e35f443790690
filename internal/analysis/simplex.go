package analysis

import (
	"math"
	"slices"
)

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

// vertex finds some solution; false when there is none.
func (k *known) vertex() (*program, bool) {
	m := len(k.rows)
	p := &program{width: k.width + m}
	goal := make([]float64, p.width)
	most := 1.0
	for i, r := range k.rows {
		row := make([]float64, p.width+1)
		sign := 1.0
		if r.equal < 0 {
			sign = -1
		}
		for _, t := range r.of {
			row[t.at] += sign * t.by
		}
		row[k.width+i], row[p.width] = 1, sign*r.equal
		goal[k.width+i], most = 1, max(most, row[p.width])
		p.rows, p.basis = append(p.rows, row), append(p.basis, k.width+i)
	}
	if p.least(goal) > 1e-6+1e-9*most {
		return nil, false
	}
	p.dropArtificial(k.width)
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
func (p *program) span(of []term) (low, high float64) {
	goal := make([]float64, p.width)
	for _, t := range of {
		goal[t.at] += t.by
	}
	low = p.least(goal)
	for i := range goal {
		goal[i] = -goal[i]
	}
	return low, -p.least(goal)
}

// value is a variable at the vertex.
func (p *program) value(at int) float64 {
	if i := slices.Index(p.basis, at); i >= 0 {
		return p.rows[i][p.width]
	}
	return 0
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

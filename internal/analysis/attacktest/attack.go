// Package attacktest is a reader who wants to know what a publication hides: a
// system of linear equations over counts that nobody printed, and the smallest
// and largest value that each can have. It shares nothing with the code that
// hides, and is for tests alone.
package attacktest

import (
	"fmt"
	"math"
	"strings"
)

// System is what a reader knows: unknown counts, none below zero, and
// equations.
type System struct {
	names map[string]int
	list  []string
	rows  []equation

	some      *tableau // a solution of the first known equations and variables
	known, of int
}

type equation struct {
	sum   map[int]float64
	equal float64
}

// New returns a system without knowledge.
func New() *System { return &System{names: map[string]int{}} }

func (s *System) variable(name string) int {
	i, ok := s.names[name]
	if !ok {
		i = len(s.list)
		s.names[name] = i
		s.list = append(s.list, name)
	}
	return i
}

// Equal says that some counts add up to a number.
func (s *System) Equal(total float64, names ...string) {
	e := equation{sum: map[int]float64{}, equal: total}
	for _, n := range names {
		e.sum[s.variable(n)]++
	}
	s.rows = append(s.rows, e)
}

// Same says that two sets of counts add up to the same number.
func (s *System) Same(a, b []string) {
	e := equation{sum: map[int]float64{}}
	for _, n := range a {
		e.sum[s.variable(n)]++
	}
	for _, n := range b {
		e.sum[s.variable(n)]--
	}
	s.rows = append(s.rows, e)
}

// Between says that some counts add up to at least low and at most high.
func (s *System) Between(low, high float64, names ...string) {
	n := len(s.rows)
	s.Equal(low, names...)
	s.rows[n].sum[s.variable(fmt.Sprintf("over %d", n))] = -1
	s.Equal(high-low, fmt.Sprintf("over %d", n), fmt.Sprintf("under %d", n))
}

// Bounds returns the smallest and largest whole number that some counts can add
// up to, with infinity for no limit. It fails when nothing agrees with all that
// is known: then the reader has misread, or what was printed contradicts itself.
func (s *System) Bounds(names ...string) (low, high float64, err error) {
	return s.Difference(names, nil)
}

// Difference is Bounds of how much more some counts add up to than others.
func (s *System) Difference(more, less []string) (low, high float64, err error) {
	goal := map[int]float64{}
	for _, n := range more {
		goal[s.variable(n)]++
	}
	for _, n := range less {
		goal[s.variable(n)]--
	}
	if s.some == nil || s.known != len(s.rows) || s.of != len(s.list) {
		t, ok := s.feasible()
		if !ok {
			return 0, 0, fmt.Errorf("nothing agrees with:\n%s", s)
		}
		s.some, s.known, s.of = t, len(s.rows), len(s.list)
	}
	low = math.Ceil(s.some.clone().minimise(goal, 1) - 1e-6)
	high = math.Floor(-s.some.clone().minimise(goal, -1) + 1e-6)
	return low, high, nil
}

// String lists the equations.
func (s *System) String() string {
	var b strings.Builder
	for _, e := range s.rows {
		for i := range s.list {
			if f := e.sum[i]; f != 0 {
				fmt.Fprintf(&b, "%+g %s ", f, s.list[i])
			}
		}
		fmt.Fprintf(&b, "= %g\n", e.equal)
	}
	return b.String()
}

// tableau is the simplex method's: rows of equations with a basic variable each.
type tableau struct {
	a     [][]float64 // the last column is the right side
	basis []int
	width int
}

// small is what is taken for nothing, and pivotal what is too little to divide by.
const small, pivotal = 1e-7, 1e-6

// feasible finds some solution, or says that there is none.
func (s *System) feasible() (*tableau, bool) {
	n, m := len(s.list), len(s.rows)
	t, most := &tableau{width: n + m}, 1.0
	for i, e := range s.rows {
		row := make([]float64, n+m+1)
		sign := 1.0
		if e.equal < 0 {
			sign = -1
		}
		for j, f := range e.sum {
			row[j] = sign * f
		}
		row[n+i], row[n+m] = 1, sign*e.equal
		t.a, t.basis, most = append(t.a, row), append(t.basis, n+i), max(most, row[n+m])
	}
	artificial := map[int]float64{}
	for i := range m {
		artificial[n+i] = 1
	}
	if t.minimise(artificial, 1) > small*most {
		return nil, false
	}
	// Take the artificial variables out of the basis, and rows that say nothing.
	for i := 0; i < len(t.a); i++ {
		if t.basis[i] < n {
			continue
		}
		pivot := -1
		for j := range n {
			if math.Abs(t.a[i][j]) > small {
				pivot = j
				break
			}
		}
		if pivot >= 0 {
			t.pivot(i, pivot)
			continue
		}
		t.a, t.basis = append(t.a[:i], t.a[i+1:]...), append(t.basis[:i], t.basis[i+1:]...)
		i--
	}
	for i := range t.a {
		t.a[i] = append(t.a[i][:n:n], t.a[i][n+m])
	}
	t.width = n
	return t, true
}

func (t *tableau) clone() *tableau {
	c := &tableau{width: t.width, basis: append([]int(nil), t.basis...)}
	for _, row := range t.a {
		c.a = append(c.a, append([]float64(nil), row...))
	}
	return c
}

// minimise returns the least value of sign times the goal: by the steepest
// column, and after many steps by Bland's rule, which cannot go in circles.
func (t *tableau) minimise(goal map[int]float64, sign float64) float64 {
	for step := 0; ; step++ {
		reduced := make([]float64, t.width)
		for j, f := range goal {
			reduced[j] += sign * f
		}
		for i, b := range t.basis {
			if f := sign * goal[b]; f != 0 {
				for j := range reduced {
					reduced[j] -= f * t.a[i][j]
				}
			}
		}
		enter := -1
		for j, r := range reduced {
			if r < -small && (enter < 0 || step < 200 && r < reduced[enter]) {
				enter = j
			}
		}
		if enter < 0 {
			break
		}
		leave, best := -1, math.Inf(1)
		for i := range t.a {
			if f := t.a[i][enter]; f > pivotal {
				ratio := t.a[i][t.width] / f
				if ratio < best-1e-9 || ratio < best+1e-9 && (leave < 0 || t.basis[i] < t.basis[leave]) {
					leave, best = i, ratio
				}
			}
		}
		if leave < 0 {
			return math.Inf(-1)
		}
		t.pivot(leave, enter)
	}
	value := 0.0
	for i, b := range t.basis {
		value += sign * goal[b] * t.a[i][t.width]
	}
	return value
}

func (t *tableau) pivot(row, column int) {
	f := t.a[row][column]
	for j := range t.a[row] {
		t.a[row][j] /= f
	}
	for i := range t.a {
		if g := t.a[i][column]; i != row && g != 0 {
			for j := range t.a[i] {
				t.a[i][j] -= g * t.a[row][j]
			}
		}
	}
	t.basis[row] = column
}

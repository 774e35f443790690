package analysis

import (
	"math"
	"slices"
)

// known is linear equations over numbers that are none below zero: what a reader
// knows of counts that nobody printed.
type known struct {
	rows  []equation
	width int // how many numbers there are
	*solution
}

type equation struct {
	of    []term
	equal float64
	price float64 // of letting it be wrong by one; 0 = it holds whatever is paid
}

type term struct {
	at int // which number
	by float64
}

// number adds one.
func (k *known) number() int {
	k.width++
	return k.width - 1
}

func (k *known) equal(of []term, right float64) {
	k.rows = append(k.rows, equation{of: of, equal: right})
}

// atMost adds an inequality by a slack of its own.
func (k *known) atMost(of []term, right float64) {
	k.equal(append(slices.Clip(of), term{k.number(), 1}), right)
}

// between adds two.
func (k *known) between(of []term, low, high float64) {
	k.atMost(of, high)
	k.atMost(times(of, -1), -low)
}

func times(of []term, by float64) []term {
	out := slices.Clone(of)
	for i := range out {
		out[i].by *= by
	}
	return out
}

// solution is equations made small: what follows from one row alone is worked
// out, and what has nothing in common is apart.
type solution struct {
	fixed []float64 // by number, NaN = open
	parts []*known  // of open numbers
	at    []place   // by number
	found []*program
}

type place struct{ part, number int }

// solve makes the equations small; false when they contradict each other.
func (k *known) solve() bool {
	s := &solution{fixed: make([]float64, k.width)}
	k.solution = s
	for i := range s.fixed {
		s.fixed[i] = math.NaN()
	}
	rows, ok := s.settle(k.rows)
	if !ok {
		return false
	}
	s.divide(rows, k.width)
	s.found = make([]*program, len(s.parts))
	for i, part := range s.parts {
		if s.found[i], ok = part.vertex(); !ok {
			return false
		}
	}
	return true
}

// settle fixes the numbers that a row alone tells, again and again, and returns
// the rows that are left, of open numbers alone.
func (s *solution) settle(rows []equation) ([]equation, bool) {
	for again := true; again; {
		again = false
		var left []equation
		for _, r := range rows {
			open, right, size := r.of[:0:0], r.equal, 0.0
			for _, t := range r.of {
				if f := s.fixed[t.at]; t.by == 0 {
					continue
				} else if math.IsNaN(f) {
					open = append(open, t)
				} else {
					right -= t.by * f
					size = max(size, math.Abs(t.by*f))
				}
			}
			near := math.Abs(right) <= lpSmall*max(10, size)
			switch {
			case len(open) == 0 && !near:
				return nil, false
			case len(open) == 0:
			case len(open) == 1:
				if f := right / open[0].by; f < -1e-6 {
					return nil, false
				} else {
					s.fixed[open[0].at], again = max(0, f), true
				}
			case near && oneSign(open):
				for _, t := range open {
					s.fixed[t.at] = 0
				}
				again = true
			default:
				left = append(left, equation{of: open, equal: right})
			}
		}
		rows = left
	}
	return rows, true
}

func oneSign(of []term) bool {
	return !slices.ContainsFunc(of, func(t term) bool { return t.by > 0 != (of[0].by > 0) })
}

// divide puts rows that have a number in common into one part.
func (s *solution) divide(rows []equation, width int) {
	root := make([]int, width)
	for i := range root {
		root[i] = i
	}
	find := func(i int) int {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	for _, r := range rows {
		for _, t := range r.of[1:] {
			root[find(t.at)] = find(r.of[0].at)
		}
	}
	s.at = make([]place, width)
	part := map[int]int{}
	for i := range s.at {
		s.at[i].part = -1
	}
	for _, r := range rows {
		top := find(r.of[0].at)
		p, ok := part[top]
		if !ok {
			p = len(s.parts)
			part[top], s.parts = p, append(s.parts, &known{})
		}
		of := slices.Clone(r.of)
		for i, t := range of {
			if s.at[t.at].part < 0 {
				s.at[t.at] = place{p, s.parts[p].number()}
			}
			of[i].at = s.at[t.at].number
		}
		s.parts[p].equal(of, r.equal)
	}
}

// span is the smallest and the largest that some numbers can add up to.
func (s *solution) span(of []term) (low, high float64) {
	open := map[int][]term{}
	for _, t := range of {
		switch f, at := s.fixed[t.at], s.at[t.at]; {
		case !math.IsNaN(f):
			low, high = low+t.by*f, high+t.by*f
		case at.part < 0 && t.by > 0:
			high = math.Inf(1)
		case at.part < 0:
			low = math.Inf(-1)
		default:
			open[at.part] = append(open[at.part], term{at.number, t.by})
		}
	}
	for part, terms := range open {
		l, h := s.found[part].span(terms)
		low, high = low+l, high+h
	}
	return low, high
}

// bounds are the whole numbers that a sum lies between.
func (k *known) bounds(of []term) (low, high float64) {
	low, high = k.span(of)
	return math.Ceil(low - 1e-6), math.Floor(high + 1e-6)
}

// cheapest lets go of rows with a price so that some numbers can add up to a
// total, for as little as possible; false when nothing that can be let go helps.
func (k *known) cheapest(of []term, total float64) (rows []int, price float64, ok bool) {
	open := &known{width: k.width}
	over := map[int]int{} // slack to row
	var prices []term
	for i, r := range k.rows {
		if r.price > 0 {
			up, down := open.number(), open.number()
			over[up], over[down] = i, i
			prices = append(prices, term{up, r.price}, term{down, r.price})
			r.of = append(slices.Clip(r.of), term{up, 1}, term{down, -1})
		}
		open.equal(r.of, r.equal)
	}
	open.equal(of, total)
	if !open.solve() {
		return nil, 0, false
	}
	values := open.least(prices)
	for _, p := range prices {
		if v := values(p.at); v > 1e-6 {
			price += p.by * v
			if i := over[p.at]; !slices.Contains(rows, i) {
				rows = append(rows, i)
			}
		}
	}
	return rows, price, true
}

// least makes a weighted sum as small as can be and returns the numbers then.
func (s *solution) least(goal []term) func(at int) float64 {
	goals := make([][]float64, len(s.parts))
	for i, p := range s.found {
		goals[i] = make([]float64, p.width)
	}
	for _, t := range goal {
		if at := s.at[t.at]; math.IsNaN(s.fixed[t.at]) && at.part >= 0 {
			goals[at.part][at.number] += t.by
		}
	}
	for i, p := range s.found {
		p.least(goals[i])
	}
	return func(at int) float64 {
		if f := s.fixed[at]; !math.IsNaN(f) {
			return f
		}
		if s.at[at].part < 0 {
			return 0
		}
		return s.found[s.at[at].part].value(s.at[at].number)
	}
}

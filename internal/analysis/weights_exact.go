package analysis

import (
	"cmp"
	"math"
	"slices"
)

// move is people who answer otherwise than they did: each into the columns of plus and out of those of minus. What
// is printed stays as it is when as many of some classes move one way as of others the other way, and the weighted
// sums stay within what they are rounded to.
type move struct{ plus, minus []int }

// into is by how much a move of one changes the sum of some columns.
func (m move) into(columns []int) (n int) {
	for _, j := range columns {
		if slices.Contains(m.plus, j) {
			n++
		}
		if slices.Contains(m.minus, j) {
			n--
		}
	}
	return n
}

// moves are the ways to answer otherwise that keep every printed count, and each respondent a possible one.
func (l layout) moves() (out []move) {
	n := len(l.codes)
	for a := range n {
		if l.form == manyCode {
			out = append(out, move{plus: []int{a}})
		}
		for b := range a {
			out = append(out, move{[]int{a}, []int{b}})
			if l.form == ranked {
				out = append(out, move{[]int{n + a}, []int{n + b}}, move{[]int{a, n + b}, []int{n + a, b}})
			}
		}
	}
	return out
}

// room is how many of a class can move, the other way as a negative number.
func (t *byClass) room(m move, g int) span {
	c, l := t.people[g], t.layout
	r := span{-c.base, c.base}
	for _, j := range m.plus {
		r.low = max(r.low, -c.values[j])
	}
	for _, j := range m.minus {
		r.high = min(r.high, c.values[j])
	}
	used := 0
	for k := range l.codes {
		columns := l.ofCode(k)
		total := t.count([]int{g}, columns)
		used += total
		switch m.into(columns) {
		case 1:
			r.high = min(r.high, c.base-total)
		case -1:
			r.low = max(r.low, total-c.base)
		}
	}
	if l.form == manyCode && len(m.minus) == 0 { // everybody chooses at least one, and no more than may be chosen
		r.low, r.high = max(r.low, c.base-used), min(r.high, l.choose*c.base-used)
	}
	return r
}

type span struct{ low, high int }

// safe says whether each secret of a weighted table by itself can still be anything within the shortest interval, or
// within what the counts alone leave: there are tables in whole numbers that agree with all that is told, also for a
// reader who knows how many of each class answered and what they weigh together. Only tables that differ from the
// true one in two answers are looked for, so the error is to tell too little.
func (t *byClass) safe(limit int) bool {
	var ms []exchange
	for _, s := range t.secrets(limit) {
		if s.least > 0 && ms == nil {
			for _, m := range t.layout.moves() {
				ms = append(ms, t.exchange(m))
			}
		}
		if !t.covered(s, ms) {
			return false
		}
	}
	return true
}

// covered says whether a secret can be as much smaller and larger as it must.
func (t *byClass) covered(s classSecret, ms []exchange) bool {
	can := func(change int) bool {
		return slices.ContainsFunc(ms, func(e exchange) bool {
			by := e.into(s.columns)
			return by != 0 && e.changes(s.classes, change*by)
		})
	}
	down := min(s.value, s.least)
	for down > 0 && !can(-down) {
		down--
	}
	for up := s.least - down; up <= s.least+2; up++ {
		if up == 0 || can(up) {
			return true
		}
	}
	return false
}

// exchange is a move with the room of every class and the slack of the weighted sums.
type exchange struct {
	move
	weight      []float64
	room        []span
	least, most float64
}

func (t *byClass) exchange(m move) exchange {
	e := exchange{move: m, weight: t.weight}
	for g := range t.people {
		e.room = append(e.room, t.room(m, g))
	}
	e.least, e.most = t.slack(m)
	return e
}

// changes says whether so many of some classes can move while as many of the others move back.
func (e exchange) changes(classes []int, by int) bool {
	var others []int
	for g := range e.weight {
		if !slices.Contains(classes, g) && e.room[g] != (span{}) {
			others = append(others, g)
		}
	}
	heavy := slices.Clone(classes)
	slices.SortFunc(heavy, func(a, b int) int { return cmp.Compare(e.weight[b], e.weight[a]) })
	light := slices.Clone(heavy)
	slices.Reverse(light)
	for _, order := range [][]int{heavy, light} {
		weighs, ok := e.spread(order, by)
		if ok && e.back(others, -by, e.least-weighs, e.most-weighs) {
			return true
		}
		if len(classes) == 1 || !ok {
			break
		}
	}
	return false
}

// spread moves so many of some classes, of the first as many as can be; weighs is what they weigh.
func (e exchange) spread(order []int, by int) (weighs float64, ok bool) {
	for _, g := range order {
		n := min(max(by, e.room[g].low), e.room[g].high)
		weighs += e.weight[g] * float64(n)
		by -= n
	}
	return weighs, by == 0
}

// farthest is how many of a third class are tried, and mostThirds of how many classes.
const farthest, mostThirds = 40, 10

// back says whether so many of some classes can move that together weigh between two numbers: of one, two or
// three classes.
func (e exchange) back(classes []int, by int, least, most float64) bool {
	if least > most {
		return false
	}
	if e.two(classes, by, least, most) {
		return true
	}
	if len(classes) < 3 || len(classes) > mostThirds {
		return false
	}
	for i, g := range classes {
		rest := classes[i+1:]
		for n := max(e.room[g].low, -farthest); n <= min(e.room[g].high, farthest); n++ {
			if w := e.weight[g] * float64(n); n != 0 && e.two(rest, by-n, least-w, most-w) {
				return true
			}
		}
	}
	return false
}

// two is back of at most two classes.
func (e exchange) two(classes []int, by int, least, most float64) bool {
	for i, g := range classes {
		if w := e.weight[g] * float64(by); e.room[g].has(by) && least <= w && w <= most {
			return true
		}
		for _, h := range classes[:i] {
			// n of g, by-n of h
			low, high := max(e.room[g].low, by-e.room[h].high), min(e.room[g].high, by-e.room[h].low)
			if low <= high && wholeBetween(e.weight[g]-e.weight[h], least-e.weight[h]*float64(by), most-e.weight[h]*float64(by), low, high) {
				return true
			}
		}
	}
	return false
}

func (s span) has(n int) bool { return s.low <= n && n <= s.high }

// wholeBetween says whether a whole number from low to high, times a factor, lies between two numbers.
func wholeBetween(factor, least, most float64, low, high int) bool {
	if math.Abs(factor) < 1e-12 {
		return least <= 0 && 0 <= most
	}
	a, b := least/factor, most/factor
	if a > b {
		a, b = b, a
	}
	return math.Ceil(math.Max(a, float64(low))) <= math.Floor(math.Min(b, float64(high)))
}

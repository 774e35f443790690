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
// reader who knows how many of each class answered and what they weigh together. They are reached by moves one after
// another; what no such way is found to is taken for impossible, so the error is to tell too little.
func (t *byClass) safe(limit int) bool {
	secrets := t.secrets(limit)
	if len(secrets) > 0 {
		t.ready = t.exchanges(nil)
	}
	return !slices.ContainsFunc(secrets, func(s classSecret) bool { return !t.covered(s) })
}

// covered says whether a secret can be as much smaller and larger as it must.
func (t *byClass) covered(s classSecret) bool {
	down := t.reach(s, -1, min(s.value, s.least))
	return down >= s.least || down+t.reach(s, 1, s.least-down) >= s.least
}

// reach is how much a secret can be smaller (sign -1) or larger, by large steps or by steps of one; it stops looking
// at most.
func (t *byClass) reach(s classSecret, sign, most int) (far int) {
	for _, longest := range []int{most, 1} {
		now, moved := *t, 0
		now.people = slices.Clone(t.people)
		for moved < most {
			n := now.step(s, sign, min(longest, most-moved))
			if n == 0 {
				break
			}
			moved += n
		}
		if far = max(far, moved); far >= most {
			break
		}
	}
	return far
}

// step makes a secret smaller or larger by as much as one move can, at most so much, and returns by how much.
func (t *byClass) step(s classSecret, sign, most int) int {
	ms := t.ready
	if ms == nil {
		ms = t.exchanges(s.columns)
	}
	for n := most; n > 0; n-- {
		for _, e := range ms {
			if e.into(s.columns) == 0 {
				continue
			}
			if by := e.changes(s.classes, sign*n*e.into(s.columns)); by != nil {
				t.answerOtherwise(e.move, by)
				return n
			}
		}
	}
	return 0
}

// answerOtherwise moves so many of each class.
func (t *byClass) answerOtherwise(m move, by []int) {
	for g, n := range by {
		if n == 0 {
			continue
		}
		values := slices.Clone(t.people[g].values)
		for _, j := range m.plus {
			values[j] += n
		}
		for _, j := range m.minus {
			values[j] -= n
		}
		t.people[g].values = values
	}
	t.ready = nil
}

// exchange is a move with the room of every class and the slack of the weighted sums.
type exchange struct {
	move
	weight      []float64
	room        []span
	least, most float64
}

// exchanges are the moves that change some columns, or all moves.
func (t *byClass) exchanges(columns []int) (out []exchange) {
	for _, m := range t.layout.moves() {
		if columns == nil || m.into(columns) != 0 {
			out = append(out, t.exchange(m))
		}
	}
	return out
}

func (t *byClass) exchange(m move) exchange {
	e := exchange{move: m, weight: t.weight}
	for g := range t.people {
		e.room = append(e.room, t.room(m, g))
	}
	e.least, e.most = t.slack(m)
	return e
}

// changes finds how many of each class move when so many of some do and as many of the others move back; nil when
// that cannot be.
func (e exchange) changes(classes []int, by int) []int {
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
		moved := make([]int, len(e.weight))
		weighs, ok := e.spread(order, by, moved)
		if ok && e.back(others, -by, e.least-weighs, e.most-weighs, moved) {
			return moved
		}
		if len(classes) == 1 || !ok {
			break
		}
	}
	return nil
}

// spread moves so many of some classes, of the first as many as can be; weighs is what they weigh.
func (e exchange) spread(order []int, by int, moved []int) (weighs float64, ok bool) {
	for _, g := range order {
		n := min(max(by, e.room[g].low), e.room[g].high)
		weighs += e.weight[g] * float64(n)
		by -= n
		moved[g] = n
	}
	return weighs, by == 0
}

// farthest is how many of a third class are tried, and mostThirds of how many classes.
const farthest, mostThirds = 40, 10

// back moves so many of some classes that together weigh between two numbers: of one, two or three classes. False
// when it finds none.
func (e exchange) back(classes []int, by int, least, most float64, moved []int) bool {
	if least > most {
		return false
	}
	if e.two(classes, by, least, most, moved) {
		return true
	}
	if len(classes) < 3 || len(classes) > mostThirds {
		return false
	}
	for i, g := range classes {
		rest := classes[i+1:]
		for n := max(e.room[g].low, -farthest); n <= min(e.room[g].high, farthest); n++ {
			if w := e.weight[g] * float64(n); n != 0 && e.two(rest, by-n, least-w, most-w, moved) {
				moved[g] = n
				return true
			}
		}
	}
	return false
}

// two is back of at most two classes.
func (e exchange) two(classes []int, by int, least, most float64, moved []int) bool {
	for i, g := range classes {
		if w := e.weight[g] * float64(by); e.room[g].has(by) && least <= w && w <= most {
			moved[g] = by
			return true
		}
		for _, h := range classes[:i] {
			// n of g, by-n of h
			low, high := max(e.room[g].low, by-e.room[h].high), min(e.room[g].high, by-e.room[h].low)
			others := e.weight[h] * float64(by)
			if n, ok := wholeBetween(e.weight[g]-e.weight[h], least-others, most-others, low, high); ok {
				moved[g], moved[h] = n, by-n
				return true
			}
		}
	}
	return false
}

func (s span) has(n int) bool { return s.low <= n && n <= s.high }

// wholeBetween finds a whole number from low to high that times a factor lies between two numbers, the nearest to 0.
func wholeBetween(factor, least, most float64, low, high int) (n int, ok bool) {
	if math.Abs(factor) >= 1e-12 {
		a, b := least/factor, most/factor
		if a > b {
			a, b = b, a
		}
		low, high = max(low, int(math.Ceil(math.Max(a, -1e6)))), min(high, int(math.Floor(math.Min(b, 1e6))))
	} else if least > 0 || most < 0 {
		return 0, false
	}
	return min(max(0, low), high), low <= high
}

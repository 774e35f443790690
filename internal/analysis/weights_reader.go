package analysis

import "slices"

// weighting is a weighted table on a reader's desk: sums over the classes of its weights, which the reader knows.
type weighting struct {
	whose   Filter
	time    int
	classes []WeightedClass
	people  *byClass // what was counted of each class; nil when not known any more
	today   *byClass // and of those who are of it now, if they are others
	told    *Numbers // as it is told; nil: who is of each class is known, and not the shares

	filter int
	of     []int // by class: the place of its filter; -1 = who is of no class
	answer []int // filters of which what few answered is a secret
}

// weigh lays a weighted result on the desk.
func (r *reader) weigh(f *Frequency, time int, people *byClass, told *Numbers) {
	r.weighed = append(r.weighed, &weighting{whose: f.Filter, time: time, classes: f.Numbers.Classes, people: people, told: told})
}

// weighPublic lays one on it that is public, as of when it was published and, if nothing has changed, of today.
func (r *reader) weighPublic(s *Standing, time int, changed bool) {
	people, ok := r.counter.byClassOf(&s.Shown, r.layout)
	if changed {
		r.weigh(&s.Shown, time, nil, s.Shown.Numbers)
		r.weighed[len(r.weighed)-1].today = people
		return
	}
	if ok && !people.agrees() { // who is of which class has changed
		people = nil
	}
	r.weigh(&s.Shown, r.times, people, s.Shown.Numbers)
}

// knowClasses makes kinds of people of the classes of weights. Of a weighted table that nothing else parts otherwise the
// reader learns nothing here; such are kept only where all must be.
func (r *reader) knowClasses(all bool) {
	if !all {
		r.weighed = slices.DeleteFunc(slices.Clone(r.weighed), func(w *weighting) bool { return !r.crossed(w) })
	}
	for _, w := range r.weighed {
		w.filter = r.filter(w.whose)
		for _, c := range w.classes {
			if len(c.Where) == 0 {
				w.of = append(w.of, -1)
				continue
			}
			w.of = append(w.of, r.filter(w.whose.and(c.Where)))
		}
		answer := func(where []Where) {
			if at := r.filter(w.whose.and(where)); !slices.Contains(w.answer, at) {
				w.answer = append(w.answer, at)
			}
		}
		for _, c := range w.classes {
			if len(c.Where) < 2 || !w.crowded() {
				answer(c.Where)
			}
			for _, margin := range c.Where {
				answer([]Where{margin})
			}
		}
	}
}

// mostClasses is of how many raked classes each is looked after by itself where tables are judged together; of more, those of
// each margin are.
const mostClasses = 24

func (w *weighting) crowded() bool { return len(w.classes) > mostClasses }

// classOf is the class of a kind of people who are of the table; false when they are of none.
func (w *weighting) classOf(kind []bool) (class int, ok bool) {
	rest := -1
	for g, filter := range w.of {
		switch {
		case filter < 0:
			rest = g
		case kind[filter]:
			return g, true
		}
	}
	return rest, rest >= 0
}

// readWeights learns what a weighted table tells, and who is of each of its classes.
func (r *reader) readWeights(w *weighting) {
	class := make([]int, len(r.kinds))
	for kind, of := range r.kinds {
		class[kind] = -1
		if !of[w.filter] {
			continue
		}
		if g, ok := w.classOf(of); ok {
			class[kind] = g
		} else { // nobody is of the table and of none of its classes
			r.equal(r.termsBy(w.time, func(k int) float64 { return truth(k == kind) }, r.base()), 0)
		}
	}
	if w.people != nil {
		for _, filter := range w.answer {
			n := 0
			for _, g := range r.classesIn(w, filter, w.people) {
				n += w.people.people[g].base
			}
			r.equal(r.terms(filter, -1, w.time, r.base(), one), float64(n))
		}
	}
	if w.told == nil || r.countsOnly {
		return
	}
	weight := func(k int) float64 {
		if class[k] < 0 {
			return 0
		}
		return w.classes[class[k]].Weight
	}
	whole := r.termsBy(w.time, weight, r.base())
	told, _ := r.layout.toldBy(w.told) // shares of one base were told
	for _, t := range told {
		var columns []int
		for _, j := range t.columns {
			columns = append(columns, r.of(j)...)
		}
		sum := r.termsBy(w.time, weight, columns)
		r.atMost(added(sum, times(whole, -t.most)), 0)
		r.atMost(added(times(sum, -1), times(whole, t.least)), 0)
	}
}

// classesIn are the classes that a filter of a weighted table takes in.
func (r *reader) classesIn(w *weighting, filter int, people *byClass) (in []int) {
	for g, c := range people.classes {
		if len(c.Where) > 0 && r.filters[filter].contains(w.whose.and(c.Where)) {
			in = append(in, g)
		}
	}
	return in
}

func sameClass(a, b WeightedClass) bool {
	return Filter{Where: a.Where}.String() == Filter{Where: b.Where}.String()
}

// termsBy are the numbers of some columns of everybody there at a time, each kind by a weight.
func (r *reader) termsBy(time int, weight func(kind int) float64, columns []int) (out []term) {
	for _, c := range r.crowds {
		if c.time > time {
			continue
		}
		for kind := range r.kinds {
			by := weight(kind)
			if by == 0 {
				continue
			}
			for _, j := range columns {
				if at := c.first[kind][j]; at >= 0 {
					out = append(out, term{at, c.sign() * by})
				}
			}
		}
	}
	return out
}

// added is the sum of two sums.
func added(a, b []term) []term {
	place := map[int]int{}
	var out []term
	for _, t := range slices.Concat(a, b) {
		if i, ok := place[t.at]; ok {
			out[i].by += t.by
			continue
		}
		place[t.at] = len(out)
		out = append(out, t)
	}
	return out
}

// classSecrets are what few of the classes of weights answered, or may have answered at a time of which it is not
// known any more, or of those who came since.
func (r *reader) classSecrets(limit int) (out []secret) {
	for _, w := range r.weighed {
		table := &printed{filter: w.filter, time: w.time}
		put := func(filter, since, until int, columns []int, guessed bool) {
			out = append(out, secret{filter: filter, since: since, until: until, columns: columns, table: table, guessed: guessed})
		}
		for _, filter := range w.answer {
			few := func(people *byClass, count func(*printed) int) bool {
				return people != nil && small(count(people.of(r.classesIn(w, filter, people))), limit)
			}
			r.each(func(columns []int, count func(*printed) int) {
				if few(w.people, count) {
					put(filter, -1, w.time, columns, false)
				}
				if w.people == nil {
					put(filter, -1, w.time, columns, true)
				}
				if w.time < r.times {
					put(filter, w.time, r.times, columns, true)
				}
				if few(w.today, count) {
					put(filter, -1, r.times, columns, false)
				}
			})
		}
	}
	return out
}

// of is the table of some classes.
func (t *byClass) of(classes []int) *printed {
	p := &printed{counted: counted{values: make([]int, len(t.layout.columns())), steps: make([]int, ratingSteps)}}
	for _, g := range classes {
		for j, n := range t.people[g].values {
			p.values[j] += n
		}
		for j, n := range t.people[g].steps {
			p.steps[j] += n
		}
	}
	return p
}

// crossed says whether anything else on the desk parts the people of a weighted table otherwise, or at another time:
// if nothing does, it tells what it tells by itself.
func (r *reader) crossed(w *weighting) bool {
	return slices.ContainsFunc(r.tables, func(p *printed) bool {
		f := r.filters[p.filter]
		return !p.gone && !f.apart(w.whose) && (p.time != w.time || !f.contains(w.whose))
	}) || slices.ContainsFunc(r.weighed, func(o *weighting) bool { return o != w && !o.whose.apart(w.whose) && !o.same(w) })
}

// same says whether two weighted tables are of the same people, weighted alike.
func (w *weighting) same(o *weighting) bool {
	return w.time == o.time && w.whose.String() == o.whose.String() && slices.EqualFunc(w.classes, o.classes, func(a, b WeightedClass) bool {
		return sameClass(a, b) && a.Weight == b.Weight
	})
}

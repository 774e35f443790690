package analysis

import (
	"fmt"
	"math"
	"slices"
)

// byClass is a weighted result class by class of its weights: a table that nobody prints, and that what is printed
// must not give away.
type byClass struct {
	layout    layout
	sensitive bool
	classes   []WeightedClass
	weight    []float64
	people    []counted // by class
	together  [][]int   // classes of which what few answered is a secret: each by itself, and those of one class of a margin
	told      []toldSum
	ready     []exchange // of every move, as the table is
}

// toldSum is a weighted share of some columns as it is told: their weighted sum lies between two parts of the
// whole.
type toldSum struct {
	columns     []int
	least, most float64
}

// classCounter counts class by class of weights. Who is of each class serves all questions of a release.
type classCounter struct {
	data *Dataset
	kept map[string][]bitmap // by filter and classes
}

// byClassOf counts a weighted result class by class; false when that cannot be done, or its shares are not of one base.
func (x *classCounter) byClassOf(f *Frequency, l layout) (*byClass, bool) {
	if x == nil || x.data.columns[f.Question] == nil {
		return nil, false
	}
	c, sets := x.data.columns[f.Question], x.sets(f)
	if sets == nil {
		return nil, false
	}
	t := &byClass{layout: l, sensitive: f.Sensitive}
	for i, rows := range sets {
		var n Numbers
		x.data.tallyOf(c, rows, nil).fill(&n, f.Filter.Group, Options{})
		if one := l.of(&n); one.base > 0 {
			t.classes = append(t.classes, f.Numbers.Classes[i])
			t.people, t.weight = append(t.people, one), append(t.weight, f.Numbers.Classes[i].Weight)
		}
	}
	t.together = togetherOf(t.classes)
	var ok bool
	if t.told, ok = l.toldBy(f.Numbers.coarse()); !ok {
		return nil, false
	}
	return t, len(t.classes) > 0
}

// sets are the respondents of a result's filter in each class of its weights; nil when a condition cannot be read.
func (x *classCounter) sets(f *Frequency) []bitmap {
	key := fmt.Sprint(f.Filter, f.Numbers.Classes)
	if sets, ok := x.kept[key]; ok {
		return sets
	}
	var out []bitmap
	all, err := x.data.Select(f.Filter)
	if err != nil {
		return nil
	}
	rest, restAt := append(bitmap(nil), all.rows...), -1
	for i, class := range f.Numbers.Classes {
		if len(class.Where) == 0 {
			out, restAt = append(out, nil), i
			continue
		}
		s, err := x.data.Select(f.Filter.and(class.Where))
		if err != nil {
			return nil
		}
		out = append(out, s.rows)
		for k, w := range s.rows {
			rest[k] &^= w
		}
	}
	if restAt >= 0 {
		out[restAt] = rest
	}
	x.kept[key] = out
	return out
}

// and is the filter with more conditions.
func (f Filter) and(where []Where) Filter {
	return Filter{Group: f.Group, Where: slices.Concat(f.Where, where)}
}

// togetherOf are each class by itself and, where several margins were raked, those of one class of a margin.
func togetherOf(classes []WeightedClass) (out [][]int) {
	margins := map[string][]int{}
	var order []string
	for i, c := range classes {
		out = append(out, []int{i})
		if len(c.Where) < 2 {
			continue
		}
		for _, w := range c.Where {
			key := fmt.Sprint(w)
			if margins[key] == nil {
				order = append(order, key)
			}
			margins[key] = append(margins[key], i)
		}
	}
	for _, key := range order {
		if of := margins[key]; len(of) > 1 && len(of) < len(classes) {
			out = append(out, of)
		}
	}
	return out
}

// toldBy are the weighted sums that a result tells, as it is told; false when its shares are of several bases.
func (l layout) toldBy(n *Numbers) (told []toldSum, ok bool) {
	ok = true
	put := func(s Share, columns ...int) {
		ok = ok && s.Base == n.Base
		told = append(told, toldSum{columns, s.Share - n.Step/2, s.Share + n.Step/2})
	}
	if l.form == ranked {
		for _, r := range n.Ranking {
			k := slices.Index(l.codes, r.Code)
			put(r.First, k)
			put(r.Top, l.ofCode(k)...)
		}
		return told, ok
	}
	for _, r := range n.listed() {
		put(r.Share, slices.Index(l.codes, r.Code))
	}
	for i, box := range []*Share{n.Top2, n.Bottom2} {
		if box != nil {
			put(*box, l.boxes()[i]...)
		}
	}
	return told, ok
}

func (t *byClass) base() (n int) {
	for _, c := range t.people {
		n += c.base
	}
	return n
}

// whole is what all of them weigh.
func (t *byClass) whole() (sum float64) {
	for g, c := range t.people {
		sum += t.weight[g] * float64(c.base)
	}
	return sum
}

// count is how many of some classes are in some columns.
func (t *byClass) count(classes, columns []int) (n int) {
	for _, g := range classes {
		for _, j := range columns {
			n += t.people[g].values[j]
		}
	}
	return n
}

func (t *byClass) all() []int {
	all := make([]int, len(t.people))
	for g := range all {
		all[g] = g
	}
	return all
}

// classSecret is what few of some classes answered.
type classSecret struct {
	classes, columns []int
	value            int
	least            int // the width that a reader of counts alone leaves it, at most shortestInterval
}

// secrets are what few of one class answered, and on a sensitive question also what all of one did.
func (t *byClass) secrets(limit int) (out []classSecret) {
	for _, classes := range t.together {
		base := 0
		for _, g := range classes {
			base += t.people[g].base
		}
		for k := range t.layout.codes {
			columns := [][]int{t.layout.ofCode(k)[:1]}
			if t.layout.form == ranked {
				columns = append(columns, t.layout.ofCode(k))
			}
			for _, of := range columns {
				n, all := t.count(classes, of), t.count(t.all(), of)
				if !small(n, limit) && !(t.sensitive && n == base) {
					continue
				}
				width := min(base, all) - max(0, all-(t.base()-base))
				out = append(out, classSecret{classes, of, n, min(shortestInterval, width)})
			}
		}
	}
	return out
}

// agrees says whether what is told is what is counted.
func (t *byClass) agrees() bool {
	return !slices.ContainsFunc(t.told, func(r toldSum) bool {
		share := t.sum(r.columns) / t.whole()
		return share < r.least-1e-9 || share > r.most+1e-9
	})
}

// sum is what all in some columns weigh.
func (t *byClass) sum(columns []int) (sum float64) {
	for g := range t.people {
		sum += t.weight[g] * float64(t.count([]int{g}, columns))
	}
	return sum
}

// slack is how much more and less the weighted sums that a move changes may be, per person moved.
func (t *byClass) slack(m move) (least, most float64) {
	least, most = math.Inf(-1), math.Inf(1)
	whole := t.whole()
	for _, r := range t.told {
		by := float64(m.into(r.columns))
		if by == 0 {
			continue
		}
		sum := t.sum(r.columns)
		low, high := (r.least*whole-sum)/by, (r.most*whole-sum)/by
		if by < 0 {
			low, high = high, low
		}
		least, most = max(least, low), min(most, high)
	}
	edge := 1e-9 * whole // what lies on the edge may be rounded either way
	return least + edge, most - edge
}

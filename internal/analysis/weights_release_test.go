package analysis_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/analysis/attacktest"
	"upphandlingsdialog/internal/questionnaire"
)

// crowdOf is firms by sector and size as a reader of their tables meets them, who knows how many there are of each class
// of the weights.
type crowdOf struct {
	*attacktest.System
	hidden map[string][]string
}

// cells are the numbers behind an answer of a filter, of a crowd: those of before, or those who came. For all that
// the reader knows some have not said their sector or size (0).
func cells(f analysis.Filter, code int, crowds ...string) (out []string) {
	for sector := range 4 {
		for size := range 3 {
			if !slices.ContainsFunc(f.Where, func(w analysis.Where) bool {
				return !slices.Contains(w.Codes, map[string]int{"sector": sector, "size": size}[w.Question])
			}) {
				for _, crowd := range crowds {
					out = append(out, fmt.Sprint(crowd, sector, size, " ", code))
				}
			}
		}
	}
	return out
}

func both(f analysis.Filter, where []analysis.Where) analysis.Filter {
	return analysis.Filter{Group: f.Group, Where: slices.Concat(f.Where, where)}
}

// read takes in a table; weighted says whether its shares are read, too.
func (r crowdOf) read(name string, f analysis.Frequency, weighted bool, crowds ...string) {
	var base []string
	for _, row := range f.Numbers.Rows {
		base = append(base, cells(f.Filter, row.Code, crowds...)...)
	}
	r.Equal(float64(f.Numbers.Base), base...)
	if len(f.Numbers.Classes) > 0 { // everybody is of a class
		for _, row := range f.Numbers.Rows {
			var of []string
			for _, class := range f.Numbers.Classes {
				of = append(of, cells(both(f.Filter, class.Where), row.Code, crowds...)...)
			}
			r.Equal(0, slices.DeleteFunc(cells(f.Filter, row.Code, crowds...), func(c string) bool { return slices.Contains(of, c) })...)
		}
	}
	for _, row := range f.Numbers.Rows {
		sum := cells(f.Filter, row.Code, crowds...)
		if row.Hidden {
			r.hidden[fmt.Sprint(name, " ", row.Code)] = sum
			continue
		}
		r.Equal(float64(row.Count), sum...)
	}
	if f.Numbers.Weighting == nil || !weighted {
		return
	}
	slack := f.Numbers.Step/2 + 1e-9
	for _, row := range f.Numbers.Rows {
		for _, side := range []float64{-1, 1} { // the share lies from one side to the other
			of := map[string]float64{}
			for _, class := range f.Numbers.Classes {
				for _, c := range cells(both(f.Filter, class.Where), row.Code, crowds...) {
					of[c] -= side * class.Weight
				}
				for _, other := range f.Numbers.Rows {
					for _, c := range cells(both(f.Filter, class.Where), other.Code, crowds...) {
						of[c] += side * class.Weight * (row.Share.Share + side*slack)
					}
				}
			}
			r.Least(0, of)
		}
	}
}

// put adds firms to datasets.
func put(t *rapid.T, n, rare int, next func(int) int, ds ...*analysis.Dataset) {
	for range n {
		one, sector, size := 1+min(next(3), next(3)), 1+min(next(3), next(3)), 1+next(2)
		if sector == 3 && next(100) < rare { // few of some class, and of them few who answer as others do
			sector = 1
		} else if sector == 3 && next(100) < rare {
			one = 3
		}
		for _, d := range ds {
			if err := d.Put(analysis.Record{ID: fmt.Sprint(d.Len()), Group: "business", Answers: questionnaire.Answers{
				"single": {Code: &one}, "sector": {Code: &sector}, "size": {Code: &size}}}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// tablesOf are tables of firms by themselves, by sector or size, or weighted.
var tablesOf = map[string]struct {
	by, weights []string
}{
	"whole": {}, "sectors": {by: []string{"sector"}}, "sizes": {by: []string{"size"}}, "a sector": {by: []string{"one sector"}},
	"by sector": {weights: []string{"sector"}}, "by size": {weights: []string{"size"}}, "raked": {weights: []string{"sector", "size"}},
	"a size by sector": {by: []string{"one size"}, weights: []string{"sector"}},
	"sizes by sector":  {by: []string{"size"}, weights: []string{"sector"}},
}

func filtersOf(by []string) []analysis.Filter {
	business := analysis.Filter{Group: "business"}
	if len(by) == 0 {
		return []analysis.Filter{business}
	}
	n, question := map[string]int{"sector": 3, "size": 2, "one sector": 1, "one size": 1}[by[0]], strings.TrimPrefix(by[0], "one ")
	var fs []analysis.Filter
	for code := range n {
		fs = append(fs, both(business, where(question, code+1)))
	}
	return fs
}

// desk is what has been published of firms, and what of it a reader takes in.
type desk struct {
	public []analysis.Standing
	told   []analysis.Frequency
	crowds [][]string
}

// publish releases tables and lays them on the desk. Frame counts are always the same.
func (p *desk) publish(t *rapid.T, d *analysis.Dataset, question, name string, frame map[string]analysis.FrameCount, release bool, crowds ...string) {
	kind := tablesOf[name]
	var o analysis.Options
	if len(kind.weights) > 0 {
		var counts []analysis.FrameCount
		for _, q := range kind.weights {
			counts = append(counts, frame[q])
		}
		w, err := analysis.Weigh(d, counts...)
		if err != nil {
			return
		}
		o.Weights = w
	}
	var fs, now []analysis.Frequency
	for _, f := range filtersOf(kind.by) {
		one, err := analysis.Count(d, question, f, o)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := analysis.Count(d, question, f, analysis.Options{})
		if err != nil {
			t.Fatal(err)
		}
		fs, now = append(fs, one), append(now, plain)
	}
	for i := range p.public {
		again, err := analysis.Count(d, question, p.public[i].Shown.Filter, analysis.Options{})
		if err != nil {
			t.Fatal(err)
		}
		p.public[i].Now = again
	}
	shown := fs
	if release {
		shown = analysis.ReleaseBeside(fs, analysis.Beside{Public: p.public, Data: d})
	} else {
		for i := range shown { // rounded, and hidden by their counts as ever
			if n := shown[i].Numbers; n != nil && n.Weighting != nil {
				shown[i] = analysis.Rounded(shown[i])
			}
		}
	}
	for i, f := range shown {
		if f.Numbers != nil {
			p.public = append(p.public, analysis.Standing{Now: now[i], Shown: f, Then: &now[i], In: fmt.Sprint(len(crowds), name)})
			p.told, p.crowds = append(p.told, f), append(p.crowds, crowds)
		}
	}
}

// some is firms of some crowds, as they truly answered.
type some struct {
	data   *analysis.Dataset
	crowds []string
}

// attack returns what the desk tells with its weights of what few of a class answered, or a table hides, and not
// without them. Of the first firms the reader knows how many answered of each class.
func (p *desk) attack(t *rapid.T, question string, firms ...some) (found []string) {
	with, without := crowdOf{attacktest.New(), map[string][]string{}}, crowdOf{attacktest.New(), map[string][]string{}}
	known := map[string]bool{}
	for i, f := range p.told {
		with.read(fmt.Sprint(i), f, true, p.crowds[i]...)
		without.read(fmt.Sprint(i), f, false, p.crowds[i]...)
		for _, class := range f.Numbers.Classes {
			filter := both(f.Filter, class.Where)
			if known[filter.String()] {
				continue
			}
			known[filter.String()] = true
			for k, who := range firms {
				truth, err := analysis.Count(who.data, question, filter, analysis.Options{MinBase: 1})
				if err != nil || truth.Numbers == nil {
					continue
				}
				var base []string
				for _, row := range truth.Numbers.Rows {
					base = append(base, cells(filter, row.Code, who.crowds...)...)
					if row.Count > 0 && row.Count < analysis.DefaultCellLimit {
						with.hidden[fmt.Sprint("class ", who.crowds, filter, row.Code)] = cells(filter, row.Code, who.crowds...)
					}
				}
				if k == 0 && len(p.crowds[i]) == len(who.crowds) {
					with.Equal(float64(truth.Numbers.Base), base...)
					without.Equal(float64(truth.Numbers.Base), base...)
				}
			}
		}
	}
	for name, sum := range with.hidden {
		low, high, err := with.Bounds(sum...)
		if err != nil {
			t.Fatal(name, ": nothing agrees")
		}
		if high-low >= shortest {
			continue
		}
		lower, upper, err := without.Bounds(sum...)
		if err != nil {
			t.Fatal(name, ": nothing agrees")
		}
		if high-low < min(shortest, upper-lower) {
			found = append(found, fmt.Sprintf("%s lies between %g and %g by weights, between %g and %g without", name, low, high, lower, upper))
		}
	}
	return found
}

// trials counts weighted tables that were told and refused, and cases in which the reader got through where nothing
// was judged.
type trials struct{ told, refused, found int }

// count takes in what a desk tells of so many crowds or more.
func (n *trials) count(p desk, crowds int) {
	for k, f := range p.told {
		switch {
		case len(p.crowds[k]) < crowds:
		case f.Numbers.Step > 0:
			n.told++
		case f.Unweighted != "":
			n.refused++
		}
	}
}

func (n *trials) say(t *testing.T) {
	t.Logf("%d told, %d refused; without the rule %d are found", n.told, n.refused, n.found)
	if n.told == 0 || n.found == 0 {
		t.Errorf("%d weighted tables told, %d found where nothing is judged", n.told, n.found)
	}
}

// Weighted tables leave one after another, by other weights, and before or after tables by sector and by size.
func TestWeightedTablesOfOneQuestionDoNotTellTogether(t *testing.T) {
	var all trials
	rapid.Check(t, func(t *rapid.T) {
		next := dice(t)
		d := analysis.NewDataset(asked())
		put(t, rapid.SampledFrom([]int{40, 120, 400, 1200}).Draw(t, "firms"), rapid.SampledFrom([]int{0, 50, 90}).Draw(t, "rare"), next, d)
		frame := map[string]analysis.FrameCount{"sector": frameOf(t, "sector")[0], "size": frameOf(t, "size")[0]}
		question := "single"
		names := rapid.SliceOfN(rapid.SampledFrom([]string{"whole", "sectors", "sizes", "a sector", "by sector", "by size", "raked", "sizes by sector", "a size by sector"}), 2, 4).Draw(t, "tables")
		for _, release := range []bool{true, false} {
			var p desk
			for _, name := range names {
				p.publish(t, d, question, name, frame, release, "")
			}
			list := p.attack(t, question, some{d, []string{""}})
			switch {
			case release && len(list) > 0:
				t.Fatalf("%v: %v", names, list)
			case release:
				all.count(p, 1)
			case len(list) > 0:
				all.found++
			}
		}
	})
	all.say(t)
}

// Firms have answered, weighted tables and others leave, more firms answer, and the same and others leave again: the
// two tell of those who were there, and of those who came.
func TestWeightedTablesOfTwoTimesDoNotTellTogether(t *testing.T) {
	var all trials
	rapid.Check(t, func(t *rapid.T) {
		next := dice(t)
		old, later, came := analysis.NewDataset(asked()), analysis.NewDataset(asked()), analysis.NewDataset(asked())
		rare := rapid.SampledFrom([]int{0, 50, 90}).Draw(t, "rare")
		put(t, rapid.SampledFrom([]int{60, 150, 600}).Draw(t, "firms"), rare, next, old, later)
		frame := map[string]analysis.FrameCount{"sector": frameOf(t, "sector")[0], "size": frameOf(t, "size")[0]}
		first := rapid.SliceOfN(rapid.SampledFrom([]string{"by sector", "by size", "raked", "whole"}), 1, 2).Draw(t, "first")
		then := rapid.SliceOfN(rapid.SampledFrom([]string{"by sector", "by size", "raked", "sectors", "sizes", "whole"}), 1, 2).Draw(t, "then")
		var p [2]desk
		for i, release := range []bool{true, false} {
			for _, name := range first {
				p[i].publish(t, old, "single", name, frame, release, "")
			}
		}
		put(t, rapid.SampledFrom([]int{10, 40, 300}).Draw(t, "newcomers"), rare, next, later, came)
		for i, release := range []bool{true, false} {
			for _, name := range then {
				p[i].publish(t, later, "single", name, frame, release, "", "new")
			}
			list := p[i].attack(t, "single", some{later, []string{"", "new"}}, some{old, []string{""}}, some{came, []string{"new"}})
			switch {
			case release && len(list) > 0:
				t.Fatalf("%v then %v: %v", first, then, list)
			case release:
				all.count(p[i], 2)
			case len(list) > 0:
				all.found++
			}
		}
	})
	all.say(t)
}

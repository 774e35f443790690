package analysis_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/analysis/attacktest"
	"upphandlingsdialog/internal/questionnaire"
)

// firm is somebody who answered a question about a number.
type firm struct {
	group  string
	told   map[string]int // 0 = left empty
	number float64
}

// firms draws them, few of some kind.
func firms(t *rapid.T) (*analysis.Dataset, []firm) {
	def := asked()
	def.Sections[0].Questions = append(def.Sections[0].Questions, questionnaire.Question{ID: "number", Type: questionnaire.Numeric, Groups: groups, Max: 500})
	d := analysis.NewDataset(def)
	var all []firm
	for _, g := range groups {
		for sector := range 4 {
			for size := range 3 {
				for range rapid.SampledFrom([]int{0, 0, 1, 3, 7, 12}).Draw(t, "kind") {
					f := firm{g, map[string]int{"sector": sector, "size": size}, float64(rapid.IntRange(5, 60).Draw(t, "number"))}
					a := questionnaire.Answers{"number": {Number: &f.number}}
					for id, code := range f.told {
						if code > 0 {
							a[id] = questionnaire.Answer{Code: &code}
						}
					}
					if err := d.Put(analysis.Record{ID: fmt.Sprint(len(all)), Group: g, Answers: a}); err != nil {
						t.Fatal(err)
					}
					all = append(all, f)
				}
			}
		}
	}
	return d, all
}

// whose is what the sums of numbers are of that a reader can tell apart, with how many there truly are.
func whose(ps []printed, all []firm) (kinds map[string]int, in [][]string) {
	kinds, in = map[string]int{}, make([][]string, len(ps))
	for _, f := range all {
		who := ""
		for _, p := range ps {
			who += fmt.Sprint(p.holds(f.group, f.told))[:1]
		}
		kinds[who]++
	}
	delete(kinds, strings.Repeat("f", len(ps)))
	for who := range kinds {
		for i := range ps {
			if who[i] == 't' {
				in[i] = append(in[i], who)
			}
		}
	}
	return kinds, in
}

// known are the sums over few people that means tell, taken from each other.
func known(t interface{ Fatal(...any) }, data []byte, all []firm) (tried int, list []string) {
	var ps []printed
	if err := json.Unmarshal(data, &ps); err != nil {
		t.Fatal(err)
	}
	ps = slices.DeleteFunc(ps, func(p printed) bool {
		return p.Numbers == nil || p.Numbers.Summary == nil || p.Numbers.Summary.Mean == nil
	})
	kinds, in := whose(ps, all)
	s := attacktest.New()
	for i, p := range ps {
		sum, weights := float64(p.Numbers.Base)*p.Numbers.Summary.Mean.Value, map[string]float64{}
		for _, who := range in[i] {
			weights[who] = 1
		}
		s.Weigh(sum-1e-6, sum+1e-6, weights)
	}
	var look func(set []string, n int, rest []string)
	look = func(set []string, n int, rest []string) {
		if len(set) > 0 {
			tried++
			if low, high, err := s.Bounds(set...); err != nil {
				t.Fatal(err)
			} else if high-low < shortest {
				list = append(list, fmt.Sprintf("%d people's numbers add up to %g-%g", n, low, high))
			}
		}
		for i, who := range rest {
			if n+kinds[who] < analysis.DefaultMinBase && len(set) < 3 {
				look(append(slices.Clip(set), who), n+kinds[who], rest[i+1:])
			}
		}
	}
	var names []string
	for who := range kinds {
		names = append(names, who)
	}
	slices.Sort(names)
	look(nil, 0, names)
	return tried, list
}

// No mean, taken from another, is what fewer people answered than a result may be shown of.
func TestMeansTakenFromEachOtherTellNothingOfFew(t *testing.T) {
	names := []string{"groups and all", "a filter", "filter by groups", "sectors", "sectors and all", "two splits", "splits and all"}
	tried, through, shown := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		d, all := firms(t)
		var public []analysis.Standing
		var out, bare []analysis.Frequency
		for range rapid.IntRange(1, 3).Draw(t, "publications") {
			fs := counted(t, d, "number", publications[rapid.SampledFrom(names).Draw(t, "publication")])
			bare = append(bare, fs...)
			for i, f := range analysis.ReleaseBeside(fs, analysis.Beside{Data: d, Public: public}) {
				if f.Numbers != nil {
					public, out = append(public, analysis.Standing{Now: fs[i], Shown: f, Then: &fs[i], In: "now"}), append(out, f)
					shown++
				}
			}
		}
		data, err := json.Marshal(out)
		if err != nil {
			t.Fatal(err)
		}
		n, list := known(t, data, all)
		if tried += n; len(list) > 0 {
			t.Fatalf("%v\n%s", list, data)
		}
		if data, err = json.Marshal(bare); err != nil {
			t.Fatal(err)
		}
		if _, list := known(t, data, all); len(list) > 0 {
			through++
		}
	})
	t.Logf("%d sums tried, %d of the cases not safe without the rule, %d results shown", tried, through, shown)
	if tried == 0 || shown == 0 {
		t.Errorf("%d sums tried, %d results shown", tried, shown)
	}
}

// The same reader gets through where each result is looked at by itself.
func TestTheReaderOfMeansGetsThroughALeastBaseAlone(t *testing.T) {
	def := asked()
	def.Sections[0].Questions = append(def.Sections[0].Questions, questionnaire.Question{ID: "number", Type: questionnaire.Numeric, Groups: groups, Max: 500})
	d := analysis.NewDataset(def)
	var all []firm
	for i := range 41 {
		f := firm{"business", map[string]int{"sector": 1 + i%2}, float64(5 + i)}
		if i == 40 {
			f.told["sector"] = 3
		}
		sector := f.told["sector"]
		answers := questionnaire.Answers{"number": {Number: &f.number}, "sector": {Code: &sector}}
		if err := d.Put(analysis.Record{ID: fmt.Sprint(i), Group: f.group, Answers: answers}); err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	fs := counted(t, d, "number", publications["sectors and all"])
	for released, want := range map[bool]int{false: 1, true: 0} {
		told := fs
		if released {
			told = analysis.ReleaseBeside(fs, analysis.Beside{Data: d})
		}
		data, err := json.Marshal(told)
		if err != nil {
			t.Fatal(err)
		}
		if _, list := known(t, data, all); len(list) != want || want > 0 && list[0] != "1 people's numbers add up to 45-45" {
			t.Errorf("released %v: the reader found %v", released, list)
		}
	}
}

// Where only a few firms are large, the result of the small ones and that of all cannot both be told: what a
// sentence rests on is kept, and otherwise the wider one.
func TestOfTwoResultsThatAFewPeoplePartTheCitedOneIsKept(t *testing.T) {
	d := analysis.NewDataset(asked())
	for i := range 63 {
		size, answer := 1, 1+i%3
		if i >= 60 {
			size = 2
		}
		answers := questionnaire.Answers{"single": {Code: &answer}, "size": {Code: &size}}
		if err := d.Put(analysis.Record{ID: fmt.Sprint(i), Group: "business", Answers: answers}); err != nil {
			t.Fatal(err)
		}
	}
	all, small := analysis.Filter{Group: "business"}, analysis.Filter{Group: "business", Where: where("size", 1)}
	if alone, err := analysis.Count(d, "single", small, analysis.Options{}); err != nil || alone.Numbers != nil {
		t.Errorf("a page shows the small firms beside all: %v, %v", alone.Numbers, err)
	}
	var fs []analysis.Frequency
	for _, f := range []analysis.Filter{all, small} {
		one, err := analysis.Count(d, "single", f, analysis.Options{Rests: true})
		if err != nil {
			t.Fatal(err)
		}
		fs = append(fs, one)
	}
	for cited, kept := range map[string]analysis.Filter{"nothing": all, small.String(): small, all.String(): all} {
		told := analysis.ReleaseBeside(fs, analysis.Beside{Data: d, Cited: func(f analysis.Frequency, code int) bool {
			return f.Filter.String() == cited && code == 1
		}})
		for _, f := range told {
			if (f.Numbers != nil) != (f.Filter.String() == kept.String()) {
				t.Errorf("%s cited: %q is told: %v", cited, f.Filter.String(), f.Numbers != nil)
			}
		}
	}
}

// A number that somebody edits is not told by the mean before and after.
func TestAnEditedNumberIsAnAnswerThatHasMoved(t *testing.T) {
	d := analysis.NewDataset(&questionnaire.Definition{ID: "t", Area: 5, Groups: []questionnaire.Group{{ID: "business"}}, Sections: []questionnaire.Section{{ID: "one",
		Questions: []questionnaire.Question{{ID: "number", Type: questionnaire.Numeric, Groups: groups, Max: 500}}}}})
	put := func(who int, number float64) {
		if err := d.Put(analysis.Record{ID: fmt.Sprint(who), Group: "business", Answers: questionnaire.Answers{"number": {Number: &number}}}); err != nil {
			t.Fatal(err)
		}
	}
	now := func() analysis.Frequency { return count(t, d, "number", analysis.Filter{Group: "business"}) }
	for who := range 40 {
		put(who, float64(who))
	}
	shown := analysis.Release([]analysis.Frequency{now()}, 0)[0]
	if n := (analysis.Standing{Now: now(), Shown: shown}).Moved(); n != 0 {
		t.Errorf("nothing was changed, and %d moved", n)
	}
	put(39, 140)
	if n := (analysis.Standing{Now: now(), Shown: shown}).Moved(); n != 1 {
		t.Errorf("one number was edited, and %d moved", n)
	}
}

package analysis_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/analysis/attacktest"
	"upphandlingsdialog/internal/questionnaire"
)

// later draws who answers after a publication: whole new respondents.
func later(t *rapid.T, d *analysis.Dataset) {
	seed := rapid.Uint64().Draw(t, "later")
	next := func(n int) int {
		seed = seed*6364136223846793005 + 1442695040888963407
		return int(seed>>33) % n
	}
	for _, g := range groups {
		for i := range rapid.SampledFrom([]int{0, 8, 12, 20, 30}).Draw(t, "later "+g) {
			one, many, rating := 1+min(next(3), next(3)), 1+next(4), float64(max(next(11), next(11)))
			answers := questionnaire.Answers{"likert": {Code: &one}, "single": {Code: &one}, "many": {Codes: []int{many}}, "rating": {Number: &rating}}
			if err := d.Put(analysis.Record{ID: fmt.Sprint("later ", g, i), Group: g, Answers: answers}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// waves is a reader of the same tables as they were printed at two times: of each
// group there are those who had answered then, and those who came.
type waves struct {
	*attacktest.System
	hidden map[string][]string
}

func (w waves) read(t *rapid.T, when string, fs []analysis.Frequency) {
	data, err := json.Marshal(fs)
	if err != nil {
		t.Fatal(err)
	}
	var ps []printed
	if err := json.Unmarshal(data, &ps); err != nil {
		t.Fatal(err)
	}
	for _, p := range ps {
		if p.Numbers == nil {
			continue
		}
		var of []string
		for _, g := range groups {
			if p.Filter.Group == "" || p.Filter.Group == g {
				if of = append(of, g+" old"); when == "new" {
					of = append(of, g+" new")
				}
			}
		}
		rows := p.Numbers.Rows
		if len(p.Numbers.Bands) > 0 {
			rows = p.Numbers.Bands
		}
		w.Equal(float64(p.Numbers.Base), each(of, "base")...)
		for _, r := range rows {
			if sum := each(of, r.Code); r.Hidden {
				w.hidden[fmt.Sprint(when, p.Filter, r.Code)] = sum
			} else {
				w.Equal(float64(r.Count), sum...)
			}
		}
	}
}

// count is the truth, with the bands of a rating as its answers.
func count(t *rapid.T, d *analysis.Dataset, question string, f analysis.Filter) analysis.Frequency {
	one, err := analysis.Count(d, question, f, analysis.Options{MinBase: 1})
	if err != nil {
		t.Fatal(err)
	}
	if one.Numbers == nil {
		one.Numbers = &analysis.Numbers{}
	}
	return one
}

func answers(n *analysis.Numbers) []analysis.Row {
	if len(n.Bands) > 0 {
		return n.Bands
	}
	return n.Rows
}

// A table that is published again, after more have answered, does not tell what
// few of the newcomers answered: the difference of the two is a table too.
func TestTheDifferenceOfTwoTimesTellsNoFew(t *testing.T) {
	tried, shown := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		d := crowd(t)
		question := rapid.SampledFrom([]string{"likert", "single", "many", "rating"}).Draw(t, "question")
		counted := func(filters []analysis.Filter) (fs []analysis.Frequency) {
			for _, f := range filters {
				one, err := analysis.Count(d, question, f, analysis.Options{})
				if err != nil {
					t.Fatal(err)
				}
				fs = append(fs, one)
			}
			return fs
		}
		names := []string{"groups", "groups and all", "all", "all and a group", "a group"}
		earlier := publications[rapid.SampledFrom(names).Draw(t, "first publication")]
		filters := publications[rapid.SampledFrom(names).Draw(t, "publication")]
		first := counted(earlier)
		then := analysis.Release(first, 0)
		before := map[string]analysis.Frequency{}
		for _, g := range groups {
			before[g] = count(t, d, question, analysis.Filter{Group: g})
		}
		later(t, d)
		var public []analysis.Standing
		for i, again := range counted(earlier) {
			if then[i].Numbers != nil {
				public = append(public, analysis.Standing{Now: again, Shown: then[i], Then: &first[i], In: "first"})
			}
		}
		if slices.ContainsFunc(public, func(s analysis.Standing) bool { return s.Moved() > 0 && s.Moved() < analysis.DefaultMinBase }) {
			return // so few that the ledger refuses the table
		}
		now := analysis.ReleaseBeside(counted(filters), analysis.Beside{Data: d, Public: public})
		w := waves{attacktest.New(), map[string][]string{}}
		for _, g := range groups {
			for _, when := range []string{" old", " new"} {
				w.people(g+when, question, answers(count(t, d, question, analysis.Filter{Group: g}).Numbers))
			}
		}
		w.read(t, "old", then)
		w.read(t, "new", now)
		for i, g := range groups {
			at := slices.IndexFunc(filters, func(f analysis.Filter) bool { return f.Group == g })
			if at < 0 || now[at].Numbers == nil {
				continue
			}
			shown++
			after := count(t, d, question, analysis.Filter{Group: g})
			for k, r := range answers(after.Numbers) {
				few := r.Count
				if old := answers(before[g].Numbers); len(old) > 0 {
					few -= old[k].Count
				}
				if few > 0 && few < analysis.DefaultCellLimit {
					w.hidden[fmt.Sprint("came ", i, r.Code)] = []string{fmt.Sprint(g, " new ", r.Code)}
					tried++
				}
			}
		}
		for name, sum := range w.hidden {
			low, high, err := w.Bounds(sum...)
			if err != nil {
				t.Fatal(err)
			}
			if high-low < shortest {
				a, _ := json.Marshal(then)
				b, _ := json.Marshal(now)
				t.Fatalf("%s lies between %g and %g\n%s\n%s", name, low, high, a, b)
			}
		}
	})
	if tried == 0 || shown == 0 {
		t.Errorf("%d cells tried, %d tables shown twice", tried, shown)
	}
}

func (w waves) people(who, question string, rows []analysis.Row) {
	var codes []string
	for _, r := range rows {
		codes = append(codes, fmt.Sprint(who, " ", r.Code))
		w.Same([]string{fmt.Sprint(who, " ", r.Code), fmt.Sprint(who, " not ", r.Code)}, []string{who + " base"})
	}
	if question == "many" {
		w.Same(codes, []string{who + " base", who + " more"})
		w.Same(append([]string{who + " fewer"}, codes...), []string{who + " base", who + " base"})
		return
	}
	w.Same(codes, []string{who + " base"})
}

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

// later draws what happens after a publication: new respondents, and, where some leave, also who withdraws and
// who answers anew.
func later(t *rapid.T, d *analysis.Dataset, leave bool) {
	next := dice(t)
	put := func(id, g string) {
		one, many, rating := 1+min(next(3), next(3)), 1+next(4), float64(max(next(11), next(11)))
		answers := questionnaire.Answers{"likert": {Code: &one}, "single": {Code: &one}, "many": {Codes: []int{many}}, "rating": {Number: &rating}}
		if err := d.Put(analysis.Record{ID: id, Group: g, Answers: answers}); err != nil {
			t.Fatal(err)
		}
	}
	for _, g := range groups {
		there := d.Count(g)
		for i := range rapid.SampledFrom([]int{0, 8, 12, 20, 30}).Draw(t, "later "+g) {
			put(fmt.Sprint("later ", g, i), g)
		}
		if !leave || there == 0 {
			continue
		}
		first := next(there)
		for i := range rapid.SampledFrom([]int{0, 0, 1, 3, 9}).Draw(t, "withdraw "+g) {
			d.Remove(fmt.Sprint(g, (first+i)%there))
		}
		for range rapid.SampledFrom([]int{0, 0, 1, 3, 9}).Draw(t, "edit "+g) {
			put(fmt.Sprint(g, next(there)), g)
		}
	}
}

// waves is a reader of the same tables as they were printed at two times: of each
// group there are those who answered the same then and now, those who came, and
// those who left; who answers anew has done both.
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
				of = append(of, g+" stayed", g+map[string]string{"old": " left", "new": " came"}[when])
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

// more is how many times more each answer was given now than then.
func more(then, now analysis.Frequency) map[int]int {
	out := map[int]int{}
	for _, r := range answers(now.Numbers) {
		out[r.Code] += r.Count
	}
	for _, r := range answers(then.Numbers) {
		out[r.Code] -= r.Count
	}
	return out
}

// guess takes nobody to have left who need not have: an answer that a table gives less often than before was
// left, and one that it gives no less often was left by nobody; an answer that it only gives less often did not
// come.
func (w waves) guess(then, now []analysis.Frequency) {
	for _, g := range groups {
		up, down := map[int]bool{}, map[int]bool{}
		for _, a := range then {
			for _, b := range now {
				if a.Filter.String() != b.Filter.String() || a.Filter.Group != "" && a.Filter.Group != g {
					continue
				}
				for code, n := range more(a, b) {
					up[code], down[code] = up[code] || n > 0, down[code] || n < 0
				}
			}
		}
		for code := range 11 {
			if !down[code] {
				w.Equal(0, fmt.Sprint(g, " left ", code))
			} else if !up[code] {
				w.Equal(0, fmt.Sprint(g, " came ", code))
			}
		}
	}
}

// count is the truth, with the bands of a rating as its answers.
func count(t interface{ Fatal(...any) }, d *analysis.Dataset, question string, f analysis.Filter) analysis.Frequency {
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
func TestTheDifferenceOfTwoTimesTellsNoFew(t *testing.T) { twoTimes(t, false) }

// Nor does it where some have withdrawn or answered anew, neither to who makes no guess about that nor to who
// takes nobody to have left who need not have.
func TestTheDifferenceOfTwoTimesTellsNoFewWhoLeft(t *testing.T) { twoTimes(t, true) }

func twoTimes(t *testing.T, leave bool) {
	tried, left, shown, guessed := 0, 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		d := crowd(t)
		question := rapid.SampledFrom([]string{"likert", "single", "many", "rating"}).Draw(t, "question")
		names := []string{"groups", "groups and all", "all", "all and a group", "a group"}
		earlier := publications[rapid.SampledFrom(names).Draw(t, "first publication")]
		filters := publications[rapid.SampledFrom(names).Draw(t, "publication")]
		first := counted(t, d, question, earlier)
		then := analysis.Release(first, 0)
		before := map[string]analysis.Frequency{}
		for _, g := range groups {
			before[g] = count(t, d, question, analysis.Filter{Group: g})
		}
		later(t, d, leave)
		var public []analysis.Standing
		for i, again := range counted(t, d, question, earlier) {
			if then[i].Numbers != nil {
				public = append(public, analysis.Standing{Now: again, Shown: then[i], Then: &first[i], In: "first"})
			}
		}
		if slices.ContainsFunc(public, func(s analysis.Standing) bool { return s.Moved() > 0 && s.Moved() < analysis.DefaultMinBase }) {
			return // so few that the ledger refuses the table
		}
		second := counted(t, d, question, filters)
		now := analysis.ReleaseBeside(second, analysis.Beside{Data: d, Public: public})
		told := func(shown, counts []analysis.Frequency) (fs []analysis.Frequency) {
			for i, f := range shown {
				if f.Numbers != nil {
					fs = append(fs, counts[i])
				}
			}
			return fs
		}
		at := func() waves {
			w := waves{attacktest.New(), map[string][]string{}}
			for _, g := range groups {
				rows := answers(count(t, d, question, analysis.Filter{Group: g}).Numbers)
				if len(rows) == 0 {
					rows = answers(before[g].Numbers) // all have left
				}
				for _, who := range []string{" stayed", " came", " left"} {
					w.people(g+who, question, rows)
				}
			}
			w.read(t, "old", then)
			return w
		}
		early := at()
		for _, guesses := range []bool{false, true} {
			w := at()
			w.read(t, "new", now)
			if guesses {
				w.guess(told(then, first), told(now, second))
			}
			if _, _, err := w.Bounds(groups[0] + " came base"); err != nil {
				if guesses {
					continue // the guess cannot be
				}
				t.Fatal(err)
			}
			type secret struct {
				more, less []string
				truth      int // of a difference
			}
			secrets := map[string]secret{}
			for name, sum := range w.hidden {
				secrets[name] = secret{more: sum}
			}
			for _, g := range groups {
				at := slices.IndexFunc(filters, func(f analysis.Filter) bool { return f.Group == g })
				if at < 0 || now[at].Numbers == nil {
					continue
				}
				shown++
				for code, few := range more(before[g], count(t, d, question, analysis.Filter{Group: g})) {
					was := each([]string{g + " stayed", g + " left"}, code)
					low, high, err := early.Bounds(was...)
					if err != nil {
						t.Fatal(err)
					}
					if few < 0 && low < high && high-low < shortest {
						continue // what those answered then who stood in no table: judged by how many they are
					}
					if few != 0 && max(few, -few) < analysis.DefaultCellLimit {
						secrets[fmt.Sprint("difference ", g, code)] = secret{[]string{fmt.Sprint(g, " came ", code)}, []string{fmt.Sprint(g, " left ", code)}, few}
						if tried++; few < 0 {
							left++
						}
					}
				}
			}
			for name, s := range secrets {
				low, high, err := w.Difference(s.more, s.less)
				if err != nil {
					t.Fatal(err)
				}
				if s.less != nil && (float64(s.truth) < low || float64(s.truth) > high) && guesses {
					continue // who guesses wrong knows nothing
				}
				if high-low < shortest {
					a, _ := json.Marshal(then)
					b, _ := json.Marshal(now)
					t.Fatalf("%s lies between %g and %g (guessing: %v)\n%s\n%s", name, low, high, guesses, a, b)
				}
			}
			if guesses {
				guessed++
			}
		}
	})
	if tried == 0 || shown == 0 || guessed == 0 || leave && left == 0 {
		t.Errorf("%d cells tried, %d of those who left, %d tables shown twice, %d guessed", tried, left, shown, guessed)
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

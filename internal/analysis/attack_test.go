package analysis_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/questionnaire"
)

// shortest is the rule: nobody may narrow a hidden cell to less than this.
const shortest = 4

var (
	groups   = []string{"procurer", "politician", "business"}
	specials = []int{98, 97, 99}
)

func optionsTo(n int) (list []questionnaire.Option) {
	for c := 1; c <= n; c++ {
		list = append(list, questionnaire.Option{Code: c})
	}
	return list
}

// asked has one question of each kind and two to divide people by.
func asked() *questionnaire.Definition {
	var offered []questionnaire.Special
	for _, c := range specials {
		offered = append(offered, questionnaire.Special{Code: c})
	}
	return &questionnaire.Definition{ID: "t", Area: 5,
		Groups: []questionnaire.Group{{ID: "procurer"}, {ID: "politician"}, {ID: "business"}},
		Sections: []questionnaire.Section{{ID: "one", Questions: []questionnaire.Question{
			{ID: "likert", Type: questionnaire.Likert5, Groups: groups, Options: optionsTo(5), Specials: offered},
			{ID: "single", Type: questionnaire.Single, Groups: groups, Options: optionsTo(3), Specials: offered},
			{ID: "many", Type: questionnaire.Multiple, Groups: groups, Options: optionsTo(4), MaxChoices: 2, Specials: offered},
			{ID: "rank", Type: questionnaire.Ranking, Groups: groups, Options: optionsTo(4), Top: 3, Specials: offered},
			{ID: "rating", Type: questionnaire.Rating, Groups: groups, Max: 10, Specials: offered},
			{ID: "sector", Type: questionnaire.Single, Groups: groups, Options: optionsTo(3)},
			{ID: "size", Type: questionnaire.Single, Groups: groups, Options: optionsTo(2)},
		}}}}
}

var questions = []string{"likert", "single", "many", "rank", "rating"}

// dice draws whole numbers below n; one draw of rapid's, so that large crowds are drawn fast.
func dice(t *rapid.T) func(n int) int {
	seed := rapid.Uint64().Draw(t, "seed")
	return func(n int) int {
		seed = seed*6364136223846793005 + 1442695040888963407
		return int(seed>>33) % n
	}
}

// crowd draws who answers what.
func crowd(t *rapid.T) *analysis.Dataset {
	def := asked()
	d := analysis.NewDataset(def)
	next := dice(t)
	for _, g := range groups {
		for i := range rapid.IntRange(0, 40).Draw(t, g) {
			answers := questionnaire.Answers{}
			for _, q := range def.Questions() {
				if next(9) == 0 {
					continue
				}
				one := 1 + min(next(max(1, len(q.Options))), next(max(1, len(q.Options))))
				switch a := (questionnaire.Answer{}); {
				case len(q.Specials) > 0 && next(8) == 0:
					a.Code = &specials[next(3)]
					answers[q.ID] = a
				case q.Type == questionnaire.Multiple || q.Type == questionnaire.Ranking:
					for len(a.Codes) < 1+next(max(q.MaxChoices, q.Top)) {
						if c := 1 + next(4); !slices.Contains(a.Codes, c) {
							a.Codes = append(a.Codes, c)
						}
					}
					answers[q.ID] = a
				case q.Type == questionnaire.Rating:
					v := float64(max(next(11), next(11)))
					answers[q.ID] = questionnaire.Answer{Number: &v}
				default:
					answers[q.ID] = questionnaire.Answer{Code: &one}
				}
			}
			if err := d.Put(analysis.Record{ID: fmt.Sprint(g, i), Group: g, Answers: answers}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return d
}

func where(question string, codes ...int) []analysis.Where {
	return []analysis.Where{{Question: question, Codes: codes}}
}

// publications are what may stand side by side.
var publications = map[string][]analysis.Filter{
	"groups":           {{Group: "procurer"}, {Group: "politician"}, {Group: "business"}},
	"all":              {{}},
	"a group":          {{Group: "procurer"}},
	"all and a group":  {{}, {Group: "procurer"}},
	"groups and all":   {{}, {Group: "procurer"}, {Group: "politician"}, {Group: "business"}},
	"a filter":         {{Group: "business"}, {Group: "business", Where: where("sector", 1)}},
	"filter by groups": {{}, {Where: where("sector", 1)}, {Group: "business", Where: where("sector", 1)}, {Group: "procurer", Where: where("sector", 1)}, {Group: "politician", Where: where("sector", 1)}},
	"sectors":          {{Where: where("sector", 1)}, {Where: where("sector", 2)}, {Where: where("sector", 3)}},
	"sectors and all":  {{Group: "business"}, {Group: "business", Where: where("sector", 1)}, {Group: "business", Where: where("sector", 2)}, {Group: "business", Where: where("sector", 3)}},
	"two splits":       {{Where: where("sector", 1)}, {Where: where("sector", 2)}, {Where: where("sector", 3)}, {Where: where("size", 1)}, {Where: where("size", 2)}},
	"splits and all":   {{}, {Group: "business"}, {Group: "procurer"}, {Group: "politician"}, {Where: where("size", 1)}, {Where: where("size", 2)}},
}

// counted are a question's results under some filters.
func counted(t interface{ Fatal(...any) }, d *analysis.Dataset, question string, filters []analysis.Filter) (fs []analysis.Frequency) {
	for _, f := range filters {
		one, err := analysis.Count(d, question, f, analysis.Options{})
		if err != nil {
			t.Fatal(err)
		}
		fs = append(fs, one)
	}
	return fs
}

func TestNobodyWorksOutWhatAReleaseHides(t *testing.T) {
	tried := 0
	rapid.Check(t, func(t *rapid.T) {
		d := crowd(t)
		name := rapid.SampledFrom([]string{"groups", "groups and all", "a filter", "filter by groups", "sectors", "sectors and all", "two splits", "splits and all"}).Draw(t, "publication")
		question := rapid.SampledFrom(questions).Draw(t, "question")
		fs := counted(t, d, question, publications[name])
		released := analysis.Release(fs, 0)
		data, err := json.Marshal(released)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := json.Marshal(analysis.Release(released, 0))
		if string(again) != string(data) {
			t.Fatal("releasing twice is not the same as once")
		}
		r, err := read(data, d)
		if err != nil {
			t.Fatal(err)
		}
		list, err := r.found()
		if err != nil {
			t.Fatal(err)
		}
		if len(list) > 0 {
			t.Fatalf("%s: %v\n%s", name, list, data)
		}
		tried += len(r.hidden)
	})
	if tried == 0 {
		t.Error("nothing was hidden, so nothing was tried")
	}
}

// Where tables tell more kinds of people apart than are audited by the steps of a rating, no mean or quartile is
// told that nobody has audited. Where no step was chosen by few there is nothing to audit.
func TestWhatIsNotAuditedOfARatingIsNotTold(t *testing.T) {
	crossed := slices.Concat(publications["groups and all"], publications["two splits"])
	told := func(rare int) (n int) {
		d := analysis.NewDataset(asked())
		put := func(rating float64, group string, sector, size, times int) {
			for range times {
				if err := d.Put(analysis.Record{ID: fmt.Sprint(d.Len()), Group: group, Answers: questionnaire.Answers{
					"rating": {Number: &rating}, "sector": {Code: &sector}, "size": {Code: &size}}}); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, group := range groups {
			for place := range 6 {
				for _, rating := range []float64{2, 3, 5, 6, 8, 9} {
					put(rating, group, 1+place%3, 1+place/3, 12)
				}
			}
		}
		put(0, groups[0], 1, 1, rare)
		fs := counted(t, d, "rating", crossed)
		for _, f := range analysis.ReleaseBeside(fs, analysis.Beside{Data: d}) {
			if f.Numbers == nil || f.HidesAny() {
				t.Fatalf("of %v something else is hidden", f.Filter)
			}
			if f.Numbers.Summary != nil {
				n++
			}
		}
		return n
	}
	if n := told(0); n != len(crossed) {
		t.Errorf("without a step that few chose %d of %d tables tell a summary", n, len(crossed))
	}
	if n := told(2); n != 0 {
		t.Errorf("%d summaries are told that are not audited", n)
	}
}

// Of the sector that too few are of nothing is told, and nothing is left of it when the others are taken from the
// total: of numbers, where somebody's own would be told to the last digit, as little as of choices.
func TestWhatTooFewAnsweredIsNotLeftWhenTheRestIsTakenAway(t *testing.T) {
	def := asked()
	def.Sections[0].Questions = append(def.Sections[0].Questions, questionnaire.Question{ID: "number", Type: questionnaire.Numeric, Groups: groups, Max: 500})
	for _, c := range []struct {
		few  int // of sector 3
		left int // tables that tell something
	}{{0, 3}, {1, 2}, {6, 2}, {7, 4}} {
		d := analysis.NewDataset(def)
		for i := range 40 + c.few {
			number, one, some, sector, size := float64(i*7%40), 1+i/2%2, 1+i/2%4, 1+i%2, 1
			if i >= 40 {
				sector = 3
			}
			if err := d.Put(analysis.Record{ID: fmt.Sprint(i), Group: "business", Answers: questionnaire.Answers{"number": {Number: &number},
				"single": {Code: &one}, "many": {Codes: []int{some}}, "sector": {Code: &sector}, "size": {Code: &size}}}); err != nil {
				t.Fatal(err)
			}
		}
		for _, question := range []string{"number", "single", "many"} {
			told := func(fs []analysis.Frequency) (n int) {
				for _, f := range fs {
					if f.Numbers != nil {
						n++
					}
				}
				return n
			}
			all := counted(t, d, question, publications["sectors and all"])
			if n := told(analysis.ReleaseBeside(all, analysis.Beside{Data: d})); n != c.left {
				t.Errorf("%s with %d in a sector: %d tables tell something, want %d", question, c.few, n, c.left)
			}
			// The firms' own result is public, and then a table by sector.
			public := []analysis.Standing{{Now: all[0], Shown: all[0], Then: &all[0], In: "edition"}}
			if n := 1 + told(analysis.ReleaseBeside(all[1:], analysis.Beside{Data: d, Public: public})); n != c.left {
				t.Errorf("%s with %d in a sector, beside an edition: %d tables tell something, want %d", question, c.few, n, c.left)
			}
		}
	}
}

// Everything that was published before is on the reader's desk.
func TestNobodyWorksOutWhatIsHiddenFromSeveralPublications(t *testing.T) {
	names := []string{"groups", "groups and all", "a filter", "filter by groups", "sectors", "sectors and all", "two splits", "splits and all"}
	shown := 0
	rapid.Check(t, func(t *rapid.T) {
		d := crowd(t)
		question := rapid.SampledFrom(questions).Draw(t, "question")
		var public []analysis.Standing
		var all []analysis.Frequency
		for range rapid.IntRange(2, 3).Draw(t, "publications") {
			fs := counted(t, d, question, publications[rapid.SampledFrom(names).Draw(t, "publication")])
			for i, f := range analysis.ReleaseBeside(fs, analysis.Beside{Public: public, Data: d}) {
				if f.Numbers != nil {
					public, all = append(public, analysis.Standing{Now: fs[i], Shown: f}), append(all, f)
					shown++
				}
			}
		}
		data, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		r, err := read(data, d)
		if err != nil {
			t.Fatal(err)
		}
		list, err := r.found()
		if err != nil {
			t.Fatal(err)
		}
		if len(list) > 0 {
			t.Fatalf("%v\n%s", list, data)
		}
	})
	if shown == 0 {
		t.Error("nothing was published")
	}
}

// The same reader gets through when small cells alone are hidden, as programs
// with a threshold and nothing else do.
func TestTheReaderGetsThroughAThresholdAlone(t *testing.T) {
	d := analysis.NewDataset(asked())
	for _, g := range groups {
		for i := range 30 {
			c := 1 + i%2
			if i == 29 && g == "business" {
				c = 3
			}
			if err := d.Put(analysis.Record{ID: fmt.Sprint(g, i), Group: g, Answers: questionnaire.Answers{"single": {Code: &c}}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	var fs []analysis.Frequency
	for _, f := range publications["groups and all"] {
		one, err := analysis.Count(d, "single", f, analysis.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range one.Numbers.Rows {
			if row.Count > 0 && row.Count < analysis.DefaultCellLimit {
				one.Numbers.Rows[i] = analysis.Row{Code: row.Code, Hidden: true}
			}
		}
		fs = append(fs, one)
	}
	data, err := json.Marshal(fs)
	if err != nil {
		t.Fatal(err)
	}
	r, err := read(data, d)
	if err != nil {
		t.Fatal(err)
	}
	if list, err := r.found(); err != nil || len(list) != 2 {
		t.Errorf("the reader found %v (%v), want the one cell and its total", list, err)
	}
	low, high, _ := r.Bounds("tfft 3")
	if low != 1 || high != 1 || math.IsInf(high, 0) {
		t.Errorf("the hidden cell lies in %g-%g", low, high)
	}
}

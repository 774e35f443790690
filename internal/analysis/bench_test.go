package analysis

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"syscall"
	"testing"

	"upphandlingsdialog/internal/questionnaire"
)

// sixty is a questionnaire of sixty questions of every type that is counted.
func sixty() *questionnaire.Definition {
	specials := []questionnaire.Special{{Code: 97}, {Code: 98}, {Code: 99}}
	def := &questionnaire.Definition{ID: "sixty", Area: 5}
	for _, g := range everybody {
		def.Groups = append(def.Groups, questionnaire.Group{ID: g})
	}
	section := questionnaire.Section{ID: "all"}
	add := func(id string, t questionnaire.Type, change func(q *questionnaire.Question)) {
		q := questionnaire.Question{ID: id, Type: t, Groups: everybody, Specials: specials}
		change(&q)
		section.Questions = append(section.Questions, q)
	}
	add("bg_size", questionnaire.Single, func(q *questionnaire.Question) { q.Options = options(1, 2, 3, 4, 5, 6, 7, 8, 9) })
	add("bg_municipality", questionnaire.Municipality, func(q *questionnaire.Question) {
		q.Options = options(2084, 2081, 2080, 2026, 2083, 2029, 2085, 2023, 2062, 2034, 2031, 2061, 2082, 2021, 2039)
	})
	for i := range 26 {
		add(fmt.Sprint("likert", i), questionnaire.Likert5, func(q *questionnaire.Question) { q.Options = options(1, 2, 3, 4, 5) })
	}
	for i := range 14 {
		add(fmt.Sprint("single", i), questionnaire.Single, func(q *questionnaire.Question) { q.Options = options(1, 2, 3, 4) })
	}
	for i := range 8 {
		add(fmt.Sprint("multiple", i), questionnaire.Multiple, func(q *questionnaire.Question) { q.Options = options(1, 2, 3, 4, 5, 6, 7, 8) })
	}
	for i := range 3 {
		add(fmt.Sprint("ranking", i), questionnaire.Ranking, func(q *questionnaire.Question) { q.Options, q.Top = options(1, 2, 3, 4, 5, 6), 3 })
	}
	for i := range 4 {
		add(fmt.Sprint("rating", i), questionnaire.Rating, func(q *questionnaire.Question) { q.Max = 10 })
	}
	for i := range 3 {
		add(fmt.Sprint("numeric", i), questionnaire.Numeric, func(q *questionnaire.Question) { q.Max = 500 })
	}
	def.Sections = []questionnaire.Section{section}
	return def
}

// randomAnswers answers every question, one in ten with "don't know".
func randomAnswers(chance *rand.Rand, def *questionnaire.Definition) questionnaire.Answers {
	a := questionnaire.Answers{}
	for _, q := range def.Questions() {
		pick := func() int { return q.Options[chance.IntN(len(q.Options))].Code }
		switch {
		case chance.IntN(10) == 0:
			a[q.ID] = code(98)
		case q.Type == questionnaire.Multiple || q.Type == questionnaire.Ranking:
			order := chance.Perm(len(q.Options))[:3]
			a[q.ID] = questionnaire.Answer{Codes: []int{order[0] + 1, order[1] + 1, order[2] + 1}}
		case q.Type == questionnaire.Rating || q.Type == questionnaire.Numeric:
			n := float64(chance.IntN(int(q.Max) + 1))
			a[q.ID] = questionnaire.Answer{Number: &n}
		default:
			a[q.ID] = code(pick())
		}
	}
	return a
}

// large fills a dataset with n responses, four in ten of them firms.
func large(b *testing.B, n int) *Dataset {
	b.Helper()
	def := sixty()
	chance := rand.New(rand.NewPCG(1, 2))
	pool := make([]questionnaire.Answers, 4093)
	for i := range pool {
		pool[i] = randomAnswers(chance, def)
	}
	d := NewDataset(def)
	groups := []string{"business", "procurer", "business", "politician", "developer"}
	for i := range n {
		r := Record{ID: fmt.Sprintf("%08x-0000-4000-8000-%012x", i, i), Group: groups[i%len(groups)], Answers: pool[i%len(pool)]}
		if err := d.Put(r); err != nil {
			b.Fatal(err)
		}
	}
	return d
}

// cpu reports the processor time of a round, which other programs on the machine
// do not lengthen.
func cpu(b *testing.B) func() {
	used := func() float64 {
		var r syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
			b.Fatal(err)
		}
		return float64(r.Utime.Nano()+r.Stime.Nano()) / 1e6
	}
	before := used()
	return func() { b.ReportMetric((used()-before)/float64(b.N), "cpu-ms/op") }
}

func BenchmarkMillion(b *testing.B) {
	d := large(b, 1_000_000)
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	units := map[int]int{}
	for c := 1; c <= 9; c++ {
		units[c] = 4_000_000 / (c * c)
	}
	w, err := Weigh(d, FrameCount{Question: "bg_size", Units: units})
	if err != nil {
		b.Fatal(err)
	}
	var ids []string
	for _, q := range d.def.Questions() {
		ids = append(ids, q.ID)
	}
	b.Run("frequencies", func(b *testing.B) {
		defer cpu(b)()
		for b.Loop() {
			if _, err := CountAll(d, ids, Filter{}, Options{}); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(m.HeapAlloc)/1e6, "MB")
	})
	b.Run("filtered-weighted-crosstables", func(b *testing.B) {
		defer cpu(b)()
		f := Filter{Group: "business", Where: []Where{{Question: "bg_size", Codes: []int{1, 2, 3, 4, 5}}}}
		split, err := d.SplitBy(SplitByMunicipalityGroup)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := CrossAll(d, ids, split, f, Options{Weights: w}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("crosstables-by-group", func(b *testing.B) {
		defer cpu(b)()
		split, err := d.SplitBy(SplitByGroup)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := CrossAll(d, ids, split, Filter{}, Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("weigh", func(b *testing.B) {
		defer cpu(b)()
		for b.Loop() {
			if _, err := Weigh(d, FrameCount{Question: "bg_size", Units: units}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("put", func(b *testing.B) {
		defer cpu(b)()
		a := randomAnswers(rand.New(rand.NewPCG(3, 4)), d.def)
		for b.Loop() {
			if err := d.Put(Record{ID: "one", Group: "business", Answers: a}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// What leaves with weights: ten questions of 2 000 firms, raked to 9 sizes and 15 municipalities.
func BenchmarkWeightedRelease(b *testing.B) {
	d := large(b, 5000)
	size, place := map[int]int{}, map[int]int{}
	for c := 1; c <= 9; c++ {
		size[c] = 40_000 / (c * c)
	}
	for i, o := range d.columns["bg_municipality"].question.Options {
		place[o.Code] = 2000 + 100*i
	}
	w, err := Weigh(d, FrameCount{"bg_size", size}, FrameCount{"bg_municipality", place})
	if err != nil {
		b.Fatal(err)
	}
	business := Filter{Group: groupBusiness}
	for _, c := range []struct {
		name    string
		o       Options
		filters []Filter
	}{
		{"unweighted", Options{}, []Filter{business}},
		{"weighted", Options{Weights: w}, []Filter{business}},
		{"weighted-beside-sizes", Options{Weights: w}, []Filter{business, business.and([]Where{{"bg_size", []int{1}}}), business.and([]Where{{"bg_size", []int{2, 3}}})}},
		{"sizes-after-weighted", Options{}, []Filter{business.and([]Where{{"bg_size", []int{1}}}), business.and([]Where{{"bg_size", []int{2, 3}}})}},
	} {
		var fs []Frequency
		var public []Standing
		for i, q := range d.def.Questions() {
			if i%6 != 0 {
				continue
			}
			if c.name == "sizes-after-weighted" {
				now, err := Count(d, q.ID, business, Options{Weights: w})
				if err != nil {
					b.Fatal(err)
				}
				shown := ReleaseBeside([]Frequency{now}, Beside{Data: d})[0]
				public = append(public, Standing{Now: now, Shown: shown, Then: &now, In: "before"})
			}
			for _, f := range c.filters {
				one, err := Count(d, q.ID, f, c.o)
				if err != nil {
					b.Fatal(err)
				}
				fs = append(fs, one)
			}
		}
		b.Run(c.name, func(b *testing.B) {
			told := 0
			for b.Loop() {
				told = 0
				for _, f := range ReleaseBeside(fs, Beside{Data: d, Public: public}) {
					if f.Numbers != nil && f.Numbers.Step > 0 {
						told++
					}
				}
			}
			b.ReportMetric(float64(told), "told")
		})
	}
}

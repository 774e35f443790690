package analysis_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/analysis/attacktest"
	"upphandlingsdialog/internal/questionnaire"
)

// weighting is who knows the frame: what each firm of a class weighs.
type weighting struct {
	by string
	of map[int]float64 // by code of the question it is weighted by
	w  *analysis.Weights
}

func weigh(t *rapid.T, d *analysis.Dataset, by string) (weighting, bool) {
	units := map[int]int{}
	for code := range map[string]int{"sector": 3, "size": 2}[by] {
		units[code+1] = rapid.IntRange(100, 4000).Draw(t, fmt.Sprint("frame ", by, code))
	}
	w, err := analysis.Weigh(d, analysis.FrameCount{Question: by, Units: units})
	if err != nil {
		return weighting{}, false
	}
	out := weighting{by, map[int]float64{}, w}
	for _, class := range w.Margins[0].Classes {
		for _, code := range class.Codes {
			out.of[code] = class.Weighted / float64(class.Answered)
		}
	}
	return out, true
}

// firms is a reader of tables of firms, by sector and size.
type firms struct {
	*attacktest.System
	hidden map[string][]string
}

func (r firms) cells(f analysis.Filter, code int) (out []string) {
	for sector := 1; sector <= 3; sector++ {
		for size := 1; size <= 2; size++ {
			if !slices.ContainsFunc(f.Where, func(w analysis.Where) bool {
				return !slices.Contains(w.Codes, map[string]int{"sector": sector, "size": size}[w.Question])
			}) {
				out = append(out, fmt.Sprint(sector, size, " ", code))
			}
		}
	}
	return out
}

func (r firms) read(name string, f analysis.Frequency, w *weighting) {
	var base []string
	for _, row := range f.Numbers.Rows {
		base = append(base, r.cells(f.Filter, row.Code)...)
	}
	r.Equal(float64(f.Numbers.Base), base...)
	for _, row := range f.Numbers.Rows {
		sum := r.cells(f.Filter, row.Code)
		if row.Hidden {
			r.hidden[fmt.Sprint(name, row.Code)] = sum
			continue
		}
		r.Equal(float64(row.Count), sum...)
		if w == nil {
			continue
		}
		slack := 1e-9
		if v := row.Share.Share * 1000; math.Abs(v-math.Round(v)) < 1e-9 {
			slack = 0.0005
		}
		for _, side := range []float64{-1, 1} { // the share lies from one side to the other
			of := map[string]float64{}
			add := func(cells []string, by float64) {
				for _, c := range cells {
					class := map[string]int{"sector": int(c[0] - '0'), "size": int(c[1] - '0')}[w.by]
					of[c] += by * w.of[class]
				}
			}
			add(sum, -side)
			add(base, side*(row.Share.Share+side*slack))
			r.Weigh(0, 1e6, of)
		}
	}
}

// published is tables of firms that leave one after another: by themselves, by sector, by size, and then weighted.
func published(t *rapid.T, d *analysis.Dataset, question string, release bool) (told []analysis.Frequency, by []*weighting) {
	var public []analysis.Standing
	whole := []analysis.Filter{{Group: "business"}}
	split := func(q string, n int) (fs []analysis.Filter) {
		for code := range n {
			fs = append(fs, analysis.Filter{Group: "business", Where: where(q, code+1)})
		}
		return fs
	}
	kinds := rapid.SliceOfN(rapid.SampledFrom([]string{"whole", "part", "sectors", "sizes"}), 0, 2).Draw(t, "publications")
	kinds = append(kinds, rapid.SliceOfN(rapid.SampledFrom([]string{"by sector", "by size", "whole"}), 1, 3).Draw(t, "weightings")...)
	for _, kind := range kinds {
		filters, o := whole, analysis.Options{}
		var w *weighting
		switch kind {
		case "part":
			filters = split("sector", 1)
		case "sectors":
			filters = split("sector", 3)
		case "sizes":
			filters = split("size", 2)
		case "by sector", "by size":
			one, ok := weigh(t, d, kind[3:])
			if !ok {
				continue
			}
			w, o.Weights = &one, one.w
		}
		var fs, now []analysis.Frequency
		for _, f := range filters {
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
		shown := fs
		if release {
			shown = analysis.ReleaseBeside(fs, analysis.Beside{Public: public, Data: d})
		}
		for i, f := range shown {
			if f.Numbers != nil {
				public = append(public, analysis.Standing{Now: now[i], Shown: f, Then: &now[i]})
				told, by = append(told, f), append(by, w)
			}
		}
	}
	return told, by
}

func TestWeightsDoNotTellWhatFewOfAClassAnswered(t *testing.T) {
	weighted, loose := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		d := analysis.NewDataset(asked())
		seed := rapid.Uint64().Draw(t, "seed")
		next := func(n int) int {
			seed = seed*6364136223846793005 + 1442695040888963407
			return int(seed>>33) % n
		}
		for i := range rapid.IntRange(20, 150).Draw(t, "firms") {
			one, sector, size := 1+min(next(3), next(3)), 1+min(next(3), next(3)), 1+next(2)
			if err := d.Put(analysis.Record{ID: fmt.Sprint(i), Group: "business", Answers: questionnaire.Answers{
				"likert": {Code: &one}, "single": {Code: &one}, "sector": {Code: &sector}, "size": {Code: &size}}}); err != nil {
				t.Fatal(err)
			}
		}
		question := rapid.SampledFrom([]string{"likert", "single"}).Draw(t, "question")
		release := rapid.IntRange(0, 4).Draw(t, "release") > 0 // one in five without, to see that there is something to find
		told, by := published(t, d, question, release)
		with, without := firms{attacktest.New(), map[string][]string{}}, firms{attacktest.New(), map[string][]string{}}
		for i, f := range told {
			with.read(fmt.Sprint(i), f, by[i])
			without.read(fmt.Sprint(i), f, nil)
			if by[i] == nil {
				continue
			}
			if release {
				weighted++
			}
			for code := range by[i].of {
				class := analysis.Filter{Group: "business", Where: where(by[i].by, code)}
				truth, err := analysis.Count(d, question, class, analysis.Options{MinBase: 1})
				if err != nil || truth.Numbers == nil {
					continue
				}
				for _, row := range truth.Numbers.Rows {
					if row.Count > 0 && row.Count < analysis.DefaultCellLimit {
						with.hidden[fmt.Sprint("class ", class.Where, row.Code)] = with.cells(class, row.Code)
					}
				}
			}
		}
		for name, sum := range with.hidden {
			low, high, err := with.Bounds(sum...)
			if err != nil {
				t.Fatal(err)
			}
			lower, upper, err := without.Bounds(sum...)
			if err != nil {
				t.Fatal(err)
			}
			if high-low < shortest && upper-lower >= shortest {
				if loose++; release {
					t.Fatalf("%s lies between %g and %g by weights, between %g and %g without, in %+v", name, low, high, lower, upper, told)
				}
			}
		}
	})
	if weighted == 0 || loose == 0 {
		t.Errorf("%d weighted tables told, %d secrets found where nothing is judged", weighted, loose)
	}
}

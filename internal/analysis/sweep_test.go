package analysis

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"upphandlingsdialog/internal/questionnaire"
)

// drawDataset makes a dataset with few or many, alike or unlike, and what it
// was made from.
func drawDataset(t *rapid.T, def *questionnaire.Definition) (*Dataset, map[string]Record) {
	d, kept := NewDataset(def), map[string]Record{}
	for range rapid.SampledFrom([]int{0, 1, 2, 8, 30}).Draw(t, "responses") {
		r := drawRecord(t, def, 1000)
		for range rapid.SampledFrom([]int{1, 1, 4, 12}).Draw(t, "copies") {
			r.ID = fmt.Sprint("r", len(kept))
			if err := d.Put(r); err != nil {
				t.Fatal(err)
			}
			kept[r.ID] = r
		}
	}
	return d, kept
}

func drawFrame(t *rapid.T, label string) FrameCount {
	f := FrameCount{Question: "bg_size", Units: map[int]int{}}
	for c := 1; c <= 9; c++ {
		if n := rapid.SampledFrom([]int{0, 1, 5, 200, 5000}).Draw(t, label); n > 0 {
			f.Units[c] = n
		}
	}
	return f
}

// sound fails when a result holds anything that is not a number, a P or share
// outside 0-1, or an interval that leaves its value out.
func sound(t *rapid.T, what string, v any) {
	t.Helper()
	b, err := json.Marshal(v) // refuses NaN and infinities
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	var tree any
	if err := json.Unmarshal(b, &tree); err != nil {
		t.Fatal(err)
	}
	walk(t, what, tree)
}

func walk(t *rapid.T, what string, v any) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			walk(t, what, x)
		}
	case map[string]any:
		for _, key := range []string{"p", "p_adjusted", "share", "unknown_share", "superiority", "rate"} {
			if p, ok := v[key].(float64); ok && !(p >= 0 && p <= 1) {
				t.Fatalf("%s: %s is %v in %v", what, key, p, v)
			}
		}
		lower, isInterval := v["lower"].(float64)
		upper, _ := v["upper"].(float64)
		for _, key := range []string{"share", "value"} {
			if x, ok := v[key].(float64); ok && isInterval && v["has_interval"] != false && !(lower <= x+1e-9 && x <= upper+1e-9) {
				t.Fatalf("%s: %s %v lies outside %v to %v", what, key, x, lower, upper)
			}
		}
		for _, x := range v {
			walk(t, what, x)
		}
	}
}

// reason fails when an error is not one of the reasons that pages can word.
func reason(t *rapid.T, what string, err error) {
	t.Helper()
	var why Absence
	if err != nil && !errors.As(err, &why) {
		t.Fatalf("%s: %v is no reason", what, err)
	}
}

func TestWhateverIsAnsweredEveryNumberIsFiniteOrAbsent(t *testing.T) {
	def := everyType()
	rapid.Check(t, func(t *rapid.T) {
		d, _ := drawDataset(t, def)
		o := Options{MinBase: rapid.IntRange(1, 7).Draw(t, "base"), MinMean: rapid.IntRange(1, 10).Draw(t, "mean")}
		o.Frame = map[string]int{"business": rapid.IntRange(0, 50).Draw(t, "frame"), "procurer": rapid.IntRange(0, 20).Draw(t, "frame")}
		w, err := Weigh(d, drawFrame(t, "units"))
		reason(t, "weigh", err)
		if err == nil {
			o.Weights = w
			sound(t, "weights", w)
		}
		f := Filter{Group: rapid.SampledFrom([]string{"", "business", "procurer", GroupAssociation, "nobody"}).Draw(t, "group")}
		if rapid.Bool().Draw(t, "filtered") {
			f.Where = []Where{{Question: rapid.SampledFrom(d.order).Draw(t, "by").id(), Codes: []int{1, 2, 98, 2080}}}
		}
		s, err := d.Select(f)
		if err != nil {
			t.Fatal(err)
		}
		splits := append(d.Splits(), SplitByMunicipalityGroup)
		split, err := d.SplitBy(rapid.SampledFrom(splits).Draw(t, "split"))
		if err != nil {
			split, _ = d.SplitBy(SplitByGroup)
		}
		for _, q := range def.Questions() {
			one, err := CountIn(d, q.ID, s, o)
			if err != nil || one.Numbers == nil && one.Absent == "" {
				t.Fatalf("%s: %+v, %v", q.ID, one, err)
			}
			sound(t, q.ID, one)
		}
		for id := range d.columns {
			table, err := Cross(d, id, split, f, o)
			if err != nil || table.Compared.Absent == "" && table.Compared.Overall == nil && table.Compared.Options == nil {
				t.Fatalf("%s by %s: %+v, %v", id, split.ID, table, err)
			}
			sound(t, id+" by "+split.ID, table)
		}
		gaps, err := Gaps(d, "procurer", "business", o)
		if err != nil {
			t.Fatal(err)
		}
		sound(t, "gaps", gaps)
		sound(t, "items", ItemNonResponse(d, s, o))
		for _, x := range []Index{{Items: []string{"likert", "matrix.a"}}, {Items: []string{"rating"}}, {Items: []string{"single"}}, {}} {
			result, err := CountIndex(d, x, s, o)
			reason(t, "index", err)
			if err == nil && result.Mean == nil && result.Absent == "" {
				t.Fatalf("index %v without mean or reason", x.Items)
			}
			sound(t, "index", result)
		}
	})
}

func TestAnyTableIsTestedOrRefusedWithAReason(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, columns := rapid.IntRange(0, 4).Draw(t, "rows"), rapid.IntRange(0, 5).Draw(t, "columns")
		most := rapid.SampledFrom([]int{0, 1, 3, 40, 100000}).Draw(t, "most")
		counts := rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, most), columns, columns), rows, rows).Draw(t, "counts")
		check := func(what string, test Test, err error) {
			reason(t, what, err)
			if err == nil {
				sound(t, what, test)
			}
		}
		test, err := ChiSquare(counts)
		check("chi-square", test, err)
		test, err = FisherMonteCarlo(counts, 1, 50)
		check("simulated", test, err)
		test, err = KruskalWallis(distributions(counts))
		check("Kruskal-Wallis", test, err)
		for _, pair := range Pairwise(distributions(counts)) {
			sound(t, "pair", pair)
		}
		weighted := make([][]WeightedCell, rows)
		for i, row := range counts {
			for _, n := range row {
				var m mass
				m.add(n/2, rapid.Float64Range(0.01, 9).Draw(t, "w"))
				m.add(n-n/2, 1)
				weighted[i] = append(weighted[i], WeightedCell{N: m.n, Sum: m.sum, Squares: m.squares})
			}
		}
		test, err = RaoScott(weighted)
		check("Rao-Scott", test, err)
		for _, row := range counts {
			test, _, err := GoodnessOfFit(row, make([]float64, len(row)))
			check("fit to an empty frame", test, err)
			ones := make([]float64, len(row))
			for i := range ones {
				ones[i] = 1
			}
			test, _, err = GoodnessOfFit(row, ones)
			check("fit", test, err)
		}
	})
}

func distributions(counts [][]int) []Distribution {
	var out []Distribution
	for _, row := range counts {
		out = append(out, ScaleDistribution(1, row...))
	}
	return out
}

func TestNumbersThatNoSurveyGivesAreRefused(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for what, err := range map[string]error{
		"distribution": second(NewDistribution([]float64{1, nan})),
		"quantile":     second(ScaleDistribution(1, 3).Quantile(nan)),
		"of nobody":    second(Distribution{}.Quantile(0.5)),
		"negative":     second(ChiSquare([][]int{{1, -1}, {2, 3}})),
		"ragged":       second(ChiSquare([][]int{{1, 2}, {2}})),
		"margin":       second(Rake([]Cell{{Class: []int{0}, Count: 3}}, [][]float64{{inf}})),
		"class":        second(Rake([]Cell{{Class: []int{4}, Count: 3}}, [][]float64{{1}})),
		"weight":       second(Kish([]Cell{{Count: 1, Weight: nan}})),
		"frame":        second(FrameAgainst([]int{1}, []float64{nan})),
		"too many yes": func() error { _, _, err := StratifiedShare([]Stratum{{Frame: 9, Answered: 3, Count: 4}}); return err }(),
	} {
		var why Absence
		if !errors.As(err, &why) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

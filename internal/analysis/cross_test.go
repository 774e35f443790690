package analysis

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

func TestSharesWithWeightsAndFiltersAreThoseOfANaiveSum(t *testing.T) {
	def := everyType()
	weights := 0
	rapid.Check(t, func(t *rapid.T) {
		d, kept := drawDataset(t, def)
		size := rapid.SampledFrom([]int{1, 4, 9}).Draw(t, "size")
		for range SmallestStratum { // enough firms for one class at least
			r := drawRecordOf(t, def, fmt.Sprint("r", len(kept)), "business")
			r.Answers["bg_size"] = questionnaire.Answer{Code: &size}
			delete(r.Answers, "bg_kind") // which could make it an association
			if err := d.Put(r); err != nil {
				t.Fatal(err)
			}
			kept[r.ID] = r
		}
		w, err := Weigh(d, FrameCount{Question: "bg_size", Units: map[int]int{1: 9000, 2: 5000, 3: 900, 4: 800, 5: 700, 6: 600, 7: 500, 8: 400, 9: 300}})
		if err != nil {
			return
		}
		weights++
		class := map[int]float64{}
		for _, c := range w.Margins[0].Classes {
			for _, code := range c.Codes {
				class[code] = c.Weighted / float64(c.Answered)
			}
		}
		sum, base := map[int]float64{}, 0.0
		for _, r := range kept {
			a := r.Answers["single"]
			kinds := r.Answers["bg_kind"].Codes
			if r.Group != "business" || slices.Contains(kinds, 3) || a.Code == nil || questionnaire.IsSpecial(*a.Code) || !r.Answers["likert"].Has(2) {
				continue
			}
			weight := 1.0
			if size := r.Answers["bg_size"].Code; size != nil && !questionnaire.IsSpecial(*size) {
				weight = class[*size]
			}
			sum[*a.Code] += weight
			base += weight
		}
		f := Filter{Group: "business", Where: []Where{{Question: "likert", Codes: []int{2}}}}
		got, err := Count(d, "single", f, Options{MinBase: 1, Weights: w})
		if err != nil {
			t.Fatal(err)
		}
		if got.Numbers == nil {
			return
		}
		for _, row := range got.Numbers.Rows {
			if want := sum[row.Code] / base; math.Abs(row.Share.Share-want) > 1e-9 {
				t.Fatalf("share of %d is %v, want %v", row.Code, row.Share.Share, want)
			}
		}
	})
	if weights < 90 {
		t.Errorf("only %d datasets could be weighted", weights)
	}
}

// holds says the slow way whether a record's answer holds one of the codes.
func holds(def *questionnaire.Definition, r Record, question string, codes []int) bool {
	id, row, _ := strings.Cut(question, ".")
	if !slices.ContainsFunc(def.Visible(r.Group, r.Answers), func(q *questionnaire.Question) bool { return q.ID == id }) {
		return false
	}
	a := r.Answers[id]
	return slices.ContainsFunc(codes, func(c int) bool {
		switch {
		case a.Number != nil: // 98 years are a number, whatever 98 means elsewhere
			return *a.Number == float64(c)
		case questionnaire.IsSpecial(c):
			return false // a missing answer is no answer
		case row != "":
			code, ok := a.Rows[row]
			return ok && code == c
		}
		return a.Has(c)
	})
}

func TestFiltersKeepWhomANaiveReaderWouldKeep(t *testing.T) {
	def := everyType()
	rapid.Check(t, func(t *rapid.T) {
		d, kept := drawDataset(t, def)
		var where []Where
		for range rapid.IntRange(1, 2).Draw(t, "conditions") {
			where = append(where, Where{
				Question: rapid.SampledFrom(d.order).Draw(t, "by").id(),
				Codes:    rapid.SliceOfN(rapid.SampledFrom([]int{0, 1, 2, 3, 4, 5, 98, 2080, 12345}), 0, 3).Draw(t, "codes"),
			})
		}
		want := 0
		for _, r := range kept {
			association := r.Group == "business" && slices.Contains(r.Answers["bg_kind"].Codes, 3)
			if !association && !slices.ContainsFunc(where, func(w Where) bool { return !holds(def, r, w.Question, w.Codes) }) {
				want++
			}
		}
		s, err := d.Select(Filter{Where: where})
		if err != nil || s.Len() != want {
			t.Fatalf("%v keeps %d, want %d (%v)", where, s.Len(), want, err)
		}
	})
}

func TestAllQuestionsAtOnceAreWhatEachIsAlone(t *testing.T) {
	def := everyType()
	rapid.Check(t, func(t *rapid.T) {
		d, _ := drawDataset(t, def)
		var ids []string
		for _, q := range def.Questions() {
			ids = append(ids, q.ID)
		}
		split, _ := d.SplitBy(SplitByGroup)
		f, o := Filter{Where: []Where{{Question: "single", Codes: []int{1, 2}}}}, Options{MinBase: 1}
		fs, err := CountAll(d, ids, f, o)
		if err != nil {
			t.Fatal(err)
		}
		tables, err := CrossAll(d, ids, split, f, o)
		if err != nil {
			t.Fatal(err)
		}
		for i, id := range ids {
			one, _ := Count(d, id, f, o)
			table, _ := Cross(d, id, split, f, o)
			if diff := cmp.Diff(one, fs[i]) + cmp.Diff(table, tables[i]); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

func TestSharesOfSeveralCodesAreWeightedToo(t *testing.T) {
	d := NewDataset(everyType())
	for size, c := range map[int][2]int{1: {120, 30}, 2: {96, 40}, 3: {54, 31}, 4: {30, 21}} {
		firms(t, d, size, c[0], yesOf(c[1]))
	}
	w, err := Weigh(d, FrameCount{Question: "bg_size", Units: map[int]int{1: 12400, 2: 2900, 3: 600, 4: 100}})
	if err != nil {
		t.Fatal(err)
	}
	f, _ := Count(d, "bg_size", Filter{Group: "business"}, Options{Weights: w})
	e, err := f.Estimate(MeasureShare, []int{1, 2})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "weighted share of two classes", e.Value, 15300.0/16000)
	lower, upper := wilson(15300.0/16000, 186.0549626)
	near(t, "lower", e.Lower, lower)
	near(t, "upper", e.Upper, upper)
	if e.Count != 216 || e.Base != 300 {
		t.Errorf("%+v", e)
	}
}

// firms puts n firms with the size class and answers given.
func firms(t *testing.T, d *Dataset, size, n int, a func(i int) questionnaire.Answers) {
	t.Helper()
	for i := range n {
		answers := a(i)
		answers["bg_size"] = code(size)
		if err := d.Put(Record{ID: fmt.Sprint("firm", size, "-", i), Group: "business", Answers: answers}); err != nil {
			t.Fatal(err)
		}
	}
}

func yesOf(yes int) func(i int) questionnaire.Answers {
	return func(i int) questionnaire.Answers {
		if i < yes {
			return questionnaire.Answers{"yesno": code(1)}
		}
		return questionnaire.Answers{"yesno": code(2)}
	}
}

func TestFirmsAreWeightedToTheFrame(t *testing.T) {
	d := NewDataset(everyType())
	for size, c := range map[int][2]int{1: {120, 30}, 2: {96, 40}, 3: {54, 31}, 4: {30, 21}} {
		firms(t, d, size, c[0], yesOf(c[1]))
	}
	fill(t, d, "procurer", 20, yesOf(10))
	frame := FrameCount{Question: "bg_size", Units: map[int]int{1: 12400, 2: 2900, 3: 600, 4: 100}}
	w, err := Weigh(d, frame)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "deff", w.Design.Deff, 1.6124268)
	near(t, "effective", w.Design.Effective, 186.054963)
	near(t, "least", w.Design.Min, 0.0625)
	near(t, "most", w.Design.Max, 1.9375)
	f, err := Count(d, "yesno", Filter{Group: "business"}, Options{Weights: w})
	if err != nil || f.Numbers == nil {
		t.Fatal(f, err)
	}
	yes := f.Numbers.Rows[0]
	near(t, "weighted share", yes.Share.Share, 0.295174)
	near(t, "lower", yes.Lower, 0.234311)
	near(t, "upper", yes.Upper, 0.364323)
	if yes.Count != 122 || yes.Base != 300 || f.Numbers.Weighting == nil {
		t.Errorf("the count of respondents goes with the weighted share: %+v", yes)
	}
	plain, _ := Count(d, "yesno", Filter{Group: "business"}, Options{})
	near(t, "unweighted share", plain.Numbers.Rows[0].Share.Share, 0.406667)
	// Procurers are never weighted, nor is a total in which they stand.
	for _, group := range []string{"procurer", ""} {
		p, _ := Count(d, "yesno", Filter{Group: group}, Options{Weights: w})
		if p.Numbers == nil || p.Numbers.Weighting != nil {
			t.Errorf("group %q is weighted: %+v", group, p.Numbers)
		}
	}
	if _, err := Weigh(d, FrameCount{Question: "yesno", Units: map[int]int{1: 10, 2: 300}}); !errors.Is(err, FrameTooSmall) {
		t.Errorf("a frame smaller than the answers: %v", err)
	}
	if _, err := Weigh(d, FrameCount{Question: "nothing"}); !errors.Is(err, NotAsked) {
		t.Errorf("a frame by a question that is not asked: %v", err)
	}
	if _, err := Weigh(d, FrameCount{Question: "bg_size", Units: map[int]int{1: 100}}); !errors.Is(err, EmptyMargin) {
		t.Errorf("a frame without classes that answered: %v", err)
	}
	firms(t, d, 2, 97, yesOf(40))
	if _, err := Count(d, "yesno", Filter{Group: "business"}, Options{Weights: w}); !errors.Is(err, Stale) {
		t.Errorf("weights older than the answers are used: %v", err)
	}
}

func TestFirmsAreRakedToTwoMargins(t *testing.T) {
	d := NewDataset(everyType())
	for i, row := range [][3][2]int{{{60, 33}, {30, 18}, {10, 6}}, {{40, 14}, {35, 12}, {25, 9}}} {
		for j, c := range row {
			for k := range c[0] {
				a := yesOf(c[1])(k)
				a["bg_size"], a["single"] = code(i+1), code(j+1)
				if err := d.Put(Record{ID: fmt.Sprint(i, j, k), Group: "business", Answers: a}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	w, err := Weigh(d, FrameCount{Question: "bg_size", Units: map[int]int{1: 1300, 2: 700}},
		FrameCount{Question: "single", Units: map[int]int{1: 800, 2: 700, 3: 500}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "effective", w.Design.Effective, 166.549831)
	near(t, "margin", w.Margins[1].Classes[2].Weighted, 50)
	split, err := d.SplitBy("bg_size")
	if err != nil {
		t.Fatal(err)
	}
	table, err := Cross(d, "yesno", split, Filter{Group: "business"}, Options{Weights: w})
	if err != nil || table.Compared.Overall == nil {
		t.Fatal(table, err)
	}
	test := table.Compared.Overall
	all(t, map[string]float64{"F": test.Statistic, "ddf": test.DF2, "p": test.P}, map[string]float64{"F": 9.22156715952, "ddf": 199, "p": 0.00271201147782})
	if test.Method != RaoScottTest || !test.Weighted {
		t.Errorf("weighted table tested by %+v", test)
	}
}

func TestMethodFollowsTheKindOfAnswer(t *testing.T) {
	d := NewDataset(everyType())
	for g, group := range everybody[:3] {
		fill(t, d, group, 60, func(i int) questionnaire.Answers {
			n := float64((i + g) % 11)
			return questionnaire.Answers{
				"single": code(1 + (i+g*i)%3), "likert": code(1 + (i*i+g)%5), "rating": {Number: &n},
				"multiple": {Codes: []int{1 + i%2}}, "text": {Text: "ja"},
			}
		})
	}
	split, _ := d.SplitBy(SplitByGroup)
	for question, want := range map[string]Method{"single": ChiSquareTest, "likert": KruskalWallisTest, "rating": KruskalWallisTest} {
		table, err := Cross(d, question, split, Filter{}, Options{})
		if err != nil || table.Compared.Overall == nil || table.Compared.Overall.Method != want {
			t.Errorf("%s is compared by %+v, %v", question, table.Compared, err)
			continue
		}
		effect := map[Method]EffectName{ChiSquareTest: CramersV, KruskalWallisTest: Superiority}[want]
		for _, p := range table.Compared.Pairs {
			if _, sized := p.Test.Effect(effect); !sized || p.Test.Family != 3 || p.Test.Adjusted < p.Test.P {
				t.Errorf("%s: a pair is compared by %+v", question, p)
			}
		}
		if len(table.Compared.Pairs) != 3 {
			t.Errorf("%s has pairs %+v", question, table.Compared.Pairs)
		}
		if len(table.Compared.Overall.Effects) == 0 {
			t.Errorf("%s has a test without an effect size", question)
		}
	}
	table, _ := Cross(d, "multiple", split, Filter{}, Options{})
	if n := len(table.Compared.Options); n != 2 || table.Compared.Options[0].Test.Family != n {
		t.Errorf("multiple choice: %+v", table.Compared)
	}
	table, _ = Cross(d, "text", split, Filter{}, Options{})
	if table.Compared.Absent == "" {
		t.Error("free text is compared")
	}
	two := Split{ID: "two", Parts: split.Parts[:2]}
	table, _ = Cross(d, "likert", two, Filter{}, Options{})
	if table.Compared.Overall.Method != MannWhitneyTest {
		t.Errorf("two groups by %s", table.Compared.Overall.Method)
	}
}

func TestFilterOnAQuestionThatTheGroupWasNotAskedSaysSo(t *testing.T) {
	d := NewDataset(everyType())
	fill(t, d, "procurer", 30, yesOf(10))
	f, err := Count(d, "yesno", Filter{Group: "procurer", Where: []Where{{Question: "bg_size", Codes: []int{1}}}}, Options{})
	if err != nil || f.Numbers != nil || f.Absent != FilterNotAsked {
		t.Errorf("%+v, %v", f, err)
	}
	f, _ = Count(d, "bg_size", Filter{Group: "procurer"}, Options{})
	if f.Absent != NotAsked || !f.NotAsked {
		t.Errorf("%+v", f)
	}
}

func TestADifferenceIsOfTheNumbersThatAreTold(t *testing.T) {
	d := NewDataset(everyType())
	for group, shift := range map[string]int{"procurer": 0, "business": 3} {
		fill(t, d, group, 70, func(i int) questionnaire.Answers {
			n := float64((i + shift) % 11)
			return questionnaire.Answers{"rating": {Number: &n}}
		})
	}
	gaps, err := Gaps(d, "procurer", "business", Options{})
	if err != nil {
		t.Fatal(err)
	}
	told, err := ReleaseGapsBy(gaps, func(fs []Frequency) ([]Frequency, error) {
		for i := range fs {
			n, s := *fs[i].Numbers, *fs[i].Numbers.Summary
			s.Mean = &Mean{Value: 5, Lower: 4.25, Upper: 5.75, SD: 3}
			n.Summary, fs[i].Numbers = &s, &n
		}
		return fs, nil
	})
	if err != nil || len(told.Gaps) != 1 || gaps.Gaps[0].Diff.Value == 0 {
		t.Fatal(gaps.Gaps, told.Gaps, err)
	}
	if diff := told.Gaps[0].Diff; diff.Value != 0 || math.Abs(diff.Lower+diff.Upper) > 1e-9 {
		t.Errorf("of two equal means the difference is %+v", diff)
	}
}

func TestGapsBetweenBuyersAndSuppliers(t *testing.T) {
	d := NewDataset(everyType())
	fill(t, d, "procurer", 80, func(i int) questionnaire.Answers {
		a := yesOf(48)(i)
		a["likert"] = code(1 + i%5)
		return a
	})
	fill(t, d, "business", 90, func(i int) questionnaire.Answers {
		a := yesOf(36)(i)
		a["likert"] = code(1 + i%3)
		return a
	})
	g, err := Gaps(d, "procurer", "business", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Gaps) == 0 || g.Gaps[0].Question != "likert" || g.Gaps[0].Measure != MeasureTop2 {
		t.Fatalf("largest gap %+v", g.Gaps)
	}
	near(t, "scale", g.Gaps[0].Diff.Value, 0.4)
	for _, gap := range g.Gaps {
		if gap.Question == "yesno" && gap.Code == 1 {
			d, l, u, _ := Newcombe(48, 80, 36, 90)
			all(t, map[string]float64{"diff": gap.Diff.Value, "lower": gap.Diff.Lower, "upper": gap.Diff.Upper},
				map[string]float64{"diff": d, "lower": l, "upper": u})
			if gap.Test == nil || gap.Test.Family != g.Family || gap.Test.Adjusted < gap.Test.P {
				t.Errorf("test %+v of a family of %d", gap.Test, g.Family)
			}
		}
	}
	for _, m := range g.Missing {
		if m.Absent == "" {
			t.Errorf("%s is missing without a reason", m.Question)
		}
		if m.Question == "bg_size" {
			t.Error("a question of one group only is compared")
		}
	}
}

func TestIndexIsTheMeanOfItemsOnOneScale(t *testing.T) {
	def := everyType()
	for i := range def.Sections[0].Questions {
		if q := &def.Sections[0].Questions[i]; q.ID == "likert" || q.ID == "matrix" {
			q.Scale, q.Theme = "extent5", "I03"
		}
	}
	d := NewDataset(def)
	fill(t, d, "procurer", 40, func(i int) questionnaire.Answers {
		a := questionnaire.Answers{"likert": code(1 + i%5)} // 0, 25, 50, 75, 100
		switch {
		case i < 20:
			a["matrix"] = questionnaire.Answer{Rows: map[string]int{"a": 1 + i%5, "b": 5}}
		case i < 30:
			delete(a, "likert")
			a["matrix"] = questionnaire.Answer{Rows: map[string]int{"a": 3}} // one of three is too few
		}
		return a
	})
	indices := Indices(d)
	if len(indices) != 2 || strings.Join(indices[0].Items, " ") != "likert matrix.a matrix.b" || indices[0].Theme != "I03" || indices[1].Theme != "" {
		t.Fatalf("indices %+v", indices)
	}
	s, _ := d.Select(Filter{Group: "procurer"})
	r, err := CountIndex(d, indices[0], s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	// Twenty with (50+50+100)/3 on average; the last ten answered one of three.
	if r.Base != 20 || r.Alpha == nil {
		t.Fatalf("index %+v", r)
	}
	near(t, "index", r.Mean.Value, 200.0/3)
	if r, err := CountIndex(d, Index{Items: []string{"single"}}, s, Options{}); !errors.Is(err, NotOrdered) {
		t.Errorf("index of a choice without order: %+v, %v", r, err)
	}
}

func TestJoinedSurveysShareTheirQuestions(t *testing.T) {
	first, later := everyType(), everyType()
	later.Sections[0].Questions[0].Options = options(1, 2, 3, 4)
	later.Sections[0].Questions = append(later.Sections[0].Questions, questionnaire.Question{
		ID: "new", Type: questionnaire.Single, Groups: everybody, Options: options(1, 2)})
	d, err := Join(Source{ID: "w1", Label: i18n.Text{Sv: "2016"}, Def: first}, Source{ID: "w2", Label: i18n.Text{Sv: "2018"}, Def: later})
	if err != nil {
		t.Fatal(err)
	}
	put := func(source, id string, a questionnaire.Answers) {
		if err := d.Put(Record{ID: source + id, Source: source, Group: "procurer", Answers: a}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 30 {
		put("w1", fmt.Sprint(i), questionnaire.Answers{"single": code(1 + i%3)})
		put("w2", fmt.Sprint(i), questionnaire.Answers{"single": code(1 + i%4), "new": code(1)})
	}
	if err := d.Put(Record{ID: "x", Group: "procurer"}); err == nil {
		t.Error("a response of no source is counted")
	}
	split, err := d.SplitBy(SourceQuestion)
	if err != nil {
		t.Fatal(err)
	}
	table, err := Cross(d, "single", split, Filter{Group: "procurer"}, Options{})
	if err != nil || len(table.Parts) != 2 || table.Parts[1].Result.Numbers.Rows[3].Count != 7 {
		t.Fatalf("%+v, %v", table, err)
	}
	change, err := DifferenceOf(MeasureShare, estimateOf(table.Parts[1].Result, Gap{Measure: MeasureShare, Code: 1}),
		estimateOf(table.Parts[0].Result, Gap{Measure: MeasureShare, Code: 1}))
	if err != nil || change.Clear() {
		t.Errorf("change between waves %+v, %v", change, err)
	}
	near(t, "change", change.Value, 8.0/30-10.0/30)
	f, _ := Count(d, "new", Filter{Group: "procurer"}, Options{})
	if f.Numbers == nil || f.Numbers.Base != 30 || f.Numbers.NotShown != 30 {
		t.Errorf("a question of one wave: %+v", f.Numbers)
	}
	d.Remove("w20")
	if f, _ := Count(d, "new", Filter{Group: "procurer"}, Options{}); f.Numbers.Base != 29 {
		t.Error("a withdrawn response still counts")
	}
	odd := everyType()
	odd.Sections[0].Questions[0].Type = questionnaire.Likert5
	if _, err := Join(Source{ID: "a", Def: first}, Source{ID: "b", Def: odd}); err == nil {
		t.Error("one id for two types of question is joined")
	}
}

func TestItemNonResponseListsWhatWasLeftEmpty(t *testing.T) {
	d := NewDataset(everyType())
	fill(t, d, "procurer", 40, func(i int) questionnaire.Answers {
		a := questionnaire.Answers{"yesno": code(1)}
		if i < 30 {
			a["single"] = code(98)
		}
		return a
	})
	s, _ := d.Select(Filter{Group: "procurer"})
	got := map[string]ItemMissing{}
	for _, m := range ItemNonResponse(d, s, Options{}) {
		got[m.Question] = m
	}
	if m := got["single"]; m.Rate != 0.25 || !m.High || m.Special != 30 || m.Shown != 40 {
		t.Errorf("single %+v", m)
	}
	if m := got["yesno"]; m.Rate != 0 || m.High {
		t.Errorf("yesno %+v", m)
	}
	if got["bg_size"].Absent != NotAsked {
		t.Errorf("a question of another group %+v", got["bg_size"])
	}
}

func TestFrameAgainstRespondentsBySplit(t *testing.T) {
	d := NewDataset(everyType())
	for size, n := range map[int]int{1: 40, 4: 20, 6: 10} {
		firms(t, d, size, n, yesOf(1))
	}
	split, err := d.SplitBy(SplitByFirmSize)
	if err != nil {
		t.Fatal(err)
	}
	c, err := FrameBySplit(d, split, Filter{Group: "business"}, map[string]float64{"micro": 4000, "small": 2000, "medium": 1000})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "p", c.Test.P, 1)
	if c.Classes[0].Answered != 40 || c.Test.DF != 2 {
		t.Errorf("%+v", c)
	}
}

func TestJoiningAnswersThatAreThereIsJoiningThemAsTheyCome(t *testing.T) {
	first, later := everyType(), everyType()
	later.Sections[0].Questions[0].Options = options(3, 1, 2, 4)
	later.Sections[0].Questions[4].Top = 4
	later.Sections[0].Questions = append(later.Sections[0].Questions, questionnaire.Question{
		ID: "new", Type: questionnaire.Single, Groups: everybody, Options: options(1, 2)})
	sources := []Source{{ID: "w1", Def: first}, {ID: "w2", Def: later}}
	rapid.Check(t, func(t *rapid.T) {
		a, keptA := drawDataset(t, first)
		b, keptB := drawDataset(t, later)
		want, err := Join(sources...)
		if err != nil {
			t.Fatal(err)
		}
		for i, kept := range []map[string]Record{keptA, keptB} {
			for _, r := range kept {
				r.ID, r.Source = sources[i].ID+r.ID, sources[i].ID
				if err := want.Put(r); err != nil {
					t.Fatal(err)
				}
			}
		}
		got, err := Stack(sources, []*Dataset{a.Snapshot(), b})
		if err != nil || got.Len() != want.Len() {
			t.Fatal(err)
		}
		split, _ := want.SplitBy(SourceQuestion)
		f := Filter{Group: rapid.SampledFrom(append([]string{"", GroupAssociation}, everybody...)).Draw(t, "group")}
		for _, c := range want.order {
			x, err := Cross(want, c.id(), split, f, Options{MinBase: 1})
			if err != nil {
				t.Fatal(err)
			}
			y, err := Cross(got, c.id(), split, f, Options{MinBase: 1})
			if diff := cmp.Diff(x, y); err != nil || diff != "" {
				t.Fatal(diff, err)
			}
		}
	})
	d, err := Stack(sources, []*Dataset{NewDataset(first), NewDataset(later)})
	if err != nil || !slices.Equal(d.AskedIn("single"), []int{1, 2}) || !slices.Equal(d.AskedIn("new"), []int{2}) || d.AskedIn("none") != nil {
		t.Error("who asked what:", d.AskedIn("single"), d.AskedIn("new"), err)
	}
	if NewDataset(first).AskedIn("single") != nil {
		t.Error("one wave by itself has waves")
	}
	if err := d.Put(Record{ID: "x", Source: "w1", Group: "procurer"}); err == nil {
		t.Error("a joined copy takes answers")
	}
}

package analysis

import (
	"encoding/json"
	"testing"

	"upphandlingsdialog/internal/questionnaire"
)

// twoGroups has firms of whom two alone answered 1 to "single" and "likert".
func twoGroups(t *testing.T) *Dataset {
	t.Helper()
	d := NewDataset(everyType())
	fill(t, d, "procurer", 40, func(i int) questionnaire.Answers {
		return questionnaire.Answers{"single": code(1 + i%3), "likert": code(1 + i%5)}
	})
	fill(t, d, "business", 30, func(i int) questionnaire.Answers {
		c := 2 + i%2
		if i < 2 {
			c = 1
		}
		return questionnaire.Answers{"single": code(c), "likert": code(c)}
	})
	return d
}

func TestATestOverHiddenCellsIsNotTold(t *testing.T) {
	d := twoGroups(t)
	split, err := d.SplitBy(SplitByGroup)
	if err != nil {
		t.Fatal(err)
	}
	table, err := Cross(d, "single", split, Filter{}, Options{})
	if err != nil || table.Compared.Overall == nil {
		t.Fatal(err, table.Compared)
	}
	before, _ := json.Marshal(table)
	got := ReleaseTable(table, 0)
	if c := got.Compared; c.Absent != Withholding && (!c.Collapsed || c.Overall.Statistic == table.Compared.Overall.Statistic) {
		t.Errorf("the test gives the hidden cell away: %+v", c)
	}
	hidden := 0
	for _, p := range got.Parts {
		if p.Result.Numbers == nil {
			continue
		}
		for _, r := range p.Result.Numbers.Rows {
			if r.Hidden {
				hidden++
			}
		}
	}
	if hidden < 4 {
		t.Errorf("%d cells hidden: two rows and two columns each need two", hidden)
	}
	if after, _ := json.Marshal(table); string(after) != string(before) {
		t.Error("ReleaseTable changed its input")
	}
	again, _ := json.Marshal(ReleaseTable(got, 0))
	if once, _ := json.Marshal(got); string(once) != string(again) {
		t.Error("releasing twice is not the same as once")
	}
}

// Two of the firms alone gave one answer; the answers that few gave are compared
// as one, and a reader with a calculator gets the same.
func TestATestIsOfWhatIsShown(t *testing.T) {
	d := NewDataset(everyType())
	counts := map[string][]int{"procurer": {2, 9, 12, 8, 9}, "business": {3, 7, 6, 14, 10}}
	for g, n := range counts {
		fill(t, d, g, 40, likertOf(n[0], n[1], n[2], n[3], n[4]))
	}
	split, _ := d.SplitBy(SplitByGroup)
	table, err := Cross(d, "likert", split, Filter{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := ReleaseTable(table, 0)
	var ds []Distribution
	for _, i := range got.Compared.Compared {
		var open []int
		rest := 40
		for _, r := range got.Parts[i].Result.Numbers.Rows {
			if !r.Hidden {
				open = append(open, r.Count)
				rest -= r.Count
			}
		}
		ds = append(ds, ScaleDistribution(1, append([]int{rest}, open...)...))
	}
	want, err := MannWhitney(ds[0], ds[1])
	if err != nil || !got.Compared.Collapsed || got.Compared.Overall == nil || got.Compared.Overall.P != want.P {
		t.Errorf("%+v, want P %g (%v)", got.Compared, want.P, err)
	}
}

func TestATableWithoutSmallCellsKeepsItsTest(t *testing.T) {
	d := NewDataset(everyType())
	for _, g := range []string{"procurer", "business"} {
		fill(t, d, g, 30, func(i int) questionnaire.Answers { return questionnaire.Answers{"single": code(1 + i%3)} })
	}
	split, _ := d.SplitBy(SplitByGroup)
	table, err := Cross(d, "single", split, Filter{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := ReleaseTable(table, 0); got.Compared.Overall == nil {
		t.Errorf("a safe test is lost: %+v", got.Compared)
	}
}

func TestAGapIsToldFromShownCellsAlone(t *testing.T) {
	d := twoGroups(t)
	gaps, err := Gaps(d, "procurer", "business", Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := ReleaseGaps(gaps, 0)
	if len(got.Gaps) >= len(gaps.Gaps) {
		t.Fatalf("%d gaps of %d are told", len(got.Gaps), len(gaps.Gaps))
	}
	for _, g := range got.Gaps {
		if small(g.First.Count, DefaultCellLimit) || small(g.Second.Count, DefaultCellLimit) || g.Test != nil && g.Question == "single" {
			t.Errorf("%+v", g)
		}
	}
	told := false
	for _, m := range got.Missing {
		told = told || m.Question == "single" && m.Absent == Withholding
	}
	if !told {
		t.Errorf("what is withheld is not said: %+v", got.Missing)
	}
}

func TestAnIndexIsNotToldBesideAHiddenItem(t *testing.T) {
	mean := Mean{Value: 60}
	x := IndexResult{Index: Index{Scale: "s", Items: []string{"likert"}}, Base: 30, Mean: &mean}
	d := twoGroups(t)
	fs, err := ByGroup(d, "likert", nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range Release(fs, 0) {
		if f.Filter.Group == "business" {
			if got := ReleaseIndex(x, []Frequency{f}); got.Mean != nil || got.Base != 0 || got.Absent != Withholding {
				t.Errorf("%+v", got)
			}
		}
	}
}

func TestARankingWithAHiddenOptionHasNoScores(t *testing.T) {
	d := NewDataset(everyType())
	fill(t, d, "business", 30, func(i int) questionnaire.Answers {
		first := 1 + i%2
		if i < 2 {
			first = 4
		}
		return questionnaire.Answers{"ranking": {Codes: []int{first, 3}}}
	})
	f, err := Count(d, "ranking", Filter{Group: "business"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	hidden := 0
	for _, r := range Release([]Frequency{f}, 0)[0].Numbers.Ranking {
		if r.Score != nil {
			t.Errorf("score %g of option %d", *r.Score, r.Code)
		}
		if r.Hidden {
			hidden++
		}
	}
	if hidden < 2 {
		t.Errorf("%d options hidden: one alone is the base without the others", hidden)
	}
}

func TestWhatAllOfAGroupSaidOnASensitiveQuestionIsHidden(t *testing.T) {
	def := everyType()
	def.Sections[0].Questions[0].Sensitive = true
	d := NewDataset(def)
	fill(t, d, "business", 12, func(int) questionnaire.Answers { return questionnaire.Answers{"single": code(2), "likert": code(2)} })
	for question, want := range map[string]bool{"single": true, "likert": false} {
		f, err := Count(d, question, Filter{Group: "business"}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		row, _ := Release([]Frequency{f}, 0)[0].row(2)
		if row.Hidden != want {
			t.Errorf("%s: %+v", question, row)
		}
	}
}

func TestAShareOfHiddenAnswersIsToldByWhatTheOthersLeave(t *testing.T) {
	row := func(code, count int, hidden bool) Row {
		r := Row{Code: code, Hidden: hidden}
		if !hidden {
			r.Share = share(count, 40, 0)
		}
		return r
	}
	f := Frequency{Question: "bids", Type: questionnaire.Single, Numbers: &Numbers{Base: 40, Rows: []Row{row(1, 28, false), row(2, 8, true), row(3, 4, true)}}}
	got, err := f.Estimate(MeasureShare, []int{2, 3})
	want := share(12, 40, 0)
	if err != nil || got.Count != 12 || got.Base != 40 || got.Value != want.Share || got.Lower != want.Lower || got.Upper != want.Upper {
		t.Errorf("%+v, %v", got, err)
	}
	for name, codes := range map[string][]int{"one hidden answer": {3}, "a hidden answer and one that is shown": {1, 2}, "all": {1, 2, 3}} {
		if got, err := f.Estimate(MeasureShare, codes); err == nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
	f.Type = questionnaire.Multiple
	if got, err := f.Estimate(MeasureShare, []int{2}); err == nil {
		t.Errorf("of several answers each: %+v", got)
	}
}

func TestATestOfAnOptionIsNotToldWhereAPartIsWithheld(t *testing.T) {
	shown := Frequency{Type: questionnaire.Multiple, Numbers: &Numbers{Base: 20, Rows: []Row{{Code: 1, Share: share(9, 20, 0)}}}}
	c := Comparison{Compared: []int{0, 1}, Options: []OptionTest{{Code: 1}}}
	if got := c.release([]PartOf{{Result: shown}, {Result: Frequency{Type: questionnaire.Multiple, Absent: Withholding}}}); len(got.Options) != 0 || got.Absent != Withholding {
		t.Errorf("%+v", got)
	}
	if got := c.release([]PartOf{{Result: shown}, {Result: shown}}); len(got.Options) != 1 {
		t.Errorf("%+v", got)
	}
}

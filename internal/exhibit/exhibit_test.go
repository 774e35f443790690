package exhibit

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/surveys"
)

func s5(t testing.TB) *questionnaire.Definition {
	defs, findings, err := questionnaire.Load(surveys.Files, "s5.yaml")
	if err != nil || len(defs) != 1 {
		t.Fatal(findings, err)
	}
	return defs[0]
}

// crowd answers everything at random, n of each group.
func crowd(t testing.TB, def *questionnaire.Definition, n int) *analysis.Dataset {
	d, rng := analysis.NewDataset(def), rand.New(rand.NewPCG(5, 8))
	for _, g := range def.Groups {
		for i := range n {
			answers := questionnaire.Answers{}
			for _, q := range def.Questions() {
				if q.AskedOf(g.ID) {
					answers[q.ID] = anything(q.ForGroup(g.ID), rng)
				}
			}
			if err := d.Put(analysis.Record{ID: fmt.Sprint(g.ID, i), Group: g.ID, Answers: answers}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return d
}

func computed(t testing.TB, d *analysis.Dataset, v View) Exhibit {
	t.Helper()
	e, err := Compute(Source{Data: d}, v)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func anything(q questionnaire.Question, rng *rand.Rand) (a questionnaire.Answer) {
	pick := func() int { return q.Options[rng.IntN(len(q.Options))].Code }
	switch q.Type {
	case questionnaire.FreeText:
		a.Text = "hemligt"
	case questionnaire.Numeric, questionnaire.Rating:
		n := float64(rng.IntN(int(q.Max) + 1))
		a.Number = &n
	case questionnaire.Multiple:
		a.Codes = []int{q.Options[rng.IntN(2)].Code}
	case questionnaire.Ranking:
		for _, i := range rng.Perm(len(q.Options))[:3] {
			a.Codes = append(a.Codes, q.Options[i].Code)
		}
	case questionnaire.Matrix:
		a.Rows = map[string]int{}
		for _, r := range q.Rows {
			a.Rows[r.ID] = pick()
		}
	default:
		c := pick()
		a.Code = &c
	}
	return a
}

// said is everything that an exhibit says, in one text.
func said(lang i18n.Lang, e Exhibit) string {
	var b strings.Builder
	put := func(v ...any) { fmt.Fprintln(&b, v...) }
	put(e.Weighting(lang))
	for _, block := range e.Blocks {
		put(e.Finding(lang, block), e.Base(lang, block), e.Withheld(lang, block), e.TableOf(lang, block))
		for _, f := range e.Figures(lang, block) {
			put(f.Title, chart.Alt(f.Chart, lang), chart.SVG(f.Chart, lang, "x"), chart.Table(f.Chart, lang))
		}
		if c, ok := e.Compare(lang, block); ok {
			put(c)
		}
	}
	return b.String()
}

func TestEveryQuestionIsShownByEverythingForAnyNumberOfAnswers(t *testing.T) {
	def := s5(t)
	for _, n := range []int{0, 1, 8, 60} {
		d := crowd(t, def, n)
		for _, q := range def.Questions() {
			usual, others := Splits(d, q)
			views := []View{{By: Whole}, {By: analysis.SplitByGroup, Where: []analysis.Where{{Question: "bg_size", Codes: []int{1, 2}}}}}
			for _, by := range slices.Concat(usual, others[:min(2, len(others))]) {
				views = append(views, View{By: by}, View{By: by, Group: q.Groups[0], Weights: WeightsBySize})
			}
			for _, v := range views {
				v.Question = q.ID
				e, err := Compute(Source{Data: d}, v)
				if err != nil {
					t.Fatalf("%d answers, %+v: %v", n, v, err)
				}
				for _, lang := range i18n.Langs {
					text := said(lang, e)
					for _, never := range []string{"[exhibit.", "[analysis.", "[group.", "NaN", "Inf", "%!", "<no value>", "hemligt"} {
						if strings.Contains(text, never) {
							t.Fatalf("%d answers, %+v says %q:\n%s", n, v, never, text)
						}
					}
				}
			}
		}
	}
}

func TestAViewHasOneAddressThatLeadsBackToIt(t *testing.T) {
	def := s5(t)
	d := crowd(t, def, 1)
	rapid.Check(t, func(t *rapid.T) {
		q := rapid.SampledFrom(def.Questions()).Draw(t, "question")
		usual, others := Splits(d, q)
		values := url.Values{"by": {rapid.SampledFrom(slices.Concat(usual, others, []string{Whole, ""})).Draw(t, "by")},
			"group": {rapid.SampledFrom(append([]string{""}, q.Groups...)).Draw(t, "group")}}
		for _, other := range rapid.SliceOfN(rapid.SampledFrom(Conditions(def, q)), 0, 3).Draw(t, "conditions") {
			o := rapid.SampledFrom(other.Options).Draw(t, "option")
			values.Add("where", fmt.Sprintf("%s:%d", other.ID, o.Code))
		}
		v, err := Parse(d, q.ID, values)
		group, by := values.Get("group"), values.Get("by")
		if unasked := Unasked(d, q, by, analysis.Filter{Group: group}) != nil; unasked != fault.Is(err, fault.Invalid) || !unasked && err != nil {
			t.Fatal(values, err) // and what comes with the refusal is a view too
		}
		again, err := Parse(d, q.ID, v.Query())
		if err != nil || cmp.Diff(v, again) != "" || v.Encode() != again.Encode() {
			t.Fatalf("%v: %v\n%s", v.Encode(), err, cmp.Diff(v, again))
		}
	})
}

func TestAnAddressThatCannotBeReadNamesEachFault(t *testing.T) {
	d := crowd(t, s5(t), 1)
	for address, want := range map[string]string{
		"by=shoe_size": "exhibit.error_by", "by=q5_11": "exhibit.error_by", "by=q5_10": "exhibit.error_by", "group=kings": "exhibit.error_group",
		"where=q9_99:1": "exhibit.error_condition", "where=bg_size:77": "exhibit.error_code", "where=bg_size": "exhibit.error_code",
		"where=bg_size:1,x": "exhibit.error_code", "weights=luck": "exhibit.error_weights", "wave=-1": "exhibit.error_wave", "wave=x": "exhibit.error_wave",
	} {
		values, err := url.ParseQuery(address)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Parse(d, "q5_11", values)
		f, ok := fault.Of(err)
		if !ok || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Key != want {
			t.Errorf("%s: %v, want %s", address, err, want)
		}
	}
	if _, err := Parse(d, "q9_99", nil); !fault.Is(err, fault.NotFound) {
		t.Errorf("an unknown question: %v", err)
	}
	if _, err := Parse(d, "q5_08", url.Values{"group": {"politician"}}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a group that was not asked: %v", err)
	}
}

// tilt makes n of each of two groups answer q5_11, the first low and the second with shift more in the upper steps.
func tilt(t *testing.T, def *questionnaire.Definition, n, shift int) *analysis.Dataset {
	d := analysis.NewDataset(def)
	for g, group := range []string{"procurer", "business"} {
		for i := range n {
			code := i%5 + 1
			if g == 1 && i < shift {
				code = 5
			}
			if err := d.Put(analysis.Record{ID: fmt.Sprint(group, i), Group: group,
				Answers: questionnaire.Answers{"q5_11": {Code: &code}}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return d
}

func TestATitleClaimsADifferenceOnlyWhenTheTestAndTheIntervalDo(t *testing.T) {
	def := s5(t)
	for _, c := range []struct {
		shift int
		want  []string
	}{
		{0, []string{"ingen säkerställd skillnad"}},
		{60, []string{"är vanligare bland företag", "än bland upphandlare"}},
	} {
		e, err := Compute(Source{Data: tilt(t, def, 100, c.shift)}, View{Question: "q5_11", By: analysis.SplitByGroup})
		if err != nil {
			t.Fatal(err)
		}
		title := e.Finding(i18n.Sv, e.Blocks[0])
		for _, w := range c.want {
			if !strings.Contains(title, w) {
				t.Errorf("shift %d: %q lacks %q", c.shift, title, w)
			}
		}
		compared, ok := e.Compare(i18n.Sv, e.Blocks[0])
		if !ok || len(compared.Lines) != 1 || compared.Established != (c.shift > 0) {
			t.Fatalf("shift %d: %+v", c.shift, compared)
		}
		for _, w := range []string{"Mann–Whitney", "efter Holm", "Effektstorlek"} {
			if !strings.Contains(compared.Test, w) {
				t.Errorf("%q lacks %q", compared.Test, w)
			}
		}
		if l := compared.Lines[0]; !strings.Contains(l.Diff, "procentenheter [") || !strings.HasPrefix(l.P, "p\u00a0") || l.Effect == "" {
			t.Errorf("a pair without interval, P or effect: %+v", l)
		}
	}
}

func TestATestWhoseNumbersMayNotBeShownIsNotShownEither(t *testing.T) {
	def := s5(t)
	d := tilt(t, def, 7, 0) // one or two in each step: everything is hidden
	e := computed(t, d, View{Question: "q5_11", By: analysis.SplitByGroup})
	c, ok := e.Compare(i18n.Sv, e.Blocks[0])
	if !ok || c.Test != "" || len(c.Lines) > 0 || strings.Contains(c.Lead, "p\u00a0=") {
		t.Errorf("%+v", c)
	}
}

func TestATitleWithoutATestSaysNothingOfADifference(t *testing.T) {
	d := tilt(t, s5(t), 100, 60)
	e := computed(t, d, View{Question: "q5_11", By: analysis.SplitByGroup})
	b := e.Blocks[0]
	b.Table.Compared = analysis.Comparison{Absent: analysis.Withholding}
	if title := e.Finding(i18n.Sv, b); strings.Contains(title, "säkerställd") || strings.Contains(title, "vanligare") || !strings.Contains(title, "procent") {
		t.Error(title)
	}
}

func TestAFigureIsDescribedFromItsData(t *testing.T) {
	e, err := Compute(Source{Data: tilt(t, s5(t), 100, 60)}, View{Question: "q5_11", By: analysis.SplitByGroup})
	if err != nil {
		t.Fatal(err)
	}
	figures := e.Figures(i18n.Sv, e.Blocks[0])
	if len(figures) != 2 {
		t.Fatalf("%d figures", len(figures))
	}
	if alt := chart.Alt(figures[0].Chart, i18n.Sv); !strings.Contains(alt, "Av 100 företag svarar") {
		t.Error(alt)
	}
	if base := e.Base(i18n.Sv, e.Blocks[0]); base != "Bas: 100 upphandlare, 100 företag." {
		t.Error(base)
	}
}

func TestAConditionOnAQuestionThatWasNotAskedIsASentence(t *testing.T) {
	d := crowd(t, s5(t), 20)
	v, err := Parse(d, "q5_11", url.Values{"group": {"politician"}, "where": {"bg_size:1"}})
	if err != nil {
		t.Fatal(err)
	}
	e := computed(t, d, v)
	if list := e.Withheld(i18n.Sv, e.Blocks[0]); len(list) != 1 || !strings.Contains(list[0], "Ta bort villkoret") {
		t.Error(list)
	}
}

// Politicians have no size, and no group was asked both q5_08 and q5_07: no number can be too small.
func TestWhatNobodyWasAskedIsNotCalledTooFew(t *testing.T) {
	d := crowd(t, s5(t), 20)
	for address, want := range map[string]struct{ key, nearest string }{
		"q5_11?group=politician&by=firm_size": {"exhibit.error_not_asked", "by=firm_size"},
		"q5_11?group=business&by=q5_07":       {"exhibit.error_not_asked", "by=q5_07"},
		"q5_08?by=q5_07":                      {"exhibit.error_unasked", ""},
		"q5_07?by=bg_size":                    {"exhibit.error_unasked", ""},
		"q5_07?by=firm_size&group=procurer":   {"exhibit.error_not_asked", ""},
	} {
		question, query, _ := strings.Cut(address, "?")
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		v, err := Parse(d, question, values)
		f, ok := fault.Of(err)
		if !ok || len(f.Fields) != 1 || f.Fields[0].Key != want.key || f.Fields[0].Name != "by" {
			t.Errorf("%s: %v", address, err)
		}
		if v.Question != question || v.Encode() != want.nearest {
			t.Errorf("%s: the nearest view is %s?%s", address, v.Question, v.Encode())
		}
	}
	split, err := d.SplitBy("q5_07")
	if err != nil {
		t.Fatal(err)
	}
	table, err := analysis.Cross(d, "q5_08", split, analysis.Filter{}, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range table.Parts {
		if p.Result.Absent != analysis.FilterNotAsked {
			t.Errorf("%s: %s", p.Part.ID, p.Result.Absent)
		}
	}
}

func TestAStackedBarShowsTheSharesOfItsTable(t *testing.T) {
	def := s5(t)
	d := crowd(t, def, 200)
	units := map[int]int{}
	for code := 1; code <= 9; code++ {
		units[code] = 90_000 >> code
	}
	weigh := func(string) (*analysis.Weights, error) {
		return analysis.Weigh(d, analysis.FrameCount{Question: "bg_size", Units: units})
	}
	for _, weights := range []string{"", WeightsBySize} {
		e, err := Compute(Source{Data: d, Weights: weigh}, View{Question: "q5_11", By: Whole, Group: "business", Weights: weights})
		if err != nil || (e.Weights == nil) != (weights == "") {
			t.Fatalf("weights %q: %v, %v", weights, err, e.WeightsAbsent)
		}
		figure, table := e.Figures(i18n.En, e.Blocks[0])[0], e.TableOf(i18n.En, e.Blocks[0])
		drawn := chart.Table(figure.Chart, i18n.En).Rows[0][1:]
		for i, line := range table.Lines[:5] {
			if got := strings.Fields(drawn[i])[0]; !strings.HasPrefix(line.Cells[0].Main, got) {
				t.Errorf("weights %q: the bar says %s of %s, the table %s", weights, drawn[i], line.Label, line.Cells[0].Main)
			}
		}
	}
}

package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/questionnaire"
)

// figuresOf are all figures that are shown, by question, part and name.
func figuresOf(out analysed) map[string]float64 {
	all := map[string]float64{}
	for _, t := range out.Tables {
		for _, p := range t.Parts {
			if n := p.Result.Numbers; n != nil {
				figuresOfPart(n, func(name string, v float64) {
					if p.Result.Unweighted == "" || strings.HasSuffix(name, ".count") || strings.HasSuffix(name, "base") { // R has it with weights
						all[t.Question+","+p.Part.ID+","+name] = v
					}
				})
			}
		}
		if !t.Compared.Collapsed { // from answers taken together, which R would have to be told of
			figuresOfTests(t, func(name string, v float64) { all[t.Question+",,"+name] = v })
		}
	}
	three := func(name string, value, lower, upper float64) {
		all[name+".value"], all[name+".lower"], all[name+".upper"] = value, lower, upper
	}
	for _, c := range out.Changes {
		three(fmt.Sprintf("%s,,diff.%s.%s.%s", c.Question, measured(c.Measure, c.Codes...), c.Now, c.Before), c.Diff.Value, c.Diff.Lower, c.Diff.Upper)
	}
	if out.Gaps == nil {
		return all
	}
	for _, g := range out.Gaps.Gaps {
		name := "gap." + measured(g.Measure)
		if g.Measure == analysis.MeasureShare || g.Measure == analysis.MeasureRanked {
			name = "gap." + measured(g.Measure, g.Code)
		}
		three(g.Question+",,"+name, g.Diff.Value, g.Diff.Lower, g.Diff.Upper)
		three(g.Question+",,"+name+".first", g.First.Value, g.First.Lower, g.First.Upper)
		three(g.Question+",,"+name+".second", g.Second.Value, g.Second.Lower, g.Second.Upper)
		if g.Test != nil {
			figuresOfTest(name, *g.Test, func(name string, v float64) { all[g.Question+",,"+name] = v })
		}
	}
	return all
}

// measured is a measure with the answer that it counts: "share.3".
func measured(m analysis.Measure, codes ...int) string {
	name := string(m)
	for _, code := range codes {
		name += fmt.Sprint(".", code)
	}
	return name
}

// indexFigures counts the indices of a survey's newest wave in its exported answers, for each group and for all,
// and lists their items with the ends of their scales, as R gets them.
func indexFigures(t *testing.T, dir string, def *questionnaire.Definition) (figures map[string]float64, items [][]string) {
	t.Helper()
	d := exported(t, filepath.Join(dir, def.ID+".csv"), def)
	figures = map[string]float64{}
	for _, x := range analysis.Indices(d) {
		name := fmt.Sprintf("%d%s-%s", x.Area, x.Theme, x.Scale)
		for _, item := range x.Items {
			items = append(items, []string{def.ID, name, item, "1", "5"})
		}
		for _, group := range append([]questionnaire.Group{{}}, def.Groups...) {
			s, err := d.Select(analysis.Filter{Group: group.ID})
			if err != nil {
				t.Fatal(err)
			}
			r, err := analysis.CountIndex(d, x, s, analysis.Options{})
			if err != nil {
				t.Fatal(err)
			}
			at := name + "," + cmp.Or(group.ID, "all")
			if r.Mean != nil {
				figures[at+",base"] = float64(r.Base)
				figures[at+",mean.value"], figures[at+",mean.lower"], figures[at+",mean.upper"] = r.Mean.Value, r.Mean.Lower, r.Mean.Upper
			}
			if r.Alpha != nil {
				figures[at+",alpha"] = *r.Alpha
			}
		}
	}
	return figures, items
}

func figuresOfPart(n *analysis.Numbers, put func(string, float64)) {
	share := func(name string, s analysis.Share) {
		put(name+".count", float64(s.Count))
		put(name+".base", float64(s.Base))
		if s.Base > 0 {
			put(name+".share", s.Share)
			put(name+".lower", s.Lower)
			put(name+".upper", s.Upper)
		}
	}
	put("base", float64(n.Base))
	for name, v := range map[string]int{"unknown": n.Unknown, "na": n.NotApplicable, "declined": n.Declined, "unanswered": n.Unanswered, "not_shown": n.NotShown} {
		if v != analysis.Withheld {
			put(name, float64(v))
		}
	}
	if n.Unknown != analysis.Withheld && n.Step == 0 { // told without weights where others are rounded
		put("unknown_share", n.UnknownShare)
	}
	for _, r := range n.Rows {
		if !r.Hidden {
			share(fmt.Sprint("answer.", r.Code), r.Share)
		}
	}
	for _, r := range n.Bands {
		if !r.Hidden {
			share(fmt.Sprint("band.", r.Code), r.Share)
		}
	}
	for _, r := range n.Ranking {
		if !r.Hidden {
			share(fmt.Sprint("first.", r.Code), r.First)
			share(fmt.Sprint("ranked.", r.Code), r.Top)
			if r.Score != nil {
				put(fmt.Sprint("score.", r.Code), *r.Score)
			}
		}
	}
	for name, s := range map[string]*analysis.Share{"top2": n.Top2, "bottom2": n.Bottom2} {
		if s != nil {
			share(name, *s)
		}
	}
	if s := n.Summary; s != nil {
		put("median", s.Median)
		put("q1", s.Q1)
		put("q3", s.Q3)
		if s.Interpolated != nil {
			put("interpolated", *s.Interpolated)
		}
		if m := s.Mean; m != nil {
			put("mean", m.Value)
			put("sd", m.SD)
			put("mean.lower", m.Lower)
			put("mean.upper", m.Upper)
		}
	}
	if w := n.Weighting; w != nil {
		put("deff", w.Deff)
		put("effective", w.Effective)
	}
}

func figuresOfTests(t analysis.Table, put func(string, float64)) {
	test := func(name string, x analysis.Test) { figuresOfTest(name, x, put) }
	c := t.Compared
	if c.Overall != nil {
		test("overall", *c.Overall)
	}
	for _, o := range c.Options {
		test(fmt.Sprint("option.", o.Code), o.Test)
	}
	for _, p := range c.Pairs {
		test("pair."+t.Parts[c.Compared[p.A]].Part.ID+"."+t.Parts[c.Compared[p.B]].Part.ID, p.Test)
	}
}

func figuresOfTest(name string, x analysis.Test, put func(string, float64)) {
	if x.Family > 0 {
		put(name+".adjusted", x.Adjusted)
	}
	name += "." + string(x.Method)
	put(name+".p", x.P)
	put(name+".n", float64(x.N))
	if x.Method != analysis.FisherTest && x.Method != analysis.FisherSimulated && !(x.Weighted && x.Statistic == 0) { // of weighted ones that leave P is told alone
		put(name+".statistic", x.Statistic)
	}
	if x.DF > 0 {
		put(name+".df", x.DF)
	}
	if x.DF2 > 0 {
		put(name+".df2", x.DF2)
	}
	for _, e := range x.Effects {
		put(name+"."+string(e.Name), e.Value)
	}
}

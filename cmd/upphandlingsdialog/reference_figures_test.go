package main

import (
	"fmt"

	"upphandlingsdialog/internal/analysis"
)

// figuresOf are all figures that are shown, by question, part and name.
func figuresOf(out analysed) map[string]float64 {
	all := map[string]float64{}
	for _, t := range out.Tables {
		for _, p := range t.Parts {
			if n := p.Result.Numbers; n != nil {
				figuresOfPart(n, func(name string, v float64) { all[t.Question+","+p.Part.ID+","+name] = v })
			}
		}
		if !t.Compared.Collapsed { // from answers taken together, which R would have to be told of
			figuresOfTests(t, func(name string, v float64) { all[t.Question+",,"+name] = v })
		}
	}
	return all
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
	if n.Unknown != analysis.Withheld {
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
	test := func(name string, x analysis.Test) {
		if x.Family > 0 {
			put(name+".adjusted", x.Adjusted)
		}
		name += "." + string(x.Method)
		put(name+".p", x.P)
		put(name+".n", float64(x.N))
		if x.Method != analysis.FisherTest && x.Method != analysis.FisherSimulated {
			put(name+".statistic", x.Statistic)
		}
		if x.DF > 0 {
			put(name+".df", x.DF)
		}
		if x.DF2 > 0 {
			put(name+".df2", x.DF2)
		}
		for _, e := range x.Effects {
			if e.Name != analysis.OddsRatio {
				put(name+"."+string(e.Name), e.Value)
			}
		}
	}
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

package exhibit

import (
	"cmp"
	"math"
	"slices"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// Comparison is how the parts differ, in words: whether a difference is established, by which test, how
// large it is, and each pair with its interval. A P never stands alone.
type Comparison struct {
	Established bool
	Lead        string
	Test        string // names the test, its statistic, P after Holm with the number of tests, and the effect
	Lines       []CompareLine
	LinesNote   string // what the lines hold
	Chances     bool   // the lines' effects are chances to answer higher
	Left        int    // lines that are not shown, because there are many pairs
}

// CompareLine is one pair of parts, or one option with its two extremes.
type CompareLine struct {
	What   string // option; empty of a pair
	First  string
	Second string
	Diff   string // first minus second with its interval
	Effect string
	P      string
	Clear  bool
}

// mostLines is how many pairs are written out, the largest first: fifteen municipalities make 105.
const mostLines = 12

// Compare says how the parts of a block differ; false with one part alone.
func (e Exhibit) Compare(lang i18n.Lang, b Block) (Comparison, bool) {
	if len(b.Table.Parts) < 2 {
		return Comparison{}, false
	}
	c := b.Table.Compared
	out := Comparison{}
	switch {
	case len(c.Options) > 0:
		e.compareOptions(lang, b, &out)
	case c.Overall != nil:
		out.Established = adjusted(*c.Overall) < significant
		out.Test = testWords(lang, *c.Overall)
		if c.Collapsed {
			out.Test += " " + i18n.T(lang, "exhibit.test_collapsed")
		}
		e.comparePairs(lang, b, &out)
	default:
		why := c.Absent
		if why == "" {
			why = analysis.TooFew
		}
		out.Lead = i18n.T(lang, "exhibit.uncompared_"+string(why))
		return out, true
	}
	if len(out.Lines) == 0 { // a P without its difference is not shown
		return Comparison{Lead: i18n.T(lang, "exhibit.uncompared_withheld")}, true
	}
	key := "exhibit.alike"
	if out.Established {
		key = "exhibit.apart"
	}
	out.Lead = i18n.T(lang, key)
	return out, true
}

func (e Exhibit) comparePairs(lang i18n.Lang, b Block, out *Comparison) {
	k, ok := e.KeyOf(b)
	if !ok {
		return
	}
	type line struct {
		CompareLine
		size float64
	}
	var lines []line
	list := heldBy(b, k.compared())
	for i := range list {
		for j := i + 1; j < len(list); j++ {
			first, second := list[i], list[j]
			if e.View.ByWave() || second.est.Value > first.est.Value { // of waves the later minus the earlier
				first, second = second, first
			}
			d, ok := difference(k, first.part, second.part)
			if !ok {
				continue
			}
			l := line{CompareLine{First: e.Label(lang, first.part), Second: e.Label(lang, second.part),
				Diff: diffWords(lang, k, d, first.est, second.est), Clear: d.Clear()}, math.Abs(d.Value)}
			if pair := pairOf(b.Table, first.part, second.part); pair != nil {
				l.P = pWords(lang, pair.Test)
				l.Effect = e.pairEffect(lang, b, *pair, first)
				l.Clear = l.Clear && adjusted(pair.Test) < significant
			} else if len(list) == 2 && b.Table.Compared.Overall != nil {
				l.P = pWords(lang, *b.Table.Compared.Overall)
				l.Effect = effectOf(lang, *b.Table.Compared.Overall)
				l.Clear = l.Clear && out.Established
			}
			lines = append(lines, l)
		}
	}
	slices.SortStableFunc(lines, func(a, b line) int { return cmp.Compare(b.size, a.size) })
	for i, l := range lines {
		if i == mostLines {
			out.Left = len(lines) - mostLines
			break
		}
		out.Lines = append(out.Lines, l.CompareLine)
	}
	out.LinesNote = e.keyWords(lang, k.compared())
	for _, p := range b.Table.Compared.Pairs {
		_, ok := p.Test.Effect(analysis.Superiority)
		out.Chances = out.Chances || ok
	}
}

// keyWords is what is compared: `”Ja”, andel`.
func (e Exhibit) keyWords(lang i18n.Lang, k Key) string {
	switch {
	case k.Measure == analysis.MeasureMean:
		return i18n.T(lang, "exhibit.key_mean")
	case e.Question.Type == questionnaire.Ranking:
		return i18n.T(lang, "exhibit.key_ranked", "Answer", k.Answer.In(lang))
	}
	return i18n.T(lang, "exhibit.key_share", "Answer", k.Answer.In(lang))
}

// pairEffect is the chance that one of the first answers higher than one of the second, or, of answers
// without order, Cramér's V.
func (e Exhibit) pairEffect(lang i18n.Lang, b Block, p analysis.Pair, first held) string {
	a, ok := p.Test.Effect(analysis.Superiority)
	if !ok {
		return effectOf(lang, p.Test)
	}
	if b.Table.Parts[b.Table.Compared.Compared[p.A]].Part.ID != first.part.Part.ID {
		a = 1 - a
	}
	return i18n.Number(lang, a, 2)
}

func (e Exhibit) compareOptions(lang i18n.Lang, b Block, out *Comparison) {
	out.LinesNote = i18n.T(lang, "exhibit.key_options")
	for _, o := range b.Table.Compared.Options {
		k := Key{Measure: analysis.MeasureShare, Codes: []int{o.Code}, Answer: e.Question.Label(o.Code)}
		list := heldBy(b, k)
		if len(list) < 2 {
			continue
		}
		high, low := e.apart(list)
		d, ok := difference(k, high.part, low.part)
		if !ok || high.part.Part.ID == low.part.Part.ID {
			continue
		}
		sure := adjusted(o.Test) < significant
		out.Established = out.Established || sure
		out.Lines = append(out.Lines, CompareLine{What: k.Answer.In(lang), First: e.Label(lang, high.part), Second: e.Label(lang, low.part),
			Diff: diffWords(lang, k, d, high.est, low.est), Effect: effectOf(lang, o.Test), P: pWords(lang, o.Test), Clear: sure && d.Clear()})
	}
	if len(b.Table.Compared.Options) > 0 {
		o := b.Table.Compared.Options[0].Test
		out.Test = i18n.T(lang, "exhibit.test_options", "Method", i18n.T(lang, "exhibit.method_"+string(o.Method)), "Count", o.Family)
	}
}

// diffWords is a difference with its interval: "37 procentenheter [22 till 49]".
func diffWords(lang i18n.Lang, k Key, d analysis.Difference, a, b analysis.Estimate) string {
	if !k.Measure.IsShare() {
		return i18n.T(lang, "exhibit.diff", "Value", withUnit(i18n.Number(lang, d.Value, 1), k.Unit),
			"Lower", i18n.Number(lang, d.Lower, 1), "Upper", i18n.Number(lang, d.Upper, 1))
	}
	decimals := 0
	if min(a.Base, b.Base) >= 100 {
		decimals = 1
	}
	return i18n.T(lang, "exhibit.diff_points", "Value", i18n.Number(lang, d.Value*100, decimals),
		"Lower", i18n.Number(lang, d.Lower*100, decimals), "Upper", i18n.Number(lang, d.Upper*100, decimals))
}

func testWords(lang i18n.Lang, t analysis.Test) string {
	name := i18n.T(lang, "exhibit.method_"+string(t.Method))
	weighted := ""
	if t.Weighted {
		weighted = i18n.T(lang, "exhibit.test_weighted")
	}
	return i18n.T(lang, "exhibit.test", "Method", name, "N", i18n.Int(lang, t.N), "Statistic", statistic(lang, t),
		"P", pWords(lang, t), "Family", max(t.Family, 1), "Effect", effectOf(lang, t), "Weighted", weighted)
}

// statistic is the test's own number, empty where it has none.
func statistic(lang i18n.Lang, t analysis.Test) string {
	v := i18n.Number(lang, t.Statistic, 2)
	switch t.Method {
	case analysis.ChiSquareTest:
		return "χ² = " + v + ", df " + number(lang, t.DF) + "; "
	case analysis.KruskalWallisTest:
		return "H = " + v + ", df " + number(lang, t.DF) + "; "
	case analysis.MannWhitneyTest, analysis.MannWhitneyExact:
		return "U = " + number(lang, t.Statistic) + "; "
	case analysis.RaoScottTest:
		return "F = " + v + ", df " + number(lang, t.DF) + ", " + number(lang, t.DF2) + "; "
	}
	return ""
}

// pWords is P after Holm: "p = 0,017".
func pWords(lang i18n.Lang, t analysis.Test) string {
	return i18n.PValue(lang, adjusted(t))
}

// effectOf names the effect size that goes with the test, with its size in a word. The limits are Cohen's
// (1988): conventions for reading, not for deciding.
func effectOf(lang i18n.Lang, t analysis.Test) string {
	for _, e := range []struct {
		name          analysis.EffectName
		sign          string
		small, medium float64
		large         float64
	}{
		{analysis.CramersV, "V", 0.1, 0.3, 0.5}, {analysis.EpsilonSquare, "ε²", 0.01, 0.06, 0.14}, {analysis.RankBiserial, "r", 0.1, 0.3, 0.5},
	} {
		v, ok := t.Effect(e.name)
		if !ok {
			continue
		}
		word := "tiny"
		switch size := math.Abs(v); {
		case size >= e.large:
			word = "large"
		case size >= e.medium:
			word = "medium"
		case size >= e.small:
			word = "small"
		}
		return i18n.T(lang, "exhibit.effect", "Sign", e.sign, "Value", i18n.Number(lang, v, 2), "Size", i18n.T(lang, "exhibit.effect_"+word))
	}
	return ""
}

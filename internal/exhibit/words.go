package exhibit

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// fewest is the base under which no percentages are written.
const fewest = 20

// significant is the adjusted P below which a difference is spoken of as established.
const significant = 0.05

// SplitLabel names what results stand side by side by.
func (e Exhibit) SplitLabel(lang i18n.Lang, id string) string { return SplitLabel(lang, e.def, id) }

// Label is the heading of one part.
func (e Exhibit) Label(lang i18n.Lang, p analysis.PartOf) string {
	switch {
	case e.View.By == analysis.SplitByGroup:
		return i18n.T(lang, "group."+p.Part.ID)
	case e.View.By == Whole:
		return GroupLabel(lang, p.Result.Filter.Group)
	}
	return p.Part.Label.In(lang)
}

// GroupLabel names a reporting group, or all groups.
func GroupLabel(lang i18n.Lang, group string) string {
	switch group {
	case "":
		return i18n.T(lang, "group.all")
	case analysis.GroupAssociation:
		return i18n.T(lang, "analysis.associations")
	}
	return i18n.T(lang, "group."+group)
}

// noun is what those who answered are called in a sentence: "84 företag".
func noun(lang i18n.Lang, group string) string {
	if group == "" {
		group = "all"
	}
	return i18n.T(lang, "exhibit.noun_"+group)
}

// who names a part inside a sentence.
func (e Exhibit) who(lang i18n.Lang, p analysis.PartOf) string {
	if e.View.By == analysis.SplitByGroup {
		return noun(lang, p.Part.ID)
	}
	label := e.Label(lang, p)
	if e.View.ByWave() { // its day in brackets stands at every chart; a title has brackets of its own
		label, _, _ = strings.Cut(label, " (")
	}
	return label
}

// value is a number as running text has it.
func value(lang i18n.Lang, k Key, est analysis.Estimate) string {
	switch {
	case !k.Measure.IsShare():
		return withUnit(number(lang, est.Value), k.Unit)
	case est.Base < fewest:
		return i18n.Share(lang, est.Count, est.Base)
	}
	return i18n.T(lang, "exhibit.percent", "Number", shareNumber(lang, est.Value, est.Base))
}

func withUnit(s, unit string) string {
	if unit == "" {
		return s
	}
	return s + "\u00a0" + unit
}

// number has one decimal unless it is whole.
func number(lang i18n.Lang, v float64) string {
	if v == math.Trunc(v) {
		return i18n.Number(lang, v, 0)
	}
	return i18n.Number(lang, v, 1)
}

func shareNumber(lang i18n.Lang, share float64, base int) string {
	if base >= 100 {
		return i18n.Number(lang, share*100, 1)
	}
	return i18n.Number(lang, share*100, 0)
}

// held is a part with its number.
type held struct {
	part analysis.PartOf
	est  analysis.Estimate
}

func heldBy(b Block, k Key) []held {
	var out []held
	for _, p := range b.Table.Parts {
		if est, ok := estimate(p, k); ok {
			out = append(out, held{p, est})
		}
	}
	return out
}

// Finding says in one line what the block shows: never more than the test allows.
func (e Exhibit) Finding(lang i18n.Lang, b Block) string {
	k, list := e.spokenOf(b)
	if len(list) == 0 {
		return e.unsaid(lang, b)
	}
	kind := string(k.Measure)
	switch {
	case e.Question.Type == questionnaire.Ranking:
		kind = "ranked"
	case k.Measure.IsShare():
		kind = "share"
	}
	if len(list) == 1 {
		key := "exhibit.finding_one_" + kind
		if list[0].est.Base < fewest && k.Measure.IsShare() {
			key = "exhibit.finding_few_" + kind
		}
		return i18n.T(lang, key, "Answer", k.Answer.In(lang), "Value", value(lang, k, list[0].est),
			"Of", i18n.Int(lang, list[0].est.Base), "Noun", e.whose(lang, list[0].part))
	}
	if e.View.ByWave() {
		return e.change(lang, b, k, kind, list)
	}
	slices.SortStableFunc(list, func(a, b held) int {
		switch {
		case a.est.Value > b.est.Value:
			return -1
		case a.est.Value < b.est.Value:
			return 1
		}
		return 0
	})
	high, low := list[0], list[len(list)-1]
	key := "exhibit.finding_alike_" + kind
	switch {
	case e.established(b, k, high, low):
		key = "exhibit.finding_apart_" + kind
	case !e.tested(lang, b): // without a test nothing is said of the difference, not even that none is established
		key = "exhibit.finding_untested_" + kind
	case len(list) == 2:
		key = "exhibit.finding_both_" + kind
	}
	return i18n.T(lang, key, "Answer", k.Answer.In(lang), "High", value(lang, k, high.est), "HighWho", e.who(lang, high.part),
		"Low", value(lang, k, low.est), "LowWho", e.who(lang, low.part))
}

// spokenOf is the number that the title is of and the parts that have it. Where the key number is withheld
// everywhere, or is nobody's, it is the most common answer that is shown. Numbers of few are counts, which do
// not go with percentages in one sentence: beside larger parts they are left out.
func (e Exhibit) spokenOf(b Block) (Key, []held) {
	k, ok := e.KeyOf(b)
	var list []held
	if ok {
		list = heldBy(b, k)
	}
	if !slices.ContainsFunc(list, func(h held) bool { return !k.Measure.IsShare() || h.est.Value > 0 }) {
		if k, ok = e.mostCommon(b); !ok {
			return k, nil
		}
		list = heldBy(b, k)
	}
	if !k.Measure.IsShare() {
		return k, list
	}
	if large := slices.DeleteFunc(slices.Clone(list), func(h held) bool { return h.est.Base < fewest }); len(large) > 0 {
		list = large
	}
	return k, list
}

// mostCommon is the answer that most have given of those that are shown.
func (e Exhibit) mostCommon(b Block) (k Key, ok bool) {
	k.Measure = analysis.MeasureShare
	counts, most := map[int]int{}, 0
	for _, p := range b.Table.Parts {
		if p.Result.Numbers != nil && len(p.Result.Numbers.Bands) > 0 {
			k.Measure = analysis.MeasureBand
		}
		for _, r := range rowsOf(p.Result) {
			if r.Hidden || e.Question.Type == questionnaire.Numeric {
				continue
			}
			if counts[r.Code] += r.Count; counts[r.Code] > most {
				most, k.Codes, k.Answer = counts[r.Code], []int{r.Code}, r.Label
			}
		}
	}
	return k, most > 0
}

// unsaid is the title of a block without a number to speak of: the question, unless too few answered it.
func (e Exhibit) unsaid(lang i18n.Lang, b Block) string {
	few := func(p analysis.PartOf) bool {
		why := p.Result.Absent
		return p.Result.Numbers == nil && (why == "" || why == analysis.TooFew || why == analysis.NoAnswers || why == analysis.Withholding || why == analysis.NotAsked)
	}
	switch {
	case e.Question.Type == questionnaire.FreeText:
		return i18n.T(lang, "exhibit.finding_text")
	case !slices.ContainsFunc(b.Table.Parts, func(p analysis.PartOf) bool { return !few(p) }):
		return i18n.T(lang, "exhibit.finding_none")
	case !b.Label.IsZero():
		return b.Label.In(lang)
	}
	return e.Question.ForGroup(e.View.Group).Text.In(lang)
}

// whose names those who answered in the one part that is spoken of: "företag (1–4 anställda)".
func (e Exhibit) whose(lang i18n.Lang, p analysis.PartOf) string {
	name := noun(lang, p.Result.Filter.Group)
	if e.View.By == Whole || e.View.By == analysis.SplitByGroup {
		return name
	}
	return name + " (" + e.Label(lang, p) + ")"
}

// change says what has become of the number since the wave before.
func (e Exhibit) change(lang i18n.Lang, b Block, k Key, kind string, list []held) string {
	now, before := e.apart(list)
	key := "exhibit.finding_both_" + kind
	switch {
	case !e.tested(lang, b):
		key = "exhibit.finding_untested_" + kind
	case !e.established(b, k, now, before):
	case now.est.Value > before.est.Value:
		key = "exhibit.finding_rose_" + kind
	default:
		key = "exhibit.finding_fell_" + kind
	}
	return i18n.T(lang, key, "Answer", k.Answer.In(lang), "High", value(lang, k, now.est), "HighWho", e.who(lang, now.part),
		"Low", value(lang, k, before.est), "LowWho", e.who(lang, before.part))
}

// apart are the two parts that are spoken of: the highest and the lowest, of waves the last and the one before.
func (e Exhibit) apart(list []held) (first, second held) {
	if e.View.ByWave() {
		return list[len(list)-1], list[len(list)-2]
	}
	byValue := func(a, b held) int { return cmp.Compare(a.est.Value, b.est.Value) }
	return slices.MaxFunc(list, byValue), slices.MinFunc(list, byValue)
}

// tested tells whether the page shows a test of the block.
func (e Exhibit) tested(lang i18n.Lang, b Block) bool {
	c, ok := e.Compare(lang, b)
	return ok && c.Test != ""
}

// established tells whether the two may be said to differ: the test over all parts is significant, with
// three and more the test of the pair too where there is one, and the interval of the difference leaves
// zero out.
func (e Exhibit) established(b Block, k Key, high, low held) bool {
	d, ok := difference(k, high.part, low.part)
	if !ok || !d.Clear() {
		return false
	}
	c := b.Table.Compared
	if len(c.Options) > 0 {
		for _, o := range c.Options {
			if slices.Contains(k.Codes, o.Code) {
				return adjusted(o.Test) < significant
			}
		}
		return false
	}
	if c.Overall == nil || adjusted(*c.Overall) >= significant {
		return false
	}
	if pair := pairOf(b.Table, high.part, low.part); pair != nil {
		return adjusted(pair.Test) < significant
	}
	return len(c.Pairs) == 0
}

func adjusted(t analysis.Test) float64 {
	if t.Family > 0 {
		return t.Adjusted
	}
	return t.P
}

func difference(k Key, a, b analysis.PartOf) (analysis.Difference, bool) {
	k = k.compared()
	ea, okA := estimate(a, k)
	eb, okB := estimate(b, k)
	if !okA || !okB {
		return analysis.Difference{}, false
	}
	d, err := analysis.DifferenceOf(k.Measure, ea, eb)
	return d, err == nil
}

// pairOf is the test of two parts, nil without one.
func pairOf(t analysis.Table, a, b analysis.PartOf) *analysis.Pair {
	name := func(i int) string { return t.Parts[t.Compared.Compared[i]].Part.ID }
	for i := range t.Compared.Pairs {
		p := &t.Compared.Pairs[i]
		if p.A >= len(t.Compared.Compared) || p.B >= len(t.Compared.Compared) {
			continue
		}
		if x, y := name(p.A), name(p.B); x == a.Part.ID && y == b.Part.ID || x == b.Part.ID && y == a.Part.ID {
			return p
		}
	}
	return nil
}

// Base says how many answered: "Bas: 84 företag. Vet ej 9 %."
func (e Exhibit) Base(lang i18n.Lang, b Block) string {
	var parts []string
	one := len(b.Table.Parts) == 1
	for _, p := range b.Table.Parts {
		n := p.Result.Numbers
		if n == nil {
			continue
		}
		text := i18n.Int(lang, n.Base) + " " + e.who(lang, p)
		switch {
		case one:
			text = i18n.Int(lang, n.Base) + " " + noun(lang, p.Result.Filter.Group)
		case e.View.By != analysis.SplitByGroup:
			text = e.Label(lang, p) + " " + i18n.Int(lang, n.Base)
		}
		if n.Unknown > 0 {
			key := "exhibit.base_unknown"
			if one {
				key = "exhibit.base_unknown_one"
			}
			text += i18n.T(lang, key, "Share", unknownShare(lang, n))
		}
		parts = append(parts, text)
	}
	if len(parts) == 0 {
		return i18n.T(lang, "exhibit.base_none")
	}
	text := i18n.T(lang, "exhibit.base", "List", strings.Join(parts, ", "))
	if slices.ContainsFunc(b.Table.Parts, func(p analysis.PartOf) bool { return p.Result.Unweighted != "" }) {
		text += " " + i18n.T(lang, "exhibit.weights_withheld")
	}
	return text
}

func unknownShare(lang i18n.Lang, n *analysis.Numbers) string {
	if n.Base+n.Unknown < fewest {
		return i18n.Int(lang, n.Unknown)
	}
	return i18n.Percent(lang, n.UnknownShare, min(n.Base+n.Unknown, 99))
}

// Withheld says which parts are not shown and why: one sentence for each reason.
func (e Exhibit) Withheld(lang i18n.Lang, b Block) []string {
	var reasons []analysis.Absence
	byReason := map[analysis.Absence][]string{}
	for _, p := range b.Table.Parts {
		if p.Result.Numbers != nil {
			continue
		}
		why := p.Result.Absent
		if why == "" {
			why = analysis.TooFew
		}
		if byReason[why] == nil {
			reasons = append(reasons, why)
		}
		byReason[why] = append(byReason[why], e.Label(lang, p))
	}
	var out []string
	for _, why := range reasons {
		out = append(out, i18n.T(lang, "exhibit.withheld_"+string(why), "Parts", strings.Join(byReason[why], ", "),
			"Least", leastBase(b)))
	}
	cells := false
	for _, p := range b.Table.Parts {
		for _, r := range rowsOf(p.Result) {
			cells = cells || r.Hidden
		}
	}
	if cells {
		out = append(out, i18n.T(lang, "exhibit.withheld_cells", "Limit", analysis.DefaultCellLimit))
	}
	return out
}

func leastBase(b Block) int {
	if len(b.Table.Parts) == 0 {
		return analysis.DefaultMinBase
	}
	return b.Table.Parts[0].Result.MinBase
}

// Weighting says what the weights are, or why there are none; empty for an unweighted view.
func (e Exhibit) Weighting(lang i18n.Lang) string {
	switch {
	case e.View.Weights == "":
		return ""
	case e.Weights == nil:
		return i18n.T(lang, "exhibit.unweighted_"+string(e.WeightsAbsent))
	}
	d := e.Weights.Design
	return i18n.T(lang, "exhibit.weighted", "By", e.View.Weights, "Frame", i18n.Int(lang, e.Weights.Frame), "Deff", i18n.Number(lang, d.Deff, 2),
		"Effective", i18n.Number(lang, d.Effective, 0), "N", i18n.Int(lang, d.N), "Trimmed", i18n.Int(lang, e.Weights.Trimmed))
}

package analysis

import (
	"math/bits"
	"strconv"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// mass is a number of respondents with the sum of their weights and of the
// weights' squares; without weights all three are the number.
type mass struct {
	n       int
	sum     float64
	squares float64
}

func (m *mass) add(n int, weight float64) {
	m.n += n
	m.sum += float64(n) * weight
	m.squares += float64(n) * weight * weight
}

func (m *mass) merge(o mass) {
	m.n += o.n
	m.sum += o.sum
	m.squares += o.squares
}

// tally is what a selection answered in one column. Everything that a result
// shows comes from it.
type tally struct {
	c       *column
	weights *Weights // nil = every respondent counts 1
	missing [firstPlace]mass
	base    mass
	counts  []mass // single-coded: by place in values; multiple: by option; ranking: in any place, by option
	first   []mass // ranking: by option
	points  []float64
	values  weighed // scales, ratings, numbers
	options func(groups []string) mass
}

// tallyOf counts a column over a set of positions.
func (d *Dataset) tallyOf(c *column, rows bitmap, w *Weights) *tally {
	t := &tally{c: c, weights: w}
	t.options = func(groups []string) mass { return d.baseOf(t, rows, groups) }
	byPlace := t.places(rows)
	for p := range firstPlace {
		t.missing[p] = byPlace[p]
	}
	for _, m := range byPlace[firstPlace:] {
		t.base.merge(m)
	}
	switch c.question.Type {
	case questionnaire.Multiple:
		t.multiple(rows)
	case questionnaire.Ranking:
		t.ranking(rows)
	case questionnaire.Numeric:
		t.numeric(rows)
	case questionnaire.FreeText: // only that there is an answer is counted
	default:
		t.counts = byPlace[firstPlace : int(firstPlace)+len(c.values)]
		if hasOrder(c.question.Type) {
			for i, code := range c.values {
				t.values.put(float64(code), t.counts[i])
			}
			t.values.sort()
		}
	}
	return t
}

// places counts a set by place.
func (t *tally) places(rows bitmap) (out [256]mass) {
	if t.weights == nil {
		for p, n := range t.c.histogram(rows) {
			out[p].add(n, 1)
		}
		return out
	}
	width := int(firstPlace) + max(1, len(t.c.values))
	counts := make([]uint32, len(t.weights.weight)*width)
	t.c.byClass(rows, t.weights.class, width, counts)
	for k, n := range counts {
		if n > 0 {
			out[k%width].add(int(n), t.weights.weight[k/width])
		}
	}
	return out
}

// massOf is the mass of the positions that stand in both sets.
func (t *tally) massOf(a, b bitmap) mass {
	var m mass
	if t.weights == nil {
		m.add(countBoth(a, b), 1)
		return m
	}
	counts := make([]uint32, len(t.weights.weight))
	for k, w := range a {
		if w &= b[k]; w == 0 {
			continue
		}
		class := (*[64]uint16)(t.weights.class[k<<6:])
		for ; w != 0; w &= w - 1 {
			counts[class[bits.TrailingZeros64(w)&63]]++
		}
	}
	for k, n := range counts {
		m.add(int(n), t.weights.weight[k])
	}
	return m
}

func (t *tally) multiple(rows bitmap) {
	t.counts = make([]mass, len(t.c.chosen))
	for i, chosen := range t.c.chosen {
		t.counts[i] = t.massOf(chosen, rows)
	}
}

func (t *tally) ranking(rows bitmap) {
	options, stride := len(t.c.question.Options), t.c.stride
	t.counts, t.first, t.points = make([]mass, options), make([]mass, options), make([]float64, options)
	width := options + 1
	classes := 1
	if t.weights != nil {
		classes = len(t.weights.weight)
	}
	counts := make([]uint32, classes*stride*width)
	at := func(row int) {
		base := 0
		if t.weights != nil {
			base = int(t.weights.class[row]) * stride
		}
		for place, r := range t.c.ranks[row*stride : (row+1)*stride] {
			counts[(base+place)*width+int(r)]++
		}
	}
	for k, w := range rows {
		for w &= t.c.answered[k]; w != 0; w &= w - 1 {
			at(k<<6 + bits.TrailingZeros64(w))
		}
	}
	for k, n := range counts {
		option := k%width - 1
		if option < 0 || n == 0 {
			continue
		}
		place, weight := k/width%stride, t.weightOf(k/width/stride)
		t.counts[option].add(int(n), weight)
		t.points[option] += float64(n) * weight * float64(stride-place)
		if place == 0 {
			t.first[option].add(int(n), weight)
		}
	}
}

func (t *tally) numeric(rows bitmap) {
	sums := make([]mass, len(t.c.distinct))
	for k, w := range rows {
		for w &= t.c.answered[k]; w != 0; w &= w - 1 {
			row := k<<6 + bits.TrailingZeros64(w)
			class := 0
			if t.weights != nil {
				class = int(t.weights.class[row])
			}
			sums[t.c.amounts[row]].add(1, t.weightOf(class))
		}
	}
	for i, m := range sums {
		t.values.put(t.c.distinct[i], m)
	}
	t.values.sort()
}

func (t *tally) weightOf(class int) float64 {
	if t.weights == nil {
		return 1
	}
	return t.weights.weight[class]
}

// baseOf is the part of a base that belongs to groups that were offered an
// option.
func (d *Dataset) baseOf(t *tally, rows bitmap, groups []string) mass {
	asked := make(bitmap, len(rows))
	for i, g := range d.groups {
		if offered(groups, g) {
			asked.or(d.members[i])
		}
	}
	asked.and(rows)
	return t.massOf(t.c.answered, asked)
}

// code is the mass of those who chose a code, in any place.
func (t *tally) code(code int) mass {
	if t.c.singleCoded() {
		if p, ok := t.c.place[code]; ok {
			return t.counts[p-firstPlace]
		}
		return mass{}
	}
	if i, ok := t.c.options[code]; ok && t.counts != nil {
		return t.counts[i]
	}
	return mass{}
}

func (t *tally) codes(codes ...int) mass {
	var m mass
	for _, c := range codes {
		m.merge(t.code(c))
	}
	return m
}

// share is a part of a base. Weighted, its interval is Wilson's on Kish's
// effective base, without finite population correction (methods 1.2, 1.5).
func (t *tally) share(m, base mass, population int) Share {
	if t.weights == nil || base.sum == 0 {
		return share(m.n, base.n, population)
	}
	p := max(0, min(1, m.sum/base.sum))
	lower, upper := wilson(p, base.sum*base.sum/base.squares)
	return Share{Count: m.n, Base: base.n, Share: p, Lower: lower, Upper: upper}
}

func (t *tally) summarise(scale bool, minMean int) *Summary {
	if t.weights == nil {
		return summarise(t.values.counts(), scale, minMean)
	}
	return t.values.summariseWeighted(scale, minMean)
}

func hasOrder(t questionnaire.Type) bool {
	return t == questionnaire.Likert5 || t == questionnaire.Matrix || t == questionnaire.Rating
}

// fill turns the tally into rows, boxes, bands and summaries.
func (t *tally) fill(n *Numbers, group string, o Options) {
	n.Base = t.base.n
	n.Unanswered, n.NotShown = t.missing[missUnanswered].n, t.missing[missNotShown].n
	n.NotApplicable, n.Unknown, n.Declined = t.missing[missNotApplicable].n, t.missing[missUnknown].n, t.missing[missDeclined].n
	n.finish()
	if t.weights != nil {
		n.Weighting, n.Classes = t.design(), t.weights.classes
		if all := t.base.sum + t.missing[missUnknown].sum; all > 0 {
			n.UnknownShare = t.missing[missUnknown].sum / all
		}
	}
	q := t.c.question
	switch q.Type {
	case questionnaire.FreeText:
	case questionnaire.Numeric:
		n.Summary = t.summarise(false, o.minMean())
	case questionnaire.Rating:
		t.fillRating(n, o)
	case questionnaire.Ranking:
		t.fillOptions(n, group)
		t.fillRanking(n)
	default:
		t.fillOptions(n, group)
		if hasOrder(q.Type) {
			top := t.share(t.codes(4, 5), t.base, n.Population)
			bottom := t.share(t.codes(1, 2), t.base, n.Population)
			n.Top2, n.Bottom2 = &top, &bottom
			n.Summary = t.summarise(true, o.minMean())
		}
	}
}

// design is Kish's design effect of those who answered this question.
func (t *tally) design() *Design {
	if t.base.sum == 0 {
		return nil
	}
	n := float64(t.base.n)
	deff := max(1, n*t.base.squares/(t.base.sum*t.base.sum))
	d := &Design{
		N: t.base.n, Min: t.weights.Design.Min, Max: t.weights.Design.Max,
		Mean: t.base.sum / n, Deff: deff, DeffN1: 1, Effective: n / deff,
	}
	if n > 1 {
		d.DeffN1 = 1 + (deff-1)*n/(n-1)
	}
	return d
}

func (t *tally) fillOptions(n *Numbers, group string) {
	for _, op := range t.c.question.Options {
		base := t.base
		if len(op.Groups) > 0 {
			if base = t.options(op.Groups); base.n == 0 && !offered(op.Groups, group) {
				continue
			}
		}
		n.Rows = append(n.Rows, Row{
			Code: op.Code, Label: op.Text, Share: t.share(t.code(op.Code), base, n.Population),
		})
	}
}

func offered(groups []string, group string) bool {
	if group == GroupAssociation {
		group = groupBusiness
	}
	return contains(groups, group)
}

func (t *tally) fillRanking(n *Numbers) {
	for _, r := range n.Rows {
		i, base := t.c.options[r.Code], t.base
		if groups := t.c.question.Options[i].Groups; len(groups) > 0 {
			base = t.options(groups)
		}
		ranked := Ranked{
			Code: r.Code, Label: r.Label, Top: r.Share,
			First: t.share(t.first[i], base, n.Population),
		}
		if base.sum > 0 {
			score := t.points[i] / base.sum
			ranked.Score = &score
		}
		n.Ranking = append(n.Ranking, ranked)
	}
}

// ratingBands are the three bands of a 0-10 rating (methods 1.3).
var ratingBands = []struct{ from, to int }{{0, 3}, {4, 6}, {7, 10}}

func (t *tally) fillRating(n *Numbers, o Options) {
	q := t.c.question
	for v := round(q.Min); v <= round(q.Max); v++ {
		label := strconv.Itoa(v)
		n.Rows = append(n.Rows, Row{
			Code: v, Label: i18n.Text{Sv: label, En: label}, Share: t.share(t.code(v), t.base, n.Population),
		})
	}
	n.Summary = t.summarise(false, o.minMean())
	if round(q.Min) != 0 || round(q.Max) != 10 {
		return
	}
	for _, band := range ratingBands {
		var m mass
		for v := band.from; v <= band.to; v++ {
			m.merge(t.code(v))
		}
		label := strconv.Itoa(band.from) + "–" + strconv.Itoa(band.to)
		n.Bands = append(n.Bands, Row{
			Code: band.from, Label: i18n.Text{Sv: label, En: label}, Share: t.share(m, t.base, n.Population),
		})
	}
}

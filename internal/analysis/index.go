package analysis

import (
	"math"
	"slices"

	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/strategy"
)

// Index is which ordered questions make one figure. The items share a scale, so
// that their steps mean the same: an index over importance and obstacles would
// mean nothing.
type Index struct {
	Area  int      `json:"area"`
	Theme string   `json:"theme,omitempty"` // empty: the whole area
	Scale string   `json:"scale"`
	Items []string `json:"items"` // question ids, with the row of a matrix
}

// IndexResult is an index of one selection: each respondent's mean over the
// items answered, of steps brought to 0-100 by (x-min)/(max-min), for those who
// answered at least half of the items that they were shown; then the mean over
// respondents with its t-interval.
type IndexResult struct {
	Index  Index    `json:"index"`
	Filter Filter   `json:"filter"`
	Absent Absence  `json:"absent,omitempty"`
	Base   int      `json:"base,omitempty"` // respondents with an index
	Mean   *Mean    `json:"mean,omitempty"` // 0-100
	Alpha  *float64 `json:"alpha,omitempty"`
	// Alpha is Cronbach's reliability over those who answered every item; nil with
	// one item, fewer than the smallest base, or no variation.
}

// Indices lists what indices the questionnaire holds: of every theme, and of the
// area, the items of one scale, in the order of the questions.
func Indices(d *Dataset) []Index {
	var out []Index
	put := func(area int, theme, scale, item string) {
		i := slices.IndexFunc(out, func(x Index) bool { return x.Area == area && x.Theme == theme && x.Scale == scale })
		if i < 0 {
			i = len(out)
			out = append(out, Index{Area: area, Theme: theme, Scale: scale})
		}
		out[i].Items = append(out[i].Items, item)
	}
	for _, c := range d.order {
		q := c.question
		if q.Scale == "" || q.Type != questionnaire.Likert5 && q.Type != questionnaire.Matrix {
			continue
		}
		theme := q.Theme
		if r, ok := q.Row(c.row); ok && r.Theme != "" {
			theme = r.Theme
		}
		area := d.def.Area
		if t, ok := strategy.ThemeByCode(theme); ok && t.Area != 0 {
			area = t.Area
		}
		if theme != "" {
			put(area, theme, q.Scale, c.id())
		}
		if area != 0 { // a cross-cutting theme of joined surveys belongs to none
			put(area, "", q.Scale, c.id())
		}
	}
	return out
}

// CountIndex computes an index for a selection. With weights the mean is
// weighted; Cronbach's alpha never is. Cronbach 1951.
func CountIndex(d *Dataset, x Index, s *Selection, o Options) (IndexResult, error) {
	out := IndexResult{Index: x, Filter: s.filter}
	items, err := d.items(x)
	if err != nil {
		return out, err
	}
	if !slices.ContainsFunc(items, func(i item) bool { return s.unasked(i.question) == "" }) {
		out.Absent = s.unasked(items[0].question)
		return out, nil
	}
	w := o.Weights.of(s.filter)
	if w != nil && (w.dataset != d || w.Stale()) {
		return out, Stale
	}
	have := indexed(items, s)
	base := countBoth(have, s.rows)
	switch {
	case slices.ContainsFunc(items, func(i item) bool { return s.belowCounty(i.question) }):
		out.Absent = BelowCounty
		return out, nil
	case !d.releasable(have, s, o) || base < max(2, o.minMean()):
		out.Absent = TooFew
		return out, nil
	}
	out.Base = base
	t := tally{weights: w}
	sums := map[float64]mass{}
	have.and(s.rows)
	have.each(func(row int) {
		value, _ := indexOf(items, row)
		class := 0
		if w != nil {
			class = int(w.class[row])
		}
		m := sums[value]
		m.add(1, t.weightOf(class))
		sums[value] = m
	})
	for v, m := range sums {
		t.values.put(v, m)
	}
	t.values.sort()
	if sum := t.summarise(false, o.minMean()); sum != nil {
		out.Mean = sum.Mean
	}
	out.Alpha = cronbach(items, s.rows, o.minBase())
	return out, nil
}

// item is a column of an index with its steps brought to 0-100, by place.
type item struct {
	*column
	step [256]float64
}

// items finds the columns of an index.
func (d *Dataset) items(x Index) ([]item, error) {
	var items []item
	for _, id := range x.Items {
		c := d.columns[id]
		if c == nil || !hasOrder(c.question.Type) {
			return nil, NotOrdered
		}
		low, high := scaleOf(c.question)
		if !(high > low) {
			return nil, NotOrdered
		}
		one := item{column: c}
		for i, v := range c.values {
			one.step[int(firstPlace)+i] = (float64(v) - low) / (high - low) * 100
		}
		items = append(items, one)
	}
	if len(items) == 0 {
		return nil, NoAnswers
	}
	return items, nil
}

// indexed is the set of those in the selection's group who have the index.
func indexed(items []item, s *Selection) bitmap {
	set := make(bitmap, len(s.whole))
	s.whole.each(func(row int) {
		if _, ok := indexOf(items, row); ok {
			set.add(row)
		}
	})
	return set
}

// scaleOf is the lowest and highest step.
func scaleOf(q *questionnaire.Question) (low, high float64) {
	if q.Type == questionnaire.Rating {
		return q.Min, q.Max
	}
	low, high = math.Inf(1), math.Inf(-1)
	for _, o := range q.Options {
		low, high = min(low, float64(o.Code)), max(high, float64(o.Code))
	}
	return low, high
}

// indexOf is one respondent's index, 0-100; false when fewer than half of the
// items shown were answered. Rounded to nine decimals, so that equal answers are
// equal values.
func indexOf(items []item, row int) (float64, bool) {
	sum, answered, shown := 0.0, 0, 0
	for i := range items {
		code := items[i].codes[row]
		if code != missNotShown {
			shown++
		}
		if code >= firstPlace {
			sum += items[i].step[code]
			answered++
		}
	}
	if answered == 0 || 2*answered < shown {
		return 0, false
	}
	return math.Round(sum/float64(answered)*1e9) / 1e9, true
}

// cronbach is k/(k-1) (1 - sum of the items' variances / variance of the sum).
func cronbach(items []item, rows bitmap, minBase int) *float64 {
	k := float64(len(items))
	if k < 2 {
		return nil
	}
	n := 0.0
	sums, squares := make([]float64, len(items)+1), make([]float64, len(items)+1)
	values := make([]float64, len(items)+1)
	rows.each(func(row int) {
		values[len(items)] = 0
		for i, c := range items {
			code := c.codes[row]
			if code < firstPlace {
				return
			}
			values[i] = float64(c.values[code-firstPlace])
			values[len(items)] += values[i]
		}
		n++
		for i, v := range values {
			sums[i] += v
			squares[i] += v * v
		}
	})
	if n < float64(max(2, minBase)) {
		return nil
	}
	variance := func(i int) float64 { return (squares[i] - sums[i]*sums[i]/n) / (n - 1) }
	total, parts := variance(len(items)), 0.0
	if total <= 1e-12 {
		return nil
	}
	for i := range items {
		parts += variance(i)
	}
	alpha := k / (k - 1) * (1 - parts/total)
	return &alpha
}

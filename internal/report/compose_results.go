package report

import (
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
)

func itoa(n int) string { return strconv.Itoa(n) }

// shows says whether any group's result may be drawn.
func shows(q *Question) bool {
	for _, r := range q.Results {
		if len(r.Parts) > 0 {
			return true
		}
		if r.Numbers != nil {
			return true
		}
	}
	return false
}

// results draws the chapter's chosen questions. The rest stand in the tables.
func (w *writer) results(ch Chapter) {
	drawn := 0
	for _, id := range ch.Figures {
		s, q := w.figureQuestion(ch, id)
		if q == nil || !shows(q) {
			continue
		}
		if f, ok := w.figure(s, q); ok {
			f.Bare = w.s.Kind == National
			w.add(f)
			drawn++
		}
	}
	if drawn == 0 {
		w.add(document.Plain(w.t("report.no_results")))
	}
}

// findings is the national edition's results: the questions that all groups
// got, under one heading an area.
func (w *writer) findings(ch Chapter) {
	w.results(ch)
	if e := w.s.Indicator.Bid; e != nil {
		p := phrase{lang: w.lang, group: people.Business, est: *e}
		w.add(document.Paragraph{Runs: withMarks(w.t("report.goal_sentence", "Share", p.Text()+w.goal(0), "Basis", p.Basis(),
			"Baseline", w.baseline()))})
	}
}

// figure draws a question in the one way that fits its type.
func (w *writer) figure(s *Survey, q *Question) (document.Figure, bool) {
	f := document.Figure{ID: figureID(s.ID, q.ID), Question: s.ID + "." + q.ID}
	switch q.Type {
	case questionnaire.Likert5:
		f.Chart, f.Title = w.scale(q)
	case questionnaire.YesNoUnknown:
		f.Chart, f.Title = w.yesNo(q)
	case questionnaire.Rating:
		f.Chart, f.Title = w.bands(q)
	case questionnaire.Single, questionnaire.Multiple, questionnaire.Ranking:
		f.Chart, f.Title, f.Group = w.options(q)
	case questionnaire.Numeric:
		f.Chart, f.Title = w.medians(q)
	case questionnaire.Matrix:
		f.Chart, f.Title, f.Group = w.matrix(q)
	}
	if f.Chart == nil || f.Chart.Empty() || f.Title == "" {
		return f, false
	}
	drawn := only(q.Results, f.Group)
	if f.Group == "" {
		drawn = asDrawn(f.Chart, q.Results)
	}
	f.Source, f.Subtitle, f.Base = w.row(s.ID, q.ID), w.wording(q, drawn, whole), w.base(drawn)
	return f, true
}

// wording is the question as those read it whose answers are shown: each wording with its groups where there are
// several. Part is how much of a wording is wanted.
func (w *writer) wording(q *Question, results []analysis.Frequency, part func(string) string) string {
	var texts []string
	readBy := map[string][]string{}
	for _, r := range results {
		if r.Numbers == nil && len(results) > 1 || r.Filter.Group == analysis.GroupAssociation {
			continue
		}
		text := part(w.in(r.Text))
		if !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
		if name := groupName(w.lang, r.Filter.Group); !slices.Contains(readBy[text], name) {
			readBy[text] = append(readBy[text], name)
		}
	}
	switch len(texts) {
	case 0:
		return part(w.in(q.Text))
	case 1:
		return texts[0]
	}
	if merged := merge(texts, func(text string) string { return lowerFirst(join(w.lang, readBy[text])) }); merged != "" {
		return merged
	}
	for i, text := range texts {
		texts[i] = join(w.lang, readBy[text]) + ": " + text
	}
	return strings.Join(texts, " ")
}

// merge says texts of which most words are the same as one, "Har din organisation (politiker: kommun eller region)
// miljömål?"; empty when they differ in more.
func merge(texts []string, readers func(string) string) string {
	words := make([][]string, len(texts))
	shortest, longest := math.MaxInt, 0
	for i, text := range texts {
		words[i] = strings.Fields(text)
		shortest, longest = min(shortest, len(words[i])), max(longest, len(words[i]))
	}
	same := func(at func(list []string) string) bool {
		return !slices.ContainsFunc(words, func(list []string) bool { return at(list) != at(words[0]) })
	}
	begin, end := 0, 0
	for begin < shortest-1 && same(func(list []string) string { return list[begin] }) {
		begin++
	}
	for end < shortest-1-begin && same(func(list []string) string { return list[len(list)-1-end] }) {
		end++
	}
	if 2*(begin+end) < longest {
		return ""
	}
	between := func(list []string) string { return strings.Join(list[begin:len(list)-end], " ") }
	var others []string
	for i, text := range texts[1:] {
		others = append(others, readers(text)+": "+between(words[i+1]))
	}
	first := words[0]
	parts := append(slices.Clone(first[:len(first)-end]), "("+strings.Join(others, "; ")+")")
	return strings.Join(append(parts, first[len(first)-end:]...), " ")
}

// asDrawn takes the numbers from the groups whose row the chart withholds, so that the line below it does not
// name them as shown.
func asDrawn(c chart.Chart, results []analysis.Frequency) []analysis.Frequency {
	withheld := map[string]bool{}
	switch c := c.(type) {
	case chart.StackedBar:
		for _, r := range c.Rows {
			withheld[r.Group] = r.Suppressed
		}
	case chart.DotInterval:
		for _, r := range c.Rows {
			withheld[r.Group] = r.Suppressed
		}
	case chart.Bar:
		for _, r := range c.Rows {
			withheld[r.Group] = r.Suppressed
		}
	}
	if c, ok := c.(chart.Panels); ok {
		for _, r := range results {
			withheld[r.Filter.Group] = !slices.ContainsFunc(c.Groups, func(g chart.PanelGroup) bool { return g.Group == r.Filter.Group })
		}
	}
	out := slices.Clone(results)
	for i := range out {
		if g := out[i].Filter.Group; g != "" && withheld[g] {
			out[i].Numbers = nil
		}
	}
	return out
}

func only(results []analysis.Frequency, group string) []analysis.Frequency {
	for _, r := range results {
		if r.Filter.Group == group {
			return []analysis.Frequency{r}
		}
	}
	return nil
}

// base is the line below a chart: "Bas: 84 företag (vet ej 9 %), 31 upphandlare".
func (w *writer) base(results []analysis.Frequency) string {
	var parts []string
	for _, r := range results {
		name := w.t("report.some_" + groupKey(r.Filter.Group))
		if r.Numbers == nil {
			parts = append(parts, w.t("report.base_hidden", "Group", name))
			continue
		}
		p := w.int(r.Numbers.Base) + " " + name
		if n := r.Numbers.Base + r.Numbers.Unknown; r.Numbers.Unknown > 0 && n >= percentBase {
			p += " (" + w.t("report.unknown_share", "Share", i18n.Percent(w.lang, r.Numbers.UnknownShare, n)) + ")"
		}
		parts = append(parts, p)
	}
	line := w.t("report.base") + " " + join(w.lang, parts) + "."
	return line
}

// scale is a stacked bar a group. The title says which groups differ.
func (w *writer) scale(q *Question) (chart.Chart, string) {
	c := chart.StackedBar{Bipolar: q.Bipolar}
	for _, r := range q.Results {
		row := chart.StackedRow{Label: groupName(w.lang, r.Filter.Group), Group: r.Filter.Group, Suppressed: r.Numbers == nil}
		if r.Numbers != nil {
			if c.Levels == nil {
				c.Levels = w.labels(r.Numbers.Rows)
			}
			row = stacked(row, r.Numbers, r.Numbers.Rows)
		}
		c.Rows = append(c.Rows, row)
	}
	m := analysis.MeasureTop2
	if q.Bipolar {
		m = w.heavierEnd(q)
	}
	return c, w.contrast(q, m, nil)
}

func (w *writer) labels(rows []analysis.Row) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = w.in(r.Label)
	}
	return out
}

// stacked fills a bar with the parts that may be shown, or leaves it withheld
// when there is none. How long the others are together is no secret: it follows
// from the base, and disclosure control has reckoned with it.
func stacked(row chart.StackedRow, n *analysis.Numbers, rows []analysis.Row) chart.StackedRow {
	row.Suppressed = true
	for _, r := range rows {
		count := r.Count
		if r.Hidden {
			count = chart.Hidden
		}
		row.Suppressed = row.Suppressed && r.Hidden
		row.Counts = append(row.Counts, count)
	}
	row.Base, row.Unknown = n.Base, max(0, n.Unknown)
	return row
}

// heavierEnd is the end of a bipolar scale that more people chose.
func (w *writer) heavierEnd(q *Question) analysis.Measure {
	top, bottom := 0, 0
	for _, r := range q.Results {
		if r.Numbers != nil && r.Numbers.Top2 != nil && r.Numbers.Bottom2 != nil {
			top += r.Numbers.Top2.Count
			bottom += r.Numbers.Bottom2.Count
		}
	}
	if bottom > top {
		return analysis.MeasureBottom2
	}
	return analysis.MeasureTop2
}

// yesNo is a dot with its interval a group.
func (w *writer) yesNo(q *Question) (chart.Chart, string) {
	c := chart.DotInterval{Measure: w.t("report.answers_yes")}
	for _, r := range q.Results {
		c.Rows = append(c.Rows, dot(groupName(w.lang, r.Filter.Group), r.Filter.Group, estimate(r, analysis.MeasureShare, 1)))
	}
	return c, w.contrast(q, analysis.MeasureShare, []int{1})
}

func dot(label, group string, e *analysis.Estimate) chart.DotRow {
	if e == nil {
		return chart.DotRow{Label: label, Group: group, Suppressed: true}
	}
	return chart.DotRow{Label: label, Group: group, Base: e.Base, Count: e.Count, Share: e.Value, Lower: e.Lower, Upper: e.Upper}
}

// bands is a 0-10 scale in three bands.
func (w *writer) bands(q *Question) (chart.Chart, string) {
	c := chart.StackedBar{Levels: []string{w.t("report.band_low"), w.t("report.band_middle"), w.t("report.band_high")}}
	for _, r := range q.Results {
		row := chart.StackedRow{Label: groupName(w.lang, r.Filter.Group), Group: r.Filter.Group, Suppressed: r.Numbers == nil}
		if r.Numbers != nil {
			row = stacked(row, r.Numbers, r.Numbers.Bands)
		}
		c.Rows = append(c.Rows, row)
	}
	return c, w.contrast(q, analysis.MeasureBand, []int{7})
}

// options is a bar an alternative, for the group with most answers, the most
// chosen first.
func (w *writer) options(q *Question) (chart.Chart, string, string) {
	r := largest(q.Results)
	if r == nil {
		return nil, "", ""
	}
	group := r.Filter.Group
	c := chart.Bar{Group: group, Base: r.Numbers.Base, Measure: w.t("report.measure_chosen")}
	if q.Type == questionnaire.Ranking {
		c.Measure = w.t("report.measure_ranked")
		for _, o := range r.Numbers.Ranking {
			c.Rows = append(c.Rows, chart.BarRow{Label: w.in(o.Label), Base: o.Top.Base, Count: o.Top.Count, Value: o.Top.Share, Suppressed: o.Hidden})
		}
	} else {
		for _, o := range r.Numbers.Rows {
			c.Rows = append(c.Rows, chart.BarRow{Label: w.in(o.Label), Base: o.Base, Count: o.Count, Value: o.Share.Share, Suppressed: o.Hidden})
		}
	}
	sort.SliceStable(c.Rows, func(i, j int) bool { return c.Rows[i].Value > c.Rows[j].Value })
	if len(c.Rows) == 0 || c.Rows[0].Count == 0 {
		return nil, "", group
	}
	top := c.Rows[0]
	p := phrase{lang: w.lang, group: group, est: analysis.Estimate{Value: top.Value, Count: top.Count, Base: top.Base}}
	key := "report.title_chosen"
	if q.Type == questionnaire.Ranking {
		key = "report.title_ranked"
	}
	title := w.t(key, "Option", quoted(w.lang, top.Label), "Among", w.t("report.among_"+groupKey(group)), "Share", p.Text())
	if side := w.panels(q, c); side != nil {
		return *side, title, ""
	}
	return c, title, group
}

// panels set the groups beside each other when more than one answered enough to be shown; rows as in c, which is the
// largest group's. Nil otherwise.
func (w *writer) panels(q *Question, c chart.Bar) *chart.Panels {
	side := &chart.Panels{Measure: c.Measure}
	for _, r := range c.Rows {
		side.Rows = append(side.Rows, chart.PanelRow{Label: r.Label})
	}
	for _, r := range q.Results {
		if r.Numbers == nil || r.Filter.Group == analysis.GroupAssociation {
			continue
		}
		cells, any := w.panelCells(q, &r), false
		column := make([]chart.PanelCell, len(c.Rows))
		for i, row := range c.Rows {
			cell, ok := cells[row.Label]
			column[i] = chart.PanelCell{Suppressed: true}
			if ok {
				column[i] = cell
			}
			any = any || !column[i].Suppressed
		}
		if !any {
			continue
		}
		side.Groups = append(side.Groups, chart.PanelGroup{Label: groupName(w.lang, r.Filter.Group), Group: r.Filter.Group, Base: r.Numbers.Base})
		for i := range side.Rows {
			side.Rows[i].Cells = append(side.Rows[i].Cells, column[i])
		}
	}
	if len(side.Groups) < 2 {
		return nil
	}
	return side
}

// panelCells are a group's shares by option.
func (w *writer) panelCells(q *Question, r *analysis.Frequency) map[string]chart.PanelCell {
	cells := map[string]chart.PanelCell{}
	if q.Type == questionnaire.Ranking {
		for _, o := range r.Numbers.Ranking {
			cells[w.in(o.Label)] = chart.PanelCell{Base: o.Top.Base, Count: o.Top.Count, Value: o.Top.Share, Suppressed: o.Hidden}
		}
		return cells
	}
	for _, o := range r.Numbers.Rows {
		cells[w.in(o.Label)] = chart.PanelCell{Base: o.Base, Count: o.Count, Value: o.Share.Share, Suppressed: o.Hidden}
	}
	return cells
}

// largest is the shown result with most answers; nil when none is shown.
func largest(results []analysis.Frequency) *analysis.Frequency {
	var best *analysis.Frequency
	for i := range results {
		if n := results[i].Numbers; n != nil && (best == nil || n.Base > best.Numbers.Base) {
			best = &results[i]
		}
	}
	return best
}

// medians is a bar a group.
func (w *writer) medians(q *Question) (chart.Chart, string) {
	c := chart.Bar{Measure: w.t("report.measure_median"), Unit: chart.Number, UnitName: w.t("report.unit_" + unitKey(q.Unit)), Decimals: 0}
	title := ""
	for _, r := range q.Results {
		row := chart.BarRow{Label: groupName(w.lang, r.Filter.Group), Group: r.Filter.Group, Suppressed: true}
		if r.Numbers != nil && r.Numbers.Summary != nil {
			row.Suppressed, row.Base, row.Value = false, r.Numbers.Base, r.Numbers.Summary.Median
			if row.Value != float64(int(row.Value)) {
				c.Decimals = 1
			}
			if title == "" {
				title = w.t("report.title_median", "Among", w.t("report.among_"+groupKey(r.Filter.Group)),
					"Value", i18n.Number(w.lang, row.Value, c.Decimals), "Unit", c.UnitName)
			}
		}
		c.Rows = append(c.Rows, row)
	}
	return c, title
}

// unitKey is the last part of a unit's message key.
func unitKey(unit string) string {
	if unit == "percent" || unit == "%" {
		return "percent"
	}
	return "count"
}

// matrix is a stacked bar a row, for the group with most answers.
func (w *writer) matrix(q *Question) (chart.Chart, string, string) {
	var r *analysis.Frequency
	most := 0
	for i := range q.Results {
		for _, p := range q.Results[i].Parts {
			if p.Numbers != nil && p.Numbers.Base > most {
				r, most = &q.Results[i], p.Numbers.Base
			}
		}
	}
	if r == nil {
		return nil, "", ""
	}
	c := chart.StackedBar{Bipolar: q.Bipolar}
	var best *analysis.Frequency
	for i := range r.Parts {
		p := &r.Parts[i]
		row := chart.StackedRow{Label: w.in(p.Label), Suppressed: p.Numbers == nil}
		if p.Numbers != nil {
			if c.Levels == nil {
				c.Levels = w.labels(p.Numbers.Rows)
			}
			row = stacked(row, p.Numbers, p.Numbers.Rows)
			if p.Numbers.Top2 != nil && (best == nil || p.Numbers.Top2.Share > best.Numbers.Top2.Share) {
				best = p
			}
		}
		c.Rows = append(c.Rows, row)
	}
	if best == nil {
		return nil, "", ""
	}
	e := estimate(*best, analysis.MeasureTop2)
	title := w.t("report.title_matrix", "Row", quoted(w.lang, w.in(best.Label)),
		"Among", w.t("report.among_"+groupKey(r.Filter.Group)), "Share", shareText(w.lang, *e), "Answer", w.answerOf(*best, analysis.MeasureTop2, nil))
	return c, title, r.Filter.Group
}

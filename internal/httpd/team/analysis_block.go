package team

import (
	"fmt"
	"html/template"
	"strconv"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// analysisBlock is the result of a question, or of one row of a matrix: charts
// and one table with a column for each group.
type analysisBlock struct {
	ID     string
	Label  string // row of a matrix
	Charts []analysisChart
	Groups []string
	Rows   []analysisRow
	Hidden bool // something is withheld
}

type analysisChart struct {
	Title string
	SVG   template.HTML
}

type analysisRow struct {
	Label string
	Cells []string
	About bool // not an answer: base, don't know and so on
}

const withheld = ".."

func blocksOf(lang i18n.Lang, q *questionnaire.Question, fs []analysis.Frequency) []analysisBlock {
	if q.Type != questionnaire.Matrix {
		return []analysisBlock{blockOf(lang, q, fs, q.ID, "")}
	}
	var blocks []analysisBlock
	for i, row := range q.Rows {
		var parts []analysis.Frequency
		for _, f := range fs {
			parts = append(parts, f.Parts[i])
		}
		blocks = append(blocks, blockOf(lang, q, parts, q.ID+"."+row.ID, row.Text.In(lang)))
	}
	return blocks
}

func blockOf(lang i18n.Lang, q *questionnaire.Question, fs []analysis.Frequency, id, label string) analysisBlock {
	b := analysisBlock{ID: id, Label: label}
	for _, f := range fs {
		b.Groups = append(b.Groups, groupLabel(lang, f.Filter.Group))
	}
	b.Rows = append(answerRows(lang, q, fs), aboutRows(lang, fs)...)
	for _, r := range b.Rows {
		for _, cell := range r.Cells {
			b.Hidden = b.Hidden || cell == withheld
		}
	}
	for i, c := range chartsOf(lang, q, fs) {
		title := ""
		if bar, ok := c.(chart.Bar); ok {
			title = groupLabel(lang, bar.Group)
		}
		b.Charts = append(b.Charts, analysisChart{Title: title, SVG: chart.SVG(c, lang, "c"+strconv.Itoa(i)+id)})
	}
	return b
}

func groupLabel(lang i18n.Lang, group string) string {
	switch group {
	case "":
		return i18n.T(lang, "group.all")
	case analysis.GroupAssociation:
		return i18n.T(lang, "analysis.associations")
	}
	return i18n.T(lang, "group."+group)
}

// rowsOf are the answers of a result in the order of the question.
func rowsOf(f analysis.Frequency) []analysis.Row {
	switch {
	case f.Numbers == nil:
		return nil
	case len(f.Numbers.Bands) > 0:
		return f.Numbers.Bands
	}
	return f.Numbers.Rows
}

func answerRows(lang i18n.Lang, q *questionnaire.Question, fs []analysis.Frequency) []analysisRow {
	var order []int
	labels := map[int]string{}
	for _, f := range fs {
		for _, r := range rowsOf(f) {
			if _, seen := labels[r.Code]; !seen {
				order = append(order, r.Code)
				labels[r.Code] = r.Label.In(lang)
			}
		}
	}
	var rows []analysisRow
	for _, code := range order {
		row := analysisRow{Label: labels[code]}
		for _, f := range fs {
			row.Cells = append(row.Cells, answerCell(lang, f, code))
		}
		rows = append(rows, row)
		if q.Type == questionnaire.Ranking {
			rows = append(rows, firstRow(lang, fs, code))
		}
	}
	return rows
}

func answerCell(lang i18n.Lang, f analysis.Frequency, code int) string {
	if f.Numbers == nil {
		return withheld
	}
	for _, r := range rowsOf(f) {
		switch {
		case r.Code != code:
		case r.Hidden:
			return withheld
		default:
			return shareCell(lang, r.Share)
		}
	}
	return ""
}

func firstRow(lang i18n.Lang, fs []analysis.Frequency, code int) analysisRow {
	row := analysisRow{Label: i18n.T(lang, "analysis.ranked_first"), About: true}
	for _, f := range fs {
		cell := withheld
		if f.Numbers != nil {
			for _, r := range f.Numbers.Ranking {
				if r.Code == code && !r.Hidden {
					cell = fmt.Sprintf("%s · %s", shareCell(lang, r.First), i18n.T(lang, "analysis.score", "Score", i18n.Number(lang, r.Score, 2)))
				}
			}
		}
		row.Cells = append(row.Cells, cell)
	}
	return row
}

// shareCell writes a share as tables do: no percentages of fewer than twenty.
func shareCell(lang i18n.Lang, s analysis.Share) string {
	if s.Base < 20 {
		return i18n.Share(lang, s.Count, s.Base)
	}
	return fmt.Sprintf("%s (%d)", i18n.Percent(lang, s.Share, s.Base), s.Count)
}

// aboutRows are what is known besides the answers: boxes, means, don't know, bases.
func aboutRows(lang i18n.Lang, fs []analysis.Frequency) []analysisRow {
	var rows []analysisRow
	add := func(key string, always bool, cell func(*analysis.Numbers) string) {
		row := analysisRow{Label: i18n.T(lang, key), About: true}
		any := always
		for _, f := range fs {
			text := withheld
			if f.Numbers != nil {
				text = cell(f.Numbers)
				any = any || text != "" && text != "0"
			}
			row.Cells = append(row.Cells, text)
		}
		if any {
			rows = append(rows, row)
		}
	}
	box := func(s *analysis.Share, n *analysis.Numbers) string {
		switch {
		case s == nil && n.Summary != nil && len(n.Rows) == 5:
			return withheld
		case s == nil:
			return ""
		case s.Base < 20:
			return i18n.Share(lang, s.Count, s.Base)
		}
		return i18n.T(lang, "analysis.with_interval", "Value", i18n.Percent(lang, s.Share, s.Base),
			"Lower", i18n.Percent(lang, s.Lower, s.Base), "Upper", i18n.Percent(lang, s.Upper, s.Base))
	}
	count := func(n int) string {
		if n == analysis.Withheld {
			return withheld
		}
		return i18n.Int(lang, n)
	}
	add("analysis.top2", false, func(n *analysis.Numbers) string { return box(n.Top2, n) })
	add("analysis.bottom2", false, func(n *analysis.Numbers) string { return box(n.Bottom2, n) })
	add("analysis.median", false, func(n *analysis.Numbers) string {
		if n.Summary == nil {
			return ""
		}
		return i18n.Number(lang, n.Summary.Median, 1)
	})
	add("analysis.mean", false, func(n *analysis.Numbers) string {
		if n.Summary == nil || n.Summary.Mean == nil {
			return ""
		}
		m := n.Summary.Mean
		return i18n.T(lang, "analysis.with_interval", "Value", i18n.Number(lang, m.Value, 2),
			"Lower", i18n.Number(lang, m.Lower, 2), "Upper", i18n.Number(lang, m.Upper, 2))
	})
	add("analysis.unknown", false, func(n *analysis.Numbers) string {
		if n.Unknown <= 0 {
			return count(n.Unknown)
		}
		return fmt.Sprintf("%s (%d)", i18n.Percent(lang, n.UnknownShare, n.Base+n.Unknown), n.Unknown)
	})
	add("analysis.not_applicable", false, func(n *analysis.Numbers) string { return count(n.NotApplicable) })
	add("analysis.declined", false, func(n *analysis.Numbers) string { return count(n.Declined) })
	add("analysis.unanswered", false, func(n *analysis.Numbers) string { return count(n.Unanswered) })
	add("analysis.not_shown", false, func(n *analysis.Numbers) string { return count(n.NotShown) })
	add("analysis.base", true, func(n *analysis.Numbers) string { return i18n.Int(lang, n.Base) })
	return rows
}

// chartsOf chooses the charts: scales as stacked bars where every step may be
// shown and as their two highest steps where not; everything else as plain bars
// by group.
func chartsOf(lang i18n.Lang, q *questionnaire.Question, fs []analysis.Frequency) []chart.Chart {
	switch q.Type {
	case questionnaire.FreeText, questionnaire.Numeric:
		return nil
	case questionnaire.Likert5, questionnaire.Matrix, questionnaire.Rating:
		if c, ok := stackedOf(lang, q, fs); ok {
			return []chart.Chart{c}
		}
		return dotsOf(lang, fs)
	}
	var out []chart.Chart
	for _, f := range fs {
		bar := chart.Bar{Group: f.Filter.Group, Measure: i18n.T(lang, "analysis.chosen"), Unit: chart.Share}
		for _, r := range rowsOf(f) {
			bar.Base = f.Numbers.Base
			bar.Rows = append(bar.Rows, chart.BarRow{Label: r.Label.In(lang), Count: r.Count, Base: r.Base,
				Value: r.Share.Share, Suppressed: r.Hidden})
		}
		if !bar.Empty() {
			out = append(out, bar)
		}
	}
	return out
}

func stackedOf(lang i18n.Lang, q *questionnaire.Question, fs []analysis.Frequency) (chart.StackedBar, bool) {
	c := chart.StackedBar{Bipolar: q.Bipolar}
	for _, f := range fs {
		row := chart.StackedRow{Label: groupLabel(lang, f.Filter.Group), Group: f.Filter.Group, Suppressed: f.Numbers == nil}
		levels := []string{}
		for _, r := range rowsOf(f) {
			if r.Hidden {
				return chart.StackedBar{}, false
			}
			levels = append(levels, r.Label.In(lang))
			row.Counts = append(row.Counts, r.Count)
		}
		if f.Numbers != nil {
			row.Base, row.Unknown = f.Numbers.Base, max(0, f.Numbers.Unknown)
			c.Levels = levels
		}
		c.Rows = append(c.Rows, row)
	}
	return c, !c.Empty()
}

func dotsOf(lang i18n.Lang, fs []analysis.Frequency) []chart.Chart {
	c := chart.DotInterval{Measure: i18n.T(lang, "analysis.top2")}
	shown := false
	for _, f := range fs {
		row := chart.DotRow{Label: groupLabel(lang, f.Filter.Group), Group: f.Filter.Group, Suppressed: true}
		if f.Numbers != nil && f.Numbers.Top2 != nil {
			s := f.Numbers.Top2
			row = chart.DotRow{Label: row.Label, Group: row.Group, Base: s.Base, Count: s.Count,
				Share: s.Share, Lower: s.Lower, Upper: s.Upper}
			shown = true
		}
		c.Rows = append(c.Rows, row)
	}
	if !shown {
		return nil
	}
	return []chart.Chart{c}
}

package exhibit

import (
	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// Figure is one chart of a block. Title is what sets it apart from the block's others.
type Figure struct {
	Title string
	Chart chart.Chart
	Twin  bool // repeats the numbers of another figure of the block in another form
}

// Figures are the charts of a block: of scales the whole distribution stacked and the two upper steps
// with their intervals; dots with intervals for shares of one answer; plain bars for several answers.
func (e Exhibit) Figures(lang i18n.Lang, b Block) []Figure {
	if b.Empty() {
		return nil
	}
	switch e.Question.Type {
	case questionnaire.FreeText:
		return nil
	case questionnaire.Likert5, questionnaire.Matrix:
		return e.scaleFigures(lang, b)
	case questionnaire.Rating:
		if c, ok := e.stacked(lang, b); ok {
			return []Figure{{Chart: c}}
		}
		return nil
	case questionnaire.Numeric:
		return e.amounts(lang, b)
	case questionnaire.YesNoUnknown:
		return e.dots(lang, b)
	case questionnaire.Single, questionnaire.Municipality:
		if len(e.Question.Options) > 3 && len(b.Table.Parts) > mostMultiples {
			return e.dots(lang, b)
		}
		return e.multiples(lang, b, e.answerDots)
	}
	return e.multiples(lang, b, e.answerBars)
}

// mostMultiples is how many charts of the same kind stand together before one chart must do for all.
const mostMultiples = 6

func (e Exhibit) scaleFigures(lang i18n.Lang, b Block) []Figure {
	var out []Figure
	if c, ok := e.stacked(lang, b); ok {
		out = append(out, Figure{Title: i18n.T(lang, "exhibit.figure_whole"), Chart: c})
	}
	return append(out, e.dots(lang, b)...)
}

// colour is the respondent group whose colour a part has.
func (e Exhibit) colour(p analysis.PartOf) string {
	if e.View.By == analysis.SplitByGroup {
		return p.Part.ID
	}
	return ""
}

// stacked shows every step that may be shown. False when there is none.
func (e Exhibit) stacked(lang i18n.Lang, b Block) (chart.StackedBar, bool) {
	c := chart.StackedBar{Bipolar: e.Question.Bipolar}
	shown := false
	for _, p := range b.Table.Parts {
		row := chart.StackedRow{Label: e.Label(lang, p), Group: e.colour(p), Suppressed: p.Result.Numbers == nil}
		var levels []string
		var shares []float64
		any := false
		for _, r := range rowsOf(p.Result) {
			levels, shares = append(levels, r.Label.In(lang)), append(shares, r.Share.Share)
			if r.Hidden {
				row.Counts = append(row.Counts, chart.Hidden)
				continue
			}
			any = true
			row.Counts = append(row.Counts, r.Count)
		}
		if row.Suppressed || !any {
			c.Rows = append(c.Rows, chart.StackedRow{Label: row.Label, Group: row.Group, Suppressed: true})
			continue
		}
		shown = true
		c.Levels = levels
		row.Base, row.Unknown = p.Result.Numbers.Base, max(0, p.Result.Numbers.Unknown)
		if e.Weights != nil {
			row.Weighted = &chart.WeightedShares{Levels: shares, Unknown: p.Result.Numbers.UnknownShare}
		}
		c.Rows = append(c.Rows, row)
	}
	return c, shown
}

// dots shows the block's key number of every part with its interval.
func (e Exhibit) dots(lang i18n.Lang, b Block) []Figure {
	k, ok := e.KeyOf(b)
	if !ok || !k.Measure.IsShare() {
		return nil
	}
	c := chart.DotInterval{Measure: i18n.T(lang, "exhibit.chart_answers", "Answer", k.Answer.In(lang))}
	shown := false
	for _, p := range b.Table.Parts {
		row := chart.DotRow{Label: e.Label(lang, p), Group: e.colour(p), Suppressed: true}
		if est, ok := estimate(p, k); ok {
			row.Suppressed, shown = false, true
			row.Base, row.Count, row.Share, row.Lower, row.Upper = est.Base, est.Count, est.Value, est.Lower, est.Upper
		}
		c.Rows = append(c.Rows, row)
	}
	if !shown {
		return nil
	}
	return []Figure{{Title: i18n.T(lang, "exhibit.figure_share", "Answer", k.Answer.In(lang)), Chart: c, Twin: true}}
}

// multiples makes the same chart for every part that may be shown.
func (e Exhibit) multiples(lang i18n.Lang, b Block, one func(i18n.Lang, analysis.PartOf) chart.Chart) []Figure {
	var out []Figure
	for _, p := range b.Table.Parts {
		if p.Result.Numbers == nil || len(rowsOf(p.Result)) == 0 {
			continue
		}
		title := ""
		if len(b.Table.Parts) > 1 {
			title = e.Label(lang, p)
		}
		out = append(out, Figure{Title: title, Chart: one(lang, p)})
	}
	return out
}

func (e Exhibit) answerDots(lang i18n.Lang, p analysis.PartOf) chart.Chart {
	c := chart.DotInterval{Measure: i18n.T(lang, "exhibit.chart_each")}
	for _, r := range rowsOf(p.Result) {
		row := chart.DotRow{Label: r.Label.In(lang), Suppressed: true}
		if !r.Hidden {
			row = chart.DotRow{Label: row.Label, Base: r.Base, Count: r.Count, Share: r.Share.Share, Lower: r.Lower, Upper: r.Upper}
		}
		c.Rows = append(c.Rows, row)
	}
	return c
}

func (e Exhibit) answerBars(lang i18n.Lang, p analysis.PartOf) chart.Chart {
	c := chart.Bar{Group: p.Result.Filter.Group, Measure: i18n.T(lang, "analysis.chosen"), Unit: chart.Share, Base: p.Result.Numbers.Base}
	for _, r := range rowsOf(p.Result) {
		row := chart.BarRow{Label: r.Label.In(lang), Suppressed: true}
		if !r.Hidden {
			row = chart.BarRow{Label: row.Label, Count: r.Count, Base: r.Base, Value: r.Share.Share}
		}
		c.Rows = append(c.Rows, row)
	}
	return c
}

// amounts shows the medians.
func (e Exhibit) amounts(lang i18n.Lang, b Block) []Figure {
	c := chart.Bar{Measure: i18n.T(lang, "analysis.median"), Unit: chart.Number, UnitName: e.Question.Unit, Decimals: 1}
	for _, p := range b.Table.Parts {
		row := chart.BarRow{Label: e.Label(lang, p), Group: e.colour(p), Suppressed: true}
		if n := p.Result.Numbers; n != nil && n.Summary != nil {
			row.Suppressed, row.Value, row.Base = false, n.Summary.Median, n.Base
		}
		c.Rows = append(c.Rows, row)
	}
	return []Figure{{Title: i18n.T(lang, "analysis.median"), Chart: c}}
}

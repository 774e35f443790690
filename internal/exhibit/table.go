package exhibit

import (
	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// Table is a block's numbers with a column for each part.
type Table struct {
	Columns []string
	Lines   []Line
}

// Line is one answer, or something that is known besides the answers.
type Line struct {
	Label string
	Cells []Cell
	About bool // not an answer: base, don't know and so on
}

// Cell is a number with what belongs to it: count and interval.
type Cell struct{ Main, Sub string }

var withheld = Cell{Main: ".."}

// TableOf writes a block's numbers out: shares with counts and intervals, median, mean, and every kind of
// answer that is none.
func (e Exhibit) TableOf(lang i18n.Lang, b Block) Table {
	var t Table
	for _, p := range b.Table.Parts {
		t.Columns = append(t.Columns, e.Label(lang, p))
	}
	e.answerLines(lang, b, &t)
	e.aboutLines(lang, b, &t)
	return t
}

func (e Exhibit) answerLines(lang i18n.Lang, b Block, t *Table) {
	var order []int
	labels := map[int]string{}
	for _, p := range b.Table.Parts {
		for _, r := range rowsOf(p.Result) {
			if _, seen := labels[r.Code]; !seen {
				order = append(order, r.Code)
				labels[r.Code] = r.Label.In(lang)
			}
		}
	}
	for _, code := range order {
		line := Line{Label: labels[code]}
		for _, p := range b.Table.Parts {
			line.Cells = append(line.Cells, answerCell(lang, p.Result, code))
		}
		t.Lines = append(t.Lines, line)
		if e.Question.Type == questionnaire.Ranking {
			t.Lines = append(t.Lines, firstLine(lang, b, code))
		}
	}
}

func answerCell(lang i18n.Lang, f analysis.Frequency, code int) Cell {
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
	return Cell{}
}

// shareCell writes a share as tables do: no percentages of fewer than twenty.
func shareCell(lang i18n.Lang, s analysis.Share) Cell {
	if s.Base < fewest {
		return Cell{Main: i18n.Share(lang, s.Count, s.Base)}
	}
	decimals := 0
	if s.Base >= 100 {
		decimals = 1
	}
	return Cell{Main: i18n.Percent(lang, s.Share, s.Base), Sub: i18n.T(lang, "exhibit.cell", "Count", i18n.Int(lang, s.Count),
		"Lower", i18n.Number(lang, s.Lower*100, decimals), "Upper", i18n.Number(lang, s.Upper*100, decimals))}
}

func firstLine(lang i18n.Lang, b Block, code int) Line {
	line := Line{Label: i18n.T(lang, "analysis.ranked_first"), About: true}
	for _, p := range b.Table.Parts {
		cell := withheld
		if p.Result.Numbers != nil {
			for _, r := range p.Result.Numbers.Ranking {
				if r.Code == code && !r.Hidden {
					cell = shareCell(lang, r.First)
					if r.Score != nil {
						cell.Sub = i18n.T(lang, "analysis.score", "Score", i18n.Number(lang, *r.Score, 2))
					}
				}
			}
		}
		line.Cells = append(line.Cells, cell)
	}
	return line
}

// aboutLines are what is known besides the answers. A line that no part has anything for is left out.
func (e Exhibit) aboutLines(lang i18n.Lang, b Block, t *Table) {
	add := func(key string, always bool, cell func(*analysis.Numbers) Cell) {
		line, any := Line{Label: i18n.T(lang, key), About: true}, always
		for _, p := range b.Table.Parts {
			c := withheld
			if p.Result.Numbers != nil {
				c = cell(p.Result.Numbers)
				any = any || c.Main != "" && c.Main != "0"
			}
			line.Cells = append(line.Cells, c)
		}
		if any {
			t.Lines = append(t.Lines, line)
		}
	}
	five := e.Question.Type == questionnaire.Likert5 || e.Question.Type == questionnaire.Matrix
	box := func(of func(*analysis.Numbers) *analysis.Share) func(*analysis.Numbers) Cell {
		return func(n *analysis.Numbers) Cell {
			switch s := of(n); {
			case s != nil:
				return shareCell(lang, *s)
			case five:
				return withheld
			}
			return Cell{}
		}
	}
	add("analysis.top2", false, box(func(n *analysis.Numbers) *analysis.Share { return n.Top2 }))
	add("analysis.bottom2", false, box(func(n *analysis.Numbers) *analysis.Share { return n.Bottom2 }))
	add("analysis.median", false, func(n *analysis.Numbers) Cell {
		if n.Summary == nil {
			return Cell{}
		}
		return Cell{Main: number(lang, n.Summary.Median), Sub: i18n.T(lang, "exhibit.quartiles",
			"Q1", number(lang, n.Summary.Q1), "Q3", number(lang, n.Summary.Q3))}
	})
	add("analysis.mean", false, func(n *analysis.Numbers) Cell {
		if n.Summary == nil || n.Summary.Mean == nil {
			return Cell{}
		}
		m := n.Summary.Mean
		return Cell{Main: i18n.Number(lang, m.Value, 2), Sub: i18n.T(lang, "exhibit.range",
			"Lower", i18n.Number(lang, m.Lower, 2), "Upper", i18n.Number(lang, m.Upper, 2))}
	})
	add("analysis.unknown", false, func(n *analysis.Numbers) Cell {
		if n.Unknown <= 0 {
			return countCell(lang, n.Unknown)
		}
		return Cell{Main: unknownShare(lang, n), Sub: i18n.T(lang, "exhibit.count", "Count", i18n.Int(lang, n.Unknown))}
	})
	for _, kind := range []struct {
		key string
		of  func(*analysis.Numbers) int
	}{
		{"analysis.not_applicable", func(n *analysis.Numbers) int { return n.NotApplicable }},
		{"analysis.declined", func(n *analysis.Numbers) int { return n.Declined }},
		{"analysis.unanswered", func(n *analysis.Numbers) int { return n.Unanswered }},
		{"analysis.not_shown", func(n *analysis.Numbers) int { return n.NotShown }},
	} {
		add(kind.key, false, func(n *analysis.Numbers) Cell { return countCell(lang, kind.of(n)) })
	}
	add("analysis.base", true, func(n *analysis.Numbers) Cell { return countCell(lang, n.Base) })
}

func countCell(lang i18n.Lang, n int) Cell {
	if n == analysis.Withheld {
		return withheld
	}
	return Cell{Main: i18n.Int(lang, n)}
}

package exhibit

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// sheetHead is what every line of a sheet holds. Names are the same in every language, for programs.
var sheetHead = []string{"survey", "version", "question", "row", "asked", "by", "part", "part_label", "group", "conditions",
	"weights", "measure", "code", "answer", "count", "base", "value", "lower", "upper", "unit", "withheld", "wave", "reworded"}

// Sheet is a view's released numbers as they are told, one number a line. A nil cell is empty: the
// number does not exist or is withheld, which the column "withheld" tells apart.
type Sheet struct {
	Head  []string
	Lines [][]any // string, int or float64
}

// sheetLine is one number.
type sheetLine struct {
	measure  string
	code     any
	answer   string
	count    any
	base     any
	value    any
	lower    any
	upper    any
	unit     string
	withheld bool
}

// SheetOf makes the sheet. version is the number of the questionnaire's version and wave that of the wave; of a view by
// waves the version is that of the newest, and "wave" is empty: the parts are waves. "reworded" tells where the question
// was put otherwise than in the wave before: in words alone ("words"), or so that its codes mean other answers ("codes").
func (e Exhibit) SheetOf(lang i18n.Lang, version, wave int) Sheet {
	s := Sheet{Head: sheetHead}
	var waved any = wave
	if e.View.ByWave() {
		waved = nil
	}
	var conditions []string
	for _, w := range e.View.Where {
		conditions = append(conditions, conditionText(w))
	}
	for _, b := range e.Blocks {
		for _, p := range b.Table.Parts {
			f := p.Result
			weights := ""
			if f.Numbers != nil && f.Numbers.Weighting != nil {
				weights = e.View.Weights
			}
			if f.Unweighted != "" {
				weights = "withheld" // and the shares are unweighted
			}
			for _, l := range e.linesOf(lang, f) {
				var hidden any
				if l.withheld {
					hidden = 1
				}
				s.Lines = append(s.Lines, []any{e.def.ID, version, b.ID, b.Label.In(lang), f.Text.In(lang), e.View.By, p.Part.ID,
					e.Label(lang, p), f.Filter.Group, strings.Join(conditions, " "), weights, l.measure, l.code, l.answer,
					l.count, l.base, l.value, l.lower, l.upper, l.unit, hidden, waved, e.reworded(p.Part)})
			}
		}
	}
	return s
}

func (e Exhibit) linesOf(lang i18n.Lang, f analysis.Frequency) []sheetLine {
	n := f.Numbers
	if n == nil {
		return []sheetLine{{measure: "base", withheld: !f.NotAsked}}
	}
	var out []sheetLine
	measure := analysis.MeasureShare
	if len(n.Bands) > 0 {
		measure = analysis.MeasureBand
	}
	for _, r := range rowsOf(f) {
		out = append(out, shareLine(string(measure), r.Code, r.Label.In(lang), r.Share, r.Hidden))
	}
	for _, r := range n.Ranking {
		out = append(out, shareLine(string(analysis.MeasureFirst), r.Code, r.Label.In(lang), r.First, r.Hidden))
		score := sheetLine{measure: "score", code: r.Code, answer: r.Label.In(lang), withheld: r.Score == nil}
		if r.Score != nil {
			score.base, score.value = n.Base, *r.Score
		}
		out = append(out, score)
	}
	five := e.Question.Type == questionnaire.Likert5 || e.Question.Type == questionnaire.Matrix
	for _, box := range []struct {
		measure analysis.Measure
		share   *analysis.Share
	}{{analysis.MeasureTop2, n.Top2}, {analysis.MeasureBottom2, n.Bottom2}} {
		if box.share != nil {
			out = append(out, shareLine(string(box.measure), nil, "", *box.share, false))
		} else if five {
			out = append(out, sheetLine{measure: string(box.measure), withheld: true})
		}
	}
	if s := n.Summary; s != nil {
		for _, q := range []struct {
			name  string
			value float64
		}{{"median", s.Median}, {"quartile_1", s.Q1}, {"quartile_3", s.Q3}} {
			out = append(out, sheetLine{measure: q.name, base: n.Base, value: q.value, unit: e.Question.Unit})
		}
		if m := s.Mean; m != nil {
			out = append(out, sheetLine{measure: "mean", base: n.Base, value: m.Value, lower: m.Lower, upper: m.Upper, unit: e.Question.Unit})
		}
	}
	for _, c := range []struct {
		name  string
		count int
	}{{"unknown", n.Unknown}, {"not_applicable", n.NotApplicable}, {"declined", n.Declined}, {"unanswered", n.Unanswered}, {"not_shown", n.NotShown}, {"base", n.Base}} {
		l := sheetLine{measure: c.name, withheld: c.count == analysis.Withheld}
		if !l.withheld {
			l.count = c.count
		}
		out = append(out, l)
	}
	return out
}

func shareLine(measure string, code any, answer string, s analysis.Share, hidden bool) sheetLine {
	l := sheetLine{measure: measure, code: code, answer: answer, withheld: hidden}
	if !hidden {
		l.count, l.base, l.value, l.lower, l.upper = s.Count, s.Base, s.Share, s.Lower, s.Upper
	}
	return l
}

// CSV writes the sheet in UTF-8 with a mark at the start, commas and decimal points, as the export of
// answers does.
func (s Sheet) CSV(w io.Writer) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	if err := out.Write(s.Head); err != nil {
		return err
	}
	record := make([]string, len(s.Head))
	for _, line := range s.Lines {
		for i, cell := range line {
			switch v := cell.(type) {
			case nil:
				record[i] = ""
			case float64:
				record[i] = strconv.FormatFloat(v, 'g', -1, 64)
			case int:
				record[i] = strconv.Itoa(v)
			case string:
				record[i] = harmless(v)
			default:
				return fmt.Errorf("sheet: a cell of type %T", cell)
			}
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// XLSX writes the sheet as a workbook whose first row stays in sight.
func (s Sheet) XLSX(w io.Writer) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	const name = "Sheet1"
	out, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	head := make([]any, len(s.Head))
	for i, h := range s.Head {
		head[i] = excelize.Cell{StyleID: bold, Value: h}
	}
	if err := out.SetRow("A1", head); err != nil {
		return err
	}
	for n, line := range s.Lines {
		row := make([]any, len(line))
		for i, cell := range line {
			row[i] = cell
			if text, ok := cell.(string); ok {
				row[i] = harmless(text)
			}
		}
		if err := out.SetRow(fmt.Sprintf("A%d", n+2), row); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return f.Write(w)
}

// harmless keeps a text from being taken for a formula by a spreadsheet (OWASP, CSV injection).
func harmless(s string) string {
	if first, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + s
	}
	return s
}

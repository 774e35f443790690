package report

import (
	"strings"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
)

// response is a table a survey: cases by AAPOR's classes and the rates.
func (w *writer) response(Chapter) {
	for _, s := range w.s.Surveys {
		t := document.Table{ID: "tab-response-" + s.ID, RowHeader: true,
			Caption: w.t("report.response_caption", "Survey", w.in(s.Title)), Note: w.t("report.response_note")}
		t.Head = []document.Column{{Text: w.t("report.col_group")}}
		for _, key := range []string{"invited", "complete", "partial", "refused", "no_reply", "ineligible"} {
			t.Head = append(t.Head, document.Column{Text: w.t("report.col_" + key), Align: document.Right})
		}
		t.Head = append(t.Head, document.Column{Text: "RR2", Align: document.Right}, document.Column{Text: "RR4", Align: document.Right})
		for _, r := range s.Rates {
			t.Rows = append(t.Rows, w.responseRow(r))
		}
		if len(t.Rows) > 0 {
			w.add(t)
		}
	}
}

func (w *writer) responseRow(r Rate) []document.Cell {
	name := groupName(w.lang, r.Group)
	c := r.Cases
	if c == nil {
		return document.Row(name, suppressed, suppressed, suppressed, suppressed, suppressed, suppressed, suppressed, suppressed)
	}
	return document.Row(name, w.int(c.Cases()), w.int(c.Complete), w.int(c.Partial), w.int(c.Refusal),
		w.int(c.NonContact+c.Other+c.Unknown), w.int(c.Ineligible), rateCell(w.lang, r.RR2), rateCell(w.lang, r.RR4))
}

// tables are the main measure of every question and group, a table a survey.
func (w *writer) tables(Chapter) {
	for i := range w.s.Surveys {
		s := &w.s.Surveys[i]
		if len(s.Questions) == 0 {
			continue
		}
		t := document.Table{ID: tableID(s.ID), RowHeader: true, Caption: w.in(s.Title), Note: w.t("report.tables_note", "Min", w.int(w.s.MinBase)),
			Head: []document.Column{{Text: w.t("report.col_question"), Width: 0.34}, {Text: w.t("report.col_group"), Width: 0.16},
				{Text: w.t("report.col_measure"), Width: 0.2}, {Text: w.t("report.col_base"), Align: document.Right, Width: 0.07},
				{Text: w.t("report.col_value"), Align: document.Right, Width: 0.12}, {Text: w.t("report.col_interval"), Align: document.Right, Width: 0.11}}}
		for j := range s.Questions {
			t.Rows = append(t.Rows, w.tableRows(&s.Questions[j])...)
		}
		w.add(t)
	}
}

func (w *writer) tableRows(q *Question) [][]document.Cell {
	var rows [][]document.Cell
	for _, r := range q.Results {
		if len(r.Parts) > 0 {
			for _, p := range r.Parts {
				rows = append(rows, w.tableRow(q.ID+" "+w.in(q.Text)+" – "+w.in(p.Label), q, p))
			}
			continue
		}
		rows = append(rows, w.tableRow(q.ID+" "+w.in(q.Text), q, r))
	}
	return rows
}

func (w *writer) tableRow(name string, q *Question, r analysis.Frequency) []document.Cell {
	group := groupName(w.lang, r.Filter.Group)
	if r.Numbers == nil {
		return document.Row(name, group, "–", suppressed, suppressed, suppressed)
	}
	measure, e := w.tableMeasure(q, r)
	if e == nil {
		return document.Row(name, group, measure, w.int(r.Numbers.Base), "–", "–")
	}
	value, interval := shareCell(w.lang, e), intervalCell(w.lang, e)
	if q.Type == questionnaire.Numeric {
		value, interval = i18n.Number(w.lang, e.Value, 1), "–"
	}
	return document.Row(name, group, measure, w.int(e.Base), value, interval)
}

// tableMeasure is the number that a table shows for the question: its main
// measure, or the most chosen alternative, or the median.
func (w *writer) tableMeasure(q *Question, r analysis.Frequency) (string, *analysis.Estimate) {
	if q.Type == questionnaire.Matrix {
		return w.answerOf(r, analysis.MeasureTop2, nil), estimate(r, analysis.MeasureTop2)
	}
	if m, codes, ok := w.mainMeasure(q); ok {
		return w.answerOf(r, m, codes), estimate(r, m, codes...)
	}
	switch q.Type {
	case questionnaire.Numeric:
		return w.t("report.measure_median"), estimate(r, analysis.MeasureMedian)
	case questionnaire.Ranking:
		var best *analysis.Ranked
		for i := range r.Numbers.Ranking {
			if o := &r.Numbers.Ranking[i]; best == nil || o.Top.Count > best.Top.Count {
				best = o
			}
		}
		if best == nil {
			return "–", nil
		}
		return w.t("report.ranked_most", "Option", w.in(best.Label)), estimate(r, analysis.MeasureRanked, best.Code)
	}
	var best *analysis.Row
	for i := range r.Numbers.Rows {
		if o := &r.Numbers.Rows[i]; best == nil || o.Count > best.Count {
			best = o
		}
	}
	if best == nil {
		return "–", nil
	}
	return quoted(w.lang, w.in(best.Label)), estimate(r, analysis.MeasureShare, best.Code)
}

// disclosure is the method's fields; one without a value says so.
func (w *writer) disclosure(Chapter) {
	t := document.Table{ID: "tab-disclosure", Caption: w.t("report.disclosure_caption"), RowHeader: true,
		Head: []document.Column{{Text: w.t("report.col_field"), Width: 0.32}, {Text: w.t("report.col_value_text"), Width: 0.68}}}
	for _, f := range w.s.Method {
		t.Rows = append(t.Rows, document.Row(w.t("report.method_"+f.Key), orMissing(w, w.in(f.Value))))
	}
	w.add(t)
}

// meetings lists where the dialogue took place and who came, by group.
func (w *writer) meetings(Chapter) {
	if len(w.s.Meetings) == 0 {
		w.add(document.Plain(w.t("report.no_meetings")))
		return
	}
	t := document.Table{ID: "tab-meetings", Caption: w.t("report.meetings_caption"), RowHeader: true}
	t.Head = []document.Column{{Text: w.t("report.col_meeting"), Width: 0.4}, {Text: w.t("report.col_date"), Width: 0.16}}
	for _, g := range people.Groups {
		t.Head = append(t.Head, document.Column{Text: groupName(w.lang, g), Align: document.Right, Width: 0.11})
	}
	for _, m := range w.s.Meetings {
		name := m.Title
		if m.Municipality != "" && !strings.Contains(name, m.Municipality) {
			name += ", " + m.Municipality
		}
		row := document.Row(name, m.Date)
		for _, g := range people.Groups {
			n := 0
			for _, a := range m.Attendance {
				if a.Group == g {
					n += a.Count
				}
			}
			row = append(row, document.Text(w.int(n)))
		}
		t.Rows = append(t.Rows, row)
	}
	w.add(t)
}

// glossary explains the words.
func (w *writer) glossary(Chapter) {
	var terms document.Terms
	for _, g := range w.s.Glossary {
		terms.Items = append(terms.Items, document.Term{Word: w.in(g.Word), Runs: document.Text(w.in(g.Means))})
	}
	w.add(terms)
}

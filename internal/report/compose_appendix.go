package report

import (
	"slices"
	"strings"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
)

// response is a table a survey: cases by AAPOR's classes and the rates.
func (w *writer) response(Chapter) {
	any := false
	for _, s := range w.s.Surveys {
		t := document.Table{ID: "tab-response-" + s.ID, RowHeader: true, Dense: true,
			Caption: w.t("report.response_caption", "Survey", w.in(s.Title))}
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
			any = true
		}
	}
	if any {
		w.add(document.Plain(w.t("report.response_note")))
	}
}

func (w *writer) responseRow(r Rate) []document.Cell {
	name := groupName(w.lang, r.Group)
	c := r.Cases
	if c == nil {
		return document.Row(name, suppressed, suppressed, suppressed, suppressed, suppressed, suppressed, suppressed, suppressed)
	}
	told := func(list ...int) string {
		sum := 0
		for _, n := range list {
			if n == analysis.Withheld {
				return suppressed
			}
			sum += n
		}
		return w.int(sum)
	}
	rr4 := rateCell(w.lang, r.RR4)
	if !c.TellsEligibility() {
		rr4 = suppressed
	}
	return document.Row(name, w.int(r.invited()), told(c.Complete), told(c.Partial), told(c.Refusal),
		told(c.NonContact, c.Other, c.Unknown), told(c.Ineligible), rateCell(w.lang, r.RR2), rr4)
}

// tables are one measure of every question, a column a group, a table a survey.
func (w *writer) tables(Chapter) {
	for i := range w.s.Surveys {
		s := &w.s.Surveys[i]
		if len(s.Questions) == 0 {
			continue
		}
		w.add(w.questionTable(s, tableID(s.ID), func(*Question) bool { return true }))
		w.weightedTable(s)
	}
}

// sources are the rows that a short edition's numbers come from.
func (w *writer) sources(Chapter) {
	for i := range w.s.Surveys {
		s := &w.s.Surveys[i]
		t := w.questionTable(s, "tab-sources-"+s.ID, func(q *Question) bool { return w.used[s.ID+"."+q.ID] })
		if len(t.Rows) > 0 {
			w.add(t)
		}
	}
	w.add(w.outsideTable())
}

// questionTable is a table of a survey's questions with what leads a reader back: where the numbers are used, and the
// lines of the attached data that hold them.
func (w *writer) questionTable(s *Survey, id string, takes func(*Question) bool) document.Table {
	t := document.Table{ID: id, RowHeader: true, Dense: true, UsedIn: 2, Caption: w.in(s.Title), Note: w.t("report.tables_note", "Min", w.int(w.s.MinBase)) + " " + w.weightNote(s),
		Head: []document.Column{{Text: w.t("report.col_question"), Width: 0.315}, {Text: w.t("report.col_measure"), Width: 0.235}}}
	for _, g := range people.Groups {
		t.Head = append(t.Head, document.Column{Text: w.t("report.short_" + g), Align: document.Right, Width: 0.09})
	}
	t.Head = append(t.Head, document.Column{Text: w.t("report.col_data"), Align: document.Right, Width: 0.09})
	lines := w.dataLines(s.ID)
	for j := range s.Questions {
		if q := &s.Questions[j]; takes(q) {
			w.questionRows(&t, s, q, lines[q.ID])
		}
	}
	for _, q := range s.aside() {
		if takes(&q) {
			w.questionRows(&t, s, &q, "")
		}
	}
	return t
}

// aside are the questions of which only part of a group is reported, or no more than a sentence needs.
func (s *Survey) aside() []Question {
	var out []Question
	for _, f := range s.Also {
		known := s.question(f.Question) != nil || slices.ContainsFunc(out, func(q Question) bool { return q.ID == f.Question })
		if f.Numbers != nil && !known && !strings.Contains(f.Question, ".") {
			out = append(out, Question{ID: f.Question, Type: f.Type, Text: f.Text})
		}
	}
	return out
}

// weightNote says whether the table's numbers are weighted.
func (w *writer) weightNote(s *Survey) string {
	if s.Weights == nil {
		return w.t("report.tables_unweighted")
	}
	return w.t("report.tables_weighted")
}

// partsOf are the rows of a matrix, each with one result a group that was asked.
func partsOf(q *Question) [][]analysis.Frequency {
	var out [][]analysis.Frequency
	for _, r := range q.Results {
		for i, p := range r.Parts {
			if i == len(out) {
				out = append(out, nil)
			}
			out[i] = append(out[i], p)
		}
	}
	return out
}

// questionRows adds one row, or one for each row of a matrix, and one for each part of a group that is reported by itself.
func (w *writer) questionRows(t *document.Table, s *Survey, q *Question, lines string) {
	add := func(id, name string, row []document.Cell, lines string) {
		t.Rows = append(t.Rows, append(row, document.Text(lines)))
		anchor := document.RowAnchor{}
		if id != "" {
			anchor = document.RowAnchor{ID: rowID(s.ID, id), Name: name}
		}
		t.Anchors = append(t.Anchors, anchor)
	}
	name := q.ID + ". " + question(w.in(q.Text))
	switch {
	case len(q.Results) == 0: // of the question no more is reported than parts, below
	case q.Type != questionnaire.Matrix:
		add(q.ID, q.ID, w.tableRow(name, q, q.Results), lines)
	default:
		stem := document.Row(name, "")
		for range people.Groups {
			stem = append(stem, document.Text(""))
		}
		add(q.ID, q.ID, stem, lines)
		for _, parts := range partsOf(q) {
			add(parts[0].Question, parts[0].Question, w.tableRow("– "+w.in(parts[0].Label), q, parts), "")
		}
	}
	for _, f := range s.Also {
		if id, _, _ := strings.Cut(f.Question, "."); id != q.ID || f.Numbers == nil {
			continue
		}
		part, anchor := "– "+w.partName(s, f.Filter), ""
		if len(q.Results) == 0 {
			part, anchor = name+" "+part, q.ID
		}
		row := w.tableRow(part, q, []analysis.Frequency{f})
		for _, c := range indicators {
			if c.question == f.Question && c.filter.String() == f.Filter.String() {
				row = w.measuredRow(part, w.answerOf(f, c.measure, c.codes), c.measure, c.codes, []analysis.Frequency{f})
			}
		}
		add(anchor, q.ID, row, EditionFile)
	}
}

func (w *writer) tableRow(name string, q *Question, results []analysis.Frequency) []document.Cell {
	m, codes, measure := w.tableMeasure(q, results)
	return w.measuredRow(name, measure, m, codes, results)
}

func (w *writer) measuredRow(name, measure string, m analysis.Measure, codes []int, results []analysis.Frequency) []document.Cell {
	row := document.Row(name, measure)
	for _, g := range people.Groups {
		cell := "" // the group was not asked
		for _, r := range results {
			if r.Filter.Group == g {
				cell = w.tableCell(r, m, codes)
			}
		}
		row = append(row, document.Text(cell))
	}
	return row
}

// tableCell is "61 % (84)", "9 av 14", ".." or a median with its base.
func (w *writer) tableCell(r analysis.Frequency, m analysis.Measure, codes []int) string {
	if r.Numbers == nil {
		return suppressed
	}
	e := estimate(r, m, codes...)
	switch {
	case e == nil:
		return "–"
	case !m.IsShare():
		return i18n.Number(w.lang, e.Value, 1) + " (" + w.int(e.Base) + ")"
	case e.Base < percentBase:
		return i18n.Share(w.lang, e.Count, e.Base)
	}
	return i18n.Percent(w.lang, e.Value, e.Base) + " (" + w.int(e.Base) + ")"
}

// tableMeasure is the one number that a table shows of a question for every
// group: its main measure, the median, or the share of the alternative that
// most people chose over all groups.
func (w *writer) tableMeasure(q *Question, results []analysis.Frequency) (analysis.Measure, []int, string) {
	any := shown(results)
	if any == nil {
		return analysis.MeasureTop2, nil, "–"
	}
	if q.Type == questionnaire.Matrix {
		return analysis.MeasureTop2, nil, w.answerOf(*any, analysis.MeasureTop2, nil)
	}
	if m, codes, ok := w.mainMeasure(q); ok {
		return m, codes, w.answerOf(*any, m, codes)
	}
	if q.Type == questionnaire.Numeric {
		return analysis.MeasureMedian, nil, w.t("report.measure_median")
	}
	total, label, best := map[int]int{}, map[int]i18n.Text{}, 0
	count := func(code, n int, text i18n.Text) {
		total[code] += n
		label[code] = text
		if best == 0 || total[code] > total[best] {
			best = code
		}
	}
	for _, r := range results {
		if r.Numbers == nil {
			continue
		}
		for _, o := range r.Numbers.Rows {
			count(o.Code, o.Count, o.Label)
		}
	}
	if q.Type == questionnaire.Ranking {
		return analysis.MeasureRanked, []int{best}, w.t("report.ranked_most", "Option", w.in(label[best]))
	}
	return analysis.MeasureShare, []int{best}, quoted(w.lang, w.in(label[best]))
}

// disclosure is the method's fields; one without a value says so.
func (w *writer) disclosure(Chapter) {
	t := document.Table{ID: "tab-disclosure", Dense: true, Caption: w.t("report.disclosure_caption"), RowHeader: true,
		Head: []document.Column{{Text: w.t("report.col_field"), Width: 0.32}, {Text: w.t("report.col_value_text"), Width: 0.68}}}
	for _, f := range w.s.Method {
		t.Rows = append(t.Rows, document.Row(w.t("report.method_"+f.Key), orMissing(w, w.in(f.Value))))
	}
	w.add(t)
	if w.s.Kind == Regional { // the national edition is short, and says the same in the table above
		w.errorSources()
	}
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
		t.Head = append(t.Head, document.Column{Text: w.t("report.short_" + g), Align: document.Right, Width: 0.095})
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

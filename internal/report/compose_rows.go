package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
)

// questionTable has the questions that takes names, with what leads a reader back: where their numbers are used, and the
// lines of the attached data that hold them. Those of which nothing may be shown are named below it.
func (w *writer) questionTable(s *Survey, id string, takes func(question string) bool) document.Table {
	r := rows{w: w, s: s, lines: w.dataLines(s), told: map[string]bool{}, t: document.Table{ID: id, RowHeader: true, Dense: true, UsedIn: 1, Caption: w.in(s.Title),
		Head: []document.Column{{Text: w.t("report.col_question_measure"), Width: 0.6}}}}
	for _, g := range people.Groups {
		r.t.Head = append(r.t.Head, document.Column{Text: w.t("report.short_" + g), Align: document.Right, Width: 0.08})
	}
	r.t.Head = append(r.t.Head, document.Column{Text: w.t("report.col_data"), Align: document.Right, Width: 0.08})
	for i := range s.Questions {
		if q := &s.Questions[i]; takes(q.ID) {
			r.question(q)
		}
	}
	for _, q := range w.besides(s) {
		if takes(q.ID) {
			r.question(&q)
		}
	}
	if len(r.withheld) > 0 {
		r.t.Note = w.t("report.tables_withheld", "Questions", join(w.lang, r.withheld))
	}
	return r.t
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

// besides are the questions that the survey's own tables do not have: of an earlier wave, those that are cited.
func (w *writer) besides(s *Survey) []Question {
	if !s.ofEarlier() {
		return s.aside()
	}
	var out []Question
	for _, e := range w.placed(s) {
		id, _, _ := strings.Cut(e.Question, ".")
		if !slices.ContainsFunc(out, func(q Question) bool { return q.ID == id }) {
			out = append(out, Question{ID: id, Text: e.Text})
		}
	}
	return out
}

// placed are the numbers of a survey that recommendations rest on and that have a place in the data; none in an edition
// whose data do not hold them all.
func (w *writer) placed(s *Survey) []*Evidence {
	var out []*Evidence
	for i := range w.s.Recommendations {
		for k := range w.s.Recommendations[i].Evidence {
			e := &w.s.Recommendations[i].Evidence[k]
			if w.s.Placed && e.Value != nil && e.Survey != "" && e.key() == s.key() {
				if f := s.resultOf(e); f == nil || f.Numbers == nil {
					continue
				}
				out = append(out, e)
			}
		}
	}
	return out
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

// rowMeasure is one measure of a question, as a row shows it.
type rowMeasure struct {
	measure analysis.Measure
	codes   []int
	words   string
}

// rows fills the table of a survey's questions.
type rows struct {
	w        *writer
	s        *Survey
	t        document.Table
	lines    map[string]string
	first    int             // the first row of the question
	told     map[string]bool // which numbers the rows have, by numberKey
	withheld []string        // questions without a row, with their lines
}

// question adds a row for the question, or one for each row of a matrix, for each other measure that somebody cites, and
// for each part of a group that is reported by itself.
func (r *rows) question(q *Question) {
	r.first = len(r.t.Rows)
	switch {
	case len(q.Results) == 0: // of the question no more is reported than parts
	case q.Type == questionnaire.Matrix:
		if !r.matrix(q) {
			return
		}
	case !r.single(q):
		return
	}
	if !r.s.ofEarlier() {
		for _, f := range r.s.Also {
			if id, _, _ := strings.Cut(f.Question, "."); id == q.ID && f.Numbers != nil {
				r.part(q, f)
			}
		}
	}
	for _, e := range r.w.placed(r.s) {
		if id, _, _ := strings.Cut(e.Question, "."); id == q.ID && r.w.used[r.s.key()+"."+q.ID] {
			r.evidence(q, e)
		}
	}
}

// evidence adds a row for a number that a recommendation rests on, unless a row has it.
func (r *rows) evidence(q *Question, e *Evidence) {
	f := *r.s.resultOf(e)
	m := rowMeasure{e.Measure, e.Codes, r.w.measured(e)}
	if r.told[numberKey(f, len(e.Weights) > 0, m)] {
		return
	}
	var of []string
	if !f.Label.IsZero() {
		of = append(of, r.w.in(f.Label))
	}
	if len(e.Where) > 0 {
		of = append(of, r.w.partName(r.s, e.filter()))
	}
	if len(e.Weights) > 0 {
		of = append(of, lowerFirst(r.w.t("report.col_weighted")))
	}
	lines := r.lines[lineKey(e.Question, columnGroup(e.filter()))]
	if len(e.Weights) > 0 {
		lines = r.lines[weightedLines+e.Question]
	}
	if len(r.t.Rows) == r.first {
		r.add(e.Question, r.w.rowName(r.s, &Question{ID: e.Question, Text: e.Text}, []analysis.Frequency{f}, strings.Join(of, ", "), m.words), m, []analysis.Frequency{f}, lines)
	} else {
		r.add(r.anchorOf(e.Question), document.Text("– "+strings.Join(append(of, m.words), ": ")), m, []analysis.Frequency{f}, lines)
	}
}

// anchorOf is the question, unless a row has its anchor: then nothing.
func (r *rows) anchorOf(question string) string {
	if slices.ContainsFunc(r.t.Anchors, func(a document.RowAnchor) bool { return a.ID == rowID(r.s.key(), question) }) {
		return ""
	}
	return question
}

// numberKey names a number of a result.
func numberKey(f analysis.Frequency, weighted bool, m rowMeasure) string {
	return fmt.Sprint(f.Question, " ", f.Filter.String(), " ", weighted, " ", m.measure, m.codes)
}

// spokenNumber is a measure of a question that a chapter's words give.
type spokenNumber struct {
	survey, question string
	rowMeasure
}

// measured is what of the answers a cited number counts, in words.
func (w *writer) measured(e *Evidence) string { return w.measureWords(e.Measure, w.answers(e.Answers)) }

// measureWords is what a measure counts: the answers, where it is of some.
func (w *writer) measureWords(m analysis.Measure, answers string) string {
	switch {
	case m == analysis.MeasureUnknown:
		return w.t("report.measure_unknown")
	case !m.IsShare():
		return w.t("report.measure_" + string(m) + "_short")
	}
	return answers
}

// single adds a question's row, unless it would show nothing and nobody cites it.
func (r *rows) single(q *Question) bool {
	m := r.w.tableMeasure(q, q.Results)
	cited := r.cited(q)
	if len(toldIn(q.Results, m)) == 0 && len(cited) > 0 {
		m, cited = cited[0], cited[1:]
	}
	if len(toldIn(q.Results, m)) == 0 && !r.w.used[r.s.ID+"."+q.ID] {
		r.withhold(q)
		return false
	}
	said := toldIn(q.Results, m)
	if len(said) == 0 {
		said = q.Results
	}
	r.add(q.ID, r.w.rowName(r.s, q, said, "", m.words), m, q.Results, r.lines[q.ID])
	for _, c := range cited {
		if c.words != m.words && (c.measure != m.measure || !slices.Equal(c.codes, m.codes)) {
			r.add("", document.Text("– "+c.words), c, q.Results, "")
		}
	}
	return true
}

// matrix adds a question's row and one for each of its parts that may be shown or that somebody cites.
func (r *rows) matrix(q *Question) bool {
	var told [][]analysis.Frequency
	var hidden []string
	m := rowMeasure{measure: analysis.MeasureTop2}
	for _, parts := range partsOf(q) {
		if len(toldIn(parts, m)) == 0 && !r.w.used[r.s.ID+"."+parts[0].Question] {
			hidden = append(hidden, r.w.in(parts[0].Label))
			continue
		}
		if any := shown(parts); any != nil {
			m.words = r.w.answerOf(*any, m.measure, nil)
		}
		told = append(told, parts)
	}
	if len(told) == 0 && !r.w.used[r.s.ID+"."+q.ID] {
		r.withhold(q)
		return false
	}
	stem := r.w.rowName(r.s, q, slices.Concat(told...), "", m.words)
	if len(hidden) > 0 {
		stem = append(stem, document.Run{Text: ". " + r.w.t("report.tables_withheld", "Questions", join(r.w.lang, hidden))})
	}
	r.add(q.ID, stem, m, nil, r.lines[q.ID])
	for _, parts := range told {
		r.add(parts[0].Question, document.Text("– "+r.w.in(parts[0].Label)), m, parts, "")
	}
	return true
}

// part adds a row for part of a group.
func (r *rows) part(q *Question, f analysis.Frequency) {
	results := []analysis.Frequency{f}
	m := r.w.tableMeasure(q, results)
	for _, c := range indicators {
		if c.question == f.Question && c.filter.String() == f.Filter.String() {
			m = rowMeasure{c.measure, c.codes, r.w.answerOf(f, c.measure, c.codes)}
		}
	}
	name, anchor := document.Text("– "+r.w.partName(r.s, f.Filter)), ""
	if len(q.Results) == 0 {
		name, anchor = r.w.rowName(r.s, q, results, r.w.partName(r.s, f.Filter), m.words), q.ID
	}
	r.add(anchor, name, m, results, r.lines[lineKey(f.Question, columnGroup(f.Filter))])
}

// rowName is a row's first cell: what the question is called, the question, of whom, and what of the answers is counted.
func (w *writer) rowName(s *Survey, q *Question, results []analysis.Frequency, of, measure string) []document.Run {
	text := " " + w.wording(q, results, question)
	if of != "" {
		text += " –\u00a0" + of
	}
	runs := []document.Run{{Text: w.code(s.key(), q.ID), Bold: true}, {Text: text}}
	if measure != "" {
		runs = append(runs, document.Run{Text: " " + measure, Italic: true})
	}
	return runs
}

func (r *rows) withhold(q *Question) {
	name := r.w.code(r.s.ID, q.ID)
	if lines := r.lines[q.ID]; lines != "" {
		name += " (" + lines + ")"
	}
	r.withheld = append(r.withheld, name)
}

// add adds a row with a cell a group: empty when it was not asked. Marks lead to it when it has an ID.
func (r *rows) add(id string, name []document.Run, m rowMeasure, results []analysis.Frequency, lines string) {
	row := []document.Cell{name}
	for _, g := range people.Groups {
		cell := ""
		for _, f := range results {
			if f.Filter.Group == g {
				cell = r.w.tableCell(f, m.measure, m.codes)
			}
		}
		row = append(row, document.Text(cell))
	}
	r.t.Rows = append(r.t.Rows, append(row, document.Text(lines)))
	for _, f := range results {
		r.told[numberKey(f, f.Numbers != nil && f.Numbers.Weighting != nil, m)] = true
	}
	anchor := document.RowAnchor{Under: len(r.t.Anchors) > r.first}
	if id != "" {
		anchor.ID, anchor.Name = rowID(r.s.key(), id), r.w.code(r.s.key(), id)
	}
	r.t.Anchors = append(r.t.Anchors, anchor)
}

// cited are the measures of a question that recommendations rest on and chapters speak of, each once.
func (r *rows) cited(q *Question) []rowMeasure {
	var out []rowMeasure
	for _, rec := range r.w.s.Recommendations {
		for i := range rec.Evidence {
			e := &rec.Evidence[i]
			if e.Survey != r.s.ID || e.Question != q.ID || e.aside() || !e.quotable() || !r.w.used[r.s.ID+"."+q.ID] {
				continue
			}
			m := rowMeasure{e.Measure, e.Codes, r.w.answers(e.Answers)}
			if !slices.ContainsFunc(out, func(have rowMeasure) bool { return have.words == m.words }) {
				out = append(out, m)
			}
		}
	}
	for _, n := range r.w.spoken {
		known := slices.ContainsFunc(out, func(have rowMeasure) bool { return have.words == n.words })
		if r.w.s.Placed && n.survey == r.s.ID && n.question == q.ID && !known {
			out = append(out, n.rowMeasure)
		}
	}
	return out
}

// toldIn are the results whose number may be shown.
func toldIn(results []analysis.Frequency, m rowMeasure) []analysis.Frequency {
	return slices.DeleteFunc(slices.Clone(results), func(f analysis.Frequency) bool {
		return f.Numbers == nil || estimate(f, m.measure, m.codes...) == nil
	})
}

// tableCell is "61 % (84)", "9 av 14", ".." or a median with its base.
func (w *writer) tableCell(r analysis.Frequency, m analysis.Measure, codes []int) string {
	if r.Numbers == nil {
		return suppressed
	}
	e := estimate(r, m, codes...)
	switch {
	case e == nil:
		return suppressed
	case !m.IsShare():
		decimals := 1
		if m == analysis.MeasureMedian && e.Value == math.Trunc(e.Value) { // an answer that somebody gave
			decimals = 0
		}
		return i18n.Number(w.lang, e.Value, decimals) + " (" + w.int(e.Base) + ")"
	case e.Base < percentBase:
		return i18n.Share(w.lang, e.Count, e.Base)
	}
	return i18n.Percent(w.lang, e.Value, e.Base) + " (" + w.int(e.Base) + ")"
}

// tableMeasure is the one number that a table shows of a question for every
// group: its main measure, the median, or the share of the alternative that
// most people chose over all groups.
func (w *writer) tableMeasure(q *Question, results []analysis.Frequency) rowMeasure {
	any := shown(results)
	if any == nil {
		return rowMeasure{analysis.MeasureTop2, nil, ""}
	}
	if q.Type == questionnaire.Matrix {
		return rowMeasure{analysis.MeasureTop2, nil, w.answerOf(*any, analysis.MeasureTop2, nil)}
	}
	if m, codes, ok := w.mainMeasure(q); ok {
		return rowMeasure{m, codes, w.answerOf(*any, m, codes)}
	}
	if q.Type == questionnaire.Numeric {
		return rowMeasure{analysis.MeasureMedian, nil, w.t("report.measure_median")}
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
		return rowMeasure{analysis.MeasureRanked, []int{best}, w.t("report.ranked_most", "Option", w.in(label[best]))}
	}
	return rowMeasure{analysis.MeasureShare, []int{best}, quoted(w.lang, lowerFirst(w.in(label[best])))}
}

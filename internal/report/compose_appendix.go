package report

import (
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
)

// response is a table of cases by AAPOR's classes and the rates, a row a group of a survey.
func (w *writer) response(Chapter) {
	t := document.Table{ID: "tab-response", RowHeader: true, Dense: true, Head: []document.Column{{Text: w.t("report.col_survey_group")}}}
	for _, key := range []string{"invited", "complete", "partial", "refused", "no_reply", "ineligible"} {
		t.Head = append(t.Head, document.Column{Text: w.t("report.col_" + key), Align: document.Right})
	}
	t.Head = append(t.Head, document.Column{Text: "RR2", Align: document.Right}, document.Column{Text: "RR4", Align: document.Right})
	var names []string
	for _, s := range w.s.Surveys {
		for _, r := range s.Rates {
			t.Rows = append(t.Rows, w.responseRow(&s, r))
		}
		if len(s.Rates) > 0 {
			name := strings.ToUpper(s.ID)
			if w.s.Kind == Regional { // the national edition's surveys stand by name in its method
				name += "\u00a0" + w.in(s.Title)
			}
			names = append(names, name)
		}
	}
	if len(t.Rows) == 0 {
		return
	}
	t.Caption, t.Note = w.t("report.response_caption", "Surveys", join(w.lang, names)), w.t("report.response_note")
	w.add(t)
}

func (w *writer) responseRow(s *Survey, r Rate) []document.Cell {
	name := strings.ToUpper(s.ID) + " " + groupName(w.lang, r.Group)
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
		t := w.questionTable(s, tableID(s.ID), func(string) bool { return true })
		if s.Weights == nil {
			w.add(t)
			continue
		}
		switch weighted, withheld := w.weightedTable(s); {
		case len(weighted.Rows) > 0:
			t.Note = strings.TrimSpace(w.t("report.tables_weighted") + " " + t.Note)
			w.add(t, weighted)
		case withheld > 0:
			t.Note = strings.TrimSpace(w.t("report.weighted_none") + " " + t.Note)
			w.add(t)
		default:
			w.add(t)
		}
	}
	for _, s := range w.s.told()[len(w.s.Surveys):] {
		t := w.questionTable(s, tableID(s.key()), func(id string) bool { return w.used[s.key()+"."+id] })
		if t.Caption = w.t("report.tables_earlier", "Survey", w.in(s.Title), "Wave", s.Wave, "Date", s.Begun); len(t.Rows) > 0 {
			w.add(t)
		}
	}
}

// sources are the rows that a short edition's numbers come from, of all surveys in one table.
func (w *writer) sources(Chapter) {
	var all document.Table
	var cited []string
	for _, s := range w.s.told() {
		t := w.questionTable(s, "tab-sources", func(id string) bool { return w.used[s.key()+"."+id] })
		if len(t.Rows) == 0 {
			continue
		}
		if t.Rows, t.Anchors = append(all.Rows, t.Rows...), append(all.Anchors, t.Anchors...); all.Note != "" {
			t.Note = strings.TrimSpace(all.Note + " " + t.Note)
		}
		if all = t; !slices.Contains(cited, strings.ToUpper(s.ID)) {
			cited = append(cited, strings.ToUpper(s.ID))
		}
	}
	if len(cited) > 0 {
		all.Caption = w.t("report.sources_caption", "Surveys", join(w.lang, cited))
		w.add(all)
	}
	t := w.outsideTable()
	t.Dense = true
	w.add(t)
}

// disclosure is the method's fields: a row each with those without a value last, or in a short edition a row a subject.
func (w *writer) disclosure(Chapter) {
	t := document.Table{ID: "tab-disclosure", Dense: true, Caption: w.t("report.disclosure_caption"), RowHeader: true,
		Head: []document.Column{{Text: w.t("report.col_field"), Width: 0.27}, {Text: w.t("report.col_value_text"), Width: 0.73}}}
	if w.s.Kind == National {
		t.Head[0].Width, t.Head[1].Width = 0.14, 0.86
		w.disclosureBySubject(&t)
		w.add(t)
		return
	}
	var missing []string
	for _, f := range w.s.Method {
		name := w.t("report.method_" + f.Key)
		if f.Value.IsZero() {
			missing = append(missing, name)
			continue
		}
		t.Rows = append(t.Rows, []document.Cell{document.Text(name), append(document.Text(w.in(f.Value)), w.methodMarks(f)...)})
	}
	if len(missing) > 0 {
		t.Rows = append(t.Rows, document.Row(w.t("report.method_missing"), strings.Join(missing, "; ")))
	}
	w.add(t)
	w.errorSources()
}

// disclosureBySubject sets the fields of a subject after each other, each by its name.
func (w *writer) disclosureBySubject(t *document.Table) {
	for _, subject := range methodSubjects {
		var cell document.Cell
		for _, key := range subject.fields {
			for _, f := range w.s.Method {
				if f.Key != key {
					continue
				}
				said := w.in(f.Value)
				if f.Value.IsZero() {
					said = w.t("report.missing")
				}
				if !strings.HasSuffix(said, ".") {
					said += "."
				}
				if len(cell) > 0 {
					cell = append(cell, document.Run{Text: " "})
				}
				cell = append(cell, document.Run{Text: w.t("report.method_"+key) + ":", Bold: true}, document.Run{Text: " " + said})
				cell = append(cell, w.methodMarks(f)...)
			}
		}
		if len(cell) > 0 {
			t.Rows = append(t.Rows, []document.Cell{document.Text(w.t("report.error_" + subject.heading)), cell})
		}
	}
}

// methodMarks lead from what the method says of the goal's question to where its numbers stand.
func (w *writer) methodMarks(f Fact) []document.Run {
	var marks []document.Run
	for _, survey := range f.Surveys {
		marks = append(marks, w.cite(survey, indicators[0].question)...)
	}
	if f.Key == "bias" {
		marks = append(marks, w.citeTable(w.responseChapter())...)
	}
	return marks
}

// meetings lists where the dialogue took place and who came, by group.
func (w *writer) meetings(Chapter) {
	if len(w.s.Meetings) == 0 {
		w.add(document.Plain(w.t("report.no_meetings")))
		return
	}
	t := document.Table{ID: "tab-meetings", Dense: true, Caption: w.t("report.meetings_caption"), RowHeader: true}
	t.Head = []document.Column{{Text: w.t("report.col_meeting"), Width: 0.4}, {Text: w.t("report.col_date"), Width: 0.16}}
	for _, g := range people.Groups {
		t.Head = append(t.Head, document.Column{Text: w.t("report.short_" + g), Align: document.Right, Width: 0.095})
	}
	for _, m := range w.s.Meetings {
		name := m.Title
		if m.Municipality != "" && !strings.Contains(name, m.Municipality) {
			name += ", " + m.Municipality
		}
		row := []document.Cell{{{Text: name, Lang: i18n.Sv}}, document.Text(m.Date)}
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

// glossary explains the words, in the order of the language.
func (w *writer) glossary(Chapter) {
	var terms document.Terms
	for _, g := range w.s.Glossary {
		terms.Items = append(terms.Items, document.Term{Word: w.in(g.Word), Runs: document.Text(w.in(g.Means))})
	}
	order := collate.New(language.Make(string(w.lang)))
	slices.SortStableFunc(terms.Items, func(a, b document.Term) int { return order.CompareString(a.Word, b.Word) })
	w.add(terms)
}

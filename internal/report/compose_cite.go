package report

import (
	"fmt"
	"strings"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/recommendation"
)

// Every number from the answers leads to a row of the tables: what was asked, of how many, how it was counted and where
// the attached data hold it. The rows lead back.

func rowID(survey, question string) string {
	return "row-" + survey + "-" + strings.ReplaceAll(question, ".", "-")
}

func outsideID(fact string) string { return "row-outside-" + strings.ReplaceAll(fact, "_", "-") }

// row is the link to a question's row, empty when this edition has none. What is asked for is noted: a short edition
// has the rows that it uses.
func (w *writer) row(survey, question string) string {
	id := rowID(survey, question)
	if !w.anchors[id] {
		return ""
	}
	whole, _, _ := strings.Cut(question, ".")
	w.used[survey+"."+whole], w.used[survey+"."+question] = true, true
	return "#" + id
}

// cite is the mark after a number from a question's answers, or nothing.
func (w *writer) cite(survey, question string) []document.Run {
	return w.citePlace(w.row(survey, question))
}

// citeTable is the mark after a number that another table or chapter of this edition gives.
func (w *writer) citeTable(id string) []document.Run { return w.citePlace(w.place(id)) }

// place is the link to a table, row or chapter, empty when this edition has none.
func (w *writer) place(id string) string {
	if !w.anchors[id] {
		return ""
	}
	return "#" + id
}

// responseChapter is the anchor of the chapter with the response rates.
func (w *writer) responseChapter() string {
	for _, ch := range w.s.Outline.Chapters {
		if ch.Part == "response" {
			return "ch-" + ch.ID
		}
	}
	return ""
}

func (w *writer) citePlace(link string) []document.Run {
	if link == "" {
		return nil
	}
	return []document.Run{document.Cite(link)}
}

// markText stands for a mark in a chapter's words, until they are read into runs.
func markText(link string) string {
	if link == "" {
		return ""
	}
	return "[^](" + link + ")"
}

// withMarks are the runs of a text in which markText wrote; none for no text.
func withMarks(s string) []document.Run {
	var runs []document.Run
	for s != "" {
		before, rest, found := strings.Cut(s, "[^](")
		link, after, closed := strings.Cut(rest, ")")
		if !found || !closed {
			return append(runs, document.Run{Text: s})
		}
		if before != "" {
			runs = append(runs, document.Run{Text: before})
		}
		runs, s = append(runs, document.Cite(link)), after
	}
	return runs
}

// said are a recommendation's words with the figures that they bind, each with its mark.
func (w *writer) said(r *Recommendation, words i18n.Text) []document.Run {
	return withMarks(r.fill(words, w.lang, func(e *Evidence) string { return markText(w.evidenceRow(e)) }))
}

// Says are a recommendation's words with the figures that they bind.
func (r *Recommendation) Says(words i18n.Text, lang i18n.Lang) string {
	return r.fill(words, lang, func(*Evidence) string { return "" })
}

func (r *Recommendation) fill(words i18n.Text, lang i18n.Lang, mark func(*Evidence) string) string {
	return recommendation.Fill(words.In(lang), func(field string, evidence int) string {
		for i := range r.Evidence {
			if e := &r.Evidence[i]; e.Number == evidence {
				f := recommendation.Figure{Measure: e.Measure, Value: e.Value, Unit: e.Unit}
				return f.Tell(field, lang) + mark(e)
			}
		}
		return suppressed
	})
}

// marked makes marks of the links that markText wrote.
func marked(runs []document.Run) []document.Run {
	for i := range runs {
		if runs[i].Text == "^" && strings.HasPrefix(runs[i].Link, "#") {
			runs[i] = document.Cite(runs[i].Link)
		}
	}
	return runs
}

// lineKey names results in dataLines: a question's together, those of part of a group by themselves; group as columnGroup.
func lineKey(question, group string) string {
	if isPart(group) {
		return question + " " + group
	}
	whole, _, _ := strings.Cut(question, ".")
	return whole
}

// weightedLines stands before the question in the key of firms' weighted results in dataLines.
const weightedLines = "weighted "

// dataLines are the lines of the attached table that hold a survey's results, by lineKey; a matrix has its rows' lines
// among its own. The first line is the head.
func (w *writer) dataLines(survey *Survey) map[string]string {
	type span struct{ from, to int }
	spans := map[string]span{}
	for i, f := range w.s.figures() {
		if f.Survey != survey.ID || f.Wave != survey.Wave {
			continue
		}
		key := lineKey(f.Question, f.Group)
		if f.Weighted {
			key = weightedLines + f.Question
		}
		s, seen := spans[key]
		if !seen {
			s.from = i + 2
		}
		s.to = i + 2
		spans[key] = s
	}
	out := map[string]string{}
	for key, s := range spans {
		out[key] = fmt.Sprintf("%d–%d", s.from, s.to)
	}
	return out
}

// rowNames are words for the questions that every survey begins and ends with; the others are called by their codes.
var rowNames = map[string]string{
	"bg_municipality": "report.row_municipality", "bg_org": "report.row_organisation", "bg_role": "report.row_role", "bg_office": "report.row_office",
	"bg_size": "report.row_size", "bg_sector": "report.row_sector", "bg_kind": "report.row_kind", "bg_bids": "report.row_bids",
	"bg_etender": "report.row_etender", "cl_bid_intent": "report.row_intent", "cl_activity": "report.row_activity",
}

// code is what rows and marks call a question: "q5_11", "anbud S5".
func (w *writer) code(survey, question string) string { return code(w.lang, survey, question) }

func code(l i18n.Lang, survey, question string) string {
	id, wave, earlier := strings.Cut(survey, "-w")
	name := question
	if key, ok := rowNames[question]; ok {
		name = i18n.T(l, key) + " " + strings.ToUpper(id)
	}
	if earlier {
		name = i18n.T(l, "report.row_of_wave", "Row", name, "Wave", wave)
	}
	return name
}

// partName says which part of a group a result is of.
func (w *writer) partName(s *Survey, f analysis.Filter) string {
	switch {
	case len(f.Where) == 0:
		return groupName(w.lang, f.Group)
	case f.String() == smallFirm.String():
		return w.t("report.tables_small_firms")
	}
	var parts []string
	for _, where := range f.Where {
		var names []string
		if q := s.question(where.Question); q != nil {
			if r := shown(q.Results); r != nil {
				for _, row := range r.Numbers.Rows {
					for _, code := range where.Codes {
						if row.Code == code {
							names = append(names, w.in(row.Label))
						}
					}
				}
			}
		}
		if len(names) > 2 {
			names = []string{names[0] + "–" + names[len(names)-1]}
		}
		part := where.Question
		if key, ok := rowNames[part]; ok {
			part = w.t(key)
		}
		if len(names) > 0 {
			part += ": " + strings.Join(names, ", ")
		}
		parts = append(parts, part)
	}
	return w.t("report.tables_part", "Conditions", strings.Join(parts, "; "))
}

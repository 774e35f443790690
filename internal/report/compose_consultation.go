package report

import (
	"strconv"

	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/i18n"
)

// consultation is how the drafts were tried: the rule, who took part, what the
// panel found, and what became of every proposal.
func (w *writer) consultation(Chapter) {
	if len(w.s.Consultations) == 0 {
		w.add(document.Plain(w.t("report.no_consultation")))
		return
	}
	for i := range w.s.Consultations {
		c := &w.s.Consultations[i]
		id := "consultation-" + strconv.Itoa(i+1)
		if len(w.s.Consultations) > 1 { // else the chapter's name says it
			w.add(document.Heading{Level: 2, ID: id, Text: c.Name})
		}
		w.add(document.Plain(w.t("report.consultation_locked", "Date", c.Locked)))
		for _, p := range c.Rule {
			w.add(document.Plain(w.in(p)))
		}
		w.add(w.consultedParts(c, id), w.consultedFindings(c, id))
		if len(c.Proposals) > 0 {
			w.add(w.consultedProposals(c, id))
		} else {
			w.add(document.Plain(w.t("report.no_proposals")))
		}
	}
}

// consultedParts is who took part, a row a round and group.
func (w *writer) consultedParts(c *Consultation, id string) document.Table {
	t := document.Table{ID: "tab-" + id + "-parts", RowHeader: true, Dense: true, Caption: w.t("report.consultation_parts"),
		Note: w.t("report.consultation_parts_note"),
		Head: []document.Column{{Text: w.t("report.col_round"), Width: 0.28}, {Text: w.t("report.col_group"), Width: 0.27}}}
	for _, key := range []string{"asked", "begun", "finished", "left"} {
		t.Head = append(t.Head, document.Column{Text: w.t("report.col_" + key), Align: document.Right, Width: 0.1125})
	}
	for _, r := range c.Rounds {
		when := r.Opened
		if r.Closed != r.Opened {
			when += "–" + r.Closed
		}
		for i, g := range r.Groups {
			left := "–"
			if len(r.Attrition) > 0 {
				left = w.t("report.of", "X", w.int(r.Attrition[i].Left), "N", w.int(r.Attrition[i].Before))
			}
			t.Rows = append(t.Rows, document.Row(w.t("report.consultation_round", "Round", r.Number, "When", when),
				groupName(w.lang, g.Group), w.int(g.Invited), w.int(g.Begun), w.int(g.Finished), left))
		}
	}
	return t
}

// consultedFindings is one row a recommendation.
func (w *writer) consultedFindings(c *Consultation, id string) document.Table {
	t := document.Table{ID: "tab-" + id + "-found", RowHeader: true, Dense: true, Caption: w.t("report.consultation_found"),
		Note: w.t("report.consultation_found_note"),
		Head: []document.Column{{Text: w.t("report.col_recommendation"), Width: 0.24}, {Text: w.t("report.col_agree"), Width: 0.26},
			{Text: w.t("report.col_class"), Width: 0.16}, {Text: i18n.T(w.lang, "consultation.dim_importance"), Width: 0.17},
			{Text: i18n.T(w.lang, "consultation.dim_feasibility"), Width: 0.17}}}
	for _, item := range c.Items {
		shares := ""
		for i, s := range item.Shares {
			if i > 0 {
				shares += "; "
			}
			shares += w.t("report.short_"+s.Group) + " "
			if s.Share == nil {
				shares += suppressed
			} else {
				shares += i18n.Share(w.lang, s.Share.Count, s.Share.Base)
			}
		}
		t.Rows = append(t.Rows, []document.Cell{
			{{Text: item.Number + " ", Link: w.recommendationLink(item.Number)}, {Text: w.in(item.Title)}},
			document.Text(shares), document.Text(i18n.T(w.lang, "consultation.class_"+string(item.Class))),
			document.Text(w.consultedAxis(item.Importance)), document.Text(w.consultedAxis(item.Feasibility))})
	}
	return t
}

// recommendationLink is where a recommendation stands in this edition, if it does.
func (w *writer) recommendationLink(number string) string {
	if _, err := w.s.FindRecommendation(number); err != nil {
		return ""
	}
	return "#" + recommendationID(number)
}

func (w *writer) consultedAxis(a ConsultedAxis) string {
	if a.Main == "" {
		return suppressed
	}
	return w.t("report.consultation_axis", "Main", i18n.T(w.lang, "consultation.verdict_"+string(a.Main)),
		"Other", i18n.T(w.lang, "consultation.verdict_"+string(a.Other)))
}

// consultedProposals is what was proposed, in the project's words, and the answer.
func (w *writer) consultedProposals(c *Consultation, id string) document.Table {
	t := document.Table{ID: "tab-" + id + "-proposals", RowHeader: true, Dense: true, Caption: w.t("report.consultation_proposals"),
		Head: []document.Column{{Text: w.t("report.col_recommendation"), Width: 0.16}, {Text: w.t("report.col_proposal"), Width: 0.34},
			{Text: w.t("report.col_outcome"), Width: 0.16}, {Text: w.t("report.col_answer"), Width: 0.34}}}
	for _, p := range c.Proposals {
		from := ""
		if p.Group != "" {
			from = groupName(w.lang, p.Group) + ": "
		}
		t.Rows = append(t.Rows, []document.Cell{{{Text: p.Number, Link: w.recommendationLink(p.Number)}},
			document.Text(from + w.in(p.Summary)), document.Text(i18n.T(w.lang, "consultation.reply_"+p.Outcome)), document.Text(w.in(p.Answer))})
	}
	return t
}

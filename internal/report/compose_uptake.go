package report

import (
	"slices"
	"strings"

	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
)

// uptakeAnswers are the answers in the order of the columns; the empty one is silence.
var uptakeAnswers = []string{"adopt", "adapt", "decline", ""}

// uptake is what became of the recommendations of an earlier edition: the goal over the years, counts,
// each body's answers, and each recommendation's with dates and reasons.
func (w *writer) uptake(Chapter) {
	u := w.s.Uptake
	w.add(document.Plain(w.t("report.uptake_asked", "Count", len(u.Bodies), "N", w.int(len(u.Bodies)), "Edition", u.Number, "Made", u.Made,
		"Asked", u.Asked, "Deadline", u.Deadline)))
	w.uptakeGoal()
	w.add(document.Heading{Level: 2, ID: "uptake-counts", Text: w.t("report.uptake_counts")}, document.Plain(w.uptakeTotals()), w.uptakeCounts(),
		document.Heading{Level: 2, ID: "uptake-bodies", Text: w.t("report.uptake_bodies")}, w.uptakeBodies(),
		document.Heading{Level: 2, ID: "uptake-answers", Text: w.t("report.uptake_answers")})
	for _, r := range u.Advice {
		w.add(document.Heading{Level: 3, ID: "uptake-" + strings.ReplaceAll(r.Number, ".", "-"), Text: r.Number + " " + w.in(r.Title)})
		if said := w.uptakeReplies(r); len(said.Items) > 0 {
			w.add(said)
		} else {
			w.add(document.Plain(w.t("report.uptake_none")))
		}
	}
}

// waves are the goal in the earlier editions and, where it was measured anew, in this one.
func (s *Snapshot) waves() []Wave {
	return measured(append(slices.Clone(s.Uptake.Waves), s.goal()))
}

// uptakeGoal draws the goal over the editions beside where it began.
func (w *writer) uptakeGoal() {
	waves := w.s.waves()
	w.add(document.Heading{Level: 2, ID: "uptake-goal", Text: i18n.T(w.lang, "followup.indicator")})
	c := chart.DotInterval{Measure: w.t("report.uptake_measure"),
		Reference: &chart.Reference{Share: w.s.Indicator.Baseline, Label: i18n.T(w.lang, "followup.baseline")}}
	t := document.Table{Caption: i18n.T(w.lang, "followup.indicator"), RowHeader: true, Note: i18n.T(w.lang, "followup.indicator_note"), Head: []document.Column{
		{Text: i18n.T(w.lang, "followup.wave"), Width: 0.4}, {Text: i18n.T(w.lang, "followup.share"), Align: document.Right, Width: 0.2},
		{Text: i18n.T(w.lang, "followup.interval"), Align: document.Right, Width: 0.2}, {Text: i18n.T(w.lang, "followup.base"), Align: document.Right, Width: 0.2}}}
	known := w.s.tellsWaves()
	if known {
		t.Head = slices.Insert(t.Head, 1, document.Column{Text: i18n.T(w.lang, "followup.measured"), Width: 0.34})
		for i, width := range map[int]float64{0: 0.18, 2: 0.14, 3: 0.2, 4: 0.14} {
			t.Head[i].Width = width
		}
	}
	for _, one := range waves {
		row := chart.DotRow{Label: one.Date, Group: people.Business, Suppressed: true}
		cells := []string{one.Date, suppressed, suppressed, suppressed}
		if e := one.Bid; e != nil {
			row = chart.DotRow{Label: one.Date, Group: people.Business, Base: e.Base, Count: e.Count, Share: e.Value, Lower: e.Lower, Upper: e.Upper}
			cells = []string{one.Date, shareCell(w.lang, e), "–", w.int(e.Base)}
			if e.Base >= percentBase && e.HasInterval {
				cells[2] = i18n.Interval(w.lang, e.Lower, e.Upper, e.Base)
			}
		}
		if known {
			cells = slices.Insert(cells, 1, one.Measured(w.lang))
		}
		c.Rows = append(c.Rows, row)
		t.Rows = append(t.Rows, document.Row(cells...))
	}
	if c.Empty() {
		w.add(document.Plain(w.t("report.uptake_goal_few")))
		return
	}
	w.add(document.Figure{ID: "fig-uptake-goal", Chart: c, Title: w.uptakeTrend(waves), Subtitle: i18n.T(w.lang, "followup.indicator_lead"),
		Base: w.t("report.uptake_base"), Group: people.Business, Table: &t})
	if last := waves[len(waves)-1]; last.Edition != "" {
		w.add(document.Plain(w.t("report.uptake_same", "Date", last.Date)))
	}
}

// uptakeTrend says no more than the intervals allow: this edition's against the baseline.
func (w *writer) uptakeTrend(waves []Wave) string {
	last := waves[len(waves)-1]
	base := i18n.Number(w.lang, last.Baseline*100, 0)
	switch e := last.Bid; {
	case e == nil:
		return w.t("report.uptake_trend_few", "Baseline", base)
	case e.HasInterval && e.Lower > last.Baseline:
		return w.t("report.uptake_trend_above", "Share", shareText(w.lang, *e), "Baseline", base)
	case e.HasInterval && e.Upper < last.Baseline:
		return w.t("report.uptake_trend_below", "Share", shareText(w.lang, *e), "Baseline", base)
	default:
		return w.t("report.uptake_trend_open", "Share", shareText(w.lang, *e), "Baseline", base)
	}
}

// uptakeHead is a first column and one for each answer and for silence.
func (w *writer) uptakeHead(first string, width float64, align document.Align) []document.Column {
	head := []document.Column{{Text: first, Width: width}}
	for _, a := range uptakeAnswers {
		head = append(head, document.Column{Text: w.uptakeWord(a), Align: align, Width: (1 - width) / float64(len(uptakeAnswers))})
	}
	return head
}

func (w *writer) uptakeWord(answer string) string {
	if answer == "" {
		return w.t("report.uptake_silent")
	}
	return i18n.T(w.lang, "followup.answer_"+answer)
}

// uptakeTotals sums the answers of all bodies to all that was recommended to them.
func (w *writer) uptakeTotals() string {
	n := w.s.Uptake.totals()
	return w.t("report.uptake_totals", "Total", w.int(n.all()), "Adopt", w.int(n.adopt), "Adapt", w.int(n.adapt), "Decline", w.int(n.decline), "Silent", w.int(n.silent))
}

// uptakeTotals counts recommendations to single bodies by their answers.
type uptakeTotals struct{ adopt, adapt, decline, silent int }

func (n uptakeTotals) all() int { return n.adopt + n.adapt + n.decline + n.silent }

func (u *Uptake) totals() (n uptakeTotals) {
	for _, r := range u.Advice {
		n.adopt += u.count(r.Number, "adopt")
		n.adapt += u.count(r.Number, "adapt")
		n.decline += u.count(r.Number, "decline")
		n.silent += u.count(r.Number, "")
	}
	return n
}

// uptakeCounts is a row a recommendation: how many bodies gave each answer.
func (w *writer) uptakeCounts() document.Table {
	t := document.Table{ID: "tab-uptake-counts", Caption: w.t("report.uptake_counts_caption"), RowHeader: true,
		Head: w.uptakeHead(w.t("report.col_recommendation"), 0.44, document.Right)}
	for _, r := range w.s.Uptake.Advice {
		row := []document.Cell{{{Text: r.Number, Link: w.recommendationLink(r.Number)}, {Text: " " + w.in(r.Title)}}}
		for _, a := range uptakeAnswers {
			row = append(row, document.Text(w.int(w.s.Uptake.count(r.Number, a))))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (u *Uptake) count(number, answer string) (n int) {
	for _, b := range u.Bodies {
		if slices.Contains(b.Numbers, number) && b.says(number) == answer {
			n++
		}
	}
	return n
}

// says is a body's answer to a recommendation, empty while it is silent.
func (b AskedBody) says(number string) string {
	if a := b.answer(number); a != nil {
		return a.Answer
	}
	return ""
}

// uptakeBodies is a row a body: which recommendations it answers how.
func (w *writer) uptakeBodies() document.Table {
	t := document.Table{ID: "tab-uptake-bodies", Caption: w.t("report.uptake_bodies_caption"), RowHeader: true,
		Head: w.uptakeHead(w.t("report.uptake_body"), 0.4, document.Left)}
	for _, b := range w.s.Uptake.Bodies {
		row := document.Row(b.name(w.lang))
		for _, a := range uptakeAnswers {
			var numbers []string
			for _, n := range b.Numbers {
				if b.says(n) == a {
					numbers = append(numbers, n)
				}
			}
			row = append(row, document.Text(orDash(strings.Join(numbers, ", "))))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// uptakeReplies is what each body answers to one recommendation, with its reason as it was written.
func (w *writer) uptakeReplies(r TakenUp) (said document.List) {
	for _, b := range w.s.Uptake.Bodies {
		a := b.answer(r.Number)
		if a == nil {
			continue
		}
		runs := []document.Run{{Text: b.name(w.lang), Bold: true}, {Text: " " + w.t("report.uptake_says_"+a.Answer, "Due", a.Due)}}
		if a.Reason != "" {
			runs = append(runs, document.Run{Text: " "}, document.Run{Text: quoted(w.lang, a.Reason), Lang: b.Lang})
		}
		said.Items = append(said.Items, document.Item{Runs: runs})
	}
	return said
}

package report

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/recommendation"
)

// weighted counts firms' answers weighted to every margin of the frame that was loaded; nothing without a
// frame, or when its counts cannot be used: the method's account then says why.
func weighted(s *Survey, r recommendation.Results) error {
	if len(r.Frame) == 0 {
		return nil
	}
	w, err := r.Weigh()
	var why analysis.Absence
	if errors.As(err, &why) {
		s.Unweighted = string(why)
		return nil
	}
	if err != nil {
		return fmt.Errorf("weights of survey %s: %w", s.ID, err)
	}
	s.Weights = &Weights{Margins: w.Margins, Design: w.Design, Trimmed: w.Trimmed, Rounds: w.Rounds, Frame: w.Frame}
	o := r.Options
	o.Weights = w
	for i := range s.Questions {
		q := &s.Questions[i]
		for k := range q.Results {
			if q.Results[k].Filter.Group != people.Business || q.Results[k].Numbers == nil || q.Type == questionnaire.Matrix {
				continue
			}
			f, err := analysis.Count(r.Data, q.ID, analysis.Filter{Group: people.Business}, o)
			if err != nil {
				return fmt.Errorf("count %s of survey %s with weights: %w", q.ID, s.ID, err)
			}
			if f.Numbers != nil {
				q.Weighted, s.Classes = &f, f.Numbers.Classes
			}
		}
	}
	for m := range w.Margins {
		against, err := frameAgainst(w.Margins[m])
		if err == nil {
			s.Against = append(s.Against, FrameTest{Question: w.Margins[m].Question, Test: against.Test})
		}
	}
	return nil
}

// frameAgainst tests whether respondents are spread over a margin's classes as the frame is.
func frameAgainst(m analysis.WeightMargin) (analysis.FrameComparison, error) {
	var answered []int
	var frame []float64
	for _, c := range m.Classes {
		answered, frame = append(answered, c.Answered), append(frame, float64(c.Frame))
	}
	return analysis.FrameAgainst(answered, frame)
}

// weighting says to what firms' answers were weighted and what that cost in precision.
func (g *gatherer) weighting(l i18n.Lang) string {
	var parts, costs []string
	var weighted []Survey
	for _, s := range g.s.Surveys {
		id := strings.ToUpper(s.ID)
		switch {
		case s.Unweighted != "":
			parts = append(parts, i18n.T(l, "report.says_unweighted", "Survey", id, "Why", i18n.T(l, "frame.why_"+s.Unweighted)))
		case s.Weights != nil:
			weighted = append(weighted, s)
			d := s.Weights.Design
			costs = append(costs, i18n.T(l, "report.says_weights", "Survey", id, "Min", i18n.Number(l, d.Min, 2), "Max", i18n.Number(l, d.Max, 2),
				"Trimmed", s.Weights.Trimmed, "Deff", i18n.Number(l, d.Deff, 2), "N", i18n.Int(l, d.N), "Effective", i18n.Number(l, d.Effective, 0)))
		}
	}
	parts = append(append(parts, alike(l, weighted, func(s Survey, names string) string { return g.margins(l, s, names) })...), costs...)
	if len(parts) == 0 {
		return i18n.T(l, "report.says_weighting")
	}
	return strings.Join(parts, " ") + " " + i18n.T(l, "report.says_weighted_only")
}

// margins says to what the firms' answers of the surveys with these names were weighted.
func (g *gatherer) margins(l i18n.Lang, s Survey, names string) string {
	var margins []string
	joined := 0
	for _, m := range s.Weights.Margins {
		margins = append(margins, g.asked(l, s.ID, m.Question))
		for _, c := range m.Classes {
			joined += len(c.Codes) - 1
		}
	}
	return i18n.T(l, "report.says_weighted", "Survey", names, "Margins", strings.Join(margins, ", "), "Frame", i18n.Int(l, s.Weights.Frame), "Joined", i18n.Int(l, joined))
}

// asked is a question in its own words.
func (g *gatherer) asked(l i18n.Lang, survey, id string) string {
	q, ok := g.results[survey].Version.Definition.Question(id)
	if !ok {
		return id
	}
	return quoted(l, q.Text.In(l))
}

// against compares the frame with those who answered; empty without a frame.
func (g *gatherer) against(l i18n.Lang) string {
	tested := slices.DeleteFunc(slices.Clone(g.s.Surveys), func(s Survey) bool { return len(s.Against) == 0 })
	found := alike(l, tested, func(s Survey, names string) string {
		var parts []string
		for _, a := range s.Against {
			key := "report.says_against_alike"
			if a.Test.P < 0.05 {
				key = "report.says_against_apart"
			}
			parts = append(parts, i18n.T(l, key, "Survey", names, "Question", g.asked(l, s.ID, a.Question)))
		}
		return strings.Join(parts, " ")
	})
	for _, s := range tested {
		for _, a := range s.Against {
			found = append(found, i18n.T(l, "report.says_against_test", "Question", code(l, s.ID, a.Question),
				"Statistic", i18n.Number(l, a.Test.Statistic, 1), "DF", i18n.Int(l, int(a.Test.DF)), "P", i18n.PValue(l, a.Test.P)))
		}
	}
	return strings.Join(found, " ")
}

// bias bounds what non-response can have done to the goal's share, whatever those who did not answer think.
func (g *gatherer) bias(l i18n.Lang) string {
	bid := g.s.Indicator.Bid
	for _, s := range g.s.Surveys {
		for _, r := range s.Rates {
			if bid == nil || s.ID != g.s.Indicator.Survey || r.Group != people.Business || !r.RR2.Exists {
				continue
			}
			b, err := analysis.NonResponseBias(r.RR2.Value, bid.Value, bid.Value)
			if err != nil {
				continue
			}
			percent := func(v float64) string { return i18n.Number(l, 100*v, 0) }
			return i18n.T(l, "report.says_bias", "Share", percent(bid.Value), "Rate", percent(r.RR2.Value), "Lower", percent(b.Lower), "Upper", percent(b.Upper))
		}
	}
	return ""
}

func (g *gatherer) limitations(l i18n.Lang) string {
	text := i18n.T(l, "report.says_limitations")
	for _, s := range g.s.Surveys {
		if s.Weights != nil {
			return text
		}
	}
	return text + " " + i18n.T(l, "report.says_limitations_unweighted")
}

// weightedTable sets firms' weighted shares beside the unweighted ones, and counts the questions that have none
// because it would tell what few firms answered.
func (w *writer) weightedTable(s *Survey) (t document.Table, withheld int) {
	d := s.Weights.Design
	t = document.Table{ID: "tab-weighted-" + s.ID, RowHeader: true, Dense: true, Caption: w.t("report.weighted_caption", "Survey", w.in(s.Title)),
		Note: w.t("report.weighted_note", "Deff", i18n.Number(w.lang, d.Deff, 2), "N", w.int(d.N), "Effective", i18n.Number(w.lang, d.Effective, 0)),
		Head: []document.Column{{Text: w.t("report.col_question_measure"), Width: 0.52},
			{Text: w.t("report.col_unweighted"), Align: document.Right, Width: 0.13}, {Text: w.t("report.col_weighted"), Align: document.Right, Width: 0.1},
			{Text: w.t("report.col_interval"), Align: document.Right, Width: 0.13}, {Text: w.t("report.col_effective"), Align: document.Right, Width: 0.12}}}
	lines := w.dataLines(s)
	if w.s.Placed {
		t.Head[0].Width -= 0.08
		t.Head = append(t.Head, document.Column{Text: w.t("report.col_data"), Align: document.Right, Width: 0.08})
	}
	for i := range s.Questions {
		q := &s.Questions[i]
		plain := only(q.Results, people.Business)
		if q.Weighted == nil || len(plain) == 0 {
			continue
		}
		m := w.tableMeasure(q, q.Results)
		if told := estimate(plain[0], m.measure, m.codes...); q.Weighted.Numbers == nil && told != nil && m.measure.IsShare() && told.Base >= percentBase {
			withheld++
			continue
		}
		e := estimate(*q.Weighted, m.measure, m.codes...)
		if e == nil || !m.measure.IsShare() || e.Base < percentBase {
			continue
		}
		numbers := document.Row(w.tableCell(plain[0], m.measure, m.codes), i18n.Percent(w.lang, e.Value, e.Base),
			i18n.Interval(w.lang, e.Lower, e.Upper, e.Base), i18n.Number(w.lang, q.Weighted.Numbers.Weighting.Effective, 0))
		if w.s.Placed {
			numbers = append(numbers, document.Text(lines[weightedLines+q.ID]))
		}
		t.Rows = append(t.Rows, append([]document.Cell{w.rowName(s, q, plain, "", m.words)}, numbers...))
	}
	if withheld > 0 {
		t.Note += " " + w.t("report.weighted_withheld", "N", w.int(withheld))
	}
	return t, withheld
}

// methodSubject is some of the method's fields under a heading.
type methodSubject struct {
	heading string
	fields  []string
}

// errorSources are the method's fields under the headings by which Swedish statistics account for errors.
var errorSources = []methodSubject{
	{"sampling", []string{"sample_size", "precision"}}, {"coverage", []string{"frame", "frame_against"}},
	{"measurement", []string{"instrument", "pretest", "review"}}, {"nonresponse", []string{"nonresponse", "early_late", "bias"}},
	{"processing", []string{"processing", "coding", "weighting", "suppression"}},
}

// methodSubjects are all of the fields: what was done, the sources of error, and what was promised.
var methodSubjects = slices.Concat([]methodSubject{{"commission", []string{"sponsor", "funder", "purpose"}},
	{"collection", []string{"population", "recruitment", "mode", "dates", "languages", "randomisation", "adaptive", "duplicates"}}},
	errorSources, []methodSubject{{"rights", []string{"legal_basis", "confidentiality", "voluntary", "quotes"}},
		{"web", []string{"visitors", "participation", "completion"}}, {"limits", []string{"limitations"}}})

// errorSources points from each heading to the fields of the disclosure that answer it, and says which have no answer.
func (w *writer) errorSources() {
	said, known := map[string]bool{}, false
	for _, f := range w.s.Method {
		said[f.Key] = !f.Value.IsZero()
		known = known || f.Key == "frame_against"
	}
	if !known { // a snapshot from before these fields were gathered is printed as it was
		return
	}
	t := document.Table{ID: "tab-errors", Dense: true, Caption: w.t("report.errors_caption"), RowHeader: true,
		Head: []document.Column{{Text: w.t("report.col_error"), Width: 0.27}, {Text: w.t("report.col_fields"), Width: 0.73}}}
	for _, e := range errorSources {
		var names []string
		for _, key := range e.fields {
			name := w.t("report.method_" + key)
			if !said[key] {
				name += " (" + w.t("report.missing") + ")"
			}
			names = append(names, name)
		}
		t.Rows = append(t.Rows, document.Row(w.t("report.error_"+e.heading), strings.Join(names, "; ")))
	}
	w.add(t)
}

package report

import (
	"strings"
	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/strategy"
)

// Reason is one piece of a recommendation's evidence as a web page shows it.
type Reason struct {
	Finding  string // a sentence with the number; empty for a quote
	Question string
	Base     string
	Source   string
	Chart    chart.Chart // every group's share; nil when there is nothing to draw
	Quote    string
	Lang     i18n.Lang // of the quote
	Group    string
}

func reader(s *Snapshot, lang i18n.Lang) *writer {
	w := &writer{s: s, lang: lang, anchors: map[string]bool{}, used: map[string]bool{}}
	w.findAnchors()
	return w
}

// KeyFigures are the project's numbers as the snapshot holds them.
func (s *Snapshot) KeyFigures(lang i18n.Lang) []document.KeyFigure {
	return reader(s, lang).indicator()
}

// WhoAnswered is one sentence: answers and response rate of each group.
func (s *Snapshot) WhoAnswered(lang i18n.Lang) string { return reader(s, lang).whoAnswered() }

// FindRecommendation finds a recommendation of the snapshot. Fault: NotFound.
func (s *Snapshot) FindRecommendation(number string) (*Recommendation, error) {
	for i := range s.Recommendations {
		if s.Recommendations[i].Number == number {
			return &s.Recommendations[i], nil
		}
	}
	return nil, fault.New(fault.NotFound, "error.not_found")
}

// Addressed names who a recommendation is directed to.
func (r *Recommendation) Addressed(lang i18n.Lang) string {
	var names []string
	for i, a := range r.Addressees {
		name := i18n.T(lang, "report.addressee_"+a)
		if i > 0 {
			name = lowerFirst(name)
		}
		names = append(names, strings.Split(name, " "+i18n.T(lang, "report.and")+" ")...)
	}
	return join(lang, names)
}

// PurposeName is what the recommendation is for, in words.
func (r *Recommendation) PurposeName(lang i18n.Lang) string {
	p, _ := strategy.PurposeByID(r.Purpose)
	return p.Name.In(lang)
}

// StrengthName says how strong the evidence is and where it comes from.
func (r *Recommendation) StrengthName(lang i18n.Lang) string {
	w := &writer{lang: lang}
	return w.t("report.strength", "Grade", r.Strength, "Channels", w.channelNames(r))
}

// Facts are effect, effort, indicator, responsible and due date.
func (s *Snapshot) Facts(r *Recommendation, lang i18n.Lang) []document.Fact {
	return reader(s, lang).recommendationFacts(r)
}

// Reasons explains a recommendation's evidence.
func (s *Snapshot) Reasons(r *Recommendation, lang i18n.Lang) []Reason {
	w := reader(s, lang)
	out := make([]Reason, 0, len(r.Evidence))
	for i := range r.Evidence {
		e := &r.Evidence[i]
		line := w.reason(e)
		reason := Reason{Source: line.Source, Group: e.Group}
		if e.Quote == "" {
			reason.Finding = line.Runs[0].Text
		} else {
			reason.Quote, reason.Lang = fragment(e.Quote), e.spoken()
		}
		if e.Value != nil && e.Measure.IsShare() {
			w.drawn(e, &reason)
		}
		out = append(out, reason)
	}
	return out
}

// drawn adds the chart: all groups that were asked, or the one share cited
// when it is of part of a group.
func (w *writer) drawn(e *Evidence, r *Reason) {
	r.Question = w.in(e.Text)
	c := chart.DotInterval{Measure: w.t("report.measure_answer", "Answer", w.answers(e.Answers))}
	cited := analysis.Frequency{Filter: analysis.Filter{Group: e.Group}, Numbers: &analysis.Numbers{Base: e.Value.Base}}
	results := []analysis.Frequency{cited}
	if s := w.survey(e.Survey); s != nil && !e.aside() {
		if q := s.question(e.Question); q != nil {
			results = q.Results
		}
	}
	for _, f := range results {
		value := estimate(f, e.Measure, e.Codes...)
		if f.Filter.Group == e.Group { // the frozen figure itself
			value = e.Value
		}
		c.Rows = append(c.Rows, dot(groupName(w.lang, f.Filter.Group), f.Filter.Group, value))
	}
	r.Chart, r.Base = c, w.base(results)
}

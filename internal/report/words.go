package report

import (
	"fmt"
	"strings"
	"text/template"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/prose"
)

// view is what a chapter's words may use as bound fields. A field without a
// value is empty, so that {{with}} leaves its sentence out.
type view struct {
	MinBase  string
	Invited  string
	Answered string
	FollowUp string
}

// words fills a chapter's text and reads it into blocks; headings in it begin
// at level 2.
func (w *writer) words(chapter string) ([]document.Block, error) {
	text, ok := w.text(chapter)
	if !ok {
		return nil, fmt.Errorf("chapter %q has no text", chapter)
	}
	t, err := template.New(chapter).Option("missingkey=error").Funcs(w.fieldFuncs()).Parse(text)
	if err != nil {
		return nil, fmt.Errorf("chapter %q: %w", chapter, err)
	}
	var b strings.Builder
	if err := t.Execute(&b, w.view()); err != nil {
		return nil, fmt.Errorf("chapter %q: %w", chapter, err)
	}
	blocks, err := prose.Parse(tidy(b.String()), 2)
	if err != nil {
		return nil, fmt.Errorf("chapter %q: %w", chapter, err)
	}
	for i, b := range blocks {
		blocks[i] = document.MapRuns(b, marked)
	}
	return blocks, nil
}

// tidy closes the gaps that left-out sentences leave.
func tidy(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(strings.ReplaceAll(strings.ReplaceAll(line, "   ", " "), "  ", " "), " ")
	}
	return strings.Join(lines, "\n")
}

func (w *writer) text(chapter string) (string, bool) {
	for _, t := range w.s.Texts {
		if t.Chapter == chapter {
			return t.Words.In(w.lang), true
		}
	}
	return "", false
}

func (w *writer) view() view {
	v := view{MinBase: i18n.Int(w.lang, w.s.MinBase), FollowUp: month(w.lang, w.s.FollowUp)}
	if invited, answered := w.s.cases(); invited > 0 {
		v.Invited = i18n.Int(w.lang, invited)
		v.Answered = i18n.Int(w.lang, answered) + markText(w.place("tab-channels"))
	}
	return v
}

// cases sums invitations and answers over surveys and groups; both are 0 when
// a group is suppressed, because a total would then reveal it.
func (s *Snapshot) cases() (invited, answered int) {
	for _, survey := range s.Surveys {
		for _, r := range survey.Rates {
			if r.Cases == nil {
				return 0, 0
			}
			invited += r.invited()
			answered += r.answered()
		}
	}
	return invited, answered
}

func (w *writer) outside(id string) (OutsideFact, error) {
	for _, f := range w.s.Outside {
		if f.ID == id {
			return f, nil
		}
	}
	return OutsideFact{}, &unboundField{"report.error_field_fact", fault.Args("Fact", id)}
}

// fact writes a number from outside.
func (w *writer) fact(id string) (string, error) {
	f, err := w.outside(id)
	return i18n.Number(w.lang, f.Value, 0) + markText(w.place(outsideID(id))), err
}

// factShare writes a share from outside as "15 procent".
func (w *writer) factShare(id string) (string, error) {
	f, err := w.outside(id)
	return i18n.T(w.lang, "report.percent", "N", i18n.Number(w.lang, f.Value*100, 0)) + markText(w.place(outsideID(id))), err
}

// citedPhrase is a number in a chapter's words. The mark follows the first time that it is written.
type citedPhrase struct {
	phrase
	mark string // see markText
}

func (p *citedPhrase) marked(s string) string {
	s += p.mark
	p.mark = ""
	return s
}

// Text is phrase.Text with the mark.
func (p *citedPhrase) Text() string { return p.marked(p.phrase.Text()) }

// Of is phrase.Of with the mark.
func (p *citedPhrase) Of() string { return p.marked(p.phrase.Of()) }

// Near is phrase.Near with the mark.
func (p *citedPhrase) Near() string { return p.marked(p.phrase.Near()) }

// figureWords is one figure for a text; nil, so that {{with}} skips it, when
// too few answered or the survey has not been held. An unknown question of a
// survey that was held is a fault of the text.
func (w *writer) figureWords(survey, question, group, measure string, codes ...int) (*citedPhrase, error) {
	s := w.survey(survey)
	if s == nil {
		return nil, nil
	}
	q := s.question(question)
	if q == nil {
		return nil, &unboundField{"report.error_field_question", fault.Args("Survey", strings.ToUpper(survey), "Question", question)}
	}
	for _, r := range q.Results {
		if r.Filter.Group != group {
			continue
		}
		m := analysis.Measure(measure)
		if e := estimate(r, m, codes...); e != nil {
			w.spoken = append(w.spoken, spokenNumber{survey, question, rowMeasure{m, codes, w.measureWords(m, w.answerOf(r, m, codes))}})
			return &citedPhrase{phrase{lang: w.lang, group: group, est: *e}, markText(w.row(survey, question))}, nil
		}
	}
	return nil, nil
}

func (w *writer) survey(id string) *Survey {
	for i := range w.s.Surveys {
		if w.s.Surveys[i].ID == id {
			return &w.s.Surveys[i]
		}
	}
	return nil
}

// question finds a question or a matrix row ("q5_05.a").
func (s *Survey) question(id string) *Question {
	for i := range s.Questions {
		if s.Questions[i].ID == id {
			return &s.Questions[i]
		}
	}
	return nil
}

package recommendation

import (
	"context"
	"strings"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/questionnaire"
)

// Search is what somebody looks for to rest a recommendation on; zero values do
// not narrow.
type Search struct {
	Words string // part of a question, an answer or a passage
	Theme string // code
	Group string
}

// Found is what can be cited, at most searchLimit of each kind.
type Found struct {
	Figures  []Figure // computed; without a value where too few have answered
	Excerpts []dialogue.Excerpt
	// Statements of experts, who speak for no group: none where one is asked for.
	Statements []expert.Statement
	More       bool // there is more than is shown
}

const searchLimit = 20

// Search looks for figures of every survey, passages of every meeting and
// seminar and experts' statements. Nothing is found for an empty search.
func (s *Service) Search(ctx context.Context, q Search) (Found, error) {
	var out Found
	q.Words = plain(q.Words)
	if q == (Search{}) {
		return out, nil
	}
	excerpts, err := s.meetings.Excerpts(ctx, dialogue.Filter{Theme: q.Theme, Group: q.Group})
	if err != nil {
		return out, err
	}
	for _, e := range excerpts {
		if q.Words == "" || strings.Contains(plain(e.Text+" "+e.MeetingTitle), q.Words) {
			out.Excerpts = append(out.Excerpts, e)
		}
	}
	if err := s.searchStatements(ctx, q, &out); err != nil {
		return out, err
	}
	surveys, err := s.surveys.List(ctx)
	if err != nil {
		return out, err
	}
	for _, one := range surveys {
		if err := s.searchSurvey(ctx, one.Latest.SurveyID, q, &out); err != nil {
			return out, err
		}
	}
	if len(out.Excerpts) > searchLimit {
		out.Excerpts, out.More = out.Excerpts[:searchLimit], true
	}
	return out, nil
}

func (s *Service) searchStatements(ctx context.Context, q Search, out *Found) error {
	if q.Group != "" {
		return nil
	}
	list, err := s.experts.List(ctx, q.Theme)
	if err != nil {
		return err
	}
	for _, st := range list {
		switch {
		case st.Withdrawn || q.Words != "" && !strings.Contains(plain(st.Text+" "+st.Role+" "+st.Organisation+" "+st.Name), q.Words):
		case len(out.Statements) == searchLimit:
			out.More = true
			return nil
		default:
			out.Statements = append(out.Statements, st)
		}
	}
	return nil
}

func (s *Service) searchSurvey(ctx context.Context, id string, q Search, out *Found) error {
	results, err := s.Results(ctx, id)
	if err != nil {
		return err
	}
	for _, question := range results.Version.Definition.Questions() {
		if question.Theme != q.Theme && q.Theme != "" || q.Group != "" && !question.AskedOf(q.Group) {
			continue
		}
		for _, f := range candidates(id, question, q.Group) {
			if f.cite(results.Version.Definition) != nil || !f.says(question.ID, q.Words) {
				continue
			}
			if len(out.Figures) == searchLimit {
				out.More = true
				return nil
			}
			f.VersionID, f.Wave = results.Version.ID, results.Wave
			if f.Value, err = results.compute(&f); err != nil {
				return err
			}
			out.Figures = append(out.Figures, f)
		}
	}
	return nil
}

// says tells whether the figure's words hold what is looked for.
func (f *Figure) says(id, words string) bool {
	all := []string{id, f.Text.Sv, f.Text.En, f.Row.Sv, f.Row.En, f.Answers.Sv, f.Answers.En}
	return words == "" || strings.Contains(plain(strings.Join(all, " ")), words)
}

// candidates are the numbers of a question that are most often cited.
func candidates(surveyID string, q *questionnaire.Question, group string) []Figure {
	one := func(question string, m analysis.Measure, codes ...int) Figure {
		return Figure{SurveyID: surveyID, Question: question, Filter: analysis.Filter{Group: group}, Measure: m, Codes: codes}
	}
	var list []Figure
	switch q.Type {
	case questionnaire.Likert5:
		return []Figure{one(q.ID, analysis.MeasureTop2), one(q.ID, analysis.MeasureBottom2)}
	case questionnaire.Matrix:
		for _, row := range q.Rows {
			list = append(list, one(q.ID+"."+row.ID, analysis.MeasureTop2))
		}
	case questionnaire.Rating, questionnaire.Numeric:
		return []Figure{one(q.ID, analysis.MeasureMedian)}
	case questionnaire.Ranking:
		for _, o := range q.Options {
			list = append(list, one(q.ID, analysis.MeasureRanked, o.Code))
		}
	case questionnaire.FreeText, questionnaire.Municipality:
	default:
		for _, o := range q.Options {
			list = append(list, one(q.ID, analysis.MeasureShare, o.Code))
		}
	}
	return list
}

// RestingOn tells which recommendations rest on each of the passages and
// statements, by its id.
func (s *Service) RestingOn(ctx context.Context, sources []string) (map[string][]Working, error) {
	return restingOn(ctx, s.db, sources)
}

// Describe fills in the words of evidence that is not stored yet: of a figure
// what the questionnaire says and today's value, of a passage or statement its text.
func (s *Service) Describe(ctx context.Context, r *Recommendation) error {
	for i := range r.Evidence {
		e := &r.Evidence[i]
		if e.Number != 0 {
			continue
		}
		if _, err := s.settle(ctx, e); err != nil { // what is wrong is told when the form is saved
			return err
		}
	}
	return nil
}

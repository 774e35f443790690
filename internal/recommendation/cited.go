package recommendation

import (
	"context"
	"fmt"
	"slices"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
)

// Citation is a recommendation that cites a figure of a question.
type Citation struct {
	ID       string `db:"id"`
	Number   string `db:"number"`
	Evidence int    `db:"evidence"` // number of the piece of evidence
	Stale    bool   `db:"stale"`
}

// CitedIn lists where a question, or a row of it, is cited, by number.
func (s *Service) CitedIn(ctx context.Context, surveyID, question string) ([]Citation, error) {
	list, err := citedIn(ctx, s.db, surveyID, question)
	if err != nil {
		return nil, fmt.Errorf("citations of %s %s: %w", surveyID, question, err)
	}
	return list, nil
}

// Working is a recommendation whose evidence may still be changed.
type Working struct {
	ID     string
	Number string
	Title  i18n.Text
}

// Working lists the drafts and those out for consultation, by number.
func (s *Service) Working(ctx context.Context) ([]Working, error) {
	list, err := working(ctx, s.db)
	if err != nil {
		return nil, fmt.Errorf("recommendations in work: %w", err)
	}
	return list, nil
}

// Cite adds a figure to the evidence of a recommendation and returns its number there. The same figure
// twice is a Conflict.
func (s *Service) Cite(ctx context.Context, id string, f Figure, note string) (Recommendation, int, error) {
	r, err := s.Find(ctx, id)
	if err != nil {
		return Recommendation{}, 0, err
	}
	for _, e := range r.Evidence {
		if e.Figure != nil && e.Figure.same(f) {
			return r, e.Number, errCited
		}
	}
	r.Evidence = append(r.Evidence, Evidence{Figure: &f})
	if err := s.Change(ctx, r, note); err != nil {
		return Recommendation{}, 0, err
	}
	r, err = s.Find(ctx, id)
	if err != nil {
		return Recommendation{}, 0, err
	}
	return r, r.Evidence[len(r.Evidence)-1].Number, nil
}

var errCited = fault.New(fault.Conflict, "recommendation.error_cited")

// same tells whether two figures are the same number of the same answers.
func (f Figure) same(other Figure) bool {
	return f.SurveyID == other.SurveyID && f.Wave.ID == other.Wave.ID && slices.Equal(f.Weights, other.Weights) && f.Question == other.Question && f.Measure == other.Measure &&
		f.Filter.String() == other.Filter.String() && slices.Equal(f.Codes, other.Codes)
}

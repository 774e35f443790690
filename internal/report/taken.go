package report

import (
	"context"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/disclosure"
	"upphandlingsdialog/internal/recommendation"
)

// Take lets take bring results out of the analysis, as a file or by the command line: they are judged together
// with everything that is public, and noted as public if take succeeds. Fault: as disclosure.Ledger.Take.
func (s *Service) Take(ctx context.Context, r recommendation.Results, take func(analysis.Releaser) error) error {
	waves, err := s.sources.Recommendations.Sources(ctx, r)
	if err != nil {
		return err
	}
	var judged []disclosure.Survey
	for _, w := range waves {
		judged = append(judged, disclosure.Survey{ID: w.Version.SurveyID, Version: w.Version.Number, Wave: w.Wave.Number, Data: w.Data, Options: w.Options})
	}
	return s.sources.Ledger.Take(ctx, judged, take)
}

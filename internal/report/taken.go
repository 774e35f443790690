package report

import (
	"context"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/disclosure"
	"upphandlingsdialog/internal/recommendation"
)

// Taken judges what is taken out of the analysis, as a file or by the command line, together with
// everything that is public, and notes it as public. Fault: as disclosure.Ledger.Take.
func (s *Service) Taken(ctx context.Context, r recommendation.Results) analysis.Releaser {
	return func(fs []analysis.Frequency) ([]analysis.Frequency, error) {
		waves, err := s.sources.Recommendations.Sources(ctx, r)
		if err != nil {
			return nil, err
		}
		var judged []disclosure.Survey
		for _, w := range waves {
			judged = append(judged, disclosure.Survey{ID: w.Version.SurveyID, Version: w.Version.Number, Wave: w.Wave.Number, Data: w.Data, Options: w.Options})
		}
		return s.sources.Ledger.Take(ctx, judged, fs)
	}
}

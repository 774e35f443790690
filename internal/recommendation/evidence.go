package recommendation

import (
	"context"
	"fmt"

	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/survey"
)

// resolve fills in what evidence derives from its sources: the words of
// questions, the text of excerpts and of statements.
func (s *Service) resolve(ctx context.Context, list []Recommendation) error {
	excerpts := map[string]dialogue.Excerpt{}
	all, err := s.meetings.Excerpts(ctx, dialogue.Filter{})
	if err != nil {
		return err
	}
	for _, e := range all {
		excerpts[e.ID] = e
	}
	statements, err := s.statements(ctx)
	if err != nil {
		return err
	}
	waves := map[string][]survey.Wave{}
	for i := range list {
		for j := range list[i].Evidence {
			e := &list[i].Evidence[j]
			if e.Figure != nil {
				def, err := s.surveys.Definition(ctx, e.Figure.VersionID)
				if err != nil {
					return err
				}
				e.Figure.cite(def)
				if waves[e.Figure.SurveyID] == nil {
					if waves[e.Figure.SurveyID], err = s.surveys.Waves(ctx, e.Figure.SurveyID); err != nil {
						return err
					}
				}
				e.Figure.nameWave(waves[e.Figure.SurveyID])
				continue
			}
			if e.Statement != nil {
				e.standOn(statements[e.Statement.ID])
				continue
			}
			found, ok := excerpts[e.Excerpt.ID]
			if ok && found.SourceHash == e.SourceHash && !found.Removed {
				*e.Excerpt, e.Stale, e.StaleReason = found, false, ""
				continue
			}
			e.Stale, e.StaleReason = true, ReasonSource
		}
	}
	return nil
}

// prepare checks a recommendation that is to be stored and computes its figures.
func (s *Service) prepare(ctx context.Context, r *Recommendation) error {
	var fields []fault.Field
	last := 0
	for _, e := range r.Evidence {
		last = max(last, e.Number)
	}
	for i := range r.Evidence {
		e := &r.Evidence[i]
		if e.Number == 0 {
			// Numbers stay when other evidence is taken away: texts refer to them.
			last++
			e.Number = last
		}
		e.Stale, e.StaleReason = false, ""
		p, err := s.settle(ctx, e)
		if err != nil {
			return err
		}
		if p != nil {
			fields = append(fields, fault.Field{Name: fmt.Sprintf("evidence.%d", e.Number), Key: p.Key, Args: p.Args})
		}
	}
	fields = append(fields, r.checkFields()...)
	if len(fields) > 0 {
		return fault.InvalidFields("recommendation.error_invalid", fields...)
	}
	return nil
}

// settle checks one piece of evidence against its source and freezes it.
func (s *Service) settle(ctx context.Context, e *Evidence) (*problem, error) {
	switch {
	case e.Statement != nil:
		return s.settleStatement(ctx, e)
	case e.Figure == nil:
		return s.settleExcerpt(ctx, e)
	}
	f := e.Figure
	e.Channel = Survey
	results, err := s.resultsOf(ctx, f)
	if fault.Is(err, fault.NotFound) {
		return wrong("recommendation.cite_survey", "Survey", f.SurveyID), nil
	}
	if err != nil {
		return nil, err
	}
	f.VersionID, f.Wave = results.Version.ID, results.Wave
	if p := f.cite(results.Version.Definition); p != nil {
		return p, nil
	}
	if p := results.citeWeighted(f); p != nil {
		return p, nil
	}
	if f.Value, err = results.compute(f); err != nil {
		return nil, err
	}
	f.FrozenAt = nil
	if f.Value == nil {
		e.Stale, e.StaleReason = true, ReasonSuppressed
		return nil, nil
	}
	now := s.now()
	f.FrozenAt = &now
	return nil, nil
}

func (s *Service) settleExcerpt(ctx context.Context, e *Evidence) (*problem, error) {
	if e.Excerpt == nil {
		return wrong("recommendation.cite_nothing"), nil
	}
	all, err := s.meetings.Excerpts(ctx, dialogue.Filter{})
	if err != nil {
		return nil, err
	}
	for _, found := range all {
		if found.ID == e.Excerpt.ID && !found.Removed {
			e.Excerpt, e.SourceHash = &found, found.SourceHash
			e.Channel = ChannelOf(found)
			return nil, nil
		}
	}
	return wrong("recommendation.cite_excerpt"), nil
}

// ChannelOf is the channel that an excerpt comes from.
func ChannelOf(e dialogue.Excerpt) Channel {
	if e.MeetingKind == dialogue.KindSeminar {
		return Seminar
	}
	return Dialogue
}

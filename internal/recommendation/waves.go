package recommendation

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/survey"
)

var errNoWave = fault.New(fault.NotFound, "recommendation.error_wave")

// Waves lists the waves of a survey that somebody has answered, newest first.
func (s *Service) Waves(ctx context.Context, surveyID string) ([]survey.Wave, error) {
	waves, data, err := s.load(ctx, surveyID)
	return slices.DeleteFunc(waves, func(w survey.Wave) bool { return data[w.ID] == nil }), err
}

// Current is the wave that Results are of, found without loading the answers; without an id when the survey
// has not been put yet.
func (s *Service) Current(ctx context.Context, surveyID string) (survey.Wave, error) {
	waves, err := s.surveys.Waves(ctx, surveyID)
	if err != nil {
		return survey.Wave{}, err
	}
	answered, err := s.responses.Answered(ctx, surveyID)
	w, _ := current(waves, func(id string) bool { return answered[id] > 0 })
	return w, err
}

// current is the newest wave that was answered, else the newest; false when there is none.
func current(waves []survey.Wave, answered func(id string) bool) (survey.Wave, bool) {
	for _, w := range waves { // the newest first
		if answered(w.ID) {
			return w, true
		}
	}
	if len(waves) == 0 {
		return survey.Wave{}, false
	}
	return waves[0], true
}

// Wave is Results for one wave of the survey by its number, 0 for the newest that was answered.
func (s *Service) Wave(ctx context.Context, surveyID string, number int) (Results, error) {
	if number == 0 {
		return s.Results(ctx, surveyID)
	}
	waves, data, err := s.load(ctx, surveyID)
	if err != nil {
		return Results{}, err
	}
	for _, w := range waves {
		if w.Number == number {
			return s.results(ctx, w, data[w.ID])
		}
	}
	return Results{}, errNoWave
}

// Together is Results with the answers of every wave that somebody has answered, joined on the questions
// that they share, the newest wave last. A wave in which a question is of another type than it is now cannot
// be joined: the waves begin after it. With fewer than two waves it is Results.
func (s *Service) Together(ctx context.Context, surveyID string) (Results, error) {
	waves, data, err := s.load(ctx, surveyID)
	if err != nil {
		return Results{}, err
	}
	waves = slices.DeleteFunc(waves, func(w survey.Wave) bool { return data[w.ID] == nil })
	var sources []analysis.Source
	var answers []*analysis.Dataset
	for _, w := range waves { // the newest first
		label := func(lang i18n.Lang) string {
			return i18n.T(lang, "exhibit.wave_part", "Wave", w.Number, "Date", i18n.Date(lang, w.OpenedAt))
		}
		one := analysis.Source{ID: w.ID, Label: i18n.Text{Sv: label(i18n.Sv), En: label(i18n.En)}, Def: data[w.ID].Definition()}
		if _, err := analysis.Join(append([]analysis.Source{one}, sources...)...); err != nil {
			break
		}
		sources, answers = append([]analysis.Source{one}, sources...), append([]*analysis.Dataset{data[w.ID]}, answers...)
	}
	if len(sources) < 2 {
		return s.Results(ctx, surveyID)
	}
	joined, err := s.waves.of(surveyID, sources, answers)
	if err != nil {
		return Results{}, fmt.Errorf("waves of survey %s: %w", surveyID, err)
	}
	return s.results(ctx, waves[0], joined)
}

// Sources are the results of each wave that joined results are made of, in the order of their codes; of
// one wave its own.
func (s *Service) Sources(ctx context.Context, r Results) ([]Results, error) {
	wave, joined := r.Data.Definition().Question(analysis.SourceQuestion)
	if !joined {
		return []Results{r}, nil
	}
	waves, err := s.Waves(ctx, r.Version.SurveyID) // the newest first
	if err != nil {
		return nil, err
	}
	var out []Results
	for _, w := range slices.Backward(waves[:len(wave.Options)]) {
		one, err := s.Wave(ctx, w.SurveyID, w.Number)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// waves keeps the last joined answers of each survey: answers that have changed are another dataset.
type waves struct {
	mu   sync.Mutex
	kept map[string]keptWaves // by survey
}

type keptWaves struct {
	answers []*analysis.Dataset
	joined  *analysis.Dataset
}

func (w *waves) of(surveyID string, sources []analysis.Source, answers []*analysis.Dataset) (*analysis.Dataset, error) {
	w.mu.Lock()
	k := w.kept[surveyID]
	w.mu.Unlock()
	if slices.Equal(k.answers, answers) {
		return k.joined, nil
	}
	joined, err := analysis.Stack(sources, answers)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	w.kept[surveyID] = keptWaves{answers, joined}
	w.mu.Unlock()
	return joined, nil
}

package recommendation

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/survey"
)

// Together is Results with the answers of every version that somebody has answered, joined on the questions
// that they share, the newest wave last. Version is the newest. A version in which a question is of another
// type than it is now cannot be joined: the waves begin after it. With fewer than two waves it is Results.
func (s *Service) Together(ctx context.Context, surveyID string) (Results, error) {
	versions, data, err := s.load(ctx, surveyID)
	if err != nil {
		return Results{}, err
	}
	var sources []analysis.Source
	var answers []*analysis.Dataset
	for _, v := range versions { // the newest first
		d := data[v.ID]
		if d == nil {
			continue
		}
		label := func(lang i18n.Lang) string {
			return i18n.T(lang, "exhibit.wave_part", "Version", v.Number, "Date", i18n.Date(lang, v.CreatedAt))
		}
		one := analysis.Source{ID: v.ID, Label: i18n.Text{Sv: label(i18n.Sv), En: label(i18n.En)}, Def: d.Definition()}
		if _, err := analysis.Join(append([]analysis.Source{one}, sources...)...); err != nil {
			break
		}
		sources, answers = append([]analysis.Source{one}, sources...), append([]*analysis.Dataset{d}, answers...)
	}
	if len(sources) < 2 {
		return s.Results(ctx, surveyID)
	}
	joined, err := s.waves.of(surveyID, sources, answers)
	if err != nil {
		return Results{}, fmt.Errorf("waves of survey %s: %w", surveyID, err)
	}
	newest := slices.IndexFunc(versions, func(v survey.Version) bool { return data[v.ID] != nil })
	return s.results(ctx, versions[newest], joined)
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

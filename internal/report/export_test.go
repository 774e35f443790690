package report

import (
	"context"
	"io/fs"
	"sort"
	"strings"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/recommendation"
)

// FillForTest fills a snapshot from results as gather does, without the
// database.
func FillForTest(s *Snapshot, results map[string]recommendation.Results, files fs.FS) error {
	c, err := readContent(files, s.Kind)
	if err != nil {
		return err
	}
	s.Outline, s.Texts, s.Outside, s.Glossary = c.Outline, c.Texts, c.Outside, c.Glossary
	g := &gatherer{kind: s.Kind, minBase: s.MinBase, results: results, s: s}
	ids := make([]string, 0, len(results))
	for id := range results {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	for _, id := range ids {
		r := results[id]
		survey := Survey{ID: id, Area: r.Version.Definition.Area, Title: r.Version.Definition.Title, Version: 1, VersionHash: r.Version.Hash,
			Opened: "2019-02-01", Closes: "2019-02-25"}
		for _, group := range people.Groups {
			n := r.Data.Count(group)
			survey.Rates = append(survey.Rates, rate(group, analysis.Dispositions{Complete: n - n/9, Partial: n / 9, Refusal: n / 6, Unknown: n, Ineligible: n / 20}, s.MinBase))
		}
		if err := questions(&survey, r); err != nil {
			return err
		}
		s.Surveys = append(s.Surveys, survey)
	}
	if err := g.release(context.Background()); err != nil {
		return err
	}
	s.Method = g.method()
	return nil
}

// SetTwoPersons turns the rule of two persons on.
func (s *Service) SetTwoPersons(on bool) { s.settings.TwoPersons = on }

// CheckWords is the check of a chapter's words.
var CheckWords = checkWords

// PapersOf are the short papers of a snapshot.
var PapersOf = papers

// QuestionOf is the question that a row is called by.
func QuestionOf(code string) string {
	for id, key := range rowNames {
		for _, l := range i18n.Langs {
			if name, _, _ := strings.Cut(code, " S"); name == i18n.T(l, key) {
				return id
			}
		}
	}
	return code
}

// ChecklistOf is the checklist of a snapshot that need not be stored.
func (s *Service) ChecklistOf(ctx context.Context, snapshot *Snapshot, lang i18n.Lang) ([]Item, error) {
	return s.checklist(ctx, snapshot, lang)
}

// DocumentItems is the part of the checklist that looks at the document alone.
var DocumentItems = documentItems

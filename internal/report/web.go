package report

import (
	"context"
	"encoding/json"
	"fmt"

	"upphandlingsdialog/internal/document/html"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/strategy"
)

// ReadPath is the address of an edition on one long page; a chapter's is below it.
func (e Edition) ReadPath() string { return e.Path() + "/read" }

// Chapters are an edition's pages when it is read chapter by chapter. They are drawn from its snapshot once.
func (s *Service) Chapters(ctx context.Context, e Edition) ([]html.Chapter, error) {
	if v, ok := s.chapters.Load(e.ID); ok {
		return v.([]html.Chapter), nil
	}
	snapshot, err := s.Snapshot(ctx, e.SnapshotID)
	if err != nil {
		return nil, err
	}
	d, err := Document(snapshot, i18n.Lang(e.Lang))
	if err != nil {
		return nil, err
	}
	list, err := html.Chapters(d, html.Options{HeadingShift: 1}, func(id string) string { return e.ReadPath() + "/" + id })
	if err != nil {
		return nil, fmt.Errorf("chapters of %s: %w", e.Slug, err)
	}
	s.chapters.Store(e.ID, list)
	return list, nil
}

// LinkedData describes a published edition and its data to search engines (schema.org, JSON-LD). The text holds no "<".
func (s *Snapshot) LinkedData(e Edition) ([]byte, error) {
	lang := i18n.Lang(e.Lang)
	address := s.Address + e.Path()
	publisher := map[string]any{"@type": "GovernmentOrganization", "name": i18n.T(lang, "report.publisher")}
	var areas []string
	for _, a := range strategy.Areas {
		areas = append(areas, a.Name.In(lang))
	}
	measured := map[string]bool{}
	var variables []string
	for _, survey := range s.Surveys {
		if !measured[survey.ID] {
			measured[survey.ID] = true
			variables = append(variables, survey.Title.In(lang))
		}
	}
	data := map[string]any{"@type": "Dataset", "@id": address + "#data", "name": i18n.T(lang, "report.dataset_name", "Title", e.Title),
		"description": i18n.T(lang, "report.dataset_text"), "inLanguage": e.Lang, "isAccessibleForFree": true,
		"creator": publisher, "url": address, "variableMeasured": variables, "identifier": SourcePrefix + e.SnapshotHash,
		"spatialCoverage": i18n.T(lang, "report.dataset_place"),
		"distribution": map[string]any{"@type": "DataDownload", "encodingFormat": "application/pdf", "contentUrl": address + "/report.pdf",
			"description": i18n.T(lang, "report.dataset_attached")}}
	reportData := map[string]any{"@type": "Report", "@id": address, "url": address, "name": e.Title, "inLanguage": e.Lang,
		"description": s.Outline.Subtitle.In(lang), "about": areas, "publisher": publisher, "author": publisher, "version": e.Number,
		"isAccessibleForFree": true, "datePublished": e.ReadableFrom().Format("2006-01-02"), "hasPart": data}
	if s.Dnr != "" {
		reportData["reportNumber"] = s.Dnr
	}
	if n := s.Imprint.ISBN(e.Lang); n != "" {
		reportData["identifier"] = "ISBN " + n
	}
	b, err := json.Marshal(map[string]any{"@context": "https://schema.org", "@graph": []any{reportData}})
	if err != nil {
		return nil, fmt.Errorf("linked data of %s: %w", e.Slug, err)
	}
	return b, nil
}

package exhibit

import (
	"slices"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// SplitLabel names a split of a questionnaire.
func SplitLabel(lang i18n.Lang, def *questionnaire.Definition, id string) string {
	switch id {
	case Whole, analysis.SplitByGroup, analysis.SplitByMunicipalityGroup, analysis.SplitByFirmSize, analysis.SourceQuestion:
		return i18n.T(lang, "exhibit.by_"+id)
	case sectorQuestion:
		return i18n.T(lang, "exhibit.by_sector")
	}
	if q, ok := def.Question(id); ok {
		return q.Text.In(lang)
	}
	return id
}

const sectorQuestion = "bg_sector"

// Splits lists what results of a question can stand side by side by: the usual ones first, then every
// question with one answer that somebody was asked who was asked this one too.
func Splits(d *analysis.Dataset, q *questionnaire.Question) (usual, others []string) {
	def := d.Definition()
	for _, id := range d.Splits() {
		if id == q.ID || id == analysis.SourceQuestion { // waves are offered where there are several
			continue
		}
		asks := id
		switch id {
		case analysis.SplitByGroup:
			if len(q.Groups) > 1 {
				usual = append(usual, id)
			}
			continue
		case analysis.SplitByMunicipalityGroup:
			asks = "bg_municipality"
		case analysis.SplitByFirmSize:
			asks = "bg_size"
		}
		by, ok := def.Question(asks)
		if !ok || !slices.ContainsFunc(by.Groups, q.AskedOf) {
			continue
		}
		if id == asks && id != sectorQuestion {
			others = append(others, id)
		} else {
			usual = append(usual, id)
		}
	}
	return usual, others
}

// Conditions lists the questions whose answers can narrow a view of a question.
func Conditions(def *questionnaire.Definition, q *questionnaire.Question) []*questionnaire.Question {
	var list []*questionnaire.Question
	for _, other := range def.Questions() {
		if other.ID != q.ID && other.ID != analysis.SourceQuestion && Filterable(other) && slices.ContainsFunc(other.Groups, q.AskedOf) {
			list = append(list, other)
		}
	}
	return list
}

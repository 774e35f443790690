package exhibit

import (
	"slices"
	"strings"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/fault"
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

// Unasked says why nobody can have answered a question as it is asked for, side by side by something ("" or
// Whole: nothing) and within a filter: nil when somebody can. A question that few answered is another matter.
func Unasked(d *analysis.Dataset, q *questionnaire.Question, by string, f analysis.Filter) *fault.Field {
	type named struct {
		field    string
		question *questionnaire.Question
	}
	var conditions []named
	for _, w := range f.Where {
		id, _, _ := strings.Cut(w.Question, ".")
		if other, ok := d.Definition().Question(id); ok {
			conditions = append(conditions, named{"where", other})
		}
	}
	if split, err := d.SplitBy(by); err == nil && by != analysis.SplitByGroup {
		if other, ok := d.Definition().Question(split.Parts[0].Filter.Where[0].Question); ok {
			conditions = append(conditions, named{"by", other})
		}
	}
	if analysis.Unasked(q, f.Group) != "" {
		return &fault.Field{Name: "group", Key: "exhibit.error_not_asked", Args: fault.Args("Question", q.Text)}
	}
	var together []*questionnaire.Question
	all := q.Text
	for _, c := range conditions {
		together = append(together, c.question)
		all = i18n.Text{Sv: all.Sv + "”, ”" + c.question.Text.Sv, En: all.En + "”, “" + c.question.Text.En}
		switch {
		case analysis.Unasked(q, f.Group, together...) == "":
		case f.Group != "":
			return &fault.Field{Name: c.field, Key: "exhibit.error_not_asked", Args: fault.Args("Question", c.question.Text)}
		default:
			return &fault.Field{Name: c.field, Key: "exhibit.error_unasked", Args: fault.Args("Questions", all)}
		}
	}
	return nil
}

// Nearest is the view of its question that somebody can have answered: without the group, or by group, where
// it must.
func (v View) Nearest(d *analysis.Dataset) View {
	q, ok := d.Definition().Question(v.Question)
	if !ok {
		return v
	}
	open := v
	open.Group = ""
	for _, to := range []View{v, open, v.With(analysis.SplitByGroup)} {
		if Unasked(d, q, to.By, analysis.Filter{Group: to.Group}) == nil && (!to.ByWave() || HasWaves(d, q.ID)) {
			return to
		}
	}
	return View{Question: v.Question, By: analysis.SplitByGroup}
}

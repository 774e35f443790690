package analysis

import (
	"slices"

	"upphandlingsdialog/internal/questionnaire"
)

// countyGroups are reported for the county alone: a municipality has one to
// three of them (methods 1.6).
var countyGroups = []string{"procurer", "developer"}

// CountyOnly says whether a group is never reported below the county.
func CountyOnly(group string) bool { return slices.Contains(countyGroups, group) }

// belowCounty says whether a selection's result for a question would tell, of
// some municipalities or groups of them, what must stay with the county: exact
// numbers and texts of anybody, and anything of a group that is reported for the
// county alone. A result over all groups is one of those groups too.
func (s *Selection) belowCounty(q *questionnaire.Question) bool {
	exact := q.Type == questionnaire.Numeric || q.Type == questionnaire.FreeText
	if exact && len(s.places) > 0 {
		return true
	}
	places := s.places
	if q.Type == questionnaire.Municipality {
		places = append(slices.Clip(places), q)
	}
	return len(places) > 0 && slices.ContainsFunc(countyGroups, func(g string) bool {
		kept := s.filter.Group == g || s.filter.Group == "" && q.AskedOf(g)
		return kept && !slices.ContainsFunc(places, func(p *questionnaire.Question) bool { return !p.AskedOf(g) })
	})
}

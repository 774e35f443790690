package response

import (
	"context"
	"encoding/json"
	"fmt"

	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/questionnaire"
)

// organisationCodes are the codes of the question about the type of organisation
// by the kinds that the register knows. Other kinds are asked.
var organisationCodes = map[string]int{
	"municipality": 1, "municipal_company": 2, "joint_unit": 3, "region": 4, "state_agency": 5,
}

// PrefillFields are the fields of the contact register that a question can be filled in from beforehand.
var PrefillFields = []string{"contact.municipality_code", "contact.organisation_type", "contact.size_class", "contact.sector_group"}

// prefill is what the register holds for the questions that name a field of it,
// as JSON. People are shown it for correction; it counts only when they send it.
func (s *Service) prefill(ctx context.Context, def *questionnaire.Definition, inv distribution.Invitation) ([]byte, error) {
	fields := map[string][]*questionnaire.Question{}
	pages := def.Pages(inv.Group)
	for p := range pages {
		for i := range pages[p].Questions {
			if q := &pages[p].Questions[i]; q.Prefill != "" {
				fields[q.Prefill] = append(fields[q.Prefill], q)
			}
		}
	}
	out := questionnaire.Answers{}
	if len(fields) == 0 {
		return json.Marshal(out)
	}
	person, err := s.people.Find(ctx, inv.PersonID)
	if err != nil {
		return nil, fmt.Errorf("prefill from the register: %w", err)
	}
	known := map[string]int{
		"contact.municipality_code": person.MunicipalityCode,
		"contact.size_class":        person.SizeClass,
		"contact.sector_group":      person.Sector,
	}
	if len(fields["contact.organisation_type"]) > 0 && person.OrganisationID != "" {
		organisation, err := s.people.Organisation(ctx, person.OrganisationID)
		if err != nil {
			return nil, fmt.Errorf("prefill from the register: %w", err)
		}
		known["contact.organisation_type"] = organisationCodes[organisation.Kind]
	}
	for field, code := range known {
		for _, q := range fields[field] {
			if _, offered := q.Option(code); offered && code != 0 {
				out[q.ID] = questionnaire.Answer{Code: &code}
			}
		}
	}
	return json.Marshal(out)
}

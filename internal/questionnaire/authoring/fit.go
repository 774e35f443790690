package authoring

import (
	"slices"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/region"
)

// fit drops what the type of a question has no use for, and gives a new question what its type cannot do
// without: so a change of type never leaves anything behind that nobody sees.
func (d *Draft) fit(q *Question) {
	q.Groups = slices.DeleteFunc(groupIDs(), func(id string) bool { return !slices.Contains(q.Groups, id) })
	q.TextByGroup = ofGroups(q.TextByGroup, q.Groups)
	if q.TextByGroup == nil {
		q.TextByGroup = map[string]i18n.Text{}
	}
	for g, t := range q.TextByGroup {
		if t.IsZero() {
			delete(q.TextByGroup, g)
		}
	}
	if len(q.TextByGroup) == 0 {
		q.TextByGroup = nil
	}
	t := q.Type
	choice := t == questionnaire.Single || t == questionnaire.Multiple || t == questionnaire.Ranking || t == questionnaire.Municipality
	numbers := t == questionnaire.Numeric || t == questionnaire.Rating
	keep(choice, &q.Set)
	keep(choice && q.Set == "", &q.Options)
	keep(q.onScale(), &q.Scale)
	keep(t == questionnaire.Matrix, &q.Rows)
	keep(t == questionnaire.Ranking, &q.Top)
	keep(t == questionnaire.Multiple, &q.MaxChoices)
	keep(t == questionnaire.FreeText, &q.MaxLength)
	keep(choice && t != questionnaire.Municipality, &q.Randomize)
	keep(numbers, &q.Min)
	keep(numbers, &q.Max)
	keep(t == questionnaire.Numeric, &q.Decimals)
	keep(t == questionnaire.Numeric, &q.Unit)
	keep(t == questionnaire.Rating, &q.MinLabel)
	keep(t == questionnaire.Rating, &q.MaxLabel)
	q.Bipolar = false // it is the scale's
	q.ShowIf = plain(q.ShowIf)
	d.begin(q)
	for i := range q.Options {
		o := &q.Options[i]
		o.Exclusive = o.Exclusive && t == questionnaire.Multiple
		o.OtherText = o.OtherText && (t == questionnaire.Single || t == questionnaire.Multiple)
		o.FixedLast = o.FixedLast && q.Randomize
		o.Groups = slices.DeleteFunc(slices.Clone(o.Groups), func(g string) bool { return !q.AskedOf(g) })
		if len(o.Groups) == len(q.Groups) || len(o.Groups) == 0 {
			o.Groups = nil
		}
	}
	slices.SortFunc(q.Specials, func(a, b questionnaire.Special) int { return specialRank(a.Code) - specialRank(b.Code) })
}

// municipalities is the ready set that a question about the place begins with.
const municipalities = "municipality_dalarna"

// offer gives a question that has just got its type what most would choose for it.
func (d *Draft) offer(q *Question) {
	if q.Type == questionnaire.Municipality && q.Set == "" && len(q.Options) == 0 && d.set(municipalities) != nil {
		q.Set = municipalities
	}
}

// begin gives a question the least that its type needs.
func (d *Draft) begin(q *Question) {
	switch q.Type {
	case questionnaire.YesNoUnknown:
		if _, has := q.Special(questionnaire.Unknown); !has {
			q.Specials = append(q.Specials, questionnaire.Special{Code: questionnaire.Unknown, Text: SpecialText(questionnaire.Unknown)})
		}
	case questionnaire.Ranking:
		if q.Top == 0 {
			q.Top = 3
		}
	case questionnaire.Rating:
		if q.Min == 0 && q.Max == 0 {
			q.Max = 10
		}
	case questionnaire.Numeric:
		if q.Min == 0 && q.Max == 0 {
			q.Max = 1000
		}
	case questionnaire.Likert5, questionnaire.Matrix:
		if q.Scale == "" && len(d.Scales) > 0 {
			q.Scale = d.Scales[0].Name
		}
	}
}

// keep clears what is not used.
func keep[T any](used bool, value *T) {
	if !used {
		var zero T
		*value = zero
	}
}

func ofGroups(texts map[string]i18n.Text, groups []string) map[string]i18n.Text {
	kept := map[string]i18n.Text{}
	for g, t := range texts {
		if slices.Contains(groups, g) {
			kept[g] = t
		}
	}
	return kept
}

func groupIDs() []string {
	ids := make([]string, len(region.TargetGroups))
	for i, g := range region.TargetGroups {
		ids[i] = g.ID
	}
	return ids
}

// specialRank is the order in which a question shows its special codes.
func specialRank(code int) int {
	return slices.Index([]int{questionnaire.Unknown, questionnaire.NotApplicable, questionnaire.Declined}, code)
}

// SpecialText is the usual label of a special code.
func SpecialText(code int) i18n.Text {
	switch code {
	case questionnaire.Unknown:
		return i18n.Text{Sv: "Vet ej", En: "Don't know"}
	case questionnaire.NotApplicable:
		return i18n.Text{Sv: "Ej aktuellt", En: "Not applicable"}
	}
	return i18n.Text{Sv: "Vill inte svara", En: "Prefer not to say"}
}

// plain is the condition in the one form that says it: answered has no value, or 0 for its opposite.
func plain(c *questionnaire.Condition) *questionnaire.Condition {
	if c == nil || (c.Q == "" && len(c.All)+len(c.Any) == 0) {
		return nil
	}
	p := *c
	parts := func(list []questionnaire.Condition) (plainer []questionnaire.Condition) {
		for i := range list {
			if part := plain(&list[i]); part != nil {
				plainer = append(plainer, *part)
			}
		}
		return plainer
	}
	p.All, p.Any = parts(c.All), parts(c.Any)
	if p.Op != questionnaire.In && len(p.Values) > 1 {
		p.Values = p.Values[:1]
	}
	if p.Op == questionnaire.IsAnswered && len(p.Values) > 0 {
		if p.Values[0] == 0 {
			p.Values = []float64{0}
		} else {
			p.Values = nil
		}
	}
	return &p
}

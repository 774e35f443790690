package authoring

import (
	"slices"
	"strconv"
	"strings"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// Reading says in a sentence when a question is shown: "Visas om svaret på fråga 4 är minst 1." It is
// empty when the question always is. Questions are numbered as the group meets them, or through the
// whole questionnaire when no group is given.
func Reading(def *questionnaire.Definition, group string, c *questionnaire.Condition, l i18n.Lang) string {
	if c == nil {
		return ""
	}
	return i18n.T(l, "authoring.shown_if", "Condition", Clause(def, group, c, l))
}

// Clause is the condition within a sentence: "svaret på fråga 4 är minst 1".
func Clause(def *questionnaire.Definition, group string, c *questionnaire.Condition, l i18n.Lang) string {
	parts, word := c.All, "authoring.and"
	if len(c.Any) > 0 {
		parts, word = c.Any, "authoring.or"
	}
	if len(parts) == 0 {
		return comparison(def, group, c, l)
	}
	words := make([]string, len(parts))
	for i := range parts {
		words[i] = Clause(def, group, &parts[i], l)
		if len(parts[i].All)+len(parts[i].Any) > 1 {
			words[i] = "(" + words[i] + ")"
		}
	}
	return strings.Join(words, " "+i18n.T(l, word)+" ")
}

// readings are the sentences by comparison: of a value, and of a number of them.
var readings = map[questionnaire.Op]string{
	questionnaire.Eq: "authoring.op_eq", questionnaire.Ne: "authoring.op_ne", questionnaire.In: "authoring.op_in",
	questionnaire.Ge: "authoring.op_ge", questionnaire.Le: "authoring.op_le",
}

func comparison(def *questionnaire.Definition, group string, c *questionnaire.Condition, l i18n.Lang) string {
	args := []any{"Question", Number(def, group, c.Q), "Value", values(def, group, c, l)}
	if c.Op == questionnaire.IsAnswered {
		if len(c.Values) > 0 && c.Values[0] == 0 {
			return i18n.T(l, "authoring.op_unanswered", args...)
		}
		return i18n.T(l, "authoring.op_answered", args...)
	}
	q, known := def.Question(c.Q)
	chosen := known && (q.Type == questionnaire.Multiple || q.Type == questionnaire.Ranking)
	switch {
	case chosen && c.Op == questionnaire.Ne:
		return i18n.T(l, "authoring.op_not_chosen", args...)
	case chosen:
		return i18n.T(l, "authoring.op_chosen", args...)
	}
	return i18n.T(l, readings[c.Op], args...)
}

// values are the answers compared with, by their texts where they have any.
func values(def *questionnaire.Definition, group string, c *questionnaire.Condition, l i18n.Lang) string {
	var list []string
	for _, v := range c.Values {
		text := i18n.Number(l, v, decimals(v))
		if q, ok := def.Question(c.Q); ok && c.Op != questionnaire.Ge && c.Op != questionnaire.Le {
			if group != "" {
				view := q.ForGroup(group)
				q = &view
			}
			if label := q.Label(int(v)); !label.IsZero() && v == float64(int(v)) {
				text = i18n.T(l, "authoring.quoted", "Text", label.In(l))
			}
		}
		list = append(list, text)
	}
	if n := len(list); n > 1 {
		return strings.Join(list[:n-1], ", ") + " " + i18n.T(l, "authoring.or") + " " + list[n-1]
	}
	return strings.Join(list, "")
}

// decimals is how many the number needs, at most six.
func decimals(v float64) int {
	_, fraction, _ := strings.Cut(strconv.FormatFloat(v, 'f', -1, 64), ".")
	return min(len(fraction), 6)
}

// Number is the place of a question among those of the group, counted from 1, as a text; its id when
// the group does not get it.
func Number(def *questionnaire.Definition, group, id string) string {
	n := 0
	for _, q := range def.Questions() {
		if group != "" && !slices.Contains(q.Groups, group) {
			continue
		}
		n++
		if q.ID == id {
			return strconv.Itoa(n)
		}
	}
	return id
}

package recommendation

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/strategy"
)

var numberShape = regexp.MustCompile(`^[567]\.[1-9][0-9]?$`)

// namedText is one of the texts by its field name in forms and files.
type namedText struct {
	name     string
	text     i18n.Text
	required bool
}

func (r Recommendation) texts() []namedText {
	return []namedText{
		{"title", r.Title, true}, {"wording", r.Wording, true}, {"why", r.Why, true},
		{"first_step", r.FirstStep, true}, {"effect", r.Effect, true}, {"reuse", r.Reuse, false},
		{"indicator", r.Indicator, true}, {"responsible", r.Responsible, true},
	}
}

// checkFields returns what is wrong with a recommendation whose evidence is
// settled. Field names are those of the form; files use the same.
func (r Recommendation) checkFields() []fault.Field {
	var fields []fault.Field
	add := func(name, key string, args ...any) {
		fields = append(fields, fault.Field{Name: name, Key: key, Args: fault.Args(args...)})
	}
	if !numberShape.MatchString(r.Number) || !strings.HasPrefix(r.Number, strconv.Itoa(r.Area)+".") {
		add("number", "recommendation.error_number")
	}
	if _, ok := strategy.PurposeByID(r.Purpose); !ok {
		add("purpose", "recommendation.error_purpose")
	}
	if len(r.Addressees) == 0 {
		add("addressees", "recommendation.error_addressees")
	}
	for _, a := range r.Addressees {
		if !slices.Contains(Addressees, a) {
			add("addressees", "recommendation.error_addressees")
			break
		}
	}
	if !slices.Contains(Efforts, r.Effort) {
		add("effort", "recommendation.error_effort")
	}
	if r.Due.IsZero() {
		add("due", "recommendation.error_due")
	}
	if r.Baseline != 0 && r.figure(r.Baseline) == nil {
		add("baseline", "recommendation.error_baseline", "Number", r.Baseline)
	}
	for _, t := range r.texts() {
		for _, l := range []struct{ lang, text string }{{"sv", t.text.Sv}, {"en", t.text.En}} {
			name := t.name + "." + l.lang
			if strings.TrimSpace(l.text) == "" {
				if t.required || !t.text.IsZero() {
					add(name, "recommendation.error_text_missing")
				}
				continue
			}
			if p := r.checkText(l.text); p != nil {
				fields = append(fields, fault.Field{Name: name, Key: p.Key, Args: p.Args})
			}
		}
	}
	return fields
}

// checkText returns what is wrong with the bound fields of a text in one
// language: an unknown field, a number without a figure, a typed percentage.
func (r Recommendation) checkText(text string) *problem {
	for _, m := range boundField.FindAllStringSubmatch(text, -1) {
		if n, err := strconv.Atoi(m[2]); err != nil || r.figure(n) == nil {
			return wrong("recommendation.error_bound", "Field", m[0], "Number", m[2])
		}
	}
	rest := boundField.ReplaceAllString(text, "")
	if i := strings.Index(rest, "{{"); i >= 0 {
		return wrong("recommendation.error_field", "Field", cut(rest[i:], 30))
	}
	if m := typedShare.FindString(rest); m != "" {
		return wrong("recommendation.error_typed", "Field", fmt.Sprintf("%q", m))
	}
	return nil
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

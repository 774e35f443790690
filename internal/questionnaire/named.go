package questionnaire

import (
	"fmt"
	"strings"

	"upphandlingsdialog/internal/i18n"
)

// Named lists things by the ids that files have for them and in words, as an error says what may be written:
// "1 (ja), 2 (nej)".
func Named[T any](things []T, name func(T) (id string, words i18n.Text)) i18n.Text {
	var sv, en []string
	for _, one := range things {
		id, words := name(one)
		sv, en = append(sv, fmt.Sprintf("%s (%s)", id, words.Sv)), append(en, fmt.Sprintf("%s (%s)", id, words.En))
	}
	return i18n.Text{Sv: strings.Join(sv, ", "), En: strings.Join(en, ", ")}
}

// NamedOptions are the options of a question by code and in words.
func NamedOptions(options []Option) i18n.Text {
	return Named(options, func(o Option) (string, i18n.Text) { return fmt.Sprint(o.Code), o.Text })
}

package html

import (
	"html/template"
	"regexp"
	"strings"

	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/i18n"
)

var (
	plainNumber = regexp.MustCompile(`^[−-]?\d+(?:[.,]\d+)?$`)
	shareOf     = regexp.MustCompile(`^(\d+) (?:av|of) (\d+)$`)
	spaces      = strings.NewReplacer("\u00a0", "", "\u202f", "", "\u2009", "")
)

// value is a number in a cell as a program reads it: data-value with a decimal point, data-unit for per cent, count and
// base of "9 av 14", or that the number is withheld.
func (w *writer) value(c document.Cell) template.HTMLAttr {
	text := ""
	for _, r := range c {
		text += r.Text
	}
	if text == ".." {
		return ` data-withheld="true"`
	}
	if m := shareOf.FindStringSubmatch(text); m != nil {
		return template.HTMLAttr(` data-count="` + m[1] + `" data-base="` + m[2] + `"`) //nolint:gosec // digits alone
	}
	number, percent := strings.CutSuffix(spaces.Replace(text), "%")
	if w.d.Lang == i18n.En {
		number = strings.ReplaceAll(number, ",", "")
	}
	if !plainNumber.MatchString(number) {
		return ""
	}
	attr := ` data-value="` + strings.NewReplacer(",", ".", "−", "-").Replace(number) + `"`
	if percent {
		attr += ` data-unit="percent"`
	}
	return template.HTMLAttr(attr) //nolint:gosec // digits, sign and point alone
}

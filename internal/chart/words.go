package chart

import (
	"math"
	"strings"

	"upphandlingsdialog/internal/i18n"
)

// nouns name those who answered, by group: "Av 84 företag svarar ...".
var nouns = map[string]string{
	Procurer:   "chart.noun_procurer",
	Politician: "chart.noun_politician",
	Business:   "chart.noun_business",
	Developer:  "chart.noun_developer",
}

// Alt says in words what the chart shows, from its data.
func Alt(c Chart, lang i18n.Lang) string {
	if c.Empty() {
		return i18n.T(lang, "chart.empty")
	}
	var parts []string
	switch c := c.(type) {
	case Panels:
		return panelWords(c, lang)
	case StackedBar:
		parts = append(parts, i18n.T(lang, "chart.alt_stacked"))
		for _, r := range c.Rows {
			parts = append(parts, stackedWords(c, r, lang))
		}
	case DotInterval:
		parts = append(parts, measured(lang, "chart.alt_dots", "chart.alt_dots_plain", c.Measure))
		for _, r := range c.Rows {
			parts = append(parts, dotWords(r, lang))
		}
		if r := c.Reference; r != nil {
			parts = append(parts, i18n.T(lang, "chart.alt_reference", "Label", r.Label, "Share", percentWords(lang, r.Share, 0)))
		}
	case Bar:
		parts = append(parts, measured(lang, "chart.alt_bars", "chart.alt_bars_plain", c.Measure))
		if c.Base > 0 {
			parts = append(parts, i18n.T(lang, "chart.alt_base", "N", i18n.Int(lang, c.Base)))
		}
		for _, r := range c.Rows {
			parts = append(parts, barWords(c, r, lang))
		}
	}
	return strings.Join(parts, " ")
}

func measured(lang i18n.Lang, key, plain, measure string) string {
	if measure == "" {
		return i18n.T(lang, plain)
	}
	return i18n.T(lang, key, "Measure", measure)
}

func percentWords(lang i18n.Lang, share float64, base int) string {
	decimals := 0
	if base >= 100 {
		decimals = 1
	}
	return i18n.T(lang, "chart.percent", "Number", i18n.Number(lang, share*100, decimals))
}

func stackedWords(c StackedBar, r StackedRow, lang i18n.Lang) string {
	if r.Suppressed {
		return i18n.T(lang, "chart.alt_suppressed", "Label", r.Label)
	}
	f, rest := r.fractions()
	var list []string
	for i := len(f) - 1; i >= 0 && len(f) <= len(c.Levels); i-- {
		if f[i] == Hidden {
			continue
		}
		share := percentWords(lang, f[i], min(r.Base, 99))
		if r.Base < fewest {
			share = i18n.Int(lang, r.Counts[i])
		}
		list = append(list, i18n.T(lang, "chart.alt_part", "Share", share, "Level", c.Levels[i]))
	}
	if r.partly() {
		share := percentWords(lang, rest, min(r.Base, 99))
		if r.Base < fewest {
			share = i18n.Int(lang, int(math.Round(rest*float64(r.Base))))
		}
		list = append(list, i18n.T(lang, "chart.alt_withheld", "Share", share))
	}
	key, args := "chart.alt_row", []any{"Label", r.Label, "N", i18n.Int(lang, r.Base), "List", and(lang, list)}
	if noun, ok := nouns[r.Group]; ok && strings.EqualFold(r.Label, i18n.T(lang, noun)) {
		key, args = "chart.alt_group", append(args, "Noun", i18n.T(lang, noun))
	}
	s := i18n.T(lang, key, args...)
	if r.Unknown > 0 {
		n := r.Base + r.Unknown
		share := percentWords(lang, r.unknown(), min(n, 99))
		if n < fewest {
			share = i18n.Int(lang, r.Unknown)
		}
		s += " " + i18n.T(lang, "chart.alt_unknown", "Share", share)
	}
	return s
}

func dotWords(r DotRow, lang i18n.Lang) string {
	switch {
	case r.Suppressed:
		return i18n.T(lang, "chart.alt_suppressed", "Label", r.Label)
	case r.Base < fewest:
		return i18n.T(lang, "chart.alt_dot_few", "Label", r.Label, "Count", r.Count, "N", i18n.Int(lang, r.Base))
	}
	return i18n.T(lang, "chart.alt_dot", "Label", r.Label, "Share", percentWords(lang, r.Share, r.Base), "N", i18n.Int(lang, r.Base),
		"Lower", i18n.Number(lang, r.Lower*100, 0), "Upper", i18n.Number(lang, r.Upper*100, 0))
}

func barWords(c Bar, r BarRow, lang i18n.Lang) string {
	if r.Suppressed {
		return i18n.T(lang, "chart.alt_suppressed", "Label", r.Label)
	}
	var v string
	base := c.base(r)
	switch {
	case c.Unit == Number:
		v = strings.TrimSpace(i18n.Number(lang, r.Value, c.Decimals) + " " + c.UnitName)
	case base > 0 && base < fewest:
		v = i18n.T(lang, "chart.of", "Count", r.Count, "N", i18n.Int(lang, base))
	default:
		v = percentWords(lang, r.Value, base)
	}
	return i18n.T(lang, "chart.alt_bar", "Label", r.Label, "Value", v)
}

// and joins a list as a sentence does.
func and(lang i18n.Lang, list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	last := len(list) - 1
	return strings.Join(list[:last], ", ") + " " + i18n.T(lang, "chart.and") + " " + list[last]
}

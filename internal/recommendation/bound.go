package recommendation

import (
	"regexp"
	"strconv"
	"strings"

	"upphandlingsdialog/internal/i18n"
)

// A bound field stands in a text where a number of the evidence belongs:
//
//	{{figure "1"}}    62 procent, or 9 av 14 when the base is under 20
//	{{base "1"}}      84
//	{{interval "1"}}  54-70 procent
var boundField = regexp.MustCompile(`\{\{\s*(figure|base|interval)\s+"(\d+)"\s*\}\}`)

// typedShare finds a percentage that somebody typed instead of binding it.
var typedShare = regexp.MustCompile(`(?i)\d\s*(%|procent|per\s?cent)`)

// missingFigure stands where a figure may not be shown, as in tables.
const missingFigure = ".."

// Bound returns one of the recommendation's texts in a language with its bound
// fields replaced by the frozen figures; ".." where a figure has no value.
func (r Recommendation) Bound(text i18n.Text, l i18n.Lang) string {
	return Fill(text.In(l), func(field string, evidence int) string { return r.figure(evidence).Tell(field, l) })
}

// Fill replaces each bound field of a text by what tell says of the evidence with that number.
func Fill(text string, tell func(field string, evidence int) string) string {
	return boundField.ReplaceAllStringFunc(text, func(bound string) string {
		m := boundField.FindStringSubmatch(bound)
		n, err := strconv.Atoi(m[2])
		if err != nil {
			return missingFigure
		}
		return tell(m[1], n)
	})
}

// Tell is what a bound field says of the figure; ".." for no figure and for one without a value.
func (f *Figure) Tell(field string, l i18n.Lang) string {
	if f == nil || f.Value == nil {
		return missingFigure
	}
	switch field {
	case "base":
		return i18n.Number(l, float64(f.Value.Base), 0)
	case "interval":
		return f.Interval(l)
	}
	return f.Show(l)
}

// BoundBoth is Bound in both languages.
func (r Recommendation) BoundBoth(text i18n.Text) i18n.Text {
	return i18n.Text{Sv: r.Bound(text, i18n.Sv), En: r.Bound(text, i18n.En)}
}

func (r Recommendation) figure(number int) *Figure {
	for _, e := range r.Evidence {
		if e.Number == number {
			return e.Figure
		}
	}
	return nil
}

// Show writes the frozen value as running text does: "62 procent", "9 av 14",
// "3,7"; ".." when there is none.
func (f *Figure) Show(l i18n.Lang) string {
	v := f.Value
	switch {
	case v == nil:
		return missingFigure
	case !f.Measure.IsShare():
		return i18n.Number(l, v.Value, 1) + unit(f.Unit)
	case v.Base < percentBase:
		return i18n.Share(l, v.Count, v.Base)
	}
	return i18n.T(l, "recommendation.percent", "Number", percent(l, v.Value, v.Base))
}

// Interval writes the 95 % interval as running text does; ".." when there is none.
func (f *Figure) Interval(l i18n.Lang) string {
	v := f.Value
	switch {
	case v == nil || !v.HasInterval:
		return missingFigure
	case !f.Measure.IsShare():
		return i18n.Number(l, v.Lower, 1) + "–" + i18n.Number(l, v.Upper, 1) + unit(f.Unit)
	}
	return i18n.T(l, "recommendation.percent", "Number", percent(l, v.Lower, v.Base)+"–"+percent(l, v.Upper, v.Base))
}

// Counted says of which wave the figure is, where its survey has been put more than once, and that it is weighted:
// "mätning 1 (2026-03-12), vägt mot företagsramen"; empty of an unweighted figure of the only wave.
func (f *Figure) Counted(l i18n.Lang) string {
	date := ""
	if f.Again {
		date = i18n.Date(l, f.Wave.OpenedAt)
	}
	return Counted(l, f.Wave.Number, date, len(f.Weights) > 0)
}

// Counted is Figure.Counted of what an edition keeps; date is empty where the wave is not to be said.
func Counted(l i18n.Lang, wave int, date string, weighted bool) string {
	var parts []string
	if date != "" {
		parts = append(parts, i18n.T(l, "recommendation.counted_wave", "Wave", wave, "Date", date))
	}
	if weighted {
		parts = append(parts, i18n.T(l, "recommendation.counted_weighted"))
	}
	return strings.Join(parts, ", ")
}

// percentBase is the base below which no percentages are written (domain 7).
const percentBase = 20

func percent(l i18n.Lang, share float64, base int) string {
	decimals := 0
	if base >= 100 {
		decimals = 1
	}
	return i18n.Number(l, share*100, decimals)
}

func unit(u string) string {
	if u == "" {
		return ""
	}
	return "\u00a0" + u
}

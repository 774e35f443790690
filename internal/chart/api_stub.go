package chart

import (
	"html/template"

	"upphandlingsdialog/internal/i18n"
)

// SVG draws the chart for a page: classes only, no inline style, role img with
// the description as its name. id makes the patterns' names unique on a page.
func SVG(c Chart, lang i18n.Lang, id string) template.HTML { return "" }

// Alt says in words what the chart shows, from its data.
func Alt(c Chart, lang i18n.Lang) string { return "" }

// Table is the chart's twin: the same numbers as text.
func Table(c Chart, lang i18n.Lang) Twin { return Twin{} }

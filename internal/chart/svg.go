package chart

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"

	"upphandlingsdialog/internal/i18n"
)

// SVG draws the chart for a page: presentation attributes and classes only, so
// that it works under a strict content policy; role img with the description as
// its name. id makes the names of the patterns unique on a page.
func SVG(c Chart, lang i18n.Lang, id string) template.HTML {
	return SVGAlt(c, lang, id, Alt(c, lang))
}

// SVGAlt is SVG with a description of the caller's own.
func SVGAlt(c Chart, lang i18n.Lang, id, alt string) template.HTML {
	d := Layout(c, lang, Frame{Width: svgWidth, Size: svgSize, Measure: estimate})
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart" role="img" viewBox="0 0 %s %s" aria-label="%s" lang="%s" font-size="%s">`,
		num(d.Width), num(d.Height), template.HTMLEscapeString(alt), lang, num(svgSize))
	patterns := svgPatterns(&b, d, id)
	for _, s := range d.Shapes {
		svgShape(&b, s, patterns)
	}
	b.WriteString("</svg>")
	return template.HTML(b.String())
}

// A page's chart is 440 wide with 14 high text, so that a phone still shows it
// at a size that can be read.
const (
	svgWidth = 440.0
	svgSize  = 14.0
	svgStep  = 6.0
)

// estimate is the width of text in the reader's own sans serif, on the safe side.
func estimate(size float64, bold bool, s string) float64 {
	w := 0.0
	for _, r := range s {
		switch {
		case strings.ContainsRune("iljtfrI.,:;'’|!()[] \u202f\u00a0", r):
			w += 0.34
		case strings.ContainsRune("mwMW%@", r):
			w += 0.92
		case r >= 'A' && r <= 'Z', r == 'Å', r == 'Ä', r == 'Ö':
			w += 0.7
		default:
			w += 0.585
		}
	}
	if bold {
		w *= 1.15
	}
	return w * size
}

// svgPatterns writes the definitions of the patterned fills in use and returns
// their names.
func svgPatterns(b *strings.Builder, d Drawing, id string) map[Fill]string {
	names := map[Fill]string{}
	for _, s := range d.Shapes {
		r, ok := s.(Rect)
		if !ok || r.Fill.Pattern == Solid || names[r.Fill] != "" {
			continue
		}
		if len(names) == 0 {
			b.WriteString("<defs>")
		}
		name := id + "-p" + strconv.Itoa(len(names)+1)
		names[r.Fill] = name
		turn := ""
		if r.Fill.Pattern == Diagonal {
			turn = ` patternTransform="rotate(45)"`
		}
		fmt.Fprintf(b, `<pattern id="%s" width="%[2]s" height="%[2]s" patternUnits="userSpaceOnUse"%s><rect width="%[2]s" height="%[2]s" fill="%[4]s"/>`,
			template.HTMLEscapeString(name), num(svgStep), turn, r.Fill.Ground.Hex())
		switch r.Fill.Pattern {
		case Dots:
			fmt.Fprintf(b, `<circle cx="1.5" cy="1.5" r="1.2" fill="%[1]s"/><circle cx="4.5" cy="4.5" r="1.2" fill="%[1]s"/>`, r.Fill.Mark.Hex())
		default:
			fmt.Fprintf(b, `<rect width="%s" height="1.5" y="2" fill="%s"/>`, num(svgStep), r.Fill.Mark.Hex())
		}
		b.WriteString("</pattern>")
	}
	if len(names) > 0 {
		b.WriteString("</defs>")
	}
	return names
}

func svgShape(b *strings.Builder, s Shape, patterns map[Fill]string) {
	switch s := s.(type) {
	case Rect:
		fill := s.Fill.Ground.Hex()
		if n := patterns[s.Fill]; n != "" {
			fill = "url(#" + template.HTMLEscapeString(n) + ")"
		}
		class := ""
		if s.Fill.Ground == Sunk {
			class = ` class="track"`
		}
		fmt.Fprintf(b, `<rect x="%s" y="%s" width="%s" height="%s" fill="%s"%s/>`, num(s.X), num(s.Y), num(s.W), num(s.H), fill, class)
	case Line:
		fmt.Fprintf(b, `<line x1="%s" y1="%s" x2="%s" y2="%s" stroke="%s" stroke-width="%s"/>`,
			num(s.X1), num(s.Y1), num(s.X2), num(s.Y2), svgColour(s.Colour), num(s.Width))
	case Dot:
		ground := s.Colour.Hex()
		if s.Hollow {
			ground = White.Hex()
		}
		fmt.Fprintf(b, `<circle cx="%s" cy="%s" r="%s" fill="%s" stroke="%s" stroke-width="1.5"/>`,
			num(s.X), num(s.Y), num(s.R), ground, s.Colour.Hex())
	case Text:
		attr := ""
		if s.Anchor != Start {
			attr += ` text-anchor="` + [...]string{"start", "middle", "end"}[s.Anchor] + `"`
		}
		if s.Bold {
			attr += ` font-weight="600"`
		}
		if s.Size != svgSize {
			attr += ` font-size="` + num(s.Size) + `"`
		}
		fmt.Fprintf(b, `<text x="%s" y="%s" fill="%s"%s>%s</text>`, num(s.X), num(s.Y), svgColour(s.Colour), attr, template.HTMLEscapeString(s.S))
	}
}

// svgColour lets ink follow the page, which may be dark.
func svgColour(c Colour) string {
	if c == Ink || c == Quiet {
		return "currentColor"
	}
	return c.Hex()
}

func num(v float64) string {
	s := strconv.FormatFloat(v, 'f', 1, 64)
	return strings.TrimSuffix(s, ".0")
}

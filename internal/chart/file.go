package chart

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"strings"

	"upphandlingsdialog/internal/i18n"
)

// Plate is a chart with the words that it needs when it stands by itself: what it shows, what was asked,
// of how many, and from where.
type Plate struct {
	Title, Question, Base, Source string
	Chart                         Chart
}

// Layout sets the words above and below the chart, on a margin.
func (pl Plate) Layout(lang i18n.Lang, f Frame) Drawing {
	margin := f.Size * 1.6
	inner := f
	inner.Width -= 2 * margin
	p := &plot{Frame: inner, lang: lang}
	p.y = margin + f.Size
	p.paragraph(pl.Title, 1.25, true, Ink)
	p.paragraph(pl.Question, 1, false, Quiet)
	p.y += f.Size * 0.3
	d := Layout(pl.Chart, lang, inner)
	for _, s := range d.Shapes {
		p.d.add(moved(s, 0, p.y))
	}
	p.y += d.Height + f.Size*1.3
	p.paragraph(pl.Base, 0.88, false, Ink)
	p.paragraph(pl.Source, 0.88, false, Quiet)
	out := Drawing{Width: f.Width, Height: p.y - f.Size + margin}
	out.add(Rect{W: out.Width, H: out.Height, Fill: Fill{Ground: White}})
	for _, s := range p.d.Shapes {
		out.add(moved(s, margin, 0))
	}
	return out
}

// paragraph writes a text over as many lines as it needs; times is its size in that of the frame.
func (p *plot) paragraph(text string, times float64, bold bool, c Colour) {
	if text == "" {
		return
	}
	whole := p.Frame
	size := p.Size * times
	p.Frame.Size = size
	for _, line := range p.wrap(text, p.Width) {
		p.d.add(Text{Y: p.y, Size: size, Bold: bold, Colour: c, S: line})
		p.y += size * 1.35
	}
	p.Frame = whole
	p.y += p.Size * 0.3
}

func moved(s Shape, x, y float64) Shape {
	switch s := s.(type) {
	case Rect:
		s.X, s.Y = s.X+x, s.Y+y
		return s
	case Line:
		s.X1, s.X2, s.Y1, s.Y2 = s.X1+x, s.X2+x, s.Y1+y, s.Y2+y
		return s
	case Dot:
		s.X, s.Y = s.X+x, s.Y+y
		return s
	case Text:
		s.X, s.Y = s.X+x, s.Y+y
		return s
	}
	return s
}

// WriteSVG writes the plate as a file: with its own colours and the names of common typefaces, since no
// style sheet comes with it.
func (pl Plate) WriteSVG(w io.Writer, lang i18n.Lang, f Frame) error {
	d := pl.Layout(lang, f)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="%[1]s" height="%[2]s" viewBox="0 0 %[1]s %[2]s" aria-label="%[3]s" lang="%[4]s" font-family="Noto Sans, Segoe UI, Arial, sans-serif" font-size="%[5]s" color="%[6]s">`,
		num(d.Width), num(d.Height), template.HTMLEscapeString(strings.TrimSpace(pl.Title+". "+Alt(pl.Chart, lang))), lang, num(svgSize), Ink.Hex())
	fmt.Fprintf(&b, "<title>%s</title>", template.HTMLEscapeString(pl.Title))
	patterns := svgPatterns(&b, d, "p")
	for _, s := range d.Shapes {
		svgShape(&b, s, patterns)
	}
	b.WriteString("</svg>\n")
	_, err := io.Copy(w, bytes.NewReader([]byte(b.String())))
	return err
}

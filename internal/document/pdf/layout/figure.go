package layout

import (
	"strings"

	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/document/pdf/hyphen"
	"upphandlingsdialog/internal/document/pdf/tagged"
	"upphandlingsdialog/internal/document/pdf/typeset"
	"upphandlingsdialog/internal/i18n"
)

const chartSize = 8.2 // points

// figure is the finding, the question, the chart, its base, who uses it, and the
// same numbers as a table. All but the table stand on one page.
func (l *layouter) figure(b document.Figure) {
	l.space(6)
	from := len(l.strips)
	sect := l.root.Add("Sect")
	if l.drawnInTable(b, sect) {
		l.figureFoot(b, sect)
		l.together(from, 1.5) // groups are compared down the page
		l.space(6.4)
		return
	}
	l.figureHead(b, sect)
	drawing := chart.Layout(b.Chart, l.d.Lang, chart.Frame{
		Width: fullWidth, Size: chartSize * mm, Measure: measure, Labels: column - edge,
		Divide: func(s string) string { return hyphen.Soft(l.d.Lang, s) }})
	alt := b.Alt
	if alt == "" {
		alt = chart.Alt(b.Chart, l.d.Lang)
	}
	fig := sect.Add("Figure")
	fig.Alt = typeset.Clean(alt)
	l.space(2.2)
	l.add(&strip{height: drawing.Height, draw: func(p *Page, y float64) {
		fig.BBox = &[4]float64{edge / mm, (pageHeight - y - drawing.Height) / mm, right / mm, (pageHeight - y) / mm}
		p.add(Begin{fig, fig.Content()})
		p.chart(drawing, edge, y)
		p.add(End{})
	}})
	l.figureFoot(b, sect)
	l.together(from, 0.4)
	l.space(1.5)
	switch {
	case b.TableRef != "":
		l.keepNext()
		text := i18n.T(l.d.Lang, "document.twin_elsewhere", "Table", "")
		l.flowText(l.inline(sect.Add("P"), []document.Run{{Text: text}, {Text: l.name(b.TableRef[1:]), Link: b.TableRef}}, smallText).set(textWidth), column)
	case !b.Chart.Empty() && !b.Bare:
		l.strips[len(l.strips)-1].hold = 0.12 // chart and numbers are read together, but the table names its figure
		numbers := len(l.strips)
		l.twin(b)
		l.together(numbers, 0.3)
	}
	l.space(6.4)
}

// drawnInTable draws a chart whose bars stand in the rows of its numbers; false when it is none.
func (l *layouter) drawnInTable(b document.Figure, sect *tagged.Elem) bool {
	if c, ok := plotFigure(b).plotted(); ok {
		l.plotTable(b, c, sect)
		return true
	}
	if c, ok := b.Chart.(chart.Panels); ok && !c.Empty() {
		l.panelTable(b, c, sect)
		return true
	}
	return false
}

// inTable says whether drawnInTable draws the figure.
func inTable(b document.Figure) bool {
	_, rowed := plotFigure(b).plotted()
	_, panels := b.Chart.(chart.Panels)
	return rowed || panels
}

// together makes a page break between the strips added since from regretted by hold.
func (l *layouter) together(from int, hold float64) {
	for _, s := range l.strips[from : len(l.strips)-1] {
		s.hold = hold
	}
}

// goesOn writes above each of the strips added since from that begins a page which block it goes on.
func (l *layouter) goesOn(from int, name string, st style) {
	head := asArtifact(&strip{height: st.lead + 1, draw: func(p *Page, y float64) {
		p.text(edge, y+st.lead*0.5+st.size*mm*0.36, st, i18n.T(l.d.Lang, "document.continued", "Name", name))
	}})
	for _, s := range l.strips[from:] {
		s.repeat = head
	}
}

// figureFoot is the base, what signs in the numbers mean, and who rests on the figure.
func (l *layouter) figureFoot(b document.Figure, sect *tagged.Elem) {
	base := b.Base
	if inTable(b) || b.Table == nil && b.TableRef == "" && !b.Bare {
		base = strings.TrimSpace(base + " " + document.Twin(b, l.d.Lang).Note)
	}
	foot := l.backRuns(b.ID, document.Text(base))
	if b.Source != "" {
		lead := i18n.T(l.d.Lang, "document.source") + ": "
		if base != "" || len(foot) > 1 {
			lead = stop(foot[len(foot)-1].Text) + lead
		}
		foot = append(foot, document.Run{Text: lead}, document.Run{Text: l.name(b.Source[1:]), Link: b.Source}, document.Run{Text: "."})
	}
	if base == "" && len(foot) < 2 {
		return
	}
	l.keepNext()
	l.space(1.5)
	l.flowText(l.inline(sect.Add("P"), foot, smallText).set(textWidth), column)
}

func (l *layouter) figureHead(b document.Figure, sect *tagged.Elem) {
	caption := sect.Add("Caption")
	name := l.inline(caption.Add("P"), document.Text(l.labels[b.ID].Name+" "), labelText).set(column - edge)
	title := l.inline(caption.Add("P"), document.Text(b.Title), captionText).set(textWidth)
	l.add(&strip{height: title.height(), keep: true, anchors: []*Anchor{l.anchors[b.ID]}, draw: func(p *Page, y float64) {
		p.add(Artifact{Kind: "Layout"}, Line{edge, y - 1.6, right, y - 1.6, 0.15, chart.Rule}, End{})
		name.drawAll(p, edge, y)
		title.drawAll(p, column, y)
	}})
	if b.Subtitle != "" {
		st := cellText
		st.colour = chart.Quiet
		sub := l.inline(caption.Add("P"), document.Text(b.Subtitle), st).set(textWidth)
		l.add(&strip{height: sub.height(), keep: true, draw: func(p *Page, y float64) { sub.drawAll(p, column, y) }})
	}
}

// measure tells the chart how wide its text is; sizes are millimetres.
func measure(size float64, bold bool, s string) float64 {
	return width(chartStyle(size, bold, chart.Ink), s)
}

func chartStyle(size float64, bold bool, colour chart.Colour) style {
	face := typeset.Regular
	if bold {
		face = typeset.Bold
	}
	return style{face, size / mm, size * 1.3, colour}
}

// chart draws a chart's shapes. Every text ends with a space, so that labels
// don't run together when the page is read aloud.
func (p *Page) chart(d chart.Drawing, x, y float64) {
	for _, s := range d.Shapes {
		switch s := s.(type) {
		case chart.Rect:
			s.X, s.Y = s.X+x, s.Y+y
			p.fill(s)
		case chart.Line:
			p.add(Line{x + s.X1, y + s.Y1, x + s.X2, y + s.Y2, s.Width, s.Colour})
		case chart.Dot:
			p.dot(s, x, y)
		case chart.Text:
			st := chartStyle(s.Size, s.Bold, s.Colour)
			at := x + s.X - width(st, s.S)*float64(s.Anchor)/2
			p.text(at, y+s.Y, st, s.S)
			if !strings.HasSuffix(s.S, "-") { // a divided word goes on
				p.endWithSpace()
			}
		}
	}
}

// fill draws a rectangle with its pattern.
func (p *Page) fill(r chart.Rect) {
	p.add(Rect{r.X, r.Y, r.W, r.H, r.Fill.Ground})
	for _, m := range r.Marks(1.15) {
		switch m := m.(type) {
		case chart.Line:
			p.add(Line{m.X1, m.Y1, m.X2, m.Y2, m.Width, m.Colour})
		case chart.Dot:
			p.dot(m, 0, 0)
		}
	}
}

func (p *Page) dot(d chart.Dot, x, y float64) {
	op := Dot{X: x + d.X, Y: y + d.Y, R: d.R, Ground: d.Colour, Colour: d.Colour}
	if d.Hollow {
		op.Ground, op.Rim = chart.White, 0.4
	}
	p.add(op)
}

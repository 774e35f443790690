package layout

import (
	"slices"

	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/document/pdf/tagged"
	"upphandlingsdialog/internal/i18n"
)

// twin is the table with a figure's numbers. Its first column stands in the margin column, below the chart's labels,
// so that the numbers stand below the bars.
func (l *layouter) twin(f document.Figure) {
	g := l.twinGrid(f)
	least, natural := g.needs((*inline).typeset)
	numbers := divide(g.t.Head[1:], least[1:], natural[1:], textWidth)
	if sum(least[1:]) > textWidth {
		divided, _ := g.needs((*inline).divided)
		numbers = divide(g.t.Head[1:], divided[1:], least[1:], textWidth)
	}
	g.x, g.widths = edge, append([]float64{column - edge}, numbers...)
	st := smallText
	st.size, st.lead = 7.8, 3.7
	elem := l.root.Add("Table")
	name := document.Text(i18n.T(l.d.Lang, "document.twin", "Number", l.labels[f.ID].Number))
	caption := l.inline(elem.Add("Caption"), name, st).set(column - edge) // above the head of the rows' names
	l.add(&strip{keep: true, draw: func(p *Page, y float64) { caption.drawAll(p, edge, y+g.pad) }})
	g.above = caption.height()
	g.rows(elem, l.labels[f.ID].Name)
	if f.Table != nil {
		g.note()
	}
}

func (l *layouter) twinGrid(f document.Figure) *grid {
	t := document.Twin(f, l.d.Lang)
	if f.Table != nil {
		t = *f.Table
	}
	t.Dense = true
	return l.grid(t)
}

// plot is a chart's values drawn within a table.
type plot struct {
	chart chart.Rowed
	x, w  float64
}

// plotted says whether a figure is drawn as a table with its values in it, and how: then there is one thing to read
// where there were two with the same numbers.
func (f plotFigure) plotted() (chart.Rowed, bool) {
	c, ok := f.Chart.(chart.Rowed)
	return c, ok && f.Table == nil && f.TableRef == "" && !f.Chart.Empty()
}

type plotFigure document.Figure

// panelTable is a figure of small multiples: a table with a group's bars in its column beside their numbers.
func (l *layouter) panelTable(f document.Figure, c chart.Panels, sect *tagged.Elem) {
	elem := sect.Add("Table")
	l.figureHead(f, elem)
	g := l.twinGrid(f)
	g.home, g.panels = sect, &c
	n := len(c.Groups)
	g.x, g.widths = edge, make([]float64, n+1)
	g.widths[0] = max(column-edge, fullWidth*0.3)
	for i := range n {
		g.widths[i+1] = (fullWidth - g.widths[0]) / float64(n)
	}
	g.pad = 0.9
	l.space(2.2)
	g.rows(elem, l.labels[f.ID].Name)
}

// panelBars draws a row's bars, each before its number.
func (g *grid) panelBars(s *strip, row int) {
	if g.panels == nil {
		return
	}
	draw, number := s.draw, g.panelNumber()
	s.draw = func(p *Page, y float64) {
		p.add(Artifact{Kind: "Layout"})
		x := g.x + g.widths[0]
		for i, w := range g.widths[1:] {
			left, end := g.pads(i + 1)
			bar := w - left - end - number - 1.5
			p.chart(chart.Drawing{Shapes: g.panels.CellShapes(row, i, bar, s.height, chartSize*mm)}, x+left, y)
			x += w
		}
		p.add(End{})
		draw(p, y)
	}
}

// panelNumber is the width that every number of the panels takes.
func (g *grid) panelNumber() float64 {
	w := 0.0
	for _, row := range g.t.Rows {
		for _, cell := range row[1:] {
			w = max(w, width(g.text, cell[0].Text))
		}
	}
	return w
}

// plotTable is a figure with one value a row: labels in the margin column, values drawn, numbers at the right.
func (l *layouter) plotTable(f document.Figure, c chart.Rowed, sect *tagged.Elem) {
	elem := sect.Add("Table")
	l.figureHead(f, elem)
	g := l.twinGrid(f)
	g.home = sect
	if f.Base != "" {
		g.t = withoutConstant(g.t)
	}
	least, natural := g.needs((*inline).typeset)
	g.x, g.widths = edge, append([]float64{0}, natural[1:]...)
	for i := range g.widths[1:] {
		g.widths[i+1] = max(least[i+1], min(natural[i+1], 32)) + 2
	}
	numbers := sum(g.widths)
	g.widths[0] = fullWidth - numbers
	g.plot, g.pad = &plot{c, column, textWidth - numbers - 1}, 0.9
	l.space(2.2)
	g.rows(elem, l.labels[f.ID].Name)
}

// withoutConstant drops a last column that says the same in every row; the line below the figure says it once.
func withoutConstant(t document.Table) document.Table {
	last := len(t.Head) - 1
	if last < 2 || len(t.Rows) < 2 || slices.ContainsFunc(t.Rows, func(row []document.Cell) bool {
		return row[last][0].Text != t.Rows[0][last][0].Text
	}) {
		return t
	}
	t.Head = t.Head[:last]
	rows := make([][]document.Cell, len(t.Rows))
	for i, row := range t.Rows {
		rows[i] = row[:last]
	}
	t.Rows = rows
	return t
}

// plotted adds a row's drawing to its strip.
func (g *grid) plotted(s *strip, row int) {
	if g.plot == nil {
		return
	}
	draw := s.draw
	s.draw = func(p *Page, y float64) {
		p.add(Artifact{Kind: "Layout"})
		p.chart(chart.Drawing{Shapes: g.plot.chart.Row(row, g.plot.w, s.height, chartSize*mm)}, g.plot.x, y)
		p.add(End{})
		draw(p, y)
	}
}

// axis names the axis of a table's drawings, above the head's lower rule.
func (g *grid) axis(p *Page, y float64) {
	if g.plot == nil {
		return
	}
	st := style{g.head.face, 7, g.head.lead, chart.Quiet}
	names := g.plot.chart.Axis(g.l.d.Lang)
	if len(names) == 0 {
		return
	}
	p.add(Artifact{Kind: "Layout"})
	inset := chartSize * mm * 0.6
	for _, a := range names {
		x := g.plot.x + inset + (g.plot.w-2*inset)*a.Share
		w := width(st, a.Label)
		x = min(max(x-w/2, g.plot.x), g.plot.x+g.plot.w-w)
		p.text(x, y-1.4, st, a.Label)
	}
	p.add(End{})
}

package layout

import (
	"strconv"

	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/document/pdf/tagged"
	"upphandlingsdialog/internal/document/pdf/typeset"
	"upphandlingsdialog/internal/i18n"
)

const (
	cellPad  = 1.7 // left and right of a cell
	closePad = 1.2 // in a dense table
	rowPad   = 1.0
	densePad = 0.5
)

// grid is a table under way.
type grid struct {
	l      *layouter
	t      document.Table
	id     string
	x      float64
	widths []float64
	caps   []string // IDs of the column heads
	text   style
	head   style
	pad    float64       // above and below a row's text
	plot   *plot         // drawn between the first column and the others, nil for none
	panels *chart.Panels // bars before the numbers, nil for none
	notes  float64       // left edge of the note below
	above  float64       // room above the head of the first column
	home   *tagged.Elem
}

func (l *layouter) table(b document.Table) {
	l.space(5)
	name := l.labels[b.ID].Name
	caption := []document.Run{{Text: name + ". ", Bold: true}, {Text: b.Caption, Bold: true}}
	g := l.grid(b)
	g.columns(l.besideWide())
	g.notes = g.x
	elem := l.root.Add("Table")
	g.caption(elem, caption, l.anchors[b.ID])
	g.rows(elem, name)
	g.note()
	l.space(6)
}

func (l *layouter) grid(t document.Table) *grid {
	l.tables++
	g := &grid{l: l, t: t, id: "t" + strconv.Itoa(l.tables), notes: column, home: l.root, text: cellText, head: headText, pad: rowPad}
	if t.Dense {
		g.text, g.head, g.pad = denseText, denseHead, densePad
	}
	return g
}

// caption stands above the table.
func (g *grid) caption(elem *tagged.Elem, runs []document.Run, anchor *Anchor) {
	l := g.l
	st := captionText
	st.size, st.lead = 9.2, 4.6
	if g.t.Dense {
		st.size, st.lead = 8.6, 4.3
	}
	in := l.inline(elem.Add("Caption"), runs, st).set(right - g.x)
	first := len(l.strips)
	l.flowText(in, g.x)
	for _, s := range l.strips[first:] {
		s.keep = true
	}
	if anchor != nil {
		l.strips[first].anchors = append(l.strips[first].anchors, anchor)
	}
	l.space(1.2)
}

func (g *grid) note() {
	if g.t.Note == "" {
		return
	}
	g.l.keepNext()
	g.l.space(1.2)
	g.l.flowText(g.l.inline(g.home.Add("P"), document.Text(g.t.Note), smallText).set(right-g.notes), g.notes)
}

// rows adds the head, which is repeated as an artifact on later pages below the table's name, and the
// rows. Two rows at least stand together at either end.
func (g *grid) rows(elem *tagged.Elem, name string) {
	tr := elem.Add("THead").Add("TR")
	var cells []*inline
	for i, c := range g.t.Head {
		th := tr.Add("TH")
		th.Scope, th.ID = "Column", g.id+"c"+strconv.Itoa(i+1)
		g.caps = append(g.caps, th.ID)
		cells = append(cells, g.cell(th, document.Text(c.Text), g.head, i))
	}
	head := g.strip(cells, true)
	head.keep = true
	g.l.add(head)
	repeat := g.again(name)
	body := elem.Add("TBody")
	n := len(g.t.Rows)
	for r, row := range g.t.Rows {
		s := g.strip(g.row(body.Add("TR"), r, row), false)
		g.plotted(s, r)
		g.panelBars(s, r)
		s.repeat = repeat
		if a := g.l.anchors[g.t.RowAnchor(r).ID]; a != nil {
			s.anchors = append(s.anchors, a)
		}
		s.keep = n > 1 && (r == 0 || r == n-2)
		if r+1 < n {
			s.hold = cut
			if g.t.RowAnchor(r + 1).Under {
				s.hold = apart
			}
		}
		g.l.add(s)
	}
}

// cut is the regret for a page that ends within a table.
const cut = 0.03

// apart is the regret for a page that begins with a row that is read with the one above it.
const apart = 0.3

// again is the head as an artifact: its text was told once already.
func (g *grid) again(name string) *strip {
	ghost := &tagged.Elem{}
	var cells []*inline
	for i, c := range g.t.Head {
		cells = append(cells, g.cell(ghost, document.Text(c.Text), g.head, i))
	}
	head := g.strip(cells, true)
	st := smallText
	st.face = typeset.Bold
	name = i18n.T(g.l.d.Lang, "document.continued", "Name", name)
	return asArtifact(&strip{height: st.lead + 1 + head.height, draw: func(p *Page, y float64) {
		p.text(g.x, y+st.lead*0.5+st.size*mm*0.36, st, name)
		head.draw(p, y+st.lead+1)
	}})
}

// asArtifact makes of a strip one that is drawn and not told.
func asArtifact(s *strip) *strip {
	draw := s.draw
	s.draw = func(p *Page, y float64) {
		inner := &Page{}
		draw(inner, y)
		p.add(Artifact{Kind: "Pagination"})
		for _, op := range inner.Ops {
			switch op.(type) {
			case Begin, End, Artifact:
			default:
				p.add(op)
			}
		}
		p.add(End{})
	}
	return s
}

func (g *grid) row(tr *tagged.Elem, r int, row []document.Cell) []*inline {
	var cells []*inline
	name := ""
	for i, c := range row {
		var td *tagged.Elem
		if i == 0 && g.t.RowHeader {
			td = tr.Add("TH")
			td.Scope, td.ID = "Row", g.id+"r"+strconv.Itoa(r+1)
			name = td.ID
		} else {
			td = tr.Add("TD")
			td.Headers = []string{g.caps[i]}
			if name != "" {
				td.Headers = append(td.Headers, name)
			}
		}
		cells = append(cells, g.cell(td, c, g.text, i))
	}
	return cells
}

func (g *grid) cell(elem *tagged.Elem, runs []document.Run, st style, col int) *inline {
	left, end := g.pads(col)
	w := g.widths[col] - left - end
	if g.plot != nil && col == 0 {
		w = column - edge - end
	}
	return g.l.inline(elem, runs, st).set(w)
}

func (g *grid) side() float64 {
	if g.t.Dense {
		return closePad
	}
	return cellPad
}

// pads are the spaces beside a cell's text; the outer columns stand flush with the rules.
func (g *grid) pads(col int) (left, end float64) {
	left, end = g.side(), g.side()
	if col == 0 {
		left = 0
	}
	if col == len(g.t.Head)-1 {
		end = 0
	}
	return left, end
}

// strip draws a row of cells with its rules.
func (g *grid) strip(cells []*inline, head bool) *strip {
	h := 0.0
	for i, c := range cells {
		own := c.height()
		if head && i == 0 {
			own += g.above
		}
		h = max(h, own)
	}
	h = max(h, g.text.lead) + 2*g.pad
	return &strip{height: h, draw: func(p *Page, y float64) {
		if head {
			g.axis(p, y+h)
		}
		p.add(Artifact{Kind: "Layout"})
		if head {
			p.add(Line{g.x, y, right, y, 0.35, chart.Ink}, Line{g.x, y + h, right, y + h, 0.35, chart.Ink})
		} else {
			p.add(Line{g.x, y + h, right, y + h, 0.12, chart.Rule})
		}
		p.add(End{})
		x := g.x
		for i, c := range cells {
			at := y + g.pad
			switch {
			case head:
				at = y + h - g.pad - c.height() // heads stand on their rule
			case g.plot != nil || g.panels != nil:
				at = y + (h-c.height())/2
			}
			left, end := g.pads(i)
			if g.t.Head[i].Align == document.Right {
				c.drawEnd(p, x+g.widths[i]-end, at)
			} else {
				c.drawAll(p, x+left, at)
			}
			x += g.widths[i]
		}
	}}
}

// besideWide says whether one of the tables that stand together with the one that is laid out takes the whole width:
// they share their edges.
func (l *layouter) besideWide() bool {
	wide := func(step int) bool {
		for i := l.at + step; i >= 0 && i < len(l.d.Blocks); i += step {
			t, ok := l.d.Blocks[i].(document.Table)
			if !ok {
				return false
			}
			if l.grid(t).wide() {
				return true
			}
		}
		return false
	}
	return wide(-1) || wide(1)
}

// wide says whether the table does not fit the text column.
func (g *grid) wide() bool {
	least, natural := g.needs((*inline).typeset)
	return sum(natural) > 1.6*textWidth || sum(least) > textWidth
}

// columns chooses the left edge and the widths. A table that fits the text
// column stands in it, another takes the whole width.
func (g *grid) columns(wide bool) {
	least, natural := g.needs((*inline).typeset)
	w := textWidth
	if g.x = column; wide || g.wide() {
		g.x, w = edge, fullWidth
	}
	g.widths = divide(g.t.Head, least, natural, w)
}

// needs are what each column takes at least, with the longest unbroken part of its words on a line, and with every
// cell on one line.
func (g *grid) needs(runs func(*inline) []typeset.Run) (least, natural []float64) {
	l, t := g.l, g.t
	n := len(t.Head)
	least, natural = make([]float64, n), make([]float64, n)
	for i, c := range t.Head {
		e := typeset.Extent(runs(l.inline(nil, document.Text(c.Text), g.head)), g.head.size)
		least[i], natural[i] = e.Min, min(e.Max, 26)
	}
	for _, row := range t.Rows {
		for i, c := range row {
			e := typeset.Extent(runs(l.inline(nil, c, g.text)), g.text.size)
			if t.Head[i].Align == document.Right && e.Max < 24 {
				e.Min = e.Max // a number stays on one line
			}
			least[i], natural[i] = max(least[i], e.Min), max(natural[i], e.Max)
		}
	}
	for i := range n {
		least[i] += 2*g.side() + 0.2
		natural[i] = max(natural[i]+2*g.side()+0.2, least[i])
	}
	return least, natural
}

func sum(list []float64) float64 {
	s := 0.0
	for _, v := range list {
		s += v
	}
	return s
}

// divide shares the width w between the columns: as asked for if somebody did,
// else by what the content needs. No column gets less than its longest word
// while there is room.
func divide(head []document.Column, least, natural []float64, w float64) []float64 {
	want := natural
	asked := make([]float64, len(head))
	for i, c := range head {
		asked[i] = c.Width * w
	}
	if total := sum(asked); total > 0.99*w {
		want = make([]float64, len(head))
		for i := range want {
			want[i] = max(asked[i]*w/total, least[i])
		}
	}
	widths := make([]float64, len(head))
	needed, wanted := sum(least), sum(want)
	for i := range widths {
		switch {
		case needed >= w:
			widths[i] = least[i] / needed * w
		case wanted > w:
			widths[i] = least[i] + (want[i]-least[i])*(w-needed)/(wanted-needed)
		default: // the first column, which names the rows, gets most of what is left
			widths[i] = want[i] + (w-wanted)*0.6/float64(len(widths))
		}
	}
	if wanted <= w && needed < w {
		widths[0] += (w - wanted) * 0.4
	}
	return widths
}

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
	rowPad   = 1.0
	densePad = 0.6
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
	pad    float64 // above and below a row's text
}

func (l *layouter) table(b document.Table) {
	l.space(5)
	name := l.labels[b.ID].Name
	caption := []document.Run{{Text: name + ". ", Bold: true}, {Text: b.Caption, Bold: true}}
	l.grid(b, caption, l.anchors[b.ID])
	l.space(6)
}

// grid lays a table out: caption, head, one strip a row, note.
func (l *layouter) grid(t document.Table, caption []document.Run, anchor *Anchor) {
	l.tables++
	g := &grid{l: l, t: t, id: "t" + strconv.Itoa(l.tables), text: cellText, head: headText, pad: rowPad}
	if t.Dense {
		g.text, g.head, g.pad = denseText, denseHead, densePad
	}
	g.x, g.widths = g.columns()
	elem := l.root.Add("Table")
	st := captionText
	st.size, st.lead = 9.2, 4.6
	if t.Dense {
		st.size, st.lead = 8.6, 4.3
	}
	in := l.inline(elem.Add("Caption"), caption, st).set(right - g.x)
	first := len(l.strips)
	l.flowText(in, g.x)
	for _, s := range l.strips[first:] {
		s.keep = true
	}
	if anchor != nil {
		l.strips[first].anchors = append(l.strips[first].anchors, anchor)
	}
	l.space(1.2)
	g.rows(elem)
	if t.Note != "" {
		l.keepNext()
		l.space(1.2)
		l.flowText(l.inline(l.root.Add("P"), document.Text(t.Note), smallText).set(right-g.x), g.x)
	}
}

// rows adds the head, which is repeated as an artifact on later pages, and the
// rows. Two rows at least stand together at either end.
func (g *grid) rows(elem *tagged.Elem) {
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
	repeat := g.again()
	body := elem.Add("TBody")
	n := len(g.t.Rows)
	for r, row := range g.t.Rows {
		s := g.strip(g.row(body.Add("TR"), r, row), false)
		s.repeat = repeat
		s.keep = n > 1 && (r == 0 || r == n-2)
		g.l.add(s)
	}
}

// again is the head as an artifact: its text was told once already.
func (g *grid) again() *strip {
	ghost := &tagged.Elem{}
	var cells []*inline
	for i, c := range g.t.Head {
		cells = append(cells, g.cell(ghost, document.Text(c.Text), g.head, i))
	}
	return asArtifact(g.strip(cells, true))
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
	return g.l.inline(elem, runs, st).set(g.widths[col] - 2*cellPad)
}

// strip draws a row of cells with its rules.
func (g *grid) strip(cells []*inline, head bool) *strip {
	h := 0.0
	for _, c := range cells {
		h = max(h, c.height())
	}
	h = max(h, g.text.lead) + 2*g.pad
	return &strip{height: h, draw: func(p *Page, y float64) {
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
			if head {
				at = y + h - g.pad - c.height() // heads stand on their rule
			}
			if g.t.Head[i].Align == document.Right {
				c.drawEnd(p, x+g.widths[i]-cellPad, at)
			} else {
				c.drawAll(p, x+cellPad, at)
			}
			x += g.widths[i]
		}
	}}
}

// columns chooses the left edge and the widths. A table that fits the text
// column stands in it, another takes the whole width.
func (g *grid) columns() (x float64, widths []float64) {
	l, t := g.l, g.t
	n := len(t.Head)
	least, natural := make([]float64, n), make([]float64, n)
	for i, c := range t.Head {
		e := typeset.Extent(l.inline(nil, document.Text(c.Text), g.head).typeset(), g.head.size)
		least[i], natural[i] = e.Min, min(e.Max, 26)
	}
	for _, row := range t.Rows {
		for i, c := range row {
			e := typeset.Extent(l.inline(nil, c, g.text).typeset(), g.text.size)
			if t.Head[i].Align == document.Right && e.Max < 24 {
				e.Min = e.Max // a number stays on one line
			}
			least[i], natural[i] = max(least[i], e.Min), max(natural[i], e.Max)
		}
	}
	for i := range n {
		least[i] += 2*cellPad + 0.2
		natural[i] = max(natural[i]+2*cellPad+0.2, least[i])
	}
	x, w := column, textWidth
	if sum(natural) > 1.6*textWidth || sum(least) > textWidth {
		x, w = edge, fullWidth
	}
	return x, divide(t.Head, least, natural, w)
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

// twin is the table with a figure's numbers.
func (l *layouter) twin(f document.Figure) document.Table {
	if f.Table != nil {
		return *f.Table
	}
	return document.Twin(f, l.d.Lang)
}

// twinCaption says which figure the table belongs to.
func (l *layouter) twinCaption(f document.Figure) []document.Run {
	return document.Text(i18n.T(l.d.Lang, "document.twin", "Number", l.labels[f.ID].Number))
}

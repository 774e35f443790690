package layout

import (
	"strconv"

	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/document/pdf/tagged"
	"upphandlingsdialog/internal/document/pdf/typeset"
)

// matrix is a table of circles over the whole width, or, where its heads are too wide for that, one
// list a row.
func (l *layouter) matrix(parent *tagged.Elem, b document.Matrix) {
	least := 0.0
	for _, h := range b.Heads {
		e := typeset.Extent(l.inline(nil, document.Text(h.Text), matrixHead).typeset(), matrixHead.size)
		least = max(least, e.Min)
	}
	n := float64(len(b.Heads))
	cell := max(least+2.4, 13)
	if fullWidth-n*cell < 46 {
		l.matrixRows(parent, b)
		return
	}
	l.matrixTable(parent, b, max(min(cell+3, (fullWidth-58)/n, 24), cell))
}

// matrixRows sets every row as a small question of its own.
func (l *layouter) matrixRows(parent *tagged.Elem, b document.Matrix) {
	for _, r := range b.Rows {
		l.space(2)
		l.flowText(l.inline(parent.Add("P"), []document.Run{{Text: r.Text, Bold: true}, {Text: " " + r.Code}}, matrixText).set(textWidth), column)
		l.keepNext()
		l.choices(parent, b.Heads)
	}
}

// formTable is a matrix under way.
type formTable struct {
	l    *layouter
	id   string
	cell float64 // width of an answer
	name float64 // width of the rows' names
	caps []string
}

func (l *layouter) matrixTable(parent *tagged.Elem, b document.Matrix, cell float64) {
	l.tables++
	t := &formTable{l: l, id: "m" + strconv.Itoa(l.tables), cell: cell, name: fullWidth - cell*float64(len(b.Heads))}
	table := parent.Add("Table")
	head := t.head(table.Add("THead").Add("TR"), b)
	head.keep = true
	l.add(head)
	again := asArtifact(t.head((&tagged.Elem{}).Add("TR"), b))
	body := table.Add("TBody")
	for i, r := range b.Rows {
		s := t.row(body.Add("TR"), i, r, b.Heads)
		s.repeat, s.keep = again, i == 0 && len(b.Rows) > 1
		l.add(s)
	}
}

// head is the row of heads, with the codes below.
func (t *formTable) head(tr *tagged.Elem, b document.Matrix) *strip {
	t.caps = nil
	var cells, codes []*inline
	for i, h := range append([]document.Choice{{Text: b.Corner}}, b.Heads...) {
		th := tr.Add("TH")
		th.Scope, th.ID = "Column", t.id+"c"+strconv.Itoa(i)
		t.caps = append(t.caps, th.ID)
		w := t.cell - 1.6
		if i == 0 {
			w = t.name - 2
		}
		cells = append(cells, t.l.inline(th.Add("P"), document.Text(h.Text), matrixHead).set(w))
		var code *inline
		if h.Code != "" {
			code = t.l.inline(th.Add("P"), document.Text(h.Code), tinyText).set(fullWidth)
		}
		codes = append(codes, code)
	}
	h := 0.0
	for _, c := range cells {
		h = max(h, c.height())
	}
	return &strip{height: h + tinyText.lead + 1.6, draw: func(p *Page, y float64) {
		for i, c := range cells {
			if i == 0 {
				c.drawAll(p, edge, y+h-c.height())
				continue
			}
			mid := edge + t.name + t.cell*(float64(i)-0.5)
			c.drawCentred(p, mid, y+h-c.height())
			if codes[i] != nil {
				codes[i].drawCentred(p, mid, y+h)
			}
		}
		p.add(Artifact{Kind: "Layout"}, Line{edge, y + h + tinyText.lead + 1, right, y + h + tinyText.lead + 1, 0.35, chart.Ink}, End{})
	}}
}

// row is one row of circles.
func (t *formTable) row(tr *tagged.Elem, n int, r document.Choice, heads []document.Choice) *strip {
	th := tr.Add("TH")
	th.Scope, th.ID = "Row", t.id+"r"+strconv.Itoa(n+1)
	name := t.l.inline(th.Add("P"), document.Text(r.Text), matrixText).set(t.name - 4)
	ref := t.l.inline(th.Add("P"), document.Text(r.Code), tinyText).set(t.name - 4)
	var fields []*tagged.Elem
	for i, c := range heads {
		td := tr.Add("TD")
		td.Headers = []string{t.caps[i+1], th.ID}
		fields = append(fields, t.l.field(td, roleOf(c.Mark)))
	}
	h := max(name.height()+ref.height(), 6) + 2
	return &strip{height: h, draw: func(p *Page, y float64) {
		p.add(Artifact{Kind: "Layout"})
		if n%2 == 1 {
			p.add(Rect{edge - 1.5, y, fullWidth + 3, h, paper})
		}
		p.add(End{})
		at := y + (h-name.height()-ref.height())/2
		name.drawAll(p, edge, at)
		ref.drawAll(p, edge, at+name.height())
		for i, f := range fields {
			p.mark(f, func() {
				p.symbol(heads[i].Mark, edge+t.name+t.cell*(float64(i)+0.5)-markSize/2, y+h/2)
			})
		}
	}}
}

// drawCentred draws all lines around x.
func (in *inline) drawCentred(p *Page, x, y float64) {
	for i, line := range in.lines {
		in.draw(p, i, x-line.Width/2, y+float64(i)*in.style.lead)
	}
}

package layout

import (
	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/document/pdf/typeset"
)

const posterPanel = 118.0 // height of the coloured upper part

// poster is a page for a wall: the title large on red, below it the code and the address.
func (l *layouter) poster(b document.Poster) {
	const codeSide, gap = 86.0, 15.0 // the page is white around the code, wider than the four modules that readers need
	sect := l.root.Add("Sect")
	cream := style{typeset.Bold, 15, 8, cream}
	kicker := l.inline(sect.Add("P"), document.Text(b.Kicker), cream).set(fullWidth)
	title := l.inline(sect.Add("H1"), document.Text(l.d.Title), posterTitle(l.d.Title)).set(fullWidth)
	lead := l.inline(sect.Add("P"), document.Text(b.Lead), style{typeset.Display, 19, 8.6, chart.Ink}).set(fullWidth - codeSide - gap)
	fig := sect.Add("Figure")
	fig.Alt = typeset.Clean(b.Alt)
	address := l.inline(sect.Add("P"), []document.Run{{Text: b.Address, Link: b.Link, Bold: true}}, style{typeset.Bold, 17, 8, chart.Ink}).set(fullWidth)
	notes := make([]*inline, len(b.Notes))
	for i, n := range b.Notes {
		notes[i] = l.inline(sect.Add("P"), document.Text(n), style{typeset.Regular, 11.5, 6, chart.Ink}).set(fullWidth)
	}
	l.add(&strip{height: bottom - top, bare: true, fresh: true, anchors: []*Anchor{l.anchors[document.TitleID]}, draw: func(p *Page, _ float64) {
		p.band(posterPanel)
		kicker.drawAll(p, edge, 26)
		title.drawAll(p, edge, posterPanel-14-title.height())
		y := posterPanel + 24.0
		lead.drawAll(p, edge, y)
		x, module := right-codeSide, codeSide/float64(len(b.Code))
		fig.BBox = &[4]float64{x / mm, (pageHeight - y - codeSide) / mm, right / mm, (pageHeight - y) / mm}
		p.mark(fig, func() { p.code(b.Code, x, y, module) })
		y += codeSide + 10
		address.drawAll(p, edge, y)
		y += address.height() + 4
		for _, n := range notes {
			n.drawAll(p, edge, y)
			y += n.height() + 1.5
		}
	}})
	l.fresh = true
}

// posterTitle is as large as the words let it be.
func posterTitle(s string) style {
	switch n := len([]rune(s)); {
	case n <= 40:
		return style{typeset.Display, 46, 18, chart.White}
	case n <= 90:
		return style{typeset.Display, 34, 13.6, chart.White}
	}
	return style{typeset.Display, 22, 9.2, chart.White}
}

// code draws the dark modules of a code, those beside each other in one piece.
func (p *Page) code(rows [][]bool, x, y, module float64) {
	for r, row := range rows {
		for from := 0; from < len(row); from++ {
			to := from
			for to < len(row) && row[to] {
				to++
			}
			if to > from {
				p.add(Rect{x + float64(from)*module, y + float64(r)*module, float64(to-from) * module, module, chart.Ink})
				from = to
			}
		}
	}
}

package layout

import (
	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/document/pdf/tagged"
	"upphandlingsdialog/internal/document/pdf/typeset"
	"upphandlingsdialog/internal/i18n"
)

// Do lays the document out. The document is valid (document.Valid).
func Do(d document.Document) *Result {
	d = document.Anchored(d)
	l := &layouter{
		d:       d,
		root:    &tagged.Elem{Type: "Document"},
		anchors: map[string]*Anchor{},
		labels:  document.Labels(d),
		grounds: document.Backlinks(d),
	}
	for id, label := range l.labels {
		l.anchors[id] = &Anchor{Title: label.Name}
	}
	for _, b := range d.Blocks {
		if c, ok := b.(document.Callout); ok && l.anchors[c.ID] == nil {
			l.anchors[c.ID] = &Anchor{Title: c.Title}
		}
	}
	for _, e := range document.Outline(d) {
		a := l.anchors[e.ID]
		a.Level, a.Title = e.Level, join(e.Number, e.Text)
		l.outline = append(l.outline, a)
	}
	for i, b := range d.Blocks {
		l.at = i
		l.block(b)
	}
	return l.pages()
}

// layouter turns blocks into strips. The structure elements are made at the
// same time, in reading order; their content is added when the strips are drawn,
// in the same order.
type layouter struct {
	d       document.Document
	at      int // the block that is laid out
	root    *tagged.Elem
	strips  []*strip
	gap     float64 // space that the next strip keeps from the last
	frame   *frame
	fresh   bool // the next strip starts a page
	anchors map[string]*Anchor
	outline []*Anchor
	labels  map[string]document.Label
	grounds map[string][]document.Grounds
	tables  int // for the IDs of header cells
}

func (l *layouter) block(b document.Block) {
	switch b := b.(type) {
	case document.Cover:
		l.cover(b)
	case document.TOC:
		l.contents(b)
	case document.Heading:
		l.heading(b)
	case document.Paragraph:
		l.paragraph(b, l.root, column, textWidth)
	case document.List:
		l.list(b, l.root, column, textWidth)
		l.space(paragraphGap)
	case document.Table:
		l.table(b)
	case document.Figure:
		l.figure(b)
	case document.Quote:
		l.quote(b)
	case document.Callout:
		l.callout(b)
	case document.KeyFigures:
		l.keyFigures(b)
	case document.Terms:
		l.terms(b)
	case document.Requests:
		l.requests(b)
	case document.Recommendation:
		l.recommendation(b)
	case document.FormHead:
		l.formHead(b)
	case document.Ask:
		l.ask(b)
	case document.Poster:
		l.poster(b)
	case document.PageBreak:
		l.fresh = true
	}
}

// space asks for at least h millimetres before the next strip.
func (l *layouter) space(h float64) { l.gap = max(l.gap, h) }

func (l *layouter) add(s *strip) *strip {
	s.before = max(s.before, l.gap)
	s.frame = l.frame
	s.fresh = s.fresh || l.fresh
	l.gap, l.fresh = 0, false
	l.strips = append(l.strips, s)
	return s
}

// pages places the strips and draws them.
func (l *layouter) pages() *Result {
	all, pages := place(l.strips)
	res := &Result{Root: l.root, Outline: l.outline}
	frames := boxes(all)
	for no := range pages {
		res.Pages = append(res.Pages, &Page{No: no + 1})
	}
	started := 0
	for _, s := range all {
		p := res.Pages[s.page-1]
		if s.page != started {
			started = s.page
			if !s.bare {
				l.furniture(p, s.page, pages)
			}
			drawBoxes(p, frames[s.page])
		}
		s.draw(p, s.y)
	}
	return res
}

// furniture is the page's header and footer: the document and the chapter, the edition and the page.
func (l *layouter) furniture(p *Page, page, pages int) {
	st := style{typeset.Regular, 8, 4, chart.Quiet}
	p.add(Artifact{"Pagination", "Header"})
	p.text(edge, 16, st, l.d.Title)
	if chapter := l.chapter(page); width(st, l.d.Title)+width(st, chapter) < fullWidth-10 {
		p.textEnd(right, 16, st, chapter)
	}
	p.add(Line{edge, 19, right, 19, 0.15, chart.Rule}, End{})
	p.add(Artifact{"Pagination", "Footer"})
	left := l.d.Edition
	if left == "" {
		left = l.d.Author
	}
	p.text(edge, pageHeight-14, st, left)
	if l.d.Invented {
		tag := style{typeset.Bold, 8, 4, chart.Ochre}
		s := i18n.T(l.d.Lang, "document.invented")
		p.text(column+max(0, edge+width(st, left)+6-column), pageHeight-14, tag, s)
	}
	p.textEnd(right, pageHeight-14, st, i18n.T(l.d.Lang, "document.page", "Page", page, "Pages", pages))
	p.add(End{})
}

// chapter is the one that a page belongs to; one that begins on the page says so itself.
func (l *layouter) chapter(page int) string {
	name := ""
	for _, a := range l.outline {
		if a.Level != 1 {
			continue
		}
		if a.Page >= page {
			if a.Page == page && a.Y <= top+1 {
				name = ""
			}
			break
		}
		name = a.Title
	}
	return name
}

func drawBoxes(p *Page, list []box) {
	if len(list) == 0 {
		return
	}
	p.add(Artifact{Kind: "Layout"})
	for _, b := range list {
		p.add(Rect{edge, b.y1, fullWidth, b.y2 - b.y1, b.fill})
		p.add(Rect{edge, b.y1, 1.2, b.y2 - b.y1, b.bar})
	}
	p.add(End{})
}

// text draws one line of plain text, in whatever faces it takes.
func (p *Page) text(x, y float64, st style, s string) {
	run := []typeset.Run{{Text: typeset.Clean(s), Face: st.face}}
	for _, line := range typeset.Lines(run, st.size, 1e6) {
		p.spans(x, y, st, line)
	}
}

// textEnd is text that ends at x.
func (p *Page) textEnd(x, y float64, st style, s string) {
	p.text(x-width(st, s), y, st, s)
}

func (p *Page) spans(x, y float64, st style, line typeset.Line) {
	for _, sp := range line.Spans {
		p.add(Text{x, y, st.size, sp.Face, st.colour, sp.Text})
		x += sp.Width
	}
}

// width is how wide a plain text is.
func width(st style, s string) float64 {
	return typeset.Extent([]typeset.Run{{Text: typeset.Clean(s), Face: st.face}}, st.size).Max
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + " " + b
}

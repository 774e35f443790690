package layout

import (
	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/document/pdf/tagged"
	"upphandlingsdialog/internal/document/pdf/typeset"
	"upphandlingsdialog/internal/i18n"
)

// coverPanel is the height of the coloured upper part of the cover.
const coverPanel = 172.0

// cover fills the first page: a red panel with the title, a band of the four
// groups' patterns, the facts below.
func (l *layouter) cover(b document.Cover) {
	sect := l.root.Add("Sect")
	white := func(face typeset.Face, size, lead float64, c chart.Colour) style { return style{face, size, lead, c} }
	var upper []*inline
	publisher := l.inline(sect.Add("P"), document.Text(or(b.Publisher, l.d.Author)), white(typeset.Bold, 11, 5.6, chart.White)).set(fullWidth)
	if b.Kicker != "" {
		upper = append(upper, l.inline(sect.Add("P"), document.Text(b.Kicker), white(typeset.Bold, 11, 8.5, cream)).set(fullWidth))
	}
	upper = append(upper, l.inline(sect.Add("Title"), document.Text(l.d.Title), white(typeset.Display, 36, 14.6, chart.White)).set(fullWidth))
	if l.d.Subtitle != "" {
		upper = append(upper, l.inline(sect.Add("P"), document.Text(l.d.Subtitle), white(typeset.Regular, 14, 7.4, cream)).set(fullWidth*0.86))
	}
	chartOf := l.coverMap(b.Map, sect)
	lower := l.coverFacts(b, sect)
	l.add(&strip{height: bottom - top, bare: true, fresh: true, draw: func(p *Page, _ float64) {
		p.band(coverPanel)
		chartOf(p)
		if publisher.runs[0].Text != "" {
			publisher.drawAll(p, edge, 24)
		}
		h := 0.0
		for _, in := range upper {
			h += in.height() + 4
		}
		y := coverPanel - 20 - h
		for _, in := range upper {
			in.drawAll(p, edge, y)
			y += in.height() + 4
		}
		lower(p)
	}})
	l.fresh = true
}

// coverMap makes the map in the panel's upper right, in tones of its red so that a long title can be read across it;
// what it returns draws it.
func (l *layouter) coverMap(m *document.Map, sect *tagged.Elem) func(p *Page) {
	if m == nil {
		return func(*Page) {}
	}
	const y0, height = 15.0, 117.0
	scale := height / m.Height
	x0 := right + 8 - m.Width*scale
	place := func(points [][2]float64) [][2]float64 {
		out := make([][2]float64, len(points))
		for i, at := range points {
			out[i] = [2]float64{x0 + at[0]*scale, y0 + at[1]*scale}
		}
		return out
	}
	fig := sect.Add("Figure")
	fig.Alt = typeset.Clean(m.Alt)
	fig.BBox = &[4]float64{x0 / mm, (pageHeight - y0 - height) / mm, (x0 + m.Width*scale) / mm, (pageHeight - y0) / mm}
	st := style{typeset.Regular, 7.4, 3.7, cream}
	caption := l.inline(sect.Add("P"), document.Text(m.Caption), st).set(fullWidth)
	return func(p *Page) {
		p.mark(fig, func() {
			for _, a := range m.Areas {
				fill := mapArea
				if a.Marked {
					fill = mapMarked
				}
				p.add(Polygon{place(a.Points), 0.55, fill, chart.Falu})
			}
			for _, w := range m.Water {
				p.add(Polygon{Points: place(w), Colour: chart.Falu})
			}
		})
		caption.drawEnd(p, right, coverPanel-8)
	}
}

// band is the red panel down to a height with the four groups' patterns along its edge.
func (p *Page) band(height float64) {
	p.add(Artifact{Kind: "Layout"})
	p.add(Rect{0, 0, pageWidth, height, chart.Falu})
	const h = 9.0
	w := pageWidth / 4
	for i, g := range []string{chart.Procurer, chart.Politician, chart.Business, chart.Developer} {
		p.fill(chart.Rect{X: float64(i) * w, Y: height, W: w, H: h, Fill: chart.GroupFill(g)})
	}
	p.add(Line{0, height, pageWidth, height, 0.8, chart.White}, End{})
}

// coverFacts makes the lower part; what it returns draws it.
func (l *layouter) coverFacts(b document.Cover, sect *tagged.Elem) func(p *Page) {
	t := func(key string) string { return i18n.T(l.d.Lang, key) }
	const y0 = coverPanel + 27
	var banner *inline
	if l.d.Invented {
		st := style{typeset.Bold, 10, 5.2, chart.Ink}
		banner = l.inline(sect.Add("P"), document.Text(or(b.Banner, t("document.invented_long"))), st).set(fullWidth - 12)
	}
	var area *inline
	if b.Area != "" {
		area = l.inline(sect.Add("P"), document.Text(b.Area), style{typeset.Display, 15, 7, chart.Ink}).set(fullWidth)
	}
	facts := []document.Fact{{Label: t("document.edition"), Value: document.Text(b.Edition)}, {Label: t("document.date"), Value: document.Text(b.Date)},
		{Label: t("document.dnr"), Value: document.Text(b.Dnr)}, {Label: t("document.funder"), Value: document.Text(b.Funder)}}
	list := sect.Add("L")
	list.Numbers = "None"
	type pair struct{ name, value *inline }
	var pairs []pair
	for _, f := range append(facts, b.More...) {
		if document.Words(f.Value) == "" {
			continue
		}
		li := list.Add("LI")
		name := smallText
		name.face = typeset.Bold
		pairs = append(pairs, pair{
			l.inline(li.Add("Lbl"), document.Text(f.Label+" "), name).set(column - edge),
			l.inline(li.Add("LBody"), f.Value, bodyText).set(textWidth),
		})
	}
	if len(pairs) == 0 { // a list without items is no list
		sect.Kids = sect.Kids[:len(sect.Kids)-1]
	}
	return func(p *Page) {
		y := y0
		if banner != nil {
			h := banner.height() + 5
			p.add(Artifact{Kind: "Layout"}, Rect{edge, coverPanel + 16, fullWidth, h, ochreWash}, Rect{edge, coverPanel + 16, 1.2, h, chart.Ochre}, End{})
			banner.drawAll(p, edge+6, coverPanel+18.5)
			y = coverPanel + 16 + h + 7
		}
		if area != nil {
			area.drawAll(p, edge, y)
			y += area.height() + 4
		}
		for _, f := range pairs {
			f.name.drawAll(p, edge, y+0.4)
			f.value.drawAll(p, column, y)
			y += max(f.name.height(), f.value.height()) + 1.6
		}
	}
}

// contents is the table of contents; it starts a page.
func (l *layouter) contents(b document.TOC) {
	l.fresh = true
	h := headings[1]
	l.headline(l.root.Add("H1"), "", i18n.T(l.d.Lang, "document.contents"), document.ContentsID, h.style, column, textWidth, true)
	l.space(h.below)
	depth := b.Depth
	if depth == 0 {
		depth = 2
	}
	toc := l.root.Add("TOC")
	for i, e := range document.Outline(l.d) {
		if e.Level <= depth && e.ID != document.ContentsID {
			l.entry(e, l.outline[i], toc)
		}
	}
	l.space(10)
}

// entry is one line of the contents: number in the margin, text, leader, page.
func (l *layouter) entry(e document.Entry, a *Anchor, toc *tagged.Elem) {
	st := bodyText
	indent := float64(e.Level-1) * 5
	if e.Level == 1 {
		st.face = typeset.Bold
		l.space(3.2)
	} else {
		l.space(0.9)
	}
	link := toc.Add("TOCI").Add("Reference").Add("Link")
	text := l.inline(link, document.Text(e.Text), st).set(textWidth - indent - 14)
	text.endWithSpace()
	number := typeset.Clean(e.Number)
	l.add(&strip{height: text.height(), draw: func(p *Page, y float64) {
		base := y + st.lead*0.5 + st.size*mm*0.36
		if number != "" {
			p.add(Begin{link, link.Content()})
			p.text(edge, base, style{st.face, st.size, st.lead, chart.Falu}, number)
			p.endWithSpace()
			p.add(End{})
		}
		text.drawAll(p, column+indent, y)
		last := y + float64(len(text.lines)-1)*st.lead
		base = last + st.lead*0.5 + st.size*mm*0.36
		from := column + indent + text.lines[len(text.lines)-1].Width + 2
		page := i18n.Int(l.d.Lang, a.Page)
		p.add(Artifact{Kind: "Layout"}, Line{from, base - 0.2, right - 8, base - 0.2, 0.12, chart.Rule}, End{})
		p.add(Begin{link, link.Content()})
		p.textEnd(right, base, st, page)
		p.add(End{})
		p.add(Link{Elem: link, Object: link.Object(), X: edge, Y: y, W: fullWidth, H: text.height(), To: a,
			Contents: i18n.T(l.d.Lang, "document.toc_entry", "Title", a.Title, "Page", page)})
	}})
}

// endWithSpace adds a space to the text drawn last.
func (p *Page) endWithSpace() {
	last := p.Ops[len(p.Ops)-1].(Text)
	last.S += " "
	p.Ops[len(p.Ops)-1] = last
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

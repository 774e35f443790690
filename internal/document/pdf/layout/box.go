package layout

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/document/pdf/tagged"
	"upphandlingsdialog/internal/document/pdf/typeset"
	"upphandlingsdialog/internal/i18n"
)

var calloutFrames = map[document.CalloutKind]frame{
	document.Summary:  {paper, chart.Birch, 4.5},
	document.Decision: {faluWash, chart.Falu, 4.5},
	document.Note:     {ochreWash, chart.Ochre, 4.5},
}

// callout is a box over the whole width.
func (l *layouter) callout(b document.Callout) {
	const pad = 8.0
	l.space(4)
	f := calloutFrames[b.Kind]
	l.frame = &f
	sect := l.root.Add("Sect")
	if b.Title != "" {
		typ := "P"
		if b.Level > 0 {
			typ = "H" + string(rune('0'+b.Level))
		}
		l.headline(sect.Add(typ), "", b.Title, b.ID, boxTitle, edge+pad, fullWidth-2*pad, false)
		l.space(1.4)
	}
	for _, in := range b.Blocks {
		switch in := in.(type) {
		case document.Paragraph:
			l.paragraph(in, sect, edge+pad, fullWidth-2*pad)
		case document.List:
			l.list(in, sect, edge+pad, fullWidth-2*pad)
			l.space(paragraphGap)
		}
	}
	l.frame = nil
	l.space(6)
}

// keyFigures is a row of large numbers.
func (l *layouter) keyFigures(b document.KeyFigures) {
	const gutter = 6.0
	l.space(5)
	list := l.root.Add("L")
	list.Numbers = "None"
	n := float64(len(b.Items))
	w := (fullWidth - gutter*(n-1)) / n
	h := 0.0
	var draws []func(p *Page, x, y float64)
	for _, it := range b.Items {
		height, draw := l.keyFigure(it, list.Add("LI").Add("LBody"), w)
		h = max(h, height)
		draws = append(draws, draw)
	}
	l.add(&strip{height: h, draw: func(p *Page, y float64) {
		for i, draw := range draws {
			draw(p, edge+float64(i)*(w+gutter), y)
		}
	}})
	l.space(7)
}

func (l *layouter) keyFigure(it document.KeyFigure, body *tagged.Elem, w float64) (height float64, draw func(p *Page, x, y float64)) {
	label, note := cellText, smallText
	label.size, label.lead = 9.2, 4.6
	note.size, note.lead = 8.2, 3.9
	parts := []*inline{
		l.inline(body.Add("P"), document.Text(it.Value), bigNumber).set(w),
		l.inline(body.Add("P"), document.Text(it.Label), label).set(w),
	}
	if len(it.Note) > 0 {
		parts = append(parts, l.inline(body.Add("P"), it.Note, note).set(w))
	}
	height = 4
	for _, in := range parts {
		height += in.height()
	}
	fill := chart.GroupFill(it.Group)
	return height, func(p *Page, x, y float64) {
		p.add(Artifact{Kind: "Layout"})
		p.fill(chart.Rect{X: x, Y: y, W: w, H: 1.6, Fill: fill})
		p.add(End{})
		y += 4
		for _, in := range parts {
			in.drawAll(p, x, y)
			y += in.height()
		}
	}
}

var areaColours = map[int]chart.Colour{5: chart.Lake, 6: chart.Pine, 7: chart.Falu}

// recommendation is the sentence with its number in the margin, whom it is for,
// why with links to the grounds, the first step and the facts. It is set close,
// so that two stand on a page where they can.
func (l *layouter) recommendation(b document.Recommendation) {
	l.space(4.4)
	from := len(l.strips)
	sect := l.root.Add("Sect")
	colour, ok := areaColours[b.Area]
	if !ok {
		colour = chart.Falu
	}
	l.recommendationHead(b, sect, colour)
	var ends []int // of grounds: the strips with which a page may end
	if len(b.Why) > 0 {
		ends = l.evidence(b, sect, colour)
	}
	if len(b.FirstStep) > 0 {
		l.labelled(sect, i18n.T(l.d.Lang, "document.first_step"), b.FirstStep)
	}
	l.facts(b.Facts, sect)
	l.together(from, 2) // read and copied as one page: better half of one empty, and a page more
	for i := from; i < len(l.strips)-1; i++ {
		l.strips[i].keep = !slices.Contains(ends, i) // what to do is never torn
	}
	l.goesOn(from+1, b.Number, style{typeset.Display, 11.4, 5.4, colour})
	l.space(4.8)
}

// recommendationHead is the sentence and its tags, with the number in the margin and below it whom it is for.
func (l *layouter) recommendationHead(b document.Recommendation, sect *tagged.Elem, colour chart.Colour) {
	const above = 2.6
	st := recNumber
	st.colour = colour
	elem := sect.Add("H" + string(rune('0'+b.Level)))
	num := l.inline(elem, document.Text(b.Number+" "), st)
	side := 1.9
	if b.Number != "" {
		num.lines = []typeset.Line{{Spans: []typeset.Span{{Text: typeset.Clean(b.Number) + " ", Face: st.face, Width: width(st, b.Number)}}}}
		side += st.lead
	}
	words := l.inline(elem, document.Text(b.Sentence), recSentence).set(textWidth)
	addressedHeight, addressed := l.addressees(b.Addressees, sect)
	chipsHeight, chips := l.chips(b.Tags, sect, colour)
	height := max(above+words.height()+chipsHeight, side+addressedHeight)
	l.add(&strip{height: height, keep: true, anchors: []*Anchor{l.anchors[b.ID]}, draw: func(p *Page, y float64) {
		p.add(Artifact{Kind: "Layout"}, Rect{edge, y, fullWidth, 0.7, colour}, End{})
		num.drawAll(p, edge, y+1.9)
		words.drawAll(p, column, y+above)
		addressed(p, y+side)
		chips(p, y+above+words.height())
	}})
	l.space(1.6)
}

// addressees are whom a recommendation is for, in the margin.
func (l *layouter) addressees(names []string, sect *tagged.Elem) (height float64, draw func(p *Page, y float64)) {
	if len(names) == 0 {
		return 0, func(*Page, float64) {}
	}
	st := smallText
	st.size, st.lead = 7.8, 3.6
	label := st
	label.face = typeset.Bold
	div := sect.Add("Div")
	name := l.inline(div.Add("P"), document.Text(i18n.T(l.d.Lang, "document.addressees")), label).set(column - edge - 3)
	text := l.inline(div.Add("P"), document.Text(strings.Join(names, ", ")), st).set(column - edge - 3)
	const above = 0.6
	return above + name.height() + text.height(), func(p *Page, y float64) {
		name.drawAll(p, edge, y+above)
		text.drawAll(p, edge, y+above+name.height())
	}
}

// chips are short words in small boxes, on one or more rows.
func (l *layouter) chips(tags []string, sect *tagged.Elem, colour chart.Colour) (height float64, draw func(p *Page, y float64)) {
	const above, row, high = 1.4, 5.4, 4.7
	if len(tags) == 0 {
		return 0, func(*Page, float64) {}
	}
	st := style{typeset.Bold, 7.2, 3.8, colour}
	type chip struct {
		in      *inline
		x, y, w float64
	}
	list := sect.Add("L")
	list.Numbers = "None"
	var chips []chip
	x, y := 0.0, above
	for _, t := range tags {
		w := width(st, t)
		if x > 0 && x+w+4 > textWidth {
			x, y = 0, y+row
		}
		in := l.inline(list.Add("LI").Add("LBody"), document.Text(t), st)
		in.lines = []typeset.Line{{Spans: []typeset.Span{{Text: typeset.Clean(t), Face: st.face, Width: w}}}}
		chips = append(chips, chip{in, x, y, w})
		x += w + 5.4
	}
	return y + high, func(p *Page, y float64) {
		for _, c := range chips {
			p.add(Artifact{Kind: "Layout"}, Rect{column + c.x, y + c.y, c.w + 4, high, paper}, End{})
			c.in.drawAll(p, column+c.x+2, y+c.y+0.45)
		}
	}
}

// labelled is a paragraph with its name in the margin column.
func (l *layouter) labelled(sect *tagged.Elem, label string, runs []document.Run) {
	div := sect.Add("Div")
	l.labelledBy(div.Add("P"), div.Add("P"), label, runs)
}

func (l *layouter) labelledBy(name, text *tagged.Elem, label string, runs []document.Run) {
	st := smallText
	st.face, st.lead = typeset.Bold, recText.lead
	l.beside(l.inline(name, document.Text(label), st).set(column-edge-3), l.inline(text, runs, recText).set(textWidth))
	l.space(1.2)
}

// beside sets a text with a label in the margin.
func (l *layouter) beside(name, text *inline) {
	from := len(l.strips)
	l.flowText(text, column)
	if from == len(l.strips) {
		return
	}
	first := l.strips[from]
	draw := first.draw
	first.draw = func(p *Page, y float64) {
		name.drawAll(p, edge, y)
		draw(p, y)
	}
	// a label longer than its text needs the room
	if n := len(l.strips) - from; float64(n)*text.style.lead < name.height() {
		l.strips[len(l.strips)-1].height += name.height() - float64(n)*text.style.lead
	}
}

// evidence is what a recommendation rests on. It says with which strip each ground ends.
func (l *layouter) evidence(b document.Recommendation, sect *tagged.Elem, colour chart.Colour) (ends []int) {
	label := i18n.T(l.d.Lang, "document.why")
	reasons, grounds := b.Reasoning()
	for _, e := range reasons {
		l.labelled(sect, label, e.Runs)
	}
	if len(reasons) > 0 {
		label = i18n.T(l.d.Lang, "document.grounds")
	}
	if len(grounds) == 0 {
		return []int{len(l.strips) - 1}
	}
	st := smallText
	st.face, st.lead = typeset.Bold, recText.lead
	text := recText
	text.size, text.lead = 8.5, 4
	name := l.inline(sect.Add("P"), document.Text(label), st).set(column - edge - 3)
	list := sect.Add("L")
	list.Numbers = "Decimal"
	from := len(l.strips)
	for i, e := range grounds {
		li := list.Add("LI")
		mark := i18n.Int(l.d.Lang, i+1) + "."
		lbl := l.inline(li.Add("Lbl"), document.Text(mark+" "), text)
		lbl.style.colour = colour
		lbl.lines = []typeset.Line{{Spans: []typeset.Span{{Text: mark + " ", Face: typeset.Bold, Width: width(text, mark)}}}}
		runs := append([]document.Run{}, e.Runs...)
		if source := l.sourceRuns(e); len(source) > 0 {
			if len(runs) > 0 {
				runs = append(runs, document.Run{Text: " "})
			}
			runs = append(runs, source...)
		}
		l.itemText(lbl, l.inline(li.Add("LBody").Add("P"), runs, text).set(textWidth-5), column, 5)
		l.space(0.5)
		ends = append(ends, len(l.strips)-1)
	}
	first := l.strips[from]
	draw := first.draw
	first.draw = func(p *Page, y float64) {
		name.drawAll(p, edge, y)
		draw(p, y)
	}
	l.space(1.2)
	return ends
}

// sourceRuns is the source of a piece of evidence, with the way to it.
func (l *layouter) sourceRuns(e document.Evidence) []document.Run {
	var runs []document.Run
	if e.Source != "" {
		runs = append(runs, document.Run{Text: e.Source})
	}
	if len(e.Link) > 1 && e.Link[0] == '#' {
		name := i18n.T(l.d.Lang, "document.to_source")
		if label := l.labels[e.Link[1:]]; label.Number > 0 {
			name = label.Name
		}
		if len(runs) > 0 {
			runs = append(runs, document.Run{Text: stop(e.Source)})
		}
		runs = append(runs, document.Run{Text: name, Link: e.Link})
	}
	if e.Row != "" && e.Row != e.Link {
		sep, name := ", ", l.labels[e.Row[1:]].Row
		if e.Link == "" || name == "" {
			name = l.name(e.Row[1:])
		}
		if e.Link == "" {
			sep = stop(e.Source)
		}
		runs = append(runs, document.Run{Text: sep}, document.Run{Text: name, Link: e.Row})
	}
	return runs
}

// facts are pairs of label and value: a long value stands beside its label in the margin, short ones stand beside each
// other over the whole width; the longer a value, the wider its column.
func (l *layouter) facts(facts []document.Fact, sect *tagged.Elem) {
	if len(facts) == 0 {
		return
	}
	const most, long = 4, 90
	list := sect.Add("L")
	list.Numbers = "None"
	for len(facts) > 0 {
		n := 0
		for n < min(most, len(facts)) && utf8.RuneCountInString(document.Words(facts[n].Value)) <= long {
			n++
		}
		if n < 3 {
			li := list.Add("LI")
			l.labelledBy(li.Add("Lbl"), li.Add("LBody"), facts[0].Label+" ", facts[0].Value)
			facts = facts[1:]
			continue
		}
		l.factRow(facts[:n], list)
		facts = facts[n:]
	}
}

// factRow is a row of short facts.
func (l *layouter) factRow(row []document.Fact, list *tagged.Elem) {
	const gutter = 4.5
	label, text := smallText, recText
	label.face = typeset.Bold
	widths := l.factWidths(row, label, text, fullWidth-gutter*float64(len(row)-1))
	h := 0.0
	var names, values []*inline
	for i, f := range row {
		li := list.Add("LI")
		name := l.inline(li.Add("Lbl"), document.Text(f.Label+" "), label).set(widths[i])
		value := l.inline(li.Add("LBody"), f.Value, text).set(widths[i])
		names, values = append(names, name), append(values, value)
		h = max(h, name.height()+value.height()+1.6)
	}
	l.space(0.6)
	l.keepNext()
	l.add(&strip{height: h, draw: func(p *Page, y float64) {
		x := edge
		for i, name := range names {
			p.add(Artifact{Kind: "Layout"}, Line{x, y, x + widths[i], y, 0.15, chart.Rule}, End{})
			name.drawAll(p, x, y+1)
			values[i].drawAll(p, x, y+1+name.height())
			x += widths[i] + gutter
		}
	}})
	l.space(1.2)
}

// factWidths shares w so that the row is low: each value on one line where all have room for that, else by the values'
// lengths, no column narrower than its longest word while there is room.
func (l *layouter) factWidths(facts []document.Fact, label, text style, w float64) []float64 {
	least, whole, want := make([]float64, len(facts)), make([]float64, len(facts)), make([]float64, len(facts))
	for i, f := range facts {
		name := typeset.Extent(l.inline(nil, document.Text(f.Label), label).typeset(), label.size)
		value := typeset.Extent(l.inline(nil, f.Value, text).typeset(), text.size)
		least[i], whole[i] = max(name.Min, value.Min)+0.2, max(name.Max, value.Max)+0.2
		want[i] = math.Pow(float64(len(document.Words(f.Value))), 1.3)
	}
	if sum(whole) <= w {
		least = whole
	}
	spare, wanted := w-sum(least), sum(want)
	for i := range least {
		least[i] += want[i] / wanted * max(spare, 0)
	}
	return least
}

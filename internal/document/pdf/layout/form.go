package layout

import (
	"slices"

	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/document/pdf/tagged"
	"upphandlingsdialog/internal/document/pdf/typeset"
	"upphandlingsdialog/internal/i18n"
)

const (
	markSize   = 3.8 // of a circle or square to cross
	boxWidth   = 8.0 // of a box to write a number in
	codeWidth  = 4.0 // of the small code before a mark
	markGap    = 2.2
	choiceLead = 5.9
	lineLead   = 8.6 // between lines to write on
	pen        = 0.3
)

var (
	formTitle   = style{typeset.Display, 24, 10.2, chart.Ink}
	askText     = style{typeset.Bold, 10.6, 5.3, chart.Ink}
	askNumber   = style{typeset.Display, 15, 5.6, chart.Falu}
	tinyText    = style{typeset.Regular, 6.4, 3, chart.Quiet}
	choiceText  = style{typeset.Regular, 9.6, choiceLead, chart.Ink}
	matrixHead  = style{typeset.Bold, 7.2, 3.3, chart.Quiet}
	matrixText  = style{typeset.Regular, 8.8, 4.3, chart.Ink}
	whenText    = style{typeset.Bold, 8.8, 4.5, chart.Falu}
	fieldLabel  = style{typeset.Bold, 8.2, 4, chart.Ink}
	kickerLabel = style{typeset.Bold, 9.6, 5, chart.Falu}
)

// formHead is the title with the group's band above it and the field for the sheet's number beside it.
func (l *layouter) formHead(b document.FormHead) {
	const fieldWidth, fieldHeight, gap = 44.0, 13.0, 8.0
	sect := l.root.Add("Sect")
	w := fullWidth - fieldWidth - gap
	if b.Sheet == "" {
		w = fullWidth
	}
	kicker := l.inline(sect.Add("P"), document.Text(b.Kicker), kickerLabel).set(w)
	title := l.inline(sect.Add("H1"), document.Text(l.d.Title), formTitle).set(w)
	height := 7 + kicker.height() + title.height()
	var label, note *inline
	var field *tagged.Elem
	if b.Sheet != "" {
		label = l.inline(sect.Add("P"), document.Text(b.Sheet), fieldLabel).set(fieldWidth)
		field = l.field(sect, "tv")
		note = l.inline(sect.Add("P"), document.Text(b.Note), tinyText).set(fieldWidth)
		height = max(height, 7+label.height()+fieldHeight+note.height()+1)
	}
	l.add(&strip{height: height, anchors: []*Anchor{l.anchors[document.TitleID]}, draw: func(p *Page, y float64) {
		p.add(Artifact{Kind: "Layout"})
		p.fill(chart.Rect{X: edge, Y: y, W: fullWidth, H: 2.6, Fill: chart.GroupFill(b.Group)})
		p.add(End{})
		kicker.drawAll(p, edge, y+6)
		title.drawAll(p, edge, y+6+kicker.height()+0.6)
		if field != nil {
			x := right - fieldWidth
			label.drawAll(p, x, y+6)
			p.mark(field, func() { p.frame(x, y+6+label.height()+0.5, fieldWidth, fieldHeight) })
			note.drawAll(p, x, y+6+label.height()+fieldHeight+1.2)
		}
	}})
	l.space(5)
}

// field is the element of something to fill in on paper: rb, cb or tv.
func (l *layouter) field(parent *tagged.Elem, role string) *tagged.Elem {
	e := parent.Add("Form")
	e.Print = role
	e.Alt = i18n.T(l.d.Lang, "document.field_"+role)
	return e
}

// mark draws the content of one element.
func (p *Page) mark(e *tagged.Elem, draw func()) {
	p.add(Begin{e, e.Content()})
	draw()
	p.add(End{})
}

// frame strokes a rectangle.
func (p *Page) frame(x, y, w, h float64) {
	p.add(Line{x, y, x + w, y, pen, chart.Ink}, Line{x + w, y, x + w, y + h, pen, chart.Ink},
		Line{x + w, y + h, x, y + h, pen, chart.Ink}, Line{x, y + h, x, y, pen, chart.Ink})
}

// ask is a question: number and id in the margin, the text, what to mark or write.
func (l *layouter) ask(b document.Ask) {
	l.space(6.2)
	from := len(l.strips)
	sect := l.root.Add("Sect")
	if b.When != "" {
		l.flowText(l.inline(sect.Add("P"), document.Text(b.When), whenText).set(textWidth), column)
		l.space(0.6)
	}
	l.askHead(b, sect)
	for _, h := range b.Hints {
		l.space(0.5)
		l.flowText(l.inline(sect.Add("P"), document.Text(h), smallText).set(textWidth), column)
	}
	l.space(1.4)
	l.choices(sect, b.Choices)
	if b.Rating != nil {
		l.rating(sect, *b.Rating)
	}
	if b.Matrix != nil {
		l.matrix(sect, *b.Matrix)
	}
	if b.Blank != "" {
		l.blank(sect, b.Blank)
	}
	l.lines(sect, b.Lines)
	if len(b.Apart) > 0 {
		l.space(1.6)
		l.choices(sect, b.Apart)
	}
	l.together(from, 10) // nobody should turn the page in the middle of a question
	l.space(1)
}

func (l *layouter) askHead(b document.Ask, sect *tagged.Elem) {
	elem := sect.Add("H3")
	num := l.inline(elem, document.Text(b.Number+" "), askNumber)
	num.lines = []typeset.Line{{Spans: []typeset.Span{{Text: typeset.Clean(b.Number) + " ", Face: askNumber.face, Width: width(askNumber, b.Number)}}}}
	words := l.inline(elem, document.Text(b.Text), askText).set(textWidth)
	ref := l.inline(sect.Add("P"), document.Text(b.Ref), tinyText).set(column - edge - 3)
	l.add(&strip{height: words.height(), keep: true, anchors: []*Anchor{l.anchors[b.ID]}, draw: func(p *Page, y float64) {
		if b.Number != "" {
			num.drawAll(p, edge, y-0.2)
		}
		ref.drawAll(p, edge, y+askNumber.lead)
		words.drawAll(p, column, y)
	}})
}

// choice is one answer under way.
type choice struct {
	document.Choice
	code, text  *inline
	field, line *tagged.Elem
}

// indent is where a choice's text begins.
func indent(m document.Mark) float64 {
	if m == document.Box {
		return codeWidth + boxWidth + markGap
	}
	return codeWidth + markSize + markGap
}

func roleOf(m document.Mark) string {
	return [...]string{document.Circle: "rb", document.Square: "cb", document.Box: "tv"}[m]
}

// choices lays answers out in one column or, when many are short, in two or three, read downwards.
func (l *layouter) choices(parent *tagged.Elem, all []document.Choice) {
	const most = 20 // rows that stay together
	if len(all) == 0 {
		return
	}
	list := parent.Add("L")
	list.Numbers = "None"
	columns, w := columnsFor(all)
	for chunk := range slices.Chunk(all, most*columns) {
		var cells []*choice
		for _, c := range chunk {
			cells = append(cells, l.choice(list, c, w))
		}
		rows := (len(cells) + columns - 1) / columns
		for r := range rows {
			var row []*choice
			for i := r; i < len(cells); i += rows {
				row = append(row, cells[i])
			}
			l.choiceRow(row, w, columns > 1 && r+1 < rows)
		}
	}
}

func columnsFor(all []document.Choice) (columns int, w float64) {
	widest := 0.0
	for _, c := range all {
		if c.Write {
			return 1, textWidth
		}
		widest = max(widest, width(choiceText, c.Text)+indent(c.Mark)+4)
	}
	switch {
	case len(all) > 8 && widest <= textWidth/3:
		return 3, textWidth / 3
	case len(all) > 6 && widest <= textWidth/2:
		return 2, textWidth / 2
	}
	return 1, textWidth
}

func (l *layouter) choice(list *tagged.Elem, c document.Choice, w float64) *choice {
	li := list.Add("LI")
	lbl, body := li.Add("Lbl"), li.Add("LBody")
	out := &choice{Choice: c, field: l.field(lbl, roleOf(c.Mark)), text: l.inline(body.Add("P"), document.Text(c.Text), choiceText).set(w - indent(c.Mark))}
	if c.Code != "" {
		out.code = l.inline(body.Add("P"), document.Text(c.Code), tinyText).set(fullWidth) // codes are never broken
	}
	if c.Write {
		out.line = l.field(body, "tv")
	}
	return out
}

func (l *layouter) choiceRow(row []*choice, w float64, keep bool) {
	h := 0.0
	for _, c := range row {
		high := c.text.height()
		if c.line != nil && c.room(w) < 40 {
			high += lineLead
		}
		if c.Mark == document.Box {
			high = max(high, choiceLead+1.2)
		}
		h = max(h, high)
	}
	l.add(&strip{height: h, keep: keep, draw: func(p *Page, y float64) {
		for i, c := range row {
			c.draw(p, column+float64(i)*w, y, w)
		}
	}})
	l.space(0.3)
}

// room is what is left to write on after the text's last line.
func (c *choice) room(w float64) float64 {
	return w - indent(c.Mark) - 2 - c.text.lines[len(c.text.lines)-1].Width
}

func (c *choice) draw(p *Page, x, y, w float64) {
	if c.code != nil {
		c.code.drawEnd(p, x+codeWidth-1, y+1.5)
	}
	p.mark(c.field, func() { p.symbol(c.Mark, x+codeWidth, y+choiceLead/2) })
	at := x + indent(c.Mark)
	c.text.drawAll(p, at, y)
	if c.line != nil {
		from, base := at, y+c.text.height()-1.2
		if room := c.room(w); room < 40 {
			base += lineLead
		} else {
			from = x + w - room
		}
		p.mark(c.line, func() { p.add(Line{from, base, x + w, base, 0.2, chart.Quiet}) })
	}
}

// symbol draws a mark around the height y.
func (p *Page) symbol(m document.Mark, x, y float64) {
	switch m {
	case document.Circle:
		p.add(Dot{X: x + markSize/2, Y: y, R: markSize / 2, Rim: pen, Ground: chart.White, Colour: chart.Ink})
	case document.Square:
		p.frame(x, y-markSize/2, markSize, markSize)
	case document.Box:
		p.frame(x, y-2.7, boxWidth, 5.4)
	}
}

// rating is a row of circles with a number above each and words at the ends.
func (l *layouter) rating(parent *tagged.Elem, b document.Rating) {
	n := float64(len(b.Points))
	step := min(13, textWidth/n)
	wide := step*(n-1) + markSize
	end := max((textWidth-8)/2, 30)
	var low, high *inline
	if b.Low != "" {
		low = l.inline(parent.Add("P"), document.Text(b.Low), smallText).set(end)
	}
	list := parent.Add("L")
	list.Numbers = "None"
	number := choiceText
	number.lead = 4.6
	var fields []*tagged.Elem
	var numbers []*inline
	for _, c := range b.Points {
		li := list.Add("LI")
		fields = append(fields, l.field(li.Add("Lbl"), roleOf(c.Mark)))
		numbers = append(numbers, l.inline(li.Add("LBody"), document.Text(c.Text), number).set(step))
	}
	if b.High != "" {
		high = l.inline(parent.Add("P"), document.Text(b.High), smallText).set(end)
	}
	height := number.lead + markSize + 1.4
	words := 0.0
	for _, in := range []*inline{low, high} {
		if in != nil {
			words = max(words, in.height())
		}
	}
	l.add(&strip{height: height + words + 0.6, draw: func(p *Page, y float64) {
		for i, in := range numbers {
			x := column + codeWidth + float64(i)*step
			in.drawAll(p, x+markSize/2-in.lines[0].Width/2, y)
			p.mark(fields[i], func() { p.symbol(document.Circle, x, y+number.lead+markSize/2+0.4) })
		}
		if low != nil {
			low.drawAll(p, column+codeWidth, y+height+0.6)
		}
		if high != nil {
			high.drawEnd(p, column+codeWidth+max(wide, textWidth/2), y+height+0.6)
		}
	}})
}

// blank is a short line for a number, with its unit.
func (l *layouter) blank(parent *tagged.Elem, unit string) {
	const wide = 34.0
	elem := parent.Add("P")
	field := l.field(elem, "tv")
	var words *inline
	if unit != "-" {
		words = l.inline(elem, document.Text(unit), choiceText).set(textWidth - wide - 4)
	}
	l.add(&strip{height: 8.4, draw: func(p *Page, y float64) {
		p.mark(field, func() { p.frame(column+codeWidth, y+0.6, wide, 7.2) })
		if words != nil {
			words.drawAll(p, column+codeWidth+wide+2.5, y+1.4)
		}
	}})
}

// lines are to write on; together they are one field.
func (l *layouter) lines(parent *tagged.Elem, n int) {
	if n == 0 {
		return
	}
	field := l.field(parent.Add("P"), "tv")
	for range n {
		l.add(&strip{height: lineLead, draw: func(p *Page, y float64) {
			p.mark(field, func() { p.add(Line{column, y + lineLead - 0.6, right, y + lineLead - 0.6, 0.2, chart.Quiet}) })
		}})
	}
}

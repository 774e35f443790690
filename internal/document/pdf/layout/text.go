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

// inline is a text under way: the runs of one structure element, drawn line by
// line, possibly over two pages. Runs with a link or a language of their own
// get a child element.
type inline struct {
	l     *layouter
	elem  *tagged.Elem
	runs  []document.Run
	style style
	lines []typeset.Line
	child *tagged.Elem // of the run drawn last, nil when that was elem itself
	key   int          // that run
}

func (l *layouter) inline(elem *tagged.Elem, runs []document.Run, st style) *inline {
	return &inline{l: l, elem: elem, runs: runs, style: st, key: -1}
}

// typeset runs: bold and italic choose the face. A heading's face stays.
func (in *inline) typeset() []typeset.Run {
	out := make([]typeset.Run, len(in.runs))
	for i, r := range in.runs {
		face := in.style.face
		switch {
		case face == typeset.Display:
		case r.Bold:
			face = typeset.Bold
		case r.Italic && face == typeset.Italic:
			face = typeset.Regular
		case r.Italic && face == typeset.Regular:
			face = typeset.Italic
		}
		text := document.WithUnits(typeset.Clean(r.Text))
		if r.Mark { // stays on one line
			text = strings.ReplaceAll(text, " ", "\u00a0")
		}
		out[i] = typeset.Run{Text: text, Face: face, Key: i, Raised: r.Mark}
	}
	return out
}

// largestDivided is the largest size in points in which words are divided: introductions and captions are few lines
// that everybody reads. A column narrower than narrowDivided millimetres would have a divided word on every other line.
const largestDivided, narrowDivided = 10.2, 60

// set breaks the text for a width. Words are divided where that makes the lines more even; in headings never, in
// narrow columns only where they do not fit.
func (in *inline) set(width float64) *inline {
	runs := in.typeset()
	if in.style.face == typeset.Display {
		in.lines = typeset.Balanced(runs, in.style.size, width)
		return in
	}
	if width >= narrowDivided && in.style.size <= largestDivided || typeset.Extent(runs, in.style.size).Min > width {
		runs = in.divided()
	}
	in.lines = typeset.Lines(runs, in.style.size, width)
	return in
}

// divided is typeset with soft hyphens where words may be divided; the text of a link stays whole.
func (in *inline) divided() []typeset.Run {
	runs := in.typeset()
	for i := range runs {
		lang := in.runs[i].Lang
		if lang == "" {
			lang = in.l.d.Lang
		}
		if in.runs[i].Link == "" {
			runs[i].Text = hyphen.Soft(lang, runs[i].Text)
		}
	}
	return runs
}

// endWithSpace parts the text from what follows in the same element.
func (in *inline) endWithSpace() {
	if n := len(in.lines); n > 0 {
		last := &in.lines[n-1]
		last.Spans[len(last.Spans)-1].Text += " "
	}
}

func (in *inline) height() float64 { return float64(len(in.lines)) * in.style.lead }

// drawAll draws all lines with the upper edge at y.
func (in *inline) drawAll(p *Page, x, y float64) {
	for i := range in.lines {
		in.draw(p, i, x, y+float64(i)*in.style.lead)
	}
}

// drawEnd draws all lines so that they end at x.
func (in *inline) drawEnd(p *Page, x, y float64) {
	for i, line := range in.lines {
		in.draw(p, i, x-line.Width, y+float64(i)*in.style.lead)
	}
}

// draw draws one line. Neighbouring spans of one element share one piece of
// marked content.
func (in *inline) draw(p *Page, line int, x, y float64) {
	st := in.style
	base := y + st.lead*0.5 + st.size*mm*0.36
	spans := in.lines[line].Spans
	for i := 0; i < len(spans); {
		if s := spans[i]; s.Hyphen {
			p.add(Artifact{Kind: "Layout"}, Text{x, base, st.size, s.Face, st.colour, s.Text}, End{})
			break
		}
		elem := in.owner(spans[i].Key)
		j, w := i, 0.0
		for j < len(spans) && !spans[j].Hyphen && in.same(spans[i].Key, spans[j].Key) {
			w += spans[j].Width
			j++
		}
		p.add(Begin{elem, elem.Content()})
		run := in.runs[spans[i].Key]
		colour, size, lift := st.colour, st.size, 0.0
		if run.Link != "" {
			colour = chart.Lake
		}
		if run.Mark {
			size, lift = st.size*typeset.RaisedScale, st.size*mm*0.34
		}
		at := x
		for _, s := range spans[i:j] {
			p.add(Text{at, base - lift, size, s.Face, colour, s.Text})
			at += s.Width
		}
		p.add(End{})
		if a := in.l.anchors[run.ID]; a != nil && p.No > 0 {
			a.Page, a.Y = p.No, y
		}
		if run.Link != "" {
			if !run.Mark {
				end := x + w
				if last := spans[j-1]; j < len(spans) && strings.HasSuffix(last.Text, " ") {
					end -= last.Face.Width(st.size, " ")
				}
				p.add(Artifact{Kind: "Layout"}, Line{x, base + 0.7, end, base + 0.7, 0.15, chart.Lake}, End{})
			}
			p.add(in.l.link(elem, run.Link, x, y, w, st.lead))
		}
		x += w
		i = j
	}
}

// same says whether two runs belong to one element.
func (in *inline) same(a, b int) bool {
	if a == b {
		return true
	}
	ra, rb := in.runs[a], in.runs[b]
	return ra.Link == rb.Link && ra.Lang == rb.Lang && ra.ID == rb.ID
}

// owner is the element that holds the run's content.
func (in *inline) owner(key int) *tagged.Elem {
	if in.key >= 0 && in.same(in.key, key) {
		in.key = key
		return in.childOr()
	}
	in.key = key
	r := in.runs[key]
	in.child = nil
	switch {
	case r.Mark:
		in.child = in.elem.Add("Reference").Add("Link")
	case r.Link != "":
		in.child = in.elem.Add("Link")
	case r.Lang != "" && r.Lang != in.l.d.Lang:
		in.child = in.elem.Add("Span")
	}
	if in.child != nil && r.Lang != in.l.d.Lang {
		in.child.Lang = string(r.Lang)
	}
	return in.childOr()
}

func (in *inline) childOr() *tagged.Elem {
	if in.child != nil {
		return in.child
	}
	return in.elem
}

// link makes the annotation of a link's part on one line.
func (l *layouter) link(elem *tagged.Elem, target string, x, y, w, h float64) Link {
	op := Link{Elem: elem, Object: elem.Object(), X: x, Y: y, W: w, H: h}
	if anchor, ok := strings.CutPrefix(target, "#"); ok {
		op.To = l.anchors[anchor]
		op.Contents = i18n.T(l.d.Lang, "document.link_internal", "Text", l.name(anchor))
		return op
	}
	op.URL = target
	op.Contents = i18n.T(l.d.Lang, "document.link_external", "Text", target)
	return op
}

// name is what an anchor is called in a link's description.
func (l *layouter) name(anchor string) string {
	if n := l.labels[anchor].Name; n != "" {
		return n
	}
	if a := l.anchors[anchor]; a != nil && a.Title != "" {
		return a.Title
	}
	return anchor
}

// flowText adds a text as one strip a line, at least two lines on either side
// of a page break.
func (l *layouter) flowText(in *inline, x float64) {
	n := len(in.lines)
	for i := range in.lines {
		s := l.add(&strip{height: in.style.lead, draw: func(p *Page, y float64) { in.draw(p, i, x, y) }})
		if i+1 < n {
			s.keep, s.hold = i == 0 || i == n-2 || in.lines[i].Divided(), parted
		}
	}
}

// parted is the regret for a page that ends within a paragraph.
const parted = 0.03

// keepNext keeps what was added last with what comes next.
func (l *layouter) keepNext() {
	if n := len(l.strips); n > 0 {
		l.strips[n-1].keep = true
	}
}

func (l *layouter) paragraph(b document.Paragraph, parent *tagged.Elem, x, w float64) {
	st := bodyText
	if b.Lead {
		st = leadText
	}
	in := l.inline(parent.Add("P"), b.Runs, st).set(w)
	l.flowText(in, x)
	l.space(paragraphGap)
	if b.Lead {
		l.space(paragraphGap + 1)
	}
}

func (l *layouter) heading(b document.Heading) {
	h, room := headings[b.Level], chapterRoom
	if b.Minor {
		h, room = minorHeading, appendixRoom
	}
	l.space(h.above)
	elem := l.root.Add("H" + string(rune('0'+b.Level)))
	l.headline(elem, b.Number, b.Text, b.ID, h.style, column, textWidth, b.Level == 1)
	if b.Level == 1 {
		s := l.strips[len(l.strips)-1]
		s.room, s.chapter = room, true
	}
	l.space(h.below)
}

// headline sets a heading with its number in the margin column. Number and text
// are one element, so a reader hears "3 Resultat".
func (l *layouter) headline(elem *tagged.Elem, number, text, id string, st style, x, w float64, rule bool) {
	words := l.inline(elem, document.Text(text), st).set(w)
	nst := st
	nst.colour = chart.Falu
	var num *inline
	if number != "" {
		num = l.inline(elem, document.Text(number+" "), nst)
		num.lines = []typeset.Line{{Spans: []typeset.Span{{Text: typeset.Clean(number) + " ", Face: st.face, Width: width(nst, number)}}}}
	}
	above := 0.0
	if rule {
		above = 4.5
	}
	l.add(&strip{
		height:  words.height() + above,
		keep:    true,
		anchors: []*Anchor{l.anchors[id]},
		draw: func(p *Page, y float64) {
			if rule {
				p.add(Artifact{Kind: "Layout"}, Rect{edge, y, 14, 1.1, chart.Falu}, End{})
			}
			if num != nil {
				num.drawAll(p, edge, y+above)
			}
			words.drawAll(p, x, y+above)
		},
	})
}

func (l *layouter) list(b document.List, parent *tagged.Elem, x, w float64) {
	const indent = 5.5
	list := parent.Add("L")
	list.Numbers = "Disc"
	if b.Ordered {
		list.Numbers = "Decimal"
	}
	for i, it := range b.Items {
		mark := "•"
		if b.Ordered {
			mark = i18n.Int(l.d.Lang, i+1) + "."
		}
		li := list.Add("LI")
		lbl := l.inline(li.Add("Lbl"), document.Text(mark+" "), bodyText)
		lbl.lines = []typeset.Line{{Spans: []typeset.Span{{Text: mark + " ", Face: typeset.Bold, Width: width(bodyText, mark)}}}}
		lbl.style.colour = chart.Falu
		body := li.Add("LBody")
		holder := body
		if it.Sub != nil { // the list below is a child too, so the text must be one before it
			holder = body.Add("P")
		}
		l.itemText(lbl, l.inline(holder, it.Runs, bodyText).set(w-indent), x, indent)
		if it.Sub != nil {
			l.space(0.6)
			l.list(*it.Sub, body, x+indent, w-indent)
		}
		l.space(1.1)
	}
}

// itemText draws a label before the first line of a text.
func (l *layouter) itemText(lbl, in *inline, x, indent float64) {
	from := len(l.strips)
	l.flowText(in, x+indent)
	if from < len(l.strips) {
		first := l.strips[from]
		draw := first.draw
		first.draw = func(p *Page, y float64) {
			lbl.drawAll(p, x, y)
			draw(p, y)
		}
	}
}

// terms have their word in the margin column beside its meaning.
func (l *layouter) terms(b document.Terms) {
	list := l.root.Add("L")
	list.Numbers = "None"
	st := smallText
	st.face, st.lead, st.colour = typeset.Bold, bodyText.lead, chart.Ink
	for _, t := range b.Items {
		li := list.Add("LI")
		word := l.inline(li.Add("Lbl"), document.Text(t.Word+" "), st).set(column - edge - 3)
		l.beside(word, l.inline(li.Add("LBody"), t.Runs, bodyText).set(textWidth))
		l.space(paragraphGap)
	}
}

func (l *layouter) quote(b document.Quote) {
	l.space(3)
	q := l.root.Add("BlockQuote")
	if b.Lang != "" && b.Lang != l.d.Lang {
		q.Lang = string(b.Lang)
	}
	fill := chart.GroupFill(b.Group)
	if b.Group == "" {
		fill.Ground = chart.Falu
	}
	from := len(l.strips)
	text := l.inline(q.Add("P"), document.Text(b.Text), quoteText).set(textWidth - 8)
	l.flowText(text, column+8)
	l.strips[from].anchors = append(l.strips[from].anchors, l.anchors[b.ID])
	runs := l.backRuns(b.ID, document.Text(b.Source))
	if len(runs) > 0 && runs[0].Text != "" {
		l.keepNext()
		l.space(0.8)
		l.flowText(l.inline(q.Add("P"), runs, smallText).set(textWidth-8), column+8)
	}
	for i, s := range l.strips[from:] {
		draw, first := s.draw, i == 0
		s.draw = func(p *Page, y float64) {
			lift := s.before
			if first {
				lift = 0
			}
			p.add(Artifact{Kind: "Layout"})
			p.fill(chart.Rect{X: column, Y: y - lift, W: 1.6, H: s.height + lift, Fill: fill})
			p.add(End{})
			draw(p, y)
		}
	}
	l.space(3.5)
}

// backRuns adds to a source the recommendations that rest on it.
func (l *layouter) backRuns(id string, runs []document.Run) []document.Run {
	grounds := l.grounds[id]
	if len(grounds) == 0 {
		return runs
	}
	sep := i18n.T(l.d.Lang, "document.used_in") + " "
	if len(runs) > 0 && runs[0].Text != "" {
		sep = stop(runs[0].Text) + sep
	}
	for _, g := range grounds {
		name := l.name(g.ID)
		if g.Number != "" {
			name = i18n.T(l.d.Lang, "document.used_recommendation", "Number", g.Number)
		}
		runs = append(runs, document.Run{Text: sep}, document.Run{Text: name, Link: "#" + g.ID})
		sep = ", "
	}
	return runs
}

// stop parts a sentence from the next, whether it ends with a full stop or not.
func stop(s string) string {
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "!") {
		return " "
	}
	return ". "
}

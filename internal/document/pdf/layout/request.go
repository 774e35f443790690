package layout

import (
	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/document/pdf/tagged"
	"upphandlingsdialog/internal/document/pdf/typeset"
)

var (
	requestNumber   = style{typeset.Display, 13, 4.6, chart.Falu}
	requestSentence = style{typeset.Bold, 9, 4.3, chart.Ink}
	requestWhy      = style{typeset.Regular, 8.6, 3.95, chart.Ink}
)

// requests stand below each other: in the margin the number and by when, beside it the sentence and why. They are set so
// close that seven stand on a page.
func (l *layouter) requests(b document.Requests) {
	list := l.root.Add("L")
	list.Numbers = "None"
	for _, r := range b.Items {
		l.request(r, list.Add("LI"))
	}
	l.space(5)
}

func (l *layouter) request(r document.Request, li *tagged.Elem) {
	const margin = column - edge - 3
	number, due := requestNumber, smallText
	due.size, due.lead = 7.8, 3.6
	if colour, ok := areaColours[r.Area]; ok {
		number.colour = colour
	}
	no := l.inline(li.Add("Lbl"), document.Text(r.Number+" "), number)
	no.lines = []typeset.Line{{Spans: []typeset.Span{{Text: typeset.Clean(r.Number) + " ", Face: number.face, Width: width(number, r.Number)}}}}
	body := li.Add("LBody")
	parts := []*inline{l.inline(body.Add("P"), document.Text(r.Sentence+" "), requestSentence).set(textWidth)}
	if len(r.Why) > 0 {
		parts = append(parts, l.inline(body.Add("P"), r.Why, requestWhy).set(textWidth))
	}
	by := &inline{}
	if r.Due != "" {
		by = l.inline(body.Add("P"), document.Text(r.Due), due).set(margin)
	}
	const above, between = 1.7, 0.4
	height := above
	for _, in := range parts {
		height += in.height() + between
	}
	height = max(height, above+number.lead+between+by.height())
	l.space(1.6)
	l.add(&strip{height: height, draw: func(p *Page, y float64) {
		p.add(Artifact{Kind: "Layout"}, Line{edge, y, right, y, 0.15, chart.Rule}, End{})
		no.drawAll(p, edge, y+above)
		at := y + above
		for _, in := range parts {
			in.drawAll(p, column, at)
			at += in.height() + between
		}
		by.drawAll(p, edge, y+above+number.lead+between)
	}})
}

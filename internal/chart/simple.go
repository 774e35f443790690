package chart

import (
	"upphandlingsdialog/internal/i18n"
)

func (p *plot) dots(c DotInterval) {
	var labels, values []string
	chips := false
	for _, r := range c.Rows {
		labels = append(labels, r.Label)
		chips = chips || r.Group != ""
		if !r.Suppressed {
			values = append(values, p.value(r.Share, r.Count, r.Base))
		}
	}
	p.columns(labels, chips, values)
	// room for the dots and the axis labels at both ends
	p.x0 += p.Size
	p.x1 -= p.Size * 1.4
	axis := len(p.d.Shapes)
	if c.Reference != nil {
		p.y = p.Size * 1.6
	} else {
		p.y = p.Size * 0.3
	}
	top := p.y
	var across []span // where lines go: all the way, or past the labels that stand above the rows
	for _, r := range c.Rows {
		mid := p.dotRow(r)
		across = append(across, span{mid - p.Size*0.8, mid + p.Size*0.8})
	}
	if !p.narrow {
		across = []span{{top, p.y}}
	}
	p.axis(axis, across)
	if c.Reference != nil {
		x := p.at(c.Reference.Share)
		for _, s := range across {
			p.d.add(Line{x, s.from, x, s.to, p.Size * 0.12, Ochre})
		}
		label := c.Reference.Label + " " + i18n.Percent(p.lang, c.Reference.Share, 0)
		anchor := Start
		if x+p.Measure(p.Size, false, label) > p.Width {
			anchor = End
		}
		p.small(x, top-p.Size*0.7, anchor, Ochre, label)
	}
}

// at is the place of a share on the axis.
func (p *plot) at(share float64) float64 { return p.x0 + (p.x1-p.x0)*share }

// span is a part of the height.
type span struct{ from, to float64 }

// axis draws the grid behind the rows and its labels below them.
func (p *plot) axis(at int, across []span) {
	var grid []Shape
	for _, t := range quarters {
		x := p.at(t)
		for _, s := range across {
			grid = append(grid, Line{x, s.from, x, s.to, p.Size * 0.06, Rule})
		}
		grid = append(grid, Text{X: x, Y: p.y + p.Size*1.1, Size: p.Size * 0.88, Anchor: Middle, Colour: Quiet, S: i18n.Percent(p.lang, t, 0)})
	}
	rest := append(grid, p.d.Shapes[at:]...)
	p.d.Shapes = append(p.d.Shapes[:at:at], rest...)
	p.y += p.Size * 1.6
}

// dotRow draws a row and returns the middle of its interval.
func (p *plot) dotRow(r DotRow) float64 {
	sub := baseText(p.lang, r.Base)
	if r.Suppressed {
		sub = ""
	}
	x0 := p.x0
	p.x0 -= p.Size // the label's column ends where it did before the axis got room
	mid, write := p.label(r.Label, sub, r.Group, p.Size*1.6)
	p.x0 = x0
	write()
	if r.Suppressed {
		p.text(p.x0, mid+p.Size*0.35, Start, false, Quiet, suppressed)
		return mid
	}
	p.d.add(r.shapes(p.at, mid, p.Size)...)
	p.text(p.Width, mid+p.Size*0.36, End, true, Ink, p.value(r.Share, r.Count, r.Base))
	return mid
}

func (p *plot) bars(c Bar) {
	var labels, values []string
	chips, top := false, 1.0
	if c.Unit == Number {
		top = 0
	}
	for _, r := range c.Rows {
		labels = append(labels, r.Label)
		chips = chips || r.Group != ""
		if r.Suppressed {
			continue
		}
		values = append(values, p.barValue(c, r))
		if c.Unit == Number {
			top = max(top, r.Value)
		}
	}
	p.columns(labels, chips, values)
	if top == 0 {
		top = 1
	}
	p.y = p.Size * 0.2
	for _, r := range c.Rows {
		p.barRow(c, r, top)
	}
}

func (p *plot) barRow(c Bar, r BarRow, top float64) {
	sub := ""
	if r.Base > 0 && r.Base != c.Base && !r.Suppressed { // a base that all rows share stands below the chart
		sub = baseText(p.lang, r.Base)
	}
	bar := p.Size * 1.35
	mid, write := p.label(r.Label, sub, r.Group, bar)
	write()
	if r.Suppressed {
		p.text(p.x0, mid+p.Size*0.35, Start, false, Quiet, suppressed)
		return
	}
	group := r.Group
	if group == "" {
		group = c.Group
	}
	p.d.add(barShapes(p.x0, mid, p.x1-p.x0, bar, r.Value/top, group)...)
	p.text(p.Width, mid+p.Size*0.36, End, true, Ink, p.barValue(c, r))
}

func (p *plot) barValue(c Bar, r BarRow) string {
	if c.Unit == Number {
		return i18n.Number(p.lang, r.Value, c.Decimals)
	}
	return p.value(r.Value, r.Count, c.base(r))
}

// base is the row's own base or the chart's.
func (c Bar) base(r BarRow) int {
	if r.Base > 0 {
		return r.Base
	}
	return c.Base
}

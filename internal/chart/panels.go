package chart

import (
	"strings"

	"upphandlingsdialog/internal/i18n"
)

// Panels are small multiples: one chart of bars for each group, side by side on one scale, so that a reader compares
// along a row and sees each group's own order down a column.
type Panels struct {
	Measure string // what the bars show, in words: "har valt alternativet"
	Groups  []PanelGroup
	Rows    []PanelRow
}

// PanelGroup heads a panel.
type PanelGroup struct {
	Label string
	Group string // respondent group or empty
	Base  int    // those who answered
}

// PanelRow is one bar in each panel.
type PanelRow struct {
	Label string
	Cells []PanelCell // by group
}

// PanelCell is one share: Count of the group's base.
type PanelCell struct {
	Count      int
	Base       int // 0: the group's
	Value      float64
	Suppressed bool
}

func (Panels) chart() {}

// Empty says that there is no bar to draw, or none that may be shown.
func (c Panels) Empty() bool {
	return len(c.Groups) == 0 || withheld(c.Rows, func(r PanelRow) bool {
		return withheld(r.Cells, func(cell PanelCell) bool { return cell.Suppressed })
	})
}

func (c Panels) base(row, group int) int {
	if n := c.Rows[row].Cells[group].Base; n > 0 {
		return n
	}
	return c.Groups[group].Base
}

// text is a cell's value as a chart shows it.
func (c Panels) text(lang i18n.Lang, row, group int) string {
	cell := c.Rows[row].Cells[group]
	if cell.Suppressed {
		return suppressed
	}
	p := plot{lang: lang}
	return p.value(cell.Value, cell.Count, c.base(row, group))
}

// CellShapes draws the bar of a row and group in a box of w by h with its corner at 0, 0; size is that of the text beside it.
func (c Panels) CellShapes(row, group int, w, h, size float64) []Shape {
	cell := c.Rows[row].Cells[group]
	if cell.Suppressed {
		return nil
	}
	return barShapes(0, h/2, w, min(h-size*0.3, size*1.15), cell.Value, c.Groups[group].Group)
}

// panels sets the group's names above their bars. The labels of the rows stand before them, on a narrow page above.
func (p *plot) panels(c Panels) {
	n := float64(len(c.Groups))
	var labels []string
	for _, r := range c.Rows {
		labels = append(labels, r.Label)
	}
	p.columns(labels, false, nil)
	gap := p.Size * 1.2
	w := (p.Width - p.x0 - gap*(n-1)) / n
	left := func(g int) float64 { return p.x0 + float64(g)*(w+gap) }
	number := 0.0
	for r := range c.Rows {
		for g := range c.Groups {
			number = max(number, p.Measure(p.Size*0.88, false, c.text(p.lang, r, g)))
		}
	}
	p.panelHeads(c, w, left)
	for i, r := range c.Rows {
		p.panelLabel(r.Label)
		h := p.Size * 1.5
		for g := range c.Groups {
			for _, s := range c.CellShapes(i, g, w-number-p.Size*0.4, h, p.Size) {
				p.d.add(moved(s, left(g), p.y))
			}
			p.small(left(g)+w, p.y+h/2+p.Size*0.32, End, Ink, c.text(p.lang, i, g))
		}
		p.y += h + p.Size*0.45
	}
}

func (p *plot) panelHeads(c Panels, w float64, left func(int) float64) {
	chip := p.Size * 1.15
	deepest := 0
	heads := make([][]string, len(c.Groups))
	for g, group := range c.Groups {
		heads[g] = p.wrap(group.Label, w-chip)
		deepest = max(deepest, len(heads[g]))
	}
	for _, lines := range heads {
		for _, line := range lines {
			if p.Measure(p.Size, true, line) > w-chip {
				p.panelLegend(c)
				return
			}
		}
	}
	lead := p.Size * 1.2
	for g, group := range c.Groups {
		y := p.Size + float64(deepest-len(heads[g]))*lead // heads stand on their bars
		p.d.add(Rect{X: left(g), Y: y - p.Size*0.8, W: p.Size * 0.85, H: p.Size * 0.85, Fill: GroupFill(group.Group)})
		for i, line := range heads[g] {
			p.text(left(g)+chip, y+float64(i)*lead, Start, true, Ink, line)
		}
		p.small(left(g)+chip, p.Size+float64(deepest)*lead, Start, Quiet, baseText(p.lang, group.Base))
	}
	p.y = p.Size + float64(deepest)*lead + p.Size*0.8
}

// panelLegend names the groups in the panels' order, on rows of their own, where a name has no room above its bars.
func (p *plot) panelLegend(c Panels) {
	chip, x, y := p.Size*1.15, 0.0, p.Size
	for _, group := range c.Groups {
		name, base := p.Measure(p.Size, true, group.Label), baseText(p.lang, group.Base)
		w := chip + name + p.Size*0.5 + p.Measure(p.Size*0.88, false, base)
		if x > 0 && x+w*1.08 > p.Width { // the reader's typeface may be wider than ours
			x, y = 0, y+p.Size*1.5
		}
		p.d.add(Rect{X: x, Y: y - p.Size*0.8, W: p.Size * 0.85, H: p.Size * 0.85, Fill: GroupFill(group.Group)})
		p.text(x+chip, y, Start, true, Ink, group.Label)
		p.small(x+chip+name+p.Size*0.5, y, Start, Quiet, base)
		x += w + p.Size*1.2
	}
	p.y = y + p.Size*0.9
}

// panelLabel names a row: before its bars, or above them where there is no room.
func (p *plot) panelLabel(label string) {
	if p.narrow {
		for _, line := range p.wrap(label, p.Width) {
			p.y += p.Size * 1.1
			p.text(0, p.y, Start, false, Ink, line)
		}
		p.y += p.Size * 0.3
		return
	}
	lines := p.wrap(label, p.x0-p.Size)
	for i, line := range lines {
		p.text(0, p.y+p.Size*1.05+float64(i)*p.Size*1.2, Start, false, Ink, line)
	}
	p.y += float64(len(lines)-1) * p.Size * 0.6
}

func panelTable(c Panels, lang i18n.Lang) Twin {
	t := Twin{Head: []string{i18n.T(lang, "chart.answer")}}
	for _, g := range c.Groups {
		t.Head = append(t.Head, g.Label+" ("+i18n.Int(lang, g.Base)+")")
	}
	for i, r := range c.Rows {
		row := []string{r.Label}
		for g, cell := range r.Cells {
			row = append(row, c.text(lang, i, g))
			if cell.Suppressed {
				t.Note = i18n.T(lang, "chart.suppressed_note")
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// panelWords say each group's bars, the most chosen first as the rows are.
func panelWords(c Panels, lang i18n.Lang) string {
	parts := []string{measured(lang, "chart.alt_panels", "chart.alt_panels_plain", c.Measure)}
	for g, group := range c.Groups {
		var list []string
		for i, r := range c.Rows {
			cell := r.Cells[g]
			if cell.Suppressed {
				continue
			}
			share := percentWords(lang, cell.Value, min(c.base(i, g), 99))
			if c.base(i, g) < fewest {
				share = i18n.Int(lang, cell.Count)
			}
			list = append(list, i18n.T(lang, "chart.alt_part", "Share", share, "Level", r.Label))
		}
		if len(list) == 0 {
			parts = append(parts, i18n.T(lang, "chart.alt_suppressed", "Label", group.Label))
			continue
		}
		parts = append(parts, i18n.T(lang, "chart.alt_row", "Label", group.Label, "N", i18n.Int(lang, group.Base), "List", and(lang, list)))
	}
	return strings.Join(parts, " ")
}

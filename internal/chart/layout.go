package chart

import (
	"strings"

	"upphandlingsdialog/internal/i18n"
)

// Frame is the space a chart gets. Size is the text size in the same unit as
// Width; Measure tells how wide a text is. With Labels the bars start there,
// whatever the labels are, so that the charts of a document stand on one line;
// Divide then puts soft hyphens into the labels that need more than a line.
type Frame struct {
	Width, Size float64
	Measure     func(size float64, bold bool, s string) float64
	Labels      float64
	Divide      func(string) string
}

// Layout computes the chart's geometry. A frame narrower than 40 times the text
// size has the labels above the bars instead of beside them.
func Layout(c Chart, lang i18n.Lang, f Frame) Drawing {
	p := &plot{Frame: f, lang: lang, narrow: f.Width < 40*f.Size}
	p.d.Width = f.Width
	if c.Empty() {
		p.y = 1.5 * f.Size
		p.text(0, p.y, Start, false, Quiet, i18n.T(lang, "chart.empty"))
		p.y += f.Size
	} else {
		switch c := c.(type) {
		case StackedBar:
			p.stacked(c)
		case DotInterval:
			p.dots(c)
		case Bar:
			p.bars(c)
		case Panels:
			p.panels(c)
		}
	}
	p.d.Height = p.y
	return p.d
}

// plot is a drawing under way: y is where the next row starts, x0 to x1 is the
// width of the bars, x2 where a column of values to the right of them starts.
type plot struct {
	Frame
	lang       i18n.Lang
	narrow     bool
	d          Drawing
	y          float64
	x0, x1, x2 float64
}

func (p *plot) text(x, y float64, a Anchor, bold bool, c Colour, s string) {
	if s != "" {
		p.d.add(Text{X: x, Y: y, Size: p.Size, Anchor: a, Bold: bold, Colour: c, S: s})
	}
}

func (p *plot) small(x, y float64, a Anchor, c Colour, s string) {
	if s != "" {
		p.d.add(Text{X: x, Y: y, Size: p.Size * 0.88, Anchor: a, Colour: c, S: s})
	}
}

// columns divides the width between labels, bars and values.
func (p *plot) columns(labels []string, chips bool, values []string) {
	valueWidth := 0.0
	for _, v := range values {
		valueWidth = max(valueWidth, p.Measure(p.Size, false, v))
	}
	p.x0, p.x1 = 0, p.Width
	if valueWidth > 0 {
		p.x1 = p.Width - valueWidth - p.Size*0.8
		p.x2 = p.x1 + p.Size*0.8
	}
	if p.narrow {
		return
	}
	if p.x0 = p.Labels; p.x0 > 0 {
		return
	}
	w := 0.0
	for _, l := range labels {
		w = max(w, p.Measure(p.Size, true, l))
	}
	p.x0 = min(w, p.Width*0.36) + p.Size*1.2
	if chips {
		p.x0 += p.Size * 1.4
	}
}

// label writes a row's label and the small line below it, and returns the
// middle and the height of the bar. Rows end where end says.
func (p *plot) label(label, sub, group string, bar float64) (mid float64, end func()) {
	chip := 0.0
	if group != "" {
		chip = p.Size * 1.4
	}
	room := p.x0 - p.Size*1.2 - chip
	if p.narrow {
		room = p.Width - chip - p.Measure(p.Size, false, sub) - p.Size
	}
	lines := p.wrap(label, room)
	lead := p.Size * 1.25
	top := p.y
	height := float64(len(lines)) * lead
	if !p.narrow && sub != "" {
		height += lead * 0.9
	}
	if p.narrow {
		mid = top + height + bar*0.5 + p.Size*0.1
		p.y = mid + bar*0.5 + p.Size*0.9
	} else {
		full := max(height, bar)
		mid = top + full/2
		p.y = top + full + p.Size*0.75
	}
	first := top + p.Size
	if !p.narrow && height < bar {
		first = mid - height/2 + p.Size*0.95
	}
	return mid, func() {
		if group != "" {
			s := p.Size * 0.85
			p.d.add(Rect{X: 0, Y: first - s*0.9, W: s, H: s, Fill: GroupFill(group)})
		}
		for i, l := range lines {
			p.text(chip, first+float64(i)*lead, Start, true, Ink, l)
		}
		if p.narrow {
			// beside the label's last line
			n := len(lines) - 1
			p.small(chip+p.Measure(p.Size, true, lines[n])+p.Size*0.8, first+float64(n)*lead, Start, Quiet, sub)
			return
		}
		p.small(chip, first+float64(len(lines))*lead*0.96, Start, Quiet, sub)
	}
}

// wrap breaks a label at spaces, and words that are too long where they may be
// divided.
func (p *plot) wrap(s string, width float64) []string {
	var lines []string
	cur := ""
	fits := func(s string) bool { return p.Measure(p.Size, true, s) <= width }
	for _, w := range strings.Fields(s) {
		next := strings.TrimSpace(cur + " " + w)
		if cur != "" && !fits(next) {
			lines = append(lines, cur)
			next = w
		}
		for p.Divide != nil && !fits(next) {
			head, tail := p.cut(next, fits)
			if head == "" {
				break
			}
			lines = append(lines, head)
			next = tail
		}
		cur = next
	}
	if cur != "" || len(lines) == 0 {
		lines = append(lines, cur)
	}
	return lines
}

const softHyphen = "\u00ad"

// cut divides a word so that as much as can be fits; head is empty when nothing
// does.
func (p *plot) cut(word string, fits func(string) bool) (head, tail string) {
	parts := strings.Split(p.Divide(word), softHyphen)
	for n := len(parts) - 1; n > 0; n-- {
		if head := strings.Join(parts[:n], "") + "-"; len([]rune(head)) > 3 && fits(head) {
			return head, strings.Join(parts[n:], "")
		}
	}
	return "", word
}

// value is a share as a chart shows it: "38 %", or "9 av 14" for a small base.
func (p *plot) value(share float64, count, base int) string {
	if base > 0 && base < fewest {
		return i18n.T(p.lang, "chart.of", "Count", count, "N", i18n.Int(p.lang, base))
	}
	return i18n.Percent(p.lang, share, base)
}

// fewest is the base under which no percentages are written.
const fewest = 20

func baseText(lang i18n.Lang, n int) string {
	return i18n.T(lang, "chart.base", "N", i18n.Int(lang, n))
}

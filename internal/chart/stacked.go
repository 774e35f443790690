package chart

import (
	"math"
	"slices"

	"upphandlingsdialog/internal/i18n"
)

// fractions are a row's counts as parts of its base.
func (r StackedRow) fractions() []float64 {
	sum := 0
	for _, c := range r.Counts {
		sum += c
	}
	out := make([]float64, len(r.Counts))
	for i, c := range r.Counts {
		if sum > 0 {
			out[i] = float64(c) / float64(sum)
		}
	}
	return out
}

// left is how much of the row stands to the left of the scale's middle.
func (c StackedBar) left(f []float64) float64 {
	if !c.Bipolar {
		return 0
	}
	sum := 0.0
	for i, v := range f {
		switch {
		case 2*i+1 < len(f):
			sum += v
		case 2*i+1 == len(f):
			sum += v / 2
		}
	}
	return sum
}

func (p *plot) stacked(c StackedBar) {
	var labels, unknown []string
	chips := false
	for _, r := range c.Rows {
		labels = append(labels, r.Label)
		chips = chips || r.Group != ""
		if r.Unknown > 0 && !r.Suppressed {
			unknown = append(unknown, p.unknownText(r))
		}
	}
	if len(unknown) > 0 {
		unknown = append(unknown, i18n.T(p.lang, "chart.unknown"))
	}
	p.columns(labels, chips, unknown)
	end := p.legend(c)
	if len(unknown) > 0 {
		head := i18n.T(p.lang, "chart.unknown")
		if end.x < p.Width-p.Measure(p.Size, false, head)-p.Size {
			p.small(p.Width, end.y, End, Quiet, head)
		} else {
			p.small(p.Width, p.y+p.Size*0.6, End, Quiet, head)
			p.y += p.Size * 1.1
		}
	}
	left, right := 0.0, 0.0
	for _, r := range c.Rows {
		if r.Suppressed {
			continue
		}
		l := c.left(r.fractions())
		left, right = max(left, l), max(right, 1-l)
	}
	if left+right == 0 {
		left, right = 0, 1
	}
	scale := (p.x1 - p.x0) / (left + right)
	for _, r := range c.Rows {
		p.stackedRow(c, r, p.x0+left*scale, scale)
	}
}

func (p *plot) stackedRow(c StackedBar, r StackedRow, zero, scale float64) {
	bar := p.Size * 2
	sub := baseText(p.lang, r.Base)
	counts := r.Base < fewest
	if counts {
		sub = i18n.T(p.lang, "chart.base_counts", "N", i18n.Int(p.lang, r.Base))
	}
	if r.Suppressed {
		sub = ""
	}
	if r.Suppressed {
		bar = p.Size
	}
	mid, write := p.label(r.Label, sub, r.Group, bar)
	write()
	if r.Suppressed {
		p.text(p.x0, mid+p.Size*0.35, Start, false, Quiet, suppressed)
		return
	}
	if c.Bipolar {
		reach := bar/2 + p.Size*0.38
		p.d.add(Line{zero, mid - reach, zero, mid + reach, p.Size * 0.1, Quiet})
	}
	f := r.fractions()
	x := zero - c.left(f)*scale
	for i, v := range f {
		w := v * scale
		if w <= 0 {
			continue
		}
		fill := levelFill(i, len(c.Levels), c.Bipolar)
		p.d.add(Rect{X: x, Y: mid - bar/2, W: w, H: bar, Fill: fill})
		s := i18n.Number(p.lang, v*100, 0)
		if counts {
			s = i18n.Int(p.lang, r.Counts[i])
		}
		if p.Measure(p.Size, false, s)+p.Size*0.5 < w {
			p.text(x+w/2, mid+p.Size*0.36, Middle, false, fill.Over(), s)
		}
		x += w
	}
	if r.Unknown > 0 {
		p.small(p.Width, mid+p.Size*0.36, End, Quiet, p.unknownText(r))
	}
}

func (p *plot) unknownText(r StackedRow) string {
	n := r.Base + r.Unknown
	if n < fewest {
		return i18n.Int(p.lang, r.Unknown)
	}
	return i18n.Percent(p.lang, float64(r.Unknown)/float64(n), min(n, 99))
}

// legend names the steps in their order, with their fills: above the bars when
// they have a place of their own, and on rows of about the same length.
// It returns where its last name ends.
func (p *plot) legend(c StackedBar) (end struct{ x, y float64 }) {
	box, gap := p.Size*0.9, p.Size*1.1
	left := p.Labels
	if p.narrow {
		left = 0
	}
	widths, all := make([]float64, len(c.Levels)), 0.0
	for i, l := range c.Levels {
		widths[i] = box + p.Size*0.4 + p.Measure(p.Size, false, l) + gap
		all += widths[i]
	}
	room := p.Width - left + gap
	if rows := math.Ceil(all / room); rows > 1 {
		longest := slices.Max(widths)
		room = min(room, all/rows+longest/2)
	}
	x, y := left, p.Size
	for i, l := range c.Levels {
		w := widths[i]
		if x > left && x+w-left > room+1e-6 {
			x, y = left, y+p.Size*1.5
		}
		p.d.add(Rect{X: x, Y: y - box*0.88, W: box, H: box, Fill: levelFill(i, len(c.Levels), c.Bipolar)})
		p.text(x+box+p.Size*0.4, y, Start, false, Ink, l)
		x += w
	}
	p.y = y + p.Size*1.3
	end.x, end.y = x-gap, y
	return end
}

const suppressed = ".."

package chart

import (
	"math"
	"slices"

	"upphandlingsdialog/internal/i18n"
)

// fractions are a row's shares by level, Hidden where one is withheld; rest is what the withheld steps
// have together.
func (r StackedRow) fractions() (f []float64, rest float64) {
	f = make([]float64, len(r.Counts))
	whole := r.Base
	if !slices.Contains(r.Counts, Hidden) {
		whole = 0
		for _, c := range r.Counts {
			whole += c
		}
	}
	if whole == 0 {
		return f, 0
	}
	rest = 1
	for i, c := range r.Counts {
		switch {
		case c == Hidden:
			f[i] = Hidden
			continue
		case r.Weighted != nil:
			f[i] = r.Weighted.Levels[i]
		default:
			f[i] = float64(c) / float64(whole)
		}
		rest -= f[i]
	}
	return f, max(0, rest)
}

// unknown is the share of those who do not know.
func (r StackedRow) unknown() float64 {
	if r.Weighted != nil {
		return r.Weighted.Unknown
	}
	return float64(r.Unknown) / float64(max(1, r.Base+r.Unknown))
}

// partly says whether some of the row's steps are withheld, and not all of it.
func (r StackedRow) partly() bool { return !r.Suppressed && slices.Contains(r.Counts, Hidden) }

// bar is a row as it is drawn: its pieces from left to right, and how much of it stands to the left of
// the scale's middle, if that is known.
type bar struct {
	pieces  []piece
	left    float64
	centred bool
}

// piece is one step of a bar, or all withheld ones together, level Hidden.
type piece struct {
	level int
	share float64
}

// bar lays the steps out in their order. Withheld ones are one piece: where they are if they are
// neighbours, else at the end, as nobody knows how they share it.
func (c StackedBar) bar(r StackedRow) (b bar) {
	f, rest := r.fractions()
	first, last := slices.Index(r.Counts, Hidden), -1
	for i, n := range r.Counts {
		if n == Hidden {
			last = i
		}
	}
	together := first >= 0 && !slices.ContainsFunc(r.Counts[first:last+1], func(n int) bool { return n != Hidden })
	for i, v := range f {
		switch {
		case v != Hidden:
			b.pieces = append(b.pieces, piece{i, v})
		case i == first && together:
			b.pieces = append(b.pieces, piece{Hidden, rest})
		}
	}
	if first >= 0 && !together {
		b.pieces = append(b.pieces, piece{Hidden, rest})
	}
	n := len(f)
	// Withheld steps on one side of the middle are on that side whatever each of them is.
	b.centred = c.Bipolar && (first < 0 || together && (2*last+1 < n || 2*first+1 > n))
	if !b.centred {
		return b
	}
	for i, v := range f {
		switch {
		case v == Hidden:
		case 2*i+1 < n:
			b.left += v
		case 2*i+1 == n:
			b.left += v / 2
		}
	}
	if first >= 0 && 2*last+1 < n {
		b.left += rest
	}
	return b
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
	centred := true // a middle line helps only where every bar is centred on it
	for _, r := range c.Rows {
		if !r.Suppressed {
			b := c.bar(r)
			left, right, centred = max(left, b.left), max(right, 1-b.left), centred && b.centred
		}
	}
	if !centred || left+right == 0 {
		left, right = 0, 1
	}
	scale := (p.x1 - p.x0) / (left + right)
	for _, r := range c.Rows {
		p.stackedRow(c, r, p.x0+left*scale, scale, centred)
	}
}

// stackedRow draws a bar from the left, or centred with its middle at zero.
func (p *plot) stackedRow(c StackedBar, r StackedRow, zero, scale float64, centred bool) {
	height := p.Size * 2
	sub := baseText(p.lang, r.Base)
	counts := r.Base < fewest
	if counts {
		sub = i18n.T(p.lang, "chart.base_counts", "N", i18n.Int(p.lang, r.Base))
	}
	if r.Suppressed {
		sub, height = "", p.Size
	}
	mid, write := p.label(r.Label, sub, r.Group, height)
	write()
	if r.Suppressed {
		p.text(p.x0, mid+p.Size*0.35, Start, false, Quiet, suppressed)
		return
	}
	b := c.bar(r)
	x := zero
	if centred {
		x -= b.left * scale
		reach := height/2 + p.Size*0.38
		p.d.add(Line{zero, mid - reach, zero, mid + reach, p.Size * 0.1, Quiet})
	}
	for _, part := range b.pieces {
		w := part.share * scale
		if w <= 0 {
			continue
		}
		fill, s := withheldFill, suppressed
		if part.level != Hidden {
			fill, s = levelFill(part.level, len(c.Levels), c.Bipolar), i18n.Number(p.lang, part.share*100, 0)
			if counts {
				s = i18n.Int(p.lang, r.Counts[part.level])
			}
		}
		p.d.add(Rect{X: x, Y: mid - height/2, W: w, H: height, Fill: fill})
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
	return i18n.Percent(p.lang, r.unknown(), min(n, 99))
}

// withheldFill is of steps that are withheld: as good as empty.
var withheldFill = Fill{Ground: White, Mark: Rule, Pattern: Diagonal}

// legend names the steps in their order, with their fills: above the bars when
// they have a place of their own, and on rows of about the same length.
// It returns where its last name ends.
func (p *plot) legend(c StackedBar) (end struct{ x, y float64 }) {
	box, gap := p.Size*0.9, p.Size*1.1
	left := p.Labels
	if p.narrow {
		left = 0
	}
	names, fills := slices.Clone(c.Levels), make([]Fill, len(c.Levels))
	for i := range c.Levels {
		fills[i] = levelFill(i, len(c.Levels), c.Bipolar)
	}
	if slices.ContainsFunc(c.Rows, StackedRow.partly) {
		names, fills = append(names, i18n.T(p.lang, "chart.withheld")), append(fills, withheldFill)
	}
	widths, all := make([]float64, len(names)), 0.0
	for i, l := range names {
		widths[i] = box + p.Size*0.4 + p.Measure(p.Size, false, l) + gap
		all += widths[i]
	}
	room := p.Width - left + gap
	if rows := math.Ceil(all / room); rows > 1 {
		longest := slices.Max(widths)
		room = min(room, all/rows+longest/2)
	}
	x, y := left, p.Size
	for i, l := range names {
		w := widths[i]
		if x > left && x+w-left > room+1e-6 {
			x, y = left, y+p.Size*1.5
		}
		p.d.add(Rect{X: x, Y: y - box*0.88, W: box, H: box, Fill: fills[i]})
		p.text(x+box+p.Size*0.4, y, Start, false, Ink, l)
		x += w
	}
	p.y = y + p.Size*1.3
	end.x, end.y = x-gap, y
	return end
}

const suppressed = ".."

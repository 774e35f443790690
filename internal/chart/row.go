package chart

import (
	"upphandlingsdialog/internal/i18n"
)

// Rowed is a chart with one value a row, which can be drawn inside a table, each value beside its numbers.
type Rowed interface {
	Chart
	// Row draws row i in a box of w by h with its corner at 0, 0; size is that of the text beside it.
	Row(i int, w, h, size float64) []Shape
	// Axis is what the box's width means: shares from 0 to 1 of it, in words. None for bars, which their values explain.
	Axis(lang i18n.Lang) []Reference
}

// shapes are the dot with its interval; at places a share.
func (r DotRow) shapes(at func(share float64) float64, mid, size float64) []Shape {
	colour := GroupFill(r.Group).Ground
	lo, hi := at(max(0, r.Lower)), at(min(1, r.Upper))
	tick, w := size*0.35, size*0.16
	return []Shape{
		Line{lo, mid, hi, mid, w, colour}, Line{lo, mid - tick, lo, mid + tick, w, colour}, Line{hi, mid - tick, hi, mid + tick, w, colour},
		Dot{X: at(r.Share), Y: mid, R: size * 0.48, Colour: colour, Hollow: r.Base < fewest},
	}
}

// Row draws the grid behind the row, the line to compare with, and the dot with its interval.
func (c DotInterval) Row(i int, w, h, size float64) []Shape {
	at := func(share float64) float64 { return size*0.6 + (w-size*1.2)*share }
	var out []Shape
	for _, t := range quarters {
		out = append(out, Line{at(t), 0, at(t), h, size * 0.06, Rule})
	}
	if c.Reference != nil {
		out = append(out, Line{at(c.Reference.Share), 0, at(c.Reference.Share), h, size * 0.12, Ochre})
	}
	if r := c.Rows[i]; !r.Suppressed {
		out = append(out, r.shapes(at, h/2, size)...)
	}
	return out
}

var quarters = []float64{0, 0.25, 0.5, 0.75, 1}

// Axis names the ends, the middle and the line to compare with.
func (c DotInterval) Axis(lang i18n.Lang) []Reference {
	out := []Reference{{0, i18n.Percent(lang, 0, 0)}, {0.5, i18n.Percent(lang, 0.5, 0)}, {1, i18n.Percent(lang, 1, 0)}}
	if r := c.Reference; r != nil {
		return []Reference{{r.Share, r.Label + " " + i18n.Percent(lang, r.Share, 0)}}
	}
	return out
}

// barShapes are the track and the bar, part of it from 0 to 1.
func barShapes(x, mid, w, h, part float64, group string) []Shape {
	out := []Shape{Rect{X: x, Y: mid - h/2, W: w, H: h, Fill: Fill{Ground: Sunk}}}
	if filled := w * min(part, 1); filled > 0 {
		out = append(out, Rect{X: x, Y: mid - h/2, W: filled, H: h, Fill: GroupFill(group)})
	}
	return out
}

// Row draws a bar on its track.
func (c Bar) Row(i int, w, h, size float64) []Shape {
	r := c.Rows[i]
	if r.Suppressed {
		return nil
	}
	top := 1.0
	if c.Unit == Number {
		top = 0
		for _, other := range c.Rows {
			if !other.Suppressed {
				top = max(top, other.Value)
			}
		}
		if top == 0 {
			top = 1
		}
	}
	group := r.Group
	if group == "" {
		group = c.Group
	}
	return barShapes(0, h/2, w, min(h-size*0.3, size*1.25), r.Value/top, group)
}

// Axis is empty: each bar's value stands beside it.
func (Bar) Axis(i18n.Lang) []Reference { return nil }

package chart

import (
	"fmt"
	"math"
)

// Colour is red, green and blue, 0 to 255.
type Colour [3]uint8

// Hex is the colour as CSS writes it.
func (c Colour) Hex() string { return fmt.Sprintf("#%02x%02x%02x", c[0], c[1], c[2]) }

// The project's colours, as in the web's style sheet.
var (
	Ink    = Colour{0x1d, 0x1b, 0x1a}
	Quiet  = Colour{0x5b, 0x55, 0x4e}
	Rule   = Colour{0xd8, 0xd3, 0xcb}
	Sunk   = Colour{0xf1, 0xee, 0xe8}
	White  = Colour{0xff, 0xff, 0xff}
	Falu   = Colour{0x8a, 0x1f, 0x1b}
	Pine   = Colour{0x1f, 0x5c, 0x4d}
	Lake   = Colour{0x1d, 0x5a, 0x8a}
	Birch  = Colour{0x6b, 0x62, 0x57}
	Ochre  = Colour{0x9a, 0x6a, 0x00}
	sand   = Colour{0xe6, 0xe1, 0xd9}
	blush  = Colour{0xe3, 0xb0, 0xa9}
	frost  = Colour{0xa9, 0xc8, 0xdf}
	nolake = Colour{0xdd, 0xe8, 0xf1}
)

// Pattern is what tells fills apart without colour.
type Pattern int

// The patterns in use.
const (
	Solid Pattern = iota
	Diagonal
	Dots
	Horizontal
)

var patternNames = [...]string{"solid", "diagonal", "dots", "horizontal"}

func (p Pattern) String() string { return patternNames[p] }

// Fill is a ground colour with a pattern in a second colour.
type Fill struct {
	Ground  Colour
	Mark    Colour
	Pattern Pattern
}

// GroupFill is the colour and pattern of a respondent group, everywhere. An
// unknown group is ink.
func GroupFill(group string) Fill {
	switch group {
	case Procurer:
		return Fill{Ground: Lake}
	case Politician:
		return Fill{Ground: Pine, Mark: mix(Pine, White, 0.55), Pattern: Diagonal}
	case Business:
		return Fill{Ground: Falu, Mark: mix(Falu, White, 0.6), Pattern: Dots}
	case Developer:
		return Fill{Ground: Birch, Mark: mix(Birch, White, 0.6), Pattern: Horizontal}
	}
	return Fill{Ground: mix(Ink, White, 0.25)}
}

// levelFill is the fill of step i of n of a scale. A bipolar scale goes from
// red over sand to blue, another from pale to dark.
func levelFill(i, n int, bipolar bool) Fill {
	if n < 2 {
		return Fill{Ground: Lake}
	}
	t := float64(i) / float64(n-1)
	if !bipolar {
		// the tones between, on which neither white nor ink reads well, are left out
		tone := 0.8 * t
		if t > 0.7 {
			tone = 0.85 + (t-0.7)/2
		}
		f := Fill{Ground: mix(nolake, Lake, tone)}
		if i%2 == 1 { // marks go away from the text's colour, so that it can be read
			f.Pattern, f.Mark = Diagonal, mix(f.Ground, White, 0.3)
			if f.Over() == White {
				f.Mark = mix(f.Ground, Ink, 0.25)
			}
		}
		return f
	}
	switch {
	case t == 0.5:
		return Fill{Ground: sand}
	case t < 0.25:
		return Fill{Ground: Falu, Mark: mix(Falu, White, 0.16), Pattern: Diagonal}
	case t < 0.5:
		return Fill{Ground: blush, Mark: mix(blush, Falu, 0.18), Pattern: Diagonal}
	case t > 0.75:
		return Fill{Ground: Lake}
	}
	return Fill{Ground: frost, Mark: mix(frost, Lake, 0.18), Pattern: Horizontal}
}

// Over is the text colour with the better contrast on the fill's ground.
func (f Fill) Over() Colour {
	if contrast(White, f.Ground) > contrast(Ink, f.Ground) {
		return White
	}
	return Ink
}

// contrast is the contrast ratio of WCAG 2, 1 to 21.
func contrast(a, b Colour) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(c Colour) float64 {
	var v [3]float64
	for i := range c {
		v[i] = float64(c[i]) / 255
		if v[i] <= 0.03928 {
			v[i] /= 12.92
		} else {
			v[i] = math.Pow((v[i]+0.055)/1.055, 2.4)
		}
	}
	return 0.2126*v[0] + 0.7152*v[1] + 0.0722*v[2]
}

func mix(a, b Colour, t float64) Colour {
	var c Colour
	for i := range c {
		c[i] = uint8(float64(a[i]) + (float64(b[i])-float64(a[i]))*t + 0.5)
	}
	return c
}

// Shape is one of Rect, Line, Dot and Text. Lengths are in the unit of the
// frame, y grows downward.
type Shape interface{ shape() }

// Rect is a filled rectangle.
type Rect struct {
	X, Y, W, H float64
	Fill       Fill
}

// Line is a straight stroke.
type Line struct {
	X1, Y1, X2, Y2, Width float64
	Colour                Colour
}

// Dot is a filled circle; hollow ones have a white ground and a rim.
type Dot struct {
	X, Y, R float64
	Colour  Colour
	Hollow  bool
}

// Anchor says which part of a text stands at X.
type Anchor int

// Text starts, is centred or ends at its X.
const (
	Start Anchor = iota
	Middle
	End
)

// Text is one line of text; Y is its baseline.
type Text struct {
	X, Y, Size float64
	Anchor     Anchor
	Bold       bool
	Colour     Colour
	S          string
}

func (Rect) shape() {}
func (Line) shape() {}
func (Dot) shape()  {}
func (Text) shape() {}

// Drawing is a chart's geometry.
type Drawing struct {
	Width, Height float64
	Shapes        []Shape
}

func (d *Drawing) add(s ...Shape) { d.Shapes = append(d.Shapes, s...) }

// Marks are the strokes and dots of a patterned rectangle, inside its edges;
// step is the distance between them.
func (r Rect) Marks(step float64) []Shape {
	var out []Shape
	thin := step * 0.22
	switch r.Fill.Pattern {
	case Horizontal:
		for y := r.Y + step*0.5; y < r.Y+r.H-thin/2; y += step {
			out = append(out, Line{r.X, y, r.X + r.W, y, thin, r.Fill.Mark})
		}
	case Dots:
		row := 0
		for y := r.Y + step*0.6; y < r.Y+r.H-step*0.3; y += step * 0.8 {
			for x := r.X + step*(0.5+0.5*float64(row%2)); x < r.X+r.W-step*0.25; x += step {
				out = append(out, Dot{X: x, Y: y, R: step * 0.2, Colour: r.Fill.Mark})
			}
			row++
		}
	case Diagonal:
		gap := step * 1.3
		for c := gap * 0.5; c < r.W+r.H; c += gap {
			// the line x+y = c, cut at the edges
			x1, y1 := min(c, r.W), max(0, c-r.W)
			x2, y2 := max(0, c-r.H), min(c, r.H)
			out = append(out, Line{r.X + x1, r.Y + y1, r.X + x2, r.Y + y2, thin, r.Fill.Mark})
		}
	}
	return out
}

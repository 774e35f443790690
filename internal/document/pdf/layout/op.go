// Package layout places a document on pages: positioned drawing operations
// with the structure they belong to. It knows geometry and text widths, not PDF.
package layout

import (
	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/document/pdf/tagged"
	"upphandlingsdialog/internal/document/pdf/typeset"
)

// Op is one drawing operation. Lengths are millimetres from the page's upper
// left corner, sizes of text are points.
type Op interface{ op() }

// Begin opens a piece of marked content of an element; End closes it.
type Begin struct {
	Elem    *tagged.Elem
	Content *tagged.MCR
}

// Artifact opens content that is no part of the text; End closes it. Kind is
// Pagination or Layout, Sub is Header, Footer or empty.
type Artifact struct{ Kind, Sub string }

// End closes the innermost Begin or Artifact.
type End struct{}

// Text draws text in one face; Y is the baseline.
type Text struct {
	X, Y, Size float64
	Face       typeset.Face
	Colour     chart.Colour
	S          string
}

// Rect fills a rectangle.
type Rect struct {
	X, Y, W, H float64
	Colour     chart.Colour
}

// Line strokes a line.
type Line struct {
	X1, Y1, X2, Y2, Width float64
	Colour                chart.Colour
}

// Dot fills a circle; with a rim when Rim is not zero.
type Dot struct {
	X, Y, R, Rim float64
	Ground       chart.Colour
	Colour       chart.Colour
}

// Polygon fills an area; with an edge when Width is not zero.
type Polygon struct {
	Points       [][2]float64
	Width        float64
	Colour, Edge chart.Colour
}

// Link makes a rectangle lead to an address or, with To, to an anchor.
type Link struct {
	Elem       *tagged.Elem
	Object     *tagged.OBJR
	X, Y, W, H float64
	URL        string
	To         *Anchor
	Contents   string
}

func (Begin) op()    {}
func (Artifact) op() {}
func (End) op()      {}
func (Text) op()     {}
func (Rect) op()     {}
func (Line) op()     {}
func (Dot) op()      {}
func (Polygon) op()  {}
func (Link) op()     {}

// Anchor is a place that can be linked to. Level is 0 unless it is a heading.
type Anchor struct {
	Level int
	Title string
	Page  int // from 1
	Y     float64
}

// Page is one page's operations. No counts from 1.
type Page struct {
	No  int
	Ops []Op
}

func (p *Page) add(ops ...Op) { p.Ops = append(p.Ops, ops...) }

// Result is the laid-out document.
type Result struct {
	Pages   []*Page
	Root    *tagged.Elem
	Outline []*Anchor // headings in order
}

// Package tagged is the logical structure of a PDF: what each piece of content
// is, in reading order.
package tagged

// Elem is one structure element. Kids holds *Elem, *MCR and *OBJR in reading
// order.
type Elem struct {
	Type    string // standard type or one in the role map
	Alt     string
	Lang    string
	ID      string   // of TH
	Scope   string   // of TH: Row or Column
	Headers []string // of TD: IDs of its TH
	Numbers string   // of L: Disc, Decimal or None
	Print   string   // of Form: what is filled in on paper: rb, cb or tv (PDF 1.7, 14.8.5.6)
	BBox    *[4]float64
	Kids    []any
	Parent  *Elem
}

// MCR is a piece of marked content. Layout places it, so that the order of
// kids is the reading order; the painter numbers it.
type MCR struct{ Page, MCID int }

// OBJR is a reference to an annotation, placed and numbered like MCR.
type OBJR struct{ Page, Link int }

// Add appends a child element.
func (e *Elem) Add(typ string) *Elem {
	k := &Elem{Type: typ, Parent: e}
	e.Kids = append(e.Kids, k)
	return k
}

// Content appends a piece of marked content.
func (e *Elem) Content() *MCR {
	m := &MCR{}
	e.Kids = append(e.Kids, m)
	return m
}

// Object appends a reference to an annotation.
func (e *Elem) Object() *OBJR {
	o := &OBJR{}
	e.Kids = append(e.Kids, o)
	return o
}

// Link is a link annotation. Rect is in points from the lower left corner. Dest
// is nil for an address.
type Link struct {
	Elem     *Elem
	Rect     [4]float64
	URL      string
	Dest     *Place
	Contents string
}

// Place is a point that links and outlines lead to; Page counts from 1, Y is in
// points from the lower edge.
type Place struct {
	Page int
	Y    float64
}

// Outline is a bookmark. Level counts from 1.
type Outline struct {
	Level int
	Title string
	Place Place
}

// Page is one page's marked content owners by MCID, and its links.
type Page struct {
	Owners []*Elem
	Links  []Link
}

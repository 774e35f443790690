package uacheck

import (
	"fmt"
	"slices"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// Place is a point that links and bookmarks lead to: a page from 1, and millimetres below its upper edge.
type Place struct {
	Page int
	Y    float64
}

// Link is an annotation as a reader meets it.
type Link struct {
	Page           int
	Text, Contents string // what stands on the page, what is said about it
	URL            string
	To             Place   // zero for an address
	Y              float64 // of its upper edge, in millimetres below the page's
	Mark           bool    // stands in a Reference: a mark after a number
}

const (
	pageHeight = 297.0
	perMM      = 72 / 25.4
	top        = 28.0 // of the type area
	bottom     = 273.0
)

// destination reads where a link or bookmark leads and finds fault with one that leads nowhere.
func (c *checker) destination(what string, o types.Object) Place {
	a := c.array(o)
	if len(a) < 4 {
		c.fail("dest", "%s leads nowhere", what)
		return Place{}
	}
	to := Place{Page: slices.Index(c.pages, number(a[0])) + 1, Y: pageHeight - c.float(a[3])/perMM}
	if to.Page == 0 || to.Y < 0 || to.Y > pageHeight {
		c.fail("dest", "%s leads to %v, which is no place in the document", what, a)
	}
	return to
}

func (c *checker) float(o types.Object) float64 {
	switch v := c.deref(o).(type) {
	case types.Float:
		return v.Value()
	case types.Integer:
		return float64(v.Value())
	}
	return 0
}

// link reads an annotation.
func (c *checker) link(no int, a types.Object, d types.Dict) {
	l := Link{Page: no, Contents: c.str(d["Contents"])}
	if rect := c.array(d["Rect"]); len(rect) == 4 {
		l.Y = pageHeight - c.float(rect[3])/perMM
	}
	if action := c.dict(d["A"]); action != nil {
		if l.URL = c.str(action["URI"]); l.URL == "" {
			c.fail("dest", "page %d: the link %q has an empty address", no, l.Contents)
		}
	} else {
		l.To = c.destination(fmt.Sprintf("page %d: the link %q", no, l.Contents), d["Dest"])
	}
	c.links[number(a)] = len(c.report.Links)
	c.report.Links = append(c.report.Links, l)
}

// bookmarks notes where the chapters begin, and what has a bookmark below them.
func (c *checker) bookmarks(outlines types.Dict) {
	for o := outlines["First"]; o != nil; {
		d := c.dict(o)
		at := c.destination("the bookmark "+c.str(d["Title"]), d["Dest"])
		if outlines["Parent"] == nil {
			c.report.Chapters = append(c.report.Chapters, at)
		}
		c.report.Headings = append(c.report.Headings, at)
		c.bookmarks(d)
		o = d["Next"]
	}
}

// Filled is how much of the height of page no's type area is used.
func (r Report) Filled(no int) float64 { return (r.Lowest[no-1] - top) / (bottom - top) }

// Sparse are the pages that are filled less than share, those left out on which a chapter ends and the next begins
// on a page of its own.
func (r Report) Sparse(share float64) []int {
	var out []int
	for no := 2; no < r.Pages; no++ { // a cover is a cover, and the last page ends where it ends
		ends := slices.ContainsFunc(r.Chapters, func(p Place) bool { return p.Page == no+1 && p.Y < top+2 })
		if !ends && r.Filled(no) < share {
			out = append(out, no)
		}
	}
	return out
}

// leap is how far below the point where a link comes down that what it leads to may stand; tall is the height of a row.
const leap, tall = 12.0, 45.0

// OneWay are the marks from whose destination nothing leads back to them or to the heading that they stand under.
func (r Report) OneWay() []Link {
	var out []Link
	for _, m := range r.Links {
		under := Place{}
		for _, h := range r.Headings {
			if h.Page < m.Page || h.Page == m.Page && h.Y < m.Y {
				under = h
			}
		}
		returns := func(l Link) bool {
			back := l.To == under || l.To.Page == m.Page && m.Y > l.To.Y-1 && m.Y < l.To.Y+leap
			return back && l.Page == m.To.Page && l.Y > m.To.Y && l.Y < m.To.Y+tall
		}
		if m.Mark && !slices.ContainsFunc(r.Links, returns) {
			out = append(out, m)
		}
	}
	return out
}

package layout

import (
	"math"

	"upphandlingsdialog/internal/chart"
)

// strip is a horizontal piece of a page that is never cut. All text, rows and
// figures become strips; the flow decides where pages break between them.
type strip struct {
	before  float64 // space above, dropped at the top of a page
	height  float64
	keep    bool    // stands on the same page as the next strip
	hold    float64 // how much a page that ends here would be regretted, as share of a page left empty
	room    float64 // space that must be left below it
	fresh   bool    // starts a new page
	chapter bool    // begins a chapter: what is left empty above it counts less
	bare    bool    // the page has no header and footer
	repeat  *strip  // drawn again above this one when a page starts with it
	frame   *frame
	anchors []*Anchor
	draw    func(p *Page, y float64)
}

// frame is the box behind neighbouring strips.
type frame struct {
	fill  chart.Colour
	bar   chart.Colour // stripe at the left edge
	inset float64      // space above the first and below the last strip
}

// placed is a strip with its place.
type placed struct {
	*strip
	page int // from 1
	y    float64
}

// place gives every strip its page and position and says how many pages there are. Pages break where they are
// filled best over the whole document: a page that leaves much empty, or parts what is read together, is regretted,
// and the breaks with the smallest sum of regrets are taken (as D. E. Knuth and M. F. Plass do with lines).
func place(strips []*strip) (out []placed, pages int) {
	next := breaks(strips)
	for i := 0; i < len(strips); i = next[i] {
		pages++
		col := newPage(strips[i])
		if head := strips[i].repeat; head != nil {
			out = append(out, placed{head, pages, top})
		}
		for _, s := range strips[i:next[i]] {
			y := col.add(s)
			out = append(out, placed{s, pages, y})
			for _, a := range s.anchors {
				a.Page, a.Y = pages, y
			}
		}
	}
	return out, pages
}

// torn is the regret for parting what must stand together; it happens only when that is longer than a page.
const torn = 1e4

// breaks finds, for each strip that a page may start with, the strip that the next page then starts with.
func breaks(strips []*strip) (next []int) {
	n := len(strips)
	next = make([]int, n)
	regret := make([]float64, n+1)
	for i := n - 1; i >= 0; i-- {
		regret[i] = math.Inf(1)
		col, tail := newPage(strips[i]), 0.0
		for j := i; j < n; j++ {
			s := strips[j]
			if j > i && s.fresh {
				break
			}
			if j > i && s.chapter && col.y-top < stub {
				tail = leftover
			}
			col.add(s)
			if j > i && !s.bare && (col.end() > bottom || col.y+s.room > bottom) {
				break
			}
			r := regret[j+1] + tail + onePage
			switch {
			case j+1 < n && !strips[j+1].fresh:
				r += s.parting() + emptiness(col.end(), strips[j+1].chapter)
			case !strips[i].fresh && col.y-top < stub:
				r += leftover
			}
			if r < regret[i] {
				regret[i], next[i] = r, j+1
			}
		}
	}
	return next
}

// An end of less than stub millimetres at the top of a chapter's last page is leftover: it looks forgotten there.
const stub, leftover = 45.0, 0.25

func (s *strip) parting() float64 {
	if s.keep {
		return torn
	}
	return s.hold
}

// onePage is the regret for another page.
const onePage = 0.2

// sparse is the share of a page that may stay empty before it looks like a mistake.
const sparse = 0.3

// emptiness is the regret for a page that ends at y. A chapter's last page may end where it likes.
func emptiness(y float64, last bool) float64 {
	left := max(0, (bottom-y)/(bottom-top))
	r := left * left
	switch {
	case last:
		return r*0.35 + max(0, left-0.4)*0.5
	case left > sparse:
		return r + 3*(left-sparse)
	}
	return r
}

// filling is a page on which strips are set one below the other.
type filling struct {
	y     float64
	last  *frame // of the strip set last
	empty bool
}

// newPage is a page that begins with s, with a table's head above it if s needs one.
func newPage(s *strip) *filling {
	f := &filling{y: top, empty: true}
	if s.repeat != nil {
		f.y, f.empty = f.y+s.repeat.height, false
	}
	return f
}

// add sets a strip and says where.
func (f *filling) add(s *strip) (y float64) {
	if !f.empty {
		f.y += s.before
	}
	if s.frame != f.last {
		if s.frame != nil {
			f.y += s.frame.inset
		}
		if f.last != nil {
			f.y += f.last.inset
		}
	}
	y = f.y
	f.y += s.height
	f.last, f.empty = s.frame, false
	return y
}

// end is where the page would end now.
func (f *filling) end() float64 {
	if f.last != nil {
		return f.y + f.last.inset
	}
	return f.y
}

// box is a frame's extent on one page.
type box struct {
	*frame
	y1, y2 float64
}

// boxes finds the frames of each page.
func boxes(all []placed) map[int][]box {
	out := map[int][]box{}
	for i, s := range all {
		if s.frame == nil {
			continue
		}
		list := out[s.page]
		if i > 0 && all[i-1].frame == s.frame && all[i-1].page == s.page {
			list[len(list)-1].y2 = s.y + s.height + s.frame.inset
		} else {
			list = append(list, box{s.frame, s.y - s.frame.inset, s.y + s.height + s.frame.inset})
		}
		out[s.page] = list
	}
	return out
}

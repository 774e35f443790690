package layout

import (
	"upphandlingsdialog/internal/chart"
)

// strip is a horizontal piece of a page that is never cut. All text, rows and
// figures become strips; the flow decides where pages break between them.
type strip struct {
	before  float64 // space above, dropped at the top of a page
	height  float64
	keep    bool    // stands on the same page as the next strip
	prefer  bool    // does so unless the strips kept together fill more than a page
	room    float64 // space that must be left below it
	fresh   bool    // starts a new page
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

// flow fills pages.
type flow struct {
	strips []*strip
	out    []placed
	page   int
	y      float64
	last   *frame // frame of the strip placed last on this page
	empty  bool
}

// place gives every strip its page and position.
func (f *flow) place() []placed {
	f.next()
	for _, group := range groups(f.strips, func(s *strip) bool { return s.keep || s.prefer }) {
		fresh := flow{y: top, empty: true}
		if fresh.need(group) <= bottom {
			f.chunk(group)
			continue
		}
		for _, part := range groups(group, func(s *strip) bool { return s.keep }) {
			f.chunk(part)
		}
	}
	return f.out
}

// groups cuts the strips after each one that does not hold on to the next.
func groups(strips []*strip, holds func(*strip) bool) [][]*strip {
	var out [][]*strip
	from := 0
	for i, s := range strips {
		last := i+1 == len(strips)
		if last || !holds(s) || strips[i+1].fresh {
			out = append(out, strips[from:i+1])
			from = i + 1
		}
	}
	return out
}

func (f *flow) next() {
	f.page++
	f.y, f.empty, f.last = top, true, nil
}

// chunk places strips that belong together: on this page if they fit, else on
// the next, else wherever they break.
func (f *flow) chunk(strips []*strip) {
	if (strips[0].fresh && !f.empty) || (!f.empty && f.need(strips) > bottom) {
		repeat := strips[0].repeat
		f.next()
		f.again(repeat)
	}
	for _, s := range strips {
		if !f.empty && !s.bare && f.need([]*strip{s}) > bottom {
			f.next()
			f.again(s.repeat)
		}
		f.y += f.gap(s)
		f.put(s)
	}
}

// again draws a table's head on a new page.
func (f *flow) again(head *strip) {
	if head != nil {
		f.put(head)
	}
}

func (f *flow) put(s *strip) {
	f.out = append(f.out, placed{s, f.page, f.y})
	f.y += s.height
	f.last, f.empty = s.frame, false
	for _, a := range s.anchors {
		a.Page, a.Y = f.page, f.y-s.height
	}
}

// gap is the space between the strip placed last and s, frames' insets included.
func (f *flow) gap(s *strip) float64 {
	gap := s.before
	if f.empty {
		gap = 0
	}
	if s.frame != f.last {
		if s.frame != nil {
			gap += s.frame.inset
		}
		if f.last != nil {
			gap += f.last.inset
		}
	}
	return gap
}

// need is where the page would end with the strips on it.
func (f *flow) need(strips []*strip) float64 {
	trial := flow{y: f.y, empty: f.empty, last: f.last}
	reach := 0.0
	for _, s := range strips {
		trial.y += trial.gap(s) + s.height
		trial.last, trial.empty = s.frame, false
		reach = max(reach, trial.y+s.room)
	}
	if trial.last != nil {
		trial.y += trial.last.inset
	}
	return max(reach, trial.y)
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

package typeset

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Run is text in one style, cleaned. Key tells the caller which of its own runs
// it is.
type Run struct {
	Text   string
	Face   Face
	Key    int
	Raised bool // small and above the line, as a mark
}

// RaisedScale is the size of raised text beside that of the text around it.
const RaisedScale = 0.68

// Span is a piece of a line in one face.
type Span struct {
	Text   string
	Face   Face
	Key    int
	Width  float64 // millimetres, a space at the end of a line not counted
	Hyphen bool    // the hyphen of a divided word: seen, and no part of the text
	Raised bool
}

// width measures text as the span shows it.
func (p Span) width(size float64, text string) float64 {
	if p.Raised {
		size *= RaisedScale
	}
	return p.Face.Width(size, text)
}

// Line is one line of spans. Every line but a paragraph's last ends with the
// space at which it broke, so that words don't run together for a reader who
// listens; that space counts nothing in Width.
type Line struct {
	Spans []Span
	Width float64
}

// atom is text that no line break may stand in.
type atom struct {
	spans []Span
	width float64
	space float64 // width of the space after it, 0 when none
	soft  bool    // a break after it shows a hyphen
}

// Lines breaks the runs into lines of at most width millimetres, so that the
// lines are as even as can be. Only a single character may be wider.
func Lines(runs []Run, size, width float64) []Line {
	atoms := split(runs, size)
	atoms = cutWide(atoms, size, width)
	return compose(atoms, choose(atoms, size, width), size)
}

// Balanced is Lines for headings: as few lines as possible, of equal length.
func Balanced(runs []Run, size, width float64) []Line {
	lines := Lines(runs, size, width)
	lo, hi := width/float64(max(len(lines), 1))*0.8, width
	for range 8 {
		mid := (lo + hi) / 2
		if len(Lines(runs, size, mid)) > len(lines) || Extent(runs, size).Min > mid {
			lo = mid
		} else {
			hi = mid
		}
	}
	return Lines(runs, size, hi)
}

// Widths are what a text can take: its longest word and its whole length.
type Widths struct{ Min, Max float64 }

// Extent measures the runs.
func Extent(runs []Run, size float64) Widths {
	var w Widths
	space := 0.0
	for _, a := range split(runs, size) {
		width := a.width
		if a.soft {
			width += Regular.Width(size, string(softHyphen))
		}
		w.Min = max(w.Min, width)
		w.Max += space + a.width
		space = a.space
	}
	return w
}

// splitter collects atoms from runs.
type splitter struct {
	size  float64
	atoms []atom
	cur   atom
	n     int // letters in cur
}

func split(runs []Run, size float64) []atom {
	s := &splitter{size: size}
	for _, run := range runs {
		text := []rune(run.Text)
		for i, r := range text {
			switch {
			case r == ' ':
				s.space(run)
			case r == softHyphen:
				if s.n > 0 {
					s.close(atom{soft: true})
				}
			default:
				s.add(r, run)
				if i+1 < len(text) && !run.Raised && s.mayBreak(r, text[i+1]) {
					s.close(atom{})
				}
			}
		}
	}
	s.close(atom{})
	return s.atoms
}

// mayBreak allows a break after a hyphen, slash or dash inside a long word, not
// in dates and not in "e-post".
func (s *splitter) mayBreak(r, next rune) bool {
	switch r {
	case '-', '/', '–', '—', '_':
		return s.n >= 4 && unicode.IsLetter(next)
	case '.', '@', '=', '&', '?':
		return s.n >= 12 && unicode.IsLetter(next)
	}
	return false
}

func (s *splitter) add(r rune, run Run) {
	face := run.Face.For(r)
	last := len(s.cur.spans) - 1
	if last < 0 || s.cur.spans[last].Face != face || s.cur.spans[last].Key != run.Key {
		s.cur.spans = append(s.cur.spans, Span{Face: face, Key: run.Key, Raised: run.Raised})
		last++
	}
	s.cur.spans[last].Text += string(r)
	s.n++
}

func (s *splitter) space(run Run) {
	w := run.Face.Width(s.size, " ")
	if s.n > 0 {
		s.close(atom{space: w})
		return
	}
	if last := len(s.atoms) - 1; last >= 0 && s.atoms[last].space == 0 {
		s.atoms[last].space, s.atoms[last].soft = w, false
	}
}

func (s *splitter) close(end atom) {
	if s.n == 0 {
		return
	}
	for i := range s.cur.spans {
		p := &s.cur.spans[i]
		p.Width = p.width(s.size, p.Text)
		s.cur.width += p.Width
	}
	s.cur.space, s.cur.soft = end.space, end.soft
	s.atoms = append(s.atoms, s.cur)
	s.cur, s.n = atom{}, 0
}

// cutWide cuts atoms that fit no line at whatever character the line ends.
func cutWide(atoms []atom, size, width float64) []atom {
	var out []atom
	for _, a := range atoms {
		if a.width <= width {
			out = append(out, a)
			continue
		}
		cur := atom{}
		for _, p := range a.spans {
			for _, r := range p.Text {
				w := p.width(size, string(r))
				if cur.width > 0 && cur.width+w > width {
					out = append(out, cur)
					cur = atom{}
				}
				cur.spans = append(cur.spans, Span{Text: string(r), Face: p.Face, Key: p.Key, Width: w, Raised: p.Raised})
				cur.width += w
			}
		}
		cur.space, cur.soft = a.space, a.soft
		out = append(out, cur)
	}
	return out
}

// choose finds the breaks with the smallest sum of squared gaps at the line
// ends. It returns the first atom of each line.
func choose(atoms []atom, size, width float64) []int {
	n := len(atoms)
	cost, next := make([]float64, n+1), make([]int, n+1)
	hyphen := Regular.Width(size, string(softHyphen))
	for i := n - 1; i >= 0; i-- {
		cost[i] = 1e18
		w := 0.0
		for j := i; j < n; j++ {
			w += atoms[j].width
			full := w
			if atoms[j].soft && j+1 < n {
				full += hyphen
			}
			if full > width+1e-6 && j > i {
				if w > width {
					break
				}
				w += atoms[j].space
				continue
			}
			c := lineCost(atoms[j], full, width, j+1 == n) + cost[j+1]
			if atoms[j].soft && j+1 < n {
				c += afterHyphen(atoms, j+1, next[j+1])
				if (j == 0 || atoms[j-1].space > 0) && letters(atoms[j]) < 3 {
					c += 0.015 // two letters alone before a hyphen
				}
			}
			if c < cost[i] {
				cost[i], next[i] = c, j+1
			}
			w += atoms[j].space
		}
	}
	var first []int
	for i := 0; i < n; i = next[i] {
		first = append(first, i)
	}
	return first
}

func lineCost(end atom, w, width float64, last bool) float64 {
	gap := (width - w) / width
	switch {
	case last && gap > 0.85:
		return 0.05 // a last line of one short word
	case last:
		return 1e-4 // one line fewer is better
	}
	cost := gap*gap + 0.01
	if end.soft {
		cost += 0.008
	}
	return cost
}

func letters(a atom) (n int) {
	for _, p := range a.spans {
		n += utf8.RuneCountInString(p.Text)
	}
	return n
}

// afterHyphen is what a line, atoms from to to, costs when the line before it ends within a word: much when it is
// the paragraph's last and holds the word's end and no more than one word, less when it holds more, something when it ends within a word too.
func afterHyphen(atoms []atom, from, to int) float64 {
	words := 1
	for _, a := range atoms[from:to] {
		if a.space > 0 {
			words++
		}
	}
	switch {
	case to == len(atoms) && words < 3:
		return 0.1
	case to == len(atoms):
		return 0.02
	case to < len(atoms) && atoms[to-1].soft:
		return 0.03
	}
	return 0
}

// compose joins atoms to lines of as few spans as possible.
func compose(atoms []atom, first []int, size float64) []Line {
	lines := make([]Line, len(first))
	for i, from := range first {
		to := len(atoms)
		if i+1 < len(first) {
			to = first[i+1]
		}
		l := &lines[i]
		for j := from; j < to; j++ {
			for _, p := range atoms[j].spans {
				l.add(p)
			}
			end := j+1 == to
			switch {
			case atoms[j].space > 0 && j+1 < len(atoms):
				l.space(end, size)
			case atoms[j].soft && end && j+1 < len(atoms):
				f := l.Spans[len(l.Spans)-1]
				l.add(Span{Text: string(softHyphen), Face: f.Face.For(softHyphen), Key: f.Key, Width: f.Face.For(softHyphen).Width(size, string(softHyphen)), Hyphen: true})
			}
		}
	}
	return lines
}

func (l *Line) add(p Span) {
	l.Width += p.Width
	if last := len(l.Spans) - 1; last >= 0 && l.Spans[last].Face == p.Face && l.Spans[last].Key == p.Key && !p.Hyphen {
		l.Spans[last].Text += p.Text
		l.Spans[last].Width += p.Width
		return
	}
	l.Spans = append(l.Spans, p)
}

// space puts the space into the span before it. The Signs face has a space of
// another width, so the difference would show: it goes into a span of its own.
func (l *Line) space(end bool, size float64) {
	p := &l.Spans[len(l.Spans)-1]
	if p.Face == Signs {
		l.Spans = append(l.Spans, Span{Face: Regular, Key: p.Key})
		p = &l.Spans[len(l.Spans)-1]
	}
	p.Text += " "
	if !end {
		own := p.width(size, " ")
		p.Width += own
		l.Width += own
	}
}

// Divided says that the line ends within a word.
func (l Line) Divided() bool { return len(l.Spans) > 0 && l.Spans[len(l.Spans)-1].Hyphen }

// Text is the line's text with its last space.
func (l Line) Text() string {
	var b strings.Builder
	for _, s := range l.Spans {
		b.WriteString(s.Text)
	}
	return b.String()
}

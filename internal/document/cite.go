package document

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"upphandlingsdialog/internal/i18n"
)

// A number that somebody cites leads by a mark to the table row that says what was asked, of how many, how it was
// counted and where the data hold it. The row leads back to every mark, figure and recommendation that uses it.

// Cite is a run that leads from a cited number to where it comes from. The text is made from what link names.
func Cite(link string) Run { return Run{Link: link, Mark: true} }

// RowAnchor names a row of a table. Name is what its marks say, "q5_11"; empty: the table's name.
type RowAnchor struct {
	ID, Name string
	Under    bool // the row is read with the one above it
}

// RowAnchor is the anchor of row i; empty when the row has none.
func (t Table) RowAnchor(i int) RowAnchor {
	if i < len(t.Anchors) {
		return t.Anchors[i]
	}
	return RowAnchor{}
}

// markGap parts a mark from the number before it; no line breaks there.
const markGap = "\u202f"

// citer fills marks and the ways back.
type citer struct {
	d       Document
	labels  map[string]Label
	chapter string // how the way back names where the reader is
	marks   int
	ways    map[string][]way
}

type way struct{ id, name string }

// cited returns the blocks with the marks' words and anchors, and in the tables the ways back to them. The document's
// own slices stay as they are.
func cited(d Document) []Block {
	c := &citer{d: d, labels: Labels(d), ways: map[string][]way{}}
	blocks := make([]Block, len(d.Blocks))
	for i, b := range d.Blocks {
		blocks[i] = c.block(b)
	}
	if len(c.ways) == 0 {
		return blocks
	}
	for i, b := range blocks {
		if t, ok := b.(Table); ok && t.UsedIn > 0 {
			blocks[i] = c.back(t)
		}
	}
	return blocks
}

// block gives the marks of one block their words.
func (c *citer) block(b Block) Block {
	here := c.chapter
	switch v := b.(type) {
	case Heading:
		if v.Level == 1 {
			c.chapter = v.Text
			if v.Number != "" {
				c.chapter = i18n.T(c.d.Lang, "document.back_chapter", "Number", v.Number)
			}
		}
	case Figure:
		if v.Source != "" {
			c.used(v.Source, way{v.ID, i18n.T(c.d.Lang, "document.back_figure", "Number", c.labels[v.ID].Number)})
		}
	case Table:
		here = i18n.T(c.d.Lang, "document.back_table", "Number", c.labels[v.ID].Number)
	case Recommendation:
		whole := way{v.ID, i18n.T(c.d.Lang, "document.back_recommendation", "Number", v.Number)}
		for _, e := range v.Why {
			for _, link := range []string{e.Link, e.Row} {
				if link != "" {
					c.used(link, whole)
				}
			}
		}
		return MapRuns(v, func(runs []Run) []Run { return c.runs(runs, whole) })
	}
	return MapRuns(b, func(runs []Run) []Run { return c.runs(runs, way{name: here}) })
}

func (c *citer) used(link string, w way) {
	id := strings.TrimPrefix(link, "#")
	for _, have := range c.ways[id] {
		if have.id == w.id {
			return
		}
	}
	c.ways[id] = append(c.ways[id], w)
}

// runs gives the marks of a text their words. A row is marked once in a text, at the first of its numbers. The way
// back without an ID leads to the mark itself. Marks beside each other are parted by a comma.
func (c *citer) runs(runs []Run, back way) []Run {
	if !slices.ContainsFunc(runs, func(r Run) bool { return r.Mark }) {
		return runs
	}
	var out []Run
	for _, r := range runs {
		if r.Mark {
			if slices.ContainsFunc(out, func(have Run) bool { return have.Mark && have.Link == r.Link }) {
				continue
			}
			if n := len(out); n > 0 && out[n-1].Mark {
				out[n-1].Text += ","
			}
			c.marks++
			r.ID = "m-" + strconv.Itoa(c.marks)
			if label, ok := c.labels[strings.TrimPrefix(r.Link, "#")]; ok {
				r.Text = markGap + c.mark(label)
			}
			c.used(r.Link, way{cmp.Or(back.id, r.ID), back.name})
		}
		out = append(out, r)
	}
	return out
}

// Elsewhere turns links to anchors of another document into addresses, and gives the marks among them their words. The
// blocks' own slices stay as they are.
func Elsewhere(blocks []Block, home Document, address string) []Block {
	c := &citer{d: home, labels: Labels(Anchored(home))}
	return mapped(blocks, func(b *Block) {
		*b = MapRuns(*b, func(runs []Run) []Run {
			return mapped(runs, func(r *Run) {
				label, ok := c.labels[strings.TrimPrefix(r.Link, "#")]
				if !ok || !strings.HasPrefix(r.Link, "#") {
					return
				}
				if r.Mark {
					r.Text = markGap + c.mark(label)
				}
				r.Link = address + r.Link
			})
		})
	})
}

// mark is what a mark says that leads here: the row's name, the table's number, or a chapter's name as far as its first
// stop, "bilaga A".
func (c *citer) mark(l Label) string {
	switch {
	case l.Row != "":
		return l.Row
	case l.Number > 0:
		return i18n.T(c.d.Lang, "document.back_table", "Number", l.Number)
	}
	name, _, _ := strings.Cut(l.Name, ". ")
	first, rest, _ := strings.Cut(name, " ")
	return strings.TrimSpace(strings.ToLower(first) + " " + rest)
}

// back writes in each row where its numbers are used.
func (c *citer) back(t Table) Table {
	t.Rows = slices.Clone(t.Rows)
	for i, row := range t.Rows {
		ways := c.ways[t.RowAnchor(i).ID]
		if len(ways) == 0 || t.UsedIn > len(row) {
			continue
		}
		cell := slices.Clone(row[t.UsedIn-1])
		lead := i18n.T(c.d.Lang, "document.back") + " "
		switch said := strings.TrimSpace(Words(cell)); {
		case strings.HasSuffix(said, "?"), strings.HasSuffix(said, "."):
			lead = " " + lead
		case said != "":
			lead = ". " + lead
		}
		times := map[string]int{}
		for _, w := range ways {
			name := w.name
			if times[name]++; times[name] > 1 {
				name = i18n.T(c.d.Lang, "document.back_again", "Name", name, "Time", times[name])
			}
			cell = append(cell, Run{Text: lead}, Run{Text: name, Link: "#" + w.id})
			lead = ", "
		}
		t.Rows[i] = slices.Clone(row)
		t.Rows[i][t.UsedIn-1] = cell
	}
	return t
}

// MapRuns is the block with each of its texts changed.
func MapRuns(b Block, change func([]Run) []Run) Block {
	switch v := b.(type) {
	case Paragraph:
		v.Runs = change(v.Runs)
		return v
	case List:
		return mapList(v, change)
	case Table:
		v.Rows = mapped(v.Rows, func(row *[]Cell) {
			*row = mapped(*row, func(cell *Cell) { *cell = change(*cell) })
		})
		return v
	case Callout:
		v.Blocks = mapped(v.Blocks, func(in *Block) { *in = MapRuns(*in, change) })
		return v
	case KeyFigures:
		v.Items = mapped(v.Items, func(k *KeyFigure) { k.Note = change(k.Note) })
		return v
	case Terms:
		v.Items = mapped(v.Items, func(t *Term) { t.Runs = change(t.Runs) })
		return v
	case Requests:
		v.Items = mapped(v.Items, func(r *Request) { r.Why = change(r.Why) })
		return v
	case Recommendation:
		v.Why = mapped(v.Why, func(e *Evidence) { e.Runs = change(e.Runs) })
		v.FirstStep = change(v.FirstStep)
		v.Facts = mapped(v.Facts, func(f *Fact) { f.Value = change(f.Value) })
		return v
	}
	return b
}

func mapList(l List, change func([]Run) []Run) List {
	l.Items = mapped(l.Items, func(it *Item) {
		it.Runs = change(it.Runs)
		if it.Sub != nil {
			below := mapList(*it.Sub, change)
			it.Sub = &below
		}
	})
	return l
}

// mapped is a copy of a list with each of its parts changed.
func mapped[T any](list []T, change func(*T)) []T {
	list = slices.Clone(list)
	for i := range list {
		change(&list[i])
	}
	return list
}

// textsOf calls f with each text of a block.
func textsOf(b Block, f func([]Run)) {
	MapRuns(b, func(runs []Run) []Run { f(runs); return runs })
}

package document

import (
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
type RowAnchor struct{ ID, Name string }

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
		here = i18n.T(c.d.Lang, "document.back_recommendation", "Number", v.Number)
		for _, e := range v.Why {
			for _, link := range []string{e.Link, e.Row} {
				if link != "" {
					c.used(link, way{v.ID, here})
				}
			}
		}
	}
	return MapRuns(b, func(runs []Run) []Run { return c.runs(runs, here) })
}

func (c *citer) used(link string, w way) {
	id := strings.TrimPrefix(link, "#")
	for _, have := range c.ways[id] {
		switch {
		case have.id == w.id:
			return
		case have.name == w.name:
			w.name = i18n.T(c.d.Lang, "document.back_again")
		}
	}
	c.ways[id] = append(c.ways[id], w)
}

func (c *citer) runs(runs []Run, here string) []Run {
	if !slices.ContainsFunc(runs, func(r Run) bool { return r.Mark }) {
		return runs
	}
	runs = slices.Clone(runs)
	for i := range runs {
		r := &runs[i]
		if !r.Mark {
			continue
		}
		c.marks++
		r.ID = "m-" + strconv.Itoa(c.marks)
		if label, ok := c.labels[strings.TrimPrefix(r.Link, "#")]; ok {
			r.Text = markGap + c.mark(label)
		}
		c.used(r.Link, way{r.ID, here})
	}
	return runs
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
		if len(ways) == 0 || t.UsedIn >= len(row) {
			continue
		}
		cell := slices.Clone(row[t.UsedIn])
		lead := i18n.T(c.d.Lang, "document.back") + " "
		if len(cell) > 0 && cell[0].Text != "" {
			lead = ". " + lead
		}
		for _, w := range ways {
			cell = append(cell, Run{Text: lead}, Run{Text: w.name, Link: "#" + w.id})
			lead = ", "
		}
		t.Rows[i] = slices.Clone(row)
		t.Rows[i][t.UsedIn] = cell
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
		v.Rows = slices.Clone(v.Rows)
		for i, row := range v.Rows {
			v.Rows[i] = slices.Clone(row)
			for j, cell := range row {
				v.Rows[i][j] = change(cell)
			}
		}
		return v
	case Callout:
		v.Blocks = slices.Clone(v.Blocks)
		for i, in := range v.Blocks {
			v.Blocks[i] = MapRuns(in, change)
		}
		return v
	case KeyFigures:
		v.Items = slices.Clone(v.Items)
		for i := range v.Items {
			v.Items[i].Source = change(v.Items[i].Source)
		}
		return v
	case Terms:
		v.Items = slices.Clone(v.Items)
		for i := range v.Items {
			v.Items[i].Runs = change(v.Items[i].Runs)
		}
		return v
	case Recommendation:
		v.Why = slices.Clone(v.Why)
		for i := range v.Why {
			v.Why[i].Runs = change(v.Why[i].Runs)
		}
		return v
	}
	return b
}

func mapList(l List, change func([]Run) []Run) List {
	l.Items = slices.Clone(l.Items)
	for i := range l.Items {
		l.Items[i].Runs = change(l.Items[i].Runs)
		if sub := l.Items[i].Sub; sub != nil {
			below := mapList(*sub, change)
			l.Items[i].Sub = &below
		}
	}
	return l
}

// textsOf calls f with each text of a block.
func textsOf(b Block, f func([]Run)) {
	MapRuns(b, func(runs []Run) []Run { f(runs); return runs })
}

package document

import (
	"fmt"
	"strings"

	"upphandlingsdialog/internal/chart"
)

// Problem is something in the document that would reach a reader as a fault.
type Problem struct {
	Block int    // position in Blocks, -1 for the document itself
	Rule  string // short name: title, lang, created, alt, heading, id, anchor, table, empty
	Text  string // what is wrong, for the person who made the document
}

func (p Problem) String() string {
	if p.Block < 0 {
		return p.Rule + ": " + p.Text
	}
	return fmt.Sprintf("block %d: %s: %s", p.Block+1, p.Rule, p.Text)
}

// Invalid is the error of a document that cannot be rendered.
type Invalid []Problem

func (e Invalid) Error() string {
	s := make([]string, len(e))
	for i, p := range e {
		s[i] = p.String()
	}
	return "document: " + strings.Join(s, "; ")
}

// Check finds what the renderers cannot mend: missing titles and alternatives,
// skipped heading levels, duplicate IDs, links to nothing, uneven tables.
func Check(d Document) []Problem {
	c := &checker{d: Anchored(d), ids: map[string]bool{}}
	c.document()
	for i, b := range c.d.Blocks {
		c.at = i
		c.block(b)
	}
	c.links()
	return c.problems
}

// Valid is Check as an error: nil or Invalid.
func Valid(d Document) error {
	if p := Check(d); len(p) > 0 {
		return Invalid(p)
	}
	return nil
}

type checker struct {
	d        Document
	at       int
	level    int
	ids      map[string]bool
	wanted   []wantedLink
	problems []Problem
}

type wantedLink struct {
	block  int
	anchor string
}

func (c *checker) fail(rule, format string, args ...any) {
	c.problems = append(c.problems, Problem{c.at, rule, fmt.Sprintf(format, args...)})
}

func (c *checker) document() {
	c.at = -1
	if blank(c.d.Title) {
		c.fail("title", "the document has no title")
	}
	if c.d.Lang == "" {
		c.fail("lang", "the document has no language")
	}
	if c.d.Created.IsZero() {
		c.fail("created", "the document has no fixed time")
	}
}

func (c *checker) block(b Block) {
	switch b := b.(type) {
	case Cover:
		if b.Map != nil && (blank(b.Map.Alt) || len(b.Map.Areas) == 0) {
			c.fail("alt", "a map without areas or without words for it")
		}
	case Heading:
		c.heading(b.Level, b.Text)
		c.id(b.ID)
	case TOC:
		c.heading(1, "contents")
		c.id(ContentsID)
	case Paragraph:
		c.runs(b.Runs)
	case List:
		c.list(b)
	case Table:
		c.id(b.ID)
		c.table(b)
	case Figure:
		c.id(b.ID)
		c.figure(b)
	case Quote:
		c.id(b.ID)
		if blank(b.Text) {
			c.fail("empty", "a quote without text")
		}
	case Callout:
		c.callout(b)
	case KeyFigures:
		for _, k := range b.Items {
			if len(k.Note) > 0 {
				c.runs(k.Note)
			}
		}
		if len(b.Items) == 0 || len(b.Items) > 4 {
			c.fail("empty", "a row of key figures has one to four, not %d", len(b.Items))
		}
	case Terms:
		for _, t := range b.Items {
			c.runs(t.Runs)
		}
	case Requests:
		for _, r := range b.Items {
			c.runs([]Run{{Text: r.Sentence}})
			if len(r.Why) > 0 {
				c.runs(r.Why)
			}
		}
	case Recommendation:
		c.recommendation(b)
	case FormHead:
		c.heading(1, c.d.Title)
	case Ask:
		c.ask(b)
	case Poster:
		c.heading(1, c.d.Title)
		c.poster(b)
	}
}

func (c *checker) heading(level int, text string) {
	if blank(text) {
		c.fail("heading", "a heading without text")
	}
	if level < 1 || level > 4 {
		c.fail("heading", "level %d of %q is not between 1 and 4", level, text)
		return
	}
	if level > c.level+1 {
		c.fail("heading", "%q has level %d after level %d", text, level, c.level)
	}
	c.level = level
}

func (c *checker) id(id string) {
	switch {
	case strings.ContainsAny(id, " \t\n\"'<>#&"):
		c.fail("id", "%q is no name for an anchor", id)
	case c.ids[id]:
		c.fail("id", "%q names two blocks", id)
	}
	c.ids[id] = true
}

func (c *checker) runs(runs []Run) {
	text := ""
	for _, r := range runs {
		text += r.Text
		c.link(r.Link)
		if r.ID != "" {
			c.id(r.ID)
		}
		if r.Link != "" && blank(r.Text) {
			c.fail("empty", "the link to %s has no text", r.Link)
		}
	}
	if blank(text) {
		c.fail("empty", "a text without words")
	}
}

func (c *checker) link(link string) {
	switch {
	case strings.HasPrefix(link, "#"):
		c.wanted = append(c.wanted, wantedLink{c.at, link[1:]})
	case link != "" && !strings.HasPrefix(link, "https://") && !strings.HasPrefix(link, "http://") && !strings.HasPrefix(link, "mailto:"):
		c.fail("anchor", "%q is neither an anchor nor an address", link)
	}
}

func (c *checker) links() {
	for _, w := range c.wanted {
		if !c.ids[w.anchor] {
			c.at = w.block
			c.fail("anchor", "nothing is called %q", w.anchor)
		}
	}
}

func (c *checker) list(l List) {
	if len(l.Items) == 0 {
		c.fail("empty", "a list without items")
	}
	for _, it := range l.Items {
		c.runs(it.Runs)
		if it.Sub != nil {
			c.list(*it.Sub)
		}
	}
}

func (c *checker) table(t Table) {
	if blank(t.Caption) {
		c.fail("table", "a table without caption")
	}
	if len(t.Head) == 0 || len(t.Rows) == 0 {
		c.fail("table", "a table without head or rows")
	}
	for i, h := range t.Head {
		if blank(h.Text) {
			c.fail("table", "column %d has no head", i+1)
		}
	}
	if len(t.Anchors) > len(t.Rows) {
		c.fail("table", "%d anchors for %d rows", len(t.Anchors), len(t.Rows))
	}
	for _, a := range t.Anchors {
		if a.ID != "" {
			c.id(a.ID)
		}
	}
	for i, row := range t.Rows {
		if len(row) != len(t.Head) {
			c.fail("table", "row %d has %d cells under %d heads", i+1, len(row), len(t.Head))
		}
		for _, cell := range row {
			for _, r := range cell {
				c.link(r.Link)
				if r.ID != "" {
					c.id(r.ID)
				}
			}
		}
	}
}

func (c *checker) figure(f Figure) {
	if f.Chart == nil {
		c.fail("alt", "a figure without chart")
		return
	}
	if blank(f.Title) {
		c.fail("title", "a figure without the finding as its title")
	}
	if blank(f.Alt) && blank(chart.Alt(f.Chart, c.d.Lang)) {
		c.fail("alt", "a figure without alternative text")
	}
	c.link(f.TableRef)
	c.link(f.Source)
	if f.Table != nil {
		c.table(*f.Table)
	}
	if s, ok := f.Chart.(chart.StackedBar); ok {
		for _, r := range s.Rows {
			if !r.Suppressed && len(r.Counts) != len(s.Levels) {
				c.fail("table", "%q has %d counts for %d levels", r.Label, len(r.Counts), len(s.Levels))
			}
		}
	}
}

func (c *checker) callout(b Callout) {
	c.id(b.ID)
	if b.Level > 0 {
		c.heading(b.Level, b.Title)
	}
	for _, in := range b.Blocks {
		switch in.(type) {
		case Paragraph, List:
			c.block(in)
		default:
			c.fail("empty", "a box holds paragraphs and lists, not %T", in)
		}
	}
}

func (c *checker) recommendation(r Recommendation) {
	c.id(r.ID)
	c.heading(r.Level, r.Sentence)
	for _, e := range r.Why {
		if len(e.Runs) > 0 || blank(e.Source) { // a source alone says enough
			c.runs(e.Runs)
		}
		c.link(e.Link)
		c.link(e.Row)
	}
	if len(r.FirstStep) > 0 {
		c.runs(r.FirstStep)
	}
	for _, f := range r.Facts {
		c.runs(f.Value)
	}
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

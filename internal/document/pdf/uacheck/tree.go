package uacheck

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// standard are the structure types of PDF 1.7.
var standard = set("Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT WP Figure Formula Form")

// children and holders are what may stand where, for the types that are strict.
var (
	children = map[string]map[string]bool{
		"Table": set("Caption THead TBody TFoot TR"), "THead": set("TR"), "TBody": set("TR"), "TFoot": set("TR"), "TR": set("TH TD"),
		"L": set("LI Caption L"), "LI": set("Lbl LBody"), "TOC": set("TOCI TOC Caption"),
	}
	holders = map[string]map[string]bool{
		"TR": set("Table THead TBody TFoot"), "TH": set("TR"), "TD": set("TR"), "LI": set("L"), "Lbl": set("LI Note"), "LBody": set("LI"),
		"TOCI": set("TOC"), "THead": set("Table"), "TBody": set("Table"),
	}
)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// node is a place in the tree.
type node struct {
	object types.Object
	parent int    // object number
	within string // the parent's standard type
	around string // the type of the parent's parent
	indent string
	page   int // object number of the page that content without one stands on
}

// elem is one element being read.
type elem struct {
	c        *checker
	n        node
	d        types.Dict
	self     int
	own, typ string // type as written, standard type
	line     string // text collected and not yet written
	divided  bool   // line ends within a word
	linked   []int  // its annotations
	cells    int    // in a TR
	row      int    // cells of the last row, -1 before the first
}

// element reads an element and all below it. It returns the number of cells of
// a row, for the table to compare.
func (c *checker) element(n node) int {
	e := &elem{c: c, n: n, d: c.dict(n.object), self: number(n.object), row: -1}
	e.own = fmt.Sprint(e.d["S"])
	e.typ = e.own
	for i := 0; c.roles[e.typ] != "" && i < 10; i++ {
		e.typ = c.roles[e.typ]
	}
	if p := e.d["Pg"]; p != nil {
		e.n.page = number(p)
	}
	e.place()
	e.rules()
	fmt.Fprintf(&c.outline, "%s%s", n.indent, e.own)
	if alt := c.str(e.d["Alt"]); alt != "" {
		fmt.Fprintf(&c.outline, " alt=%q", alt)
	}
	if lang := c.str(e.d["Lang"]); lang != "" {
		fmt.Fprintf(&c.outline, " lang=%s", lang)
	}
	c.outline.WriteByte('\n')
	before := c.words.Len()
	e.kids()
	if e.typ == "Link" && len(e.linked) == 0 {
		c.fail("objr", "a Link without its annotation")
	}
	for _, a := range e.linked {
		if at, ok := c.links[a]; ok {
			c.report.Links[at].Mark = n.within == "Reference" && n.around != "TOCI"
			c.report.Links[at].Text = strings.TrimSpace(strings.ReplaceAll(c.words.String()[before:], "\n", ""))
		}
	}
	switch e.typ {
	case "TH", "TD":
		return 1
	case "TR":
		return e.cells
	case "THead", "TBody":
		return max(e.row, 0)
	}
	return 0
}

func (e *elem) place() {
	c := e.c
	if !standard[e.typ] {
		c.fail("role", "%s is no standard type and stands for none", e.own)
	}
	if number(e.d["P"]) != e.n.parent {
		c.fail("parent", "%s %d: its parent is %v, not %d", e.own, e.self, e.d["P"], e.n.parent)
	}
	if allowed, strict := children[e.n.within]; strict && !allowed[e.typ] {
		c.fail("nesting", "%s in %s", e.typ, e.n.within)
	}
	if allowed, strict := holders[e.typ]; strict && !allowed[e.n.within] {
		c.fail("nesting", "%s in %s", e.typ, e.n.within)
	}
}

// rules are those of single types.
func (e *elem) rules() {
	c := e.c
	switch e.typ {
	case "H1", "H2", "H3", "H4", "H5", "H6":
		level := int(e.typ[1] - '0')
		if level > c.level+1 {
			c.fail("heading", "H%d after H%d", level, c.level)
		}
		c.level = level
	case "Figure", "Formula":
		if c.str(e.d["Alt"]) == "" {
			c.fail("alt", "%s without alternative text", e.typ)
		}
		if e.attribute("BBox") == nil {
			c.fail("bbox", "%s without its extent", e.typ)
		}
	case "Form":
		if c.str(e.d["Alt"]) == "" {
			c.fail("alt", "%s without alternative text", e.typ)
		}
		if role := fmt.Sprint(e.attribute("Role")); role != "rb" && role != "cb" && role != "tv" {
			c.fail("form", "a field on paper that does not say what it is")
		}
	case "TH":
		if s := fmt.Sprint(e.attribute("Scope")); s != "Row" && s != "Column" {
			c.fail("scope", "a header cell that does not say what it heads")
		}
		c.ids[c.str(e.d["ID"])] = true
	case "TD":
		heads := c.array(e.attribute("Headers"))
		if len(heads) == 0 {
			c.fail("headers", "a cell without headers")
		}
		for _, h := range heads {
			c.wanted = append(c.wanted, c.str(h))
		}
	}
}

// attribute finds an entry of the element's attributes.
func (e *elem) attribute(key string) types.Object {
	return e.c.deref(e.c.dict(e.d["A"])[key])
}

func (e *elem) kids() {
	list := []types.Object{e.d["K"]}
	switch v := e.c.deref(e.d["K"]).(type) {
	case types.Array:
		list = v
	case nil:
		list = nil
	}
	for _, k := range list {
		if id, ok := e.c.deref(k).(types.Integer); ok {
			e.content(e.n.page, id.Value())
			continue
		}
		d := e.c.dict(k)
		switch fmt.Sprint(d["Type"]) {
		case "MCR":
			page := e.n.page
			if d["Pg"] != nil {
				page = number(d["Pg"])
			}
			e.content(page, number(d["MCID"]))
		case "OBJR":
			e.linked = append(e.linked, number(d["Obj"]))
			if e.c.annots[number(d["Obj"])] != e.self {
				e.c.fail("objr", "annotation %v does not belong to its element", d["Obj"])
			}
		default:
			e.child(k)
		}
	}
	e.flush()
}

func (e *elem) child(k types.Object) {
	inside := e.line
	e.flush()
	before := e.c.words.Len()
	n := e.c.element(node{k, e.self, e.typ, e.n.within, e.n.indent + "  ", e.n.page})
	e.joined(inside, e.c.words.String()[before:])
	switch e.typ {
	case "TR":
		e.cells += n
	case "Table", "THead", "TBody":
		if n > 0 && e.row >= 0 && e.row != n {
			e.c.fail("table", "a row of %d cells after one of %d", n, e.row)
		}
		if n > 0 {
			e.row = n
		}
	}
}

// joined looks for words that run together between a text and a Link or Span
// inside it.
func (e *elem) joined(before, after string) {
	if before != "" && (e.typ == "P" || e.typ == "LBody") {
		e.spacing(before, strings.TrimLeft(after, "\n"))
	}
}

func (e *elem) content(page, id int) {
	owners := e.c.owner[page]
	if id < 0 || id >= len(owners) {
		e.c.fail("mcid", "%s refers to content %d of page object %d", e.own, id, page)
		return
	}
	if owners[id] != e.self {
		e.c.fail("owner", "%s %d holds content %d, which belongs to %d", e.own, e.self, id, owners[id])
	}
	s, ok := e.c.text[page][id]
	if !ok {
		e.c.fail("mcid", "content %d of page object %d is held twice", id, page)
		return
	}
	delete(e.c.text[page], id)
	if !e.divided {
		e.spacing(e.line, s)
	}
	e.line += s
	e.divided = e.c.divided[page][id]
}

// spacing finds words that run together where two pieces of one element meet.
func (e *elem) spacing(before, after string) {
	a, _ := utf8.DecodeLastRuneInString(before)
	b, _ := utf8.DecodeRuneInString(after)
	if before != "" && after != "" && isWord(a) && isWord(b) {
		e.c.fail("spacing", "%q runs into %q", strconv.Quote(before), strconv.Quote(after))
	}
}

func isWord(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

func (e *elem) flush() {
	if e.line == "" {
		return
	}
	fmt.Fprintf(&e.c.outline, "%s  %q\n", e.n.indent, e.line)
	e.c.words.WriteString(e.line + "\n")
	e.line = ""
}

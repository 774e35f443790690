package pdf

import (
	"bytes"
	"strings"
	"testing"

	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/document/pdf/finish"
	"upphandlingsdialog/internal/document/pdf/layout"
	"upphandlingsdialog/internal/document/pdf/tagged"
	"upphandlingsdialog/internal/document/pdf/typeset"
	"upphandlingsdialog/internal/document/specimen"
)

func walk(e *tagged.Elem, f func(*tagged.Elem)) {
	f(e)
	for _, k := range e.Kids {
		if c, ok := k.(*tagged.Elem); ok {
			walk(c, f)
		}
	}
}

func first(root *tagged.Elem, is func(*tagged.Elem) bool) *tagged.Elem {
	var found *tagged.Elem
	walk(root, func(e *tagged.Elem) {
		if found == nil && is(e) {
			found = e
		}
	})
	return found
}

func typed(typ string) func(*tagged.Elem) bool {
	return func(e *tagged.Elem) bool { return e.Type == typ }
}

// texts changes every text of a page.
func texts(p *layout.Page, change func(*layout.Text)) {
	for i, op := range p.Ops {
		if t, ok := op.(layout.Text); ok {
			change(&t)
			p.Ops[i] = t
		}
	}
}

// inside wraps the first content of a page in what the fault needs.
func inside(p *layout.Page, ops ...layout.Op) {
	for i, op := range p.Ops {
		if _, ok := op.(layout.Begin); ok {
			p.Ops = append(p.Ops[:i+1:i+1], append(ops, p.Ops[i+1:]...)...)
			return
		}
	}
}

// moveCell takes the last cell out of the second row; its text joins the cell before.
func moveCell(r *layout.Result) {
	body := first(r.Root, typed("TBody"))
	tr := body.Kids[1].(*tagged.Elem)
	n := len(tr.Kids) - 1
	last, before := tr.Kids[n].(*tagged.Elem), tr.Kids[n-1].(*tagged.Elem)
	tr.Kids = tr.Kids[:n]
	before.Kids = append(before.Kids, last.Kids...)
	for _, p := range r.Pages {
		for i, op := range p.Ops {
			if b, ok := op.(layout.Begin); ok && b.Elem == last {
				b.Elem = before
				p.Ops[i] = b
			}
		}
	}
}

// hide makes an artifact of the first paragraph's first piece.
func hide(r *layout.Result) {
	for i, op := range r.Pages[1].Ops {
		b, ok := op.(layout.Begin)
		if !ok || b.Elem.Type != "P" {
			continue
		}
		var kids []any
		for _, k := range b.Elem.Kids {
			if k != any(b.Content) {
				kids = append(kids, k)
			}
		}
		b.Elem.Kids = kids
		r.Pages[1].Ops[i] = layout.Artifact{Kind: "Layout"}
		return
	}
}

// readHyphen makes text of the first hyphen of a divided word.
func readHyphen(r *layout.Result) {
	for _, p := range r.Pages {
		var owner *tagged.Elem
		for i, op := range p.Ops {
			switch op := op.(type) {
			case layout.Begin:
				owner = op.Elem
			case layout.Text:
				if op.S == "\u00ad" {
					p.Ops[i-1] = layout.Begin{Elem: owner, Content: owner.Content()}
					return
				}
			}
		}
	}
}

// fault is a way to break the specimen, and the rule that must notice: one of the checker's, or order or type, which
// compare what a reader hears with the document.
type fault struct {
	name   string
	rule   string
	layout func(*layout.Result)
	input  func(*finish.Input)
}

var faults = []fault{
	{name: "figure without alternative text", rule: "alt", layout: func(r *layout.Result) { first(r.Root, typed("Figure")).Alt = "" }},
	{name: "header cell without scope", rule: "scope", layout: func(r *layout.Result) { first(r.Root, typed("TH")).Scope = "" }},
	{name: "cell without headers", rule: "headers", layout: func(r *layout.Result) { first(r.Root, typed("TD")).Headers = nil }},
	{name: "cell with a header that does not exist", rule: "headers", layout: func(r *layout.Result) { first(r.Root, typed("TD")).Headers = []string{"nothing"} }},
	{name: "heading level skipped", rule: "heading", layout: func(r *layout.Result) {
		walk(r.Root, func(e *tagged.Elem) {
			if e.Type == "H2" {
				e.Type = "H3"
			}
		})
	}},
	{name: "paragraphs in wrong order", rule: "order", layout: func(r *layout.Result) {
		k := r.Root.Kids
		k[len(k)-1], k[len(k)-4] = k[len(k)-4], k[len(k)-1]
	}},
	{name: "link before its sentence", rule: "order", layout: func(r *layout.Result) {
		e := first(r.Root, func(e *tagged.Elem) bool {
			if e.Type != "P" || len(e.Kids) < 2 {
				return false
			}
			l, ok := e.Kids[1].(*tagged.Elem)
			return ok && l.Type == "Link"
		})
		e.Kids[0], e.Kids[1] = e.Kids[1], e.Kids[0]
	}},
	{name: "no language", rule: "lang", input: func(in *finish.Input) { in.Meta.Lang = "" }},
	{name: "empty title", rule: "xmp", input: func(in *finish.Input) { in.Meta.Title = "" }},
	{name: "content unmarked", rule: "unmarked", layout: func(r *layout.Result) {
		r.Pages[2].Ops = append(r.Pages[2].Ops, layout.Text{X: 30, Y: 280, Size: 9, S: "Omärkt"})
	}},
	{name: "owners swapped", rule: "owner", input: func(in *finish.Input) {
		o := in.Pages[3].Owners
		last := len(o) - 1
		o[0], o[last] = o[last], o[0]
	}},
	{name: "link that does not say where it leads", rule: "annot", input: func(in *finish.Input) { in.Pages[1].Links[0].Contents = "" }},
	{name: "link element without annotation", rule: "objr", layout: func(r *layout.Result) {
		l := first(r.Root, typed("Link"))
		l.Kids = l.Kids[:1]
	}},
	{name: "character without glyph", rule: "notdef", layout: func(r *layout.Result) {
		texts(r.Pages[1], func(t *layout.Text) { t.S = strings.Replace(t.S, "Företagen", "漢字", 1) })
	}},
	{name: "character without meaning", rule: "tounicode", input: func(in *finish.Input) { delete(in.Runes["utf8sans"], 'å') }},
	{name: "row one cell short", rule: "table", layout: moveCell},
	{name: "item outside a list", rule: "nesting", layout: func(r *layout.Result) {
		l := first(r.Root, typed("L"))
		l.Type, l.Numbers = "Div", ""
	}},
	{name: "artifact inside content", rule: "nested", layout: func(r *layout.Result) {
		inside(r.Pages[3], layout.Artifact{Kind: "Layout"}, layout.Rect{X: 10, Y: 10, W: 1, H: 1}, layout.End{})
	}},
	{name: "words run together at line ends", rule: "spacing", layout: func(r *layout.Result) {
		for _, p := range r.Pages {
			texts(p, func(t *layout.Text) { t.S = strings.TrimRight(t.S, " ") })
		}
	}},
	{name: "heading tagged as paragraph", rule: "type", layout: func(r *layout.Result) { first(r.Root, typed("H2")).Type = "P" }},
	{name: "paragraph marked as artifact", rule: "order", layout: hide},
	{name: "no output intent", rule: "outputintent", input: func(in *finish.Input) { in.Profile = nil }},
	{name: "header cells tagged as data", rule: "headers", layout: func(r *layout.Result) {
		walk(r.Root, func(e *tagged.Elem) {
			if e.Type == "TH" {
				e.Type, e.Scope, e.ID = "TD", "", ""
			}
		})
	}},
	{name: "role not mapped", rule: "role", input: func(in *finish.Input) { in.Roles = nil }},
	{name: "the hyphen of a divided word is read", rule: "hyphen", layout: readHyphen},
	{name: "attachment that does not say what it is", rule: "attachment", input: func(in *finish.Input) {
		in.Attachments = []finish.Attachment{{Name: "a.csv", MIME: "text/csv", Description: "a", Relation: "Unspecified", Data: []byte("a")}}
	}},
	{name: "attachment without a media type", rule: "attachment", input: func(in *finish.Input) {
		in.Attachments = []finish.Attachment{{Name: "a.csv", Description: "a", Relation: "Data", Data: []byte("a")}}
	}},
	{name: "link to nowhere", rule: "dest", input: func(in *finish.Input) {
		for _, p := range in.Pages {
			for _, l := range p.Links {
				if l.Dest != nil {
					l.Dest.Y = -40
					return
				}
			}
		}
	}},
	{name: "no bookmarks", rule: "outlines", input: func(in *finish.Input) { in.Outlines = nil }},
}

func TestEveryFaultIsNoticed(t *testing.T) {
	if r := check(t, render(t, specimen.Report())); len(r.Findings) > 0 {
		t.Fatalf("whole, it has %v", r.Findings)
	}
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			in, err := prepare(specimen.Report(), f.layout)
			if err != nil {
				t.Fatal(err)
			}
			if f.input != nil {
				f.input(&in)
			}
			b, err := finish.Run(in)
			if err != nil {
				t.Fatal(err)
			}
			r := check(t, b)
			told, what := misheard(r.Outline, specimen.Report())
			if !r.Rules()[f.rule] && told != f.rule {
				t.Errorf("the checker found %v and %s %s, not %q", r.Findings, told, what, f.rule)
			}
		})
	}
}

func TestMarksLeftOpenAreAnError(t *testing.T) {
	_, err := prepare(specimen.Report(), func(r *layout.Result) {
		r.Pages[0].Ops = append(r.Pages[0].Ops, layout.Artifact{Kind: "Layout"})
	})
	if err == nil {
		t.Error("no error")
	}
}

func TestTheEnginesWidthsAreOurs(t *testing.T) {
	in, err := prepare(specimen.Report(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(in.Source, []byte("/W [")) && !bytes.Contains(in.Source, []byte("/W[")) {
		t.Fatal("the engine's file has no widths")
	}
	if got := typeset.Regular.Width(1000, "0") / typeset.MM; got != 572 {
		t.Errorf("a digit is %v wide", got)
	}
}

func TestAPageBreakLeavesNoHeadingAlone(t *testing.T) {
	for n := 20; n < 36; n++ {
		d := document.Document{Title: "T", Lang: "sv", Created: specimen.Report().Created}
		for range n {
			d.Blocks = append(d.Blocks, document.Plain("Rad."))
		}
		d.Blocks = append(d.Blocks, document.Heading{Level: 1, Text: "Sista"}, document.Plain(strings.Repeat("ord ", 60)),
			document.Figure{Title: "F", Chart: chart.Bar{Base: 30, Rows: []chart.BarRow{{Label: "a", Count: 3, Value: 0.1}}}})
		res := layout.Do(d)
		for i, p := range res.Pages {
			last := ""
			for _, op := range p.Ops {
				if b, ok := op.(layout.Begin); ok {
					last = b.Elem.Type
				}
			}
			if last == "H1" || last == "Caption" {
				t.Errorf("%d paragraphs: page %d ends with a %s", n, i+1, last)
			}
		}
	}
}

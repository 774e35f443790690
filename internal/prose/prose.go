// Package prose reads the Markdown subset that the team writes: headings,
// paragraphs, bold, italic, links, lists and quotes. Anything else is an error
// that names its line, so that nobody publishes text that looks different from
// what they meant.
package prose

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/i18n"
)

// Error is a construct outside the subset.
type Error struct {
	Line int    // from 1
	What string // the last part of a message key, "prose." and "depth"
	Text string // the address that is none
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.In(i18n.En)) }

// In says what is wrong.
func (e *Error) In(l i18n.Lang) string { return i18n.T(l, "prose."+e.What, "Text", e.Text) }

// Parse reads md into blocks. Headings begin at level top (1 to 3): "#" is top,
// "##" is top+1. The error is an *Error.
func Parse(md string, top int) ([]document.Block, error) {
	r := &reader{src: []byte(strings.ReplaceAll(md, "\r\n", "\n")), top: top}
	p := parser.NewParser(parser.WithBlockParsers(parser.DefaultBlockParsers()...),
		parser.WithInlineParsers(parser.DefaultInlineParsers()...), parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...))
	root := p.Parse(text.NewReader(r.src))
	var blocks []document.Block
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		b, err := r.block(n)
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, b)
	}
	return blocks, nil
}

type reader struct {
	src []byte
	top int
}

func (r *reader) block(n ast.Node) (document.Block, error) {
	switch n := n.(type) {
	case *ast.Heading:
		return r.heading(n)
	case *ast.Paragraph:
		runs, err := r.inline(n)
		return document.Paragraph{Runs: runs}, err
	case *ast.List:
		return r.list(n)
	case *ast.Blockquote:
		return r.quote(n)
	}
	return nil, r.refuse(n)
}

func (r *reader) heading(n *ast.Heading) (document.Block, error) {
	level := n.Level + r.top - 1
	if level > 4 {
		return nil, &Error{Line: r.line(n), What: "depth"}
	}
	runs, err := r.inline(n)
	if err != nil {
		return nil, err
	}
	words := ""
	for _, run := range runs {
		if run.Bold || run.Italic || run.Link != "" {
			return nil, &Error{Line: r.line(n), What: "heading_plain"}
		}
		words += run.Text
	}
	if strings.TrimSpace(words) == "" {
		return nil, &Error{Line: r.line(n), What: "heading_empty"}
	}
	return document.Heading{Level: level, Text: words}, nil
}

func (r *reader) list(n *ast.List) (document.List, error) {
	l := document.List{Ordered: n.IsOrdered()}
	for li := n.FirstChild(); li != nil; li = li.NextSibling() {
		item, err := r.item(li)
		if err != nil {
			return l, err
		}
		l.Items = append(l.Items, item)
	}
	return l, nil
}

// item is one text, with at most one list below it.
func (r *reader) item(li ast.Node) (document.Item, error) {
	var item document.Item
	for n := li.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.TextBlock, *ast.Paragraph:
			if item.Runs != nil {
				return item, &Error{Line: r.line(n), What: "item_paragraph"}
			}
			runs, err := r.inline(n)
			if err != nil {
				return item, err
			}
			item.Runs = runs
		case *ast.List:
			if item.Sub != nil {
				return item, &Error{Line: r.line(n), What: "item_list"}
			}
			sub, err := r.list(n)
			if err != nil {
				return item, err
			}
			item.Sub = &sub
		default:
			return item, r.refuse(n)
		}
	}
	if len(item.Runs) == 0 {
		return item, &Error{Line: r.line(li), What: "item_empty"}
	}
	return item, nil
}

// quote is one or two paragraphs; a second one is the source.
func (r *reader) quote(n *ast.Blockquote) (document.Block, error) {
	var parts []string
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		p, ok := c.(*ast.Paragraph)
		if !ok {
			return nil, r.refuse(c)
		}
		runs, err := r.inline(p)
		if err != nil {
			return nil, err
		}
		words := ""
		for _, run := range runs {
			if run.Link != "" {
				return nil, &Error{Line: r.line(p), What: "quote_link"}
			}
			words += run.Text
		}
		parts = append(parts, words)
	}
	switch len(parts) {
	case 1:
		return document.Quote{Text: parts[0]}, nil
	case 2:
		return document.Quote{Text: parts[0], Source: strings.TrimLeft(parts[1], "–—- ")}, nil
	}
	return nil, &Error{Line: r.line(n), What: "quote_shape"}
}

// inline flattens a node's text into runs.
func (r *reader) inline(n ast.Node) ([]document.Run, error) {
	var runs []document.Run
	add := func(s string, style document.Run) {
		style.Text = s
		if last := len(runs) - 1; last >= 0 && runs[last].Bold == style.Bold && runs[last].Italic == style.Italic && runs[last].Link == style.Link {
			runs[last].Text += s
			return
		}
		runs = append(runs, style)
	}
	var walk func(n ast.Node, style document.Run) error
	walk = func(n ast.Node, style document.Run) error {
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			inner := style
			switch c := c.(type) {
			case *ast.Text:
				if c.HardLineBreak() {
					return &Error{Line: r.line(n), What: "break"}
				}
				s := string(unescape(c.Segment.Value(r.src)))
				if c.SoftLineBreak() {
					s += " "
				}
				add(s, style)
				continue
			case *ast.String:
				add(string(c.Value), style)
				continue
			case *ast.Emphasis:
				inner.Bold = style.Bold || c.Level == 2
				inner.Italic = style.Italic || c.Level == 1
			case *ast.Link:
				inner.Link = string(c.Destination)
				if err := r.address(n, inner.Link); err != nil {
					return err
				}
			case *ast.AutoLink:
				link := string(c.URL(r.src))
				if c.AutoLinkType == ast.AutoLinkEmail {
					link = "mailto:" + link
				}
				if err := r.address(n, link); err != nil {
					return err
				}
				inner.Link = link
				add(string(c.Label(r.src)), inner)
				continue
			default:
				return r.refuseIn(c, n)
			}
			if err := walk(c, inner); err != nil {
				return err
			}
		}
		return nil
	}
	err := walk(n, document.Run{})
	return runs, err
}

// unescape takes the backslashes and entities out of literal text.
func unescape(s []byte) []byte {
	return util.UnescapePunctuations(util.ResolveEntityNames(util.ResolveNumericReferences(s)))
}

func (r *reader) address(n ast.Node, link string) error {
	for _, p := range []string{"https://", "http://", "mailto:", "#"} {
		if strings.HasPrefix(link, p) && len(link) > len(p) {
			return nil
		}
	}
	return &Error{Line: r.line(n), What: "address", Text: link}
}

// names of what is refused.
var names = map[ast.NodeKind]string{
	ast.KindHTMLBlock: "html", ast.KindRawHTML: "html", ast.KindCodeBlock: "indented", ast.KindFencedCodeBlock: "code",
	ast.KindCodeSpan: "code", ast.KindImage: "image", ast.KindThematicBreak: "rule", ast.KindBlockquote: "quote", ast.KindHeading: "heading",
}

func (r *reader) refuse(n ast.Node) error { return r.refuseIn(n, n) }

func (r *reader) refuseIn(n, place ast.Node) error {
	name, ok := names[n.Kind()]
	if !ok {
		name = "other"
	}
	return &Error{Line: r.line(place), What: name}
}

// line is where the node starts.
func (r *reader) line(n ast.Node) int {
	at := -1
	if n.Type() == ast.TypeBlock && n.Lines() != nil && n.Lines().Len() > 0 {
		at = n.Lines().At(0).Start
	}
	for m := n; at < 0 && m != nil; m = m.Parent() {
		at = m.Pos()
	}
	return 1 + bytes.Count(r.src[:min(max(at, 0), len(r.src))], []byte("\n"))
}

// Package html draws a document as accessible HTML from the same tree as the
// PDF: anchors for everything that has one, classes only, no inline style.
package html

import (
	"embed"
	"fmt"
	"html/template"
	"regexp"
	"strings"

	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/i18n"
)

// Options say what stands around the document.
type Options struct {
	// HeadingShift is added to every heading level: 1 when the page that holds
	// the document already has its h1. The cover's title is then left out.
	HeadingShift int
	// Stylesheet is the address of the style sheet of a full page.
	Stylesheet string
	// Links are shown below the cover of a full page, for example to the PDF.
	Links []Link
}

// Link is an address with its words.
type Link struct{ Text, URL string }

//go:embed document.tmpl
var files embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	// bound anew for each document
	"t": func(string, ...any) string { return "" }, "runs": func([]document.Run) template.HTML { return "" }, "bound": document.WithUnits,
	"plain": document.Text,
	"href":  func(string) string { return "" }, "value": func(document.Cell) template.HTMLAttr { return "" },
	"twin": func(t document.Table, caption string) map[string]any {
		return map[string]any{"Table": t, "Caption": caption}
	},
}).ParseFS(files, "document.tmpl"))

// Render draws the document's body, to stand inside a page's main element. The
// error is document.Invalid when document.Check finds a problem.
func Render(d document.Document, o Options) (template.HTML, error) {
	if err := document.Valid(d); err != nil {
		return "", err
	}
	w, err := newWriter(d, o)
	if err != nil {
		return "", err
	}
	for _, b := range w.d.Blocks {
		if err := w.block(b); err != nil {
			return "", err
		}
	}
	w.closeSections(0)
	return template.HTML(w.out.String()), nil
}

// Page draws a whole page, for a file that stands alone.
func Page(d document.Document, o Options) ([]byte, error) {
	body, err := Render(d, o)
	if err != nil {
		return nil, err
	}
	t, err := templates.Clone() // a template set that was executed cannot be cloned again
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	err = t.ExecuteTemplate(&b, "page", map[string]any{
		"Lang": d.Lang, "Title": d.Title, "Subject": d.Subject, "Author": d.Author, "Stylesheet": o.Stylesheet, "Body": body,
		"Skip": i18n.T(d.Lang, "document.skip"),
	})
	return []byte(b.String()), err
}

// writer draws blocks one after the other. Headings open sections, which close
// at the next heading of the same or a higher level.
type writer struct {
	d         document.Document
	o         Options
	out       strings.Builder
	tmpl      *template.Template
	labels    map[string]document.Label
	grounds   map[string][]document.Grounds
	sections  []int             // levels of the open sections
	elsewhere map[string]string // addresses of anchors on other pages
}

// href is where a link leads: an anchor on another page of the document gets that page's address.
func (w *writer) href(link string) string {
	if page, ok := w.elsewhere[strings.TrimPrefix(link, "#")]; ok && strings.HasPrefix(link, "#") {
		return page + link
	}
	return link
}

func newWriter(d document.Document, o Options) (*writer, error) {
	d = document.Anchored(d)
	w := &writer{d: d, o: o, labels: document.Labels(d), grounds: document.Backlinks(d)}
	t, err := templates.Clone()
	if err != nil {
		return nil, err
	}
	w.tmpl = t.Funcs(template.FuncMap{
		"t":    func(key string, args ...any) string { return i18n.T(d.Lang, key, args...) },
		"runs": w.runs, "bound": document.WithUnits,
		"href": w.href, "value": w.value,
	})
	return w, nil
}

func (w *writer) block(b document.Block) error {
	switch b := b.(type) {
	case document.Cover:
		return w.exec("cover", map[string]any{"Doc": w.d, "Cover": b, "Links": w.o.Links, "Titled": w.o.HeadingShift == 0})
	case document.TOC:
		return w.contents(b)
	case document.Heading:
		w.heading(b)
	case document.Paragraph:
		return w.exec("paragraph", b)
	case document.List:
		return w.exec("list", b)
	case document.Table:
		return w.table(b, fmt.Sprintf("%s. %s", w.labels[b.ID].Name, b.Caption))
	case document.Figure:
		return w.figure(b)
	case document.Quote:
		return w.exec("quote", map[string]any{"Quote": b, "Grounds": w.grounds[b.ID]})
	case document.Callout:
		return w.callout(b)
	case document.KeyFigures:
		return w.exec("key-figures", b)
	case document.Terms:
		return w.exec("terms", b)
	case document.Requests:
		return w.exec("requests", b)
	case document.Recommendation:
		return w.recommendation(b)
	case document.FormHead:
		return w.exec("form-head", map[string]any{"Head": b, "Heading": w.headingTag(1, document.TitleID, "", w.d.Title)})
	case document.Ask:
		return w.exec("ask", map[string]any{"Ask": b, "Heading": w.headingTag(document.AskLevel, b.ID, b.Number, b.Text)})
	case document.Poster:
		return w.exec("poster", map[string]any{"Poster": b, "Heading": w.headingTag(1, document.TitleID, "", w.d.Title), "Path": codePath(b.Code),
			"Size": len(b.Code) + 8})
	}
	return nil
}

// codePath is the dark modules of a code as an SVG path, with four modules of white around them.
func codePath(code [][]bool) string {
	var b strings.Builder
	for r, row := range code {
		for c, dark := range row {
			if dark {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", c+4, r+4)
			}
		}
	}
	return b.String()
}

func (w *writer) exec(name string, data any) error {
	if err := w.tmpl.ExecuteTemplate(&w.out, name, data); err != nil {
		return fmt.Errorf("html: %w", err)
	}
	return nil
}

// level is the level of an HTML heading for one of the document.
func (w *writer) level(l int) int {
	shift := w.o.HeadingShift
	if shift == 0 && w.hasCover() {
		shift = 1 // the cover's title is the h1
	}
	return min(l+shift, 6)
}

func (w *writer) hasCover() bool {
	for _, b := range w.d.Blocks {
		if _, ok := b.(document.Cover); ok {
			return true
		}
	}
	return false
}

func (w *writer) closeSections(level int) {
	for n := len(w.sections); n > 0 && w.sections[n-1] >= level; n-- {
		w.out.WriteString("</section>\n")
		w.sections = w.sections[:n-1]
	}
}

func (w *writer) heading(b document.Heading) {
	w.closeSections(b.Level)
	w.sections = append(w.sections, b.Level)
	fmt.Fprintf(&w.out, `<section class="doc-s%d" aria-labelledby="%s">`+"\n", b.Level, esc(b.ID))
	w.out.WriteString(string(w.headingTag(b.Level, b.ID, b.Number, b.Text)))
}

// headingTag is a heading with its anchor.
func (w *writer) headingTag(level int, id, number, text string) template.HTML {
	n := w.level(level)
	num := ""
	if number != "" {
		num = `<span class="doc-number">` + esc(number) + "</span> "
	}
	return template.HTML(fmt.Sprintf("<h%d id=\"%s\">%s%s%s</h%d>\n", n, esc(id), num, esc(text), w.anchor(id, text), n))
}

// anchor is the visible link by which a reader copies a place's address.
func (w *writer) anchor(id, name string) string {
	return ` <a class="doc-anchor" href="#` + esc(id) + `" aria-label="` + esc(i18n.T(w.d.Lang, "document.link_here", "Text", name)) + `">#</a>`
}

func (w *writer) contents(b document.TOC) error {
	depth := b.Depth
	if depth == 0 {
		depth = 2
	}
	var entries []document.Entry
	for _, e := range document.Outline(w.d) {
		if e.Level <= depth && e.ID != document.ContentsID {
			entries = append(entries, e)
		}
	}
	w.closeSections(1)
	return w.exec("contents", map[string]any{"ID": document.ContentsID, "Entries": entries,
		"Heading": w.headingTag(1, document.ContentsID, "", i18n.T(w.d.Lang, "document.contents"))})
}

func (w *writer) table(b document.Table, caption string) error {
	return w.exec("table", map[string]any{"Table": b, "Caption": caption})
}

func (w *writer) figure(b document.Figure) error {
	data := map[string]any{"Figure": b, "Label": w.labels[b.ID].Name, "Grounds": w.grounds[b.ID], "SVG": chart.SVG(b.Chart, w.d.Lang, b.ID)}
	if b.Alt != "" {
		data["SVG"] = chart.SVGAlt(b.Chart, w.d.Lang, b.ID, b.Alt)
	}
	switch {
	case b.TableRef != "":
		data["TableName"] = w.labels[strings.TrimPrefix(b.TableRef, "#")].Name
	case b.Table != nil:
		data["Twin"] = *b.Table
	case !b.Chart.Empty():
		data["Twin"] = document.Twin(b, w.d.Lang)
	}
	data["SourceName"] = w.labels[strings.TrimPrefix(b.Source, "#")].Name
	data["TwinCaption"] = i18n.T(w.d.Lang, "document.twin", "Number", w.labels[b.ID].Number)
	return w.exec("figure", data)
}

func (w *writer) callout(b document.Callout) error {
	kind := [...]string{document.Summary: "summary", document.Decision: "decision", document.Note: "note"}[b.Kind]
	fmt.Fprintf(&w.out, `<div class="doc-box doc-%s">`+"\n", kind)
	switch {
	case b.Title == "":
	case b.Level > 0:
		w.out.WriteString(string(w.headingTag(b.Level, b.ID, "", b.Title)))
	default:
		fmt.Fprintf(&w.out, `<p class="doc-box-title" id="%s">%s</p>`+"\n", esc(b.ID), esc(b.Title))
	}
	for _, in := range b.Blocks {
		if err := w.block(in); err != nil {
			return err
		}
	}
	w.out.WriteString("</div>\n")
	return nil
}

func (w *writer) recommendation(b document.Recommendation) error {
	type why struct {
		document.Evidence
		Name, RowName string
	}
	var list []why
	reasons, grounds := b.Reasoning()
	for _, e := range grounds {
		name := i18n.T(w.d.Lang, "document.to_source")
		if l := w.labels[strings.TrimPrefix(e.Link, "#")]; l.Number > 0 {
			name = l.Name
		}
		rowName := ""
		if e.Row != e.Link {
			label := w.labels[strings.TrimPrefix(e.Row, "#")]
			if rowName = label.Name; e.Link != "" && label.Row != "" {
				rowName = label.Row
			}
		}
		list = append(list, why{e, name, rowName})
	}
	return w.exec("recommendation", map[string]any{"Rec": b, "Reasons": reasons, "Why": list, "Heading": w.headingTag(b.Level, b.ID, b.Number, b.Sentence)})
}

var isoDate = regexp.MustCompile(`\b(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b`)

// runs draws text with its styles, links and languages.
func (w *writer) runs(runs []document.Run) template.HTML {
	var b strings.Builder
	for _, r := range runs {
		s := isoDate.ReplaceAllString(esc(document.WithUnits(r.Text)), `<time datetime="$0">$0</time>`) // a time is not broken at its hyphens
		if r.Italic {
			s = "<em>" + s + "</em>"
		}
		if r.Bold {
			s = "<strong>" + s + "</strong>"
		}
		lang := ""
		if r.Lang != "" && r.Lang != w.d.Lang {
			lang = ` lang="` + esc(string(r.Lang)) + `"`
		}
		switch {
		case r.Link != "":
			// document.Check let only anchors, http(s) and mailto pass
			s = `<a href="` + esc(w.href(r.Link)) + `"` + lang + w.markAttributes(r) + `>` + s + "</a>"
		case lang != "":
			s = "<span" + lang + ">" + s + "</span>"
		}
		b.WriteString(s)
	}
	return template.HTML(b.String())
}

// markAttributes are a mark's anchor and its name: its few letters, as they are seen, and what it leads to.
func (w *writer) markAttributes(r document.Run) string {
	if !r.Mark {
		return ""
	}
	name := i18n.T(w.d.Lang, "document.to_source") // in another document
	if label, ok := w.labels[strings.TrimPrefix(r.Link, "#")]; ok {
		name = i18n.T(w.d.Lang, "document.link_internal", "Text", label.Name)
	}
	return ` class="doc-mark" id="` + esc(r.ID) + `" aria-label="` + esc(r.Text+", "+name) + `"`
}

// esc escapes text and drops the characters that HTML may not hold.
func esc(s string) string {
	return template.HTMLEscapeString(strings.Map(func(r rune) rune {
		if (r < ' ' && r != '\n' && r != '\t') || (r >= 0x7f && r < 0xa0) || r&0xFFFE == 0xFFFE {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd")))
}

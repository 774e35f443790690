package demo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// browser fetches pages and posts forms the way a person's browser without script does: it keeps
// cookies, follows redirects, and only sends what stands in a form.
type browser struct {
	client *http.Client
	lang   string
}

func newBrowser(transport http.RoundTripper, lang string) *browser {
	jar, _ := cookiejar.New(nil) // fails only on a faulty option
	return &browser{client: &http.Client{Transport: transport, Jar: jar}, lang: lang}
}

// page is a fetched page: where it came from and its tree.
type page struct {
	at     *url.URL
	status int
	root   *html.Node
}

func (b *browser) get(ctx context.Context, address string) (*page, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	return b.do(req)
}

func (b *browser) do(req *http.Request) (*page, error) {
	req.Header.Set("Accept-Language", b.lang)
	req.Header.Set("User-Agent", "upphandlingsdialog-demo")
	resp, err := b.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	p := &page{at: resp.Request.URL, status: resp.StatusCode}
	if p.root, err = html.Parse(bytes.NewReader(body)); err != nil {
		return nil, fmt.Errorf("%s: %w", req.URL.Path, err)
	}
	if resp.StatusCode >= 400 {
		return p, fmt.Errorf("%s %s answered %d: %s", req.Method, req.URL.Path, resp.StatusCode, p.problem())
	}
	return p, nil
}

// problem is what the page says is wrong.
func (p *page) problem() string {
	for n := range p.root.Descendants() {
		if hasClass(n, "error-summary") {
			return textOf(n)
		}
	}
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "main" {
			return textOf(n)
		}
	}
	return ""
}

// control is one field of a form, a radio group or a set of check boxes being one control.
type control struct {
	name    string
	kind    string // radio, checkbox, select, number, text, textarea, hidden, file …
	options []string
	labels  []string // of the options, as read by a person
	value   string
	list    string // id of the suggestions for what is written
}

// form is a form of a page with the values it stands with.
type form struct {
	action   *url.URL
	method   string
	controls []*control
	buttons  []control
	values   url.Values
}

// forms lists the page's forms.
func (p *page) forms() []*form {
	var list []*form
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "form" {
			list = append(list, p.readForm(n))
		}
	}
	return list
}

// formTo finds the form whose action's path ends in suffix.
func (p *page) formTo(suffix string) (*form, error) {
	for _, f := range p.forms() {
		if strings.HasSuffix(f.action.Path, suffix) {
			return f, nil
		}
	}
	return nil, fmt.Errorf("%s has no form to …%s (%s)", p.at.Path, suffix, p.problem())
}

// formWith is formTo for the form that has a button with the given name and value.
func (p *page) formWith(suffix, name, value string) (*form, error) {
	for _, f := range p.forms() {
		for _, b := range f.buttons {
			if strings.HasSuffix(f.action.Path, suffix) && b.name == name && b.value == value {
				return f, nil
			}
		}
	}
	return nil, fmt.Errorf("%s has no button %s=%s (%s)", p.at.Path, name, value, p.problem())
}

// formAsking finds the form that has the named control; nil when the page has none.
func (p *page) formAsking(name string) *form {
	for _, f := range p.forms() {
		if f.control(name) != nil {
			return f
		}
	}
	return nil
}

// control finds a control by name; nil when the form has none.
func (f *form) control(name string) *control {
	for _, c := range f.controls {
		if c.name == name {
			return c
		}
	}
	return nil
}

func (p *page) readForm(n *html.Node) *form {
	f := &form{method: strings.ToUpper(attr(n, "method")), values: url.Values{}}
	action, err := p.at.Parse(attr(n, "action"))
	if err != nil {
		action = p.at
	}
	f.action = action
	seen := map[string]*control{}
	for e := range n.Descendants() {
		if e.Type == html.ElementNode {
			f.readControl(e, seen)
		}
	}
	return f
}

func (f *form) readControl(e *html.Node, seen map[string]*control) {
	name, value, kind := attr(e, "name"), attr(e, "value"), attr(e, "type")
	add := func(kind string) *control {
		c := seen[name]
		if c == nil {
			c = &control{name: name, kind: kind}
			seen[name] = c
			f.controls = append(f.controls, c)
		}
		return c
	}
	switch {
	case e.Data == "datalist":
		if i := slices.IndexFunc(f.controls, func(c *control) bool { return c.list == attr(e, "id") }); i >= 0 {
			c := f.controls[i]
			for o := range e.ChildNodes() {
				c.options = append(c.options, attr(o, "value"))
				c.labels = append(c.labels, attr(o, "value"))
			}
		}
	case e.Data == "button":
		f.buttons = append(f.buttons, control{name: name, value: value, kind: attr(e, "formaction")})
	case name == "" || hasAttr(e, "disabled"):
	case e.Data == "textarea":
		c := add("textarea")
		c.value = textOf(e)
		f.values.Set(name, c.value)
	case e.Data == "select":
		c := add("select")
		for o := range e.Descendants() {
			if o.Type == html.ElementNode && o.Data == "option" {
				c.options = append(c.options, attr(o, "value"))
				c.labels = append(c.labels, textOf(o))
				if hasAttr(o, "selected") || len(c.options) == 1 {
					f.values.Set(name, attr(o, "value"))
				}
			}
		}
	case e.Data != "input":
	case attr(e, "list") != "": // a name to write, with suggestions
		add("select").list = attr(e, "list")
		f.values.Set(name, value)
	case kind == "radio" || kind == "checkbox":
		c := add(kind)
		c.options = append(c.options, value)
		c.labels = append(c.labels, labelOf(e))
		if hasAttr(e, "checked") {
			f.values.Add(name, value)
		}
	case kind == "submit":
		f.buttons = append(f.buttons, control{name: name, value: value})
	default:
		c := add(kind)
		c.value = value
		f.values.Set(name, value)
	}
}

// submit sends the form as it stands, with the named button pressed ("" for the first).
func (b *browser) submit(ctx context.Context, f *form, button string) (*page, error) {
	values := url.Values{}
	for k, v := range f.values {
		values[k] = v
	}
	for _, btn := range f.buttons {
		if button == "" || btn.name+"="+btn.value == button || btn.name == button {
			if btn.name != "" {
				values.Set(btn.name, btn.value)
			}
			break
		}
	}
	if f.method != http.MethodPost {
		u := *f.action
		u.RawQuery = values.Encode()
		return b.get(ctx, u.String())
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, f.action.String(), strings.NewReader(values.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(req)
}

// links lists the addresses of the page's links whose path contains part.
func (p *page) links(part string) []string {
	var list []string
	for n := range p.root.Descendants() {
		if n.Type != html.ElementNode || n.Data != "a" {
			continue
		}
		u, err := p.at.Parse(attr(n, "href"))
		if err == nil && strings.Contains(u.Path, part) {
			list = append(list, u.String())
		}
	}
	return list
}

// labelOf is the text of the label around a control.
func labelOf(n *html.Node) string {
	for a := range n.Ancestors() {
		if a.Type == html.ElementNode && a.Data == "label" {
			return textOf(a)
		}
	}
	return ""
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func hasClass(n *html.Node, class string) bool {
	for _, c := range strings.Fields(attr(n, "class")) {
		if c == class {
			return true
		}
	}
	return false
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	if n.Data == "textarea" {
		return b.String()
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

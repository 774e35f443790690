package respondent_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/httpd/respondent"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/response/responsetest"
)

// site is the respondent's face on a real listener with a real database.
type site struct {
	*responsetest.World
	url string
}

func open(t testing.TB) *site {
	t.Helper()
	return serve(t, responsetest.New(t, "s5"), slog.New(slog.DiscardHandler))
}

// openRate is how many may start in a minute by an open link of these sites.
const openRate = 300

func serve(t testing.TB, w *responsetest.World, log *slog.Logger) *site {
	t.Helper()
	face := &respondent.Face{Responses: w.Responses, Distribution: w.Distribution, Key: w.Key, Now: w.Clock.Now, OpenRate: openRate,
		Sender: respondent.Sender{Controller: i18n.Text{Sv: "Länsstyrelsen i Dalarnas län", En: "The County Board of Dalarna"},
			Email: "dialog@lansstyrelsen.example", DPO: "dso@lansstyrelsen.example"},
		Seminars: func(context.Context, time.Time) ([]respondent.Seminar, error) {
			return []respondent.Seminar{{Title: "Lärseminarium om anbud", Place: "Rättvik", Path: "/calendar/1",
				Date: time.Date(2019, 3, 12, 8, 0, 0, 0, time.UTC)}}, nil
		}}
	handler, err := httpd.New(httpd.Options{Log: log, Now: time.Now, BaseURL: "http://127.0.0.1"}, face)
	w.Must(err)
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return &site{World: w, url: server.URL}
}

// browser is one device: cookies and the page it shows. It runs no script.
type browser struct {
	*site
	client *http.Client
	at     *url.URL
	status int
	header http.Header
	body   string
	doc    *html.Node
}

func (s *site) browser() *browser {
	jar, err := cookiejar.New(nil)
	s.Must(err)
	return &browser{site: s, client: &http.Client{Jar: jar}}
}

func (b *browser) do(req *http.Request) *browser {
	b.Helper()
	res, err := b.client.Do(req)
	b.Must(err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	b.Must(err)
	b.at, b.status, b.header, b.body = res.Request.URL, res.StatusCode, res.Header, string(raw)
	b.doc, err = html.Parse(bytes.NewReader(raw))
	b.Must(err)
	return b
}

func (b *browser) get(path string) *browser {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, b.url+path, nil)
	b.Must(err)
	return b.do(req)
}

func (b *browser) post(path string, form url.Values) *browser {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, b.url+path, strings.NewReader(form.Encode()))
	b.Must(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(req)
}

// open follows the mailed link and presses the button.
func (b *browser) start(address string) *browser {
	b.Helper()
	b.get("/s/" + b.Token(address))
	return b.press("", nil)
}

// press sends the form on the page as it stands, with the given fields changed.
// button is the value of the pressed button named "do".
func (b *browser) press(button string, changes url.Values) *browser {
	b.Helper()
	form := b.find(func(n *html.Node) bool {
		return n.Data == "form" && attr(n, "method") == "post" && !strings.HasSuffix(attr(n, "action"), "/language")
	})
	if form == nil {
		b.Fatalf("no form on %s (%d):\n%s", b.at, b.status, b.text())
	}
	values := b.fields(form)
	for name, v := range changes {
		values[name] = v
	}
	if button != "" {
		values.Set("do", button)
	}
	return b.post(attr(form, "action"), values)
}

// fields are the successful controls of a form.
func (b *browser) fields(form *html.Node) url.Values {
	values := url.Values{}
	walk(form, func(n *html.Node) {
		name := attr(n, "name")
		if name == "" {
			return
		}
		switch n.Data {
		case "input":
			switch attr(n, "type") {
			case "radio", "checkbox":
				if has(n, "checked") {
					values.Add(name, attr(n, "value"))
				}
			default:
				values.Add(name, attr(n, "value"))
			}
		case "textarea":
			text := ""
			if n.FirstChild != nil {
				text = n.FirstChild.Data
			}
			values.Add(name, text)
		case "select":
			chosen := ""
			walk(n, func(o *html.Node) {
				if o.Data == "option" && has(o, "selected") {
					chosen = attr(o, "value")
				}
			})
			values.Add(name, chosen)
		}
	})
	return values
}

func (b *browser) find(match func(*html.Node) bool) (found *html.Node) {
	walk(b.doc, func(n *html.Node) {
		if found == nil && n.Type == html.ElementNode && match(n) {
			found = n
		}
	})
	return found
}

func (b *browser) byID(id string) *html.Node {
	return b.find(func(n *html.Node) bool { return attr(n, "id") == id })
}

func (b *browser) title() string {
	if n := b.find(func(n *html.Node) bool { return n.Data == "title" }); n != nil {
		return content(n)
	}
	return ""
}

// text is what a person reads in the main part, whitespace collapsed, hidden questions left out.
func (b *browser) text() string {
	n := b.find(func(n *html.Node) bool { return n.Data == "main" })
	if n == nil {
		n = b.doc
	}
	return strings.Join(strings.Fields(content(n)), " ")
}

// id is the response that the address is about.
func (b *browser) id() string {
	parts := strings.Split(b.at.Path, "/")
	if len(parts) < 3 || parts[1] != "r" {
		b.Fatalf("%s (%d) is no page of a response:\n%s", b.at, b.status, b.text())
	}
	return parts[2]
}

func (b *browser) mustShow(texts ...string) *browser {
	b.Helper()
	for _, s := range texts {
		if !strings.Contains(b.text(), s) {
			b.Fatalf("%s (%d) does not say %q:\n%s", b.at, b.status, s, b.text())
		}
	}
	return b
}

func (b *browser) mustBe(status int, path string) *browser {
	b.Helper()
	if b.status != status || !strings.HasSuffix(b.at.Path, path) {
		b.Fatalf("%s (%d), want …%s (%d):\n%s", b.at, b.status, path, status, b.text())
	}
	return b
}

func walk(n *html.Node, visit func(*html.Node)) {
	visit(n)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, visit)
	}
}

func content(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	if has(n, "hidden") {
		return ""
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(content(c))
		b.WriteString(" ")
	}
	return b.String()
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

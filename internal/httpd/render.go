package httpd

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/region"
	"upphandlingsdialog/internal/strategy"
	"upphandlingsdialog/web"
)

// Page is what every page has. A page struct embeds it, sets Title (in the page's language) and
// what it knows; Render fills in the rest.
type Page struct {
	Title    string
	Lang     i18n.Lang
	User     *account.User
	Path     string // without query
	Self     string // path and query without lang, ending in ? or &: append "lang=en" to switch
	Flash    string
	Problems []Problem // shown as the error summary; the title then begins with "Fel: "
	Invented bool      // shows that the data on the page are invented
	Template string
}

func (p *Page) page() *Page { return p }

// Rendered is any page struct that embeds Page.
type Rendered interface{ page() *Page }

// Problem is one line of the error summary, linked to its field.
type Problem struct {
	Field string // id of the control; empty for none
	Text  string
}

// ProblemAt is the text of the first problem of a field, for showing beside it.
func (p Page) ProblemAt(field string) string {
	for _, x := range p.Problems {
		if x.Field == field {
			return x.Text
		}
	}
	return ""
}

// Invalid tells whether the field has a problem.
func (p Page) Invalid(field string) bool { return p.ProblemAt(field) != "" }

// Render writes the page: the template executes into a buffer first, so that a fault in it never
// leaves half a page behind. Only the error is returned; the status is sent as given.
func Render(c *gin.Context, status int, name string, r Rendered) error {
	s := of(c)
	p := r.page()
	p.Lang, p.User, p.Path, p.Template = Lang(c), User(c), c.Request.URL.Path, name
	p.Invented = p.Invented || s.Invented
	p.Flash = s.takeFlash(c)
	q := c.Request.URL.Query()
	q.Del("lang")
	p.Self = p.Path + "?"
	if len(q) > 0 {
		p.Self += q.Encode() + "&"
	}
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	if err := s.pages.execute(buf, p.Lang, facePath(p.Path), name, r); err != nil {
		return err
	}
	c.Data(status, "text/html; charset=utf-8", buf.Bytes())
	return nil
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// pages holds every template, once a language: set[lang]["team/meeting_list"].
type pages struct {
	set map[i18n.Lang]map[string]*template.Template
}

// loadPages reads web/templates. A file that defines "content" is a page; every other file outside
// layout holds partials, which all pages share.
func loadPages(a *assets) (*pages, error) {
	files := map[string]string{}
	err := fs.WalkDir(web.Templates, "templates", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(p, ".html") {
			return err
		}
		text, err := fs.ReadFile(web.Templates, p)
		files[strings.TrimSuffix(strings.TrimPrefix(p, "templates/"), ".html")] = string(text)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("httpd: read templates: %w", err)
	}
	out := &pages{set: map[i18n.Lang]map[string]*template.Template{}}
	for _, lang := range i18n.Langs {
		set, err := parseAll(files, funcs(a, lang))
		if err != nil {
			return nil, err
		}
		out.set[lang] = set
	}
	return out, nil
}

func parseAll(files map[string]string, fm template.FuncMap) (map[string]*template.Template, error) {
	shared := template.New("").Funcs(fm).Option("missingkey=error")
	for name, text := range files {
		if !isPage(text) && path.Dir(name) != "layout" {
			if _, err := shared.New(name).Parse(text); err != nil {
				return nil, fmt.Errorf("httpd: template %s: %w", name, err)
			}
		}
	}
	set := map[string]*template.Template{}
	for name, text := range files {
		if !isPage(text) {
			continue
		}
		faces := []string{path.Dir(name)}
		if faces[0] == "layout" { // the error page wears the look of any face
			faces = []string{"team", "respondent", "public"}
		}
		for _, face := range faces {
			t, err := shared.Clone()
			if err == nil {
				_, err = t.New("layout").Parse(files["layout/"+face])
			}
			if err == nil {
				_, err = t.New(name).Parse(text)
			}
			if err != nil {
				return nil, fmt.Errorf("httpd: template %s: %w", name, err)
			}
			set[face+":"+name] = t
		}
	}
	return set, nil
}

func isPage(text string) bool { return strings.Contains(text, `{{define "content"}}`) }

func (p *pages) execute(buf *bytes.Buffer, lang i18n.Lang, face, name string, data any) error {
	if dir := path.Dir(name); dir != "layout" {
		face = dir
	}
	t, ok := p.set[lang][face+":"+name]
	if !ok {
		return fmt.Errorf("httpd: no template %s", name)
	}
	if err := t.ExecuteTemplate(buf, "layout", data); err != nil {
		return fmt.Errorf("httpd: render %s: %w", name, err)
	}
	return nil
}

var isoDate = regexp.MustCompile(`\d{4}-\d{2}-\d{2}`)

// undivided keeps the dates of a text whole, which browsers would break at their hyphens.
func undivided(s string) template.HTML {
	return template.HTML(isoDate.ReplaceAllString(template.HTMLEscapeString(s), `<time datetime="$0">$0</time>`))
}

func funcs(a *assets, lang i18n.Lang) template.FuncMap {
	return template.FuncMap{
		"t":         func(key string, args ...any) string { return i18n.T(lang, key, args...) },
		"text":      func(t i18n.Text) string { return t.In(lang) },
		"num":       func(v any, decimals int) string { return i18n.Number(lang, toFloat(v), decimals) },
		"int":       func(v any) string { return i18n.Number(lang, toFloat(v), 0) },
		"percent":   func(share float64, n int) string { return i18n.Percent(lang, share, n) },
		"interval":  func(lower, upper float64, n int) string { return i18n.Interval(lang, lower, upper, n) },
		"share":     func(x, n int) string { return i18n.Share(lang, x, n) },
		"undivided": undivided,
		"date":      func(t time.Time) string { return i18n.Date(lang, t) },
		"datelong":  func(t time.Time) string { return i18n.DateLong(lang, t) },
		"datetime":  func(t time.Time) string { return i18n.DateTime(lang, t) },
		"clock":     func(t time.Time) string { return i18n.Clock(lang, t) },
		"asset":     a.url,
		"group":     func(id string) string { return i18n.T(lang, "group."+id) },
		"theme": func(code string) string {
			if th, ok := strategy.ThemeByCode(code); ok {
				return th.Name.In(lang)
			}
			return code
		},
		"area": func(n int) string {
			a, _ := strategy.AreaByNumber(n)
			return a.Name.In(lang)
		},
		"areashort": func(n int) string {
			a, _ := strategy.AreaByNumber(n)
			return a.Short.In(lang)
		},
		"municipality": func(code int) string {
			m, _ := region.MunicipalityByCode(code)
			return m.Name
		},
		"dict": dict,
		"list": func(v ...any) []any { return v },
		"add":  func(a, b int) int { return a + b },
		"join": strings.Join,
		"query": func(pairs ...string) (template.URL, error) {
			if len(pairs)%2 != 0 {
				return "", fmt.Errorf("query: odd number of arguments")
			}
			v := url.Values{}
			for i := 0; i < len(pairs); i += 2 {
				v.Set(pairs[i], pairs[i+1])
			}
			return template.URL(v.Encode()), nil //nolint:gosec // encoded just above
		},
	}
}

func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict: odd number of arguments")
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		k, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: name %v is not a string", pairs[i])
		}
		m[k] = pairs[i+1]
	}
	return m, nil
}

func toFloat(v any) float64 {
	switch n := v.(type) {
	case int:
		return float64(n)
	case *int: // a number that may be missing, where it is not
		return float64(*n)
	case int64:
		return float64(n)
	case float64:
		return n
	}
	panic(fmt.Sprintf("httpd: %T is not a number", v))
}

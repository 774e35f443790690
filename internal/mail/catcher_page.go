package mail

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html/template"
	"net/http"
	"strconv"

	"upphandlingsdialog/internal/i18n"
)

//go:embed catcher.gohtml
var catcherHTML string

var catcherPage = template.Must(template.New("catcher").Funcs(template.FuncMap{
	"t":        i18n.T,
	"datetime": i18n.DateTime,
}).Parse(catcherHTML))

// perPage is how many messages one page of the list shows, newest first.
const perPage = 200

type catcherView struct {
	Lang     i18n.Lang
	To       string
	Total    int
	Messages []Caught // of the list
	Message  *Caught  // of the page of one message
}

// Handler is the catcher's own pages and its JSON interface:
//
//	GET /                          list, ?to= narrows
//	GET /messages/{id}             one message
//	GET /messages/{id}/html        its HTML alone, without any right to load or run
//	GET /messages/{id}/source      as it came over SMTP
//	GET /api/messages?to=          list as JSON, oldest first
//	GET /api/messages/{id}         one message as JSON
func (c *Catcher) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", c.serveList)
	mux.HandleFunc("GET /messages/{id}", c.serveMessage)
	mux.HandleFunc("GET /messages/{id}/html", c.serveHTML)
	mux.HandleFunc("GET /messages/{id}/source", c.serveSource)
	mux.HandleFunc("GET /api/messages", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, c.List(r.URL.Query().Get("to")))
	})
	mux.HandleFunc("GET /api/messages/{id}", func(w http.ResponseWriter, r *http.Request) {
		m, ok := c.Find(r.PathValue("id"))
		if !ok {
			http.NotFound(w, r)
			return
		}
		writeJSON(w, m)
	})
	return secured(mux)
}

// secured gives every page the headers of a page that trusts nothing: mail
// comes from anywhere.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+styleHash()+"'; frame-src 'self'; "+
			"form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

func (c *Catcher) serveList(w http.ResponseWriter, r *http.Request) {
	v := catcherView{Lang: langOf(r), To: r.URL.Query().Get("to")}
	all := c.List(v.To)
	v.Total = len(all)
	for i := len(all) - 1; i >= 0 && len(v.Messages) < perPage; i-- {
		v.Messages = append(v.Messages, all[i])
	}
	show(w, v)
}

func (c *Catcher) serveMessage(w http.ResponseWriter, r *http.Request) {
	m, ok := c.Find(r.PathValue("id"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	show(w, catcherView{Lang: langOf(r), Message: &m})
}

func show(w http.ResponseWriter, v catcherView) {
	var b bytes.Buffer
	if err := catcherPage.Execute(&b, v); err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes()) // the reader has gone: nothing to do about it
}

func (c *Catcher) serveHTML(w http.ResponseWriter, r *http.Request) {
	m, ok := c.Find(r.PathValue("id"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "sandbox allow-popups allow-top-navigation-by-user-activation; default-src 'none'; "+
		"style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'self'")
	h.Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(m.HTML))
}

func (c *Catcher) serveSource(w http.ResponseWriter, r *http.Request) {
	m, ok := c.Find(r.PathValue("id"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(m.source)))
	_, _ = w.Write(m.source)
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // the reader has gone: nothing to do about it
}

func langOf(r *http.Request) i18n.Lang {
	l, _ := i18n.Parse(r.URL.Query().Get("lang"))
	return l
}

package httpd

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
)

var errCrossOrigin = fault.New(fault.Forbidden, "error.cross_origin")

func notFound(*gin.Context) error { return fault.New(fault.NotFound, "error.not_found") }

// statusOf is the HTTP status of each kind of fault.
var statusOf = map[fault.Kind]int{
	fault.Invalid:         http.StatusUnprocessableEntity,
	fault.NotFound:        http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.Forbidden:       http.StatusForbidden,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Unavailable:     http.StatusServiceUnavailable,
}

var titleOf = map[fault.Kind]string{
	fault.Invalid:         "error.invalid_title",
	fault.NotFound:        "error.not_found_title",
	fault.Conflict:        "error.conflict_title",
	fault.Forbidden:       "error.forbidden_title",
	fault.Unauthenticated: "error.unauthenticated_title",
	fault.Unavailable:     "error.unavailable_title",
}

type errorPage struct {
	Page
	Text string
}

// fail shows an error as a page of the face it happened in. What is not a fault is logged with a
// number that the page shows.
func (s *server) fail(c *gin.Context, err error) {
	c.Abort()
	lang := Lang(c)
	status, title, text := http.StatusInternalServerError, "error.internal_title", ""
	var tooLarge *http.MaxBytesError
	f, public := fault.Of(err)
	switch {
	case errors.As(err, &tooLarge):
		status, title, text = http.StatusRequestEntityTooLarge, "error.invalid_title", i18n.T(lang, "error.too_large")
	case public && f.Kind == fault.Unauthenticated && c.Request.Method == http.MethodGet && facePath(c.Request.URL.Path) == "team":
		c.Redirect(http.StatusSeeOther, "/team/sign-in?next="+url.QueryEscape(c.Request.URL.RequestURI()))
		return
	case public:
		status, title, text = statusOf[f.Kind], titleOf[f.Kind], i18n.Fault(lang, f)
		if f.Err != nil {
			s.Log.WarnContext(c, "refused", "id", c.GetString(keyID), "route", c.FullPath(), "err", err)
		}
	case c.Request.Context().Err() != nil: // whoever asked has gone away, and no one reads the answer
		text = i18n.T(lang, "error.internal", "ID", c.GetString(keyID))
		s.Log.InfoContext(c, "request given up", "id", c.GetString(keyID), "route", c.FullPath(), "err", err)
	default:
		text = i18n.T(lang, "error.internal", "ID", c.GetString(keyID))
		s.Log.LogAttrs(c, slog.LevelError, "request failed", slog.String("id", c.GetString(keyID)),
			slog.String("method", c.Request.Method), slog.String("route", c.FullPath()), slog.Any("err", err))
	}
	if c.Writer.Written() {
		return
	}
	p := &errorPage{Page: Page{Title: i18n.T(lang, title)}, Text: text}
	if rerr := Render(c, status, "layout/error", p); rerr != nil {
		s.Log.ErrorContext(c, "error page failed", "id", c.GetString(keyID), "err", rerr)
		c.String(status, "%s", text)
	}
}

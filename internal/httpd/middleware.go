package httpd

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
)

// Keys of what middleware leaves in the request for handlers and the renderer.
const (
	keyServer  = "httpd.server"
	keyLang    = "httpd.lang"
	keyUser    = "httpd.user"
	keySession = "httpd.session"
	keyID      = "httpd.id"
)

const (
	sessionCookie = "session"
	langCookie    = "lang"
	flashCookie   = "flash"
)

func (s *server) begin(c *gin.Context) {
	var id [6]byte
	_, _ = rand.Read(id[:])
	c.Set(keyServer, s)
	c.Set(keyID, hex.EncodeToString(id[:]))
	start := s.Now()
	c.Next()
	// The path of a personal link is a secret: log the route's pattern, never the address.
	s.Log.LogAttrs(c, slog.LevelInfo, "request", slog.String("id", c.GetString(keyID)),
		slog.String("method", c.Request.Method), slog.String("route", c.FullPath()),
		slog.Int("status", c.Writer.Status()), slog.Int("bytes", c.Writer.Size()),
		slog.Duration("took", s.Now().Sub(start)))
}

func (s *server) recovered(c *gin.Context) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		if r == http.ErrAbortHandler {
			panic(r)
		}
		s.fail(c, fmt.Errorf("panic: %v\n%s", r, debug.Stack()))
		c.Abort()
	}()
	c.Next()
}

func (s *server) securityHeaders(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "+
		"font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
	if s.secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	if isPersonal(c.Request.URL.Path) {
		h.Set("Cache-Control", "no-store")
		h.Set("X-Robots-Tag", "noindex, nofollow")
	}
	c.Next()
}

// language is the address's ?lang=, else the cookie, else what the browser asks for, else Swedish.
func (s *server) language(c *gin.Context) {
	lang := i18n.Sv
	if l, ok := i18n.Parse(c.Query("lang")); ok {
		lang = l
		s.setCookie(c, langCookie, string(l), 365*24*3600, "/")
	} else if v, err := c.Cookie(langCookie); err == nil {
		lang, _ = i18n.Parse(v)
	} else if strings.HasPrefix(strings.ToLower(c.GetHeader("Accept-Language")), "en") {
		lang = i18n.En
	}
	c.Set(keyLang, lang)
	c.Next()
}

// permit lets the request through when the route is public or the signed-in user's role may.
func (s *server) permit(c *gin.Context, p account.Permission) error {
	plain, err := c.Cookie(sessionCookie)
	if s.Accounts != nil && err == nil && plain != "" && facePath(c.Request.URL.Path) == "team" {
		u, session, err := s.Accounts.Authenticate(c.Request.Context(), plain)
		if err != nil && !fault.Is(err, fault.Unauthenticated) {
			return err
		}
		if err == nil {
			c.Set(keyUser, &u)
			c.Set(keySession, session)
			c.Request = c.Request.WithContext(audit.WithActor(c.Request.Context(), u.Actor()))
			if c.Request.Method == http.MethodPost {
				if err := s.Accounts.Touch(c.Request.Context(), session.ID); err != nil {
					return err
				}
			}
		}
	}
	if p == account.Public {
		return nil
	}
	u := User(c)
	switch {
	case u == nil:
		return fault.New(fault.Unauthenticated, "error.unauthenticated")
	case !u.May(p):
		return fault.New(fault.Forbidden, "error.forbidden")
	}
	return nil
}

func (s *server) setCookie(c *gin.Context, name, value string, maxAge int, path string) {
	http.SetCookie(c.Writer, &http.Cookie{Name: name, Value: value, MaxAge: maxAge, Path: path,
		HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode})
}

// SetCookie sets a strictly necessary cookie: HttpOnly, SameSite=Lax, Secure under https.
// maxAge is in seconds; negative deletes it.
func SetCookie(c *gin.Context, name, value string, maxAge int, path string) {
	of(c).setCookie(c, name, value, maxAge, path)
}

// OpenSession hands the browser its session token.
func OpenSession(c *gin.Context, plain string) {
	SetCookie(c, sessionCookie, plain, 14*24*3600, "/team")
}

// CloseSession takes the session token back.
func CloseSession(c *gin.Context) { SetCookie(c, sessionCookie, "", -1, "/team") }

// User is who is signed in, nil for nobody.
func User(c *gin.Context) *account.User {
	u, _ := c.Value(keyUser).(*account.User)
	return u
}

// Session is the signed-in user's session.
func Session(c *gin.Context) account.Session {
	v, _ := c.Value(keySession).(account.Session)
	return v
}

// Lang is the language of the page.
func Lang(c *gin.Context) i18n.Lang {
	if l, ok := c.Value(keyLang).(i18n.Lang); ok {
		return l
	}
	return i18n.Sv
}

// SetLang overrides the language, for pages whose language is that of an invitation.
func SetLang(c *gin.Context, l i18n.Lang) { c.Set(keyLang, l) }

// Context is the request's context: its actor, its deadline.
func Context(c *gin.Context) context.Context { return c.Request.Context() }

// Redirect answers 303: after a POST the browser GETs the given path.
func Redirect(c *gin.Context, path string) error {
	c.Redirect(http.StatusSeeOther, path)
	return nil
}

// Flash shows a sentence on the next page. It travels in a cookie.
func Flash(c *gin.Context, key string, args ...any) {
	of(c).setCookie(c, flashCookie, url.QueryEscape(i18n.T(Lang(c), key, args...)), 60, "/")
}

func (s *server) takeFlash(c *gin.Context) string {
	v, err := c.Cookie(flashCookie) // gin unescapes once
	if err != nil || v == "" {
		return ""
	}
	s.setCookie(c, flashCookie, "", -1, "/")
	if plain, err := url.QueryUnescape(v); err == nil {
		return plain
	}
	return v
}

func of(c *gin.Context) *server { return c.MustGet(keyServer).(*server) }

// facePath tells which face an address belongs to; error pages take that face's look.
func facePath(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch first {
	case "team":
		return "team"
	case "s", "r", "u", "o", "c":
		return "respondent"
	}
	return "public"
}

// isPersonal tells whether a page is for one person: then no cache keeps it and no search engine
// lists it.
func isPersonal(path string) bool {
	return facePath(path) != "public" || strings.HasPrefix(path, "/registrations/")
}

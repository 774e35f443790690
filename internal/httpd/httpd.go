// Package httpd is the door on the web: it turns requests into calls of the domain packages and
// their results into pages.
//
// Three faces share it, one sub-package each: respondent (a phone, no account), public (readers)
// and team (the project's own people). A face is a table of routes; every route names the
// permission it asks for, and one without stops the start. Handlers parse, call and render; they
// return an error instead of writing one.
package httpd

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzhttp"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/fault"
)

// Handler serves one route. A returned error becomes a page in the reader's language; only faults
// say more than that something went wrong.
type Handler func(c *gin.Context) error

// Route is one line of a face's table.
type Route struct {
	Method     string
	Path       string
	Permission account.Permission
	Handle     Handler
	MaxBody    int64 // bytes a request body may have; 0 means DefaultMaxBody
}

// DefaultMaxBody is enough for any form that people type.
const DefaultMaxBody = 1 << 20

// A request whose body may be larger is heavy: so many are served at a time, and another waits so
// long for its turn before it is asked to come back. With this the memory of uploads has a bound, see
// docs/limits.md.
const (
	heavyAtOnce = 2
	heavyWait   = 20 * time.Second
)

// Face is a set of routes with one look.
type Face interface{ Routes() []Route }

// Options is what the server needs besides its faces.
type Options struct {
	Accounts *account.Service
	Log      *slog.Logger
	Now      func() time.Time
	BaseURL  string // the address that users see; https makes cookies Secure
	Invented bool   // every page says that its data are invented
}

type server struct {
	Options
	pages  *pages
	assets *assets
	secure bool
	heavy  chan struct{} // holds a value for every heavy request under way
}

// New builds the handler for all faces. It fails when a route has no known permission, a path is
// taken twice or a template does not parse.
func New(o Options, faces ...Face) (http.Handler, error) {
	s := &server{Options: o, secure: strings.HasPrefix(o.BaseURL, "https://"), heavy: make(chan struct{}, heavyAtOnce)}
	var err error
	if s.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if s.pages, err = loadPages(s.assets); err != nil {
		return nil, err
	}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.HandleMethodNotAllowed = true
	engine.RedirectTrailingSlash = false
	_ = engine.SetTrustedProxies(nil) // the client's address decides nothing; nobody may forge it
	engine.Use(s.begin, s.recovered, s.securityHeaders, s.language)
	engine.GET("/static/:file", s.assets.serve)
	engine.HEAD("/static/:file", s.assets.serve)
	for _, f := range faces {
		if err := s.mount(engine, f); err != nil {
			return nil, err
		}
	}
	engine.NoRoute(s.handle(Route{Permission: account.Public, Handle: notFound}))
	engine.NoMethod(s.handle(Route{Permission: account.Public, Handle: notFound}))
	crossOrigin := http.NewCrossOriginProtection()
	crossOrigin.SetDenyHandler(s.refuseCrossOrigin(engine))
	return gzhttp.GzipHandler(crossOrigin.Handler(engine)), nil
}

func (s *server) mount(engine *gin.Engine, f Face) (err error) {
	defer func() {
		if r := recover(); r != nil { // gin panics on a path that is taken
			err = fmt.Errorf("httpd: routes of %T: %v", f, r)
		}
	}()
	for _, r := range f.Routes() {
		if !r.Permission.Known() || r.Handle == nil {
			return fmt.Errorf("httpd: route %s %s of %T has no permission that the table knows (%q) or no handler",
				r.Method, r.Path, f, r.Permission)
		}
		engine.Handle(r.Method, r.Path, s.handle(r))
		if r.Method == http.MethodGet {
			engine.HEAD(r.Path, s.handle(r))
		}
	}
	return nil
}

// handle wraps a route: body limit, permission, then the handler, then its error as a page.
func (s *server) handle(r Route) gin.HandlerFunc {
	limit := r.MaxBody
	if limit == 0 {
		limit = DefaultMaxBody
	}
	return func(c *gin.Context) {
		if c.Request.Body != nil {
			c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, limit)
		}
		defer func() { dropForm(c) }()
		err := s.permit(c, r.Permission)
		if err == nil && limit > DefaultMaxBody {
			err = s.inTurn(c, r.Handle)
		} else if err == nil {
			err = r.Handle(c)
		}
		if err != nil {
			s.fail(c, err)
		}
	}
}

// inTurn serves a heavy request when fewer than heavyAtOnce others are.
func (s *server) inTurn(c *gin.Context, handle Handler) error {
	wait := time.NewTimer(heavyWait)
	defer wait.Stop()
	select {
	case s.heavy <- struct{}{}:
		defer func() { <-s.heavy }()
		return handle(c)
	case <-wait.C:
		return fault.New(fault.Unavailable, "error.busy")
	case <-c.Request.Context().Done():
		return c.Request.Context().Err()
	}
}

// dropForm removes the temporary files of an upload. The server does so only for the request that it
// made itself, and ours is a copy of that.
func dropForm(c *gin.Context) {
	if c.Request.MultipartForm != nil {
		_ = c.Request.MultipartForm.RemoveAll() // what is gone already is no fault
	}
}

// refuseCrossOrigin shows the refusal of a cross-origin post as a page of ours.
func (s *server) refuseCrossOrigin(engine *gin.Engine) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := gin.CreateTestContextOnly(w, engine)
		c.Request = r
		s.begin(c)
		s.securityHeaders(c)
		s.language(c)
		s.fail(c, errCrossOrigin)
	})
}

package httpd_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
)

type face []httpd.Route

func (f face) Routes() []httpd.Route { return f }

func show(c *gin.Context) error {
	return httpd.Render(c, http.StatusOK, "layout/error", &struct {
		httpd.Page
		Text string
	}{Page: httpd.Page{Title: "Titel"}, Text: "text"})
}

func serve(t *testing.T, log io.Writer, routes ...httpd.Route) *httptest.Server {
	t.Helper()
	h, err := httpd.New(httpd.Options{Log: slog.New(slog.NewTextHandler(log, nil)), Now: time.Now, BaseURL: "http://x"}, face(routes))
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv
}

func TestADemonstrationSaysOnEveryPageThatItIsInvented(t *testing.T) {
	for _, invented := range []bool{true, false} {
		h, err := httpd.New(httpd.Options{Log: slog.New(slog.DiscardHandler), Now: time.Now, BaseURL: "http://x", Invented: invented},
			face{{Method: http.MethodGet, Path: "/s/x", Permission: account.Public, Handle: show},
				{Method: http.MethodGet, Path: "/x", Permission: account.Public, Handle: show}})
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/s/x", "/x"} {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
			if got := strings.Contains(w.Body.String(), "påhittade exempeldata"); got != invented {
				t.Errorf("%s of an invented=%v service is marked: %v", path, invented, got)
			}
		}
	}
}

func do(t *testing.T, method, url, body string, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(b)
}

func TestARouteWithoutAPermissionStopsTheStart(t *testing.T) {
	for _, p := range []account.Permission{"", "people.unheard_of"} {
		_, err := httpd.New(httpd.Options{Log: slog.New(slog.DiscardHandler), Now: time.Now},
			face{{Method: "GET", Path: "/x", Permission: p, Handle: show}})
		if err == nil || !strings.Contains(err.Error(), "/x") {
			t.Errorf("permission %q: got %v", p, err)
		}
	}
}

func TestFailuresBecomePagesThatSayWhatToDo(t *testing.T) {
	var log bytes.Buffer
	srv := serve(t, &log,
		httpd.Route{Method: "GET", Path: "/missing", Permission: account.Public, Handle: func(*gin.Context) error {
			return fault.New(fault.NotFound, "error.not_found")
		}},
		httpd.Route{Method: "GET", Path: "/broken", Permission: account.Public, Handle: func(*gin.Context) error {
			return errors.New("dial tcp: secret detail")
		}},
		httpd.Route{Method: "GET", Path: "/panics", Permission: account.Public, Handle: func(*gin.Context) error { panic("oh") }},
		httpd.Route{Method: "GET", Path: "/team/closed", Permission: account.LogRead, Handle: show},
		httpd.Route{Method: "POST", Path: "/team/closed", Permission: account.LogRead, Handle: show},
	)
	for _, c := range []struct {
		method, path string
		status       int
		text         string
	}{
		{"GET", "/missing", 404, "Sidan finns inte"},
		{"GET", "/nowhere", 404, "Sidan finns inte"},
		{"GET", "/nowhere?lang=en", 404, "There is no such page"},
		{"GET", "/broken", 500, "Felet är loggat med nummer"},
		{"GET", "/panics", 500, "Felet är loggat med nummer"},
		{"GET", "/team/closed", 303, ""},
		{"POST", "/team/closed", 401, "Logga in först"},
	} {
		resp, body := do(t, c.method, srv.URL+c.path, "")
		if resp.StatusCode != c.status || !strings.Contains(body, c.text) {
			t.Errorf("%s %s: got %d %q, want %d %q", c.method, c.path, resp.StatusCode, body, c.status, c.text)
		}
		if strings.Contains(body, "secret") {
			t.Errorf("%s shows the inside: %s", c.path, body)
		}
	}
	if !strings.Contains(log.String(), "secret detail") {
		t.Error("the log does not hold the cause")
	}
}

func TestWhoGoesAwayIsNoError(t *testing.T) {
	var log bytes.Buffer
	entered := make(chan struct{})
	srv := serve(t, &log, httpd.Route{Method: "GET", Path: "/slow", Permission: account.Public, Handle: func(c *gin.Context) error {
		close(entered)
		<-c.Request.Context().Done()
		return fmt.Errorf("count frames: %w", c.Request.Context().Err())
	}})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-entered; cancel() }()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, srv.URL+"/slow", nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := http.DefaultClient.Do(req); err == nil {
		resp.Body.Close()
		t.Error("the request was not given up")
	}
	srv.Close() // waits for the handler
	if strings.Contains(log.String(), "ERROR") || !strings.Contains(log.String(), "count frames") {
		t.Errorf("the log: %s", log.String())
	}
}

func TestAPersonalLinkNeverReachesTheLog(t *testing.T) {
	var log bytes.Buffer
	srv := serve(t, &log, httpd.Route{Method: "GET", Path: "/s/:token", Permission: account.Public, Handle: show})
	do(t, "GET", srv.URL+"/s/verysecrettoken", "")
	if strings.Contains(log.String(), "verysecrettoken") || !strings.Contains(log.String(), "/s/:token") {
		t.Errorf("log: %s", log.String())
	}
}

func TestAPostFromAnotherSiteIsRefusedWithAPage(t *testing.T) {
	called := false
	srv := serve(t, io.Discard, httpd.Route{Method: "POST", Path: "/x", Permission: account.Public, Handle: func(c *gin.Context) error {
		called = true
		return httpd.Redirect(c, "/")
	}})
	resp, body := do(t, "POST", srv.URL+"/x", "a=b", "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")
	if resp.StatusCode != 403 || called || !strings.Contains(body, "annan webbplats") {
		t.Errorf("got %d, called %v: %s", resp.StatusCode, called, body)
	}
	// A mail provider's one-click unsubscribe carries no origin at all.
	if resp, _ := do(t, "POST", srv.URL+"/x", "a=b"); resp.StatusCode != 303 {
		t.Errorf("a post without origin got %d", resp.StatusCode)
	}
}

func TestPagesCarryAStrictPolicyAndNoInlineCode(t *testing.T) {
	srv := serve(t, io.Discard, httpd.Route{Method: "GET", Path: "/s/:token", Permission: account.Public, Handle: show})
	resp, body := do(t, "GET", srv.URL+"/s/t", "")
	csp := resp.Header.Get("Content-Security-Policy")
	if strings.Contains(csp, "unsafe") || !strings.HasPrefix(csp, "default-src 'none'") {
		t.Errorf("policy %q", csp)
	}
	for header, want := range map[string]string{"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow",
		"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"} {
		if got := resp.Header.Get(header); got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
	if regexp.MustCompile(`(?i)\sstyle=|\son\w+=|<script>`).MatchString(body) {
		t.Errorf("inline code in %s", body)
	}
}

func TestHeadAnswersLikeGetWithoutABody(t *testing.T) {
	srv := serve(t, io.Discard, httpd.Route{Method: "GET", Path: "/x", Permission: account.Public, Handle: show})
	resp, body := do(t, "HEAD", srv.URL+"/x", "")
	if resp.StatusCode != 200 || body != "" {
		t.Errorf("got %d %q", resp.StatusCode, body)
	}
}

func TestABodyThatIsTooLargeIsSaidToBe(t *testing.T) {
	srv := serve(t, io.Discard, httpd.Route{Method: "POST", Path: "/x", Permission: account.Public, MaxBody: 100,
		Handle: func(c *gin.Context) error {
			var f struct {
				A string `form:"a"`
			}
			return httpd.Bind(c, &f)
		}})
	resp, body := do(t, "POST", srv.URL+"/x", "a="+strings.Repeat("x", 200))
	if resp.StatusCode != 413 || !strings.Contains(body, "större än vad som tas emot") {
		t.Errorf("got %d %s", resp.StatusCode, body)
	}
}

func TestAFormNamesEachFieldOfTheWrongShape(t *testing.T) {
	type form struct {
		Name  string    `form:"name" validate:"required,max=5"`
		Email string    `form:"email" validate:"required,email"`
		Count int       `form:"count"`
		Date  time.Time `form:"date" time_format:"2006-01-02"`
		Role  string    `form:"role" validate:"oneof=a b"`
	}
	var got map[string]string
	srv := serve(t, io.Discard, httpd.Route{Method: "POST", Path: "/x", Permission: account.Public,
		Handle: func(c *gin.Context) error {
			var f form
			err := httpd.Bind(c, &f)
			got = map[string]string{}
			if fl, ok := fault.Of(err); ok {
				for _, field := range fl.Fields {
					got[field.Name] = field.Key
				}
			}
			return httpd.Redirect(c, "/")
		}})
	for _, c := range []struct {
		body string
		want map[string]string
	}{
		{"name=Eva&email=eva%40kommun.example&count=3&date=2026-05-23&role=a", map[string]string{}},
		{"name=&email=x&role=c", map[string]string{"name": "error.required", "email": "error.email", "role": "error.choice"}},
		{"name=Evelina&email=e%40k.example&role=a", map[string]string{"name": "error.too_long"}},
		{"name=Eva&email=e%40k.example&role=a&count=tre&date=23%2F5", map[string]string{"count": "error.number", "date": "error.date"}},
	} {
		do(t, "POST", srv.URL+"/x", c.body)
		if len(got) != len(c.want) {
			t.Errorf("%s: got %v, want %v", c.body, got, c.want)
		}
		for k, v := range c.want {
			if got[k] != v {
				t.Errorf("%s: %s got %q, want %q", c.body, k, got[k], v)
			}
		}
	}
}

func TestStaticFilesAreKeptForAYear(t *testing.T) {
	srv := serve(t, io.Discard, httpd.Route{Method: "GET", Path: "/x", Permission: account.Public, Handle: show})
	_, body := do(t, "GET", srv.URL+"/x", "")
	m := regexp.MustCompile(`/static/app\.[0-9a-f]{8}\.css`).FindString(body)
	if m == "" {
		t.Fatal(body)
	}
	resp, _ := do(t, "GET", srv.URL+m, "")
	if resp.StatusCode != 200 || !strings.Contains(resp.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("got %d %v", resp.StatusCode, resp.Header)
	}
}

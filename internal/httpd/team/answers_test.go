package team_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/annotation"
	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/httpd/team"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/response/responsetest"
)

// answersSite is the team's face over a survey with one submitted response.
type answersSite struct {
	*responsetest.World
	url string
}

func newAnswersSite(t *testing.T) (s *answersSite, client func(account.Role) *http.Client) {
	t.Helper()
	w := responsetest.New(t, "s5")
	three := 3
	r := w.Start(responsetest.Business)
	r, err := w.Responses.Save(t.Context(), r.ID, response.Page{Revision: r.Revision, Base: response.Fingerprint(r.Answers, []string{"q5_01"}),
		Covers: []string{"q5_01"}, Questions: []string{"q5_01"}, Answers: questionnaire.Answers{"q5_01": {Code: &three}}, Next: 2, Lang: "sv"})
	w.Must(err)
	_, err = w.Responses.Submit(t.Context(), r.ID, r.Revision)
	w.Must(err)
	accounts := account.New(w.DB, w.Clock.Now)
	counted := recommendation.New(w.DB, w.Clock.Now, w.Surveys, w.Responses, nil, nil, w.People.FrameCounts, recommendation.Settings{})
	h, err := httpd.New(httpd.Options{Accounts: accounts, Log: slog.New(slog.DiscardHandler), Now: w.Clock.Now, BaseURL: "http://127.0.0.1"},
		&team.Face{Accounts: accounts, Surveys: w.Surveys, Distribution: w.Distribution, Responses: w.Responses, Recommendations: counted, Annotations: annotation.New(w.DB, w.Clock.Now), Now: w.Clock.Now})
	w.Must(err)
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	s = &answersSite{World: w, url: server.URL}
	return s, func(role account.Role) *http.Client {
		const password = "tolv-gravlaxar-i-Siljan"
		address := string(role) + "@example.org"
		_, err := accounts.CreateUser(t.Context(), address, "Namn Namnsson", role, "sv", password)
		w.Must(err)
		jar, err := cookiejar.New(nil)
		w.Must(err)
		c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		resp, err := c.PostForm(s.url+"/team/sign-in", url.Values{"email": {address}, "password": {password}})
		w.Must(err)
		w.Must(resp.Body.Close())
		return c
	}
}

func (s *answersSite) read(resp *http.Response, err error, want int) (http.Header, string) {
	s.Helper()
	s.Must(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	s.Must(err)
	if resp.StatusCode != want {
		s.Fatalf("%s answers %d, want %d\n%s", resp.Request.URL, resp.StatusCode, want, body)
	}
	if i := strings.Index(string(body), "[export."); i >= 0 {
		s.Errorf("%s lacks words: %s", resp.Request.URL, body[i:])
	}
	return resp.Header, string(body)
}

func (s *answersSite) exports() (n int) {
	s.Helper()
	entries, err := audit.NewReader(s.DB).List(s.Context(), 0, 1000)
	s.Must(err)
	for _, e := range entries {
		if e.Name == response.EventExported {
			n++
		}
	}
	return n
}

func TestALeaderDownloadsTheAnswersAndTheLogSaysSo(t *testing.T) {
	s, client := newAnswersSite(t)
	leader := client(account.Leader)
	get := func(path string) string {
		t.Helper()
		resp, err := leader.Get(s.url + path)
		_, body := s.read(resp, err, http.StatusOK)
		return body
	}
	if !strings.Contains(get("/team/analysis/s5"), "/team/answers/s5") {
		t.Error("the analysis page does not lead to the download")
	}
	if page := get("/team/answers/s5"); !strings.Contains(page, "1 inskickat svar") || s.exports() != 0 {
		t.Errorf("looking at the page exported %d times\n%s", s.exports(), page)
	}
	for as, begins := range map[string]string{"csv": "\ufeffrow,group,", "xlsx": "PK\x03\x04", "json": "[\n{\"row\":1,", "sav": "$FL2", "codebook": "# Kodbok"} {
		resp, err := leader.PostForm(s.url+"/team/answers/s5", url.Values{"as": {as}})
		head, body := s.read(resp, err, http.StatusOK)
		if !strings.HasPrefix(body, begins) {
			t.Errorf("%s begins %.40q", as, body)
		}
		if d := head.Get("Content-Disposition"); !strings.Contains(d, `attachment; filename="s5-version-1`) || head.Get("Cache-Control") != "private, no-store" {
			t.Errorf("%s: %v", as, head)
		}
	}
	if n := s.exports(); n != 4 { // a codebook holds no answers
		t.Errorf("%d exports in the log, want 4", n)
	}
	resp, err := leader.PostForm(s.url+"/team/answers/s5", url.Values{"as": {"doc"}})
	s.read(resp, err, http.StatusUnprocessableEntity)
	for _, path := range []string{"/team/answers/s9", "/team/answers/s5?version=7", "/team/answers/s5?version=x"} {
		resp, err := leader.Get(s.url + path)
		s.read(resp, err, http.StatusNotFound)
	}
}

func TestOnlyWhoMayTakeOutAnswersDoes(t *testing.T) {
	s, client := newAnswersSite(t)
	for _, role := range []account.Role{account.Editor, account.Secretary, account.Reader} {
		c := client(role)
		resp, err := c.Get(s.url + "/team/answers/s5")
		s.read(resp, err, http.StatusForbidden)
		resp, err = c.PostForm(s.url+"/team/answers/s5", url.Values{"as": {"csv"}})
		s.read(resp, err, http.StatusForbidden)
		resp, err = c.Get(s.url + "/team/analysis/s5")
		if _, body := s.read(resp, err, http.StatusOK); strings.Contains(body, "/team/answers/") {
			t.Errorf("a %s is offered the download", role)
		}
	}
	if n := s.exports(); n != 0 {
		t.Errorf("%d exports in the log", n)
	}
}

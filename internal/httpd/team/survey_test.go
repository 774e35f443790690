package team_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/httpd/team"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/survey"
	"upphandlingsdialog/internal/testkit"
	"upphandlingsdialog/surveys"
)

// surveySite is the team's face over a database with the shipped questionnaires, and a reader of it
// who has signed in.
func surveySite(t *testing.T) (get func(path string) (int, string)) {
	t.Helper()
	ctx, db := context.Background(), testkit.DB(t)
	now := func() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) }
	s := survey.New(db, now)
	list, findings, err := questionnaire.Load(surveys.Files, surveys.Names...)
	if err != nil || len(findings) > 0 {
		t.Fatal(err, findings)
	}
	for _, d := range list {
		if _, _, err := s.Register(ctx, d, d.ID+".yaml"); err != nil {
			t.Fatal(err)
		}
	}
	accounts := account.New(db, now)
	const password = "tolv-gravlaxar-i-Siljan"
	if _, err := accounts.CreateUser(ctx, "reader@example.org", "Läsa Läsarsson", account.Reader, "sv", password); err != nil {
		t.Fatal(err)
	}
	h, err := httpd.New(httpd.Options{Accounts: accounts, Log: slog.New(slog.DiscardHandler), Now: now, BaseURL: "http://127.0.0.1"},
		&team.Face{Accounts: accounts, Audit: audit.NewReader(db), People: people.New(db, now), Surveys: s, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.PostForm(server.URL+"/team/sign-in", url.Values{"email": {"reader@example.org"}, "password": {password}})
	if err != nil || resp.StatusCode != http.StatusSeeOther {
		t.Fatal(resp.StatusCode, err)
	}
	resp.Body.Close()
	return func(path string) (int, string) {
		t.Helper()
		resp, err := client.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(body)
	}
}

func TestTheTeamSeesEachSurveyAsEachGroupDoes(t *testing.T) {
	get := surveySite(t)
	status, body := get("/team/surveys")
	for _, want := range []string{"Nya lösningar genom offentliga inköp", "Miljöhänsyn", "Socialt ansvar", `href="/team/surveys/s7"`} {
		if status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("list: status %d, no %q", status, want)
		}
	}
	for path, c := range map[string]struct{ has, lacks string }{
		"/team/surveys/s5":                        {"Del 2 av 4 · Hinder och möjligheter", "q5_08"},
		"/team/surveys/s5?group=business":         {"q5_08", "q5_07<"},
		"/team/surveys/s5?group=politician":       {"I vilken kommun är du förtroendevald?", "q5_08"},
		"/team/surveys/s5?group=business&as=en":   {"Part 2 of 4 · Obstacles and opportunities", "Hinder och"},
		"/team/surveys/s5?group=procurer":         {"Visas om svaret på fråga 2 är ”Ja, det är beslutat", ""},
		"/team/surveys/s6?version=1&group=nobody": {"Miljökrav i dag", ""},
	} {
		status, body := get(path)
		if status != http.StatusOK || !strings.Contains(body, c.has) {
			t.Errorf("%s: status %d, no %q", path, status, c.has)
		}
		if c.lacks != "" && strings.Contains(body, c.lacks) {
			t.Errorf("%s shows %q", path, c.lacks)
		}
		if strings.Contains(body, "[survey.") {
			t.Errorf("%s shows a key without words", path)
		}
	}
	for _, path := range []string{"/team/surveys/s9", "/team/surveys/s5?version=7", "/team/surveys/s5?version=x"} {
		status, body := get(path)
		if status != http.StatusNotFound || !strings.Contains(body, i18n.T(i18n.Sv, "survey.error_not_found")) {
			t.Errorf("%s: status %d", path, status)
		}
	}
}

func TestAdviceOnMethodStandsBesideTheQuestionAndMinutesAtTheTop(t *testing.T) {
	get := surveySite(t)
	status, body := get("/team/surveys/s5?group=procurer")
	for _, want := range []string{
		"Upphandlare: omkring 7 min", "Politiker: omkring 5 min",
		`<div class="notice" id="advice-q5_05">`, "Frågan nämner bara den ena sidan av skalan: ”hur väl”.", "Nämn båda",
		`<a href="#advice-q5_05">q5_05</a>`, "1 råd gäller en fråga som bara andra grupper får",
	} {
		if status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("status %d, no %q", status, want)
		}
	}
	if strings.Contains(body, `id="advice-q5_08"`) || strings.Contains(body, "kontaktregistret") {
		t.Error("advice on a question that is not on the page, or on an empty register")
	}
	if _, body := get("/team/surveys/s5?group=business&as=en"); !strings.Contains(body, `id="advice-q5_08"`) || !strings.Contains(body, "about 7 min") {
		t.Error("no advice in English beside the question")
	}
}

func TestTheQuestionnaireIsPrintedForEveryGroupAndLanguage(t *testing.T) {
	get := surveySite(t)
	_, page := get("/team/surveys/s5")
	for _, link := range []string{"group=business&amp;as=sv", "group=developer&amp;as=en"} {
		if !strings.Contains(page, "/team/surveys/s5/paper?version=1&amp;"+link) {
			t.Errorf("no link to %s", link)
		}
	}
	if status, body := get("/team/surveys/s5/paper?group=business&as=en"); status != http.StatusOK || !strings.HasPrefix(body, "%PDF-") {
		t.Errorf("%d: %.40q", status, body)
	}
	for _, address := range []string{"/team/surveys/s5/paper", "/team/surveys/s5/paper?group=x", "/team/surveys/s9/paper?group=business"} {
		if status, _ := get(address); status != http.StatusNotFound {
			t.Errorf("%s: %d", address, status)
		}
	}
}

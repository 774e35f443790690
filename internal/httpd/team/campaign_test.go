package team_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	netmail "net/mail"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/httpd/respondent"
	"upphandlingsdialog/internal/httpd/team"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/privacy"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/sample"
	"upphandlingsdialog/internal/survey"
	"upphandlingsdialog/internal/testkit"
	"upphandlingsdialog/surveys"
)

// mailSite is the team's and the respondents' faces with real mail, and a
// process leader who has signed in.
type mailSite struct {
	*testing.T
	url     string
	client  *http.Client
	catcher *mail.Catcher
	svc     *distribution.Service
	people  *people.Service
}

func newMailSite(t *testing.T) *mailSite {
	t.Helper()
	ctx, db := context.Background(), testkit.DB(t)
	now := func() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	catcher, err := mail.NewCatcher("127.0.0.1:0", "", 0, now)
	must(err)
	serving, stop := context.WithCancel(ctx)
	t.Cleanup(stop)
	go func() { _ = catcher.Serve(serving) }()
	sender, err := mail.NewSender(catcher.URL(), netmail.Address{Name: "Länsstyrelsen", Address: "dialog@dialog.example"}, time.Now)
	must(err)
	t.Cleanup(sender.Close)
	surveyService := survey.New(db, now)
	list, _, err := questionnaire.Load(surveys.Files, surveys.Names...)
	must(err)
	_, _, err = surveyService.Register(ctx, list[0], "s5.yaml")
	must(err)
	accounts := account.New(db, now)
	const password = "tolv-gravlaxar-i-Siljan"
	_, err = accounts.CreateUser(ctx, "lead@example.org", "Leda Ledarsson", account.Leader, "sv", password)
	must(err)
	s := &mailSite{T: t, catcher: catcher, people: people.New(db, now)}
	server := httptest.NewUnstartedServer(nil)
	s.url = "http://" + server.Listener.Addr().String()
	s.svc = distribution.New(db, now, s.people, surveyService, sender, distribution.Config{BaseURL: s.url, Contact: "fraga@dialog.example",
		Owner: i18n.Text{Sv: "Länsstyrelsen", En: "The County Board"}})
	h, err := httpd.New(httpd.Options{Accounts: accounts, Log: slog.New(slog.DiscardHandler), Now: now, BaseURL: s.url},
		&team.Face{Accounts: accounts, Audit: audit.NewReader(db), People: s.people, Surveys: surveyService, Distribution: s.svc,
			Responses: response.New(db, now, surveyService, s.svc, s.people), Now: now,
			Privacy: privacy.New(db, now, privacy.Services{Accounts: accounts}, privacy.Rule{}, privacy.Sender{})},
		&respondent.Face{Distribution: s.svc, Now: now})
	must(err)
	server.Config.Handler = h
	server.Start()
	t.Cleanup(server.Close)
	jar, _ := cookiejar.New(nil)
	s.client = &http.Client{Jar: jar}
	s.post("/team/sign-in", url.Values{"email": {"lead@example.org"}, "password": {password}}, http.StatusNotFound, http.StatusOK, http.StatusInternalServerError)
	return s
}

func (s *mailSite) read(resp *http.Response, err error, statuses ...int) (path, body string) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		s.Fatal(err)
	}
	for _, want := range statuses {
		if resp.StatusCode == want {
			return resp.Request.URL.Path, string(raw)
		}
	}
	s.Fatalf("%s: status %d\n%s", resp.Request.URL, resp.StatusCode, raw)
	return "", ""
}

func (s *mailSite) get(path string) string {
	s.Helper()
	resp, err := s.client.Get(s.url + path)
	_, body := s.read(resp, err, http.StatusOK)
	return body
}

func (s *mailSite) post(path string, form url.Values, statuses ...int) (at, body string) {
	s.Helper()
	if statuses == nil {
		statuses = []int{http.StatusOK}
	}
	resp, err := s.client.PostForm(s.url+path, form)
	return s.read(resp, err, statuses...)
}

func (s *mailSite) upload(file string, status int) (at, body string) {
	s.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, _ := m.CreateFormFile("file", "people.csv")
	_, _ = io.WriteString(part, file)
	m.Close()
	resp, err := s.client.Post(s.url+"/team/people/import", m.FormDataContentType(), &b)
	return s.read(resp, err, status)
}

func (s *mailSite) has(body string, wants ...string) {
	s.Helper()
	for _, want := range wants {
		if !strings.Contains(body, want) {
			s.Errorf("no %q in\n%s", want, body)
		}
	}
}

func contactFile(t *testing.T, n int) string {
	t.Helper()
	var b bytes.Buffer
	if err := sample.WriteContacts(&b, sample.Contacts(7, n)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestContactsAreImportedThroughAPreview(t *testing.T) {
	s := newMailSite(t)
	_, body := s.upload("name;email\nÅsa;nobody\n;b@x.example\n", http.StatusUnprocessableEntity)
	s.has(body, "Fel: Importera kontakter", "2 fel i filen", "nobody", "Namnet saknas", `href="#faults"`)
	_, body = s.upload("", http.StatusUnprocessableEntity)
	s.has(body, "inga rader", `href="#file"`)

	at, body := s.upload(contactFile(t, 120), http.StatusOK)
	s.has(body, "120 rader", "120 nya", "Importera nu", "Påhittad", "och 20 till")
	if n, _ := s.people.Count(context.Background()); n != 0 {
		t.Fatalf("the preview stored %d persons", n)
	}
	_, body = s.post(at+"/confirm", nil)
	s.has(body, "120 personer importerade", "Sida 1 av 3", "Påhittad")
	s.post(at+"/confirm", nil, http.StatusNotFound)

	at, body = s.upload("name;email;group;municipality\nA B;a@dubbel.example;business;Mora\nA C;a@dubbel.example;business;Orsa\n", http.StatusOK)
	s.has(body, "<td>namn, kommun</td>") // words instead of the columns' technical names
	s.post(at+"/drop", nil)

	at, body = s.upload(contactFile(t, 120), http.StatusOK)
	s.has(body, "Importen ändrar ingenting")
	s.post(at+"/drop", nil)

	body = s.get("/team/people?group=developer&municipality=2080&lang=en")
	s.has(body, "People", "Falun")
	person := regexp.MustCompile(`/team/people/[0-9a-f-]{36}`).FindString(body)
	s.has(s.get(person), "Invented", "Municipal")
	_, body = s.post(person+"/mail", url.Values{"mail": {"stop"}})
	s.has(body, "Gets no mail", "asked to be left out")
	s.has(s.get("/team/people?suppressed=true"), "1 person")
	s.post(person+"/mail", url.Values{"mail": {"start"}})
	s.has(s.get("/team/people?suppressed=true"), "0 persons")
}

func TestACampaignGoesFromDraftToReminderThroughThePages(t *testing.T) {
	s := newMailSite(t)
	at, _ := s.upload(contactFile(t, 60), http.StatusOK)
	s.post(at+"/confirm", nil)

	form := formIn(s.get("/team/campaigns/new"))
	form.Set("name", "")
	form.Set("body_sv", "Hej {{nmae}}")
	_, body := s.post("/team/campaigns", form, http.StatusUnprocessableEntity)
	s.has(body, "Fel: ", `href="#name"`, `href="#body_sv"`, "Hej {{nmae}}")

	form = formIn(s.get("/team/campaigns/new"))
	form.Set("name", "Område 5, våren")
	form["groups"] = []string{"procurer", "developer"}
	at, body = s.post("/team/campaigns", form)
	s.has(body, "Område 5, våren", "Utkast", "Förhandsgranska")
	form = formIn(s.get(at + "/edit"))
	form.Set("minutes", "6")
	s.post(at, form)

	body = s.get(at + "/preview")
	s.has(body, "Vem får vad", "Det tar omkring 6 minuter", "lead@example.org", "Ingen utelämnas")
	_, body = s.post(at+"/test", url.Values{"to": {"nobody"}, "group": {"procurer"}}, http.StatusUnprocessableEntity)
	s.has(body, `href="#to"`)
	_, body = s.post(at+"/test", url.Values{"to": {"me@example.org"}, "group": {"procurer"}, "token": {"1"}})
	s.has(body, "på väg till me@example.org")

	_, body = s.post(at+"/launch", nil)
	s.has(body, "inbjudningar är på väg", "Igång", "3.11 Ingen inbjudan skickad")
	s.post(at+"/launch", nil, http.StatusConflict)
	ctx := context.Background()
	tally, err := s.svc.Drain(ctx)
	if err != nil || tally.Sent != len(s.catcher.List("")) || tally.Sent < 30 {
		t.Fatalf("%+v %v", tally, err)
	}
	s.has(s.get("/team/outbox"), "<td>Inbjudan</td>")
	s.has(s.get("/team/outbox?q=me@example.org"), "<td>Provmejl</td>", "Skickat", "me@example.org")
	s.has(s.get(regexp.MustCompile(`/team/people/[0-9a-f-]{36}`).FindString(s.get("/team/people?group=procurer"))), "<td>Inget kom tillbaka")
	if len(s.catcher.List("me@example.org")) != 1 {
		t.Error("no test mail")
	}
	s.has(s.get(at), "3.19 Inget kom tillbaka", "Skicka påminnelsen")

	link := s.unsubscribeLink()
	s.unsubscribeAndBack(link)
	// The one-click post of a mail program has no cookie.
	resp, err := (&http.Client{}).PostForm(s.url+link, url.Values{"List-Unsubscribe": {"One-Click"}})
	s.read(resp, err, http.StatusNoContent)
	s.has(s.get(at), "2.111 Tackat nej")

	_, body = s.post(at+"/remind", nil)
	s.has(body, "påminnelser är på väg")
	s.post(at+"/remind", nil, http.StatusConflict)
	reminded, err := s.svc.Drain(ctx)
	if err != nil || reminded.Sent != tally.Sent-2 { // not the test mail and not the one who stopped
		t.Errorf("%+v after %+v, %v", reminded, tally, err)
	}
	form.Set("name", "Område 5, igen")
	again, _ := s.post("/team/campaigns", form)
	s.has(s.get(again+"/preview"), "de senaste 30 dagarna")
	_, body = s.post(at+"/close", nil)
	s.has(body, "Utskicket är stängt")
	s.has(s.get("/team/campaigns"), "Stängt")
	s.has(s.get(at+"?lang=en"), "Every case has one code")
}

// unsubscribeLink is the path in the newest invitation.
func (s *mailSite) unsubscribeLink() string {
	s.Helper()
	list := s.catcher.List(".example")
	m, _ := s.catcher.Find(list[len(list)-1].ID)
	link := strings.Trim(m.Header["List-Unsubscribe"], "<>")
	if !strings.HasPrefix(link, s.url+"/u/") || !strings.Contains(m.Text, link) {
		s.Fatalf("link %q in\n%s", link, m.Text)
	}
	return strings.TrimPrefix(link, s.url)
}

func (s *mailSite) unsubscribeAndBack(link string) {
	s.Helper()
	s.has(s.get(link), "Ja, sluta mejla mig", "Inget har ändrats")
	if sub, err := s.svc.SubscriptionByToken(context.Background(), strings.TrimPrefix(link, "/u/")); err != nil || sub.Stopped {
		s.Fatalf("reading the page stopped the mail: %+v %v", sub, err)
	}
	_, body := s.post(link, nil)
	s.has(body, "Du får inga fler mejl", "Ångra")
	_, body = s.post(link+"/undo", nil)
	s.has(body, "Du får våra mejl igen")
	s.post("/u/unknown", nil, http.StatusNotFound)
}

var (
	inputs    = regexp.MustCompile(`<input id="[^"]*" name="([^"]*)"[^>]* value="([^"]*)"`)
	checked   = regexp.MustCompile(`<input type="(?:radio|checkbox)" name="([^"]*)" value="([^"]*)"[^>]* checked>`)
	textareas = regexp.MustCompile(`(?s)<textarea id="[^"]*" name="([^"]*)"[^>]*>(.*?)</textarea>`)
	options   = regexp.MustCompile(`(?s)<select id="[^"]*" name="([^"]*)"[^>]*>.*?<option value="([^"]*)"`)
)

// formIn reads the fields of a page as a browser would send them.
func formIn(page string) url.Values {
	form := url.Values{}
	for _, re := range []*regexp.Regexp{inputs, checked, textareas, options} {
		for _, m := range re.FindAllStringSubmatch(page, -1) {
			form.Set(m[1], strings.NewReplacer("&#43;", "+", "&#34;", `"`, "&amp;", "&").Replace(m[2]))
		}
	}
	form["groups"] = []string{"procurer", "politician", "business", "developer"}
	return form
}

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
	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/httpd/team"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/sample"
	"upphandlingsdialog/internal/seminar"
	"upphandlingsdialog/internal/testkit"
)

type noMail struct{}

func (noMail) Send(context.Context, mail.Letter) mail.Result { panic("no letter leaves in this test") }
func (noMail) Domain() string                                { return "dialog.example" }

// meetingSite is the team's face for meetings and seminars, and a secretary who has signed in.
type meetingSite struct {
	*testing.T
	url      string
	client   *http.Client
	dialogue *dialogue.Service
	seminars *seminar.Service
	accounts *account.Service
	now      func() time.Time
}

const secretaryPassword, readerPassword = "tolv-gravlaxar-i-Siljan", "tretton-gravlaxar-i-Siljan"

func newMeetingSite(t *testing.T) *meetingSite {
	t.Helper()
	ctx, db := context.Background(), testkit.DB(t)
	s := &meetingSite{T: t, now: func() time.Time { return time.Date(2026, 10, 2, 12, 0, 0, 0, time.UTC) }}
	firms := people.New(db, s.now)
	posts := distribution.New(db, s.now, firms, nil, noMail{}, distribution.Config{BaseURL: "https://dialog.example"})
	s.dialogue = dialogue.New(db, s.now)
	s.seminars = seminar.New(db, s.now, firms, posts, seminar.Config{BaseURL: "https://dialog.example",
		Owner: i18n.Text{Sv: "Länsstyrelsen", En: "County board"}, Contact: "fraga@dialog.example"})
	accounts := account.New(db, s.now)
	s.accounts = accounts
	if _, err := accounts.CreateUser(ctx, "sekr@example.org", "Sekre Terare", account.Secretary, "sv", secretaryPassword); err != nil {
		t.Fatal(err)
	}
	h, err := httpd.New(httpd.Options{Accounts: accounts, Log: slog.New(slog.DiscardHandler), Now: s.now, BaseURL: "http://x"},
		&team.Face{Accounts: accounts, Audit: audit.NewReader(db), Dialogue: s.dialogue, Seminars: s.seminars, Now: s.now})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	s.url = server.URL
	jar, _ := cookiejar.New(nil)
	s.client = &http.Client{Jar: jar}
	s.send("/team/sign-in", 0, "email", "sekr@example.org", "password", secretaryPassword, "next", "/team/meetings")
	return s
}

func (s *meetingSite) read(resp *http.Response, err error, want int) string {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	if want != 0 && resp.StatusCode != want {
		s.Fatalf("%s: %d, want %d\n%s", resp.Request.URL, resp.StatusCode, want, body)
	}
	return string(body)
}

func (s *meetingSite) show(path string) string {
	s.Helper()
	resp, err := s.client.Get(s.url + path)
	return s.read(resp, err, http.StatusOK)
}

// send posts name, value pairs and follows the redirect.
func (s *meetingSite) send(path string, want int, pairs ...string) string {
	s.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	resp, err := s.client.PostForm(s.url+path, form)
	return s.read(resp, err, want)
}

func (s *meetingSite) holds(body string, wants ...string) {
	s.Helper()
	for _, want := range wants {
		if !strings.Contains(body, want) {
			s.Errorf("no %q on the page", want)
		}
	}
}

func TestASecretaryWritesNotesTagsThemAndReleasesAQuote(t *testing.T) {
	s := newMeetingSite(t)
	ctx := context.Background()
	s.holds(s.send("/team/meetings", 422, "title", "", "municipality", "2062", "kind", "dialogue", "date", "2026-09-30"), `href="#title"`)
	s.send("/team/meetings", 200, "title", "Möte i Orsa", "ref", "orsa-2026", "date", "2026-09-30", "place", "Kyrkbyn", "municipality", "2034",
		"kind", "dialogue", "areas", "5", "areas", "7", "participants", "Upphandlare, Orsa kommun, 2\nföretag, , 3")
	m, err := s.dialogue.FindByRef(ctx, "orsa-2026")
	if err != nil {
		t.Fatal(err)
	}
	at := "/team/meetings/" + m.ID
	s.show(at + "/edit")
	s.holds(s.send(at+"/notes", 200, "revision", "1", "agenda", "Dialog", "area", "5", "text", "Anna Berg sade att frågan kom för sent.\r\nAlla höll med."),
		"1. Dialog", "Anna Berg sade")
	s.send(at+"/notes", 409, "revision", "1", "agenda", "Mer", "area", "0", "text", "Skrivet i en annan flik")
	m, _ = s.dialogue.Find(ctx, m.ID)
	note := at + "/notes/" + m.Notes[0].ID
	s.holds(s.send(note+"/tag", 422, "passage", "ord som inte sades", "kind", "problem", "group", "business", "themes", "I03"), `href="#passage"`)
	s.holds(s.send(note+"/tag", 200, "passage", "Anna Berg sade att frågan kom för sent.", "kind", "problem", "group", "business",
		"themes", "I03", "themes", "X06"), "<mark>Anna Berg sade att frågan kom för sent.</mark>", "Problem", "I03")
	m, _ = s.dialogue.Find(ctx, m.ID)
	excerpt := "/team/excerpts/" + m.Excerpts[0].ID
	s.show(excerpt)
	s.holds(s.send(excerpt+"/approve", 422, "quote", "Frågan kom alldeles för sent."), `href="#quote"`)
	s.holds(s.send(excerpt+"/approve", 200, "quote", "[…] frågan kom för sent."), "frågan kom för sent.", "godkänt av Sekre Terare")
	s.show("/team/excerpts?area=5&theme=I03&kind=problem")
	s.show(note)
	lost := []string{"revision", "4", "agenda", "Dialog", "area", "5", "text", "Alla höll med."}
	s.holds(s.send(note, 422, lost...), `name="drop"`)
	s.send(note, 200, append(lost, "drop", "true")...)
	if m, _ = s.dialogue.Find(ctx, m.ID); len(m.Excerpts) != 0 {
		t.Error("the excerpt stayed without its words")
	}
	s.show("/team/meetings")
	s.show("/team/meetings/new")
}

func TestAttendanceAndAdviceAreRecordedThroughThePages(t *testing.T) {
	s := newMeetingSite(t)
	ctx := context.Background()
	file, err := sample.SeminarYear(s.now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.seminars.ImportYear(ctx, strings.NewReader(string(file))); err != nil {
		t.Fatal(err)
	}
	if _, err := s.accounts.CreateUser(ctx, "laser@example.org", "Lä Sare", account.Reader, "sv", readerPassword); err != nil {
		t.Fatal(err)
	}
	s.holds(s.show("/team/seminars"), `href="/team/seminars/new"`, `<span class="tag">Påhittad`)
	s.send("/team/sign-in", 0, "email", "laser@example.org", "password", readerPassword, "next", "/team/seminars")
	if body := s.show("/team/seminars"); strings.Contains(body, `href="/team/seminars/`) || !strings.Contains(body, "Första anbudet") {
		t.Error("a reader is offered pages that she may not open")
	}
	s.send("/team/sign-in", 0, "email", "sekr@example.org", "password", secretaryPassword, "next", "/team/seminars")
	s.holds(s.show("/team/seminars"), "Årets plan 2026", "av 4 fortbildningar", "Hållet", "Kommer")
	s.show("/team/seminars/new")
	all, _ := s.seminars.List(ctx, 2026)
	for _, sem := range all {
		s.show("/team/seminars/" + sem.ID)
		s.show("/team/seminars/" + sem.ID + "/edit")
	}
	s.holds(s.send("/team/seminars", 422, "ref", "x1", "kind", "learning", "title", "T", "about", "A", "area", "5", "date", "2026-11-20",
		"starts", "13:00", "ends", "12:00", "municipality", "2062", "place", "P", "capacity", "10"), `href="#area"`, `href="#ends"`)
	accounts, _ := s.seminars.Accounts(ctx)
	s.holds(s.show("/team/advice"), "5,0 av 5,0 timmar", "3,25 av 5,0 timmar")
	for _, a := range accounts {
		if a.Left() == seminar.MaxQuarters-13 {
			at := "/team/advice/" + a.OrganisationID
			s.holds(s.show(at), "3,25 av 5,0 timmar", "1,75 timmar kvar")
			s.holds(s.send(at, 200, "quarters", "7", "date", "2026-10-02", "note", "Anbud"), "5,0 av 5,0 timmar")
			s.holds(s.send(at, 422, "quarters", "1", "date", "2026-10-02", "note", "Anbud"), `href="#quarters"`)
			a, _ = s.seminars.Account(ctx, a.OrganisationID)
			s.holds(s.send(at+"/entries/"+a.Entries[1].ID+"/reverse", 200, "reason", "Fel företag"), "3,25 av 5,0 timmar", "Rättelse")
			s.send(at+"/entries/"+a.Entries[1].ID+"/reverse", 409, "reason", "Igen")
			s.holds(s.send("/team/advice/price", 200, "from", "2026-10-01", "price", "250"), "250 kr per timme")
			return
		}
	}
	t.Error("no firm of the sample has used 3.25 hours")
}

package public_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/httpd/public"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/seminar"
	"upphandlingsdialog/internal/testkit"
)

type silent struct{}

func (silent) Send(context.Context, mail.Letter) mail.Result { panic("no letter leaves in this test") }
func (silent) Domain() string                                { return "dialog.example" }

func TestARegistrationGoesFromTheCalendarToThePersonalPageAndBack(t *testing.T) {
	ctx, db := context.Background(), testkit.DB(t)
	now := func() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) }
	firms := people.New(db, now)
	posts := distribution.New(db, now, firms, nil, silent{}, distribution.Config{BaseURL: "https://dialog.example"})
	seminars := seminar.New(db, now, firms, posts, seminar.Config{BaseURL: "https://dialog.example",
		Owner: i18n.Text{Sv: "Länsstyrelsen", En: "County board"}, Contact: "fraga@dialog.example"})
	id, err := seminars.Save(ctx, "", 0, seminar.Draft{Ref: "lar-mora", Kind: seminar.Learning, Title: "Första anbudet", About: "Om",
		StartsAt: now().AddDate(0, 0, 9), EndsAt: now().AddDate(0, 0, 9).Add(time.Hour), Municipality: 2062, Place: "Salen", Capacity: 1})
	if err != nil {
		t.Fatal(err)
	}
	h, err := httpd.New(httpd.Options{Log: slog.New(slog.DiscardHandler), Now: now, BaseURL: "http://x"},
		&public.Face{Seminars: seminars, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	read := func(resp *http.Response, err error) (int, string, string) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, resp.Request.URL.Path, string(body)
	}
	get := func(path string) string {
		t.Helper()
		status, _, body := read(http.Get(srv.URL + path))
		if status != http.StatusOK {
			t.Fatalf("%s: %d\n%s", path, status, body)
		}
		return body
	}
	if body := get("/calendar?municipality=2062"); !strings.Contains(body, `href="/calendar/`+id+`"`) {
		t.Error("the calendar of Mora does not hold Mora's seminar")
	}
	if body := get("/calendar?municipality=2080"); strings.Contains(body, id) {
		t.Error("the calendar of Falun holds Mora's seminar")
	}
	if feed := get("/calendar.ics"); !strings.Contains(feed, "UID:"+id+"@dialog.example") {
		t.Errorf("feed:\n%s", feed)
	}
	get("/calendar/" + id)
	form := url.Values{"name": {"Åsa Öberg"}, "email": {"asa@firma.example"}, "organisation": {"Åsas Snickeri"}, "group": {"business"},
		"municipality": {"2062"}, "needs": {"bidding", "e_commerce"}}
	bad := url.Values{"name": {"Åsa Öberg"}, "email": {"asa"}, "municipality": {"0"}, "group": {"business"}}
	status, _, body := read(http.PostForm(srv.URL+"/calendar/"+id+"/register", bad))
	for _, want := range []string{`href="#email"`, `href="#needs"`, `href="#municipality"`, `href="#organisation"`, `value="Åsa Öberg"`, "<title>Fel: "} {
		if status != http.StatusUnprocessableEntity || !strings.Contains(body, want) {
			t.Errorf("%d, no %s on the page of a faulty form", status, want)
		}
	}
	answers := map[string]bool{}
	for range 2 { // an address that is new and one that is known
		status, path, body := read(http.PostForm(srv.URL+"/calendar/"+id+"/register", form))
		if status != http.StatusOK || path != "/calendar/"+id+"/received" {
			t.Fatalf("%d %s", status, path)
		}
		answers[body] = true
	}
	if len(answers) != 1 {
		t.Error("the answer tells whether an address is registered")
	}
	regs, err := seminars.Registrations(ctx, id)
	if err != nil || len(regs) != 1 {
		t.Fatal(regs, err)
	}
	personal := strings.TrimPrefix(seminars.PersonalURL(regs[0].ID), "https://dialog.example")
	for range 2 { // a mail scanner fetches it as often as it likes
		if body := get(personal); !strings.Contains(body, "Du har en plats.") || !strings.Contains(body, "Åsas Snickeri") {
			t.Error("the personal page does not say what is kept")
		}
	}
	action := regexp.MustCompile(`action="(/registrations/[^"]+)"`).FindStringSubmatch(get(personal))
	if _, _, body = read(http.PostForm(srv.URL+action[1], nil)); !strings.Contains(body, "Anmälan är avbokad.") {
		t.Error(body)
	}
	if status, _, _ := read(http.Get(srv.URL + "/registrations/guess")); status != http.StatusNotFound {
		t.Errorf("a guessed link: %d", status)
	}
}

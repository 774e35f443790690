package team_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/httpd/team"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/report/reporttest"
)

func TestALeaderMakesPublishesAndSpreadsAnEdition(t *testing.T) {
	w := reporttest.New(t)
	w.Decide()
	accounts := account.New(w.DB, w.Clock.Now)
	const password = "tolv-gravlaxar-i-Siljan"
	_, err := accounts.CreateUser(t.Context(), "leader@example.org", "Leda Ledarsson", account.Leader, "sv", password)
	w.Must(err)
	h, err := httpd.New(httpd.Options{Accounts: accounts, Log: slog.New(slog.DiscardHandler), Now: w.Clock.Now, BaseURL: "http://127.0.0.1"},
		&team.Face{Accounts: accounts, Reports: w.Reports, Now: w.Clock.Now})
	w.Must(err)
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	do := func(want int, path string, form url.Values) (body, location string) {
		t.Helper()
		var resp *http.Response
		var err error
		if form == nil {
			resp, err = client.Get(server.URL + path)
		} else {
			resp, err = client.PostForm(server.URL+path, form)
		}
		w.Must(err)
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		if resp.StatusCode != want {
			t.Fatalf("%s answers %d, want %d", path, resp.StatusCode, want)
		}
		if m := regexp.MustCompile(`\[(report|public)\.\w+\]`).Find(b); m != nil {
			t.Errorf("%s lacks words: %s", path, m)
		}
		return string(b), resp.Header.Get("Location")
	}
	do(303, "/team/sign-in", url.Values{"email": {"leader@example.org"}, "password": {password}})
	do(200, "/team/reports", nil)
	do(422, "/team/reports", url.Values{"kind": {"other"}, "lang": {"sv"}})
	_, at := do(303, "/team/reports", url.Values{"kind": {"regional"}, "lang": {"sv"}})
	do(200, at, nil)
	do(404, at+"/read", nil)
	w.Must(w.Reports.RenderJob(t.Context(), report.RenderArgs{EditionID: strings.TrimPrefix(at, "/team/reports/")}))
	do(200, at+"/read", nil)
	do(200, at+"/report.pdf", nil)
	if body, _ := do(200, at, nil); !strings.Contains(body, "/reports/regional-1-sv") || !strings.Contains(body, at+"/publish") {
		t.Error("the page does not say what is published where")
	}
	do(303, at+"/publish", url.Values{})
	do(422, "/team/lists", url.Values{"name": {""}, "kind": {"regional"}})
	_, listAt := do(303, "/team/lists", url.Values{"name": {"Kommuner"}, "kind": {"regional"}})
	do(422, listAt+"/members", url.Values{"addresses": {"fel adress"}, "lang": {"sv"}})
	do(303, listAt+"/members", url.Values{"addresses": {"Åsa Ek <asa@kommun.example>\nbo@kommun.example"}, "lang": {"sv"}})
	do(200, "/team/lists", nil)
	do(200, listAt, nil)
	if body, _ := do(422, listAt+"?municipality=0", nil); !strings.Contains(body, "Kryssa i minst en målgrupp") || strings.Contains(body, "0 personer läggs till") {
		t.Error("no group was ticked, and the page does not say so")
	}
	_, err = w.People.Import(t.Context(), strings.NewReader("name;email;group;organisation;organisation_kind;municipality\nCia Ek;cia@mora.example;procurer;Mora kommun;municipality;Mora\nEva Ek;eva@mora.example;procurer;Ek AB;business;Mora\n"))
	w.Must(err)
	choice := url.Values{"groups": {"procurer"}, "kinds": {"municipality"}, "municipality": {"2062"}}
	if body, _ := do(200, listAt+"?"+choice.Encode(), nil); !strings.Contains(body, "1 person läggs till.") ||
		!strings.Contains(body, `name="kinds" value="municipality" checked`) || !strings.Contains(body, `type="hidden" name="kinds" value="municipality"`) {
		t.Error("the page does not count, or does not keep what was chosen")
	}
	if body, _ := do(422, listAt+"/register", url.Values{"kinds": {"municipality"}, "municipality": {"2062"}}); !strings.Contains(body, "Kryssa i minst en målgrupp") || !strings.Contains(body, `value="municipality" checked`) {
		t.Error("sent without a group: nothing is said, or what was chosen is lost")
	}
	do(303, listAt+"/register", choice)
	if body, _ := do(200, listAt, nil); !strings.Contains(body, "cia@mora.example") || strings.Contains(body, "eva@mora.example") {
		t.Error("the list did not take in those and only those that were chosen")
	}
	do(303, listAt+"/remove", url.Values{"email": {"cia@mora.example"}})
	listID := strings.TrimPrefix(listAt, "/team/lists/")
	preview, _ := do(200, at+"/distribute?list="+listID, nil)
	if !strings.Contains(preview, "asa@kommun.example") || !strings.Contains(preview, "bo@kommun.example") {
		t.Error("the preview does not name the recipients")
	}
	do(303, at+"/distribute", url.Values{"list": {listID}})
	if body, _ := do(200, at, nil); !strings.Contains(body, "asa@kommun.example") {
		t.Error("the record of who received the edition is empty")
	}
}

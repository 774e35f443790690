package team_test

import (
	"bytes"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/httpd/team"
)

var revision = regexp.MustCompile(`name="revision" value="(\d+)"`)

// begun is a questionnaire under work that began as a copy of ours; the second value is its address.
func begun(t *testing.T) (*mailSite, string) {
	t.Helper()
	s := newMailSite(t)
	resp, _ := s.send(t, "/team/drafts", url.Values{"from": {"copy"}, "survey": {"s5"}, "id": {"s5_kopia"}}, "")
	if resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Request.URL.Path, "/team/drafts/") {
		t.Fatalf("%d at %s", resp.StatusCode, resp.Request.URL)
	}
	return s, resp.Request.URL.Path
}

// send posts a form as the signed-in leader and follows to the page that answers.
func (s *mailSite) send(t *testing.T, path string, form url.Values, accept string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", accept)
	resp, err := s.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, html.UnescapeString(string(body))
}

func (s *mailSite) page(path string) string { s.Helper(); return html.UnescapeString(s.get(path)) }

func TestWhoSavesOverAnothersTextIsShownBoth(t *testing.T) {
	s, draft := begun(t)
	seen := revision.FindStringSubmatch(s.page(draft))[1]
	head := func(rev, title string) url.Values {
		return url.Values{"revision": {rev}, "title.sv": {title}, "title.en": {title}, "intro.sv": {""}, "intro.en": {""}}
	}
	if resp, _ := s.send(t, draft+"/head", head(seen, "Den första"), ""); resp.StatusCode != http.StatusOK {
		t.Fatalf("the first is refused: %d", resp.StatusCode)
	}
	resp, page := s.send(t, draft+"/head", head(seen, "Den andra"), "")
	if resp.StatusCode != http.StatusConflict {
		t.Fatalf("the second is answered %d", resp.StatusCode)
	}
	for _, want := range []string{"Leda Ledarsson har ändrat samma sak", `<strong>Leda Ledarsson:</strong> <span class="words">Den första</span>`, `value="Den andra"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not have %q", want)
		}
	}
	if resp, _ = s.send(t, draft+"/head", head(revision.FindStringSubmatch(page)[1], "Den andra"), ""); resp.StatusCode != http.StatusOK {
		t.Errorf("having seen both, the second cannot save: %d", resp.StatusCode)
	}
	if !strings.Contains(s.page(draft), `value="Den andra"`) {
		t.Error("the chosen text is not the one that stands")
	}
	resp, answer := s.send(t, draft+"/head", head(seen, "Den tredje"), "application/json")
	if resp.StatusCode != http.StatusConflict || !strings.Contains(answer, "har ändrat samma sak") {
		t.Errorf("the script is answered %d %s", resp.StatusCode, answer)
	}
}

func TestARefusedQuestionKeepsWhatWasTyped(t *testing.T) {
	s, draft := begun(t)
	resp, page := s.send(t, draft+"/questions", url.Values{"section": {"practice"}, "type": {"numeric"}}, "")
	at := resp.Request.URL.Query().Get("at")
	if at == "" {
		t.Fatalf("%d %s", resp.StatusCode, page)
	}
	form := url.Values{"revision": {revision.FindStringSubmatch(page)[1]}, "type": {"numeric"}, "groups": {"business"},
		"text.sv": {"Hur många?"}, "text.en": {"How many?"}, "min": {"noll"}, "max": {"10"}}
	resp, page = s.send(t, draft+"/questions/"+at, form, "")
	if resp.StatusCode != http.StatusUnprocessableEntity {
		t.Fatalf("answered %d", resp.StatusCode)
	}
	for _, want := range []string{"Hur många?</textarea>", `value="noll"`, `href="#min"`, "<title>Fel: "} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not have %q", want)
		}
	}
	if strings.Contains(s.page(draft+"?at="+at), "Hur många?</textarea>") {
		t.Error("a refused form was stored in part")
	}
}

func TestAFileWithFaultsBeginsNothing(t *testing.T) {
	s := newMailSite(t)
	for name, c := range map[string]struct{ content, want string }{
		"no-survey.yaml": {"schema: udd-survey/1\nid: s5\n", "Filen har"},
		"picture.xlsx":   {"PK\x03\x04not a workbook", "gick inte att läsa"},
		"empty.yaml":     {"", "Filen har"},
	} {
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		for k, v := range map[string]string{"from": "file", "area": "5"} {
			if err := w.WriteField(k, v); err != nil {
				t.Fatal(err)
			}
		}
		part, err := w.CreateFormFile("file", name)
		if err == nil {
			_, err = part.Write([]byte(c.content))
		}
		if err != nil || w.Close() != nil {
			t.Fatal(err)
		}
		resp, err := s.client.Post(s.url+"/team/drafts", w.FormDataContentType(), &body)
		if err != nil {
			t.Fatal(err)
		}
		page, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(string(page), c.want) {
			t.Errorf("%s: %d, without %q", name, resp.StatusCode, c.want)
		}
	}
	if strings.Contains(s.page("/team/surveys"), "/team/drafts/0") {
		t.Error("something was begun")
	}
}

func TestAnIdThatIsTakenBeginsNothing(t *testing.T) {
	s, _ := begun(t)
	for _, form := range []url.Values{
		{"from": {"scratch"}, "id": {"s5"}, "area": {"5"}, "title.sv": {"x"}, "title.en": {"x"}},
		{"from": {"copy"}, "survey": {"s5"}, "id": {"s5_kopia"}},
	} {
		resp, page := s.send(t, "/team/drafts", form, "")
		if resp.StatusCode != http.StatusUnprocessableEntity && resp.StatusCode != http.StatusConflict {
			t.Errorf("%v: %d", form, resp.StatusCode)
		}
		if !strings.Contains(page, `href="#id"`) {
			t.Errorf("%v: the fault is not at the id", form)
		}
	}
}

func TestTheFileOfAVersionCanBeFetched(t *testing.T) {
	s := newMailSite(t)
	if file := s.page("/team/surveys/s5/export"); !strings.HasPrefix(file, "schema: udd-survey/1\n") {
		t.Errorf("the YAML begins %q", file[:40])
	}
	if file := s.page("/team/surveys/s5/export?as=xlsform"); !strings.HasPrefix(file, "PK") {
		t.Error("the XLSForm is no workbook")
	}
}

func TestEveryPageOfTheEditorAsksForThePermissionToWrite(t *testing.T) {
	for _, r := range (&team.Face{Audit: &audit.Reader{}}).Routes() {
		if strings.HasPrefix(r.Path, "/team/drafts") && r.Permission != account.SurveyWrite {
			t.Errorf("%s asks for %s", r.Path, r.Permission)
		}
	}
}

// writer is somebody who edits without script: every act is a form that leads to a page.
type writer struct {
	*mailSite
	t     *testing.T
	draft string
	page  string // that the last act led to
	at    url.Values
}

func (w *writer) does(path string, form url.Values, want ...string) {
	w.t.Helper()
	if m := revision.FindStringSubmatch(w.page); m != nil && form.Get("revision") == "" {
		form.Set("revision", m[1])
	}
	resp, page := w.send(w.t, w.draft+path, form, "")
	if resp.StatusCode != http.StatusOK {
		w.t.Fatalf("%s is answered %d", path, resp.StatusCode)
	}
	w.page, w.at = page, resp.Request.URL.Query()
	w.shows(want...)
}

func (w *writer) shows(want ...string) {
	w.t.Helper()
	for _, words := range want {
		if !strings.Contains(w.page, words) {
			w.t.Errorf("at %v the page does not have %q", w.at, words)
		}
	}
}

func TestThePreviewStaysAsChosenWhateverIsDone(t *testing.T) {
	s, draft := begun(t)
	page := s.page(draft + "?at=practice&group=business&as=en")
	actions := regexp.MustCompile(`(?:action|href)="(`+regexp.QuoteMeta(draft)+`[^"#]*)`).FindAllStringSubmatch(page, -1)
	chosen := 0
	for _, a := range actions {
		u, err := url.Parse(html.UnescapeString(a[1]))
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		switch {
		case q.Get("group") == "business" && q.Get("as") == "en":
			chosen++
		case u.RawQuery != "" && (q.Get("group") == "" || q.Get("as") == ""): // else it chooses another preview
			t.Errorf("%s forgets the preview", u)
		}
	}
	if chosen < 20 {
		t.Errorf("only %d of %d addresses keep the preview", chosen, len(actions))
	}
}

func TestTheEditorNeedsNoScript(t *testing.T) {
	s, draft := begun(t)
	w := &writer{mailSite: s, t: t, draft: draft}
	w.page = w.mailSite.page(draft + "?at=new:practice")
	w.shows("Vilken sorts fråga?", `name="type" value="matrix"`, "Aldrig – Alltid")
	w.does("/questions", url.Values{"section": {"practice"}, "type": {"single"}}, "Ge minst två svarsalternativ.")
	q := w.at.Get("at")
	question := url.Values{"type": {"single"}, "groups": {"business"}, "text.sv": {"Vad är viktigast?"}, "text.en": {"What matters most?"},
		"options.0.sv": {""}, "options.0.en": {""}, "options.paste.sv": {"Pris | Price\r\n\r\nAnnat\tOther\r\nTid; Time"}}
	w.does("/questions/"+q, question, `value="Pris"`, `value="Price"`, `value="Annat"`, `value="Other"`, `value="Time"`, "Ställ det sist")
	w.does("/questions/"+q+"/mend", url.Values{"finding": {"other_not_last"}}, "Det är gjort.")
	if strings.Index(w.page, `value="Annat"`) < strings.Index(w.page, `value="Tid"`) {
		t.Error("the remedy left Other where it was")
	}
	w.does("/questions/"+q+"/rename", url.Values{"id": {"viktigast"}}, `data-question="viktigast"`)
	w.does("/questions/viktigast/duplicate", url.Values{})
	w.does("/questions/viktigast/remove", url.Values{}, "Frågan är borttagen.", `action="`+draft+"/undo")
	w.does("/undo?at=viktigast", url.Values{}, "Vad är viktigast?</textarea>")

	w.does("/questions", url.Values{"section": {"practice"}, "type": {"municipality"}, "after": {"viktigast"}}, "Avesta · Borlänge")
	w.does("/sets", url.Values{"name": {"hinder"}}, "Används inte av någon fråga än")
}

func TestARemovedDraftIsTakenBackFromTheList(t *testing.T) {
	s, draft := begun(t)
	if _, page := s.send(t, draft+"/remove", url.Values{}, ""); !strings.Contains(page, draft+"/restore") {
		t.Fatal("a removed draft is not offered to take back")
	}
	if resp, page := s.send(t, draft+"/restore", url.Values{}, ""); resp.Request.URL.Path != draft || !strings.Contains(page, "Utkastet är tillbaka.") {
		t.Errorf("%d at %s", resp.StatusCode, resp.Request.URL)
	}
}

func TestTheNextVersionOfASurveyIsBegunOnce(t *testing.T) {
	s, _ := begun(t)
	var first string
	for range 2 {
		resp, page := s.send(t, "/team/drafts", url.Values{"from": {"next"}, "survey": {"s5"}}, "")
		if first == "" {
			first = resp.Request.URL.Path
		} else if resp.Request.URL.Path != first || !strings.Contains(page, "redan påbörjad") {
			t.Errorf("the second time leads to %s", resp.Request.URL)
		}
	}
}

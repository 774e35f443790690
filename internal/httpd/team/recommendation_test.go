package team_test

import (
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/annotation"
	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/disclosure"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/freetext"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/httpd/team"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/privacy"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/recommendation/recommendationtest"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/sample"
)

// recommendationSite is the team's face over answered surveys, for a process leader who has signed in.
type recommendationSite struct {
	*recommendationtest.World
	client      *http.Client
	annotations *annotation.Service
	base        string
}

func newRecommendationSite(t *testing.T) *recommendationSite {
	t.Helper()
	w := recommendationtest.New(t)
	accounts := account.New(w.DB, w.Clock.Now)
	const password = "tolv-gravlaxar-i-Siljan"
	_, err := accounts.CreateUser(t.Context(), "leader@example.org", "Leda Ledarsson", account.Leader, "sv", password)
	w.Must(err)
	mailings := distribution.New(w.DB, w.Clock.Now, people.New(w.DB, w.Clock.Now), w.Surveys, nil, distribution.Config{})
	notes := annotation.New(w.DB, w.Clock.Now)
	responses := response.New(w.DB, w.Clock.Now, w.Surveys, mailings, nil)
	h, err := httpd.New(httpd.Options{Accounts: accounts, Log: slog.New(slog.DiscardHandler), Now: w.Clock.Now, BaseURL: "http://127.0.0.1"},
		&team.Face{Accounts: accounts, Audit: audit.NewReader(w.DB), Surveys: w.Surveys, Dialogue: w.Meetings, Experts: w.Experts,
			Privacy:      privacy.New(w.DB, w.Clock.Now, privacy.Services{Accounts: accounts}, privacy.Rule{}, privacy.Sender{Contact: "dialog@dialog.example"}),
			Distribution: mailings, Annotations: notes, Responses: responses, FreeTexts: freetext.New(w.DB, w.Clock.Now, responses), Recommendations: w.Service, Now: w.Clock.Now,
			Reports: report.New(w.DB, w.Clock.Now, report.Sources{Distribution: mailings, Recommendations: w.Service, Ledger: disclosure.New(w.DB, w.Clock.Now)}, report.Settings{})})
	w.Must(err)
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	w.Must(err)
	s := &recommendationSite{World: w, annotations: notes, base: server.URL, client: &http.Client{Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if status, _ := s.post("/team/sign-in", url.Values{"email": {"leader@example.org"}, "password": {password}}); status != http.StatusSeeOther {
		t.Fatal("not signed in:", status)
	}
	return s
}

func (s *recommendationSite) read(resp *http.Response, err error) (int, string) {
	s.Helper()
	s.Must(err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	s.Must(err)
	return resp.StatusCode, string(body)
}

func (s *recommendationSite) get(path string) (int, string) {
	s.Helper()
	return s.read(s.client.Get(s.base + path))
}

func (s *recommendationSite) post(path string, form url.Values) (int, string) {
	s.Helper()
	return s.read(s.client.PostForm(s.base+path, form))
}

// shows fails unless the page answers 200 with every one of the words.
func (s *recommendationSite) shows(path string, words ...string) string {
	s.Helper()
	status, body := s.get(path)
	if status != http.StatusOK {
		s.Fatalf("%s: status %d\n%s", path, status, body)
	}
	for _, want := range words {
		if !strings.Contains(body, want) {
			s.Errorf("%s has no %q", path, want)
		}
	}
	for _, never := range []string{"[recommendation.", "[analysis.", "[exhibit.", "[group.", "%!"} {
		if i := strings.Index(body, never); i >= 0 {
			s.Errorf("%s shows %q", path, body[i:min(len(body), i+60)])
		}
	}
	return body
}

func TestEveryQuestionHasAnAnalysisPage(t *testing.T) {
	s := newRecommendationSite(t)
	s.Crowd(25)
	s.shows("/team/analysis", "Nya lösningar genom offentliga inköp", "RR2")
	list, err := s.Surveys.List(t.Context())
	s.Must(err)
	for _, one := range list {
		def := one.Latest.Definition
		s.shows("/team/analysis/"+def.ID, def.Title.Sv, "100 inskickade svar")
		for _, q := range def.Questions() {
			s.shows("/team/analysis/"+def.ID+"/"+q.ID, q.ID, "Bas (antal som svarade)")
		}
	}
	s.shows("/team/analysis/s5/q5_11?lang=en", "Table with the same numbers", "Very difficult")
	if status, _ := s.get("/team/analysis/s5/q9_99"); status != http.StatusNotFound {
		t.Errorf("a question that does not exist: status %d", status)
	}
}

func TestFewAnswersShowNoNumberOnThePage(t *testing.T) {
	s := newRecommendationSite(t)
	s.Crowd(6)
	body := s.shows("/team/analysis/s5/q5_11", "för få svar")
	if strings.Contains(body, "6 av 6") || strings.Contains(body, ">6<") {
		t.Error("a base under the limit is shown")
	}
}

func TestRecommendationGoesFromFileToDecision(t *testing.T) {
	s := newRecommendationSite(t)
	s.Crowd(60)
	status, body := s.post("/team/recommendations/import", url.Values{"text": {"schema: fel\n"}})
	if status != http.StatusUnprocessableEntity || !strings.Contains(body, "rad 1") {
		t.Fatalf("a faulty file: status %d", status)
	}
	if status, body = s.post("/team/recommendations/import", url.Values{"text": {string(sample.Recommendations(time.Now()))}}); status != http.StatusSeeOther {
		t.Fatalf("import: status %d\n%s", status, body)
	}
	s.shows("/team/recommendations", "9 nya", "Beskriv behovet som en funktion")
	s.shows("/team/recommendations?area=7&status=draft", "Pröva reserverad upphandling")
	r := s.Numbered("5.2")
	path := "/team/recommendations/" + r.ID
	s.shows(path, "procent", "plåttjocklek", "Dialogmöte", "Skicka på remiss")
	s.shows(path+"?lang=en", "per cent", "Send for consultation")
	s.shows(path + "?lang=sv") // back, for what follows
	if status, _ = s.post(path+"/status", url.Values{"to": {"published"}}); status != http.StatusConflict {
		t.Errorf("a draft was published: status %d", status)
	}
	for _, to := range []string{"consultation", "decided"} {
		if status, body = s.post(path+"/status", url.Values{"to": {to}}); status != http.StatusSeeOther {
			t.Fatalf("to %s: status %d\n%s", to, status, body)
		}
	}
	if status, _ = s.post("/team/recommendations/recompute", nil); status != http.StatusSeeOther {
		t.Errorf("recompute: status %d", status)
	}
	s.shows("/team/recommendations", "stämmer med källan")
}

func TestRecommendationIsWrittenByHand(t *testing.T) {
	s := newRecommendationSite(t)
	s.Crowd(25)
	s.shows("/team/recommendations/new", "Ny rekommendation")
	form := url.Values{"number": {"5.4"}, "purpose": {"simplify"}, "addressees": {"firms", "politicians"}, "effort": {"low"},
		"baseline": {"0"}, "due": {"2027-03-31"}, "parties": {"Ett företag\nEn kommun"}}
	for _, name := range []string{"title", "wording", "why", "first_step", "effect", "indicator", "responsible"} {
		form.Set(name+".sv", "Kommunen bör göra detta")
		form.Set(name+".en", "The municipality should do this")
	}
	form.Set("why.sv", "Det är 62 procent som vill")
	if status, body := s.post("/team/recommendations", form); status != http.StatusUnprocessableEntity || !strings.Contains(body, "skrivet för hand") {
		t.Fatalf("a typed figure: status %d", status)
	}
	form.Set("why.sv", "Många vill")
	if status, body := s.post("/team/recommendations", form); status != http.StatusSeeOther {
		t.Fatalf("create: status %d\n%s", status, body)
	}
	r := s.Numbered("5.4")
	path := "/team/recommendations/" + r.ID
	form.Set("version", "1")
	form.Set("why.sv", "Påbörjad mening")
	press := func(act string, more url.Values) string {
		t.Helper()
		sent := url.Values{"act": {act}}
		for _, from := range []url.Values{form, more} {
			for k, v := range from {
				sent[k] = v
			}
		}
		status, body := s.post(path, sent)
		if status != http.StatusOK || !strings.Contains(body, "Påbörjad mening") {
			t.Fatalf("%s: status %d, or what was typed is gone\n%s", act, status, body)
		}
		return body
	}
	body := press("find", url.Values{"find": {"svårt"}, "find_group": {"business"}, "find_theme": {"X01"}})
	cite := html.UnescapeString(regexp.MustCompile(`value="cite ([^"]*bottom2[^"]*q5_11[^"]*)"`).FindStringSubmatch(body)[1])
	body = press("find", url.Values{"find": {"plåttjocklek"}})
	passage := regexp.MustCompile(`value="cite (excerpt:[0-9a-f-]{36})"`).FindStringSubmatch(body)[1]
	body = press("cite "+cite, nil)
	if !strings.Contains(body, "nytt, sparas med texten") || !strings.Contains(body, `{{figure &#34;1&#34;}}`) {
		t.Errorf("the cited figure does not stand beside the text:\n%s", body)
	}
	if body = press("drop "+cite, url.Values{"add": {cite}}); strings.Contains(body, "nytt, sparas med texten") {
		t.Error("what was taken away is still there")
	}
	press("cite "+passage, url.Values{"add": {cite}})
	if r, _ = s.Service.Find(t.Context(), r.ID); len(r.Evidence) != 0 || r.Version != 1 {
		t.Errorf("something was stored before saving: version %d, %d pieces", r.Version, len(r.Evidence))
	}
	form["add"] = []string{cite, passage}
	form.Set("note", "Nu med underlag")
	form.Set("why.sv", "Många vill")
	if status, body := s.post(path, form); status != http.StatusSeeOther {
		t.Fatalf("save with evidence: status %d\n%s", status, body)
	}
	s.shows("/team/excerpts/"+strings.TrimPrefix(passage, "excerpt:"), "Rekommendationer som vilar på stycket", "5.4")
	form.Del("add")
	form.Set("why.sv", `Bland företagen svarar {{figure "1"}} så`)
	form.Set("version", "1")
	form.Set("note", "Nu med siffra")
	if status, body := s.post(path, form); status != http.StatusConflict || !strings.Contains(body, "har sparat version 2") || !strings.Contains(body, "Nu med siffra") {
		t.Errorf("a writer who began before the evidence came: status %d", status)
	}
	form.Set("version", "2")
	if status, body := s.post(path, form); status != http.StatusSeeOther {
		t.Fatalf("change: status %d\n%s", status, body)
	}
	r, err := s.Service.Find(t.Context(), r.ID)
	s.Must(err)
	if !r.Supported() || r.Strength() != recommendation.StrengthB {
		t.Errorf("strength %q of %v", r.Strength(), r.Channels())
	}
	s.shows(path, "Bland företagen svarar ", "Underlag 2")
	s.shows(path+"/edit", `{{figure &#34;1&#34;}}`)
	form.Set("version", "3")
	form["drop"] = []string{"1"}
	if status, _ := s.post(path, form); status != http.StatusUnprocessableEntity {
		t.Errorf("evidence that a text refers to was removed: status %d", status)
	}
	form["drop"] = []string{"2"}
	if status, body := s.post(path, form); status != http.StatusSeeOther {
		t.Errorf("remove: status %d\n%s", status, body)
	}
}

func TestTheTeamComparesTalksAndSplits(t *testing.T) {
	s := newRecommendationSite(t)
	s.Crowd(25)
	s.ImportSample()
	r := s.Numbered("5.2")
	path := "/team/recommendations/" + r.ID
	r.Title.Sv += " redan i år"
	s.Must(s.Service.Change(t.Context(), r, "Bråttom"))
	s.shows(path+"/versions", "<ins> redan i år</ins>", "Bråttom", "Rubrik (svenska)")
	s.shows(path + "/versions?from=1&to=1")
	if status, _ := s.post(path+"/restore", url.Values{"version": {"1"}}); status != http.StatusSeeOther {
		t.Errorf("restore: status %d", status)
	}
	if status, _ := s.post(path+"/comments", url.Values{"body": {"Räcker det?"}}); status != http.StatusSeeOther {
		t.Errorf("comment: status %d", status)
	}
	if status, body := s.post(path+"/branch", url.Values{"number": {"fel"}, "kind": {"split"}}); status != http.StatusUnprocessableEntity || !strings.Contains(body, "5.4") {
		t.Errorf("a number that is none: status %d", status)
	}
	if status, _ := s.post(path+"/branch", url.Values{"number": {"5.8"}, "kind": {"split"}}); status != http.StatusSeeOther {
		t.Errorf("split: status %d", status)
	}
	if status, body := s.post(path+"/merge", url.Values{"other": {"9.9"}}); status != http.StatusUnprocessableEntity {
		t.Errorf("merging what is not there: status %d\n%s", status, body)
	}
	s.shows(path, "Delades till", "Räcker det?", "1 öppen kommentar", "Leda Ledarsson")
	child := s.Numbered("5.8")
	s.shows("/team/recommendations/"+child.ID, "Utbruten ur", "5.2")
	users := s.shows(path, `name="editor"`)
	i := strings.Index(users, `name="editor" value="`) + len(`name="editor" value="`)
	if status, _ := s.post(path+"/editors", url.Values{"editor": {users[i : i+36]}}); status != http.StatusSeeOther {
		t.Errorf("editors: status %d", status)
	}
	s.shows(path, "Redaktörer: Leda Ledarsson")
}

func TestTheEditorChoosesTextByTextWhenTwoBecomeOne(t *testing.T) {
	s := newRecommendationSite(t)
	s.Crowd(25)
	s.ImportSample()
	mine := s.Numbered("5.1")
	theirs := s.Numbered("5.2")
	path := "/team/recommendations/" + mine.ID
	s.shows(path, `action="`+path+`/merge"`, "Visa båda")
	s.shows(path+"/merge?other=5.2", mine.Wording.Sv, theirs.Wording.Sv, `name="pick-wording-sv" value="mine" checked`, "5.2 avslutas")
	form := url.Values{"other": {"5.2"}, "version": {"1"}, "pick-wording-sv": {"theirs"}, "pick-title-sv": {"own"}, "own-title-sv": {""}}
	if status, body := s.post(path+"/merge", form); status != http.StatusUnprocessableEntity || !strings.Contains(body, `name="pick-wording-sv" value="theirs" checked`) {
		t.Errorf("a merged one without a title: status %d; want what was picked to stand", status)
	}
	form.Set("own-title-sv", "Båda i ett")
	form.Set("version", "7")
	if status, body := s.post(path+"/merge", form); status != http.StatusConflict || !strings.Contains(body, "Båda i ett") {
		t.Errorf("a version that the editor did not see: status %d", status)
	}
	form.Set("version", "1")
	if status, body := s.post(path+"/merge", form); status != http.StatusSeeOther {
		t.Fatalf("merge: status %d\n%s", status, body)
	}
	got, err := s.Service.Find(t.Context(), mine.ID)
	s.Must(err)
	if got.Title.Sv != "Båda i ett" || got.Wording.Sv != theirs.Wording.Sv || got.Wording.En != mine.Wording.En {
		t.Errorf("the merged one says %q, %q, %q", got.Title.Sv, got.Wording.Sv, got.Wording.En)
	}
	page := s.shows(path+"/versions", "Underlag", "Bas:")
	for _, e := range theirs.Evidence {
		if e.Excerpt != nil && strings.Contains(page, e.Excerpt.ID) {
			t.Error("the comparison names a passage by its key instead of its words")
		}
	}
}

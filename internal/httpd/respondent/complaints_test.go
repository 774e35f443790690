package respondent_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/response/responsetest"
)

// Promises about answers that get lost, doubled or altered. Each is named after a complaint about
// another tool, which its number finds in that project's tracker.

// sentIn are the submitted responses as analysis reads them.
func (s *site) sentIn() (rows []response.Row) {
	s.Helper()
	s.Must(s.Responses.Load(s.Context(), response.Filter{SurveyID: s.Definition.ID}, func(row response.Row) error {
		rows = append(rows, row)
		return nil
	}))
	return rows
}

// agrees fails unless every way to count what is sent in comes to n.
func (s *site) agrees(n int) {
	s.Helper()
	counts, err := s.Responses.Counts(s.Context(), s.Campaign.ID)
	s.Must(err)
	counted := 0
	for _, c := range counts {
		counted += c.Submitted
	}
	extract, err := s.Responses.Extract(s.Context(), s.Definition.ID, 0)
	if n > 0 {
		s.Must(err)
	}
	data, err := s.Responses.Datasets(s.Context(), s.Definition.ID)
	s.Must(err)
	analysed := 0
	for _, d := range data {
		analysed += d.Len()
	}
	if listed := len(s.sentIn()); counted != n || listed != n || extract.Count != n || analysed != n {
		s.Errorf("counted %d, listed %d, exported %d, analysed %d; want %d", counted, listed, extract.Count, analysed, n)
	}
}

// sends goes from the review to the receipt.
func (b *browser) sends() *browser {
	b.Helper()
	b.get("/r/" + b.id() + "/review")
	return b.press("", nil).mustBe(http.StatusOK, "/receipt")
}

// "Unnoticed data loss if field in response table is missing".
func TestAnAnswerThatCannotBeStoredIsNeverCalledSaved_LimeSurvey18655(t *testing.T) {
	b := open(t).browser().start(responsetest.Business)
	typed := b.fields(b.byID("answers"))
	typed.Set("q5_01", "4")
	page := b.at.Path
	_, err := b.DB.ExecContext(t.Context(), `ALTER TABLE response ADD CONSTRAINT broken CHECK (NOT answers ? 'q5_01')`)
	b.Must(err)
	for _, path := range []string{page, page + "/save"} {
		if b.post(path, typed); b.status != http.StatusInternalServerError || strings.Contains(b.body, "Sparat") {
			t.Errorf("%s: %d\n%s", path, b.status, b.text())
		}
	}
	_, err = b.DB.ExecContext(t.Context(), `ALTER TABLE response DROP CONSTRAINT broken`)
	b.Must(err)
	typed.Set("do", "next")
	b.post(page, typed).mustBe(http.StatusOK, "/page/2") // what the browser kept is sent again
	if a := b.answers()["q5_01"]; *a.Code != 4 {
		t.Errorf("stored %+v", a)
	}
}

// "Potential lost responses on first page", and loss when an unfinished survey is loaded.
func TestTheFirstPageIsStoredBeforeAnybodyGoesOn_LimeSurvey14951(t *testing.T) {
	s := open(t)
	b := s.browser().start(responsetest.Business)
	typed := b.fields(b.byID("answers"))
	typed.Set("q5_01", "4")
	b.post(b.at.Path+"/save", typed) // and the browser is closed
	later := s.browser().start(responsetest.Business)
	if !has(later.byID("q5_01-4"), "checked") {
		t.Fatal("the answer on the first page is lost")
	}
	later.press("next", nil).press("next", form("q5_11", "2")).get("/r/" + later.id() + "/review")
	later.mustShow("Väl").sends()
	if a := later.answers(); *a["q5_01"].Code != 4 || *a["q5_11"].Code != 2 {
		t.Errorf("stored %+v", a)
	}
}

// Responses appeared six days late.
func TestAnAnswerCountsTheMomentItIsSentIn_Formbricks5608(t *testing.T) {
	s := open(t)
	b := s.browser().start(responsetest.Business)
	b.press("next", form("q5_01", "4"))
	s.agrees(0)
	b.sends()
	s.agrees(1)
}

// {finished: true, data: {}} was accepted, whatever the survey asked.
func TestNothingAnsweredIsNothingSentIn_Formbricks8431(t *testing.T) {
	s := open(t)
	b := s.browser().start(responsetest.Business)
	id := b.id()
	b.get("/r/" + id + "/review")
	revision := b.fields(b.find(func(n *html.Node) bool { return strings.HasSuffix(attr(n, "action"), "/submit") }))
	revision.Set("finished", "true")
	revision.Set("data", "{}")
	b.post("/r/"+id+"/submit", revision).mustBe(http.StatusOK, "/review").mustShow("inte svarat på någon fråga")
	s.agrees(0)
	// The same validator stands behind the page, whatever order things are sent in.
	b.post("/r/"+id+"/page/1", form("revision", revision.Get("revision"), "shown", "q5_01 q5_04", "q5_01", "6", "q5_04", "1e3")).
		mustBe(http.StatusUnprocessableEntity, "/page/1")
	if a := b.answers(); len(a) != 0 {
		t.Errorf("stored %+v", a)
	}
}

// A survey for 500 answers closed when 500 had begun.
func TestWhoHasBegunIsNotCountedAsAnswered_Formbricks8673(t *testing.T) {
	s := open(t)
	for _, person := range []string{responsetest.Business, responsetest.Procurer, responsetest.Politician} {
		s.browser().start(person)
	}
	s.agrees(0)
	b := s.browser().start(responsetest.English)
	b.press("next", form("q5_01", "4"))
	b.sends()
	s.agrees(1)
	counts, err := s.Responses.Counts(t.Context(), s.Campaign.ID)
	s.Must(err)
	if c := counts["business"]; c.Started() != 2 || c.Submitted != 1 || c.Draft != 1 {
		t.Errorf("of the firms %+v", c)
	}
	s.browser().start(responsetest.Developer).mustBe(http.StatusOK, "/page/1")
}

// Four identical copies of one submission.
func TestSendingInFourTimesAtOnceIsOneAnswer_Kobo441(t *testing.T) {
	s := open(t)
	b := s.browser().start(responsetest.Business)
	b.press("next", form("q5_01", "4"))
	id := b.id()
	b.get("/r/" + id + "/review")
	revision := b.fields(b.find(func(n *html.Node) bool { return strings.HasSuffix(attr(n, "action"), "/submit") }))
	receipts := make([]string, 4)
	var wg sync.WaitGroup
	for i := range receipts {
		wg.Go(func() {
			other := *b
			receipts[i] = other.post("/r/"+id+"/submit", revision).text()
		})
	}
	wg.Wait()
	for _, r := range receipts {
		if r != receipts[0] || !strings.Contains(r, "Referensnummer") {
			t.Errorf("receipts differ:\n%s\n%s", receipts[0], r)
		}
	}
	s.agrees(1)
}

// Drafts vanished with the browser's data.
func TestADraftOutlivesTheBrowsersData_Kobo5121(t *testing.T) {
	s := open(t)
	s.browser().start(responsetest.Business).press("next", form("q5_01", "4"))
	b := s.browser().start(responsetest.Business) // no cookie, nothing kept
	b.mustBe(http.StatusOK, "/page/2").get("/r/" + b.id() + "/page/1")
	if !has(b.byID("q5_01-4"), "checked") {
		t.Error("the draft is lost")
	}
}

// A draft could not be submitted, and saving it as a draft had deleted parts of it.
func TestADraftOfThreeWeeksIsSentInWhole_EUSurvey6974(t *testing.T) {
	s := open(t)
	b := s.browser().start(responsetest.Business)
	for !strings.HasSuffix(b.at.Path, "/review") {
		b.press("next", everything[(pageOf(b)-1)%len(everything)])
	}
	draft := b.answers()
	s.Clock.Advance(21 * 24 * time.Hour)
	b.sends()
	for id, a := range draft {
		if got := b.answers()[id]; len(response.Differing(questionnaire.Answers{id: a}, questionnaire.Answers{id: got}, []string{id})) > 0 {
			t.Errorf("%s was %+v and is %+v", id, a, got)
		}
	}
	s.agrees(1)
}

// 553 submissions counted, 99 visible.
func TestWhatIsCountedIsWhatIsListedAndExported_HeyForm117(t *testing.T) {
	s := open(t)
	var all []*browser
	for _, person := range []string{responsetest.Business, responsetest.Procurer, responsetest.Politician, responsetest.English} {
		b := s.browser().start(person)
		b.press("next", form("q5_01", "4"))
		all = append(all, b)
	}
	for i, b := range all[:3] {
		b.sends()
		s.agrees(i + 1)
	}
	all[0].post("/r/"+all[0].id()+"/correct", nil) // counts as it was
	s.agrees(3)
	all[1].post("/r/"+all[1].id()+"/withdraw", form("confirm", "yes")) // is out of every count at once
	s.agrees(2)
	for _, row := range s.sentIn() {
		if row.ID == all[1].id() {
			t.Error("what was withdrawn is listed")
		}
	}
}

// Answers to relabelled choices fell among "Other values found".
func TestARelabelledOptionIsStillTheSameAnswer_Formbricks2318(t *testing.T) {
	s := open(t)
	b := s.browser().start(responsetest.Procurer)
	b.press("next", form("q5_02", "1"))
	doc, err := json.Marshal(s.Definition)
	s.Must(err)
	var relabelled questionnaire.Definition
	s.Must(json.Unmarshal([]byte(strings.ReplaceAll(string(doc), "Ja, det är beslutat", "Ja, beslutat av fullmäktige")), &relabelled))
	_, created, err := s.Surveys.Register(t.Context(), &relabelled, "s5.yaml")
	s.Must(err)
	if !created {
		t.Fatal("nothing was relabelled")
	}
	b.sends().get("/r/" + b.id() + "/answers").mustShow("Ja, det är beslutat") // as it was asked
	rows := s.sentIn()
	if len(rows) != 1 || rows[0].VersionID != s.Campaign.VersionID || *rows[0].Answers["q5_02"].Code != 1 {
		t.Errorf("%+v", rows)
	}
	s.agrees(1)
}

// Whatever is wrong with what a program sends in a browser's name: it is told, and nothing changes.
func TestBadInputGetsAClearAnswerAndChangesNothing(t *testing.T) {
	s := open(t)
	other := s.browser().start(responsetest.Procurer)
	b := s.browser().start(responsetest.Business)
	b.press("next", form("q5_01", "4"))
	id := b.id()
	before := s.Dump()
	revision := form("shown", "q5_01 q5_04", "do", "next", "revision", "2", "base", "none")
	with := func(pairs ...string) url.Values {
		v := form(pairs...)
		for name, values := range revision {
			v[name] = append(v[name], values...)
		}
		return v
	}
	fields := with()
	for i := range 3000 {
		fields.Add("q5_01."+strings.Repeat("x", i%7), "1")
	}
	for name, c := range map[string]struct {
		path   string
		form   url.Values
		status int
		says   string
	}{
		"stale revision":      {"/r/" + id + "/page/1", form("shown", "q5_01", "q5_01", "2", "revision", "1", "base", "old", "do", "next"), http.StatusConflict, "inte sparade än"},
		"another's response":  {"/r/" + other.id() + "/page/1", with("q5_01", "2"), http.StatusForbidden, "inte sparat"},
		"no such page":        {"/r/" + id + "/page/99", with("q5_01", "2"), http.StatusNotFound, ""},
		"enormous body":       {"/r/" + id + "/page/1", with("q5_18", strings.Repeat("x", 300<<10)), http.StatusRequestEntityTooLarge, "större än vad som tas emot"},
		"thousands of fields": {"/r/" + id + "/page/1", fields, http.StatusUnprocessableEntity, "fler fält än någon sida"},
		"stale submission":    {"/r/" + id + "/submit", form("revision", "1"), http.StatusOK, "Granska dem en gång till"},
		"no revision":         {"/r/" + id + "/submit", nil, http.StatusOK, "Granska dem en gång till"},
	} {
		t.Run(name, func(t *testing.T) {
			b.post(c.path, c.form)
			if b.status != c.status || !strings.Contains(b.text(), c.says) {
				t.Errorf("%d:\n%s", b.status, b.text())
			}
			if after := s.Dump(); after != before {
				t.Error("something was written")
			}
		})
	}
	// What is wrong with one answer is said at that question; the rest of the page is kept.
	for name, c := range map[string]struct{ name, value, says string }{
		"wrong code":     {"q5_01", "6", "finns inte i frågan"},
		"no code":        {"q5_01", "Väl", "finns inte i frågan"},
		"repeated field": {"q5_04", "3", "Välj bara ett"},
		"too large":      {"q5_04", "1000000", "Skriv ett tal från"},
	} {
		t.Run(name, func(t *testing.T) {
			b.get("/r/" + id + "/page/1")
			typed := b.fields(b.byID("answers"))
			typed.Set(c.name, c.value)
			if name == "repeated field" {
				typed.Add(c.name, "4")
			}
			typed.Set("do", "next")
			b.post("/r/"+id+"/page/1", typed).mustBe(http.StatusUnprocessableEntity, "/page/1").mustShow(c.says)
			if a := b.answers(); len(a) != 1 || *a["q5_01"].Code != 4 {
				t.Errorf("stored %+v", a)
			}
		})
	}
	t.Run("hidden question", func(t *testing.T) {
		b.get("/r/" + id + "/page/1")
		typed := b.fields(b.byID("answers"))
		typed.Set("shown", typed.Get("shown")+" q5_05")
		typed.Set("q5_05.a", "2")
		b.post("/r/"+id+"/page/1", typed)
		b.sends()
		if a := s.sentIn()[0].Answers; len(a) != 1 {
			t.Errorf("sent in %+v", a)
		}
	})
}

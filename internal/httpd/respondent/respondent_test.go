package respondent_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/response/responsetest"
)

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

// everything is one answer of every type, as the firm's pages send it.
var everything = []url.Values{
	form("q5_01", "4", "q5_04", "3", "q5_05.a", "2", "q5_05.c", "97", "q5_06", "98", "q5_08", "1"),
	form("q5_10.1", "2", "q5_10.2", "1", "q5_11", "2", "q5_12", "3", "q5_17", "1", "q5_18", "Enklare blanketter.\r\nFler dialoger."),
	form("bg_municipality", "2062", "bg_size", "3", "bg_bids", "2", "bg_etender", "2"),
	form("cl_bid_intent", "0", "cl_activity", "2"),
}

func (b *browser) answers() questionnaire.Answers {
	b.Helper()
	r, err := b.Responses.Find(b.Context(), b.id())
	b.Must(err)
	return r.Answers
}

func TestAPersonAnswersReviewsSubmitsAndGetsAReceipt(t *testing.T) {
	b := open(t).browser()
	b.get("/s/"+b.Token(responsetest.Business)).mustShow("Länsstyrelsen i Dalarnas län", "frivilligt", "ungefär 8 minuter",
		"Enligt offentlighetsprincipen kan svar begäras ut", "artikel 6.1 e", "konfidentiell, inte anonym")
	if strings.Contains(b.text(), "samtycke") {
		t.Error("answering does not rest on consent")
	}
	b.press("", nil).mustBe(http.StatusOK, "/page/1").mustShow("Del 1 av")
	if strings.Contains(b.body, b.Token(responsetest.Business)) || strings.Contains(b.at.String(), b.Token(responsetest.Business)) {
		t.Error("the token stands on a page after the start")
	}
	for n := 0; !strings.HasSuffix(b.at.Path, "/review"); n++ {
		if n > 12 {
			t.Fatalf("still at %s", b.at)
		}
		b.press("next", everything[(pageOf(b)-1)%len(everything)])
	}
	b.mustShow("Granska dina svar", "2. ", "Enklare blanketter.", "Mora", "Ingen erfarenhet")
	b.press("", nil).mustBe(http.StatusOK, "/receipt").mustShow("Tack", "Referensnummer", "ta tillbaka",
		"Lärseminarium om anbud , Rättvik, 12 mars 2019", "har inget med dina svar att göra")
	got := b.answers()
	two, three, four, eight := 2, 3, 4, 98
	num := 3.0
	zero := 0.0
	want := questionnaire.Answers{
		"q5_01":           {Code: &four},
		"q5_04":           {Number: &num},
		"q5_05":           {Rows: map[string]int{"a": 2, "c": 97}},
		"q5_06":           {Code: &eight},
		"q5_10":           {Codes: []int{2, 1}},
		"q5_12":           {Code: &three},
		"q5_17":           {Codes: []int{1}},
		"q5_18":           {Text: "Enklare blanketter.\nFler dialoger."},
		"bg_municipality": {Code: ptr(2062)},
		"bg_size":         {Code: &three},
		"bg_etender":      {Code: &two},
		"cl_bid_intent":   {Number: &zero},
		"cl_activity":     {Codes: []int{2}},
	}
	for id, answer := range want {
		if diff := cmp.Diff(answer, got[id]); diff != "" {
			t.Errorf("%s (-sent +stored):\n%s", id, diff)
		}
	}
}

func ptr(n int) *int { return &n }

func pageOf(b *browser) int {
	n := 0
	for _, c := range b.at.Path[strings.LastIndex(b.at.Path, "/")+1:] {
		n = n*10 + int(c-'0')
	}
	return n
}

// What is stored comes back into the controls, so a page sent again unchanged changes nothing.
func TestEveryTypeComesBackIntoItsControls(t *testing.T) {
	b := open(t).browser()
	b.start(responsetest.Business)
	for !strings.HasSuffix(b.at.Path, "/review") {
		b.press("next", everything[(pageOf(b)-1)%len(everything)])
	}
	before, id := b.answers(), b.id()
	for n := range everything {
		b.get("/r/"+id+"/page/"+string(rune('1'+n))).press("next", nil)
	}
	if diff := cmp.Diff(before, b.answers()); diff != "" {
		t.Errorf("an unchanged page changed answers (-before +after):\n%s", diff)
	}
	types := map[questionnaire.Type]bool{}
	for _, q := range b.Definition.Visible("business", before) {
		if a, ok := before[q.ID]; ok && !a.IsZero() {
			types[q.Type] = true
		}
	}
	for _, want := range questionnaire.Types {
		if !types[want] {
			t.Errorf("the journey answers no question of type %s", want)
		}
	}
}

func TestReadingAnyAddressWritesNothing(t *testing.T) {
	s := open(t)
	b := s.browser().start(responsetest.Business)
	b.press("next", everything[0])
	id := b.id()
	paths := []string{
		"/s/" + b.Token(responsetest.Business), "/s/" + b.Token(responsetest.Procurer), "/s/unknown",
		"/s/" + b.Token(responsetest.Procurer) + "?lang=en",
		"/r/" + id, "/r/" + id + "/page/1", "/r/" + id + "/page/2", "/r/" + id + "/review", "/r/" + id + "/receipt",
		"/r/" + id + "/answers", "/r/" + id + "/privacy", "/r/" + id + "/decline", "/r/" + id + "/page/99",
	}
	before := s.Dump()
	for _, reader := range []*browser{b, s.browser()} {
		for _, path := range paths {
			for _, method := range []string{http.MethodHead, http.MethodGet} {
				req, err := http.NewRequestWithContext(t.Context(), method, s.url+path, nil)
				s.Must(err)
				reader.do(req)
				if reader.status >= 500 {
					t.Errorf("%s %s: %d", method, path, reader.status)
				}
				if method == http.MethodHead && reader.body != "" {
					t.Errorf("HEAD %s has a body", path)
				}
				walk(reader.doc, func(n *html.Node) { // a scanner follows links, two levels deep
					if href := attr(n, "href"); n.Data == "a" && strings.HasPrefix(href, "/") {
						s.browser().get(href)
					}
				})
			}
		}
	}
	if diff := cmp.Diff(before, s.Dump()); diff != "" {
		t.Errorf("reading changed the database (-before +after):\n%s", diff)
	}
}

func TestAnUnknownLinkAndAMalformedOneGetTheSameAnswer(t *testing.T) {
	b := open(t).browser()
	known := b.Token(responsetest.Business)
	first := b.get("/s/"+strings.Repeat("A", len(known))).mustBe(http.StatusNotFound, "").mustShow("dialog@lansstyrelsen.example").text()
	for _, bad := range []string{"x", known[:len(known)-1], known + "x", "%00", strings.Repeat("å", 400)} {
		if b.get("/s/"+bad).mustBe(http.StatusNotFound, ""); b.text() != first {
			t.Errorf("%q gets another answer", bad)
		}
	}
}

func TestACookieOpensOneInvitationAlone(t *testing.T) {
	s := open(t)
	one := s.browser().start(responsetest.Business)
	two := s.browser().start(responsetest.Procurer)
	mine, others := one.id(), two.id()
	one.get("/r/"+others+"/page/1").mustBe(http.StatusForbidden, "").mustShow("öppna länken i mejlet igen")
	one.post("/r/"+others+"/page/1", form("shown", "q5_01", "q5_01", "1", "do", "next")).mustBe(http.StatusForbidden, "")
	one.start(responsetest.Procurer) // two invitations in one browser
	one.get("/r/"+mine+"/page/1").mustBe(http.StatusOK, "/page/1")
	one.get("/r/"+others+"/page/1").mustBe(http.StatusOK, "/page/1")
}

func TestAFollowUpQuestionIsShownBeforeGoingOn(t *testing.T) {
	b := open(t).browser().start(responsetest.Business)
	if b.byID("q5_05-q") == nil || !has(b.byID("q5_05-q"), "hidden") {
		t.Fatal("the follow-up question is not hidden at first")
	}
	b.press("next", form("q5_04", "2")).mustBe(http.StatusOK, "/page/1").mustShow("följdfråga", "Hur väl fungerar")
	if has(b.byID("q5_05-q"), "hidden") {
		t.Error("the follow-up question is still hidden")
	}
	b.press("next", form("q5_05.a", "5")).mustBe(http.StatusOK, "/page/2")
	if a := b.answers()["q5_05"]; a.Rows["a"] != 5 {
		t.Errorf("stored %+v", a)
	}
}

func TestInvalidInputIsExplainedAndEverythingTypedStays(t *testing.T) {
	b := open(t).browser().start(responsetest.Business)
	b.press("next", form("q5_01", "4", "q5_04", "många, kanske 7")).mustBe(http.StatusUnprocessableEntity, "/page/1")
	if !strings.HasPrefix(b.title(), "Fel: ") {
		t.Errorf("title %q", b.title())
	}
	summary := b.byID("errors")
	if summary == nil {
		t.Fatal("no error summary")
	}
	walk(summary, func(n *html.Node) {
		if n.Data == "a" && b.byID(strings.TrimPrefix(attr(n, "href"), "#")) == nil {
			t.Errorf("the summary links to %s, which is not on the page", attr(n, "href"))
		}
	})
	if got := attr(b.byID("q5_04"), "value"); got != "många, kanske 7" {
		t.Errorf("the field shows %q", got)
	}
	if a := b.answers()["q5_01"]; a.Code == nil || *a.Code != 4 {
		t.Errorf("the valid answer beside it was lost: %+v", a)
	}
	b.press("next", form("q5_04", "0")).mustBe(http.StatusOK, "/page/2")
}

func TestBackKeepsWhatWasTyped(t *testing.T) {
	b := open(t).browser().start(responsetest.Business)
	b.press("next", form("q5_01", "4")).mustBe(http.StatusOK, "/page/2")
	b.press("back", form("q5_11", "5")).mustBe(http.StatusOK, "/page/1")
	if a := b.answers()["q5_11"]; a.Code == nil || *a.Code != 5 {
		t.Errorf("stored %+v", a)
	}
}

func TestTheLinkResumesOnAnotherDevice(t *testing.T) {
	s := open(t)
	phone := s.browser().start(responsetest.Business)
	phone.press("next", form("q5_01", "4")).mustBe(http.StatusOK, "/page/2")
	laptop := s.browser()
	laptop.get("/s/"+s.Token(responsetest.Business)).mustShow("Fortsätt svara", "Du har börjat svara")
	laptop.press("", nil).mustBe(http.StatusOK, "/page/2")
	laptop.get("/r/" + laptop.id() + "/page/1")
	if !has(laptop.byID("q5_01-4"), "checked") {
		t.Error("the answer from the phone is not shown")
	}
}

func TestASecondTabIsToldAndNothingIsOverwritten(t *testing.T) {
	s := open(t)
	phone, laptop := s.browser().start(responsetest.Business), s.browser().start(responsetest.Business)
	phone.press("next", form("q5_01", "4"))
	laptop.press("next", form("q5_01", "2")).mustBe(http.StatusConflict, "/page/1").
		mustShow("inte sparade än", "Sparat från en annan flik eller enhet: Väl")
	if !has(laptop.byID("q5_01-2"), "checked") {
		t.Error("what was chosen on the laptop is lost")
	}
	if a := laptop.answers()["q5_01"]; *a.Code != 4 {
		t.Errorf("overwritten: %d", *a.Code)
	}
	laptop.press("next", nil).mustBe(http.StatusOK, "/page/2") // now she knows
	if a := laptop.answers()["q5_01"]; *a.Code != 2 {
		t.Errorf("her decision was not stored: %d", *a.Code)
	}
}

func TestSubmittingTwiceShowsTheSameReceipt(t *testing.T) {
	s := open(t)
	b := s.browser().start(responsetest.Business)
	b.press("next", form("q5_01", "4"))
	b.get("/r/" + b.id() + "/review")
	revision := b.fields(b.find(func(n *html.Node) bool { return strings.HasSuffix(attr(n, "action"), "/submit") }))
	first := b.post("/r/"+b.id()+"/submit", revision).mustBe(http.StatusOK, "/receipt").text()
	second := b.post("/r/"+b.id()+"/submit", revision).mustBe(http.StatusOK, "/receipt").text()
	if first != second {
		t.Errorf("receipts differ:\n%s\n%s", first, second)
	}
	b.post("/r/"+b.id()+"/page/1", form("shown", "q5_01", "q5_01", "1", "do", "next")).mustBe(http.StatusOK, "/receipt")
	if a := b.answers()["q5_01"]; *a.Code != 4 {
		t.Error("a final answer was changed")
	}
	other := s.browser().get("/s/" + s.Token(responsetest.Business)).mustShow("Tack, dina svar är inskickade")
	other.press("", nil).mustBe(http.StatusOK, "/answers").mustShow("Dina svar", "Väl")
}

func TestWhatIsSentInCanBeChangedUntilTheSurveyCloses(t *testing.T) {
	b := open(t).browser().start(responsetest.Business)
	b.press("next", form("q5_01", "4"))
	b.get("/r/"+b.id()+"/review").press("", nil).mustBe(http.StatusOK, "/receipt")
	b.get("/r/"+b.id()+"/answers").press("", nil).mustBe(http.StatusOK, "/review").mustShow("De gamla räknas tills du skickar in igen")
	b.get("/r/"+b.id()+"/page/1?from=review").press("next", form("q5_01", "2")).mustBe(http.StatusOK, "/review")
	b.press("", nil).mustBe(http.StatusOK, "/receipt")
	if a := b.answers()["q5_01"]; *a.Code != 2 {
		t.Errorf("stored is %d", *a.Code)
	}
	b.post("/r/"+b.id()+"/correct", nil).mustBe(http.StatusOK, "/review")
	b.post("/r/"+b.id()+"/keep", nil).mustBe(http.StatusOK, "/answers").mustShow("står kvar som du skickade in dem")
	b.Clock.Advance(60 * 24 * time.Hour)
	b.get("/r/" + b.id() + "/answers").mustShow("Dina svar")
	b.post("/r/"+b.id()+"/correct", nil).mustShow("stängd")
}

func TestWithdrawingAsksFirstAndLeavesNothing(t *testing.T) {
	b := open(t).browser().start(responsetest.Business)
	b.press("next", form("q5_01", "4"))
	b.get("/r/"+b.id()+"/review").press("", nil)
	b.get("/r/" + b.id() + "/answers").mustShow("Ändra mina svar")
	b.post("/r/"+b.id()+"/withdraw", nil).mustBe(http.StatusUnprocessableEntity, "/withdraw").mustShow("Kryssa i rutan")
	b.post("/r/"+b.id()+"/withdraw", form("confirm", "yes")).mustBe(http.StatusOK, "/answers").mustShow("Du har tagit tillbaka dina svar")
	r, err := b.Responses.Find(t.Context(), b.id())
	b.Must(err)
	if r.State != response.Withdrawn || len(r.Answers) != 0 {
		t.Errorf("%+v", r)
	}
	b.get("/s/"+b.Token(responsetest.Business)).mustShow("Du har tagit tillbaka dina svar").
		press("", nil).mustBe(http.StatusOK, "/page/1")
}

func TestAClosedCampaignSaysSoAndTakesNothing(t *testing.T) {
	s := open(t)
	b := s.browser().start(responsetest.Business)
	page := b.at.Path
	s.Clock.Set(s.Campaign.ClosesAt.Add(distribution.LateGrace))
	b.press("next", form("q5_01", "4")).mustBe(http.StatusGone, "/page/1").mustShow("Enkäten är stängd", "har inte sparats", "dialog@lansstyrelsen.example")
	b.get(page).mustShow("Enkäten är stängd")
	b.get("/s/" + s.Token(responsetest.Procurer)).mustShow("Enkäten är stängd")
	b.post("/s/"+s.Token(responsetest.Procurer)+"/start", nil).mustShow("Enkäten är stängd")
	inv, _, err := s.Distribution.Invitation(t.Context(), s.Invited[responsetest.Business].ID)
	s.Must(err)
	if inv.LateAt == nil {
		t.Error("nobody knows that an answer came late")
	}
}

func TestWhatStandsOnThePageWhenTheSurveyClosesIsKeptAsLate(t *testing.T) {
	s := open(t)
	b := s.browser().start(responsetest.Business)
	s.Clock.Set(s.Campaign.ClosesAt.Add(time.Minute))
	b.press("next", form("q5_01", "4")).mustShow("Enkäten har stängt", "sparas som sent")
	b.get("/s/"+s.Token(responsetest.Business)).mustShow("Enkäten har stängt", "Fortsätt")
	id := b.press("", nil).id()
	b.get("/r/" + id + "/review").mustShow("Enkäten har stängt")
	revision := b.fields(b.find(func(n *html.Node) bool { return strings.HasSuffix(attr(n, "action"), "/submit") }))
	b.post("/r/"+id+"/submit", revision).mustBe(http.StatusOK, "/receipt").mustShow("sparat som sent")
	if r, err := s.Responses.Find(t.Context(), id); err != nil || !r.Late || len(r.Answers) != 1 {
		t.Errorf("stored: %+v %v", r, err)
	}
	// Nobody new is let in, but where the team receives late answers.
	b.get("/s/" + s.Token(responsetest.Procurer)).mustShow("Enkäten är stängd")
	until := s.Campaign.ClosesAt.AddDate(0, 0, 2)
	s.Must(s.Distribution.SetLateUntil(t.Context(), s.Campaign.ID, &until))
	b.get("/s/"+s.Token(responsetest.Procurer)).mustShow("Du kan ändå svara nu", "Börja")
}

func TestDecliningIsAPostThatCanBeUndone(t *testing.T) {
	s := open(t)
	b := s.browser()
	link := "/s/" + s.Token(responsetest.Developer)
	b.post(link+"/decline", nil).mustShow("Du har tackat nej", "svarar du genom samma länk").press("", nil).mustShow("Börja svara")
	b.press("", nil).get("/r/"+b.id()+"/decline").press("", nil).mustShow("Du har tackat nej").
		press("", nil).mustBe(http.StatusOK, "/page/1")
}

func TestEachGroupGetsItsOwnWords(t *testing.T) {
	s := open(t)
	s.browser().start(responsetest.Politician).mustShow("Har din kommun eller region ett beslutat styrdokument")
	p := s.browser().start(responsetest.Procurer).mustShow("Har din organisation ett beslutat styrdokument")
	if strings.Contains(p.text(), "företaget deltagit") {
		t.Error("a procurer reads the firms' question")
	}
	s.browser().start(responsetest.English).mustShow("Part 1 of", "How well do you know", "Save and continue")
}

func TestTheLanguageSwitchKeepsAnswersAndStaysOnThePage(t *testing.T) {
	b := open(t).browser().start(responsetest.Business)
	b.press("lang-en", form("q5_01", "4")).mustBe(http.StatusOK, "/page/1").mustShow("Part 1 of")
	if !has(b.byID("q5_01-4"), "checked") {
		t.Error("the answer is gone")
	}
	b.press("next", nil).mustBe(http.StatusOK, "/page/2").mustShow("Part 2 of")
	b.get("/r/"+b.id()+"/review").mustShow("Review your answers", "Well")
	b.post("/r/"+b.id()+"/language", form("lang", "sv", "to", "/r/"+b.id()+"/review")).mustBe(http.StatusOK, "/review").mustShow("Granska")
	b.post("/r/"+b.id()+"/language", form("lang", "sv", "to", "https://elsewhere.example/"))
	if b.at.Host != strings.TrimPrefix(b.url, "http://") {
		t.Errorf("sent to %s", b.at)
	}
}

var optionTexts = regexp.MustCompile(`<option value="(\d+)">`)

func TestARandomOrderIsTheSameAtEveryVisitAndDiffersBetweenPeople(t *testing.T) {
	s := open(t)
	order := func(b *browser) string {
		b.get("/r/" + b.id() + "/page/2")
		return strings.Join(optionTexts.FindAllString(b.body, 12), "")
	}
	one := s.browser().start(responsetest.Business)
	first := order(one)
	if again := order(s.browser().start(responsetest.Business)); again != first {
		t.Error("another device shows another order")
	}
	differs := false
	for _, address := range []string{responsetest.Procurer, responsetest.English, responsetest.Developer, responsetest.Politician} {
		differs = differs || order(s.browser().start(address)) != first
	}
	if !differs {
		t.Error("everybody gets the same order")
	}
}

func TestTheScriptSavesAndIsToldWhatToShow(t *testing.T) {
	b := open(t).browser().start(responsetest.Business)
	fields := b.fields(b.byID("answers"))
	fields.Set("q5_04", "2")
	b.post(b.at.Path+"/save", fields)
	for _, want := range []string{`"saved":"Sparat `, `"revision":2`, `"q5_05"`} {
		if !strings.Contains(b.body, want) {
			t.Errorf("%s lacks %s", b.body, want)
		}
	}
	b.post(strings.TrimSuffix(b.at.Path, "/save")+"/save", form("revision", "1", "base", "old", "shown", "q5_04", "q5_04", "9"))
	if b.status != http.StatusConflict {
		t.Errorf("a stale save got %d: %s", b.status, b.body)
	}
}

// The respondent's phone may be on a slow line: the first page costs at most 30 kB and four
// requests, a later one 12 kB, all compressed.
func TestPagesAreLight(t *testing.T) {
	b := open(t).browser()
	b.get("/s/" + b.Token(responsetest.Business))
	requests, weight := 1, b.weigh(b.at.Path)
	for _, asset := range assetsOf(b) {
		requests++
		weight += b.weigh(asset)
	}
	if requests > 4 || weight > 30_000 {
		t.Errorf("the first page costs %d requests and %d bytes", requests, weight)
	}
	t.Logf("first page: %d requests, %d bytes", requests, weight)
	seen := assetsOf(b)
	b.press("", nil)
	for n := 1; n <= len(b.Definition.Pages("business")); n++ {
		path := "/r/" + b.id() + "/page/" + string(rune('0'+n))
		weight = b.get(path).weigh(path)
		for _, asset := range assetsOf(b) {
			if !strings.Contains(strings.Join(seen, " "), asset) {
				weight += b.weigh(asset)
				seen = append(seen, asset)
			}
		}
		t.Logf("page %d: %d bytes", n, weight)
		if weight > 12_000 {
			t.Errorf("page %d costs %d bytes", n, weight)
		}
	}
}

func assetsOf(b *browser) (paths []string) {
	walk(b.doc, func(n *html.Node) {
		switch n.Data {
		case "link":
			paths = append(paths, attr(n, "href"))
		case "script", "img":
			paths = append(paths, attr(n, "src"))
		}
	})
	return paths
}

// weigh is the number of bytes of the compressed answer's head and body.
func (b *browser) weigh(path string) int {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, b.url+path, nil)
	b.Must(err)
	req.Header.Set("Accept-Encoding", "gzip")
	res, err := b.client.Do(req)
	b.Must(err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	b.Must(err)
	if res.StatusCode != http.StatusOK {
		b.Errorf("%s: %d", path, res.StatusCode)
	}
	if res.Header.Get("Content-Encoding") == "gzip" {
		if _, err := gzip.NewReader(strings.NewReader(string(raw))); err != nil {
			b.Error(err)
		}
	}
	var head strings.Builder
	b.Must(res.Header.Write(&head))
	return len(raw) + head.Len()
}

func TestPersonalPagesAreNeitherCachedNorIndexedNorReferred(t *testing.T) {
	b := open(t).browser().start(responsetest.Business)
	for name, want := range map[string]string{"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"} {
		if got := b.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if csp := b.header.Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") {
		t.Error(csp)
	}
	for _, forbidden := range []string{"style=", "onclick=", "onchange=", "<script>"} {
		if strings.Contains(b.body, forbidden) {
			t.Errorf("the page holds %s, which the content policy blocks", forbidden)
		}
	}
}

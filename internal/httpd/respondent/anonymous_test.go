package respondent_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/response/responsetest"
	"upphandlingsdialog/internal/token"
)

// crowd is a file of persons in two groups.
func crowd(each int) string {
	file := "name,email,group,language\n"
	for i := range each {
		file += fmt.Sprintf("Upphandlare %[1]d,upphandlare%[1]d@x.example,procurer,sv\nFöretagare %[1]d,foretagare%[1]d@y.example,business,sv\n", i)
	}
	return file
}

// spring is a campaign under way with an insider who watches it.
type spring struct {
	*site
	insider
	chance *rand.Rand
	log    *bytes.Buffer
	links  []string          // tokens of personal links, as mailed
	truth  map[string]string // the invitation of each response
	key    token.Key         // of the campaign, while it was open; not the insider's in the end
}

const answering = 40 // of the invited

// campaign lets people answer in a random order, with a night, refusals and the reminder in between, and
// gives the insider a copy of everything after each act.
func campaign(t *testing.T, mode string) *spring {
	t.Helper()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	s := &spring{chance: rand.New(rand.NewPCG(seed, 0)), log: &bytes.Buffer{}, truth: map[string]string{}}
	s.made = map[string][]string{}
	w := responsetest.With(t, "s5", crowd(26), func(c *distribution.Campaign) {
		c.Mode, c.Groups = mode, []string{people.Procurer, people.Business}
	})
	s.site = serve(t, w, slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	s.keys = append(s.keys, w.Key)
	if mode == distribution.Anonymous {
		var err error
		s.key, err = token.ReadKey(w.KeyFile())
		w.Must(err)
	}
	s.send()
	s.links = mailedLinks(w)
	s.chance.Shuffle(len(s.links), func(i, j int) { s.links[i], s.links[j] = s.links[j], s.links[i] })
	s.answerAll()
	s.Clock.Advance(2 * time.Hour)
	s.Must(s.Responses.Close(t.Context(), s.Campaign.ID))
	s.Must(s.Responses.MixJob(t.Context(), response.MixArgs{}))
	s.copy()
	s.insider.log = s.log.String()
	return s
}

func (s *spring) send() {
	s.Helper()
	_, err := s.Distribution.Drain(s.Context())
	s.Must(err)
	s.copy()
}

func (s *spring) copy() {
	s.Helper()
	d, err := takeDump(s.DB)
	s.Must(err)
	s.dumps = append(s.dumps, sorted(d, s.Campaign.ID))
}

var personalLink = regexp.MustCompile(`/s/([A-Za-z0-9_-]{43})$`)

func mailedLinks(w *responsetest.World) []string {
	var links []string
	for _, l := range w.Post.Letters() {
		if m := personalLink.FindStringSubmatch(l.Button.URL); m != nil {
			links = append(links, m[1])
		}
	}
	return links
}

// answerAll interleaves the acts of everybody.
func (s *spring) answerAll() {
	s.Helper()
	type person struct {
		*browser
		link string
		acts int
	}
	var all []*person
	for _, link := range s.links[:answering] {
		all = append(all, &person{browser: s.browser(), link: link})
	}
	quiet := s.links[answering:]
	total, done := 3*answering, 0
	for ; len(all) > 0; done++ {
		s.Clock.Advance(time.Duration(1+s.chance.IntN(25)) * time.Minute)
		k := s.chance.IntN(len(all))
		p := all[k]
		switch p.acts++; p.acts {
		case 1:
			p.get("/s/"+p.link).press("", nil).mustBe(http.StatusOK, "/page/1")
			inv, _, err := s.Distribution.InvitationByToken(s.Context(), p.link)
			s.Must(err)
			s.truth[p.id()] = inv.ID
		case 2:
			p.press("next", form("q5_01", fmt.Sprint(1+s.chance.IntN(5)), "q5_04", fmt.Sprint(s.chance.IntN(9))))
		default:
			p.get("/r/"+p.id()+"/review").press("", nil).mustBe(http.StatusOK, "/receipt")
			all = append(all[:k], all[k+1:]...)
		}
		s.copy()
		switch done { // other things happen too
		case total / 4, total / 3:
			s.browser().post("/s/"+quiet[0]+"/decline", nil).mustBe(http.StatusOK, "")
			quiet = quiet[1:]
			s.copy()
		case total / 2:
			_, err := s.Distribution.Remind(s.Context(), s.Campaign.ID)
			s.Must(err)
			s.send()
		case total * 2 / 3:
			s.Must(s.Responses.MixJob(s.Context(), response.MixArgs{})) // the night
			s.copy()
		}
	}
}

// lucky is the most hits that an insider has by luck. In each of the two groups one hit is expected of any
// way of guessing; the chance of more than fifteen among forty is below one in a thousand million.
const lucky = 15

// LimeSurvey #14302 and #20192, and its order and time leaks: who can read everything that is stored,
// backed up and logged still cannot tell whose answers they are.
func TestAnInsiderWithDumpsLogsBackupsAndKeysCannotTellWhoAnsweredWhat(t *testing.T) {
	s := campaign(t, distribution.Anonymous)
	last := s.dumps[len(s.dumps)-1]
	if len(s.truth) != answering {
		t.Fatalf("%d responses", len(s.truth))
	}
	if _, err := os.Stat(s.KeyFile()); err == nil {
		t.Fatal("the campaign's key outlived the campaign")
	}
	for n, d := range s.dumps {
		if hits := s.byValue(d).hits(s.truth); hits > lucky {
			t.Fatalf("copy %d: equal values and hashes tell %d of %d", n, hits, answering)
		}
	}
	if hits := s.byDifference().hits(s.truth); hits > lucky {
		t.Errorf("what changed between copies tells %d of %d", hits, answering)
	}
	for _, within := range []uint64{0, 1, 3, 10} {
		if hits := s.byTransaction(within).hits(s.truth); hits > lucky {
			t.Errorf("transactions within %d of each other tell %d of %d", within, hits, answering)
		}
	}
	for _, d := range []dump{s.dumps[len(s.dumps)/2], s.dumps[len(s.dumps)-2], last} {
		for name, a := range s.byOrder(d, s.truth) {
			if hits := a.guess.hits(s.truth); hits > lucky || math.Abs(a.together) > 5 {
				t.Errorf("the orders %s tell %d of %d (%.1f)", name, hits, answering, a.together)
			}
		}
	}
	if g := s.byLog(last); len(g) > 0 {
		t.Errorf("the log names invitations and responses: %v", g)
	}
	s.nothingInTheLog()
	s.nothingByPlace(last)

	// The attack is right: with the key, which is gone, it would tell all of them.
	s.keys, s.made = append(s.keys, s.key), map[string][]string{}
	if hits := s.byValue(last).hits(s.truth); hits < answering-1 {
		t.Errorf("even with the key the insider tells only %d of %d: the attack is too weak to prove anything", hits, answering)
	}
}

// nothingInTheLog: no address, no secret, and no id that leads to a person or to answers.
func (s *spring) nothingInTheLog() {
	s.Helper()
	text := s.log.String()
	if strings.Count(text, "msg=request") < 3*answering {
		s.Fatal("the log is too short to tell anything")
	}
	secrets := append([]string{"127.0.0.1", "[::1]", "@x.example", "@y.example"}, s.links...)
	for r, i := range s.truth {
		secrets = append(secrets, r, i)
	}
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			s.Errorf("the log holds %s", secret)
		}
	}
}

// nothingByPlace: after closing all responses were written by one transaction, in the order of their ids.
func (s *spring) nothingByPlace(d dump) {
	s.Helper()
	made, last, lastPlace := map[string]bool{}, "", ""
	for _, r := range d.responses { // by id
		for _, x := range r.rows {
			if x.table != "response" {
				s.Errorf("a row of %s names a response", x.table)
				continue
			}
			made[x.values["xmin"]] = true
			if x.values["ctid"] < lastPlace {
				s.Errorf("response %s lies before %s", r.id, last)
			}
			last, lastPlace = r.id, x.values["ctid"]
			for column, v := range x.values {
				if strings.HasSuffix(column, "_at") && !strings.Contains(v, "T23:00:00") && !strings.Contains(v, "T22:00:00") && !strings.Contains(v, "T00:00:00") {
					s.Errorf("%s is as exact as %s", column, v)
				}
			}
		}
	}
	if len(made) != 1 {
		s.Errorf("the responses were written by %d transactions", len(made))
	}
}

// The same insider tells everybody in a confidential survey, by each way of looking on its own. So the
// test above can fail.
func TestTheSameInsiderTellsEverybodyInAConfidentialSurvey(t *testing.T) {
	s := campaign(t, distribution.Confidential)
	last := s.dumps[len(s.dumps)-1]
	if hits := s.byValue(last).hits(s.truth); hits < answering {
		t.Errorf("equal values tell %d of %d", hits, answering)
	}
	for n, d := range s.dumps { // as if the column that says it were not there
		for i, r := range d.rows {
			if id := r.values["invitation_id"]; r.table == "response" {
				delete(r.values, "invitation_id")
				d.rows[i].text = strings.ReplaceAll(r.text, id, "")
			}
		}
		s.dumps[n] = sorted(d.rows, s.Campaign.ID)
	}
	last = s.dumps[len(s.dumps)-1]
	const most = answering * 9 / 10
	if hits := s.byDifference().hits(s.truth); hits < most {
		t.Errorf("what changed between copies tells %d of %d", hits, answering)
	}
	if hits := s.byTransaction(0).hits(s.truth); hits < most {
		t.Errorf("transactions tell %d of %d", hits, answering)
	}
	hits, strongest := 0, 0.0
	for _, a := range s.byOrder(last, s.truth) {
		hits, strongest = max(hits, a.guess.hits(s.truth)), max(strongest, a.together)
	}
	if hits < most || strongest <= 5 {
		t.Errorf("the best orders tell %d of %d (%.1f)", hits, answering, strongest)
	}
}

func anonymous(t *testing.T) *site {
	t.Helper()
	return serve(t, responsetest.Anonymous(t, "s5"), slog.New(slog.DiscardHandler))
}

func TestAnAnonymousPersonAnswersReadsCorrectsAndWithdrawsByTheMailedLink(t *testing.T) {
	s := anonymous(t)
	link := "/s/" + s.Token(responsetest.Business)
	before := s.rowsOf("invitation", "outbox", "audit_event")
	b := s.browser()
	b.get(link).mustShow("Enkäten är anonym", "kan inte se vem som har svarat", "raderas när enkäten stänger")
	if strings.Contains(b.text(), "konfidentiell") {
		t.Error("an anonymous survey is called confidential")
	}
	b.press("", nil).mustBe(http.StatusOK, "/page/1")
	b.press("next", form("q5_01", "4")).mustBe(http.StatusOK, "/page/2").mustShow("Sparat 4 mars 2019")
	if r, ok, err := s.Responses.OfToken(t.Context(), s.Token(responsetest.Business)); err != nil || !ok || len(r.Prefill) > 0 || r.InvitationID != "" {
		t.Errorf("%+v %v %v", r, ok, err)
	}
	other := s.browser() // another device, the same draft
	other.get(link).mustShow("Fortsätt svara", "4 mars 2019").press("", nil).mustBe(http.StatusOK, "/page/2")
	id := other.id()
	other.get("/r/"+id+"/review").press("", nil).mustBe(http.StatusOK, "/receipt").mustShow("kan komma en påminnelse", "Inskickat 4 mars 2019.")
	b.get(link).mustShow("Inskickat 4 mars 2019.").press("", nil).mustBe(http.StatusOK, "/answers").mustShow("Svaren är anonyma")
	b.post("/r/"+id+"/correct", nil).mustBe(http.StatusOK, "/review").press("", nil).mustBe(http.StatusOK, "/receipt")
	b.get("/r/" + id + "/decline").mustShow("kan vi inte se vems svaren är")
	b.post("/r/"+id+"/decline", nil).mustBe(http.StatusOK, "/decline")
	b.post(link+"/decline", nil).mustBe(http.StatusConflict, "").mustShow("Ta tillbaka dem i stället")
	b.post("/r/"+id+"/withdraw", form("confirm", "yes")).mustShow("Svaren togs bort 4 mars 2019", "inte vems")
	b.get(link).mustShow("inte vems").press("", nil).mustBe(http.StatusOK, "/page/1") // anew
	s.Clock.Advance(30 * 24 * time.Hour)
	b.get("/r/" + id + "/page/1").mustShow("stängd")
	s.browser().post("/s/"+s.Token(responsetest.Procurer)+"/start", nil).mustShow("stängd") // too late, and not noted
	if diff := cmp.Diff(before, s.rowsOf("invitation", "outbox", "audit_event")); diff != "" {
		t.Errorf("answering left a trace beside the response (-before +after):\n%s", diff)
	}
}

// rowsOf is every row of the tables with the numbers of the transactions that wrote and held it.
func (s *site) rowsOf(tables ...string) map[string][]string {
	s.Helper()
	m := map[string][]string{}
	for _, table := range tables {
		var rows []string
		s.Must(s.DB.Select(&rows, `SELECT xmin::text || '/' || xmax::text || '/' || ctid::text || t::text FROM `+table+` t ORDER BY 1`))
		m[table] = rows
	}
	return m
}

func TestWhoDeclinedAnAnonymousSurveyMayAnswerAllTheSameAndNobodyNotesIt(t *testing.T) {
	s := anonymous(t)
	link := "/s/" + s.Token(responsetest.Business)
	b := s.browser()
	b.post(link+"/decline", nil).mustShow("Du har tackat nej", "Svara ändå")
	before := s.rowsOf("invitation", "audit_event")
	b.post(link+"/undecline", nil) // an old form
	b.press("", nil).mustBe(http.StatusOK, "/page/1").press("next", form("q5_01", "2"))
	b.get("/r/"+b.id()+"/review").press("", nil).mustBe(http.StatusOK, "/receipt")
	if diff := cmp.Diff(before, s.rowsOf("invitation", "audit_event")); diff != "" {
		t.Errorf("the change of mind left a trace:\n%s", diff)
	}
	st, err := s.Responses.Status(t.Context(), s.Campaign)
	s.Must(err)
	if st.Total.Codes[distribution.CodeRefused] > 0 && st.Total.Invited == st.Total.Codes[distribution.CodeRefused]+st.Total.Answered+4 {
		t.Errorf("one case is counted twice: %+v", st.Total)
	}
}

func TestAnOpenLinkAsksForTheGroupAndGivesALinkOfOnesOwn(t *testing.T) {
	s := anonymous(t)
	path := "/o/" + s.Campaign.OpenSlug
	b := s.browser()
	b.get("/o/"+strings.ToUpper(s.Campaign.OpenSlug)).mustBe(http.StatusOK, "").mustShow("öppen och anonym", "Vilken grupp")
	b.get(path).press("", nil).mustBe(http.StatusUnprocessableEntity, "").mustShow("Välj den grupp")
	b.press("", form("group", "astronaut")).mustBe(http.StatusUnprocessableEntity, "")
	b.press("", form("group", people.Business)).mustBe(http.StatusOK, "/page/1").mustShow("Din egen länk")
	own := ownLink(b)
	b.press("next", everything[0])
	id := b.id()

	phone := s.browser() // from another device
	phone.get(own).mustShow("öppen och anonym").press("", nil).mustBe(http.StatusOK, "/page/2").mustShow("Din egen länk")
	phone.get("/r/"+id+"/review").press("", nil).mustBe(http.StatusOK, "/receipt").mustShow("Din egen länk", "hör inte av oss")
	phone.get(own).mustShow("Referensnummer").press("", nil).mustBe(http.StatusOK, "/answers")
	phone.post("/r/"+id+"/withdraw", form("confirm", "yes")).mustShow("Svaren togs bort")
	phone.post(own+"/decline", nil).mustBe(http.StatusNotFound, "")

	s.Must(s.Distribution.SetOpenLink(t.Context(), s.Campaign.ID, false))
	s.browser().get(path).mustShow("tar inte emot fler svar")
	s.browser().post(path+"/start", form("group", people.Business)).mustShow("tar inte emot fler svar")
	phone.get(own).press("", nil).mustBe(http.StatusOK, "/page/1") // who has begun goes on
	s.browser().get("/o/nowhere").mustBe(http.StatusNotFound, "").mustShow("tecken för tecken")
}

// ownLink is the path of the link that the page shows.
func ownLink(b *browser) string {
	b.Helper()
	a := b.find(func(n *html.Node) bool { return n.Data == "a" && strings.Contains(attr(n, "href"), "/s/") })
	if a == nil {
		b.Fatalf("no link of one's own on %s:\n%s", b.at, b.text())
	}
	return strings.TrimPrefix(attr(a, "href"), "https://dialog.example")
}

func TestTheBrowserItselfRemembersThatSomebodyHasAnswered(t *testing.T) {
	s := anonymous(t)
	path := "/o/" + s.Campaign.OpenSlug
	b := s.browser()
	b.post(path+"/start", form("group", people.Business)).mustBe(http.StatusOK, "/page/1")
	first := b.id()
	b.get(path).mustShow("Någon har börjat svara").press("", nil).mustBe(http.StatusOK, "/page/1")
	if b.id() != first {
		t.Error("going on began another response")
	}
	b.press("next", form("q5_01", "2"))
	b.get("/r/"+first+"/review").press("", nil).mustBe(http.StatusOK, "/receipt")
	b.get(path).mustShow("redan skickat in svar från den här webbläsaren", "Svara för någon annan")
	b.post(path+"/continue", nil).mustBe(http.StatusOK, path) // the next one at this computer reads nothing
	b.post(path+"/start", form("group", people.Business)).mustBe(http.StatusOK, "/page/1")
	if b.id() == first {
		t.Error("somebody else got the first one's answers")
	}
	tally, err := s.Responses.OpenTally(t.Context(), s.Campaign.ID)
	s.Must(err)
	if tally.Total != (response.Count{Draft: 1, Submitted: 1}) {
		t.Errorf("counted %+v", tally.Total)
	}
}

// Formbricks limits writes by address: a shared session behind one municipality's address hits it.
func TestTwoHundredPeopleBehindOneAddressCanStartAtOnce(t *testing.T) {
	s := anonymous(t)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 25 {
				s.browser().post("/o/"+s.Campaign.OpenSlug+"/start", form("group", people.Business)).mustBe(http.StatusOK, "/page/1")
			}
		})
	}
	group.Wait()
	tally, err := s.Responses.OpenTally(t.Context(), s.Campaign.ID)
	s.Must(err)
	if tally.Total.Draft != 200 {
		t.Errorf("%d of 200 began", tally.Total.Draft)
	}
}

func TestTheLimitOfStartsIsThatOfOneOpenLink(t *testing.T) {
	s := anonymous(t)
	other := distribution.DefaultTexts()
	other.Name, other.VersionID, other.Groups, other.ClosesAt = "Annan affisch", s.Campaign.VersionID, []string{people.Business}, s.Clock.Now().AddDate(0, 1, 0)
	other.Invites, other.OpenLink = false, true
	other, err := s.Distribution.Create(t.Context(), other)
	s.Must(err)
	_, err = s.Distribution.Launch(t.Context(), other.ID)
	s.Must(err)
	b := s.browser()
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	start := func(slug string) int {
		b.post("/o/"+slug+"/start", form("group", people.Business))
		return b.status
	}
	for n := range openRate {
		if status := start(s.Campaign.OpenSlug); status != http.StatusSeeOther {
			t.Fatalf("start %d gets %d", n, status)
		}
	}
	if status := start(s.Campaign.OpenSlug); status != http.StatusTooManyRequests || b.header.Get("Retry-After") != "60" {
		t.Errorf("one too many gets %d", status)
	}
	b.mustShow("Vänta en minut")
	if status := start(other.OpenSlug); status != http.StatusSeeOther {
		t.Errorf("another link gets %d", status)
	}
	s.browser().start(responsetest.Business).mustBe(http.StatusOK, "/page/1") // nor are personal links concerned
	s.Clock.Advance(time.Minute)
	if status := start(s.Campaign.OpenSlug); status != http.StatusSeeOther {
		t.Errorf("a minute later the link gets %d", status)
	}
}

func TestReadingAnOpenLinkWritesNothing(t *testing.T) {
	s := anonymous(t)
	b := s.browser()
	b.post("/o/"+s.Campaign.OpenSlug+"/start", form("group", people.Business))
	own := ownLink(b)
	before := s.Dump()
	for range 3 {
		b.get("/o/" + s.Campaign.OpenSlug)
		s.browser().get("/o/" + s.Campaign.OpenSlug + "?lang=en")
		s.browser().get(own)
		s.browser().get("/s/" + s.Token(responsetest.Business))
	}
	if diff := cmp.Diff(before, s.Dump()); diff != "" {
		t.Errorf("reading changed the database:\n%s", diff)
	}
}

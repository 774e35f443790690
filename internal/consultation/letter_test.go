package consultation_test

import (
	"context"
	netmail "net/mail"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"upphandlingsdialog/internal/consultation"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/recommendation/recommendationtest"
	"upphandlingsdialog/internal/testkit"
	"upphandlingsdialog/internal/token"
)

// world is a panel of two, one of each language, and a mail server.
type world struct {
	*recommendationtest.World
	catcher *mail.Catcher
	outbox  *distribution.Service
	service *consultation.Service
	people  *people.Service
	id      string
	item    string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: recommendationtest.New(t)}
	w.Crowd(10)
	w.ImportSample()
	catcher, err := mail.NewCatcher("127.0.0.1:0", "", 0, w.Clock.Now)
	w.Must(err)
	serving, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	go func() { _ = catcher.Serve(serving) }()
	sender, err := mail.NewSender(catcher.URL(), netmail.Address{Name: "Länsstyrelsen", Address: "dialog@dialog.example"}, time.Now)
	w.Must(err)
	t.Cleanup(sender.Close)
	owner := i18n.Text{Sv: "Länsstyrelsen i Dalarnas län", En: "The County Administrative Board of Dalarna"}
	w.catcher, w.people = catcher, people.New(w.DB, w.Clock.Now)
	w.outbox = distribution.New(w.DB, w.Clock.Now, w.people, w.Surveys, sender, distribution.Config{BaseURL: "https://dialog.example",
		Key: token.Key{1}, Contact: "fraga@dialog.example", Owner: owner})
	w.service = consultation.New(w.DB, w.Clock.Now, w.people, w.outbox, w.Service, consultation.Config{BaseURL: "https://dialog.example",
		Key: token.Key{1}, Owner: owner, Contact: "fraga@dialog.example"})
	_, err = w.people.Import(t.Context(), strings.NewReader("name;email;group;organisation;language\nÅsa Ek;asa@panel.example;procurer;Mora kommun;sv\nJo Smith;jo@panel.example;business;Smith AB;en\n"))
	w.Must(err)
	r := w.Numbered("5.1")
	w.Must(w.Service.Move(t.Context(), r.ID, recommendation.Consultation))
	w.item = r.ID
	w.id, err = w.service.Plan(t.Context(), consultation.Draft{Name: "Remiss om område 5", Groups: []string{"procurer", "business"},
		Method: consultation.Threshold, MinBase: 7})
	w.Must(err)
	return w
}

// letters sends what waits and returns what came since the last time, by language.
func (w *world) letters() map[string]string {
	w.Helper()
	before := len(w.catcher.List(""))
	_, err := w.outbox.Drain(w.Context())
	w.Must(err)
	out := map[string]string{}
	for _, brief := range w.catcher.List("")[before:] {
		m, _ := w.catcher.Find(brief.ID)
		text := regexp.MustCompile(`/(c|u)/[\w-]{43}`).ReplaceAllString("Subject: "+m.Subject+"\n\n"+strings.ReplaceAll(m.Text, "\r\n", "\n"), "/$1/TOKEN")
		out[m.Header["Content-Language"]] = text
	}
	return out
}

func (w *world) golden(name string, letters map[string]string, languages ...string) {
	w.Helper()
	if len(letters) != len(languages) {
		w.Errorf("%s: letters in %d languages", name, len(letters))
	}
	for _, lang := range languages {
		testkit.Golden(w.T, name+"."+lang+".txt", letters[lang])
	}
}

func (w *world) request() consultation.Request {
	return consultation.Request{Items: []string{w.item}, ClosesAt: w.Clock.Now().AddDate(0, 0, 14)}
}

// opened is newWorld with a round that is open and whose invitations have come.
func opened(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	_, err := w.service.Open(t.Context(), w.id, w.request())
	w.Must(err)
	w.letters()
	return w
}

// rate answers for somebody of the panel, with another wording unless it is empty.
func (w *world) rate(email, proposal string) {
	w.Helper()
	b := w.ballot(email)
	w.Must(w.service.Rate(w.Context(), b, w.item, consultation.Form{Version: b.Items[0].Version,
		Scores: consultation.Scores{Agreement: 9, Importance: 8, Feasibility: 7}, Proposal: proposal}))
}

func (w *world) ballot(email string) consultation.Ballot {
	w.Helper()
	b, err := w.service.Ballot(w.Context(), w.link(email), i18n.Sv)
	w.Must(err)
	return b
}

func (w *world) link(email string) string {
	w.Helper()
	var id string
	w.Must(w.DB.GetContext(w.Context(), &id, `SELECT p.id FROM consultation_participant p JOIN person n ON n.id = p.person_id WHERE n.email = $1`, email))
	return strings.TrimPrefix(w.service.Link(id), "https://dialog.example/c/")
}

func TestTheLettersOfAConsultationReadAsIntended(t *testing.T) {
	w := newWorld(t)
	_, err := w.service.Open(t.Context(), w.id, w.request())
	w.Must(err)
	w.golden("invited", w.letters(), "sv", "en")
	w.rate("asa@panel.example", "")
	n, err := w.service.Remind(t.Context(), w.id)
	w.Must(err)
	if n != 1 {
		t.Errorf("%d reminders, want only the silent one's", n)
	}
	w.golden("reminded", w.letters(), "en")
	r, err := w.Service.Find(t.Context(), w.item)
	w.Must(err)
	r.Wording = i18n.Text{Sv: r.Wording.Sv + " Nu.", En: r.Wording.En + " Now."}
	w.Must(w.Service.Change(t.Context(), r, "Kortare"))
	_, err = w.service.Renew(t.Context(), w.id, w.item)
	w.Must(err)
	w.golden("changed", w.letters(), "sv")
	w.Must(w.service.Close(t.Context(), w.id))
	_, err = w.service.Open(t.Context(), w.id, w.request())
	w.Must(err)
	w.golden("again", w.letters(), "sv", "en")
}

func TestWhoProposedAnotherWordingIsToldOnceWhatBecameOfIt(t *testing.T) {
	w := opened(t)
	ctx := t.Context()
	w.rate("asa@panel.example", "Skriv ”bör pröva” i stället för ”bör besluta”.")
	w.rate("jo@panel.example", "Say who pays.")
	w.Must(w.service.Close(ctx, w.id))
	c, err := w.service.Find(ctx, w.id)
	w.Must(err)
	proposals, err := w.service.Proposals(ctx, c, consultation.Team)
	w.Must(err)
	for _, p := range proposals {
		r := consultation.Reply{Outcome: consultation.Partly, Summary: i18n.Text{Sv: "Pröva i stället för besluta.", En: "Consider instead of decide."},
			Answer: i18n.Text{Sv: "Första steget säger nu att frågan prövas. Beslutet står kvar, eftersom ansvaret annars blir otydligt.", En: "The first step says it."}}
		if p.Text == "Say who pays." {
			r.Outcome, r.Answer = consultation.Declined, i18n.Text{Sv: "Kostnaden är lokal.", En: "The cost differs between municipalities, so each decides who pays."}
		}
		w.Must(w.service.Answer(ctx, c, p.RatingID, r))
	}
	o, err := w.service.Conclusion(ctx, c)
	w.Must(err)
	if len(o.Letters) != 2 || o.Unanswered != 0 {
		t.Errorf("looking ahead: %+v", o)
	}
	w.Must(w.service.Conclude(ctx, w.id))
	if err := w.service.Conclude(ctx, w.id); !fault.Is(err, fault.Conflict) {
		t.Errorf("concluded twice: %v", err)
	}
	w.golden("answered", w.letters(), "sv", "en")
	if again := w.letters(); len(again) != 0 {
		t.Errorf("told again: %v", again)
	}
	var kept int
	w.Must(w.DB.Get(&kept, `SELECT count(*) FROM outbox WHERE payload::text LIKE '%Say who pays%'`))
	if kept != 0 {
		t.Error("the words of a proposal lie in the outbox")
	}
}

func TestWhoOnlyRatedOrHasLeftIsNotTold(t *testing.T) {
	w := opened(t)
	ctx := t.Context()
	w.rate("asa@panel.example", "")
	w.rate("jo@panel.example", "Say who pays.")
	w.Must(w.service.Leave(ctx, w.ballot("jo@panel.example"), true))
	w.Must(w.service.Close(ctx, w.id))
	c, err := w.service.Find(ctx, w.id)
	w.Must(err)
	o, err := w.service.Conclusion(ctx, c)
	w.Must(err)
	w.Must(w.service.Answer(ctx, c, o.Proposals[0].RatingID, consultation.Reply{Outcome: consultation.Noted,
		Summary: i18n.Text{Sv: "Vem betalar?", En: "Who pays?"}, Answer: i18n.Text{Sv: "Det är lokalt.", En: "It is local."}}))
	w.Must(w.service.Conclude(ctx, w.id))
	if got := w.letters(); len(got) != 0 {
		t.Errorf("a letter about no proposal: %v", got)
	}
}

func TestALetterWhoseReasonIsGoneDoesNotLeave(t *testing.T) {
	w := opened(t)
	if _, err := w.service.Remind(t.Context(), w.id); err != nil {
		t.Fatal(err)
	}
	w.rate("asa@panel.example", "") // after the reminder was queued, before it goes
	w.Must(w.service.Leave(t.Context(), w.ballot("jo@panel.example"), true))
	if got := w.letters(); len(got) != 0 {
		t.Errorf("letters to one who has answered and one who has left: %v", got)
	}
	if _, err := w.service.Remind(t.Context(), w.id); !fault.Is(err, fault.Conflict) {
		t.Errorf("a reminder to nobody: %v", err)
	}
}

func TestWhoStoppedOurMailIsNotAskedAndNobodyIsAskedTwice(t *testing.T) {
	w := newWorld(t)
	p, err := w.people.FindByEmail(t.Context(), "jo@panel.example")
	w.Must(err)
	w.Must(w.people.SetSuppressed(t.Context(), p.ID, true))
	o, err := w.service.Preview(t.Context(), w.id, w.request())
	w.Must(err)
	if len(o.Participants) != 1 || o.Stopped != 1 {
		t.Errorf("preview %+v", o)
	}
	_, err = w.service.Open(t.Context(), w.id, w.request())
	w.Must(err)
	if _, err := w.service.Open(t.Context(), w.id, w.request()); !fault.Is(err, fault.Conflict) {
		t.Errorf("opened twice: %v", err)
	}
	if n := len(w.letters()); n != 1 {
		t.Errorf("%d letters", n)
	}
}

func TestADraftThatIsNotOutIsNotAskedAbout(t *testing.T) {
	w := newWorld(t)
	r := w.Numbered("6.1")
	_, err := w.service.Open(t.Context(), w.id, consultation.Request{Items: []string{w.item, r.ID}, ClosesAt: w.Clock.Now().AddDate(0, 0, 9)})
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("a draft went out: %v", err)
	}
	var locked bool
	w.Must(w.DB.GetContext(t.Context(), &locked, `SELECT locked_at IS NOT NULL FROM consultation`))
	if locked {
		t.Error("the rule was locked by a round that did not open")
	}
}

func TestNothingThatAnOpenRoundAsksAboutIsDecidedWithdrawnSplitOrMerged(t *testing.T) {
	w := opened(t)
	ctx := t.Context()
	c, err := w.service.Find(ctx, w.id)
	w.Must(err)
	asked, err := w.Service.Find(ctx, c.Rounds[0].Items[0].RecommendationID)
	w.Must(err)
	list, err := w.Service.List(ctx, recommendation.Filter{})
	w.Must(err)
	other := list[slices.IndexFunc(list, func(r recommendation.Recommendation) bool { return r.ID != asked.ID && r.Editable() })]
	branch := func(kind recommendation.VersionKind, number string) error {
		_, err := w.Service.Branch(ctx, asked.ID, number, kind)
		return err
	}
	for name, act := range map[string]func() error{
		"decided":          func() error { return w.Service.Move(ctx, asked.ID, recommendation.Decided) },
		"withdrawn":        func() error { return w.Service.Move(ctx, asked.ID, recommendation.Draft) },
		"split":            func() error { return branch(recommendation.VersionSplit, "5.8") },
		"merged":           func() error { return w.Service.Merge(ctx, asked.ID, other.Number, asked.Version, nil) },
		"merged into that": func() error { return w.Service.Merge(ctx, other.ID, asked.Number, other.Version, nil) },
	} {
		if f, ok := fault.Of(act()); !ok || f.Key != "consultation.error_asked" || f.Args["Number"] != asked.Number || f.Args["Name"] != c.Name || f.Args["Round"] != 1 {
			t.Errorf("%s: %+v", name, f)
		}
	}
	w.Must(branch(recommendation.VersionDerived, "5.9"))
	w.Must(w.service.Close(ctx, w.id))
	w.Must(w.Service.Move(ctx, asked.ID, recommendation.Decided))
	request := w.request()
	request.Items = []string{asked.ID}
	if _, err := w.service.Open(ctx, w.id, request); !fault.Is(err, fault.Invalid) {
		t.Errorf("a round about what is decided: %v", err)
	}
}

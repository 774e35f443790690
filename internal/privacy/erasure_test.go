package privacy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"upphandlingsdialog/internal/consultation"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/followup"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/privacy"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/report/reporttest"
	"upphandlingsdialog/internal/seminar"
)

// asked is a world in which Kerstin has a part in everything and Orvar, who is not in the register, in all that an
// outsider can have one in. Both will ask to be erased.
type asked struct {
	world
	edition report.Edition
	letters int // that have been sent
}

const (
	kerstin = "Kerstin.Kvarn@register.example"
	orvar   = "orvar.otta@utanfor.example"
)

func newAsked(t *testing.T) asked {
	t.Helper()
	w := asked{world: newWorld(t)}
	ctx := t.Context()
	w.Decide()
	w.edition = w.Publish(report.Regional)
	_, err := w.People.Import(ctx, strings.NewReader("name;email;group;organisation\nKerstin Kvarn;"+kerstin+";business;Kvarn AB\n"))
	w.Must(err)
	p, err := w.People.FindByEmail(ctx, kerstin)
	w.Must(err)
	w.id["Kerstin"] = p.ID
	for _, survey := range []string{"s5", "s6"} { // one closed, one that still asks
		response := w.Answer(survey, people.Business, questionnaire.Answers{"q5_18": {Text: "Kvarnens ord"}})
		w.run(`UPDATE invitation SET person_id = $2 WHERE id = (SELECT invitation_id FROM response WHERE id = $1)`, response, p.ID)
	}
	w.run(`UPDATE campaign SET state = 'launched', closed_at = NULL WHERE name LIKE 's5 %'`)
	w.panelOf("Remissen", kerstin, orvar)
	list, err := w.Reports.CreateList(ctx, "Läsare", report.Regional)
	w.Must(err)
	_, err = w.Reports.AddMembers(ctx, list.ID, []report.Member{{Email: kerstin, Name: "Kerstin Kvarn", Lang: "sv"}, {Email: orvar, Name: "Orvar Otta", Lang: "sv"}})
	w.Must(err)
	_, err = w.Reports.Distribute(ctx, w.edition.ID, list.ID)
	w.Must(err)
	bodies, err := followup.ParseBodies("Kvarn AB; Mora; "+kerstin+"\nFöreningen Otta; Dalarna; "+orvar, "politicians", i18n.Sv)
	w.Must(err)
	_, err = w.followUps.Ask(ctx, w.edition.ID, w.Clock.Now().AddDate(0, 1, 0), bodies)
	w.Must(err)
	_, err = w.Outbox.Drain(ctx)
	w.Must(err)
	for _, name := range []string{"Kerstin Kvarn", "Orvar Otta"} {
		w.registerAs(name, map[string]string{"Kerstin Kvarn": kerstin, "Orvar Otta": orvar}[name])
	}
	w.letters = len(w.Post.Letters)
	return w
}

// panelOf opens a round with a panel that is chosen from pasted addresses.
func (w asked) panelOf(name string, addresses ...string) {
	w.Helper()
	ctx := w.Context()
	draft := w.Numbered("6.1")
	w.run(`UPDATE recommendation SET status = 'consultation' WHERE id = $1`, draft.ID)
	id, err := w.Panels.Plan(ctx, consultation.Draft{Name: name, Groups: []string{people.Business}, Method: consultation.Threshold, MinBase: 7,
		Addresses: strings.Join(append(addresses, "annan@register.example"), " ")})
	w.Must(err)
	_, err = w.Panels.Open(ctx, id, consultation.Request{Items: []string{draft.ID}, ClosesAt: w.Clock.Now().AddDate(0, 1, 0)})
	w.Must(err)
	w.run(`UPDATE recommendation SET status = $2 WHERE id = $1`, draft.ID, recommendation.Decided)
}

// registerAs takes the only seat of a seminar, or the first place in line.
func (w asked) registerAs(name, email string) {
	w.Helper()
	all, err := w.seminars.List(w.Context(), 0)
	w.Must(err)
	i := slices.IndexFunc(all, func(s seminar.Seminar) bool { return s.Ref == "s-attends" })
	w.Must(w.seminars.Register(w.Context(), all[i].ID, seminar.Form{Name: name, Email: email, Group: people.Business,
		Organisation: "Firman", Municipality: 2062, Language: i18n.Sv}))
}

// rowsWith counts, by table, the rows of the whole database that hold a text.
func (w world) rowsWith(text string) map[string]int {
	w.Helper()
	var tables []string
	w.Must(w.DB.Select(&tables, `SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`))
	found := map[string]int{}
	for _, table := range tables {
		var n int
		w.Must(w.DB.Get(&n, `SELECT count(*) FROM `+table+` r WHERE r::text ILIKE '%' || $1 || '%'`, text))
		if n > 0 {
			found[table] = n
		}
	}
	return found
}

func (w asked) kinds(address string) []string {
	w.Helper()
	k, err := w.privacy(privacy.Rule{}).Kept(w.Context(), privacy.Who{Address: address})
	w.Must(err)
	var kinds []string
	for _, trace := range k.Traces {
		kinds = append(kinds, trace.Kind)
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

func TestWhoAsksIsToldEverythingThatIsKeptAndIsThenNowhereInTheDatabase(t *testing.T) {
	w := newAsked(t)
	w.tellsAll(t)
	w.erasesAll(t)
}

// tellsAll: of those in the register and outside it.
func (w asked) tellsAll(t *testing.T) {
	if got, want := w.kinds("  KERSTIN.kvarn@Register.example "), "answer body edition invitation letter list panel pasted register registration"; strings.Join(got, " ") != want {
		t.Errorf("of Kerstin is kept %s", got)
	}
	if got, want := w.kinds(orvar), "body edition letter list pasted registration"; strings.Join(got, " ") != want {
		t.Errorf("of Orvar is kept %s", got)
	}
	k, err := w.privacy(privacy.Rule{}).Tell(t.Context(), privacy.Who{Address: kerstin})
	w.Must(err)
	if !strings.Contains(fmt.Sprintf("%s", k.Traces), "Kvarnens ord") {
		t.Errorf("what she answered is not told: %s", k.Traces)
	}
	if n := w.rowsWith("told_what_is_kept"); n["audit_event"] != 1 {
		t.Errorf("that she was told is not in the log: %v", n)
	}
}

func (w asked) erasesAll(t *testing.T) {
	ctx := t.Context()
	s := w.privacy(privacy.Rule{})
	for _, address := range []string{kerstin, orvar} {
		w.erase(s, privacy.Erasure{Who: privacy.Who{Address: address}, Decision: "2026:99"})
		if got := w.kinds(address); len(got) != 0 {
			t.Errorf("of %s is kept %s", address, got)
		}
	}
	for _, text := range []string{"kerstin", "kvarn@", "orvar", "otta@"} {
		if found := w.rowsWith(text); len(found) != 0 {
			t.Errorf("%q stands in %v", text, found)
		}
	}
	var answers string
	w.Must(w.DB.Get(&answers, `SELECT string_agg(r.state, ' ' ORDER BY r.survey_id) FROM response r JOIN invitation i ON i.id = r.invitation_id WHERE i.person_id = $1`, w.id["Kerstin"]))
	if answers != "withdrawn submitted" {
		t.Errorf("her answers are %s, want that of the open survey withdrawn", answers)
	}
	if n := w.rowsWith("2026:99"); n["audit_event"] != 2 {
		t.Errorf("the decision is not in the log of both: %v", n)
	}
	_, err := w.Outbox.Drain(ctx)
	w.Must(err)
	for _, l := range w.Post.Letters[w.letters:] {
		if strings.EqualFold(l.To, kerstin) || l.To == orvar {
			t.Errorf("%s got a letter: %s", l.To, l.Subject)
		}
	}
}

func TestABodyWhoseContactWasErasedIsAskedAnewOverAnotherAddress(t *testing.T) {
	w := newAsked(t)
	ctx := t.Context()
	w.erase(w.privacy(privacy.Rule{}), privacy.Erasure{Who: privacy.Who{Address: orvar}, Decision: "2026:99"})
	w.Clock.Advance(8 * 24 * time.Hour)
	v, err := w.followUps.Latest(ctx)
	w.Must(err)
	if due := v.Remindable(w.Clock.Now()); len(due) != 1 || due[0].Organisation != "Kvarn AB" {
		t.Errorf("to remind: %+v", due)
	}
	for _, r := range v.Requests {
		if r.Reachable() != (r.Organisation == "Kvarn AB") {
			t.Errorf("%s is said to be reachable: %v", r.Organisation, r.Reachable())
		}
	}
	bodies, err := followup.ParseBodies("Föreningen Otta; Dalarna; ny@utanfor.example\nKvarn AB; Mora; ny@kvarn.example", "politicians", i18n.Sv)
	w.Must(err)
	plan, err := w.followUps.Ask(ctx, w.edition.ID, w.Clock.Now().AddDate(0, 1, 0), bodies)
	w.Must(err)
	if len(plan.New) != 1 || len(plan.Already) != 1 {
		t.Errorf("asked anew: %+v", plan)
	}
	_, err = w.Outbox.Drain(ctx)
	w.Must(err)
	i := slices.IndexFunc(w.Post.Letters, func(l mail.Letter) bool { return l.To == "ny@utanfor.example" })
	if i < 0 {
		t.Fatal("no letter to the new address")
	}
	last := w.Post.Letters[i]
	r, _, err := w.followUps.ByToken(ctx, strings.TrimPrefix(last.Button.URL, reporttest.Address+"/follow-up/"))
	w.Must(err)
	if r.Organisation != "Föreningen Otta" || r.Reminders != 1 {
		t.Errorf("the letter leads to %+v", r)
	}
}

func TestOnlyTheAddressStaysWhenSomebodyIsNotToBeWrittenToAgain(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	s := w.privacy(privacy.Rule{})
	w.erase(s, privacy.Erasure{Who: privacy.Who{Address: "closed@register.example"}, Decision: "2026:99", Stop: true, Answers: true})
	k, err := s.Kept(ctx, privacy.Who{Address: "closed@register.example"})
	w.Must(err)
	if len(k.Traces) != 1 || k.Traces[0].Kind != people.TraceStop {
		t.Errorf("there is kept %+v", k)
	}
	var left int
	w.Must(w.DB.Get(&left, `SELECT count(*) FROM response r JOIN invitation i ON i.id = r.invitation_id WHERE i.person_id = $1 AND r.state <> 'withdrawn'`, w.id["Closed"]))
	if left != 0 {
		t.Errorf("%d answers to closed surveys stand", left)
	}
}

func TestNobodyIsErasedAtRequestWithoutADecisionOrUnderAnUnknownAddress(t *testing.T) {
	w := newWorld(t)
	s := w.privacy(privacy.Rule{Months: 1, Decision: "2026:17"}) // a decision about disposal is none about a request
	const idle = "idle@register.example"
	for _, r := range []privacy.Erasure{{Who: privacy.Who{Address: idle}}, {Who: privacy.Who{Address: idle}, Decision: "  "}, {Who: privacy.Who{Address: "ingen@alls.example"}, Decision: "1"},
		{Who: privacy.Who{Address: "ingen"}, Decision: "1"}, {Decision: "1"}, {Who: privacy.Who{Name: "Ingen Alls"}, Decision: "1"}} {
		if _, err := s.EraseAtRequest(t.Context(), r); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", r, err)
		}
	}
	if _, err := w.People.FindByEmail(t.Context(), idle); err != nil {
		t.Error(err)
	}
}

func (w world) erase(s *privacy.Service, r privacy.Erasure) {
	w.Helper()
	_, err := s.EraseAtRequest(w.Context(), r)
	w.Must(err)
}

package privacy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/followup"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/privacy"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/report/reporttest"
	"upphandlingsdialog/internal/seminar"
)

// world has a register in which everybody has another reason to stay or go.
type world struct {
	*reporttest.World
	seminars  *seminar.Service
	followUps *followup.Service
	id        map[string]string // of persons, by name
}

var everybody = []string{"Idle", "Invited", "Closed", "Panel", "Concluded", "Listed", "Attended", "Attends"}

func newWorld(t *testing.T) world {
	t.Helper()
	w := world{World: reporttest.New(t), id: map[string]string{}}
	w.seminars = seminar.New(w.DB, w.Clock.Now, w.People, w.Outbox, seminar.Config{BaseURL: reporttest.Address, Key: reporttest.Key, Owner: reporttest.Owner})
	w.followUps = followup.New(w.DB, w.Clock.Now, w.Reports, w.Outbox, followup.Config{BaseURL: reporttest.Address, Key: reporttest.Key, Owner: reporttest.Owner})
	var file strings.Builder
	file.WriteString("name;email;group;organisation;language\n")
	for _, name := range everybody {
		fmt.Fprintf(&file, "%s;%s@register.example;business;Firman %s;sv\n", name, strings.ToLower(name), name)
	}
	_, err := w.People.Import(t.Context(), strings.NewReader(file.String()))
	w.Must(err)
	for _, name := range everybody {
		p, err := w.People.FindByEmail(t.Context(), name+"@register.example")
		w.Must(err)
		w.id[name] = p.ID
	}
	w.invite("s5", "Invited")
	w.invite("s6", "Closed")
	w.run(`UPDATE campaign SET state = 'closed', launched_at = $1, closed_at = $1 WHERE name LIKE 's6 %'`, w.Clock.Now())
	w.panel("Panel", nil)
	now := w.Clock.Now()
	w.panel("Concluded", &now)
	w.list("Regionala mottagare", "Listed")
	w.register("Attended", now.Add(time.Hour))
	w.register("Attends", now.AddDate(0, 23, 0))
	return w
}

// list makes a distribution list with somebody on it and returns its id.
func (w world) list(list, name string) string {
	w.Helper()
	l, err := w.Reports.CreateList(w.Context(), list, report.Regional)
	w.Must(err)
	_, err = w.Reports.AddMembers(w.Context(), l.ID, []report.Member{{Email: name + "@Register.example", Name: name, Lang: "sv"}})
	w.Must(err)
	return l.ID
}

// register lets somebody register for a seminar that is held on a day.
func (w world) register(name string, day time.Time) {
	w.Helper()
	id, err := w.seminars.Save(w.Context(), "", 0, seminar.Draft{Ref: "s-" + strings.ToLower(name), Kind: seminar.Training, Title: "Seminarium", About: "Om", Area: 5,
		StartsAt: day, EndsAt: day.Add(time.Hour), Municipality: 2062, Place: "Salen", Capacity: 5})
	w.Must(err)
	w.Must(w.seminars.Register(w.Context(), id, seminar.Form{Name: name, Email: name + "@Register.example", Group: people.Business,
		Organisation: "Firman", Municipality: 2062, Language: i18n.Sv}))
}

func (w world) run(sql string, args ...any) {
	w.Helper()
	_, err := w.DB.ExecContext(w.Context(), sql, args...)
	w.Must(err)
}

// invite lets somebody answer a survey, and leaves the letter that was sent.
func (w world) invite(surveyID, name string) {
	w.Helper()
	response := w.Answer(surveyID, people.Business, questionnaire.Answers{})
	w.run(`UPDATE invitation SET person_id = $2 WHERE id = (SELECT invitation_id FROM response WHERE id = $1)`, response, w.id[name])
	w.run(`INSERT INTO outbox (kind, dedupe_key, recipient, lang, payload, state, not_before, created_at, finished_at)
		VALUES ('invitation', $1, $2, 'sv', '{"name": "Hemlig"}', 'sent', $3, $3, $3)`, name, name+"@register.example", w.Clock.Now())
}

func (w world) panel(name string, concluded *time.Time) {
	w.Helper()
	w.run(`WITH c AS (INSERT INTO consultation (name, groups, rule, created_by, created_at, locked_at, concluded_at)
			VALUES ($1, '{business}', '{}', 'x', $2, $2, $3) RETURNING id)
		INSERT INTO consultation_participant (consultation_id, person_id, group_id, language, token_hash, joined_at)
		SELECT id, $4, 'business', 'sv', convert_to($1, 'UTF8'), $2 FROM c`, name, w.Clock.Now(), concluded, w.id[name])
}

func (w world) privacy(r privacy.Rule) *privacy.Service {
	return privacy.New(w.DB, w.Clock.Now, privacy.Services{People: w.People, Outbox: w.Outbox, Responses: w.Responses, Consultations: w.Panels,
		Seminars: w.seminars, Reports: w.Reports, FollowUps: w.followUps, Accounts: account.New(w.DB, w.Clock.Now), Experts: expert.New(w.DB, w.Clock.Now, 0, "")}, r,
		privacy.Sender{Address: reporttest.Address, Owner: reporttest.Owner, Contact: reporttest.Contact})
}

// named are those who are still in the register by name.
func (w world) named() string {
	w.Helper()
	page, err := w.People.List(w.Context(), people.Filter{Search: "register.example"})
	w.Must(err)
	var names []string
	for _, p := range page.Persons {
		names = append(names, p.Name)
	}
	return strings.Join(names, " ")
}

var rule = privacy.Rule{Months: 24, Decision: "2026:17"}

func TestWhoHasHadNoPartForTheTimeOfTheDecisionIsMadeNameless(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	s := w.privacy(rule)
	w.Clock.Advance(w.Clock.Now().AddDate(0, 24, 0).Sub(w.Clock.Now()))
	if n, err := s.Erase(ctx); err != nil || n != 0 {
		t.Errorf("on the last day %d were erased: %v", n, err)
	}
	w.Clock.Advance(24 * time.Hour)
	w.Must(s.EraseJob(ctx, privacy.EraseArgs{}))
	if got := w.named(); got != "Attends Invited Listed Panel" {
		t.Errorf("in the register are %s", got)
	}
	if n, err := s.Erase(ctx); err != nil || n != 0 {
		t.Errorf("the next run erased %d more: %v", n, err)
	}
	if _, err := w.People.Find(ctx, w.id["Closed"]); !fault.Is(err, fault.NotFound) {
		t.Errorf("who was erased is found: %v", err)
	}
	var left int
	w.Must(w.DB.Get(&left, `SELECT (SELECT count(*) FROM person p WHERE p::text ~* 'closed|idle|concluded|attended')
		+ (SELECT count(*) FROM outbox o WHERE o::text ~* 'closed@|hemlig.*closed' AND o.finished_at IS NOT NULL)
		+ (SELECT count(*) FROM person_group g JOIN person p ON p.id = g.person_id WHERE p.erased_at IS NOT NULL)`))
	if left != 0 {
		t.Errorf("%d rows still say who it was", left)
	}
	var invitations, letters, logged int
	w.Must(w.DB.Get(&invitations, `SELECT count(*) FROM invitation WHERE person_id = $1`, w.id["Closed"]))
	w.Must(w.DB.Get(&letters, `SELECT count(*) FROM outbox WHERE recipient ILIKE 'invited@register.example' AND payload <> '{}'`))
	w.Must(w.DB.Get(&logged, `SELECT count(*) FROM audit_event WHERE event = 'people.erased' AND detail->>'decision' = '2026:17' AND (detail->>'count')::int >= 3`))
	if invitations != 1 || letters != 1 || logged != 1 {
		t.Errorf("%d invitations of the nameless, %d letters to the named, %d erasures in the log; want one of each", invitations, letters, logged)
	}
}

func TestWhatTheNamelessWereSentAndWhereTheyCameIsNamelessToo(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.Decide()
	e := w.Publish(report.Regional)
	list := w.list("Tidigare mottagare", "Attended")
	_, err := w.Reports.Distribute(ctx, e.ID, list)
	w.Must(err)
	_, err = w.Outbox.Drain(ctx)
	w.Must(err)
	w.Must(w.Reports.RemoveMember(ctx, list, "attended@register.example"))
	w.Clock.Advance(w.Clock.Now().AddDate(0, 24, 2).Sub(w.Clock.Now()))
	_, err = w.privacy(rule).Erase(ctx)
	w.Must(err)
	sent, err := w.Reports.Deliveries(ctx, e.ID)
	w.Must(err)
	if len(sent) != 1 || sent[0].Email != w.id["Attended"]+"@erased.invalid" || sent[0].Name != "" || sent[0].State != "sent" {
		t.Errorf("the record of distribution is %+v", sent)
	}
	var came int
	w.Must(w.DB.Get(&came, `SELECT count(*) FROM seminar_registration WHERE organisation = 'Firman' AND state = 'registered'`))
	if came != 2 {
		t.Errorf("%d registrations stand, want both", came)
	}
	for _, table := range []string{"person", "outbox", "report_recipient", "seminar_registration", "unsubscribe_link"} {
		var left int
		w.Must(w.DB.Get(&left, `SELECT count(*) FROM `+table+` r WHERE r::text ~* 'attended@'`))
		if left != 0 {
			t.Errorf("%d rows of %s hold the address", left, table)
		}
	}
}

func TestWhoWasChangedLatelyStays(t *testing.T) {
	w := newWorld(t)
	w.Clock.Advance(3 * 365 * 24 * time.Hour)
	w.run(`UPDATE person SET updated_at = $2 WHERE id = $1`, w.id["Idle"], w.Clock.Now())
	_, err := w.privacy(rule).Erase(t.Context())
	w.Must(err)
	if got := w.named(); got != "Attends Idle Invited Listed Panel" {
		t.Errorf("in the register are %s", got)
	}
}

func TestWithoutATimeOrADecisionNobodyIsErased(t *testing.T) {
	w := newWorld(t)
	w.Clock.Advance(50 * 365 * 24 * time.Hour)
	for _, r := range []privacy.Rule{{}, {Months: 24}, {Decision: "2026:17"}} {
		if n, err := w.privacy(r).Erase(t.Context()); err != nil || n != 0 {
			t.Errorf("%+v erased %d: %v", r, n, err)
		}
	}
}

func TestAStoppedAddressStaysStoppedWhenItComesBack(t *testing.T) {
	w := newWorld(t)
	w.Must(w.People.SetSuppressed(t.Context(), w.id["Idle"], true))
	w.Clock.Advance(3 * 365 * 24 * time.Hour)
	_, err := w.privacy(rule).Erase(t.Context())
	w.Must(err)
	_, err = w.People.Import(t.Context(), strings.NewReader("name;email;group\nIdle;idle@register.example;business\n"))
	w.Must(err)
	p, err := w.People.FindByEmail(t.Context(), "idle@register.example")
	w.Must(err)
	if p.ID == w.id["Idle"] || p.Suppression == nil {
		t.Errorf("back as %+v", p)
	}
}

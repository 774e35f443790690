package distribution_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"
	"pgregory.net/rapid"

	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/survey"
	"upphandlingsdialog/internal/token"
)

// erasing is a survey service during whose work somebody is made nameless.
type erasing struct {
	distribution.Surveys
	erase func()
}

func (s erasing) Definition(ctx context.Context, versionID string) (*questionnaire.Definition, error) {
	s.erase()
	return s.Surveys.Definition(ctx, versionID)
}

func TestNobodyIsInvitedWhoIsMadeNamelessWhileTheLettersAreWritten(t *testing.T) {
	w := newWorld(t, 40)
	c := w.draft(people.Procurer)
	list, err := w.people.List(ctx, people.Filter{Group: people.Procurer})
	w.must(err)
	svc := distribution.New(w.db, w.clock.Now, w.people, erasing{survey.New(w.db, w.clock.Now), func() {
		w.must(postgres.InTx(ctx, w.db, func(tx *sqlx.Tx) error { return w.people.Erase(ctx, tx, []string{list.Persons[0].ID}) }))
	}}, nil, distribution.Config{BaseURL: "https://dialog.example", Key: token.Key{1, 2, 3}, Owner: i18n.Text{Sv: "Länsstyrelsen", En: "The board"}, Contact: "fraga@dialog.example"})
	if _, err := svc.Launch(ctx, c.ID); !fault.Is(err, fault.Conflict) {
		t.Fatalf("launched with a nameless person: %v", err)
	}
	plan, err := w.svc.Launch(ctx, c.ID)
	w.must(err)
	if len(plan.Recipients) != list.Total-1 {
		t.Errorf("%d of %d are invited", len(plan.Recipients), list.Total)
	}
}

func TestALaunchSendsExactlyWhatThePreviewShowed(t *testing.T) {
	w := newWorld(t, 120)
	frames, err := w.people.FrameCounts(ctx)
	w.must(err)
	stopped, err := w.people.List(ctx, people.Filter{Group: people.Procurer})
	w.must(err)
	w.must(w.people.SetSuppressed(ctx, stopped.Persons[0].ID, true))
	c := w.draft(people.Procurer, people.Politician)

	p, err := w.svc.Preview(ctx, c.ID)
	if err != nil || p.Problem != nil {
		t.Fatalf("%v %v", err, p.Problem)
	}
	want := map[string]int{people.Procurer: frames[people.Procurer] - 1, people.Politician: frames[people.Politician]}
	if diff := cmp.Diff(want, p.ByGroup); diff != "" || len(p.Letters) != 3 || p.Reasons()[distribution.LeftOutSuppressed] != 1 {
		t.Errorf("%s letters %d, left out %v", diff, len(p.Letters), p.Reasons())
	}
	if n, _ := w.svc.OutboxCounts(ctx, c.ID); len(n) != 0 {
		t.Errorf("the preview queued %v", n)
	}
	plan, err := w.svc.Launch(ctx, c.ID)
	w.must(err)
	if _, err := w.svc.Launch(ctx, c.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("launched twice: %v", err)
	}
	if tally := w.drain(); tally.Sent != len(plan.Recipients) || tally.Claimed() != tally.Sent {
		t.Errorf("%+v for %d recipients", tally, len(plan.Recipients))
	}
	seen := map[string]bool{}
	for _, m := range w.server.messages() {
		if m.to == stopped.Persons[0].Email {
			t.Errorf("mail to somebody who gets none")
		}
		if seen[m.to] {
			t.Errorf("two mails to %s", m.to)
		}
		seen[m.to] = true
		if tokenOf(m) == "" || opaqueOf(m) == "" || !strings.Contains(m.text, "List-Unsubscribe-Post: List-Unsubscribe=One-Click") {
			t.Errorf("no links in\n%s", m.text)
		}
	}
	if v, err := w.version, error(nil); err != nil || v.ID == "" {
		t.Fatal(err)
	}
	var locked bool
	w.must(w.db.Get(&locked, `SELECT locked_at IS NOT NULL FROM survey_version WHERE id = $1`, w.version.ID))
	if !locked {
		t.Error("the survey version is not frozen")
	}
	var plain int
	w.must(w.db.Get(&plain, `SELECT count(*) FROM outbox WHERE payload::text LIKE '%' || $1 || '%'`, tokenOf(w.server.messages()[0])))
	if plain != 0 {
		t.Error("a personal link stands in the database")
	}
}

func TestOneLetterThatCannotBeWrittenStopsTheWholeCampaign(t *testing.T) {
	w := newWorld(t, 20)
	c := w.draft(people.Procurer)
	for name, body := range map[string]string{"unknown placeholder": "Hej {{nmae}}", "not closed": "Hej {{name", "empty": " \n\n "} {
		broken := c
		broken.Body.Sv = body
		if err := w.svc.Change(ctx, broken); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s was stored: %v", name, err)
		}
		// Also when it got into the database some other way.
		_, err := w.db.Exec(`UPDATE campaign SET body_sv = $2 WHERE id = $1`, c.ID, body)
		w.must(err)
		if _, err := w.svc.Launch(ctx, c.ID); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s was launched: %v", name, err)
		}
	}
	if n, _ := w.svc.OutboxCounts(ctx, ""); len(n) != 0 {
		t.Errorf("queued %v", n)
	}
}

func TestThereIsOneReminderWithTheSameLinkForThoseWhoHaveNotAnswered(t *testing.T) {
	w := newWorld(t, 80)
	c := w.launched(people.Procurer)
	w.drain()
	first := w.server.messages()
	link := map[string]string{}
	for _, m := range first {
		link[m.to] = tokenOf(m)
	}
	answered, declined, stopped, late := first[0], first[1], first[2], first[3]
	w.inTx(func(tx *sqlx.Tx) error { return w.answer(tx, w.invitation(answered).ID) })
	w.inTx(func(tx *sqlx.Tx) error { return w.svc.MarkDeclined(ctx, tx, w.invitation(declined).ID) })
	w.must(w.svc.Unsubscribe(ctx, opaqueOf(stopped)))
	w.clock.Advance(5 * 24 * time.Hour)

	n, err := w.svc.Remind(ctx, c.ID)
	if err != nil || n != len(first)-3 {
		t.Fatalf("%d reminders for %d invitations, %v", n, len(first), err)
	}
	if _, err := w.svc.Remind(ctx, c.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second reminder: %v", err)
	}
	// Answering while the reminder waits takes it back.
	w.inTx(func(tx *sqlx.Tx) error { return w.answer(tx, w.invitation(late).ID) })
	w.drain()
	reminders := w.server.messages()[len(first):]
	if len(reminders) != len(first)-4 {
		t.Errorf("%d reminders left", len(reminders))
	}
	for _, m := range reminders {
		if m.to == answered.to || m.to == declined.to || m.to == stopped.to || m.to == late.to {
			t.Errorf("a reminder to %s", m.to)
		}
		if tokenOf(m) != link[m.to] {
			t.Errorf("another link in the reminder to %s", m.to)
		}
	}
}

func TestUnsubscribingWorksAtOnceAndCanBeUndone(t *testing.T) {
	w := newWorld(t, 40)
	c := w.launched(people.Procurer)
	w.drain()
	m := w.server.messages()[0]
	n := len(w.server.messages())
	_, err := w.svc.Remind(ctx, c.ID)
	w.must(err)
	sub, err := w.svc.SubscriptionByToken(ctx, opaqueOf(m))
	if err != nil || sub.Stopped {
		t.Fatalf("%+v %v", sub, err)
	}
	for range 2 {
		w.must(w.svc.Unsubscribe(ctx, opaqueOf(m)))
	}
	if sub, _ = w.svc.SubscriptionByToken(ctx, opaqueOf(m)); !sub.Stopped {
		t.Error("not stopped")
	}
	w.drain()
	if got := len(w.server.messages()) - n; got != n-1 {
		t.Errorf("%d reminders after one unsubscribed of %d", got, n)
	}
	st, err := w.svc.Status(ctx, c.ID)
	if err != nil || st.Total.Codes[distribution.CodeRefused] != 1 {
		t.Errorf("%+v %v", st.Total, err)
	}
	w.must(w.svc.Resubscribe(ctx, opaqueOf(m)))
	w.drain()
	if got := len(w.server.messages()) - n; got != n {
		t.Errorf("%d reminders after it was undone, want %d", got, n)
	}
	if st, _ = w.svc.Status(ctx, c.ID); st.Total.Codes[distribution.CodeRefused] != 0 {
		t.Errorf("still refused: %+v", st.Total.Codes)
	}
	if err := w.svc.Unsubscribe(ctx, tokenOf(m)); !fault.Is(err, fault.NotFound) {
		t.Errorf("the answering link unsubscribes: %v", err)
	}
	if _, _, err := w.svc.InvitationByToken(ctx, opaqueOf(m)); !fault.Is(err, fault.NotFound) {
		t.Errorf("the unsubscribe link answers: %v", err)
	}
}

func TestAPersonWithTwoRolesGetsTwoUnrelatedInvitations(t *testing.T) {
	w := newWorld(t, 0)
	_, err := w.people.Import(ctx, strings.NewReader("name,email,group,language\nÅsa,a@x.example,politician|business,en\nPer,p@x.example,business,\nNobody,n@x.example,,\n"))
	w.must(err)
	c := w.draft(people.Politician, people.Business)
	p, err := w.svc.Preview(ctx, c.ID)
	if err != nil || len(p.Recipients) != 3 || p.Persons != 2 || p.TwoRoles != 1 || p.WithoutGroup != 1 || p.ByLang["en"] != 2 {
		t.Fatalf("%+v %v", p.Plan, err)
	}
	_, err = w.svc.Launch(ctx, c.ID)
	w.must(err)
	w.drain()
	tokens := map[string]bool{}
	for _, m := range w.server.messages() {
		tokens[tokenOf(m)] = true
	}
	if len(tokens) != 3 {
		t.Errorf("%d different links in %d mails", len(tokens), len(w.server.messages()))
	}
}

func smtpError(code int) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "no"}
}

func TestOneFailureNeverStopsTheRest(t *testing.T) {
	w := newWorld(t, 80)
	c := w.launched(people.Politician)
	all, n, err := w.svc.Outbox(ctx, distribution.OutboxFilter{CampaignID: c.ID})
	w.must(err)
	dead, slow, lost := all[0].To, all[1].To, all[2].To
	w.server.setReply(func(to string) error {
		switch to {
		case dead:
			return smtpError(550)
		case slow:
			return smtpError(450)
		}
		return nil
	})
	w.server.setOnText(func(to string) error {
		if to == lost {
			return errDrop
		}
		return nil
	})
	tally := w.drain()
	if want := (distribution.Tally{Sent: n - 3, Failed: 1, Deferred: 1, Unknown: 1}); tally != want {
		t.Errorf("%+v, want %+v", tally, want)
	}
	if sup, err := w.people.Suppressed(ctx, dead); err != nil || sup == nil || sup.Reason != people.ReasonBounced {
		t.Errorf("the dead address: %+v %v", sup, err)
	}
	st, err := w.svc.Status(ctx, c.ID)
	if err != nil || st.Total.Codes[distribution.CodeUndelivered] != 1 || st.Total.Codes[distribution.CodeNotSent] != 1 || st.Total.Unknown != 1 {
		t.Errorf("%+v %v", st.Total, err)
	}

	// Later the slow one is taken; the unknown one waits for a person, however long.
	w.server.setReply(nil)
	w.server.setOnText(nil)
	if tally := w.drain(); tally.Claimed() != 0 {
		t.Errorf("tried again at once: %+v", tally)
	}
	w.clock.Advance(time.Hour)
	if tally := w.drain(); tally.Sent != 1 || tally.Claimed() != 1 {
		t.Errorf("an hour later: %+v", tally)
	}
	unknown, _, err := w.svc.Outbox(ctx, distribution.OutboxFilter{State: distribution.Unknown})
	if err != nil || len(unknown) != 1 || unknown[0].To != lost {
		t.Fatalf("%+v %v", unknown, err)
	}
	w.must(w.svc.Resend(ctx, unknown[0].ID))
	if err := w.svc.MarkSent(ctx, unknown[0].ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("settled twice: %v", err)
	}
	if tally := w.drain(); tally.Sent != 1 {
		t.Errorf("after resending: %+v", tally)
	}
}

func TestTwoDrainsAtOnceSendEachMailOnce(t *testing.T) {
	w := newWorld(t, 200)
	c := w.launched(people.Groups...)
	var wg sync.WaitGroup
	for range 3 {
		svc := w.service(w.server.address)
		wg.Go(func() {
			if _, err := svc.Drain(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	_, n, err := w.svc.Outbox(ctx, distribution.OutboxFilter{CampaignID: c.ID, State: distribution.Sent})
	w.must(err)
	ids := map[string]int{}
	for _, m := range w.server.messages() {
		ids[m.id]++
	}
	if len(ids) != n || len(w.server.messages()) != n {
		t.Errorf("%d rows sent, %d mails with %d ids", n, len(w.server.messages()), len(ids))
	}
}

// crash is a sender whose process dies: before or after the server has the letter.
type crash struct {
	distribution.Sender
	after bool
}

var errCrash = errors.New("the process is gone")

func (c crash) Domain() string { return "dialog.example" }
func (c crash) Send(ctx context.Context, l mail.Letter) mail.Result {
	if c.after {
		c.Sender.Send(ctx, l)
	}
	panic(errCrash)
}

func TestAfterACrashNothingIsSentTwiceAndNothingIsForgotten(t *testing.T) {
	w := newWorld(t, 40)
	c := w.launched(people.Procurer)
	_, n, err := w.svc.Outbox(ctx, distribution.OutboxFilter{CampaignID: c.ID})
	w.must(err)
	dead := distribution.New(w.db, w.clock.Now, w.people, nopSurveys{w.version}, crash{Sender: realSender(w), after: true}, distribution.Config{BaseURL: "https://dialog.example", Contact: "x@y.example", Owner: i18n.Text{Sv: "Vi", En: "We"}})
	func() {
		defer func() { _ = recover() }() // what a killed process does not run, releaseClaims, runs here: undone below
		_, _ = dead.Drain(ctx)
	}()
	_, err = w.db.Exec(`UPDATE outbox SET state = 'claimed', claimed_by = gen_random_uuid(), claimed_at = $1 WHERE state = 'queued'`, w.clock.Now())
	w.must(err)

	if tally := w.drain(); tally.Claimed() != 0 || tally.Recovered+tally.Orphaned != 0 {
		t.Errorf("took claims that may be alive: %+v", tally)
	}
	w.clock.Advance(5 * time.Minute)
	tally := w.drain()
	if tally.Orphaned != 1 || tally.Recovered != n-1 || tally.Sent != n-1 {
		t.Errorf("after the lease: %+v of %d", tally, n)
	}
	if got := len(w.server.messages()); got != n {
		t.Errorf("%d mails for %d recipients", got, n)
	}
}

func TestADrainThatIsStoppedGivesBackWhatItHolds(t *testing.T) {
	w := newWorld(t, 40)
	c := w.launched(people.Procurer)
	stopped, cancel := context.WithCancel(ctx)
	w.server.setOnText(func(string) error { cancel(); return nil })
	tally, err := w.svc.Drain(stopped)
	if err != nil || tally.Sent != 1 {
		t.Fatalf("%+v %v", tally, err)
	}
	counts, err := w.svc.OutboxCounts(ctx, c.ID)
	if err != nil || counts[distribution.Claimed] != 0 || counts[distribution.Sent] != 1 {
		t.Errorf("%v %v", counts, err)
	}
}

func TestACampaignPausesItselfWhenItsAddressesAreDead(t *testing.T) {
	w := newWorld(t, 200)
	c := w.launched(people.Business)
	w.server.setReply(func(string) error { return smtpError(550) })
	w.drain()
	got, err := w.svc.Find(ctx, c.ID)
	if err != nil || got.PausedReason == "" {
		t.Fatalf("%+v %v", got, err)
	}
	counts, _ := w.svc.OutboxCounts(ctx, c.ID)
	if counts[distribution.Failed] >= 60 || counts[distribution.Queued] == 0 {
		t.Errorf("%v", counts)
	}
	w.server.setReply(nil)
	w.must(w.svc.Resume(ctx, c.ID))
	if tally := w.drain(); tally.Sent != counts[distribution.Queued] {
		t.Errorf("%+v after resuming, %v before", tally, counts)
	}
}

// close ends a campaign the way the response package does.
func (w *world) close(campaignID string) error {
	return postgres.InTx(ctx, w.db, func(tx *sqlx.Tx) error { return w.svc.Close(ctx, tx, campaignID) })
}

func TestAClosedCampaignSendsNothingMore(t *testing.T) {
	w := newWorld(t, 40)
	c := w.launched(people.Procurer)
	w.must(w.close(c.ID))
	if tally := w.drain(); tally.Claimed() != 0 {
		t.Errorf("%+v", tally)
	}
	st, err := w.svc.Status(ctx, c.ID)
	if err != nil || st.Total.Codes[distribution.CodeNotSent] != st.Total.Invited {
		t.Errorf("%+v %v", st.Total, err)
	}
	for name, do := range map[string]func() error{
		"close":  func() error { return w.close(c.ID) },
		"remind": func() error { _, err := w.svc.Remind(ctx, c.ID); return err },
		"change": func() error { return w.svc.Change(ctx, c) },
	} {
		if err := do(); !fault.Is(err, fault.Conflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOtherPackagesMailIsRenderedBeforeItIsQueued(t *testing.T) {
	w := newWorld(t, 0)
	_, err := w.people.Import(ctx, strings.NewReader("name,email,group\nPer,p@x.example,business\n"))
	w.must(err)
	w.svc.Register("note", distribution.Kind{Requested: true, Render: func(_ context.Context, row distribution.Row) (mail.Letter, error) {
		if string(row.Payload) == `"bad"` {
			return mail.Letter{Subject: "x"}, nil
		}
		return mail.Letter{Subject: "Bekräftelse", Paragraphs: []string{string(row.Payload)}}, nil
	}})
	enqueue := func(key, payload string) (err error) {
		w.inTx(func(tx *sqlx.Tx) error {
			err = w.svc.Enqueue(ctx, tx, "note", key, "p@x.example", i18n.Sv, payload)
			return nil
		})
		return err
	}
	if err := enqueue("1", "bad"); !fault.Is(err, fault.Invalid) {
		t.Errorf("a letter without body was queued: %v", err)
	}
	w.must(enqueue("2", "hello"))
	w.must(enqueue("2", "hello again"))
	p, err := w.people.FindByEmail(ctx, "p@x.example")
	w.must(err)
	w.must(w.people.SetSuppressed(ctx, p.ID, true)) // does not stop what she asked for
	if tally := w.drain(); tally.Sent != 1 || !strings.Contains(w.server.messages()[0].text, `"hello"`) {
		t.Errorf("%+v %+v", tally, w.server.messages())
	}
}

func TestEveryCaseHasExactlyOneCode(t *testing.T) {
	at := time.Date(2019, 3, 1, 0, 0, 0, 0, time.UTC)
	later := at.Add(time.Hour)
	share := func(f float64) *float64 { return &f }
	for _, c := range []struct {
		inv  distribution.Invitation
		mail string
		code string
	}{
		{distribution.Invitation{AnsweredAt: &at}, "sent", "1.1"},
		{distribution.Invitation{AnsweredAt: &at, AnsweredShare: share(0.801)}, "sent", "1.1"},
		{distribution.Invitation{AnsweredAt: &at, AnsweredShare: share(0.8)}, "sent", "1.2"},
		{distribution.Invitation{AnsweredAt: &at, AnsweredShare: share(0.5)}, "sent", "1.2"},
		{distribution.Invitation{AnsweredAt: &at, AnsweredShare: share(0.499)}, "sent", "2.12"},
		{distribution.Invitation{StartedAt: &at, LateAt: &at, AnsweredShare: share(0.9)}, "sent", "2.27"},
		{distribution.Invitation{DeclinedAt: &at, LateAt: &later}, "sent", "2.27"},
		{distribution.Invitation{DeclinedAt: &later, LateAt: &at}, "sent", "2.111"},
		{distribution.Invitation{AnsweredAt: &at, AnsweredShare: share(0.6), UnsubscribedAt: &at}, "sent", "1.2"},
		{distribution.Invitation{AnsweredAt: &at, AnsweredShare: share(0.2)}, "sent", "2.12"},
		{distribution.Invitation{AnsweredAt: &at, ManualCode: "4.81"}, "sent", "4.81"},
		{distribution.Invitation{AnsweredAt: &at, ManualCode: "2.26"}, "sent", "1.1"},
		{distribution.Invitation{StartedAt: &at}, "sent", "2.1121"},
		{distribution.Invitation{StartedAt: &at, AnsweredShare: share(0.9)}, "sent", "2.12"},
		{distribution.Invitation{StartedAt: &at, DeclinedAt: &at}, "sent", "2.111"},
		{distribution.Invitation{UnsubscribedAt: &at}, "cancelled", "2.111"},
		{distribution.Invitation{LateAt: &at}, "sent", "2.27"},
		{distribution.Invitation{ManualCode: "2.26"}, "sent", "2.26"},
		{distribution.Invitation{}, "sent", "3.19"}, {distribution.Invitation{}, "unknown", "3.19"},
		{distribution.Invitation{}, "failed", "3.30"}, {distribution.Invitation{}, "bounced", "3.30"},
		{distribution.Invitation{}, "queued", "3.11"}, {distribution.Invitation{}, "", "3.11"}, {distribution.Invitation{}, "cancelled", "3.11"},
	} {
		if got := distribution.Disposition(c.inv, c.mail, distribution.DefaultCut); got != c.code {
			t.Errorf("%+v with mail %s: %s, want %s", c.inv, c.mail, got, c.code)
		}
	}
}

func TestAnyOrderOfEventsKeepsTheCountsTrue(t *testing.T) {
	w := newWorld(t, 30)
	c := w.launched(people.Groups...)
	w.drain()
	first := w.server.messages()
	rapid.Check(t, func(rt *rapid.T) {
		m := first[rapid.IntRange(0, len(first)-1).Draw(rt, "who")]
		id := w.invitation(m).ID
		switch rapid.IntRange(0, 5).Draw(rt, "what") {
		case 0:
			w.inTx(func(tx *sqlx.Tx) error { return w.start(tx, id) })
		case 1:
			w.inTx(func(tx *sqlx.Tx) error { return w.answer(tx, id) })
		case 2:
			w.inTx(func(tx *sqlx.Tx) error { return w.svc.MarkWithdrawn(ctx, tx, id) })
		case 3:
			w.must(w.svc.Unsubscribe(ctx, opaqueOf(m)))
		case 4:
			w.must(w.svc.Resubscribe(ctx, opaqueOf(m)))
		case 5:
			w.inTx(func(tx *sqlx.Tx) error {
				return w.svc.RecordProgress(ctx, tx, id, rapid.Float64Range(0, 1).Draw(rt, "share"))
			})
		}
		st, err := w.svc.Status(ctx, c.ID)
		w.must(err)
		sum, groups := 0, 0
		for _, n := range st.Total.Codes {
			sum += n
		}
		for _, g := range st.Groups {
			groups += g.Invited
		}
		if sum != st.Total.Invited || groups != st.Total.Invited || st.Total.Invited != len(first) {
			rt.Fatalf("%d codes, %d in groups, %d invited", sum, groups, st.Total.Invited)
		}
	})
}

func TestTheMailsReadAsIntended(t *testing.T) {
	w := newWorld(t, 0)
	_, err := w.people.Import(ctx, strings.NewReader("name,email,group,language,organisation,invented\nÅsa Öhrn,asa@x.example,procurer,sv,Falu kommun,ja\nPer Höök,per@x.example,business,en,,\n"))
	w.must(err)
	c := w.launched(people.Procurer, people.Business)
	w.read(c, "")
}

// What an anonymous survey promises stands in its letters, and no letter of it says what is not true.
func TestTheMailsOfAnAnonymousSurveySaySo(t *testing.T) {
	w := newWorld(t, 0)
	_, err := w.people.Import(ctx, strings.NewReader("name,email,group,language,organisation,invented\nÅsa Öhrn,asa@x.example,procurer,sv,Falu kommun,ja\nPer Höök,per@x.example,business,en,,\n"))
	w.must(err)
	c := w.anonymous(people.Procurer, people.Business)
	w.read(c, "anonymous-")
	for _, l := range w.letters(c, distribution.KindReminder) {
		if text := mail.Text(l); strings.Contains(text, "inte fått något svar från dig") || strings.Contains(text, "not had an answer from you") {
			t.Errorf("an anonymous reminder claims to know who has answered:\n%s", text)
		}
	}
}

func (w *world) letters(c distribution.Campaign, kind string) []mail.Letter {
	w.Helper()
	letters, err := w.svc.LettersForTest(ctx, c.ID, kind)
	w.must(err)
	return letters
}

// read compares the letters of a campaign with those that a person has read.
func (w *world) read(c distribution.Campaign, prefix string) {
	t := w.T
	t.Helper()
	for _, kind := range []string{distribution.KindInvitation, distribution.KindReminder} {
		for _, l := range w.letters(c, kind) {
			name := fmt.Sprintf("testdata/%s%s.%s.txt", prefix, kind, l.Lang)
			got := "Subject: " + l.Subject + "\n\n" + mail.Text(l)
			if os.Getenv("UPDATE_GOLDEN") != "" {
				w.must(os.WriteFile(name, []byte(got), 0o644))
			}
			want, err := os.ReadFile(name)
			w.must(err)
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
	}
}

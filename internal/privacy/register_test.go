package privacy_test

import (
	"strings"
	"testing"
	"time"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/privacy"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestARequestIsDueTheSameDateAMonthLaterOrTheLastOfThatMonth(t *testing.T) {
	for came, want := range map[string][2]string{
		"2026-03-12": {"2026-04-12", "2026-06-12"},
		"2026-01-31": {"2026-02-28", "2026-04-30"},
		"2028-01-30": {"2028-02-29", "2028-04-30"},
		"2026-11-30": {"2026-12-30", "2027-02-28"},
		"2026-12-31": {"2027-01-31", "2027-03-31"},
	} {
		r := privacy.Request{Came: day(came)}
		if got := r.Due(); !got.Equal(day(want[0])) {
			t.Errorf("came %s: due %s, want %s", came, got.Format(time.DateOnly), want[0])
		}
		r.ExtendedAt = &r.Came
		if got := r.Due(); !got.Equal(day(want[1])) {
			t.Errorf("came %s and extended: due %s, want %s", came, got.Format(time.DateOnly), want[1])
		}
	}
}

// desk is a register with somebody to answer, on 1 April 2026.
type desk struct {
	world
	s    *privacy.Service
	user account.User
}

func newDesk(t *testing.T) desk {
	w := newWorld(t)
	d := desk{world: w, s: w.privacy(rule)}
	accounts := account.New(w.DB, w.Clock.Now)
	var err error
	d.user, err = accounts.CreateUser(t.Context(), "dag@lansstyrelsen.example", "Dag Dataskydd", account.Leader, "sv", "tolv-gravlaxar-i-Siljan")
	w.Must(err)
	_, err = accounts.CreateUser(t.Context(), "lasse@lansstyrelsen.example", "Lasse Läsare", account.Reader, "sv", "tolv-gravlaxar-i-Siljan")
	w.Must(err)
	w.Outbox.Register(privacy.MailKind, d.s.Mail())
	_, err = w.Outbox.Drain(t.Context()) // what the world itself has to say
	w.Must(err)
	w.Post.Letters = nil
	return d
}

func (d desk) came(dnr, asks, on string) privacy.Request {
	d.Helper()
	r, err := d.s.Receive(d.Context(), privacy.Came{Dnr: dnr, Asks: asks, Day: day(on), Responsible: d.user.ID})
	d.Must(err)
	return r
}

func TestARequestThatCannotBeReadIsRefusedByField(t *testing.T) {
	d := newDesk(t)
	d.came("2026/1", privacy.Access, "2026-03-20")
	able, err := d.s.Responsible(t.Context())
	d.Must(err)
	if len(able) != 1 || able[0].ID != d.user.ID {
		t.Errorf("who can answer: %v", able)
	}
	good := privacy.Came{Dnr: "2026/2", Asks: privacy.Access, Day: day("2026-03-20"), Responsible: d.user.ID}
	for field, change := range map[string]func(*privacy.Came){
		"dnr":         func(c *privacy.Came) { c.Dnr = " " },
		"asks":        func(c *privacy.Came) { c.Asks = "money" },
		"came":        func(c *privacy.Came) { c.Day = d.Clock.Now().AddDate(0, 0, 2) },
		"responsible": func(c *privacy.Came) { c.Responsible = "00000000-0000-4000-8000-000000000000" },
	} {
		c := good
		change(&c)
		_, err := d.s.Receive(t.Context(), c)
		if f, ok := fault.Of(err); !ok || len(f.Fields) != 1 || f.Fields[0].Name != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	for _, who := range []string{"anna@firma1.example", "Anna Svensson"} {
		good.Dnr = who
		if _, err := d.s.Receive(t.Context(), good); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s for a number: %v", who, err)
		}
	}
	good.Dnr = "2026/1"
	if _, err := d.s.Receive(t.Context(), good); !fault.Is(err, fault.Invalid) {
		t.Errorf("the same number twice: %v", err)
	}
	list, err := d.s.Requests(t.Context())
	d.Must(err)
	if len(list) != 1 {
		t.Errorf("%d requests", len(list))
	}
}

func TestTheTimeIsExtendedOnceForAReasonAndOnlyWithinTheFirstMonth(t *testing.T) {
	d := newDesk(t)
	r := d.came("2026/1", privacy.Access, "2026-03-20")
	if err := d.s.Extend(t.Context(), r.ID, "  "); !fault.Is(err, fault.Invalid) {
		t.Errorf("without a reason: %v", err)
	}
	d.Must(d.s.Extend(t.Context(), r.ID, "Många ärenden."))
	if err := d.s.Extend(t.Context(), r.ID, "Fler."); !fault.Is(err, fault.Conflict) {
		t.Errorf("twice: %v", err)
	}
	late := d.came("2026/2", privacy.Access, "2026-02-20")
	if err := d.s.Extend(t.Context(), late.ID, "Många ärenden."); !fault.Is(err, fault.Conflict) {
		t.Errorf("after the first month: %v", err)
	}
	got, err := d.s.FindRequest(t.Context(), r.ID)
	d.Must(err)
	if got.Due() != day("2026-06-20") || got.ExtensionReason != "Många ärenden." {
		t.Errorf("%+v", got)
	}
}

func TestTheLetterSaysWhatWasDoneAndWhatThePersonCanDo(t *testing.T) {
	d := newDesk(t)
	ctx := audit.WithActor(t.Context(), audit.Actor{Kind: "user", Name: "Dag Dataskydd"})
	for name, c := range map[string]struct {
		asks, how, reason string
		extend            bool
		sv, en            []string
	}{
		"refused": {privacy.ToBeErased, privacy.Refused, "Handlingen ska bevaras.", false,
			[]string{"20 mars 2026", "2026/refused", "Handlingen ska bevaras.", "Integritetsskyddsmyndigheten", "förvaltningsrätten", "tre veckor"},
			[]string{"20 March 2026", "Handlingen ska bevaras.", "IMY", "administrative court", "three weeks"}},
		"erased":   {privacy.ToBeErased, privacy.Done, "", false, []string{"arkivlagen", "särskilt yttrande", "imy.se"}, []string{"Archives Act", "reservation", "imy.se"}},
		"told":     {privacy.Access, privacy.Done, "", false, []string{"utdrag"}, []string{"extract"}},
		"extended": {privacy.Objection, "", "Många ärenden.", true, []string{"20 juni 2026", "Många ärenden."}, []string{"20 June 2026"}},
		"open":     {privacy.Objection, "", "", false, nil, nil},
	} {
		r := d.came("2026/"+name, c.asks, "2026-03-20")
		if c.extend {
			d.Must(d.s.Extend(ctx, r.ID, c.reason))
		} else if c.how != "" {
			d.Must(d.s.AnswerRequest(ctx, r.ID, c.how, c.reason))
			if err := d.s.AnswerRequest(ctx, r.ID, privacy.Done, ""); !fault.Is(err, fault.Conflict) {
				t.Errorf("%s: answered twice: %v", name, err)
			}
		}
		r, err := d.s.FindRequest(ctx, r.ID)
		d.Must(err)
		if c.how != "" && (r.AnsweredBy != "Dag Dataskydd" || r.Answer != c.how || r.RefusalReason != c.reason) {
			t.Errorf("%s: %+v", name, r)
		}
		for lang, want := range map[i18n.Lang][]string{i18n.Sv: c.sv, i18n.En: c.en} {
			text := strings.ReplaceAll(strings.Join(d.s.Reply(lang, r), "\n"), "\u00a0", " ")
			for _, w := range want {
				if !strings.Contains(text, w) {
					t.Errorf("%s in %s does not say %q:\n%s", name, lang, w, text)
				}
			}
			if want == nil && text != "" || strings.Contains(text, "[privacy.") {
				t.Errorf("%s in %s: %q", name, lang, text)
			}
		}
	}
	if err := d.s.AnswerRequest(ctx, d.came("2026/9", privacy.Access, "2026-03-20").ID, privacy.Refused, ""); !fault.Is(err, fault.Invalid) {
		t.Errorf("refused without a reason: %v", err)
	}
}

func TestWhoIsResponsibleIsRemindedOnceBeforeTheLastDayAndOnceAfter(t *testing.T) {
	d := newDesk(t)
	d.came("2026/1", privacy.Access, "2026-03-20")
	answered := d.came("2026/2", privacy.Access, "2026-03-20")
	d.Must(d.s.AnswerRequest(t.Context(), answered.ID, privacy.Done, ""))
	letters := func() int {
		d.Must(d.s.RemindJob(t.Context(), privacy.RemindArgs{}))
		_, err := d.Outbox.Drain(t.Context())
		d.Must(err)
		return len(d.Post.Letters)
	}
	for _, step := range []struct {
		on   string
		want int
	}{{"2026-04-01", 0}, {"2026-04-12", 0}, {"2026-04-13", 1}, {"2026-04-14", 1}, {"2026-04-20", 1}, {"2026-04-21", 2}, {"2026-05-21", 2}} {
		d.Clock.Advance(day(step.on).Add(9 * time.Hour).Sub(d.Clock.Now()))
		if n := letters(); n != step.want {
			t.Errorf("%s: %d letters, want %d", step.on, n, step.want)
		}
	}
	if l := d.Post.Letters[1]; l.To != d.user.Email || !strings.Contains(l.Subject, "2026/1") || l.Button == nil || !strings.HasPrefix(l.Button.URL, "https://dialog.example/team/people/requests/") {
		t.Errorf("%+v", l)
	}
}

// A reminder that was queued and not sent is taken back when the request is answered meanwhile.
func TestNobodyIsRemindedOfWhatIsAnswered(t *testing.T) {
	d := newDesk(t)
	r := d.came("2026/1", privacy.Access, "2026-03-05")
	n, err := d.s.Remind(t.Context())
	d.Must(err)
	d.Must(d.s.AnswerRequest(t.Context(), r.ID, privacy.Done, ""))
	_, err = d.Outbox.Drain(t.Context())
	d.Must(err)
	if n != 1 || len(d.Post.Letters) != 0 {
		t.Errorf("%d due, %d letters", n, len(d.Post.Letters))
	}
}

func TestAnsweredRequestsAreThinnedByDecisionAndOpenOnesNever(t *testing.T) {
	d := newDesk(t)
	d.came("2026/1", privacy.Access, "2026-03-20")
	d.Must(d.s.AnswerRequest(t.Context(), d.came("2026/2", privacy.Access, "2026-03-20").ID, privacy.Done, ""))
	d.Clock.Advance(d.Clock.Now().AddDate(0, 25, 0).Sub(d.Clock.Now()))
	for _, c := range []struct {
		rule privacy.Rule
		want int
	}{{privacy.Rule{Months: 24}, 2}, {privacy.Rule{Months: 36, Decision: "2026:17"}, 2}, {rule, 1}} {
		_, err := d.privacy(c.rule).Erase(t.Context())
		d.Must(err)
		list, err := d.s.Requests(t.Context())
		d.Must(err)
		if len(list) != c.want || !list[0].Open() {
			t.Errorf("%+v: %d requests, want %d", c.rule, len(list), c.want)
		}
	}
}

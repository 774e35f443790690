package followup_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/followup"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/region"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/report/reporttest"
	"upphandlingsdialog/internal/testkit"
)

type world struct {
	*reporttest.World
	followUps *followup.Service
	edition   report.Edition
}

// newWorld has a published regional edition.
func newWorld(t *testing.T) *world {
	s := &world{}
	s.World = reporttest.New(t, func(from *report.Sources) {
		from.Uptake = func(ctx context.Context) (*report.Uptake, error) { return s.followUps.Uptake(ctx) }
	})
	s.followUps = followup.New(s.DB, s.Clock.Now, s.Reports, s.Outbox,
		followup.Config{BaseURL: reporttest.Address, Key: reporttest.Key, Owner: reporttest.Owner, Contact: reporttest.Contact})
	s.Decide()
	s.edition = s.Publish(report.Regional)
	return s
}

func bodies(t *testing.T, lines ...string) []followup.Body {
	t.Helper()
	all, err := followup.ParseBodies(strings.Join(lines, "\n"), "politicians", i18n.Sv)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// link is the personal link of the last letter to an address.
func (w *world) link(to string) string {
	w.Helper()
	_, err := w.Outbox.Drain(w.Context())
	w.Must(err)
	for _, l := range slices.Backward(w.Post.Letters) {
		if l.To == to {
			return strings.TrimPrefix(l.Button.URL, reporttest.Address+"/follow-up/")
		}
	}
	w.Fatalf("no letter to %s", to)
	return ""
}

// golden holds the last letter to an address to its file, without the link, which differs from run to run.
func (w *world) golden(name, to string) {
	w.Helper()
	token := w.link(to)
	for i := len(w.Post.Letters) - 1; i >= 0; i-- {
		if l := w.Post.Letters[i]; l.To == to {
			l.UnsubscribeURL = "https://dialog.example/u/TOKEN"
			testkit.Golden(w.T, name+"."+string(l.Lang)+".txt", "Subject: "+l.Subject+"\n\n"+strings.ReplaceAll(mail.Text(l), token, "TOKEN"))
			return
		}
	}
}

func TestTheLettersSayWhatIsAskedAndThatAnswersArePublic(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	english, err := followup.ParseBodies("Region Dalarna; Dalarna; region@dalarna.example", "politicians", i18n.En)
	w.Must(err)
	_, err = w.followUps.Ask(ctx, w.edition.ID, time.Date(2026, 6, 1, 21, 59, 59, 0, time.UTC),
		append(bodies(t, "Kommunstyrelsen i Falun; Falun; ks@falun.example"), english...))
	w.Must(err)
	w.golden("ask", "ks@falun.example")
	w.golden("ask", "region@dalarna.example")
	v, err := w.followUps.Latest(ctx)
	w.Must(err)
	w.Clock.Advance(8 * 24 * time.Hour)
	_, err = w.followUps.Remind(ctx, v.ID)
	w.Must(err)
	w.golden("reminder", "ks@falun.example")
	w.golden("reminder", "region@dalarna.example")
}

func day(s string) *time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return &t
}

func TestABodyIsAskedOnceAnswersChangesItsMindAndIsCountedByItsLatestAnswer(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	deadline := w.Clock.Now().AddDate(0, 2, 0)
	two := bodies(t, "Kommunstyrelsen i Falun; Falun; ks@falun.example", "Kommunstyrelsen i Mora; Mora kommun; ks@mora.example")
	for range 2 {
		_, err := w.followUps.Ask(ctx, w.edition.ID, deadline, two)
		w.Must(err)
	}
	falun, mora := w.link("ks@falun.example"), w.link("ks@mora.example")
	if len(w.Post.Letters) != 2 || falun == mora {
		t.Fatalf("%d letters, links %q and %q", len(w.Post.Letters), falun, mora)
	}
	r, v, err := w.followUps.ByToken(ctx, falun)
	w.Must(err)
	if r.Organisation != "Kommunstyrelsen i Falun" || r.Place(i18n.Sv) != "Falun" || len(r.Numbers) < 2 || !r.Silent() {
		t.Fatalf("asked: %+v", r)
	}
	first, second := r.Numbers[0], r.Numbers[1]
	w.Must(w.followUps.Reply(ctx, falun, []followup.Reply{{Number: first, Answer: followup.Adopt, Due: day("2027-03-01")}}))
	w.Must(w.followUps.Reply(ctx, mora, []followup.Reply{{Number: first, Answer: followup.Decline, Reason: "Vi saknar folk."},
		{Number: second, Answer: followup.Adapt, Reason: "Med Orsa.", Due: day("2027-05-01")}}))
	w.Must(w.followUps.Reply(ctx, mora, []followup.Reply{{Number: first, Answer: followup.Adapt, Reason: "Hälften nu.", Due: day("2027-06-01")}}))
	v, err = w.followUps.Find(ctx, v.ID)
	w.Must(err)
	if got := v.Tally(first); got != (followup.Tally{Adopt: 1, Adapt: 1}) {
		t.Errorf("%s counts %+v", first, got)
	}
	if got := v.Tally(second); got != (followup.Tally{Adapt: 1, Silent: 1}) {
		t.Errorf("%s counts %+v", second, got)
	}
	var rows int
	w.Must(w.DB.Get(&rows, `SELECT count(*) FROM follow_up_reply`))
	w.Must(w.followUps.Reply(ctx, mora, []followup.Reply{{Number: first, Answer: followup.Adapt, Reason: "Hälften nu.", Due: day("2027-06-01")}}))
	var again int
	w.Must(w.DB.Get(&again, `SELECT count(*) FROM follow_up_reply`))
	if rows != 4 || again != 4 {
		t.Errorf("%d replies, then %d after the same was said again; want what was said before to stand: 4", rows, again)
	}
	if _, err := w.DB.Exec(`UPDATE follow_up_reply SET answer = 'adopt'`); err == nil {
		t.Error("a reply could be changed in the database")
	}
}

func TestOnlyTheSilentAreRemindedAndNotWithinAWeek(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	_, err := w.followUps.Ask(ctx, w.edition.ID, w.Clock.Now().AddDate(0, 2, 0),
		bodies(t, "Kommunstyrelsen i Falun; Falun; ks@falun.example", "Kommunstyrelsen i Mora; Mora; ks@mora.example"))
	w.Must(err)
	token := w.link("ks@falun.example")
	r, v, err := w.followUps.ByToken(ctx, token)
	w.Must(err)
	remind := func(want int) {
		t.Helper()
		if n, err := w.followUps.Remind(ctx, v.ID); err != nil || n != want {
			t.Errorf("%d reminded, %v; want %d", n, err, want)
		}
	}
	remind(0)
	w.Clock.Advance(8 * 24 * time.Hour)
	var all []followup.Reply
	for _, n := range r.Numbers {
		all = append(all, followup.Reply{Number: n, Answer: followup.Decline, Reason: "Nej."})
	}
	w.Must(w.followUps.Reply(ctx, token, all))
	remind(1)
	remind(0)
	w.link("ks@mora.example")
	if last := w.Post.Letters[len(w.Post.Letters)-1]; last.To != "ks@mora.example" || !strings.HasPrefix(last.Subject, "Påminnelse") {
		t.Errorf("the last letter is %q to %s", last.Subject, last.To)
	}
	w.Clock.Advance(8 * 24 * time.Hour)
	remind(1)
	mora := w.link("ks@mora.example")
	w.Clock.Advance(8 * 24 * time.Hour)
	remind(1)
	sent := len(w.Post.Letters)
	w.Must(w.followUps.Reply(ctx, mora, all)) // answers while the reminder waits in the outbox
	_, err = w.Outbox.Drain(ctx)
	w.Must(err)
	if len(w.Post.Letters) != sent {
		t.Error("a reminder went to a body that had answered")
	}
}

func TestAReplyThatSaysTooLittleChangesNothing(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	_, err := w.followUps.Ask(ctx, w.edition.ID, w.Clock.Now().AddDate(0, 2, 0), bodies(t, "Regionen; Dalarna; region@dalarna.example"))
	w.Must(err)
	token := w.link("region@dalarna.example")
	r, _, err := w.followUps.ByToken(ctx, token)
	w.Must(err)
	n := r.Numbers[0]
	for name, c := range map[string]struct {
		replies []followup.Reply
		field   string
	}{
		"nothing":                 {nil, "answer-" + n},
		"another's":               {[]followup.Reply{{Number: "9.9", Answer: followup.Adopt, Due: day("2027-01-01")}}, "answer-9.9"},
		"no such answer":          {[]followup.Reply{{Number: n, Answer: "maybe"}}, "answer-" + n},
		"declined without reason": {[]followup.Reply{{Number: n, Answer: followup.Decline}}, "reason-" + n},
		"adapted without how":     {[]followup.Reply{{Number: n, Answer: followup.Adapt, Due: day("2027-01-01")}}, "reason-" + n},
		"a day long ago":          {[]followup.Reply{{Number: n, Answer: followup.Adopt, Due: day("2007-01-01")}}, "due-" + n},
		"a day never seen":        {[]followup.Reply{{Number: n, Answer: followup.Adopt, Due: day("2997-01-01")}}, "due-" + n},
		"adopted without a day":   {[]followup.Reply{{Number: n, Answer: followup.Adopt}}, "due-" + n},
		"a novel":                 {[]followup.Reply{{Number: n, Answer: followup.Decline, Reason: strings.Repeat("x", 2001)}}, "reason-" + n},
		"one right, one wrong": {[]followup.Reply{{Number: n, Answer: followup.Decline, Reason: "Nej."}, {Number: r.Numbers[1], Answer: followup.Adopt}},
			"due-" + r.Numbers[1]},
	} {
		f, ok := fault.Of(w.followUps.Reply(ctx, token, c.replies))
		if !ok || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != c.field {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if r, _, err := w.followUps.ByToken(ctx, token); err != nil || r.Answered() != 0 {
		t.Errorf("%d replies stored, %v", r.Answered(), err)
	}
	if _, _, err := w.followUps.ByToken(ctx, "guessed"); !fault.Is(err, fault.NotFound) {
		t.Errorf("a guessed link: %v", err)
	}
}

func TestOnlyWhatThePublicCanReadIsAskedAbout(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	body := bodies(t, "Regionen; Dalarna; region@dalarna.example")
	if _, err := w.followUps.Ask(ctx, w.edition.ID, w.Clock.Now().Add(-time.Hour), body); !fault.Is(err, fault.Invalid) {
		t.Errorf("a day that has passed: %v", err)
	}
	e, err := w.Reports.Make(ctx, report.National, "sv")
	w.Must(err)
	if _, err := w.followUps.Plan(ctx, e.ID, body); !fault.Is(err, fault.Conflict) {
		t.Errorf("an edition that is not published: %v", err)
	}
	waves, err := w.Reports.Waves(ctx)
	w.Must(err)
	if len(waves) != 1 || waves[0].Bid == nil || waves[0].Baseline != 0.15 {
		t.Errorf("the indicator is %+v", waves)
	}
}

func TestEachLineOfBodiesThatCannotBeReadIsNamed(t *testing.T) {
	for name, c := range map[string]struct{ line, key string }{
		"two cells":          {"Falun; ks@falun.example", "followup.error_cells"},
		"no organisation":    {"  ; Falun; ks@falun.example", "followup.error_organisation"},
		"another county":     {"Kommunstyrelsen; Gävle; ks@gavle.example", "followup.error_municipality"},
		"no address":         {"Kommunstyrelsen; Falun; ks at falun", "followup.error_address"},
		"the same once more": {"Kommunstyrelsen i Mora; Mora; andra@mora.example", "followup.error_twice"},
	} {
		_, err := followup.ParseBodies("Kommunstyrelsen i Mora; Mora; ks@mora.example\n\n"+c.line, "authorities", i18n.Sv)
		f, ok := fault.Of(err)
		if !ok || len(f.Fields) != 1 || f.Fields[0].Key != c.key || f.Fields[0].Args["Line"] != 3 {
			t.Errorf("%s: %+v", name, f)
		}
	}
	got, err := followup.ParseBodies("Falu kommun\tFalu kommun\ta@b.se\r\nRegion Dalarna;dalarna;c@d.se", "authorities", i18n.En)
	if err != nil || len(got) != 2 || got[0].Municipality != 2080 || got[1].Municipality != region.County {
		t.Errorf("cells of a sheet: %+v, %v", got, err)
	}
	if _, err := followup.ParseBodies("A; Falun; a@b.se", "kings", i18n.Sv); !fault.Is(err, fault.Invalid) {
		t.Errorf("an unknown addressee: %v", err)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("aåÄ;\t\n\r@. Mora\x00"))).Draw(t, "pasted")
		all, err := followup.ParseBodies(text, "firms", i18n.Sv)
		if err == nil && len(all) == 0 {
			t.Fatal("neither bodies nor a fault")
		}
	})
}

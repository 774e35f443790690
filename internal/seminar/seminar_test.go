package seminar_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"pgregory.net/rapid"

	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/sample"
	"upphandlingsdialog/internal/seminar"
	"upphandlingsdialog/internal/testkit"
)

// noSender refuses to send: these tests look at the outbox, where letters are checked and kept.
type noSender struct{}

func (noSender) Send(context.Context, mail.Letter) mail.Result {
	panic("no letter leaves in this test")
}
func (noSender) Domain() string { return "dialog.example" }

type world struct {
	t     testing.TB
	db    *sqlx.DB
	now   time.Time
	s     *seminar.Service
	posts *distribution.Service
	firms *people.Service
}

func newWorld(t testing.TB) *world {
	w := &world{t: t, db: testkit.DB(t), now: time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)}
	now := func() time.Time { return w.now }
	w.firms = people.New(w.db, now)
	w.posts = distribution.New(w.db, now, w.firms, nil, noSender{}, distribution.Config{BaseURL: "https://dialog.example"})
	w.s = seminar.New(w.db, now, w.firms, w.posts, seminar.Config{BaseURL: "https://dialog.example",
		Owner: i18n.Text{Sv: "Länsstyrelsen", En: "County board"}, Contact: "fraga@dialog.example"})
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) plan(kind string, starts time.Time, municipality, capacity int) string {
	w.t.Helper()
	d := seminar.Draft{Ref: fmt.Sprintf("s-%s-%d-%d", kind, municipality, starts.Unix()), Kind: kind, Title: "Seminarium", About: "Om",
		StartsAt: starts, EndsAt: starts.Add(2 * time.Hour), Municipality: municipality, Place: "Salen", Capacity: capacity}
	if kind == seminar.Training {
		d.Area = 5
	}
	id, err := w.s.Save(context.Background(), "", 0, d)
	w.must(err)
	return id
}

func form(n int) seminar.Form {
	return seminar.Form{Name: fmt.Sprintf("Person %d", n), Email: fmt.Sprintf("p%d@firma.example", n), Group: "business",
		Organisation: fmt.Sprintf("Firma %d AB", n), Municipality: 2062, Needs: []string{seminar.NeedBidding}, Language: i18n.Sv}
}

func (w *world) letters() (subjects []string) {
	w.t.Helper()
	rows, _, err := w.posts.Outbox(context.Background(), distribution.OutboxFilter{Page: 1})
	w.must(err)
	for _, r := range rows {
		what := string(r.Payload)
		_, what, _ = strings.Cut(what, `"what"`)
		subjects = append(subjects, r.To+" "+strings.Trim(strings.SplitN(what, ",", 2)[0], `: "`))
	}
	return subjects
}

func (w *world) states(id string) string {
	w.t.Helper()
	all, err := w.s.Registrations(context.Background(), id)
	w.must(err)
	out := []string{}
	for _, r := range all {
		out = append(out, fmt.Sprintf("%s %s %d", r.Name, r.State, r.Queue))
	}
	return strings.Join(out, "; ")
}

// attendedFirm is a firm that came to a learning seminar in Mora yesterday.
func (w *world) attendedFirm(n int) string {
	w.t.Helper()
	ctx := context.Background()
	id := w.plan(seminar.Learning, w.now.Add(-24*time.Hour).Add(time.Duration(n)*time.Minute), 2062, 10)
	w.must(w.s.AddAttendee(ctx, id, form(n)))
	all, err := w.s.Registrations(ctx, id)
	w.must(err)
	return all[0].OrganisationID
}

func TestAFullSeminarHasALineAndTheFirstInLineGetsTheSeatThatBecomesFree(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	id := w.plan(seminar.Learning, w.now.AddDate(0, 0, 10), 2062, 2)
	for n := 1; n <= 4; n++ {
		w.must(w.s.Register(ctx, id, form(n)))
	}
	if got := w.states(id); got != "Person 1 registered 0; Person 2 registered 0; Person 3 waiting 1; Person 4 waiting 2" {
		t.Fatal(got)
	}
	all, _ := w.s.Registrations(ctx, id)
	url := w.s.PersonalURL(all[0].ID)
	plain := url[strings.LastIndex(url, "/")+1:]
	r, sem, err := w.s.RegistrationByToken(ctx, plain)
	w.must(err)
	if r.Name != "Person 1" || sem.ID != id {
		t.Errorf("%+v", r)
	}
	w.must(w.s.CancelByToken(ctx, plain))
	w.must(w.s.CancelByToken(ctx, plain)) // twice is no fault
	if got := w.states(id); got != "Person 2 registered 0; Person 3 registered 0; Person 4 waiting 1; Person 1 cancelled 0" {
		t.Fatal(got)
	}
	letters := strings.Join(w.letters(), "\n")
	for _, want := range []string{"p1@firma.example registered", "p3@firma.example waiting", "p1@firma.example cancelled", "p3@firma.example promoted"} {
		if !strings.Contains(letters, want) {
			t.Errorf("no letter %s in\n%s", want, letters)
		}
	}
	if _, _, err := w.s.RegistrationByToken(ctx, "guess"); !fault.Is(err, fault.NotFound) {
		t.Errorf("guessed link: %v", err)
	}
}

func TestRegisteringTwiceGivesTheSameAnswerAndOneSeat(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	id := w.plan(seminar.Learning, w.now.AddDate(0, 0, 10), 2062, 5)
	again := form(1)
	again.Email = " P1@FIRMA.example "
	w.must(w.s.Register(ctx, id, form(1)))
	w.must(w.s.Register(ctx, id, again))
	w.must(w.s.Register(ctx, id, again))
	if got := w.states(id); got != "Person 1 registered 0" {
		t.Error(got)
	}
	if n := len(w.letters()); n != 2 {
		t.Errorf("%d letters: one for the seat and one a day that reminds of it", n)
	}
}

func TestWhoMayRegisterAndWhatIsAsked(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	learning := w.plan(seminar.Learning, w.now.AddDate(0, 0, 10), 2062, 5)
	training := w.plan(seminar.Training, w.now.AddDate(0, 0, 11), 2080, 5)
	past := w.plan(seminar.Learning, w.now.Add(-time.Hour), 2062, 5)
	for _, c := range []struct {
		name    string
		id      string
		change  func(*seminar.Form)
		problem string // field, "" for none
		kind    fault.Kind
	}{
		{"a firm that says what it needs", learning, func(*seminar.Form) {}, "", 0},
		{"no need said", learning, func(f *seminar.Form) { f.Needs = nil }, "needs", fault.Invalid},
		{"unknown need", learning, func(f *seminar.Form) { f.Needs = []string{"x"} }, "needs", fault.Invalid},
		{"a politician at a learning seminar", learning, func(f *seminar.Form) { f.Group = "politician" }, "group", fault.Invalid},
		{"no firm", learning, func(f *seminar.Form) { f.Organisation = " " }, "organisation", fault.Invalid},
		{"bad address", training, func(f *seminar.Form) { f.Email = "p1" }, "email", fault.Invalid},
		{"a politician at training", training, func(f *seminar.Form) { f.Group, f.Organisation, f.Needs = "politician", "", nil }, "", 0},
		{"no group at training", training, func(f *seminar.Form) { f.Group = "" }, "group", fault.Invalid},
		{"unknown municipality", training, func(f *seminar.Form) { f.Municipality = 380 }, "municipality", fault.Invalid},
		{"too late", past, func(*seminar.Form) {}, "", fault.Unavailable},
	} {
		f := form(1)
		c.change(&f)
		err := w.s.Register(ctx, c.id, f)
		got, _ := fault.Of(err)
		if (err == nil) != (c.kind == 0) || err != nil && (got == nil || got.Kind != c.kind) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if c.problem != "" && (len(got.Fields) == 0 || got.Fields[0].Name != c.problem) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestTwoWhoWantTheLastSeatDoNotBothGetIt(t *testing.T) {
	w := newWorld(t)
	id := w.plan(seminar.Learning, w.now.AddDate(0, 0, 10), 2062, 3)
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			if err := w.s.Register(context.Background(), id, form(n)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	sem, err := w.s.Find(context.Background(), id)
	w.must(err)
	if sem.Registered != 3 || sem.Waiting != 5 {
		t.Errorf("%d seats taken of 3, %d in line", sem.Registered, sem.Waiting)
	}
}

func TestTrainingHasOneThemeAndLearningHasNone(t *testing.T) {
	w := newWorld(t)
	base := seminar.Draft{Ref: "ref-1", Kind: seminar.Training, Title: "T", About: "A", StartsAt: w.now.AddDate(0, 1, 0),
		EndsAt: w.now.AddDate(0, 1, 0).Add(time.Hour), Municipality: 2080, Place: "P", Capacity: 10}
	for _, c := range []struct {
		kind  string
		area  int
		theme string
		ok    bool
	}{
		{seminar.Training, 5, "", true}, {seminar.Training, 0, "Ändrad lag", true}, {seminar.Training, 0, "", false},
		{seminar.Training, 6, "Också", false}, {seminar.Training, 4, "", false},
		{seminar.Learning, 0, "", true}, {seminar.Learning, 7, "", false}, {seminar.Learning, 0, "Tema", false},
	} {
		d := base
		d.Ref = fmt.Sprintf("ref-%s-%d-%d", c.kind, c.area, len(c.theme))
		d.Kind, d.Area, d.FreeTheme = c.kind, c.area, c.theme
		if _, err := w.s.Save(context.Background(), "", 0, d); (err == nil) != c.ok {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestAdviceIsRefusedBeforeAttendanceAndBeyondFiveHours(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	firm := w.attendedFirm(1)
	other, err := w.firmID("Främmande AB")
	w.must(err)
	post := func(org string, quarters int, day time.Time) string {
		_, err := w.s.Post(ctx, org, quarters, day, "anbud")
		if err == nil {
			return "ok"
		}
		f, ok := fault.Of(err)
		if !ok || len(f.Fields) == 0 {
			return err.Error()
		}
		return f.Fields[0].Key
	}
	today := w.now
	for _, c := range []struct {
		name string
		got  string
		want string
	}{
		{"never attended", post(other, 1, today), "seminar.error_no_attendance"},
		{"before the seminar", post(firm, 1, today.AddDate(0, 0, -2)), "seminar.error_no_attendance"},
		{"tomorrow", post(firm, 1, today.AddDate(0, 0, 1)), "seminar.error_future"},
		{"5.25 hours at once", post(firm, 21, today), "seminar.error_quarters"},
		{"4.75 hours", post(firm, 19, today), "ok"},
		{"half an hour more", post(firm, 2, today), "seminar.error_hours"},
		{"the last quarter", post(firm, 1, today), "ok"},
		{"a quarter too much", post(firm, 1, today), "seminar.error_hours"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s, want %s", c.name, c.got, c.want)
		}
	}
	a, err := w.s.Account(ctx, firm)
	w.must(err)
	if a.Quarters != 20 || len(a.Entries) != 2 {
		t.Fatalf("%+v", a)
	}
	w.must(w.s.Reverse(ctx, a.Entries[0].ID, "fel företag"))
	if err := w.s.Reverse(ctx, a.Entries[0].ID, "igen"); !fault.Is(err, fault.Conflict) {
		t.Errorf("second reversal: %v", err)
	}
	a, err = w.s.Account(ctx, firm)
	w.must(err)
	if a.Quarters != 1 || len(a.Entries) != 3 || a.Entries[0].ReversedBy != a.Entries[2].ID {
		t.Errorf("after the correction: %+v", a)
	}
	if err := w.s.Reverse(ctx, a.Entries[2].ID, "ångrar"); !fault.Is(err, fault.Conflict) {
		t.Errorf("reversal of a reversal: %v", err)
	}
	for _, sql := range []string{`UPDATE advice_entry SET quarters = 1`, `DELETE FROM advice_entry`, `TRUNCATE advice_entry`} {
		if _, err := w.db.Exec(sql); err == nil {
			t.Errorf("%s changed an append-only ledger", sql)
		}
	}
	attended, err := w.s.Registrations(ctx, a.Attended[0].ID)
	w.must(err)
	if err := w.s.SetAttended(ctx, attended[0].ID, false); !fault.Is(err, fault.Conflict) {
		t.Errorf("attendance was taken back under given advice: %v", err)
	}
}

func (w *world) firmID(name string) (id string, err error) {
	tx, err := w.db.Beginx()
	if err != nil {
		return "", err
	}
	if id, err = w.firms.EnsureFirm(context.Background(), tx, name, 2062, true); err != nil {
		_ = tx.Rollback()
		return "", err
	}
	return id, tx.Commit()
}

func TestAdviceNeverPassesFiveHoursWhateverIsPostedAtOnce(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	firms := 0
	rapid.Check(t, func(rt *rapid.T) {
		firms++
		firm := w.attendedFirm(firms)
		posts := rapid.SliceOfN(rapid.IntRange(1, 12), 2, 8).Draw(rt, "quarters")
		var wg sync.WaitGroup
		var mu sync.Mutex
		accepted := 0
		for i, q := range posts {
			wg.Go(func() {
				id, err := w.s.Post(ctx, firm, q, w.now, "samtidigt")
				if err != nil {
					if !fault.Is(err, fault.Invalid) {
						t.Error(err)
					}
					return
				}
				if i%3 == 2 {
					if err := w.s.Reverse(ctx, id, "fel"); err != nil {
						t.Error(err)
					}
					return
				}
				mu.Lock()
				accepted += q
				mu.Unlock()
			})
		}
		wg.Wait()
		a, err := w.s.Account(ctx, firm)
		if err != nil {
			rt.Fatal(err)
		}
		sum, highest := 0, 0
		for _, e := range a.Entries {
			sum += e.Quarters
			highest = max(highest, sum)
		}
		if sum != a.Quarters || sum != accepted || sum > seminar.MaxQuarters {
			rt.Fatalf("balance %d, entries sum to %d, accepted %d", a.Quarters, sum, accepted)
		}
	})
}

func TestTheSampleYearFulfilsItsPlanAndReadsTwiceAlike(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	for _, now := range []time.Time{w.now, time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)} {
		file, err := sample.SeminarYear(now)
		w.must(err)
		if now.Equal(w.now) {
			first, err := w.s.ImportYear(ctx, bytes.NewReader(file))
			w.must(err)
			again, err := w.s.ImportYear(ctx, bytes.NewReader(file))
			w.must(err)
			if first.Seminars != 10 || first.Advice == 0 || again != (seminar.YearImported{}) {
				t.Errorf("first %+v, again %+v", first, again)
			}
		}
	}
	plan, err := w.s.Plan(ctx, 2026)
	w.must(err)
	if plan.Training != (seminar.Progress{Done: 2, Coming: 2, Goal: 4}) || plan.Learning != (seminar.Progress{Done: 4, Coming: 2, Goal: 6}) {
		t.Errorf("%+v", plan)
	}
	if len(plan.Warnings) != 0 || len(plan.Left) != 9 {
		t.Errorf("%+v", plan)
	}
	accounts, err := w.s.Accounts(ctx)
	w.must(err)
	full := 0
	for _, a := range accounts {
		if a.Left() == 0 {
			full++
		}
	}
	if len(accounts) != 24 || full != 1 {
		t.Errorf("%d firms with accounts, %d of them have used all", len(accounts), full)
	}
	if n := len(w.letters()); n != 0 {
		t.Errorf("reading a file sent %d letters", n)
	}
}

func TestAYearFileThatCannotBeReadSaysOnWhichLine(t *testing.T) {
	w := newWorld(t)
	for text, want := range map[string]string{
		"seminars:\n  - ref: a\n    wher: Mora\n":              "line 3: field wher not found",
		"seminars:\n  - ref: a\n    capacity: many\n":          "line 3: cannot unmarshal !!str `many`",
		"invented: true\nseminars:\n  - ref: [a\n  - ref: b\n": "line ",
		"": "empty",
	} {
		_, err := w.s.ImportYear(context.Background(), strings.NewReader(text))
		f, ok := fault.Of(err)
		if !ok {
			t.Fatal(err)
		}
		if got := i18n.Fault(i18n.En, f); !strings.Contains(got, want) || strings.Contains(got, "seminar.") || strings.Contains(got, "into int") {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
}

func TestAYearFileWithFaultsStoresNothingAndNamesThem(t *testing.T) {
	w := newWorld(t)
	file, err := sample.SeminarYear(w.now)
	w.must(err)
	text := strings.Replace(string(file), "municipality: Ludvika", "municipality: Uppsala", 1)
	_, err = w.s.ImportYear(context.Background(), strings.NewReader(text))
	f, ok := fault.Of(err)
	if !ok || len(f.Fields) != 1 {
		t.Fatalf("%v", err)
	}
	line := 1 + strings.Count(text[:strings.Index(text, "municipality: Uppsala")], "\n")
	if want := fmt.Sprintf("line %d, “", line); !strings.HasPrefix(f.Fields[0].Name, want) || !strings.HasSuffix(f.Fields[0].Name, "”, municipality") {
		t.Errorf("the fault is in %q", f.Fields[0].Name)
	}
	if says := i18n.TMap(i18n.Sv, f.Fields[0].Key, f.Fields[0].Args); !strings.Contains(says, "”Uppsala”") || !strings.Contains(says, "Mora") {
		t.Errorf("it says %q", says)
	}
	all, err := w.s.List(context.Background(), 0)
	w.must(err)
	if len(all) != 0 {
		t.Errorf("%d seminars were stored", len(all))
	}
}

func TestThePlanWarnsOfRepeatsAndClusters(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	for i, m := range []int{2062, 2062, 2034} { // Mora twice and Orsa: all in one reporting group
		w.plan(seminar.Learning, w.now.AddDate(0, 0, 10+i), m, 5)
	}
	w.plan(seminar.Learning, w.now.AddDate(0, 0, -20), 2080, 5) // has been, nobody checked in
	plan, err := w.s.Plan(ctx, 2026)
	w.must(err)
	keys := []string{}
	for _, x := range plan.Warnings {
		keys = append(keys, x.Key)
	}
	for lang, want := range map[i18n.Lang]string{i18n.Sv: "Siljan norra", i18n.En: "Northern Siljan"} {
		if text := plan.Warnings[len(plan.Warnings)-1].Text(lang); !strings.Contains(text, want) {
			t.Errorf("no %q in %q", want, text)
		}
	}
	if got := strings.Join(keys, " "); got != "seminar.warn_attendance seminar.warn_repeat seminar.warn_cluster" {
		t.Error(got)
	}
	if plan.Learning != (seminar.Progress{Coming: 2, Goal: 6}) {
		t.Errorf("a repeat counts once: %+v", plan.Learning)
	}
}

func TestMovingAndCallingOffTellsThoseRegisteredAndTheirCalendars(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	id := w.plan(seminar.Learning, w.now.AddDate(0, 0, 10), 2062, 1)
	w.must(w.s.Register(ctx, id, form(1)))
	w.must(w.s.Register(ctx, id, form(2)))
	sem, err := w.s.Find(ctx, id)
	w.must(err)
	d := seminar.Draft{Ref: sem.Ref, Kind: sem.Kind, Title: sem.Title, About: sem.About, StartsAt: sem.StartsAt, EndsAt: sem.EndsAt,
		Municipality: sem.Municipality, Place: "Stora salen", Capacity: 2}
	_, err = w.s.Save(ctx, id, sem.Revision, d)
	w.must(err)
	if _, err := w.s.Save(ctx, id, sem.Revision, d); !fault.Is(err, fault.Conflict) {
		t.Errorf("an older page overwrote a newer one: %v", err)
	}
	w.must(w.s.CallOff(ctx, id))
	letters := strings.Join(w.letters(), "\n")
	for _, want := range []string{"p1@firma.example moved", "p2@firma.example promoted", "p1@firma.example called_off", "p2@firma.example called_off"} {
		if !strings.Contains(letters, want) {
			t.Errorf("no letter %s in\n%s", want, letters)
		}
	}
	sem, err = w.s.Find(ctx, id)
	w.must(err)
	ics := w.s.Calendar(i18n.Sv, "Seminarier", []seminar.Seminar{sem})
	for _, want := range []string{"UID:" + id + "@dialog.example", "SEQUENCE:2", "STATUS:CANCELLED", "DTSTART:20260611T120000Z"} {
		if !strings.Contains(ics, want) {
			t.Errorf("no %s in\n%s", want, ics)
		}
	}
}

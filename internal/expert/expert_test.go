package expert_test

import (
	"testing"
	"time"

	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/testkit"
)

func lawyer() expert.Statement {
	return expert.Statement{Name: "Karin Lindh", Role: "upphandlingsjurist", Organisation: "Byrån", Language: i18n.Sv,
		Date: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Text: "Delning ska övervägas.\r\nSkälen emot antecknas alltid.",
		Quote: "Delning ska övervägas. [...] antecknas alltid.", Approved: true, Themes: []string{"I03", "M01", "I03"}}
}

func TestAnExpertIsNamedOnlyWithConsent(t *testing.T) {
	s := lawyer()
	if got := s.By(); got != "upphandlingsjurist, Byrån" {
		t.Errorf("without consent: %q", got)
	}
	if s.Named = true; s.By() != "Karin Lindh, upphandlingsjurist, Byrån" {
		t.Errorf("with consent: %q", s.By())
	}
}

func TestOnlyApprovedWordsOfTheStatementArePrinted(t *testing.T) {
	service := expert.New(testkit.DB(t), time.Now, 0, "")
	id, err := service.Save(t.Context(), lawyer())
	if err != nil {
		t.Fatal(err)
	}
	s, err := service.Find(t.Context(), id)
	if err != nil || s.Print() != "Delning ska övervägas. […] antecknas alltid." || s.Version != 1 {
		t.Fatalf("%+v, %v", s, err)
	}
	if areas := s.Areas(); len(areas) != 2 || areas[0] != 5 || areas[1] != 6 {
		t.Errorf("areas %v", areas)
	}
	if s.Approved = false; s.Print() != "" {
		t.Error("printed without approval")
	}
}

func TestWhatIsWrongWithAStatementIsSaidByField(t *testing.T) {
	service := expert.New(testkit.DB(t), time.Now, 0, "")
	for name, c := range map[string]struct {
		spoil func(*expert.Statement)
		field string
	}{
		"no role":                 {func(s *expert.Statement) { s.Role = " " }, "role"},
		"nothing said":            {func(s *expert.Statement) { s.Text, s.Quote, s.Approved = "\n", "", false }, "text"},
		"named without a name":    {func(s *expert.Statement) { s.Name, s.Named = "", true }, "name"},
		"other words":             {func(s *expert.Statement) { s.Quote = "Delning bör övervägas." }, "quote"},
		"approval of nothing":     {func(s *expert.Statement) { s.Quote = "" }, "approved"},
		"no theme":                {func(s *expert.Statement) { s.Themes = nil }, "themes"},
		"unknown theme":           {func(s *expert.Statement) { s.Themes = []string{"Z99"} }, "themes"},
		"a day that is no day":    {func(s *expert.Statement) { s.Date = time.Time{} }, "date"},
		"a language nobody reads": {func(s *expert.Statement) { s.Language = "de" }, "language"},
	} {
		s := lawyer()
		c.spoil(&s)
		_, err := service.Save(t.Context(), s)
		f, ok := fault.Of(err)
		if !ok || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != c.field {
			t.Errorf("%s: %+v", name, err)
		}
	}
	if list, _ := service.List(t.Context(), ""); len(list) != 0 {
		t.Errorf("%d statements stored from faulty forms", len(list))
	}
}

func TestOtherWordsMakeANewVersionAndTwoWritersDoNotOverwriteEachOther(t *testing.T) {
	ctx, service := t.Context(), expert.New(testkit.DB(t), time.Now, 0, "")
	id, err := service.Save(ctx, lawyer())
	if err != nil {
		t.Fatal(err)
	}
	find := func() expert.Statement {
		s, err := service.Find(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	was := find()
	s := was
	s.Named, s.Themes = true, []string{"S01"}
	if _, err := service.Save(ctx, s); err != nil {
		t.Fatal(err)
	}
	if now := find(); now.Version != 1 || now.Hash != was.Hash || !now.Named {
		t.Errorf("consent made another statement of it: %+v", now)
	}
	s.Text += " Så står det."
	if _, err := service.Save(ctx, s); err != nil {
		t.Fatal(err)
	}
	if now := find(); now.Version != 2 || now.Hash == was.Hash {
		t.Errorf("other words, same version: %+v", now)
	}
	if _, err := service.Save(ctx, s); !fault.Is(err, fault.Conflict) {
		t.Errorf("a writer who saw version 1 overwrote version 2: %v", err)
	}
}

func TestAWithdrawnStatementHasNoNameAndCannotBeChanged(t *testing.T) {
	ctx, service := t.Context(), expert.New(testkit.DB(t), time.Now, 0, "")
	id, err := service.Save(ctx, lawyer())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := service.Withdraw(ctx, id); err != nil {
			t.Fatal(err)
		}
	}
	s, err := service.Find(ctx, id)
	if err != nil || !s.Withdrawn || s.Name != "" || s.Print() != "" {
		t.Fatalf("%+v, %v", s, err)
	}
	if _, err := service.Save(ctx, s); !fault.Is(err, fault.Conflict) {
		t.Errorf("changed after it was withdrawn: %v", err)
	}
}

func TestANameIsKeptForItsTimeAndTheStatementStandsWithoutIt(t *testing.T) {
	ctx, db := t.Context(), testkit.DB(t)
	now := time.Date(2028, 3, 1, 12, 0, 0, 0, time.UTC)
	service := expert.New(db, func() time.Time { return now }, 24, "2026:17")
	named := lawyer()
	named.Named = true
	id, err := service.Save(ctx, named)
	if err != nil {
		t.Fatal(err)
	}
	late := lawyer()
	late.Date = time.Date(2027, 3, 2, 0, 0, 0, 0, time.UTC)
	other, err := service.Save(ctx, late)
	if err != nil {
		t.Fatal(err)
	}
	names := func(want, wantOther string) {
		t.Helper()
		if err := service.NamesJob(ctx, expert.NamesArgs{}); err != nil {
			t.Fatal(err)
		}
		a, _ := service.Find(ctx, id)
		b, _ := service.Find(ctx, other)
		if a.Name != want || b.Name != wantOther {
			t.Errorf("on %s the names are %q and %q", now.Format(time.DateOnly), a.Name, b.Name)
		}
	}
	names("Karin Lindh", "Karin Lindh")
	now = now.AddDate(0, 0, 1)
	names("", "Karin Lindh")
	s, err := service.Find(ctx, id)
	if err != nil || s.Named || s.By() != "upphandlingsjurist, Byrån" || s.Print() == "" || s.Version != 1 || service.NameUntil(s) != nil {
		t.Errorf("without its name: %+v, %v", s, err)
	}
	for range 2 {
		if err := service.Unname(ctx, other); err != nil {
			t.Fatal(err)
		}
	}
	names("", "")
	var logged int
	if err := db.Get(&logged, `SELECT count(*) FILTER (WHERE detail->>'decision' = '2026:17') * 10 + count(*)
		FROM audit_event WHERE event = 'statement.name_removed'`); err != nil || logged != 12 {
		t.Errorf("of the two removals the log says %d, %v; want one by decision and one on request", logged, err)
	}
}

func TestWithoutATimeOrADecisionANameIsKept(t *testing.T) {
	ctx, db := t.Context(), testkit.DB(t)
	for _, c := range []struct {
		months   int
		decision string
	}{{0, ""}, {24, ""}, {0, "2026:17"}} {
		service := expert.New(db, func() time.Time { return time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC) }, c.months, c.decision)
		id, err := service.Save(ctx, lawyer())
		if err != nil {
			t.Fatal(err)
		}
		if err := service.NamesJob(ctx, expert.NamesArgs{}); err != nil {
			t.Fatal(err)
		}
		if s, err := service.Find(ctx, id); err != nil || s.Name == "" || service.NameUntil(s) != nil {
			t.Errorf("%+v: %+v, %v", c, s, err)
		}
	}
}

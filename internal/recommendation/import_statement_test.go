package recommendation_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/recommendation/recommendationtest"
	"upphandlingsdialog/internal/sample"
)

const spoken = `statements:
  - role: revisor
    organisation: Byrån
    name: Karin Lindh
    date: "2026-03-02"
    language: sv
    themes: [I03]
    text: Delning i flera kontrakt ska övervägas.
    quote: Delning i flera kontrakt
    approved: true
`

// withStatement is the sample, in which 5.1 rests on a statement that the file holds too.
func withStatement(w *recommendationtest.World) string {
	file := strings.Replace(string(sample.Recommendations(w.Clock.Now())), "\nrecommendations:\n", "\n"+spoken+"recommendations:\n", 1)
	const before = "      - {meeting: dialogmote-mora, theme: I03, kind: proposal}\n"
	return strings.Replace(file, before, before+"      - {expert: revisor, contains: delning i flera}\n", 1)
}

func TestAFileHoldsTheStatementsThatItsRecommendationsRestOn(t *testing.T) {
	w := recommendationtest.New(t)
	w.Crowd(10)
	w.ImportSample()
	ctx := t.Context()
	file := withStatement(w)
	read := func(file string) recommendation.Imported {
		t.Helper()
		done, err := w.Service.Import(ctx, strings.NewReader(file))
		w.Must(err)
		return done
	}
	rests := func() expert.Statement {
		t.Helper()
		r := w.Numbered("5.1")
		last := r.Evidence[len(r.Evidence)-1]
		if last.Statement == nil || last.Stale {
			t.Fatalf("5.1 rests on %+v", last)
		}
		return *last.Statement
	}
	if done := read(file); fmt.Sprint(done.Statements, done.Changed) != "[revisor, Byrån] [5.1]" {
		t.Errorf("read: %+v", done)
	}
	st := rests()
	if st.Name != "Karin Lindh" || st.Print() != "Delning i flera kontrakt" || st.Version != 1 {
		t.Errorf("the statement is %+v", st)
	}
	if again := read(file); len(again.Statements)+len(again.Created)+len(again.Changed) > 0 {
		t.Errorf("the same file twice: %+v", again)
	}
	changed := strings.Replace(file, "ska övervägas", "bör övervägas", 1)
	if done := read(changed); len(done.Statements) != 1 || fmt.Sprint(done.Changed) != "[5.1]" {
		t.Errorf("other words: %+v", done)
	}
	if now := rests(); now.ID != st.ID || now.Version != 2 || !strings.Contains(now.Text, "bör") {
		t.Errorf("the statement is %+v", now)
	}
	w.Must(w.Experts.Unname(ctx, st.ID))
	if done := read(changed); len(done.Statements) > 0 || rests().Name != "" {
		t.Errorf("a name that was taken out came back with the file: %+v", done)
	}
	w.Must(w.Experts.Withdraw(ctx, st.ID))
	_, err := w.Service.Import(ctx, strings.NewReader(changed))
	var bad *recommendation.ImportError
	if !errors.As(err, &bad) || bad.Findings[0].Key != "expert.error_withdrawn" {
		t.Errorf("a withdrawn statement: %v", err)
	}
}

func TestAFileOfStatementsAlone(t *testing.T) {
	w := recommendationtest.New(t)
	const head = "schema: " + recommendation.FileSchema + "\n"
	for name, c := range map[string]struct{ file, want string }{
		"no role":        {strings.Replace(spoken, "role: revisor", `role: ""`, 1), "rad 3, role: Fyll i det här fältet."},
		"no text at all": {strings.Replace(spoken, "    text: Delning i flera kontrakt ska övervägas.\n", "", 1), "rad 3, text: Fyll i det här fältet."},
		"a date":         {strings.Replace(spoken, "2026-03-02", "i våras", 1), "rad 6, date"},
		"a theme":        {strings.Replace(spoken, "[I03]", "[I99]", 1), "rad 8, themes"},
		"other words":    {strings.Replace(spoken, "quote: Delning i", "quote: Uppdelning i", 1), "rad 10, quote: Orden finns inte så i utlåtandet."},
		"unknown":        {spoken + "    phone: 1\n", "Fältet phone är okänt"},
		"twice":          {spoken + strings.TrimPrefix(spoken, "statements:\n"), "redan ett utlåtande av ”revisor”"},
		"no list":        {"statements: revisor\n", "statements"},
	} {
		_, err := w.Service.Import(t.Context(), strings.NewReader(head+c.file))
		var bad *recommendation.ImportError
		if !errors.As(err, &bad) || !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := bad.Findings[0].In(i18n.Sv); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if list, err := w.Experts.List(t.Context(), ""); err != nil || len(list) > 0 {
		t.Errorf("a file with faults left %d statements: %v", len(list), err)
	}
	done, err := w.Service.Import(t.Context(), strings.NewReader(head+spoken))
	w.Must(err)
	if list, _ := w.Experts.List(t.Context(), ""); len(list) != 1 || len(done.Statements) != 1 {
		t.Errorf("%+v left %d statements", done, len(list))
	}
}

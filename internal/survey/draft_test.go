package survey_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/questionnaire/authoring"
	"upphandlingsdialog/internal/questionnaire/exchange"
	"upphandlingsdialog/internal/survey"
	"upphandlingsdialog/internal/testkit"
)

// desk is two people who work on one draft.
type desk struct {
	*testing.T
	db        *sqlx.DB
	surveys   *survey.Service
	anna, bea context.Context
	draft     survey.Draft
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	clock := testkit.Clock(time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC))
	db := testkit.DB(t)
	d := &desk{T: t, db: db, surveys: survey.New(db, clock.Now)}
	as := func(name string) context.Context {
		return audit.WithActor(context.Background(), audit.Actor{Kind: "user", ID: name, Name: name})
	}
	d.anna, d.bea = as("Anna"), as("Bea")
	content, err := authoring.New("s7_ny", 7, i18n.Text{Sv: "Ny", En: "New"}, authoring.Ready{})
	if err != nil {
		t.Fatal(err)
	}
	if d.draft, err = d.surveys.CreateDraft(d.anna, content); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *desk) edit(ctx context.Context, edits ...authoring.Edit) survey.Draft {
	d.Helper()
	for _, e := range edits {
		next, err := d.surveys.Edit(ctx, d.draft.ID, d.draft.Revision, e)
		if err != nil {
			d.Fatalf("%T: %v", e, err)
		}
		d.draft = next
	}
	return d.draft
}

func text(id, sv string) authoring.SetQuestion {
	e := authoring.SetQuestion{}
	e.ID, e.Type, e.Groups = id, questionnaire.FreeText, []string{"business"}
	e.Text = i18n.Text{Sv: sv, En: sv}
	return e
}

func add() authoring.AddQuestion {
	return authoring.AddQuestion{Section: "part_1", Type: questionnaire.FreeText, Groups: []string{"business"}}
}

func TestTwoWhoEditDifferentQuestionsBothKeepTheirs(t *testing.T) {
	d := newDesk(t)
	seen := d.edit(d.anna, add(), add())
	d.edit(d.anna, text("q7_01", "Annas"))
	after, err := d.surveys.Edit(d.bea, d.draft.ID, seen.Revision, text("q7_02", "Beas"))
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"q7_01": "Annas", "q7_02": "Beas"} {
		if q, _, _ := after.Content.Question(id); q.Text.Sv != want {
			t.Errorf("%s says %q, not %q", id, q.Text.Sv, want)
		}
	}
}

func TestTwoWhoEditTheSameQuestionAreToldWhoAndWhat(t *testing.T) {
	d := newDesk(t)
	seen := d.edit(d.anna, add())
	d.edit(d.anna, text("q7_01", "Annas"))
	_, err := d.surveys.Edit(d.bea, d.draft.ID, seen.Revision, text("q7_01", "Beas"))
	var stale *survey.Stale
	if !errors.As(err, &stale) || stale.By != "Anna" || !fault.Is(err, fault.Conflict) {
		t.Fatalf("Bea is told %v", err)
	}
	if q, _, _ := stale.Current.Content.Question("q7_01"); q.Text.Sv != "Annas" {
		t.Errorf("Bea is shown %q", q.Text.Sv)
	}
	now, err := d.surveys.Draft(d.bea, d.draft.ID)
	if err != nil {
		t.Fatal(err)
	}
	if q, _, _ := now.Content.Question("q7_01"); q.Text.Sv != "Annas" {
		t.Errorf("stored is %q", q.Text.Sv)
	}
	if _, err := d.surveys.Edit(d.bea, d.draft.ID, now.Revision, text("q7_01", "Beas")); err != nil {
		t.Errorf("after having seen Anna's, Bea cannot choose hers: %v", err)
	}
}

func TestUndoAndRedoGoBackAndForth(t *testing.T) {
	d := newDesk(t)
	d.edit(d.anna, add(), text("q7_01", "ett"), text("q7_01", "två"))
	say := func(move func(context.Context, string) (survey.Draft, error)) string {
		t.Helper()
		next, err := move(d.anna, d.draft.ID)
		if err != nil {
			t.Fatal(err)
		}
		d.draft = next
		if q, _, ok := next.Content.Question("q7_01"); ok {
			return q.Text.Sv
		}
		return "no question"
	}
	for i, want := range []string{"ett", "", "no question", "no question"} {
		if got := say(d.surveys.Undo); got != want {
			t.Errorf("undo %d: %q, want %q", i+1, got, want)
		}
	}
	if d.draft.CanUndo || !d.draft.CanRedo {
		t.Errorf("at the beginning: undo %v, redo %v", d.draft.CanUndo, d.draft.CanRedo)
	}
	for i, want := range []string{"", "ett", "två", "två"} {
		if got := say(d.surveys.Redo); got != want {
			t.Errorf("redo %d: %q, want %q", i+1, got, want)
		}
	}
	say(d.surveys.Undo)
	d.edit(d.anna, text("q7_01", "tre"))
	if d.draft.CanRedo {
		t.Error("what was undone comes back although something else was written")
	}
}

func TestADraftWithFaultsIsNoVersion(t *testing.T) {
	d := newDesk(t)
	d.edit(d.anna, add())
	_, err := d.surveys.Test(d.anna, d.draft.ID)
	var problematic *survey.Problematic
	if !errors.As(err, &problematic) || len(problematic.Problems) == 0 || !fault.Is(err, fault.Invalid) {
		t.Fatalf("the answer is %v", err)
	}
	if _, err := d.surveys.Latest(d.anna, "s7_ny"); !fault.Is(err, fault.NotFound) {
		t.Errorf("a version was made: %v", err)
	}
}

func TestAVersionMadeOfADraftIsTheSameAsItsFile(t *testing.T) {
	d := newDesk(t)
	d.edit(d.anna, add(), text("q7_01", "Vad behöver ni?"), authoring.SetSection{ID: "part_1", Title: i18n.Text{Sv: "Behov", En: "Needs"}})
	v, err := d.surveys.Test(d.anna, d.draft.ID)
	if err != nil {
		t.Fatal(err)
	}
	file, err := exchange.YAML(v.Definition)
	if err != nil {
		t.Fatal(err)
	}
	back, _, err := exchange.ReadYAML("s7_ny.yaml", file)
	if err != nil || back.Hash() != v.Hash {
		t.Fatalf("the file is another questionnaire: %v", err)
	}
	if now, _ := d.surveys.Draft(d.anna, d.draft.ID); !now.Tested || now.VersionID != v.ID {
		t.Errorf("the draft says tested %v, version %q", now.Tested, now.VersionID)
	}
	d.edit(d.anna, text("q7_01", "Vad behöver ni mest?"))
	if d.draft.Tested {
		t.Error("a changed draft passes for the version")
	}
	second, err := d.surveys.Test(d.anna, d.draft.ID)
	if err != nil || second.Number != 2 {
		t.Fatalf("version %d: %v", second.Number, err)
	}
	changes, err := d.surveys.Compare(d.anna, "s7_ny", 1, 2)
	if err != nil || len(changes) != 2 { // in Swedish and in English
		t.Errorf("%d changes: %v", len(changes), err)
	}
}

func TestASurveyHasOneDraft(t *testing.T) {
	d := newDesk(t)
	if _, err := d.surveys.CreateDraft(d.bea, d.draft.Content); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second draft: %v", err)
	}
	if err := d.surveys.RemoveDraft(d.bea, d.draft.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.surveys.CreateDraft(d.bea, d.draft.Content); err != nil {
		t.Errorf("after removing the first: %v", err)
	}
}

func TestOnlyTheLatestChangesAreKept(t *testing.T) {
	d := newDesk(t)
	d.edit(d.anna, add())
	old := d.draft.Revision
	for i := range 205 {
		d.edit(d.anna, text("q7_01", string(rune('a'+i%26))))
	}
	undone := 0
	for ; d.draft.CanUndo; undone++ {
		next, err := d.surveys.Undo(d.anna, d.draft.ID)
		if err != nil {
			t.Fatal(err)
		}
		d.draft = next
	}
	if undone != 199 {
		t.Errorf("%d changes can be undone", undone)
	}
	var stale *survey.Stale
	if _, err := d.surveys.Edit(d.bea, d.draft.ID, old, text("q7_01", "Beas")); !errors.As(err, &stale) {
		t.Errorf("an edit of a state that is forgotten: %v", err)
	}
}

func TestWhatIsTypedInOneGoIsUndoneInOneGo(t *testing.T) {
	d := newDesk(t)
	d.edit(d.anna, add(), text("q7_01", "Vad är svårt?"))
	typing := func(ctx context.Context, words ...string) {
		t.Helper()
		for _, w := range words {
			next, err := d.surveys.Type(ctx, d.draft.ID, d.draft.Revision, text("q7_01", w))
			if err != nil {
				t.Fatal(err)
			}
			d.draft = next
		}
	}
	undo := func(want string) {
		t.Helper()
		next, err := d.surveys.Undo(d.anna, d.draft.ID)
		if err != nil {
			t.Fatal(err)
		}
		if q, _, _ := next.Content.Question("q7_01"); q.Text.Sv != want {
			t.Errorf("undone to %q, want %q", q.Text.Sv, want)
		}
		d.draft = next
	}
	typing(d.anna, "Vad är l", "Vad är lät", "Vad är lätt?")
	undo("Vad är svårt?")
	typing(d.anna, "Vad är lätt?")
	typing(d.bea, "Vad är lättast?") // another person's words are another change
	undo("Vad är lätt?")
	d.edit(d.anna, text("q7_01", "Vad är enkelt?")) // and so is what was saved on purpose
	typing(d.anna, "Vad är enklast?")
	undo("Vad är enkelt?")
	undo("Vad är lätt?")
}

func TestARemovedDraftCanBeTakenBack(t *testing.T) {
	d := newDesk(t)
	d.edit(d.anna, add())
	if err := d.surveys.RemoveDraft(d.anna, d.draft.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.surveys.Draft(d.anna, d.draft.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("a removed draft is found: %v", err)
	}
	if _, err := d.surveys.Edit(d.anna, d.draft.ID, d.draft.Revision, add()); !fault.Is(err, fault.NotFound) {
		t.Errorf("a removed draft is edited: %v", err)
	}
	back, err := d.surveys.RestoreDraft(d.bea, d.draft.ID)
	if err != nil || len(back.Content.Questions()) != 1 {
		t.Fatalf("%d questions came back: %v", len(back.Content.Questions()), err)
	}
	if err := d.surveys.RemoveDraft(d.anna, d.draft.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.surveys.CreateDraft(d.bea, d.draft.Content); err != nil {
		t.Fatal(err)
	}
	if _, err := d.surveys.RestoreDraft(d.anna, d.draft.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("the survey has two drafts: %v", err)
	}
}

func TestAQuestionThatWasSentOutKeepsItsID(t *testing.T) {
	d := newDesk(t)
	d.edit(d.anna, add(), text("q7_01", "Vad behöver ni?"), authoring.RenameQuestion{ID: "q7_01", To: "needs"})
	v, err := d.surveys.Test(d.anna, d.draft.ID)
	if err != nil {
		t.Fatal(err)
	}
	d.edit(d.anna, authoring.RenameQuestion{ID: "needs", To: "behov"}) // only tried out
	if v, err = d.surveys.Test(d.anna, d.draft.ID); err != nil {
		t.Fatal(err)
	}
	err = postgres.InTx(d.anna, d.db, func(tx *sqlx.Tx) error { return d.surveys.Lock(d.anna, tx, v.ID) })
	if err != nil {
		t.Fatal(err)
	}
	d.edit(d.anna, add())
	for _, e := range []authoring.RenameQuestion{{ID: "behov", To: "annat"}, {ID: d.draft.Content.Questions()[1].ID, To: "behov"}} {
		if _, err := d.surveys.Edit(d.anna, d.draft.ID, d.draft.Revision, e); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s is renamed to %s: %v", e.ID, e.To, err)
		}
	}
}

package recommendation_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire/authoring"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/recommendation/recommendationtest"
)

// sampled is a world with the nine sample recommendations and answers behind them.
func sampled(t *testing.T) *recommendationtest.World {
	w := recommendationtest.New(t)
	w.Crowd(30)
	w.ImportSample()
	return w
}

// as is a context in which a team member acts, who has an account.
func as(t *testing.T, w *recommendationtest.World, name string) context.Context {
	t.Helper()
	u, err := account.New(w.DB, w.Clock.Now).CreateUser(t.Context(), strings.ToLower(name)+"@example.org", name, account.Leader, "sv",
		"tolv-gravlaxar-i-Siljan")
	w.Must(err)
	return audit.WithActor(t.Context(), u.Actor())
}

func numbered(t *testing.T, w *recommendationtest.World, number string) recommendation.Recommendation {
	t.Helper()
	r := w.Numbered(number)
	return r
}

func TestEveryChangeIsAVersionThatNobodyCanAlter(t *testing.T) {
	w := sampled(t)
	anna := as(t, w, "Anna")
	r := numbered(t, w, "5.1")
	if err := w.Service.Change(anna, r, ""); !fault.Is(err, fault.Invalid) {
		t.Errorf("a change without a reason: %v", err)
	}
	w.Must(w.Service.Change(anna, r, "Inget ändrat"))
	if again := numbered(t, w, "5.1"); again.Version != 1 {
		t.Errorf("saving what stood already made version %d", again.Version)
	}
	r.Title = i18n.Text{Sv: r.Title.Sv + " nu", En: r.Title.En + " now"}
	r.Effort = "high"
	w.Must(w.Service.Change(anna, r, "Efter mötet i Mora"))
	list, err := w.Service.Versions(t.Context(), r.ID)
	w.Must(err)
	if len(list) != 2 || list[0].Number != 2 || list[0].Author != "Anna" || list[0].Note != "Efter mötet i Mora" ||
		list[0].Kind != recommendation.VersionEdited || list[1].Kind != recommendation.VersionImported {
		t.Fatalf("versions %+v", list)
	}
	for _, sql := range []string{`UPDATE recommendation_version SET note = ''`, `DELETE FROM recommendation_version`,
		`TRUNCATE recommendation_version CASCADE`} {
		if _, err := w.DB.ExecContext(t.Context(), sql); err == nil {
			t.Errorf("the database lets %q through", sql)
		}
	}
	changes := recommendation.Compare(list[1].Content, list[0].Content, i18n.Sv)
	if len(changes) != 3 || changes[0].Lang != i18n.Sv || changes[1].Lang != i18n.En || changes[2].Field != "effort" {
		t.Fatalf("changes %+v", changes)
	}
	if words := changes[1].Words; words[len(words)-1] != (authoring.Part{Text: " now", Kind: authoring.Added}) {
		t.Errorf("the English words: %+v", words)
	}
}

func TestTwoWhoChangeAtOnceLoseNothing(t *testing.T) {
	w := sampled(t)
	first, second := numbered(t, w, "6.2"), numbered(t, w, "6.2")
	first.Title.Sv += " ett"
	w.Must(w.Service.Change(as(t, w, "Anna"), first, "Först"))
	second.Title.Sv += " två"
	err := w.Service.Change(as(t, w, "Bo"), second, "Sedan")
	if f, ok := fault.Of(err); !ok || f.Kind != fault.Conflict || f.Args["Author"] != "Anna" {
		t.Fatalf("the second writer: %v", err)
	}
	if r := numbered(t, w, "6.2"); r.Title.Sv != first.Title.Sv {
		t.Errorf("the first writer's words are gone: %q", r.Title.Sv)
	}
}

func TestAnEarlierVersionCanBeRestored(t *testing.T) {
	w := sampled(t)
	r := numbered(t, w, "7.1")
	was := r.Wording
	r.Wording = i18n.Text{Sv: "Något annat.", En: "Something else."}
	r.Evidence = r.Evidence[:2]
	w.Must(w.Service.Change(t.Context(), r, "Fel väg"))
	w.Must(w.Service.Restore(t.Context(), r.ID, 1))
	r = numbered(t, w, "7.1")
	if r.Version != 3 || r.Wording != was || len(r.Evidence) < 3 {
		t.Errorf("version %d says %q on %d pieces of evidence", r.Version, r.Wording.Sv, len(r.Evidence))
	}
	old, err := w.Service.At(t.Context(), r.ID, 2)
	w.Must(err)
	if old.Wording.En != "Something else." || len(old.Evidence) != 2 {
		t.Errorf("version 2 is not what it was: %+v", old)
	}
	if err := w.Service.Restore(t.Context(), r.ID, 9); !fault.Is(err, fault.NotFound) {
		t.Errorf("a version that does not exist: %v", err)
	}
}

func TestSplittingAndMergingCarryTheEvidenceAndShowBothWays_Decidim1970(t *testing.T) {
	w := sampled(t)
	r := numbered(t, w, "5.1")
	child, err := w.Service.Branch(t.Context(), r.ID, "5.9", recommendation.VersionSplit)
	w.Must(err)
	if child.Status != recommendation.Draft || len(child.Evidence) != len(r.Evidence) || child.Evidence[0].ID == r.Evidence[0].ID || !child.Supported() {
		t.Fatalf("split off: %+v", child)
	}
	other := numbered(t, w, "5.2")
	m, err := w.Service.Merging(t.Context(), child.ID, "5.2")
	w.Must(err)
	// The other's first figure is the next here, and its texts say so.
	field := fmt.Sprintf(`{{figure "%d"}}`, len(r.Evidence)+1)
	if !strings.Contains(other.Why.Sv, `{{figure "1"}}`) || !strings.Contains(m.Theirs.Why.Sv, field) {
		t.Errorf("the other's reasons refer to %q, want %s", m.Theirs.Why.Sv, field)
	}
	texts := map[string]i18n.Text{"why": {Sv: r.Why.Sv + " " + m.Theirs.Why.Sv, En: m.Theirs.Why.En}}
	if err := w.Service.Merge(t.Context(), child.ID, "5.2", child.Version+1, texts); !fault.Is(err, fault.Conflict) {
		t.Errorf("merged over a version that the editor did not see: %v", err)
	}
	w.Must(w.Service.Merge(t.Context(), child.ID, "5.2", child.Version, texts))
	if got := numbered(t, w, "5.9"); got.Why != texts["why"] || got.Wording != r.Wording || strings.Contains(got.Bound(got.Why, i18n.En), "..") {
		t.Errorf("the merged one says %+v", got.Why)
	}
	child = numbered(t, w, "5.9")
	if want := len(r.Evidence) + len(other.Evidence); len(child.Evidence) != want {
		t.Errorf("%d pieces of evidence after merging, want %d", len(child.Evidence), want)
	}
	if other = numbered(t, w, "5.2"); other.Status != recommendation.Closed {
		t.Errorf("the one that was merged stands as %s", other.Status)
	}
	for id, want := range map[string]string{
		r.ID:     "child split 5.9",
		child.ID: "parent split 5.1, parent merged 5.2",
		other.ID: "child merged 5.9",
	} {
		kin, err := w.Service.Kin(t.Context(), id)
		w.Must(err)
		var got []string
		for _, k := range kin {
			side := "child"
			if k.Parent {
				side = "parent"
			}
			got = append(got, side+" "+string(k.Kind)+" "+k.Number)
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("kin %v, want %s", got, want)
		}
	}
	if err := w.Service.Merge(t.Context(), child.ID, "5.9", child.Version, nil); !fault.Is(err, fault.Invalid) {
		t.Errorf("merged with itself: %v", err)
	}
}

func TestWhoChangedItLastDoesNotDecideWhereTwoPersonsAreAskedFor(t *testing.T) {
	w := sampled(t)
	strict := w.With(recommendation.Settings{TwoPersons: true})
	anna, bo := as(t, w, "Anna"), as(t, w, "Bo")
	r := numbered(t, w, "6.1")
	r.Effort = "high"
	w.Must(strict.Change(anna, r, "Dyrare än vi trodde"))
	w.Must(strict.Move(anna, r.ID, recommendation.Consultation))
	err := strict.Move(anna, r.ID, recommendation.Decided)
	if f, ok := fault.Of(err); !ok || f.Kind != fault.Conflict || f.Key != "recommendation.error_two_persons" {
		t.Fatalf("the one who changed it decided: %v", err)
	}
	w.Must(strict.MoveOn(bo, r.ID, recommendation.Decided, "Styrgruppen 12 mars, punkt 4"))
	steps, err := w.Service.Steps(t.Context(), r.ID)
	w.Must(err)
	if len(steps) != 2 || steps[1].Actor != "Bo" || steps[1].Version != 2 || steps[1].From != recommendation.Consultation {
		t.Errorf("the log: %+v", steps)
	}
	w.Must(w.Service.Move(anna, numbered(t, w, "6.2").ID, recommendation.Consultation)) // elsewhere one person is enough
	w.Must(w.Service.Move(anna, numbered(t, w, "6.2").ID, recommendation.Decided))
}

func TestTheLogTellsTheMeetingAndItemThatDecided_Decidim2059(t *testing.T) {
	w := sampled(t)
	r := numbered(t, w, "7.3")
	w.Must(w.Service.Move(t.Context(), r.ID, recommendation.Consultation))
	w.Must(w.Service.MoveOn(t.Context(), r.ID, recommendation.Decided, "Styrgruppen 12 mars, punkt 4"))
	steps, err := w.Service.Steps(t.Context(), r.ID)
	w.Must(err)
	if steps[1].Basis != "Styrgruppen 12 mars, punkt 4" {
		t.Errorf("decided at %q", steps[1].Basis)
	}
	if _, err := w.DB.ExecContext(t.Context(), `UPDATE recommendation_step SET basis = 'annat'`); err == nil {
		t.Error("the log can be rewritten")
	}
}

func TestOnlyNamedEditorsChangeADraft_Decidim4035(t *testing.T) {
	w := sampled(t)
	anna, bo := as(t, w, "Anna"), as(t, w, "Bo")
	r := numbered(t, w, "6.3")
	w.Must(w.Service.SetEditors(anna, r.ID, []string{audit.ActorOf(anna).ID}))
	r.Effort = "low"
	err := w.Service.Change(bo, r, "Billigare")
	if f, ok := fault.Of(err); !ok || f.Kind != fault.Conflict || f.Args["Names"] != "Anna" {
		t.Fatalf("somebody who is not named changed it: %v", err)
	}
	w.Must(w.Service.Change(anna, r, "Billigare"))
	w.Must(w.Service.SetEditors(anna, r.ID, nil))
	r = numbered(t, w, "6.3")
	r.Effort = "high"
	w.Must(w.Service.Change(bo, r, "Dyrare"))
}

func TestCommentsStandInThreadsThatCanBeResolved(t *testing.T) {
	w := sampled(t)
	anna := as(t, w, "Anna")
	r, other := numbered(t, w, "5.3"), numbered(t, w, "5.1")
	w.Must(w.Service.AddComment(anna, r.ID, "", "Är det här lagligt?"))
	w.Must(w.Service.AddComment(anna, r.ID, "", "Stavfel i rubriken"))
	threads, err := w.Service.Threads(t.Context(), r.ID)
	w.Must(err)
	w.Must(w.Service.AddComment(t.Context(), r.ID, threads[0].ID, "Ja, 4 kap. 18 §."))
	w.Must(w.Service.Resolve(anna, r.ID, threads[0].ID, true))
	threads, err = w.Service.Threads(t.Context(), r.ID)
	w.Must(err)
	if len(threads) != 2 || threads[1].ResolvedBy != "Anna" || len(threads[1].Replies) != 1 || threads[0].ResolvedAt != nil {
		t.Errorf("threads %+v", threads)
	}
	for what, err := range map[string]error{
		"a reply under another recommendation": w.Service.AddComment(anna, other.ID, threads[0].ID, "Hej"),
		"a reply under a reply":                w.Service.AddComment(anna, r.ID, threads[1].Replies[0].ID, "Hej"),
		"no thread":                            w.Service.Resolve(anna, r.ID, "nej", true),
	} {
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := w.Service.AddComment(anna, r.ID, "", "  "); !fault.Is(err, fault.Invalid) {
		t.Errorf("an empty comment: %v", err)
	}
}

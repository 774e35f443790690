package recommendation_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/recommendation/recommendationtest"
	"upphandlingsdialog/internal/sample"
)

func TestSampleCitesOnlyComputedFigures(t *testing.T) {
	w := recommendationtest.New(t)
	w.Crowd(30)
	done := w.ImportSample()
	if len(done.Created) != 9 || done.Figures != 18 || done.Excerpts != 12 || done.Withheld != 0 {
		t.Fatalf("imported %+v", done)
	}
	list, err := w.Service.List(t.Context(), recommendation.Filter{})
	w.Must(err)
	areas := map[int]int{}
	for _, r := range list {
		areas[r.Area]++
		if r.Strength() != recommendation.StrengthA || !r.Supported() {
			t.Errorf("%s has strength %q of channels %v", r.Number, r.Strength(), r.Channels())
		}
		for _, text := range []i18n.Text{r.Wording, r.Why, r.FirstStep, r.Effect, r.Indicator, r.Reuse} {
			for _, l := range i18n.Langs {
				if s := r.Bound(text, l); strings.Contains(s, "{{") || strings.Contains(s, "..") || s == "" {
					t.Errorf("%s: %q", r.Number, s)
				}
			}
		}
		if !strings.Contains(r.Bound(r.Why, i18n.Sv), " procent") && r.Number != "7.2" {
			t.Errorf("%s gives no figure: %s", r.Number, r.Bound(r.Why, i18n.Sv))
		}
	}
	if areas[5] != 3 || areas[6] != 3 || areas[7] != 3 {
		t.Errorf("recommendations by area: %v", areas)
	}
	if again := w.ImportSample(); len(again.Unchanged) != 9 {
		t.Errorf("the same file a second time: %+v", again)
	}
	if diff, err := w.Service.Recompute(t.Context()); err != nil || len(diff) != 0 {
		t.Errorf("figures differ from their own data: %+v, %v", diff, err)
	}
}

func TestChangedAnswersMakeFiguresStaleUntilAccepted(t *testing.T) {
	w := recommendationtest.New(t)
	w.Crowd(60)
	w.ImportSample()
	yes := 1
	for range 5 {
		w.Answer("s5", "business", questionnaire.Answers{"q5_08": {Code: &yes}})
	}
	diff, err := w.Service.Recompute(t.Context())
	w.Must(err)
	if len(diff) != 1 || diff[0].Recommendation != "5.2" || diff[0].Was.Base == diff[0].Is.Base {
		t.Fatalf("differences %+v", diff)
	}
	r := w.Numbered("5.2")
	if !r.HasStale() {
		t.Error("the figure is not marked stale")
	}
	w.Must(w.Service.Move(t.Context(), r.ID, recommendation.Consultation))
	if err := w.Service.Move(t.Context(), r.ID, recommendation.Decided); !fault.Is(err, fault.Conflict) {
		t.Errorf("decided on a stale figure: %v", err)
	}
	w.Must(w.Service.Refreeze(t.Context(), r.ID))
	w.Must(w.Service.Move(t.Context(), r.ID, recommendation.Decided))
	r, _ = w.Service.Find(t.Context(), r.ID)
	if r.HasStale() || r.Evidence[0].Figure.Value.Base != diff[0].Is.Base {
		t.Errorf("today's figure was not accepted: %+v", r.Evidence[0].Figure.Value)
	}
	if err := w.Service.Change(t.Context(), r, "Prov"); !fault.Is(err, fault.Conflict) {
		t.Errorf("a decided recommendation was changed: %v", err)
	}
}

// Nobody has to press anything.
func TestAWithdrawnAnswerMarksTheRecommendationByItself(t *testing.T) {
	w := recommendationtest.New(t)
	w.Crowd(60)
	yes := 1
	id := w.Answer("s5", "business", questionnaire.Answers{"q5_08": {Code: &yes}})
	w.ImportSample()
	stale := func() bool {
		w.Must(w.Service.RecomputeJob(t.Context(), recommendation.RecomputeArgs{}))
		return w.Numbered("5.2").HasStale()
	}
	if stale() {
		t.Error("marked although nothing has changed")
	}
	_, err := w.DB.Exec(`UPDATE response SET state = 'withdrawn', answers = '{}', receipt = NULL, submitted_at = NULL, withdrawn_at = now(), revision = revision + 1 WHERE id = $1`, id)
	w.Must(err)
	if !stale() {
		t.Error("not marked although an answer that it rests on is gone")
	}
	var logged string
	w.Must(w.DB.Get(&logged, `SELECT actor_name FROM audit_event WHERE event = 'recommendation.recomputed' ORDER BY id DESC LIMIT 1`))
	if logged != "schedule" {
		t.Errorf("the log says that %s did it", logged)
	}
}

func TestDraftWithOneChannelStaysADraft(t *testing.T) {
	w := recommendationtest.New(t)
	w.Crowd(60)
	w.ImportSample()
	r := w.Numbered("6.1")
	r.Evidence = r.Evidence[:2]
	w.Must(w.Service.Change(t.Context(), r, "Prov"))
	if r, _ = w.Service.Find(t.Context(), r.ID); r.Strength() != recommendation.StrengthC {
		t.Errorf("strength %q", r.Strength())
	}
	if err := w.Service.Move(t.Context(), r.ID, recommendation.Consultation); !fault.Is(err, fault.Conflict) {
		t.Errorf("one channel is enough to leave the draft: %v", err)
	}
	if err := w.Service.Move(t.Context(), r.ID, recommendation.Published); !fault.Is(err, fault.Conflict) {
		t.Errorf("a draft was published: %v", err)
	}
}

func TestFigureOfTooFewIsFilledInWhenEnoughHaveAnswered(t *testing.T) {
	w := recommendationtest.New(t)
	if done := w.ImportSample(); done.Figures != 0 || done.Withheld != 18 {
		t.Fatalf("figures without answers: %+v", done)
	}
	r := w.Numbered("5.1")
	if r.Supported() || !strings.Contains(r.Bound(r.Why, i18n.Sv), "..") {
		t.Errorf("a withheld figure counts as evidence: %q", r.Bound(r.Why, i18n.Sv))
	}
	w.Crowd(40)
	if _, err := w.Service.Recompute(t.Context()); err != nil {
		t.Fatal(err)
	}
	r, _ = w.Service.Find(t.Context(), r.ID)
	if !r.Supported() || r.Evidence[0].Figure.Value == nil || r.Evidence[0].Figure.Value.Base != 40 {
		t.Errorf("the figure was not filled in: %+v", r.Evidence[0])
	}
}

func TestChangedNotesMakeTheQuotationStale(t *testing.T) {
	w := recommendationtest.New(t)
	w.Crowd(60)
	w.ImportSample()
	avesta, err := os.ReadFile("../sample/meetings/avesta.md")
	w.Must(err)
	changed := strings.Replace(string(avesta), "tre olika intyg", "två olika intyg", 1)
	if _, err := w.Meetings.ImportMarkdown(t.Context(), strings.NewReader(changed)); err != nil {
		t.Fatal(err)
	}
	diff, err := w.Service.Recompute(t.Context())
	w.Must(err)
	found := false
	for _, d := range diff {
		found = found || d.Recommendation == "6.1" && d.Reason == recommendation.ReasonSource
	}
	if !found {
		t.Errorf("a passage that is gone is still cited: %+v", diff)
	}
}

func TestFaultyFileChangesNothingAndNamesEachLine(t *testing.T) {
	w := recommendationtest.New(t)
	w.Crowd(10)
	good := string(sample.Recommendations(time.Now()))
	for name, c := range map[string]struct{ old, new, key, says string }{
		"typed figure":     {`{{figure \"2\"}} väljer en överblick`, `62 procent väljer en överblick`, "recommendation.error_typed", "skrivet för hand"},
		"unknown question": {"question: q5_11", "question: q5_99", "recommendation.cite_question", "Enkäten ”Nya lösningar"},
		"wrong measure":    {"measure: bottom2", "measure: mode", "recommendation.cite_measure", "passar inte ”"},
		"unknown code":     {"codes: [1]", "codes: [77]", "recommendation.cite_code", "Svaren är 1 ("},
		"no such group":    {"q5_11, group: business", "q5_11, group: kings", "recommendation.cite_no_group", "procurer (Upphandlare, "},
		"wrong group":      {"q5_11, group: business", "q5_13, group: business", "recommendation.cite_group", "ställs inte till gruppen Företag"},
		"unknown field":    {"effort: low", "effrt: low", "recommendation.import_unknown_field", "effrt"},
		"number twice":     {`number: "5.2"`, `number: "5.1"`, "recommendation.import_twice", "rad "},
		"no such passage":  {"theme: I03, kind: proposal}", "contains: månen}", "recommendation.import_excerpt", "rad "},
		"unbound number":   {`{{base \"1\"}}`, `{{base \"9\"}}`, "recommendation.error_bound", "rad "},
		"not YAML":         {"recommendations:", "recommendations: [", "recommendation.import_yaml", "rad "},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(good, c.old, c.new, 1)
			_, err := w.Service.Import(t.Context(), strings.NewReader(text))
			var bad *recommendation.ImportError
			if !errors.As(err, &bad) || !fault.Is(err, fault.Invalid) {
				t.Fatalf("imported: %v", err)
			}
			for _, f := range bad.Findings {
				if f.Key != c.key {
					continue
				}
				if near := strings.Join(strings.Split(text, "\n")[max(0, f.Line-1):f.Line+1], "\n"); c.key != "recommendation.import_yaml" &&
					!strings.Contains(near, strings.TrimSuffix(c.new, "}")) && c.key != "recommendation.error_typed" {
					t.Errorf("line %d is %q", f.Line, near)
				}
				if says := f.In(i18n.Sv); !strings.Contains(says, c.says) {
					t.Errorf("it says %q and not %q", says, c.says)
				}
				return
			}
			t.Errorf("findings %v, want %s", bad, c.key)
		})
	}
	if list, _ := w.Service.List(t.Context(), recommendation.Filter{}); len(list) != 0 {
		t.Errorf("%d recommendations stored from faulty files", len(list))
	}
}

func FuzzImportNeverPanics(f *testing.F) {
	f.Add(string(sample.Recommendations(time.Now())))
	f.Add("schema: udd-recommendations/1\nrecommendations:\n  - 5\n  - [a]\n  - {number: {a: b}, evidence: 3}\n")
	f.Add("---\n")
	f.Fuzz(func(t *testing.T, text string) { recommendation.Parse([]byte(text)) })
}

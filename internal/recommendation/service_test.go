package recommendation_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/sample"
	"upphandlingsdialog/internal/survey"
	"upphandlingsdialog/internal/testkit"
	"upphandlingsdialog/surveys"
)

// world is a database with the three questionnaires, answers and meeting notes.
type world struct {
	*testing.T
	db       *sqlx.DB
	clock    *testkit.FakeClock
	surveys  *survey.Service
	meetings *dialogue.Service
	service  *recommendation.Service
	campaign map[string]string // by survey id
	version  map[string]survey.Version
	n        int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	db, clock := testkit.DB(t), testkit.Clock(time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC))
	w := &world{T: t, db: db, clock: clock, surveys: survey.New(db, clock.Now), meetings: dialogue.New(db, clock.Now),
		campaign: map[string]string{}, version: map[string]survey.Version{}}
	frame := func(context.Context) (map[string]int, error) {
		return map[string]int{"procurer": 120, "business": 300}, nil
	}
	// Only reading submitted answers is needed here, so nothing else stands behind the service.
	w.service = recommendation.New(db, clock.Now, w.surveys, response.New(db, clock.Now, w.surveys, nil, nil), w.meetings, frame, 0)
	for _, name := range surveys.Names {
		defs, findings, err := questionnaire.Load(surveys.Files, name)
		if err != nil || len(defs) != 1 {
			t.Fatalf("%s: %v %v", name, findings, err)
		}
		v, _, err := w.surveys.Register(t.Context(), defs[0], name)
		w.must(err)
		w.version[v.SurveyID] = v
		var id string
		w.must(db.GetContext(t.Context(), &id, `INSERT INTO campaign (name, survey_version_id, groups, closes_at, minutes,
				subject_sv, subject_en, body_sv, body_en, reminder_subject_sv, reminder_subject_en, reminder_body_sv,
				reminder_body_en, created_at)
			VALUES ($1, $2, '{procurer,politician,business,developer}', $3, 8, '', '', '', '', '', '', '', '', $3)
			RETURNING id`, name, v.ID, clock.Now()))
		w.campaign[v.SurveyID] = id
	}
	for _, name := range meetingFiles(t) {
		_, err := w.meetings.ImportMarkdown(t.Context(), strings.NewReader(readFile(t, name)))
		w.must(err)
	}
	return w
}

func meetingFiles(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("../sample/meetings/*.md")
	if err != nil || len(names) != 4 {
		t.Fatalf("sample meetings: %v %v", names, err)
	}
	return names
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// answer stores one submitted response and returns its id.
func (w *world) answer(surveyID, group string, a questionnaire.Answers) string {
	w.Helper()
	w.n++
	b, err := json.Marshal(a)
	w.must(err)
	var id string
	w.must(w.db.GetContext(w.Context(), &id, `
		WITH p AS (INSERT INTO person (name, email, email_normalised, created_at, updated_at)
			VALUES ('Prov', $1, $1, $6, $6) RETURNING id),
		i AS (INSERT INTO invitation (campaign_id, person_id, group_id, language, token_hash, created_at)
			SELECT $2, p.id, $3, 'sv', convert_to($1, 'UTF8'), $6 FROM p RETURNING id)
		INSERT INTO response (invitation_id, campaign_id, survey_id, survey_version_id, group_id, language, state,
			answers, receipt, started_at, updated_at, submitted_at)
		SELECT i.id, $2, $4, $5, $3, 'sv', 'submitted', $7, $1, $6, $6, $6 FROM i RETURNING id`,
		fmt.Sprintf("p%d@prov.example", w.n), w.campaign[surveyID], group, surveyID, w.version[surveyID].ID,
		w.clock.Now(), b))
	return id
}

// crowd lets n persons of each group answer everything they are shown.
func (w *world) crowd(n int) {
	w.Helper()
	rng := rand.New(rand.NewPCG(7, 11))
	for _, id := range []string{"s5", "s6", "s7"} {
		v := w.version[id]
		for _, g := range v.Definition.Groups {
			for range n {
				w.answer(id, g.ID, v.Definition.Clean(g.ID, anything(v.Definition, g.ID, rng)))
			}
		}
	}
}

func anything(d *questionnaire.Definition, group string, rng *rand.Rand) questionnaire.Answers {
	answers := questionnaire.Answers{}
	for _, q := range d.Questions() {
		if !q.AskedOf(group) || q.ID == "bg_kind" {
			continue
		}
		options := q.ForGroup(group).Options
		pick := func() int { return options[rng.IntN(len(options))].Code }
		var a questionnaire.Answer
		switch q.Type {
		case questionnaire.FreeText:
			continue
		case questionnaire.Numeric, questionnaire.Rating:
			n := float64(rng.IntN(int(q.Max) + 1))
			a.Number = &n
		case questionnaire.Multiple:
			for _, o := range options[:3] {
				if len(a.Codes) == 0 || rng.IntN(2) == 0 {
					a.Codes = append(a.Codes, o.Code)
				}
			}
		case questionnaire.Ranking:
			for _, i := range rng.Perm(len(options))[:3] {
				a.Codes = append(a.Codes, options[i].Code)
			}
		case questionnaire.Matrix:
			a.Rows = map[string]int{}
			for _, r := range q.Rows {
				a.Rows[r.ID] = pick()
			}
		default:
			c := pick()
			a.Code = &c
		}
		answers[q.ID] = a
	}
	return answers
}

func (w *world) importSample() recommendation.Imported {
	w.Helper()
	done, err := w.service.Import(w.Context(), strings.NewReader(string(sample.Recommendations)))
	w.must(err)
	return done
}

func TestSampleCitesOnlyComputedFigures(t *testing.T) {
	w := newWorld(t)
	w.crowd(30)
	done := w.importSample()
	if len(done.Created) != 9 || done.Figures != 18 || done.Excerpts != 12 || done.Withheld != 0 {
		t.Fatalf("imported %+v", done)
	}
	list, err := w.service.List(t.Context(), recommendation.Filter{})
	w.must(err)
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
	if again := w.importSample(); len(again.Unchanged) != 9 {
		t.Errorf("the same file a second time: %+v", again)
	}
	if diff, err := w.service.Recompute(t.Context()); err != nil || len(diff) != 0 {
		t.Errorf("figures differ from their own data: %+v, %v", diff, err)
	}
}

func TestChangedAnswersMakeFiguresStaleUntilAccepted(t *testing.T) {
	w := newWorld(t)
	w.crowd(25)
	w.importSample()
	yes := 1
	for range 5 {
		w.answer("s5", "business", questionnaire.Answers{"q5_08": {Code: &yes}})
	}
	diff, err := w.service.Recompute(t.Context())
	w.must(err)
	if len(diff) != 1 || diff[0].Recommendation != "5.2" || diff[0].Was.Base == diff[0].Is.Base {
		t.Fatalf("differences %+v", diff)
	}
	r, err := w.service.FindNumber(t.Context(), "5.2")
	w.must(err)
	if !r.HasStale() {
		t.Error("the figure is not marked stale")
	}
	w.must(w.service.Move(t.Context(), r.ID, recommendation.Consultation))
	if err := w.service.Move(t.Context(), r.ID, recommendation.Decided); !fault.Is(err, fault.Conflict) {
		t.Errorf("decided on a stale figure: %v", err)
	}
	w.must(w.service.Refreeze(t.Context(), r.ID))
	w.must(w.service.Move(t.Context(), r.ID, recommendation.Decided))
	r, _ = w.service.Find(t.Context(), r.ID)
	if r.HasStale() || r.Evidence[0].Figure.Value.Base != diff[0].Is.Base {
		t.Errorf("today's figure was not accepted: %+v", r.Evidence[0].Figure.Value)
	}
	if err := w.service.Change(t.Context(), r); !fault.Is(err, fault.Conflict) {
		t.Errorf("a decided recommendation was changed: %v", err)
	}
}

func TestDraftWithOneChannelStaysADraft(t *testing.T) {
	w := newWorld(t)
	w.crowd(25)
	w.importSample()
	r, err := w.service.FindNumber(t.Context(), "6.1")
	w.must(err)
	r.Evidence = r.Evidence[:2]
	w.must(w.service.Change(t.Context(), r))
	if r, _ = w.service.Find(t.Context(), r.ID); r.Strength() != recommendation.StrengthC {
		t.Errorf("strength %q", r.Strength())
	}
	if err := w.service.Move(t.Context(), r.ID, recommendation.Consultation); !fault.Is(err, fault.Conflict) {
		t.Errorf("one channel is enough to leave the draft: %v", err)
	}
	if err := w.service.Move(t.Context(), r.ID, recommendation.Published); !fault.Is(err, fault.Conflict) {
		t.Errorf("a draft was published: %v", err)
	}
}

func TestFigureOfTooFewIsFilledInWhenEnoughHaveAnswered(t *testing.T) {
	w := newWorld(t)
	if done := w.importSample(); done.Figures != 0 || done.Withheld != 18 {
		t.Fatalf("figures without answers: %+v", done)
	}
	r, err := w.service.FindNumber(t.Context(), "5.1")
	w.must(err)
	if r.Supported() || !strings.Contains(r.Bound(r.Why, i18n.Sv), "..") {
		t.Errorf("a withheld figure counts as evidence: %q", r.Bound(r.Why, i18n.Sv))
	}
	w.crowd(40)
	if _, err := w.service.Recompute(t.Context()); err != nil {
		t.Fatal(err)
	}
	r, _ = w.service.Find(t.Context(), r.ID)
	if !r.Supported() || r.Evidence[0].Figure.Value == nil || r.Evidence[0].Figure.Value.Base != 40 {
		t.Errorf("the figure was not filled in: %+v", r.Evidence[0])
	}
}

func TestChangedNotesMakeTheQuotationStale(t *testing.T) {
	w := newWorld(t)
	w.crowd(25)
	w.importSample()
	changed := strings.Replace(readFile(t, "../sample/meetings/avesta.md"), "tre olika intyg", "två olika intyg", 1)
	if _, err := w.meetings.ImportMarkdown(t.Context(), strings.NewReader(changed)); err != nil {
		t.Fatal(err)
	}
	diff, err := w.service.Recompute(t.Context())
	w.must(err)
	found := false
	for _, d := range diff {
		found = found || d.Recommendation == "6.1" && d.Reason == recommendation.ReasonSource
	}
	if !found {
		t.Errorf("a passage that is gone is still cited: %+v", diff)
	}
}

func TestFaultyFileChangesNothingAndNamesEachLine(t *testing.T) {
	w := newWorld(t)
	w.crowd(10)
	good := string(sample.Recommendations)
	for name, c := range map[string]struct{ old, new, key string }{
		"typed figure":     {`{{figure \"2\"}} väljer en överblick`, `62 procent väljer en överblick`, "recommendation.error_typed"},
		"unknown question": {"question: q5_11", "question: q5_99", "recommendation.cite_question"},
		"wrong measure":    {"measure: bottom2", "measure: mode", "recommendation.cite_measure"},
		"unknown code":     {"codes: [1]", "codes: [77]", "recommendation.cite_code"},
		"wrong group":      {"q5_11, group: business", "q5_13, group: business", "recommendation.cite_group"},
		"unknown field":    {"effort: low", "effrt: low", "recommendation.import_unknown_field"},
		"number twice":     {`number: "5.2"`, `number: "5.1"`, "recommendation.import_twice"},
		"no such passage":  {"theme: I03, kind: proposal}", "contains: månen}", "recommendation.import_excerpt"},
		"unbound number":   {`{{base \"1\"}}`, `{{base \"9\"}}`, "recommendation.error_bound"},
		"not YAML":         {"recommendations:", "recommendations: [", "recommendation.import_yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(good, c.old, c.new, 1)
			_, err := w.service.Import(t.Context(), strings.NewReader(text))
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
				return
			}
			t.Errorf("findings %v, want %s", bad, c.key)
		})
	}
	if list, _ := w.service.List(t.Context(), recommendation.Filter{}); len(list) != 0 {
		t.Errorf("%d recommendations stored from faulty files", len(list))
	}
}

func FuzzImportNeverPanics(f *testing.F) {
	f.Add(string(sample.Recommendations))
	f.Add("schema: udd-recommendations/1\nrecommendations:\n  - 5\n  - [a]\n  - {number: {a: b}, evidence: 3}\n")
	f.Add("---\n")
	f.Fuzz(func(t *testing.T, text string) { recommendation.Parse([]byte(text)) })
}

// Package recommendationtest is a database with the three questionnaires, answers
// to them, the sample meetings and recommendations, for tests.
package recommendationtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/sample"
	"upphandlingsdialog/internal/survey"
	"upphandlingsdialog/internal/testkit"
	"upphandlingsdialog/surveys"
)

// World is a database with the three questionnaires, answers and meeting notes.
type World struct {
	*testing.T
	DB       *sqlx.DB
	Clock    *testkit.FakeClock
	Surveys  *survey.Service
	Meetings *dialogue.Service
	Experts  *expert.Service
	Service  *recommendation.Service
	With     func(recommendation.Settings) *recommendation.Service // another one over the same data
	campaign map[string]string                                     // by survey id
	version  map[string]survey.Version
	in       sqlx.QueryerContext // where answers are stored
	n        int
}

// New makes a world without answers.
func New(t *testing.T) *World {
	t.Helper()
	db, clock := testkit.DB(t), testkit.Clock(time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC))
	w := &World{T: t, DB: db, in: db, Clock: clock, Surveys: survey.New(db, clock.Now), Meetings: dialogue.New(db, clock.Now), Experts: expert.New(db, clock.Now, 0, ""),
		campaign: map[string]string{}, version: map[string]survey.Version{}}
	frame := func(context.Context) (map[string]int, error) {
		return map[string]int{"procurer": 120, "business": 300}, nil
	}
	// Only reading submitted answers is needed here, so nothing else stands behind the service.
	responses := response.New(db, clock.Now, w.Surveys, nil, nil)
	w.With = func(s recommendation.Settings) *recommendation.Service {
		return recommendation.New(db, clock.Now, w.Surveys, responses, w.Meetings, w.Experts, frame, s)
	}
	w.Service = w.With(recommendation.Settings{})
	for _, name := range surveys.Names {
		defs, findings, err := questionnaire.Load(surveys.Files, name)
		if err != nil || len(defs) != 1 {
			t.Fatalf("%s: %v %v", name, findings, err)
		}
		v, _, err := w.Surveys.Register(t.Context(), defs[0], name)
		w.Must(err)
		w.open(v)
	}
	for _, m := range sample.Meetings(clock.Now()) {
		_, err := w.Meetings.ImportMarkdown(t.Context(), bytes.NewReader(m.Body))
		w.Must(err)
	}
	return w
}

// open sends a version out in a wave of its own, to which answers then belong.
func (w *World) open(v survey.Version) {
	w.Helper()
	w.version[v.SurveyID] = v
	w.Must(postgres.InTx(w.Context(), w.DB, func(tx *sqlx.Tx) error {
		wave, err := w.Surveys.Join(w.Context(), tx, v.ID, true)
		if err == nil {
			w.campaign[v.SurveyID], err = insertCampaign(w.Context(), tx, wave, w.Clock.Now())
		}
		return err
	}))
}

// NextWave puts a survey again: answers belong to that from now on. change rewords the questionnaire, which
// makes a new version of it; nil asks the same.
func (w *World) NextWave(surveyID string, change func(d *questionnaire.Definition)) {
	w.Helper()
	if change == nil {
		w.open(w.version[surveyID])
		return
	}
	defs, _, err := questionnaire.Load(surveys.Files, surveyID+".yaml")
	w.Must(err)
	change(defs[0])
	v, _, err := w.Surveys.Register(w.Context(), defs[0], surveyID+".yaml")
	w.Must(err)
	w.open(v)
}

// Must ends the test on an error.
func (w *World) Must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// Answer stores one submitted response and returns its id.
func (w *World) Answer(surveyID, group string, a questionnaire.Answers) string {
	w.Helper()
	w.n++
	b, err := json.Marshal(a)
	w.Must(err)
	id, err := insertResponse(w.Context(), w.in, fmt.Sprintf("p%d@prov.example", w.n), w.campaign[surveyID], group,
		w.version[surveyID], b, w.Clock.Now())
	w.Must(err)
	return id
}

// Crowd lets n persons of each group answer everything they are shown.
func (w *World) Crowd(n int) {
	w.Helper()
	tx, err := w.DB.BeginTxx(w.Context(), nil) // one commit instead of hundreds
	w.Must(err)
	w.in = tx
	defer func() {
		w.in = w.DB
		w.Must(tx.Commit())
	}()
	rng := rand.New(rand.NewPCG(7, 11))
	for _, id := range []string{"s5", "s6", "s7"} {
		v := w.version[id]
		for _, g := range v.Definition.Groups {
			for range n {
				w.Answer(id, g.ID, v.Definition.Clean(g.ID, anything(v.Definition, g.ID, rng)))
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

// ImportSample reads the nine sample recommendations.
func (w *World) ImportSample() recommendation.Imported {
	w.Helper()
	done, err := w.Service.Import(w.Context(), bytes.NewReader(sample.Recommendations(w.Clock.Now())))
	w.Must(err)
	return done
}

// Numbered is the recommendation with the number.
func (w *World) Numbered(number string) recommendation.Recommendation {
	w.Helper()
	r, err := w.Service.FindNumber(w.Context(), number)
	w.Must(err)
	return r
}

// Definition is the questionnaire of a survey.
func (w *World) Definition(surveyID string) *questionnaire.Definition {
	return w.version[surveyID].Definition
}

package report_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/sample"
	"upphandlingsdialog/internal/survey"
	"upphandlingsdialog/reports"
	"upphandlingsdialog/surveys"
)

// crowd is how many of each group answer in the fixture.
type crowd map[string]int

var normal = crowd{people.Procurer: 48, people.Politician: 41, people.Business: 132, people.Developer: 12}

// fixture is a snapshot as the service freezes it, from the real
// questionnaires with drawn answers and the sample's recommendations.
func fixture(t testing.TB, kind report.Kind, who crowd) *report.Snapshot {
	t.Helper()
	defs, findings, err := questionnaire.Load(surveys.Files, surveys.Names...)
	if err != nil || len(defs) != 3 {
		t.Fatalf("load questionnaires: %v %v", err, findings)
	}
	results := map[string]recommendation.Results{}
	s := &report.Snapshot{Schema: report.Schema, Kind: kind, Number: 1, Date: "2019-05-23", Contact: "dialog@lansstyrelsen.example",
		Address: "https://dialog.example", FollowUp: "2020-05", Invented: true, MinBase: 7, Placed: true,
		Meetings: []report.Meeting{
			{Ref: "mora", Title: "Dialogmöte i Mora", Date: "2019-02-12", Municipality: "Mora", Kind: "dialogue", Areas: []int{5, 6}, Excerpts: 9,
				Attendance: []report.Attendance{{Group: people.Procurer, Count: 4}, {Group: people.Business, Count: 11}}},
			{Ref: "ludvika", Title: "Dialogmöte i Ludvika", Date: "2019-03-07", Municipality: "Ludvika", Kind: "dialogue", Areas: []int{7}, Excerpts: 6,
				Attendance: []report.Attendance{{Group: people.Politician, Count: 5}, {Group: people.Developer, Count: 2}}},
		},
		Voices: []report.Voice{
			{ID: "q1", Theme: "I04", Group: people.Business, Kind: "problem", Meeting: "mora",
				Text: "När vi fick förklara vad maskinen ska klara i stället för hur den ska se ut kom det in tre anbud."},
			{ID: "q2", Theme: "S01", Group: people.Politician, Kind: "proposal", Meeting: "ludvika", Text: "Vi behöver ett mål som går att följa upp."},
		},
		Activities: report.Activities{Year: 2019, TrainingHeld: 3, TrainingPlan: 4, LearningHeld: 5, LearningPlan: 6, Participants: 117, AdviceFirms: 14, AdviceQuarters: 131},
	}
	for i, d := range defs {
		r := recommendation.Results{Data: answered(t, d, who, uint64(i)+7), Options: analysis.Options{MinBase: 7}}
		if i == 0 { // the others have no frame loaded
			r.Frame = []survey.Margin{{Question: "bg_size", Units: map[int]int{1: 9000, 2: 3000, 3: 1500, 4: 1200, 5: 700, 6: 300, 7: 150, 8: 100, 9: 50}}}
		}
		r.Version.SurveyID, r.Version.Number, r.Version.Hash, r.Version.Definition = d.ID, 1, d.Hash(), d
		results[d.ID] = r
	}
	if err := report.FillForTest(s, results, reports.Files); err != nil {
		t.Fatal(err)
	}
	s.Recommendations = advice(t, results, kind)
	if kind == report.Regional {
		consulted(s)
	}
	return s
}

// answered draws answers: the middle of a scale more often than its ends, and
// each group a step apart.
func answered(t testing.TB, d *questionnaire.Definition, who crowd, seed uint64) *analysis.Dataset {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	data := analysis.NewDataset(d)
	for g, group := range people.Groups {
		for i := range who[group] {
			a := questionnaire.Answers{}
			for _, section := range d.Pages(group) {
				for _, q := range section.Questions {
					if q.ID != "bg_kind" && rng.IntN(20) > 0 {
						a[q.ID] = draw(&q, rng, g)
					}
				}
			}
			if err := data.Put(analysis.Record{ID: fmt.Sprintf("%s-%d", group, i), Group: group, Answers: d.Clean(group, a)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return data
}

func draw(q *questionnaire.Question, rng *rand.Rand, lean int) questionnaire.Answer {
	unknown := questionnaire.Unknown
	if _, ok := q.Special(unknown); ok && rng.IntN(12) == 0 && q.Type != questionnaire.Matrix {
		return questionnaire.Answer{Code: &unknown}
	}
	pick := func() int {
		n := (rng.IntN(len(q.Options)) + rng.IntN(len(q.Options)) + lean) / 2
		return q.Options[n%len(q.Options)].Code
	}
	switch q.Type {
	case questionnaire.Single, questionnaire.Likert5, questionnaire.YesNoUnknown, questionnaire.Municipality:
		c := pick()
		return questionnaire.Answer{Code: &c}
	case questionnaire.Multiple:
		return questionnaire.Answer{Codes: []int{pick()}}
	case questionnaire.Ranking:
		var codes []int
		for _, i := range rng.Perm(len(q.Options))[:min(q.Top, len(q.Options))] {
			codes = append(codes, q.Options[i].Code)
		}
		return questionnaire.Answer{Codes: codes}
	case questionnaire.Matrix:
		rows := map[string]int{}
		for _, r := range q.Rows {
			rows[r.ID] = pick()
		}
		return questionnaire.Answer{Rows: rows}
	case questionnaire.Numeric, questionnaire.Rating:
		v := q.Min + float64(rng.IntN(int(min(q.Max-q.Min, 10))+1))
		return questionnaire.Answer{Number: &v}
	}
	return questionnaire.Answer{Text: "Ett svar " + strconv.Itoa(rng.IntN(100))}
}

// advice reads the sample's recommendations with figures from the results.
func advice(t testing.TB, results map[string]recommendation.Results, kind report.Kind) []report.Recommendation {
	t.Helper()
	var file struct {
		Recommendations []struct {
			Number, Area, Purpose                                      string
			Addressees                                                 []string
			Title, Wording, Why, Effect, Reuse, Indicator, Responsible i18n.Text
			FirstStep                                                  i18n.Text `yaml:"first_step"`
			Effort, Due                                                string
			Evidence                                                   []struct {
				Survey, Question, Group, Theme string
				Measure                        analysis.Measure
				Codes                          []int
			}
		}
	}
	if err := yaml.Unmarshal(sample.Recommendations(time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)), &file); err != nil {
		t.Fatal(err)
	}
	var out []report.Recommendation
	for _, f := range file.Recommendations {
		area, _ := strconv.Atoi(f.Area[1:])
		r := recommendation.Recommendation{}
		o := report.Recommendation{Number: f.Number, Area: area, Purpose: f.Purpose, Addressees: f.Addressees, Effort: f.Effort,
			Strength: "A", Channels: []string{"survey", "dialogue"}}
		for i, e := range f.Evidence {
			if e.Survey == "" {
				o.Evidence = append(o.Evidence, report.Evidence{ID: "q1", Number: i + 1, Channel: "dialogue", Group: people.Business, Meeting: "mora",
					Quote: "När vi fick förklara vad maskinen ska klara i stället för hur den ska se ut kom det in tre anbud."})
				continue
			}
			freq, err := analysis.Count(results[e.Survey].Data, e.Question, analysis.Filter{Group: e.Group}, results[e.Survey].Options)
			if err != nil {
				t.Fatal(err)
			}
			ev := report.Evidence{ID: f.Number, Number: i + 1, Channel: "survey", Survey: e.Survey, Question: e.Question, Group: e.Group, Text: freq.Text, Measure: e.Measure, Codes: e.Codes}
			if est, err := freq.Estimate(e.Measure, e.Codes); err == nil {
				ev.Value = &est
				ev.Answers = counted(freq, e.Measure, e.Codes)
			}
			r.Evidence = append(r.Evidence, recommendation.Evidence{Number: i + 1, Figure: &recommendation.Figure{Measure: e.Measure, Value: ev.Value}})
			o.Evidence = append(o.Evidence, ev)
		}
		o.Title, o.Wording, o.Why, o.FirstStep = f.Title, f.Wording, f.Why, f.FirstStep
		o.Effect, o.Indicator = f.Effect, f.Indicator
		if kind == report.Regional {
			o.Responsible, o.Due = f.Responsible, f.Due
		} else {
			o.Reuse = r.BoundBoth(f.Reuse)
		}
		out = append(out, o)
	}
	return out
}

func counted(f analysis.Frequency, m analysis.Measure, codes []int) i18n.Text {
	switch m {
	case analysis.MeasureTop2:
		codes = []int{4, 5}
	case analysis.MeasureBottom2:
		codes = []int{1, 2}
	}
	var t i18n.Text
	for _, r := range f.Numbers.Rows {
		for _, c := range codes {
			if r.Code == c {
				t.Sv, t.En = t.Sv+" / "+r.Label.Sv, t.En+" / "+r.Label.En
			}
		}
	}
	return i18n.Text{Sv: strings.TrimPrefix(t.Sv, " / "), En: strings.TrimPrefix(t.En, " / ")}
}

package recommendation_test

import (
	"testing"
	"time"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/recommendation/recommendationtest"
)

// firms lets n firms answer q5_11, so many of them with 5 and the others with 1.
func firms(w *recommendationtest.World, n, five int) {
	for i := range n {
		code := 1
		if i < five {
			code = 5
		}
		size := 1 + i%9
		w.Answer("s5", "business", questionnaire.Answers{"q5_11": {Code: &code}, "bg_size": {Code: &size}})
	}
}

var fives = recommendation.Figure{SurveyID: "s5", Question: "q5_11", Filter: analysis.Filter{Group: "business"}, Measure: analysis.MeasureTop2}

func TestTwoCampaignsOfOneVersionAreTwoWaves(t *testing.T) {
	w := recommendationtest.New(t)
	firms(w, 60, 20)
	w.Clock.Advance(365 * 24 * time.Hour)
	w.NextWave("s5", nil)
	firms(w, 40, 30)
	for number, want := range map[int]int{0: 40, 1: 60, 2: 40} {
		r, err := w.Service.Wave(t.Context(), "s5", number)
		w.Must(err)
		if r.Data.Len() != want || r.Version.Number != 1 || number > 0 && r.Wave.Number != number {
			t.Errorf("wave %d has %d answers of %+v", number, r.Data.Len(), r.Wave)
		}
	}
	if _, err := w.Service.Wave(t.Context(), "s5", 3); !fault.Is(err, fault.NotFound) {
		t.Errorf("a wave that has not been: %v", err)
	}
	r, err := w.Service.Together(t.Context(), "s5")
	w.Must(err)
	if r.Data.Len() != 100 || len(r.Data.AskedIn("q5_11")) != 2 || r.Wave.Number != 2 {
		t.Errorf("together %d answers, asked in %v", r.Data.Len(), r.Data.AskedIn("q5_11"))
	}
}

func TestTheWaveOfTheResultsIsKnownWithoutLoadingThem(t *testing.T) {
	w := recommendationtest.New(t)
	same := func(want int) {
		t.Helper()
		current, err := w.Service.Current(t.Context(), "s5")
		w.Must(err)
		r, err := w.Service.Results(t.Context(), "s5")
		w.Must(err)
		if current != r.Wave || current.Number != want {
			t.Errorf("wave %d, the results are of %d, want %d", current.Number, r.Wave.Number, want)
		}
	}
	same(1) // nobody has answered
	firms(w, 3, 1)
	w.NextWave("s5", nil)
	same(1) // the newest that was answered
	firms(w, 2, 1)
	same(2)
}

func TestAFigureStaysWithItsWaveAndSaysWhichItIs(t *testing.T) {
	w := recommendationtest.New(t)
	w.Crowd(30)
	w.ImportSample()
	firms(w, 60, 30)
	r, at, err := w.Service.Cite(t.Context(), w.Numbered("5.1").ID, fives, "prov")
	w.Must(err)
	of := func() *recommendation.Figure {
		t.Helper()
		r, err = w.Service.Find(t.Context(), r.ID)
		w.Must(err)
		for _, e := range r.Evidence {
			if e.Number == at && !e.Stale {
				return e.Figure
			}
		}
		t.Fatal("the figure is gone or stale")
		return nil
	}
	was := of()
	if was.Counted(i18n.Sv) != "" {
		t.Errorf("of the only wave is said %q", was.Counted(i18n.Sv))
	}
	w.Clock.Advance(365 * 24 * time.Hour)
	w.NextWave("s5", nil)
	firms(w, 40, 25)
	if diff, err := w.Service.Recompute(t.Context()); err != nil || len(diff) > 0 {
		t.Fatalf("a new wave changes figures of the old: %+v %v", diff, err)
	}
	r.Title.Sv += "!"
	w.Must(w.Service.Change(t.Context(), r, "prov")) // writing does not move it either
	is := of()
	if *is.Value != *was.Value || is.Wave.Number != 1 || is.Counted(i18n.Sv) != "mätning 1 (2026-04-01)" {
		t.Errorf("%+v, was %+v; %q", is.Value, was.Value, is.Counted(i18n.Sv))
	}
	r, at, err = w.Service.Cite(t.Context(), r.ID, fives, "prov") // names no wave: the newest
	w.Must(err)
	if of().Wave.Number != 2 {
		t.Errorf("a figure of now is of wave %d", of().Wave.Number)
	}
	again := *is
	if _, _, err := w.Service.Cite(t.Context(), r.ID, again, "prov"); !fault.Is(err, fault.Conflict) {
		t.Errorf("the same figure of the same wave twice: %v", err)
	}
}

package response_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/response/responsetest"
)

// counted is what every counting of submitted responses sees.
func counted(w *responsetest.World) (n int) {
	w.Helper()
	w.Must(w.Responses.Load(w.Context(), response.Filter{SurveyID: "s5"}, func(response.Row) error { n++; return nil }))
	x, err := w.Responses.Extract(w.Context(), "s5", 0)
	w.Must(err)
	counts, err := w.Responses.Counts(w.Context(), w.Campaign.ID)
	w.Must(err)
	sum := 0
	for _, c := range counts {
		sum += c.Submitted
	}
	data, err := w.Responses.Datasets(w.Context(), "s5")
	w.Must(err)
	analysed := 0
	for _, d := range data {
		analysed += d.Len()
	}
	if x.Count != n || sum != n || analysed != n {
		w.Errorf("the stream has %d responses, the export %d, the counts %d, analysis %d", n, x.Count, sum, analysed)
	}
	return n
}

func codesNow(w *responsetest.World) map[string]int {
	w.Helper()
	c, err := w.Distribution.Find(w.Context(), w.Campaign.ID)
	w.Must(err)
	st, err := w.Responses.Status(w.Context(), c)
	w.Must(err)
	return st.Total.Codes
}

func TestWhoWasAnsweringWhenItClosedFinishesAndIsKeptAsLate(t *testing.T) {
	w := responsetest.New(t, "s5")
	ctx := t.Context()
	r := save(t, w, w.Start(responsetest.Business), questionnaire.Answers{"q5_01": code(3)}, "q5_01")
	w.Must(w.Responses.Close(ctx, w.Campaign.ID))
	w.Clock.Advance(20 * time.Minute)
	// What stood on the page when it closed is saved, not lost.
	r = save(t, w, r, questionnaire.Answers{"q5_04": number(7)}, "q5_04")
	receipt, err := w.Responses.Submit(ctx, r.ID, r.Revision)
	w.Must(err)
	again, err := w.Responses.Submit(ctx, r.ID, r.Revision)
	if err != nil || again != receipt {
		t.Errorf("sent in twice: %+v and %+v, %v", receipt, again, err)
	}
	stored, err := w.Responses.Find(ctx, r.ID)
	if err != nil || stored.State != response.Submitted || !stored.Late || len(stored.Answers) != 2 {
		t.Errorf("%+v %v", stored, err)
	}
	if n, got := counted(w), codesNow(w); n != 0 || got[distribution.CodeLate] != 1 {
		t.Errorf("%d are counted, codes %v", n, got)
	}
	// Nobody new comes in, and after the hour the begun ones neither.
	inv, c, err := w.Distribution.InvitationByToken(ctx, w.Token(responsetest.Politician))
	w.Must(err)
	if _, err := w.Responses.Start(ctx, inv, c, "sv"); !errors.Is(err, response.ErrClosed) {
		t.Errorf("a start after closing: %v", err)
	}
	w.Must(w.Responses.Withdraw(ctx, r.ID))
	if got := codesNow(w); got[distribution.CodeRefused] != 1 || got[distribution.CodeLate] != 0 {
		t.Errorf("withdrawn: %v", got)
	}
}

func TestAnHourAfterClosingADraftIsTooLate(t *testing.T) {
	w := responsetest.New(t, "s5")
	r := save(t, w, w.Start(responsetest.Business), questionnaire.Answers{"q5_01": code(3)}, "q5_01")
	w.Must(w.Responses.Close(t.Context(), w.Campaign.ID))
	w.Clock.Advance(distribution.LateGrace + time.Second)
	if _, err := w.Responses.Submit(t.Context(), r.ID, r.Revision); !errors.Is(err, response.ErrClosed) {
		t.Errorf("%v", err)
	}
	if _, err := w.Responses.Save(t.Context(), r.ID, response.Page{Revision: r.Revision}); !errors.Is(err, response.ErrClosed) {
		t.Errorf("%v", err)
	}
}

func TestLateAnswersCountOnlyByADecisionThatIsLoggedAndCanBeTakenBack(t *testing.T) {
	w := responsetest.New(t, "s5")
	ctx := audit.WithActor(t.Context(), audit.Actor{Kind: "user", ID: "7", Name: "Leda"})
	submitted(t, w, responsetest.Procurer, questionnaire.Answers{"q5_01": code(2)})
	before := w.Campaign.ClosesAt.Add(-time.Hour)
	if err := w.Distribution.SetLateUntil(ctx, w.Campaign.ID, &before); !fault.Is(err, fault.Invalid) {
		t.Errorf("late before closing: %v", err)
	}
	until := w.Campaign.ClosesAt.AddDate(0, 0, 5)
	w.Must(w.Distribution.SetLateUntil(ctx, w.Campaign.ID, &until))
	w.Must(w.Responses.Close(ctx, w.Campaign.ID))
	w.Clock.Advance(3 * 24 * time.Hour)
	late := submitted(t, w, responsetest.Business, questionnaire.Answers{"q5_01": code(3), "q5_04": number(2)})
	if n, err := w.Responses.LateCount(ctx, w.Campaign.ID); n != 1 || err != nil || counted(w) != 1 || codesNow(w)[distribution.CodeLate] != 1 {
		t.Errorf("%d late, %v", n, err)
	}
	for range 2 {
		w.Must(w.Responses.CountLate(ctx, w.Campaign.ID, true))
	}
	if got := codesNow(w); counted(w) != 2 || got[distribution.CodeLate] != 0 {
		t.Errorf("counted: %v", got)
	}
	// Who comes now counts at once.
	submitted(t, w, responsetest.Politician, questionnaire.Answers{"q5_01": code(3)})
	if counted(w) != 3 {
		t.Error("a late answer after the decision does not count")
	}
	w.Must(w.Responses.CountLate(ctx, w.Campaign.ID, false))
	if got := codesNow(w); counted(w) != 1 || got[distribution.CodeLate] != 2 {
		t.Errorf("taken back: %v", got)
	}
	r, err := w.Responses.Find(ctx, late.ID)
	if err != nil || r.State != response.Submitted || !r.Late || r.Receipt == "" {
		t.Errorf("to the person: %+v %v", r, err)
	}
	entries, err := audit.NewReader(w.DB).List(ctx, 0, 100)
	w.Must(err)
	logged := 0
	for _, e := range entries {
		if e.Name == distribution.EventLateCounted && e.ActorName == "Leda" && strings.Contains(string(e.Detail), "responses") {
			logged++
		}
	}
	if logged != 2 {
		t.Errorf("%d decisions in the log, want 2", logged)
	}
	w.Clock.Advance(60 * 24 * time.Hour)
	inv, c, err := w.Distribution.InvitationByToken(ctx, w.Token(responsetest.Developer))
	w.Must(err)
	if _, err := w.Responses.Start(ctx, inv, c, "sv"); !errors.Is(err, response.ErrClosed) {
		t.Errorf("after the last day: %v", err)
	}
}

func TestWhatWasSentInBeforeClosingStandsWhenACorrectionComesLate(t *testing.T) {
	w := responsetest.New(t, "s5")
	ctx := t.Context()
	until := w.Campaign.ClosesAt.AddDate(0, 0, 5)
	w.Must(w.Distribution.SetLateUntil(ctx, w.Campaign.ID, &until))
	sent := submitted(t, w, responsetest.Business, questionnaire.Answers{"q5_01": code(3)})
	w.Must(w.Responses.Correct(ctx, sent.ID))
	w.Must(w.Responses.Close(ctx, w.Campaign.ID))
	w.Clock.Advance(10 * time.Second)
	r, err := w.Responses.Find(ctx, sent.ID)
	w.Must(err)
	if _, err := w.Responses.Save(ctx, r.ID, response.Page{Revision: r.Revision, Questions: []string{"q5_01"},
		Base: response.Fingerprint(r.Answers, nil)}); !errors.Is(err, response.ErrClosed) {
		t.Errorf("a late page of a correction: %v", err)
	}
	if _, err := w.Responses.Submit(ctx, r.ID, r.Revision); !errors.Is(err, response.ErrClosed) {
		t.Errorf("a late correction: %v", err)
	}
	if counted(w) != 1 {
		t.Error("what was sent in does not count any more")
	}
}

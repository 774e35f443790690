package response_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/response/responsetest"
)

func code(n int) questionnaire.Answer { return questionnaire.Answer{Code: &n} }

func number(v float64) questionnaire.Answer { return questionnaire.Answer{Number: &v} }

func page(r response.Response, covers []string, a questionnaire.Answers) response.Page {
	return response.Page{Revision: r.Revision, Base: response.Fingerprint(r.Answers, covers), Covers: covers,
		Questions: covers, Answers: a, Next: 2, Lang: i18n.Sv}
}

func save(t *testing.T, w *responsetest.World, r response.Response, a questionnaire.Answers, covers ...string) response.Response {
	t.Helper()
	r, err := w.Responses.Save(t.Context(), r.ID, page(r, covers, a))
	w.Must(err)
	return r
}

func TestStartingTwiceFindsTheSameDraft(t *testing.T) {
	w := responsetest.New(t, "s5")
	var wg sync.WaitGroup
	ids := make([]string, 8)
	inv, c, err := w.Distribution.InvitationByToken(t.Context(), w.Token(responsetest.Business))
	w.Must(err)
	for i := range ids {
		wg.Go(func() {
			r, err := w.Responses.Start(context.Background(), inv, c, i18n.Sv)
			if err != nil {
				t.Error(err)
			}
			ids[i] = r.ID
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id == "" || id != ids[0] {
			t.Fatalf("one invitation has several drafts: %v", ids)
		}
	}
}

func TestTheRegisterFillsInWhatItKnowsAndCountsNothingOfIt(t *testing.T) {
	w := responsetest.New(t, "s5")
	want := questionnaire.Answers{"bg_municipality": code(2031), "bg_size": code(2), "bg_sector": code(4)}
	r := w.Start(responsetest.Business)
	if diff := cmp.Diff(want, r.Prefill); diff != "" {
		t.Errorf("prefill of a firm (-want +got):\n%s", diff)
	}
	if len(r.Answers) != 0 {
		t.Errorf("answers that nobody gave: %v", r.Answers)
	}
	want = questionnaire.Answers{"bg_municipality": code(2029), "bg_org": code(1)}
	if diff := cmp.Diff(want, w.Start(responsetest.Procurer).Prefill); diff != "" {
		t.Errorf("prefill of a procurer (-want +got):\n%s", diff)
	}
}

func TestASaveReplacesThePagesAnswersAndKeepsTheOthers(t *testing.T) {
	w := responsetest.New(t, "s5")
	r := w.Start(responsetest.Business)
	r = save(t, w, r, questionnaire.Answers{"q5_01": code(3), "q5_04": number(2)}, "q5_01", "q5_04")
	r = save(t, w, r, questionnaire.Answers{"q5_12": code(1)}, "q5_12")
	r = save(t, w, r, questionnaire.Answers{"q5_01": code(98)}, "q5_01", "q5_04")
	want := questionnaire.Answers{"q5_01": code(98), "q5_12": code(1)}
	if diff := cmp.Diff(want, r.Answers); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if r.Revision != 4 {
		t.Errorf("revision %d after three saves, want 4", r.Revision)
	}
}

func TestAPageWithoutQuestionsLosesNothing(t *testing.T) {
	w := responsetest.New(t, "s5")
	r := save(t, w, w.Start(responsetest.Business), questionnaire.Answers{"q5_01": code(3)}, "q5_01")
	r = save(t, w, r, nil)
	if len(r.Answers) != 1 {
		t.Errorf("stored %v", r.Answers)
	}
}

func TestAStaleSaveIsNeverWrittenOverANewerOne(t *testing.T) {
	w := responsetest.New(t, "s5")
	shown := w.Start(responsetest.Business)
	save(t, w, shown, questionnaire.Answers{"q5_01": code(3)}, "q5_01", "q5_04")

	_, err := w.Responses.Save(t.Context(), shown.ID, page(shown, []string{"q5_01", "q5_04"}, questionnaire.Answers{"q5_01": code(5)}))
	var stale *response.Stale
	if !errors.As(err, &stale) || !fault.Is(err, fault.Conflict) {
		t.Fatalf("got %v, want a Stale", err)
	}
	if diff := cmp.Diff([]string{"q5_01"}, stale.Questions); diff != "" {
		t.Errorf("questions in conflict (-want +got):\n%s", diff)
	}
	now, err := w.Responses.Find(t.Context(), shown.ID)
	w.Must(err)
	if diff := cmp.Diff(questionnaire.Answers{"q5_01": code(3)}, now.Answers); diff != "" {
		t.Errorf("the newer answer was changed (-want +got):\n%s", diff)
	}
}

func TestThePageSentTwiceIsStoredOnce(t *testing.T) {
	w := responsetest.New(t, "s5")
	shown := w.Start(responsetest.Business)
	p := page(shown, []string{"q5_01"}, questionnaire.Answers{"q5_01": code(3)})
	first, err := w.Responses.Save(t.Context(), shown.ID, p)
	w.Must(err)
	again, err := w.Responses.Save(t.Context(), shown.ID, p)
	w.Must(err)
	if first.Revision != again.Revision {
		t.Errorf("revisions %d and %d", first.Revision, again.Revision)
	}
}

func TestASaveOfAnotherPageElsewhereIsNoConflict(t *testing.T) {
	w := responsetest.New(t, "s5")
	shown := w.Start(responsetest.Business)
	save(t, w, shown, questionnaire.Answers{"q5_12": code(1)}, "q5_12")
	r := save(t, w, shown, questionnaire.Answers{"q5_01": code(3)}, "q5_01")
	if diff := cmp.Diff(questionnaire.Answers{"q5_01": code(3), "q5_12": code(1)}, r.Answers); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSubmittingTwiceAtOnceGivesOneReceipt(t *testing.T) {
	w := responsetest.New(t, "s5")
	r := save(t, w, w.Start(responsetest.Business), questionnaire.Answers{"q5_01": code(3)}, "q5_01")
	receipts := make([]response.Receipt, 6)
	var wg sync.WaitGroup
	for i := range receipts {
		wg.Go(func() {
			var err error
			if receipts[i], err = w.Responses.Submit(context.Background(), r.ID, r.Revision); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, got := range receipts {
		if got.Number == "" || got.Number != receipts[0].Number {
			t.Fatalf("receipts differ: %v", receipts)
		}
	}
	var events int
	w.Must(w.DB.Get(&events, `SELECT count(*) FROM audit_event WHERE event = 'response.submitted'`))
	if events != 1 {
		t.Errorf("%d submissions in the log, want 1", events)
	}
	inv, _, err := w.Distribution.Invitation(t.Context(), r.InvitationID)
	w.Must(err)
	if inv.AnsweredAt == nil || inv.AnsweredShare == nil || *inv.AnsweredShare <= 0 {
		t.Errorf("the invitation does not know of the answer: %+v", inv)
	}
}

func TestSubmittingWhatWasNotReviewedIsRefused(t *testing.T) {
	w := responsetest.New(t, "s5")
	r := w.Start(responsetest.Business)
	save(t, w, r, questionnaire.Answers{"q5_01": code(3)}, "q5_01")
	_, err := w.Responses.Submit(t.Context(), r.ID, r.Revision)
	var stale *response.Stale
	if !errors.As(err, &stale) {
		t.Fatalf("got %v, want a Stale", err)
	}
}

func TestAnswersToHiddenQuestionsAreDroppedOnSubmit(t *testing.T) {
	w := responsetest.New(t, "s5")
	r := w.Start(responsetest.Business)
	rows := questionnaire.Answer{Rows: map[string]int{"a": 4}}
	r = save(t, w, r, questionnaire.Answers{"q5_04": number(3), "q5_05": rows}, "q5_04", "q5_05")
	r = save(t, w, r, questionnaire.Answers{"q5_04": number(0)}, "q5_04")
	_, err := w.Responses.Submit(t.Context(), r.ID, r.Revision)
	w.Must(err)
	r, err = w.Responses.Find(t.Context(), r.ID)
	w.Must(err)
	if diff := cmp.Diff(questionnaire.Answers{"q5_04": number(0)}, r.Answers); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAnInvalidDraftIsNotSubmitted(t *testing.T) {
	w := responsetest.New(t, "s5")
	r := save(t, w, w.Start(responsetest.Business), questionnaire.Answers{"q5_04": number(100000)}, "q5_04")
	_, err := w.Responses.Submit(t.Context(), r.ID, r.Revision)
	var rejected *response.Rejected
	if !errors.As(err, &rejected) || len(rejected.Problems) != 1 || rejected.Problems[0].Question != "q5_04" {
		t.Fatalf("got %v, want q5_04 rejected", err)
	}
}

func TestNothingIsTakenAfterClosing(t *testing.T) {
	w := responsetest.New(t, "s5")
	r := save(t, w, w.Start(responsetest.Business), questionnaire.Answers{"q5_01": code(3)}, "q5_01")
	w.Clock.Set(w.Campaign.ClosesAt.Add(distribution.LateGrace)) // until then those who had begun may finish
	before := w.Dump()
	if _, err := w.Responses.Save(t.Context(), r.ID, page(r, []string{"q5_01"}, nil)); !errors.Is(err, response.ErrClosed) {
		t.Errorf("save: %v", err)
	}
	if _, err := w.Responses.Submit(t.Context(), r.ID, r.Revision); !errors.Is(err, response.ErrClosed) {
		t.Errorf("submit: %v", err)
	}
	inv, c, err := w.Distribution.InvitationByToken(t.Context(), w.Token(responsetest.Procurer))
	w.Must(err)
	if _, err := w.Responses.Start(t.Context(), inv, c, i18n.Sv); !errors.Is(err, response.ErrClosed) {
		t.Errorf("start: %v", err)
	}
	if diff := cmp.Diff(before, w.Dump()); diff != "" {
		t.Errorf("something was written:\n%s", diff)
	}
}

func TestAWithdrawnResponseHoldsNothingAndMayBeginAnew(t *testing.T) {
	w := responsetest.New(t, "s5")
	r := save(t, w, w.Start(responsetest.Business), questionnaire.Answers{"q5_01": code(3)}, "q5_01")
	_, err := w.Responses.Submit(t.Context(), r.ID, r.Revision)
	w.Must(err)
	w.Must(w.Responses.Withdraw(t.Context(), r.ID))
	w.Must(w.Responses.Withdraw(t.Context(), r.ID)) // twice is once
	got, err := w.Responses.Find(t.Context(), r.ID)
	w.Must(err)
	if got.State != response.Withdrawn || len(got.Answers)+len(got.Prefill) != 0 || got.Receipt != "" {
		t.Errorf("something is left: %+v", got)
	}
	if _, err := w.Responses.Submit(t.Context(), r.ID, got.Revision); !errors.Is(err, response.ErrWithdrawn) {
		t.Errorf("submit: %v", err)
	}
	again := w.Start(responsetest.Business)
	if again.ID != r.ID || again.State != response.Draft || again.Revision <= got.Revision {
		t.Errorf("beginning anew: %+v", again)
	}
	inv, _, err := w.Distribution.Invitation(t.Context(), r.InvitationID)
	w.Must(err)
	if inv.DeclinedAt != nil {
		t.Error("a person who answers anew still counts as a refusal")
	}
}

func TestClosingTellsBreakOffsFromThoseWhoOnlyLooked(t *testing.T) {
	w := responsetest.New(t, "s5")
	save(t, w, w.Start(responsetest.Business), questionnaire.Answers{"q5_01": code(3)}, "q5_01")
	w.Start(responsetest.Procurer)
	done := save(t, w, w.Start(responsetest.Developer), questionnaire.Answers{"q5_01": code(3)}, "q5_01")
	_, err := w.Responses.Submit(t.Context(), done.ID, done.Revision)
	w.Must(err)
	w.Must(w.Responses.Close(t.Context(), w.Campaign.ID))
	for address, some := range map[string]bool{responsetest.Business: true, responsetest.Procurer: false} {
		inv, c, err := w.Distribution.Invitation(t.Context(), w.Invited[address].ID)
		w.Must(err)
		if inv.AnsweredShare == nil || (*inv.AnsweredShare > 0) != some || *inv.AnsweredShare >= 1 || c.State != distribution.Closed {
			t.Errorf("%s: share %v, campaign %s", address, inv.AnsweredShare, c.State)
		}
	}
	st, err := w.Distribution.Status(t.Context(), w.Campaign.ID)
	w.Must(err)
	if got := st.Total.Codes; got[distribution.CodeBreakOff] != 2 || got[distribution.CodeLoggedOn] != 1 {
		t.Errorf("codes %v, want the draft with an answer and the submitted stub as break-offs", got)
	}
	if err := w.Responses.Close(t.Context(), w.Campaign.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("closing twice: %v", err)
	}
}

func TestACampaignClosesByItselfAtItsLastMoment(t *testing.T) {
	w := responsetest.New(t, "s5")
	state := func() string {
		w.Must(w.Responses.CloseJob(t.Context(), response.CloseArgs{}))
		c, err := w.Distribution.Find(t.Context(), w.Campaign.ID)
		w.Must(err)
		return c.State
	}
	w.Clock.Advance(w.Campaign.ClosesAt.Sub(w.Clock.Now()) - time.Second)
	if got := state(); got != distribution.Launched {
		t.Errorf("a second before the last moment it is %s", got)
	}
	w.Clock.Advance(time.Second)
	if got := state(); got != distribution.Closed {
		t.Errorf("at the last moment it is %s", got)
	}
	if got := state(); got != distribution.Closed {
		t.Errorf("once more: %s", got)
	}
}

// Any interleaving of saves, submissions and withdrawals counts like a plain recount.
func TestCountsAndStreamAgreeWithARecount(t *testing.T) {
	w := responsetest.New(t, "s5")
	submitted := map[string]bool{}
	for i, address := range []string{responsetest.Procurer, responsetest.Politician, responsetest.Business, responsetest.Developer, responsetest.English} {
		r := save(t, w, w.Start(address), questionnaire.Answers{"q5_01": code(i%5 + 1)}, "q5_01")
		if i == 3 {
			continue
		}
		_, err := w.Responses.Submit(t.Context(), r.ID, r.Revision)
		w.Must(err)
		submitted[r.ID] = true
		if i == 0 {
			w.Must(w.Responses.Withdraw(t.Context(), r.ID))
			delete(submitted, r.ID)
		}
	}
	counts, err := w.Responses.Counts(t.Context(), w.Campaign.ID)
	w.Must(err)
	want := map[string]response.Count{
		"procurer": {Withdrawn: 1}, "politician": {Submitted: 1}, "business": {Submitted: 2}, "developer": {Draft: 1},
	}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	for _, f := range []response.Filter{{}, {SurveyID: "s5"}, {VersionID: w.Campaign.VersionID}, {CampaignID: w.Campaign.ID}} {
		seen := map[string]bool{}
		w.Must(w.Responses.Load(t.Context(), f, func(row response.Row) error {
			seen[row.ID] = true
			return nil
		}))
		if diff := cmp.Diff(submitted, seen); diff != "" {
			t.Errorf("%+v streams (-want +got):\n%s", f, diff)
		}
	}
	w.Must(w.Responses.Load(t.Context(), response.Filter{SurveyID: "s6"}, func(row response.Row) error {
		return fmt.Errorf("response %s belongs to another survey", row.ID)
	}))
}

func TestACorrectionCountsWhenItIsSentInAndNotBefore(t *testing.T) {
	w := responsetest.New(t, "s5")
	r := w.Start(responsetest.Business)
	r = save(t, w, r, questionnaire.Answers{"q5_01": code(1)}, "q5_01")
	first, err := w.Responses.Submit(t.Context(), r.ID, r.Revision)
	w.Must(err)
	counted := func() int {
		t.Helper()
		n := 0
		w.Must(w.Responses.Load(t.Context(), response.Filter{SurveyID: "s5"}, func(row response.Row) error {
			n = *row.Answers["q5_01"].Code
			return nil
		}))
		return n
	}
	analysed := func() int {
		t.Helper()
		all, err := w.Responses.Datasets(t.Context(), "s5")
		w.Must(err)
		f, err := analysis.Count(all[w.Campaign.WaveID], "q5_01", analysis.Filter{Group: "business"}, analysis.Options{MinBase: 1})
		w.Must(err)
		for _, row := range f.Numbers.Rows {
			if row.Count > 0 {
				return row.Code
			}
		}
		return 0
	}
	if got := analysed(); got != 1 {
		t.Errorf("analysis counts %d", got)
	}
	w.Must(w.Responses.Correct(t.Context(), r.ID))
	w.Must(w.Responses.Correct(t.Context(), r.ID))
	r, err = w.Responses.Find(t.Context(), r.ID)
	w.Must(err)
	r = save(t, w, r, questionnaire.Answers{"q5_01": code(3)}, "q5_01")
	if got := counted(); got != 1 || analysed() != 1 {
		t.Errorf("an unfinished correction counts: %d", got)
	}
	w.Clock.Advance(time.Hour)
	second, err := w.Responses.Submit(t.Context(), r.ID, r.Revision)
	w.Must(err)
	if got := counted(); got != 3 || analysed() != 3 {
		t.Errorf("the correction does not count: %d", got)
	}
	if second.Number != first.Number {
		t.Errorf("the receipt changed from %s to %s", first.Number, second.Number)
	}
	w.Must(w.Responses.Correct(t.Context(), r.ID))
	w.Must(w.Responses.KeepSubmitted(t.Context(), r.ID))
	if r, err = w.Responses.Find(t.Context(), r.ID); err != nil || r.State != response.Submitted || *r.Answers["q5_01"].Code != 3 {
		t.Errorf("after keeping: %+v %v", r, err)
	}
	w.Clock.Advance(90 * 24 * time.Hour)
	if err := w.Responses.Correct(t.Context(), r.ID); !errors.Is(err, response.ErrClosed) {
		t.Errorf("after closing: %v", err)
	}
}

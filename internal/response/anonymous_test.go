package response_test

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/response/responsetest"
)

var everybody = []string{responsetest.Procurer, responsetest.Politician, responsetest.Business, responsetest.Developer, responsetest.English}

// Formbricks #6164, #6574, #4797: links that could be answered many times, or not at all. Whatever a
// link's holder does, and on however many devices at once, the link has one response.
func TestAnAnonymousLinkHasOneResponseWhateverItsHolderDoes(t *testing.T) {
	w := responsetest.Anonymous(t, "s5")
	ctx := t.Context()
	first := map[string]string{} // response by address
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 12).Draw(rt, "acts") {
			who := rapid.SampledFrom(everybody).Draw(rt, "who")
			r := w.Start(who)
			if first[who] == "" {
				first[who] = r.ID
			}
			if r.ID != first[who] {
				rt.Fatalf("%s has two responses", who)
			}
			var err error
			switch rapid.SampledFrom([]string{"start", "save", "submit", "correct", "keep", "withdraw", "mix"}).Draw(rt, "act") {
			case "start":
				var group sync.WaitGroup
				for range 3 {
					group.Go(func() {
						if again := w.Start(who); again.ID != r.ID {
							t.Errorf("at once %s gets two responses", who)
						}
					})
				}
				group.Wait()
			case "save":
				if r.State == response.Draft {
					save(t, w, r, questionnaire.Answers{"q5_01": code(rapid.IntRange(1, 5).Draw(rt, "code"))}, "q5_01")
				}
			case "submit":
				if len(r.Answers) > 0 {
					_, err = w.Responses.Submit(ctx, r.ID, r.Revision)
				}
			case "correct":
				err = w.Responses.Correct(ctx, r.ID)
			case "keep":
				err = w.Responses.KeepSubmitted(ctx, r.ID)
			case "withdraw":
				err = w.Responses.Withdraw(ctx, r.ID)
			case "mix":
				err = w.Responses.MixJob(ctx, response.MixArgs{})
			}
			if err != nil {
				rt.Fatal(err)
			}
		}
		counts, err := w.Responses.Counts(ctx, w.Campaign.ID)
		if err != nil {
			rt.Fatal(err)
		}
		n := 0
		for _, c := range counts {
			n += c.Started()
		}
		if n != len(first) {
			rt.Fatalf("%d responses by %d links", n, len(first))
		}
	})
}

// What is saved, sent in, corrected or withdrawn while the rows are moved is neither lost nor doubled.
func TestMovingTheResponsesLosesNothingThatIsWrittenMeanwhile(t *testing.T) {
	w := responsetest.Anonymous(t, "s5")
	ctx := t.Context()
	stop, moved := make(chan struct{}), make(chan int)
	go func() {
		n := 0
		for {
			select {
			case <-stop:
				moved <- n
				return
			default:
				if err := w.Responses.MixJob(ctx, response.MixArgs{}); err != nil {
					t.Error(err)
				}
				n++
			}
		}
	}()
	var group sync.WaitGroup
	for _, who := range everybody {
		group.Go(func() {
			for range 6 {
				r := w.Start(who)
				for n := range 3 {
					r = save(t, w, r, questionnaire.Answers{"q5_01": code(n%5 + 1)}, "q5_01")
				}
				if _, err := w.Responses.Submit(ctx, r.ID, r.Revision); err != nil {
					t.Error(err)
				}
				must := func(err error, state response.State, correcting bool) {
					got, ferr := w.Responses.Find(ctx, r.ID)
					if err = errors.Join(err, ferr); err != nil || got.State != state || got.Correcting != correcting {
						t.Errorf("%v: %s, correcting %v", err, got.State, got.Correcting)
					}
				}
				must(w.Responses.Correct(ctx, r.ID), response.Draft, true)
				must(w.Responses.KeepSubmitted(ctx, r.ID), response.Submitted, false)
				must(w.Responses.Withdraw(ctx, r.ID), response.Withdrawn, false)
			}
		})
	}
	group.Wait()
	close(stop)
	if n := <-moved; n < 3 {
		t.Errorf("the rows were moved only %d times", n)
	}
}

func TestMovingTheResponsesKeepsEveryColumn(t *testing.T) {
	w := responsetest.Anonymous(t, "s5")
	for _, who := range everybody {
		r := w.Start(who)
		r = save(t, w, r, questionnaire.Answers{"q5_01": code(2)}, "q5_01")
		_, err := w.Responses.Submit(t.Context(), r.ID, r.Revision)
		w.Must(err)
	}
	w.Must(w.Responses.Correct(t.Context(), w.Start(responsetest.Business).ID))
	rows := func() (all []string) {
		w.Must(w.DB.Select(&all, `SELECT t::text FROM response t ORDER BY id`))
		return all
	}
	before := rows()
	w.Must(w.Responses.MixJob(t.Context(), response.MixArgs{}))
	if diff := cmp.Diff(before, rows()); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
	var made, unordered int
	w.Must(w.DB.Get(&made, `SELECT count(DISTINCT xmin::text) FROM response`))
	w.Must(w.DB.Get(&unordered, `SELECT count(*) FROM (SELECT id < lag(id) OVER (ORDER BY ctid) AS wrong FROM response) t WHERE wrong`))
	if made != 1 || unordered != 0 {
		t.Errorf("%d transactions wrote the rows, %d lie out of order", made, unordered)
	}
}

func TestClosingForgetsTheKeyAndTheLinksWorkOn(t *testing.T) {
	w := responsetest.Anonymous(t, "s5")
	plain := w.Token(responsetest.Business)
	r := save(t, w, w.Start(responsetest.Business), questionnaire.Answers{"q5_01": code(3)}, "q5_01")
	_, err := w.Responses.Submit(t.Context(), r.ID, r.Revision)
	w.Must(err)
	w.Must(w.Responses.Close(t.Context(), w.Campaign.ID))
	if _, err := os.Stat(w.KeyFile()); !os.IsNotExist(err) {
		t.Errorf("the key is still there: %v", err)
	}
	if found, ok, err := w.Responses.OfToken(t.Context(), plain); err != nil || !ok || found.ID != r.ID {
		t.Errorf("the link leads to %s: %v", found.ID, err)
	}
	w.Must(w.Responses.Withdraw(t.Context(), r.ID)) // also after closing
	var queued int
	w.Must(w.DB.Get(&queued, `SELECT count(*) FROM river_job WHERE kind = 'mix_anonymous'`))
	if queued != 1 {
		t.Errorf("%d jobs wait to mix the responses", queued)
	}
}

func TestAnAnonymousResponseCannotBeLinkedNorAConfidentialOneStarted(t *testing.T) {
	w := responsetest.Anonymous(t, "s5")
	inv, c, err := w.Distribution.InvitationByToken(t.Context(), w.Token(responsetest.Business))
	w.Must(err)
	if _, err := w.Responses.Start(t.Context(), inv, c, i18n.Sv); err == nil {
		t.Error("an anonymous campaign got a linked response")
	}
	w.Must(w.Responses.DeclineAnonymous(t.Context(), w.Token(responsetest.Business), inv.ID))
	w.Start(responsetest.Procurer)
	err = w.Responses.DeclineAnonymous(t.Context(), w.Token(responsetest.Procurer), w.Invited[responsetest.Procurer].ID)
	if !fault.Is(err, fault.Conflict) {
		t.Errorf("declining after beginning: %v", err)
	}
}

func TestAnonymousAndOpenResponsesAreCountedLikeTheOthers(t *testing.T) {
	w := responsetest.Anonymous(t, "s5")
	ctx := t.Context()
	var seen []string // what analysis counts after each change
	look := func() {
		data, err := w.Responses.Datasets(ctx, "s5")
		w.Must(err)
		f, err := analysis.Count(data[w.Campaign.WaveID], "q5_01", analysis.Filter{Group: people.Business}, analysis.Options{MinBase: 1})
		w.Must(err)
		text := ""
		for _, row := range f.Numbers.Rows {
			text += strings.Repeat(strconv.Itoa(row.Code), row.Count)
		}
		seen = append(seen, text)
	}
	answer := func(r response.Response, n int) response.Response {
		r = save(t, w, r, questionnaire.Answers{"q5_01": code(n)}, "q5_01")
		_, err := w.Responses.Submit(ctx, r.ID, r.Revision)
		w.Must(err)
		look()
		r, err = w.Responses.Find(ctx, r.ID)
		w.Must(err)
		return r
	}
	personal := answer(w.Start(responsetest.Business), 1)
	for _, n := range []int{3, 3, 4} {
		_, r, err := w.Responses.StartOpen(ctx, w.Campaign, people.Business, i18n.Sv)
		w.Must(err)
		answer(r, n)
	}
	_, _, err := w.Responses.StartOpen(ctx, w.Campaign, people.Developer, i18n.En)
	w.Must(err)
	w.Must(w.Responses.Correct(ctx, personal.ID)) // the same number, the same day
	personal, err = w.Responses.Find(ctx, personal.ID)
	w.Must(err)
	answer(personal, 2)

	n := 0
	w.Must(w.Responses.Load(ctx, response.Filter{SurveyID: "s5"}, func(r response.Row) error {
		if n++; !r.SubmittedAt.Equal(time.Date(2019, 3, 4, 0, 0, 0, 0, i18n.Stockholm)) {
			t.Errorf("submitted as exactly as %v", r.SubmittedAt)
		}
		return nil
	}))
	extract, err := w.Responses.Extract(ctx, "s5", 0)
	w.Must(err)
	if n != 4 || extract.Count != 4 {
		t.Errorf("analysis counts %d, the export %d, of four", n, extract.Count)
	}
	if diff := cmp.Diff([]string{"1", "13", "133", "1334", "2334"}, seen); diff != "" {
		t.Errorf("analysis after each change (-want +got):\n%s", diff)
	}
	tally, err := w.Responses.OpenTally(ctx, w.Campaign.ID)
	w.Must(err)
	if tally.Total != (response.Count{Draft: 1, Submitted: 3}) || tally.Alike != 2 {
		t.Errorf("by the open link: %+v", tally)
	}
	st, err := w.Responses.Status(ctx, w.Campaign)
	w.Must(err)
	if st.Total.Answered != 1 || st.Total.Invited != 5 { // the open ones were not invited
		t.Errorf("status: %+v", st.Total)
	}
}

func TestOpenDraftsWithoutAnyAnswerGoAfterADay(t *testing.T) {
	w := responsetest.Anonymous(t, "s5")
	ctx := t.Context()
	_, empty, err := w.Responses.StartOpen(ctx, w.Campaign, people.Business, i18n.Sv)
	w.Must(err)
	_, begun, err := w.Responses.StartOpen(ctx, w.Campaign, people.Business, i18n.Sv)
	w.Must(err)
	save(t, w, begun, questionnaire.Answers{"q5_01": code(2)}, "q5_01")
	mine := w.Start(responsetest.Business) // of a personal link
	left := func() string {
		w.Must(w.Responses.MixJob(ctx, response.MixArgs{}))
		text := ""
		for _, r := range []response.Response{empty, begun, mine} {
			_, err := w.Responses.Find(ctx, r.ID)
			text += fmt.Sprint(err == nil, " ")
		}
		return text
	}
	w.Clock.Advance(23 * time.Hour)
	if got := left(); got != "true true true " {
		t.Errorf("before a day: %s", got)
	}
	w.Clock.Advance(24 * time.Hour)
	if got := left(); got != "false true true " {
		t.Errorf("after a day: %s", got)
	}
}

func TestACampaignWithoutOpenLinkTakesNoOpenResponses(t *testing.T) {
	w := responsetest.New(t, "s5")
	if _, _, err := w.Responses.StartOpen(t.Context(), w.Campaign, people.Business, i18n.Sv); !errors.Is(err, response.ErrClosed) {
		t.Errorf("got %v", err)
	}
	w.Must(w.Distribution.SetOpenLink(t.Context(), w.Campaign.ID, true))
	c, err := w.Distribution.Find(t.Context(), w.Campaign.ID)
	w.Must(err)
	if c.Mode != distribution.Confidential {
		t.Fatal(c.Mode)
	}
	_, r, err := w.Responses.StartOpen(t.Context(), c, people.Business, i18n.Sv)
	if err != nil || !r.Anonymous() { // whatever the invitations promise
		t.Errorf("%+v %v", r.Key, err)
	}
}

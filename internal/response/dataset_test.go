package response_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/response/responsetest"
)

// everyCount is every count of every question, of every group and of all.
func everyCount(w *responsetest.World, data map[string]*analysis.Dataset) string {
	w.Helper()
	d := data[w.Campaign.WaveID]
	if d == nil {
		return "nobody"
	}
	var ids []string
	for _, q := range w.Definition.Questions() {
		ids = append(ids, q.ID)
	}
	text := fmt.Sprintln(d.Len())
	for _, group := range []string{"", "procurer", "politician", "business", "developer", analysis.GroupAssociation} {
		// Small bases on purpose: it is the counting that is tested.
		all, err := analysis.CountAll(d, ids, analysis.Filter{Group: group}, analysis.Options{MinBase: 1})
		w.Must(err)
		doc, err := json.MarshalIndent(all, "", " ")
		w.Must(err)
		text += string(doc)
	}
	return text
}

// recount reads the database from the first row to the last, as a process that has just begun.
func recount(w *responsetest.World) string {
	w.Helper()
	data, wave := map[string]*analysis.Dataset{}, w.Campaign.WaveID
	w.Must(w.Responses.Load(w.Context(), response.Filter{SurveyID: w.Definition.ID}, func(r response.Row) error {
		if data[wave] == nil {
			data[wave] = analysis.NewDataset(w.Definition)
		}
		return data[wave].Put(analysis.Record{ID: r.ID, Group: r.Group, Answers: r.Answers})
	}))
	return everyCount(w, data)
}

// another is a second process on the same database.
func another(w *responsetest.World) *response.Service {
	return response.New(w.DB, w.Clock.Now, w.Surveys, w.Distribution, w.People)
}

// act does something that a person could do next: begins, saves, sends in, corrects, keeps, withdraws.
func act(t *testing.T, w *responsetest.World, chance *rand.Rand, who string) {
	t.Helper()
	r := w.Start(who)
	sendIn := func() {
		if len(r.Answers) > 0 {
			_, err := w.Responses.Submit(t.Context(), r.ID, r.Revision)
			w.Must(err)
		}
	}
	switch {
	case r.State == response.Submitted && chance.IntN(3) > 0:
		w.Must(w.Responses.Correct(t.Context(), r.ID))
	case r.Receipt != "" && chance.IntN(4) == 0:
		w.Must(w.Responses.Withdraw(t.Context(), r.ID))
	case r.Correcting && chance.IntN(4) == 0:
		w.Must(w.Responses.KeepSubmitted(t.Context(), r.ID))
	case r.State == response.Draft && chance.IntN(2) == 0:
		sendIn()
	case r.State == response.Draft:
		id := []string{"q5_01", "q5_11"}[chance.IntN(2)]
		r = save(t, w, r, questionnaire.Answers{id: code(chance.IntN(5) + 1)}, id)
		if chance.IntN(2) == 0 {
			sendIn()
		}
	}
}

func TestWhatIsInMemoryIsWhatIsInTheDatabase(t *testing.T) {
	worlds := map[string]func(testing.TB, string) *responsetest.World{"confidential": responsetest.New, "anonymous": responsetest.Anonymous}
	for name, build := range worlds {
		t.Run(name, func(t *testing.T) {
			w := build(t, "s5")
			until := w.Campaign.ClosesAt.AddDate(0, 0, 5)
			w.Must(w.Distribution.SetLateUntil(t.Context(), w.Campaign.ID, &until))
			seed := rand.Uint64()
			t.Logf("seed %d", seed)
			chance := rand.New(rand.NewPCG(seed, 0))
			people := []string{responsetest.Procurer, responsetest.Politician, responsetest.Business, responsetest.Developer, responsetest.English}
			processes := []*response.Service{w.Responses, another(w), another(w)}
			look := func() {
				t.Helper()
				data, err := processes[chance.IntN(len(processes))].Datasets(t.Context(), "s5")
				w.Must(err)
				if diff := cmp.Diff(recount(w), everyCount(w, data)); diff != "" {
					t.Fatalf("(-database +memory):\n%s", diff)
				}
			}
			late := people[chance.IntN(len(people))] // begins in time
			w.Start(late)
			for range 60 {
				if who := people[chance.IntN(len(people))]; who != late {
					act(t, w, chance, who)
				}
				if chance.IntN(2) == 0 {
					look()
				}
				if chance.IntN(20) == 0 {
					w.Must(w.Responses.MixJob(t.Context(), response.MixArgs{}))
				}
			}
			r := w.Start(late)
			w.Must(w.Responses.Close(t.Context(), w.Campaign.ID))
			w.Clock.Advance(w.Campaign.ClosesAt.Sub(w.Clock.Now()) + distribution.LateGrace/2)
			r = save(t, w, r, questionnaire.Answers{"q5_01": code(3)}, "q5_01")
			_, err := w.Responses.Submit(t.Context(), r.ID, r.Revision)
			w.Must(err)
			for n := range 6 {
				w.Must(w.Responses.CountLate(t.Context(), w.Campaign.ID, n%2 == 0))
				look()
			}
			var ids []string // those of links whose key is forgotten too
			w.Must(w.DB.Select(&ids, `SELECT id FROM response`))
			for _, id := range ids {
				w.Must(w.Responses.Withdraw(t.Context(), id))
				look()
			}
		})
	}
}

func TestNothingIsMissedWhileManySendInAtOnce(t *testing.T) {
	for name, build := range map[string]func(testing.TB, string) *responsetest.World{"confidential": responsetest.New, "anonymous": responsetest.Anonymous} {
		t.Run(name, func(t *testing.T) {
			w := build(t, "s5")
			people := []string{responsetest.Procurer, responsetest.Politician, responsetest.Business, responsetest.Developer, responsetest.English}
			processes := []*response.Service{w.Responses, another(w)}
			stop := make(chan struct{})
			var writers, readers sync.WaitGroup
			for i, who := range people {
				writers.Go(func() {
					chance := rand.New(rand.NewPCG(uint64(i), 1))
					for range 25 {
						act(t, w, chance, who)
					}
				})
			}
			for _, p := range processes {
				readers.Go(func() {
					for {
						select {
						case <-stop:
							return
						default:
							if _, err := p.Datasets(t.Context(), "s5"); err != nil {
								t.Error(err)
								return
							}
						}
					}
				})
			}
			writers.Wait()
			close(stop)
			readers.Wait()
			for _, p := range processes {
				data, err := p.Datasets(t.Context(), "s5")
				w.Must(err)
				if diff := cmp.Diff(recount(w), everyCount(w, data)); diff != "" {
					t.Errorf("(-database +memory):\n%s", diff)
				}
			}
		})
	}
}

// A transaction that began before another and commits after it has the lower number.
func TestAChangeThatCommitsLateIsNotPassedBy(t *testing.T) {
	w := responsetest.New(t, "s5")
	sendIn := func(who string) string {
		r := save(t, w, w.Start(who), questionnaire.Answers{"q5_01": code(2)}, "q5_01")
		_, err := w.Responses.Submit(t.Context(), r.ID, r.Revision)
		w.Must(err)
		return r.ID
	}
	slow, count := sendIn(responsetest.Business), func() int {
		data, err := w.Responses.Datasets(t.Context(), "s5")
		w.Must(err)
		n := 0
		for _, d := range data {
			n += d.Len()
		}
		return n
	}
	tx, err := w.DB.BeginTxx(t.Context(), nil)
	w.Must(err)
	_, err = tx.Exec(`UPDATE response SET state = 'late', late = true WHERE id = $1`, slow)
	w.Must(err)
	sendIn(responsetest.Procurer)
	if n := count(); n != 2 {
		t.Errorf("%d count before the commit, want 2", n)
	}
	w.Must(tx.Commit())
	if n := count(); n != 1 {
		t.Errorf("%d count after the commit, want 1", n)
	}
	_, err = w.DB.Exec(`DELETE FROM response WHERE state = 'submitted'`)
	w.Must(err)
	if n := count(); n != 0 {
		t.Errorf("%d count after all were deleted", n)
	}
}

func TestADatabaseFromAnotherServerIsNotReadAgainAtEveryLook(t *testing.T) {
	w := responsetest.New(t, "s5")
	r := save(t, w, w.Start(responsetest.Business), questionnaire.Answers{"q5_01": code(2)}, "q5_01")
	_, err := w.Responses.Submit(t.Context(), r.ID, r.Revision)
	w.Must(err)
	_, err = w.DB.Exec(`UPDATE response SET position = '9000000000'`) // its numbers were far ahead of this server's
	w.Must(err)
	first, err := w.Responses.Datasets(t.Context(), "s5")
	w.Must(err)
	second, err := w.Responses.Datasets(t.Context(), "s5")
	w.Must(err)
	if v := w.Campaign.WaveID; first[v] == nil || first[v] != second[v] {
		t.Error("the answers were read again although nothing had changed")
	}
	w.Must(w.Responses.Withdraw(t.Context(), r.ID))
	if third, err := w.Responses.Datasets(t.Context(), "s5"); err != nil || len(third) != 0 {
		t.Errorf("the withdrawal was missed: %v %v", third, err)
	}
}

func TestAnonymousResponsesHaveNoPosition(t *testing.T) {
	w := responsetest.Anonymous(t, "s5")
	r := save(t, w, w.Start(responsetest.Business), questionnaire.Answers{"q5_01": code(2)}, "q5_01")
	_, err := w.Responses.Submit(t.Context(), r.ID, r.Revision)
	w.Must(err)
	w.Must(w.Responses.Correct(t.Context(), r.ID))
	w.Must(w.Responses.Withdraw(t.Context(), r.ID))
	var placed, noted int
	w.Must(w.DB.Get(&placed, `SELECT count(*) FROM response WHERE position IS NOT NULL`))
	w.Must(w.DB.Get(&noted, `SELECT count(*) FROM response_deleted`))
	if placed+noted != 0 {
		t.Error("something stored puts anonymous responses in order")
	}
	if _, err := w.DB.Exec(`UPDATE response SET position = '1'`); err == nil {
		t.Error("the database takes a position of an anonymous response")
	}
}

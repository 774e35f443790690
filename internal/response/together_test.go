package response_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/response/responsetest"
)

// write is an acknowledged save: what was sent, and the response that came back.
type write struct {
	sent questionnaire.Answers
	got  response.Response
}

// Several devices of several people save at the same time, each from what it last saw. What was
// acknowledged is then, person by person, one chain of saves without gap or fork, and each device was
// shown the response as it stood at its place in the chain.
func TestSavesAtTheSameTimeAreOneChainForEachPerson(t *testing.T) {
	w := responsetest.New(t, "s5")
	questions := []string{"q5_04", "q5_06", "q5_17"}
	chains := map[string]map[int]write{}
	var mu sync.Mutex
	var group sync.WaitGroup
	conflicts := 0
	for _, address := range []string{responsetest.Procurer, responsetest.Politician, responsetest.Business, responsetest.Developer, responsetest.English} {
		r := w.Start(address)
		chains[r.ID] = map[int]write{}
		for device := range 4 {
			group.Go(func() {
				seen := r
				for n := range 8 {
					id := questions[(device+n)%len(questions)]
					sent := questionnaire.Answers{id: number(float64(device*100 + n + 1))} // no two are equal
					got, err := w.Responses.Save(context.Background(), r.ID, page(seen, []string{id}, sent))
					var stale *response.Stale
					mu.Lock()
					switch {
					case errors.As(err, &stale):
						conflicts++
						got = stale.Current
					case err != nil:
						t.Error(err)
					default:
						if _, taken := chains[r.ID][got.Revision]; taken {
							t.Errorf("two saves of one response became revision %d", got.Revision)
						}
						chains[r.ID][got.Revision] = write{sent, got}
					}
					mu.Unlock()
					seen = got
				}
			})
		}
	}
	group.Wait()
	t.Logf("%d saves met another device's", conflicts)
	for id, chain := range chains {
		stands := questionnaire.Answers{}
		for revision := 2; revision < len(chain)+2; revision++ {
			one, ok := chain[revision]
			if !ok {
				t.Fatalf("nobody was told of revision %d", revision)
			}
			maps.Copy(stands, one.sent)
			if diff := cmp.Diff(stands, one.got.Answers); diff != "" {
				t.Errorf("revision %d (-chain +shown):\n%s", revision, diff)
			}
		}
		now, err := w.Responses.Find(t.Context(), id)
		w.Must(err)
		if now.Revision != len(chain)+1 || cmp.Diff(stands, now.Answers) != "" {
			t.Errorf("%d saves were acknowledged, stored is revision %d: %v", len(chain), now.Revision, now.Answers)
		}
	}
}

// A response that somebody holds, as a withdrawal does for a moment, makes its own person wait and no other.
func TestNobodyWaitsForAnotherPersonsResponse(t *testing.T) {
	w := responsetest.New(t, "s5")
	held, free := w.Start(responsetest.Business), w.Start(responsetest.Procurer)
	waited := make(chan error, 1)
	w.Must(postgres.InTx(t.Context(), w.DB, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(t.Context(), `SELECT FROM response WHERE id = $1 FOR UPDATE`, held.ID); err != nil {
			return err
		}
		go func() {
			_, err := w.Responses.Save(context.Background(), held.ID, page(held, []string{"q5_01"}, questionnaire.Answers{"q5_01": code(2)}))
			waited <- err
		}()
		for n := range 5 {
			free = save(t, w, free, questionnaire.Answers{"q5_01": code(n + 1)}, "q5_01")
		}
		select {
		case err := <-waited:
			t.Errorf("a save went past who holds the response: %v", err)
		default:
		}
		return nil
	}))
	w.Must(<-waited)
	got, err := w.Responses.Find(t.Context(), held.ID)
	w.Must(err)
	if diff := cmp.Diff(questionnaire.Answers{"q5_01": code(2)}, got.Answers); diff != "" {
		t.Errorf("what waited (-want +stored):\n%s", diff)
	}
}

// What one person sends and the database refuses is refused to that person alone.
func TestASaveThatTheDatabaseRefusesTakesNoOtherAlong(t *testing.T) {
	w := responsetest.New(t, "s5")
	people := []string{responsetest.Procurer, responsetest.Politician, responsetest.Business, responsetest.Developer}
	torn := slices.Index(people, responsetest.Business)
	drafts := make([]response.Response, len(people))
	for i, address := range people {
		drafts[i] = w.Start(address)
	}
	for n := range 10 {
		errs := make([]error, len(people))
		var group sync.WaitGroup
		for i := range people {
			group.Go(func() {
				answer := code(n%5 + 1)
				if i == torn {
					answer = questionnaire.Answer{Text: "\x00"} // no text that the database can keep
				}
				var r response.Response
				r, errs[i] = w.Responses.Save(context.Background(), drafts[i].ID, page(drafts[i], []string{"q5_01"}, questionnaire.Answers{"q5_01": answer}))
				if errs[i] == nil {
					drafts[i] = r
				}
			})
		}
		group.Wait()
		for i, err := range errs {
			if (err != nil) != (i == torn) {
				t.Errorf("person %d: %v", i, err)
			}
		}
	}
}

package response_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/response/responsetest"
)

// Whatever people do in whatever order, the stream of submitted responses is
// what a plain bookkeeper would have written down.
func TestAnyOrderOfActsCountsLikeAPlainBook(t *testing.T) {
	w := responsetest.New(t, "s5")
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	chance := rand.New(rand.NewPCG(seed, 0))
	people := []string{responsetest.Procurer, responsetest.Politician, responsetest.Business, responsetest.Developer, responsetest.English}
	book := map[string]questionnaire.Answers{} // submitted answers by response
	for range 200 {
		r := w.Start(people[chance.IntN(len(people))])
		switch act := chance.IntN(6); {
		case act == 0 && r.Receipt != "":
			w.Must(w.Responses.Withdraw(t.Context(), r.ID))
			delete(book, r.ID)
		case act == 3 && r.Correcting:
			w.Must(w.Responses.KeepSubmitted(t.Context(), r.ID))
		case act <= 2 && r.State == response.Draft:
			_, err := w.Responses.Submit(t.Context(), r.ID, r.Revision)
			if len(r.Answers) == 0 && errors.Is(err, response.ErrEmpty) {
				continue
			}
			w.Must(err)
			book[r.ID] = r.Answers
		case r.State == response.Draft:
			id := []string{"q5_01", "q5_11"}[chance.IntN(2)]
			answers := questionnaire.Answers{id: code(chance.IntN(5) + 1)}
			if chance.IntN(4) == 0 {
				answers = nil
			}
			save(t, w, r, answers, id)
		case act <= 3: // until the correction is sent in, the book stands
			w.Must(w.Responses.Correct(t.Context(), r.ID))
		default: // a final answer does not change
			if _, err := w.Responses.Save(t.Context(), r.ID, page(r, []string{"q5_01"}, nil)); err == nil {
				t.Fatal("a submitted response was saved")
			}
		}
	}
	stream := map[string]questionnaire.Answers{}
	w.Must(w.Responses.Load(t.Context(), response.Filter{SurveyID: "s5"}, func(row response.Row) error {
		stream[row.ID] = row.Answers
		return nil
	}))
	if diff := cmp.Diff(book, stream); diff != "" {
		t.Errorf("(-book +stream):\n%s", diff)
	}
	counts, err := w.Responses.Counts(t.Context(), w.Campaign.ID)
	w.Must(err)
	n := 0
	for _, c := range counts {
		n += c.Submitted
	}
	if n != len(book) {
		t.Errorf("counted %d, the book has %d", n, len(book))
	}
}

package recommendation_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/recommendation/recommendationtest"
	"upphandlingsdialog/internal/sample"
)

func statement() expert.Statement {
	return expert.Statement{Name: "Karin Lindh", Role: "upphandlingsjurist", Organisation: "Byrån", Language: i18n.Sv,
		Date: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Text: "Delning i flera kontrakt ska övervägas.", Themes: []string{"I03"}}
}

// citing gives a sample recommendation that rests on an expert's statement too, and the statement's id.
func citing(w *recommendationtest.World) (recommendation.Recommendation, string) {
	w.T.Helper()
	w.Crowd(10)
	w.ImportSample()
	ctx := w.T.Context()
	id, err := w.Experts.Save(ctx, statement())
	w.Must(err)
	r := w.Numbered("5.1")
	r.Evidence = append(r.Evidence, recommendation.Evidence{Statement: &expert.Statement{ID: id}})
	w.Must(w.Service.Change(ctx, r, "juristens utlåtande"))
	r, err = w.Service.Find(ctx, r.ID)
	w.Must(err)
	return r, id
}

func TestAnExpertsStatementIsEvidenceOfItsOwnChannel(t *testing.T) {
	w := recommendationtest.New(t)
	r, id := citing(w)
	last := r.Evidence[len(r.Evidence)-1]
	if last.Channel != recommendation.Expert || last.Stale || last.Statement == nil || last.Statement.Text != statement().Text {
		t.Fatalf("evidence %+v", last)
	}
	only := recommendation.Recommendation{Evidence: []recommendation.Evidence{last}}
	if only.Strength() != recommendation.StrengthC || only.Supported() {
		t.Errorf("an expert alone gives %q", only.Strength())
	}
	for _, e := range r.Evidence {
		if e.Excerpt != nil {
			only.Evidence = append(only.Evidence, e)
			break
		}
	}
	if only.Strength() != recommendation.StrengthB || !only.Supported() {
		t.Errorf("an expert and a meeting give %q", only.Strength())
	}
	rests, err := w.Service.RestingOn(t.Context(), []string{id})
	w.Must(err)
	if len(rests[id]) != 1 || rests[id][0].Number != "5.1" {
		t.Errorf("resting on the statement: %+v", rests)
	}
	old, err := w.Service.At(t.Context(), r.ID, r.Version)
	w.Must(err)
	if e := old.Evidence[len(old.Evidence)-1]; e.Statement == nil || e.Statement.ID != id || e.Stale {
		t.Errorf("the version lost its statement: %+v", e)
	}
}

func TestAFileThatIsReadAgainKeepsWhatItCannotName(t *testing.T) {
	w := recommendationtest.New(t)
	r, id := citing(w)
	for name, file := range map[string][]byte{
		"as it was": sample.Recommendations(w.Clock.Now()),
		"with another wording": bytes.Replace(sample.Recommendations(w.Clock.Now()), []byte("En gemensam översikt över kommande upphandlingar"),
			[]byte("En gemensam lista över kommande upphandlingar"), 1),
	} {
		_, err := w.Service.Import(t.Context(), bytes.NewReader(file))
		w.Must(err)
		now, err := w.Service.Find(t.Context(), r.ID)
		w.Must(err)
		last := now.Evidence[len(now.Evidence)-1]
		if len(now.Evidence) != len(r.Evidence) || last.Statement == nil || last.Statement.ID != id {
			t.Errorf("%s: the statement is gone: %+v", name, last)
		}
	}
}

func TestAFileNamesAStatementByRoleAndWords(t *testing.T) {
	w := recommendationtest.New(t)
	r, id := citing(w)
	file := func(line string) []byte {
		return bytes.Replace(sample.Recommendations(w.Clock.Now()), []byte("      - {meeting: dialogmote-mora, theme: I03, kind: proposal}\n"),
			[]byte("      - {meeting: dialogmote-mora, theme: I03, kind: proposal}\n      - "+line+"\n"), 1)
	}
	st, err := w.Experts.Find(t.Context(), id)
	w.Must(err)
	_, err = w.Service.Import(t.Context(), bytes.NewReader(file(`{expert: "`+st.Role+`", theme: I03, contains: "kontrakt"}`)))
	w.Must(err)
	now, err := w.Service.Find(t.Context(), r.ID)
	w.Must(err)
	if n := len(now.Evidence); n != len(r.Evidence) || now.Evidence[n-1].Statement == nil || now.Evidence[n-1].Statement.ID != id {
		t.Errorf("after reading: %d pieces, the last %+v; want each statement once", n, now.Evidence[n-1])
	}
	for line, key := range map[string]string{
		`{expert: "en annan"}`: "recommendation.import_statement",
		`{expert: "` + st.Role + `", contains: "något hon inte sa"}`:           "recommendation.import_statement",
		`{expert: "` + st.Role + `", survey: s5, question: q5_11}`:             "recommendation.import_both",
		`{expert: "` + st.Role + `", meeting: dialogmote-mora, kind: problem}`: "recommendation.import_both",
	} {
		_, err := w.Service.Import(t.Context(), bytes.NewReader(file(line)))
		var bad *recommendation.ImportError
		if !errors.As(err, &bad) || len(bad.Findings) != 1 || bad.Findings[0].Key != key {
			t.Errorf("%s: %v", line, err)
		}
	}
}

func TestAChangedOrWithdrawnStatementMarksTheRecommendation(t *testing.T) {
	for name, act := range map[string]func(*recommendationtest.World, string) error{
		"changed": func(w *recommendationtest.World, id string) error {
			s, err := w.Experts.Find(w.T.Context(), id)
			w.Must(err)
			s.Text = "Delning i flera kontrakt bör övervägas."
			_, err = w.Experts.Save(w.T.Context(), s)
			return err
		},
		"withdrawn": func(w *recommendationtest.World, id string) error { return w.Experts.Withdraw(w.T.Context(), id) },
	} {
		t.Run(name, func(t *testing.T) {
			w := recommendationtest.New(t)
			r, id := citing(w)
			w.Must(act(w, id))
			r, err := w.Service.Find(t.Context(), r.ID)
			w.Must(err)
			last := r.Evidence[len(r.Evidence)-1]
			if !r.HasStale() || last.StaleReason != recommendation.ReasonSource || last.Statement.Text != "" {
				t.Errorf("evidence %+v", last)
			}
			for _, c := range r.Channels() {
				if c == recommendation.Expert {
					t.Error("a statement that no longer stands counts")
				}
			}
			diff, err := w.Service.Recompute(t.Context())
			w.Must(err)
			if !slices.ContainsFunc(diff, func(d recommendation.Difference) bool {
				return d.EvidenceID == last.ID && d.Reason == recommendation.ReasonSource
			}) {
				t.Errorf("recomputing finds %+v", diff)
			}
		})
	}
}

func TestAWithdrawnStatementIsNeitherFoundNorCited(t *testing.T) {
	w := recommendationtest.New(t)
	ctx := t.Context()
	w.Crowd(10)
	w.ImportSample()
	id, err := w.Experts.Save(ctx, statement())
	w.Must(err)
	for search, want := range map[recommendation.Search]int{
		{Words: "flera KONTRAKT ska"}: 1, {Theme: "I03"}: 1, {Theme: "I03", Group: "business"}: 0, {Theme: "S01"}: 0,
	} {
		found, err := w.Service.Search(ctx, search)
		w.Must(err)
		if len(found.Statements) != want {
			t.Errorf("%+v finds %d statements, want %d", search, len(found.Statements), want)
		}
	}
	w.Must(w.Experts.Withdraw(ctx, id))
	found, err := w.Service.Search(ctx, recommendation.Search{Theme: "I03"})
	w.Must(err)
	if len(found.Statements) != 0 {
		t.Error("a withdrawn statement is offered")
	}
	r := w.Numbered("5.1")
	r.Evidence = append(r.Evidence, recommendation.Evidence{Statement: &expert.Statement{ID: id}})
	if err := w.Service.Change(ctx, r, "försök"); !fault.Is(err, fault.Invalid) {
		t.Errorf("cited: %v", err)
	}
}

package freetext_test

import (
	"slices"
	"strings"
	"testing"

	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/freetext"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/recommendation/recommendationtest"
	"upphandlingsdialog/internal/response"
)

type world struct {
	*recommendationtest.World
	texts *freetext.Service
}

func newWorld(t *testing.T) world {
	w := recommendationtest.New(t)
	mailings := distribution.New(w.DB, w.Clock.Now, people.New(w.DB, w.Clock.Now), w.Surveys, nil, distribution.Config{})
	return world{w, freetext.New(w.DB, w.Clock.Now, response.New(w.DB, w.Clock.Now, w.Surveys, mailings, nil))}
}

func (w world) says(group, text string) string {
	return w.Answer("s5", group, questionnaire.Answers{"q5_18": {Text: text}})
}

func (w world) search(words string) []string {
	w.Helper()
	list, err := w.texts.Search(w.Context(), response.TextQuery{Words: words}, false)
	w.Must(err)
	var out []string
	for _, a := range list {
		var b strings.Builder
		for _, p := range a.Pieces {
			if p.Marked {
				b.WriteString("<" + p.Text + ">")
			} else {
				b.WriteString(p.Text)
			}
		}
		out = append(out, b.String())
	}
	slices.Sort(out)
	return out
}

func TestInflectedFormsAreFoundInBothLanguages(t *testing.T) {
	w := newWorld(t)
	w.says("business", "Upphandlarna borde fråga oss innan kraven skrivs.")
	w.says("business", "Bidding takes too long for small companies.")
	w.says("politician", "Mer <b>öppenhet</b> & tillit")
	for words, want := range map[string][]string{
		"upphandlare":        {"<Upphandlarna> borde fråga oss innan kraven skrivs."},
		"krav":               {"Upphandlarna borde fråga oss innan <kraven> skrivs."},
		"bids company":       {"<Bidding> takes too long for small <companies>."},
		`"innan kraven"`:     {"Upphandlarna borde fråga oss <innan> <kraven> skrivs."},
		"krav -upphandlarna": nil,
		"öppenheten":         {"Mer <b><öppenhet></b> & tillit"},
		"och":                nil, // a word that says nothing
		"xyzzy":              nil,
		"'; DROP TABLE":      nil,
	} {
		if got := w.search(words); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", words, got, want)
		}
	}
}

func TestNothingIsReadBeforeTheSurveyHasClosed(t *testing.T) {
	w := newWorld(t)
	id := w.says("business", "Kortare avtal, tack.")
	_, err := w.DB.ExecContext(t.Context(), `UPDATE campaign SET state = 'launched', launched_at = $1, closes_at = $2`, w.Clock.Now(), w.Clock.Now().AddDate(0, 0, 7))
	w.Must(err)
	if got := w.search("avtal"); got != nil {
		t.Errorf("an open survey tells %q", got)
	}
	if _, err := w.texts.Find(t.Context(), id, "q5_18", false); !fault.Is(err, fault.NotFound) {
		t.Errorf("an answer to an open survey: %v", err)
	}
	if a, err := w.texts.Find(t.Context(), id, "q5_18", true); err != nil || a.Group != "business" {
		t.Errorf("who may read early: %v", err)
	}
	w.Clock.Advance(8 * 24 * 3600e9)
	if got := w.search("avtal"); len(got) != 1 {
		t.Errorf("a closed survey tells %q", got)
	}
}

func TestRespondentsAreCountedNotMentions(t *testing.T) {
	w := newWorld(t)
	code := func(id, passage string) {
		t.Helper()
		w.Must(w.texts.Code(t.Context(), id, "q5_18", passage, dialogue.Tag{Kind: dialogue.Proposal, Themes: []string{"I03", "I04", "I03"}}, false))
	}
	one := w.says("business", "Fråga oss tidigt. Fråga oss sedan igen om kraven.")
	code(one, "Fråga oss tidigt.")
	code(one, "Fråga oss sedan igen")
	two := w.says("procurer", "Vi hinner inte med dialog.")
	code(two, "Vi hinner inte med dialog.")
	spoken, err := w.texts.OfTheme(t.Context(), "I03")
	w.Must(err)
	counts := map[string]int{}
	for _, s := range spoken {
		counts[s.Group] = s.Respondents
	}
	if counts["business"] != 1 || counts["procurer"] != 1 || len(counts) != 2 {
		t.Errorf("%v", counts)
	}
	if err := w.texts.Code(t.Context(), two, "q5_18", "Vi hinner inte med dialog.", dialogue.Tag{Kind: dialogue.Proposal, Themes: []string{"I05"}}, false); !fault.Is(err, fault.Conflict) {
		t.Errorf("coded twice: %v", err)
	}
	for passage, key := range map[string]string{"": "error.required", "Fråga oss": "dialogue.error_passage_twice", "något annat": "dialogue.error_passage_not_found"} {
		err := w.texts.Code(t.Context(), one, "q5_18", passage, dialogue.Tag{Kind: dialogue.Proposal, Themes: []string{"I05"}}, false)
		if f, ok := fault.Of(err); !ok || len(f.Fields) != 1 || f.Fields[0].Key != key {
			t.Errorf("%q: %v, want %s", passage, err, key)
		}
	}
}

func TestAPassageSaysNothingOnceItsAnswerIsChangedOrWithdrawn(t *testing.T) {
	w := newWorld(t)
	id := w.says("business", "Betala i tid.")
	w.Must(w.texts.Code(t.Context(), id, "q5_18", "Betala i tid.", dialogue.Tag{Kind: dialogue.Problem, Themes: []string{"X02"}}, false))
	a, err := w.texts.Find(t.Context(), id, "q5_18", false)
	w.Must(err)
	excerpt := a.Excerpts[0]
	if err := w.texts.ApproveQuote(t.Context(), excerpt.ID, "Betala aldrig.", false); !fault.Is(err, fault.Invalid) {
		t.Errorf("words that nobody wrote were approved: %v", err)
	}
	w.Must(w.texts.ApproveQuote(t.Context(), excerpt.ID, "Betala […]", false))
	spoken, err := w.texts.OfTheme(t.Context(), "X02")
	w.Must(err)
	if len(spoken) != 1 || !slices.Equal(spoken[0].Quotes, []string{"Betala"}) {
		t.Fatalf("%+v", spoken)
	}
	_, err = w.DB.ExecContext(t.Context(), `UPDATE response SET answers = jsonb_set(answers, '{q5_18,text}', '"Betala sent."') WHERE id = $1`, id)
	w.Must(err)
	if spoken, err = w.texts.OfTheme(t.Context(), "X02"); err != nil || len(spoken) != 0 {
		t.Errorf("a changed answer still says %+v (%v)", spoken, err)
	}
	if _, err := w.texts.Excerpt(t.Context(), excerpt.ID, false); !fault.Is(err, fault.NotFound) {
		t.Errorf("a passage of a changed answer: %v", err)
	}
}

func TestWordsGivenWithAnOptionAreSearchedAndCodedLikeFreeTexts(t *testing.T) {
	w := newWorld(t)
	option := 0
	question := ""
	for _, q := range w.Definition("s5").Questions() {
		for _, o := range q.Options {
			if o.OtherText && q.AskedOf("business") && q.Type == questionnaire.Multiple {
				question, option = q.ID, o.Code
			}
		}
	}
	id := w.Answer("s5", "business", questionnaire.Answers{question: {Codes: []int{option}, Other: "Kommunernas fakturaportaler krånglar."}})
	w.says("business", "Portalen är bra.")
	if got := w.search("krånglade portaler"); len(got) != 0 { // both words
		t.Errorf("%v", got)
	}
	if got := w.search("krångla"); !slices.Equal(got, []string{"Kommunernas fakturaportaler <krånglar>."}) {
		t.Errorf("%v", got)
	}
	all, err := w.texts.Search(t.Context(), response.TextQuery{Question: question}, false)
	w.Must(err)
	if len(all) != 1 || !all[0].Other || all[0].Group != "business" {
		t.Fatalf("%+v", all)
	}
	w.Must(w.texts.Code(t.Context(), id, question, "fakturaportaler krånglar", dialogue.Tag{Kind: dialogue.Problem, Themes: []string{"I03"}}, false))
	a, err := w.texts.Find(t.Context(), id, question, false)
	w.Must(err)
	w.Must(w.texts.ApproveQuote(t.Context(), a.Excerpts[0].ID, "fakturaportaler krånglar", false))
	spoken, err := w.texts.OfTheme(t.Context(), "I03")
	w.Must(err)
	if len(spoken) != 1 || spoken[0].Respondents != 1 || !slices.Equal(spoken[0].Quotes, []string{"fakturaportaler krånglar"}) {
		t.Errorf("%+v", spoken)
	}
}

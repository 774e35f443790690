package authoring_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/questionnaire/authoring"
)

func TestTwoVersionsAreComparedInWords(t *testing.T) {
	def := ours(t)[0]
	d, err := authoring.From(def, def.ID, authoring.Ready{})
	if err != nil {
		t.Fatal(err)
	}
	if changes := authoring.Compare(def, d.Definition()); len(changes) > 0 {
		t.Fatalf("equal versions differ: %s", changes[0].In(i18n.Sv))
	}
	first := d.Questions()[0].ID
	d = edited(t, d, first, func(q *authoring.Question) { q.Text.Sv += " Svara för det senaste året." })
	d = apply(t, d, authoring.AddQuestion{Section: d.Sections[0].ID, Type: questionnaire.FreeText, Groups: everybody})
	d = apply(t, d, authoring.MoveSection{ID: d.Sections[1].ID, To: 0})
	changes := authoring.Compare(def, d.Definition())
	var said []string
	for _, c := range changes {
		said = append(said, c.Key)
		if s := c.In(i18n.En); strings.Contains(s, "<no value>") || strings.Contains(s, "authoring.") {
			t.Errorf("%s: %s", c.Key, s)
		}
	}
	for _, want := range []string{"authoring.change_text", "authoring.change_added", "authoring.change_section_order", "authoring.change_moved"} {
		if !slices.Contains(said, want) {
			t.Errorf("nothing says %s; said %v", want, said)
		}
	}
}

func TestAWordDiffHoldsBothTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "bud", "pris ", "\n", "å", " ", "", " "}), 0, 12)
		old, next := strings.Join(words.Draw(t, "old"), ""), strings.Join(words.Draw(t, "new"), "")
		var was, is string
		for _, p := range authoring.Words(old, next) {
			if p.Kind != authoring.Added {
				was += p.Text
			}
			if p.Kind != authoring.Removed {
				is += p.Text
			}
		}
		if was != old || is != next {
			t.Fatalf("%q -> %q became %q -> %q", old, next, was, is)
		}
	})
}

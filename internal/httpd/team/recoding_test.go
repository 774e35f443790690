package team_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

var excerptField = regexp.MustCompile(`name="excerpt" value="([0-9a-f-]{36})"`)

func TestASecondCoderSeesNoCodingAndTheAgreementIsToldByTheme(t *testing.T) {
	s := newMeetingSite(t)
	notes := "---\nref: mora-2026-03-12\ntitle: Dialogmöte i Mora\ndate: 2026-03-12\nmunicipality: Mora\nareas: 5\nongoing procurement: no\nparticipants:\n  - business, , 5\n---\n## 1. Tidig dialog (area 5)\n\n"
	for i := range 22 {
		theme := map[bool]string{true: "I03", false: "I07"}[i%2 == 0]
		notes += fmt.Sprintf("[[Det här sades som nummer %d.]]{problem %s business}\n\n", i, theme)
	}
	if _, err := s.dialogue.ImportMarkdown(context.Background(), strings.NewReader(notes)); err != nil {
		t.Fatal(err)
	}
	s.holds(s.show("/team/excerpts/agreement"), "Ingen har kodat en andra gång")
	page := s.show("/team/excerpts/second")
	s.holds(page, "Du har kodat 0 utdrag, 22 är kvar", "Det här sades som nummer")
	for range 22 {
		if strings.Contains(page, "checked") {
			t.Fatal("the first coding is shown")
		}
		id := excerptField.FindStringSubmatch(page)[1]
		refused := s.send("/team/excerpts/second", http.StatusUnprocessableEntity, "excerpt", id)
		if excerptField.FindStringSubmatch(refused)[1] != id {
			t.Fatal("another excerpt is shown after a fault")
		}
		var n int
		if _, err := fmt.Sscanf(page[strings.Index(page, "som nummer "):], "som nummer %d.", &n); err != nil {
			t.Fatal(err)
		}
		theme := map[bool]string{true: "I03", false: "I07"}[n%2 == 0 && n != 4] // they disagree on one
		page = s.send("/team/excerpts/second", http.StatusOK, "excerpt", id, "themes", theme)
	}
	s.holds(page, "Du har kodat alla utdrag")
	// 21 of 22: 10 both I03, 1 the first alone, 11 neither: kappa (21/22 - 1/2)/(1 - 1/2) = 0.91.
	told := s.show("/team/excerpts/agreement")
	s.holds(told, "Sekre Terare", "22 utdrag är kodade av båda", "0,91", "0,74 till 1,00", "95 %")
	if strings.Contains(told, "För få för att bedöma") || strings.Contains(told, "[dialogue.") {
		t.Error("22 are called too few, or a word is missing")
	}
	s.send("/team/excerpts/second", http.StatusNotFound, "excerpt", "00000000-0000-4000-8000-000000000000", "themes", "I03")
	s.send("/team/excerpts/second", http.StatusUnprocessableEntity, "excerpt", excerptField.FindStringSubmatch(s.firstExcerpt())[1], "themes", "Z99")
}

// firstExcerpt is the form of an excerpt, as the page has it.
func (s *meetingSite) firstExcerpt() string {
	s.Helper()
	page := s.show("/team/excerpts")
	id := regexp.MustCompile(`/team/excerpts/([0-9a-f-]{36})`).FindStringSubmatch(page)[1]
	return `name="excerpt" value="` + id + `"`
}

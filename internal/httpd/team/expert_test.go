package team_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestAStatementIsWrittenDownCitedInAClickAndLeadsBack(t *testing.T) {
	s := newRecommendationSite(t)
	s.shows("/team/experts", "Inga utlåtanden än")
	form := url.Values{"name": {"Karin Lindh"}, "role": {"upphandlingsjurist"}, "date": {"2026-03-02"}, "language": {"sv"},
		"text": {"Delning i flera kontrakt ska övervägas."}, "quote": {"Delning ska övervägas"}, "approved": {"true"}, "themes": {"I03"}}
	if status, body := s.post("/team/experts", form); status != http.StatusUnprocessableEntity ||
		!strings.Contains(body, "Orden finns inte så i utlåtandet") || !strings.Contains(body, "Karin Lindh") {
		t.Fatalf("a quote that changes the words: %d", status)
	}
	form.Set("quote", "Delning […] ska övervägas.")
	if status, body := s.post("/team/experts", form); status != http.StatusSeeOther {
		t.Fatal("not saved:", status, body)
	}
	list, err := s.Experts.List(t.Context(), "")
	s.Must(err)
	id := list[0].ID
	if body := s.shows("/team/experts", "upphandlingsjurist", "Får tryckas"); strings.Contains(body, "Karin Lindh") {
		t.Error("named without consent")
	}
	s.shows("/team/themes/I03", "Delning […] ska övervägas.", "/team/experts/"+id)

	edit := url.Values{"number": {"5.4"}, "purpose": {"simplify"}, "addressees": {"firms"}, "effort": {"low"}, "due": {"2027-03-31"}}
	for _, name := range []string{"title", "wording", "why", "first_step", "effect", "indicator", "responsible"} {
		edit.Set(name+".sv", "Kommunen bör göra detta")
		edit.Set(name+".en", "The municipality should do this")
	}
	if status, body := s.post("/team/recommendations", edit); status != http.StatusSeeOther {
		t.Fatalf("create: %d %s", status, body)
	}
	r := s.Numbered("5.4")
	edit.Set("version", "1")
	edit.Set("find", "kontrakt ska")
	edit.Set("act", "find")
	if status, body := s.post("/team/recommendations/"+r.ID, edit); status != http.StatusOK || !strings.Contains(body, "cite expert:"+id) {
		t.Fatalf("the panel does not offer the statement: %d", status)
	}
	edit.Set("act", "cite expert:"+id)
	if status, body := s.post("/team/recommendations/"+r.ID, edit); status != http.StatusOK || !strings.Contains(body, "drop expert:"+id) {
		t.Fatalf("the cited statement does not stand beside the text: %d", status)
	}
	edit.Del("act")
	edit.Set("add", "expert:"+id)
	edit.Set("note", "juristens utlåtande")
	if status, body := s.post("/team/recommendations/"+r.ID, edit); status != http.StatusSeeOther {
		t.Fatalf("not cited: %d %s", status, body)
	}
	s.shows("/team/recommendations/"+r.ID, "Delning […] ska övervägas.", "/team/experts/"+id)
	s.shows("/team/experts/"+id, "/team/recommendations/"+r.ID)

	s.shows("/team/experts/"+id, "Karin Lindh", "Ta bort namnet")
	if status, _ := s.post("/team/experts/"+id+"/unname", nil); status != http.StatusSeeOther {
		t.Fatal("the name was not taken out:", status)
	}
	if body := s.shows("/team/experts/"+id, "upphandlingsjurist"); strings.Contains(body, "Karin Lindh") || strings.Contains(body, "Ta bort namnet") {
		t.Error("the name is still in the register")
	}
	if body := s.shows("/team/recommendations/"+r.ID, "Delning […] ska övervägas."); strings.Contains(body, "Källan har ändrats") {
		t.Error("the recommendation lost its ground with the name")
	}
	if status, _ := s.post("/team/experts/"+id+"/withdraw", nil); status != http.StatusSeeOther {
		t.Fatal("not withdrawn:", status)
	}
	if body := s.shows("/team/experts/"+id, "Återtaget"); strings.Contains(body, "Karin Lindh") {
		t.Error("the name is still in the register")
	}
	s.shows("/team/recommendations/"+r.ID, "Källan har ändrats, dragits tillbaka eller finns inte kvar.")
}

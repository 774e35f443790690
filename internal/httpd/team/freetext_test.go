package team_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"upphandlingsdialog/internal/questionnaire"
)

func TestAnAnswerInOwnWordsIsFoundCodedAndQuoted(t *testing.T) {
	s := newRecommendationSite(t)
	id := s.Answer("s5", "business", questionnaire.Answers{"q5_18": {Text: "Bjud in oss innan kraven skrivs. <script>"}})
	s.shows("/team/free-text", "Sök i fria svar")
	body := s.shows("/team/free-text?q=krav", "<mark>kraven</mark>", "&lt;script&gt;", "Företag", "Dialogmöte")
	if strings.Contains(body, "<script>") {
		t.Error("an answer runs")
	}
	page := "/team/free-text/" + id + "/q5_18"
	s.shows("/team/free-text?q=krav", page)
	s.shows(page, "Bjud in oss", "Typ av uttalande", "Företag")
	if status, body := s.post(page, url.Values{"passage": {"Bjud in oss"}, "kind": {"proposal"}}); status != http.StatusUnprocessableEntity || !strings.Contains(body, `href="#themes"`) {
		t.Errorf("without a theme: status %d", status)
	}
	if status, _ := s.post(page, url.Values{"passage": {"Bjud in oss innan kraven skrivs."}, "kind": {"proposal"}, "themes": {"I03"}}); status != http.StatusSeeOther {
		t.Fatal(status)
	}
	body = s.shows(page, "<mark>Bjud in oss innan kraven skrivs.</mark>", "Tidig dialog och RFI")
	_, rest, _ := strings.Cut(body, "/team/text-excerpts/")
	excerpt, _, _ := strings.Cut(rest, "/")
	if status, body := s.post("/team/text-excerpts/"+excerpt+"/approve", url.Values{"quote": {"Något annat"}}); status != http.StatusUnprocessableEntity || !strings.Contains(body, "Något annat") {
		t.Errorf("other words: status %d", status)
	}
	s.shows("/team/themes/I03", "I egna ord i enkäterna", "färre än 5 svarande")
	if status, _ := s.post("/team/text-excerpts/"+excerpt+"/approve", url.Values{"quote": {"Bjud in oss innan kraven skrivs."}}); status != http.StatusSeeOther {
		t.Error("approve:", status)
	}
	s.shows("/team/themes/I03", "”Bjud in oss innan kraven skrivs.”")
	for _, act := range []string{"revoke", "remove"} {
		if status, _ := s.post("/team/text-excerpts/"+excerpt+"/"+act, nil); status != http.StatusSeeOther {
			t.Errorf("%s: status %d", act, status)
		}
	}
	for path, want := range map[string]int{"/team/free-text/" + id + "/q5_11": http.StatusNotFound, "/team/free-text/none/q5_18": http.StatusNotFound,
		"/team/free-text?q=" + strings.Repeat("x", 201): http.StatusUnprocessableEntity, "/team/free-text?q=%00%ff'": http.StatusOK} {
		if status, _ := s.get(path); status != want {
			t.Errorf("%s: status %d, want %d", path, status, want)
		}
	}
}

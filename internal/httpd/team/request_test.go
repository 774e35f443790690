package team_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

func TestARequestAboutPersonalDataIsNotedExtendedAndRefused(t *testing.T) {
	s := newRecommendationSite(t)
	const list = "/team/people/requests"
	page := s.shows(list, "Inga begäranden", "Leda Ledarsson")
	leda := regexp.MustCompile(`<option value="([0-9a-f-]{36})"`).FindStringSubmatch(page)[1]
	form := url.Values{"dnr": {"2026/7"}, "asks": {"erasure"}, "came": {"2026-03-20"}, "responsible": {leda}}
	for field, value := range map[string]string{"dnr": "", "asks": "pengar", "came": "2030-01-01", "responsible": "nobody"} {
		bad := url.Values{}
		for k, v := range form {
			bad[k] = v
		}
		bad.Set(field, value)
		if status, body := s.post(list, bad); status != http.StatusUnprocessableEntity || field != "dnr" && !strings.Contains(body, `value="2026/7"`) {
			t.Errorf("%s %q: status %d, or what was typed is lost", field, value, status)
		}
	}
	if status, _ := s.post(list, form); status != http.StatusSeeOther {
		t.Fatalf("status %d", status)
	}
	if status, body := s.post(list, form); status != http.StatusUnprocessableEntity || !strings.Contains(body, "står redan i listan") {
		t.Errorf("the same number twice: status %d", status)
	}
	page = s.shows(list, "2026/7", "Radering (artikel 17)", "Väntar på svar", "19 dagar kvar")
	one := regexp.MustCompile(list + `/[0-9a-f-]{36}`).FindString(page)
	s.shows(one, "Förläng med två månader", "Avslå", "Det är gjort")
	for path, empty := range map[string]url.Values{"/extend": {"reason": {" "}}, "/answer": {"answer": {"refused"}, "refusal": {""}}} {
		if status, body := s.post(one+path, empty); status != http.StatusUnprocessableEntity || !strings.Contains(body, "Skriv skälet") {
			t.Errorf("%s without a reason: status %d", path, status)
		}
	}
	if status, _ := s.post(one+"/extend", url.Values{"reason": {"Många ärenden."}}); status != http.StatusSeeOther {
		t.Errorf("extended: status %d", status)
	}
	s.shows(one, "Förlängd", "2026-06-20", "Du får svar senast den 20 juni 2026", "You will have an answer by 20 June 2026", "Många ärenden.")
	if status, _ := s.post(one+"/extend", url.Values{"reason": {"Fler."}}); status != http.StatusConflict {
		t.Errorf("extended twice: status %d", status)
	}
	if status, _ := s.post(one+"/answer", url.Values{"answer": {"refused"}, "refusal": {"Handlingen ska bevaras."}}); status != http.StatusSeeOther {
		t.Errorf("refused: status %d", status)
	}
	body := s.shows(one, "Avslaget", "av Leda Ledarsson", "Handlingen ska bevaras.", "Integritetsskyddsmyndigheten", "förvaltningsrätten", "dialog@dialog.example")
	if strings.Contains(body, "[privacy.") || strings.Contains(body, "Det är gjort") {
		t.Error("an answered request can be answered")
	}
	if status, _ := s.post(one+"/answer", url.Values{"answer": {"done"}}); status != http.StatusConflict {
		t.Errorf("answered twice: status %d", status)
	}
	if status, _ := s.get(list + "/00000000-0000-4000-8000-000000000000"); status != http.StatusNotFound {
		t.Errorf("no such request: status %d", status)
	}
}

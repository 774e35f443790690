package team_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestAViewIsMadeWithMenusAndHasOneAddress(t *testing.T) {
	s := newRecommendationSite(t)
	s.Crowd(40)
	page := "/team/analysis/s5/q5_11"
	s.shows(page, "Kommungrupp", "Bas: 40 upphandlare, 40 politiker", "efter Holm", "Välj urval")
	resp, err := s.client.Get(s.base + page + "?set=1&by=firm_size&group=business&where=bg_size:2&where=bg_size:1&where=q5_01:3&add=bg_sector&weights=")
	status, _ := s.read(resp, err)
	want := page + "?add=bg_sector&by=firm_size&group=business&where=bg_size%3A1%2C2&where=q5_01%3A3"
	if got := resp.Header.Get("Location"); status != http.StatusSeeOther || got != want {
		t.Fatalf("status %d to %s, want %s", status, got, want)
	}
	s.shows(want, `value="bg_size:1" checked`, `value="bg_sector:1"`, "Ta bort")
}

func TestAnAddressThatCannotBeReadGetsThePlainViewAndASentence(t *testing.T) {
	s := newRecommendationSite(t)
	s.Crowd(10)
	for address, sentence := range map[string]string{
		"/team/analysis/s5/q5_11?by=shoes":                    "kan inte delas upp efter shoes",
		"/team/analysis/s5/q5_11?where=bg_size:77":            "inget svar 77",
		"/team/analysis/s5/q5_11?group=kings":                 "Gruppen kings finns inte",
		"/team/analysis/s5/q5_08?group=politician":            "fick inte frågan q5_08",
		"/team/analysis/s5/q5_11?set=1&where=none:1&weights=": "kan inte vara ett villkor",
	} {
		status, body := s.get(address)
		if status != http.StatusUnprocessableEntity || !strings.Contains(body, sentence) || !strings.Contains(body, "Bas: ") {
			t.Errorf("%s: status %d without %q", address, status, sentence)
		}
	}
}

package team_test

import (
	"net/http"
	"strings"
	"testing"

	"upphandlingsdialog/internal/account"
)

func TestACampaignWithAnOpenLinkHasAPosterAndACode(t *testing.T) {
	s, client := newAnswersSite(t)
	c := client(account.Leader)
	path := s.url + "/team/campaigns/" + s.Campaign.ID
	for _, part := range []string{"/poster", "/code?as=svg"} {
		resp, err := c.Get(path + part)
		s.read(resp, err, http.StatusNotFound)
	}
	resp, err := c.Get(path)
	if _, page := s.read(resp, err, http.StatusOK); strings.Contains(page, "/poster") {
		t.Error("a campaign without an open link offers a poster")
	}
	s.Must(s.Distribution.SetOpenLink(t.Context(), s.Campaign.ID, true))
	resp, err = c.Get(path)
	_, page := s.read(resp, err, http.StatusOK)
	for _, want := range []string{"/poster?as=sv", "/poster?as=en", "/code?as=png", "/code?as=svg"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	campaign, err := s.Distribution.Find(t.Context(), s.Campaign.ID)
	s.Must(err)
	url := strings.TrimPrefix(s.Distribution.OpenURL(campaign), "https://")
	for part, want := range map[string]string{"/poster?as=sv": "%PDF-", "/code?as=png": "\x89PNG", "/code?as=svg": "<title>QR-kod som öppnar " + url} {
		resp, err := c.Get(path + part)
		if _, body := s.read(resp, err, http.StatusOK); !strings.Contains(body, want) {
			t.Errorf("%s: %.80q", part, body)
		}
	}
}

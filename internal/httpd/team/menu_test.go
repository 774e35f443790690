package team_test

import (
	"slices"
	"strings"
	"testing"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/httpd/team"
)

func TestEveryPageOfTheTeamStandsUnderAPlaceInTheMenu(t *testing.T) {
	inTheFoot := []string{"log", "users", "sessions", "sign-in"}
	for _, r := range (&team.Face{}).Routes() {
		if r.Method != "GET" || slices.Contains(inTheFoot, strings.Split(r.Path+"/", "/")[2]) {
			continue
		}
		p := httpd.Page{Path: r.Path, User: &account.User{Role: account.Admin}}
		if !slices.ContainsFunc(p.Menu(), func(i httpd.MenuItem) bool { return i.Current }) {
			t.Errorf("no place in the menu is marked on %s", r.Path)
		}
	}
}

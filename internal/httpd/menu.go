package httpd

import (
	"strings"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/i18n"
)

// MenuItem is one place in a face's main menu.
type MenuItem struct {
	Path, Label string
	Current     bool
}

type menuEntry struct {
	path, key  string
	permission account.Permission
}

var menus = map[string][]menuEntry{
	"team": {
		{"/team", "menu.today", account.SignedIn},
		{"/team/people", "menu.people", account.PeopleRead},
		{"/team/surveys", "menu.surveys", account.SurveyRead},
		{"/team/campaigns", "menu.campaigns", account.CampaignRead},
		{"/team/meetings", "menu.meetings", account.MeetingRead},
		{"/team/seminars", "menu.seminars", account.SeminarRead},
		{"/team/analysis", "menu.analysis", account.AnalysisRead},
		{"/team/recommendations", "menu.recommendations", account.RecommendationRead},
		{"/team/reports", "menu.reports", account.ReportRead},
	},
	"public": {
		{"/areas", "menu.areas", account.Public},
		{"/recommendations", "menu.recommendations", account.Public},
		{"/reports", "menu.reports", account.Public},
		{"/calendar", "menu.calendar", account.Public},
	},
}

// Menu is the main menu of the page's face, with only what the user may open.
func (p *Page) Menu() []MenuItem {
	var items []MenuItem
	for _, e := range menus[facePath(p.Path)] {
		if !p.User.May(e.permission) {
			continue
		}
		current := p.Path == e.path || e.path != "/team" && strings.HasPrefix(p.Path, e.path+"/")
		items = append(items, MenuItem{Path: e.path, Label: i18n.T(p.Lang, e.key), Current: current})
	}
	return items
}

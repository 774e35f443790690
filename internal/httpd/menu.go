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
	below      []string // addresses that belong to it besides those under its own
}

var menus = map[string][]menuEntry{
	"team": {
		{"/team", "menu.today", account.SignedIn, nil},
		{"/team/people", "menu.people", account.PeopleRead, nil},
		{"/team/surveys", "menu.surveys", account.SurveyRead, []string{"/team/drafts", "/team/intake"}},
		{"/team/campaigns", "menu.campaigns", account.CampaignRead, []string{"/team/outbox"}},
		{"/team/meetings", "menu.meetings", account.MeetingRead, []string{"/team/excerpts", "/team/experts"}},
		{"/team/seminars", "menu.seminars", account.SeminarRead, []string{"/team/advice"}},
		{"/team/analysis", "menu.analysis", account.AnalysisRead, []string{"/team/answers", "/team/themes", "/team/free-text", "/team/frame"}},
		{"/team/recommendations", "menu.recommendations", account.RecommendationRead, []string{"/team/consultations"}},
		{"/team/reports", "menu.reports", account.ReportRead, []string{"/team/lists", "/team/texts", "/team/imprint", "/team/follow-up"}},
	},
	"public": {
		{"/areas", "menu.areas", account.Public, nil},
		{"/recommendations", "menu.recommendations", account.Public, []string{"/follow-up"}},
		{"/reports", "menu.reports", account.Public, nil},
		{"/calendar", "menu.calendar", account.Public, nil},
	},
}

// Menu is the main menu of the page's face, with only what the user may open.
func (p *Page) Menu() []MenuItem {
	var items []MenuItem
	for _, e := range menus[facePath(p.Path)] {
		if !p.User.May(e.permission) {
			continue
		}
		current := p.Path == e.path
		for _, root := range append(e.below, e.path) {
			current = current || root != "/team" && strings.HasPrefix(p.Path+"/", root+"/")
		}
		items = append(items, MenuItem{Path: e.path, Label: i18n.T(p.Lang, e.key), Current: current})
	}
	return items
}

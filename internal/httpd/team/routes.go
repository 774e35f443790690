package team

import (
	"net/http"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/httpd"
)

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// Routes is the one table of the team's pages.
func (f *Face) Routes() []httpd.Route {
	return []httpd.Route{
		{Method: get, Path: "/team/sign-in", Permission: account.Public, Handle: f.signInForm},
		{Method: post, Path: "/team/sign-in", Permission: account.Public, Handle: f.signIn},
		{Method: post, Path: "/team/sign-out", Permission: account.SignedIn, Handle: f.signOut},
		{Method: get, Path: "/team", Permission: account.SignedIn, Handle: f.todayShow},
		{Method: get, Path: "/team/sessions", Permission: account.SignedIn, Handle: f.sessionList},
		{Method: post, Path: "/team/sessions/:id/revoke", Permission: account.SignedIn, Handle: f.sessionRevoke},
		{Method: get, Path: "/team/users", Permission: account.UserManage, Handle: f.userList},
		{Method: post, Path: "/team/users", Permission: account.UserManage, Handle: f.userCreate},
		{Method: post, Path: "/team/users/:id/state", Permission: account.UserManage, Handle: f.userSetState},
		{Method: get, Path: "/team/log", Permission: account.LogRead, Handle: f.logList},
		{Method: get, Path: "/team/surveys", Permission: account.SurveyRead, Handle: f.surveyList},
		{Method: get, Path: "/team/surveys/:id", Permission: account.SurveyRead, Handle: f.surveyShow},
	}
}

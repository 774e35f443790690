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
		{Method: get, Path: "/team/people", Permission: account.PeopleRead, Handle: f.personList},
		{Method: get, Path: "/team/people/:id", Permission: account.PeopleRead, Handle: f.personShow},
		{Method: post, Path: "/team/people/:id/mail", Permission: account.PeopleWrite, Handle: f.personSuppress},
		{Method: get, Path: "/team/people/import", Permission: account.PeopleWrite, Handle: f.contactImportForm},
		{Method: post, Path: "/team/people/import", Permission: account.PeopleWrite, Handle: f.contactUpload, MaxBody: maxUpload},
		{Method: get, Path: "/team/people/import/:file", Permission: account.PeopleWrite, Handle: f.contactPreview},
		{Method: post, Path: "/team/people/import/:file/confirm", Permission: account.PeopleWrite, Handle: f.contactConfirm},
		{Method: post, Path: "/team/people/import/:file/drop", Permission: account.PeopleWrite, Handle: f.contactDrop},
		{Method: get, Path: "/team/campaigns", Permission: account.CampaignRead, Handle: f.campaignList},
		{Method: get, Path: "/team/campaigns/new", Permission: account.CampaignWrite, Handle: f.campaignNew},
		{Method: post, Path: "/team/campaigns", Permission: account.CampaignWrite, Handle: f.campaignCreate},
		{Method: get, Path: "/team/campaigns/:id", Permission: account.CampaignRead, Handle: f.campaignShow},
		{Method: get, Path: "/team/campaigns/:id/edit", Permission: account.CampaignWrite, Handle: f.campaignEdit},
		{Method: post, Path: "/team/campaigns/:id", Permission: account.CampaignWrite, Handle: f.campaignChange},
		{Method: get, Path: "/team/campaigns/:id/preview", Permission: account.CampaignRead, Handle: f.campaignPreview},
		{Method: post, Path: "/team/campaigns/:id/test", Permission: account.CampaignWrite, Handle: f.campaignTest},
		{Method: post, Path: "/team/campaigns/:id/launch", Permission: account.CampaignLaunch, Handle: f.campaignLaunch},
		{Method: post, Path: "/team/campaigns/:id/remind", Permission: account.CampaignLaunch, Handle: f.campaignRemind},
		{Method: post, Path: "/team/campaigns/:id/close", Permission: account.CampaignLaunch, Handle: f.campaignClose},
		{Method: post, Path: "/team/campaigns/:id/resume", Permission: account.CampaignLaunch, Handle: f.campaignResume},
		{Method: get, Path: "/team/outbox", Permission: account.MailRead, Handle: f.outboxList},
		{Method: post, Path: "/team/outbox/:id", Permission: account.CampaignLaunch, Handle: f.outboxDecide},
		{Method: get, Path: "/team/surveys", Permission: account.SurveyRead, Handle: f.surveyList},
		{Method: get, Path: "/team/surveys/:id", Permission: account.SurveyRead, Handle: f.surveyShow},
		{Method: get, Path: "/team/analysis", Permission: account.AnalysisRead, Handle: f.analysisList},
		{Method: get, Path: "/team/analysis/:survey", Permission: account.AnalysisRead, Handle: f.analysisShow},
		{Method: get, Path: "/team/analysis/:survey/:question", Permission: account.AnalysisRead, Handle: f.analysisQuestion},
		{Method: get, Path: "/team/recommendations", Permission: account.RecommendationRead, Handle: f.recommendationList},
		{Method: post, Path: "/team/recommendations", Permission: account.RecommendationWrite, Handle: f.recommendationCreate},
		{Method: get, Path: "/team/recommendations/new", Permission: account.RecommendationWrite, Handle: f.recommendationNew},
		{Method: get, Path: "/team/recommendations/import", Permission: account.RecommendationWrite, Handle: f.recommendationImportForm},
		{Method: post, Path: "/team/recommendations/import", Permission: account.RecommendationWrite, Handle: f.recommendationImport},
		{Method: post, Path: "/team/recommendations/recompute", Permission: account.RecommendationWrite, Handle: f.recommendationRecompute},
		{Method: get, Path: "/team/recommendations/:id", Permission: account.RecommendationRead, Handle: f.recommendationShow},
		{Method: post, Path: "/team/recommendations/:id", Permission: account.RecommendationWrite, Handle: f.recommendationChange},
		{Method: get, Path: "/team/recommendations/:id/edit", Permission: account.RecommendationWrite, Handle: f.recommendationEdit},
		{Method: post, Path: "/team/recommendations/:id/status", Permission: account.RecommendationWrite, Handle: f.recommendationMove},
		{Method: post, Path: "/team/recommendations/:id/refreeze", Permission: account.RecommendationWrite, Handle: f.recommendationRefreeze},
		{Method: get, Path: "/team/recommendations/:id/evidence", Permission: account.RecommendationWrite, Handle: f.recommendationEvidence},
		{Method: post, Path: "/team/recommendations/:id/evidence", Permission: account.RecommendationWrite, Handle: f.recommendationAddEvidence},
		{Method: post, Path: "/team/recommendations/:id/evidence/remove", Permission: account.RecommendationWrite, Handle: f.recommendationRemoveEvidence},
	}
}

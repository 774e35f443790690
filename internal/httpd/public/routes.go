package public

import (
	"net/http"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/httpd"
)

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// Routes is the one table of the public pages.
func (f *Face) Routes() []httpd.Route {
	return []httpd.Route{
		{Method: get, Path: "/", Permission: account.Public, Handle: f.start},
		{Method: get, Path: "/areas", Permission: account.Public, Handle: f.areaList},
		{Method: get, Path: "/areas/:area", Permission: account.Public, Handle: f.areaShow},
		{Method: get, Path: "/recommendations", Permission: account.Public, Handle: f.recommendationList},
		{Method: get, Path: "/recommendations/:number", Permission: account.Public, Handle: f.recommendationShow},
		{Method: get, Path: "/reports", Permission: account.Public, Handle: f.reportList},
		{Method: get, Path: "/reports/verify", Permission: account.Public, Handle: f.verifyForm},
		{Method: post, Path: "/reports/verify", Permission: account.Public, Handle: f.verify, MaxBody: maxVerify + 1<<16},
		{Method: get, Path: "/reports/:slug", Permission: account.Public, Handle: f.reportShow},
		{Method: get, Path: "/follow-up", Permission: account.Public, Handle: f.followUpList},
		{Method: get, Path: "/follow-up/:token", Permission: account.Public, Handle: f.followUpShow},
		{Method: post, Path: "/follow-up/:token", Permission: account.Public, Handle: f.followUpReply},
		{Method: get, Path: "/reports.atom", Permission: account.Public, Handle: f.reportFeed},
		{Method: get, Path: "/reports/:slug/data.zip", Permission: account.Public, Handle: f.reportData},
		{Method: get, Path: "/reports/:slug/metadata.xml", Permission: account.Public, Handle: f.reportMetadata},
		{Method: get, Path: "/reports/:slug/paper/:name", Permission: account.Public, Handle: f.paperShow},
		{Method: get, Path: "/reports/:slug/paper/:name/paper.pdf", Permission: account.Public, Handle: f.paperPDF},
		{Method: get, Path: "/reports/:slug/read", Permission: account.Public, Handle: f.reportRead},
		{Method: get, Path: "/reports/:slug/read/:chapter", Permission: account.Public, Handle: f.reportChapter},
		{Method: get, Path: "/reports/:slug/report.pdf", Permission: account.Public, Handle: f.reportPDF},
		{Method: get, Path: "/privacy", Permission: account.Public, Handle: f.privacy},
		{Method: get, Path: "/accessibility", Permission: account.Public, Handle: f.accessibility},
		{Method: get, Path: "/calendar", Permission: account.Public, Handle: f.calendarList},
		{Method: get, Path: "/calendar.ics", Permission: account.Public, Handle: f.calendarFeed},
		{Method: get, Path: "/calendar/:id", Permission: account.Public, Handle: f.seminarShow},
		{Method: get, Path: "/calendar/:id/register", Permission: account.Public, Handle: f.seminarShow},
		{Method: post, Path: "/calendar/:id/register", Permission: account.Public, Handle: f.seminarRegister},
		{Method: get, Path: "/calendar/:id/received", Permission: account.Public, Handle: f.seminarReceived},
		{Method: get, Path: "/registrations/:token", Permission: account.Public, Handle: f.registrationShow},
		{Method: post, Path: "/registrations/:token", Permission: account.Public, Handle: f.registrationCancel},
	}
}

package respondent

import (
	"net/http"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/httpd"
)

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// maxForm is the most that a page of answers may weigh: texts are limited to a few thousand characters.
const maxForm = 256 << 10

// Routes is the one table of the respondent's pages. All are public: the
// mailed token or the cookie of the invitation is what opens them.
func (f *Face) Routes() []httpd.Route {
	open := func(method, path string, handle httpd.Handler) httpd.Route {
		return httpd.Route{Method: method, Path: path, Permission: account.Public, Handle: handle, MaxBody: maxForm}
	}
	return []httpd.Route{
		open(get, "/s/:token", f.notice),
		open(post, "/s/:token/start", f.start),
		open(post, "/s/:token/decline", f.linkDecline),
		open(post, "/s/:token/undecline", f.linkUndecline),
		open(get, "/o/:slug", f.openNotice),
		open(post, "/o/:slug/start", f.openStart),
		open(post, "/o/:slug/continue", f.openContinue),
		open(get, "/c/:token", f.ballotShow),
		open(get, "/c/:token/:n", f.ballotItem),
		open(post, "/c/:token/:n", f.ballotRate),
		open(post, "/c/:token/leave", f.ballotLeave),
		open(get, "/u/:token", f.unsubscribeForm),
		open(post, "/u/:token", f.unsubscribe),
		open(post, "/u/:token/undo", f.resubscribe),
		open(get, "/u/:token/undone", f.resubscribed),
		open(get, "/r/:id", f.guarded(f.resume)),
		open(get, "/r/:id/page/:n", f.guarded(f.pageShow)),
		open(post, "/r/:id/page/:n", f.guarded(f.pageSave)),
		open(post, "/r/:id/page/:n/save", f.guarded(f.pageAutosave)),
		open(get, "/r/:id/review", f.guarded(f.review)),
		open(post, "/r/:id/submit", f.guarded(f.submit)),
		open(get, "/r/:id/receipt", f.guarded(f.receipt)),
		open(get, "/r/:id/answers", f.guarded(f.answers)),
		open(post, "/r/:id/correct", f.guarded(f.correct)),
		open(post, "/r/:id/keep", f.guarded(f.keep)),
		open(post, "/r/:id/withdraw", f.guarded(f.withdraw)),
		open(post, "/r/:id/language", f.guarded(f.language)),
		open(get, "/r/:id/privacy", f.guarded(f.privacy)),
		open(get, "/r/:id/decline", f.guarded(f.declineForm)),
		open(post, "/r/:id/decline", f.guarded(f.decline)),
		open(post, "/r/:id/undecline", f.guarded(f.undecline)),
	}
}

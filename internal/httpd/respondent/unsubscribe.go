package respondent

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
)

type unsubscribePage struct {
	httpd.Page
	Subscription distribution.Subscription
	Address      string // shown in part: whoever got the mail forwarded need not learn it
	Token        string
	Undone       bool
}

// unsubscribeForm shows one button. It writes nothing: mail scanners follow
// links, some of them two deep.
func (f *Face) unsubscribeForm(c *gin.Context) error {
	return f.showSubscription(c, false)
}

func (f *Face) showSubscription(c *gin.Context, undone bool) error {
	sub, err := f.Distribution.SubscriptionByToken(httpd.Context(c), c.Param("token"))
	if err != nil {
		return err
	}
	key := "distribution.unsubscribe_title"
	switch {
	case sub.Stopped:
		key = "distribution.stopped_title"
	case undone:
		key = "distribution.undo_title"
	}
	return httpd.Render(c, http.StatusOK, "respondent/unsubscribe", &unsubscribePage{
		Page:         httpd.Page{Title: i18n.T(httpd.Lang(c), key)},
		Subscription: sub, Address: masked(sub.Address), Token: c.Param("token"), Undone: undone})
}

// unsubscribe stops the mailings. It takes the page's own form and the
// one-click post of a mail program (RFC 8058), which has neither cookie nor
// referrer and follows no redirect.
func (f *Face) unsubscribe(c *gin.Context) error {
	if err := f.Distribution.Unsubscribe(httpd.Context(c), c.Param("token")); err != nil {
		return err
	}
	if c.PostForm("List-Unsubscribe") == "One-Click" {
		c.Status(http.StatusNoContent)
		return nil
	}
	return httpd.Redirect(c, "/u/"+c.Param("token"))
}

func (f *Face) resubscribe(c *gin.Context) error {
	if err := f.Distribution.Resubscribe(httpd.Context(c), c.Param("token")); err != nil {
		return err
	}
	return httpd.Redirect(c, "/u/"+c.Param("token")+"/undone")
}

func (f *Face) resubscribed(c *gin.Context) error { return f.showSubscription(c, true) }

// masked leaves the first letter and the domain of an address.
func masked(address string) string {
	local, domain, _ := strings.Cut(address, "@")
	if local == "" {
		return address
	}
	return local[:1] + "…@" + domain
}

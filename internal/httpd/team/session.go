package team

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
)

type signInPage struct {
	httpd.Page
	Email, Next string
}

func (f *Face) signInForm(c *gin.Context) error {
	if httpd.User(c) != nil {
		return httpd.Redirect(c, "/team")
	}
	return httpd.Render(c, http.StatusOK, "team/sign_in", &signInPage{
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "account.sign_in_title")}, Next: c.Query("next")})
}

func (f *Face) signIn(c *gin.Context) error {
	email, next := c.PostForm("email"), c.PostForm("next")
	_, plain, err := f.Accounts.SignIn(httpd.Context(c), email, c.PostForm("password"), c.GetHeader("User-Agent"))
	if fl, ok := fault.Of(err); ok {
		lang := httpd.Lang(c)
		return httpd.Render(c, http.StatusUnprocessableEntity, "team/sign_in", &signInPage{
			Page: httpd.Page{Title: i18n.T(lang, "account.sign_in_title"),
				Problems: []httpd.Problem{{Field: "email", Text: i18n.Fault(lang, fl)}}},
			Email: email, Next: next})
	}
	if err != nil {
		return err
	}
	httpd.OpenSession(c, plain)
	if !strings.HasPrefix(next, "/team/") { // never to another site
		next = "/team"
	}
	return httpd.Redirect(c, next)
}

func (f *Face) signOut(c *gin.Context) error {
	err := f.Accounts.Revoke(httpd.Context(c), httpd.User(c).ID, httpd.Session(c).ID, account.EventSignedOut)
	if err != nil {
		return err
	}
	httpd.CloseSession(c)
	return httpd.Redirect(c, "/team/sign-in")
}

type sessionListPage struct {
	httpd.Page
	Sessions []account.Session
	This     string
}

func (f *Face) sessionList(c *gin.Context) error {
	list, err := f.Accounts.Sessions(httpd.Context(c), httpd.User(c).ID)
	if err != nil {
		return err
	}
	return httpd.Render(c, http.StatusOK, "team/session_list", &sessionListPage{
		Page:     httpd.Page{Title: i18n.T(httpd.Lang(c), "account.sessions_title")},
		Sessions: list, This: httpd.Session(c).ID})
}

func (f *Face) sessionRevoke(c *gin.Context) error {
	err := f.Accounts.Revoke(httpd.Context(c), httpd.User(c).ID, c.Param("id"), account.EventSessionRevoked)
	if err != nil {
		return err
	}
	httpd.Flash(c, "account.session_ended")
	return httpd.Redirect(c, "/team/sessions")
}

package team

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
)

type userForm struct {
	Email    string `form:"email" validate:"required,email"`
	Name     string `form:"name" validate:"required,max=100"`
	Role     string `form:"role" validate:"required"`
	Language string `form:"language" validate:"required,oneof=sv en"`
	Password string `form:"password" validate:"required"`
}

type userListPage struct {
	httpd.Page
	Users []account.User
	Roles []account.Role
	Form  userForm
}

func (f *Face) userList(c *gin.Context) error {
	return f.showUsers(c, http.StatusOK, userForm{Language: "sv", Role: string(account.Editor)}, nil)
}

func (f *Face) showUsers(c *gin.Context, status int, form userForm, problems []httpd.Problem) error {
	users, err := f.Accounts.Users(httpd.Context(c))
	if err != nil {
		return err
	}
	form.Password = ""
	return httpd.Render(c, status, "team/user_list", &userListPage{
		Page:  httpd.Page{Title: i18n.T(httpd.Lang(c), "account.users_title"), Problems: problems},
		Users: users, Roles: account.Roles, Form: form})
}

func (f *Face) userCreate(c *gin.Context) error {
	var form userForm
	err := httpd.Bind(c, &form)
	var u account.User
	if err == nil {
		u, err = f.Accounts.CreateUser(httpd.Context(c), form.Email, form.Name, account.Role(form.Role), form.Language, form.Password)
	}
	if problems := httpd.Problems(c, err); problems != nil {
		return f.showUsers(c, http.StatusUnprocessableEntity, form, problems)
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, "account.user_created", "Name", u.Name)
	return httpd.Redirect(c, "/team/users")
}

func (f *Face) userSetState(c *gin.Context) error {
	err := f.Accounts.SetDisabled(httpd.Context(c), c.Param("id"), c.PostForm("state") == "disabled")
	if err != nil {
		return err
	}
	return httpd.Redirect(c, "/team/users")
}

type logListPage struct {
	httpd.Page
	Entries []audit.Entry
	Older   int64
}

func (f *Face) logList(c *gin.Context) error {
	const perPage = 100
	var q struct {
		Before int64 `form:"before"`
	}
	_ = c.ShouldBindQuery(&q) // a number that is none means: from the newest
	entries, err := f.Audit.List(httpd.Context(c), q.Before, perPage)
	if err != nil {
		return err
	}
	p := &logListPage{Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "account.log_title")}, Entries: entries}
	if len(entries) == perPage {
		p.Older = entries[perPage-1].ID
	}
	return httpd.Render(c, http.StatusOK, "team/log_list", p)
}

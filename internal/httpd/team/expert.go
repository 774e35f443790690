package team

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/recommendation"
)

type expertListPage struct {
	httpd.Page
	Statements []expert.Statement
	RestsOn    map[string][]recommendation.Working
	MayWrite   bool
}

func (f *Face) expertList(c *gin.Context) error {
	list, err := f.Experts.List(httpd.Context(c), "")
	if err != nil {
		return err
	}
	ids := make([]string, len(list))
	for i, s := range list {
		ids[i] = s.ID
	}
	rests, err := f.restingOnSources(c, ids)
	if err != nil {
		return err
	}
	return httpd.Render(c, http.StatusOK, "team/expert_list", &expertListPage{Statements: list, RestsOn: rests,
		MayWrite: httpd.User(c).May(account.MeetingWrite), Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "expert.title")}})
}

type expertShowPage struct {
	httpd.Page
	S        expert.Statement
	RestsOn  []recommendation.Working
	MayWrite bool
	Until    *time.Time // the name is kept; nil: no name, or for ever
}

func (f *Face) expertShow(c *gin.Context) error {
	s, err := f.Experts.Find(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	rests, err := f.restingOnSources(c, []string{s.ID})
	if err != nil {
		return err
	}
	return httpd.Render(c, http.StatusOK, "team/expert_show", &expertShowPage{S: s, RestsOn: rests[s.ID], Until: f.Experts.NameUntil(s),
		MayWrite: httpd.User(c).May(account.MeetingWrite), Page: httpd.Page{Title: s.By(), Invented: s.Invented}})
}

type expertForm struct {
	Name         string   `form:"name"`
	Named        bool     `form:"named"`
	Role         string   `form:"role" validate:"required"`
	Organisation string   `form:"organisation"`
	Date         string   `form:"date" validate:"required"`
	Language     string   `form:"language"`
	Text         string   `form:"text" validate:"required"`
	Quote        string   `form:"quote"`
	Approved     bool     `form:"approved"`
	Interests    string   `form:"interests"`
	Sources      string   `form:"sources"`
	Themes       []string `form:"themes"`
	Invented     bool     `form:"invented"`
	Version      int      `form:"version"`
}

// Has tells whether a theme is chosen.
func (e expertForm) Has(theme string) bool { return slices.Contains(e.Themes, theme) }

func (e expertForm) statement(id string) (expert.Statement, error) {
	day, err := time.Parse(time.DateOnly, strings.TrimSpace(e.Date))
	if err != nil {
		err = fault.InvalidFields("error.invalid", fault.Field{Name: "date", Key: "error.date"})
	}
	return expert.Statement{ID: id, Name: e.Name, Named: e.Named, Role: e.Role, Organisation: e.Organisation, Date: day,
		Language: i18n.Lang(e.Language), Text: e.Text, Quote: e.Quote, Approved: e.Approved, Interests: e.Interests,
		Sources: e.Sources, Themes: slices.Clone(e.Themes), Invented: e.Invented, Version: e.Version}, err
}

type expertEditPage struct {
	httpd.Page
	tagChoices
	ID   string // empty for a new one
	Form expertForm
}

func (f *Face) expertNew(c *gin.Context) error {
	return f.showExpertForm(c, http.StatusOK, "", expertForm{Language: string(i18n.Sv)}, nil)
}

func (f *Face) expertEdit(c *gin.Context) error {
	s, err := f.Experts.Find(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	if s.Withdrawn {
		return fault.New(fault.Conflict, "expert.error_withdrawn")
	}
	return f.showExpertForm(c, http.StatusOK, s.ID, expertForm{Name: s.Name, Named: s.Named, Role: s.Role, Organisation: s.Organisation,
		Date: s.Date.Format(time.DateOnly), Language: string(s.Language), Text: s.Text, Quote: s.Quote, Approved: s.Approved,
		Interests: s.Interests, Sources: s.Sources, Themes: s.Themes, Invented: s.Invented, Version: s.Version}, nil)
}

func (f *Face) showExpertForm(c *gin.Context, status int, id string, form expertForm, problems []httpd.Problem) error {
	title := "expert.new"
	if id != "" {
		title = "expert.edit"
	}
	return httpd.Render(c, status, "team/expert_edit", &expertEditPage{tagChoices: choices, ID: id, Form: form,
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), title), Problems: problems}})
}

// expertSave records a new statement, or changes one at the version that the form carries.
func (f *Face) expertSave(c *gin.Context) error {
	var form expertForm
	id, saved := c.Param("id"), ""
	err := httpd.Bind(c, &form)
	var s expert.Statement
	if err == nil {
		s, err = form.statement(id)
	}
	if err == nil {
		saved, err = f.Experts.Save(httpd.Context(c), s)
	}
	if problems := problemsOrConflict(c, err); problems != nil {
		return f.showExpertForm(c, statusOf(err), id, form, problems)
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, "expert.saved")
	return httpd.Redirect(c, "/team/experts/"+saved)
}

func (f *Face) expertWithdraw(c *gin.Context) error {
	if err := f.Experts.Withdraw(httpd.Context(c), c.Param("id")); err != nil {
		return err
	}
	httpd.Flash(c, "expert.withdrawn_done")
	return httpd.Redirect(c, "/team/experts/"+c.Param("id"))
}

func (f *Face) expertUnname(c *gin.Context) error {
	if err := f.Experts.Unname(httpd.Context(c), c.Param("id")); err != nil {
		return err
	}
	httpd.Flash(c, "expert.unnamed_done")
	return httpd.Redirect(c, "/team/experts/"+c.Param("id"))
}

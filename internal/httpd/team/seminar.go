package team

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/region"
	"upphandlingsdialog/internal/seminar"
)

type seminarListPage struct {
	httpd.Page
	Plan     seminar.Plan
	Warnings []string
	Seminars []seminar.Seminar
	Before   int
	After    int
	now      time.Time
}

// State is the key of a seminar's state.
func (p *seminarListPage) State(s seminar.Seminar) string { return stateOf(s, p.now) }

func stateOf(s seminar.Seminar, now time.Time) string {
	switch {
	case s.CancelledAt != nil:
		return "seminar.state_cancelled"
	case s.Open(now):
		return "seminar.state_coming"
	case s.Held(now):
		return "seminar.state_held"
	}
	return "seminar.state_unchecked"
}

func (f *Face) seminarList(c *gin.Context) error {
	year, err := strconv.Atoi(c.Query("year"))
	if err != nil || year < 2000 || year > 2199 { // not a year means: this one
		year = f.Now().In(i18n.Stockholm).Year()
	}
	ctx := httpd.Context(c)
	list, err := f.Seminars.List(ctx, year)
	if err != nil {
		return err
	}
	plan, err := f.Seminars.Plan(ctx, year)
	if err != nil {
		return err
	}
	p := &seminarListPage{Plan: plan, Seminars: list, Before: year - 1, After: year + 1, now: f.Now(),
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "seminar.title"),
			Invented: slices.ContainsFunc(list, func(s seminar.Seminar) bool { return s.Invented })}}
	for _, w := range plan.Warnings {
		p.Warnings = append(p.Warnings, w.Text(httpd.Lang(c)))
	}
	return httpd.Render(c, http.StatusOK, "team/seminar_list", p)
}

type seminarForm struct {
	Ref          string `form:"ref" validate:"required"`
	Kind         string `form:"kind" validate:"required"`
	Title        string `form:"title" validate:"required"`
	About        string `form:"about" validate:"required"`
	Area         int    `form:"area"`
	FreeTheme    string `form:"free_theme"`
	Date         string `form:"date" validate:"required"`
	Starts       string `form:"starts" validate:"required"`
	Ends         string `form:"ends" validate:"required"`
	Municipality int    `form:"municipality" validate:"required"`
	Place        string `form:"place" validate:"required"`
	Capacity     int    `form:"capacity" validate:"required"`
	Invented     bool   `form:"invented"`
	Revision     int    `form:"revision"`
}

func (s seminarForm) draft() (seminar.Draft, error) {
	d := seminar.Draft{Ref: strings.TrimSpace(s.Ref), Kind: s.Kind, Title: strings.TrimSpace(s.Title),
		About: strings.TrimSpace(s.About), Area: s.Area, FreeTheme: strings.TrimSpace(s.FreeTheme), Municipality: s.Municipality,
		Place: strings.TrimSpace(s.Place), Capacity: s.Capacity, Invented: s.Invented}
	if _, err := time.Parse(time.DateOnly, strings.TrimSpace(s.Date)); err != nil {
		return d, fault.InvalidFields("error.invalid", fault.Field{Name: "date", Key: "error.date"})
	}
	var err error
	if d.StartsAt, err = seminar.At(strings.TrimSpace(s.Date), strings.TrimSpace(s.Starts)); err != nil {
		return d, fault.InvalidFields("error.invalid", fault.Field{Name: "starts", Key: "seminar.error_times"})
	}
	if d.EndsAt, err = seminar.At(strings.TrimSpace(s.Date), strings.TrimSpace(s.Ends)); err != nil {
		return d, fault.InvalidFields("error.invalid", fault.Field{Name: "ends", Key: "seminar.error_times"})
	}
	return d, nil
}

type seminarEditPage struct {
	httpd.Page
	ID             string
	Form           seminarForm
	Areas          []int
	Municipalities []region.Municipality
}

func (f *Face) seminarNew(c *gin.Context) error {
	return f.showSeminarForm(c, http.StatusOK, "", seminarForm{Kind: seminar.Learning, Capacity: 20}, nil)
}

func (f *Face) seminarEdit(c *gin.Context) error {
	s, err := f.Seminars.Find(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	starts, ends := s.StartsAt.In(i18n.Stockholm), s.EndsAt.In(i18n.Stockholm)
	return f.showSeminarForm(c, http.StatusOK, s.ID, seminarForm{Ref: s.Ref, Kind: s.Kind, Title: s.Title, About: s.About,
		Area: s.Area, FreeTheme: s.FreeTheme, Date: starts.Format(time.DateOnly), Starts: starts.Format("15:04"),
		Ends: ends.Format("15:04"), Municipality: s.Municipality, Place: s.Place, Capacity: s.Capacity, Invented: s.Invented,
		Revision: s.Revision}, nil)
}

func (f *Face) showSeminarForm(c *gin.Context, status int, id string, form seminarForm, problems []httpd.Problem) error {
	title := "seminar.new"
	if id != "" {
		title = "seminar.edit"
	}
	return httpd.Render(c, status, "team/seminar_edit", &seminarEditPage{ID: id, Form: form, Areas: []int{5, 6, 7},
		Municipalities: region.Municipalities, Page: httpd.Page{Title: i18n.T(httpd.Lang(c), title), Problems: problems}})
}

func (f *Face) seminarSave(c *gin.Context) error {
	var form seminarForm
	id := c.Param("id")
	err := httpd.Bind(c, &form)
	var draft seminar.Draft
	if err == nil {
		draft, err = form.draft()
	}
	saved := ""
	if err == nil {
		saved, err = f.Seminars.Save(httpd.Context(c), id, form.Revision, draft)
	}
	if problems := problemsOrConflict(c, err); problems != nil {
		return f.showSeminarForm(c, statusOf(err), id, form, problems)
	}
	return done(c, err, "seminar.saved", "/team/seminars/"+saved)
}

type seminarShowPage struct {
	httpd.Page
	Seminar        seminar.Seminar
	StateKey       string
	Open           bool
	CanCheckIn     bool
	Registrations  []seminar.Registration
	Live           int // registered or in line
	Form           attendeeForm
	Groups         []string
	Needs          []string
	Municipalities []region.Municipality
}

func (f *Face) seminarShow(c *gin.Context) error {
	return f.showSeminar(c, http.StatusOK, attendeeForm{}, nil)
}

func (f *Face) showSeminar(c *gin.Context, status int, form attendeeForm, problems []httpd.Problem) error {
	ctx := httpd.Context(c)
	s, err := f.Seminars.Find(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	regs, err := f.Seminars.Registrations(ctx, s.ID)
	if err != nil {
		return err
	}
	if form.Municipality == 0 {
		form.Municipality = s.Municipality
	}
	return httpd.Render(c, status, "team/seminar_show", &seminarShowPage{Seminar: s, StateKey: stateOf(s, f.Now()),
		Open: s.Open(f.Now()), CanCheckIn: s.CanCheckIn(f.Now()), Registrations: regs, Live: s.Registered + s.Waiting,
		Form: form, Groups: people.Groups, Needs: seminar.Needs, Municipalities: region.Municipalities,
		Page: httpd.Page{Title: s.Title, Invented: s.Invented, Problems: problems}})
}

// seminarCallOff needs the confirmation that the page's second step gives.
func (f *Face) seminarCallOff(c *gin.Context) error {
	if c.PostForm("confirm") != "yes" {
		return httpd.Redirect(c, "/team/seminars/"+c.Param("id"))
	}
	err := f.Seminars.CallOff(httpd.Context(c), c.Param("id"))
	return done(c, err, "seminar.called_off_flash", "/team/seminars/"+c.Param("id"))
}

func (f *Face) registrationAttend(c *gin.Context) error {
	err := f.Seminars.SetAttended(httpd.Context(c), c.Param("registration"), c.PostForm("came") == "yes")
	if problems := problemsOrConflict(c, err); problems != nil {
		return f.showSeminar(c, statusOf(err), attendeeForm{}, problems)
	}
	return done(c, err, "seminar.checked_in", "/team/seminars/"+c.Param("id"))
}

func (f *Face) registrationCancel(c *gin.Context) error {
	err := f.Seminars.Cancel(httpd.Context(c), c.Param("registration"))
	return done(c, err, "seminar.cancelled_flash", "/team/seminars/"+c.Param("id"))
}

type attendeeForm struct {
	Name         string   `form:"name" validate:"required"`
	Email        string   `form:"email" validate:"required"`
	Group        string   `form:"group"`
	Organisation string   `form:"organisation"`
	Municipality int      `form:"municipality" validate:"required"`
	Needs        []string `form:"needs"`
}

func (a attendeeForm) Has(need string) bool { return slices.Contains(a.Needs, need) }

func (f *Face) attendeeAdd(c *gin.Context) error {
	var form attendeeForm
	err := httpd.Bind(c, &form)
	if err == nil {
		err = f.Seminars.AddAttendee(httpd.Context(c), c.Param("id"), seminar.Form{Name: form.Name, Email: form.Email, Group: form.Group,
			Organisation: form.Organisation, Municipality: form.Municipality, Needs: form.Needs, Language: i18n.Sv})
	}
	if problems := problemsOrConflict(c, err); problems != nil {
		return f.showSeminar(c, statusOf(err), form, problems)
	}
	return done(c, err, "seminar.checked_in", "/team/seminars/"+c.Param("id"))
}

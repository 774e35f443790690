package public

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/region"
	"upphandlingsdialog/internal/seminar"
)

type calendarPage struct {
	httpd.Page
	Seminars       []seminar.Seminar
	Municipality   int
	Municipalities []region.Municipality
	Feed           string // address of the ICS feed of what is shown
}

// municipalityOf reads ?municipality=2062; anything that is no municipality means all.
func municipalityOf(c *gin.Context) int {
	code, _ := strconv.Atoi(c.Query("municipality"))
	if _, ok := region.MunicipalityByCode(code); !ok {
		return 0
	}
	return code
}

func (f *Face) calendarList(c *gin.Context) error {
	code := municipalityOf(c)
	list, err := f.Seminars.Upcoming(httpd.Context(c), code)
	if err != nil {
		return err
	}
	p := &calendarPage{Seminars: list, Municipality: code, Municipalities: region.Municipalities, Feed: "/calendar.ics",
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "seminar.calendar_title"),
			Invented: slices.ContainsFunc(list, func(s seminar.Seminar) bool { return s.Invented })}}
	if code != 0 {
		p.Feed += "?municipality=" + strconv.Itoa(code)
	}
	return httpd.Render(c, http.StatusOK, "public/calendar_list", p)
}

// calendarFeed is the subscribable calendar, of all municipalities or of one.
func (f *Face) calendarFeed(c *gin.Context) error {
	code, lang := municipalityOf(c), httpd.Lang(c)
	list, err := f.Seminars.Feed(httpd.Context(c), code)
	if err != nil {
		return err
	}
	name := i18n.T(lang, "app.name_region")
	if m, ok := region.MunicipalityByCode(code); ok {
		name += ", " + m.Name
	}
	c.Data(http.StatusOK, "text/calendar; charset=utf-8", []byte(f.Seminars.Calendar(lang, name, list)))
	return nil
}

type registerForm struct {
	Name         string   `form:"name" validate:"required"`
	Email        string   `form:"email" validate:"required"`
	Organisation string   `form:"organisation"`
	Group        string   `form:"group"`
	Municipality int      `form:"municipality"`
	Needs        []string `form:"needs"`
}

func (r registerForm) Has(need string) bool { return slices.Contains(r.Needs, need) }

type seminarPage struct {
	httpd.Page
	Seminar        seminar.Seminar
	Open           bool
	Form           registerForm
	Groups         []string
	Needs          []string
	Municipalities []region.Municipality
}

func (f *Face) seminarShow(c *gin.Context) error {
	return f.showSeminar(c, http.StatusOK, registerForm{}, nil)
}

func (f *Face) showSeminar(c *gin.Context, status int, form registerForm, problems []httpd.Problem) error {
	s, err := f.Seminars.Find(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	return httpd.Render(c, status, "public/seminar_show", &seminarPage{Seminar: s, Open: s.Open(f.Now()), Form: form,
		Groups: people.Groups, Needs: seminar.Needs, Municipalities: region.Municipalities,
		Page: httpd.Page{Title: s.Title, Invented: s.Invented, Problems: problems}})
}

// seminarRegister answers every correct registration alike: what came of it stands in a letter.
func (f *Face) seminarRegister(c *gin.Context) error {
	var form registerForm
	err := httpd.Bind(c, &form)
	if err == nil {
		err = f.Seminars.Register(httpd.Context(c), c.Param("id"), seminar.Form{Name: form.Name, Email: form.Email,
			Organisation: form.Organisation, Group: form.Group, Municipality: form.Municipality, Needs: form.Needs,
			Language: httpd.Lang(c)})
	}
	problems := httpd.Problems(c, err)
	if fl, ok := fault.Of(err); ok && fl.Kind == fault.Unavailable {
		problems = []httpd.Problem{{Text: i18n.Fault(httpd.Lang(c), fl)}}
	}
	if problems != nil {
		return f.showSeminar(c, http.StatusUnprocessableEntity, form, problems)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, "/calendar/"+c.Param("id")+"/received")
}

func (f *Face) seminarReceived(c *gin.Context) error {
	s, err := f.Seminars.Find(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	return httpd.Render(c, http.StatusOK, "public/seminar_received", &seminarPage{Seminar: s,
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "seminar.received_title"), Invented: s.Invented}})
}

type registrationPage struct {
	httpd.Page
	Registration seminar.Registration
	Seminar      seminar.Seminar
	Token        string
	Open         bool
}

// private keeps a personal page out of caches and search engines.
func private(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	c.Header("X-Robots-Tag", "noindex, nofollow")
}

func (f *Face) registrationShow(c *gin.Context) error {
	private(c)
	r, s, err := f.Seminars.RegistrationByToken(httpd.Context(c), c.Param("token"))
	if err != nil {
		return err
	}
	return httpd.Render(c, http.StatusOK, "public/seminar_registration", &registrationPage{Registration: r, Seminar: s,
		Token: c.Param("token"), Open: s.Open(f.Now()),
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "seminar.personal_title"), Invented: s.Invented}})
}

func (f *Face) registrationCancel(c *gin.Context) error {
	private(c)
	if err := f.Seminars.CancelByToken(httpd.Context(c), c.Param("token")); err != nil {
		return err
	}
	httpd.Flash(c, "seminar.cancelled_flash")
	return httpd.Redirect(c, "/registrations/"+c.Param("token"))
}

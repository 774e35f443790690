package team

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/followup"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/report"
)

type followUpForm struct {
	Edition   string    `form:"edition"`
	Addressee string    `form:"addressee"`
	Bodies    string    `form:"bodies" validate:"max=100000"`
	Lang      string    `form:"lang"`
	Deadline  time.Time `form:"deadline" time_format:"2006-01-02"`
	Confirm   bool      `form:"confirm"`
}

type followUpListPage struct {
	httpd.Page
	Rounds     []followUpRound
	Editions   []report.Edition // that bodies can be asked about
	Addressees []string
	Form       followUpForm
	Plan       *followup.Plan // what would be sent; nil before it has been asked for
	MayAsk     bool
}

type followUpRound struct {
	followup.View
	Remindable int
}

// Day is the last day to answer, as the form's control wants it.
func (p *followUpListPage) Day() string {
	if p.Form.Deadline.IsZero() {
		return ""
	}
	return p.Form.Deadline.Format(time.DateOnly)
}

func (f *Face) followUpList(c *gin.Context) error {
	day := f.Now().In(i18n.Stockholm).AddDate(0, 2, 0)
	return f.followUpPage(c, http.StatusOK, &followUpListPage{Form: followUpForm{Lang: "sv", Addressee: recommendation.Addressees[0],
		Deadline: time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC)}})
}

func (f *Face) followUpPage(c *gin.Context, status int, p *followUpListPage) error {
	ctx := httpd.Context(c)
	p.Title, p.Addressees = i18n.T(httpd.Lang(c), "followup.team_title"), recommendation.Addressees
	p.MayAsk = httpd.User(c).May(account.ReportDistribute)
	editions, err := f.Reports.ListPublished(ctx)
	if err != nil {
		return err
	}
	for _, e := range editions {
		if e.Kind == report.Regional {
			p.Editions = append(p.Editions, e)
		}
	}
	rounds, err := f.FollowUps.List(ctx)
	if err != nil {
		return err
	}
	for _, r := range rounds {
		v, err := f.FollowUps.Find(ctx, r.ID)
		if err != nil {
			return err
		}
		p.Invented = p.Invented || v.Invented
		p.Rounds = append(p.Rounds, followUpRound{v, len(v.Remindable(f.Now()))})
	}
	return httpd.Render(c, status, "team/followup_list", p)
}

// followUpAsk shows who would be written to and, confirmed, writes to them.
func (f *Face) followUpAsk(c *gin.Context) error {
	ctx := httpd.Context(c)
	p := &followUpListPage{}
	err := httpd.Bind(c, &p.Form)
	var bodies []followup.Body
	if err == nil {
		bodies, err = followup.ParseBodies(p.Form.Bodies, p.Form.Addressee, i18n.Lang(p.Form.Lang))
	}
	if err == nil && !p.Form.Confirm {
		var plan followup.Plan
		if plan, err = f.FollowUps.Plan(ctx, p.Form.Edition, bodies); err == nil {
			p.Plan = &plan
			return f.followUpPage(c, http.StatusOK, p)
		}
	}
	if err == nil {
		d := p.Form.Deadline // the day's end in Sweden
		_, err = f.FollowUps.Ask(ctx, p.Form.Edition, time.Date(d.Year(), d.Month(), d.Day(), 23, 59, 59, 0, i18n.Stockholm), bodies)
	}
	if p.Problems = httpd.Problems(c, err); p.Problems != nil {
		return f.followUpPage(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, "followup.flash_asked")
	return httpd.Redirect(c, "/team/follow-up")
}

func (f *Face) followUpRemind(c *gin.Context) error {
	sent, err := f.FollowUps.Remind(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	if sent == 0 {
		return fault.New(fault.Conflict, "followup.error_nobody")
	}
	httpd.Flash(c, "followup.flash_reminded", "Count", sent)
	return httpd.Redirect(c, "/team/follow-up")
}

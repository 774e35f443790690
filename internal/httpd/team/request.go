package team

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/privacy"
)

type requestForm struct {
	Dnr         string    `form:"dnr" validate:"max=200"`
	Asks        string    `form:"asks"`
	Came        time.Time `form:"came" time_format:"2006-01-02"`
	Responsible string    `form:"responsible"`
}

type requestListPage struct {
	httpd.Page
	Requests []requestRow
	Able     []account.User
	Asks     []string
	Form     requestForm
}

// Day is when the request came, as the form's control wants it.
func (p *requestListPage) Day() string {
	if p.Form.Came.IsZero() {
		return ""
	}
	return p.Form.Came.Format(time.DateOnly)
}

// requestRow is a request with how it stands today.
type requestRow struct {
	privacy.Request
	Name       string // of who is responsible; empty when that person has left
	Left       int    // days
	Late, Soon bool
}

func (f *Face) rowOf(r privacy.Request, able []account.User) requestRow {
	row := requestRow{Request: r, Left: r.DaysLeft(f.Now()), Late: r.Late(f.Now()), Soon: r.Soon(f.Now())}
	if at := slices.IndexFunc(able, func(u account.User) bool { return u.ID == r.Responsible }); at >= 0 {
		row.Name = able[at].Name
	}
	return row
}

// requestList shows what people have asked for about their data, the most urgent first.
func (f *Face) requestList(c *gin.Context) error {
	y, m, d := f.Now().In(i18n.Stockholm).Date()
	return f.requestListPage(c, http.StatusOK, &requestListPage{Form: requestForm{Asks: privacy.Access,
		Came: time.Date(y, m, d, 0, 0, 0, 0, time.UTC), Responsible: httpd.User(c).ID}})
}

func (f *Face) requestListPage(c *gin.Context, status int, p *requestListPage) error {
	ctx := httpd.Context(c)
	list, err := f.Privacy.Requests(ctx)
	if err != nil {
		return err
	}
	if p.Able, err = f.Privacy.Responsible(ctx); err != nil {
		return err
	}
	for _, r := range list {
		p.Requests = append(p.Requests, f.rowOf(r, p.Able))
	}
	p.Title, p.Asks = i18n.T(httpd.Lang(c), "privacy.requests_title"), privacy.Asks
	return httpd.Render(c, status, "team/request_list", p)
}

// requestCreate notes a request that has come.
func (f *Face) requestCreate(c *gin.Context) error {
	p := &requestListPage{}
	err := httpd.Bind(c, &p.Form)
	var r privacy.Request
	if err == nil {
		r, err = f.Privacy.Receive(httpd.Context(c), privacy.Came{Dnr: p.Form.Dnr, Asks: p.Form.Asks, Day: p.Form.Came, Responsible: p.Form.Responsible})
	}
	if p.Problems = httpd.Problems(c, err); p.Problems != nil {
		return f.requestListPage(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, "privacy.request_saved")
	return httpd.Redirect(c, "/team/people/requests/"+r.ID)
}

type requestShowPage struct {
	httpd.Page
	R          requestRow
	Extendable bool
	Reason     string // of an extension that was refused
	Refusal    string
	Letters    []requestLetter
}

// requestLetter is what the person is told, in one language.
type requestLetter struct {
	Lang i18n.Lang
	Text string
}

func (f *Face) requestShow(c *gin.Context) error {
	return f.requestShowPage(c, http.StatusOK, &requestShowPage{})
}

func (f *Face) requestShowPage(c *gin.Context, status int, p *requestShowPage) error {
	ctx := httpd.Context(c)
	r, err := f.Privacy.FindRequest(ctx, c.Param("request"))
	if err != nil {
		return err
	}
	able, err := f.Privacy.Responsible(ctx)
	if err != nil {
		return err
	}
	p.R, p.Extendable = f.rowOf(r, able), r.Extendable(f.Now())
	for _, lang := range i18n.Langs {
		if text := f.Privacy.Reply(lang, r); text != nil {
			p.Letters = append(p.Letters, requestLetter{lang, strings.Join(text, "\n\n")})
		}
	}
	p.Title = i18n.T(httpd.Lang(c), "privacy.request_title", "Dnr", r.Dnr)
	return httpd.Render(c, status, "team/request_show", p)
}

// requestExtend gives two months more.
func (f *Face) requestExtend(c *gin.Context) error {
	err := f.Privacy.Extend(httpd.Context(c), c.Param("request"), c.PostForm("reason"))
	return f.requestChanged(c, err, "privacy.request_flash_extended")
}

// requestAnswer notes that the request was done, or refuses it.
func (f *Face) requestAnswer(c *gin.Context) error {
	err := f.Privacy.AnswerRequest(httpd.Context(c), c.Param("request"), c.PostForm("answer"), c.PostForm("refusal"))
	return f.requestChanged(c, err, "privacy.request_flash_answered")
}

func (f *Face) requestChanged(c *gin.Context, err error, flash string) error {
	if problems := httpd.Problems(c, err); problems != nil {
		p := &requestShowPage{Reason: c.PostForm("reason"), Refusal: c.PostForm("refusal")}
		p.Problems = problems
		return f.requestShowPage(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, flash)
	return httpd.Redirect(c, "/team/people/requests/"+c.Param("request"))
}

// waiting is what a page says of requests that wait for an answer.
type waiting struct {
	Count int
	Due   time.Time // of the first
	Late  bool
}

// requestsWaiting is nil when nobody waits.
func (f *Face) requestsWaiting(c *gin.Context) (*waiting, error) {
	list, err := f.Privacy.Requests(httpd.Context(c))
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(r privacy.Request) bool { return !r.Open() })
	if len(list) == 0 {
		return nil, nil
	}
	return &waiting{len(list), list[0].Due(), list[0].Late(f.Now())}, nil
}

package team

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/seminar"
)

// adviceTexts writes quarter hours and prices for the templates.
type adviceTexts struct{ lang i18n.Lang }

func (a adviceTexts) Hours(quarters int) string { return seminar.Hours(a.lang, quarters) }

// OfMax is "3,25 av 5,0 timmar".
func (a adviceTexts) OfMax(quarters int) string {
	return i18n.T(a.lang, "seminar.advice_hours_of", "Used", a.Hours(quarters), "Max", a.Hours(seminar.MaxQuarters))
}

func (a adviceTexts) Price(kronor *int) string {
	switch {
	case kronor == nil:
		return i18n.T(a.lang, "seminar.advice_price_none")
	case *kronor == 0:
		return i18n.T(a.lang, "seminar.advice_price_free")
	}
	return i18n.T(a.lang, "seminar.advice_price_kr", "Kronor", i18n.Int(a.lang, *kronor))
}

type adviceListPage struct {
	httpd.Page
	adviceTexts
	Accounts []seminar.Account
	Current  *int // kronor an hour today
	Form     priceForm
}

type priceForm struct {
	From  string `form:"from" validate:"required"`
	Price int    `form:"price"`
}

func (f *Face) adviceList(c *gin.Context) error {
	return f.showAdviceList(c, http.StatusOK, priceForm{}, nil)
}

func (f *Face) showAdviceList(c *gin.Context, status int, form priceForm, problems []httpd.Problem) error {
	ctx, lang := httpd.Context(c), httpd.Lang(c)
	accounts, err := f.Seminars.Accounts(ctx)
	if err != nil {
		return err
	}
	price, err := f.Seminars.Price(ctx, f.Now().In(i18n.Stockholm))
	if err != nil {
		return err
	}
	return httpd.Render(c, status, "team/advice_list", &adviceListPage{adviceTexts: adviceTexts{lang}, Accounts: accounts,
		Current: price, Form: form, Page: httpd.Page{Title: i18n.T(lang, "seminar.advice_title"), Problems: problems}})
}

func (f *Face) advicePrice(c *gin.Context) error {
	var form priceForm
	err := httpd.Bind(c, &form)
	if err == nil {
		from, bad := time.Parse(time.DateOnly, strings.TrimSpace(form.From))
		if bad != nil {
			err = fault.InvalidFields("error.invalid", fault.Field{Name: "from", Key: "error.date"})
		} else {
			err = f.Seminars.SetPrice(httpd.Context(c), from, form.Price)
		}
	}
	if problems := httpd.Problems(c, err); problems != nil {
		return f.showAdviceList(c, http.StatusUnprocessableEntity, form, problems)
	}
	return done(c, err, "seminar.advice_price_saved", "/team/advice")
}

type adviceForm struct {
	Quarters int    `form:"quarters" validate:"required"`
	Date     string `form:"date" validate:"required"`
	Note     string `form:"note" validate:"required"`
}

type adviceShowPage struct {
	httpd.Page
	adviceTexts
	Account seminar.Account
	Choices []int // quarter hours that are left to choose
	Form    adviceForm
}

func (f *Face) adviceShow(c *gin.Context) error {
	return f.showAdvice(c, http.StatusOK, adviceForm{Date: f.Now().In(i18n.Stockholm).Format(time.DateOnly)}, nil)
}

func (f *Face) showAdvice(c *gin.Context, status int, form adviceForm, problems []httpd.Problem) error {
	a, err := f.Seminars.Account(httpd.Context(c), c.Param("firm"))
	if err != nil {
		return err
	}
	slices.Reverse(a.Entries) // the newest first
	p := &adviceShowPage{adviceTexts: adviceTexts{httpd.Lang(c)}, Account: a, Form: form,
		Page: httpd.Page{Title: a.Organisation, Problems: problems}}
	for q := 1; q <= a.Left(); q++ {
		p.Choices = append(p.Choices, q)
	}
	return httpd.Render(c, status, "team/advice_show", p)
}

func (f *Face) advicePost(c *gin.Context) error {
	var form adviceForm
	err := httpd.Bind(c, &form)
	if err == nil {
		day, bad := time.Parse(time.DateOnly, strings.TrimSpace(form.Date))
		if bad != nil {
			err = fault.InvalidFields("error.invalid", fault.Field{Name: "date", Key: "error.date"})
		} else {
			_, err = f.Seminars.Post(httpd.Context(c), c.Param("firm"), form.Quarters, day, form.Note)
		}
	}
	if problems := httpd.Problems(c, err); problems != nil {
		return f.showAdvice(c, http.StatusUnprocessableEntity, form, problems)
	}
	return done(c, err, "seminar.advice_posted_flash", "/team/advice/"+c.Param("firm"))
}

func (f *Face) adviceReverse(c *gin.Context) error {
	err := f.Seminars.Reverse(httpd.Context(c), c.Param("entry"), c.PostForm("reason"))
	if problems := problemsOrConflict(c, err); problems != nil {
		return f.showAdvice(c, statusOf(err), adviceForm{}, problems)
	}
	return done(c, err, "seminar.advice_reversed_flash", "/team/advice/"+c.Param("firm"))
}

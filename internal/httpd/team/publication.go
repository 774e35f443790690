package team

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/report"
)

func (f *Face) reportApprove(c *gin.Context) error {
	e, err := f.Reports.Approve(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	httpd.Flash(c, "report.flash_approved")
	return httpd.Redirect(c, "/team/reports/"+e.ID)
}

// reportPublish publishes at once, or from a moment that is typed as Swedish time.
func (f *Face) reportPublish(c *gin.Context) error {
	typed := c.PostForm("from")
	var from time.Time
	if typed != "" {
		var err error
		if from, err = time.ParseInLocation("2006-01-02T15:04", typed, i18n.Stockholm); err != nil {
			return f.reportShowPage(c, http.StatusUnprocessableEntity, &reportShowPage{From: typed, Page: httpd.Page{Problems: httpd.Problems(c,
				fault.InvalidFields("error.invalid", fault.Field{Name: "from", Key: "report.error_from"}))}})
		}
	}
	e, err := f.Reports.Publish(httpd.Context(c), c.Param("id"), from)
	if err != nil {
		return err
	}
	if readable := e.ReadableFrom(); readable.After(f.Now()) {
		httpd.Flash(c, "report.flash_held", "From", i18n.DateTime(httpd.Lang(c), readable))
	} else {
		httpd.Flash(c, "report.flash_published")
	}
	return httpd.Redirect(c, "/team/reports/"+e.ID)
}

// reportErratum tells of a fault in a published edition, for good.
func (f *Face) reportErratum(c *gin.Context) error {
	var form struct {
		Place  string `form:"place" validate:"max=200"`
		Reads  string `form:"reads" validate:"max=2000"`
		Should string `form:"should" validate:"max=2000"`
	}
	err := httpd.Bind(c, &form)
	e := report.Erratum{Place: form.Place, Reads: form.Reads, Should: form.Should}
	if err == nil {
		err = f.Reports.NoteErratum(httpd.Context(c), c.Param("id"), e)
	}
	if problems := httpd.Problems(c, err); problems != nil {
		return f.reportShowPage(c, http.StatusUnprocessableEntity, &reportShowPage{Erratum: e, Page: httpd.Page{Problems: problems}})
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, "report.flash_erratum")
	return httpd.Redirect(c, "/team/reports/"+c.Param("id")+"#errata")
}

type imprintForm struct {
	Dnr    string `form:"dnr" validate:"max=60"`
	ISSN   string `form:"issn" validate:"max=20"`
	ISBNSv string `form:"isbn_sv" validate:"max=30"`
	ISBNEn string `form:"isbn_en" validate:"max=30"`
}

type imprintPage struct {
	httpd.Page
	Kind report.Kind
	Form imprintForm
}

func (f *Face) imprintShow(c *gin.Context) error {
	kind := report.Kind(c.Param("kind"))
	if kind != report.Regional && kind != report.National {
		return fault.New(fault.NotFound, "error.not_found")
	}
	i, err := f.Reports.Imprint(httpd.Context(c), kind)
	if err != nil {
		return err
	}
	return f.imprintPage(c, http.StatusOK, kind, imprintForm(i), nil)
}

func (f *Face) imprintPage(c *gin.Context, status int, kind report.Kind, form imprintForm, problems []httpd.Problem) error {
	return httpd.Render(c, status, "team/report_imprint", &imprintPage{Kind: kind, Form: form,
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "report.imprint_form_title"), Problems: problems}})
}

func (f *Face) imprintSet(c *gin.Context) error {
	kind := report.Kind(c.Param("kind"))
	var form imprintForm
	err := httpd.Bind(c, &form)
	if err == nil {
		err = f.Reports.SetImprint(httpd.Context(c), kind, report.Imprint(form))
	}
	if problems := httpd.Problems(c, err); problems != nil {
		return f.imprintPage(c, http.StatusUnprocessableEntity, kind, form, problems)
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, "report.flash_imprint")
	return httpd.Redirect(c, "/team/reports")
}

type thanksPage struct {
	httpd.Page
	Edition report.Edition
	Thanks  report.Thanks
}

// thanksForm shows who would be thanked. It sends nothing.
func (f *Face) thanksForm(c *gin.Context) error {
	ctx := httpd.Context(c)
	e, err := f.Reports.Find(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	t, err := f.Reports.ThanksFor(ctx, e.ID)
	if err != nil {
		return err
	}
	return httpd.Render(c, http.StatusOK, "team/report_thanks", &thanksPage{Edition: e, Thanks: t,
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "report.thanks_title")}})
}

func (f *Face) thanksSend(c *gin.Context) error {
	t, err := f.Reports.SendThanks(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	httpd.Flash(c, "report.flash_thanks", "Count", len(t.New))
	return httpd.Redirect(c, "/team/reports/"+c.Param("id"))
}

// reportArchive is the package for the archive, in one file.
func (f *Face) reportArchive(c *gin.Context) error {
	ctx := httpd.Context(c)
	e, err := f.Reports.Find(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	body, err := f.Reports.Archive(ctx, e.ID)
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", `attachment; filename="upphandlingsdialog-`+e.Slug+`.zip"`)
	c.Header("Cache-Control", "private, no-store")
	c.Data(http.StatusOK, "application/zip", body)
	return nil
}

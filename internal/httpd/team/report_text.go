package team

import (
	"html/template"
	"net/http"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/report"
)

type textListPage struct {
	httpd.Page
	Kind  report.Kind
	Texts []report.ChapterText
}

// textList is the chapters of a kind of edition, each in every language.
func (f *Face) textList(c *gin.Context) error {
	kind := report.Kind(c.Param("kind"))
	texts, err := f.Reports.Texts(httpd.Context(c), kind)
	if err != nil {
		return err
	}
	return httpd.Render(c, http.StatusOK, "team/report_texts", &textListPage{Kind: kind, Texts: texts,
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "report.texts_title")}})
}

type textEditPage struct {
	httpd.Page
	Text    report.ChapterText
	Words   string // in the form
	Preview template.HTML
	Fields  []report.Field
}

func (f *Face) textShow(c *gin.Context) error {
	t, err := f.text(c)
	if err != nil {
		return err
	}
	return f.textPage(c, http.StatusOK, &textEditPage{Text: t, Words: t.Words})
}

func (f *Face) text(c *gin.Context) (report.ChapterText, error) {
	lang, ok := i18n.Parse(c.Param("lang"))
	if !ok {
		return report.ChapterText{}, fault.New(fault.NotFound, "error.not_found")
	}
	return f.Reports.Text(httpd.Context(c), report.Kind(c.Param("kind")), c.Param("chapter"), lang)
}

func (f *Face) textPage(c *gin.Context, status int, p *textEditPage) error {
	ctx, t := httpd.Context(c), p.Text
	p.Title = t.Title.In(httpd.Lang(c))
	if p.Problems == nil {
		body, err := f.Reports.PreviewText(ctx, t.Kind, t.Chapter, t.Lang, p.Words)
		if p.Problems = httpd.Problems(c, err); err != nil && p.Problems == nil {
			return err
		}
		p.Preview = template.HTML(body) //nolint:gosec // written by document/html, which escapes every text
	}
	var err error
	if p.Fields, err = f.Reports.Fields(ctx, t.Kind, t.Lang); err != nil {
		return err
	}
	return httpd.Render(c, status, "team/report_text", p)
}

// textSave stores the words, shows them as they would be, or brings the original back.
func (f *Face) textSave(c *gin.Context) error {
	t, err := f.text(c)
	if err != nil {
		return err
	}
	var form struct {
		Words    string `form:"words" validate:"max=40000"`
		Revision string `form:"revision"`
		Then     string `form:"then"`
	}
	if err = httpd.Bind(c, &form); err == nil {
		revision, _ := strconv.Atoi(form.Revision) // what is none is no revision that there is
		switch form.Then {
		case "preview":
			return f.textPage(c, http.StatusOK, &textEditPage{Text: t, Words: form.Words})
		case "restore":
			form.Words = ""
		}
		err = f.Reports.SetText(httpd.Context(c), t.Kind, t.Chapter, t.Lang, revision, form.Words)
	}
	problems := httpd.Problems(c, err)
	if fl, ok := fault.Of(err); ok && fl.Kind == fault.Conflict {
		problems = []httpd.Problem{{Text: i18n.Fault(httpd.Lang(c), fl)}}
	}
	if problems != nil {
		return f.textPage(c, http.StatusUnprocessableEntity, &textEditPage{Text: t, Words: form.Words, Page: httpd.Page{Problems: problems}})
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, "report.flash_text")
	return httpd.Redirect(c, "/team/texts/"+string(t.Kind))
}

// reportPaper is one of an edition's short papers, published or not.
func (f *Face) reportPaper(c *gin.Context) error {
	ctx := httpd.Context(c)
	e, err := f.Reports.Find(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	p, err := f.Reports.Paper(ctx, e.ID, c.Param("name"))
	if err != nil {
		return err
	}
	c.Header("Cache-Control", "private, no-store")
	return httpd.PDF(c, "upphandlingsdialog-"+e.Slug+"-"+p.Name+".pdf", p.PDFSHA256, e.MadeAt, p.PDF)
}

// broken says whether anything on a checklist does not hold.
func broken(items []report.Item) bool {
	return slices.ContainsFunc(items, func(i report.Item) bool { return len(i.Faults) > 0 })
}

package team

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzhttp"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/response/export"
)

type answersForm struct {
	As      export.Format `form:"as" validate:"required,oneof=xlsx csv json sav codebook"`
	Version int           `form:"version" validate:"min=0"`
	Raw     bool          `form:"raw"`
	Texts   bool          `form:"texts"` // free texts although the survey is open
}

type answersPage struct {
	httpd.Page
	SurveyID    string
	SurveyTitle i18n.Text
	Extract     response.Extract
	Formats     []export.Format
	Form        answersForm
}

// answersForm shows what an export of a survey's answers would hold; ?version= chooses the version.
func (f *Face) answersForm(c *gin.Context) error {
	form := answersForm{As: export.FormatXLSX}
	if v := c.Query("version"); v != "" {
		if _, err := fmt.Sscan(v, &form.Version); err != nil {
			return fault.New(fault.NotFound, "export.error_version").Wrap(err)
		}
	}
	return f.answersPage(c, http.StatusOK, form, nil)
}

func (f *Face) answersPage(c *gin.Context, status int, form answersForm, problems []httpd.Problem) error {
	ctx, lang := httpd.Context(c), httpd.Lang(c)
	x, err := f.Responses.Extract(ctx, c.Param("survey"), form.Version)
	if err != nil {
		return err
	}
	def, err := f.Surveys.Definition(ctx, x.Version.ID)
	if err != nil {
		return err
	}
	return httpd.Render(c, status, "team/answers_export", &answersPage{
		Page:     httpd.Page{Title: i18n.T(lang, "export.title"), Problems: problems},
		SurveyID: x.Version.SurveyID, SurveyTitle: def.Title, Extract: x, Formats: export.Formats, Form: form})
}

// answersExport answers with the file. It is a form that is posted because taking out answers is an
// act that is logged. The file is made in full before the first byte leaves, so that a failure is
// a page and never half a file.
func (f *Face) answersExport(c *gin.Context) (err error) {
	var form answersForm
	if err := httpd.Bind(c, &form); err != nil {
		if !fault.Is(err, fault.Invalid) {
			return err
		}
		return f.answersPage(c, http.StatusUnprocessableEntity, answersForm{As: export.FormatXLSX}, httpd.Problems(c, err))
	}
	file, err := os.CreateTemp("", "answers-*") // readable by its owner alone
	if err != nil {
		return fmt.Errorf("export answers: %w", err)
	}
	// The name goes at once: nothing is left behind, however this ends.
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := os.Remove(file.Name()); err != nil {
		return fmt.Errorf("export answers: %w", err)
	}
	o := export.Options{Lang: httpd.Lang(c), Raw: form.Raw, BOM: true}
	x, err := f.Responses.Export(httpd.Context(c), c.Param("survey"), form.Version, form.As, o,
		form.Texts && httpd.User(c).May(account.AnswersEarly), file)
	if problems := httpd.Problems(c, err); problems != nil {
		return f.answersPage(c, http.StatusUnprocessableEntity, form, problems)
	}
	if err != nil {
		return err
	}
	c.Header(gzhttp.HeaderNoCompression, "1") // the size is of the file itself
	c.Header("Content-Type", form.As.MediaType())
	c.Header("Content-Disposition", `attachment; filename="`+x.Name(form.As, form.Raw)+`"`)
	c.Header("Cache-Control", "private, no-store")
	http.ServeContent(c.Writer, c.Request, "", time.Time{}, file)
	return nil
}

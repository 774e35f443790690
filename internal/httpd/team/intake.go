package team

import (
	"bytes"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/response/export"
	"upphandlingsdialog/internal/survey"
)

// intakePage is where answers from paper are taken in: a file, a template for one, or sheet by sheet.
type intakePage struct {
	httpd.Page
	Version  survey.Version
	Sources  []response.Source
	Source   response.Source
	MB       int
	FileName string
	Faults   []export.Fault
	More     bool           // the list of faults was cut
	Kept     *response.Kept // a file without faults, to be confirmed
}

func (f *Face) intakeForm(c *gin.Context) error {
	return f.intakePage(c, http.StatusOK, &intakePage{Source: response.Paper})
}

func (f *Face) intakePage(c *gin.Context, status int, p *intakePage) error {
	v, _, err := f.surveyVersion(c, c.Param("survey"), c.Query("version"))
	if err != nil {
		return err
	}
	p.Title, p.Version = i18n.T(httpd.Lang(c), "intake.title"), v
	p.Sources, p.MB = response.Sources, response.MaxFile>>20
	return httpd.Render(c, status, "team/intake", p)
}

type intakeInput struct {
	Source response.Source `form:"source" validate:"required,oneof=paper telephone other"`
}

// intakeUpload keeps a file that can be taken in and goes to its preview; a file with faults is not
// kept, and the page names each by row and column.
func (f *Face) intakeUpload(c *gin.Context) error {
	var form intakeInput
	page := &intakePage{Source: response.Paper}
	if err := httpd.Bind(c, &form); err != nil {
		return f.intakeRefused(c, page, err)
	}
	page.Source = form.Source
	file, name, err := httpd.Upload(c, "file")
	if err != nil {
		return f.intakeRefused(c, page, err)
	}
	defer file.Close()
	v, _, err := f.surveyVersion(c, c.Param("survey"), c.Query("version"))
	if err != nil {
		return err
	}
	id, result, err := f.Responses.KeepFile(httpd.Context(c), v.SurveyID, v.Number, form.Source, name, file)
	if err != nil {
		return f.intakeRefused(c, page, err)
	}
	if id != "" {
		return httpd.Redirect(c, "/team/intake/"+v.SurveyID+"/files/"+id)
	}
	page.FileName = name
	return f.intakeFaults(c, page, result.Faults)
}

func (f *Face) intakeRefused(c *gin.Context, page *intakePage, err error) error {
	problems := httpd.Problems(c, err)
	if problems == nil {
		return err
	}
	for i := range problems {
		if problems[i].Field == "" {
			problems[i].Field = "file"
		}
	}
	page.Problems = problems
	return f.intakePage(c, http.StatusUnprocessableEntity, page)
}

func (f *Face) intakeFaults(c *gin.Context, page *intakePage, faults []export.Fault) error {
	page.Faults, page.More = faults, len(faults) >= export.MaxFaults
	page.Problems = []httpd.Problem{{Field: "faults", Text: i18n.T(httpd.Lang(c), "intake.faults", "Count", len(faults))}}
	return f.intakePage(c, http.StatusUnprocessableEntity, page)
}

// intakeKept shows what taking the kept file in would do now.
func (f *Face) intakeKept(c *gin.Context) error {
	k, err := f.Responses.KeptFile(httpd.Context(c), c.Param("survey"), c.Param("file"))
	if err != nil {
		return err
	}
	page := &intakePage{Source: k.Source, FileName: k.Name}
	if len(k.Faults) > 0 { // answers with the same references have come meanwhile
		return f.intakeFaults(c, page, k.Faults)
	}
	page.Kept = &k
	return f.intakePage(c, http.StatusOK, page)
}

func (f *Face) intakeConfirm(c *gin.Context) error {
	result, err := f.Responses.ConfirmFile(httpd.Context(c), c.Param("survey"), c.Param("file"))
	if err != nil {
		return err
	}
	if len(result.Faults) > 0 {
		return f.intakeFaults(c, &intakePage{Source: response.Paper}, result.Faults)
	}
	httpd.Flash(c, "intake.done", "Added", result.Added)
	return httpd.Redirect(c, "/team/intake/"+c.Param("survey"))
}

func (f *Face) intakeDrop(c *gin.Context) error {
	if err := f.Responses.DropFile(httpd.Context(c), c.Param("file")); err != nil {
		return err
	}
	httpd.Flash(c, "intake.dropped")
	return httpd.Redirect(c, "/team/intake/"+c.Param("survey"))
}

// intakeTemplate is a file to fill in for ?group=, as ?as=csv or xlsx.
func (f *Face) intakeTemplate(c *gin.Context) error {
	v, _, err := f.surveyVersion(c, c.Param("survey"), c.Query("version"))
	if err != nil {
		return err
	}
	group, lang := c.Query("group"), httpd.Lang(c)
	if !v.Definition.HasGroup(group) {
		return fault.New(fault.NotFound, "survey.error_no_group")
	}
	var body bytes.Buffer
	kind := export.FormatXLSX
	if c.Query("as") == string(export.FormatCSV) {
		kind = export.FormatCSV
		err = export.CSVTemplate(&body, v.Definition, group)
	} else {
		err = export.XLSXTemplate(&body, v.Definition, group, lang)
	}
	if err != nil {
		return fmt.Errorf("template for %s: %w", v.SurveyID, err)
	}
	c.Header("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-version-%d-%s.%s"`, v.SurveyID, v.Number, group, kind))
	c.Data(http.StatusOK, kind.MediaType(), body.Bytes())
	return nil
}

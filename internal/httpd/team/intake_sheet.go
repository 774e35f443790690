package team

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/httpd/respondent"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/questionnaire/authoring"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/response/export"
	"upphandlingsdialog/internal/survey"
)

// sheetPage is one sheet of paper to type in: the respondent's own form, all of it at once.
type sheetPage struct {
	httpd.Page
	Version survey.Version
	Group   string
	Form    sheetInput
	Sources []response.Source
	Langs   []i18n.Lang
	Pages   []surveyPage
}

type sheetInput struct {
	Ref    string          `form:"sheet.ref" validate:"required"`
	Source response.Source `form:"sheet.source" validate:"required,oneof=paper telephone other"`
	Lang   i18n.Lang       `form:"sheet.language" validate:"required,oneof=sv en"`
	Day    string          `form:"sheet.day"`
}

// sheetForm is an empty sheet of ?group=.
func (f *Face) sheetForm(c *gin.Context) error {
	form := sheetInput{Source: response.Paper, Lang: i18n.Sv, Day: f.Now().In(i18n.Stockholm).Format(time.DateOnly)}
	if s := response.Source(c.Query("source")); s != "" { // as on the sheet before
		form.Source = s
	}
	return f.sheetPage(c, http.StatusOK, &sheetPage{Form: form}, nil, nil)
}

func (f *Face) sheetPage(c *gin.Context, status int, p *sheetPage, values url.Values, problems []questionnaire.Problem) error {
	v, _, err := f.surveyVersion(c, c.Param("survey"), c.Query("version"))
	if err != nil {
		return err
	}
	lang := httpd.Lang(c)
	p.Title, p.Version, p.Group = i18n.T(lang, "intake.sheet_title"), v, c.Query("group")
	p.Sources, p.Langs = response.Sources, i18n.Langs
	if !v.Definition.HasGroup(p.Group) {
		return fault.New(fault.NotFound, "survey.error_no_group")
	}
	for i, s := range v.Definition.Pages(p.Group) {
		page := surveyPage{Number: i + 1, Title: s.Title.In(lang)}
		for j := range s.Questions {
			q := s.Questions[j]
			q.Randomize = false // as on paper
			view := respondent.Ask(&q, lang, values, "")
			p.Problems = append(p.Problems, view.Explain(problems, lang)...)
			page.Questions = append(page.Questions, surveyQuestion{Question: view, Theme: authoring.Number(v.Definition, p.Group, q.ID)})
		}
		p.Pages = append(p.Pages, page)
	}
	return httpd.Render(c, status, "team/intake_sheet", p)
}

// sheetStore stores what was typed and shows the next empty sheet.
func (f *Face) sheetStore(c *gin.Context) error {
	p := &sheetPage{}
	err := httpd.Bind(c, &p.Form)
	if err != nil && httpd.Problems(c, err) == nil {
		return err
	}
	p.Problems = httpd.Problems(c, err)
	values := c.Request.PostForm
	v, _, err := f.surveyVersion(c, c.Param("survey"), c.Query("version"))
	if err != nil {
		return err
	}
	entry := export.Entry{Ref: p.Form.Ref, Row: export.Row{Group: c.Query("group"), Language: p.Form.Lang, Answers: questionnaire.Answers{}}}
	if entry.Submitted, err = f.sheetDay(p.Form.Day); err != nil {
		p.Problems = append(p.Problems, httpd.Problem{Field: "sheet.day", Text: i18n.T(httpd.Lang(c), "export.read_day", "Value", p.Form.Day)})
	}
	var problems []questionnaire.Problem
	for _, q := range v.Definition.Questions() {
		answer, answered, found := questionnaire.ParseForm(q, entry.Group, values)
		problems = append(problems, found...)
		if answered {
			entry.Answers[q.ID] = answer
		}
	}
	if len(p.Problems)+len(problems) > 0 {
		return f.sheetPage(c, http.StatusUnprocessableEntity, p, values, problems)
	}
	result, err := f.Responses.Enter(httpd.Context(c), v.SurveyID, v.Number, p.Form.Source, entry)
	if err != nil {
		return err
	}
	if len(result.Faults) > 0 {
		return f.sheetFaults(c, p, values, result.Faults)
	}
	key := "intake.stored"
	if result.Same > 0 {
		key = "intake.stored_before"
	}
	httpd.Flash(c, key, "Ref", p.Form.Ref)
	next := url.Values{"group": {entry.Group}, "version": {strconv.Itoa(v.Number)}, "source": {string(p.Form.Source)}}
	return httpd.Redirect(c, "/team/intake/"+v.SurveyID+"/sheet?"+next.Encode())
}

// sheetDay is the day of the answers; now when none is given or it is today.
func (f *Face) sheetDay(s string) (time.Time, error) {
	now := f.Now()
	if s = strings.TrimSpace(s); s == "" || s == now.In(i18n.Stockholm).Format(time.DateOnly) {
		return now.UTC(), nil
	}
	return time.Parse(time.DateOnly, s)
}

// sheetFaults shows the sheet again with what a file would be refused for.
func (f *Face) sheetFaults(c *gin.Context, p *sheetPage, values url.Values, faults []export.Fault) error {
	var problems []questionnaire.Problem
	for _, x := range faults {
		id, row, _ := strings.Cut(x.Column, ".")
		switch x.Column {
		case export.RefColumn, "submitted", "language", "group":
			field := map[string]string{export.RefColumn: "sheet.ref", "submitted": "sheet.day"}[x.Column]
			p.Problems = append(p.Problems, httpd.Problem{Field: field, Text: x.Text(httpd.Lang(c))})
		default:
			problems = append(problems, questionnaire.Problem{Question: id, Row: row, Key: x.Key, Args: x.Args})
		}
	}
	return f.sheetPage(c, http.StatusUnprocessableEntity, p, values, problems)
}

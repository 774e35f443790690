package team

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/httpd/respondent"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/questionnaire/authoring"
	"upphandlingsdialog/internal/survey"
	"upphandlingsdialog/surveys"
)

type surveyListPage struct {
	httpd.Page
	Surveys []survey.Summary
	Drafts  []survey.Draft
	Removed []survey.Draft // that can be taken back
}

func (f *Face) surveyList(c *gin.Context) error {
	list, err := f.Surveys.List(httpd.Context(c))
	if err != nil {
		return err
	}
	drafts, err := f.Surveys.Drafts(httpd.Context(c))
	if err != nil {
		return err
	}
	p := &surveyListPage{Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "survey.list_title")}, Surveys: list}
	for _, d := range drafts {
		if d.RemovedAt == nil {
			p.Drafts = append(p.Drafts, d)
		} else {
			p.Removed = append(p.Removed, d)
		}
	}
	return httpd.Render(c, http.StatusOK, "team/survey_list", p)
}

// surveyLoad registers the questionnaires that the program came with: new versions of those that
// changed since, nothing for the others.
func (f *Face) surveyLoad(c *gin.Context) error {
	definitions, findings, err := questionnaire.Load(surveys.Files, surveys.Names...)
	if err != nil {
		return err
	}
	for _, finding := range findings {
		if finding.Severity == questionnaire.Error {
			return fmt.Errorf("the built-in questionnaires are faulty: %s", finding)
		}
	}
	registered := 0
	for i, d := range definitions {
		_, created, err := f.Surveys.Register(httpd.Context(c), d, surveys.Names[i])
		if err != nil {
			return err
		}
		if created {
			registered++
		}
	}
	httpd.Flash(c, "survey.loaded_note", "Count", registered)
	return httpd.Redirect(c, "/team/surveys")
}

// surveyShowPage shows one version of a questionnaire as one group sees it, all pages in a row.
type surveyShowPage struct {
	httpd.Page
	Version  survey.Version
	Versions []survey.Version
	Group    string
	As       i18n.Lang
	Langs    []i18n.Lang
	Pages    []surveyPage
	Minutes  []surveyMinutes
	Advice   []surveyAdvice // about the group's questions, and about every group's version as a whole

	Elsewhere int // advice about questions that only other groups get
}

// surveyMinutes is how long a group needs, as the questionnaire's own model estimates it.
type surveyMinutes struct {
	Group   string
	Minutes float64
}

// surveyAdvice is what a methodologist would say, in words. No question: about a group's whole
// version. A group: about the wording that only this group reads.
type surveyAdvice struct {
	Question, Group string
	Warning         bool
	What, Why, Fix  string
}

type surveyPage struct {
	Number, Total int
	Title         string
	Questions     []surveyQuestion
}

// surveyQuestion is a question with what the team needs to know and respondents do not.
type surveyQuestion struct {
	respondent.Question
	Theme     string // code, empty when coded by hand
	Condition string // in words, empty when always shown
	Advice    []surveyAdvice
}

// surveyShow takes ?version= (default the latest), ?group= (default the first) and ?as=, the
// language to show it in, which the whole page then has.
func (f *Face) surveyShow(c *gin.Context) error {
	v, versions, err := f.surveyVersion(c, c.Param("id"), c.Query("version"))
	if err != nil {
		return err
	}
	if as, ok := i18n.Parse(c.Query("as")); ok {
		httpd.SetLang(c, as)
	}
	lang := httpd.Lang(c)
	page := &surveyShowPage{
		Page:    httpd.Page{Title: v.Definition.Title.In(lang)},
		Version: v, Versions: versions, Group: c.Query("group"), As: lang, Langs: i18n.Langs,
	}
	if !v.Definition.HasGroup(page.Group) {
		page.Group = v.Definition.Groups[0].ID
	}
	if err := f.surveyLint(c, page); err != nil {
		return err
	}
	pages := v.Definition.Pages(page.Group)
	for i, s := range pages {
		p := surveyPage{Number: i + 1, Total: len(pages), Title: s.Title.In(lang)}
		for j := range s.Questions {
			q := &s.Questions[j]
			p.Questions = append(p.Questions, surveyQuestion{
				Question:  respondent.Ask(q, lang, nil, "preview"),
				Theme:     q.Theme,
				Condition: authoring.Reading(v.Definition, page.Group, q.ShowIf, lang),
				Advice:    adviceOn(page.Advice, q.ID),
			})
		}
		page.Pages = append(page.Pages, p)
	}
	return httpd.Render(c, http.StatusOK, "team/survey_show", page)
}

// surveyLint fills in the advice and the minutes. An empty register says nothing about the groups.
func (f *Face) surveyLint(c *gin.Context, page *surveyShowPage) error {
	frame, err := f.frame(c)
	if err != nil {
		return err
	}
	d, lang := page.Version.Definition, page.As
	for _, g := range d.Groups {
		page.Minutes = append(page.Minutes, surveyMinutes{g.ID, d.Minutes(g.ID, lang)})
	}
	for _, a := range questionnaire.Lint(d, frame) {
		if q, ok := d.Question(a.Question); ok && (!q.AskedOf(page.Group) || (a.Group != "" && a.Group != page.Group)) {
			page.Elsewhere++
			continue
		}
		page.Advice = append(page.Advice, surveyAdvice{Question: a.Question, Group: a.Group,
			Warning: a.Severity == questionnaire.Warning, What: a.What(lang), Why: a.Why(lang), Fix: a.Fix(lang)})
	}
	return nil
}

// adviceOn is the advice about one question.
func adviceOn(list []surveyAdvice, question string) []surveyAdvice {
	var on []surveyAdvice
	for _, a := range list {
		if a.Question == question {
			on = append(on, a)
		}
	}
	return on
}

func (f *Face) surveyVersion(c *gin.Context, id, number string) (survey.Version, []survey.Version, error) {
	list, err := f.Surveys.List(httpd.Context(c))
	if err != nil {
		return survey.Version{}, nil, err
	}
	for _, s := range list {
		if s.Latest.SurveyID != id {
			continue
		}
		for _, v := range s.Versions {
			if number == "" || strconv.Itoa(v.Number) == number {
				return v, s.Versions, nil
			}
		}
	}
	return survey.Version{}, nil, fault.New(fault.NotFound, "survey.error_not_found")
}

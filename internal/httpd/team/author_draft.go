package team

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/httpd/respondent"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/questionnaire/authoring"
	"upphandlingsdialog/internal/questionnaire/exchange"
	"upphandlingsdialog/internal/strategy"
	"upphandlingsdialog/internal/survey"
	"upphandlingsdialog/surveys"
)

// draftForm begins a questionnaire.
type draftForm struct {
	From    string `form:"from" validate:"required,oneof=scratch copy next file"`
	Survey  string `form:"survey" validate:"max=60"` // what a copy or the next version is made of
	ID      string `form:"id" validate:"max=40"`
	Area    int    `form:"area"`
	TitleSv string `form:"title.sv" validate:"max=300"`
	TitleEn string `form:"title.en" validate:"max=300"`
}

type draftNewPage struct {
	httpd.Page
	Form     draftForm
	Surveys  []*questionnaire.Definition // to copy: the latest of each, and those that come along
	Areas    []strategy.Area
	Findings []questionnaire.Finding // what of a file was not taken over, or why it was not read
}

// draftNew offers to begin from nothing, from a survey (?from=copy&survey= chooses one) or from a file.
func (f *Face) draftNew(c *gin.Context) error {
	form := draftForm{From: c.Query("from"), Survey: c.Query("survey"), Area: 5}
	if form.From == "" {
		form.From = "scratch"
	}
	return f.draftNewRender(c, http.StatusOK, &draftNewPage{Form: form})
}

func (f *Face) draftNewRender(c *gin.Context, status int, p *draftNewPage) error {
	var err error
	if p.Surveys, err = f.models(c); err != nil {
		return err
	}
	p.Title, p.Areas = i18n.T(httpd.Lang(c), "author.new_title"), strategy.Areas
	return httpd.Render(c, status, "team/author_new", p)
}

// models are the questionnaires to copy: the latest version of each, and those that come along with the
// program and are not registered.
func (f *Face) models(c *gin.Context) ([]*questionnaire.Definition, error) {
	list, err := f.Surveys.List(httpd.Context(c))
	if err != nil {
		return nil, err
	}
	ours, _, err := questionnaire.Load(surveys.Files, surveys.Names...)
	if err != nil {
		return nil, fmt.Errorf("the questionnaires that come along: %w", err)
	}
	var models []*questionnaire.Definition
	for _, s := range list {
		models = append(models, s.Latest.Definition)
		ours = slices.DeleteFunc(ours, func(d *questionnaire.Definition) bool { return d.ID == s.Latest.SurveyID })
	}
	return append(models, ours...), nil
}

func (f *Face) draftCreate(c *gin.Context) error {
	p := &draftNewPage{}
	err := httpd.Bind(c, &p.Form)
	var content authoring.Draft
	if err == nil {
		content, err = f.draftContent(c, p)
	}
	var d survey.Draft
	if err == nil {
		d, err = f.Surveys.CreateDraft(httpd.Context(c), content)
	}
	if err == nil {
		if n := len(p.Findings); n > 0 {
			httpd.Flash(c, "author.file_notes", "Count", n)
		}
		return httpd.Redirect(c, "/team/drafts/"+d.ID)
	}
	status := http.StatusUnprocessableEntity
	if fault.Is(err, fault.Conflict) {
		if begun, findErr := f.draftOfSurvey(c, content.ID); p.Form.From == "next" && findErr == nil {
			httpd.Flash(c, "author.already_begun")
			return httpd.Redirect(c, "/team/drafts/"+begun)
		}
		known, _ := fault.Of(err)
		err, status = fault.InvalidFields("authoring.error_form", fault.Field{Name: "id", Key: known.Key, Args: known.Args}), http.StatusConflict
	}
	if p.Problems = httpd.Problems(c, err); p.Problems == nil {
		return err
	}
	return f.draftNewRender(c, status, p)
}

// draftOfSurvey is the id of the draft that a survey has.
func (f *Face) draftOfSurvey(c *gin.Context, surveyID string) (string, error) {
	list, err := f.Surveys.Drafts(httpd.Context(c))
	for _, d := range list {
		if d.SurveyID == surveyID && d.RemovedAt == nil {
			return d.ID, nil
		}
	}
	return "", errors.Join(err, fault.New(fault.NotFound, "authoring.error_no_draft"))
}

// draftContent is what the draft begins with.
func (f *Face) draftContent(c *gin.Context, p *draftNewPage) (authoring.Draft, error) {
	ready, err := readyLists()
	if err != nil {
		return authoring.Draft{}, err
	}
	form := &p.Form
	form.ID = strings.TrimSpace(form.ID)
	title := i18n.Text{Sv: strings.TrimSpace(form.TitleSv), En: strings.TrimSpace(form.TitleEn)}
	var def *questionnaire.Definition
	switch form.From {
	case "scratch":
		if !slices.ContainsFunc(strategy.Areas, func(a strategy.Area) bool { return a.Number == form.Area }) {
			return authoring.Draft{}, fault.InvalidFields("authoring.error_form", fault.Field{Name: "area", Key: "error.choice"})
		}
		if title.IsZero() {
			return authoring.Draft{}, fault.InvalidFields("authoring.error_form", fault.Field{Name: "title.sv", Key: "author.error_title"})
		}
		id, err := f.draftID(c, form.ID, authoring.Name(form.Area, title.In(i18n.Sv)))
		if err != nil {
			return authoring.Draft{}, err
		}
		return authoring.New(id, form.Area, title, ready)
	case "file":
		if def, err = f.draftFile(c, p); err == nil && form.ID == "" {
			return f.draftOf(c, def, def.ID, ready)
		}
	default:
		if def, err = f.model(c, form.Survey); err == nil && form.From == "next" {
			return f.draftOf(c, def, def.ID, ready)
		}
	}
	if err != nil {
		return authoring.Draft{}, err
	}
	return f.draftCopy(c, def, title, ready)
}

// draftCopy is a survey of its own that begins as another.
func (f *Face) draftCopy(c *gin.Context, def *questionnaire.Definition, title i18n.Text, ready authoring.Ready) (authoring.Draft, error) {
	if title.IsZero() {
		title = i18n.Text{Sv: i18n.T(i18n.Sv, "author.copy_of", "Survey", def.Title.Sv), En: i18n.T(i18n.En, "author.copy_of", "Survey", def.Title.En)}
	}
	id, err := f.draftID(c, strings.TrimSpace(c.PostForm("id")), authoring.Name(def.Area, title.In(i18n.Sv)))
	if err != nil {
		return authoring.Draft{}, err
	}
	d, err := authoring.From(def, id, ready)
	d.Title = title
	return d, err
}

// model finds what a copy or a next version is made of.
func (f *Face) model(c *gin.Context, id string) (*questionnaire.Definition, error) {
	models, err := f.models(c)
	if err != nil {
		return nil, err
	}
	for _, d := range models {
		if d.ID == id {
			return d, nil
		}
	}
	return nil, fault.InvalidFields("authoring.error_form", fault.Field{Name: "survey", Key: "error.choice"})
}

// draftOf is the next version of a survey, or a new survey when none has the id.
func (f *Face) draftOf(c *gin.Context, def *questionnaire.Definition, id string, ready authoring.Ready) (authoring.Draft, error) {
	d, err := authoring.From(def, id, ready)
	if err != nil {
		return authoring.Draft{}, err
	}
	list, err := f.Surveys.List(httpd.Context(c))
	for _, s := range list {
		if s.Latest.SurveyID == id {
			for _, v := range s.Versions {
				d.Reserve(v.Definition)
			}
		}
	}
	return d, err
}

// draftID is the id that was asked for, which must be free, or else one like the usual one that is.
func (f *Face) draftID(c *gin.Context, wanted, usual string) (string, error) {
	if wanted != "" {
		return wanted, f.idFree(c, wanted)
	}
	id := usual
	for n := 2; ; n++ {
		_, begun := f.draftOfSurvey(c, id)
		err := f.idFree(c, id)
		if _, taken := fault.Of(err); err != nil && !taken {
			return "", err
		}
		if err == nil && begun != nil {
			return id, nil
		}
		id = fmt.Sprintf("%s_%d", usual, n)
	}
}

// idFree refuses the id of a survey that exists: its versions would get mixed up with another's.
func (f *Face) idFree(c *gin.Context, id string) error {
	_, err := f.Surveys.Latest(httpd.Context(c), id)
	if err == nil {
		return fault.InvalidFields("authoring.error_form", fault.Field{Name: "id", Key: "author.error_id_taken"})
	}
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// draftFile reads an uploaded questionnaire: YAML, XLSForm or LimeSurvey.
func (f *Face) draftFile(c *gin.Context, p *draftNewPage) (*questionnaire.Definition, error) {
	file, name, err := httpd.Upload(c, "file")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, exchange.MaxBytes+1))
	if err != nil {
		return nil, err
	}
	unreadable := func(key string, args ...any) error {
		return fault.InvalidFields("authoring.error_form", fault.Field{Name: "file", Key: key, Args: fault.Args(args...)})
	}
	if len(data) > exchange.MaxBytes {
		return nil, unreadable("author.error_file_size", "Megabytes", exchange.MaxBytes>>20)
	}
	def, findings, err := exchange.Read(name, data, exchange.Options{Area: p.Form.Area})
	p.Findings = findings
	switch {
	case err != nil:
		return nil, unreadable("author.error_file", "Message", err.Error())
	case def == nil:
		return nil, unreadable("author.error_file_faults", "Count", len(findings))
	}
	return def, nil
}

// readyLists are the scales and option sets that come along.
func readyLists() (authoring.Ready, error) {
	lists, _, err := questionnaire.LoadLists(surveys.Files, "shared")
	if err != nil {
		return authoring.Ready{}, fmt.Errorf("the lists that come along: %w", err)
	}
	return authoring.ReadyOf(lists), nil
}

func (f *Face) draftUndo(c *gin.Context) error { return f.draftStep(c, f.Surveys.Undo, "undo") }

func (f *Face) draftRedo(c *gin.Context) error { return f.draftStep(c, f.Surveys.Redo, "redo") }

// draftStep goes back or forth, and stays at the part that was shown while there is one.
func (f *Face) draftStep(c *gin.Context, move func(context.Context, string) (survey.Draft, error), button string) error {
	if _, err := move(httpd.Context(c), c.Param("id")); err != nil {
		return err
	}
	return httpd.Redirect(c, authorAt(c, c.Param("id"), c.Query("at"))+"#"+button)
}

// draftTest makes a version to try. What is missing is listed, each with a link to its place.
func (f *Face) draftTest(c *gin.Context) error {
	ctx, id := httpd.Context(c), c.Param("id")
	v, err := f.Surveys.Test(ctx, id)
	var problematic *survey.Problematic
	if errors.As(err, &problematic) {
		d, err := f.Surveys.Draft(ctx, id)
		if err != nil {
			return err
		}
		p := &authorPage{Draft: d}
		p.Problems = []httpd.Problem{{Field: "left", Text: i18n.T(httpd.Lang(c), "authoring.error_problems", "Count", len(problematic.Problems))}}
		return f.authorRender(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, "author.tested", "Number", v.Number)
	return httpd.Redirect(c, fmt.Sprintf("/team/surveys/%s?version=%d", v.SurveyID, v.Number))
}

// problemLine says in one line where and what.
func problemLine(d *authoring.Draft, p authoring.Problem, l i18n.Lang) string {
	if p.Question == "" {
		return p.In(l)
	}
	return i18n.T(l, "author.at_question", "Number", authoring.Number(d.Definition(), "", p.Question)) + ": " + p.In(l)
}

func (f *Face) draftRemove(c *gin.Context) error {
	if err := f.Surveys.RemoveDraft(httpd.Context(c), c.Param("id")); err != nil {
		return err
	}
	httpd.Flash(c, "author.removed")
	return httpd.Redirect(c, "/team/surveys#removed")
}

// draftRestore takes a removed draft back.
func (f *Face) draftRestore(c *gin.Context) error {
	d, err := f.Surveys.RestoreDraft(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	httpd.Flash(c, "author.restored")
	return httpd.Redirect(c, "/team/drafts/"+d.ID)
}

// draftPreviewPage is the whole questionnaire as one group meets it, where answers show and hide
// follow-up questions and nothing is stored.
type draftPreviewPage struct {
	httpd.Page
	Draft  survey.Draft
	Groups []questionnaire.Group
	Group  string
	As     i18n.Lang
	Langs  []i18n.Lang
	Intro  string
	Pages  []surveyPage
}

func (f *Face) draftPreview(c *gin.Context) error {
	d, err := f.Surveys.Draft(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	lang := httpd.Lang(c)
	if as, ok := i18n.Parse(c.Query("as")); ok {
		lang = as
	}
	def := d.Content.Definition()
	p := &draftPreviewPage{Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "author.preview_title", "Survey", d.Content.Title.In(httpd.Lang(c)))},
		Draft: d, Groups: def.Groups, Group: c.Query("group"), As: lang, Langs: i18n.Langs, Intro: def.Intro.In(lang)}
	if !def.HasGroup(p.Group) && len(def.Groups) > 0 {
		p.Group = def.Groups[0].ID
	}
	p.Pages = previewPages(c, def, p.Group, lang)
	return httpd.Render(c, http.StatusOK, "team/author_preview", p)
}

// previewPages are the group's pages with the questions that the answers in the address let show.
func previewPages(c *gin.Context, def *questionnaire.Definition, group string, lang i18n.Lang) []surveyPage {
	form := c.Request.URL.Query()
	answers := questionnaire.Answers{}
	for _, s := range def.Pages(group) {
		for i := range s.Questions {
			if a, ok, _ := questionnaire.ParseForm(&s.Questions[i], group, form); ok {
				answers[s.Questions[i].ID] = a
			}
		}
	}
	shown := map[string]bool{}
	for _, q := range def.Visible(group, answers) {
		shown[q.ID] = true
	}
	var pages []surveyPage
	for i, s := range def.Pages(group) {
		page := surveyPage{Number: i + 1, Total: len(def.Pages(group)), Title: s.Title.In(lang)}
		for j := range s.Questions {
			q := &s.Questions[j]
			if shown[q.ID] {
				page.Questions = append(page.Questions, surveyQuestion{Question: respondent.Ask(q, lang, form, "preview"), Theme: q.Theme})
			}
		}
		pages = append(pages, page)
	}
	return pages
}

// surveyComparePage is what differs between two versions.
type surveyComparePage struct {
	httpd.Page
	SurveyID string
	Versions []survey.Version
	From, To int
	Changes  []surveyChange
}

type surveyChange struct {
	Question, Text string
	Words          []authoring.Part
}

// surveyCompare takes ?from= and ?to=; without them the latest version and the one before it.
func (f *Face) surveyCompare(c *gin.Context) error {
	ctx, id, lang := httpd.Context(c), c.Param("id"), httpd.Lang(c)
	to, versions, err := f.surveyVersion(c, id, c.Query("to"))
	if err != nil {
		return err
	}
	p := &surveyComparePage{SurveyID: id, Versions: versions, To: to.Number}
	p.Title = i18n.T(lang, "author.compare_title", "Survey", to.Definition.Title.In(lang))
	p.From, err = strconv.Atoi(c.Query("from"))
	if err != nil {
		p.From = max(1, to.Number-1)
	}
	changes, err := f.Surveys.Compare(ctx, id, p.From, p.To)
	if err != nil {
		return err
	}
	for _, x := range changes {
		number := ""
		if x.Question != "" {
			number = authoring.Number(to.Definition, "", x.Question)
		}
		p.Changes = append(p.Changes, surveyChange{number, x.In(lang), x.Words})
	}
	return httpd.Render(c, http.StatusOK, "team/survey_compare", p)
}

// surveyExport hands out the questionnaire as a file: ?as=yaml or xlsform, ?version= as elsewhere.
func (f *Face) surveyExport(c *gin.Context) error {
	v, _, err := f.surveyVersion(c, c.Param("id"), c.Query("version"))
	if err != nil {
		return err
	}
	name, kind := fmt.Sprintf("%s-version-%d.yaml", v.SurveyID, v.Number), "application/yaml"
	data, err := exchange.YAML(v.Definition)
	if c.Query("as") == "xlsform" {
		name, kind = fmt.Sprintf("%s-version-%d.xlsx", v.SurveyID, v.Number), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		data, _, err = exchange.ToXLSForm(v.Definition)
	}
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", `attachment; filename="`+name+`"`)
	c.Data(http.StatusOK, kind, data)
	return nil
}

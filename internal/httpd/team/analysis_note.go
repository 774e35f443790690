package team

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/annotation"
	"upphandlingsdialog/internal/exhibit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/survey"
)

// analysisNote is a note at the question, and whether it was pinned to the view that is shown.
type analysisNote struct {
	annotation.Note
	Here bool
	Path string // of the view that it was pinned to
	Mine bool
}

// annotate fills in what the team has done with the question: notes and citations.
func (f *Face) annotate(c *gin.Context, page *analysisQuestionPage) error {
	ctx, user := httpd.Context(c), httpd.User(c)
	notes, err := f.Annotations.Of(ctx, page.SurveyID, page.Question.ID)
	if err != nil {
		return err
	}
	here := page.View.Encode()
	for _, n := range notes {
		path := "/team/analysis/" + n.SurveyID + "/" + n.Question
		if n.View != "" {
			path += "?" + n.View
		}
		page.Notes = append(page.Notes, analysisNote{Note: n, Here: n.View == here, Path: path, Mine: n.AuthorID == user.ID})
	}
	if page.Cited, err = f.Recommendations.CitedIn(ctx, page.SurveyID, page.Question.ID); err != nil {
		return err
	}
	if page.MayCite {
		page.Working, err = f.Recommendations.Working(ctx)
	}
	return err
}

// viewed reads the view that a form on the page was sent from.
func (f *Face) viewed(c *gin.Context) (recommendation.Results, exhibit.View, error) {
	results, err := f.waveOf(c)
	if err != nil {
		return results, exhibit.View{}, err
	}
	v, err := exhibit.Parse(results.Data, c.Param("question"), c.Request.URL.Query())
	return results, v, err
}

type pinForm struct {
	Body string `form:"body"`
}

func (f *Face) analysisNotePin(c *gin.Context) error {
	results, v, err := f.viewed(c)
	if err != nil {
		return err
	}
	var form pinForm
	if err = httpd.Bind(c, &form); err == nil {
		err = f.Annotations.Pin(httpd.Context(c), annotation.Note{SurveyID: results.Version.SurveyID, Question: v.Question,
			View: v.Encode(), Body: form.Body})
	}
	if problems := httpd.Problems(c, err); problems != nil {
		return f.showQuestion(c, http.StatusUnprocessableEntity, results, v, problems)
	}
	return done(c, err, "exhibit.note_pinned", viewPath(results.Version.SurveyID, v, "")+"#notes")
}

func (f *Face) analysisNoteRemove(c *gin.Context) error {
	results, v, err := f.viewed(c)
	if err == nil {
		err = f.Annotations.Remove(httpd.Context(c), c.Param("note"))
	}
	return done(c, err, "exhibit.note_removed", viewPath(results.Version.SurveyID, v, "")+"#notes")
}

type citeForm struct {
	Number         string `form:"number" validate:"required"`
	Recommendation string `form:"recommendation"` // id; empty: a new draft
}

// analysisCite makes a shown number a piece of evidence of a recommendation, or leads to the form of a new
// one that already holds it.
func (f *Face) analysisCite(c *gin.Context) error {
	results, v, err := f.viewed(c)
	if err != nil {
		return err
	}
	var form citeForm
	if err = httpd.Bind(c, &form); err != nil {
		return f.uncited(c, results, v, err)
	}
	e, err := exhibit.Compute(sourceOf(results), v)
	if err != nil {
		return err
	}
	n, ok := e.NumberByID(httpd.Lang(c), form.Number)
	if !ok {
		return f.uncited(c, results, v, fault.InvalidFields("error.invalid", fault.Field{Name: "number", Key: "error.choice"}))
	}
	figure, err := f.figureOf(c, results, n)
	if err != nil {
		return err
	}
	if form.Recommendation == "" {
		return httpd.Redirect(c, "/team/recommendations/new?"+url.Values{"cite": {citeText(figure)}}.Encode())
	}
	r, at, err := f.Recommendations.Cite(httpd.Context(c), form.Recommendation, figure, i18n.T(i18n.Sv, "recommendation.note_evidence"))
	if err != nil {
		return f.uncited(c, results, v, err)
	}
	httpd.Flash(c, "exhibit.cited_done", "Number", r.Number, "Evidence", at)
	return httpd.Redirect(c, viewPath(results.Version.SurveyID, v, "")+"#cite")
}

// figureOf is a number of a view as evidence: of the wave that it was counted in.
func (f *Face) figureOf(c *gin.Context, results recommendation.Results, n exhibit.Number) (recommendation.Figure, error) {
	figure := recommendation.Figure{SurveyID: results.Version.SurveyID, Question: n.Question, Filter: n.Filter, Measure: n.Measure, Codes: n.Codes,
		Wave: results.Wave, Weights: n.Weights}
	if n.Source == 0 {
		return figure, nil
	}
	waves, err := f.Recommendations.Sources(httpd.Context(c), results)
	if err != nil {
		return figure, err
	}
	figure.Wave = waves[n.Source-1].Wave
	return figure, nil
}

// uncited shows the view again with why its number was not taken in.
func (f *Face) uncited(c *gin.Context, results recommendation.Results, v exhibit.View, err error) error {
	problems := formProblems(c, err)
	if problems == nil {
		return err
	}
	for i := range problems {
		problems[i].Field = "number"
	}
	return f.showQuestion(c, statusOf(err), results, v, problems)
}

// citeText writes a figure as a form's field carries it.
func citeText(f recommendation.Figure) string {
	v := exhibit.View{Question: f.Question, By: exhibit.Whole, Group: f.Filter.Group, Where: f.Filter.Where}
	q := v.Query()
	if f.Wave.ID != "" {
		q.Set("wave_id", f.Wave.ID)
	}
	for _, w := range f.Weights {
		q.Add("weighted", w)
	}
	q.Set("survey", f.SurveyID)
	q.Set("question", f.Question)
	q.Set("measure", string(f.Measure))
	for _, code := range f.Codes {
		q.Add("code", strconv.Itoa(code))
	}
	return q.Encode()
}

// citeFigure reads what citeText wrote; the service checks what it names. Nil for an empty text.
func citeFigure(text string) (*recommendation.Figure, error) {
	if text == "" {
		return nil, nil
	}
	wrong := fault.New(fault.Invalid, "exhibit.error_cite")
	q, err := url.ParseQuery(text)
	if err != nil {
		return nil, wrong.Wrap(err)
	}
	f := &recommendation.Figure{SurveyID: q.Get("survey"), Question: q.Get("question"), Measure: analysis.Measure(q.Get("measure")),
		Filter: analysis.Filter{Group: q.Get("group")}, Wave: survey.Wave{ID: q.Get("wave_id")}, Weights: q["weighted"]}
	for _, s := range q["code"] {
		code, err := strconv.Atoi(s)
		if err != nil {
			return nil, wrong.Wrap(err)
		}
		f.Codes = append(f.Codes, code)
	}
	for _, s := range q["where"] {
		w, ok := exhibit.ParseCondition(s)
		if !ok {
			return nil, wrong
		}
		f.Filter.Where = append(f.Filter.Where, w)
	}
	return f, nil
}

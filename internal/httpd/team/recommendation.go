package team

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/exhibit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/strategy"
)

type recommendationListPage struct {
	httpd.Page
	List     []recommendation.Recommendation
	Area     string
	Status   recommendation.Status
	Statuses []recommendation.Status
	Areas    []strategy.Area
	MayWrite bool
}

// recommendationList takes ?area= and ?status=.
func (f *Face) recommendationList(c *gin.Context) error {
	page := &recommendationListPage{
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "recommendation.title")},
		Area: c.Query("area"), Status: recommendation.Status(c.Query("status")),
		Statuses: recommendation.Statuses, Areas: strategy.Areas,
		MayWrite: httpd.User(c).May(account.RecommendationWrite),
	}
	var err error
	area, _ := strategy.FindArea(page.Area)
	page.List, err = f.Recommendations.List(httpd.Context(c), recommendation.Filter{Area: area.Number, Status: page.Status})
	if err != nil {
		return err
	}
	return httpd.Render(c, http.StatusOK, "team/recommendation_list", page)
}

// recommendationShowPage is a recommendation with its bound fields filled in.
type recommendationShowPage struct {
	httpd.Page
	R        recommendation.Recommendation
	Purpose  string
	Texts    []recommendationText
	Evidence []recommendationEvidence
	Next     []recommendation.Status
	MayWrite bool
	recommendationHistory
}

type recommendationText struct{ Label, Text string }

// recommendationEvidence is one piece of evidence in the reader's words.
type recommendationEvidence struct {
	recommendation.Evidence
	Value, Interval, Answers, Group string
	Counted                         string // which wave it is of and that it is weighted, where that is to be said
	Page                            string // of the analysis
	Base                            int
}

func (f *Face) recommendationShow(c *gin.Context) error {
	r, err := f.Recommendations.Find(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	return f.showRecommendation(c, http.StatusOK, r, nil)
}

func (f *Face) showRecommendation(c *gin.Context, status int, r recommendation.Recommendation, problems []httpd.Problem) error {
	lang, user := httpd.Lang(c), httpd.User(c)
	page := &recommendationShowPage{
		Page: httpd.Page{Title: r.Number + " " + r.Title.In(lang), Problems: problems},
		R:    r, MayWrite: user.May(account.RecommendationWrite),
	}
	purpose, _ := strategy.PurposeByID(r.Purpose)
	page.Purpose = purpose.Name.In(lang)
	for _, t := range []struct {
		key  string
		text i18n.Text
	}{
		{"recommendation.why", r.Why}, {"recommendation.first_step", r.FirstStep}, {"recommendation.effect", r.Effect},
		{"recommendation.indicator", r.Indicator}, {"recommendation.responsible", r.Responsible},
		{"recommendation.reuse", r.Reuse},
	} {
		if !t.text.IsZero() {
			page.Texts = append(page.Texts, recommendationText{i18n.T(lang, t.key), r.Bound(t.text, lang)})
		}
	}
	for _, e := range r.Evidence {
		page.Evidence = append(page.Evidence, evidenceWords(lang, e))
	}
	for _, to := range r.Next() {
		if user.May(movePermission(to)) {
			page.Next = append(page.Next, to)
		}
	}
	var err error
	if page.recommendationHistory, err = f.history(c, r.ID); err != nil {
		return err
	}
	return httpd.Render(c, status, "team/recommendation_show", page)
}

func evidenceWords(lang i18n.Lang, e recommendation.Evidence) recommendationEvidence {
	words := recommendationEvidence{Evidence: e}
	if f := e.Figure; f != nil {
		question, _, _ := strings.Cut(f.Question, ".")
		words.Page = "/team/analysis/" + f.SurveyID + "/" + question
		if f.Again {
			words.Page += "?wave=" + strconv.Itoa(f.Wave.Number)
		}
		words.Counted = f.Counted(lang)
		words.Value, words.Answers, words.Group = f.Show(lang), f.Answers.In(lang), exhibit.GroupLabel(lang, f.Filter.Group)
		if f.Value != nil {
			words.Base = f.Value.Base
			if f.Value.HasInterval && f.Value.Base >= 20 {
				words.Interval = f.Interval(lang)
			}
		}
	}
	return words
}

// movePermission: sending out for consultation is writing, the rest is deciding.
func movePermission(to recommendation.Status) account.Permission {
	if to == recommendation.Consultation || to == recommendation.Draft {
		return account.RecommendationWrite
	}
	return account.RecommendationDecide
}

func (f *Face) recommendationMove(c *gin.Context) error {
	to := recommendation.Status(c.PostForm("to"))
	if !slices.Contains(recommendation.Statuses, to) {
		return fault.New(fault.Invalid, "recommendation.error_status")
	}
	if !httpd.User(c).May(movePermission(to)) {
		return fault.New(fault.Forbidden, "error.forbidden")
	}
	err := f.Recommendations.MoveOn(httpd.Context(c), c.Param("id"), to, strings.TrimSpace(c.PostForm("basis")))
	if err != nil {
		return f.refuse(c, err)
	}
	r, err := f.Recommendations.Find(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	lang := httpd.Lang(c)
	httpd.Flash(c, "recommendation.moved", "Number", r.Number, "Status", i18n.T(lang, "recommendation.status_"+string(to)))
	return httpd.Redirect(c, "/team/recommendations/"+r.ID)
}

// refuse shows the recommendation again with the reason why an act on it failed.
func (f *Face) refuse(c *gin.Context, err error) error {
	fl, ok := fault.Of(err)
	if !ok || fl.Kind != fault.Conflict && fl.Kind != fault.Invalid {
		return err
	}
	r, findErr := f.Recommendations.Find(httpd.Context(c), c.Param("id"))
	if findErr != nil {
		return errors.Join(err, findErr)
	}
	status := http.StatusConflict
	problems := httpd.Problems(c, err)
	if problems == nil {
		problems = []httpd.Problem{{Text: i18n.Fault(httpd.Lang(c), fl)}}
	} else {
		status = http.StatusUnprocessableEntity
	}
	for i := range problems {
		problems[i].Field = "" // the fields are on other pages
	}
	return f.showRecommendation(c, status, r, problems)
}

func (f *Face) recommendationRefreeze(c *gin.Context) error {
	if err := f.Recommendations.Refreeze(httpd.Context(c), c.Param("id")); err != nil {
		return f.refuse(c, err)
	}
	httpd.Flash(c, "recommendation.refrozen_done")
	return httpd.Redirect(c, "/team/recommendations/"+c.Param("id"))
}

func (f *Face) recommendationRecompute(c *gin.Context) error {
	differences, err := f.Recommendations.Recompute(httpd.Context(c))
	if err != nil {
		return err
	}
	if len(differences) == 0 {
		httpd.Flash(c, "recommendation.recomputed_agree")
	} else {
		httpd.Flash(c, "recommendation.recomputed_done", "Count", len(differences))
	}
	return httpd.Redirect(c, "/team/recommendations")
}

type recommendationImportPage struct {
	httpd.Page
	Text string
}

func (f *Face) recommendationImportForm(c *gin.Context) error {
	return showImport(c, http.StatusOK, "", nil)
}

func showImport(c *gin.Context, status int, text string, problems []httpd.Problem) error {
	return httpd.Render(c, status, "team/recommendation_import", &recommendationImportPage{
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "recommendation.import"), Problems: problems}, Text: text})
}

// recommendationImport reads the uploaded file, or the pasted text without one.
func (f *Face) recommendationImport(c *gin.Context) error {
	text := c.PostForm("text")
	if file, _, err := httpd.Upload(c, "file"); err == nil {
		defer func() { _ = file.Close() }()
		b, err := io.ReadAll(file)
		if err != nil {
			return err
		}
		if len(b) > 0 {
			text = string(b)
		}
	}
	done, err := f.Recommendations.Import(httpd.Context(c), strings.NewReader(text))
	var bad *recommendation.ImportError
	if errors.As(err, &bad) {
		var problems []httpd.Problem
		for _, finding := range bad.Findings {
			problems = append(problems, httpd.Problem{Field: "text", Text: finding.In(httpd.Lang(c))})
		}
		return showImport(c, http.StatusUnprocessableEntity, text, problems)
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, "recommendation.import_done", "Created", len(done.Created), "Changed", len(done.Changed), "Unchanged", len(done.Unchanged), "Statements", len(done.Statements))
	return httpd.Redirect(c, "/team/recommendations")
}

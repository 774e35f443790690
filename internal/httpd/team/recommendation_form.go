package team

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/strategy"
)

type recommendationForm struct {
	Number        string   `form:"number" validate:"max=10"`
	Purpose       string   `form:"purpose"`
	Addressees    []string `form:"addressees"`
	TitleSv       string   `form:"title.sv" validate:"max=200"`
	TitleEn       string   `form:"title.en" validate:"max=200"`
	WordingSv     string   `form:"wording.sv" validate:"max=1000"`
	WordingEn     string   `form:"wording.en" validate:"max=1000"`
	WhySv         string   `form:"why.sv" validate:"max=4000"`
	WhyEn         string   `form:"why.en" validate:"max=4000"`
	FirstStepSv   string   `form:"first_step.sv" validate:"max=2000"`
	FirstStepEn   string   `form:"first_step.en" validate:"max=2000"`
	EffectSv      string   `form:"effect.sv" validate:"max=2000"`
	EffectEn      string   `form:"effect.en" validate:"max=2000"`
	ReuseSv       string   `form:"reuse.sv" validate:"max=2000"`
	ReuseEn       string   `form:"reuse.en" validate:"max=2000"`
	IndicatorSv   string   `form:"indicator.sv" validate:"max=1000"`
	IndicatorEn   string   `form:"indicator.en" validate:"max=1000"`
	ResponsibleSv string   `form:"responsible.sv" validate:"max=200"`
	ResponsibleEn string   `form:"responsible.en" validate:"max=200"`
	Effort        string   `form:"effort"`
	Baseline      int      `form:"baseline"`
	Due           string   `form:"due"`
	Parties       string   `form:"parties" validate:"max=4000"`
	Cite          string   `form:"cite" validate:"max=1000"` // of a new one: a figure of the analysis that it begins with
	Note          string   `form:"note" validate:"max=200"`
	Version       int      `form:"version"` // that the writer began with
}

// recommendationFormOf fills the form with a recommendation.
func recommendationFormOf(r recommendation.Recommendation) recommendationForm {
	form := recommendationForm{
		Number: r.Number, Purpose: r.Purpose, Addressees: r.Addressees, Effort: r.Effort, Baseline: r.Baseline,
		TitleSv: r.Title.Sv, TitleEn: r.Title.En, WordingSv: r.Wording.Sv, WordingEn: r.Wording.En,
		WhySv: r.Why.Sv, WhyEn: r.Why.En, FirstStepSv: r.FirstStep.Sv, FirstStepEn: r.FirstStep.En,
		EffectSv: r.Effect.Sv, EffectEn: r.Effect.En, ReuseSv: r.Reuse.Sv, ReuseEn: r.Reuse.En,
		IndicatorSv: r.Indicator.Sv, IndicatorEn: r.Indicator.En,
		ResponsibleSv: r.Responsible.Sv, ResponsibleEn: r.Responsible.En, Parties: strings.Join(r.Parties, "\n"), Version: r.Version,
	}
	if !r.Due.IsZero() {
		form.Due = r.Due.Format(time.DateOnly)
	}
	return form
}

// fill puts the form's values into a recommendation; what the form has no
// field for stays.
func (form recommendationForm) fill(r *recommendation.Recommendation) {
	text := func(sv, en string) i18n.Text {
		return i18n.Text{Sv: strings.TrimSpace(sv), En: strings.TrimSpace(en)}
	}
	r.Purpose, r.Addressees, r.Effort, r.Baseline = form.Purpose, form.Addressees, form.Effort, form.Baseline
	r.Title, r.Wording = text(form.TitleSv, form.TitleEn), text(form.WordingSv, form.WordingEn)
	r.Why, r.FirstStep = text(form.WhySv, form.WhyEn), text(form.FirstStepSv, form.FirstStepEn)
	r.Effect, r.Reuse = text(form.EffectSv, form.EffectEn), text(form.ReuseSv, form.ReuseEn)
	r.Indicator, r.Responsible = text(form.IndicatorSv, form.IndicatorEn), text(form.ResponsibleSv, form.ResponsibleEn)
	r.Due, _ = time.Parse(time.DateOnly, form.Due) // the zero date is a fault that the service names
	r.Parties = nil
	for _, line := range strings.Split(form.Parties, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			r.Parties = append(r.Parties, line)
		}
	}
}

// texts are the form's bilingual fields for the template.
func (form recommendationForm) texts(lang i18n.Lang) []recommendationField {
	var list []recommendationField
	add := func(name, key string, long bool, sv, en string) {
		list = append(list, recommendationField{name, i18n.T(lang, key), long, sv, en})
	}
	add("title", "recommendation.name", false, form.TitleSv, form.TitleEn)
	add("wording", "recommendation.wording", true, form.WordingSv, form.WordingEn)
	add("why", "recommendation.why", true, form.WhySv, form.WhyEn)
	add("first_step", "recommendation.first_step", true, form.FirstStepSv, form.FirstStepEn)
	add("effect", "recommendation.effect", true, form.EffectSv, form.EffectEn)
	add("indicator", "recommendation.indicator", true, form.IndicatorSv, form.IndicatorEn)
	add("responsible", "recommendation.responsible", false, form.ResponsibleSv, form.ResponsibleEn)
	add("reuse", "recommendation.reuse", true, form.ReuseSv, form.ReuseEn)
	return list
}

type recommendationField struct {
	Name, Label string
	Long        bool
	Sv, En      string
}

type recommendationEditPage struct {
	httpd.Page
	ID         string // empty for a new one
	Form       recommendationForm
	Texts      []recommendationField
	Purposes   []strategy.Purpose
	Addressees []recommendationChoice
	Efforts    []string
	Example    string
	Panel      *evidencePanel // nil for a new one
}

type recommendationChoice struct {
	ID, Label string
	Chosen    bool
}

// showEdit shows the form, of a new recommendation without r.ID, and beside it what it rests on.
func (f *Face) showEdit(c *gin.Context, status int, r recommendation.Recommendation, form recommendationForm, find panelFind, problems []httpd.Problem) error {
	lang := httpd.Lang(c)
	title := i18n.T(lang, "recommendation.create")
	if r.ID != "" {
		title = i18n.T(lang, "recommendation.edit_title", "Number", form.Number)
	}
	page := &recommendationEditPage{
		Page: httpd.Page{Title: title, Problems: problems}, ID: r.ID, Form: form, Texts: form.texts(lang),
		Purposes: strategy.Purposes, Efforts: recommendation.Efforts, Example: `{{figure "1"}}`,
	}
	for _, a := range recommendation.Addressees {
		page.Addressees = append(page.Addressees, recommendationChoice{
			a, i18n.T(lang, "recommendation.addressee_"+a), slices.Contains(form.Addressees, a)})
	}
	if r.ID != "" {
		panel, err := f.panel(c, r, find)
		if err != nil {
			return err
		}
		page.Panel = &panel
	}
	return httpd.Render(c, status, "team/recommendation_edit", page)
}

func (f *Face) recommendationNew(c *gin.Context) error {
	form := recommendationForm{Effort: recommendation.Efforts[0], Cite: c.Query("cite")}
	if _, err := citeFigure(form.Cite); err != nil {
		return err
	}
	return f.showEdit(c, http.StatusOK, recommendation.Recommendation{}, form, panelFind{}, nil)
}

func (f *Face) recommendationCreate(c *gin.Context) error {
	var form recommendationForm
	err := httpd.Bind(c, &form)
	var r recommendation.Recommendation
	if err == nil {
		form.fill(&r)
		r.Number = strings.TrimSpace(form.Number)
		r.Area, _ = strconv.Atoi(strings.SplitN(r.Number, ".", 2)[0]) // a wrong number is a fault that the service names
		var figure *recommendation.Figure
		if figure, err = citeFigure(form.Cite); figure != nil {
			r.Evidence = []recommendation.Evidence{{Figure: figure}}
		}
		if err == nil {
			r, err = f.Recommendations.Create(httpd.Context(c), r)
		}
	}
	if problems := formProblems(c, err); problems != nil {
		return f.showEdit(c, http.StatusUnprocessableEntity, recommendation.Recommendation{}, form, panelFind{}, problems)
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, "recommendation.created_done")
	return httpd.Redirect(c, "/team/recommendations/"+r.ID)
}

// formProblems are the problems of an Invalid fault, and of a Conflict, which
// the person can mend in the same form.
func formProblems(c *gin.Context, err error) []httpd.Problem {
	if fl, ok := fault.Of(err); ok && fl.Kind == fault.Conflict {
		problem := httpd.Problem{Text: i18n.Fault(httpd.Lang(c), fl)}
		if fl.Key == "recommendation.error_number_taken" {
			problem.Field = "number"
		}
		return []httpd.Problem{problem}
	}
	return httpd.Problems(c, err)
}

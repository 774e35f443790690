package team

import (
	"html/template"
	"net/http"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/exhibit"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/recommendation"
)

type analysisQuestionPage struct {
	httpd.Page
	SurveyID    string
	SurveyTitle i18n.Text
	Version     int
	Question    *questionnaire.Question
	Asked       string         // the question as the group of the view read it
	Texts       []analysisText // where groups read different words
	View        exhibit.View
	Files       string // where the view's files are
	Query       string // of the view, "" or beginning with "?"
	Filter      analysisFilter
	Weighting   string
	WaveNotes   []string
	Reworded    []exhibit.RewordingWords // where the question was put otherwise, of a view by waves
	Blocks      []analysisBlock
	Notes       []analysisNote
	Cited       []recommendation.Citation
	MayNote     bool
	MayCite     bool
	Body        string // of a note that was refused
	Working     []recommendation.Working
	Previous    *analysisNeighbour
	Next        *analysisNeighbour
}

// Citable says whether the view shows any number that evidence can be made of.
func (p *analysisQuestionPage) Citable() bool {
	for _, b := range p.Blocks {
		if slices.ContainsFunc(b.Parts, func(n analysisNumbers) bool { return len(n.Numbers) > 0 }) {
			return true
		}
	}
	return false
}

type analysisText struct{ Group, Text string }

type analysisNeighbour struct{ ID, Path string }

// analysisBlock is a question's result, or that of one row of a matrix.
type analysisBlock struct {
	ID         string
	Label      string // row of a matrix
	Finding    string
	Base       string
	Figures    []analysisFigure
	Table      exhibit.Table
	Comparison *exhibit.Comparison
	Withheld   []string
	Parts      []analysisNumbers
}

// analysisNumbers are the numbers of one part that can be cited.
type analysisNumbers struct {
	Part    string
	Numbers []exhibit.Number
}

type analysisFigure struct {
	Number int // on the page, from 1
	Title  string
	SVG    template.HTML
}

// analysisQuestion shows the view of a question that the address asks for. An address that cannot be read
// gets the plain view with what is wrong; one that nobody can have answered, the nearest.
func (f *Face) analysisQuestion(c *gin.Context) error {
	results, err := f.waveOf(c)
	if err != nil {
		return err
	}
	v, err := exhibit.Parse(results.Data, c.Param("question"), c.Request.URL.Query())
	problems := httpd.Problems(c, err)
	if problems == nil && err != nil {
		return err
	}
	status := http.StatusOK
	if problems != nil {
		status = http.StatusUnprocessableEntity
	}
	if problems != nil && v.Question == "" {
		if results, err = f.Recommendations.Results(httpd.Context(c), c.Param("survey")); err != nil {
			return err
		}
		v = exhibit.View{Question: c.Param("question"), By: analysis.SplitByGroup}
	} else if problems == nil && c.Query("set") != "" { // the menus were used: to the one address that the view has
		return httpd.Redirect(c, viewPath(c.Param("survey"), v, c.Query("add")))
	}
	return f.showQuestion(c, status, results, v, problems)
}

// waveOf loads the answers of the wave that the address names, else of the newest that was answered; of a
// view by waves, all that share the question. What is no number is left to the reading of the view, which
// says so, as it does where waves are asked for and there is but one.
func (f *Face) waveOf(c *gin.Context) (recommendation.Results, error) {
	if c.Query("by") == analysis.SourceQuestion {
		r, err := f.Recommendations.Together(httpd.Context(c), c.Param("survey"))
		if _, asked := questionIn(r, c.Param("question")); err != nil || asked && exhibit.HasWaves(r.Data, c.Param("question")) {
			return r, err
		}
	}
	n, err := strconv.Atoi(c.Query("wave"))
	if err != nil || n < 0 {
		n = 0
	}
	return f.Recommendations.Wave(httpd.Context(c), c.Param("survey"), n)
}

func questionIn(r recommendation.Results, id string) (*questionnaire.Question, bool) {
	if r.Version.Definition == nil {
		return nil, false
	}
	return r.Version.Definition.Question(id)
}

// viewPath is the address of a view; add names a question whose answers are to be offered as a condition.
func viewPath(survey string, v exhibit.View, add string) string {
	q := v.Query()
	if add != "" {
		q.Set("add", add)
	}
	path := "/team/analysis/" + survey + "/" + v.Question
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	return path
}

func (f *Face) showQuestion(c *gin.Context, status int, results recommendation.Results, v exhibit.View, problems []httpd.Problem) error {
	e, err := exhibit.Compute(sourceOf(results), v)
	if err != nil {
		return err
	}
	def, lang := results.Version.Definition, httpd.Lang(c)
	page := &analysisQuestionPage{Page: httpd.Page{Problems: problems}, SurveyID: def.ID, SurveyTitle: def.Title,
		Version: results.Version.Number, Question: e.Question, Asked: e.Question.ForGroup(v.Group).Text.In(lang), View: v,
		MayNote: httpd.User(c).May(account.AnalysisNote),
		MayCite: httpd.User(c).May(account.RecommendationWrite), Filter: filterOf(lang, results, v, c.Query("add")), Weighting: e.Weighting(lang)}
	page.Files = "/team/analysis/" + def.ID + "/" + v.Question + "/"
	if q := v.Encode(); q != "" {
		page.Query = "?" + q
	}
	for _, g := range e.Question.Groups {
		if t, ok := e.Question.TextByGroup[g]; ok && (v.Group == "" || v.Group == g) {
			page.Texts = append(page.Texts, analysisText{Group: g, Text: t.In(lang)})
		}
	}
	figures := 0
	for _, b := range e.Blocks {
		page.Blocks = append(page.Blocks, blockOf(lang, e, b, &figures))
	}
	page.Title = page.Asked
	if len(page.Blocks) == 1 {
		page.Title = page.Blocks[0].Finding
	}
	if page.Filter.Waves, err = f.waves(c, v); err != nil {
		return err
	}
	if len(page.Filter.Waves) > 0 {
		page.Filter.Tabs = append(page.Filter.Tabs, analysisTab{exhibit.SplitLabel(lang, def, analysis.SourceQuestion),
			viewPath(def.ID, v.With(analysis.SourceQuestion), ""), v.ByWave()})
		page.Filter.Others = append(page.Filter.Others, analysisOption{analysis.SourceQuestion, exhibit.SplitLabel(lang, def, analysis.SourceQuestion), v.ByWave()})
	}
	page.WaveNotes, page.Reworded = e.WaveNotes(lang), e.RewordingNotes(lang)
	page.Previous, page.Next = neighbours(def, results.Data, v)
	if problems != nil {
		page.Body = c.PostForm("body")
	}
	if err := f.annotate(c, page); err != nil {
		return err
	}
	return httpd.Render(c, status, "team/analysis_question", page)
}

func sourceOf(r recommendation.Results) exhibit.Source {
	return exhibit.Source{Data: r.Data, Options: r.Options,
		Weights: func(name string) (*analysis.Weights, error) {
			if name == exhibit.WeightsByFrame {
				return r.Weigh()
			}
			return r.Weigh(name)
		}}
}

// blockOf counts the figures of the page on.
func blockOf(lang i18n.Lang, e exhibit.Exhibit, b exhibit.Block, figures *int) analysisBlock {
	out := analysisBlock{ID: b.ID, Label: b.Label.In(lang), Finding: e.Finding(lang, b), Base: e.Base(lang, b),
		Table: e.TableOf(lang, b), Withheld: e.Withheld(lang, b)}
	for _, figure := range e.Figures(lang, b) {
		*figures++
		out.Figures = append(out.Figures, analysisFigure{*figures, figure.Title, chart.SVG(figure.Chart, lang, "c"+strconv.Itoa(*figures))})
	}
	for _, n := range e.Numbers(lang, b) {
		if last := len(out.Parts) - 1; last < 0 || out.Parts[last].Part != n.Part {
			out.Parts = append(out.Parts, analysisNumbers{Part: n.Part})
		}
		last := &out.Parts[len(out.Parts)-1]
		last.Numbers = append(last.Numbers, n)
	}
	if compared, ok := e.Compare(lang, b); ok {
		out.Comparison = &compared
	}
	return out
}

// neighbours are the questions before and after, in the same view where they can have it.
func neighbours(def *questionnaire.Definition, data *analysis.Dataset, v exhibit.View) (previous, next *analysisNeighbour) {
	list := def.Questions()
	at := slices.IndexFunc(list, func(q *questionnaire.Question) bool { return q.ID == v.Question })
	link := func(i int) *analysisNeighbour {
		if i < 0 || i >= len(list) {
			return nil
		}
		return &analysisNeighbour{ID: list[i].ID, Path: viewPath(def.ID, v.Of(list[i].ID).Nearest(data), "")}
	}
	return link(at - 1), link(at + 1)
}

// analysisFilter is the menus of a view.
type analysisFilter struct {
	Tabs       []analysisTab
	Others     []analysisOption // splits by questions
	Groups     []analysisOption
	Conditions []analysisCondition
	Addable    []analysisOption
	Waves      []analysisOption // those that were answered, where there are several
	Weights    []analysisOption // to what the view can be weighted
	Open       bool             // something is being chosen
	Reset      string
}

type analysisTab struct {
	Label, Path string
	Current     bool
}

type analysisOption struct {
	Value, Label string
	Chosen       bool
}

// analysisCondition is a question with the answers that are kept.
type analysisCondition struct {
	Question string
	Text     string
	Chosen   []string // labels
	Options  []analysisOption
	Remove   string // the view without it
}

func filterOf(lang i18n.Lang, r recommendation.Results, v exhibit.View, add string) analysisFilter {
	def := r.Version.Definition
	q, _ := def.Question(v.Question)
	usual, others := exhibit.Splits(r.Data, q)
	f := analysisFilter{Open: add != "", Reset: viewPath(def.ID, exhibit.View{Question: v.Question, By: analysis.SplitByGroup}, "")}
	if q.AskedOf("business") {
		f.Weights = weightings(lang, r, v)
	}
	for _, id := range usual {
		f.Tabs = append(f.Tabs, analysisTab{exhibit.SplitLabel(lang, def, id), viewPath(def.ID, v.With(id).Nearest(r.Data), ""), v.By == id})
	}
	f.Tabs = append(f.Tabs, analysisTab{exhibit.SplitLabel(lang, def, exhibit.Whole), viewPath(def.ID, v.With(exhibit.Whole), ""), v.By == exhibit.Whole})
	for _, id := range slices.Concat(usual, []string{exhibit.Whole}, others) {
		f.Others = append(f.Others, analysisOption{id, exhibit.SplitLabel(lang, def, id), v.By == id})
	}
	for _, g := range q.Groups {
		f.Groups = append(f.Groups, analysisOption{g, exhibit.GroupLabel(lang, g), v.Group == g})
	}
	if q.AskedOf("business") && r.Data.Count(analysis.GroupAssociation) > 0 {
		f.Groups = append(f.Groups, analysisOption{analysis.GroupAssociation, exhibit.GroupLabel(lang, analysis.GroupAssociation), v.Group == analysis.GroupAssociation})
	}
	for _, other := range exhibit.Conditions(def, q) {
		chosen := slices.ContainsFunc(v.Where, func(w analysis.Where) bool { return w.Question == other.ID })
		if !chosen && other.ID != add {
			f.Addable = append(f.Addable, analysisOption{other.ID, other.ID + " " + other.Text.In(lang), false})
			continue
		}
		f.Conditions = append(f.Conditions, conditionOf(lang, def.ID, other, v))
	}
	return f
}

// weightings are to what firms can be weighted: by their size, and by everything that is counted where that is more.
func weightings(lang i18n.Lang, r recommendation.Results, v exhibit.View) (list []analysisOption) {
	bySize := r.Weighable(exhibit.WeightsBySize)
	if bySize {
		list = append(list, analysisOption{exhibit.WeightsBySize, i18n.T(lang, "exhibit.weights_size"), v.Weights == exhibit.WeightsBySize})
	}
	if len(r.Frame) > 1 || len(r.Frame) == 1 && !bySize {
		list = append(list, analysisOption{exhibit.WeightsByFrame, i18n.T(lang, "exhibit.weights_frame"), v.Weights == exhibit.WeightsByFrame})
	}
	return list
}

// waves lists those that can be looked at; none when there is nothing to choose.
func (f *Face) waves(c *gin.Context, v exhibit.View) ([]analysisOption, error) {
	waves, err := f.Recommendations.Waves(httpd.Context(c), c.Param("survey"))
	if err != nil || len(waves) < 2 {
		return nil, err
	}
	lang := httpd.Lang(c)
	out := []analysisOption{{"", i18n.T(lang, "exhibit.wave_newest"), v.Wave == 0}}
	for _, w := range waves {
		out = append(out, analysisOption{strconv.Itoa(w.Number), i18n.T(lang, "exhibit.wave_part", "Wave", w.Number,
			"Date", i18n.Date(lang, w.OpenedAt)), v.Wave == w.Number})
	}
	return out, nil
}

func conditionOf(lang i18n.Lang, survey string, q *questionnaire.Question, v exhibit.View) analysisCondition {
	c := analysisCondition{Question: q.ID, Text: q.Text.In(lang), Remove: viewPath(survey, v.Without(q.ID), "")}
	for _, o := range q.Options {
		has := v.Has(q.ID, o.Code)
		c.Options = append(c.Options, analysisOption{q.ID + ":" + strconv.Itoa(o.Code), o.Text.In(lang), has})
		if has {
			c.Chosen = append(c.Chosen, o.Text.In(lang))
		}
	}
	return c
}

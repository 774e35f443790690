package team

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/survey"
)

// framePage is the frame of firms of a survey: what is loaded, what weights it gives, and a file for more.
type framePage struct {
	httpd.Page
	Survey   survey.Version
	Margins  []frameMargin
	Weights  []frameWeights
	FileName string
	Faults   []survey.FrameFault
	Preview  []frameMargin // of a file without faults, to be confirmed
	Content  string        // the file, to be sent again with the confirmation
	Example  string
}

// frameMargin is one margin in words, beside those who answered.
type frameMargin struct {
	Question string
	Text     i18n.Text
	From     string
	Replaces string
	Joined   int // classes that were joined to others
	Classes  []frameClass
	Total    frameClass
}

type frameClass struct{ Label, Units, Share, Answered, AnsweredShare, Weight string }

// frameWeights are the weights of one margin, or of all at once, or why there are none.
type frameWeights struct{ By, Design, Unfit string }

func (f *Face) frameShow(c *gin.Context) error {
	return f.framePage(c, http.StatusOK, &framePage{})
}

func (f *Face) framePage(c *gin.Context, status int, p *framePage) error {
	r, err := f.Recommendations.Results(httpd.Context(c), c.Param("survey"))
	if err != nil {
		return err
	}
	if p.Survey, err = f.Surveys.Latest(httpd.Context(c), c.Param("survey")); err != nil {
		return err
	}
	lang := httpd.Lang(c)
	p.Title, p.Example = i18n.T(lang, "frame.title"), frameExample(p.Survey)
	var names []string
	for _, m := range r.Frame {
		one := marginOf(lang, p.Survey, m)
		w, err := r.Weigh(m.Question)
		one.compare(lang, p.Survey, m, w)
		p.Margins = append(p.Margins, one)
		p.Weights = append(p.Weights, weightsOf(lang, i18n.T(lang, "frame.weights_by", "Margin", one.Text.In(lang)), w, err))
		names = append(names, m.Question)
	}
	if len(names) > 1 {
		w, err := r.Weigh(names...)
		p.Weights = append(p.Weights, weightsOf(lang, i18n.T(lang, "frame.weights_all"), w, err))
	}
	return httpd.Render(c, status, "team/frame", p)
}

// frameUpload shows how a file reads; nothing is stored before frameConfirm.
func (f *Face) frameUpload(c *gin.Context) error {
	file, name, err := httpd.Upload(c, "file")
	if err != nil {
		problems := httpd.Problems(c, err)
		if problems == nil {
			return err
		}
		return f.framePage(c, http.StatusUnprocessableEntity, &framePage{Page: httpd.Page{Problems: problems}})
	}
	defer file.Close()
	content, err := io.ReadAll(file) // no larger than the route lets in
	if err != nil {
		return err
	}
	return f.frameRead(c, name, string(content), true)
}

type frameInput struct {
	Name    string `form:"name" validate:"max=200"`
	Content string `form:"content" validate:"required"`
}

func (f *Face) frameConfirm(c *gin.Context) error {
	var form frameInput
	if err := httpd.Bind(c, &form); err != nil {
		return err
	}
	return f.frameRead(c, form.Name, form.Content, false)
}

func (f *Face) frameRead(c *gin.Context, name, content string, dry bool) error {
	lang := httpd.Lang(c)
	margins, faults, err := f.Surveys.ImportFrame(httpd.Context(c), c.Param("survey"), name, strings.NewReader(content), dry)
	switch {
	case err != nil:
		return err
	case len(faults) > 0:
		p := &framePage{FileName: name, Faults: faults}
		p.Problems = []httpd.Problem{{Field: "faults", Text: i18n.T(lang, "frame.faults", "Count", len(faults))}}
		return f.framePage(c, http.StatusUnprocessableEntity, p)
	case !dry:
		httpd.Flash(c, "frame.done", "Count", len(margins))
		return httpd.Redirect(c, framePath(c))
	}
	v, err := f.Surveys.Latest(httpd.Context(c), c.Param("survey"))
	if err != nil {
		return err
	}
	there, err := f.Surveys.Frame(httpd.Context(c), v.SurveyID)
	if err != nil {
		return err
	}
	p := &framePage{FileName: name, Content: content}
	for _, m := range margins {
		one := marginOf(lang, v, m)
		for _, old := range there {
			if old.Question == m.Question {
				one.Replaces = i18n.T(lang, "frame.replaces", "Units", i18n.Int(lang, old.Total()))
			}
		}
		p.Preview = append(p.Preview, one)
	}
	return f.framePage(c, http.StatusOK, p)
}

type frameRemoveInput struct {
	Question string `form:"question" validate:"required"`
}

func (f *Face) frameRemove(c *gin.Context) error {
	var form frameRemoveInput
	if err := httpd.Bind(c, &form); err != nil {
		return err
	}
	if err := f.Surveys.RemoveMargin(httpd.Context(c), c.Param("survey"), form.Question); err != nil {
		return err
	}
	httpd.Flash(c, "frame.removed", "Question", form.Question)
	return httpd.Redirect(c, framePath(c))
}

func framePath(c *gin.Context) string { return "/team/frame/" + c.Param("survey") }

// marginOf is a margin in the reader's words.
func marginOf(lang i18n.Lang, v survey.Version, m survey.Margin) frameMargin {
	out := frameMargin{Question: m.Question, From: i18n.T(lang, "frame.from", "Source", m.Source, "Date", i18n.Date(lang, m.LoadedAt)),
		Total: frameClass{Units: i18n.Int(lang, m.Total())}}
	q, ok := v.Definition.Question(m.Question)
	if !ok { // of an older version
		out.Text = i18n.Text{Sv: m.Question, En: m.Question}
		return out
	}
	out.Text = q.ForGroup("business").Text
	for _, o := range q.ForGroup("business").Options {
		out.Classes = append(out.Classes, frameClass{Label: o.Text.In(lang), Units: i18n.Int(lang, m.Units[o.Code]),
			Share: i18n.Percent(lang, float64(m.Units[o.Code])/float64(m.Total()), m.Total())})
	}
	return out
}

// compare sets the weighted classes beside the frame. None has fewer respondents than a published cell
// may have: smaller ones were joined to a neighbour.
func (out *frameMargin) compare(lang i18n.Lang, v survey.Version, m survey.Margin, w *analysis.Weights) {
	q, ok := v.Definition.Question(m.Question)
	if w == nil || !ok {
		return
	}
	answered := 0
	for _, class := range w.Margins[0].Classes {
		answered += class.Answered
		out.Joined += len(class.Codes) - 1
	}
	out.Classes, out.Total.Answered = nil, i18n.Int(lang, answered)
	for _, class := range w.Margins[0].Classes {
		var labels []string
		for _, code := range class.Codes {
			labels = append(labels, q.Label(code).In(lang))
		}
		one := frameClass{Label: strings.Join(labels, " + "), Units: i18n.Int(lang, class.Frame),
			Share: i18n.Percent(lang, float64(class.Frame)/float64(m.Total()), m.Total()), Answered: i18n.Int(lang, class.Answered),
			AnsweredShare: i18n.Percent(lang, float64(class.Answered)/float64(answered), answered),
			Weight:        i18n.Number(lang, class.Weighted/float64(class.Answered), 2)}
		out.Classes = append(out.Classes, one)
	}
}

func weightsOf(lang i18n.Lang, by string, w *analysis.Weights, err error) frameWeights {
	var why analysis.Absence
	if errors.As(err, &why) {
		return frameWeights{By: by, Unfit: i18n.T(lang, "frame.unfit", "Why", i18n.T(lang, "frame.why_"+string(why)))}
	}
	d, placed := w.Design, 0
	for _, class := range w.Margins[0].Classes {
		placed += class.Answered
	}
	unplaced := i18n.Int(lang, w.Unplaced)
	if w.Unplaced > 0 && w.Unplaced < analysis.DefaultCellLimit {
		unplaced = i18n.T(lang, "frame.few", "Limit", analysis.DefaultCellLimit)
	}
	return frameWeights{By: by, Design: i18n.T(lang, "frame.design", "N", i18n.Int(lang, placed), "Effective", i18n.Number(lang, d.Effective, 1),
		"Deff", i18n.Number(lang, d.Deff, 2), "Min", i18n.Number(lang, d.Min, 2), "Max", i18n.Number(lang, d.Max, 2),
		"Trimmed", i18n.Int(lang, w.Trimmed), "Unplaced", unplaced)}
}

// frameExample is a file for the question of size class, or the first that would do.
func frameExample(v survey.Version) string {
	var b strings.Builder
	for _, m := range recommendation.Margins {
		q, ok := v.Definition.Question(m.Question)
		if !ok || !q.AskedOf("business") {
			continue
		}
		b.WriteString("question,answer,units\n")
		for _, o := range q.ForGroup("business").Options {
			fmt.Fprintf(&b, "%s,%d,0\n", q.ID, o.Code)
		}
		break
	}
	return b.String()
}

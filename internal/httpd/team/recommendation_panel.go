package team

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/exhibit"
	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/strategy"
)

// evidencePanel stands beside the text on the edit page and belongs to the same form: looking for
// evidence, citing it and taking it away show the page again with everything typed, and nothing is
// stored before the form is saved.
type evidencePanel struct {
	Cited  []panelEvidence
	Find   panelFind
	Themes []strategy.Theme
	Groups []string
	Found  recommendation.Found
	Hits   []panelFigure
	Looked bool
}

// panelEvidence is one piece that the recommendation will rest on.
type panelEvidence struct {
	Number             int
	Text, Source, Code string
	New                bool
	Drop               string // what its button sends
}

// panelFigure is a figure that can be cited.
type panelFigure struct {
	Value, Text, Of, Cite string
}

// panelFind is the search and what was chosen from it, as the form carries them.
type panelFind struct {
	Act   string   `form:"act"` // "find", "cite …" or "drop …"; empty saves
	Words string   `form:"find"`
	Theme string   `form:"find_theme"`
	Group string   `form:"find_group"`
	Add   []string `form:"add"`  // "excerpt:<id>", "expert:<id>" or a figure as citeText writes it
	Drop  []string `form:"drop"` // numbers of evidence
}

const (
	excerptPrefix = "excerpt:"
	expertPrefix  = "expert:"
)

// do carries out the act of a button. It tells whether the form is to be saved.
func (p *panelFind) do() (save bool) {
	act, what, _ := strings.Cut(p.Act, " ")
	switch act {
	case "":
		return true
	case "cite":
		if !slices.Contains(p.Add, what) {
			p.Add = append(p.Add, what)
		}
	case "drop":
		if i := slices.Index(p.Add, what); i >= 0 {
			p.Add = slices.Delete(p.Add, i, i+1)
		} else if !slices.Contains(p.Drop, what) {
			p.Drop = append(p.Drop, what)
		}
	}
	return false
}

// apply puts what was chosen into the evidence.
func (p panelFind) apply(r *recommendation.Recommendation) error {
	r.Evidence = slices.DeleteFunc(r.Evidence, func(e recommendation.Evidence) bool {
		return slices.Contains(p.Drop, strconv.Itoa(e.Number))
	})
	for _, add := range p.Add {
		if id, ok := strings.CutPrefix(add, excerptPrefix); ok {
			r.Evidence = append(r.Evidence, recommendation.Evidence{Excerpt: &dialogue.Excerpt{ID: id}})
			continue
		}
		if id, ok := strings.CutPrefix(add, expertPrefix); ok {
			r.Evidence = append(r.Evidence, recommendation.Evidence{Statement: &expert.Statement{ID: id}})
			continue
		}
		figure, err := citeFigure(add)
		if err != nil {
			return err
		}
		r.Evidence = append(r.Evidence, recommendation.Evidence{Figure: figure})
	}
	return nil
}

// panel fills in what the evidence panel shows. r holds the evidence as the form has it.
func (f *Face) panel(c *gin.Context, r recommendation.Recommendation, find panelFind) (evidencePanel, error) {
	lang, ctx := httpd.Lang(c), httpd.Context(c)
	p := evidencePanel{Find: find, Themes: strategy.Themes, Groups: people.Groups, Looked: find.Words+find.Theme+find.Group != ""}
	var err error
	if p.Found, err = f.Recommendations.Search(ctx, recommendation.Search{Words: find.Words, Theme: find.Theme, Group: find.Group}); err != nil {
		return p, err
	}
	for i := range p.Found.Figures {
		p.Hits = append(p.Hits, figureWords(lang, &p.Found.Figures[i]))
	}
	if err := f.Recommendations.Describe(ctx, &r); err != nil {
		return p, err
	}
	last := 0
	for _, e := range r.Evidence {
		one := panelEvidence{Number: e.Number, Drop: strconv.Itoa(e.Number)}
		if one.New = e.Number == 0; one.New { // the number that saving will give it
			one.Number = last + 1
		}
		last = max(last, one.Number)
		switch {
		case e.Figure != nil:
			w := figureWords(lang, e.Figure)
			one.Text, one.Source, one.Code = w.Value, w.Text+" "+w.Of, `{{figure "`+strconv.Itoa(one.Number)+`"}}`
			if one.New {
				one.Drop = w.Cite
			}
		case e.Statement != nil:
			one.Text, one.Source = e.Statement.Gist(), e.Statement.By()
			if one.New {
				one.Drop = expertPrefix + e.Statement.ID
			}
		default:
			one.Text, one.Source = e.Excerpt.Text, e.Excerpt.MeetingTitle
			if one.New {
				one.Drop = excerptPrefix + e.Excerpt.ID
			}
		}
		p.Cited = append(p.Cited, one)
	}
	return p, nil
}

func figureWords(lang i18n.Lang, f *recommendation.Figure) panelFigure {
	of := exhibit.GroupLabel(lang, f.Filter.Group) + " · " + i18n.T(lang, "recommendation.measure_"+string(f.Measure))
	if a := f.Answers.In(lang); a != "" {
		of += ": " + a
	}
	if counted := f.Counted(lang); counted != "" {
		of += " · " + counted
	}
	return panelFigure{Value: f.Show(lang), Text: strings.TrimSpace(f.Text.In(lang) + " " + f.Row.In(lang)), Of: of, Cite: citeText(*f)}
}

func (f *Face) recommendationEdit(c *gin.Context) error {
	r, err := f.Recommendations.Find(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	return f.showEdit(c, http.StatusOK, r, recommendationFormOf(r), panelFind{}, nil)
}

// recommendationChange saves the form, or shows it again with what one of the panel's buttons did.
func (f *Face) recommendationChange(c *gin.Context) error {
	r, err := f.Recommendations.Find(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	var form recommendationForm
	var find panelFind
	if err = httpd.Bind(c, &find); err != nil {
		return err
	}
	save := find.do()
	err = httpd.Bind(c, &form)
	form.Number = r.Number
	version := r.Version
	if err == nil {
		form.fill(&r)
		err = find.apply(&r)
	}
	if err == nil && !save {
		return f.showEdit(c, http.StatusOK, r, form, find, nil)
	}
	if err == nil {
		r.Version = form.Version
		err = f.Recommendations.Change(httpd.Context(c), r, strings.TrimSpace(form.Note))
	}
	if problems := formProblems(c, err); problems != nil {
		r.Version = version
		return f.showEdit(c, statusOf(err), r, form, find, problems)
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, "recommendation.saved_done")
	return httpd.Redirect(c, "/team/recommendations/"+r.ID)
}

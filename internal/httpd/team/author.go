package team

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/httpd/respondent"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/questionnaire/authoring"
	"upphandlingsdialog/internal/region"
	"upphandlingsdialog/internal/strategy"
	"upphandlingsdialog/internal/survey"
)

// authorPage is the editor of a questionnaire: the outline, the form of one part, and a preview.
type authorPage struct {
	httpd.Page
	Draft    survey.Draft
	At       string // question or section id, "set:NAME", or empty for the head
	Group    string // of the preview
	As       i18n.Lang
	Langs    []i18n.Lang
	Groups   []region.TargetGroup // all there are
	Asked    []questionnaire.Group
	Outline  []authorSection
	Missing  int // problems in all
	Findings []authorFinding
	Minutes  []surveyMinutes
	Preview  []surveyQuestion
	Stale    *survey.Stale
	Theirs   []string // what the other wrote, in lines

	Question *authorQuestion // what the form edits; at most one of the four
	Section  *authoring.Section
	Set      *authorSet
	Head     *authoring.SetHead
	Types    []questionnaire.Type
	Themes   []strategy.Theme
}

// authorSection is a part of the outline.
type authorSection struct {
	ID      string
	Title   string
	Number  int
	Last    bool
	Missing int
	Lines   []authorLine
}

// authorLine is a question of the outline.
type authorLine struct {
	ID, Text string
	Type     questionnaire.Type
	Number   int
	Place    int // within its section, from 0
	First    bool
	Last     bool
	Missing  int
	Advice   int
	Logic    string // when it is shown, in words
}

// authorFinding is something to mend, or advice, about what the form shows.
type authorFinding struct {
	Field          string
	Fault          bool // keeps the questionnaire from being used
	What, Why, Fix string
}

// authorAt is the address of a part of the editor, with the preview as it was.
func authorAt(c *gin.Context, id, at string) string {
	q := url.Values{}
	for _, name := range []string{"group", "as"} {
		if v := c.Query(name); v != "" {
			q.Set(name, v)
		}
	}
	if at != "" {
		q.Set("at", at)
	}
	if len(q) == 0 {
		return "/team/drafts/" + id
	}
	return "/team/drafts/" + id + "?" + q.Encode()
}

// draftShow is the editor at one part: ?at= names a question, a section or a shared set, ?group= and
// ?as= what the preview shows.
func (f *Face) draftShow(c *gin.Context) error {
	d, err := f.Surveys.Draft(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	return f.authorRender(c, http.StatusOK, &authorPage{Draft: d, At: c.Query("at")})
}

// authorRender fills in everything but what a refused form has filled in already.
func (f *Face) authorRender(c *gin.Context, status int, p *authorPage) error {
	lang := httpd.Lang(c)
	d := &p.Draft.Content
	def := d.Definition()
	p.Title = i18n.T(lang, "author.title", "Survey", d.Title.In(lang))
	p.Groups, p.Types, p.Themes, p.Langs = region.TargetGroups, questionnaire.Types, strategy.ThemesOf(d.Area), i18n.Langs
	p.Asked, p.As, p.Group = def.Groups, lang, c.Query("group")
	if as, ok := i18n.Parse(c.Query("as")); ok {
		p.As = as
	}
	if !def.HasGroup(p.Group) {
		p.Group = ""
		if len(def.Groups) > 0 {
			p.Group = def.Groups[0].ID
		}
	}
	_, problems := d.Compile()
	p.Missing = len(problems)
	advice, err := f.authorAdvice(c, def)
	if err != nil {
		return err
	}
	for _, g := range def.Groups {
		p.Minutes = append(p.Minutes, surveyMinutes{g.ID, def.Minutes(g.ID, lang)})
	}
	p.authorSelect(lang)
	p.authorOutline(def, lang, problems, advice)
	p.authorFindings(lang, problems, advice)
	p.authorPreview(def)
	return httpd.Render(c, status, "team/author_edit", p)
}

// authorAdvice is the methodologist's advice on the draft as it stands.
func (f *Face) authorAdvice(c *gin.Context, def *questionnaire.Definition) ([]questionnaire.Advice, error) {
	frame, err := f.frame(c)
	if err != nil || len(def.Groups) == 0 {
		return nil, err
	}
	return questionnaire.Lint(def, frame), nil
}

// authorSelect finds what the form edits, unless a refused form is shown again.
func (p *authorPage) authorSelect(lang i18n.Lang) {
	d := &p.Draft.Content
	if p.Question != nil || p.Section != nil || p.Set != nil || p.Head != nil {
		return
	}
	if q, _, ok := d.Question(p.At); ok {
		p.Question = newAuthorQuestion(d, *q, lang)
	} else if s, ok := d.Section(p.At); ok {
		p.Section = s
	} else if set := newAuthorSet(d, p.At); set != nil {
		p.Set = set
	} else {
		p.At, p.Head = "", &authoring.SetHead{Title: d.Title, Intro: d.Intro}
	}
}

func (p *authorPage) authorOutline(def *questionnaire.Definition, lang i18n.Lang, problems []authoring.Problem, advice []questionnaire.Advice) {
	missing, advised := map[string]int{}, map[string]int{}
	for _, x := range problems {
		missing[x.Question+x.Section]++
	}
	for _, a := range advice {
		advised[a.Question]++
	}
	number := 0
	sections := p.Draft.Content.Sections
	for i, s := range sections {
		line := authorSection{ID: s.ID, Title: s.Title.In(lang), Number: i + 1, Last: i == len(sections)-1, Missing: missing[s.ID]}
		for j, q := range s.Questions {
			number++
			line.Lines = append(line.Lines, authorLine{ID: q.ID, Text: q.Text.In(lang), Type: q.Type, Number: number, Place: j,
				First: i == 0 && j == 0, Last: line.Last && j == len(s.Questions)-1,
				Missing: missing[q.ID], Advice: advised[q.ID], Logic: authoring.Reading(def, "", q.ShowIf, lang)})
		}
		p.Outline = append(p.Outline, line)
	}
}

// authorFindings are those about what the form shows; at the head, those about the whole.
func (p *authorPage) authorFindings(lang i18n.Lang, problems []authoring.Problem, advice []questionnaire.Advice) {
	for _, x := range problems {
		here := x.Question+x.Section == p.At && x.Set == ""
		if p.Set != nil {
			here = x.Set == p.Set.Name
		}
		if here {
			p.Findings = append(p.Findings, authorFinding{Field: x.Field, Fault: true, What: x.In(lang)})
		}
	}
	for _, a := range advice {
		if a.Question == p.At && p.Set == nil {
			p.Findings = append(p.Findings, authorFinding{What: a.What(lang), Why: a.Why(lang), Fix: a.Fix(lang)})
		}
	}
}

// authorPreview shows the part at hand as the chosen group meets it: a question alone, or a section.
func (p *authorPage) authorPreview(def *questionnaire.Definition) {
	for _, s := range def.Pages(p.Group) {
		for i := range s.Questions {
			q := &s.Questions[i]
			if p.At == s.ID || p.At == q.ID {
				p.Preview = append(p.Preview, surveyQuestion{Question: respondent.Ask(q, p.As, nil, "preview"), Theme: q.Theme,
					Condition: authoring.Reading(def, p.Group, q.ShowIf, p.As)})
			}
		}
	}
}

// Saved tells whether the draft has been changed since it was begun.
func (p *authorPage) Saved() bool { return p.Draft.Revision > 1 }

// authorApply is the end of every handler that edits: it applies, and shows what came of it.
func (f *Face) authorApply(c *gin.Context, e authoring.Edit, at string, refused func(p *authorPage)) error {
	id := c.Param("id")
	revision, _ := strconv.Atoi(c.PostForm("revision"))
	d, err := f.Surveys.Edit(httpd.Context(c), id, revision, e)
	var stale *survey.Stale
	switch {
	case errors.As(err, &stale):
		return f.authorStale(c, stale, at, refused)
	case httpd.Problems(c, err) != nil:
		current, findErr := f.Surveys.Draft(httpd.Context(c), id)
		if findErr != nil {
			return findErr
		}
		if wantsJSON(c) {
			c.JSON(http.StatusUnprocessableEntity, gin.H{"message": httpd.Problems(c, err)[0].Text})
			return nil
		}
		p := &authorPage{Draft: current, At: at}
		p.Problems = httpd.Problems(c, err)
		if refused != nil {
			refused(p)
		}
		return f.authorRender(c, http.StatusUnprocessableEntity, p)
	case err != nil:
		return err
	case wantsJSON(c):
		c.JSON(http.StatusOK, authorSaved(d, at, httpd.Lang(c)))
		return nil
	}
	return httpd.Redirect(c, authorAt(c, id, at)+"#form")
}

// authorStale shows both texts: the other's as it is stored, and what was typed, still in the form.
func (f *Face) authorStale(c *gin.Context, stale *survey.Stale, at string, refused func(p *authorPage)) error {
	lang := httpd.Lang(c)
	message := i18n.T(lang, "authoring.error_stale", "Name", stale.By)
	if wantsJSON(c) {
		c.JSON(http.StatusConflict, gin.H{"message": message})
		return nil
	}
	p := &authorPage{Draft: stale.Current, At: at, Stale: stale}
	p.Problems = []httpd.Problem{{Field: "form", Text: message}}
	if q, _, ok := stale.Current.Content.Question(at); ok {
		p.Theirs = questionLines(&stale.Current.Content, q, lang)
	} else if s, ok := stale.Current.Content.Section(at); ok {
		p.Theirs = []string{s.Title.Sv, s.Title.En}
	} else if set := newAuthorSet(&stale.Current.Content, at); set != nil {
		p.Theirs = optionLines(set.Set.Options)
	} else {
		d := stale.Current.Content
		p.Theirs = []string{d.Title.Sv, d.Title.En, d.Intro.Sv, d.Intro.En}
	}
	p.Theirs = slices.DeleteFunc(p.Theirs, func(s string) bool { return s == "" })
	if refused != nil {
		refused(p)
	}
	return f.authorRender(c, http.StatusConflict, p)
}

// wantsJSON tells whether the editor's script asks, which saves without leaving the page.
func wantsJSON(c *gin.Context) bool { return c.GetHeader("Accept") == "application/json" }

// authorSaved is the acknowledgement: the revision to go on from, and the codes and ids that new
// options and rows got, in their order.
func authorSaved(d survey.Draft, at string, lang i18n.Lang) gin.H {
	saved := gin.H{"revision": d.Revision, "saved": i18n.T(lang, "author.saved_at", "Time", i18n.Clock(lang, d.ChangedAt))}
	options, rows := []questionnaire.Option(nil), []questionnaire.Row(nil)
	if q, _, ok := d.Content.Question(at); ok {
		options, rows = q.Options, q.Rows
	} else if set := newAuthorSet(&d.Content, at); set != nil {
		options = set.Set.Options
	}
	codes, ids := []int{}, []string{}
	for _, o := range options {
		codes = append(codes, o.Code)
	}
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	saved["codes"], saved["rows"] = codes, ids
	return saved
}

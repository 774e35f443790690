package team

import (
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/httpd/respondent"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/questionnaire/authoring"
	"upphandlingsdialog/internal/region"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/strategy"
	"upphandlingsdialog/internal/survey"
)

// authorPage is the editor of a questionnaire: the outline, the form of one part, and a preview.
type authorPage struct {
	httpd.Page
	Draft    survey.Draft
	At       string // question or section id, "set:NAME", "new:" before a question or section, or empty for the head
	Group    string // of the preview
	As       i18n.Lang
	Langs    []i18n.Lang
	Groups   []region.TargetGroup // all there are
	Asked    []questionnaire.Group
	Outline  []authorSection
	Scales   []authorShared
	Sets     []authorShared
	Left     []authorLeft // what is missing before it can be used
	Findings []authorFinding
	Minutes  []surveyMinutes
	Preview  []surveyQuestion
	Stale    *survey.Stale
	Theirs   []authorText // where the other's text and the one in the form differ
	Renamed  string       // the id that was asked for and refused
	Notice   string       // what was just done, when it can be taken back

	Question *authorQuestion // what the form edits; at most one of the five
	Section  *authoring.Section
	Set      *authorSet
	Head     *authoring.SetHead
	New      *authorNew

	Types    []questionnaire.Type
	Themes   []strategy.Theme
	Prefills []string
	Position authorPosition
}

// View is what the preview shows, as a part of addresses: escaped here, because html/template would take
// it for the value of one parameter.
func (p *authorPage) View() template.URL {
	return template.URL(url.Values{"group": {p.Group}, "as": {string(p.As)}}.Encode())
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
	First    bool
	Last     bool
	Missing  int
	Advice   int
	Logic    string   // when it is shown, in words
	Only     []string // the groups that get it, when not all do
}

// authorShared is a scale or option set of the outline.
type authorShared struct {
	Name  string
	Label i18n.Text
	Used  int // by how many questions
}

// authorLeft is one thing that is missing, and where.
type authorLeft struct{ At, Field, Text string }

// authorNew asks for the type of a new question: after another, or at the end of a section.
type authorNew struct{ Section, After string }

// authorPosition tells where among the questions the one of the form stands.
type authorPosition struct {
	Number, Total  int
	Previous, Next string
}

// authorText is one text as two people wrote it.
type authorText struct{ Label, Theirs, Mine string }

// authorFinding is something to mend, or advice, about what the form shows.
type authorFinding struct {
	Field          string
	Fault          bool // keeps the questionnaire from being used
	What, Why, Fix string
	Key            string // of the finding; with a remedy, what its button sends
	Remedy         string // key of the words on that button; empty without
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
// ?as= what the preview shows. The editor's script asks it for the revision alone.
func (f *Face) draftShow(c *gin.Context) error {
	d, err := f.Surveys.Draft(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	if wantsJSON(c) {
		c.JSON(http.StatusOK, gin.H{"revision": d.Revision,
			"changed": i18n.T(httpd.Lang(c), "author.changed_by", "Name", d.ChangedBy, "Time", i18n.Clock(httpd.Lang(c), d.ChangedAt))})
		return nil
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
	p.Asked, p.As, p.Group, p.Prefills = def.Groups, lang, c.Query("group"), response.PrefillFields
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
	p.authorNotice(c)
	return httpd.Render(c, status, "team/author_edit", p)
}

// notices are what the editor says after an act that can be taken back.
var notices = []string{"removed_question", "removed_section", "removed_set", "moved_breaks", "mended", "pasted"}

// authorNotice says what was just done, while it is the last thing that was.
func (p *authorPage) authorNotice(c *gin.Context) {
	did, revision := c.Query("did"), c.Query("rev")
	if slices.Contains(notices, did) && revision == strconv.Itoa(p.Draft.Revision) {
		p.Notice = i18n.T(httpd.Lang(c), "author.did_"+did)
	}
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
	if after, ok := strings.CutPrefix(p.At, "new:"); ok {
		if _, s, ok := d.Question(after); ok {
			p.New = &authorNew{s.ID, after}
			return
		}
		if s, ok := d.Section(after); ok {
			p.New = &authorNew{Section: s.ID}
			return
		}
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
			entry := authorLine{ID: q.ID, Text: q.Text.In(lang), Type: q.Type, Number: number,
				First: i == 0 && j == 0, Last: line.Last && j == len(s.Questions)-1,
				Missing: missing[q.ID], Advice: advised[q.ID], Logic: authoring.Reading(def, "", q.ShowIf, lang)}
			if len(q.Groups) < len(region.TargetGroups) {
				entry.Only = q.Groups
			}
			line.Lines = append(line.Lines, entry)
		}
		p.Outline = append(p.Outline, line)
	}
	p.authorPosition()
	for _, x := range problems {
		at := x.Question + x.Section
		if x.Set != "" {
			at = "set:" + x.Set
		}
		p.Left = append(p.Left, authorLeft{at, authorField(x), problemLine(&p.Draft.Content, x, lang)})
	}
	for _, s := range p.Draft.Content.Scales {
		p.Scales = append(p.Scales, authorShared{s.Name, s.Ends(), len(p.Draft.Content.Users(s.Name))})
	}
	for _, s := range p.Draft.Content.Sets {
		p.Sets = append(p.Sets, authorShared{s.Name, s.Sample(), len(p.Draft.Content.Users(s.Name))})
	}
}

func (p *authorPage) authorPosition() {
	list := p.Draft.Content.Questions()
	for i, q := range list {
		if p.Question == nil || q.ID != p.Question.ID {
			continue
		}
		p.Position.Number = i + 1
		if i > 0 {
			p.Position.Previous = list[i-1].ID
		}
		if i < len(list)-1 {
			p.Position.Next = list[i+1].ID
		}
	}
	p.Position.Total = len(list)
}

// authorFindings are those about what the form shows; at the head, those about the whole.
func (p *authorPage) authorFindings(lang i18n.Lang, problems []authoring.Problem, advice []questionnaire.Advice) {
	d := &p.Draft.Content
	for _, x := range problems {
		here := x.Question+x.Section == p.At && x.Set == ""
		if p.Set != nil {
			here = x.Set == p.Set.Name
		}
		if here {
			p.Findings = append(p.Findings, authorFinding{Field: authorField(x), Fault: true, What: x.In(lang), Key: x.Key})
		}
	}
	for _, a := range advice {
		if a.Question == p.At && p.Set == nil {
			p.Findings = append(p.Findings, authorFinding{What: a.What(lang), Why: a.Why(lang), Fix: a.Fix(lang), Key: string(a.Kind)})
		}
	}
	for i := range p.Findings {
		if r, ok := d.Remedy(p.At, p.Findings[i].Key); ok {
			p.Findings[i].Remedy = r.Key
		}
	}
}

// authorField is the id of the field where a problem is mended; empty when it is no one field.
func authorField(x authoring.Problem) string {
	switch x.Field {
	case "text", "help", "title", "intro":
		if x.Key == "authoring.problem_no_english" {
			return x.Field + ".en"
		}
		return x.Field + ".sv"
	case "limits":
		return "min"
	case "labels":
		return "min_label.sv"
	case "show_if", "scale", "top", "max_choices", "decimals", "theme":
		return x.Field
	case "options", "rows":
		return x.Field + ".0.sv"
	}
	return "form"
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

// authorStep is where an edit was made and where it leads.
type authorStep struct {
	at    string // part that is shown when the edit is refused
	next  string // part that is shown afterwards; empty for the same
	focus string // id of the field to go on with; empty for the form
	did   string // one of the notices, for what may be regretted
	from  int    // revision that the edit was made on; 0 for the one in the form
}

// authorApply is the end of every handler that edits: it applies, and shows what came of it.
func (f *Face) authorApply(c *gin.Context, e authoring.Edit, step authorStep, refused func(p *authorPage)) error {
	id := c.Param("id")
	revision := step.from
	if revision == 0 {
		revision, _ = strconv.Atoi(c.PostForm("revision"))
	}
	save := f.Surveys.Edit
	if c.PostForm("typed") != "" {
		save = f.Surveys.Type
	}
	d, err := save(httpd.Context(c), id, revision, e)
	var stale *survey.Stale
	switch {
	case errors.As(err, &stale):
		return f.authorStale(c, stale, step.at, refused)
	case httpd.Problems(c, err) != nil:
		current, findErr := f.Surveys.Draft(httpd.Context(c), id)
		if findErr != nil {
			return findErr
		}
		if wantsJSON(c) {
			c.JSON(http.StatusUnprocessableEntity, gin.H{"message": httpd.Problems(c, err)[0].Text})
			return nil
		}
		p := &authorPage{Draft: current, At: step.at}
		p.Problems = httpd.Problems(c, err)
		if refused != nil {
			refused(p)
		}
		return f.authorRender(c, http.StatusUnprocessableEntity, p)
	case err != nil:
		return err
	}
	next := step.next
	if next == "" {
		next = step.at
	}
	to := authorAt(c, id, next)
	if step.did != "" {
		to += fmt.Sprintf("%sdid=%s&rev=%d", joint(to), step.did, d.Revision)
	}
	if wantsJSON(c) {
		c.JSON(http.StatusOK, authorSaved(d, step, to, httpd.Lang(c)))
		return nil
	}
	if step.focus == "" {
		step.focus = "form"
	}
	return httpd.Redirect(c, to+"#"+step.focus)
}

// joint is what stands before a further part of an address's query.
func joint(address string) string {
	if strings.Contains(address, "?") {
		return "&"
	}
	return "?"
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
	p.Problems = []httpd.Problem{{Field: "theirs", Text: message}}
	if refused != nil {
		refused(p)
	}
	p.authorDiffer(lang)
	return f.authorRender(c, http.StatusConflict, p)
}

// authorDiffer lists where what the other stored differs from what the form holds.
func (p *authorPage) authorDiffer(lang i18n.Lang) {
	d := &p.Draft.Content
	var theirs, mine []authorText
	switch {
	case p.Question != nil:
		if q, _, ok := d.Question(p.At); ok {
			theirs, mine = questionTexts(d, q, lang), questionTexts(d, &p.Question.Question, lang)
		}
	case p.Section != nil:
		if s, ok := d.Section(p.At); ok {
			theirs, mine = bothTexts("author.section_title", s.Title, lang), bothTexts("author.section_title", p.Section.Title, lang)
		}
	case p.Set != nil:
		if set := newAuthorSet(d, p.At); set != nil {
			theirs, mine = optionTexts(set.Set.Options, lang), optionTexts(p.Set.Set.Options, lang)
		}
	case p.Head != nil:
		theirs = append(bothTexts("author.survey_title", d.Title, lang), bothTexts("author.survey_intro", d.Intro, lang)...)
		mine = append(bothTexts("author.survey_title", p.Head.Title, lang), bothTexts("author.survey_intro", p.Head.Intro, lang)...)
	}
	p.Theirs = differing(theirs, mine)
}

// wantsJSON tells whether the editor's script asks, which saves without leaving the page.
func wantsJSON(c *gin.Context) bool { return c.GetHeader("Accept") == "application/json" }

// authorSaved is the acknowledgement: the revision to go on from, the codes and ids that new options and
// rows got, in their order, and for a question where it now stands.
func authorSaved(d survey.Draft, step authorStep, to string, lang i18n.Lang) gin.H {
	saved := gin.H{"revision": d.Revision, "saved": i18n.T(lang, "author.saved_at", "Time", i18n.Clock(lang, d.ChangedAt))}
	options, rows := []questionnaire.Option(nil), []questionnaire.Row(nil)
	if q, s, ok := d.Content.Question(step.at); ok {
		options, rows = q.Options, q.Rows
		saved["place"] = i18n.T(lang, "author.place", "Number", authoring.Number(d.Content.Definition(), "", q.ID), "Section", s.Title.In(lang))
	} else if set := newAuthorSet(&d.Content, step.at); set != nil {
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
	if step.did != "" {
		saved["go"] = to
	}
	return saved
}

package respondent

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/response"
)

var errNoPage = fault.New(fault.NotFound, "error.not_found")

func pagePath(id string, n int) string { return home(id) + "/page/" + strconv.Itoa(n) }

// pageNumber reads the page in an address; 0 is no page.
func pageNumber(s string) int {
	n, err := strconv.ParseInt(s, 10, 32) // the database's integer
	if err != nil || n < 1 {
		return 0
	}
	return int(n)
}

func isClosed(err error) bool { return errors.Is(err, response.ErrClosed) }

type questionPage struct {
	httpd.Page
	ID        string
	Number    int
	Total     int
	Section   string
	Steps     []string
	Questions []Question
	Revision  int
	Base      string
	Shown     string
	Saved     string
	Own       string // the person's own link back, where it stands in no mail
	FromList  bool   // the person came from the review and goes back to it
	Stale     bool
	Last      bool
	Late      bool // the survey has closed: this comes late
}

// enter reads the response of an admitted person and takes its language.
func (f *Face) enter(v visit) (response.Response, error) {
	r, err := f.Responses.Find(httpd.Context(v.Context), v.id)
	if err == nil {
		httpd.SetLang(v.Context, r.Lang)
	}
	return r, err
}

// elsewhere sends a person whose response is no open draft to the page that says so.
func (f *Face) elsewhere(v visit, r response.Response) (moved bool, err error) {
	switch r.State {
	case response.Submitted:
		return true, httpd.Redirect(v.Context, home(v.id)+"/receipt")
	case response.Withdrawn:
		return true, httpd.Redirect(v.Context, home(v.id)+"/answers")
	}
	campaign, err := f.Responses.Campaign(httpd.Context(v.Context), r.Key)
	if err != nil {
		return true, err
	}
	if now := f.Now(); !campaign.Open(now) && (r.Correcting || !campaign.Late(now, true)) {
		return true, f.closed(v.Context, campaign, true, false)
	}
	return false, nil
}

// tooLate tells whether what the person does now comes after closing.
func (f *Face) tooLate(v visit, r response.Response) (bool, error) {
	campaign, err := f.Responses.Campaign(httpd.Context(v.Context), r.Key)
	return !campaign.Open(f.Now()), err
}

func (f *Face) resume(v visit) error {
	r, err := f.enter(v)
	if err != nil {
		return err
	}
	return httpd.Redirect(v.Context, pagePath(v.id, r.Page))
}

func (f *Face) pageShow(v visit) error {
	r, err := f.enter(v)
	if err != nil {
		return err
	}
	if moved, err := f.elsewhere(v, r); moved || err != nil {
		return err
	}
	def, err := f.Responses.Questionnaire(httpd.Context(v.Context), r.VersionID)
	if err != nil {
		return err
	}
	pages := def.Pages(r.Group)
	if v.page == len(pages)+1 { // where a person continues who has answered every page
		return httpd.Redirect(v.Context, home(v.id)+"/review")
	}
	if v.page < 1 || v.page > len(pages) {
		return errNoPage
	}
	p := f.compose(v, def, r, nil, nil)
	p.FromList = v.Query("from") == "review"
	if p.Late, err = f.tooLate(v, r); err != nil {
		return err
	}
	return httpd.Render(v.Context, http.StatusOK, "respondent/page", p)
}

// compose builds the page as the person sees it. posted is nil for what is
// stored, else what was typed, which then stands in the fields.
func (f *Face) compose(v visit, def *questionnaire.Definition, r response.Response, posted url.Values, problems []questionnaire.Problem) *questionPage {
	lang, pages := r.Lang, def.Pages(r.Group)
	section := pages[v.page-1]
	p := &questionPage{
		Page: httpd.Page{Title: i18n.T(lang, "respondent.part_title",
			"Number", v.page, "Total", len(pages), "Survey", def.Title.In(lang))},
		ID: v.id, Number: v.page, Total: len(pages), Section: section.Title.In(lang), Steps: steps(v.page, len(pages)),
		Revision: r.Revision, Base: response.Fingerprint(r.Answers, idsOf(section)), Last: v.page == len(pages), Own: f.ownLink(v, r.Key),
	}
	if r.Revision > 1 {
		p.Saved = i18n.Clock(lang, r.UpdatedAt)
		if r.Anonymous() {
			p.Saved = i18n.DateLong(lang, r.UpdatedAt)
		}
	}
	visible := visibleIDs(def, r)
	var shown []string
	for i := range section.Questions {
		q := &section.Questions[i]
		form, prefilled := posted, false
		if posted == nil {
			answer, stored := r.Answers[q.ID]
			if !stored {
				answer, prefilled = r.Prefill[q.ID]
			}
			form = FormOf(q, answer, lang)
		}
		view := Ask(q, lang, form, r.ID)
		view.Prefilled, view.Hidden = prefilled, !visible[q.ID]
		if !view.Hidden {
			shown = append(shown, q.ID)
		}
		p.Problems = append(p.Problems, view.Explain(problems, lang)...)
		p.Questions = append(p.Questions, view)
	}
	p.Shown = strings.Join(shown, " ")
	return p
}

func steps(now, total int) []string {
	list := make([]string, total)
	for i := range list {
		switch {
		case i+1 < now:
			list[i] = "done"
		case i+1 == now:
			list[i] = "now"
		}
	}
	return list
}

func idsOf(s questionnaire.Section) []string {
	ids := make([]string, len(s.Questions))
	for i := range s.Questions {
		ids[i] = s.Questions[i].ID
	}
	return ids
}

func visibleIDs(def *questionnaire.Definition, r response.Response) map[string]bool {
	m := map[string]bool{}
	for _, q := range def.Visible(r.Group, r.Answers) {
		m[q.ID] = true
	}
	return m
}

// Explain puts the problems of the question beside its controls and returns them for the summary.
func (q *Question) Explain(problems []questionnaire.Problem, lang i18n.Lang) []httpd.Problem {
	var out []httpd.Problem
	for _, p := range problems {
		if p.Question != q.ID || q.Hidden {
			continue
		}
		text := i18n.TMap(lang, p.Key, p.Args)
		field := p.Field()
		if !q.blame(field, text) {
			q.Problem, field = text, q.firstControl()
		}
		out = append(out, httpd.Problem{Field: field, Text: i18n.T(lang, "respondent.problem_in", "Question", q.Legend, "Problem", text)})
	}
	return out
}

// blame puts a problem beside the one control it is about, when there is such a control.
func (q *Question) blame(field, text string) bool {
	if field == q.OtherName && field != "" {
		q.OtherError = text
		return true
	}
	for i := range q.Rows {
		if q.Rows[i].ID == field {
			q.Rows[i].Problem = text
			return true
		}
	}
	for i := range q.Ranks {
		if q.Ranks[i].Name == field {
			q.Ranks[i].Problem = text
			return true
		}
	}
	return false
}

func (q *Question) firstControl() string {
	switch {
	case len(q.Rows) > 0:
		return q.Rows[0].ID
	case len(q.Ranks) > 0:
		return q.Ranks[0].Name
	}
	return q.ID
}

// sent is a page of answers as it arrived.
type sent struct {
	def      *questionnaire.Definition
	key      response.Key
	section  questionnaire.Section
	total    int
	form     url.Values
	page     response.Page
	problems []questionnaire.Problem
	shown    []string
}

// receive reads a posted page. What breaks a rule becomes a problem and is left
// out of what is saved; everything else is kept.
func (f *Face) receive(v visit) (s sent, err error) {
	if s.form, err = postedForm(v.Context); err != nil {
		return s, err
	}
	ctx := httpd.Context(v.Context)
	if s.key, err = f.Responses.Key(ctx, v.id); err != nil {
		return s, err
	}
	if s.def, err = f.Responses.Questionnaire(ctx, s.key.VersionID); err != nil {
		return s, err
	}
	pages := s.def.Pages(s.key.Group)
	if v.page < 1 || v.page > len(pages) {
		return s, errNoPage
	}
	s.section, s.total = pages[v.page-1], len(pages)
	s.shown = strings.Fields(s.form.Get("shown"))
	theirs := s.form["theirs"] // questions whose answer from another device is to stand
	lang, _ := i18n.Parse(s.form.Get("lang"))
	revision, err := strconv.ParseInt(s.form.Get("revision"), 10, 32)
	if err != nil {
		revision = 0 // never a revision: the base then decides
	}
	s.page = response.Page{Revision: int(revision), Base: s.form.Get("base"), Covers: idsOf(s.section),
		Answers: questionnaire.Answers{}, Next: v.page, Lang: lang}
	for i := range s.section.Questions {
		q := &s.section.Questions[i]
		if !slices.Contains(s.shown, q.ID) || slices.Contains(theirs, q.ID) {
			continue
		}
		answer, answered, problems := questionnaire.ParseForm(q, s.key.Group, s.form)
		if len(problems) > 0 {
			s.problems = append(s.problems, problems...)
			continue
		}
		s.page.Questions = append(s.page.Questions, q.ID)
		if answered {
			s.page.Answers[q.ID] = answer
		}
	}
	return s, nil
}

// maxFields is more than any page of questions has: the longest has some hundred controls.
const maxFields = 2000

func postedForm(c *gin.Context) (url.Values, error) {
	if err := c.Request.ParseForm(); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return nil, err
		}
		return nil, fault.New(fault.Invalid, "error.invalid").Wrap(err)
	}
	fields := 0
	for _, values := range c.Request.PostForm {
		fields += len(values)
	}
	if fields > maxFields {
		return nil, fault.New(fault.Invalid, "respondent.error_fields", "Max", maxFields)
	}
	return c.Request.PostForm, nil
}

// pageSave keeps what a page sends, whichever button sent it, and moves on.
func (f *Face) pageSave(v visit) error {
	s, err := f.receive(v)
	if err != nil {
		return err
	}
	do := s.form.Get("do")
	switch {
	case do == "back":
		s.page.Next = max(v.page-1, 1)
	case strings.HasPrefix(do, "lang-"):
		if lang, ok := i18n.Parse(strings.TrimPrefix(do, "lang-")); ok {
			s.page.Lang = lang
		}
	case len(s.problems) == 0:
		s.page.Next = v.page + 1
	}
	httpd.SetLang(v.Context, s.page.Lang)
	r, err := f.Responses.Save(httpd.Context(v.Context), v.id, s.page)
	if err != nil {
		return f.notSaved(v, s, err)
	}
	visible := visibleIDs(s.def, r)
	s.problems = slices.DeleteFunc(s.problems, func(p questionnaire.Problem) bool { return !visible[p.Question] })
	if len(s.problems) > 0 {
		p := f.compose(v, s.def, r, s.form, s.problems)
		p.FromList = s.form.Get("from") == "review"
		return httpd.Render(v.Context, http.StatusUnprocessableEntity, "respondent/page", p)
	}
	return f.moveOn(v, s, do, visible)
}

// moveOn redirects to where the pressed button leads. Questions that the
// answers brought up on this page are shown first.
func (f *Face) moveOn(v visit, s sent, do string, visible map[string]bool) error {
	here := pagePath(v.id, v.page)
	from := ""
	if s.form.Get("from") == "review" {
		from = "?from=review"
	}
	switch {
	case do == "back" && from != "":
		return httpd.Redirect(v.Context, home(v.id)+"/review")
	case do == "back":
		return httpd.Redirect(v.Context, pagePath(v.id, max(v.page-1, 1)))
	case strings.HasPrefix(do, "lang-"):
		return httpd.Redirect(v.Context, here+from)
	}
	for _, id := range idsOf(s.section) {
		if visible[id] && !slices.Contains(s.shown, id) {
			httpd.Flash(v.Context, "respondent.follow_up")
			return httpd.Redirect(v.Context, here+from+"#"+id+"-q")
		}
	}
	if from != "" || v.page == s.total {
		return httpd.Redirect(v.Context, home(v.id)+"/review")
	}
	return httpd.Redirect(v.Context, pagePath(v.id, v.page+1))
}

// notSaved says why a page could not be stored, with all that was typed where that makes sense.
func (f *Face) notSaved(v visit, s sent, err error) error {
	var stale *response.Stale
	switch {
	case errors.As(err, &stale):
		r := stale.Current
		r.Lang = s.page.Lang
		p := f.compose(v, s.def, r, s.form, nil)
		p.Stale, p.Title = true, i18n.T(r.Lang, "respondent.stale_title")
		p.FromList = s.form.Get("from") == "review"
		for i := range p.Questions {
			q := &p.Questions[i]
			q.Hidden = q.Hidden && !slices.Contains(s.shown, q.ID)
			if slices.Contains(stale.Questions, q.ID) {
				q.Elsewhere = f.inWords(&s.section.Questions[i], r)
				_, typed := s.page.Answers[q.ID]
				q.Theirs = !typed
			}
		}
		return httpd.Render(v.Context, http.StatusConflict, "respondent/page", p)
	case isClosed(err):
		if !s.key.Anonymous() {
			if err := f.Responses.MarkLate(httpd.Context(v.Context), s.key.InvitationID); err != nil {
				return err
			}
		}
		campaign, err := f.Responses.Campaign(httpd.Context(v.Context), s.key)
		if err != nil {
			return err
		}
		return f.closed(v.Context, campaign, true, true)
	case errors.Is(err, response.ErrFinal):
		return httpd.Redirect(v.Context, home(v.id)+"/receipt")
	case errors.Is(err, response.ErrWithdrawn):
		return httpd.Redirect(v.Context, home(v.id)+"/answers")
	}
	return err
}

func (f *Face) inWords(q *questionnaire.Question, r response.Response) string {
	lines := Words(q, r.Answers[q.ID], r.Lang)
	if len(lines) == 0 {
		return i18n.T(r.Lang, "respondent.unanswered")
	}
	return strings.Join(lines, "; ")
}

// autosaved is what the script needs to go on: the state that the page now has.
type autosaved struct {
	Saved    string   `json:"saved"`   // "Sparat 11.52"
	Unsaved  bool     `json:"unsaved"` // something on the page must be mended before it can be saved
	Revision int      `json:"revision"`
	Base     string   `json:"base"`
	Visible  []string `json:"visible"` // of this page's questions
}

// pageAutosave keeps what stands on the page while it is being filled in. A
// refusal is said in a few words and explained by the next ordinary save.
func (f *Face) pageAutosave(v visit) error {
	s, err := f.receive(v)
	if err != nil {
		return err
	}
	r, err := f.Responses.Save(httpd.Context(v.Context), v.id, s.page)
	if fl, ok := fault.Of(err); ok {
		text := i18n.Fault(s.page.Lang, fl)
		var stale *response.Stale
		if errors.As(err, &stale) {
			text = i18n.T(s.page.Lang, "respondent.saved_elsewhere")
		}
		v.JSON(http.StatusConflict, gin.H{"text": text})
		return nil
	}
	if err != nil {
		return err
	}
	visible := visibleIDs(s.def, r)
	ids := slices.DeleteFunc(idsOf(s.section), func(id string) bool { return !visible[id] })
	wrong := map[string]bool{}
	for _, p := range s.problems {
		if visible[p.Question] {
			wrong[p.Question] = true
		}
	}
	saved := i18n.T(r.Lang, "respondent.saved", "Time", i18n.Clock(r.Lang, f.Now()))
	if len(wrong) > 0 {
		saved = i18n.T(r.Lang, "respondent.saved_except", "Count", len(wrong))
	}
	v.JSON(http.StatusOK, autosaved{
		Saved: saved, Unsaved: len(wrong) > 0,
		Revision: r.Revision, Base: response.Fingerprint(r.Answers, idsOf(s.section)), Visible: ids,
	})
	return nil
}

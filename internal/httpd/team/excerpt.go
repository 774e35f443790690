package team

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/strategy"
)

type tagForm struct {
	Passage string   `form:"passage"`
	Kind    string   `form:"kind"`
	Group   string   `form:"group"`
	Themes  []string `form:"themes"`
}

func (t tagForm) Has(theme string) bool { return slices.Contains(t.Themes, theme) }

func (t tagForm) tag() dialogue.Tag {
	return dialogue.Tag{Kind: t.Kind, Group: t.Group, Themes: slices.Clone(t.Themes)}
}

// tagChoices is what the form offers.
type tagChoices struct {
	Kinds  []string
	Groups []string
	Themes []strategy.Theme
}

var choices = tagChoices{Kinds: dialogue.ExcerptKinds, Groups: people.Groups, Themes: strategy.Themes}

type tagPage struct {
	httpd.Page
	tagChoices
	Meeting dialogue.Meeting
	Note    dialogue.Note
	Form    tagForm
}

func (f *Face) excerptNew(c *gin.Context) error {
	return f.showTag(c, http.StatusOK, tagForm{}, nil)
}

func (f *Face) showTag(c *gin.Context, status int, form tagForm, problems []httpd.Problem) error {
	m, n, err := f.findNote(c)
	if err != nil {
		return err
	}
	return httpd.Render(c, status, "team/meeting_tag", &tagPage{tagChoices: choices, Meeting: m, Note: n, Form: form,
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "dialogue.tag"), Problems: problems}})
}

func (f *Face) excerptCreate(c *gin.Context) error {
	m, n, err := f.findNote(c)
	if err != nil {
		return err
	}
	var form tagForm
	if err = httpd.Bind(c, &form); err == nil {
		_, err = f.Dialogue.TagPassage(httpd.Context(c), n.ID, form.Passage, form.tag())
	}
	if problems := problemsOrConflict(c, err); problems != nil {
		return f.showTag(c, statusOf(err), form, problems)
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, "dialogue.tagged")
	return httpd.Redirect(c, "/team/meetings/"+m.ID+"#note-"+strconv.Itoa(n.No))
}

type excerptListPage struct {
	httpd.Page
	tagChoices
	Filter   dialogue.Filter
	Areas    []int
	Excerpts []dialogue.Excerpt
	Meetings int
}

func (f *Face) excerptList(c *gin.Context) error {
	area, _ := strconv.Atoi(c.Query("area")) // a number that is none means: all areas
	filter := dialogue.Filter{Area: area, Theme: c.Query("theme"), Kind: c.Query("kind"), Group: c.Query("group")}
	list, err := f.Dialogue.Excerpts(httpd.Context(c), filter)
	if err != nil {
		return err
	}
	meetings := map[string]bool{}
	invented := false
	for _, e := range list {
		meetings[e.MeetingID] = true
		invented = invented || e.Invented
	}
	return httpd.Render(c, http.StatusOK, "team/meeting_excerpts", &excerptListPage{tagChoices: choices, Filter: filter,
		Areas: []int{5, 6, 7}, Excerpts: list, Meetings: len(meetings),
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "dialogue.excerpts_title"), Invented: invented}})
}

type excerptPage struct {
	httpd.Page
	tagChoices
	Excerpt dialogue.Excerpt
	Form    tagForm
	Quote   string
	RestsOn []recommendation.Working
}

func (f *Face) excerptShow(c *gin.Context) error {
	return f.showExcerpt(c, http.StatusOK, nil, "", nil)
}

func (f *Face) showExcerpt(c *gin.Context, status int, form *tagForm, quote string, problems []httpd.Problem) error {
	e, err := f.Dialogue.Excerpt(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	if form == nil {
		form = &tagForm{Kind: e.Kind, Group: e.Group, Themes: e.Themes}
	}
	if quote == "" {
		if quote = e.Quote; quote == "" {
			quote = e.Text
		}
	}
	rests, err := f.restingOn(c, e)
	if err != nil {
		return err
	}
	return httpd.Render(c, status, "team/meeting_excerpt", &excerptPage{tagChoices: choices, Excerpt: e, Form: *form, Quote: quote, RestsOn: rests[e.ID],
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "dialogue.retag"), Invented: e.Invented, Problems: problems}})
}

// restingOn tells which recommendations rest on passages, for those who may read recommendations.
func (f *Face) restingOn(c *gin.Context, list ...dialogue.Excerpt) (map[string][]recommendation.Working, error) {
	ids := make([]string, len(list))
	for i, e := range list {
		ids[i] = e.ID
	}
	return f.restingOnSources(c, ids)
}

// restingOnSources is restingOn for passages and statements by their ids.
func (f *Face) restingOnSources(c *gin.Context, ids []string) (map[string][]recommendation.Working, error) {
	if f.Recommendations == nil || !httpd.User(c).May(account.RecommendationRead) {
		return nil, nil
	}
	return f.Recommendations.RestingOn(httpd.Context(c), ids)
}

func (f *Face) excerptSave(c *gin.Context) error {
	var form tagForm
	err := httpd.Bind(c, &form)
	if err == nil {
		err = f.Dialogue.Retag(httpd.Context(c), c.Param("id"), form.tag())
	}
	if problems := httpd.Problems(c, err); problems != nil {
		return f.showExcerpt(c, http.StatusUnprocessableEntity, &form, "", problems)
	}
	return done(c, err, "dialogue.saved", "/team/excerpts/"+c.Param("id"))
}

// done flashes a sentence and goes on, or hands the error back.
func done(c *gin.Context, err error, flash, path string) error {
	if err != nil {
		return err
	}
	httpd.Flash(c, flash)
	return httpd.Redirect(c, path)
}

func (f *Face) excerptRemove(c *gin.Context) error {
	e, err := f.Dialogue.Excerpt(httpd.Context(c), c.Param("id"))
	if err == nil {
		err = f.Dialogue.RemoveExcerpt(httpd.Context(c), e.ID)
	}
	return done(c, err, "dialogue.removed_notice", "/team/meetings/"+e.MeetingID)
}

func (f *Face) quoteApprove(c *gin.Context) error {
	quote := c.PostForm("quote")
	err := f.Dialogue.ApproveQuote(httpd.Context(c), c.Param("id"), quote)
	if problems := httpd.Problems(c, err); problems != nil {
		return f.showExcerpt(c, http.StatusUnprocessableEntity, nil, quote, problems)
	}
	return done(c, err, "dialogue.quote_saved", "/team/excerpts/"+c.Param("id"))
}

func (f *Face) quoteRevoke(c *gin.Context) error {
	err := f.Dialogue.RevokeQuote(httpd.Context(c), c.Param("id"))
	return done(c, err, "dialogue.quote_revoked_notice", "/team/excerpts/"+c.Param("id"))
}

package team

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire/authoring"
	"upphandlingsdialog/internal/recommendation"
)

// recommendationHistory is what the page of a recommendation tells about how it came about.
type recommendationHistory struct {
	Steps      []recommendation.Step
	Kin        []recommendation.Kin
	Threads    []recommendation.Thread
	Editors    []recommendation.Editor
	Users      []recommendationUser // who may be named as editor; only for those who name them
	MayDecide  bool
	Unresolved int
}

type recommendationUser struct {
	account.User
	Chosen bool
}

func (f *Face) history(c *gin.Context, id string) (h recommendationHistory, err error) {
	ctx := httpd.Context(c)
	h.MayDecide = httpd.User(c).May(account.RecommendationDecide)
	if h.Steps, err = f.Recommendations.Steps(ctx, id); err != nil {
		return h, err
	}
	if h.Kin, err = f.Recommendations.Kin(ctx, id); err != nil {
		return h, err
	}
	if h.Threads, err = f.Recommendations.Threads(ctx, id); err != nil {
		return h, err
	}
	for _, t := range h.Threads {
		if t.ResolvedAt == nil {
			h.Unresolved++
		}
	}
	if h.Editors, err = f.Recommendations.Editors(ctx, id); err != nil || !h.MayDecide {
		return h, err
	}
	users, err := f.Accounts.Users(ctx)
	for _, u := range users {
		named := slices.ContainsFunc(h.Editors, func(e recommendation.Editor) bool { return e.ID == u.ID })
		if u.May(account.RecommendationWrite) && u.DisabledAt == nil || named {
			h.Users = append(h.Users, recommendationUser{u, named})
		}
	}
	return h, err
}

type recommendationVersionsPage struct {
	httpd.Page
	R        recommendation.Recommendation
	Versions []recommendation.Version
	From, To int
	Changes  []recommendationChange
	MayWrite bool
}

// recommendationChange is one difference in words.
type recommendationChange struct {
	Label string
	Words []authoring.Part
}

// recommendationVersions takes ?from= and ?to=; without them the latest version and the one before it.
func (f *Face) recommendationVersions(c *gin.Context) error {
	ctx, id, lang := httpd.Context(c), c.Param("id"), httpd.Lang(c)
	r, err := f.Recommendations.Find(ctx, id)
	if err != nil {
		return err
	}
	list, err := f.Recommendations.Versions(ctx, id)
	if err != nil {
		return err
	}
	p := &recommendationVersionsPage{Page: httpd.Page{Title: i18n.T(lang, "recommendation.versions_title", "Number", r.Number)},
		R: r, Versions: list, To: number(c.Query("to"), r.Version), MayWrite: httpd.User(c).May(account.RecommendationWrite)}
	p.From = number(c.Query("from"), p.To-1)
	old, next := versionNumbered(list, p.From), versionNumbered(list, p.To)
	if old != nil && next != nil {
		if p.Changes, err = f.changesBetween(c, id, old, next); err != nil {
			return err
		}
	}
	return httpd.Render(c, http.StatusOK, "team/recommendation_versions", p)
}

func (f *Face) changesBetween(c *gin.Context, id string, old, next *recommendation.Version) (list []recommendationChange, err error) {
	ctx, lang := httpd.Context(c), httpd.Lang(c)
	before, err := f.Recommendations.At(ctx, id, old.Number)
	if err != nil {
		return nil, err
	}
	after, err := f.Recommendations.At(ctx, id, next.Number)
	for _, ch := range recommendation.Compare(old.Content, next.Content, lang) {
		list = append(list, changeWords(lang, ch, before, after))
	}
	return list, err
}

// number reads an address parameter; what is no number gives the other value.
func number(s string, other int) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	return other
}

func versionNumbered(list []recommendation.Version, n int) *recommendation.Version {
	for i := range list {
		if list[i].Number == n {
			return &list[i]
		}
	}
	return nil
}

func changeWords(lang i18n.Lang, ch recommendation.Change, old, next recommendation.Recommendation) recommendationChange {
	if ch.Field == "evidence" {
		out := recommendationChange{Label: i18n.T(lang, "recommendation.evidence_"+ch.Act, "Number", ch.Evidence)}
		out.Words = authoring.Words(citedWords(lang, old, ch.Old), citedWords(lang, next, ch.New))
		return out
	}
	label := textLabel(lang, ch.Field)
	if ch.Lang != "" {
		label += " (" + i18n.T(lang, "recommendation.lang_"+string(ch.Lang)) + ")"
	}
	return recommendationChange{Label: label, Words: ch.Words}
}

// textLabel names a field of a recommendation.
func textLabel(lang i18n.Lang, field string) string {
	if field == "title" {
		field = "name"
	}
	return i18n.T(lang, "recommendation."+field)
}

// citedWords is a piece of a version's evidence as a reader knows it: what was asked of whom and answered,
// or what was said by whom.
func citedWords(lang i18n.Lang, r recommendation.Recommendation, c *recommendation.Cited) string {
	if c == nil {
		return ""
	}
	i := slices.IndexFunc(r.Evidence, func(e recommendation.Evidence) bool { return e.Number == c.Number })
	if i < 0 {
		return ""
	}
	e := evidenceWords(lang, r.Evidence[i])
	switch {
	case e.Figure != nil:
		words := []string{strings.TrimSpace(e.Figure.Text.In(lang) + " " + e.Figure.Row.In(lang)), e.Group,
			i18n.T(lang, "recommendation.measure_"+string(e.Figure.Measure))}
		if e.Answers != "" {
			words = append(words, e.Answers)
		}
		if e.Counted != "" {
			words = append(words, e.Counted)
		}
		return strings.Join(words, " · ") + ": " + e.Value + " (" + i18n.T(lang, "recommendation.base", "Count", e.Base) + ")"
	case e.Statement != nil && e.Statement.Text != "":
		return "”" + e.Statement.Gist() + "” " + e.Statement.By() + ", " + i18n.Date(lang, e.Statement.Date)
	case e.Statement != nil:
		return i18n.T(lang, "recommendation.statement_gone")
	case e.Excerpt.Text != "":
		return "”" + e.Excerpt.Text + "” " + e.Excerpt.MeetingTitle + ", " + i18n.Date(lang, e.Excerpt.Date)
	}
	return i18n.T(lang, "recommendation.passage_gone")
}

func (f *Face) recommendationRestore(c *gin.Context) error {
	n := number(c.PostForm("version"), 0)
	if err := f.Recommendations.Restore(httpd.Context(c), c.Param("id"), n); err != nil {
		return f.refuse(c, err)
	}
	httpd.Flash(c, "recommendation.restored_done", "Version", n)
	return httpd.Redirect(c, "/team/recommendations/"+c.Param("id"))
}

func (f *Face) recommendationBranch(c *gin.Context) error {
	child, err := f.Recommendations.Branch(httpd.Context(c), c.Param("id"), c.PostForm("number"), recommendation.VersionKind(c.PostForm("kind")))
	if err != nil {
		return f.refuse(c, err)
	}
	httpd.Flash(c, "recommendation.branched_done", "Number", child.Number)
	return httpd.Redirect(c, "/team/recommendations/"+child.ID+"/edit")
}

func (f *Face) recommendationEditors(c *gin.Context) error {
	if err := f.Recommendations.SetEditors(httpd.Context(c), c.Param("id"), c.PostFormArray("editor")); err != nil {
		return f.refuse(c, err)
	}
	httpd.Flash(c, "recommendation.editors_done")
	return httpd.Redirect(c, "/team/recommendations/"+c.Param("id"))
}

func (f *Face) recommendationComment(c *gin.Context) error {
	err := f.Recommendations.AddComment(httpd.Context(c), c.Param("id"), c.PostForm("thread"), c.PostForm("body"))
	if err != nil {
		return f.refuse(c, err)
	}
	httpd.Flash(c, "recommendation.comment_done")
	return httpd.Redirect(c, "/team/recommendations/"+c.Param("id")+"#talk")
}

func (f *Face) recommendationResolve(c *gin.Context) error {
	err := f.Recommendations.Resolve(httpd.Context(c), c.Param("id"), c.Param("thread"), c.PostForm("open") == "")
	if err != nil {
		return err
	}
	return httpd.Redirect(c, "/team/recommendations/"+c.Param("id")+"#talk")
}

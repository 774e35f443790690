package team

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/recommendation"
)

// Where a merged recommendation takes a text from.
const (
	pickMine   = "mine"
	pickTheirs = "theirs"
	pickOwn    = "own" // as the editor writes it
)

type recommendationMergePage struct {
	httpd.Page
	Mine, Theirs recommendation.Recommendation
	Version      int // of mine, as the form began
	Texts        []mergeText
	Added        int // pieces of evidence that come along
}

// mergeText is one text in one language, of both.
type mergeText struct {
	Name         string // "wording-sv"
	Label        string
	Lang         i18n.Lang
	Mine, Theirs string
	Pick, Own    string
}

// chosen is the text that the editor picked.
func (m mergeText) chosen() string {
	switch m.Pick {
	case pickTheirs:
		return m.Theirs
	case pickOwn:
		return m.Own
	}
	return m.Mine
}

// mergeTexts lists what differs, with what the form picked or, without one, this one's texts where it has any.
func mergeTexts(lang i18n.Lang, m recommendation.Merging, form func(name string) string) (list []mergeText) {
	for _, pair := range m.Pairs() {
		for _, l := range i18n.Langs {
			t := mergeText{Name: pair.Name + "-" + string(l), Lang: l, Mine: side(pair.Mine, l), Theirs: side(pair.Theirs, l),
				Label: textLabel(lang, pair.Name) + " (" + i18n.T(lang, "recommendation.lang_"+string(l)) + ")"}
			if t.Mine == t.Theirs {
				continue
			}
			t.Pick, t.Own = form("pick-"+t.Name), strings.TrimSpace(strings.ReplaceAll(form("own-"+t.Name), "\r\n", "\n"))
			if t.Pick == "" {
				t.Pick, t.Own = pickMine, strings.TrimSpace(t.Mine+" "+t.Theirs)
				if t.Mine == "" {
					t.Pick = pickTheirs
				}
			}
			list = append(list, t)
		}
	}
	return list
}

// side is a text in one language and in no other.
func side(t i18n.Text, l i18n.Lang) string {
	if l == i18n.En {
		return t.En
	}
	return t.Sv
}

// recommendationMergeForm shows both side by side, from ?other=. It writes nothing.
func (f *Face) recommendationMergeForm(c *gin.Context) error {
	m, err := f.Recommendations.Merging(httpd.Context(c), c.Param("id"), c.Query("other"))
	if err != nil {
		return f.refuse(c, err)
	}
	return showMerge(c, http.StatusOK, m, m.Mine.Version, func(string) string { return "" }, nil)
}

func showMerge(c *gin.Context, status int, m recommendation.Merging, version int, form func(string) string, problems []httpd.Problem) error {
	lang := httpd.Lang(c)
	p := &recommendationMergePage{Mine: m.Mine, Theirs: m.Theirs, Version: version, Texts: mergeTexts(lang, m, form),
		Page: httpd.Page{Problems: problems, Title: i18n.T(lang, "recommendation.merge_title", "Mine", m.Mine.Number, "Theirs", m.Theirs.Number)}}
	for _, e := range m.Mine.Evidence {
		if e.ID == "" {
			p.Added++
		}
	}
	return httpd.Render(c, status, "team/recommendation_merge", p)
}

func (f *Face) recommendationMerge(c *gin.Context) error {
	ctx, id, other := httpd.Context(c), c.Param("id"), strings.TrimSpace(c.PostForm("other"))
	m, err := f.Recommendations.Merging(ctx, id, other)
	if err != nil {
		return f.refuse(c, err)
	}
	texts := map[string]i18n.Text{}
	for _, pair := range m.Pairs() {
		texts[pair.Name] = pair.Mine
	}
	for _, t := range mergeTexts(httpd.Lang(c), m, c.PostForm) {
		name := strings.TrimSuffix(t.Name, "-"+string(t.Lang))
		text := texts[name]
		if t.Lang == i18n.En {
			text.En = t.chosen()
		} else {
			text.Sv = t.chosen()
		}
		texts[name] = text
	}
	version := number(c.PostForm("version"), 0)
	if err := f.Recommendations.Merge(ctx, id, other, version, texts); err != nil {
		return mergeAgain(c, m, version, err)
	}
	httpd.Flash(c, "recommendation.merged_done", "Number", other)
	return httpd.Redirect(c, "/team/recommendations/"+id)
}

// mergeAgain shows the form with everything that was picked and typed.
func mergeAgain(c *gin.Context, m recommendation.Merging, version int, err error) error {
	if problems := httpd.Problems(c, err); problems != nil {
		for i := range problems {
			problems[i].Field = "" // a text stands in two languages and may be the other's
		}
		return showMerge(c, http.StatusUnprocessableEntity, m, version, c.PostForm, problems)
	}
	var fl *fault.Fault
	if !errors.As(err, &fl) || fl.Kind != fault.Conflict {
		return err
	}
	return showMerge(c, http.StatusConflict, m, version, c.PostForm, []httpd.Problem{{Text: i18n.Fault(httpd.Lang(c), fl)}})
}

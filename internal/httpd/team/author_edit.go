package team

import (
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/questionnaire/authoring"
	"upphandlingsdialog/internal/region"
)

// posted reads the form of an edit. Its fields are named by what stands in the draft, so no struct can
// describe them.
func posted(c *gin.Context) error {
	return httpd.Bind(c, &struct{}{})
}

func (f *Face) draftHead(c *gin.Context) error {
	if err := posted(c); err != nil {
		return err
	}
	e := authoring.SetHead{Title: words(c.Request.PostForm, "title"), Intro: words(c.Request.PostForm, "intro")}
	return f.authorApply(c, e, "", func(p *authorPage) { p.Head = &e })
}

func (f *Face) draftSectionAdd(c *gin.Context) error {
	if err := posted(c); err != nil {
		return err
	}
	e := authoring.AddSection{Title: words(c.Request.PostForm, "title")}
	d, err := f.Surveys.Draft(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	if e.Title.IsZero() {
		n := strconv.Itoa(len(d.Content.Sections) + 1)
		e.Title = i18n.Text{Sv: i18n.T(i18n.Sv, "author.part", "Number", n), En: i18n.T(i18n.En, "author.part", "Number", n)}
	}
	next, err := d.Content.Apply(e)
	if err != nil {
		return f.authorApply(c, e, "", nil)
	}
	return f.authorApply(c, e, next.Sections[len(next.Sections)-1].ID, nil)
}

func (f *Face) draftSectionSet(c *gin.Context) error {
	if err := posted(c); err != nil {
		return err
	}
	e := authoring.SetSection{ID: c.Param("section"), Title: words(c.Request.PostForm, "title")}
	return f.authorApply(c, e, e.ID, func(p *authorPage) { p.Section = &authoring.Section{ID: e.ID, Title: e.Title} })
}

// draftSectionMove moves a section one step (by=up or down) or to a place (to=, from 0).
func (f *Face) draftSectionMove(c *gin.Context) error {
	d, err := f.Surveys.Draft(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	e := authoring.MoveSection{ID: c.Param("section")}
	for i, s := range d.Content.Sections {
		if s.ID == e.ID {
			e.To = step(c, i)
		}
	}
	return f.authorApply(c, e, e.ID, nil)
}

// step is the place that a form asks for: one up or down from the present one, or any.
func step(c *gin.Context, at int) int {
	switch c.PostForm("by") {
	case "up":
		return max(0, at-1)
	case "down":
		return at + 1
	}
	to, err := strconv.Atoi(c.PostForm("to"))
	if err != nil {
		return at
	}
	return to
}

func (f *Face) draftSectionRemove(c *gin.Context) error {
	return f.authorApply(c, authoring.RemoveSection{ID: c.Param("section")}, "", nil)
}

// draftQuestionAdd adds a question to a section, asked of those whom the one before it is asked of.
func (f *Face) draftQuestionAdd(c *gin.Context) error {
	d, err := f.Surveys.Draft(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	e := authoring.AddQuestion{Section: c.PostForm("section"), Type: questionnaire.Type(c.PostForm("type"))}
	for _, g := range region.TargetGroups {
		e.Groups = append(e.Groups, g.ID)
	}
	if s, ok := d.Content.Section(e.Section); ok && len(s.Questions) > 0 {
		e.Groups = s.Questions[len(s.Questions)-1].Groups
	}
	next, err := d.Content.Apply(e)
	if err != nil {
		return f.authorApply(c, e, e.Section, nil)
	}
	s, _ := next.Section(e.Section)
	return f.authorApply(c, e, s.Questions[len(s.Questions)-1].ID, nil)
}

func (f *Face) draftQuestionSet(c *gin.Context) error {
	if err := posted(c); err != nil {
		return err
	}
	id := c.Param("question")
	d, err := f.Surveys.Draft(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	e, err := questionForm(c, &d.Content, id)
	show := func(p *authorPage) {
		p.Question = newAuthorQuestion(&p.Draft.Content, e.Question, httpd.Lang(c))
		p.Question.Numbers = map[string]string{}
		for _, name := range []string{"min", "max", "decimals", "top", "max_choices", "max_length"} {
			p.Question.Numbers[name] = c.PostForm(name)
		}
	}
	if problems := httpd.Problems(c, err); problems != nil {
		if wantsJSON(c) {
			c.JSON(http.StatusUnprocessableEntity, gin.H{"message": problems[0].Text})
			return nil
		}
		p := &authorPage{Draft: d, At: id}
		p.Problems = problems
		show(p)
		return f.authorRender(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	return f.authorApply(c, e, id, show)
}

// draftQuestionMove moves a question one step (by=up or down, also into the next section) or to a
// place (section= and to=, from 0).
func (f *Face) draftQuestionMove(c *gin.Context) error {
	d, err := f.Surveys.Draft(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	e := authoring.MoveQuestion{ID: c.Param("question"), Section: c.PostForm("section")}
	sections := d.Content.Sections
	for i, s := range sections {
		for j, q := range s.Questions {
			if q.ID != e.ID {
				continue
			}
			if e.Section == "" {
				e.Section = s.ID
			}
			e.To = step(c, j)
			switch by := c.PostForm("by"); {
			case by == "up" && j == 0 && i > 0:
				e.Section, e.To = sections[i-1].ID, len(sections[i-1].Questions)
			case by == "down" && j == len(s.Questions)-1 && i < len(sections)-1:
				e.Section, e.To = sections[i+1].ID, 0
			}
		}
	}
	return f.authorApply(c, e, e.ID, nil)
}

func (f *Face) draftQuestionDuplicate(c *gin.Context) error {
	e := authoring.DuplicateQuestion{ID: c.Param("question")}
	d, err := f.Surveys.Draft(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	at := e.ID
	if next, err := d.Content.Apply(e); err == nil {
		list := next.Questions()
		for i, q := range list {
			if q.ID == e.ID {
				at = list[i+1].ID
			}
		}
	}
	return f.authorApply(c, e, at, nil)
}

func (f *Face) draftQuestionRemove(c *gin.Context) error {
	return f.authorApply(c, authoring.RemoveQuestion{ID: c.Param("question")}, "", nil)
}

// draftSetSave adds or changes a shared scale or option set.
func (f *Face) draftSetSave(c *gin.Context) error {
	if err := posted(c); err != nil {
		return err
	}
	form := c.Request.PostForm
	e := authoring.SetShared{Scale: form.Get("scale") != ""}
	e.Name, e.Bipolar = form.Get("name"), form.Get("bipolar") != ""
	e.Set.Options = optionsForm(form, nil)
	return f.authorApply(c, e, "set:"+e.Name, func(p *authorPage) {
		p.Set = &authorSet{Set: e.Set, Scale: e.Scale, Users: p.Draft.Content.Users(e.Name)}
		p.Set.lines()
	})
}

func (f *Face) draftSetRemove(c *gin.Context) error {
	return f.authorApply(c, authoring.RemoveShared{Name: c.Param("name")}, "", nil)
}

package team

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/fault"
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
	return f.authorApply(c, e, authorStep{}, func(p *authorPage) { p.Head = &e })
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
		return f.authorApply(c, e, authorStep{}, nil)
	}
	return f.authorApply(c, e, authorStep{next: next.Sections[len(next.Sections)-1].ID, focus: "title.sv"}, nil)
}

func (f *Face) draftSectionSet(c *gin.Context) error {
	if err := posted(c); err != nil {
		return err
	}
	e := authoring.SetSection{ID: c.Param("section"), Title: words(c.Request.PostForm, "title")}
	return f.authorApply(c, e, authorStep{at: e.ID}, func(p *authorPage) { p.Section = &authoring.Section{ID: e.ID, Title: e.Title} })
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
			e.To = placeForm(c, i)
		}
	}
	return f.authorMove(c, d.Content, e, e.ID)
}

// authorMove moves, and says so when a condition then asks about a question that comes later.
func (f *Face) authorMove(c *gin.Context, before authoring.Draft, e authoring.Edit, at string) error {
	step := authorStep{at: at}
	if next, err := before.Apply(e); err == nil && forward(next) > forward(before) {
		step.did = "moved_breaks"
	}
	return f.authorApply(c, e, step, nil)
}

// forward counts the conditions that ask about a later question.
func forward(d authoring.Draft) int {
	n := 0
	_, problems := d.Compile()
	for _, p := range problems {
		if p.Key == "authoring.problem_condition_forward" {
			n++
		}
	}
	return n
}

// placeForm is the place that a form asks for: one up or down from the present one, or any.
func placeForm(c *gin.Context, at int) int {
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
	id := c.Param("section")
	return f.authorRemove(c, authoring.RemoveSection{ID: id}, id, "removed_section")
}

// authorRemove removes the part that is shown and goes to the one that was before it.
func (f *Face) authorRemove(c *gin.Context, e authoring.Edit, id, did string) error {
	d, err := f.Surveys.Draft(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	step := authorStep{at: id, did: did, focus: "notice"}
	if next, err := d.Content.Apply(e); err == nil {
		step.at, step.next = "", neighbour(d.Content, next, id)
	}
	return f.authorApply(c, e, step, nil)
}

// neighbour is the question or section before the removed one, or else the one after it.
func neighbour(before, after authoring.Draft, id string) string {
	var order []string
	for _, s := range before.Sections {
		order = append(order, s.ID)
		for _, q := range s.Questions {
			order = append(order, q.ID)
		}
	}
	at := slices.Index(order, id)
	if at < 0 {
		return ""
	}
	for _, candidate := range nearest(order, at) {
		_, _, question := after.Question(candidate)
		if _, section := after.Section(candidate); question || section {
			return candidate
		}
	}
	return ""
}

// nearest lists what stands before a place, the closest first, and then what stands after it.
func nearest(order []string, at int) []string {
	list := slices.Clone(order[:at])
	slices.Reverse(list)
	return append(list, order[at+1:]...)
}

// draftQuestionAdd adds a question to a section, asked of those whom the one before it is asked of.
func (f *Face) draftQuestionAdd(c *gin.Context) error {
	d, err := f.Surveys.Draft(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	e := authoring.AddQuestion{Section: c.PostForm("section"), Type: questionnaire.Type(c.PostForm("type")), After: c.PostForm("after")}
	for _, g := range region.TargetGroups {
		e.Groups = append(e.Groups, g.ID)
	}
	before, _, ok := d.Content.Question(e.After)
	if s, known := d.Content.Section(e.Section); !ok && known && len(s.Questions) > 0 {
		before, ok = &s.Questions[len(s.Questions)-1], true
	}
	if ok {
		e.Groups = before.Groups
	}
	next, err := d.Content.Apply(e)
	if err != nil {
		return f.authorApply(c, e, authorStep{at: e.Section}, nil)
	}
	return f.authorApply(c, e, authorStep{next: added(d.Content, next), focus: "text.sv"}, nil)
}

// added is the id of the question that only the second draft has.
func added(before, after authoring.Draft) string {
	for _, q := range after.Questions() {
		if _, _, had := before.Question(q.ID); !had {
			return q.ID
		}
	}
	return ""
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
	step := authorStep{at: id}
	if c.PostForm("then") == "add" {
		step.next = "new:" + id
	}
	return f.authorApply(c, e, step, show)
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
			e.To = placeForm(c, j)
			switch by := c.PostForm("by"); {
			case by == "up" && j == 0 && i > 0:
				e.Section, e.To = sections[i-1].ID, len(sections[i-1].Questions)
			case by == "down" && j == len(s.Questions)-1 && i < len(sections)-1:
				e.Section, e.To = sections[i+1].ID, 0
			}
		}
	}
	return f.authorMove(c, d.Content, e, e.ID)
}

func (f *Face) draftQuestionDuplicate(c *gin.Context) error {
	e := authoring.DuplicateQuestion{ID: c.Param("question")}
	d, err := f.Surveys.Draft(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	step := authorStep{at: e.ID}
	if next, err := d.Content.Apply(e); err == nil {
		step.next, step.focus = added(d.Content, next), "text.sv"
	}
	return f.authorApply(c, e, step, nil)
}

func (f *Face) draftQuestionRemove(c *gin.Context) error {
	id := c.Param("question")
	return f.authorRemove(c, authoring.RemoveQuestion{ID: id}, id, "removed_question")
}

// draftQuestionMend does what mends a finding, when one edit can.
func (f *Face) draftQuestionMend(c *gin.Context) error {
	id := c.Param("question")
	d, err := f.Surveys.Draft(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	remedy, ok := d.Content.Remedy(id, c.PostForm("finding"))
	if !ok {
		return fault.New(fault.Conflict, "authoring.error_no_remedy")
	}
	step := authorStep{at: id, did: "mended", from: d.Revision}
	if next, err := d.Content.Apply(remedy.Edit); err == nil && added(d.Content, next) != "" {
		step.next, step.focus, step.did = added(d.Content, next), "text.sv", ""
	}
	return f.authorApply(c, remedy.Edit, step, nil)
}

// draftQuestionRename gives the question another id, by which its answers are stored.
func (f *Face) draftQuestionRename(c *gin.Context) error {
	e := authoring.RenameQuestion{ID: c.Param("question"), To: strings.TrimSpace(c.PostForm("id"))}
	return f.authorApply(c, e, authorStep{at: e.ID, next: e.To, focus: "id"}, func(p *authorPage) { p.Renamed = e.To })
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
	return f.authorApply(c, e, authorStep{at: "set:" + e.Name}, func(p *authorPage) {
		p.Set = &authorSet{Set: e.Set, Scale: e.Scale, Users: p.Draft.Content.Users(e.Name)}
		p.Set.lines()
	})
}

// draftSetRename gives a shared scale or option set another name.
func (f *Face) draftSetRename(c *gin.Context) error {
	e := authoring.RenameShared{Name: c.Param("name"), To: strings.TrimSpace(c.PostForm("to"))}
	return f.authorApply(c, e, authorStep{at: "set:" + e.Name, next: "set:" + e.To, focus: "to"}, func(p *authorPage) { p.Renamed = e.To })
}

func (f *Face) draftSetRemove(c *gin.Context) error {
	return f.authorApply(c, authoring.RemoveShared{Name: c.Param("name")}, authorStep{did: "removed_set", focus: "notice"}, nil)
}

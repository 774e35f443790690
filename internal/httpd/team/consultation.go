package team

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/consultation"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/people"
)

// consultationForm plans a consultation.
type consultationForm struct {
	Name      string              `form:"name"`
	Groups    []string            `form:"groups"`
	Addresses string              `form:"addresses" validate:"max=20000"`
	Method    consultation.Method `form:"method"`
	MinBase   int                 `form:"min_base"`
}

func (f consultationForm) draft() consultation.Draft {
	return consultation.Draft{Name: f.Name, Groups: f.Groups, Addresses: f.Addresses, Method: f.Method, MinBase: f.MinBase}
}

// Has tells the template whether a group is ticked.
func (f consultationForm) Has(group string) bool { return slices.Contains(f.Groups, group) }

// consultationChoices is what the form offers.
type consultationChoices struct {
	AllGroups []string
	Methods   []consultation.Method
}

var offered = consultationChoices{people.Groups, consultation.Methods}

type consultationListPage struct {
	httpd.Page
	consultationChoices
	List     []consultation.Consultation
	Form     consultationForm
	MayWrite bool
	Now      time.Time
}

// State names how far a consultation has come, for the words.
func state(c consultation.Consultation, now time.Time) string {
	switch {
	case c.ConcludedAt != nil:
		return "concluded"
	case c.LockedAt == nil:
		return "planned"
	case c.Asking(now):
		return "open"
	}
	return "closed"
}

// State is for the list's template.
func (p *consultationListPage) State(c consultation.Consultation) string { return state(c, p.Now) }

func (f *Face) consultationList(c *gin.Context) error {
	return f.showConsultations(c, http.StatusOK, consultationForm{Groups: people.Groups, Method: consultation.Threshold, MinBase: f.Distribution.MinBase()}, nil)
}

func (f *Face) showConsultations(c *gin.Context, status int, form consultationForm, problems []httpd.Problem) error {
	list, err := f.Consultations.List(httpd.Context(c))
	if err != nil {
		return err
	}
	return httpd.Render(c, status, "team/consultation_list", &consultationListPage{consultationChoices: offered, List: list, Form: form,
		Page:     httpd.Page{Title: i18n.T(httpd.Lang(c), "consultation.title"), Problems: problems},
		MayWrite: httpd.User(c).May(account.RecommendationWrite), Now: f.Now()})
}

func (f *Face) consultationPlan(c *gin.Context) error {
	var form consultationForm
	err := httpd.Bind(c, &form)
	var id string
	if err == nil {
		id, err = f.Consultations.Plan(httpd.Context(c), form.draft())
	}
	if problems := problemsOrConflict(c, err); problems != nil {
		return f.showConsultations(c, statusOf(err), form, problems)
	}
	return done(c, err, "consultation.planned_done", "/team/consultations/"+id)
}

// consultationPage is one consultation with what can be done about it now.
type consultationPage struct {
	httpd.Page
	consultationChoices
	C             consultation.Consultation
	State         string
	Form          consultationForm
	Rule          []string
	Round         *consultation.Round // under way or the last one
	Participation []consultation.Participation
	Askable       []consultation.Asked
	Changed       map[string]int // items whose recommendation has a later version than is asked about
	Over          []int          // rounds whose results are shown
	Closes        string
	MayWrite      bool
	MayDecide     bool
	Unanswered    int
	Letters       int // that concluding would send
	Proposals     int
}

func (f *Face) consultationShow(c *gin.Context) error {
	return f.showConsultation(c, http.StatusOK, nil, nil)
}

func (f *Face) showConsultation(c *gin.Context, status int, form *consultationForm, problems []httpd.Problem) error {
	ctx, now := httpd.Context(c), f.Now()
	one, err := f.Consultations.Find(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	p := &consultationPage{consultationChoices: offered, C: one, State: state(one, now), Rule: one.Rule.Text(httpd.Lang(c)), Round: one.Current(),
		Page:     httpd.Page{Title: one.Name, Problems: problems, Invented: one.Invented},
		MayWrite: httpd.User(c).May(account.RecommendationWrite), MayDecide: httpd.User(c).May(account.RecommendationDecide),
		Closes: now.AddDate(0, 0, 14).Format(time.DateOnly)}
	p.Form = consultationForm{Name: one.Name, Groups: one.Groups, Addresses: strings.Join(one.Addresses, "\n"), Method: one.Rule.Method, MinBase: one.Rule.MinBase}
	if form != nil {
		p.Form = *form
	}
	for _, r := range one.Rounds {
		if one.Shows(r.Number, consultation.Team, now) {
			p.Over = append(p.Over, r.Number)
		}
	}
	if p.Askable, err = f.Consultations.Askable(ctx, one); err != nil {
		return err
	}
	if err := f.fillConsultation(c, p); err != nil {
		return err
	}
	return httpd.Render(c, status, "team/consultation_show", p)
}

// fillConsultation adds who has taken part, what has been changed and what waits for an answer.
func (f *Face) fillConsultation(c *gin.Context, p *consultationPage) (err error) {
	ctx := httpd.Context(c)
	if p.Round == nil {
		return nil
	}
	if p.Participation, err = f.Consultations.Participation(ctx, p.C, p.Round.Number); err != nil {
		return err
	}
	p.Changed = map[string]int{}
	for _, item := range p.Round.Items {
		for _, a := range p.Askable {
			if a.ID == item.RecommendationID && a.Version > item.Version {
				p.Changed[a.ID] = a.Version
			}
		}
	}
	end, err := f.Consultations.Conclusion(ctx, p.C)
	p.Proposals, p.Unanswered, p.Letters = len(end.Proposals), end.Unanswered, len(end.Letters)
	return err
}

func (f *Face) consultationChange(c *gin.Context) error {
	var form consultationForm
	err := httpd.Bind(c, &form)
	if err == nil {
		err = f.Consultations.Change(httpd.Context(c), c.Param("id"), form.draft())
	}
	if problems := problemsOrConflict(c, err); problems != nil {
		return f.showConsultation(c, statusOf(err), &form, problems)
	}
	return done(c, err, "consultation.changed_done", "/team/consultations/"+c.Param("id"))
}

// consultationPreviewPage is what opening a round would do.
type consultationPreviewPage struct {
	httpd.Page
	O         consultation.Opening
	Rule      []string
	Closes    string
	Letters   []consultationLetter
	MayDecide bool
}

type consultationLetter struct {
	mail.Letter
	Text string
}

// roundRequest reads the items and the last day, which is open to its end in Swedish time.
func roundRequest(values url.Values) consultation.Request {
	r := consultation.Request{Items: values["items"]}
	if day, err := time.ParseInLocation(time.DateOnly, values.Get("closes"), i18n.Stockholm); err == nil {
		r.ClosesAt = day.AddDate(0, 0, 1).Add(-time.Minute)
	}
	return r
}

// consultationPreview takes ?items= and ?closes=, and writes nothing.
func (f *Face) consultationPreview(c *gin.Context) error {
	lang := httpd.Lang(c)
	o, err := f.Consultations.Preview(httpd.Context(c), c.Param("id"), roundRequest(c.Request.URL.Query()))
	if problems := problemsOrConflict(c, err); problems != nil {
		return f.showConsultation(c, statusOf(err), nil, problems)
	}
	if err != nil {
		return err
	}
	p := &consultationPreviewPage{Page: httpd.Page{Title: i18n.T(lang, "consultation.preview_title", "Round", o.Number)}, O: o,
		Rule: o.Consultation.Rule.Text(lang), Closes: c.Query("closes"), MayDecide: httpd.User(c).May(account.RecommendationDecide)}
	for _, l := range i18n.Langs {
		letter := f.Consultations.Sample(o, o.Consultation.Groups[0], l)
		p.Letters = append(p.Letters, consultationLetter{letter, mail.Text(letter)})
	}
	return httpd.Render(c, http.StatusOK, "team/consultation_preview", p)
}

func (f *Face) consultationOpen(c *gin.Context) error {
	if err := c.Request.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "error.invalid").Wrap(err)
	}
	o, err := f.Consultations.Open(httpd.Context(c), c.Param("id"), roundRequest(c.Request.PostForm))
	if problems := problemsOrConflict(c, err); problems != nil {
		return f.showConsultation(c, statusOf(err), nil, problems)
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, "consultation.opened_done", "Round", o.Number, "Count", len(o.Participants))
	return httpd.Redirect(c, "/team/consultations/"+c.Param("id"))
}

// act does one thing to a consultation and shows it again, with a sentence about what came of it.
func (f *Face) act(c *gin.Context, err error, flash string, args ...any) error {
	if problems := problemsOrConflict(c, err); problems != nil {
		return f.showConsultation(c, statusOf(err), nil, problems)
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, flash, args...)
	return httpd.Redirect(c, "/team/consultations/"+c.Param("id"))
}

func (f *Face) consultationRenew(c *gin.Context) error {
	n, err := f.Consultations.Renew(httpd.Context(c), c.Param("id"), c.PostForm("recommendation"))
	return f.act(c, err, "consultation.renewed_done", "Count", n)
}

func (f *Face) consultationRemind(c *gin.Context) error {
	n, err := f.Consultations.Remind(httpd.Context(c), c.Param("id"))
	return f.act(c, err, "consultation.reminded_done", "Count", n)
}

func (f *Face) consultationClose(c *gin.Context) error {
	return f.act(c, f.Consultations.Close(httpd.Context(c), c.Param("id")), "consultation.closed_done")
}

func (f *Face) consultationConclude(c *gin.Context) error {
	return f.act(c, f.Consultations.Conclude(httpd.Context(c), c.Param("id")), "consultation.concluded_done")
}

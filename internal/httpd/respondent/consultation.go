package respondent

import (
	"html/template"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/consultation"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire/authoring"
	"upphandlingsdialog/internal/recommendation"
)

// A panel's link, /c/{token}, shows what is asked, and /c/{token}/{n} one
// recommendation. Reading writes nothing.

// ballotPage lists what the panel is asked about.
type ballotPage struct {
	httpd.Page
	consultation.Ballot
	Token      string
	Controller string
	Email      string
	Rule       []string
	Todo       int
	Next       int // the first that is left to rate, from 1
	Concluded  bool
}

// ballot finds what the link opens, in the language that the reader chose, else the one of the letter.
func (f *Face) ballot(c *gin.Context) (consultation.Ballot, error) {
	b, err := f.Consultations.Ballot(httpd.Context(c), c.Param("token"), httpd.Lang(c))
	if err != nil {
		return b, err
	}
	if _, err := c.Cookie("lang"); err != nil && c.Query("lang") == "" && httpd.Lang(c) != b.Participant.Lang {
		httpd.SetLang(c, b.Participant.Lang)
		if b, err = f.Consultations.Ballot(httpd.Context(c), c.Param("token"), b.Participant.Lang); err != nil {
			return b, err
		}
	}
	c.Request = c.Request.WithContext(audit.WithActor(httpd.Context(c), audit.Actor{Kind: "respondent", ID: b.Participant.ID}))
	return b, nil
}

func (f *Face) ballotShow(c *gin.Context) error {
	b, err := f.ballot(c)
	if err != nil {
		return f.unknown(c, err)
	}
	lang := httpd.Lang(c)
	p := &ballotPage{Page: httpd.Page{Title: b.Consultation.Name, Invented: b.Consultation.Invented || b.Participant.Invented},
		Ballot: b, Token: c.Param("token"), Controller: f.Sender.Controller.In(lang), Email: f.Sender.Email,
		Rule: b.Consultation.Rule.Text(lang), Todo: b.Todo(), Concluded: b.Consultation.ConcludedAt != nil}
	for i, item := range b.Items {
		if item.Mine == nil && p.Next == 0 {
			p.Next = i + 1
		}
	}
	return httpd.Render(c, http.StatusOK, "respondent/ballot", p)
}

// ballotItemPage is one recommendation to rate.
type ballotItemPage struct {
	httpd.Page
	Item      consultation.BallotItem
	Token     string
	N, Total  int
	Open      bool
	Form      ballotForm
	Facts     []ballotFact
	Changes   []ballotChange
	Questions []ballotQuestion
	Reasons   []consultation.Reason
	MayKeep   bool // the earlier scores were of this wording
	Round     int
}

type ballotFact struct{ Label, Text string }

type ballotChange struct {
	Label string
	Words []authoring.Part
}

// ballotQuestion is one of the three scales.
type ballotQuestion struct {
	ID, Legend, Hint string
	Low, High        string
	Chosen           string // "" when not answered
	Choices          []string
	Problem          string
	Before           string // what the person said last
	Chart            template.HTML
	Twin             chart.Twin
}

type ballotForm struct {
	Version     int    `form:"version"`
	Agreement   string `form:"agreement"`
	Importance  string `form:"importance"`
	Feasibility string `form:"feasibility"`
	Comment     string `form:"comment"`
	Proposal    string `form:"proposal"`
	Reservation string `form:"reservation"`
	SignedAs    string `form:"signed_as"`
	Keep        string `form:"keep"`
}

func (f ballotForm) of(d consultation.Dimension) string {
	switch d {
	case consultation.Agreement:
		return f.Agreement
	case consultation.Importance:
		return f.Importance
	}
	return f.Feasibility
}

func (f ballotForm) scores() consultation.Scores {
	read := func(s string) int {
		if n, err := strconv.Atoi(s); err == nil {
			return n
		}
		return consultation.Missing
	}
	return consultation.Scores{Agreement: read(f.Agreement), Importance: read(f.Importance), Feasibility: read(f.Feasibility)}
}

// item finds the recommendation that the address names.
func (f *Face) item(c *gin.Context) (consultation.Ballot, int, error) {
	b, err := f.ballot(c)
	if err != nil {
		return b, 0, err
	}
	n := pageNumber(c.Param("n"))
	if n < 1 || n > len(b.Items) {
		return b, 0, fault.New(fault.NotFound, "error.not_found")
	}
	return b, n, nil
}

func (f *Face) ballotItem(c *gin.Context) error {
	b, n, err := f.item(c)
	if err != nil {
		return f.unknown(c, err)
	}
	form := ballotForm{Version: b.Items[n-1].Version}
	if before := b.Items[n-1].Before; before != nil { // a statement stands until its author takes it back
		form.Reservation, form.SignedAs = before.Reservation, before.SignedAs
	}
	if m := b.Items[n-1].Mine; m != nil {
		score := func(v int) string { return strconv.Itoa(v) }
		form.Agreement, form.Importance, form.Feasibility = score(m.Scores.Agreement), score(m.Scores.Importance), score(m.Scores.Feasibility)
		form.Comment, form.Proposal, form.Reservation, form.SignedAs = m.Comment, m.Proposal, m.Reservation, m.SignedAs
	}
	return f.showItem(c, http.StatusOK, b, n, form, nil)
}

func (f *Face) ballotRate(c *gin.Context) error {
	b, n, err := f.item(c)
	if err != nil {
		return f.unknown(c, err)
	}
	item := b.Items[n-1]
	var form ballotForm
	if err = httpd.Bind(c, &form); err == nil {
		scores := form.scores()
		if form.Keep != "" && item.Before != nil && item.Before.Version == item.Version {
			scores = item.Before.Scores
		}
		err = f.Consultations.Rate(httpd.Context(c), b, item.RecommendationID, consultation.Form{Version: form.Version, Scores: scores,
			Comment: form.Comment, Proposal: form.Proposal, Reservation: form.Reservation, SignedAs: form.SignedAs})
	}
	if problems, status := ballotProblems(c, err); problems != nil {
		form.Version = item.Version
		return f.showItem(c, status, b, n, form, problems)
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, "consultation.saved")
	for i := range b.Items { // the next that is left, beginning after this one
		next := (n + i) % len(b.Items)
		if next != n-1 && b.Items[next].Mine == nil {
			return httpd.Redirect(c, "/c/"+c.Param("token")+"/"+strconv.Itoa(next+1))
		}
	}
	return httpd.Redirect(c, "/c/"+c.Param("token"))
}

// ballotProblems are the faults that the person can mend, or must know, with what was typed kept.
func ballotProblems(c *gin.Context, err error) ([]httpd.Problem, int) {
	if fl, ok := fault.Of(err); ok && fl.Kind == fault.Conflict {
		return []httpd.Problem{{Text: i18n.Fault(httpd.Lang(c), fl)}}, http.StatusConflict
	}
	return httpd.Problems(c, err), http.StatusUnprocessableEntity
}

func (f *Face) showItem(c *gin.Context, status int, b consultation.Ballot, n int, form ballotForm, problems []httpd.Problem) error {
	lang, item := httpd.Lang(c), b.Items[n-1]
	p := &ballotItemPage{Page: httpd.Page{Title: item.Title.In(lang), Problems: problems, Invented: b.Consultation.Invented || b.Participant.Invented},
		Item: item, Token: c.Param("token"), N: n, Total: len(b.Items), Open: b.Open, Form: form, Facts: draftFacts(lang, item.Draft),
		Round: b.Round.Number, MayKeep: item.Before != nil && item.Before.Version == item.Version && item.Mine == nil}
	for _, ch := range item.Changes {
		key := "recommendation." + ch.Field
		if ch.Field == "title" {
			key = "recommendation.name"
		}
		p.Changes = append(p.Changes, ballotChange{i18n.T(lang, key), ch.Words})
	}
	for _, d := range consultation.Dimensions {
		p.Questions = append(p.Questions, p.question(lang, d))
	}
	if item.Panel != nil {
		p.Reasons = item.Panel.Reasons
	}
	return httpd.Render(c, status, "respondent/ballot_item", p)
}

// draftFacts are the texts beside the wording, with their figures filled in.
func draftFacts(lang i18n.Lang, r recommendation.Recommendation) []ballotFact {
	var facts []ballotFact
	for _, t := range []struct {
		key  string
		text i18n.Text
	}{{"recommendation.why", r.Why}, {"recommendation.first_step", r.FirstStep}, {"recommendation.effect", r.Effect},
		{"recommendation.responsible", r.Responsible}, {"recommendation.indicator", r.Indicator}} {
		if !t.text.IsZero() {
			facts = append(facts, ballotFact{i18n.T(lang, t.key), r.Bound(t.text, lang)})
		}
	}
	return append(facts, ballotFact{i18n.T(lang, "recommendation.effort"), i18n.T(lang, "recommendation.effort_"+r.Effort)},
		ballotFact{i18n.T(lang, "recommendation.due"), i18n.DateLong(lang, r.Due)})
}

func (p *ballotItemPage) question(lang i18n.Lang, d consultation.Dimension) ballotQuestion {
	t := func(key string) string { return i18n.T(lang, "consultation."+key+"_"+string(d)) }
	q := ballotQuestion{ID: string(d), Legend: t("ask"), Hint: t("hint"), Low: t("low"), High: t("high"), Chosen: p.Form.of(d),
		Problem: p.ProblemAt(string(d)), Choices: []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}}
	if b := p.Item.Before; b != nil {
		if q.Before = strconv.Itoa(b.Scores.Of(d)); b.Scores.Of(d) == consultation.Abstains {
			q.Before = i18n.T(lang, "consultation.abstained")
		}
	}
	if p.Item.Panel != nil {
		bars := consultation.Bars(p.Item.Panel.Outcome, d, lang)
		q.Chart, q.Twin = chart.SVG(bars, lang, "c-"+string(d)), consultation.Counts(p.Item.Panel.Outcome, d, lang)
	}
	return q
}

func (f *Face) ballotLeave(c *gin.Context) error {
	b, err := f.ballot(c)
	if err != nil {
		return f.unknown(c, err)
	}
	leave := c.PostForm("back") == ""
	if err := f.Consultations.Leave(httpd.Context(c), b, leave); err != nil {
		return err
	}
	if leave {
		httpd.Flash(c, "consultation.left_done")
	} else {
		httpd.Flash(c, "consultation.back_done")
	}
	return httpd.Redirect(c, "/c/"+c.Param("token"))
}

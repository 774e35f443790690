package team

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/consultation"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
)

// consultationResultsPage is one round's results.
type consultationResultsPage struct {
	httpd.Page
	C             consultation.Consultation
	Round         consultation.Round
	Over          []int
	Rule          []string
	Participation []consultation.Participation
	Results       []consultationResult
	Quadrants     []consultationQuadrant
	Order         []consultation.Result // by priority
}

// consultationResult is one recommendation's results with its charts drawn.
type consultationResult struct {
	consultation.Result
	Questions    []consultationQuestion
	Attrition    []consultation.GroupOutcome // in rounds after the first
	Reservations []consultation.Reservation
}

// consultationQuestion is one scale: a chart, its twin, and what the numbers mean by group.
type consultationQuestion struct {
	Dimension consultation.Dimension
	Chart     template.HTML
	Twin      chart.Twin
	Groups    []consultationGroup
	Axis      *consultation.Axis // of importance and feasibility
}

// consultationGroup is one group's line below a chart.
type consultationGroup struct {
	Group   string
	Ratings consultation.GroupRatings
	Votes   *consultation.GroupOutcome // of agreement
}

// consultationQuadrant is one field of the 2 x 2.
type consultationQuadrant struct {
	ID      consultation.Quadrant
	Results []consultation.Result
}

// consultationResults takes ?round=, by default the last one that may be shown.
func (f *Face) consultationResults(c *gin.Context) error {
	ctx, lang, now := httpd.Context(c), httpd.Lang(c), f.Now()
	one, err := f.Consultations.Find(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	p := &consultationResultsPage{C: one, Rule: one.Rule.Text(lang)}
	for _, r := range one.Rounds {
		if one.Shows(r.Number, consultation.Team, now) {
			p.Over = append(p.Over, r.Number)
		}
	}
	last := len(one.Rounds)
	if len(p.Over) > 0 {
		last = p.Over[len(p.Over)-1]
	}
	n := number(c.Query("round"), last)
	round := one.Round(n)
	if round == nil {
		return fault.New(fault.NotFound, "consultation.error_round")
	}
	results, err := f.Consultations.Results(ctx, one, n, consultation.Team)
	if err != nil {
		return err
	}
	reservations, err := f.Consultations.Reservations(ctx, one, consultation.Team)
	if err != nil {
		return err
	}
	p.Round = *round
	p.Page = httpd.Page{Title: i18n.T(lang, "consultation.results_title", "Round", n), Invented: one.Invented}
	if p.Participation, err = f.Consultations.Participation(ctx, one, n); err != nil {
		return err
	}
	for i, r := range results {
		p.Results = append(p.Results, resultWords(lang, r, i, reservations))
	}
	p.prioritise(results)
	return httpd.Render(c, http.StatusOK, "team/consultation_results", p)
}

func resultWords(lang i18n.Lang, r consultation.Result, i int, reservations []consultation.Reservation) consultationResult {
	out := consultationResult{Result: r}
	for _, s := range reservations {
		if s.RecommendationID == r.Item.RecommendationID {
			out.Reservations = append(out.Reservations, s)
		}
	}
	for j, d := range consultation.Dimensions {
		bars := consultation.Bars(r.Outcome, d, lang)
		q := consultationQuestion{Dimension: d, Chart: chart.SVG(bars, lang, fmt.Sprintf("c%d-%d", i, j)), Twin: consultation.Counts(r.Outcome, d, lang)}
		for k := range r.Groups {
			g := &r.Groups[k]
			line := consultationGroup{Group: g.Group, Ratings: g.Ratings[d]}
			if d == consultation.Agreement && g.Shown {
				line.Votes = g
			}
			q.Groups = append(q.Groups, line)
		}
		if j > 0 {
			q.Axis = &r.Axes[j-1]
		}
		out.Questions = append(out.Questions, q)
	}
	if slices.ContainsFunc(r.Groups, func(g consultation.GroupOutcome) bool { return g.Before > 0 }) {
		out.Attrition = r.Groups
	}
	return out
}

// prioritise fills the 2 x 2 and the order; ties are broken by the least supportive group.
func (p *consultationResultsPage) prioritise(results []consultation.Result) {
	for _, q := range []consultation.Quadrant{consultation.DoFirst, consultation.Plan, consultation.QuickHelp, consultation.Park} {
		field := consultationQuadrant{ID: q}
		for _, r := range results {
			if r.Quadrant == q {
				field.Results = append(field.Results, r)
			}
		}
		p.Quadrants = append(p.Quadrants, field)
	}
	for _, r := range results {
		if r.Quadrant != "" {
			p.Order = append(p.Order, r)
		}
	}
	slices.SortStableFunc(p.Order, func(a, b consultation.Result) int {
		return cmp.Or(cmp.Compare(b.Priority, a.Priority), cmp.Compare(b.LeastImportance, a.LeastImportance))
	})
}

// consultationExport hands out one round's results as CSV.
func (f *Face) consultationExport(c *gin.Context) error {
	one, err := f.Consultations.Find(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	n := number(c.PostForm("round"), 1)
	var b bytes.Buffer
	if err := f.Consultations.WriteCSV(httpd.Context(c), &b, one, n); err != nil {
		return err
	}
	c.Header("Content-Disposition", fmt.Sprintf(`attachment; filename="remiss-omgang-%d.csv"`, n))
	c.Data(http.StatusOK, "text/csv; charset=utf-8", b.Bytes())
	return nil
}

// consultationProposalsPage is where the team answers what was proposed.
type consultationProposalsPage struct {
	httpd.Page
	C         consultation.Consultation
	Proposals []consultationProposal
	Outcomes  []string
	MayWrite  bool
}

// consultationProposal is a proposal with the form that answers it.
type consultationProposal struct {
	consultation.Proposal
	Form  answerForm
	Wrong bool // what was sent in about it has faults
}

type answerForm struct {
	Outcome   string `form:"outcome"`
	SummarySv string `form:"summary.sv"`
	SummaryEn string `form:"summary.en"`
	AnswerSv  string `form:"answer.sv"`
	AnswerEn  string `form:"answer.en"`
}

func (f *Face) consultationProposals(c *gin.Context) error {
	return f.showProposals(c, http.StatusOK, 0, answerForm{}, nil)
}

func (f *Face) showProposals(c *gin.Context, status int, at int64, form answerForm, problems []httpd.Problem) error {
	one, err := f.Consultations.Find(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	list, err := f.Consultations.Proposals(httpd.Context(c), one, consultation.Team)
	if err != nil {
		return err
	}
	p := &consultationProposalsPage{C: one, Outcomes: consultation.ReplyOutcomes,
		Page:     httpd.Page{Title: i18n.T(httpd.Lang(c), "consultation.proposals_title"), Problems: problems, Invented: one.Invented},
		MayWrite: httpd.User(c).May(account.RecommendationWrite) && one.ConcludedAt == nil}
	for _, x := range list {
		q := consultationProposal{Proposal: x, Form: form, Wrong: x.RatingID == at}
		if !q.Wrong {
			q.Form = answerForm{Outcome: consultation.Accepted}
			if r := x.Reply; r != nil {
				q.Form = answerForm{r.Outcome, r.Summary.Sv, r.Summary.En, r.Answer.Sv, r.Answer.En}
			}
		}
		p.Proposals = append(p.Proposals, q)
	}
	for i := range p.Problems { // each proposal has the same fields: the page tells them apart by number
		if p.Problems[i].Field != "" {
			p.Problems[i].Field += "." + strconv.FormatInt(at, 10)
		}
	}
	return httpd.Render(c, status, "team/consultation_proposals", p)
}

func (f *Face) consultationAnswer(c *gin.Context) error {
	one, err := f.Consultations.Find(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(c.Param("rating"), 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "error.not_found").Wrap(err)
	}
	var form answerForm
	if err = httpd.Bind(c, &form); err == nil {
		text := func(sv, en string) i18n.Text { return i18n.Text{Sv: strings.TrimSpace(sv), En: strings.TrimSpace(en)} }
		err = f.Consultations.Answer(httpd.Context(c), one, id, consultation.Reply{Outcome: form.Outcome,
			Summary: text(form.SummarySv, form.SummaryEn), Answer: text(form.AnswerSv, form.AnswerEn)})
	}
	if problems := problemsOrConflict(c, err); problems != nil {
		return f.showProposals(c, statusOf(err), id, form, problems)
	}
	return done(c, err, "consultation.answered_done", "/team/consultations/"+one.ID+"/proposals#p"+c.Param("rating"))
}

package team

import (
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/chart"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/region"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/survey"
)

type campaignShowPage struct {
	httpd.Page
	Campaign distribution.Campaign
	Version  survey.Version
	Wave     *survey.Wave // nil of a draft
	View     campaignView
	Waiting  int // persons whom a reminder would go to now
	Open     bool
	// OpenURL is the address of the open link, empty without one; Tally counts what came by it.
	OpenURL   string
	Tally     response.OpenTally
	Anonymous bool
}

// campaignView is the state of a campaign as it may be shown, in words.
type campaignView struct {
	Campaign distribution.Campaign
	Status   distribution.Status
	Limit    int
	Final    bool // the codes are the last ones: the campaign is closed
	Cases    bool // the reader may see who stands behind the numbers
	Means    []meaning
	Codes    []campaignCode
	Rates    []campaignRate
	Places   []campaignPlaces
	DaysSVG  template.HTML
}

// meaning says in words what is counted under a name.
type meaning struct{ Name, Text string }

// campaignCode is one row of the table of dispositions.
type campaignCode struct {
	Code   string
	Label  string
	Counts []campaignCell // by group, in the order of Status.Groups
	Total  campaignCell
}

// campaignCell is a number that may be hidden.
type campaignCell struct {
	N      int
	Hidden bool
}

// campaignRate is one of AAPOR's rates, by group in the order of Status.Groups and for all.
type campaignRate struct {
	Name   string
	Main   bool // one of those that a reader looks for first
	Values []string
}

type campaignPlaces struct {
	Group string
	Rows  []campaignPlace
}

type campaignPlace struct {
	Name    string
	Invited int
	Counts  []*int
}

func (f *Face) campaignShow(c *gin.Context) error {
	ctx := httpd.Context(c)
	campaign, err := f.Distribution.Find(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	page := &campaignShowPage{Page: httpd.Page{Title: campaign.Name}, Campaign: campaign, Open: campaign.Open(f.Now()),
		OpenURL: f.Distribution.OpenURL(campaign), Anonymous: campaign.Mode == distribution.Anonymous}
	if page.Version, err = f.Surveys.Version(ctx, campaign.VersionID); err != nil {
		return err
	}
	waves, err := f.Surveys.Waves(ctx, page.Version.SurveyID)
	if err != nil {
		return err
	}
	if at := slices.IndexFunc(waves, func(w survey.Wave) bool { return w.ID == campaign.WaveID }); at >= 0 {
		page.Wave = &waves[at]
	}
	st, err := f.Responses.Status(ctx, campaign)
	if err != nil {
		return err
	}
	if page.Open && campaign.RemindedAt == nil {
		if page.Waiting, err = f.Distribution.Waiting(ctx, campaign.ID); err != nil {
			return err
		}
	}
	if page.OpenURL != "" {
		if page.Tally, err = f.Responses.OpenTally(ctx, campaign.ID); err != nil {
			return err
		}
	}
	if page.View, err = f.viewOf(c, campaign, st); err != nil {
		return err
	}
	return httpd.Render(c, http.StatusOK, "team/campaign_show", page)
}

type campaignStatusPage struct {
	httpd.Page
	View campaignView
}

// campaignStatus is the numbers alone, for those who watch: all of them share one counting. The script
// of the campaign's page fetches it.
func (f *Face) campaignStatus(c *gin.Context) error {
	campaign, st, err := f.Responses.Live(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	view, err := f.viewOf(c, campaign, st)
	if err != nil {
		return err
	}
	c.Header("Cache-Control", "private, no-store")
	return httpd.Render(c, http.StatusOK, "team/campaign_status", &campaignStatusPage{
		Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "distribution.status_of", "Name", campaign.Name)}, View: view})
}

func (f *Face) viewOf(c *gin.Context, campaign distribution.Campaign, exact distribution.Status) (campaignView, error) {
	lang, limit := httpd.Lang(c), f.Distribution.MinBase()
	st := exact.Released(limit)
	v := campaignView{Campaign: campaign, Status: st, Limit: limit, Final: campaign.State == distribution.Closed,
		Cases: httpd.User(c).May("case.read"), Means: meanings(lang, st.Cut), Codes: codesOf(lang, st)}
	var err error
	if v.Rates, err = ratesOf(lang, st); err != nil {
		return v, err
	}
	for _, g := range exact.Places(limit) {
		v.Places = append(v.Places, placesOf(lang, g))
	}
	bar := chart.Bar{Measure: i18n.T(lang, "distribution.per_day"), Unit: chart.Number, UnitName: i18n.T(lang, "distribution.per_day_unit")}
	for _, d := range st.Days {
		label := i18n.Date(lang, d.Day)
		if d.Reminded {
			label = i18n.T(lang, "distribution.day_reminded", "Day", label)
		}
		bar.Rows = append(bar.Rows, chart.BarRow{Label: label, Value: float64(d.Answered)})
	}
	if len(bar.Rows) > 0 {
		v.DaysSVG = chart.SVG(bar, lang, "days")
	}
	return v, nil
}

// meanings define what is counted, from the values that the counting uses.
func meanings(lang i18n.Lang, cut distribution.Cut) []meaning {
	var list []meaning
	for _, name := range distribution.Counts {
		list = append(list, meaning{Name: i18n.T(lang, "distribution."+name),
			Text: i18n.T(lang, "distribution.means_"+name, "Partial", cut.PartialFrom, "Complete", cut.CompleteAbove)})
	}
	return list
}

func codesOf(lang i18n.Lang, st distribution.Status) []campaignCode {
	var rows []campaignCode
	for _, code := range distribution.Codes {
		if st.Total.Codes[code] == 0 {
			continue
		}
		row := campaignCode{Code: code, Label: codeLabel(lang, code), Total: campaignCell{st.Total.Codes[code], st.Total.Hidden}}
		for _, g := range st.Groups {
			row.Counts = append(row.Counts, campaignCell{g.Codes[code], g.Hidden})
		}
		rows = append(rows, row)
	}
	return rows
}

func codeLabel(lang i18n.Lang, code string) string {
	if code == "" {
		return i18n.T(lang, "distribution.code_unknown")
	}
	return i18n.T(lang, "distribution.code_"+strings.ReplaceAll(code, ".", "_"))
}

// mainRates are those that are reported first: RR2, and RR4 with the e that it was made with.
var mainRates = map[string]bool{"RR2": true, "RR4": true, "e": true}

func ratesOf(lang i18n.Lang, st distribution.Status) ([]campaignRate, error) {
	var rows []campaignRate
	for _, g := range append(st.Groups[:len(st.Groups):len(st.Groups)], st.Total) {
		d, err := analysis.CountDispositions(g.Codes)
		if err != nil {
			return nil, err
		}
		for i, one := range analysis.ResponseRates(d).List() {
			if i == len(rows) {
				rows = append(rows, campaignRate{Name: one.Name, Main: mainRates[one.Name]})
			}
			rows[i].Values = append(rows[i].Values, rateText(lang, one.Rate, d.Cases()))
		}
	}
	return rows, nil
}

// rateText is a rate as a percentage, "-" where nothing stands below the line.
func rateText(lang i18n.Lang, r analysis.Rate, cases int) string {
	if !r.Exists {
		return r.String()
	}
	return i18n.Percent(lang, r.Value, cases)
}

func placesOf(lang i18n.Lang, g distribution.GroupPlaces) campaignPlaces {
	out := campaignPlaces{Group: g.Group}
	for _, p := range g.Places {
		names := make([]string, len(p.Municipalities))
		for i, code := range p.Municipalities {
			m, ok := region.MunicipalityByCode(code)
			if names[i] = m.Name; !ok {
				names[i] = i18n.T(lang, "distribution.place_unknown")
			}
		}
		out.Rows = append(out.Rows, campaignPlace{Name: strings.Join(names, ", "), Invited: p.Invited, Counts: p.Counts})
	}
	return out
}

// campaignRulesForm is how the answers of a campaign are counted, as it is typed.
type campaignRulesForm struct {
	PartialFrom   int       `form:"partial_from"`
	CompleteAbove int       `form:"complete_above"`
	LateUntil     time.Time `form:"late_until" time_format:"2006-01-02"`
}

// lateUntil is the end of the chosen day in Sweden; nil for none.
func (f campaignRulesForm) lateUntil() *time.Time {
	if f.LateUntil.IsZero() {
		return nil
	}
	y, m, d := f.LateUntil.Date()
	until := time.Date(y, m, d, 23, 59, 59, 0, i18n.Stockholm)
	return &until
}

type campaignRulesPage struct {
	httpd.Page
	Campaign distribution.Campaign
	Form     campaignRulesForm
	Late     int // responses that came late
	Until    string
}

func (f *Face) campaignRules(c *gin.Context) error {
	campaign, err := f.Distribution.Find(httpd.Context(c), c.Param("id"))
	if err != nil {
		return err
	}
	form := campaignRulesForm{PartialFrom: campaign.Cut.PartialFrom, CompleteAbove: campaign.Cut.CompleteAbove}
	if campaign.LateUntil != nil {
		form.LateUntil = campaign.LateUntil.In(i18n.Stockholm)
	}
	return f.showRules(c, http.StatusOK, campaign, form, nil)
}

func (f *Face) showRules(c *gin.Context, status int, campaign distribution.Campaign, form campaignRulesForm, problems []httpd.Problem) error {
	n, err := f.Responses.LateCount(httpd.Context(c), campaign.ID)
	if err != nil {
		return err
	}
	page := &campaignRulesPage{Page: httpd.Page{Title: i18n.T(httpd.Lang(c), "distribution.rules"), Problems: problems},
		Campaign: campaign, Form: form, Late: n}
	if !form.LateUntil.IsZero() {
		page.Until = form.LateUntil.Format(time.DateOnly)
	}
	return httpd.Render(c, status, "team/campaign_rules", page)
}

func (f *Face) campaignSetRules(c *gin.Context) error {
	ctx := httpd.Context(c)
	campaign, err := f.Distribution.Find(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	var form campaignRulesForm
	err = httpd.Bind(c, &form)
	if err == nil {
		err = f.Distribution.SetCut(ctx, campaign.ID, distribution.Cut{PartialFrom: form.PartialFrom, CompleteAbove: form.CompleteAbove})
	}
	if err == nil {
		err = f.Distribution.SetLateUntil(ctx, campaign.ID, form.lateUntil())
	}
	if problems := httpd.Problems(c, err); problems != nil {
		return f.showRules(c, http.StatusUnprocessableEntity, campaign, form, problems)
	}
	if err != nil {
		return err
	}
	httpd.Flash(c, "distribution.rules_saved")
	return httpd.Redirect(c, "/team/campaigns/"+campaign.ID)
}

// campaignLate decides whether late answers count with the others.
func (f *Face) campaignLate(c *gin.Context) error {
	if err := f.Responses.CountLate(httpd.Context(c), c.Param("id"), c.PostForm("count") == "yes"); err != nil {
		return err
	}
	httpd.Flash(c, "distribution.late_decided")
	return httpd.Redirect(c, "/team/campaigns/"+c.Param("id")+"/rules")
}

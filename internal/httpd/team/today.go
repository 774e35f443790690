package team

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/seminar"
	"upphandlingsdialog/internal/strategy"
)

// todayPage is the day's overview: how far things have come and what is left to do.
type todayPage struct {
	httpd.Page
	Campaigns       []todayCampaign
	Plan            seminar.Plan
	Recommendations int
	Decided         int // decided, published or further
	PerArea         []areaCount
	Todo            []task
}

// todayCampaign is one mailing that is out, with its response by group.
type todayCampaign struct {
	distribution.Campaign
	Status distribution.Status
	Groups []groupRate
	RR2    string
}

// groupRate is a group's response rate, as a figure and as the length of a bar.
type groupRate struct {
	Group    string
	Answered int
	Invited  int
	Percent  int
}

type areaCount struct{ Area, Count int }

// task is one thing left to do, in the reader's words.
type task struct {
	Kind, Text, Path string
}

// todayShow gathers only what the user's role may see.
func (f *Face) todayShow(c *gin.Context) error {
	ctx, u, lang := httpd.Context(c), httpd.User(c), httpd.Lang(c)
	p := &todayPage{Page: httpd.Page{Title: i18n.T(lang, "today.title")}}
	for _, part := range []struct {
		permission account.Permission
		add        func(context.Context, i18n.Lang, *todayPage) error
	}{
		{account.PeopleWrite, f.todayBeginning},
		{account.CampaignRead, f.todayCampaigns},
		{account.SeminarRead, f.todayPlan},
		{account.RecommendationRead, f.todayRecommendations},
		{account.ReportRead, f.todayReports},
	} {
		if !u.May(part.permission) {
			continue
		}
		if err := part.add(ctx, lang, p); err != nil {
			return err
		}
	}
	return httpd.Render(c, http.StatusOK, "team/today", p)
}

// todayBeginning leads a new installation to its first mailing.
func (f *Face) todayBeginning(ctx context.Context, lang i18n.Lang, p *todayPage) error {
	surveys, err := f.Surveys.List(ctx)
	if err != nil {
		return err
	}
	persons, err := f.People.Count(ctx)
	if err != nil {
		return err
	}
	campaigns, err := f.Distribution.List(ctx)
	if err != nil {
		return err
	}
	drafts, err := f.Surveys.Drafts(ctx)
	if err != nil {
		return err
	}
	working := 0
	for _, d := range drafts {
		if d.RemovedAt == nil {
			working++
			if !d.Tested {
				p.todo(lang, "survey", "/team/drafts/"+d.ID, "today.todo_finish", "Name", d.Content.Title.In(lang))
			}
		}
	}
	if len(surveys)+working == 0 {
		p.todo(lang, "begin", "/team/surveys", "today.todo_surveys")
	}
	if persons == 0 {
		p.todo(lang, "begin", "/team/people/import", "today.todo_people")
	}
	if len(surveys) > 0 && persons > 0 && len(campaigns) == 0 {
		p.todo(lang, "begin", "/team/campaigns/new", "today.todo_campaign")
	}
	return nil
}

func (f *Face) todayCampaigns(ctx context.Context, lang i18n.Lang, p *todayPage) error {
	campaigns, err := f.Distribution.List(ctx)
	if err != nil {
		return err
	}
	unknown := 0
	for _, campaign := range campaigns {
		if campaign.State == distribution.Draft {
			p.todo(lang, "campaign", "/team/campaigns/"+campaign.ID, "today.todo_launch", "Name", campaign.Name)
			continue
		}
		status, err := f.Responses.Status(ctx, campaign)
		if err != nil {
			return err
		}
		unknown += status.Outbox["unknown"]
		if status.Suspicious() && campaign.State == distribution.Launched {
			p.todo(lang, "mail", "/team/campaigns/"+campaign.ID, "today.todo_hasty", "Name", campaign.Name, "Count", status.Hasty)
		}
		status = status.Released(f.Distribution.MinBase())
		entry := todayCampaign{Campaign: campaign, Status: status, RR2: rr2(lang, status.Total)}
		for _, g := range status.Groups {
			if g.Hidden {
				continue
			}
			share := 0
			if g.Invited > 0 {
				share = g.Answered * 100 / g.Invited
			}
			entry.Groups = append(entry.Groups, groupRate{Group: g.Group, Answered: g.Answered, Invited: g.Invited, Percent: share})
		}
		p.Campaigns = append(p.Campaigns, entry)
		if err := f.todayNextStep(ctx, lang, p, campaign); err != nil {
			return err
		}
	}
	if unknown > 0 {
		p.todo(lang, "mail", "/team/outbox", "today.todo_unknown", "Count", unknown)
	}
	return nil
}

// todayNextStep says what an open mailing waits for.
func (f *Face) todayNextStep(ctx context.Context, lang i18n.Lang, p *todayPage, c distribution.Campaign) error {
	path := "/team/campaigns/" + c.ID
	switch {
	case c.PausedReason != "":
		p.todo(lang, "campaign", path, "today.todo_paused", "Name", c.Name)
	case c.Open(f.Now()) && c.RemindedAt == nil:
		n, err := f.Distribution.Waiting(ctx, c.ID)
		if err != nil {
			return err
		}
		if n > 0 {
			p.todo(lang, "campaign", path, "today.todo_remind", "Name", c.Name, "Count", n)
		}
	}
	return nil
}

// rr2 is the headline response rate of all groups together.
func rr2(lang i18n.Lang, g distribution.GroupStatus) string {
	d, err := analysis.CountDispositions(g.Codes)
	rate := analysis.ResponseRates(d).RR2
	if err != nil || !rate.Exists {
		return "–"
	}
	return i18n.Percent(lang, rate.Value, g.Invited)
}

func (f *Face) todayPlan(ctx context.Context, lang i18n.Lang, p *todayPage) error {
	var err error
	p.Plan, err = f.Seminars.Plan(ctx, f.Now().In(i18n.Stockholm).Year())
	for _, w := range p.Plan.Warnings {
		p.Todo = append(p.Todo, task{Kind: i18n.T(lang, "today.kind_seminar"), Text: w.Text(lang), Path: "/team/seminars"})
	}
	return err
}

func (f *Face) todayRecommendations(ctx context.Context, lang i18n.Lang, p *todayPage) error {
	list, err := f.Recommendations.List(ctx, recommendation.Filter{})
	if err != nil {
		return err
	}
	p.Recommendations = len(list)
	for _, a := range strategy.Areas {
		p.PerArea = append(p.PerArea, areaCount{Area: a.Number})
	}
	for _, r := range list {
		for i := range p.PerArea {
			if p.PerArea[i].Area == r.Area {
				p.PerArea[i].Count++
			}
		}
		path := "/team/recommendations/" + r.ID
		switch r.Status {
		case recommendation.Draft:
			p.todo(lang, "recommendation", path, "today.todo_draft", "Number", r.Number)
		case recommendation.Consultation:
		default:
			p.Decided++
		}
		for _, e := range r.Evidence {
			if e.Stale {
				p.todo(lang, "recommendation", path, "today.todo_stale", "Number", r.Number)
				break
			}
		}
	}
	return nil
}

func (f *Face) todayReports(ctx context.Context, lang i18n.Lang, p *todayPage) error {
	editions, err := f.Reports.List(ctx)
	if err != nil {
		return err
	}
	for _, e := range editions {
		switch {
		case e.Failure != "":
			p.todo(lang, "report", "/team/reports/"+e.ID, "today.todo_failed", "Title", e.Title)
		case e.State == report.Rendered:
			p.todo(lang, "report", "/team/reports/"+e.ID, "today.todo_publish", "Title", e.Title, "Lang", e.Lang)
		}
	}
	return nil
}

// todo adds a line; kind names the tag before it.
func (p *todayPage) todo(lang i18n.Lang, kind, path, key string, args ...any) {
	p.Todo = append(p.Todo, task{Kind: i18n.T(lang, "today.kind_"+kind), Text: i18n.T(lang, key, args...), Path: path})
}

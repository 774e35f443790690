package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/i18n"
)

type campaignStatusCmd struct {
	campaignArg
	JSON bool `name:"json" help:"Answer in JSON; what may not be shown is null."`
}

// statusDoc is the state of a mailing as it may be shown: the same numbers as the team's page.
type statusDoc struct {
	Campaign   string                   `json:"campaign"`
	State      string                   `json:"state"`
	Counted    time.Time                `json:"counted"`
	Final      bool                     `json:"final"` // the codes are the last ones
	MinBase    int                      `json:"min_base"`
	Cut        distribution.Cut         `json:"cut_percent"`
	Means      map[string]string        `json:"means"`
	Groups     []statusGroup            `json:"groups"`
	Total      statusGroup              `json:"total"`
	TotalParts bool                     `json:"total_leaves_out_small_groups"`
	Places     map[string][]statusPlace `json:"municipalities"`
	Outbox     map[string]int           `json:"outbox"`
	PerDay     []statusDay              `json:"answers_per_day"`
	Mode       string                   `json:"mode"`
	Open       *statusOpen              `json:"open_link"` // null without one; counted apart, without rates
}

// statusOpen is what came by the open link.
type statusOpen struct {
	URL       string `json:"url"`
	On        bool   `json:"on"`
	Started   int    `json:"started"` // and not sent in
	Submitted int    `json:"submitted"`
	Withdrawn int    `json:"withdrawn"`
	Alike     int    `json:"alike"` // submitted ones like another in every question
}

// statusGroup is one group. What its members did is null where they are too few to tell.
type statusGroup struct {
	Group       string          `json:"group,omitempty"`
	Invited     int             `json:"invited"`
	Sent        int             `json:"sent"`
	Waiting     int             `json:"waiting"`
	Undelivered int             `json:"undelivered"`
	Unknown     int             `json:"unknown"`
	Did         *statusDid      `json:"did"`
	Rates       *analysis.Rates `json:"rates"`
}

type statusDid struct {
	Started      int            `json:"started"`
	Answered     int            `json:"answered"`
	Complete     int            `json:"complete"`
	Partial      int            `json:"partial"`
	Unsubscribed int            `json:"unsubscribed"`
	Codes        map[string]int `json:"codes"` // by AAPOR code, every case once
}

type statusPlace struct {
	Municipalities []int           `json:"municipalities"` // SCB codes, 0 for the county or not known
	Invited        int             `json:"invited"`
	Counts         map[string]*int `json:"counts"`
}

type statusDay struct {
	Day      string `json:"day"`
	Answered int    `json:"answered"`
	Reminded bool   `json:"reminded,omitempty"`
}

func (c campaignStatusCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		campaign, err := a.Distribution.Find(ctx, c.ID)
		if err != nil {
			return err
		}
		exact, err := a.Responses.Status(ctx, campaign)
		if err != nil {
			return err
		}
		doc, err := statusOf(campaign, exact, a.Distribution.MinBase())
		if err != nil {
			return err
		}
		if campaign.OpenSlug != "" {
			t, err := a.Responses.OpenTally(ctx, campaign.ID)
			if err != nil {
				return err
			}
			doc.Open = &statusOpen{a.Distribution.OpenURL(campaign), campaign.OpenLink, t.Total.Draft, t.Total.Submitted, t.Total.Withdrawn, t.Alike}
		}
		if c.JSON {
			return writeJSON(e.Out, doc)
		}
		return doc.print(e)
	})
}

func statusOf(c distribution.Campaign, exact distribution.Status, limit int) (statusDoc, error) {
	st := exact.Released(limit)
	doc := statusDoc{Campaign: c.Name, Mode: c.Mode, State: c.State, Counted: st.At, Final: c.State == distribution.Closed, MinBase: limit, Cut: st.Cut,
		Means: map[string]string{}, TotalParts: st.Partly(), Places: map[string][]statusPlace{}, Outbox: st.Outbox}
	for _, name := range distribution.Counts {
		doc.Means[name] = i18n.T(i18n.En, "distribution.means_"+name, "Partial", st.Cut.PartialFrom, "Complete", st.Cut.CompleteAbove)
	}
	for _, g := range st.Groups {
		one, err := statusGroupOf(g)
		if err != nil {
			return doc, err
		}
		doc.Groups = append(doc.Groups, one)
	}
	for _, g := range exact.Places(limit) {
		for _, p := range g.Places {
			counts := map[string]*int{}
			for i, name := range distribution.PlaceColumns {
				counts[name] = p.Counts[i]
			}
			doc.Places[g.Group] = append(doc.Places[g.Group], statusPlace{p.Municipalities, p.Invited, counts})
		}
	}
	for _, d := range st.Days {
		doc.PerDay = append(doc.PerDay, statusDay{d.Day.Format(time.DateOnly), d.Answered, d.Reminded})
	}
	var err error
	doc.Total, err = statusGroupOf(st.Total)
	return doc, err
}

func statusGroupOf(g distribution.GroupStatus) (statusGroup, error) {
	out := statusGroup{Group: g.Group, Invited: g.Invited, Sent: g.Sent, Waiting: g.Waiting, Undelivered: g.Undelivered, Unknown: g.Unknown}
	if g.Hidden {
		return out, nil
	}
	d, err := analysis.CountDispositions(g.Codes)
	if err != nil {
		return out, err
	}
	rates := analysis.ResponseRates(d)
	out.Did = &statusDid{g.Started, g.Answered, g.Complete, g.Partial, g.Unsubscribed, g.Codes}
	out.Rates = &rates
	return out, nil
}

func (d statusDoc) print(e *env) error {
	e.printf("%s (%s), counted %s\n", d.Campaign, d.State, i18n.DateTime(i18n.En, d.Counted))
	w := tabwriter.NewWriter(e.Out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "group\tinvited\tsent\twaiting\tstarted\tanswered\tcomplete\tpartial\tstopped\tRR2\tRR4\te\t")
	total := d.Total
	total.Group = "all"
	all := append(d.Groups[:len(d.Groups):len(d.Groups)], total)
	for _, g := range all {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t", g.Group, g.Invited, g.Sent, g.Waiting)
		if did := g.Did; did != nil {
			fmt.Fprintf(w, "%d\t%d\t%d\t%d\t%d\t%s\t%s\t%s\t\n", did.Started, did.Answered, did.Complete, did.Partial, did.Unsubscribed,
				g.Rates.RR2, g.Rates.RR4, g.Rates.E)
		} else {
			fmt.Fprintln(w, strings.Repeat("..\t", 8))
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, code := range distribution.Codes {
		if d.Total.Did != nil && d.Total.Did.Codes[code] > 0 {
			e.printf("%-8s %6d\n", code, d.Total.Did.Codes[code])
		}
	}
	if o := d.Open; o != nil {
		e.printf("open link %s: %d submitted, %d started, %d withdrawn, %d alike\n", o.URL, o.Submitted, o.Started, o.Withdrawn, o.Alike)
	}
	e.printf("Partial from %d percent of the questions shown, complete above %d.\n", d.Cut.PartialFrom, d.Cut.CompleteAbove)
	if d.TotalParts || d.Total.Did == nil {
		e.printf("..: fewer than %d invited; they are not in the total of what people did.\n", d.MinBase)
	}
	return nil
}

type campaignCasesCmd struct {
	campaignArg
	Code  string `help:"Only this AAPOR code, such as 3.19."`
	Group string `help:"Only this group."`
}

func (c campaignCasesCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		campaign, err := a.Distribution.Find(ctx, c.ID)
		if err != nil {
			return err
		}
		for page := 1; ; page++ {
			list, err := a.Distribution.Cases(ctx, campaign, distribution.CaseFilter{Code: c.Code, Group: c.Group, Page: page})
			if err != nil {
				return err
			}
			for _, one := range list.Cases {
				e.printf("%s  %-7s %-11s %s\n", one.ID, one.Code, one.Group, one.Name)
			}
			if page >= list.Last {
				return nil
			}
		}
	})
}

type campaignClassifyCmd struct {
	campaignArg
	Case   string `arg:"" help:"Id of the case, as 'campaign cases' shows it."`
	Code   string `help:"AAPOR code: 2.26, 2.30, 2.33, 3.40, 4.10, 4.81 or 4.90. Left out, what was set is taken back."`
	Reason string `help:"Why, in a few words."`
}

func (c campaignClassifyCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error { return a.Distribution.Classify(ctx, c.ID, c.Case, c.Code, c.Reason) })
}

type campaignRulesCmd struct {
	campaignArg
	PartialFrom   int `default:"50" help:"A response is partial from this percentage of the questions shown."`
	CompleteAbove int `default:"80" help:"A response is complete above this percentage."`
}

func (c campaignRulesCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		return a.Distribution.SetCut(ctx, c.ID, distribution.Cut{PartialFrom: c.PartialFrom, CompleteAbove: c.CompleteAbove})
	})
}

type campaignLateCmd struct {
	campaignArg
	Until *time.Time `format:"2006-01-02" help:"Last day, such as 2026-04-30."`
	Never bool       `help:"Receive no late answers any more. What has come stays."`
	Count string     `enum:"yes,no,unchanged" default:"unchanged" help:"Whether late answers count with the others: ${enum}."`
}

func (c campaignLateCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		if c.Until != nil || c.Never {
			var until *time.Time
			if !c.Never {
				y, m, d := c.Until.Date()
				end := time.Date(y, m, d, 23, 59, 59, 0, i18n.Stockholm)
				until = &end
			}
			if err := a.Distribution.SetLateUntil(ctx, c.ID, until); err != nil {
				return err
			}
		}
		if c.Count != "unchanged" {
			if err := a.Responses.CountLate(ctx, c.ID, c.Count == "yes"); err != nil {
				return err
			}
		}
		n, err := a.Responses.LateCount(ctx, c.ID)
		if err == nil {
			e.printf("%d late responses\n", n)
		}
		return err
	})
}

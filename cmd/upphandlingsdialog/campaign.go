package main

import (
	"context"
	"time"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
)

type campaignCmd struct {
	Create campaignCreateCmd `cmd:"" help:"Make a draft with the standard texts."`
	List   campaignListCmd   `cmd:"" help:"List the mailings."`
	Status campaignStatusCmd `cmd:"" help:"Show how far a mailing has come, every case under one AAPOR code."`
	Launch campaignLaunchCmd `cmd:"" help:"Freeze the survey and queue the invitations. The running service sends them."`
	Remind campaignRemindCmd `cmd:"" help:"Queue the one reminder to those who have not answered."`
	Close  campaignCloseCmd  `cmd:"" help:"Close a mailing: no more answers."`

	Cases    campaignCasesCmd    `cmd:"" help:"List the cases of a mailing under their codes, by name."`
	Classify campaignClassifyCmd `cmd:"" help:"Set, or take back, a code that only a person can know. Written in the log."`
	Late     campaignLateCmd     `cmd:"" help:"Say until when late answers are received, and whether they count. Written in the log."`
	Rules    campaignRulesCmd    `cmd:"" help:"Say from which share of answers a response is partial or complete. Written in the log."`
}

type campaignCreateCmd struct {
	Name   string   `required:"" help:"Name that the team sees."`
	Survey string   `required:"" help:"Survey such as s5; its latest version is used."`
	Groups []string `default:"procurer,politician,business,developer" enum:"procurer,politician,business,developer" help:"Groups to ask, with commas between: ${enum}."`
	Wave   string   `default:"auto" enum:"auto,same,new" help:"Whether answers count in the survey's newest wave (same) or begin one (new); auto begins one unless a mailing of the version is open. A changed survey always begins one."`
	Days   int      `default:"24" help:"Days until it closes."`
	Mode   string   `default:"confidential" enum:"confidential,anonymous" help:"Whether answers are linked to the invitation (confidential) or to nobody (anonymous)."`
	Open   bool     `help:"Also take answers by an open link, for posters. With --no-invites by it alone."`

	Invites bool `default:"true" negatable:"" help:"Send personal invitations by e-mail."`
}

func (c campaignCreateCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		v, err := a.Surveys.Latest(ctx, c.Survey)
		if err != nil {
			return err
		}
		draft, err := a.Distribution.Standard(ctx, v.ID)
		if err != nil {
			return err
		}
		draft.Name, draft.Groups = c.Name, c.Groups
		draft.Mode, draft.Invites, draft.OpenLink = c.Mode, c.Invites, c.Open
		if c.Wave != "auto" {
			draft.NewWave = c.Wave == "new"
		}
		last := a.Now().In(i18n.Stockholm).AddDate(0, 0, c.Days)
		draft.ClosesAt = time.Date(last.Year(), last.Month(), last.Day(), 23, 59, 59, 0, i18n.Stockholm)
		made, err := a.Distribution.Create(ctx, draft)
		if err != nil {
			return err
		}
		e.printf("%s\n", made.ID)
		if c.Open {
			e.printf("open link: %s\n", a.Distribution.OpenURL(made))
		}
		return nil
	})
}

type campaignListCmd struct{}

func (campaignListCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		all, err := a.Distribution.List(ctx)
		for _, c := range all {
			e.printf("%s  %-9s closes %s  %s\n", c.ID, c.State, i18n.Date(i18n.En, c.ClosesAt), c.Name)
		}
		return err
	})
}

// campaignArg is the mailing that a command is about.
type campaignArg struct {
	ID string `arg:"" help:"Id of the mailing, as 'campaign list' shows it."`
}

type campaignLaunchCmd struct {
	campaignArg
	DryRun bool `help:"Say who would get what and send nothing."`
}

func (c campaignLaunchCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		p, err := a.Distribution.Preview(ctx, c.ID)
		if err != nil {
			return err
		}
		for _, g := range people.Groups {
			if n := p.ByGroup[g]; n > 0 {
				e.printf("%-12s %6d\n", g, n)
			}
		}
		for reason, n := range p.Reasons() {
			if n > 0 {
				e.printf("left out: %-12s %6d\n", reason, n)
			}
		}
		if campaign, err := a.Distribution.Find(ctx, c.ID); err != nil {
			return err
		} else if campaign.Mode == distribution.Anonymous {
			for _, small := range p.Small(analysis.DefaultMinBase) {
				e.printf("warning: only %d in group %s with language %s: who answered may be guessed\n", small.Count, small.Group, small.Lang)
			}
		}
		if c.DryRun || p.Problem != nil {
			return p.Problem
		}
		plan, err := a.Distribution.Launch(ctx, c.ID)
		if err != nil {
			return err
		}
		e.printf("%d invitations queued\n", len(plan.Recipients))
		return nil
	})
}

type campaignRemindCmd struct{ campaignArg }

func (c campaignRemindCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		n, err := a.Distribution.Remind(ctx, c.ID)
		if err == nil {
			e.printf("%d reminders queued\n", n)
		}
		return err
	})
}

type campaignCloseCmd struct{ campaignArg }

func (c campaignCloseCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		err := a.Responses.Close(ctx, c.ID)
		if err == nil {
			e.printf("closed\n")
		}
		return err
	})
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/sample"
)

type recommendationCmd struct {
	Import    recommendationImportCmd    `cmd:"" help:"Read recommendations, and the experts' statements that they rest on, from YAML: all or nothing, figures computed from the answers."`
	List      recommendationListCmd      `cmd:"" help:"List recommendations with status and strength of evidence."`
	Sample    recommendationSampleCmd    `cmd:"" help:"Write nine invented recommendations, as YAML. Needs no database."`
	Move      recommendationMoveCmd      `cmd:"" help:"Move recommendations to another status."`
	Recompute recommendationRecomputeCmd `cmd:"" help:"Recompute every cited figure; exit code 1 when one no longer agrees."`
}

type recommendationImportCmd struct {
	File string `arg:"" help:"A YAML file, or - for standard input."`
	JSON bool   `name:"json" help:"Answer in JSON."`
}

func (c recommendationImportCmd) Run(ctx context.Context, e *env) (err error) {
	in := e.In
	if c.File != "-" {
		file, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		in = file
	}
	return e.with(ctx, func(a *app.App) error {
		done, err := a.Recommendations.Import(ctx, in)
		var bad *recommendation.ImportError
		if errors.As(err, &bad) {
			for _, f := range bad.Findings {
				_, _ = fmt.Fprintf(e.Err, "%s: %s\n", c.File, f.In(i18n.En))
			}
			return errors.New("the file has faults; nothing was read")
		}
		if err != nil {
			return err
		}
		if c.JSON {
			return writeJSON(e.Out, done)
		}
		e.printf("%d new, %d changed, %d unchanged; %d figures computed, %d withheld (too few answers), %d passages cited; %d statements new or changed.\n",
			len(done.Created), len(done.Changed), len(done.Unchanged), done.Figures, done.Withheld, done.Excerpts, len(done.Statements))
		return nil
	})
}

type recommendationListCmd struct{}

func (recommendationListCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		list, err := a.Recommendations.List(ctx, recommendation.Filter{})
		for _, r := range list {
			strength := string(r.Strength())
			if strength == "" {
				strength = "-"
			}
			e.printf("%-5s %-13s %-2s %s\n", r.Number, r.Status, strength, r.Title.Sv)
		}
		return err
	})
}

type recommendationMoveCmd struct {
	To      string   `arg:"" enum:"draft,consultation,decided,published,follow_up,closed" help:"Status: ${enum}."`
	Numbers []string `arg:"" help:"Numbers of recommendations, such as 5.1."`
}

func (c recommendationMoveCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		for _, number := range c.Numbers {
			r, err := a.Recommendations.FindNumber(ctx, number)
			if err != nil {
				return err
			}
			if err := a.Recommendations.Move(ctx, r.ID, recommendation.Status(c.To)); err != nil {
				return err
			}
			e.printf("%s is now %s.\n", number, c.To)
		}
		return nil
	})
}

type recommendationRecomputeCmd struct {
	JSON bool `name:"json" help:"Answer in JSON."`
}

func (c recommendationRecomputeCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		differences, err := a.Recommendations.Recompute(ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			if differences == nil {
				differences = []recommendation.Difference{}
			}
			err = writeJSON(e.Out, differences)
		}
		for _, d := range differences {
			if !c.JSON {
				e.printf("%s evidence %d: %s\n", d.Recommendation, d.Evidence,
					strings.ToLower(i18n.T(i18n.En, "recommendation.stale_"+d.Reason)))
			}
		}
		if err == nil && len(differences) == 0 && !c.JSON {
			e.printf("Every cited figure and passage agrees.\n")
		}
		if err == nil && len(differences) > 0 {
			return fmt.Errorf("%d citations no longer agree", len(differences))
		}
		return err
	})
}

type recommendationSampleCmd struct{}

func (recommendationSampleCmd) Run(e *env) error {
	_, err := e.Out.Write(sample.Recommendations(time.Now()))
	return err
}

func writeJSON(out io.Writer, v any) error {
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

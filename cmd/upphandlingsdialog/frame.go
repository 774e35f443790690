package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"

	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/recommendation"
)

type frameCmd struct {
	Import frameImportCmd `cmd:"" help:"Read how many firms the frame holds by answer, from CSV: all or nothing. Firms can then be weighted."`
	List   frameListCmd   `cmd:"" help:"List the counts that are loaded, and the weights that they give."`
	Remove frameRemoveCmd `cmd:"" help:"Take the counts of one question away."`
}

type frameImportCmd struct {
	Survey string `arg:"" help:"Survey, such as s5."`
	File   string `arg:"" help:"CSV with the columns question, answer (code or text) and units; - for standard input."`
	Check  bool   `help:"Only read the file and say how it reads."`
}

func (c frameImportCmd) Run(ctx context.Context, e *env) (err error) {
	in, name := e.In, "standard input"
	if c.File != "-" {
		file, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		in, name = file, filepath.Base(c.File)
	}
	return e.with(ctx, func(a *app.App) error {
		margins, faults, err := a.Surveys.ImportFrame(ctx, c.Survey, name, in, c.Check)
		if err != nil {
			return err
		}
		for _, f := range faults {
			_, _ = fmt.Fprintf(e.Err, "%s:%d: %s\n", c.File, f.Line, f.Text(i18n.En))
		}
		if len(faults) > 0 {
			return errors.New("the file has faults; nothing was loaded")
		}
		for _, m := range margins {
			e.printf("%s: %d answers, %d firms.\n", m.Question, len(m.Units), m.Total())
		}
		return nil
	})
}

type frameListCmd struct {
	Survey string `arg:"" help:"Survey, such as s5."`
	JSON   bool   `name:"json" help:"Answer in JSON."`
}

// framed is a margin with the weights that it gives by itself.
type framed struct {
	Name     string      `json:"name"`
	Question string      `json:"question"`
	Units    map[int]int `json:"units"`
	Source   string      `json:"source"`
	Weights  weightsMade `json:"weights"`
}

func (c frameListCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		r, err := a.Recommendations.Results(ctx, c.Survey)
		if err != nil {
			return err
		}
		all := []framed{}
		for _, m := range r.Frame {
			w, err := weigh(r, m.Question)
			if err != nil {
				return err
			}
			all = append(all, framed{recommendation.MarginName(m.Question), m.Question, m.Units, m.Source, w})
		}
		if c.JSON {
			return writeJSON(e.Out, all)
		}
		out := tabwriter.NewWriter(e.Out, 0, 4, 2, ' ', 0)
		for _, f := range all {
			_, _ = fmt.Fprintf(out, "%s\t%s\t%d answers\t%s\t%s\n", f.Name, f.Question, len(f.Units), f.Source, f.Weights)
		}
		return out.Flush()
	})
}

type frameRemoveCmd struct {
	Survey   string `arg:"" help:"Survey, such as s5."`
	Question string `arg:"" help:"Question id, such as bg_size."`
}

func (c frameRemoveCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error { return a.Surveys.RemoveMargin(ctx, c.Survey, c.Question) })
}

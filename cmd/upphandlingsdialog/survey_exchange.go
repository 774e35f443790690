package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/questionnaire/exchange"
	"upphandlingsdialog/internal/questionnaire/paper"
	"upphandlingsdialog/internal/survey"
)

type surveyImportCmd struct {
	File   string `arg:"" help:"The file. What it is, is seen from its content."`
	Area   int    `enum:"0,5,6,7" default:"0" help:"Area of another program's file that names none: 5, 6 or 7."`
	DryRun bool   `help:"Only list what would be taken over. Needs no database."`
}

func (c surveyImportCmd) Run(ctx context.Context, e *env) error {
	d, findings, err := readAny(c.File, c.Area)
	if err != nil {
		return err
	}
	for _, f := range findings {
		e.printf("%s\n", f)
	}
	if d == nil || questionnaire.Errors(findings) {
		return fmt.Errorf("%s was not registered: it has errors", c.File)
	}
	e.printf("%s: %s (%d questions, %d findings)\n", d.ID, d.Title.In(i18n.Sv), len(d.Questions()), len(findings))
	if c.DryRun {
		return nil
	}
	return e.with(ctx, func(a *app.App) error {
		v, created, err := a.Surveys.Register(ctx, d, filepath.Base(c.File))
		if err != nil {
			return err
		}
		if created {
			e.printf("%s: version %d registered\n", v.SurveyID, v.Number)
		} else {
			e.printf("%s: unchanged, still version %d\n", v.SurveyID, v.Number)
		}
		return nil
	})
}

// readAny reads a questionnaire of any kind. A YAML file may be complete or have its shared parts
// beside it.
func readAny(file string, area int) (*questionnaire.Definition, []questionnaire.Finding, error) {
	data, err := readLimited(file)
	if err != nil {
		return nil, nil, err
	}
	name := filepath.Base(file)
	d, findings, err := exchange.Read(name, data, exchange.Options{Area: area})
	if err != nil || d != nil {
		return d, findings, err
	}
	folder := filepath.Dir(file)
	if _, err := os.Stat(filepath.Join(folder, "shared")); err != nil {
		return nil, findings, nil //nolint:nilerr // without shared parts the first reading stands
	}
	list, findings, err := questionnaire.Load(os.DirFS(folder), name)
	if err != nil || len(list) == 0 {
		return nil, findings, err
	}
	return list[0], findings, nil
}

// readLimited reads no more of a file than a reader would take.
func readLimited(file string) (data []byte, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	data, err = io.ReadAll(io.LimitReader(f, exchange.MaxBytes+1))
	if err == nil && len(data) > exchange.MaxBytes {
		err = fmt.Errorf("%s is larger than %d MB", file, exchange.MaxBytes>>20)
	}
	return data, err
}

type surveyExportCmd struct {
	ID    string    `arg:"" help:"The questionnaire, for example s5."`
	As    string    `enum:"yaml,xlsform,pdf" default:"yaml" help:"yaml (complete: reads back to the same version), xlsform (.xlsx) or pdf (to print and fill in by hand)."`
	Group string    `help:"pdf: whose version. May be left out where there is only one group."`
	Lang  i18n.Lang `enum:"sv,en" default:"sv" help:"pdf: ${enum}."`
	Out   string    `short:"o" required:"" help:"The file to write."`
}

func (c surveyExportCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		v, err := a.Surveys.Latest(ctx, c.ID)
		if err != nil {
			return err
		}
		data, findings, err := c.make(a, v)
		if err != nil {
			return err
		}
		for _, f := range findings {
			e.printf("%s\n", f)
		}
		if err := os.WriteFile(c.Out, data, 0o600); err != nil {
			return err
		}
		e.printf("%s: version %d written to %s\n", c.ID, v.Number, c.Out)
		return nil
	})
}

// make is the file, with what it cannot carry.
func (c surveyExportCmd) make(a *app.App, v survey.Version) ([]byte, []questionnaire.Finding, error) {
	switch c.As {
	case "xlsform":
		return exchange.ToXLSForm(v.Definition)
	case "pdf":
		group, err := c.group(v.Definition)
		if err != nil {
			return nil, nil, err
		}
		data, err := paper.PDF(v.Definition, paper.Options{Sender: a.Printed(), Group: group, Lang: c.Lang, Version: v.Number, Made: v.CreatedAt})
		return data, nil, err
	}
	data, err := exchange.YAML(v.Definition)
	return data, nil, err
}

func (c surveyExportCmd) group(d *questionnaire.Definition) (string, error) {
	if c.Group == "" && len(d.Groups) == 1 {
		return d.Groups[0].ID, nil
	}
	if d.HasGroup(c.Group) {
		return c.Group, nil
	}
	names := make([]string, len(d.Groups))
	for i, g := range d.Groups {
		names[i] = g.ID
	}
	return "", fmt.Errorf("--group: write one of %s", strings.Join(names, ", "))
}

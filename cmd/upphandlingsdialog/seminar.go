package main

import (
	"context"
	"io"
	"time"

	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/sample"
)

type seminarCmd struct {
	Import seminarImportCmd `cmd:"" help:"Read a year of seminars from YAML: all of it or nothing, no letters. What is there already stays."`
	Plan   seminarPlanCmd   `cmd:"" help:"Compare a year's seminars with its plan."`
	Sample seminarSampleCmd `cmd:"" help:"Write an invented year of seminars, as YAML. Needs no database."`
}

type seminarImportCmd struct {
	File string `arg:"" help:"YAML file. '-' reads standard input."`
}

func (c seminarImportCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		return e.fromFile(c.File, func(r io.Reader) error {
			did, err := a.Seminars.ImportYear(ctx, r)
			if err == nil {
				e.printf("New: %d seminars, %d registrations, %d entries of advice.\n", did.Seminars, did.Registrations, did.Advice)
			}
			return err
		})
	})
}

type seminarPlanCmd struct {
	Year int `help:"Year; this one when left out."`
}

func (c seminarPlanCmd) Run(ctx context.Context, e *env) error {
	year := c.Year
	if year == 0 {
		year = time.Now().Year()
	}
	return e.with(ctx, func(a *app.App) error {
		p, err := a.Seminars.Plan(ctx, year)
		if err != nil {
			return err
		}
		e.printf("%d\nTraining seminars:                      %d held, %d coming, of %d\n", p.Year, p.Training.Done, p.Training.Coming, p.Training.Goal)
		e.printf("Municipalities with a learning seminar: %d held, %d coming, of %d\n", p.Learning.Done, p.Learning.Coming, p.Learning.Goal)
		for _, w := range p.Warnings {
			e.printf("Note: %s\n", w.Text("en"))
		}
		return nil
	})
}

type seminarSampleCmd struct{}

func (seminarSampleCmd) Run(e *env) error {
	text, err := sample.SeminarYear(time.Now())
	if err == nil {
		_, err = e.Out.Write(text)
	}
	return err
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/report"
)

type reportVerifyCmd struct {
	File  string `arg:"" type:"existingfile" help:"The PDF."`
	Alone bool   `help:"Compare the file with what it carries alone, even where a database is at hand."`
	Lang  string `default:"en" enum:"sv,en" help:"Language of the answer: ${enum}."`
}

var errDiffers = errors.New("the file is not what it claims to be")

// Run compares the file with the edition in the database when there is one, and with itself. No database is made for
// it: whoever only has the file can still try it.
func (c reportVerifyCmd) Run(ctx context.Context, e *env) error {
	b, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("read the file: %w", err)
	}
	v := report.Verify(b, nil)
	if !c.Alone && (e.Config.DatabaseURL != "" || postgres.HasPrivate(e.Config.Data)) {
		err = e.with(ctx, func(a *app.App) error {
			v, err = a.Reports.Verify(ctx, b, a.Reports.FindSlug)
			return err
		})
		if err != nil {
			return err
		}
	}
	marks := map[report.Outcome]string{report.Agrees: "agrees  ", report.Differs: "DIFFERS ", report.NotChecked: "not tried"}
	for _, check := range v.Checks {
		e.printf("%-9s  %s\n", marks[check.Outcome], check.Says.In(i18n.Lang(c.Lang)))
		for _, d := range check.Details {
			e.printf("%-9s    %s\n", "", d.In(i18n.Lang(c.Lang)))
		}
	}
	if !v.Agrees() {
		return errDiffers
	}
	return nil
}

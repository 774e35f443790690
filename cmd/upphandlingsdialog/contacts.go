package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/sample"
)

type contactsCmd struct {
	Import contactsImportCmd `cmd:"" help:"Import a CSV file of contacts: all of it or nothing. The same file twice changes nothing."`
	Sample contactsSampleCmd `cmd:"" help:"Write a file of invented contacts. The same seed gives the same file. Needs no database."`
}

type contactsImportCmd struct {
	File   string `arg:"" help:"CSV file with the columns name and email, and optionally group, organisation, municipality, language, size class, sector. '-' reads standard input."`
	DryRun bool   `help:"Say what would change and change nothing."`
}

func (c contactsImportCmd) Run(ctx context.Context, e *env) error {
	in := e.In
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	return e.with(ctx, func(a *app.App) error {
		do := a.People.Import
		if c.DryRun {
			do = a.People.ImportPreview
		}
		p, err := do(ctx, in)
		e.printPreview(p)
		if err == nil && c.DryRun && p.OK() {
			e.printf("Dry run: nothing was changed.\n")
		}
		return err
	})
}

// printPreview writes what an import does, every bad row with its line and reason.
func (e *env) printPreview(p people.Preview) {
	for _, f := range p.Faults {
		column := ""
		if f.Column != "" {
			column = f.Column + ": "
		}
		e.printf("line %d: %s%s\n", f.Line, column, f.Text(i18n.En))
	}
	for _, m := range p.Merges {
		e.printf("lines %s are one person, %s", strings.Trim(fmt.Sprint(m.Lines), "[]"), m.Email)
		if len(m.Differs) > 0 {
			e.printf(" (they differ in %s; the first line stands)", strings.Join(m.Differs, ", "))
		}
		e.printf("\n")
	}
	if len(p.Ignored) > 0 {
		e.printf("columns not imported: %s\n", strings.Join(p.Ignored, ", "))
	}
	if p.Encoding != "" && p.Decoded() {
		e.printf("the file is in %s, not UTF-8: check that å, ä and ö look right\n", p.Encoding)
	}
	if p.OK() {
		e.printf("%d rows: %d new, %d changed, %d unchanged\n", p.Rows, p.Count(people.Added), p.Count(people.Changed), p.Count(people.Same))
		if p.Count(people.Added)+p.Count(people.Changed) == 0 {
			e.printf("everything in the file is known: nothing changes\n")
		}
	}
}

type contactsSampleCmd struct {
	Seed uint64 `default:"7" help:"Another seed gives other contacts."`
	N    int    `short:"n" default:"400" help:"How many."`
	Out  string `short:"o" default:"-" help:"File to write; '-' is standard output."`
}

func (c contactsSampleCmd) Run(e *env) (err error) {
	if c.N < 4 || c.N > 100_000 {
		return fmt.Errorf("-n %d: write a number from 4 to 100000", c.N)
	}
	var out io.Writer = e.Out
	if c.Out != "-" {
		f, err := os.Create(c.Out)
		if err != nil {
			return err
		}
		defer func() {
			if cerr := f.Close(); err == nil {
				err = cerr
			}
		}()
		out = f
	}
	return sample.WriteContacts(out, sample.Contacts(c.Seed, c.N))
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/privacy"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/sample"
)

type contactsCmd struct {
	Import contactsImportCmd `cmd:"" help:"Import a CSV file of contacts: all of it or nothing. The same file twice changes nothing."`
	Kept   contactsKeptCmd   `cmd:"" help:"Print everything that is kept under an address, in the register or outside it, as JSON (article 15). It is logged."`
	Erase  contactsEraseCmd  `cmd:"" help:"Make somebody nameless everywhere, at the person's request and by the authority's decision (article 17)."`
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

type contactsKeptCmd struct {
	Address   string   `arg:"" optional:"" help:"E-mail address of the person who asks."`
	Name      string   `help:"Name to look for among experts, of whom no address is kept; else that of the register."`
	Statement []string `help:"Ids of statements that are the person's."`
}

func (c contactsKeptCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		kept, err := a.Privacy.Tell(ctx, privacy.Who{Address: c.Address, Name: c.Name, Statements: c.Statement})
		if err != nil {
			return err
		}
		for _, st := range kept.Likely { // beside the answer, which is JSON
			_, _ = fmt.Fprintf(e.Err, "A statement by %s, %s (%s) may be the person's: with --statement=%s it is.\n", st.Name, st.Role, st.Date.Format(time.DateOnly), st.ID)
		}
		out := json.NewEncoder(e.Out)
		out.SetIndent("", "  ")
		return out.Encode(kept)
	})
}

type contactsEraseCmd struct {
	Address   string   `arg:"" optional:"" help:"E-mail address of the person who asks."`
	Name      string   `help:"Name to look for among experts, of whom no address is kept; else that of the register."`
	Statement []string `help:"Ids of statements that are the person's: the name is taken out."`
	Decision  string   `required:"" help:"Registry number of the decision in the matter; it is logged."`
	Answers   bool     `help:"Withdraw answers to closed surveys too, not only to those that still ask."`
	Stop      bool     `default:"true" negatable:"" help:"Keep the address alone, among those that get no mail."`
}

func (c contactsEraseCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		k, err := a.Privacy.EraseAtRequest(ctx, privacy.Erasure{Who: privacy.Who{Address: c.Address, Name: c.Name, Statements: c.Statement},
			Decision: c.Decision, Answers: c.Answers, Stop: c.Stop})
		if err != nil {
			return err
		}
		e.printf("The person is nameless everywhere. The decision %s is in the log.\n", c.Decision)
		for _, t := range k.Traces {
			if t.Kind == report.TraceSignature {
				e.printf("The signature in the published report %s stays: what is published is preserved by the Archives Act.\n", t.Name)
			}
		}
		for _, st := range k.Likely {
			e.printf("A statement by %s, %s (%s) was left: if it is the same person, name it with --statement=%s.\n", st.Name, st.Role, st.Date.Format(time.DateOnly), st.ID)
		}
		return nil
	})
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

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/response/export"
)

type responsesCmd struct {
	Import responsesImportCmd `cmd:"" help:"Read answers from paper, telephone or another system: all of the file or nothing. The same file twice changes nothing."`
	Export responsesExportCmd `cmd:"" help:"Write the submitted answers, one row a response, without names or addresses. Every export is written to the log."`
}

type responsesImportCmd struct {
	Survey  string          `arg:"" help:"Survey, such as s5."`
	File    string          `arg:"" help:"CSV file with the columns of an export, and ref (the number of the sheet, say) instead of row. Codes or labels. '-' reads standard input."`
	Source  response.Source `default:"paper" enum:"paper,telephone,other" help:"How the answers came: ${enum}."`
	Version int             `help:"Number of the version that was answered; the newest when left out."`
	DryRun  bool            `help:"Say what would be stored and store nothing."`
}

func (c responsesImportCmd) Run(ctx context.Context, e *env) error {
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
		r, err := a.Responses.Import(ctx, c.Survey, c.Version, c.Source, in, c.DryRun)
		if err != nil {
			return err
		}
		for _, f := range r.Faults {
			column := ""
			if f.Column != "" {
				column = f.Column + ": "
			}
			e.printf("line %d: %s%s\n", f.Line, column, f.Text(i18n.En))
		}
		if len(r.Faults) > 0 {
			return fmt.Errorf("%d faults in %s: nothing was stored", len(r.Faults), c.File)
		}
		e.printf("%d responses to version %d: %d new, %d read before\n", r.Added+r.Same, r.Version.Number, r.Added, r.Same)
		if c.DryRun {
			e.printf("Dry run: nothing was stored.\n")
		}
		return nil
	})
}

type responsesExportCmd struct {
	Survey  string        `arg:"" help:"Survey, such as s5."`
	As      export.Format `default:"csv" enum:"csv,xlsx,json,sav,codebook" help:"${enum}; sav is SPSS, codebook explains columns and codes (Markdown)."`
	Out     string        `short:"o" default:"-" help:"File to write; '-' is standard output. A file appears only when it is complete."`
	Version int           `help:"Number of the version; the newest with answers when left out."`
	Lang    string        `default:"sv" enum:"sv,en" help:"Language of labels: ${enum}."`
	Raw     bool          `help:"Leave texts as they are, for an archive: a spreadsheet may run them as formulas. The first column is then called raw_row."`
	BOM     bool          `name:"bom" help:"Begin CSV with a byte order mark, for Excel."`
	Early   bool          `name:"early-texts" help:"Free texts and other-answers too while the survey is open. Written in the log."`
	Lines   bool          `help:"JSON: one object a line instead of an array."`
}

func (c responsesExportCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		o := export.Options{Lang: i18n.Lang(c.Lang), Raw: c.Raw, BOM: c.BOM, Lines: c.Lines}
		var x response.Extract
		var err error
		if c.Out == "-" {
			x, err = a.Responses.Export(ctx, c.Survey, c.Version, c.As, o, c.Early, e.Out)
		} else {
			x, err = c.toFile(ctx, a, o)
		}
		if err == nil {
			c.tell(e, x)
		}
		return err
	})
}

// toFile writes beside the file and then takes its place, so that nobody reads half an export.
func (c responsesExportCmd) toFile(ctx context.Context, a *app.App, o export.Options) (x response.Extract, err error) {
	f, err := os.CreateTemp(filepath.Dir(c.Out), "."+filepath.Base(c.Out)+"-*") // readable by its owner alone
	if err != nil {
		return x, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	x, err = a.Responses.Export(ctx, c.Survey, c.Version, c.As, o, c.Early, f)
	if err = errors.Join(err, f.Close()); err != nil {
		return x, err
	}
	return x, os.Rename(f.Name(), c.Out)
}

// tell says beside the output what it holds.
func (c responsesExportCmd) tell(e *env, x response.Extract) {
	if c.As != export.FormatCodebook {
		_, _ = fmt.Fprintf(e.Err, "%d responses to version %d\n", x.Count, x.Version.Number)
	}
	if x.Untold && c.As != export.FormatCodebook {
		_, _ = fmt.Fprintln(e.Err, "Two waves received answers at the same time: anonymous responses of those days do not tell their wave.")
	}
	if x.Open && !c.Early && c.As != export.FormatCodebook {
		_, _ = fmt.Fprintln(e.Err, "The survey is open: free texts and other-answers are left out. --early-texts includes them.")
	}
	if x.LeftOut > 0 {
		numbers := make([]string, len(x.Versions))
		for i, v := range x.Versions {
			numbers[i] = fmt.Sprint(v.Number)
		}
		_, _ = fmt.Fprintf(e.Err, "%d responses to other versions are not in it: --version takes one of %s\n", x.LeftOut, strings.Join(numbers, ", "))
	}
}

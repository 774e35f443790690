package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/report"
)

type reportCmd struct {
	Make       reportMakeCmd       `cmd:"" help:"Check the evidence, freeze a snapshot and have an edition rendered."`
	Render     reportRenderCmd     `cmd:"" help:"Write the newest edition to a file; makes one when there is none."`
	List       reportListCmd       `cmd:"" help:"List the editions."`
	Verify     reportVerifyCmd     `cmd:"" help:"Try whether a PDF is an edition: count its numbers again, draw it again, compare every byte."`
	Publish    reportPublishCmd    `cmd:"" help:"Publish the newest edition at its address."`
	Data       reportDataCmd       `cmd:"" help:"Write the newest edition's open data package to a file."`
	Archive    reportArchiveCmd    `cmd:"" help:"Write the archive package of the newest published edition to a file."`
	Lists      reportListsCmd      `cmd:"" help:"Show the distribution lists, or add addresses from standard input to one."`
	Distribute reportDistributeCmd `cmd:"" help:"Mail the link of the newest published edition to a distribution list."`
}

// reportChoice says which edition a command is about.
type reportChoice struct {
	Edition string `default:"regional" enum:"regional,national" help:"Edition: ${enum}."`
	Lang    string `default:"sv" enum:"sv,en" help:"Language: ${enum}."`
}

func (c reportChoice) latest(ctx context.Context, a *app.App) (report.Edition, error) {
	return a.Reports.Latest(ctx, report.Kind(c.Edition), c.Lang)
}

// none says that there is no edition of the kind and the language yet.
func (c reportChoice) none(err error) error {
	return missing(err, "there is no %s edition in %s yet: 'report make' makes one", c.Edition, c.Lang)
}

type reportMakeCmd struct{ reportChoice }

func (c reportMakeCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		made, err := a.Reports.Make(ctx, report.Kind(c.Edition), c.Lang)
		if err == nil {
			e.printf("%s\t%s\tsnapshot %s\n", made.Slug, made.State, made.SnapshotHash)
		}
		return err
	})
}

type reportRenderCmd struct {
	reportChoice
	Output string `short:"o" required:"" type:"path" help:"File to write: .pdf, or .html for the body of the web page."`
}

func (c reportRenderCmd) Run(ctx context.Context, e *env) error {
	if ext := filepath.Ext(c.Output); ext != ".pdf" && ext != ".html" {
		return fmt.Errorf("--output %s: write a name that ends in .pdf or .html", c.Output)
	}
	return e.with(ctx, func(a *app.App) error {
		ed, err := c.latest(ctx, a)
		if fault.Is(err, fault.NotFound) {
			ed, err = a.Reports.Make(ctx, report.Kind(c.Edition), c.Lang)
		}
		if err != nil {
			return err
		}
		if ed, err = a.Reports.Render(ctx, ed.ID); err != nil {
			return err
		}
		var body []byte
		if strings.HasSuffix(c.Output, ".html") {
			var text string
			text, err = a.Reports.HTML(ctx, ed.ID)
			body = []byte(text)
		} else {
			body, err = a.Reports.PDF(ctx, ed.ID)
		}
		if err != nil {
			return err
		}
		if err := os.WriteFile(c.Output, body, 0o644); err != nil { //nolint:gosec // a report is meant to be read
			return fmt.Errorf("write the report: %w", err)
		}
		e.printf("%s\t%d bytes\tsha256 %s\n", c.Output, len(body), report.Hash(body))
		return nil
	})
}

type reportListCmd struct{}

func (reportListCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		list, err := a.Reports.List(ctx)
		for _, ed := range list {
			e.printf("%-20s %-10s %s  %s\n", ed.Slug, ed.State, i18n.DateTime(i18n.En, ed.MadeAt), ed.Title)
		}
		return err
	})
}

type reportPublishCmd struct {
	reportChoice
	From string `placeholder:"TIME" help:"Embargo: readable from this Swedish time on, e.g. 2026-12-01T09:00. Default: now."`
}

func (c reportPublishCmd) Run(ctx context.Context, e *env) error {
	var from time.Time
	if c.From != "" {
		var err error
		if from, err = time.ParseInLocation("2006-01-02T15:04", c.From, i18n.Stockholm); err != nil {
			return fmt.Errorf("--from %s: write a time such as 2026-12-01T09:00", c.From)
		}
	}
	return e.with(ctx, func(a *app.App) error {
		ed, err := c.latest(ctx, a)
		if err != nil {
			return c.none(err)
		}
		if ed, err = a.Reports.Render(ctx, ed.ID); err != nil {
			return err
		}
		if ed, err = a.Reports.Publish(ctx, ed.ID, from); err != nil {
			return err
		}
		e.printf("%s%s\n", a.Config.Base(), ed.Path())
		return nil
	})
}

type reportDataCmd struct {
	reportChoice
	Output string `short:"o" required:"" type:"path" help:"File to write: .zip."`
}

func (c reportDataCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		ed, err := c.latest(ctx, a)
		if err != nil {
			return c.none(err)
		}
		body, err := a.Reports.DataPackage(ctx, ed)
		if err != nil {
			return err
		}
		if err := os.WriteFile(c.Output, body, 0o644); err != nil { //nolint:gosec // open data is meant to be read
			return fmt.Errorf("write the data package: %w", err)
		}
		e.printf("%s\t%d bytes\tsha256 %s\n", c.Output, len(body), report.Hash(body))
		return nil
	})
}

type reportArchiveCmd struct {
	reportChoice
	Output string `short:"o" required:"" type:"path" help:"File to write: .zip."`
}

func (c reportArchiveCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		ed, err := c.latest(ctx, a)
		if err != nil {
			return c.none(err)
		}
		body, err := a.Reports.Archive(ctx, ed.ID)
		if err != nil {
			return err
		}
		if err := os.WriteFile(c.Output, body, 0o600); err != nil { // it holds the minutes
			return fmt.Errorf("write the archive: %w", err)
		}
		e.printf("%s\t%d bytes\tsha256 %s\n", c.Output, len(body), report.Hash(body))
		return nil
	})
}

type reportListsCmd struct {
	Add     string `placeholder:"NAME" help:"Add the addresses on standard input, one a line, to this list; it is made when it does not exist."`
	Edition string `default:"regional" enum:"regional,national" help:"Which edition a new list gets: ${enum}."`
	Lang    string `default:"sv" enum:"sv,en" help:"Language of the mail: ${enum}."`
}

func (c reportListsCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		if c.Add != "" {
			return c.add(ctx, e, a)
		}
		lists, err := a.Reports.Lists(ctx)
		for _, l := range lists {
			e.printf("%-10s %5d  %s\n", l.Kind, l.Members, l.Name)
		}
		return err
	})
}

func (c reportListsCmd) add(ctx context.Context, e *env, a *app.App) error {
	text, err := io.ReadAll(io.LimitReader(e.In, 1<<20))
	if err != nil {
		return fmt.Errorf("read addresses: %w", err)
	}
	members, err := report.ParseMembers(string(text), i18n.Lang(c.Lang))
	if err != nil {
		return err
	}
	list, err := a.Reports.FindListNamed(ctx, c.Add)
	if fault.Is(err, fault.NotFound) {
		list, err = a.Reports.CreateList(ctx, c.Add, report.Kind(c.Edition))
	}
	if err != nil {
		return err
	}
	added, err := a.Reports.AddMembers(ctx, list.ID, members)
	if err == nil {
		e.printf("%d added to %s\n", added, list.Name)
	}
	return err
}

type reportDistributeCmd struct {
	reportChoice
	List string `required:"" help:"Name of the distribution list."`
}

func (c reportDistributeCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		list, err := a.Reports.FindListNamed(ctx, c.List)
		if err != nil {
			return missing(err, "there is no distribution list %q: 'report lists' shows those there are", c.List)
		}
		ed, err := c.latest(ctx, a)
		if err != nil {
			return c.none(err)
		}
		r, err := a.Reports.Distribute(ctx, ed.ID, list.ID)
		if err == nil {
			e.printf("%d queued, %d had it already, %d have stopped mail\n", len(r.New), len(r.Already), len(r.Stopped))
		}
		return err
	})
}

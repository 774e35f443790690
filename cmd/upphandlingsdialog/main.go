// Command upphandlingsdialog is the whole product in one program: the web service, its background
// work and the commands that do from a terminal what the team's pages do in a browser.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/config"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
)

// cli is the table of commands: one noun a line, each in its own file.
type cli struct {
	config.Config `embed:""`

	Serve   serveCmd   `cmd:"" help:"Run the web service and its background work."`
	Demo    demoCmd    `cmd:"" help:"Show the whole job with invented people: surveys, meetings, reports, on this machine alone."`
	Migrate migrateCmd `cmd:"" help:"Bring the database to the schema that this version needs."`
	User    userCmd    `cmd:"" help:"Add people to the team, list them, give them a new password."`
	Survey  surveyCmd  `cmd:"" help:"Check, register and list questionnaires."`
	Analyse analyseCmd `cmd:"" help:"Count the answers to a survey, by group."`
	Frame   frameCmd   `cmd:"" help:"How many firms there are to weight to."`

	Contacts       contactsCmd       `cmd:"" help:"Import contacts, or make a file of invented ones."`
	Campaign       campaignCmd       `cmd:"" help:"Make, launch, follow and close mailings."`
	Responses      responsesCmd      `cmd:"" help:"Take out the answers to a survey, or read in those from paper."`
	Notes          notesCmd          `cmd:"" help:"Read meeting notes written by hand, or write invented ones."`
	Seminar        seminarCmd        `cmd:"" help:"Read a year of seminars, or compare it with the plan."`
	Recommendation recommendationCmd `cmd:"" help:"Read, list, move and recompute recommendations."`
	Report         reportCmd         `cmd:"" help:"Make, render, publish and spread the reports."`
}

// env is what a command gets: the settings and where to read and write.
type env struct {
	Config config.Config
	In     io.Reader
	Out    io.Writer
	Err    io.Writer
	Log    *slog.Logger
}

// open connects to the database (starting the private server when none runs) and builds the
// services. The caller closes what it gets.
func (e *env) open(ctx context.Context) (*app.App, error) {
	return app.Open(ctx, e.Config, e.Log)
}

// with opens the application, runs fn and closes it again.
func (e *env) with(ctx context.Context, fn func(a *app.App) error) (err error) {
	a, err := e.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	return fn(a)
}

// printf writes a line of a command's answer.
func (e *env) printf(format string, args ...any) { fmt.Fprintf(e.Out, format, args...) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is main without the process: the exit code is 0, 1 for a failure or 2 for a wrong call.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	var c cli
	code := -1
	parser, err := kong.New(&c, kong.Name("upphandlingsdialog"), kong.UsageOnError(),
		kong.Description("Surveys, dialogue and recommendations for public procurement in a region."),
		kong.Writers(out, errOut), kong.Exit(func(n int) { code = n }))
	if err != nil {
		fmt.Fprintln(errOut, "upphandlingsdialog:", err)
		return 1
	}
	kctx, err := parser.Parse(args)
	if code >= 0 { // --help
		return code
	}
	if err != nil {
		fmt.Fprintf(errOut, "upphandlingsdialog: %v\nWrite 'upphandlingsdialog --help' for the commands.\n", err)
		return 2
	}
	ctx = audit.WithActor(ctx, audit.Actor{Kind: "cli", ID: fmt.Sprint(os.Getuid()), Name: "command line"})
	e := &env{Config: c.Config, In: in, Out: out, Err: errOut,
		Log: slog.New(slog.NewTextHandler(errOut, &slog.HandlerOptions{Level: slog.LevelInfo}))}
	kctx.BindTo(ctx, (*context.Context)(nil))
	kctx.Bind(e)
	if err := kctx.Run(); err != nil {
		fmt.Fprintln(errOut, "upphandlingsdialog:", explain(err))
		return 1
	}
	return 0
}

// explain writes a fault as its public sentences, anything else as it is.
func explain(err error) string {
	f, ok := fault.Of(err)
	if !ok {
		return err.Error()
	}
	s := i18n.Fault(i18n.En, f)
	if f.Key == "error.invalid" { // it speaks of a form
		s = "Not done:"
	}
	for _, field := range f.Fields {
		s += fmt.Sprintf("\n  %s: %s", field.Name, i18n.TMap(i18n.En, field.Key, field.Args))
	}
	if f.Err != nil && f.Kind == fault.Unavailable { // what is down; the other kinds are said in full
		s += fmt.Sprintf(" (%v)", f.Err)
	}
	return s
}

// missing says in words what was not found; any other error stays as it is.
func missing(err error, format string, args ...any) error {
	if fault.Is(err, fault.NotFound) {
		return fmt.Errorf(format, args...)
	}
	return err
}

package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"golang.org/x/sync/errgroup"

	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/demo"
	"upphandlingsdialog/internal/postgres"
)

type demoCmd struct {
	Exit        bool   `help:"End when all is done instead of staying up."`
	Out         string `help:"Folder for the PDFs and the other files. Default: out in the data folder." type:"path"`
	Respondents int    `default:"400" help:"How many invented contacts are invited."`
	Seed        uint64 `default:"7" help:"The same seed gives the same people and the same answers."`
	Fresh       bool   `help:"Throw away what an earlier demonstration left and start afresh."`
}

// kept is what a finished demonstration leaves in its data folder for the next start.
type kept struct {
	Password string    `json:"password"`
	Seen     demo.Seen `json:"seen"`
}

// Run does the main job through the public doors, compares what it saw with the database and, unless
// told to exit, stays up for people to look around.
func (c demoCmd) Run(ctx context.Context, e *env) error {
	if c.Respondents < 40 || c.Respondents > 5000 {
		return fmt.Errorf("--respondents %d: write a number from 40 to 5000", c.Respondents)
	}
	if e.Config.Data == "" {
		e.Config.Data = filepath.Join(postgres.DefaultDir(), "demo")
	}
	e.Config.Invented = true
	e.Config.MailRate = 0 // the catcher takes as fast as it gets
	if c.Out == "" {
		c.Out = filepath.Join(e.Config.Data, "out")
	}
	state := filepath.Join(e.Config.Data, "demo.json")
	before, err := c.earlier(e, state)
	if err != nil {
		return err
	}
	log, err := os.OpenFile(filepath.Join(e.Config.Data, "demo.log"), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	e.Log = slog.New(slog.NewTextHandler(log, nil)) // the terminal is for the story
	slog.SetDefault(e.Log)
	a, err := app.OpenServer(ctx, e.Config, e.Log)
	if err != nil {
		return err
	}
	err = c.drive(ctx, e, a, before, state)
	return errors.Join(err, a.Close())
}

// earlier reads what a demonstration in this folder left: nil when there was none, or when it is to
// be thrown away. A half-done one can not be continued, and is thrown away with a word about it.
func (c demoCmd) earlier(e *env, state string) (*kept, error) {
	if _, running := postgres.Attach(e.Config.Data); running {
		return nil, fmt.Errorf("a demonstration is running in %s: stop it first, or name another folder with --data", e.Config.Data)
	}
	var k kept
	text, err := os.ReadFile(state)
	if err == nil {
		err = json.Unmarshal(text, &k)
	}
	if err == nil && !c.Fresh {
		e.printf("Reusing %s (--fresh starts afresh).\n", e.Config.Data)
		return &k, nil
	}
	began := filepath.Join(e.Config.Data, "demo.began")
	if _, statErr := os.Stat(began); statErr == nil {
		if !c.Fresh {
			e.printf("The demonstration in %s did not finish: starting afresh.\n", e.Config.Data)
		}
		if err := os.RemoveAll(e.Config.Data); err != nil {
			return nil, err
		}
	} else if entries, _ := os.ReadDir(e.Config.Data); len(entries) > 0 {
		return nil, fmt.Errorf("%s holds something that is no demonstration: name another folder with --data", e.Config.Data)
	}
	if err := os.MkdirAll(e.Config.Data, 0o755); err != nil {
		return nil, err
	}
	return nil, os.WriteFile(began, []byte(time.Now().Format(time.RFC3339)+"\n"), 0o644)
}

func (c demoCmd) drive(ctx context.Context, e *env, a *app.App, before *kept, state string) error {
	serving, stop := context.WithCancel(ctx)
	defer stop()
	group, serving := errgroup.WithContext(serving)
	up := make(chan string, 1)
	group.Go(func() error { return a.Serve(serving, func(address string) { up <- address }) })
	select {
	case <-serving.Done():
		return group.Wait()
	case <-up:
	}
	if before == nil {
		k, err := c.act(serving, e, a, state)
		if err != nil {
			stop()
			return errors.Join(err, group.Wait())
		}
		before = &k
	}
	printReports(e, before.Seen)
	if !c.Exit {
		e.printf("\nPublic pages   %s\nTeam's pages   %s/team\n  sign in as   %s\n  password     %s\nCaught mail    http://%s\nLog            %s\n\nStop with Ctrl-C.\n",
			a.Config.Base(), a.Config.Base(), demo.Email, before.Password, e.Config.CatcherAddr,
			filepath.Join(e.Config.Data, "demo.log"))
		<-serving.Done()
	}
	stop()
	return group.Wait()
}

// act runs the demonstration against the service, keeps what it needs for the next start, and compares. Later
// starts do not compare: whoever looked around may have changed something.
func (c demoCmd) act(ctx context.Context, e *env, a *app.App, state string) (kept, error) {
	program, err := os.Executable()
	if err != nil {
		return kept{}, err
	}
	k := kept{Password: rand.Text()}
	k.Seen, err = demo.Run(ctx, demo.Doors{Base: a.Config.Base(), Mail: "http://" + a.Config.CatcherAddr, Program: program,
		Env: []string{"UD_DATA=" + a.Config.Data, "DATABASE_URL=" + a.Config.DatabaseURL, "UD_BASE_URL=" + a.Config.Base()}},
		demo.Options{Respondents: c.Respondents, Seed: c.Seed, Out: c.Out}, k.Password, e.Out)
	if err != nil {
		return k, err
	}
	text, err := json.MarshalIndent(k, "", "  ")
	if err != nil {
		return k, err
	}
	if err := os.WriteFile(state, append(text, '\n'), 0o600); err != nil {
		return k, err
	}
	return k, compare(ctx, e, a, k.Seen)
}

// compare sets what the demonstration saw from outside beside what the database holds, and fails when
// the two differ.
func compare(ctx context.Context, e *env, a *app.App, seen demo.Seen) error {
	rows, err := tally(ctx, a, seen)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(e.Out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "\nwhat\tseen\tin the database\t\n")
	var differ []string
	for _, r := range rows {
		mark := ""
		if r.seen != r.stored {
			mark = "differs"
			differ = append(differ, r.what)
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\n", r.what, r.seen, r.stored, mark)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(differ) > 0 {
		return fmt.Errorf("what was seen and what is stored differ: %v", differ)
	}
	return nil
}

// printReports names the reports that the demonstration made.
func printReports(e *env, seen demo.Seen) {
	e.printf("\nDone in %.1f s. The reports:\n", seen.TookSeconds)
	for _, path := range sortedKeys(seen.Editions) {
		e.printf("  %s\n    SHA-256 %s\n", path, seen.Editions[path])
	}
}

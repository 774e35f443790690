// Package demo drives the main job from end to end through the public doors alone: the command line,
// the web pages, the mail catcher. It reads the mails that were caught, follows their links like the
// people they were sent to, holds meetings, counts, recommends, prints and publishes, and at the end
// compares what it saw with what the database says.
package demo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Options is what the demonstration may be told.
type Options struct {
	Respondents int    // how many invented contacts are invited
	Seed        uint64 // the same seed gives the same people and answers
	Out         string // folder for the PDFs, contacts and notes
}

// Doors is how the demonstration reaches the running product, as anybody would.
type Doors struct {
	Base    string   // address of the web service
	Mail    string   // address of the mail catcher
	Program string   // path of the program, for its commands
	Env     []string // what tells the commands which database to use
}

// Demo is one run.
type Demo struct {
	Doors
	Options
	out       io.Writer
	started   time.Time
	transport *http.Transport
	team      *browser
	password  string
	read      map[string]bool   // mails that were looked at, by the catcher's id
	people    map[string]string // contacts: address -> groups
	campaigns []campaign
	lists     map[string]string // distribution lists by kind of edition
	planned   int               // quarter hours of advice that came with the year's seminars
	seen      Seen
}

// campaign is one mailing and what its readers will do.
type campaign struct {
	id    string
	tasks []task
}

// Seen is what the demonstration counted from outside, to be compared with the database.
type Seen struct {
	Contacts       int               `json:"contacts"`
	Letters        map[string]int    `json:"letters"` // by kind of mail
	Started        int               `json:"started"`
	Receipts       int               `json:"receipts"`
	Halfway        int               `json:"halfway"`
	OpenedTwice    int               `json:"opened_twice"`
	Unsubscribed   int               `json:"unsubscribed"`
	Meetings       int               `json:"meetings"`
	Registrations  int               `json:"registrations"`
	AdviceQuarters int               `json:"advice_quarters"`
	Recommended    int               `json:"recommended"`
	Rated          int               `json:"rated"`    // by the panel
	TakenUp        int               `json:"taken_up"` // answers of bodies to recommendations
	Editions       map[string]string `json:"editions"` // path of each PDF -> SHA-256 that its page shows
	TookSeconds    float64           `json:"took_seconds"`
}

// Email and password of the demonstration's only sign-in.
const (
	Email       = "processledare@dalarna.example"
	userName    = "Petra Processledare"
	maxInFlight = 4 // respondents at once
)

// Run does the whole job and returns what it saw.
func Run(ctx context.Context, doors Doors, o Options, password string, out io.Writer) (Seen, error) {
	d := &Demo{Doors: doors, Options: o, out: out, started: time.Now(), password: password,
		transport: &http.Transport{MaxIdleConnsPerHost: 2 * maxInFlight}, read: map[string]bool{}, people: map[string]string{},
		lists: map[string]string{},
		seen:  Seen{Letters: map[string]int{}, Editions: map[string]string{}}}
	defer d.transport.CloseIdleConnections()
	if err := os.MkdirAll(o.Out, 0o755); err != nil {
		return d.seen, fmt.Errorf("folder for the results: %w", err)
	}
	d.team = newBrowser(d.transport, "sv")
	for _, s := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"A team member gets an account and signs in", d.signIn},
		{"Three questionnaires are checked and loaded", d.loadSurveys},
		{"Contacts are made up and imported", d.importContacts},
		{"The firms of the county are counted by size", d.countFrame},
		{"A year of seminars is planned, people register and attend", d.holdSeminars},
		{"Three surveys are launched and their mails go out", d.launch},
		{"People follow their links and answer", d.firstAnswers},
		{"One reminder goes to those who have not answered", d.remind},
		{"The surveys close", d.close},
		{"Notes from four dialogue meetings come in", d.importNotes},
		{"Firms get advice, and no more than five hours", d.giveAdvice},
		{"Nine recommendations are written, on evidence, tried with a panel and decided", d.recommend},
		{"Reports are made from one snapshot each, published and mailed", d.report},
		{"Bodies answer what they do, and a new edition tells what became of it", d.followUp},
	} {
		fmt.Fprintf(out, "%6.1f s  %s", time.Since(d.started).Seconds(), s.what)
		if err := s.do(ctx); err != nil {
			fmt.Fprintln(out)
			return d.seen, fmt.Errorf("%s: %w", strings.ToLower(s.what[:1])+s.what[1:], err)
		}
		fmt.Fprintln(out)
	}
	d.seen.TookSeconds = time.Since(d.started).Seconds()
	return d.seen, nil
}

// note adds a figure to the line of the step under way.
func (d *Demo) note(format string, args ...any) { fmt.Fprintf(d.out, " · "+format, args...) }

// command runs one of the program's own commands and returns what it printed.
func (d *Demo) command(ctx context.Context, stdin string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, d.Program, args...)
	cmd.Env = append(os.Environ(), d.Env...)
	cmd.Stdin = strings.NewReader(stdin)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("upphandlingsdialog %s: %w\n%s%s", strings.Join(args, " "), err, out.String(), errOut.String())
	}
	return out.String(), nil
}

// write puts a file into the folder for the results.
func (d *Demo) write(name string, body []byte) (string, error) {
	path := filepath.Join(d.Out, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", err
	}
	return path, os.WriteFile(path, body, 0o644)
}

// open fetches a page of the team.
func (d *Demo) open(ctx context.Context, path string) (*page, error) {
	return d.team.get(ctx, d.Base+path)
}

// press opens a page of the team and sends one of its forms, with the given fields filled in.
func (d *Demo) press(ctx context.Context, path, formSuffix string, fields map[string]string) (*page, error) {
	p, err := d.open(ctx, path)
	if err != nil {
		return nil, err
	}
	return d.send(ctx, p, formSuffix, fields)
}

// send fills in a form of the page and posts it.
func (d *Demo) send(ctx context.Context, p *page, formSuffix string, fields map[string]string) (*page, error) {
	f, err := p.formTo(formSuffix)
	if err != nil {
		return nil, err
	}
	for name, value := range fields {
		f.values.Set(name, value)
	}
	return d.team.submit(ctx, f, "")
}

func (d *Demo) signIn(ctx context.Context) error {
	if _, err := d.command(ctx, d.password+"\n", "user", "add", Email, "--name", userName, "--role", "leader"); err != nil {
		return err
	}
	_, err := d.press(ctx, "/team/sign-in", "/sign-in", map[string]string{"email": Email, "password": d.password})
	return err
}

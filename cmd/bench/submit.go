package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"text/tabwriter"
	"time"

	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/config"
	"upphandlingsdialog/internal/postgres"
)

// commitsPerSubmission are start, three pages and submit: each is a durable commit before its answer.
const commitsPerSubmission = 5

type submitCmd struct {
	Clients     []int  `default:"1,8,32" help:"Respondents at the same time, one round each."`
	Submissions int    `default:"1000" help:"Submissions in each round."`
	DatabaseURL string `name:"database-url" env:"DATABASE_URL" help:"Server to measure, with an empty database. Default: a private server, with fsync on, in a folder that is removed afterwards."`
	JSON        bool   `name:"json" help:"Print JSON instead of a table."`
	Profile     string `type:"path" help:"Write a CPU profile of service and clients to this file, for go tool pprof."`
}

// report is what a run measured and on what.
type report struct {
	Go        string  `json:"go"`
	CPUs      int     `json:"cpus"`
	Server    string  `json:"server"`
	FSync     string  `json:"fsync"`
	Answers   int     `json:"answer_bytes"` // size of the stored document, used for the raw limit too
	Rounds    []round `json:"rounds"`
	Submitted int     `json:"submitted"` // as counted in the database afterwards
}

// round is one number of clients. Raw commits are counted five to a submission.
type round struct {
	Clients   int     `json:"clients"`
	Raw       rate    `json:"raw"`        // net/http handler, one committed INSERT of the same document
	Posts     rate    `json:"posts"`      // start, three pages, submit: the five posts alone
	Pages     rate    `json:"pages"`      // the same, and every page that a browser fetches in between
	PostRatio float64 `json:"post_ratio"` // Posts over Raw, the median of the turns
	PageRatio float64 `json:"page_ratio"` // Pages over Raw, likewise
}

// rate holds submissions a second and how long one durable request takes, in milliseconds.
type rate struct {
	PerSecond float64 `json:"submissions_per_second"`
	P50       float64 `json:"p50_ms"`
	P95       float64 `json:"p95_ms"`
	P99       float64 `json:"p99_ms"`
	// Processor time a submission takes, the steadiest of these figures on a busy machine. That of
	// the service includes the clients; that of the database is 0 when it runs elsewhere.
	ServiceCPU  float64 `json:"service_cpu_ms"`
	DatabaseCPU float64 `json:"database_cpu_ms"`
}

// Run measures each number of clients: the raw limit and the program in turns.
func (c submitCmd) Run(ctx context.Context, out io.Writer) (err error) {
	a, closeAll, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeAll()) }()

	site, err := c.site(ctx, a)
	if err != nil {
		return err
	}
	defer site.close()

	r := report{Go: runtime.Version(), CPUs: runtime.NumCPU()}
	if r.Server, r.FSync, err = describe(ctx, a.DB); err != nil {
		return err
	}
	if err := site.rehearse(ctx); err != nil {
		return fmt.Errorf("rehearsal: %w", err)
	}
	r.Answers = len(site.document)
	stopProfile, err := c.startProfile()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stopProfile()) }()
	for _, clients := range c.Clients {
		one, err := site.round(ctx, clients, c.Submissions)
		if err != nil {
			return err
		}
		r.Rounds = append(r.Rounds, one)
	}
	if r.Submitted, err = submitted(ctx, a.DB); err != nil {
		return err
	}
	if want := needed(c.Submissions, len(c.Clients)); r.Submitted != want {
		return fmt.Errorf("%d submissions were acknowledged, %d stand in the database", want, r.Submitted)
	}
	if c.JSON {
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	return r.print(out)
}

// startProfile writes a profile, when one is wanted, until stop is called.
func (c submitCmd) startProfile() (stop func() error, err error) {
	if c.Profile == "" {
		return func() error { return nil }, nil
	}
	file, err := os.Create(c.Profile)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return file.Close()
	}, nil
}

// open builds the product on a database of its own.
func (c submitCmd) open(ctx context.Context) (*app.App, func() error, error) {
	parent := os.TempDir()
	if c.DatabaseURL == "" { // the system's temporary folder may be memory, which waits for no disk
		parent = postgres.DefaultDir()
		if err := os.MkdirAll(parent, 0o755); err != nil {
			return nil, nil, err
		}
	}
	dir, err := os.MkdirTemp(parent, "bench-")
	if err != nil {
		return nil, nil, err
	}
	stop := func(context.Context) error { return nil }
	url := c.DatabaseURL
	file, err := os.Create(filepath.Join(dir, "service.log")) // the service writes its lines as it does for users
	if err != nil {
		return nil, nil, err
	}
	log := slog.New(slog.NewTextHandler(file, nil))
	if url == "" {
		if err := os.Chmod(dir, 0o755); err != nil {
			return nil, nil, err
		}
		if url, stop, err = (postgres.Private{Dir: filepath.Join(dir, "server"), Log: log}).Start(ctx); err != nil {
			return nil, nil, errors.Join(err, os.RemoveAll(dir))
		}
	}
	end := func() error {
		return errors.Join(stop(context.WithoutCancel(ctx)), file.Close(), os.RemoveAll(dir))
	}
	a, err := app.Open(ctx, config.Config{Data: dir, DatabaseURL: url, Listen: "127.0.0.1:0", CatcherAddr: "127.0.0.1:0",
		BaseURL: "http://bench.example", MailFrom: "Bench <bench@bench.example>", MinBase: 7}, log)
	if err != nil {
		return nil, nil, errors.Join(err, end())
	}
	return a, func() error { return errors.Join(a.Close(), end()) }, nil
}

// site is the product and the raw handler, each on an address of this machine.
type site struct {
	app      *app.App
	program  string // addresses
	raw      string
	tokens   chan string // unused links
	document []byte      // what one submission stores
	pages    [][2]string // base and shown of each page, as the rehearsal saw them
	http     *http.Transport
	servers  []*http.Server
}

func (c submitCmd) site(ctx context.Context, a *app.App) (*site, error) {
	s := &site{app: a, http: &http.Transport{MaxIdleConnsPerHost: 256}}
	handler, err := a.Handler()
	if err != nil {
		return nil, err
	}
	insert, err := rawInsert(ctx, a.DB)
	if err != nil {
		return nil, err
	}
	if s.program, err = s.serve(handler); err != nil {
		return nil, err
	}
	if s.raw, err = s.serve(insert); err != nil {
		s.close()
		return nil, err
	}
	tokens, err := invite(ctx, a, needed(c.Submissions, len(c.Clients)))
	if err != nil {
		s.close()
		return nil, err
	}
	s.tokens = make(chan string, len(tokens))
	for _, t := range tokens {
		s.tokens <- t
	}
	return s, nil
}

func (s *site) serve(h http.Handler) (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	s.servers = append(s.servers, server)
	go func() { _ = server.Serve(listener) }() // ends with close
	return "http://" + listener.Addr().String(), nil
}

func (s *site) close() {
	s.http.CloseIdleConnections()
	for _, server := range s.servers {
		_ = server.Close()
	}
}

func (r report) print(out io.Writer) error {
	fmt.Fprintf(out, "%s, %d CPUs, PostgreSQL %s, fsync %s, %d bytes of answers; client, service and database on this machine\n",
		r.Go, r.CPUs, r.Server, r.FSync, r.Answers)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "clients\twhat\tsubmissions/s\tof raw\tp50 ms\tp95 ms\tp99 ms\tCPU ms\tdatabase\t")
	for _, one := range r.Rounds {
		for _, line := range []struct {
			what  string
			rate  rate
			ratio float64
		}{{"raw limit", one.Raw, 1}, {"five posts", one.Posts, one.PostRatio}, {"posts and pages", one.Pages, one.PageRatio}} {
			fmt.Fprintf(w, "%d\t%s\t%.0f\t%.2f\t%.1f\t%.1f\t%.1f\t%.2f\t%.2f\t\n", one.Clients, line.what,
				line.rate.PerSecond, line.ratio, line.rate.P50, line.rate.P95, line.rate.P99, line.rate.ServiceCPU, line.rate.DatabaseCPU)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, strings.TrimSpace(`
A submission is five durable commits: start, three pages, submit. The times are for one such request.
The raw limit is a net/http handler that commits one INSERT of the same document, counted five to a submission.
All ways are measured in turns; "of raw" is the median of the turns. CPU is for one submission: that of the
service and its clients, which are one process, and that of the database.`))
	return err
}

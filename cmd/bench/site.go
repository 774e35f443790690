package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"

	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/config"
	"upphandlingsdialog/internal/postgres"
)

// options are what every measurement has.
type options struct {
	DatabaseURL string `name:"database-url" env:"DATABASE_URL" help:"Server to measure, with an empty database. Default: a private server, with fsync on, in a folder that is removed afterwards."`
	JSON        bool   `name:"json" help:"Print JSON instead of a table."`
	Profile     string `type:"path" help:"Write a CPU profile of service and clients to this file, for go tool pprof."`
}

// machine is what was measured on.
type machine struct {
	Go     string `json:"go"`
	CPUs   int    `json:"cpus"`
	Server string `json:"server"`
	FSync  string `json:"fsync"`
}

func (m machine) String() string {
	return fmt.Sprintf("%s, %d CPUs, PostgreSQL %s, fsync %s; clients, service and database on this machine", m.Go, m.CPUs, m.Server, m.FSync)
}

// site is the product and the raw handler, each on an address of this machine.
type site struct {
	machine
	app      *app.App
	program  string // addresses
	raw      string
	tokens   chan string // unused links
	drafts   chan draft
	document []byte  // what one submission stores
	pages    []shown // as the rehearsal saw them
	servers  []*http.Server
}

// shown is what a page knows of the answers that it was shown with.
type shown struct{ base, shown string }

// on runs a measurement on a site with so many unused links.
func (o options) on(ctx context.Context, links int, measure func(s *site) error) (err error) {
	app.TuneMemory()
	a, closeAll, err := o.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeAll()) }()
	s := &site{app: a, machine: machine{Go: runtime.Version(), CPUs: runtime.NumCPU()}}
	defer s.close()
	if err := s.start(ctx, links); err != nil {
		return err
	}
	return o.profiled(func() error { return measure(s) })
}

// profiled does something, with a profile when one is asked for.
func (o options) profiled(do func() error) (err error) {
	if o.Profile == "" {
		return do()
	}
	file, err := os.Create(o.Profile)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := pprof.StartCPUProfile(file); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	return do()
}

// open builds the product on a database of its own.
func (o options) open(ctx context.Context) (*app.App, func() error, error) {
	parent := os.TempDir()
	if o.DatabaseURL == "" { // the system's temporary folder may be memory, which waits for no disk
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
	url := o.DatabaseURL
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

// start serves the product and the raw handler, and invites.
func (s *site) start(ctx context.Context, links int) (err error) {
	if s.Server, s.FSync, err = describe(ctx, s.app.DB); err != nil {
		return err
	}
	handler, err := s.app.Handler()
	if err != nil {
		return err
	}
	insert, err := rawInsert(ctx, s.app.DB)
	if err != nil {
		return err
	}
	if s.program, err = s.serve(handler); err != nil {
		return err
	}
	if s.raw, err = s.serve(insert); err != nil {
		return err
	}
	tokens, err := invite(ctx, s.app, links)
	if err != nil {
		return err
	}
	s.tokens, s.drafts = make(chan string, len(tokens)), make(chan draft, len(tokens))
	for _, t := range tokens {
		s.tokens <- t
	}
	return nil
}

func (s *site) serve(h http.Handler) (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := app.Server(h)
	s.servers = append(s.servers, server)
	go func() { _ = server.Serve(listener) }() // ends with close
	return listener.Addr().String(), nil
}

func (s *site) close() {
	for _, server := range s.servers {
		_ = server.Close()
	}
}

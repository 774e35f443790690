package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/httpd/public"
	"upphandlingsdialog/internal/httpd/respondent"
	"upphandlingsdialog/internal/httpd/team"
	"upphandlingsdialog/internal/job"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/privacy"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/seminar"
)

// Handler is the web door with all faces.
func (a *App) Handler() (http.Handler, error) {
	return httpd.New(httpd.Options{Accounts: a.Accounts, Log: a.Log, Now: a.Now, BaseURL: a.Config.Base(), Invented: a.Config.Invented},
		&team.Face{Accounts: a.Accounts, Audit: a.Audit, People: a.People, Surveys: a.Surveys, Distribution: a.Distribution,
			Responses: a.Responses, Dialogue: a.Dialogue, Experts: a.Experts, Seminars: a.Seminars, Annotations: a.Annotations, FreeTexts: a.FreeTexts,
			Recommendations: a.Recommendations, Consultations: a.Consultations, Reports: a.Reports, FollowUps: a.FollowUps, Privacy: a.Privacy, Printed: a.Printed(), Now: a.Now},
		&respondent.Face{Responses: a.Responses, Distribution: a.Distribution, Consultations: a.Consultations, Key: a.key, Now: a.Now,
			OpenRate: a.Config.OpenRate,
			Sender:   respondent.Sender{Controller: owner, Email: a.contact, DPO: a.dpo()}, Seminars: a.comingSeminars},
		&public.Face{Reports: a.Reports, FollowUps: a.FollowUps, Seminars: a.Seminars, Contact: a.contact, DPO: a.dpo(), Now: a.Now},
	)
}

// Caught lists the mails that the built-in catcher took, oldest first, whole; none when a real mail
// server is set.
func (a *App) Caught() []mail.Caught {
	if a.catcher == nil {
		return nil
	}
	all := a.catcher.List("")
	for i, m := range all {
		all[i], _ = a.catcher.Find(m.ID)
	}
	return all
}

const (
	drainPause    = 500 * time.Millisecond // between looks into an empty outbox
	shutdownGrace = 20 * time.Second       // for requests that are under way
)

// slack is memory that nothing is ever written to and that therefore takes none. The collector counts
// it as in use, and waits for as much garbage as there is in use.
var slack atomic.Pointer[[64 << 20]byte]

// TuneMemory has garbage collected less often than usual, unless GOGC says how often: after some 80 MB
// and not after 20, which is what mostly lives. Each request leaves little behind, so that gives answering
// about a tenth of its processor time back; and where much lives, as with a million responses, garbage may
// still only double it.
func TuneMemory() {
	if os.Getenv("GOGC") == "" {
		slack.Store(new([64 << 20]byte))
	}
}

// Serve answers requests and does the background work until the context ends. ready is called with
// the address once requests are taken.
func (a *App) Serve(ctx context.Context, ready func(address string)) error {
	TuneMemory()
	handler, err := a.Handler()
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	if err := listen(ctx, group, a.Config.Listen, handler); err != nil {
		return fmt.Errorf("%w (is the service running already? --listen takes another address)", err)
	}
	if a.catcher != nil {
		if err := listen(ctx, group, a.Config.CatcherAddr, a.catcher.Handler()); err != nil {
			return fmt.Errorf("mail catcher: %w (--catcher takes another address)", err)
		}
		group.Go(func() error { return a.catcher.Serve(ctx) })
	}
	group.Go(func() error { return a.drain(ctx) })
	group.Go(func() error { return a.work(ctx) })
	a.Log.Info("serving", "settings", a.Config.String())
	ready(a.Config.Base())
	return group.Wait()
}

// work does the queued jobs until the context ends.
func (a *App) work(ctx context.Context) error {
	workers := job.NewWorkers()
	job.Add(workers, a.Reports.RenderJob)
	job.Add(workers, a.Responses.CloseJob)
	job.Add(workers, a.Responses.MixJob)
	job.Add(workers, a.Experts.NamesJob)
	job.Add(workers, a.Privacy.EraseJob)
	job.Add(workers, a.Privacy.RemindJob)
	job.Add(workers, a.Recommendations.RecomputeJob)
	queue, err := job.New(a.DB, workers, job.Options{Log: a.Log, Schedules: []job.Schedule{
		{Every: time.Minute, Args: func() job.Args { return response.CloseArgs{} }, AtStart: true},
		{Every: 24 * time.Hour, Args: func() job.Args { return response.MixArgs{} }, AtStart: true},
		{Every: 24 * time.Hour, Args: func() job.Args { return expert.NamesArgs{} }, AtStart: true},
		{Every: 24 * time.Hour, Args: func() job.Args { return privacy.EraseArgs{} }, AtStart: true},
		{Every: 24 * time.Hour, Args: func() job.Args { return privacy.RemindArgs{} }, AtStart: true},
		{Every: 10 * time.Minute, Args: func() job.Args { return recommendation.RecomputeArgs{} }}}})
	if err != nil {
		return err
	}
	if err := queue.Start(ctx); err != nil {
		return err
	}
	<-ctx.Done()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer cancel()
	return queue.Stop(grace)
}

// Server is a web server with the service's limits on what one request may take.
func Server(handler http.Handler) *http.Server {
	return &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute,
		WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
}

// listen serves HTTP on an address until the context ends; requests under way then get a while.
func listen(ctx context.Context, group *errgroup.Group, address string, handler http.Handler) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	server := Server(handler)
	group.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
		defer cancel()
		return server.Shutdown(grace)
	})
	return nil
}

// drain sends what lies in the outbox. A fault is logged and tried again: mail must not stop the service.
func (a *App) drain(ctx context.Context) error {
	for {
		tally, err := a.Distribution.Drain(ctx)
		if err != nil && ctx.Err() == nil {
			a.Log.Error("the outbox could not be emptied", "err", err)
		}
		if tally.Claimed() > 0 && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(drainPause):
		}
	}
}

// comingSeminars is what the receipt tells firms about, as information apart from their answers.
func (a *App) comingSeminars(ctx context.Context, from time.Time) ([]respondent.Seminar, error) {
	list, err := a.Seminars.Upcoming(ctx, 0)
	if err != nil {
		return nil, err
	}
	var coming []respondent.Seminar
	for _, s := range list {
		if s.Kind == seminar.Learning && s.StartsAt.After(from) {
			coming = append(coming, respondent.Seminar{Title: s.Title, Place: s.Place, Date: s.StartsAt, Path: "/calendar/" + s.ID})
		}
	}
	return coming, nil
}

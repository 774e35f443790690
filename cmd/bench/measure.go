package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// slices of a round. The ways are measured in turns, so that whatever else the machine does meanwhile
// falls on all of them alike.
const turns = 8

// way is one manner of making durable requests.
type way struct {
	name    string
	address string
	submits bool // each act ends with a receipt
	links   bool // each act uses up a link
	// prepare, if any, does what has to be done before the acts of a turn and is not measured.
	prepare func(ctx context.Context, clients, acts int) error
	act     func(p person) error
}

func (s *site) ways(names []string) (chosen []way) {
	all := []way{
		{name: "raw", address: s.raw, act: person.rawCommits},
		{name: "saves", address: s.program, links: true, prepare: s.startDrafts, act: person.saves},
		{name: "posts", address: s.program, links: true, submits: true, act: person.submission},
		{name: "pages", address: s.program, links: true, submits: true,
			act: func(p person) error { p.reads = true; return p.submission() }},
	}
	for _, w := range all {
		if slices.Contains(names, w.name) {
			chosen = append(chosen, w)
		}
	}
	return chosen
}

// rawCommits is as many raw commits as a submission has.
func (p person) rawCommits() error {
	for range commitsPerSubmission {
		start := time.Now()
		r, err := p.send(http.MethodPost, "/", "application/json", string(p.site.document))
		if err != nil || r.status != http.StatusNoContent {
			return errors.Join(err, fmt.Errorf("the raw handler answered %d", r.status))
		}
		p.took(time.Since(start))
	}
	return nil
}

// startDrafts makes the drafts that saves fills.
func (s *site) startDrafts(ctx context.Context, clients, acts int) error {
	_, err := s.each(ctx, clients, acts, s.program, func(p person) error {
		at, _, err := p.start()
		s.drafts <- draft{at, p.cookie}
		return err
	})
	return err
}

// saves sends the three pages of a draft.
func (p person) saves() error {
	d := <-p.site.drafts
	p.cookie = d.cookie
	_, err := p.fill(d.at, "")
	return err
}

// tally is what a way has used and how long each of its durable requests took.
type tally struct {
	wall              time.Duration
	service, database time.Duration // processor time; service includes the clients, which are in this process
	requests          []time.Duration
	perSecond         []float64 // of each turn
}

// round measures the ways.
func (s *site) round(ctx context.Context, clients, submissions int, names []string) (round, error) {
	ways := s.ways(names)
	tallies := make([]tally, len(ways))
	for turn := range turns + 1 {
		for i := range ways {
			at := i
			if turn%2 == 1 {
				at = len(ways) - 1 - i // who comes first has the quieter disk
			}
			t := &tallies[at]
			if turn == 0 { // connections open, statements are prepared, pages of the tables come into memory
				t = &tally{}
			}
			if err := s.measure(ctx, clients, share(submissions, turn), ways[at], t); err != nil {
				return round{}, err
			}
		}
	}
	one := round{Clients: clients}
	for i := range ways {
		one.Ways = append(one.Ways, tallies[i].rate(ways[i].name, &tallies[0]))
	}
	return one, nil
}

// share is how many submissions of a round belong to a turn; turn 0 is the rehearsal, as long as the others.
func share(submissions, turn int) int {
	turn = max(turn, 1)
	return submissions*turn/turns - submissions*(turn-1)/turns
}

// needed is how many links the rounds use up, with what is rehearsed, and how many receipts they get.
func (s *site) needed(submissions, rounds int, names []string) (links, receipts int) {
	links, receipts = 1, 1
	for _, w := range s.ways(names) {
		n := (submissions + submissions/turns) * rounds
		if w.links {
			links += n
		}
		if w.submits {
			receipts += n
		}
	}
	return links, receipts
}

// measure does the way's act as often as there are submissions, clients of them at a time.
func (s *site) measure(ctx context.Context, clients, submissions int, w way, into *tally) error {
	if w.prepare != nil {
		if err := w.prepare(ctx, clients, submissions); err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
	}
	backends, err := backendPIDs(ctx, s.app.DB)
	if err != nil {
		return err
	}
	service, database, start := ownCPU(), cpuOf("postgres", backends...), time.Now()
	times, err := s.each(ctx, clients, submissions, w.address, w.act)
	wall := time.Since(start)
	if err != nil {
		return fmt.Errorf("%s, %d clients: %w", w.name, clients, err)
	}
	into.wall += wall
	into.service += ownCPU() - service
	into.database += max(cpuOf("postgres", backends...)-database, 0)
	into.requests = append(into.requests, times...)
	if submissions > 0 {
		into.perSecond = append(into.perSecond, float64(len(times))/wall.Seconds())
	}
	return nil
}

// each does the act as often as is said, by clients at the same time, and returns the times of the
// durable requests.
func (s *site) each(ctx context.Context, clients, acts int, address string, act func(p person) error) ([]time.Duration, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var left atomic.Int64
	left.Store(int64(acts))
	times := make([][]time.Duration, clients)
	var group sync.WaitGroup
	for i := range clients {
		group.Go(func() {
			p := person{client: &client{address: address}, site: s, took: func(d time.Duration) { times[i] = append(times[i], d) }}
			defer p.close()
			for left.Add(-1) >= 0 && ctx.Err() == nil {
				if err := act(p); err != nil {
					cancel(err)
				}
			}
		})
	}
	group.Wait()
	return slices.Concat(times...), context.Cause(ctx)
}

func (t *tally) rate(name string, raw *tally) rate {
	slices.Sort(t.requests)
	n := float64(max(len(t.requests), 1))
	return rate{Way: name, PerSecond: n / t.wall.Seconds(), OfRaw: ratio(t, raw),
		P50: quantile(t.requests, 0.50), P95: quantile(t.requests, 0.95), P99: quantile(t.requests, 0.99),
		ServiceCPU: milliseconds(t.service) / n, DatabaseCPU: milliseconds(t.database) / n}
}

// ratio is the median over the turns, each beside the raw limit's own turn.
func ratio(of, raw *tally) float64 {
	each := make([]float64, min(len(of.perSecond), len(raw.perSecond)))
	if len(each) == 0 {
		return 0
	}
	for i := range each {
		each[i] = of.perSecond[i] / raw.perSecond[i]
	}
	slices.Sort(each)
	return (each[(len(each)-1)/2] + each[len(each)/2]) / 2
}

// quantile of sorted times, in milliseconds: the smallest that at least the share q does not exceed.
func quantile(sorted []time.Duration, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	i := int(q*float64(len(sorted))+0.999999) - 1
	return milliseconds(sorted[min(max(i, 0), len(sorted)-1)])
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

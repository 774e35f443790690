package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// slices of a round. The ways are measured in turns, so that whatever else the machine does meanwhile
// falls on all of them alike.
const turns = 8

// act is one submission, made in one way. took is called for each durable request.
type act func(ctx context.Context, took func(time.Duration)) error

// tally is what a way has used and how long each of its durable requests took.
type tally struct {
	submissions       int
	wall              time.Duration
	service, database time.Duration // processor time; service includes the clients, which are in this process
	requests          []time.Duration
	perSecond         []float64 // of each turn
}

// round measures the raw limit, the posts alone, and posts with pages.
func (s *site) round(ctx context.Context, clients, submissions int) (round, error) {
	ways := []act{
		s.rawSubmission,
		func(ctx context.Context, took func(time.Duration)) error { return s.submission(ctx, false, took) },
		func(ctx context.Context, took func(time.Duration)) error { return s.submission(ctx, true, took) },
	}
	tallies := make([]tally, len(ways))
	for turn := range turns + 1 {
		for i := range ways {
			way := i
			if turn%2 == 1 {
				way = len(ways) - 1 - i // who comes first has the quieter disk
			}
			t := &tallies[way]
			if turn == 0 { // connections open, statements are prepared, pages of the tables come into memory
				t = &tally{}
			}
			if err := s.measure(ctx, clients, s.share(submissions, turn), ways[way], t); err != nil {
				return round{}, err
			}
		}
	}
	raw, posts, pages := &tallies[0], &tallies[1], &tallies[2]
	return round{Clients: clients, Raw: raw.rate(), Posts: posts.rate(), Pages: pages.rate(),
		PostRatio: ratio(posts, raw), PageRatio: ratio(pages, raw)}, nil
}

// share is how many submissions of a round belong to a turn; turn 0 is the rehearsal, as long as the others.
func (s *site) share(submissions, turn int) int {
	turn = max(turn, 1)
	return submissions*turn/turns - submissions*(turn-1)/turns
}

// needed is how many links the rounds use up: two ways, and what is rehearsed.
func needed(submissions, rounds int) int { return 2*(submissions+submissions/turns)*rounds + 1 }

// measure runs do as often as there are submissions, clients of them at a time.
func (s *site) measure(ctx context.Context, clients, submissions int, do act, into *tally) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	backends, err := backendPIDs(ctx, s.app.DB)
	if err != nil {
		return err
	}
	var left atomic.Int64
	left.Store(int64(submissions))
	times := make([][]time.Duration, clients)
	var group sync.WaitGroup
	service, database, start := ownCPU(), cpuOf("postgres", backends...), time.Now()
	for i := range clients {
		group.Go(func() {
			for left.Add(-1) >= 0 && ctx.Err() == nil {
				if err := do(ctx, func(d time.Duration) { times[i] = append(times[i], d) }); err != nil {
					cancel(err)
				}
			}
		})
	}
	group.Wait()
	wall := time.Since(start)
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("%d clients: %w", clients, err)
	}
	into.submissions += submissions
	into.wall += wall
	into.service += ownCPU() - service
	into.database += max(cpuOf("postgres", backends...)-database, 0)
	into.requests = append(into.requests, slices.Concat(times...)...)
	if submissions > 0 {
		into.perSecond = append(into.perSecond, float64(submissions)/wall.Seconds())
	}
	return nil
}

func (t *tally) rate() rate {
	slices.Sort(t.requests)
	n := float64(max(t.submissions, 1))
	return rate{PerSecond: float64(t.submissions) / t.wall.Seconds(),
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

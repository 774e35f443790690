package postgres

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"upphandlingsdialog/internal/fault"
)

const (
	maxGathered = 64               // writes in one batch
	maxWaiting  = 512              // writes that wait for their batch; more than these are refused
	gatherTime  = 30 * time.Second // for one batch
)

// Gather writes together what is asked for at the same time, so that many writers share one statement,
// one commit and one wait for the disk. A write that finds nobody at work is made at once; those that
// come meanwhile wait for it, and are the next batch. Nobody waits for a batch to fill.
//
// Each write has its own outcome. A batch that fails is made again one by one, so that a write that the
// database refuses does not take others along. Who stops waiting takes back a write that has not begun,
// and disturbs no other.
type Gather[W, R any] struct {
	key   func(W) string
	write func(ctx context.Context, batch []W) ([]R, error)

	mu      sync.Mutex
	waiting []*gathered[W, R]
	working bool
}

// gathered is one write and, once done is closed, its outcome.
type gathered[W, R any] struct {
	key    string
	what   W
	done   chan struct{}
	result R
	err    error
}

// NewGather makes a Gather. Writes of the same key are never in one batch; they are made in the order in
// which they came. write makes a batch, sorted by key so that processes beside each other lock rows in
// one order, and returns the outcomes in the same order. When it returns an error nothing was written.
func NewGather[W, R any](key func(W) string, write func(ctx context.Context, batch []W) ([]R, error)) *Gather[W, R] {
	return &Gather[W, R]{key: key, write: write}
}

// Do makes the write and returns its outcome. When ctx ends before, the write is either not made at all
// or made without anybody being told.
func (g *Gather[W, R]) Do(ctx context.Context, what W) (result R, err error) {
	if err := ctx.Err(); err != nil {
		return result, err
	}
	one := &gathered[W, R]{key: g.key(what), what: what, done: make(chan struct{})}
	if !g.enqueue(one) {
		return result, fault.New(fault.Unavailable, "postgres.unavailable").Wrap(errors.New("too many writes are waiting"))
	}
	select {
	case <-one.done:
		return one.result, one.err
	case <-ctx.Done():
		g.takeBack(one)
		return result, ctx.Err()
	}
}

func (g *Gather[W, R]) enqueue(one *gathered[W, R]) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) >= maxWaiting {
		return false
	}
	g.waiting = append(g.waiting, one)
	if !g.working {
		g.working = true
		go g.work()
	}
	return true
}

func (g *Gather[W, R]) takeBack(one *gathered[W, R]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = slices.DeleteFunc(g.waiting, func(x *gathered[W, R]) bool { return x == one })
}

// work makes batches until nothing waits.
func (g *Gather[W, R]) work() {
	for batch := g.next(); len(batch) > 0; batch = g.next() {
		g.settle(batch)
		for _, one := range batch {
			close(one.done)
		}
	}
}

// next takes the longest waiting writes, of each key one.
func (g *Gather[W, R]) next() (batch []*gathered[W, R]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	taken := make(map[string]bool, min(len(g.waiting), maxGathered))
	g.waiting = slices.DeleteFunc(g.waiting, func(one *gathered[W, R]) bool {
		if len(batch) == maxGathered || taken[one.key] {
			return false
		}
		taken[one.key] = true
		batch = append(batch, one)
		return true
	})
	g.working = len(batch) > 0
	slices.SortFunc(batch, func(a, b *gathered[W, R]) int { return strings.Compare(a.key, b.key) })
	return batch
}

func (g *Gather[W, R]) settle(batch []*gathered[W, R]) {
	err := g.attempt(batch)
	if err == nil {
		return
	}
	if len(batch) == 1 {
		batch[0].err = err
		return
	}
	for i := range batch {
		batch[i].err = g.attempt(batch[i : i+1])
	}
}

// attempt writes the batch. It runs on behalf of several requests, so a panic is an error to all of them
// and not the end of the program.
func (g *Gather[W, R]) attempt(batch []*gathered[W, R]) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic in a batch of %d writes: %v\n%s", len(batch), r, debug.Stack())
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), gatherTime)
	defer cancel()
	all := make([]W, len(batch))
	for i, one := range batch {
		all[i] = one.what
	}
	results, err := g.write(ctx, all)
	if err != nil {
		return err
	}
	if len(results) != len(batch) {
		return fmt.Errorf("%d outcomes of %d writes", len(results), len(batch))
	}
	for i, one := range batch {
		one.result = results[i]
	}
	return nil
}

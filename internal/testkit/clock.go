// Package testkit gives tests the real things in small: a database of their own, a clock that they
// set. It is imported from _test files only.
package testkit

import (
	"sync"
	"time"
)

// FakeClock is a clock that stands still until it is told otherwise. Its zero value is not useful.
type FakeClock struct {
	mu sync.Mutex
	t  time.Time
}

// Clock returns a clock that shows t.
func Clock(t time.Time) *FakeClock { return &FakeClock{t: t} }

// Now is passed where the code wants a func() time.Time.
func (c *FakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

// Advance moves the clock by d.
func (c *FakeClock) Advance(d time.Duration) { c.Set(c.Now().Add(d)) }

// Set moves the clock to t.
func (c *FakeClock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = t
}

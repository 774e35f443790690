package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"text/tabwriter"
	"time"
)

type openCmd struct {
	options
	Rate    int           `default:"200" help:"First pages a second."`
	For     time.Duration `default:"30s" help:"How long."`
	Clients int           `default:"64" help:"Connections, which is how many pages may be under way at once."`
	Links   int           `default:"2000" help:"Invited persons; each opens the link in turn."`
}

// openReport is how long the first page took. The times are from the moment at which a page was due,
// not from when a connection was free for it: a standstill counts for everybody who came meanwhile.
type openReport struct {
	machine
	Pages     int     `json:"pages"`
	PerSecond float64 `json:"pages_per_second"`
	P50       float64 `json:"p50_ms"`
	P95       float64 `json:"p95_ms"`
	P99       float64 `json:"p99_ms"`
	Max       float64 `json:"max_ms"`
}

// Run opens links at an even pace, whether or not the pages before have come.
func (c openCmd) Run(ctx context.Context, out io.Writer) error {
	return c.on(ctx, c.Links, func(s *site) error {
		links := make([]string, 0, c.Links)
		for len(s.tokens) > 0 {
			links = append(links, "/s/"+<-s.tokens)
		}
		if _, err := c.pace(ctx, s, links, time.Second); err != nil { // connections open, statements are prepared
			return err
		}
		start := time.Now()
		times, err := c.pace(ctx, s, links, c.For)
		if err != nil {
			return err
		}
		slices.Sort(times)
		r := openReport{machine: s.machine, Pages: len(times), PerSecond: float64(len(times)) / time.Since(start).Seconds(),
			P50: quantile(times, 0.50), P95: quantile(times, 0.95), P99: quantile(times, 0.99), Max: quantile(times, 1)}
		if c.JSON {
			return printJSON(out, r)
		}
		fmt.Fprintln(out, r.machine)
		w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintln(w, "first pages\tper second\tp50 ms\tp95 ms\tp99 ms\tlongest ms\t")
		fmt.Fprintf(w, "%d\t%.0f\t%.1f\t%.1f\t%.1f\t%.1f\t\n", r.Pages, r.PerSecond, r.P50, r.P95, r.P99, r.Max)
		return w.Flush()
	})
}

// pace opens the links one after the other for a while and returns how long each page took.
func (c openCmd) pace(ctx context.Context, s *site, links []string, during time.Duration) ([]time.Duration, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	pages := int(during.Seconds() * float64(c.Rate))
	due := make(chan time.Time, pages)
	times := make([][]time.Duration, c.Clients)
	var group sync.WaitGroup
	for i := range c.Clients {
		group.Go(func() {
			one := &client{address: s.program}
			defer one.close()
			for n := i; ; n += c.Clients {
				at, ok := <-due
				if !ok || ctx.Err() != nil {
					return
				}
				r, err := one.get(links[n%len(links)])
				if err == nil && r.status != http.StatusOK {
					err = fmt.Errorf("the first page answered %d", r.status)
				}
				if err != nil {
					cancel(err)
				}
				times[i] = append(times[i], time.Since(at))
			}
		})
	}
	start := time.Now()
	for n := 0; n < pages && ctx.Err() == nil; n++ {
		at := start.Add(time.Duration(n) * time.Second / time.Duration(c.Rate))
		time.Sleep(time.Until(at))
		due <- at
	}
	close(due)
	group.Wait()
	return slices.Concat(times...), context.Cause(ctx)
}

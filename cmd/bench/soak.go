package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// marks is how many lines a long run prints.
const marks = 20

// mark is the state of a long run at one moment.
type mark struct {
	Submissions int     `json:"submissions"`
	PerSecond   float64 `json:"submissions_per_second"` // since the mark before
	Resident    int     `json:"resident_kb"`            // of service and clients, which are one process
	Live        uint64  `json:"live_kb"`                // what its last collection found in use
}

// soak sends in again and again, and shows whether that takes more memory the longer it goes on.
func (c submitCmd) soak(ctx context.Context, out io.Writer) error {
	clients := c.Clients[len(c.Clients)-1]
	return c.on(ctx, c.Count+1, func(s *site) error {
		if err := s.rehearse(ctx); err != nil {
			return fmt.Errorf("rehearsal: %w", err)
		}
		debug.FreeOSMemory() // what inviting so many took, so that it hides no growth
		w := tabwriter.NewWriter(out, 12, 0, 2, ' ', tabwriter.AlignRight)
		if !c.JSON {
			fmt.Fprintf(out, "%s; %d clients\n", s.machine, clients)
			fmt.Fprintln(w, "submissions\tper second\tresident kB\tlive kB\t")
		}
		var all []mark
		for n := range marks {
			part := c.Count*(n+1)/marks - c.Count*n/marks
			start := time.Now()
			_, err := s.each(ctx, clients, part, s.program, func(p person) error {
				p.took = func(time.Duration) {} // nothing is kept of what came before
				return p.submission()
			})
			if err != nil {
				return err
			}
			m := mark{Submissions: c.Count * (n + 1) / marks, PerSecond: float64(part) / time.Since(start).Seconds(),
				Resident: resident(), Live: live()}
			all = append(all, m)
			if c.JSON {
				continue
			}
			fmt.Fprintf(w, "%d\t%.0f\t%d\t%d\t\n", m.Submissions, m.PerSecond, m.Resident, m.Live)
			if err := w.Flush(); err != nil {
				return err
			}
		}
		stored, err := submitted(ctx, s.app.DB)
		if err == nil && stored != c.Count+1 {
			err = fmt.Errorf("%d submissions were acknowledged, %d stand in the database", c.Count+1, stored)
		}
		if err == nil && c.JSON {
			err = printJSON(out, all)
		}
		return err
	})
}

// resident is the memory of this process in kB, 0 where the system does not say.
func resident() int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, _ := strconv.Atoi(strings.Fields(rest)[0])
			return kb
		}
	}
	return 0
}

func live() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64() >> 10
}

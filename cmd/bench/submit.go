package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// commitsPerSubmission are start, three pages and submit: each is a durable commit before its answer.
const commitsPerSubmission = 5

type submitCmd struct {
	options
	Clients     []int    `default:"1,8,32" help:"Respondents at the same time, one round each."`
	Submissions int      `default:"1000" help:"Submissions in each round."`
	Ways        []string `default:"saves,posts,pages" enum:"saves,posts,pages" help:"What to measure beside the raw limit: page saves, the five posts of a submission, and the same with the pages in between."`
	Count       int      `placeholder:"200000" help:"Instead of the rounds: send in so many times with the last number of clients, and print how much memory that takes on the way."`
}

// report is what a run measured.
type report struct {
	machine
	Answers   int     `json:"answer_bytes"` // size of the stored document, used for the raw limit too
	Rounds    []round `json:"rounds"`
	Submitted int     `json:"submitted"` // as counted in the database afterwards
}

// round is one number of clients.
type round struct {
	Clients int    `json:"clients"`
	Ways    []rate `json:"ways"`
}

// rate holds durable requests a second and how long one takes, in milliseconds.
type rate struct {
	// Way is raw (a net/http handler, one committed INSERT of the document), saves (pages of drafts that
	// are started already), posts (start, three pages, submit) or pages (the same, and every page that a
	// browser fetches in between).
	Way       string  `json:"way"`
	PerSecond float64 `json:"durable_requests_per_second"`
	OfRaw     float64 `json:"of_raw"` // the median of the turns
	P50       float64 `json:"p50_ms"`
	P95       float64 `json:"p95_ms"`
	P99       float64 `json:"p99_ms"`
	// Processor time a durable request takes, the steadiest of these figures on a busy machine. That of
	// the service includes the clients; that of the database is 0 when it runs elsewhere.
	ServiceCPU  float64 `json:"service_cpu_ms"`
	DatabaseCPU float64 `json:"database_cpu_ms"`
}

// Run measures each number of clients: the raw limit and the program in turns.
func (c submitCmd) Run(ctx context.Context, out io.Writer) error {
	if c.Count > 0 {
		return c.soak(ctx, out)
	}
	names := append([]string{"raw"}, c.Ways...)
	links, receipts := (&site{}).needed(c.Submissions, len(c.Clients), names)
	return c.on(ctx, links, func(s *site) (err error) {
		r := report{machine: s.machine}
		if err := s.rehearse(ctx); err != nil {
			return fmt.Errorf("rehearsal: %w", err)
		}
		r.Answers = len(s.document)
		for _, clients := range c.Clients {
			one, err := s.round(ctx, clients, c.Submissions, names)
			if err != nil {
				return err
			}
			r.Rounds = append(r.Rounds, one)
		}
		if r.Submitted, err = submitted(ctx, s.app.DB); err != nil {
			return err
		}
		if r.Submitted != receipts {
			return fmt.Errorf("%d submissions were acknowledged, %d stand in the database", receipts, r.Submitted)
		}
		if c.JSON {
			return printJSON(out, r)
		}
		return r.print(out)
	})
}

func printJSON(out io.Writer, v any) error {
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

func (r report) print(out io.Writer) error {
	fmt.Fprintf(out, "%s; %d bytes of answers\n", r.machine, r.Answers)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "clients\twhat\tdurable/s\tof raw\tp50 ms\tp95 ms\tp99 ms\tCPU ms\tdatabase\tsubmissions/s\t")
	for _, one := range r.Rounds {
		for _, x := range one.Ways {
			whole := ""
			if x.Way == "posts" || x.Way == "pages" {
				whole = fmt.Sprintf("%.0f", x.PerSecond/commitsPerSubmission)
			}
			fmt.Fprintf(w, "%d\t%s\t%.0f\t%.2f\t%.1f\t%.1f\t%.1f\t%.2f\t%.2f\t%s\t\n", one.Clients, x.Way,
				x.PerSecond, x.OfRaw, x.P50, x.P95, x.P99, x.ServiceCPU, x.DatabaseCPU, whole)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, strings.TrimSpace(`
Every request counted here is committed to disk before its answer. raw: a net/http handler that commits one INSERT
of the same document. saves: pages of a started questionnaire. posts: a whole submission is five, start, three pages
and sending in. pages: the same, and every page that a browser fetches in between. All are measured in turns; "of raw"
is the median of the turns. CPU is for one durable request: that of the service and its clients, which are one
process, and that of the database.`))
	return err
}

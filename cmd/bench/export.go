package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/response/export"
)

type exportCmd struct {
	options
	Responses int             `default:"100000" help:"Submitted responses to take out."`
	Questions int             `default:"60" help:"Questions, each answered in every response."`
	Formats   []export.Format `default:"csv,json,sav,xlsx" enum:"csv,json,sav,xlsx" help:"Formats, one after another: ${enum}."`
}

// exportReport is what taking out the answers cost.
type exportReport struct {
	machine
	Responses int          `json:"responses"`
	Questions int          `json:"questions"`
	Columns   int          `json:"columns"`
	Filled    float64      `json:"fill_seconds"` // making the responses
	Formats   []exportCost `json:"formats"`
}

// exportCost is one format.
type exportCost struct {
	Format  export.Format `json:"format"`
	Seconds float64       `json:"seconds"`
	Bytes   int64         `json:"bytes"`
	// PeakKB is the most memory that this process had at once, 0 where the system does not say; the
	// database's is its own.
	PeakKB int `json:"peak_kb"`
	Rows   int `json:"rows"` // as counted in the file afterwards, where it has lines; else as the writer counted
}

// Run fills a database and takes the answers out in each format, to a file on disk.
func (c exportCmd) Run(ctx context.Context, out io.Writer) (err error) {
	app.TuneMemory()
	a, closeAll, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeAll()) }()
	r := exportReport{machine: machine{Go: runtime.Version(), CPUs: runtime.NumCPU()}, Responses: c.Responses, Questions: c.Questions}
	if r.Server, r.FSync, err = describe(ctx, a.DB); err != nil {
		return err
	}
	def := wide(c.Questions)
	columns, err := export.Layout(def)
	if err != nil {
		return err
	}
	r.Columns = len(columns)
	start := time.Now()
	v, _, err := a.Surveys.Register(ctx, def, "bench")
	if err == nil {
		err = fill(ctx, a.DB, v.ID, def.ID, people.Business, documents(def), c.Responses)
	}
	if err != nil {
		return err
	}
	r.Filled = time.Since(start).Seconds()
	for _, f := range c.Formats {
		one, err := c.one(ctx, a, def.ID, f)
		if err != nil {
			return fmt.Errorf("%s: %w", f, err)
		}
		r.Formats = append(r.Formats, one)
	}
	if c.JSON {
		return printJSON(out, r)
	}
	return r.print(out)
}

// one takes the answers out in one format.
func (c exportCmd) one(ctx context.Context, a *app.App, surveyID string, f export.Format) (cost exportCost, err error) {
	file, err := os.CreateTemp(a.Config.Data, "answers-*")
	if err != nil {
		return cost, err
	}
	defer func() { err = errors.Join(err, file.Close(), os.Remove(file.Name())) }()
	debug.FreeOSMemory() // what the format before used is not this one's
	forgetPeak()
	start := time.Now()
	x, err := a.Responses.Export(ctx, surveyID, 0, f, export.Options{Lang: i18n.Sv}, false, file)
	if err != nil {
		return cost, err
	}
	cost = exportCost{Format: f, Seconds: time.Since(start).Seconds(), PeakKB: peak(), Rows: x.Count}
	info, err := file.Stat()
	if err != nil {
		return cost, err
	}
	cost.Bytes = info.Size()
	if f == export.FormatCSV || f == export.FormatJSON {
		lines, err := countLines(file.Name())
		if err != nil {
			return cost, err
		}
		cost.Rows = lines - 1 // the header
		if f == export.FormatJSON {
			cost.Rows = lines - 2 // the brackets
		}
	}
	if cost.Rows != c.Responses {
		return cost, fmt.Errorf("%d rows in %s, %d responses were stored", cost.Rows, filepath.Base(file.Name()), c.Responses)
	}
	return cost, nil
}

func countLines(name string) (n int, err error) {
	file, err := os.Open(name)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		n++
	}
	return n, lines.Err()
}

// forgetPeak makes the system count the peak of this process anew.
func forgetPeak() { _ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) } // else the peak is of the whole run: too much, never too little

// peak is the most memory that this process has had, in kB; 0 where the system does not say.
func peak() int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, _ := strconv.Atoi(strings.Fields(rest)[0])
			return kb
		}
	}
	return 0
}

func (r exportReport) print(out io.Writer) error {
	fmt.Fprintf(out, "%s\n%d responses of %d questions in %d columns, stored in %.0f s\n", r.machine, r.Responses, r.Questions, r.Columns, r.Filled)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "format\tseconds\tresponses/s\tMB\tpeak memory MB\t")
	for _, f := range r.Formats {
		fmt.Fprintf(w, "%s\t%.1f\t%.0f\t%.0f\t%.0f\t\n", f.Format, f.Seconds, float64(f.Rows)/f.Seconds, float64(f.Bytes)/1e6, float64(f.PeakKB)/1024)
	}
	return w.Flush()
}

// wide is a questionnaire of n questions, of the types that ours have in about the same shares.
func wide(n int) *questionnaire.Definition {
	group := []string{people.Business}
	text := func(s string) i18n.Text { return i18n.Text{Sv: s, En: s} }
	unknown := []questionnaire.Special{{Code: 98, Text: text("Vet ej")}}
	scale := make([]questionnaire.Option, 5)
	for i := range scale {
		scale[i] = questionnaire.Option{Code: i + 1, Text: text("Steg " + strconv.Itoa(i+1))}
	}
	other := append(scale[:4:4], questionnaire.Option{Code: 9, Text: text("Annat"), OtherText: true})
	d := &questionnaire.Definition{ID: "bench", Area: 5, Title: text("Bred enkät"), Groups: []questionnaire.Group{{ID: people.Business, Name: text("Företag")}}}
	section := questionnaire.Section{ID: "all", Title: text("Allt")}
	for i := range n {
		q := questionnaire.Question{ID: fmt.Sprintf("q%02d", i+1), Groups: group, Text: text(fmt.Sprintf("Fråga %d", i+1)), Specials: unknown}
		switch i % 12 {
		case 3:
			q.Type, q.Options = questionnaire.Multiple, other
		case 7:
			q.Type, q.Min, q.Max = questionnaire.Numeric, 0, 500
		case 9:
			q.Type, q.Options = questionnaire.Single, other
		case 11:
			q.Type, q.MaxLength = questionnaire.FreeText, 1000
		default:
			q.Type, q.Options = questionnaire.Likert5, scale
		}
		section.Questions = append(section.Questions, q)
	}
	d.Sections = []questionnaire.Section{section}
	return d
}

// documents are some hundred sets of answers, each to every question.
func documents(d *questionnaire.Definition) []questionnaire.Answers {
	list := make([]questionnaire.Answers, 211)
	for i := range list {
		answers := questionnaire.Answers{}
		for j, q := range d.Questions() {
			n := (i*7 + j*13) % 5
			code, number := n+1, float64((i*31+j)%500)
			a := questionnaire.Answer{Code: &code}
			switch q.Type {
			case questionnaire.Multiple:
				a = questionnaire.Answer{Codes: []int{1, 9}, Other: "för mycket = papper"}
			case questionnaire.Numeric:
				a = questionnaire.Answer{Number: &number}
			case questionnaire.FreeText:
				a = questionnaire.Answer{Text: strings.Repeat("Fråga oss innan ni skriver kraven, då vet ni vad som finns. ", n+1)}
			case questionnaire.Single:
				if code == 5 {
					code, a.Other = 9, "åka dit"
				}
			}
			answers[q.ID] = a
		}
		list[i] = answers
	}
	return list
}

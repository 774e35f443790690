package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/recommendation"
)

type analysisCmd struct {
	options
	Responses []int `default:"10000,100000" help:"Submitted responses, one measurement after another."`
	Looks     int   `default:"200" help:"Submissions, each with a look before and after."`
	Pages     int   `default:"200" help:"Pages fetched over HTTP."`
}

// analysisReport is what counting costs with so many responses to sixty questions.
type analysisReport struct {
	machine
	Responses int     `json:"responses"`
	Questions int     `json:"questions"`
	Fill      float64 `json:"fill_s"`     // making the responses
	Load      float64 `json:"load_s"`     // from the database into memory
	LoadCPU   float64 `json:"load_cpu_s"` // of this process; the database's is beside it
	LoadDBCPU float64 `json:"load_db_cpu_s"`
	HeapMB    float64 `json:"heap_mb"`
	PeakMB    float64 `json:"peak_mb"` // of the process while it loaded
	// Refresh is from the commit of one submission to counts that have it in; Idle when nothing changed.
	Refresh     spread  `json:"refresh_ms"`
	Idle        spread  `json:"idle_ms"`
	Frequencies spread  `json:"frequencies_ms"`     // of all sixty
	Released    spread  `json:"released_ms"`        // hiding what may not be shown in those cross-tables, all at once
	Cross       spread  `json:"cross_ms"`           // all sixty by municipality group, filtered and weighted
	SQL         spread  `json:"sql_frequencies_ms"` // the same frequencies in one pass of SQL
	SQLCross    spread  `json:"sql_cross_ms"`       // the same cross-tables, weighted with weights given
	Page        spread  `json:"page_ms"`            // over HTTP, with suppression
	Ratio       float64 `json:"sql_ratio"`          // SQL over memory, medians
	CrossRatio  float64 `json:"sql_cross_ratio"`
}

// spread is the times of something that was done several times, in milliseconds.
type spread struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
	N   int     `json:"n"`
}

func spreadOf(times []time.Duration) spread {
	slices.Sort(times)
	return spread{quantile(times, 0.50), quantile(times, 0.99), len(times)}
}

// Run measures each size on a database of its own.
func (c analysisCmd) Run(ctx context.Context, out io.Writer) error {
	app.TuneMemory()
	var all []analysisReport
	for _, n := range c.Responses {
		r, err := c.measure(ctx, n)
		if err != nil {
			return fmt.Errorf("%d responses: %w", n, err)
		}
		all = append(all, r)
	}
	if c.JSON {
		return printJSON(out, all)
	}
	return printAnalysis(out, all)
}

func (c analysisCmd) measure(ctx context.Context, n int) (r analysisReport, err error) {
	a, closeAll, err := c.open(ctx)
	if err != nil {
		return r, err
	}
	s := &site{app: a, machine: machine{Go: runtime.Version(), CPUs: runtime.NumCPU()}}
	defer func() { s.close(); err = errors.Join(err, closeAll()) }()
	if s.Server, s.FSync, err = describe(ctx, a.DB); err != nil {
		return r, err
	}
	m := &counting{site: s, ctx: ctx, def: sixty()}
	if err := m.fill(n); err != nil {
		return r, err
	}
	r = analysisReport{machine: s.machine, Responses: n, Questions: len(m.def.Questions()), Fill: m.filled.Seconds()}
	return r, c.profiled(func() error {
		for _, step := range []func(*analysisReport) error{m.load, c.refresh(m), m.tables, m.sql, c.pages(m)} {
			if err := step(&r); err != nil {
				return err
			}
		}
		return nil
	})
}

// counting is a survey that many have answered.
type counting struct {
	*site
	ctx     context.Context
	def     *questionnaire.Definition
	version string
	filled  time.Duration
	result  recommendation.Results
	weights *analysis.Weights
}

// fill makes the responses, four in ten of them firms, and a frame to weight those to.
func (m *counting) fill(n int) error {
	start := time.Now()
	v, _, err := m.app.Surveys.Register(m.ctx, m.def, "bench")
	if err != nil {
		return err
	}
	m.version = v.ID
	chance := rand.New(rand.NewPCG(1, 2))
	groups := []string{"business", "procurer", "business", "politician", "developer"}
	for i, group := range groups {
		documents := make([]questionnaire.Answers, 400)
		for k := range documents {
			documents[k] = anyAnswers(chance, m.def)
		}
		if err := insert(m.ctx, m.app.DB, v.ID, m.def.ID, group, documents, n*i/len(groups), n*(i+1)/len(groups)); err != nil {
			return err
		}
	}
	if err := settle(m.ctx, m.app.DB); err != nil {
		return err
	}
	var frame strings.Builder
	frame.WriteString("question,answer,units\n")
	for code := 1; code <= 9; code++ {
		fmt.Fprintf(&frame, "bg_size,%d,%d\n", code, 4_000_000/(code*code))
	}
	_, faults, err := m.app.Surveys.ImportFrame(m.ctx, m.def.ID, "bench", strings.NewReader(frame.String()), false)
	if len(faults) > 0 {
		err = fmt.Errorf("frame: %s", faults[0].Text(i18n.En))
	}
	m.filled = time.Since(start)
	return err
}

func (m *counting) results() (err error) {
	m.result, err = m.app.Recommendations.Results(m.ctx, m.def.ID)
	return err
}

func (m *counting) load(r *analysisReport) error {
	debug.FreeOSMemory()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	forgetPeak()
	backends, err := backendPIDs(m.ctx, m.app.DB)
	if err != nil {
		return err
	}
	service, database, start := ownCPU(), cpuOf("postgres", backends...), time.Now()
	if err := m.results(); err != nil {
		return err
	}
	r.LoadCPU, r.LoadDBCPU = (ownCPU() - service).Seconds(), max(cpuOf("postgres", backends...)-database, 0).Seconds()
	r.Load, r.PeakMB = time.Since(start).Seconds(), float64(peak())/1024
	debug.FreeOSMemory()
	runtime.ReadMemStats(&after)
	r.HeapMB = float64(after.HeapAlloc-before.HeapAlloc) / 1e6
	if m.result.Data.Len() != r.Responses {
		return fmt.Errorf("%d responses were loaded", m.result.Data.Len())
	}
	return nil
}

// refresh sends one response in, again and again, and looks: with it, and once more with nothing new.
func (c analysisCmd) refresh(m *counting) func(*analysisReport) error {
	return func(r *analysisReport) error {
		chance := rand.New(rand.NewPCG(5, 6))
		var changed, idle []time.Duration
		for i := range c.Looks {
			document := []questionnaire.Answers{anyAnswers(chance, m.def)}
			if err := insert(m.ctx, m.app.DB, m.version, m.def.ID, "business", document, r.Responses+i, r.Responses+i+1); err != nil {
				return err
			}
			for _, times := range []*[]time.Duration{&changed, &idle} {
				start := time.Now()
				if err := m.results(); err != nil {
					return err
				}
				*times = append(*times, time.Since(start))
				if got := m.result.Data.Len(); got != r.Responses+i+1 {
					return fmt.Errorf("after submission %d a look counts %d responses", i+1, got)
				}
			}
		}
		r.Refresh, r.Idle = spreadOf(changed), spreadOf(idle)
		return nil
	}
}

// narrowed is what the cross-tables keep: firms with fewer than fifty employees.
var narrowed = analysis.Filter{Group: "business", Where: []analysis.Where{{Question: "bg_size", Codes: []int{1, 2, 3, 4, 5}}}}

func (m *counting) tables(r *analysisReport) error {
	var ids []string
	for _, q := range m.def.Questions() {
		ids = append(ids, q.ID)
	}
	w, err := m.result.Weigh("size_class")
	if err != nil {
		return err
	}
	m.weights = w
	split, err := m.result.Data.SplitBy(analysis.SplitByMunicipalityGroup)
	if err != nil {
		return err
	}
	r.Frequencies, err = repeat(20, func() error {
		_, err := analysis.CountAll(m.result.Data, ids, analysis.Filter{}, m.result.Options)
		return err
	})
	if err != nil {
		return err
	}
	o := m.result.Options
	o.Weights = w
	var tables []analysis.Table
	r.Cross, err = repeat(20, func() (err error) {
		tables, err = analysis.CrossAll(m.result.Data, ids, split, narrowed, o)
		return err
	})
	if err != nil {
		return err
	}
	r.Released, err = repeat(2, func() error { analysis.ReleaseTables(tables, 0); return nil })
	return err
}

// sql counts the same by one pass over the stored documents.
func (m *counting) sql(r *analysisReport) (err error) {
	weights := map[int]float64{}
	for _, class := range m.weights.Margins[0].Classes {
		for _, code := range class.Codes {
			weights[code] = class.Weighted / float64(class.Answered)
		}
	}
	times := 3
	if r.Responses > 200_000 {
		times = 1 // a minute each
	}
	if r.SQL, err = repeat(times, func() error { return countInSQL(m.ctx, m.app.DB, m.def.ID) }); err != nil {
		return err
	}
	if r.SQLCross, err = repeat(times, func() error { return crossInSQL(m.ctx, m.app.DB, m.def.ID, weights) }); err != nil {
		return err
	}
	r.Ratio, r.CrossRatio = r.SQL.P50/r.Frequencies.P50, r.SQLCross.P50/r.Cross.P50
	return nil
}

func repeat(times int, act func() error) (spread, error) {
	var took []time.Duration
	for range times {
		start := time.Now()
		if err := act(); err != nil {
			return spread{}, err
		}
		took = append(took, time.Since(start))
	}
	return spreadOf(took), nil
}

// pages reads pages of the analysis as somebody who is signed in: other questions, splits, filters and weights.
func (c analysisCmd) pages(m *counting) func(*analysisReport) error {
	return func(r *analysisReport) error {
		handler, err := m.app.Handler()
		if err != nil {
			return err
		}
		if m.program, err = m.serve(handler); err != nil {
			return err
		}
		one, err := m.signIn()
		if err != nil {
			return err
		}
		defer one.close()
		views := []string{"", "?by=municipality_group", "?by=firm_size&group=business&where=bg_size%3A1%2C2%2C3%2C4%2C5&weights=size_class", "?by=single0"}
		var took []time.Duration
		for i := range c.Pages {
			path := "/team/analysis/" + m.def.ID + "/" + m.def.Questions()[2+i%58].ID + views[i/58%len(views)]
			start := time.Now()
			reply, err := one.get(path)
			took = append(took, time.Since(start))
			if err == nil && reply.status != http.StatusOK {
				err = fmt.Errorf("the page answered %d", reply.status)
			}
			var text string
			if err == nil {
				text, err = reply.text()
			}
			if err == nil && !strings.Contains(text, "<table") {
				err = errors.New("the page has no table")
			}
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
		r.Page = spreadOf(took)
		return nil
	}
}

func (m *counting) signIn() (*client, error) {
	const address, password = "bench@bench.example", "tolv-gravlaxar-i-Siljan"
	if _, err := m.app.Accounts.CreateUser(m.ctx, address, "Bench", account.Reader, "sv", password); err != nil {
		return nil, err
	}
	res, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).
		PostForm("http://"+m.program+"/team/sign-in", url.Values{"email": {address}, "password": {password}})
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	one := &client{address: m.program}
	for _, c := range res.Cookies() {
		one.cookie = c.Name + "=" + c.Value
	}
	if one.cookie == "" {
		return nil, fmt.Errorf("not signed in: %d", res.StatusCode)
	}
	return one, nil
}

func printAnalysis(out io.Writer, all []analysisReport) error {
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	line := func(name string, cell func(analysisReport) string) {
		fmt.Fprint(w, name, "\t")
		for _, r := range all {
			fmt.Fprint(w, cell(r), "\t")
		}
		fmt.Fprintln(w)
	}
	times := func(of func(analysisReport) spread) func(analysisReport) string {
		return func(r analysisReport) string { return fmt.Sprintf("%.1f / %.1f", of(r).P50, of(r).P99) }
	}
	line("responses", func(r analysisReport) string { return strconv.Itoa(r.Responses) })
	line("load s", func(r analysisReport) string { return fmt.Sprintf("%.1f", r.Load) })
	line("its processor time s, and the database's", func(r analysisReport) string { return fmt.Sprintf("%.1f / %.1f", r.LoadCPU, r.LoadDBCPU) })
	line("heap MB (peak)", func(r analysisReport) string { return fmt.Sprintf("%.0f (%.0f)", r.HeapMB, r.PeakMB) })
	line("refresh after one ms", times(func(r analysisReport) spread { return r.Refresh }))
	line("nothing changed ms", times(func(r analysisReport) spread { return r.Idle }))
	line("60 frequencies ms", times(func(r analysisReport) spread { return r.Frequencies }))
	line("the same in SQL ms", times(func(r analysisReport) spread { return r.SQL }))
	line("SQL / memory", func(r analysisReport) string { return fmt.Sprintf("%.0f", r.Ratio) })
	line("60 cross-tables, filtered and weighted ms", times(func(r analysisReport) spread { return r.Cross }))
	line("the same in SQL ms", times(func(r analysisReport) spread { return r.SQLCross }))
	line("SQL / memory", func(r analysisReport) string { return fmt.Sprintf("%.0f", r.CrossRatio) })
	line("hiding small cells in them ms", times(func(r analysisReport) spread { return r.Released }))
	line("a page over HTTP ms", times(func(r analysisReport) spread { return r.Page }))
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%s\np50 / p99 of each\n%s", all[0].machine, b.String())
	return err
}

package report

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/disclosure"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/recommendation"
)

// citation is a number that a recommendation rests on.
type citation struct {
	number   string // of the recommendation
	survey   string // empty: any
	wave     int    // of the survey; 0: any
	weights  []string
	question string // with the row of a matrix
	filter   analysis.Filter
	measure  analysis.Measure
	codes    []int
	rest     []int // the other codes, of a number that is told as what they leave of the base
	known    bool
}

// in says whether the number is of the answers that are told of.
func (c citation) in(s *Survey) bool { return c.survey == "" || c.survey == s.ID && c.wave == s.Wave }

// counts says whether the number is made of a code of a result.
func (c citation) counts(f analysis.Frequency, code int) bool {
	if c.question != f.Question || c.filter.String() != f.Filter.String() {
		return false
	}
	if c.rest != nil {
		return slices.Contains(c.rest, code)
	}
	return c.measure.Counts(c.codes, code)
}

// smallFirm are the firms with 0-49 employees.
var smallFirm = analysis.Filter{Group: people.Business, Where: []analysis.Where{{Question: "bg_size", Codes: []int{1, 2, 3, 4, 5}}}}

// indicators are the goal's questions with the part of each that counts. How many firms have made many
// bids is a small number that often must be hidden, and how many have made none is not.
var indicators = []citation{
	{question: "bg_bids", filter: smallFirm, measure: analysis.MeasureShare, codes: []int{2, 3, 4}, rest: []int{1}},
	{question: "cl_bid_intent", filter: smallFirm, measure: analysis.MeasureBand, codes: []int{7}},
}

// release lets nothing stay in the snapshot that may not leave: every result of
// the edition is judged together, and together with all that is public. Fault:
// Conflict when a recommendation rests on a number that must be hidden.
func (g *gatherer) release(ctx context.Context) error {
	if older := g.weightedOlder(); len(older) > 0 {
		return fault.New(fault.Conflict, "report.error_weighted_older", "Numbers", strings.Join(older, ", "))
	}
	var hidden []string
	for i := range g.s.Surveys {
		s := &g.s.Surveys[i]
		if err := g.also(s, g.results[s.ID]); err != nil {
			return err
		}
		if err := g.judge(ctx, s, g.results[s.ID]); err != nil {
			return err
		}
		for _, c := range g.cited {
			if c.survey != "" && c.in(s) && c.known && !s.holds(c) {
				hidden = append(hidden, c.number)
			}
		}
	}
	earlier, err := g.earlier(ctx)
	if err != nil {
		return err
	}
	hidden = append(hidden, earlier...)
	if len(hidden) > 0 {
		slices.Sort(hidden)
		hidden = slices.Compact(hidden)
		return fault.New(fault.Conflict, "report.error_hidden", "Numbers", strings.Join(hidden, ", "))
	}
	g.indicator()
	return nil
}

// weightedOlder are the recommendations that rest on a weighted number of a wave that the edition does not weight.
func (g *gatherer) weightedOlder() (numbers []string) {
	for _, c := range g.cited {
		r, ok := g.results[c.survey]
		if ok && c.known && len(c.weights) > 0 && c.wave != r.Wave.Number && !slices.Contains(numbers, c.number) {
			numbers = append(numbers, c.number)
		}
	}
	return numbers
}

// also counts what sentences and the goal rest on and no question's table holds.
func (g *gatherer) also(s *Survey, r recommendation.Results) error {
	o := r.Options
	o.Rests = true // the release keeps what is cited, and lets go of the group's result where both would tell of few
	wanted := g.cited
	if s.Questions != nil { // of an earlier wave nothing is told but what is cited
		wanted = append(slices.Clone(indicators), g.cited...)
	}
	for _, c := range wanted {
		id, _, _ := strings.Cut(c.question, ".")
		if _, asked := r.Version.Definition.Question(id); !asked || !c.in(s) || s.result(c.question, c.filter) != nil {
			continue
		}
		f, err := analysis.Count(r.Data, c.question, c.filter, o)
		if err != nil {
			return fmt.Errorf("count %s of survey %s: %w", c.question, s.ID, err)
		}
		s.Also = append(s.Also, f)
	}
	return nil
}

// judge releases all results of a survey.
func (g *gatherer) judge(ctx context.Context, s *Survey, r recommendation.Results) error {
	cited := func(f analysis.Frequency, code int) bool {
		return slices.ContainsFunc(g.cited, func(c citation) bool { return c.survey != "" && c.in(s) && c.counts(f, code) }) ||
			slices.ContainsFunc(indicators, func(c citation) bool { return c.counts(f, code) })
	}
	results := s.results()
	fs := append(results, s.weighted()...)
	var err error
	if g.Ledger == nil {
		fs = analysis.ReleaseBeside(fs, analysis.Beside{Data: r.Data, Cited: cited})
	} else if fs, err = g.Ledger.Release(ctx, judged(s, r), fs, cited); err != nil {
		return err
	}
	fs, weighted := fs[:len(results)], fs[len(results):]
	for i := range s.Questions {
		q := &s.Questions[i]
		n := len(q.Results)
		q.Results, fs = slices.Clone(fs[:n]), fs[n:]
		if q.Weighted != nil {
			q.Weighted, weighted = &weighted[0], weighted[1:]
		}
	}
	s.Also = nil
	for _, f := range fs {
		if f.Numbers != nil {
			s.Also = append(s.Also, f)
		}
	}
	return nil
}

func judged(s *Survey, r recommendation.Results) disclosure.Survey {
	return disclosure.Survey{ID: s.ID, Version: s.Version, Wave: s.Wave, Data: r.Data, Options: r.Options}
}

// holds says whether the survey tells a cited number.
func (s *Survey) holds(c citation) bool {
	if len(c.weights) > 0 {
		q := s.question(c.question)
		return q != nil && q.Weighted != nil && slices.Equal(c.weights, s.Weights.questions()) && estimate(*q.Weighted, c.measure, c.codes...) != nil
	}
	f := s.result(c.question, c.filter)
	return f != nil && estimate(*f, c.measure, c.codes...) != nil
}

// questions are what the weights count.
func (w *Weights) questions() (list []string) {
	for _, m := range w.Margins {
		list = append(list, m.Question)
	}
	return list
}

// earlier counts what recommendations cite from waves before those of the tables, judges each wave together with
// what is public of it, and returns the recommendations that rest on a number that must be hidden.
func (g *gatherer) earlier(ctx context.Context) (hidden []string, err error) {
	for _, c := range g.cited {
		if r, ok := g.results[c.survey]; !c.known || !ok || r.Wave.Number == c.wave ||
			slices.ContainsFunc(g.s.Earlier, func(s Survey) bool { return c.in(&s) }) {
			continue
		}
		r, err := g.Recommendations.Wave(ctx, c.survey, c.wave)
		if err != nil {
			return nil, fmt.Errorf("wave %d of survey %s: %w", c.wave, c.survey, err)
		}
		s := Survey{ID: c.survey, Area: r.Version.Definition.Area, Title: r.Version.Definition.Title, Version: r.Version.Number,
			VersionHash: r.Version.Hash, Wave: c.wave, Begun: day(r.Wave.OpenedAt), Opened: day(r.Wave.OpenedAt)}
		if err := g.also(&s, r); err != nil {
			return nil, err
		}
		if err := g.judge(ctx, &s, r); err != nil {
			return nil, err
		}
		for _, c := range g.cited {
			if c.in(&s) && c.known && !s.holds(c) {
				hidden = append(hidden, c.number)
			}
		}
		g.s.Earlier = append(g.s.Earlier, s)
	}
	return hidden, nil
}

// results are everything that is told of a survey's answers.
func (s *Survey) results() []analysis.Frequency {
	var fs []analysis.Frequency
	for _, q := range s.Questions {
		fs = append(fs, q.Results...)
	}
	return append(fs, s.Also...)
}

// weighted are its weighted results.
func (s *Survey) weighted() (fs []analysis.Frequency) {
	for _, q := range s.Questions {
		if q.Weighted != nil {
			fs = append(fs, *q.Weighted)
		}
	}
	return fs
}

// result finds one; nil when the survey tells nothing of it.
func (s *Survey) result(question string, filter analysis.Filter) *analysis.Frequency {
	for _, f := range s.results() {
		for _, one := range append([]analysis.Frequency{f}, f.Parts...) {
			if one.Question == question && one.Filter.String() == filter.String() {
				return &one
			}
		}
	}
	return nil
}

// baselineFact is the fact from outside that the goal is measured from.
const baselineFact = "baseline"

// indicator takes the survey that most small firms answered.
func (g *gatherer) indicator() {
	for _, f := range g.s.Outside {
		if f.ID == baselineFact {
			g.s.Indicator.Baseline = f.Value
		}
	}
	of := func(s *Survey, c citation) *analysis.Estimate {
		if f := s.result(c.question, c.filter); f != nil {
			return estimate(*f, c.measure, c.codes...)
		}
		return nil
	}
	for i := range g.s.Surveys {
		s := &g.s.Surveys[i]
		e := of(s, indicators[0])
		if e == nil || g.s.Indicator.Bid != nil && e.Base <= g.s.Indicator.Bid.Base {
			continue
		}
		g.s.Indicator.Survey, g.s.Indicator.Bid, g.s.Indicator.Intent = s.ID, e, of(s, indicators[1])
	}
}

// disclose notes what an edition tells as public, unless it may not be any more
// after what has been published since it was made. One that is published already
// stays so.
func (s *Service) disclose(ctx context.Context, tx *sqlx.Tx, e Edition) error {
	if e.State == Published || s.sources.Ledger == nil {
		return nil
	}
	snapshot, err := s.Snapshot(ctx, e.SnapshotID)
	if err != nil {
		return err
	}
	classes, err := snapshotClasses(ctx, tx, e.SnapshotID)
	if err != nil {
		return fmt.Errorf("weights of snapshot %s: %w", e.SnapshotID, err)
	}
	for _, told := range slices.Concat(snapshot.Surveys, snapshot.Earlier) {
		r, err := s.sources.Recommendations.Wave(ctx, told.ID, told.Wave)
		if err != nil {
			return fmt.Errorf("results of survey %s: %w", told.ID, err)
		}
		results := told.results()
		for _, f := range told.weighted() {
			if f.Numbers == nil {
				continue
			}
			if f.Numbers.Step == 0 {
				return fault.New(fault.Conflict, "report.error_weights_full")
			}
			n := *f.Numbers
			n.Classes, f.Numbers = classes[told.ID], &n
			results = append(results, f)
		}
		if err := s.sources.Ledger.Check(ctx, tx, judged(&told, r), results); err != nil {
			return err
		}
		if err := s.sources.Ledger.Record(ctx, tx, disclosure.Edition, e.SnapshotID, judged(&told, r), results); err != nil {
			return err
		}
	}
	return nil
}

// Package disclosure remembers what has left the system and judges everything
// that is about to leave it together with that. The rule itself, what must be
// hidden so that nobody can work a hidden number out, is analysis.ReleaseBeside.
package disclosure

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/exhibit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
)

// Kind is the way in which something left the system.
type Kind string

// The ways.
const (
	Edition  Kind = "edition"  // a published report, in any language, with its data package
	Data     Kind = "data"     // aggregates by themselves
	Download Kind = "download" // from the analysis pages
)

// Ledger is what has been published of every survey.
type Ledger struct {
	db  *sqlx.DB
	now func() time.Time
}

// New makes the ledger.
func New(db *sqlx.DB, now func() time.Time) *Ledger { return &Ledger{db: db, now: now} }

// Survey is what results are judged in.
type Survey struct {
	ID      string
	Version int
	Wave    int // what is public of other waves is of other answers, and tells nothing of these
	Data    *analysis.Dataset
	Options analysis.Options
}

// minBase is the least number of respondents by which two publications of one
// table may differ.
func (s Survey) minBase() int {
	if s.Options.MinBase == 0 {
		return analysis.DefaultMinBase
	}
	return s.Options.MinBase
}

// Release returns results as they may be published, judged together with
// everything that is public of the survey. cited says what sentences rest on; nil
// is nothing. Fault: Conflict that names the table, when so few answers have come
// or gone since it was last published that the two would tell them.
func (l *Ledger) Release(ctx context.Context, s Survey, fs []analysis.Frequency, cited func(analysis.Frequency, int) bool) ([]analysis.Frequency, error) {
	return l.release(ctx, l.db, s, fs, cited)
}

func (l *Ledger) release(ctx context.Context, db sqlx.QueryerContext, s Survey, fs []analysis.Frequency, cited func(analysis.Frequency, int) bool) ([]analysis.Frequency, error) {
	public, err := l.public(ctx, db, s, fs)
	if err != nil {
		return nil, err
	}
	if err := s.moved(fs, public); err != nil {
		return nil, err
	}
	return analysis.ReleaseBeside(fs, analysis.Beside{Data: s.Data, Public: public, Cited: cited}), nil
}

// count counts a result anew, also where its group's result beside it would tell of few: what is public must be
// judged whatever it may be shown beside.
func (s Survey) count(f analysis.Frequency) (analysis.Frequency, error) {
	o := s.Options
	o.Rests = true
	return analysis.Count(s.Data, f.Question, f.Filter, o)
}

// public counts everything that is public of some results' questions anew, the
// newest publication of each table last. Each wave is judged by itself.
func (l *Ledger) public(ctx context.Context, db sqlx.QueryerContext, s Survey, fs []analysis.Frequency) ([]analysis.Standing, error) {
	asked := map[string]bool{}
	for _, f := range fs {
		id, _, _ := strings.Cut(f.Question, ".")
		asked[id] = true
	}
	entries, err := listReleases(ctx, db, s, slices.Sorted(maps.Keys(asked)))
	if err != nil {
		return nil, fmt.Errorf("what is public of survey %s: %w", s.ID, err)
	}
	out := make([]analysis.Standing, 0, len(entries))
	for _, e := range entries {
		var err error
		if e.Now, err = s.count(e.Shown); err != nil {
			continue // the question has left the questionnaire; nothing can be counted in it any more
		}
		out = append(out, e)
	}
	return out, nil
}

// eachTable is what is public with the rows of a matrix by themselves.
func eachTable(public []analysis.Standing) (all []analysis.Standing) {
	for _, p := range public {
		all = append(all, p.Each()...)
	}
	return all
}

// moved refuses tables that few answers part from what is public of them.
func (s Survey) moved(fs []analysis.Frequency, public []analysis.Standing) error {
	wanted := map[string]bool{}
	for _, f := range fs {
		for _, one := range append([]analysis.Frequency{f}, f.Parts...) {
			if one.Numbers != nil {
				wanted[one.Question+one.Filter.String()] = true
			}
		}
	}
	for _, p := range eachTable(public) {
		if n := p.Moved(); wanted[p.Shown.Question+p.Shown.Filter.String()] && n > 0 && n < s.minBase() {
			return s.refuse("disclosure.error_moved", p.Shown)
		}
	}
	return nil
}

// refuse is a Conflict that names a table in words: its survey, question and group.
func (s Survey) refuse(key string, f analysis.Frequency) error {
	question, group := f.Text, i18n.Text{}
	if !f.Label.IsZero() {
		question = i18n.Text{Sv: question.Sv + " " + f.Label.Sv, En: question.En + " " + f.Label.En}
	}
	if f.Filter.Group != "" {
		group = i18n.Text{Sv: exhibit.GroupLabel(i18n.Sv, f.Filter.Group), En: exhibit.GroupLabel(i18n.En, f.Filter.Group)}
	}
	return fault.New(fault.Conflict, key, "Survey", s.Data.Definition().Title, "Question", question, "Group", group, "Least", s.minBase())
}

// Check says whether results that were released some time ago may be published
// as they are, after all that has been published since; nothing else of the
// survey is published until the transaction ends. Fault: Conflict that names the
// table.
func (l *Ledger) Check(ctx context.Context, tx *sqlx.Tx, s Survey, released []analysis.Frequency) error {
	if err := lock(ctx, tx, s.ID); err != nil {
		return err
	}
	public, err := l.public(ctx, tx, s, released)
	if err != nil {
		return err
	}
	if err := s.moved(released, public); err != nil {
		return err
	}
	var now []analysis.Frequency
	var shown []analysis.Frequency
	for _, f := range released {
		one, err := s.count(f)
		if err == nil && f.Numbers != nil && f.Numbers.Step > 0 {
			one = f.Untold()
		}
		if err == nil && (analysis.Standing{Now: one, Shown: f}).Moved() == 0 {
			now, shown = append(now, one), append(shown, f)
		}
	}
	// Judged as already public, they must not let anything be worked out.
	tables := eachTable(public)
	for _, f := range shown {
		for _, p := range tables {
			if p.Now.Question == f.Question && p.Now.Filter.String() == f.Filter.String() && p.Shown.Hides(f) {
				return s.refuse("disclosure.error_since", f)
			}
		}
	}
	for i, f := range analysis.ReleaseBeside(now, analysis.Beside{Data: s.Data, Public: public}) {
		if len(public) > 0 && f.Hides(shown[i]) {
			return s.refuse("disclosure.error_since", f)
		}
	}
	return nil
}

// Record notes released results as public, in the transaction that publishes
// them. Noting the same publication again changes nothing.
func (l *Ledger) Record(ctx context.Context, tx *sqlx.Tx, kind Kind, reference string, s Survey, released []analysis.Frequency) error {
	for _, f := range released {
		if f.Numbers == nil {
			continue
		}
		e := entry{SurveyID: s.ID, Version: s.Version, Wave: s.Wave, Question: f.Question, Selection: f.Filter.String(), Kind: string(kind),
			Reference: reference, ReleasedAt: l.now(), ReleasedBy: audit.ActorOf(ctx).Name}
		e.Weighting = f.Numbers.WeightedBy()
		var counted *analysis.Frequency
		if s.Data != nil {
			e.Responses = s.Data.Len()
			now, err := s.count(f)
			if err == nil && (analysis.Standing{Now: now, Shown: f}).Moved() == 0 {
				counted = &now
			}
		}
		if err := insertRelease(ctx, tx, e, f, counted); err != nil {
			return fmt.Errorf("note %s of survey %s as public: %w", f.Question, s.ID, err)
		}
	}
	return nil
}

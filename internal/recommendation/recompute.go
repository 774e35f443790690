package recommendation

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
)

// Recompute counts every cited figure again and looks every cited passage up,
// returns what differs and marks it stale. A figure that had too few answers
// when it was cited is filled in as soon as it may be shown. Closed
// recommendations are left as they are.
func (s *Service) Recompute(ctx context.Context) ([]Difference, error) {
	all, err := s.List(ctx, Filter{})
	if err != nil {
		return nil, err
	}
	var differences []Difference
	var marks []mark
	for _, r := range all {
		if r.Status == Closed {
			continue
		}
		for _, e := range r.Evidence {
			m, d, err := s.check(ctx, e)
			if err != nil {
				return nil, fmt.Errorf("recompute evidence %d of recommendation %s: %w", e.Number, r.Number, err)
			}
			if d != nil {
				d.RecommendationID, d.Recommendation, d.EvidenceID, d.Evidence = r.ID, r.Number, e.ID, e.Number
				differences = append(differences, *d)
			}
			marks = append(marks, m)
		}
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		changed, err := setMarks(ctx, tx, marks)
		if err != nil || changed == 0 {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventRecomputed, Subject: "recommendation",
			Detail: map[string]any{"differences": len(differences), "changed": changed}})
	})
	if err != nil {
		return nil, fmt.Errorf("recompute: %w", err)
	}
	return differences, nil
}

// RecomputeArgs are the arguments of the job that marks what no longer agrees with its source.
type RecomputeArgs struct{}

// Kind is the name of the job in the queue.
func (RecomputeArgs) Kind() string { return "recompute_evidence" }

// RecomputeJob does Recompute. It runs on a schedule, because answers are withdrawn and passages edited without anybody
// opening the recommendations that rest on them, and may run any number of times.
func (s *Service) RecomputeJob(ctx context.Context, _ RecomputeArgs) error {
	_, err := s.Recompute(audit.WithActor(ctx, audit.Actor{Kind: "system", Name: "schedule"}))
	return err
}

// check compares one piece of evidence with its source.
func (s *Service) check(ctx context.Context, e Evidence) (mark, *Difference, error) {
	m := mark{ID: e.ID}
	if e.Figure == nil {
		if e.Stale {
			m.Reason = ReasonSource
			return m, &Difference{Reason: ReasonSource}, nil
		}
		return m, nil, nil
	}
	results, err := s.resultsOf(ctx, e.Figure)
	if err != nil {
		return m, nil, err
	}
	is, err := results.compute(e.Figure)
	if err != nil {
		return m, nil, err
	}
	was := e.Figure.Value
	switch {
	case is == nil:
		m.Reason = ReasonSuppressed
		return m, &Difference{Reason: ReasonSuppressed, Was: was}, nil
	case was == nil:
		now := s.now()
		m.Value, m.FrozenAt = is, &now
		return m, nil, nil
	case *was != *is:
		m.Reason = ReasonChanged
		return m, &Difference{Reason: ReasonChanged, Was: was, Is: is}, nil
	}
	return m, nil, nil
}

// Refreeze accepts today's figures of one recommendation in place of the frozen
// ones. Published and later ones keep theirs.
func (s *Service) Refreeze(ctx context.Context, id string) error {
	r, err := s.Find(ctx, id)
	if err != nil {
		return err
	}
	if r.Status != Draft && r.Status != Consultation && r.Status != Decided {
		return fault.New(fault.Conflict, "recommendation.error_published")
	}
	var marks []mark
	now := s.now()
	for _, e := range r.Evidence {
		if e.Figure == nil {
			continue
		}
		results, err := s.resultsOf(ctx, e.Figure)
		if err != nil {
			return err
		}
		is, err := results.compute(e.Figure)
		if err != nil {
			return err
		}
		m := mark{ID: e.ID, Value: is, FrozenAt: &now}
		if is == nil {
			m.Reason, m.FrozenAt = ReasonSuppressed, nil
		}
		marks = append(marks, m)
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if _, err := setMarks(ctx, tx, marks); err != nil {
			return err
		}
		if err := s.keepFigures(ctx, tx, id); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventRefrozen, Subject: "recommendation", SubjectID: id,
			Detail: map[string]any{"number": r.Number, "figures": len(marks)}})
	})
	if err != nil {
		return fmt.Errorf("refreeze recommendation %s: %w", r.Number, err)
	}
	return nil
}

// keepFigures makes a version of a recommendation whose figures were accepted.
func (s *Service) keepFigures(ctx context.Context, tx *sqlx.Tx, id string) error {
	r, err := find(ctx, tx, id)
	if err != nil {
		return err
	}
	last, err := lastVersion(ctx, tx, id)
	if err != nil || stored(last.Content) == stored(r.content()) {
		return err
	}
	r.Version++
	if err := setVersion(ctx, tx, id, r.Version); err != nil {
		return err
	}
	return s.keep(ctx, tx, r, VersionFigures, "")
}

// mark is what recomputing found out about one piece of evidence.
type mark struct {
	ID       string
	Reason   string // empty: in force
	Value    *analysis.Estimate
	FrozenAt *time.Time
}

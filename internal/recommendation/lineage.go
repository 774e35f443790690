package recommendation

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
)

// Kin is a recommendation that another one came from or led to.
type Kin struct {
	ID     string      `db:"id"`
	Number string      `db:"number"`
	Title  i18n.Text   `db:"-"`
	Status Status      `db:"status"`
	Kind   VersionKind `db:"kind"` // VersionDerived, VersionSplit or VersionMerged
	Actor  string      `db:"actor"`
	At     time.Time   `db:"created_at"`
	Parent bool        `db:"parent"` // it came first
}

// Kin returns where a recommendation came from and what came of it.
func (s *Service) Kin(ctx context.Context, id string) ([]Kin, error) { return kin(ctx, s.db, id) }

// Branch makes a draft with another number out of a recommendation: derived from
// it, or split off it. Texts and evidence come along.
func (s *Service) Branch(ctx context.Context, id, number string, kind VersionKind) (Recommendation, error) {
	if kind != VersionDerived && kind != VersionSplit {
		return Recommendation{}, fault.InvalidFields("error.invalid", fault.Field{Name: "kind", Key: "error.choice"})
	}
	r, err := s.Find(ctx, id)
	if err != nil {
		return Recommendation{}, err
	}
	r.Number = strings.TrimSpace(number)
	r.Area, _ = strconv.Atoi(strings.SplitN(r.Number, ".", 2)[0]) // a wrong number is a fault that prepare names
	for i := range r.Evidence {
		r.Evidence[i].ID = ""
	}
	return s.create(ctx, r, kind, func(tx *sqlx.Tx, child string) error {
		return insertKin(ctx, tx, child, id, kind, audit.ActorOf(ctx).Name, s.now())
	})
}

// Merge takes another recommendation into this one: what it rests on comes
// along, and it is closed. Both must still be open to change.
func (s *Service) Merge(ctx context.Context, id, otherNumber string) error {
	other, err := s.FindNumber(ctx, strings.TrimSpace(otherNumber))
	if fault.Is(err, fault.NotFound) || err == nil && other.ID == id {
		return fault.InvalidFields("error.invalid", fault.Field{Name: "other", Key: "recommendation.error_merge"})
	}
	if err != nil {
		return err
	}
	r, err := s.Find(ctx, id)
	if err != nil {
		return err
	}
	r.takeEvidence(other.Evidence)
	if err := s.prepare(ctx, &r); err != nil {
		return err
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		last, err := s.lockToChange(ctx, tx, id)
		if err == nil {
			_, err = s.lockToChange(ctx, tx, other.ID)
		}
		if err != nil {
			return err
		}
		if last.Number != r.Version {
			return fault.New(fault.Conflict, "recommendation.error_version", "Author", last.Author, "Version", last.Number)
		}
		r.Version++
		if err := update(ctx, tx, r, s.now()); err != nil {
			return err
		}
		if err := s.keep(ctx, tx, r, VersionMerged, other.Number); err != nil {
			return err
		}
		if err := insertKin(ctx, tx, id, other.ID, VersionMerged, audit.ActorOf(ctx).Name, s.now()); err != nil {
			return err
		}
		return s.step(ctx, tx, other, Closed, r.Number)
	})
	if err != nil {
		return fmt.Errorf("merge recommendation %s into %s: %w", other.Number, r.Number, err)
	}
	return nil
}

// takeEvidence adds what is not cited already.
func (r *Recommendation) takeEvidence(more []Evidence) {
	has := map[string]bool{}
	for _, e := range r.Evidence {
		has[e.source()] = true
	}
	for _, e := range more {
		if !has[e.source()] {
			e.ID, e.Number = "", 0
			r.Evidence = append(r.Evidence, e)
		}
	}
}

// source tells evidence apart by what it was taken from.
func (e Evidence) source() string {
	c := e.cited()
	c.Number, c.Value, c.SourceHash, c.SurveyVersion = 0, nil, "", ""
	return string(jsonOf(c))
}

package audit

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// Record writes the event in the caller's transaction.
func Record(ctx context.Context, tx sqlx.ExtContext, e Event) error {
	detail := []byte("{}")
	if e.Detail != nil {
		var err error
		if detail, err = json.Marshal(e.Detail); err != nil {
			return fmt.Errorf("audit %s: %w", e.Name, err)
		}
	}
	a := ActorOf(ctx)
	_, err := tx.ExecContext(ctx, `
		INSERT INTO audit_event (actor_kind, actor_id, actor_name, event, subject, subject_id, detail)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.Kind, a.ID, a.Name, e.Name, e.Subject, e.SubjectID, detail)
	if err != nil {
		return fmt.Errorf("audit %s: %w", e.Name, err)
	}
	return nil
}

// Clause is Record as a part of a larger statement's WITH: it records the event for each row of from,
// a part before it, whose column id is the event's SubjectID. Its parameters are those of ClauseArgs,
// from $first on. Statements that everybody who answers waits for save round trips with it.
func Clause(from string, first int) string {
	return fmt.Sprintf(`
		INSERT INTO audit_event (actor_kind, actor_id, actor_name, event, subject, subject_id, detail)
		SELECT $%d::text, $%d::text, $%d::text, $%d::text, $%d::text, id::text, '{}' FROM %s`,
		first, first+1, first+2, first+3, first+4, from)
}

// ClauseArgs are the parameters of Clause for an event without detail.
func ClauseArgs(ctx context.Context, name, subject string) []any {
	a := ActorOf(ctx)
	return []any{a.Kind, a.ID, a.Name, name, subject}
}

// Reader reads the log.
type Reader struct{ db *sqlx.DB }

// NewReader makes a reader of the log.
func NewReader(db *sqlx.DB) *Reader { return &Reader{db: db} }

// List returns the newest events first, older than the event with id before (0: from the newest).
func (r *Reader) List(ctx context.Context, before int64, limit int) ([]Entry, error) {
	entries := []Entry{}
	err := r.db.SelectContext(ctx, &entries, `
		SELECT id, at, actor_kind, actor_id, actor_name, event, subject, subject_id, detail
		FROM audit_event WHERE $1 = 0 OR id < $1 ORDER BY id DESC LIMIT $2`, before, limit)
	if err != nil {
		return nil, fmt.Errorf("list audit events: %w", err)
	}
	return entries, nil
}

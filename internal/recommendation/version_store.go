package recommendation

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/postgres"
)

func insertVersion(ctx context.Context, tx *sqlx.Tx, id string, v Version) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO recommendation_version (recommendation_id, number, kind, note, content,
			author, author_id, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		id, v.Number, v.Kind, v.Note, jsonOf(v.Content), v.Author, v.AuthorID, v.At)
	return postgres.Fault(err)
}

const versionColumns = `number, kind, note, content, author, author_id, created_at`

func scanVersion(row interface{ Scan(...any) error }) (Version, error) {
	var v Version
	var content []byte
	if err := row.Scan(&v.Number, &v.Kind, &v.Note, &content, &v.Author, &v.AuthorID, &v.At); err != nil {
		return v, orNotFound(err)
	}
	return v, json.Unmarshal(content, &v.Content)
}

func versions(ctx context.Context, db sqlx.QueryerContext, id string) ([]Version, error) {
	rows, err := db.QueryxContext(ctx, `SELECT `+versionColumns+` FROM recommendation_version
		WHERE recommendation_id = $1 ORDER BY number DESC`, id)
	if err != nil {
		return nil, postgres.Fault(err)
	}
	defer func() { _ = rows.Close() }()
	var list []Version
	for rows.Next() {
		v, err := scanVersion(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, postgres.Fault(rows.Err())
}

func lastVersion(ctx context.Context, db sqlx.QueryerContext, id string) (Version, error) {
	return scanVersion(db.QueryRowxContext(ctx, `SELECT `+versionColumns+` FROM recommendation_version
		WHERE recommendation_id = $1 ORDER BY number DESC LIMIT 1`, id))
}

// Step is one move between statuses.
type Step struct {
	From    Status    `db:"from_status"`
	To      Status    `db:"to_status"`
	Version int       `db:"version"` // the one that was moved
	Basis   string    `db:"basis"`   // the meeting and the item that decided it; may be empty
	Actor   string    `db:"actor"`
	At      time.Time `db:"at"`
}

func insertStep(ctx context.Context, tx *sqlx.Tx, id string, s Step, actorID string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO recommendation_step (recommendation_id, version, from_status, to_status,
			basis, actor, actor_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		id, s.Version, s.From, s.To, s.Basis, s.Actor, actorID, s.At)
	return postgres.Fault(err)
}

func steps(ctx context.Context, db sqlx.QueryerContext, id string) ([]Step, error) {
	var list []Step
	err := sqlx.SelectContext(ctx, db, &list, `SELECT from_status, to_status, version, basis, actor, at
		FROM recommendation_step WHERE recommendation_id = $1 ORDER BY id`, id)
	return list, postgres.Fault(err)
}

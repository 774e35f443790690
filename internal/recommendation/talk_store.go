package recommendation

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
)

func init() {
	postgres.RegisterConstraint("recommendation_editor_user_fkey", fault.New(fault.Invalid, "error.choice"))
	postgres.RegisterConstraint("recommendation_comment_thread_fkey", fault.New(fault.NotFound, "recommendation.error_thread"))
}

func comments(ctx context.Context, db sqlx.QueryerContext, id string) ([]Comment, error) {
	var list []Comment
	err := sqlx.SelectContext(ctx, db, &list, `SELECT id, coalesce(thread_id::text, '') AS thread_id, version, body, author,
			created_at, resolved_at, resolved_by
		FROM recommendation_comment WHERE recommendation_id = $1 ORDER BY created_at, id`, id)
	return list, postgres.Fault(err)
}

// insertComment replies only in a thread of the same recommendation, and never under a reply.
func insertComment(ctx context.Context, tx *sqlx.Tx, id string, c Comment) error {
	result, err := tx.ExecContext(ctx, `INSERT INTO recommendation_comment (recommendation_id, thread_id, version, body, author, created_at)
		SELECT $1, nullif($2, '')::uuid, $3, $4, $5, $6
		WHERE $2 = '' OR EXISTS (SELECT 1 FROM recommendation_comment
			WHERE id::text = $2 AND recommendation_id = $1 AND thread_id IS NULL)`,
		id, c.ThreadID, c.Version, c.Body, c.Author, c.At)
	return one(result, err, "recommendation.error_thread")
}

func setResolved(ctx context.Context, tx *sqlx.Tx, id, threadID string, at *time.Time, by string) error {
	result, err := tx.ExecContext(ctx, `UPDATE recommendation_comment SET resolved_at = $3, resolved_by = $4
		WHERE recommendation_id = $1 AND id::text = $2 AND thread_id IS NULL`, id, threadID, at, by)
	return one(result, err, "recommendation.error_thread")
}

// one makes a statement that touched no row a NotFound.
func one(result interface{ RowsAffected() (int64, error) }, err error, key string) error {
	if err != nil {
		return postgres.Fault(err)
	}
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, key)
	}
	return err
}

func editors(ctx context.Context, db sqlx.QueryerContext, id string) ([]Editor, error) {
	var list []Editor
	err := sqlx.SelectContext(ctx, db, &list, `SELECT u.id, u.name FROM recommendation_editor e JOIN team_user u ON u.id = e.user_id
		WHERE e.recommendation_id = $1 ORDER BY u.name COLLATE "sv-x-icu", u.id`, id)
	return list, postgres.Fault(err)
}

func setEditors(ctx context.Context, tx *sqlx.Tx, id string, users []string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM recommendation_editor WHERE recommendation_id = $1`, id)
	if err == nil {
		_, err = tx.ExecContext(ctx, `INSERT INTO recommendation_editor (recommendation_id, user_id)
			SELECT DISTINCT $1::uuid, u::uuid FROM unnest($2::text[]) AS u`, id, pq.Array(nonNil(users)))
	}
	return postgres.Fault(err)
}

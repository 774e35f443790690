package freetext

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
)

func init() {
	postgres.RegisterConstraint("text_excerpt_passage_key", fault.New(fault.Conflict, "freetext.error_coded"))
	postgres.RegisterConstraint("text_excerpt_response_fkey", fault.New(fault.NotFound, "response.error_text"))
}

const columns = `SELECT id, response_id, question, sha256, start_pos, end_pos, kind, themes, quote_ranges, coalesce(quoted_by, '')
	FROM text_excerpt`

func scan(row interface{ Scan(...any) error }) (e Excerpt, err error) {
	var ranges pq.Int64Array
	err = row.Scan(&e.ID, &e.ResponseID, &e.Question, &e.hash, &e.Start, &e.End, &e.Kind, pq.Array(&e.Themes), &ranges, &e.QuotedBy)
	for _, r := range ranges {
		e.ranges = append(e.ranges, int(r))
	}
	return e, postgres.Fault(err)
}

func list(ctx context.Context, q sqlx.QueryerContext, query string, args ...any) ([]Excerpt, error) {
	rows, err := q.QueryxContext(ctx, query, args...)
	if err != nil {
		return nil, postgres.Fault(err)
	}
	defer func() { _ = rows.Close() }()
	var out []Excerpt
	for rows.Next() {
		e, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, postgres.Fault(rows.Err())
}

func excerptsOf(ctx context.Context, q sqlx.QueryerContext, responseIDs []string) ([]Excerpt, error) {
	return list(ctx, q, columns+` WHERE response_id = ANY ($1::uuid[]) ORDER BY response_id, question, start_pos, id`, pq.Array(responseIDs))
}

func excerptsWith(ctx context.Context, q sqlx.QueryerContext, theme string) ([]Excerpt, error) {
	return list(ctx, q, columns+` WHERE themes @> ARRAY[$1] ORDER BY response_id, question, start_pos, id`, theme)
}

func find(ctx context.Context, q sqlx.QueryerContext, id string) (Excerpt, error) {
	return scan(q.QueryRowxContext(ctx, columns+` WHERE id::text = $1`, id))
}

func insert(ctx context.Context, tx *sqlx.Tx, a Answer, t dialogue.Tag, by string, now time.Time) (id string, err error) {
	err = tx.GetContext(ctx, &id, `
		INSERT INTO text_excerpt (response_id, question, sha256, start_pos, end_pos, kind, themes, coded_by, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id`,
		a.ResponseID, a.Question, dialogue.HashText(a.Text), t.Start, t.End, t.Kind, pq.Array(t.Themes), by, now)
	return id, postgres.Fault(err)
}

func remove(ctx context.Context, tx *sqlx.Tx, id string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM text_excerpt WHERE id::text = $1`, id)
	return postgres.Fault(err)
}

func setQuote(ctx context.Context, tx *sqlx.Tx, id string, ranges []int, by string) error {
	var kept, who any
	if ranges != nil {
		kept, who = pq.Array(ranges), by
	}
	_, err := tx.ExecContext(ctx, `UPDATE text_excerpt SET quote_ranges = $2, quoted_by = $3 WHERE id::text = $1`, id, kept, who)
	return postgres.Fault(err)
}

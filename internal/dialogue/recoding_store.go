package dialogue

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/postgres"
)

// nextToRecode takes them by a hash of excerpt and coder: each coder has an order of their own.
func nextToRecode(ctx context.Context, db *sqlx.DB, coder string) (id string, err error) {
	err = db.GetContext(ctx, &id, `
		SELECT e.id FROM excerpt e
		WHERE e.removed_at IS NULL AND NOT EXISTS (SELECT 1 FROM excerpt_recoding r WHERE r.excerpt_id = e.id AND r.coder::text = $1)
		ORDER BY md5(e.id::text || $1) LIMIT 1`, coder)
	return id, postgres.Fault(err)
}

func putRecoding(ctx context.Context, db *sqlx.DB, excerptID, coder string, themes []string, at time.Time) error {
	_, err := db.ExecContext(ctx, `
		INSERT INTO excerpt_recoding (excerpt_id, coder, themes, coded_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT ON CONSTRAINT excerpt_recoding_pkey DO UPDATE SET themes = $3, coded_at = $4`, excerptID, coder, pq.Array(themes), at)
	return postgres.Fault(err)
}

// recodings are the excerpts that a coder has coded with both codings, and how many are left.
func recodings(ctx context.Context, db *sqlx.DB, coder string) (list []recoded, left int, err error) {
	rows, err := db.QueryxContext(ctx, `
		SELECT e.themes, r.themes FROM excerpt e LEFT JOIN excerpt_recoding r ON r.excerpt_id = e.id AND r.coder::text = $1
		WHERE e.removed_at IS NULL`, coder)
	if err != nil {
		return nil, 0, postgres.Fault(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var r recoded
		if err := rows.Scan(pq.Array(&r.First), pq.Array(&r.Second)); err != nil {
			return nil, 0, postgres.Fault(err)
		}
		if r.Second == nil {
			left++
			continue
		}
		list = append(list, r)
	}
	return list, left, postgres.Fault(rows.Err())
}

func recoders(ctx context.Context, db *sqlx.DB) (ids []string, err error) {
	err = db.SelectContext(ctx, &ids, `SELECT coder FROM excerpt_recoding GROUP BY coder ORDER BY count(*) DESC, coder`)
	return ids, postgres.Fault(err)
}

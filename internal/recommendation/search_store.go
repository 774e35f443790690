package recommendation

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
)

func restingOn(ctx context.Context, db sqlx.QueryerContext, sources []string) (map[string][]Working, error) {
	rows, err := db.QueryxContext(ctx, `SELECT coalesce(e.excerpt_id, e.statement_id), r.id, r.number, r.title
		FROM recommendation_evidence e JOIN recommendation r ON r.id = e.recommendation_id
		WHERE coalesce(e.excerpt_id, e.statement_id) = ANY ($1::uuid[]) ORDER BY r.area, length(r.number), r.number`, pq.Array(sources))
	if err != nil {
		return nil, postgres.Fault(err)
	}
	defer func() { _ = rows.Close() }()
	out := map[string][]Working{}
	for rows.Next() {
		var id string
		var w Working
		var title i18n.Text
		if err := rows.Scan(&id, &w.ID, &w.Number, (*text)(&title)); err != nil {
			return nil, err
		}
		w.Title = title
		out[id] = append(out[id], w)
	}
	return out, postgres.Fault(rows.Err())
}

package recommendation

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
)

func init() {
	postgres.RegisterConstraint("recommendation_lineage_pkey", fault.New(fault.Conflict, "recommendation.error_merged_before"))
}

func insertKin(ctx context.Context, tx *sqlx.Tx, child, parent string, kind VersionKind, actor string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO recommendation_lineage (child_id, parent_id, kind, actor, created_at)
		VALUES ($1, $2, $3, $4, $5)`, child, parent, kind, actor, now)
	return postgres.Fault(err)
}

func kin(ctx context.Context, db sqlx.QueryerContext, id string) ([]Kin, error) {
	rows, err := db.QueryxContext(ctx, `
		SELECT r.id, r.number, r.title, r.status, l.kind, l.actor, l.created_at, l.child_id = $1
		FROM recommendation_lineage l
		JOIN recommendation r ON r.id = CASE WHEN l.child_id = $1 THEN l.parent_id ELSE l.child_id END
		WHERE $1 IN (l.child_id, l.parent_id)
		ORDER BY l.child_id = $1 DESC, l.created_at, r.number`, id)
	if err != nil {
		return nil, postgres.Fault(err)
	}
	defer func() { _ = rows.Close() }()
	var list []Kin
	for rows.Next() {
		var k Kin
		var title i18n.Text
		if err := rows.Scan(&k.ID, &k.Number, (*text)(&title), &k.Status, &k.Kind, &k.Actor, &k.At, &k.Parent); err != nil {
			return nil, err
		}
		k.Title = title
		list = append(list, k)
	}
	return list, postgres.Fault(rows.Err())
}

package distribution

import (
	"context"
	"database/sql"

	"github.com/jmoiron/sqlx"
)

// UnmarkDeclined takes a refusal back: the person wants to take part after all.
// Reminders that were taken back stay so; the person has just been on the page.
func (s *Service) UnmarkDeclined(ctx context.Context, tx sqlx.ExecerContext, id string) error {
	found, err := changed(tx.ExecContext(ctx, `UPDATE invitation SET declined_at = NULL WHERE id = $1`, id))
	if err == nil && !found {
		err = sql.ErrNoRows
	}
	return notFound(err, "distribution.error_link")
}

package distribution

import (
	"context"

	"github.com/jmoiron/sqlx"
)

// UnmarkDeclined takes a refusal back: the person wants to take part after all.
// Reminders that were taken back stay so; the person has just been on the page.
func (s *Service) UnmarkDeclined(ctx context.Context, tx sqlx.ExecerContext, id string) error {
	return mustChange(tx.ExecContext(ctx, `UPDATE invitation SET declined_at = NULL WHERE id = $1`, id))
}

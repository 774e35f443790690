package consultation

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/postgres"
)

// Asked are the ids of the persons on the panel of a consultation that is under way or was concluded on a day or
// after it.
func (s *Service) Asked(ctx context.Context, tx *sqlx.Tx, since time.Time) (ids []string, err error) {
	err = tx.SelectContext(ctx, &ids, `
		SELECT DISTINCT p.person_id FROM consultation_participant p JOIN consultation c ON c.id = p.consultation_id
		WHERE c.concluded_at IS NULL OR c.concluded_at >= $1`, since)
	return ids, postgres.Fault(err)
}

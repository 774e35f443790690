package distribution

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/postgres"
)

// Invited are the ids of the persons with an invitation in a campaign that is under way or was closed on a day or
// after it.
func (s *Service) Invited(ctx context.Context, tx *sqlx.Tx, since time.Time) (ids []string, err error) {
	err = tx.SelectContext(ctx, &ids, `
		SELECT DISTINCT i.person_id FROM invitation i JOIN campaign c ON c.id = i.campaign_id
		WHERE c.state <> 'closed' OR c.closed_at >= $1`, since)
	return ids, postgres.Fault(err)
}

// Forget takes addresses and contents out of the letters to them, in the caller's transaction; when each was sent
// stands. Letters that have not left yet are left as they are.
func (s *Service) Forget(ctx context.Context, tx *sqlx.Tx, addresses []string) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE outbox SET recipient = id || '@erased.invalid', payload = '{}', reply = NULL
		WHERE lower(recipient) = ANY ($1) AND finished_at IS NOT NULL`, pq.Array(addresses))
	return postgres.Fault(err)
}

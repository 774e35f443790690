package seminar

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/postgres"
)

// Registered are the normalised addresses of those who are or were registered for a seminar that ends on a day or
// after it.
func (s *Service) Registered(ctx context.Context, tx *sqlx.Tx, since time.Time) (addresses []string, err error) {
	err = tx.SelectContext(ctx, &addresses, `
		SELECT DISTINCT r.email_normalised FROM seminar_registration r JOIN seminar s ON s.id = r.seminar_id
		WHERE s.ends_at >= $1`, since)
	return addresses, postgres.Fault(err)
}

// Forget makes registrations nameless, in the caller's transaction: becomes[i] stands for the normalised address
// was[i]. That somebody of the group came from the organisation stands.
func (s *Service) Forget(ctx context.Context, tx *sqlx.Tx, was, becomes []string) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE seminar_registration r SET name = '–', email = f.becomes, email_normalised = f.becomes
		FROM unnest($1::text[], $2::text[]) AS f (was, becomes) WHERE r.email_normalised = f.was`, pq.Array(was), pq.Array(becomes))
	return postgres.Fault(err)
}

package people

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/postgres"
)

// untouched locks the persons that nobody has put in or changed since a day.
func untouched(ctx context.Context, tx *sqlx.Tx, since time.Time) (all []Contact, err error) {
	err = tx.SelectContext(ctx, &all, `
		SELECT id, email_normalised FROM person WHERE erased_at IS NULL AND updated_at < $1 ORDER BY id FOR UPDATE`, since)
	return all, postgres.Fault(err)
}

// erase empties the rows of persons; their invitations stand.
func erase(ctx context.Context, tx *sqlx.Tx, ids []string, at time.Time) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM person_group WHERE person_id = ANY ($1::uuid[])`, pq.Array(ids)); err != nil {
		return postgres.Fault(err)
	}
	_, err := tx.ExecContext(ctx, `
		UPDATE person SET name = '–', email = id || '@erased.invalid', email_normalised = id || '@erased.invalid', language = NULL,
			organisation_id = NULL, municipality_code = NULL, size_class = NULL, sector = NULL, erased_at = $2, updated_at = $2
		WHERE id = ANY ($1::uuid[])`, pq.Array(ids), at)
	return postgres.Fault(err)
}

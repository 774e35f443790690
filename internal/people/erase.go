package people

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
)

// Contact is a person by id and normalised address.
type Contact struct {
	ID    string `db:"id"`
	Email string `db:"email_normalised"`
}

// Untouched are the persons that nobody has put into the register or changed since a day, locked in the
// caller's transaction.
func (s *Service) Untouched(ctx context.Context, tx *sqlx.Tx, since time.Time) ([]Contact, error) {
	return untouched(ctx, tx, since)
}

// Erase takes everything that says who they are out of the rows of persons, in the caller's transaction. An
// address that gets no mail stays known as such, should it be imported again.
func (s *Service) Erase(ctx context.Context, tx *sqlx.Tx, ids []string) error {
	return erase(ctx, tx, ids, s.now())
}

package people

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
)

// Erased is the end of an address that stands for that of somebody who has been erased.
const Erased = "@erased.invalid"

// nameless is the address that stands for that of a person who has been erased.
const nameless = `id || '` + Erased + `'`

// Nameless says whether an address stands for that of somebody who has been erased: nothing can be sent to it.
func Nameless(address string) bool { return strings.HasSuffix(address, Erased) }

// Contact is a person by id, normalised address, and the address that takes its place when the person is erased.
type Contact struct {
	ID       string `db:"id"`
	Email    string `db:"email_normalised"`
	Nameless string `db:"nameless"`
}

// Untouched are the persons that nobody has put into the register or changed since a day, locked in the
// caller's transaction.
func (s *Service) Untouched(ctx context.Context, tx *sqlx.Tx, since time.Time) (all []Contact, err error) {
	err = tx.SelectContext(ctx, &all, `
		SELECT id, email_normalised, `+nameless+` AS nameless FROM person
		WHERE erased_at IS NULL AND updated_at < $1 ORDER BY id FOR UPDATE`, since)
	return all, postgres.Fault(err)
}

// Found is the person of the register with a normalised address, locked in the caller's transaction. For an address
// of nobody it is a contact without an id, with an address of its own to take the place of theirs.
func (s *Service) Found(ctx context.Context, tx *sqlx.Tx, address string) (c Contact, err error) {
	err = tx.GetContext(ctx, &c, `SELECT id, email_normalised, `+nameless+` AS nameless FROM person
		WHERE email_normalised = $1 AND erased_at IS NULL FOR UPDATE`, address)
	if errors.Is(err, sql.ErrNoRows) {
		return Contact{Email: address, Nameless: uuid.NewString() + Erased}, nil
	}
	return c, postgres.Fault(err)
}

// SetStopped puts an address on the list of those that get no mail, or takes it off as if it had never been there.
// Nothing is logged: the log would keep the address.
func (s *Service) SetStopped(ctx context.Context, tx *sqlx.Tx, address string, stop bool) error {
	if stop {
		_, err := suppress(ctx, tx, address, ReasonObjection, s.now())
		return postgres.Fault(err)
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM suppression WHERE email_normalised = $1`, address)
	return postgres.Fault(err)
}

// Hold keeps persons from being erased until the caller's transaction ends. Fault: Conflict when somebody has been.
func (s *Service) Hold(ctx context.Context, tx *sqlx.Tx, ids []string) error {
	var gone bool
	err := tx.GetContext(ctx, &gone, `
		SELECT COALESCE(bool_or(gone), false) FROM (SELECT erased_at IS NOT NULL AS gone FROM person
			WHERE id = ANY ($1::uuid[]) ORDER BY id FOR KEY SHARE) AS held`, pq.Array(ids))
	if err == nil && gone {
		return fault.New(fault.Conflict, "people.error_erased")
	}
	return postgres.Fault(err)
}

// Erase takes everything that says who they are out of the rows of persons, on which their invitations stand. An
// address that gets no mail stays known as such, should it be imported again.
func (s *Service) Erase(ctx context.Context, tx *sqlx.Tx, ids []string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM person_group WHERE person_id = ANY ($1::uuid[])`, pq.Array(ids)); err != nil {
		return postgres.Fault(err)
	}
	_, err := tx.ExecContext(ctx, `
		UPDATE person SET name = '–', email = `+nameless+`, email_normalised = `+nameless+`, language = NULL,
			organisation_id = NULL, municipality_code = NULL, size_class = NULL, sector = NULL, erased_at = $2, updated_at = $2
		WHERE id = ANY ($1::uuid[])`, pq.Array(ids), s.now())
	return postgres.Fault(err)
}

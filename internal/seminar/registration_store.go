package seminar

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/postgres"
)

const registrationColumns = `
	SELECT r.id, r.seminar_id, r.state, r.name, r.email, r.group_id, r.organisation, COALESCE(r.organisation_id::text, ''),
	       r.municipality_code, r.needs, r.language, r.invented, r.created_at, r.cancelled_at, r.attended_at,
	       CASE WHEN r.state = 'waiting' THEN (SELECT count(*) FROM seminar_registration w
	            WHERE w.seminar_id = r.seminar_id AND w.state = 'waiting' AND w.number <= r.number) ELSE 0 END
	FROM seminar_registration r`

func registrationFields(r *Registration) []any {
	return []any{&r.ID, &r.SeminarID, &r.State, &r.Name, &r.Email, &r.Group, &r.Organisation, &r.OrganisationID,
		&r.Municipality, pq.Array(&r.Needs), &r.Language, &r.Invented, &r.CreatedAt, &r.CancelledAt, &r.AttendedAt, &r.Queue}
}

func newID(ctx context.Context, tx *sqlx.Tx) (id string, err error) {
	err = tx.QueryRowxContext(ctx, `SELECT gen_random_uuid()`).Scan(&id)
	return id, postgres.Fault(err)
}

func insertRegistration(ctx context.Context, tx *sqlx.Tx, r Registration, normalised string, tokenHash []byte) error {
	needs := r.Needs
	if needs == nil {
		needs = []string{}
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO seminar_registration (id, token_hash, seminar_id, state, name, email, email_normalised, group_id,
		    organisation, organisation_id, municipality_code, needs, language, invented, created_at, attended_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULLIF($10, '')::uuid, $11, $12, $13, $14, $15, $16)`,
		r.ID, tokenHash, r.SeminarID, r.State, r.Name, r.Email, normalised, r.Group, r.Organisation, r.OrganisationID,
		r.Municipality, pq.Array(needs), r.Language, r.Invented, r.CreatedAt, r.AttendedAt)
	return postgres.Fault(err)
}

func findRegistration(ctx context.Context, q queryer, where string, args ...any) (r Registration, err error) {
	err = q.QueryRowxContext(ctx, registrationColumns+where, args...).Scan(registrationFields(&r)...)
	return r, postgres.Fault(err)
}

func findByEmail(ctx context.Context, q queryer, seminarID, normalised string) (Registration, error) {
	return findRegistration(ctx, q, ` WHERE r.seminar_id = $1 AND r.email_normalised = $2 AND r.state <> 'cancelled'`,
		seminarID, normalised)
}

func findByToken(ctx context.Context, q queryer, hash []byte) (Registration, error) {
	return findRegistration(ctx, q, ` WHERE r.token_hash = $1`, hash)
}

// lockRegistration locks the seminar first, as all changes do, so that two of them never deadlock.
func lockRegistration(ctx context.Context, tx *sqlx.Tx, id string) (Seminar, Registration, error) {
	r, err := findRegistration(ctx, tx, ` WHERE r.id = $1`, id)
	if err != nil {
		return Seminar{}, r, err
	}
	sem, err := lockSeminar(ctx, tx, r.SeminarID)
	if err != nil {
		return sem, r, err
	}
	r, err = findRegistration(ctx, tx, ` WHERE r.id = $1`, id)
	return sem, r, err
}

func setState(ctx context.Context, tx *sqlx.Tx, id, state string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE seminar_registration SET state = $2, cancelled_at = CASE WHEN $2 = 'cancelled' THEN $3::timestamptz END
		WHERE id = $1`, id, state, now)
	return postgres.Fault(err)
}

// setAttended also gives somebody from the line a seat: they sat there.
func setAttended(ctx context.Context, tx *sqlx.Tx, r Registration, came bool, now time.Time) error {
	var at *time.Time
	if came {
		at = &now
	}
	_, err := tx.ExecContext(ctx, `
		UPDATE seminar_registration SET attended_at = $2, organisation_id = NULLIF($3, '')::uuid,
		       state = CASE WHEN $2::timestamptz IS NULL THEN state ELSE 'registered' END
		WHERE id = $1`, r.ID, at, r.OrganisationID)
	return postgres.Fault(err)
}

func nextInLine(ctx context.Context, tx *sqlx.Tx, seminarID string, n int) ([]Registration, error) {
	rows, err := tx.QueryxContext(ctx, registrationColumns+`
		WHERE r.seminar_id = $1 AND r.state = 'waiting' ORDER BY r.number LIMIT $2`, seminarID, n)
	return collect(rows, err, registrationFields)
}

func listRegistrations(ctx context.Context, q queryer, seminarID string) ([]Registration, error) {
	rows, err := q.QueryxContext(ctx, registrationColumns+`
		WHERE r.seminar_id = $1
		ORDER BY array_position(ARRAY['registered', 'waiting', 'cancelled'], r.state),
		         CASE WHEN r.state = 'waiting' THEN r.number END, r.name COLLATE "sv-x-icu", r.number`, seminarID)
	return collect(rows, err, registrationFields)
}

package seminar

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
)

func init() {
	invalid := func(field, key string) *fault.Fault {
		return fault.InvalidFields("error.invalid", fault.Field{Name: field, Key: key})
	}
	postgres.RegisterConstraint("seminar_ref_key", invalid("ref", "seminar.error_ref_taken"))
	postgres.RegisterConstraint("seminar_registration_email_key", invalid("email", "seminar.error_registered_already"))
	postgres.RegisterConstraint("seminar_registration_advice_check", fault.New(fault.Conflict, "seminar.error_advice_given"))
	postgres.RegisterConstraint("advice_account_quarters_check", invalid("quarters", "seminar.error_hours"))
	postgres.RegisterConstraint("advice_entry_attendance_check", invalid("date", "seminar.error_no_attendance"))
	postgres.RegisterConstraint("advice_entry_reversal_check", fault.New(fault.Conflict, "seminar.error_reversal"))
	postgres.RegisterConstraint("advice_entry_reverses_key", fault.New(fault.Conflict, "seminar.error_reversed_already"))
	postgres.RegisterConstraint("advice_entry_organisation_fkey", fault.New(fault.NotFound, "error.not_found"))
}

type queryer interface {
	sqlx.QueryerContext
	sqlx.ExecerContext
}

const seminarColumns = `
	SELECT s.id, s.ref, s.kind, s.title, s.about, COALESCE(s.area, 0), s.free_theme, s.starts_at, s.ends_at,
	       s.municipality_code, s.place, s.capacity, s.sequence, s.revision, s.cancelled_at, s.invented, s.created_at,
	       s.updated_at, c.registered, c.waiting, c.attended
	FROM seminar s CROSS JOIN LATERAL (
	    SELECT count(*) FILTER (WHERE r.state = 'registered') AS registered,
	           count(*) FILTER (WHERE r.state = 'waiting') AS waiting,
	           count(r.attended_at) AS attended
	    FROM seminar_registration r WHERE r.seminar_id = s.id) c`

func seminarFields(s *Seminar) []any {
	return []any{&s.ID, &s.Ref, &s.Kind, &s.Title, &s.About, &s.Area, &s.FreeTheme, &s.StartsAt, &s.EndsAt, &s.Municipality,
		&s.Place, &s.Capacity, &s.Sequence, &s.Revision, &s.CancelledAt, &s.Invented, &s.CreatedAt, &s.UpdatedAt,
		&s.Registered, &s.Waiting, &s.Attended}
}

func findSeminar(ctx context.Context, q queryer, id string) (s Seminar, err error) {
	err = q.QueryRowxContext(ctx, seminarColumns+` WHERE s.id = $1`, id).Scan(seminarFields(&s)...)
	return s, postgres.Fault(err)
}

// lockSeminar makes registrations, cancellations and changes of one seminar wait for each other. The
// counts are read after the lock is held, in a statement of their own, so that they are fresh.
func lockSeminar(ctx context.Context, tx *sqlx.Tx, id string) (Seminar, error) {
	var locked string
	if err := tx.QueryRowxContext(ctx, `SELECT id FROM seminar WHERE id = $1 FOR UPDATE`, id).Scan(&locked); err != nil {
		return Seminar{}, postgres.Fault(err)
	}
	return findSeminar(ctx, tx, id)
}

func findByRef(ctx context.Context, q queryer, ref string) (s Seminar, err error) {
	err = q.QueryRowxContext(ctx, seminarColumns+` WHERE s.ref = $1`, ref).Scan(seminarFields(&s)...)
	return s, postgres.Fault(err)
}

func listSeminars(ctx context.Context, q queryer, year int, from time.Time, municipality int) ([]Seminar, error) {
	rows, err := q.QueryxContext(ctx, seminarColumns+`
		WHERE ($1 = 0 OR EXTRACT(year FROM s.starts_at AT TIME ZONE 'Europe/Stockholm') = $1)
		  AND s.starts_at >= $2 AND ($3 = 0 OR s.municipality_code = $3)
		ORDER BY s.starts_at, s.id`, year, from, municipality)
	return collect(rows, err, seminarFields)
}

// collect scans all rows and closes them.
func collect[T any](rows *sqlx.Rows, err error, into func(*T) []any) ([]T, error) {
	if err != nil {
		return nil, postgres.Fault(err)
	}
	defer func() { _ = rows.Close() }()
	all := []T{}
	for rows.Next() {
		var v T
		if err := rows.Scan(into(&v)...); err != nil {
			return nil, postgres.Fault(err)
		}
		all = append(all, v)
	}
	return all, postgres.Fault(rows.Err())
}

func insertSeminar(ctx context.Context, tx *sqlx.Tx, d Draft, now time.Time) (id string, err error) {
	err = tx.QueryRowxContext(ctx, `
		INSERT INTO seminar (ref, kind, title, about, area, free_theme, starts_at, ends_at, municipality_code, place, capacity,
		                     invented, created_at, updated_at)
		VALUES ($1, $2, $3, $4, NULLIF($5, 0), $6, $7, $8, $9, $10, $11, $12, $13, $13) RETURNING id`,
		d.Ref, d.Kind, d.Title, d.About, d.Area, d.FreeTheme, d.StartsAt, d.EndsAt, d.Municipality, d.Place, d.Capacity,
		d.Invented, now).Scan(&id)
	return id, postgres.Fault(err)
}

func updateSeminar(ctx context.Context, tx *sqlx.Tx, id string, sequence int, d Draft, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE seminar SET ref = $2, kind = $3, title = $4, about = $5, area = NULLIF($6, 0), free_theme = $7, starts_at = $8,
		       ends_at = $9, municipality_code = $10, place = $11, capacity = $12, invented = $13, sequence = $14,
		       revision = revision + 1, updated_at = $15
		WHERE id = $1`,
		id, d.Ref, d.Kind, d.Title, d.About, d.Area, d.FreeTheme, d.StartsAt, d.EndsAt, d.Municipality, d.Place, d.Capacity,
		d.Invented, sequence, now)
	return postgres.Fault(err)
}

func cancelSeminar(ctx context.Context, tx *sqlx.Tx, id string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE seminar SET cancelled_at = $2, sequence = sequence + 1, revision = revision + 1, updated_at = $2 WHERE id = $1`,
		id, now)
	return postgres.Fault(err)
}

package seminar

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
)

// insertEntry leaves the rules of R11 to the ledger's trigger and the account's check.
func insertEntry(ctx context.Context, tx *sqlx.Tx, ref string, e Entry) (id string, err error) {
	err = tx.QueryRowxContext(ctx, `
		INSERT INTO advice_entry (ref, organisation_id, quarters, given_on, note, reverses, posted_by, posted_at)
		VALUES (NULLIF($1, ''), $2, $3, $4, $5, NULLIF($6, '')::uuid, $7, $8) RETURNING id`,
		ref, e.OrganisationID, e.Quarters, e.Date.Format(time.DateOnly), e.Note, e.Reverses, e.PostedBy, e.PostedAt).Scan(&id)
	return id, postgres.Fault(err)
}

const entryColumns = `
	SELECT e.id, e.number, e.organisation_id, e.quarters, e.given_on, e.note, COALESCE(e.reverses::text, ''),
	       COALESCE((SELECT x.id::text FROM advice_entry x WHERE x.reverses = e.id), ''), e.posted_by, e.posted_at,
	       (SELECT p.kronor_per_hour FROM advice_price p WHERE p.valid_from <= e.given_on ORDER BY p.valid_from DESC LIMIT 1)
	FROM advice_entry e`

func entryFields(e *Entry) []any {
	return []any{&e.ID, &e.Number, &e.OrganisationID, &e.Quarters, &e.Date, &e.Note, &e.Reverses, &e.ReversedBy, &e.PostedBy,
		&e.PostedAt, &e.KronorPerHour}
}

func findEntry(ctx context.Context, q queryer, id string) (e Entry, err error) {
	err = q.QueryRowxContext(ctx, entryColumns+` WHERE e.id = $1`, id).Scan(entryFields(&e)...)
	return e, postgres.Fault(err)
}

func hasEntry(ctx context.Context, q queryer, ref string) (has bool, err error) {
	err = q.QueryRowxContext(ctx, `SELECT EXISTS (SELECT 1 FROM advice_entry WHERE ref = $1)`, ref).Scan(&has)
	return has, postgres.Fault(err)
}

const accountColumns = `
	SELECT o.id, o.name,
	       COALESCE((SELECT min(om.municipality_code) FROM organisation_municipality om WHERE om.organisation_id = o.id), 0),
	       COALESCE(a.quarters, 0)
	FROM organisation o LEFT JOIN advice_account a ON a.organisation_id = o.id`

func accountFields(a *Account) []any {
	return []any{&a.OrganisationID, &a.Organisation, &a.Municipality, &a.Quarters}
}

func listAccounts(ctx context.Context, q queryer) ([]Account, error) {
	rows, err := q.QueryxContext(ctx, accountColumns+`
		WHERE EXISTS (SELECT 1 FROM seminar_registration r JOIN seminar s ON s.id = r.seminar_id
		              WHERE r.organisation_id = o.id AND r.attended_at IS NOT NULL AND s.kind = 'learning')
		   OR a.organisation_id IS NOT NULL
		ORDER BY o.name COLLATE "sv-x-icu", o.id`)
	return collect(rows, err, accountFields)
}

func findAccount(ctx context.Context, q queryer, organisationID string) (a Account, err error) {
	err = q.QueryRowxContext(ctx, accountColumns+` WHERE o.id = $1`, organisationID).Scan(accountFields(&a)...)
	if err != nil {
		return a, postgres.Fault(err)
	}
	rows, err := q.QueryxContext(ctx, seminarColumns+`
		WHERE s.kind = 'learning' AND EXISTS (SELECT 1 FROM seminar_registration r
		      WHERE r.seminar_id = s.id AND r.organisation_id = $1 AND r.attended_at IS NOT NULL)
		ORDER BY s.starts_at`, organisationID)
	if a.Attended, err = collect(rows, err, seminarFields); err != nil {
		return a, err
	}
	rows, err = q.QueryxContext(ctx, entryColumns+` WHERE e.organisation_id = $1 ORDER BY e.number`, organisationID)
	a.Entries, err = collect(rows, err, entryFields)
	return a, err
}

func priceOn(ctx context.Context, q queryer, on time.Time) (*int, error) {
	var kronor int
	err := postgres.Fault(q.QueryRowxContext(ctx, `
		SELECT kronor_per_hour FROM advice_price WHERE valid_from <= $1::date ORDER BY valid_from DESC LIMIT 1`,
		on.Format(time.DateOnly)).Scan(&kronor))
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &kronor, nil
}

func insertPrice(ctx context.Context, tx *sqlx.Tx, from time.Time, kronor int, by string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO advice_price (valid_from, kronor_per_hour, set_by, set_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT ON CONSTRAINT advice_price_pkey DO UPDATE SET kronor_per_hour = $2, set_by = $3, set_at = $4`,
		from.Format(time.DateOnly), kronor, by, now)
	return postgres.Fault(err)
}

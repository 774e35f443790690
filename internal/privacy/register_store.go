package privacy

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
)

func init() {
	postgres.RegisterConstraint("privacy_request_dnr_key",
		fault.InvalidFields("error.invalid", fault.Field{Name: "dnr", Key: "privacy.error_dnr_taken"}))
	postgres.RegisterConstraint("privacy_request_responsible_fkey",
		fault.InvalidFields("error.invalid", fault.Field{Name: "responsible", Key: "error.choice"}))
}

const selectRequest = `
	SELECT id, dnr, asks, came, responsible, extended_at, COALESCE(extension_reason, '') AS extension_reason, answered_at,
		COALESCE(answered_by, '') AS answered_by, COALESCE(answer, '') AS answer, COALESCE(refusal_reason, '') AS refusal_reason
	FROM privacy_request `

func listRequests(ctx context.Context, q sqlx.QueryerContext) (list []Request, err error) {
	err = sqlx.SelectContext(ctx, q, &list, selectRequest+`ORDER BY came, dnr`)
	return list, postgres.Fault(err)
}

func findRequest(ctx context.Context, q sqlx.QueryerContext, id string) (r Request, err error) {
	err = sqlx.GetContext(ctx, q, &r, selectRequest+`WHERE id::text = $1`, id)
	return r, postgres.Fault(err)
}

func lockRequest(ctx context.Context, tx *sqlx.Tx, id string) (r Request, err error) {
	err = tx.GetContext(ctx, &r, selectRequest+`WHERE id::text = $1 FOR UPDATE`, id)
	return r, postgres.Fault(err)
}

func insertRequest(ctx context.Context, tx *sqlx.Tx, r Request, at time.Time) (id string, err error) {
	err = tx.GetContext(ctx, &id, `
		INSERT INTO privacy_request (dnr, asks, came, responsible, created_at) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
		r.Dnr, r.Asks, r.Came.Format(time.DateOnly), r.Responsible, at)
	return id, postgres.Fault(err)
}

func updateRequest(ctx context.Context, tx *sqlx.Tx, r Request) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE privacy_request SET extended_at = $2, extension_reason = NULLIF($3, ''), answered_at = $4, answered_by = NULLIF($5, ''),
			answer = NULLIF($6, ''), refusal_reason = NULLIF($7, '') WHERE id = $1`,
		r.ID, r.ExtendedAt, r.ExtensionReason, r.AnsweredAt, r.AnsweredBy, r.Answer, r.RefusalReason)
	return postgres.Fault(err)
}

// deleteRequests removes those that were answered before a time, and says how many they were.
func deleteRequests(ctx context.Context, tx *sqlx.Tx, before time.Time) (int64, error) {
	result, err := tx.ExecContext(ctx, `DELETE FROM privacy_request WHERE answered_at < $1`, before)
	if err != nil {
		return 0, postgres.Fault(err)
	}
	return result.RowsAffected()
}

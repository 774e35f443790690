package followup

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/postgres"
)

// TraceBody is the trace of an address over which a body was asked.
const TraceBody = "body"

// Asked are the normalised addresses over which bodies were asked on a day or after it.
func (s *Service) Asked(ctx context.Context, tx *sqlx.Tx, since time.Time) (addresses []string, err error) {
	err = tx.SelectContext(ctx, &addresses, `
		SELECT DISTINCT r.email_normalised FROM follow_up_request r JOIN follow_up f ON f.id = r.follow_up_id
		WHERE r.asked_at >= $1 OR f.deadline >= $1`, since)
	return addresses, postgres.Fault(err)
}

// Traces are the bodies that were asked over a normalised address.
func (s *Service) Traces(ctx context.Context, address string) (all []people.Trace, err error) {
	var rows []struct {
		Organisation string    `db:"organisation"`
		Addressee    string    `db:"addressee"`
		At           time.Time `db:"asked_at"`
	}
	err = s.db.SelectContext(ctx, &rows, `
		SELECT organisation, addressee, asked_at FROM follow_up_request WHERE email_normalised = $1 ORDER BY asked_at`, address)
	for _, r := range rows {
		all = append(all, people.Trace{Kind: TraceBody, Name: r.Organisation, At: r.At, Held: map[string]any{"addressee": r.Addressee}})
	}
	return all, postgres.Fault(err)
}

// Forget puts becomes[i] in the place of the normalised address was[i] over which a body was asked, in the caller's
// transaction. What the body answered stands; it is not reminded until it is asked anew over another address.
func (s *Service) Forget(ctx context.Context, tx *sqlx.Tx, was, becomes []string) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE follow_up_request r SET email = f.becomes, email_normalised = f.becomes
		FROM unnest($1::text[], $2::text[]) AS f (was, becomes) WHERE r.email_normalised = f.was`, pq.Array(was), pq.Array(becomes))
	return postgres.Fault(err)
}

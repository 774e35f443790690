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

// Forget puts other addresses in the place of theirs in the letters to them, in the caller's transaction: becomes[i]
// for was[i], which is normalised. What the letters said goes, and so do the links to stop mail; when each was sent
// stands. Letters that have not left yet are left as they are.
func (s *Service) Forget(ctx context.Context, tx *sqlx.Tx, was, becomes []string) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE outbox o SET recipient = f.becomes, dedupe_key = replace(lower(o.dedupe_key), f.was, f.becomes), payload = '{}', reply = NULL
		FROM unnest($1::text[], $2::text[]) AS f (was, becomes)
		WHERE lower(o.recipient) = f.was AND o.finished_at IS NOT NULL`, pq.Array(was), pq.Array(becomes))
	if err != nil {
		return postgres.Fault(err)
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM unsubscribe_link WHERE email_normalised = ANY ($1)`, pq.Array(was))
	return postgres.Fault(err)
}

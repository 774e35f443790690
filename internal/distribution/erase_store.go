package distribution

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/people"
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

// Traces of this package.
const (
	TraceInvitation = "invitation"
	TraceLetter     = "letter"
)

// Traces are the invitations of the person with a normalised address, and the letters to it.
func (s *Service) Traces(ctx context.Context, address string) (all []people.Trace, err error) {
	var rows []struct {
		Kind  string    `db:"kind"`
		Name  string    `db:"name"`
		At    time.Time `db:"at"`
		Field string    `db:"field"`
		Value string    `db:"value"`
	}
	err = s.db.SelectContext(ctx, &rows, `
		SELECT 'invitation' AS kind, c.name, i.created_at AS at, 'group' AS field, i.group_id AS value
		FROM invitation i JOIN campaign c ON c.id = i.campaign_id JOIN person p ON p.id = i.person_id WHERE p.email_normalised = $1
		UNION ALL SELECT 'letter', kind, created_at, 'state', state FROM outbox WHERE lower(recipient) = $1
		ORDER BY kind, at`, address)
	for _, r := range rows {
		all = append(all, people.Trace{Kind: r.Kind, Name: r.Name, At: r.At, Held: map[string]any{r.Field: r.Value}})
	}
	return all, postgres.Fault(err)
}

// reasonErased is why letters to somebody who has been made nameless were taken back.
const reasonErased = "erased"

// Forget puts other addresses in the place of theirs in the letters to them, in the caller's transaction: becomes[i]
// for was[i], which is normalised. Letters that have not left are taken back, and nothing more is asked of them. What
// the letters said goes, and so do the links to stop mail; when each was sent stands. Fault: Conflict while one is
// being handed over.
func (s *Service) Forget(ctx context.Context, tx *sqlx.Tx, was, becomes []string) error {
	for _, address := range was {
		if err := markUnsubscribed(ctx, tx, address, s.now()); err != nil {
			return err
		}
	}
	var leaving int
	err := tx.GetContext(ctx, &leaving, `
		WITH taken AS (UPDATE outbox SET state = 'cancelled', reply = $2, finished_at = $3, claimed_by = NULL, claimed_at = NULL
			WHERE lower(recipient) = ANY ($1) AND (state IN ('queued', 'deferred') OR state = 'claimed' AND handed_at IS NULL))
		SELECT count(*) FROM outbox WHERE lower(recipient) = ANY ($1) AND state = 'claimed' AND handed_at IS NOT NULL`,
		pq.Array(was), reasonErased, s.now())
	if err == nil && leaving > 0 {
		return fault.New(fault.Conflict, "distribution.error_leaving")
	}
	if err != nil {
		return postgres.Fault(err)
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE outbox o SET recipient = f.becomes, dedupe_key = replace(lower(o.dedupe_key), f.was, f.becomes), payload = '{}', reply = NULL
		FROM unnest($1::text[], $2::text[]) AS f (was, becomes) WHERE lower(o.recipient) = f.was`, pq.Array(was), pq.Array(becomes))
	if err != nil {
		return postgres.Fault(err)
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM unsubscribe_link WHERE email_normalised = ANY ($1)`, pq.Array(was))
	return postgres.Fault(err)
}

package response

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/postgres"
)

// TraceAnswer is the trace of confidential answers. Whose anonymous ones are nobody knows.
const TraceAnswer = "answer"

// Traces are the confidential answers of the person with a normalised address.
func (s *Service) Traces(ctx context.Context, address string) (all []people.Trace, err error) {
	var rows []struct {
		Name    string    `db:"name"`
		State   State     `db:"state"`
		At      time.Time `db:"updated_at"`
		Answers []byte    `db:"answers"`
		Prefill []byte    `db:"prefill"`
	}
	err = s.db.SelectContext(ctx, &rows, `
		SELECT c.name, r.state, r.updated_at, r.answers, r.prefill
		FROM response r JOIN invitation i ON i.id = r.invitation_id JOIN person p ON p.id = i.person_id JOIN campaign c ON c.id = r.campaign_id
		WHERE p.email_normalised = $1 AND r.state <> 'withdrawn' ORDER BY r.started_at`, address)
	for _, r := range rows {
		all = append(all, people.Trace{Kind: TraceAnswer, Name: r.Name, At: r.At, Held: map[string]any{
			"state": string(r.State), "answers": json.RawMessage(r.Answers), "from_register": json.RawMessage(r.Prefill)}})
	}
	return all, postgres.Fault(err)
}

// Forget withdraws the confidential answers of the person with a normalised address, in the caller's transaction: to
// surveys that still ask, and with closed to all.
func (s *Service) Forget(ctx context.Context, tx *sqlx.Tx, address string, closed bool) error {
	var all []struct {
		ID         string `db:"id"`
		Invitation string `db:"invitation_id"`
	}
	err := tx.SelectContext(ctx, &all, `
		SELECT r.id, r.invitation_id FROM response r JOIN invitation i ON i.id = r.invitation_id JOIN person p ON p.id = i.person_id
			JOIN campaign c ON c.id = r.campaign_id
		WHERE p.email_normalised = $1 AND ($2 OR c.state <> 'closed') AND r.state <> 'withdrawn' ORDER BY r.id`, address, closed)
	if err != nil {
		return postgres.Fault(err)
	}
	for _, r := range all {
		if err := s.withdrawIn(ctx, tx, r.ID, r.Invitation); err != nil {
			return err
		}
	}
	return nil
}

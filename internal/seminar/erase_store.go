package seminar

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/postgres"
)

// Registered are the normalised addresses of those who are or were registered for a seminar that ends on a day or
// after it.
func (s *Service) Registered(ctx context.Context, tx *sqlx.Tx, since time.Time) (addresses []string, err error) {
	err = tx.SelectContext(ctx, &addresses, `
		SELECT DISTINCT r.email_normalised FROM seminar_registration r JOIN seminar s ON s.id = r.seminar_id
		WHERE s.ends_at >= $1`, since)
	return addresses, postgres.Fault(err)
}

// TraceRegistration is the trace of a registration for a seminar.
const TraceRegistration = "registration"

// Traces are the registrations with a normalised address.
func (s *Service) Traces(ctx context.Context, address string) (all []people.Trace, err error) {
	var rows []struct {
		Title        string     `db:"title"`
		At           time.Time  `db:"created_at"`
		State        string     `db:"state"`
		Name         string     `db:"name"`
		Organisation string     `db:"organisation"`
		Group        string     `db:"group_id"`
		Attended     *time.Time `db:"attended_at"`
	}
	err = s.db.SelectContext(ctx, &rows, `
		SELECT s.title, r.created_at, r.state, r.name, r.organisation, r.group_id, r.attended_at
		FROM seminar_registration r JOIN seminar s ON s.id = r.seminar_id WHERE r.email_normalised = $1 ORDER BY r.number`, address)
	for _, r := range rows {
		all = append(all, people.Trace{Kind: TraceRegistration, Name: r.Title, At: r.At, Held: map[string]any{
			"state": r.State, "name": r.Name, "organisation": r.Organisation, "group": r.Group, "attended_at": r.Attended}})
	}
	return all, postgres.Fault(err)
}

// Forget makes registrations nameless, in the caller's transaction: becomes[i] stands for the normalised address
// was[i]. Seats at seminars to come are given up, and the next in line get them. That somebody of the group came from
// the organisation stands.
func (s *Service) Forget(ctx context.Context, tx *sqlx.Tx, was, becomes []string) error {
	var coming []string
	err := tx.SelectContext(ctx, &coming, `
		SELECT r.id FROM seminar_registration r JOIN seminar s ON s.id = r.seminar_id
		WHERE r.email_normalised = ANY ($1) AND r.state <> 'cancelled' AND s.cancelled_at IS NULL AND s.starts_at > $2 ORDER BY r.seminar_id, r.number`,
		pq.Array(was), s.now())
	if err != nil {
		return postgres.Fault(err)
	}
	for _, id := range coming {
		if err := s.giveUp(ctx, tx, id, false); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE seminar_registration r SET name = '–', email = f.becomes, email_normalised = f.becomes
		FROM unnest($1::text[], $2::text[]) AS f (was, becomes) WHERE r.email_normalised = f.was`, pq.Array(was), pq.Array(becomes))
	return postgres.Fault(err)
}

package consultation

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/postgres"
)

// Asked are the ids of the persons on the panel of a consultation that is under way or was concluded on a day or
// after it.
func (s *Service) Asked(ctx context.Context, tx *sqlx.Tx, since time.Time) (ids []string, err error) {
	err = tx.SelectContext(ctx, &ids, `
		SELECT DISTINCT p.person_id FROM consultation_participant p JOIN consultation c ON c.id = p.consultation_id
		WHERE c.concluded_at IS NULL OR c.concluded_at >= $1`, since)
	return ids, postgres.Fault(err)
}

// Traces of this package.
const (
	TracePanel  = "panel"  // a seat on a panel
	TracePasted = "pasted" // an address on the list that a panel is chosen from
	TraceRating = "rating" // what somebody of a panel said
)

// Traces are the seats of the person with a normalised address on panels, what the person said there, and the lists
// of addresses that it is on.
func (s *Service) Traces(ctx context.Context, address string) ([]people.Trace, error) {
	var rows []struct {
		Kind string    `db:"kind"`
		ID   string    `db:"id"` // of the participant
		Name string    `db:"name"`
		At   time.Time `db:"at"`
		Held string    `db:"held"` // group
	}
	err := s.db.SelectContext(ctx, &rows, `
		SELECT 'panel' AS kind, p.id::text, c.name, p.joined_at AS at, p.group_id AS held
		FROM consultation_participant p JOIN consultation c ON c.id = p.consultation_id JOIN person n ON n.id = p.person_id
		WHERE n.email_normalised = $1
		UNION ALL SELECT 'pasted', '', name, created_at, '' FROM consultation WHERE $1 = ANY (addresses) ORDER BY at, kind`, address)
	if err != nil {
		return nil, postgres.Fault(err)
	}
	var all []people.Trace
	for _, r := range rows {
		trace := people.Trace{Kind: r.Kind, Name: r.Name, At: r.At}
		if r.Kind == TracePasted {
			all = append(all, trace)
			continue
		}
		trace.Held = map[string]any{"group": r.Held}
		all = append(all, trace)
		given, err := ratingsBy(ctx, s.db, r.ID)
		if err != nil {
			return nil, err
		}
		for _, g := range given {
			all = append(all, people.Trace{Kind: TraceRating, Name: r.Name, At: g.At, Held: map[string]any{
				"agreement": g.Scores.Agreement, "importance": g.Scores.Importance, "feasibility": g.Scores.Feasibility,
				"comment": g.Comment, "proposal": g.Proposal, "reservation": g.Reservation, "signed_as": g.SignedAs}})
		}
	}
	return all, nil
}

// Forget takes people off the panels that are asked, in the caller's transaction, and puts becomes[i] in the place of
// the normalised address was[i] on the lists that panels were chosen from. What they said stands, without a name: also
// what they signed a reservation with is taken away.
func (s *Service) Forget(ctx context.Context, tx *sqlx.Tx, was, becomes []string) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE consultation_participant p SET left_at = $2 FROM person n, consultation c
		WHERE n.id = p.person_id AND n.email_normalised = ANY ($1) AND c.id = p.consultation_id AND c.concluded_at IS NULL AND p.left_at IS NULL`,
		pq.Array(was), s.now())
	if err != nil {
		return postgres.Fault(err)
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE consultation_rating r SET signed_as = $2 FROM consultation_participant p JOIN person n ON n.id = p.person_id
		WHERE r.participant_id = p.id AND n.email_normalised = ANY ($1) AND r.signed_as NOT IN ('', $2)`, pq.Array(was), unsigned)
	if err != nil {
		return postgres.Fault(err)
	}
	for i := range was {
		_, err := tx.ExecContext(ctx, `
			UPDATE consultation SET addresses = array_replace(addresses, $1, $2) WHERE $1 = ANY (addresses)`, was[i], becomes[i])
		if err != nil {
			return postgres.Fault(err)
		}
	}
	return nil
}

// unsigned stands where a signature was taken away.
const unsigned = "–"

// Signed are the reservations of the person with a normalised address, as they were signed.
func (s *Service) Signed(ctx context.Context, address string) (list []Reservation, err error) {
	rows, err := s.db.QueryxContext(ctx, `
		SELECT DISTINCT r.recommendation_id, r.reservation, r.signed_as
		FROM consultation_rating r JOIN consultation_participant p ON p.id = r.participant_id JOIN person n ON n.id = p.person_id
		WHERE n.email_normalised = $1 AND r.signed_as NOT IN ('', $2)`, address, unsigned)
	if err != nil {
		return nil, postgres.Fault(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var r Reservation
		if err := rows.Scan(&r.RecommendationID, &r.Text, &r.SignedAs); err != nil {
			return nil, postgres.Fault(err)
		}
		list = append(list, r)
	}
	return list, postgres.Fault(rows.Err())
}

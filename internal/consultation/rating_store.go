package consultation

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
)

func insertParticipant(ctx context.Context, tx *sqlx.Tx, consultationID string, p Participant, tokenHash []byte, now time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO consultation_participant (id, consultation_id, person_id, group_id, language, token_hash, joined_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, p.ID, consultationID, p.PersonID, p.Group, p.Lang, tokenHash, now)
	return postgres.Fault(err)
}

const participantColumns = `
	SELECT p.id, p.person_id, n.name, n.email, p.group_id, p.language, n.invented, p.left_at, p.consultation_id
	FROM consultation_participant p JOIN person n ON n.id = p.person_id `

func scanParticipant(row interface{ Scan(...any) error }) (p Participant, consultationID string, err error) {
	err = row.Scan(&p.ID, &p.PersonID, &p.Name, &p.Email, &p.Group, &p.Lang, &p.Invented, &p.LeftAt, &consultationID)
	return p, consultationID, postgres.Fault(err)
}

func findParticipant(ctx context.Context, q queryer, id string) (Participant, error) {
	p, _, err := scanParticipant(q.QueryRowxContext(ctx, participantColumns+`WHERE p.id = $1`, id))
	return p, err
}

func participantByToken(ctx context.Context, q queryer, hash []byte) (Participant, string, error) {
	p, id, err := scanParticipant(q.QueryRowxContext(ctx, participantColumns+`WHERE p.token_hash = $1`, hash))
	if fault.Is(err, fault.NotFound) {
		return p, "", fault.New(fault.NotFound, "consultation.error_link")
	}
	return p, id, err
}

func selectParticipants(ctx context.Context, q queryer, where string, args ...any) ([]Participant, error) {
	rows, err := q.QueryxContext(ctx, participantColumns+where+` ORDER BY p.group_id, p.id`, args...)
	if err != nil {
		return nil, postgres.Fault(err)
	}
	defer func() { _ = rows.Close() }()
	var all []Participant
	for rows.Next() {
		p, _, err := scanParticipant(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, postgres.Fault(rows.Err())
}

func participants(ctx context.Context, q queryer, consultationID string) ([]Participant, error) {
	return selectParticipants(ctx, q, `WHERE p.consultation_id = $1`, consultationID)
}

// asked are the items of a round at the version that is asked about, for joining.
const asked = `(SELECT recommendation_id, max(version) AS version FROM consultation_item WHERE round_id = $1 GROUP BY recommendation_id)`

// unfinished are those of the panel who have something left to rate.
func unfinished(ctx context.Context, q queryer, consultationID, roundID string) ([]Participant, error) {
	return selectParticipants(ctx, q, `WHERE p.consultation_id = $2 AND p.left_at IS NULL AND EXISTS (
		SELECT 1 FROM `+asked+` a WHERE NOT EXISTS (SELECT 1 FROM consultation_rating r
			WHERE r.round_id = $1 AND r.participant_id = p.id AND r.recommendation_id = a.recommendation_id AND r.version = a.version))`,
		roundID, consultationID)
}

// ratersOf are those of the panel who have rated any version of a recommendation in a round.
func ratersOf(ctx context.Context, q queryer, roundID, recommendationID string) ([]Participant, error) {
	return selectParticipants(ctx, q, `WHERE p.left_at IS NULL AND EXISTS (SELECT 1 FROM consultation_rating r
		WHERE r.round_id = $1 AND r.participant_id = p.id AND r.recommendation_id = $2)`, roundID, recommendationID)
}

// remaining counts what one participant has left to rate.
func remaining(ctx context.Context, q queryer, roundID, participantID string) (n int, err error) {
	err = q.QueryRowxContext(ctx, `SELECT count(*) FROM `+asked+` a WHERE NOT EXISTS (SELECT 1 FROM consultation_rating r
		WHERE r.round_id = $1 AND r.participant_id = $2 AND r.recommendation_id = a.recommendation_id AND r.version = a.version)`,
		roundID, participantID).Scan(&n)
	return n, postgres.Fault(err)
}

// participation counts the panel of a round by group. Who left before it opened was not asked.
func participation(ctx context.Context, q queryer, consultationID string, r Round) (map[string]Participation, error) {
	rows, err := q.QueryxContext(ctx, `
		WITH asked AS `+asked+`, done AS (
			SELECT r.participant_id, count(DISTINCT r.recommendation_id) FILTER (WHERE r.version = a.version) AS items
			FROM consultation_rating r JOIN asked a USING (recommendation_id) WHERE r.round_id = $1 GROUP BY r.participant_id)
		SELECT p.group_id, count(*), count(d.items), count(*) FILTER (WHERE d.items = (SELECT count(*) FROM asked)),
		       count(*) FILTER (WHERE p.left_at IS NOT NULL AND p.left_at < $4)
		FROM consultation_participant p LEFT JOIN done d ON d.participant_id = p.id
		WHERE p.consultation_id = $2 AND (p.left_at IS NULL OR p.left_at >= $3)
		GROUP BY p.group_id`, r.ID, consultationID, r.OpenedAt, r.overAt())
	if err != nil {
		return nil, postgres.Fault(err)
	}
	defer func() { _ = rows.Close() }()
	all := map[string]Participation{}
	for rows.Next() {
		var p Participation
		if err := rows.Scan(&p.Group, &p.Invited, &p.Begun, &p.Finished, &p.Left); err != nil {
			return nil, err
		}
		all[p.Group] = p
	}
	return all, postgres.Fault(rows.Err())
}

// attrition counts by group who rated in one round, and of those who did not in the next.
func attrition(ctx context.Context, q queryer, before, now string) (map[string]Attrition, error) {
	rows, err := q.QueryxContext(ctx, `
		SELECT p.group_id, count(*), count(*) FILTER (WHERE NOT EXISTS (
			SELECT 1 FROM consultation_rating r WHERE r.participant_id = p.id AND r.round_id = $2))
		FROM consultation_participant p
		WHERE EXISTS (SELECT 1 FROM consultation_rating r WHERE r.participant_id = p.id AND r.round_id = $1)
		GROUP BY p.group_id`, before, now)
	if err != nil {
		return nil, postgres.Fault(err)
	}
	defer func() { _ = rows.Close() }()
	all := map[string]Attrition{}
	for rows.Next() {
		var a Attrition
		if err := rows.Scan(&a.Group, &a.Before, &a.Left); err != nil {
			return nil, err
		}
		all[a.Group] = a
	}
	return all, postgres.Fault(rows.Err())
}

func setLeft(ctx context.Context, tx *sqlx.Tx, id string, left bool, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE consultation_participant SET left_at = CASE WHEN $2 THEN coalesce(left_at, $3) END WHERE id = $1`,
		id, left, now)
	return postgres.Fault(err)
}

const ratingColumns = `r.id, r.round_id, r.participant_id, p.group_id, r.recommendation_id, r.version, r.agreement, r.importance,
	r.feasibility, r.comment, r.proposal, r.reservation, r.signed_as, r.rated_at`

func selectRatings(ctx context.Context, q queryer, query string, args ...any) ([]Rating, error) {
	rows, err := q.QueryxContext(ctx, query, args...)
	if err != nil {
		return nil, postgres.Fault(err)
	}
	defer func() { _ = rows.Close() }()
	var all []Rating
	for rows.Next() {
		var r Rating
		if err := rows.Scan(&r.ID, &r.RoundID, &r.ParticipantID, &r.Group, &r.RecommendationID, &r.Version, &r.Scores.Agreement,
			&r.Scores.Importance, &r.Scores.Feasibility, &r.Comment, &r.Proposal, &r.Reservation, &r.SignedAs, &r.At); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, postgres.Fault(rows.Err())
}

// ratings are those of a round that count: each participant's last one of each version.
func ratings(ctx context.Context, q queryer, roundID string) ([]Rating, error) {
	return selectRatings(ctx, q, `
		SELECT DISTINCT ON (r.participant_id, r.recommendation_id, r.version) `+ratingColumns+`
		FROM consultation_rating r JOIN consultation_participant p ON p.id = r.participant_id
		WHERE r.round_id = $1
		ORDER BY r.participant_id, r.recommendation_id, r.version, r.id DESC`, roundID)
}

// ratingsBy are all of one participant, in the order in which they were given.
func ratingsBy(ctx context.Context, q queryer, participantID string) ([]Rating, error) {
	return selectRatings(ctx, q, `SELECT `+ratingColumns+`
		FROM consultation_rating r JOIN consultation_participant p ON p.id = r.participant_id
		WHERE r.participant_id = $1 ORDER BY r.id`, participantID)
}

func insertRating(ctx context.Context, tx *sqlx.Tx, r Rating) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO consultation_rating (round_id, participant_id, recommendation_id, version, agreement,
			importance, feasibility, comment, proposal, reservation, signed_as, rated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		r.RoundID, r.ParticipantID, r.RecommendationID, r.Version, r.Scores.Agreement, r.Scores.Importance, r.Scores.Feasibility,
		r.Comment, r.Proposal, r.Reservation, r.SignedAs, r.At)
	return postgres.Fault(err)
}

func countRated(ctx context.Context, q queryer) (n int, err error) {
	err = q.QueryRowxContext(ctx, `SELECT count(DISTINCT (round_id, participant_id, recommendation_id, version)) FROM consultation_rating`).Scan(&n)
	return n, postgres.Fault(err)
}

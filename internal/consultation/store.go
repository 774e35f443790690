package consultation

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
)

func init() {
	for name, key := range map[string]string{
		"consultation_name_key":         "consultation.error_name_taken",
		"consultation_rule_locked":      "consultation.error_locked",
		"consultation_rating_in_time":   "consultation.error_not_open",
		"consultation_round_number_key": "consultation.error_round_open",
	} {
		postgres.RegisterConstraint(name, fault.New(fault.Conflict, key))
	}
}

// queryer is a database or a transaction.
type queryer interface {
	sqlx.QueryerContext
}

func jsonOf(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("consultation: a value that is not JSON: " + err.Error())
	}
	return b
}

func newID(ctx context.Context, q queryer) (id string, err error) {
	err = q.QueryRowxContext(ctx, `SELECT gen_random_uuid()`).Scan(&id)
	return id, postgres.Fault(err)
}

func insertConsultation(ctx context.Context, tx *sqlx.Tx, c Consultation, by string, now time.Time) (id string, err error) {
	err = tx.QueryRowxContext(ctx, `INSERT INTO consultation (name, groups, addresses, rule, invented, created_by, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
		c.Name, pq.Array(c.Groups), pq.Array(nonNil(c.Addresses)), jsonOf(c.Rule), c.Invented, by, now).Scan(&id)
	return id, postgres.Fault(err)
}

func updateConsultation(ctx context.Context, tx *sqlx.Tx, id string, c Consultation) error {
	_, err := tx.ExecContext(ctx, `UPDATE consultation SET name = $2, groups = $3, addresses = $4, rule = $5 WHERE id = $1`,
		id, c.Name, pq.Array(c.Groups), pq.Array(nonNil(c.Addresses)), jsonOf(c.Rule))
	return postgres.Fault(err)
}

func nonNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// lock holds a consultation until the transaction ends.
func lock(ctx context.Context, tx *sqlx.Tx, id string) (Consultation, error) {
	if _, err := tx.ExecContext(ctx, `SELECT 1 FROM consultation WHERE id = $1 FOR UPDATE`, id); err != nil {
		return Consultation{}, postgres.Fault(err)
	}
	return find(ctx, tx, id)
}

func find(ctx context.Context, q queryer, id string) (Consultation, error) {
	all, err := list(ctx, q, `WHERE c.id = $1`, []any{id})
	if err != nil {
		return Consultation{}, err
	}
	if len(all) == 0 {
		return Consultation{}, fault.New(fault.NotFound, "consultation.error_not_found")
	}
	return all[0], nil
}

func list(ctx context.Context, q queryer, where string, args []any) ([]Consultation, error) {
	rows, err := q.QueryxContext(ctx, `SELECT c.id, c.name, c.groups, c.addresses, c.rule, c.locked_at, c.concluded_at, c.invented,
			c.created_by, c.created_at
		FROM consultation c `+where+` ORDER BY c.created_at DESC, c.id`, args...)
	if err != nil {
		return nil, postgres.Fault(err)
	}
	defer func() { _ = rows.Close() }()
	var all []Consultation
	for rows.Next() {
		var c Consultation
		var rule []byte
		if err := rows.Scan(&c.ID, &c.Name, pq.Array(&c.Groups), pq.Array(&c.Addresses), &rule, &c.LockedAt, &c.ConcludedAt,
			&c.Invented, &c.CreatedBy, &c.CreatedAt); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(rule, &c.Rule); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	if err := rows.Err(); err != nil {
		return nil, postgres.Fault(err)
	}
	for i := range all {
		if all[i].Rounds, err = rounds(ctx, q, all[i].ID); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// openRound is the round that asks about a recommendation now, with its consultation's name; nil when none does.
func openRound(ctx context.Context, tx *sqlx.Tx, recommendationID string, now time.Time) (name string, r *Round, err error) {
	var found Round
	err = tx.QueryRowxContext(ctx, `SELECT c.name, r.number, r.closes_at FROM consultation_round r
		JOIN consultation c ON c.id = r.consultation_id JOIN consultation_item i ON i.round_id = r.id
		WHERE i.recommendation_id = $1 AND r.closed_at IS NULL AND r.closes_at > $2 LIMIT 1`, recommendationID, now).
		Scan(&name, &found.Number, &found.ClosesAt)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil, nil
	}
	return name, &found, postgres.Fault(err)
}

func setLocked(ctx context.Context, tx *sqlx.Tx, id string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE consultation SET locked_at = $2 WHERE id = $1`, id, now)
	return postgres.Fault(err)
}

func setConcluded(ctx context.Context, tx *sqlx.Tx, id string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE consultation SET concluded_at = $2 WHERE id = $1`, id, now)
	return postgres.Fault(err)
}

const roundColumns = `id, number, opened_at, closes_at, closed_at, reminders`

func scanRound(row interface{ Scan(...any) error }) (r Round, err error) {
	err = row.Scan(&r.ID, &r.Number, &r.OpenedAt, &r.ClosesAt, &r.ClosedAt, &r.Reminders)
	return r, postgres.Fault(err)
}

func findRound(ctx context.Context, q queryer, id string) (Round, error) {
	return scanRound(q.QueryRowxContext(ctx, `SELECT `+roundColumns+` FROM consultation_round WHERE id = $1`, id))
}

func rounds(ctx context.Context, q queryer, consultationID string) ([]Round, error) {
	rows, err := q.QueryxContext(ctx, `SELECT `+roundColumns+` FROM consultation_round WHERE consultation_id = $1 ORDER BY number`, consultationID)
	if err != nil {
		return nil, postgres.Fault(err)
	}
	var all []Round
	for rows.Next() {
		r, err := scanRound(rows)
		if err != nil {
			_ = rows.Close()
			return nil, err
		}
		all = append(all, r)
	}
	if err := rows.Err(); err != nil {
		return nil, postgres.Fault(err)
	}
	for i := range all {
		if all[i].Items, err = items(ctx, q, all[i].ID); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// items are a round's recommendations at the highest version that was asked about.
func items(ctx context.Context, q queryer, roundID string) ([]Item, error) {
	rows, err := q.QueryxContext(ctx, `
		SELECT i.recommendation_id, r.number, v.content -> 'title', i.versions
		FROM (SELECT recommendation_id, min(position) AS position, array_agg(version ORDER BY version) AS versions
		      FROM consultation_item WHERE round_id = $1 GROUP BY recommendation_id) i
		JOIN recommendation r ON r.id = i.recommendation_id
		JOIN recommendation_version v ON v.recommendation_id = r.id AND v.number = i.versions[cardinality(i.versions)]
		ORDER BY i.position, r.number`, roundID)
	if err != nil {
		return nil, postgres.Fault(err)
	}
	defer func() { _ = rows.Close() }()
	var all []Item
	for rows.Next() {
		var item Item
		var title []byte
		var versions pq.Int64Array
		if err := rows.Scan(&item.RecommendationID, &item.Number, &title, &versions); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(title, &item.Title); err != nil {
			return nil, err
		}
		last := len(versions) - 1
		item.Version = int(versions[last])
		for _, v := range versions[:last] {
			item.Earlier = append(item.Earlier, int(v))
		}
		all = append(all, item)
	}
	return all, postgres.Fault(rows.Err())
}

func insertRound(ctx context.Context, tx *sqlx.Tx, consultationID string, r Round) (id string, err error) {
	err = tx.QueryRowxContext(ctx, `INSERT INTO consultation_round (consultation_id, number, opened_at, closes_at)
		VALUES ($1, $2, $3, $4) RETURNING id`, consultationID, r.Number, r.OpenedAt, r.ClosesAt).Scan(&id)
	return id, postgres.Fault(err)
}

func insertItem(ctx context.Context, tx *sqlx.Tx, roundID, recommendationID string, version, position int, now time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO consultation_item (round_id, recommendation_id, version, position, added_at)
		VALUES ($1, $2, $3, $4, $5)`, roundID, recommendationID, version, position, now)
	return postgres.Fault(err)
}

func setReminders(ctx context.Context, tx *sqlx.Tx, roundID string, n int) error {
	_, err := tx.ExecContext(ctx, `UPDATE consultation_round SET reminders = $2 WHERE id = $1`, roundID, n)
	return postgres.Fault(err)
}

func setClosed(ctx context.Context, tx *sqlx.Tx, roundID string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE consultation_round SET closed_at = $2 WHERE id = $1`, roundID, now)
	return postgres.Fault(err)
}

func upsertReply(ctx context.Context, tx *sqlx.Tx, ratingID int64, r Reply) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO consultation_reply (rating_id, outcome, summary, answer, author, replied_at)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT ON CONSTRAINT consultation_reply_pkey
		DO UPDATE SET outcome = $2, summary = $3, answer = $4, author = $5, replied_at = $6`,
		ratingID, r.Outcome, jsonOf(r.Summary), jsonOf(r.Answer), r.Author, r.At)
	return postgres.Fault(err)
}

func replies(ctx context.Context, q queryer, roundID string) (map[int64]Reply, error) {
	rows, err := q.QueryxContext(ctx, `SELECT p.rating_id, p.outcome, p.summary, p.answer, p.author, p.replied_at
		FROM consultation_reply p JOIN consultation_rating r ON r.id = p.rating_id WHERE r.round_id = $1`, roundID)
	if err != nil {
		return nil, postgres.Fault(err)
	}
	defer func() { _ = rows.Close() }()
	all := map[int64]Reply{}
	for rows.Next() {
		var id int64
		var r Reply
		var summary, answer []byte
		if err := rows.Scan(&id, &r.Outcome, &summary, &answer, &r.Author, &r.At); err != nil {
			return nil, err
		}
		for raw, text := range map[*[]byte]*i18n.Text{&summary: &r.Summary, &answer: &r.Answer} {
			if err := json.Unmarshal(*raw, text); err != nil {
				return nil, err
			}
		}
		all[id] = r
	}
	return all, postgres.Fault(rows.Err())
}

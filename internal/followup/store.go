package followup

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/postgres"
)

const selectFollowUp = `SELECT id, edition_id, deadline, opened_at, opened_by FROM follow_up `

func one(ctx context.Context, q sqlx.QueryerContext, where string, args ...any) (f FollowUp, err error) {
	err = sqlx.GetContext(ctx, q, &f, selectFollowUp+where, args...)
	return f, postgres.Fault(err)
}

func find(ctx context.Context, q sqlx.QueryerContext, id string) (FollowUp, error) {
	return one(ctx, q, `WHERE id::text = $1`, id)
}

func findOfEdition(ctx context.Context, q sqlx.QueryerContext, editionID string) (FollowUp, error) {
	return one(ctx, q, `WHERE edition_id::text = $1`, editionID)
}

func latest(ctx context.Context, q sqlx.QueryerContext) (FollowUp, error) {
	return one(ctx, q, `ORDER BY opened_at DESC LIMIT 1`)
}

func list(ctx context.Context, db *sqlx.DB) (all []FollowUp, err error) {
	err = db.SelectContext(ctx, &all, selectFollowUp+`ORDER BY opened_at DESC`)
	return all, postgres.Fault(err)
}

func upsertFollowUp(ctx context.Context, tx *sqlx.Tx, editionID string, deadline, at time.Time, by string) (id string, err error) {
	err = tx.GetContext(ctx, &id, `
		INSERT INTO follow_up (edition_id, deadline, opened_at, opened_by) VALUES ($1, $2, $3, $4)
		ON CONFLICT ON CONSTRAINT follow_up_edition_key DO UPDATE SET deadline = $2 RETURNING id`, editionID, deadline, at, by)
	return id, postgres.Fault(err)
}

// insertRequest says in added whether the body had not been asked in that capacity, or not over an address that
// somebody answers to any more: such a body keeps its place and its replies, and is written to as one that is reminded.
func insertRequest(ctx context.Context, tx *sqlx.Tx, r *Request, hash []byte, at time.Time) (added bool, err error) {
	var rows []struct {
		ID        string `db:"id"`
		Reminders int    `db:"reminders"`
	}
	err = tx.SelectContext(ctx, &rows, `
		INSERT INTO follow_up_request AS r (id, follow_up_id, organisation, municipality, addressee, email, email_normalised, language, token_hash, asked_at)
		VALUES ($1, $2, $3, $4, $5, $6, lower($6), $7, $8, $9) ON CONFLICT ON CONSTRAINT follow_up_request_body_key
		DO UPDATE SET email = EXCLUDED.email, email_normalised = EXCLUDED.email_normalised, language = EXCLUDED.language,
			reminders = r.reminders + 1, reminded_at = EXCLUDED.asked_at
		WHERE right(r.email, length($10)) = $10 RETURNING id, reminders`,
		r.ID, r.FollowUpID, r.Organisation, r.Municipality, r.Addressee, r.Email, string(r.Lang), hash, at, people.Erased)
	if err != nil || len(rows) == 0 {
		return false, postgres.Fault(err)
	}
	r.ID, r.Reminders = rows[0].ID, rows[0].Reminders
	return true, nil
}

// markReminded says in done whether the request still had as many reminders as the caller saw.
func markReminded(ctx context.Context, tx *sqlx.Tx, id string, reminders int, at time.Time) (done bool, err error) {
	res, err := tx.ExecContext(ctx, `
		UPDATE follow_up_request SET reminders = reminders + 1, reminded_at = $3 WHERE id = $1 AND reminders = $2`, id, reminders, at)
	return changed(res, err)
}

func changed(res interface{ RowsAffected() (int64, error) }, err error) (bool, error) {
	if err != nil {
		return false, postgres.Fault(err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

func findByToken(ctx context.Context, db *sqlx.DB, hash []byte) (followUpID, id string, err error) {
	var row struct {
		FollowUpID string `db:"follow_up_id"`
		ID         string `db:"id"`
	}
	err = db.GetContext(ctx, &row, `SELECT follow_up_id, id FROM follow_up_request WHERE token_hash = $1`, hash)
	return row.FollowUpID, row.ID, postgres.Fault(err)
}

func listRequests(ctx context.Context, q sqlx.QueryerContext, followUpID string) ([]Request, error) {
	var rows []struct {
		ID           string     `db:"id"`
		Organisation string     `db:"organisation"`
		Municipality int        `db:"municipality"`
		Addressee    string     `db:"addressee"`
		Email        string     `db:"email"`
		Lang         string     `db:"language"`
		AskedAt      time.Time  `db:"asked_at"`
		Reminders    int        `db:"reminders"`
		RemindedAt   *time.Time `db:"reminded_at"`
	}
	err := sqlx.SelectContext(ctx, q, &rows, `
		SELECT id, organisation, municipality, addressee, email, language, asked_at, reminders, reminded_at
		FROM follow_up_request WHERE follow_up_id = $1 ORDER BY organisation COLLATE "sv-x-icu", addressee`, followUpID)
	if err != nil {
		return nil, postgres.Fault(err)
	}
	out, ids := make([]Request, len(rows)), make([]string, len(rows))
	place := map[string]int{}
	for i, r := range rows {
		out[i] = Request{Body: Body{Organisation: r.Organisation, Municipality: r.Municipality, Addressee: r.Addressee, Email: r.Email, Lang: i18n.Lang(r.Lang)},
			ID: r.ID, FollowUpID: followUpID, AskedAt: r.AskedAt, Reminders: r.Reminders, RemindedAt: r.RemindedAt, Replies: map[string]Reply{}}
		ids[i], place[r.ID] = r.ID, i
	}
	var replies []struct {
		RequestID string `db:"request_id"`
		Reply
	}
	err = sqlx.SelectContext(ctx, q, &replies, `
		SELECT DISTINCT ON (request_id, number) request_id, number, answer, reason, due, replied_at
		FROM follow_up_reply WHERE request_id = ANY ($1::uuid[]) ORDER BY request_id, number, ordinal DESC`, pq.Array(ids))
	for _, r := range replies {
		out[place[r.RequestID]].Replies[r.Number] = r.Reply
	}
	return out, postgres.Fault(err)
}

func insertReply(ctx context.Context, tx *sqlx.Tx, requestID string, r Reply, at time.Time) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO follow_up_reply (request_id, number, ordinal, answer, reason, due, replied_at)
		SELECT $1, $2, 1 + coalesce(max(ordinal), 0), $3, $4, $5, $6 FROM follow_up_reply WHERE request_id = $1 AND number = $2`,
		requestID, r.Number, r.Answer, r.Reason, r.Due, at)
	return postgres.Fault(err)
}

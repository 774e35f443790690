package distribution

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
)

const rowColumns = `id, kind, dedupe_key, recipient, lang, payload, COALESCE(campaign_id::text, ''),
	COALESCE(invitation_id::text, ''), state, attempts, not_before, created_at, handed_at, finished_at,
	COALESCE(reply_code, 0), COALESCE(reply, '')`

type scanner interface{ Scan(dest ...any) error }

func scanRow(r scanner) (Row, error) {
	var o Row
	err := r.Scan(&o.ID, &o.Kind, &o.DedupeKey, &o.To, &o.Lang, &o.Payload, &o.CampaignID, &o.InvitationID,
		&o.State, &o.Attempts, &o.NotBefore, &o.CreatedAt, &o.HandedAt, &o.FinishedAt, &o.ReplyCode, &o.Reply)
	return o, err
}

func scanRows(rows *sql.Rows, err error) ([]Row, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Row
	for rows.Next() {
		r, err := scanRow(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// insertRows queues rows in one statement. A dedupe key that exists is skipped:
// the first message stands.
func insertRows(ctx context.Context, tx *sqlx.Tx, now time.Time, rows []Row) error {
	n := len(rows)
	kinds, keys, to, langs := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	payloads, campaigns, invitations := make([]string, n), make([]string, n), make([]string, n)
	for i, r := range rows {
		kinds[i], keys[i], to[i], langs[i] = r.Kind, r.DedupeKey, r.To, string(r.Lang)
		payloads[i], campaigns[i], invitations[i] = string(r.Payload), r.CampaignID, r.InvitationID
		if payloads[i] == "" {
			payloads[i] = "{}"
		}
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO outbox (kind, dedupe_key, recipient, lang, payload, campaign_id, invitation_id, not_before, created_at)
		SELECT kind, dedupe_key, recipient, lang, payload::jsonb, NULLIF(campaign, '')::uuid, NULLIF(invitation, '')::uuid, $8, $8
		FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
			AS t (kind, dedupe_key, recipient, lang, payload, campaign, invitation)
		ON CONFLICT ON CONSTRAINT outbox_dedupe_key DO NOTHING`,
		pq.Array(kinds), pq.Array(keys), pq.Array(to), pq.Array(langs), pq.Array(payloads),
		pq.Array(campaigns), pq.Array(invitations), now)
	if err != nil {
		return fmt.Errorf("queue %d mails: %w", n, err)
	}
	return nil
}

// claimRows takes up to limit due rows for one drain. SKIP LOCKED lets several
// drains work at once without waiting for each other; rows of a paused
// campaign stay where they are.
func claimRows(ctx context.Context, db *sqlx.DB, worker string, now time.Time, limit int) ([]Row, error) {
	rows, err := scanRows(db.QueryContext(ctx, `
		UPDATE outbox SET state = 'claimed', claimed_by = $1, claimed_at = $2
		WHERE id IN (
			SELECT o.id FROM outbox o LEFT JOIN campaign c ON c.id = o.campaign_id
			WHERE o.state IN ('queued', 'deferred') AND o.not_before <= $2 AND c.paused_reason IS NULL
			ORDER BY o.not_before, o.id
			LIMIT $3 FOR UPDATE OF o SKIP LOCKED)
		RETURNING `+rowColumns, worker, now, limit))
	if err != nil {
		return nil, fmt.Errorf("claim mails: %w", err)
	}
	return rows, nil
}

// handRow stamps a row right before it is given to the server. It says no when
// the claim has been taken away, so that a drain that slept too long sends nothing.
func handRow(ctx context.Context, db *sqlx.DB, id, worker string, now time.Time) (bool, error) {
	return changed(db.ExecContext(ctx, `
		UPDATE outbox SET handed_at = $3, attempts = attempts + 1
		WHERE id = $1 AND state = 'claimed' AND claimed_by = $2`, id, worker, now))
}

// finish is what is recorded about a row when its turn is over.
type finish struct {
	state     string
	code      int
	reply     string
	notBefore time.Time // when to try again, for deferred rows
}

func finishRow(ctx context.Context, ex sqlx.ExecerContext, id, worker string, now time.Time, f finish) (bool, error) {
	return changed(ex.ExecContext(ctx, `
		UPDATE outbox SET state = $3::text, claimed_by = NULL, claimed_at = NULL, reply_code = NULLIF($4, 0), reply = $5,
			not_before = CASE WHEN $3::text IN ('deferred', 'queued') THEN $6 ELSE not_before END,
			handed_at = CASE WHEN $3::text IN ('deferred', 'queued') THEN NULL ELSE handed_at END,
			finished_at = CASE WHEN $3::text IN ('deferred', 'queued') THEN NULL ELSE $7::timestamptz END
		WHERE id = $1 AND state = 'claimed' AND claimed_by = $2`,
		id, worker, f.state, f.code, f.reply, f.notBefore, now))
}

// releaseStale settles the claims of a drain that died. What was not handed over
// is queued again; what was may have arrived and waits for a person.
func releaseStale(ctx context.Context, db *sqlx.DB, before, now time.Time) (queued, unknown int, err error) {
	err = db.QueryRowContext(ctx, `
		WITH settled AS (
			UPDATE outbox SET state = CASE WHEN handed_at IS NULL THEN 'queued' ELSE 'unknown' END,
				finished_at = CASE WHEN handed_at IS NULL THEN NULL ELSE $2::timestamptz END,
				claimed_by = NULL, claimed_at = NULL
			WHERE state = 'claimed' AND GREATEST(claimed_at, handed_at) < $1 RETURNING state)
		SELECT count(*) FILTER (WHERE state = 'queued'), count(*) FILTER (WHERE state = 'unknown') FROM settled`,
		before, now).Scan(&queued, &unknown)
	if err != nil {
		return 0, 0, fmt.Errorf("settle stale claims: %w", err)
	}
	return queued, unknown, nil
}

// releaseClaims gives back what this drain claimed and did not hand over.
func releaseClaims(ctx context.Context, db *sqlx.DB, worker string) error {
	_, err := db.ExecContext(ctx, `
		UPDATE outbox SET state = CASE WHEN attempts = 0 THEN 'queued' ELSE 'deferred' END, claimed_by = NULL, claimed_at = NULL
		WHERE state = 'claimed' AND claimed_by = $1 AND handed_at IS NULL`, worker)
	if err != nil {
		return fmt.Errorf("give back claimed mails: %w", err)
	}
	return nil
}

func listRows(ctx context.Context, db *sqlx.DB, f OutboxFilter) ([]Row, int, error) {
	where := `WHERE ($1 = '' OR state = $1) AND ($2 = '' OR campaign_id = NULLIF($2, '')::uuid)
		AND ($3 = '' OR recipient ILIKE '%' || $3 || '%')`
	args := []any{f.State, f.CampaignID, people.LikePattern(f.Search)}
	var total int
	if err := db.GetContext(ctx, &total, `SELECT count(*) FROM outbox `+where, args...); err != nil {
		return nil, 0, fmt.Errorf("count outbox: %w", err)
	}
	rows, err := scanRows(db.QueryContext(ctx, `SELECT `+rowColumns+` FROM outbox `+where+`
		ORDER BY created_at DESC, id LIMIT 50 OFFSET $4`, append(args, max(f.Page-1, 0)*50)...))
	if err != nil {
		return nil, 0, fmt.Errorf("list outbox: %w", err)
	}
	return rows, total, nil
}

func countRows(ctx context.Context, db *sqlx.DB, campaignID string) (map[string]int, error) {
	rows, err := db.QueryContext(ctx, `SELECT state, count(*) FROM outbox
		WHERE $1 = '' OR campaign_id = NULLIF($1, '')::uuid GROUP BY state`, campaignID)
	if err != nil {
		return nil, fmt.Errorf("count outbox: %w", err)
	}
	defer rows.Close()
	counts := map[string]int{}
	for rows.Next() {
		var state string
		var n int
		if err := rows.Scan(&state, &n); err != nil {
			return nil, err
		}
		counts[state] = n
	}
	return counts, rows.Err()
}

func requeueRow(ctx context.Context, tx *sqlx.Tx, id string, at time.Time) (bool, error) {
	return changed(tx.ExecContext(ctx, `
		UPDATE outbox SET state = 'queued', not_before = $2, handed_at = NULL, finished_at = NULL, reply = NULL, reply_code = NULL
		WHERE id = $1 AND state IN ('unknown', 'failed')`, id, at))
}

func settleRow(ctx context.Context, tx *sqlx.Tx, id string, at time.Time) (bool, error) {
	return changed(tx.ExecContext(ctx, `
		UPDATE outbox SET state = 'sent', finished_at = $2 WHERE id = $1 AND state = 'unknown'`, id, at))
}

func bounceRow(ctx context.Context, tx *sqlx.Tx, id string, at time.Time) (to string, err error) {
	err = tx.GetContext(ctx, &to, `
		UPDATE outbox SET state = 'bounced', finished_at = $2 WHERE id = $1 AND state IN ('sent', 'unknown')
		RETURNING recipient`, id, at)
	return to, err
}

// cancelRows takes back mail that has not been handed over.
func cancelRows(ctx context.Context, tx sqlx.ExecerContext, invitationIDs []string, kinds []string, reason string, at time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE outbox SET state = 'cancelled', reply = $3, finished_at = $4, claimed_by = NULL, claimed_at = NULL
		WHERE invitation_id = ANY($1::uuid[]) AND kind = ANY($2)
		AND (state IN ('queued', 'deferred') OR state = 'claimed' AND handed_at IS NULL)`,
		pq.Array(invitationIDs), pq.Array(kinds), reason, at)
	if err != nil {
		return fmt.Errorf("cancel mails: %w", err)
	}
	return nil
}

func changed(r sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n > 0, err
}

func langOf(s string, otherwise i18n.Lang) i18n.Lang {
	if l, ok := i18n.Parse(s); ok {
		return l
	}
	return otherwise
}

// countGivenUp counts the letters to an address that were given up on after the server's "later".
func countGivenUp(ctx context.Context, tx *sqlx.Tx, to string) (n int, err error) {
	err = tx.GetContext(ctx, &n, `
		SELECT count(*) FROM outbox WHERE lower(recipient) = lower($1) AND state = 'failed' AND attempts >= $2`, to, maxAttempts)
	return n, err
}

package distribution

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

const invitationColumns = `i.id, i.campaign_id, i.mode, i.person_id, i.group_id, i.language, i.token_hash, i.created_at, i.started_at,
	i.answered_at, i.answered_share, i.declined_at, i.unsubscribed_at, i.late_at, COALESCE(i.manual_code, ''), COALESCE(i.manual_reason, '')`

func scanInvitation(r scanner, more ...any) (Invitation, error) {
	var i Invitation
	err := r.Scan(append([]any{&i.ID, &i.CampaignID, &i.Mode, &i.PersonID, &i.Group, &i.Language, &i.TokenHash, &i.CreatedAt,
		&i.StartedAt, &i.AnsweredAt, &i.AnsweredShare, &i.DeclinedAt, &i.UnsubscribedAt, &i.LateAt, &i.ManualCode, &i.ManualReason}, more...)...)
	return i, err
}

func eachInvitation(rows *sql.Rows, err error, yield func(Invitation, string)) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var more string
		i, err := scanInvitation(rows, &more)
		if err != nil {
			return err
		}
		yield(i, more)
	}
	return rows.Err()
}

// newIDs lets the database make ids before the rows exist, because a link is
// derived from the id and must be checked before anything is written.
func newIDs(ctx context.Context, db *sqlx.DB, n int) (ids []string, err error) {
	err = db.SelectContext(ctx, &ids, `SELECT gen_random_uuid()::text FROM generate_series(1, $1)`, n)
	return ids, err
}

func insertInvitations(ctx context.Context, tx *sqlx.Tx, now time.Time, all []Invitation) error {
	n := len(all)
	ids, campaigns, persons := make([]string, n), make([]string, n), make([]string, n)
	groups, langs, hashes, modes := make([]string, n), make([]string, n), make([][]byte, n), make([]string, n)
	for k, i := range all {
		ids[k], campaigns[k], persons[k] = i.ID, i.CampaignID, i.PersonID
		groups[k], langs[k], hashes[k], modes[k] = i.Group, string(i.Language), i.TokenHash, i.Mode
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO invitation (id, campaign_id, person_id, group_id, language, token_hash, mode, created_at)
		SELECT id, campaign, person, grp, lang, hash, mode, $8
		FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bytea[], $7::text[])
			AS t (id, campaign, person, grp, lang, hash, mode)`,
		pq.Array(ids), pq.Array(campaigns), pq.Array(persons), pq.Array(groups), pq.Array(langs), pq.Array(hashes), pq.Array(modes), now)
	if err != nil {
		return fmt.Errorf("store %d invitations: %w", n, err)
	}
	return nil
}

func findInvitation(ctx context.Context, q sqlx.QueryerContext, id string) (Invitation, error) {
	i, err := scanInvitation(q.QueryRowxContext(ctx, `SELECT `+invitationColumns+` FROM invitation i WHERE i.id = $1`, id))
	return i, notFound(err, "distribution.error_link")
}

func lockInvitation(ctx context.Context, tx *sqlx.Tx, id string) (Invitation, error) {
	i, err := scanInvitation(tx.QueryRowxContext(ctx, `SELECT `+invitationColumns+` FROM invitation i WHERE i.id = $1 FOR UPDATE`, id))
	return i, notFound(err, "distribution.error_link")
}

func findByHash(ctx context.Context, db *sqlx.DB, hash []byte) (i Invitation, c Campaign, err error) {
	i, err = scanInvitation(db.QueryRowxContext(ctx, `
		SELECT `+invitationColumns+`, `+campaignColumns+`
		FROM invitation i JOIN campaign c ON c.id = i.campaign_id WHERE i.token_hash = $1`, hash), c.fields()...)
	return i, c, notFound(err, "distribution.error_link")
}

// listWaiting reads the invitations that a reminder may go to: the mail left,
// nothing came back, and the address still gets mail. The second value is the
// person's address.
func listWaiting(ctx context.Context, q sqlx.QueryerContext, campaignID string) (all []Invitation, to []string, err error) {
	rows, err := q.QueryContext(ctx, `
		SELECT `+invitationColumns+`, p.email
		FROM invitation i JOIN person p ON p.id = i.person_id
		JOIN outbox o ON o.invitation_id = i.id AND o.kind = 'invitation' AND o.state = 'sent'
		LEFT JOIN suppression s ON s.email_normalised = p.email_normalised AND s.lifted_at IS NULL
		WHERE i.campaign_id = $1 AND i.answered_at IS NULL AND i.declined_at IS NULL AND i.unsubscribed_at IS NULL
			AND s.reason IS NULL
		ORDER BY i.id`, campaignID)
	err = eachInvitation(rows, err, func(i Invitation, address string) {
		all, to = append(all, i), append(to, address)
	})
	if err != nil {
		return nil, nil, fmt.Errorf("invitations without answer of campaign %s: %w", campaignID, err)
	}
	return all, to, nil
}

// listOfPerson reads a person's invitations, newest first, with the campaign's name.
func listOfPerson(ctx context.Context, db *sqlx.DB, personID string) (all []PersonInvitation, err error) {
	rows, err := db.QueryContext(ctx, `
		SELECT `+invitationColumns+`, c.name, c.partial_from, c.complete_above, COALESCE(o.state, '')
		FROM invitation i JOIN campaign c ON c.id = i.campaign_id
		LEFT JOIN outbox o ON o.invitation_id = i.id AND o.kind = 'invitation'
		WHERE i.person_id = $1 ORDER BY i.created_at DESC, i.id`, personID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p PersonInvitation
		if p.Invitation, err = scanInvitation(rows, &p.CampaignName, &p.Cut.PartialFrom, &p.Cut.CompleteAbove, &p.MailState); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

// declined sets the moment of a refusal: the first one, but for who came too late in between.
const declined = `declined_at = CASE WHEN late_at IS NULL THEN COALESCE(declined_at, $2) ELSE $2 END`

func setDeclined(ctx context.Context, tx sqlx.ExecerContext, id string, at time.Time) error {
	return mustChange(tx.ExecContext(ctx, `UPDATE invitation SET `+declined+` WHERE id = $1`, id, at))
}

// setLate sets the moment of the last attempt to answer after closing.
func setLate(ctx context.Context, tx sqlx.ExecerContext, id string, at time.Time) error {
	return mustChange(tx.ExecContext(ctx, `UPDATE invitation SET late_at = $2 WHERE id = $1`, id, at))
}

// mustChange is for statements about one invitation, which exists.
func mustChange(res sql.Result, err error) error {
	found, err := changed(res, err)
	if err == nil && !found {
		err = sql.ErrNoRows
	}
	return notFound(err, "distribution.error_link")
}

// StartedClause is MarkStarted as a part of a statement's WITH, for the cases
// invitation_id of from, a part before it. Parameter: the time, $now.
func StartedClause(from string, now int) string {
	return fmt.Sprintf(`
		UPDATE invitation SET started_at = COALESCE(started_at, $%d)
		WHERE id IN (SELECT invitation_id FROM %s)`, now, from)
}

// HoldClause is LockInvitation as a part of a statement's WITH. Its column open
// tells whether the campaign receives answers, late whether it receives them as late ones, and counted
// whether late ones count. Parameters: $id, the time $now.
func HoldClause(id, now int) string {
	return fmt.Sprintf(`
		SELECT i.id, c.state = 'launched' AND c.closes_at > $%[1]d AS open, `+lateSQL+` AS late, c.late_counted AS counted
		FROM invitation i JOIN campaign c ON c.id = i.campaign_id
		WHERE i.id = $%[2]d FOR NO KEY UPDATE OF i`, now, id)
}

// AnsweredClause notes, as a part of a statement's WITH, that the cases invitation_id of from, a part
// before it, have answered. Its columns late and counted tell whether that was after closing, and whether
// it counts. Parameters: $share as AnsweredShare gives it, the time $now.
func AnsweredClause(from string, share, now int) string {
	return fmt.Sprintf(`
		UPDATE invitation SET answered_share = $%[2]d,
			answered_at = CASE WHEN sent.counted THEN COALESCE(answered_at, $%[1]d) ELSE answered_at END,
			late_at = CASE WHEN sent.late THEN $%[1]d ELSE late_at END
		FROM %[3]s AS sent WHERE invitation.id = sent.invitation_id`, now, share, from)
}

// setLateAnswered makes cases that answered late answered ones, or late ones again.
func setLateAnswered(ctx context.Context, tx *sqlx.Tx, ids []string, count bool) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE invitation SET answered_at = CASE WHEN $2 THEN late_at END WHERE id = ANY ($1::uuid[])`, pq.Array(ids), count)
	return err
}

// RemindersClause takes back the reminders that have not left, as MarkAnswered
// does, as a part of a statement's WITH. Parameter: the time, $now.
func RemindersClause(from string, now int) string {
	return fmt.Sprintf(`
		UPDATE outbox SET state = 'cancelled', reply = '`+reasonAnswered+`', finished_at = $%d, claimed_by = NULL, claimed_at = NULL
		WHERE invitation_id IN (SELECT invitation_id FROM %s) AND kind = '`+KindReminder+`'
			AND (state IN ('queued', 'deferred') OR state = 'claimed' AND handed_at IS NULL)`, now, from)
}

func setWithdrawn(ctx context.Context, tx sqlx.ExecerContext, id string, at time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE invitation SET answered_at = NULL, answered_share = NULL, `+declined+` WHERE id = $1`, id, at)
	return err
}

func setShare(ctx context.Context, tx sqlx.ExecerContext, id string, share float64) error {
	_, err := tx.ExecContext(ctx, `UPDATE invitation SET answered_share = $2 WHERE id = $1 AND answered_at IS NULL`, id, share)
	return err
}

func insertUnsubscribeLinks(ctx context.Context, tx *sqlx.Tx, hashes [][]byte, addresses []string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO unsubscribe_link (token_hash, email_normalised, created_at)
		SELECT hash, address, $3 FROM unnest($1::bytea[], $2::text[]) AS t (hash, address)
		ON CONFLICT ON CONSTRAINT unsubscribe_link_pkey DO NOTHING`, pq.Array(hashes), pq.Array(addresses), now)
	if err != nil {
		return fmt.Errorf("store unsubscribe links: %w", err)
	}
	return nil
}

func findUnsubscribeLink(ctx context.Context, q sqlx.QueryerContext, hash []byte) (address string, err error) {
	err = q.QueryRowxContext(ctx, `SELECT email_normalised FROM unsubscribe_link WHERE token_hash = $1`, hash).Scan(&address)
	return address, notFound(err, "distribution.error_link")
}

// markUnsubscribed closes the unanswered cases of an address and takes back
// their mail; undone with unmarkUnsubscribed.
func markUnsubscribed(ctx context.Context, tx *sqlx.Tx, address string, now time.Time) error {
	var ids []string
	err := tx.SelectContext(ctx, &ids, `
		UPDATE invitation i SET unsubscribed_at = $2 FROM person p, campaign c
		WHERE p.id = i.person_id AND p.email_normalised = $1 AND c.id = i.campaign_id AND c.state = 'launched'
			AND i.answered_at IS NULL AND i.unsubscribed_at IS NULL
		RETURNING i.id`, address, now)
	if err != nil {
		return fmt.Errorf("mark unsubscribed: %w", err)
	}
	return cancelRows(ctx, tx, ids, []string{KindInvitation, KindReminder}, reasonUnsubscribed, now)
}

func unmarkUnsubscribed(ctx context.Context, tx *sqlx.Tx, address string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		WITH open AS (
			UPDATE invitation i SET unsubscribed_at = NULL FROM person p, campaign c
			WHERE p.id = i.person_id AND p.email_normalised = $1 AND c.id = i.campaign_id AND c.state = 'launched'
				AND i.unsubscribed_at IS NOT NULL
			RETURNING i.id)
		UPDATE outbox SET state = 'queued', reply = NULL, finished_at = NULL, not_before = $3
		WHERE state = 'cancelled' AND reply = $2 AND invitation_id IN (SELECT id FROM open)`,
		address, reasonUnsubscribed, now)
	if err != nil {
		return fmt.Errorf("undo unsubscribed: %w", err)
	}
	return nil
}

// listParticipants knows only confidential mailings: of an anonymous one nobody can tell.
func listParticipants(ctx context.Context, db *sqlx.DB) (all []Participant, err error) {
	err = db.SelectContext(ctx, &all, `
		SELECT DISTINCT p.email, p.name, i.language, i.group_id, c.survey_version_id
		FROM invitation i JOIN campaign c ON c.id = i.campaign_id JOIN person p ON p.id = i.person_id
		WHERE c.mode = 'confidential' AND c.state = 'closed' AND i.answered_at IS NOT NULL AND i.declined_at IS NULL
		ORDER BY p.email, c.survey_version_id, i.group_id`)
	return all, err
}

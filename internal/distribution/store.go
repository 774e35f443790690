package distribution

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
)

func init() {
	postgres.RegisterConstraint("campaign_name_key", fault.InvalidFields("distribution.error_form",
		fault.Field{Name: "name", Key: "distribution.error_name_taken"}))
	postgres.RegisterConstraint("campaign_mode_frozen", fault.New(fault.Conflict, "distribution.error_mode_frozen"))
	postgres.RegisterConstraint("campaign_survey_version_fkey", fault.New(fault.NotFound, "distribution.error_version"))
	postgres.RegisterConstraint("invitation_case_key", fault.New(fault.Conflict, "distribution.error_state"))
}

const campaignColumns = `c.id, c.name, c.survey_version_id, c.groups, c.mode, c.invites, c.open_link,
	COALESCE(c.open_slug, ''), c.language, c.state, c.closes_at, c.minutes,
	c.subject_sv, c.subject_en, c.body_sv, c.body_en,
	c.reminder_subject_sv, c.reminder_subject_en, c.reminder_body_sv, c.reminder_body_en,
	COALESCE(c.paused_reason, ''), c.partial_from, c.complete_above, c.late_until, c.late_counted, c.created_at, c.launched_at, c.reminded_at, c.closed_at,
	c.new_wave, COALESCE(c.wave_id::text, '')`

func scanCampaign(r scanner) (Campaign, error) {
	var c Campaign
	err := r.Scan(c.fields()...)
	return c, err
}

// fields are where the campaignColumns go.
func (c *Campaign) fields() []any {
	return []any{&c.ID, &c.Name, &c.VersionID, pq.Array(&c.Groups), &c.Mode, &c.Invites, &c.OpenLink,
		&c.OpenSlug, &c.Language, &c.State, &c.ClosesAt, &c.Minutes,
		&c.Subject.Sv, &c.Subject.En, &c.Body.Sv, &c.Body.En,
		&c.ReminderSubject.Sv, &c.ReminderSubject.En, &c.ReminderBody.Sv, &c.ReminderBody.En,
		&c.PausedReason, &c.Cut.PartialFrom, &c.Cut.CompleteAbove, &c.LateUntil, &c.LateCounted, &c.CreatedAt, &c.LaunchedAt, &c.RemindedAt, &c.ClosedAt,
		&c.NewWave, &c.WaveID}
}

func insertCampaign(ctx context.Context, tx *sqlx.Tx, c Campaign) (id string, err error) {
	err = tx.GetContext(ctx, &id, `
		INSERT INTO campaign (name, survey_version_id, groups, language, closes_at, minutes, subject_sv, subject_en,
			body_sv, body_en, reminder_subject_sv, reminder_subject_en, reminder_body_sv, reminder_body_en, created_at,
			mode, invites, open_link, open_slug, new_wave)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, NULLIF($19, ''), $20) RETURNING id`,
		c.Name, c.VersionID, pq.Array(c.Groups), c.Language, c.ClosesAt, c.Minutes, c.Subject.Sv, c.Subject.En,
		c.Body.Sv, c.Body.En, c.ReminderSubject.Sv, c.ReminderSubject.En, c.ReminderBody.Sv, c.ReminderBody.En, c.CreatedAt,
		c.Mode, c.Invites, c.OpenLink, c.OpenSlug, c.NewWave)
	return id, err
}

// updateDraft changes a campaign that has not been launched.
func updateDraft(ctx context.Context, tx *sqlx.Tx, c Campaign) (bool, error) {
	return changed(tx.ExecContext(ctx, `
		UPDATE campaign SET name = $2, survey_version_id = $3, groups = $4, language = $5, closes_at = $6, minutes = $7,
			subject_sv = $8, subject_en = $9, body_sv = $10, body_en = $11, reminder_subject_sv = $12,
			reminder_subject_en = $13, reminder_body_sv = $14, reminder_body_en = $15,
			mode = $16, invites = $17, open_link = $18, open_slug = COALESCE(open_slug, NULLIF($19, '')), new_wave = $20
		WHERE id = $1 AND state = 'draft'`,
		c.ID, c.Name, c.VersionID, pq.Array(c.Groups), c.Language, c.ClosesAt, c.Minutes, c.Subject.Sv, c.Subject.En,
		c.Body.Sv, c.Body.En, c.ReminderSubject.Sv, c.ReminderSubject.En, c.ReminderBody.Sv, c.ReminderBody.En,
		c.Mode, c.Invites, c.OpenLink, c.OpenSlug, c.NewWave))
}

func findCampaign(ctx context.Context, q sqlx.QueryerContext, id string) (Campaign, error) {
	c, err := scanCampaign(q.QueryRowxContext(ctx, `SELECT `+campaignColumns+` FROM campaign c WHERE c.id = $1`, id))
	return c, notFound(err, "distribution.error_unknown_campaign")
}

func findCampaignBySlug(ctx context.Context, q sqlx.QueryerContext, slug string) (Campaign, error) {
	c, err := scanCampaign(q.QueryRowxContext(ctx, `SELECT `+campaignColumns+` FROM campaign c WHERE c.open_slug = $1`, slug))
	return c, notFound(err, "distribution.error_link")
}

func setOpenLink(ctx context.Context, tx *sqlx.Tx, id string, on bool, slug string) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE campaign SET open_link = $2, open_slug = COALESCE(open_slug, CASE WHEN $2 THEN $3 END) WHERE id = $1`, id, on, slug)
	return err
}

// listClosed picks the closed ones of some campaigns; what is no campaign's id is passed over.
func listClosed(ctx context.Context, db *sqlx.DB, ids []string) (closed []string, err error) {
	err = db.SelectContext(ctx, &closed, `SELECT id FROM campaign WHERE state = 'closed' AND id::text = ANY ($1)`, pq.Array(ids))
	if err != nil {
		return nil, fmt.Errorf("closed campaigns: %w", err)
	}
	return closed, nil
}

func setLateUntil(ctx context.Context, tx *sqlx.Tx, id string, until *time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE campaign SET late_until = $2 WHERE id = $1`, id, until)
	return err
}

func setLateCounted(ctx context.Context, tx *sqlx.Tx, id string, count bool) error {
	_, err := tx.ExecContext(ctx, `UPDATE campaign SET late_counted = $2 WHERE id = $1`, id, count)
	return err
}

// OpenClause tells, as a part of a statement's WITH, whether a campaign receives answers (its columns open,
// late and counted, as HoldClause).
// Unlike HoldClause it holds no row: what waits for a case, or is noted on it, leads to the case.
// Parameters: the campaign's $id, the time $now.
func OpenClause(id, now int) string {
	return fmt.Sprintf(`
		SELECT c.state = 'launched' AND c.closes_at > $%[1]d AS open, `+lateSQL+` AS late, c.late_counted AS counted
		FROM campaign c WHERE c.id = $%[2]d`, now, id)
}

// lockCampaign reads a campaign and holds it until the transaction ends.
func lockCampaign(ctx context.Context, tx *sqlx.Tx, id string) (Campaign, error) {
	c, err := scanCampaign(tx.QueryRowxContext(ctx, `SELECT `+campaignColumns+` FROM campaign c WHERE c.id = $1 FOR UPDATE`, id))
	return c, notFound(err, "distribution.error_unknown_campaign")
}

func listCampaigns(ctx context.Context, db *sqlx.DB) ([]Campaign, error) {
	rows, err := db.QueryContext(ctx, `SELECT `+campaignColumns+` FROM campaign c ORDER BY c.created_at DESC, c.id`)
	if err != nil {
		return nil, fmt.Errorf("list campaigns: %w", err)
	}
	defer rows.Close()
	var all []Campaign
	for rows.Next() {
		c, err := scanCampaign(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, rows.Err()
}

func setLaunched(ctx context.Context, tx *sqlx.Tx, id, waveID string, at time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE campaign SET state = 'launched', launched_at = $2, wave_id = $3 WHERE id = $1`, id, at, waveID)
	return err
}

func setCut(ctx context.Context, tx *sqlx.Tx, id string, cut Cut) error {
	_, err := tx.ExecContext(ctx, `UPDATE campaign SET partial_from = $2, complete_above = $3 WHERE id = $1`, id, cut.PartialFrom, cut.CompleteAbove)
	return err
}

func setReminded(ctx context.Context, tx *sqlx.Tx, id string, at time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE campaign SET reminded_at = $2 WHERE id = $1`, id, at)
	return err
}

// firstReminders reads when each campaign's first reminder left.
func firstReminders(ctx context.Context, db *sqlx.DB) (map[string]time.Time, error) {
	rows, err := db.QueryContext(ctx, `
		SELECT campaign_id, min(finished_at) FROM outbox
		WHERE kind = 'reminder' AND state = 'sent' AND campaign_id IS NOT NULL GROUP BY campaign_id`)
	if err != nil {
		return nil, fmt.Errorf("first reminders: %w", err)
	}
	defer rows.Close()
	all := map[string]time.Time{}
	for rows.Next() {
		var id string
		var at time.Time
		if err := rows.Scan(&id, &at); err != nil {
			return nil, fmt.Errorf("first reminders: %w", err)
		}
		all[id] = at
	}
	return all, rows.Err()
}

// setClosed closes a campaign and takes back its mail that has not left.
func setClosed(ctx context.Context, tx *sqlx.Tx, id string, at time.Time) error {
	if _, err := tx.ExecContext(ctx, `UPDATE campaign SET state = 'closed', closed_at = $2 WHERE id = $1`, id, at); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `
		UPDATE outbox SET state = 'cancelled', reply = 'closed', finished_at = $2, claimed_by = NULL, claimed_at = NULL
		WHERE campaign_id = $1 AND (state IN ('queued', 'deferred') OR state = 'claimed' AND handed_at IS NULL)`, id, at)
	return err
}

func listOverdue(ctx context.Context, db *sqlx.DB, now time.Time) (ids []string, err error) {
	err = db.SelectContext(ctx, &ids, `SELECT id FROM campaign WHERE state = 'launched' AND closes_at <= $1 ORDER BY closes_at`, now)
	if err != nil {
		return nil, fmt.Errorf("campaigns past their last moment: %w", err)
	}
	return ids, nil
}

func pauseCampaign(ctx context.Context, tx *sqlx.Tx, id, reason string) error {
	_, err := tx.ExecContext(ctx, `UPDATE campaign SET paused_reason = $2 WHERE id = $1 AND state = 'launched'`, id, reason)
	return err
}

func resumeCampaign(ctx context.Context, tx *sqlx.Tx, id string) (bool, error) {
	return changed(tx.ExecContext(ctx, `
		UPDATE campaign SET paused_reason = NULL WHERE id = $1 AND paused_reason IS NOT NULL`, id))
}

// countBounces counts refused addresses among the finished mails of a campaign.
func countBounces(ctx context.Context, tx *sqlx.Tx, id string) (bounced, finished int, err error) {
	err = tx.QueryRowContext(ctx, `
		SELECT count(*) FILTER (WHERE state IN ('failed', 'bounced')), count(*)
		FROM outbox WHERE campaign_id = $1 AND state IN ('sent', 'failed', 'bounced')`, id).Scan(&bounced, &finished)
	return bounced, finished, err
}

// countHasty counts those who opted out of a campaign within the given time of their mail leaving.
func countHasty(ctx context.Context, db *sqlx.DB, campaignID string, within time.Duration) (n int, err error) {
	err = db.GetContext(ctx, &n, `
		SELECT count(DISTINCT i.id)
		FROM invitation i JOIN outbox o ON o.invitation_id = i.id AND o.state IN ('sent', 'unknown')
		WHERE i.campaign_id = $1 AND LEAST(i.declined_at, i.unsubscribed_at)
			BETWEEN o.handed_at AND o.handed_at + make_interval(secs => $2)`, campaignID, within.Seconds())
	if err != nil {
		return 0, fmt.Errorf("hasty refusals of campaign %s: %w", campaignID, err)
	}
	return n, nil
}

// countRecent counts those of the persons who were invited by another campaign since a time.
func countRecent(ctx context.Context, db *sqlx.DB, campaignID string, persons []string, since time.Time) (n int, err error) {
	err = db.GetContext(ctx, &n, `
		SELECT count(DISTINCT person_id) FROM invitation
		WHERE person_id = ANY ($1::uuid[]) AND campaign_id <> $2 AND created_at > $3`, pq.Array(persons), campaignID, since)
	if err != nil {
		return 0, fmt.Errorf("persons invited lately: %w", err)
	}
	return n, nil
}

func notFound(err error, key string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, key).Wrap(err)
	}
	return postgres.Fault(err)
}

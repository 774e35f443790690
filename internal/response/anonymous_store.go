package response

import (
	"context"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/postgres"
)

var (
	sqlOfBallot = `SELECT ` + columns + ` FROM response WHERE ballot_key = $1`

	sqlStartAnonymous = `
		INSERT INTO response (campaign_id, survey_id, survey_version_id, group_id, language, source, ballot_key, started_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
		ON CONFLICT (ballot_key) WHERE ballot_key IS NOT NULL DO NOTHING
		RETURNING ` + columns

	// What sqlSubmit does, without the parts that would tell who it was.
	sqlSubmitAnonymous = `
		WITH held AS (` + distribution.OpenClause(1, 2) + `),
		final AS (
			UPDATE response
			SET ` + sentIn + `, answers = $6, receipt = coalesce(receipt, $7), submitted_at = $3, updated_at = $3,
				answered_share = $8, revision = revision + 1, correction = NULL
			FROM held
			WHERE response.id = $4 AND revision = $5 AND ` + receivable + `
			RETURNING receipt)
		SELECT held.open, held.late, (SELECT receipt FROM final) FROM held`
)

// submitAnonymous is submit for a response without invitation.
func (s *Service) submitAnonymous(ctx context.Context, db *sqlx.DB, r Response, answers []byte, share float64, receipt *Receipt) (open, done bool, err error) {
	var number *string
	var late bool
	err = db.QueryRowxContext(ctx, sqlSubmitAnonymous, r.CampaignID, s.now(), receipt.SubmittedAt, r.ID, r.Revision, answers,
		receipt.Number, distribution.AnsweredShare(share)).Scan(&open, &late, &number)
	if number != nil {
		receipt.Number = *number
	}
	return open || late && !r.Correcting, number != nil, postgres.Fault(err)
}

// ballots counts the responses of an anonymous campaign by its personal links, each under one heading.
func ballots(ctx context.Context, db *sqlx.DB, c distribution.Campaign) (map[string]distribution.Ballots, error) {
	var rows []struct {
		Group     string `db:"group_id"`
		Submitted int    `db:"submitted"`
		Complete  int    `db:"complete"`
		Partial   int    `db:"partial"`
		BreakOff  int    `db:"break_off"`
		LoggedOn  int    `db:"logged_on"`
		Late      int    `db:"late"`
		Withdrawn int    `db:"withdrawn"`
	}
	err := db.SelectContext(ctx, &rows, `
		SELECT group_id,
			count(*) FILTER (WHERE state = 'submitted') AS submitted,
			count(*) FILTER (WHERE state = 'submitted' AND percent > $2) AS complete,
			count(*) FILTER (WHERE state = 'submitted' AND percent >= $3 AND percent <= $2) AS partial,
			count(*) FILTER (WHERE state <> 'withdrawn' AND answers <> '{}' AND (state = 'draft' OR state = 'submitted' AND percent < $3)) AS break_off,
			count(*) FILTER (WHERE state IN ('draft', 'submitted') AND answers = '{}') AS logged_on,
			count(*) FILTER (WHERE state = 'late') AS late,
			count(*) FILTER (WHERE state = 'withdrawn') AS withdrawn
		FROM (SELECT *, round(answered_share::numeric * 1000) / 10 AS percent FROM response
			WHERE campaign_id = $1 AND source = 'link' AND ballot_key IS NOT NULL) one GROUP BY group_id`,
		c.ID, c.Cut.CompleteAbove, c.Cut.PartialFrom)
	if err != nil {
		return nil, err
	}
	m := make(map[string]distribution.Ballots, len(rows))
	for _, r := range rows {
		m[r.Group] = distribution.Ballots{Submitted: r.Submitted, Complete: r.Complete, Partial: r.Partial,
			BreakOff: r.BreakOff, LoggedOn: r.LoggedOn, Late: r.Late, Withdrawn: r.Withdrawn}
	}
	return m, nil
}

func openTally(ctx context.Context, db *sqlx.DB, campaignID string) (OpenTally, error) {
	t := OpenTally{ByGroup: map[string]Count{}}
	rows, err := db.QueryContext(ctx, `
		SELECT group_id,
			count(*) FILTER (WHERE state = 'draft'),
			count(*) FILTER (WHERE state = 'submitted'),
			count(*) FILTER (WHERE state = 'withdrawn')
		FROM response WHERE campaign_id = $1 AND source = 'open' GROUP BY group_id`, campaignID)
	if err != nil {
		return t, err
	}
	defer rows.Close()
	for rows.Next() {
		var group string
		var n Count
		if err := rows.Scan(&group, &n.Draft, &n.Submitted, &n.Withdrawn); err != nil {
			return t, err
		}
		t.ByGroup[group] = n
	}
	if err := rows.Err(); err != nil {
		return t, err
	}
	err = db.GetContext(ctx, &t.Alike, `
		SELECT coalesce(sum(n), 0) FROM (
			SELECT count(*) AS n FROM response
			WHERE campaign_id = $1 AND source = 'open' AND state = 'submitted' AND answers <> '{}'
			GROUP BY group_id, answers HAVING count(*) > 1) alike`, campaignID)
	return t, err
}

// deleteEmpty removes the open drafts begun before a day that hold no answer.
func deleteEmpty(ctx context.Context, db *sqlx.DB, before time.Time) error {
	_, err := db.ExecContext(ctx, `
		DELETE FROM response WHERE source = 'open' AND state = 'draft' AND answers = '{}' AND updated_at < $1`, before)
	return err
}

// listUnmixed lists the campaigns whose anonymous responses were written by more than one transaction.
func listUnmixed(ctx context.Context, db *sqlx.DB) (ids []string, err error) {
	err = db.SelectContext(ctx, &ids, `
		SELECT campaign_id FROM response WHERE ballot_key IS NOT NULL
		GROUP BY campaign_id HAVING count(DISTINCT xmin::text) > 1`)
	return ids, err
}

// mix writes the anonymous responses of a campaign anew, in one transaction and in the order of their
// random ids. Afterwards neither where a row lies nor the number of the transaction that wrote it tells
// when it was answered. The sort needs every row, so all are deleted before the first is inserted. Who
// saves meanwhile waits, misses the old row and finds the new one in the next round (see Save, Submit).
func mix(ctx context.Context, db *sqlx.DB, campaignID string) error {
	return postgres.InTx(ctx, db, func(tx *sqlx.Tx) error {
		var names []string // all of them, whichever a later migration adds
		err := tx.SelectContext(ctx, &names, `
			SELECT quote_ident(attname) FROM pg_attribute
			WHERE attrelid = 'response'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum`)
		if err != nil {
			return err
		}
		list := strings.Join(names, ", ")
		_, err = tx.ExecContext(ctx, `
			WITH taken AS (DELETE FROM response WHERE campaign_id = $1 AND ballot_key IS NOT NULL RETURNING *)
			INSERT INTO response (`+list+`) SELECT `+list+` FROM taken ORDER BY id`, campaignID)
		return err
	})
}

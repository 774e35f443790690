package distribution

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
)

const caseColumns = invitationColumns + `, COALESCE(o.state, ''), COALESCE(p.municipality_code, 0), p.name, COALESCE(g.name, '')`

const caseTables = `invitation i JOIN person p ON p.id = i.person_id LEFT JOIN organisation g ON g.id = p.organisation_id
	LEFT JOIN outbox o ON o.invitation_id = i.id AND o.kind = 'invitation'`

func scanCase(r scanner) (c Case, err error) {
	c.Invitation, err = scanInvitation(r, &c.MailState, &c.Municipality, &c.Name, &c.Organisation)
	return c, err
}

// listCases reads the cases of a campaign by name.
func listCases(ctx context.Context, db *sqlx.DB, campaignID string) (all []Case, err error) {
	rows, err := db.QueryContext(ctx, `SELECT `+caseColumns+` FROM `+caseTables+`
		WHERE i.campaign_id = $1 ORDER BY p.name COLLATE "sv-x-icu", i.id`, campaignID)
	if err != nil {
		return nil, fmt.Errorf("cases of campaign %s: %w", campaignID, err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		c, err := scanCase(rows)
		if err != nil {
			return nil, fmt.Errorf("cases of campaign %s: %w", campaignID, err)
		}
		all = append(all, c)
	}
	return all, rows.Err()
}

func findCase(ctx context.Context, db *sqlx.DB, campaignID, id string) (Case, error) {
	c, err := scanCase(db.QueryRowxContext(ctx, `SELECT `+caseColumns+` FROM `+caseTables+`
		WHERE i.campaign_id = $1 AND i.id = $2`, campaignID, id))
	return c, notFound(err, "distribution.error_link")
}

func setManualCode(ctx context.Context, tx sqlx.ExecerContext, id, code, reason string) error {
	return mustChange(tx.ExecContext(ctx, `
		UPDATE invitation SET manual_code = NULLIF($2, ''), manual_reason = NULLIF($3, '') WHERE id = $1`, id, code, reason))
}

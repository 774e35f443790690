package response

import (
	"context"
	"database/sql"

	"github.com/jmoiron/sqlx"
)

func countLate(ctx context.Context, db *sqlx.DB, campaignID string) (n int, err error) {
	err = db.GetContext(ctx, &n, `SELECT count(*) FROM response WHERE campaign_id = $1 AND late AND state IN ('submitted', 'late')`, campaignID)
	return n, err
}

// moveLate makes the late responses of a campaign submitted ones, or late ones again, and tells which
// invitations know of it.
func moveLate(ctx context.Context, tx *sqlx.Tx, campaignID string, count bool) (invitations []string, responses int, err error) {
	from, to := "submitted", "late"
	if count {
		from, to = to, from
	}
	var moved []sql.NullString // an anonymous one has no invitation
	err = tx.SelectContext(ctx, &moved, `
		UPDATE response SET state = $3 WHERE campaign_id = $1 AND late AND state = $2 RETURNING invitation_id`, campaignID, from, to)
	for _, id := range moved {
		if id.Valid {
			invitations = append(invitations, id.String)
		}
	}
	return invitations, len(moved), err
}

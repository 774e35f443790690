package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
)

// Empty tells whether the database has never been migrated: then there is nothing that Migrate could
// harm, and a first start needs no extra command.
func Empty(ctx context.Context, db *sqlx.DB) (bool, error) {
	migrated, err := tableExists(ctx, db, "goose_db_version")
	return !migrated, err
}

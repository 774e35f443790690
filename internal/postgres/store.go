package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

func sqlOpen(c driver.Connector) *sql.DB { return sql.OpenDB(preparing{c}) }

func serverVersion(ctx context.Context, db *sqlx.DB) (int, error) {
	var v int
	err := db.GetContext(ctx, &v, `SELECT current_setting('server_version_num')::int`)
	return v, err
}

// schemaLock is an arbitrary number that only this program's migrations lock.
const schemaLock = 5_606_070_001

// lockSchema waits for the advisory lock that makes migrations one at a time. It holds a connection of
// its own until unlock, since the lock belongs to the session.
func lockSchema(ctx context.Context, db *sqlx.DB) (unlock func() error, err error) {
	conn, err := db.Connx(ctx)
	if err != nil {
		return nil, Fault(err)
	}
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, schemaLock); err != nil {
		return nil, errors.Join(Fault(err), conn.Close())
	}
	return func() error {
		// Also when ctx was cancelled meanwhile: the connection goes back to the pool.
		_, err := conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, schemaLock)
		return errors.Join(err, conn.Close())
	}, nil
}

func tableExists(ctx context.Context, db *sqlx.DB, table string) (bool, error) {
	var exists bool
	err := db.GetContext(ctx, &exists, `SELECT to_regclass($1) IS NOT NULL`, table)
	return exists, err
}

// appliedVersions reads goose's table without goose, which would create it.
func appliedVersions(ctx context.Context, db *sqlx.DB) ([]int64, error) {
	exists, err := tableExists(ctx, db, "goose_db_version")
	if err != nil || !exists {
		return nil, err
	}
	var versions []int64
	err = db.SelectContext(ctx, &versions,
		`SELECT version_id FROM goose_db_version WHERE version_id > 0 AND is_applied ORDER BY version_id`)
	return versions, err
}

// queueVersions reads the job queue's own record of its migrations.
func queueVersions(ctx context.Context, db *sqlx.DB) ([]int64, error) {
	exists, err := tableExists(ctx, db, "river_migration")
	if err != nil || !exists {
		return nil, err
	}
	var versions []int64
	err = db.SelectContext(ctx, &versions, `SELECT version FROM river_migration ORDER BY version`)
	return versions, err
}

// ping opens one connection and closes it.
func ping(ctx context.Context, url string) error {
	connector, err := pq.NewConnector(url)
	if err != nil {
		return err
	}
	conn, err := connector.Connect(ctx)
	if err != nil {
		return err
	}
	return conn.Close()
}

// createDatabase makes the database if the server has none of that name.
func createDatabase(ctx context.Context, serverURL, name string) error {
	db, err := sqlx.ConnectContext(ctx, "postgres", serverURL)
	if err != nil {
		return fmt.Errorf("make the database: %w", err)
	}
	defer db.Close()
	var exists bool
	if err := db.GetContext(ctx, &exists, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name); err != nil {
		return fmt.Errorf("make the database: %w", err)
	}
	if exists {
		return nil
	}
	if _, err := db.ExecContext(ctx, `CREATE DATABASE `+pq.QuoteIdentifier(name)); err != nil {
		return fmt.Errorf("make the database: %w", err)
	}
	return nil
}

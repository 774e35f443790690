// Package postgres is everything between the domain's stores and PostgreSQL: the pool, transactions,
// migrations, driver errors turned into faults, and a private server for those who have none.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// MaxConns is how many connections one process opens at most. PostgreSQL's default limit is 100, and
// several processes may share a database.
const MaxConns = 20

// OldestVersion is the oldest server this program knows how to work with, as server_version_num.
const OldestVersion = 140000

// Open connects to the database that url names (postgres://… or key=value pairs) and verifies that it
// answers. Sessions work in UTC. The caller closes the pool.
func Open(ctx context.Context, url string) (*sqlx.DB, error) {
	config, err := pq.NewConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read the database address: %w", err)
	}
	if config.Runtime == nil {
		config.Runtime = map[string]string{}
	}
	config.Runtime["TimeZone"] = "UTC"
	if config.ApplicationName == "" {
		config.ApplicationName = "upphandlingsdialog"
	}
	connector, err := pq.NewConnectorConfig(config)
	if err != nil {
		return nil, fmt.Errorf("read the database address: %w", err)
	}
	db := sqlx.NewDb(sqlOpen(connector), "postgres")
	db.SetMaxOpenConns(MaxConns)
	db.SetMaxIdleConns(MaxConns)
	db.SetConnMaxIdleTime(5 * time.Minute)
	db.SetConnMaxLifetime(time.Hour)

	version, err := serverVersion(ctx, db)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("connect to the database: %w", Fault(err)), db.Close())
	}
	if version < OldestVersion {
		return nil, errors.Join(fmt.Errorf("the database server is PostgreSQL %d; this program needs %d or newer",
			version/10000, OldestVersion/10000), db.Close())
	}
	return db, nil
}

// InTx runs fn in a transaction: committed when fn returns nil, rolled back on an error or a panic.
// Errors of the driver come back as faults where Fault knows them. A transaction is begun by the use
// case and passed down, never nested.
func InTx(ctx context.Context, db *sqlx.DB, fn func(tx *sqlx.Tx) error) error {
	tx, err := db.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", Fault(err))
	}
	done := false
	defer func() {
		if !done { // fn panicked; the connection must not go back to the pool in a transaction
			_ = tx.Rollback()
		}
	}()
	err = fn(tx)
	done = true
	if err != nil {
		// The cause matters; a failed rollback only means the connection is gone, and the work with it.
		_ = tx.Rollback()
		return Fault(err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", Fault(err))
	}
	return nil
}

package testkit

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
)

// DB returns a fresh, migrated, empty database, dropped when the test ends. The first call in a test
// process starts a private server, or uses the one that TEST_DATABASE_URL names (its user must be
// allowed to create databases); the others only copy a template, which takes some tens of
// milliseconds. Tests that call it may run in parallel.
func DB(t testing.TB) *sqlx.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), URL(t))
	if err != nil {
		t.Fatalf("open the test database: %v", err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// URL is like DB for tests that open their own connections or hand the address to another process.
func URL(t testing.TB) string {
	t.Helper()
	k, err := shared()
	if err != nil {
		if f, ok := fault.Of(err); ok {
			t.Fatalf("test database: %s (%v)", i18n.Fault(i18n.En, f), err)
		}
		t.Fatalf("test database: %v", err)
	}
	name := fmt.Sprintf("ud_test_%d_%d", os.Getpid(), number.Add(1))
	if _, err := k.admin.ExecContext(t.Context(), `CREATE DATABASE `+pq.QuoteIdentifier(name)+
		` TEMPLATE `+pq.QuoteIdentifier(k.template)); err != nil {
		t.Fatalf("copy the template database: %v", err)
	}
	t.Cleanup(func() {
		// Not t.Context(): it is cancelled before cleanups run.
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if _, err := k.admin.ExecContext(ctx, `DROP DATABASE IF EXISTS `+pq.QuoteIdentifier(name)+` WITH (FORCE)`); err != nil {
			t.Logf("drop the test database: %v", err)
		}
	})
	return k.url(name)
}

var number atomic.Int64

// kit is the server that the tests of this process share.
type kit struct {
	base     *url.URL
	admin    *sqlx.DB // connected to a database that is not the template
	template string
}

func (k *kit) url(database string) string {
	u := *k.base
	u.Path = "/" + database
	return u.String()
}

var shared = sync.OnceValues(func() (*kit, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if address := os.Getenv("TEST_DATABASE_URL"); address != "" {
		return onServer(ctx, address)
	}
	return onPrivateServer(ctx)
})

// onServer migrates a template on a server that somebody else runs. The template is named after what
// it holds and stays for the next time.
func onServer(ctx context.Context, address string) (*kit, error) {
	base, err := url.Parse(address)
	if err != nil || base.Scheme == "" {
		return nil, fmt.Errorf("TEST_DATABASE_URL must be written postgres://user@host/database")
	}
	k := &kit{base: base, template: "ud_template_" + schemaKey()}
	if k.admin, err = connect(ctx, address); err != nil {
		return nil, err
	}
	// One process makes the template; the lock is given back when its connection is closed.
	conn, err := k.admin.Connx(ctx)
	if err != nil {
		return nil, fmt.Errorf("lock the template: %w", err)
	}
	defer conn.Close()
	const templateLock = 5_606_070_002
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, templateLock); err != nil {
		return nil, fmt.Errorf("lock the template: %w", err)
	}
	defer func() { _, _ = conn.ExecContext(ctx, `SELECT pg_advisory_unlock($1)`, templateLock) }()
	return k, k.makeTemplate(ctx)
}

// makeTemplate creates and migrates the template unless it is there. It gets its name only when it is
// whole.
func (k *kit) makeTemplate(ctx context.Context) error {
	var exists bool
	if err := k.admin.GetContext(ctx, &exists, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, k.template); err != nil {
		return fmt.Errorf("look for the template: %w", err)
	}
	if exists {
		return nil
	}
	unfinished := k.template + "_" + strconv.Itoa(os.Getpid())
	if _, err := k.admin.ExecContext(ctx, `CREATE DATABASE `+pq.QuoteIdentifier(unfinished)); err != nil {
		return fmt.Errorf("create the template: %w", err)
	}
	db, err := postgres.Open(ctx, k.url(unfinished))
	if err != nil {
		return err
	}
	err = postgres.Migrate(ctx, db)
	_ = db.Close()
	if err != nil {
		_, _ = k.admin.ExecContext(ctx, `DROP DATABASE `+pq.QuoteIdentifier(unfinished)+` WITH (FORCE)`)
		return err
	}
	if _, err := k.admin.ExecContext(ctx, `ALTER DATABASE `+pq.QuoteIdentifier(unfinished)+
		` RENAME TO `+pq.QuoteIdentifier(k.template)); err != nil {
		return fmt.Errorf("name the template: %w", err)
	}
	return nil
}

func connect(ctx context.Context, address string) (*sqlx.DB, error) {
	db, err := postgres.Open(ctx, address)
	if err != nil {
		return nil, err
	}
	db.SetMaxIdleConns(2)
	return db, nil
}

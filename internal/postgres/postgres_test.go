package postgres_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/testkit"
)

func init() {
	postgres.RegisterConstraint("shelf_label_key", fault.New(fault.Conflict, "shelf.error_label_taken"))
}

func shelf(t *testing.T) *sqlx.DB {
	t.Helper()
	db := testkit.DB(t)
	db.MustExec(`CREATE TABLE shelf (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), label text CONSTRAINT shelf_label_key UNIQUE, room int CONSTRAINT shelf_room_check CHECK (room > 0))`)
	return db
}

func count(t *testing.T, db *sqlx.DB) (n int) {
	t.Helper()
	if err := db.Get(&n, `SELECT count(*) FROM shelf`); err != nil {
		t.Fatal(err)
	}
	return n
}

func put(ctx context.Context, label string) func(tx *sqlx.Tx) error {
	return func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO shelf (label, room) VALUES ($1, 1)`, label)
		return err
	}
}

func TestATransactionIsKeptOnSuccessAndGoneOtherwise(t *testing.T) {
	db, ctx := shelf(t), t.Context()
	if err := postgres.InTx(ctx, db, put(ctx, "A")); err != nil {
		t.Fatal(err)
	}
	no := errors.New("no")
	err := postgres.InTx(ctx, db, func(tx *sqlx.Tx) error {
		if err := put(ctx, "B")(tx); err != nil {
			return err
		}
		return no
	})
	if !errors.Is(err, no) {
		t.Errorf("got %v, want the function's own error", err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("a panic was swallowed")
			}
		}()
		_ = postgres.InTx(ctx, db, func(tx *sqlx.Tx) error {
			if err := put(ctx, "C")(tx); err != nil {
				t.Error(err)
			}
			panic("at the disco")
		})
	}()
	if n := count(t, db); n != 1 {
		t.Errorf("%d rows stand, want the one that was committed", n)
	}
	if open := db.Stats().InUse; open != 0 {
		t.Errorf("%d connections are still in use", open)
	}
}

func TestDriverErrorsBecomeFaults(t *testing.T) {
	db, ctx := shelf(t), t.Context()
	if err := postgres.InTx(ctx, db, put(ctx, "A")); err != nil {
		t.Fatal(err)
	}
	var label string
	tests := map[string]struct {
		err  error
		kind fault.Kind
		key  string
	}{
		"no row":               {db.Get(&label, `SELECT label FROM shelf WHERE room = 9`), fault.NotFound, "postgres.not_found"},
		"an id that is none":   {db.Get(&label, `SELECT label FROM shelf WHERE id = $1`, "12"), fault.NotFound, "postgres.not_found"},
		"a known constraint":   {postgres.InTx(ctx, db, put(ctx, "A")), fault.Conflict, "shelf.error_label_taken"},
		"a fault in a fault":   {fault.New(fault.Forbidden, "x").Wrap(sql.ErrNoRows), fault.Forbidden, "x"},
		"a connection refused": {unreachable(ctx), fault.Unavailable, "postgres.unavailable"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f, ok := fault.Of(postgres.Fault(tt.err))
			if !ok || f.Kind != tt.kind || f.Key != tt.key {
				t.Errorf("%v became %v, want %v %s", tt.err, f, tt.kind, tt.key)
			}
		})
	}
	_, unknown := db.Exec(`INSERT INTO shelf (room) VALUES (0)`)
	if _, ok := fault.Of(postgres.Fault(unknown)); ok {
		t.Errorf("a constraint nobody registered became a fault: %v", unknown)
	}
}

func unreachable(ctx context.Context) error {
	_, err := postgres.Open(ctx, "postgres://x@/x?host=/nonexistent&sslmode=disable")
	return err
}

func TestAFreshDatabaseIsOlderUntilMigrated(t *testing.T) {
	db, ctx := testkit.DB(t), t.Context()
	db.MustExec(`DROP SCHEMA public CASCADE; CREATE SCHEMA public`)
	err := postgres.Check(ctx, db)
	if !errors.Is(err, postgres.ErrOlder) || !strings.Contains(err.Error(), "upphandlingsdialog migrate") {
		t.Fatalf("an empty database: %v, want one that names the command", err)
	}
	for range 2 { // the second finds nothing to do
		if err := postgres.Migrate(ctx, db); err != nil {
			t.Fatal(err)
		}
	}
	if err := postgres.Check(ctx, db); err != nil {
		t.Errorf("after migrating: %v", err)
	}
}

func TestANewerDatabaseIsRefused(t *testing.T) {
	for name, change := range map[string]string{
		"schema":    `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)`,
		"job queue": `INSERT INTO river_migration (line, version) VALUES ('main', 9999)`,
	} {
		t.Run(name, func(t *testing.T) {
			db := testkit.DB(t)
			db.MustExec(change)
			for what, err := range map[string]error{"check": postgres.Check(t.Context(), db), "migrate": postgres.Migrate(t.Context(), db)} {
				if !errors.Is(err, postgres.ErrNewer) {
					t.Errorf("%s: %v, want ErrNewer", what, err)
				}
			}
		})
	}
}

func TestProcessesThatMigrateTogetherDoItOnce(t *testing.T) {
	db, ctx := testkit.DB(t), t.Context()
	db.MustExec(`DROP SCHEMA public CASCADE; CREATE SCHEMA public`)
	results := make(chan error)
	for range 3 {
		go func() { results <- postgres.Migrate(ctx, db) }()
	}
	for range 3 {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
}

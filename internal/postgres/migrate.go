package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"

	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/rivermigrate"

	"upphandlingsdialog/migrations"
)

// ErrOlder and ErrNewer tell in which direction a database differs from what this program knows.
// errors.Is finds them in what Check returns.
var (
	ErrOlder = errors.New("the database is older than this program: run `upphandlingsdialog migrate` and start again")
	ErrNewer = errors.New("the database is newer than this program: start the newer program that migrated it, or restore a backup from before (`upphandlingsdialog migrate` cannot go backwards)")
)

// Migrate brings the database up to what this program knows: the numbered files of the folder
// migrations, then the tables of the job queue. Only one process migrates at a time; the others wait
// and find nothing left to do. A database newer than the program is refused before anything changes.
func Migrate(ctx context.Context, db *sqlx.DB) error {
	return migrate(ctx, db, migrations.Files)
}

func migrate(ctx context.Context, db *sqlx.DB, files fs.FS) (err error) {
	// One lock for both sets of migrations, since the queue's own migrator has none.
	unlock, err := lockSchema(ctx, db)
	if err != nil {
		return fmt.Errorf("wait for the migration lock: %w", err)
	}
	defer func() { err = errors.Join(err, unlock()) }()

	if err := check(ctx, db, files); err != nil && !errors.Is(err, ErrOlder) {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db.DB, files,
		goose.WithAllowOutofOrder(true), // two branches may land their numbers in either order
		goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	queue, err := queueMigrator(db.DB)
	if err != nil {
		return err
	}
	if _, err := queue.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate the job queue: %w", err)
	}
	return nil
}

// Check compares the database with what this program knows and changes nothing. It returns an error
// that is ErrOlder or ErrNewer and names the migrations in question, or nil when both agree.
func Check(ctx context.Context, db *sqlx.DB) error { return check(ctx, db, migrations.Files) }

func check(ctx context.Context, db *sqlx.DB, files fs.FS) error {
	known, err := knownVersions(files)
	if err != nil {
		return err
	}
	applied, err := appliedVersions(ctx, db)
	if err != nil {
		return fmt.Errorf("read the database's version: %w", Fault(err))
	}
	if extra := without(applied, known); len(extra) > 0 {
		return fmt.Errorf("%w (it has migration %v, unknown here)", ErrNewer, extra)
	}
	queue, err := queueMigrator(db.DB)
	if err != nil {
		return err
	}
	queueApplied, err := queueVersions(ctx, db)
	if err != nil {
		return fmt.Errorf("read the job queue's version: %w", Fault(err))
	}
	var queueKnown []int64
	for _, v := range queue.AllVersions() {
		queueKnown = append(queueKnown, int64(v.Version))
	}
	if extra := without(queueApplied, queueKnown); len(extra) > 0 {
		return fmt.Errorf("%w (its job queue has migration %v, unknown here)", ErrNewer, extra)
	}
	if missing := without(known, applied); len(missing) > 0 {
		return fmt.Errorf("%w (it lacks migration %v)", ErrOlder, missing)
	}
	if missing := without(queueKnown, queueApplied); len(missing) > 0 {
		return fmt.Errorf("%w (its job queue lacks migration %v)", ErrOlder, missing)
	}
	return nil
}

func knownVersions(files fs.FS) ([]int64, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, fmt.Errorf("list the migrations: %w", err)
	}
	var versions []int64
	for _, name := range names {
		v, err := goose.NumericComponent(name)
		if err != nil {
			return nil, fmt.Errorf("migration %s: %w", name, err)
		}
		versions = append(versions, v)
	}
	slices.Sort(versions)
	return versions, nil
}

// without returns the members of a that are not in b.
func without(a, b []int64) []int64 {
	return slices.DeleteFunc(slices.Clone(a), func(v int64) bool { return slices.Contains(b, v) })
}

func queueMigrator(db *sql.DB) (*rivermigrate.Migrator[*sql.Tx], error) {
	m, err := rivermigrate.New(riverdatabasesql.New(db), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, fmt.Errorf("read the job queue's migrations: %w", err)
	}
	return m, nil
}

// QueueVersion is the number of the newest migration of the job queue that this program knows.
func QueueVersion() int {
	m, err := queueMigrator(nil)
	if err != nil {
		panic(err) // the queue's migrations are compiled in
	}
	all := m.AllVersions()
	return all[len(all)-1].Version
}

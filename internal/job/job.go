// Package job runs work in the background: rendering, sending, tidying. A job is enqueued in the
// transaction that makes it necessary, so neither exists without the other, and is worked at least
// once: workers must bear being run twice. The queue is River over database/sql, found by polling.
package job

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/rivertype"
)

// Workers is the set of job kinds that this program can work. Fill it with Add.
type Workers = river.Workers

// Args are the arguments of a job; Kind names what is to be done with them.
type Args = river.JobArgs

// NewWorkers returns an empty set.
func NewWorkers() *Workers { return river.NewWorkers() }

// Add makes a kind of job workable by a function: the kind is what T's Kind method says, and the
// function gets the arguments that were enqueued. An error makes the queue try again later, with
// growing pauses; a second Add of the same kind panics.
func Add[T river.JobArgs](workers *Workers, work func(ctx context.Context, args T) error) {
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, j *river.Job[T]) error {
		return work(ctx, j.Args)
	}))
}

// Schedule enqueues a job again and again. Of all processes that share a database only one does so at
// a time (River's elected leader), so that a schedule runs once however many there are.
type Schedule struct {
	Every time.Duration
	Args  func() Args
	// AtStart runs it also when a process becomes the leader, not only after the first interval.
	AtStart bool
}

// Options say how a process works jobs. The zero value is what the service uses.
type Options struct {
	Log       *slog.Logger  // nil: slog.Default()
	Schedules []Schedule    //
	Parallel  int           // jobs worked at once by this process; 0: 4
	Poll      time.Duration // pause between looks for new jobs; 0: 500 ms
	Timeout   time.Duration // longest time one job may take; 0: 5 minutes
}

// Queue works the jobs of one database in this process.
type Queue struct{ client *river.Client[*sql.Tx] }

// New prepares a queue. It works nothing before Start.
func New(db *sqlx.DB, workers *Workers, o Options) (*Queue, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	periodic := make([]*river.PeriodicJob, len(o.Schedules))
	for i, s := range o.Schedules {
		periodic[i] = river.NewPeriodicJob(river.PeriodicInterval(s.Every),
			func() (river.JobArgs, *river.InsertOpts) {
				// A leader that is replaced may have enqueued a moment ago: unique within the interval.
				return s.Args(), &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true, ByPeriod: s.Every}}
			},
			&river.PeriodicJobOpts{RunOnStart: s.AtStart})
	}
	client, err := river.NewClient(riverdatabasesql.New(db.DB), &river.Config{
		Workers:           workers,
		Queues:            map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: cmp.Or(o.Parallel, 4)}},
		PollOnly:          true, // lib/pq and the driver have no LISTEN
		FetchPollInterval: cmp.Or(o.Poll, 500*time.Millisecond),
		FetchCooldown:     min(cmp.Or(o.Poll, 500*time.Millisecond), 100*time.Millisecond),
		JobTimeout:        cmp.Or(o.Timeout, 5*time.Minute),
		PeriodicJobs:      periodic,
		ErrorHandler:      logFailure{o.Log},
		// River tells of every start and stop; only its warnings concern an operator.
		Logger: slog.New(warnings{o.Log.Handler()}),
	})
	if err != nil {
		return nil, fmt.Errorf("prepare the job queue: %w", err)
	}
	return &Queue{client: client}, nil
}

// Start begins to work jobs and returns. They go on until Stop; cancelling ctx does not cut them off.
func (q *Queue) Start(ctx context.Context) error {
	if err := q.client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start the job queue: %w", err)
	}
	return nil
}

// Stop takes no new jobs and waits for those under way. When ctx ends first they are cancelled, and
// are tried again by whoever starts next.
func (q *Queue) Stop(ctx context.Context) error {
	err := q.client.Stop(ctx)
	if err == nil {
		return nil
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := q.client.StopAndCancel(last); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("stop the job queue: %w", err)
	}
	return nil
}

// inserter only enqueues: it needs no workers and no pool.
var inserter = mustInserter()

func mustInserter() *river.Client[*sql.Tx] {
	client, err := river.NewClient(riverdatabasesql.New(nil), &river.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		panic(err) // nothing but the constant configuration above can be wrong
	}
	return client
}

// InsertTx enqueues a job in the caller's transaction: it is worked after the commit, by any process,
// and is gone with a rollback.
func InsertTx(ctx context.Context, tx *sqlx.Tx, args Args) error {
	if _, err := inserter.InsertTx(ctx, tx.Tx, args, nil); err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	return nil
}

// logFailure writes down each failed attempt where it leaves the program; the queue tries again.
type logFailure struct{ log *slog.Logger }

func (l logFailure) HandleError(ctx context.Context, j *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	l.log.ErrorContext(ctx, "job failed", "kind", j.Kind, "job", j.ID, "attempt", j.Attempt, "of", j.MaxAttempts, "err", err)
	return nil
}

func (l logFailure) HandlePanic(ctx context.Context, j *rivertype.JobRow, value any, trace string) *river.ErrorHandlerResult {
	l.log.ErrorContext(ctx, "job panicked", "kind", j.Kind, "job", j.ID, "attempt", j.Attempt, "panic", value, "trace", trace)
	return nil
}

// warnings lets only warnings and errors through.
type warnings struct{ slog.Handler }

func (h warnings) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && h.Handler.Enabled(ctx, l)
}
func (h warnings) WithAttrs(a []slog.Attr) slog.Handler { return warnings{h.Handler.WithAttrs(a)} }
func (h warnings) WithGroup(n string) slog.Handler      { return warnings{h.Handler.WithGroup(n)} }

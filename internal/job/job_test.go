package job_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/riverqueue/river"

	"upphandlingsdialog/internal/job"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/testkit"
)

type greet struct {
	Name string `json:"name"`
}

func (greet) Kind() string { return "greet" }

// book records which jobs were worked and how often.
type book struct {
	mu   sync.Mutex
	seen map[string]int
	note chan string
}

func newBook() *book { return &book{seen: map[string]int{}, note: make(chan string, 100)} }

func (b *book) write(_ context.Context, g greet) error {
	b.mu.Lock()
	b.seen[g.Name]++
	b.mu.Unlock()
	b.note <- g.Name
	return nil
}

func (b *book) wait(t *testing.T) string {
	t.Helper()
	select {
	case name := <-b.note:
		return name
	case <-time.After(10 * time.Second):
		t.Fatal("no job was worked within ten seconds")
		return ""
	}
}

func start(t *testing.T, db *sqlx.DB, work func(context.Context, greet) error, schedules ...job.Schedule) {
	t.Helper()
	workers := job.NewWorkers()
	job.Add(workers, work)
	q, err := job.New(db, workers, job.Options{Poll: 10 * time.Millisecond, Schedules: schedules, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := q.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
}

func enqueue(t *testing.T, db *sqlx.DB, name string, end error) {
	t.Helper()
	err := postgres.InTx(t.Context(), db, func(tx *sqlx.Tx) error {
		if err := job.InsertTx(t.Context(), tx, greet{Name: name}); err != nil {
			return err
		}
		return end
	})
	if !errors.Is(err, end) {
		t.Fatal(err)
	}
}

func TestAJobOfARolledBackTransactionIsNeverWorked(t *testing.T) {
	db, b := testkit.DB(t), newBook()
	enqueue(t, db, "never", errors.New("no"))
	enqueue(t, db, "yes", nil)
	start(t, db, b.write)
	if got := b.wait(t); got != "yes" {
		t.Errorf("worked %q, want only the committed job", got)
	}
	var jobs int
	if err := db.Get(&jobs, `SELECT count(*) FROM river_job`); err != nil {
		t.Fatal(err)
	}
	if jobs != 1 {
		t.Errorf("%d jobs are stored, want 1", jobs)
	}
}

func TestAJobIsWorkedAgainAfterAnError(t *testing.T) {
	db, b := testkit.DB(t), newBook()
	var tries atomic.Int32
	enqueue(t, db, "second time lucky", nil)
	start(t, db, func(ctx context.Context, g greet) error {
		if tries.Add(1) == 1 {
			return errors.New("not yet")
		}
		return b.write(ctx, g)
	})
	b.wait(t)
}

func TestTwoProcessesWorkEachJobOnce(t *testing.T) {
	db, b := testkit.DB(t), newBook()
	const jobs = 40
	for i := range jobs {
		enqueue(t, db, fmt.Sprint(i), nil)
	}
	start(t, db, b.write)
	start(t, db, b.write)
	for range jobs {
		b.wait(t)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for name, n := range b.seen {
		if n != 1 {
			t.Errorf("job %s was worked %d times", name, n)
		}
	}
}

func TestAScheduleRunsOnceForTwoProcesses(t *testing.T) {
	db, b := testkit.DB(t), newBook()
	hourly := job.Schedule{Every: time.Hour, AtStart: true, Args: func() river.JobArgs { return greet{Name: "hourly"} }}
	start(t, db, b.write, hourly)
	start(t, db, b.write, hourly)
	b.wait(t)
	time.Sleep(300 * time.Millisecond) // time enough for a second one to come, were there any
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.seen["hourly"] != 1 {
		t.Errorf("the hourly job ran %d times at start", b.seen["hourly"])
	}
}

func TestStopWaitsForTheJobUnderWay(t *testing.T) {
	db := testkit.DB(t)
	enqueue(t, db, "slow", nil)
	workers := job.NewWorkers()
	begun, done := make(chan struct{}), false
	job.Add(workers, func(context.Context, greet) error {
		close(begun)
		time.Sleep(200 * time.Millisecond)
		done = true
		return nil
	})
	q, err := job.New(db, workers, job.Options{Poll: 10 * time.Millisecond, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-begun
	if err := q.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !done {
		t.Error("Stop returned before the job under way was done")
	}
}

package expert

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
)

// Audit events.
const (
	EventRecorded  = "statement.recorded"
	EventChanged   = "statement.changed"
	EventWithdrawn = "statement.withdrawn"
	EventUnnamed   = "statement.name_removed"
)

// Service is the use cases of the package.
type Service struct {
	db        *sqlx.DB
	now       func() time.Time
	keepNames int
	decision  string
}

// New makes the service. keepNames is how many months after the statement an expert's name is kept, and decision
// the number of the authority's decision on that; without both, a name is kept until somebody takes it out.
func New(db *sqlx.DB, now func() time.Time, keepNames int, decision string) *Service {
	return &Service{db: db, now: now, keepNames: keepNames, decision: decision}
}

// NameUntil is the day on which the name is taken out of the register; nil for never.
func (s *Service) NameUntil(st Statement) *time.Time {
	if st.nameless() || s.keepNames == 0 || s.decision == "" {
		return nil
	}
	day := st.Date.AddDate(0, s.keepNames, 0)
	return &day
}

func (s Statement) nameless() bool { return s.Name == "" }

// Unname takes the expert's name out of the register for good. What was said stands, by role: what rests
// on it keeps its ground, and what is printed later gives no name. Doing it twice is done once.
func (s *Service) Unname(ctx context.Context, id string) error {
	return s.once(ctx, id, EventUnnamed, nil, unname, Statement.nameless)
}

// NamedLike are the statements by an expert of a name, whatever its capitals and spaces, the latest first. No address of
// an expert is kept, so that it is the same person is for the caller to know.
func (s *Service) NamedLike(ctx context.Context, name string) ([]Statement, error) {
	list, err := s.List(ctx, "")
	if err != nil {
		return nil, err
	}
	folded := func(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
	return slices.DeleteFunc(list, func(st Statement) bool { return st.nameless() || folded(st.Name) != folded(name) }), nil
}

// UnnameIn is Unname by a decision, in the caller's transaction.
func (s *Service) UnnameIn(ctx context.Context, tx *sqlx.Tx, id, decision string) error {
	return s.onceIn(ctx, tx, id, EventUnnamed, map[string]any{"decision": decision}, unname, Statement.nameless)
}

// NamesArgs are the arguments of the job that takes out the names whose time is over.
type NamesArgs struct{}

// Kind is the name of the job in the queue.
func (NamesArgs) Kind() string { return "remove_expert_names" }

// NamesJob takes out each name that has been kept as long as it may, and logs the decision. It runs once a day and
// may run any number of times.
func (s *Service) NamesJob(ctx context.Context, _ NamesArgs) error {
	ctx = audit.WithActor(ctx, audit.Actor{Kind: "system", Name: "schedule"})
	list, err := s.List(ctx, "")
	if err != nil {
		return err
	}
	for _, st := range list {
		if until := s.NameUntil(st); until != nil && !s.now().Before(*until) {
			if err := s.once(ctx, st.ID, EventUnnamed, map[string]any{"decision": s.decision}, unname, Statement.nameless); err != nil {
				return err
			}
		}
	}
	return nil
}

// List lists the statements of a theme, "" for all, the latest first; also withdrawn ones.
func (s *Service) List(ctx context.Context, theme string) ([]Statement, error) {
	list, err := statements(ctx, s.db, theme)
	if err != nil {
		return nil, fmt.Errorf("list statements: %w", err)
	}
	slices.SortFunc(list, latestFirst)
	return list, nil
}

// Find returns one statement, also a withdrawn one. Fault: NotFound.
func (s *Service) Find(ctx context.Context, id string) (Statement, error) {
	st, err := find(ctx, s.db, id)
	if err != nil {
		return st, fmt.Errorf("statement %s: %w", id, err)
	}
	return st, nil
}

// Save records a new statement (ID "") or changes one at the version that the writer saw, and returns its
// id. Words, role and date that differ make a new version; who is named and what is approved do not.
// Faults: Invalid by field; Conflict when somebody changed it meanwhile or it is withdrawn.
func (s *Service) Save(ctx context.Context, st Statement) (string, error) {
	if err := st.settle(); err != nil {
		return "", err
	}
	st.Hash = st.hash()
	isNew := st.ID == ""
	if isNew {
		st.ID, st.Version = uuid.NewString(), 1
	}
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error { return s.put(ctx, tx, st, isNew) })
	if err != nil {
		return "", fmt.Errorf("save statement: %w", err)
	}
	return st.ID, nil
}

// put records a new statement, or changes one, and logs it.
func (s *Service) put(ctx context.Context, tx *sqlx.Tx, st Statement, isNew bool) (err error) {
	event := EventChanged
	if isNew {
		event, err = EventRecorded, insert(ctx, tx, st, audit.ActorOf(ctx).Name, s.now())
	} else {
		err = s.change(ctx, tx, &st)
	}
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Name: event, Subject: "statement", SubjectID: st.ID, Detail: map[string]any{"version": st.Version}})
}

func (s *Service) change(ctx context.Context, tx *sqlx.Tx, next *Statement) error {
	was, err := lock(ctx, tx, next.ID)
	if err != nil {
		return err
	}
	switch {
	case was.Withdrawn:
		return fault.New(fault.Conflict, "expert.error_withdrawn")
	case was.Version != next.Version:
		return fault.New(fault.Conflict, "expert.error_version")
	}
	if was.Hash != next.Hash {
		next.Version++
		if err := insertVersion(ctx, tx, *next, audit.ActorOf(ctx).Name, s.now()); err != nil {
			return err
		}
	}
	return update(ctx, tx, *next, s.now())
}

// Withdraw takes a statement back for good: nothing rests on it any more and nothing of it is printed again.
// The name is taken out of the register. Withdrawing twice is done once.
func (s *Service) Withdraw(ctx context.Context, id string) error {
	return s.once(ctx, id, EventWithdrawn, nil, withdraw, func(st Statement) bool { return st.Withdrawn })
}

// once does what cannot be undone to a statement, and logs it as event, unless it is done already.
func (s *Service) once(ctx context.Context, id, event string, detail any, do func(context.Context, *sqlx.Tx, string, time.Time) error, done func(Statement) bool) error {
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error { return s.onceIn(ctx, tx, id, event, detail, do, done) })
	if err != nil {
		return fmt.Errorf("%s, statement %s: %w", event, id, err)
	}
	return nil
}

func (s *Service) onceIn(ctx context.Context, tx *sqlx.Tx, id, event string, detail any, do func(context.Context, *sqlx.Tx, string, time.Time) error, done func(Statement) bool) error {
	was, err := lock(ctx, tx, id)
	if err != nil || done(was) {
		return err
	}
	if err := do(ctx, tx, id, s.now()); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Name: event, Subject: "statement", SubjectID: id, Detail: detail})
}

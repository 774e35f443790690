package recommendation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/survey"
)

// Names of the audit events of this package.
const (
	EventImported   = "recommendation.imported"
	EventCreated    = "recommendation.created"
	EventChanged    = "recommendation.changed"
	EventStatus     = "recommendation.status_changed"
	EventRefrozen   = "recommendation.figures_accepted"
	EventRecomputed = "recommendation.recomputed"
)

// Service is the use cases of recommendations.
type Service struct {
	db        *sqlx.DB
	now       func() time.Time
	surveys   *survey.Service
	responses *response.Service
	meetings  *dialogue.Service
	experts   *expert.Service
	frame     func(ctx context.Context) (map[string]int, error)
	settings  Settings
	weighed   weighed
	waves     waves
	asked     func(ctx context.Context, tx *sqlx.Tx, id, number string) error
}

// Settings is what an installation decides.
type Settings struct {
	MinBase    int  // smallest base that is shown, 0 for the default
	TwoPersons bool // who changed a recommendation last may not decide it
}

// New makes the service. frame gives the number of units in the frame by
// group, for the intervals' finite population correction; a group it leaves out
// is taken as a sample of a large population.
func New(db *sqlx.DB, now func() time.Time, surveys *survey.Service, responses *response.Service,
	meetings *dialogue.Service, experts *expert.Service, frame func(ctx context.Context) (map[string]int, error), settings Settings) *Service {
	return &Service{
		db: db, now: now, surveys: surveys, responses: responses, meetings: meetings, experts: experts,
		frame: frame, settings: settings, weighed: weighed{kept: map[string]keptWeights{}},
		waves: waves{kept: map[string]keptWaves{}},
		asked: func(context.Context, *sqlx.Tx, string, string) error { return nil },
	}
}

// HoldWhileAsked lets those who ask others about recommendations say that they still do. The function
// returns a Conflict that names who asks, and the recommendation is not decided, withdrawn, split or
// merged. It is called while the recommendation is locked.
func (s *Service) HoldWhileAsked(asked func(ctx context.Context, tx *sqlx.Tx, id, number string) error) {
	s.asked = asked
}

// StillOut holds a recommendation until the transaction ends and refuses one that is not out for
// consultation any more.
func (s *Service) StillOut(ctx context.Context, tx *sqlx.Tx, id string) error {
	status, err := lockStatus(ctx, tx, id)
	if err == nil && status != Consultation {
		err = fault.New(fault.Conflict, "recommendation.error_status")
	}
	return err
}

// Filter narrows a list; zero values do not.
type Filter struct {
	Area   int
	Status Status
}

// List returns recommendations by number, with their evidence.
func (s *Service) List(ctx context.Context, f Filter) ([]Recommendation, error) {
	list, err := list(ctx, s.db, f)
	if err != nil {
		return nil, fmt.Errorf("list recommendations: %w", err)
	}
	if err := s.resolve(ctx, list); err != nil {
		return nil, fmt.Errorf("evidence of recommendations: %w", err)
	}
	return list, nil
}

// Find returns one recommendation with its evidence.
func (s *Service) Find(ctx context.Context, id string) (Recommendation, error) {
	r, err := find(ctx, s.db, id)
	if err != nil {
		return Recommendation{}, fmt.Errorf("recommendation %s: %w", id, err)
	}
	one := []Recommendation{r}
	if err := s.resolve(ctx, one); err != nil {
		return Recommendation{}, fmt.Errorf("evidence of recommendation %s: %w", r.Number, err)
	}
	return one[0], nil
}

// FindNumber is Find by number, "5.1".
func (s *Service) FindNumber(ctx context.Context, number string) (Recommendation, error) {
	id, err := idOf(ctx, s.db, number)
	if err != nil {
		return Recommendation{}, fmt.Errorf("recommendation %s: %w", number, err)
	}
	return s.Find(ctx, id)
}

// Create makes a draft. Its evidence is checked and its figures are computed
// here; what the caller put in as values is not read.
func (s *Service) Create(ctx context.Context, r Recommendation) (Recommendation, error) {
	return s.create(ctx, r, VersionCreated, func(*sqlx.Tx, string) error { return nil })
}

// create stores a draft as its first version, and what belongs to it.
func (s *Service) create(ctx context.Context, r Recommendation, kind VersionKind, also func(tx *sqlx.Tx, id string) error) (Recommendation, error) {
	r.Status, r.Version = Draft, 1
	if err := s.prepare(ctx, &r); err != nil {
		return Recommendation{}, err
	}
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) (err error) {
		if r.ID, err = insert(ctx, tx, r, s.now()); err != nil {
			return err
		}
		if err := s.keep(ctx, tx, r, kind, ""); err != nil {
			return err
		}
		if err := also(tx, r.ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventCreated, Subject: "recommendation", SubjectID: r.ID,
			Detail: map[string]any{"number": r.Number}})
	})
	if err != nil {
		return Recommendation{}, fmt.Errorf("create recommendation %s: %w", r.Number, err)
	}
	return s.Find(ctx, r.ID)
}

// Change replaces texts and evidence of a recommendation that is a draft or out
// for consultation, and keeps what stood before as a version. Its status and
// number stay. note says why, in a line; r.Version is the version that the
// writer saw, and a later one is a Conflict.
func (s *Service) Change(ctx context.Context, r Recommendation, note string) error {
	if err := checkNote(note); err != nil {
		return err
	}
	return s.change(ctx, r, VersionEdited, note)
}

// checkSupport holds a recommendation that has left the draft to its two
// channels.
func checkSupport(r Recommendation) error {
	if r.Status != Draft && !r.Supported() {
		return fault.New(fault.Conflict, "recommendation.error_channels")
	}
	return nil
}

// Move changes the status. A draft goes on only with evidence in force from two
// channels; publishing recomputes every figure first and refuses when one
// differs.
func (s *Service) Move(ctx context.Context, id string, to Status) error {
	return s.MoveOn(ctx, id, to, "")
}

// MoveOn is Move with the meeting and the item that decided it, for the log.
func (s *Service) MoveOn(ctx context.Context, id string, to Status, basis string) error {
	if to == Decided || to == Published {
		if _, err := s.Recompute(ctx); err != nil {
			return err
		}
	}
	r, err := s.Find(ctx, id)
	if err != nil {
		return err
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if r.Status, err = lockStatus(ctx, tx, id); err != nil {
			return err
		}
		if !slices.Contains(r.Next(), to) {
			return fault.New(fault.Conflict, "recommendation.error_status")
		}
		if err := s.asked(ctx, tx, id, r.Number); err != nil {
			return err
		}
		if to != Draft && !r.Supported() {
			return fault.New(fault.Conflict, "recommendation.error_channels")
		}
		if (to == Decided || to == Published) && r.HasStale() {
			return fault.New(fault.Conflict, "recommendation.error_stale")
		}
		if to == Decided {
			if err := s.checkDecider(ctx, tx, id); err != nil {
				return err
			}
		}
		return s.step(ctx, tx, r, to, basis)
	})
	if err != nil {
		return fmt.Errorf("move recommendation %s to %s: %w", r.Number, to, err)
	}
	return nil
}

// step moves a recommendation and writes down who did.
func (s *Service) step(ctx context.Context, tx *sqlx.Tx, r Recommendation, to Status, basis string) error {
	if err := setStatus(ctx, tx, r.ID, to, s.now()); err != nil {
		return err
	}
	actor := audit.ActorOf(ctx)
	err := insertStep(ctx, tx, r.ID, Step{From: r.Status, To: to, Version: r.Version, Basis: cut(basis, maxNote),
		Actor: actor.Name, At: s.now()}, actor.ID)
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Name: EventStatus, Subject: "recommendation", SubjectID: r.ID,
		Detail: map[string]any{"number": r.Number, "from": r.Status, "to": to}})
}

// checkDecider refuses, where two persons are asked for, the one who changed
// the recommendation last.
func (s *Service) checkDecider(ctx context.Context, tx *sqlx.Tx, id string) error {
	if !s.settings.TwoPersons {
		return nil
	}
	last, err := lastVersion(ctx, tx, id)
	if err != nil {
		return err
	}
	if actor := audit.ActorOf(ctx); last.AuthorID != "" && last.AuthorID == actor.ID {
		return fault.New(fault.Conflict, "recommendation.error_two_persons", "Author", last.Author, "Version", last.Number)
	}
	return nil
}

// Steps returns who moved a recommendation when, in order.
func (s *Service) Steps(ctx context.Context, id string) ([]Step, error) { return steps(ctx, s.db, id) }

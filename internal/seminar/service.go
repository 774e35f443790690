package seminar

import (
	"context"
	"fmt"
	"regexp"
	"time"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/region"
	"upphandlingsdialog/internal/strategy"
	"upphandlingsdialog/internal/token"
)

// Audit events.
const (
	EventPlanned         = "seminar.planned"
	EventChanged         = "seminar.changed"
	EventCalledOff       = "seminar.called_off_and_mailed"
	EventRegistered      = "registration.received"
	EventCancelled       = "registration.cancelled"
	EventPromoted        = "registration.promoted"
	EventAttended        = "registration.attendance_changed"
	EventAdvicePosted    = "advice.posted"
	EventAdviceReversed  = "advice.reversed"
	EventAdvicePriceSet  = "advice.price_changed"
	EventYearImported    = "seminar.year_imported"
	purposeRegistration  = "seminar-registration"
	maxShort             = 200
	maxAbout             = 4000
	defaultTrainingGoal  = 4
	defaultLearningGoal  = 6
	checkInOpensBefore   = 12 * time.Hour
	registrationMailKind = "seminar"
)

// Outbox is where letters go; *distribution.Service is the real one.
type Outbox interface {
	Register(kind string, k distribution.Kind)
	Enqueue(ctx context.Context, tx *sqlx.Tx, kind, dedupeKey, to string, lang i18n.Lang, payload any) error
}

// Firms finds the firm that a registration speaks for, adding it to the register when it is new.
type Firms interface {
	EnsureFirm(ctx context.Context, tx *sqlx.Tx, name string, municipality int, invented bool) (id string, err error)
}

// Config is what an installation decides.
type Config struct {
	BaseURL string    // "https://dialog.example", without slash at the end
	Key     token.Key // personal links are derived from it
	Owner   i18n.Text // who arranges the seminars
	Contact string    // address for questions
	// TrainingGoal is how many training seminars a year has (0 gives 4), LearningGoal in how many
	// different municipalities learning seminars are held (0 gives 6).
	TrainingGoal, LearningGoal int
}

// Service is the use cases of the package.
type Service struct {
	db     *sqlx.DB
	now    func() time.Time
	firms  Firms
	outbox Outbox
	cfg    Config
}

// New makes the service and registers its letters with the outbox.
func New(db *sqlx.DB, now func() time.Time, firms Firms, outbox Outbox, cfg Config) *Service {
	if cfg.TrainingGoal == 0 {
		cfg.TrainingGoal = defaultTrainingGoal
	}
	if cfg.LearningGoal == 0 {
		cfg.LearningGoal = defaultLearningGoal
	}
	s := &Service{db: db, now: now, firms: firms, outbox: outbox, cfg: cfg}
	outbox.Register(registrationMailKind, distribution.Kind{Render: s.renderLetter, Requested: true})
	return s
}

// Draft is a seminar as it is planned.
type Draft struct {
	Ref          string
	Kind         string
	Title        string
	About        string
	Area         int
	FreeTheme    string
	StartsAt     time.Time
	EndsAt       time.Time
	Municipality int
	Place        string
	Capacity     int
	Invented     bool
}

var refShape = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,79}$`)

// check tells what is wrong with the plan of one seminar (R8: a training seminar has one of the
// three areas or a free theme; a learning seminar has neither).
func (d Draft) check() error {
	var bad []fault.Field
	need := func(name, key string, ok bool) {
		if !ok {
			bad = append(bad, fault.Field{Name: name, Key: key, Args: fault.Args("Max", maxShort)})
		}
	}
	need("ref", "seminar.error_ref", refShape.MatchString(d.Ref))
	need("kind", "error.choice", d.Kind == Training || d.Kind == Learning)
	need("title", "error.required", d.Title != "")
	need("title", "error.too_long", utf8.RuneCountInString(d.Title) <= maxShort)
	need("place", "error.required", d.Place != "")
	need("place", "error.too_long", utf8.RuneCountInString(d.Place) <= maxShort)
	need("about", "error.required", d.About != "")
	need("about", "seminar.error_about_long", utf8.RuneCountInString(d.About) <= maxAbout)
	need("free_theme", "error.too_long", utf8.RuneCountInString(d.FreeTheme) <= maxShort)
	_, known := strategy.AreaByNumber(d.Area)
	need("area", "error.choice", known || d.Area == 0)
	if d.Kind == Training {
		need("area", "seminar.error_theme", (d.Area != 0) != (d.FreeTheme != ""))
	} else {
		need("area", "seminar.error_no_theme", d.Area == 0 && d.FreeTheme == "")
	}
	_, known = region.MunicipalityByCode(d.Municipality)
	need("municipality", "error.choice", known)
	need("date", "error.date", d.StartsAt.Year() >= 2000 && d.StartsAt.Year() < 2200)
	need("ends", "seminar.error_times", d.StartsAt.Before(d.EndsAt) && d.EndsAt.Sub(d.StartsAt) <= 24*time.Hour)
	need("capacity", "seminar.error_capacity", d.Capacity >= 1 && d.Capacity <= 1000)
	if bad != nil {
		return fault.InvalidFields("error.invalid", bad...)
	}
	return nil
}

// Find returns one seminar with its counts.
func (s *Service) Find(ctx context.Context, id string) (Seminar, error) {
	return findSeminar(ctx, s.db, id)
}

// List lists the seminars of a year (Swedish time), the first first; year 0 gives all.
func (s *Service) List(ctx context.Context, year int) ([]Seminar, error) {
	return listSeminars(ctx, s.db, year, time.Time{}, 0)
}

// Upcoming lists the seminars that have not begun, called-off ones included so that calendars can
// say so; municipality 0 gives all.
func (s *Service) Upcoming(ctx context.Context, municipality int) ([]Seminar, error) {
	return listSeminars(ctx, s.db, 0, s.now(), municipality)
}

// Feed lists what the calendar feed holds: the seminars of the last 90 days and all later ones.
func (s *Service) Feed(ctx context.Context, municipality int) ([]Seminar, error) {
	return listSeminars(ctx, s.db, 0, s.now().AddDate(0, 0, -90), municipality)
}

// Save plans a new seminar (id "") or changes one at the revision that the writer saw, and returns
// its id. Those who are registered get a letter when time or place changed, and those next in line
// a seat when there are more. Faults: Invalid by field; Conflict when somebody else changed it.
func (s *Service) Save(ctx context.Context, id string, revision int, d Draft) (string, error) {
	if err := d.check(); err != nil {
		return "", err
	}
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) (err error) {
		if id == "" {
			id, err = s.insert(ctx, tx, d)
			return err
		}
		was, err := lockSeminar(ctx, tx, id)
		if err != nil {
			return err
		}
		if was.Revision != revision {
			return fault.New(fault.Conflict, "seminar.error_revision")
		}
		return s.update(ctx, tx, was, d)
	})
	if err != nil {
		return "", fmt.Errorf("save seminar %s: %w", d.Ref, err)
	}
	return id, nil
}

func (s *Service) insert(ctx context.Context, tx *sqlx.Tx, d Draft) (string, error) {
	id, err := insertSeminar(ctx, tx, d, s.now())
	if err != nil {
		return "", err
	}
	return id, audit.Record(ctx, tx, audit.Event{Name: EventPlanned, Subject: "seminar", SubjectID: id})
}

func (s *Service) update(ctx context.Context, tx *sqlx.Tx, was Seminar, d Draft) error {
	if was.Kind != d.Kind && was.Registered+was.Waiting > 0 {
		return fault.InvalidFields("error.invalid", fault.Field{Name: "kind", Key: "seminar.error_kind_fixed"})
	}
	moved := !was.StartsAt.Equal(d.StartsAt) || !was.EndsAt.Equal(d.EndsAt) || was.Place != d.Place ||
		was.Municipality != d.Municipality
	sequence := was.Sequence
	if moved || was.Title != d.Title {
		sequence++
	}
	if err := updateSeminar(ctx, tx, was.ID, sequence, d, s.now()); err != nil {
		return err
	}
	now, err := findSeminar(ctx, tx, was.ID)
	if err != nil {
		return err
	}
	if moved && now.Open(s.now()) {
		if err := s.tellAll(ctx, tx, now, letterMoved); err != nil {
			return err
		}
	}
	if err := s.fillSeats(ctx, tx, now); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Name: EventChanged, Subject: "seminar", SubjectID: was.ID})
}

// CallOff cancels a seminar and tells everybody who is registered or in line.
func (s *Service) CallOff(ctx context.Context, id string) error {
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		was, err := lockSeminar(ctx, tx, id)
		if err != nil {
			return err
		}
		if !was.Open(s.now()) {
			return fault.New(fault.Conflict, "seminar.error_not_open")
		}
		if err := cancelSeminar(ctx, tx, id, s.now()); err != nil {
			return err
		}
		was.Sequence++
		if err := s.tellAll(ctx, tx, was, letterCalledOff); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventCalledOff, Subject: "seminar", SubjectID: id})
	})
	if err != nil {
		return fmt.Errorf("call off seminar %s: %w", id, err)
	}
	return nil
}

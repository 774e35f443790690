package people

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
)

// Audit events of the package.
const (
	EventImported     = "people.imported"
	EventSuppressed   = "people.suppressed"
	EventUnsuppressed = "people.unsuppressed"
)

// Service is the use cases of the package.
type Service struct {
	db  *sqlx.DB
	now func() time.Time
}

// New makes the service.
func New(db *sqlx.DB, now func() time.Time) *Service { return &Service{db: db, now: now} }

// List returns one page of persons, sorted by name in Swedish order.
func (s *Service) List(ctx context.Context, f Filter) (Page, error) {
	if f.PageSize <= 0 {
		f.PageSize = 50
	}
	f.Page = max(f.Page, 1)
	return listPersons(ctx, s.db, f)
}

// Find returns one person.
func (s *Service) Find(ctx context.Context, id string) (Person, error) {
	return findPerson(ctx, s.db, id)
}

// FindByEmail returns the person with the address, however it is written.
func (s *Service) FindByEmail(ctx context.Context, email string) (Person, error) {
	normalised, err := NormaliseEmail(email)
	if err != nil {
		return Person{}, fault.New(fault.NotFound, "people.error_unknown").Wrap(err)
	}
	return findByEmail(ctx, s.db, normalised)
}

// Organisation returns one organisation with its municipalities.
func (s *Service) Organisation(ctx context.Context, id string) (Organisation, error) {
	return findOrganisation(ctx, s.db, id)
}

// InGroups calls yield for every person with a role in one of the groups,
// sorted by address, so that a large frame never stands in memory as a whole.
func (s *Service) InGroups(ctx context.Context, groups []string, yield func(Person) error) error {
	return eachInGroups(ctx, s.db, groups, yield)
}

// Count is how many persons there are.
func (s *Service) Count(ctx context.Context) (int, error) { return countPersons(ctx, s.db) }

// FrameCounts counts the persons of each group: the frames that the survey's
// intervals are corrected with. A person with two roles counts in both.
func (s *Service) FrameCounts(ctx context.Context) (map[string]int, error) {
	return frameCounts(ctx, s.db)
}

// WithoutGroup counts the persons who have no role and so get no survey.
func (s *Service) WithoutGroup(ctx context.Context) (int, error) {
	return countWithoutGroup(ctx, s.db)
}

// Suppressed tells whether the address gets no mail; nil means that it does.
func (s *Service) Suppressed(ctx context.Context, email string) (*Suppression, error) {
	normalised, err := NormaliseEmail(email)
	if err != nil {
		return nil, nil //nolint:nilerr // an address that cannot be read is refused elsewhere
	}
	return findSuppression(ctx, s.db, normalised)
}

// Suppress stops mail to an address at once, in the caller's transaction. A
// bounce does not replace what the person said herself.
func (s *Service) Suppress(ctx context.Context, tx *sqlx.Tx, email, reason string) error {
	normalised, err := NormaliseEmail(email)
	if err != nil {
		return fault.New(fault.Invalid, "people.error_email").Wrap(err)
	}
	done, err := suppress(ctx, tx, normalised, reason, s.now())
	if err != nil || !done {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Name: EventSuppressed, Subject: "address", SubjectID: normalised,
		Detail: map[string]string{"reason": reason}})
}

// Unsuppress lets mail go to the address again.
func (s *Service) Unsuppress(ctx context.Context, tx *sqlx.Tx, email string) error {
	normalised, err := NormaliseEmail(email)
	if err != nil {
		return fault.New(fault.Invalid, "people.error_email").Wrap(err)
	}
	done, err := unsuppress(ctx, tx, normalised, s.now())
	if err != nil || !done {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Name: EventUnsuppressed, Subject: "address", SubjectID: normalised})
}

// Bounced stops mail to an address that a mail server refused for good.
func (s *Service) Bounced(ctx context.Context, tx *sqlx.Tx, email string) error {
	return s.Suppress(ctx, tx, email, ReasonBounced)
}

// SetSuppressed is Suppress or Unsuppress of one person, on a team member's word.
func (s *Service) SetSuppressed(ctx context.Context, personID string, stop bool) error {
	p, err := s.Find(ctx, personID)
	if err != nil {
		return err
	}
	return postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if stop {
			return s.Suppress(ctx, tx, p.Email, ReasonObjection)
		}
		return s.Unsuppress(ctx, tx, p.Email)
	})
}

package seminar

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/region"
	"upphandlingsdialog/internal/token"
)

// Form is what somebody who registers says.
type Form struct {
	Name         string
	Email        string
	Group        string
	Organisation string
	Municipality int
	Needs        []string
	Language     i18n.Lang
	Invented     bool
}

// check applies R8 and R10: training is for all four groups; a learning seminar is for firms, which
// say what they know little about.
func (f *Form) check(kind string) (normalised string, err error) {
	var bad []fault.Field
	need := func(name, key string, ok bool) {
		if !ok {
			bad = append(bad, fault.Field{Name: name, Key: key, Args: fault.Args("Max", maxShort)})
		}
	}
	f.Name, f.Organisation = strings.Join(strings.Fields(f.Name), " "), strings.Join(strings.Fields(f.Organisation), " ")
	f.Email = strings.TrimSpace(f.Email)
	if kind == Learning && f.Group == "" {
		f.Group = region.Business
	}
	need("name", "error.required", f.Name != "")
	need("name", "error.too_long", utf8.RuneCountInString(f.Name) <= maxShort)
	need("organisation", "error.too_long", utf8.RuneCountInString(f.Organisation) <= maxShort)
	normalised, mailErr := people.NormaliseEmail(f.Email)
	need("email", "error.email", mailErr == nil)
	_, known := region.TargetGroupByID(f.Group)
	need("group", "error.choice", known)
	_, known = region.MunicipalityByCode(f.Municipality)
	need("municipality", "error.choice", known)
	if kind == Learning {
		need("group", "seminar.error_firms_only", f.Group == region.Business)
		need("organisation", "error.required", f.Organisation != "")
		need("needs", "seminar.error_needs", len(f.Needs) > 0)
		need("needs", "error.choice", !slices.ContainsFunc(f.Needs, func(n string) bool { return !slices.Contains(Needs, n) }))
	} else {
		f.Needs = nil
	}
	if bad != nil {
		return "", fault.InvalidFields("error.invalid", bad...)
	}
	return normalised, nil
}

// Register takes a registration: a seat, or a place in line when the seminar is full. What came of it
// is said in a letter with a personal link and nowhere else, so that the answer is the same for an
// address that is registered already. Faults: Invalid by field; Unavailable when it is too late.
func (s *Service) Register(ctx context.Context, seminarID string, f Form) error {
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		sem, err := lockSeminar(ctx, tx, seminarID)
		if err != nil {
			return err
		}
		if !sem.Open(s.now()) {
			return fault.New(fault.Unavailable, "seminar.error_closed")
		}
		normalised, err := f.check(sem.Kind)
		if err != nil {
			return err
		}
		known, err := findByEmail(ctx, tx, seminarID, normalised)
		if err == nil {
			return s.tell(ctx, tx, sem, known, letterReminded)
		}
		if !fault.Is(err, fault.NotFound) {
			return err
		}
		state, what := Registered, letterRegistered
		if sem.Seats() == 0 {
			state, what = Waiting, letterWaiting
		}
		r, err := s.insertRegistration(ctx, tx, sem, f, normalised, state, nil)
		if err != nil {
			return err
		}
		return s.tell(ctx, tx, sem, r, what)
	})
	if err != nil {
		return fmt.Errorf("register for seminar %s: %w", seminarID, err)
	}
	return nil
}

// AddAttendee records somebody who came without being registered, over and above the seats.
func (s *Service) AddAttendee(ctx context.Context, seminarID string, f Form) error {
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		sem, err := lockSeminar(ctx, tx, seminarID)
		if err != nil {
			return err
		}
		if err := s.mayCheckIn(sem); err != nil {
			return err
		}
		normalised, err := f.check(sem.Kind)
		if err != nil {
			return err
		}
		now := s.now()
		_, err = s.insertRegistration(ctx, tx, sem, f, normalised, Registered, &now)
		return err
	})
	if err != nil {
		return fmt.Errorf("add attendee to seminar %s: %w", seminarID, err)
	}
	return nil
}

func (s *Service) insertRegistration(ctx context.Context, tx *sqlx.Tx, sem Seminar, f Form, normalised, state string, attended *time.Time) (Registration, error) {
	id, err := newID(ctx, tx)
	if err != nil {
		return Registration{}, err
	}
	r := Registration{ID: id, SeminarID: sem.ID, State: state, Name: f.Name, Email: f.Email, Group: f.Group,
		Organisation: f.Organisation, Municipality: f.Municipality, Needs: f.Needs, Language: string(f.Language),
		Invented: f.Invented, CreatedAt: s.now(), AttendedAt: attended}
	if _, ok := i18n.Parse(r.Language); !ok {
		r.Language = string(i18n.Sv)
	}
	if attended != nil && r.Group == region.Business && r.Organisation != "" {
		if r.OrganisationID, err = s.firms.EnsureFirm(ctx, tx, r.Organisation, r.Municipality, r.Invented); err != nil {
			return r, err
		}
	}
	if err := insertRegistration(ctx, tx, r, normalised, token.Hash(s.personalToken(id))); err != nil {
		return r, err
	}
	if state == Waiting {
		r.Queue = sem.Waiting + 1
	}
	return r, audit.Record(ctx, tx, audit.Event{Name: EventRegistered, Subject: "registration", SubjectID: id,
		Detail: map[string]string{"seminar": sem.ID, "state": state}})
}

func (s *Service) personalToken(registrationID string) string {
	return s.cfg.Key.Derive(purposeRegistration, registrationID)
}

// PersonalURL is the address at which a registration is seen and cancelled.
func (s *Service) PersonalURL(registrationID string) string {
	return s.cfg.BaseURL + "/registrations/" + s.personalToken(registrationID)
}

// RegistrationByToken is the registration that a personal link belongs to, and its seminar.
func (s *Service) RegistrationByToken(ctx context.Context, plain string) (Registration, Seminar, error) {
	r, err := findByToken(ctx, s.db, token.Hash(plain))
	if err != nil {
		return r, Seminar{}, fmt.Errorf("find registration: %w", err)
	}
	sem, err := findSeminar(ctx, s.db, r.SeminarID)
	return r, sem, err
}

// CancelByToken gives the seat up; the next in line gets it. Cancelling twice is no fault.
func (s *Service) CancelByToken(ctx context.Context, plain string) error {
	r, err := findByToken(ctx, s.db, token.Hash(plain))
	if err != nil {
		return fmt.Errorf("cancel registration: %w", err)
	}
	return s.Cancel(ctx, r.ID)
}

// Cancel gives a registration's seat, or place in line, up.
func (s *Service) Cancel(ctx context.Context, registrationID string) error {
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error { return s.giveUp(ctx, tx, registrationID, true) })
	if err != nil {
		return fmt.Errorf("cancel registration %s: %w", registrationID, err)
	}
	return nil
}

// giveUp is Cancel in the caller's transaction, with a letter to the person or without.
func (s *Service) giveUp(ctx context.Context, tx *sqlx.Tx, registrationID string, letter bool) error {
	sem, r, err := lockRegistration(ctx, tx, registrationID)
	if err != nil || r.State == Cancelled {
		return err
	}
	if !sem.Open(s.now()) {
		return fault.New(fault.Unavailable, "seminar.error_closed")
	}
	if err := setState(ctx, tx, r.ID, Cancelled, s.now()); err != nil {
		return err
	}
	if r.State == Registered {
		sem.Registered--
	}
	if letter {
		if err := s.tell(ctx, tx, sem, r, letterCancelled); err != nil {
			return err
		}
	}
	if err := s.fillSeats(ctx, tx, sem); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Name: EventCancelled, Subject: "registration", SubjectID: r.ID})
}

// fillSeats gives free seats to those in line, in order of arrival. The caller has locked the seminar.
func (s *Service) fillSeats(ctx context.Context, tx *sqlx.Tx, sem Seminar) error {
	if !sem.Open(s.now()) || sem.Seats() == 0 {
		return nil
	}
	next, err := nextInLine(ctx, tx, sem.ID, sem.Seats())
	if err != nil {
		return err
	}
	for _, r := range next {
		if err := setState(ctx, tx, r.ID, Registered, s.now()); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, sem, r, letterPromoted); err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, audit.Event{Name: EventPromoted, Subject: "registration", SubjectID: r.ID}); err != nil {
			return err
		}
	}
	return nil
}

// Registrations lists a seminar's registrations: seats, then the line, then the cancelled.
func (s *Service) Registrations(ctx context.Context, seminarID string) ([]Registration, error) {
	return listRegistrations(ctx, s.db, seminarID)
}

// CanCheckIn tells whether attendance may be recorded: from twelve hours before the start.
func (s Seminar) CanCheckIn(now time.Time) bool {
	return s.CancelledAt == nil && !now.Before(s.StartsAt.Add(-checkInOpensBefore))
}

func (s *Service) mayCheckIn(sem Seminar) error {
	if !sem.CanCheckIn(s.now()) {
		return fault.New(fault.Conflict, "seminar.error_check_in")
	}
	return nil
}

// SetAttended records that somebody came, or takes that back. A firm that came to a learning seminar
// has its advice account opened by this. Fault: Conflict before the day, or when advice was given
// because of this attendance.
func (s *Service) SetAttended(ctx context.Context, registrationID string, came bool) error {
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		sem, r, err := lockRegistration(ctx, tx, registrationID)
		if err != nil {
			return err
		}
		if err := s.mayCheckIn(sem); err != nil {
			return err
		}
		if r.State == Cancelled {
			return fault.New(fault.Conflict, "seminar.error_cancelled_cannot_attend")
		}
		if came == (r.AttendedAt != nil) {
			return nil
		}
		if came && r.Group == region.Business && r.OrganisationID == "" && r.Organisation != "" {
			r.OrganisationID, err = s.firms.EnsureFirm(ctx, tx, r.Organisation, r.Municipality, r.Invented)
			if err != nil {
				return err
			}
		}
		if err := setAttended(ctx, tx, r, came, s.now()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventAttended, Subject: "registration", SubjectID: r.ID,
			Detail: map[string]bool{"came": came}})
	})
	if err != nil {
		return fmt.Errorf("attendance of registration %s: %w", registrationID, err)
	}
	return nil
}

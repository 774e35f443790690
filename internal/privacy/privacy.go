// Package privacy says what is kept of somebody (domain rule L5), and takes personal data out of the system: when their
// time is over, or when somebody asks and the authority has decided so (L6: with a date, an executor and the decision).
package privacy

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/consultation"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/followup"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/seminar"
)

// EventErased is the audit event of a day's erasure.
const EventErased = "people.erased"

// Rule is what the authority has decided about the register of people. The zero value erases nobody.
type Rule struct {
	Months   int    // after the last part somebody took, 0 keeps everybody
	Decision string // its number; without one nobody is erased
}

// keeper is a package that keeps something of people.
type keeper interface {
	// Traces are what it keeps under a normalised address.
	Traces(ctx context.Context, address string) ([]people.Trace, error)
	// Forget puts becomes[i] in the place of the normalised address was[i] and takes out the names beside it.
	Forget(ctx context.Context, tx *sqlx.Tx, was, becomes []string) error
}

// part tells who has had one in something since a day, by id or normalised address.
type part func(ctx context.Context, tx *sqlx.Tx, since time.Time) ([]string, error)

// Services are the packages that keep something of people.
type Services struct {
	People        *people.Service
	Outbox        *distribution.Service
	Responses     *response.Service
	Consultations *consultation.Service
	Seminars      *seminar.Service
	Reports       *report.Service
	FollowUps     *followup.Service
	Accounts      *account.Service
	Experts       *expert.Service
}

// Sender is who writes to the team about requests.
type Sender struct {
	Address string    // of the site, without a trailing slash
	Owner   i18n.Text // the controller
	Contact string    // address for questions
}

// Service is the use cases of the package.
type Service struct {
	db        *sqlx.DB
	now       func() time.Time
	people    *people.Service
	responses *response.Service
	keepers   []keeper
	parts     []part
	rule      Rule

	accounts *account.Service
	experts  *expert.Service
	outbox   *distribution.Service
	address  string
	owner    i18n.Text
	contact  string
}

// New makes the service.
func New(db *sqlx.DB, now func() time.Time, of Services, rule Rule, from Sender) *Service {
	return &Service{db: db, now: now, people: of.People, responses: of.Responses, rule: rule,
		accounts: of.Accounts, experts: of.Experts, outbox: of.Outbox, address: from.Address, owner: from.Owner, contact: from.Contact,
		keepers: []keeper{of.Outbox, of.Consultations, of.Seminars, of.Reports, of.FollowUps},
		parts:   []part{of.Outbox.Invited, of.Consultations.Asked, of.Seminars.Registered, of.Reports.Listed, of.FollowUps.Asked}}
}

// EraseArgs are the arguments of the job that erases people whose time is over.
type EraseArgs struct{}

// Kind is the name of the job in the queue.
func (EraseArgs) Kind() string { return "erase_people" }

// EraseJob does Erase. It runs once a day and may run any number of times.
func (s *Service) EraseJob(ctx context.Context, _ EraseArgs) error {
	_, err := s.Erase(audit.WithActor(ctx, audit.Actor{Kind: "system", Name: "schedule"}))
	return err
}

// Erase makes the persons of the register nameless who for as long as the rule says have had no part in a survey,
// a consultation, a seminar or a follow-up, are on no distribution list, and have not been changed by anybody. The letters to
// them, their registrations and what they were sent become nameless with them. It says how many they were.
func (s *Service) Erase(ctx context.Context) (n int, err error) {
	if s.rule.Months <= 0 || s.rule.Decision == "" {
		return 0, nil
	}
	since := s.now().AddDate(0, -s.rule.Months, 0)
	if err := s.thin(ctx, since); err != nil {
		return 0, err
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		over, err := s.over(ctx, tx, since)
		if n = len(over); err != nil || n == 0 {
			return err
		}
		ids, was, becomes := make([]string, n), make([]string, n), make([]string, n)
		for i, c := range over {
			ids[i], was[i], becomes[i] = c.ID, c.Email, c.Nameless
		}
		for _, k := range s.keepers { // while the register still knows whose addresses they are
			if err := k.Forget(ctx, tx, was, becomes); err != nil {
				return err
			}
		}
		if err := s.people.Erase(ctx, tx, ids); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventErased, Subject: "register", SubjectID: "people",
			Detail: map[string]any{"count": n, "since": since.Format(time.DateOnly), "decision": s.rule.Decision}})
	})
	if err != nil {
		return 0, fmt.Errorf("erase people: %w", err)
	}
	if n > 0 {
		slog.InfoContext(ctx, "people erased from the register", "count", n, "without_part_since", since.Format(time.DateOnly), "decision", s.rule.Decision)
	}
	return n, nil
}

// thin takes requests out of the register that were answered before a time.
func (s *Service) thin(ctx context.Context, before time.Time) error {
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		n, err := deleteRequests(ctx, tx, before)
		if err != nil || n == 0 {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventRequestsThinned, Subject: "register", SubjectID: "requests",
			Detail: map[string]any{"count": n, "answered_before": before.Format(time.DateOnly), "decision": s.rule.Decision}})
	})
	if err != nil {
		return fmt.Errorf("thin the register of requests: %w", err)
	}
	return nil
}

// over are those whose time is over.
func (s *Service) over(ctx context.Context, tx *sqlx.Tx, since time.Time) ([]people.Contact, error) {
	all, err := s.people.Untouched(ctx, tx, since)
	if err != nil {
		return nil, err
	}
	part := map[string]bool{} // ids and addresses of those who have one
	for _, with := range s.parts {
		list, err := with(ctx, tx, since)
		if err != nil {
			return nil, err
		}
		for _, key := range list {
			part[key] = true
		}
	}
	return slices.DeleteFunc(all, func(c people.Contact) bool { return part[c.ID] || part[c.Email] }), nil
}

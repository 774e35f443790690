package seminar

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
)

// Hours writes quarter hours as hours: 13 is "3,25", 20 is "5,0".
func Hours(l i18n.Lang, quarters int) string {
	decimals := 2
	if quarters%2 == 0 {
		decimals = 1
	}
	return i18n.Number(l, float64(quarters)/4, decimals)
}

// Accounts lists the firms that came to a learning seminar, with what they have used.
func (s *Service) Accounts(ctx context.Context) ([]Account, error) { return listAccounts(ctx, s.db) }

// Account returns a firm's ledger. Fault: NotFound when there is no such firm.
func (s *Service) Account(ctx context.Context, organisationID string) (Account, error) {
	return findAccount(ctx, s.db, organisationID)
}

// Post enters advice that was given to a firm, in quarter hours, and returns the entry's id. Faults:
// Invalid by field; also beyond 5.0 hours in all and before an attended learning seminar (R11). Both
// limits stand in the database, so they hold when two post at once.
func (s *Service) Post(ctx context.Context, organisationID string, quarters int, date time.Time, note string) (string, error) {
	var id string
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) (err error) {
		id, err = s.post(ctx, tx, "", organisationID, quarters, date, note)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("post advice to %s: %w", organisationID, err)
	}
	return id, nil
}

func (s *Service) post(ctx context.Context, tx *sqlx.Tx, ref, organisationID string, quarters int, date time.Time, note string) (string, error) {
	note = strings.TrimSpace(note)
	var bad []fault.Field
	if quarters < 1 || quarters > MaxQuarters {
		bad = append(bad, fault.Field{Name: "quarters", Key: "seminar.error_quarters"})
	}
	if date.IsZero() || date.Format(time.DateOnly) > s.now().In(i18n.Stockholm).Format(time.DateOnly) {
		bad = append(bad, fault.Field{Name: "date", Key: "seminar.error_future"})
	}
	if note == "" {
		bad = append(bad, fault.Field{Name: "note", Key: "error.required"})
	}
	if utf8.RuneCountInString(note) > maxAbout {
		bad = append(bad, fault.Field{Name: "note", Key: "seminar.error_about_long"})
	}
	if bad != nil {
		return "", fault.InvalidFields("error.invalid", bad...)
	}
	id, err := insertEntry(ctx, tx, ref, Entry{OrganisationID: organisationID, Quarters: quarters, Date: date, Note: note,
		PostedBy: audit.ActorOf(ctx).Name, PostedAt: s.now()})
	if err != nil {
		return "", err
	}
	return id, audit.Record(ctx, tx, audit.Event{Name: EventAdvicePosted, Subject: "organisation", SubjectID: organisationID,
		Detail: map[string]any{"entry": id, "quarters": quarters}})
}

// Reverse corrects an entry by one that takes it back. Faults: Invalid without a reason; Conflict when
// it was reversed before or is a reversal itself.
func (s *Service) Reverse(ctx context.Context, entryID, reason string) error {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return fault.InvalidFields("error.invalid", fault.Field{Name: "reason", Key: "error.required"})
	}
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		e, err := findEntry(ctx, tx, entryID)
		if err != nil {
			return err
		}
		if e.Reverses != "" {
			return fault.New(fault.Conflict, "seminar.error_reversal")
		}
		if e.ReversedBy != "" {
			return fault.New(fault.Conflict, "seminar.error_reversed_already")
		}
		id, err := insertEntry(ctx, tx, "", Entry{OrganisationID: e.OrganisationID, Quarters: -e.Quarters, Date: e.Date,
			Note: reason, Reverses: e.ID, PostedBy: audit.ActorOf(ctx).Name, PostedAt: s.now()})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventAdviceReversed, Subject: "organisation", SubjectID: e.OrganisationID,
			Detail: map[string]any{"entry": id, "reverses": e.ID}})
	})
	if err != nil {
		return fmt.Errorf("reverse advice entry %s: %w", entryID, err)
	}
	return nil
}

// Price is what an hour costs the firm on a day, in kronor; nil when no price was set by then.
func (s *Service) Price(ctx context.Context, on time.Time) (*int, error) {
	return priceOn(ctx, s.db, on)
}

// SetPrice sets the price from a day on; 0 makes advice free of charge.
func (s *Service) SetPrice(ctx context.Context, from time.Time, kronorPerHour int) error {
	if kronorPerHour < 0 || kronorPerHour > 5000 {
		return fault.InvalidFields("error.invalid", fault.Field{Name: "price", Key: "seminar.error_price"})
	}
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := insertPrice(ctx, tx, from, kronorPerHour, audit.ActorOf(ctx).Name, s.now()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventAdvicePriceSet, Subject: "advice", SubjectID: from.Format(time.DateOnly),
			Detail: map[string]int{"kronor_per_hour": kronorPerHour}})
	})
	if err != nil {
		return fmt.Errorf("set price of advice: %w", err)
	}
	return nil
}

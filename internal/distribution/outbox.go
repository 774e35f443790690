package distribution

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/postgres"
)

// Kinds of mail that this package makes. Other packages register their own.
const (
	KindInvitation = "invitation"
	KindReminder   = "reminder"
	KindTest       = "test"
)

// Audit events of the outbox.
const (
	EventResent     = "outbox.queued_again"
	EventMarkedSent = "outbox.marked_sent"
	EventBounced    = "outbox.bounced"
)

// Renderer makes the letter of a row. It must give the same letter every time:
// it is called before the row is queued, to check, and again when it is sent.
type Renderer func(ctx context.Context, row Row) (mail.Letter, error)

// Kind is how the outbox treats one kind of mail.
type Kind struct {
	Render Renderer
	// Wanted is asked right before the mail goes; a reason other than "" cancels
	// the row. Nil means always wanted.
	Wanted func(ctx context.Context, row Row) (reason string, err error)
	// Requested marks mail that the recipient asked for, such as the
	// confirmation of a registration: it goes also to those who stopped our
	// mailings, but not to an address that bounced.
	Requested bool
}

// Register says how rows of a kind are made. It panics on a second registration
// or a missing renderer: both are mistakes in the wiring.
func (s *Service) Register(kind string, k Kind) {
	if _, twice := s.kinds[kind]; twice || k.Render == nil {
		panic(fmt.Sprintf("distribution: kind of mail %q is registered twice or without renderer", kind))
	}
	s.kinds[kind] = k
}

// RegisterRenderer registers a kind that is always wanted and obeys suppression.
func (s *Service) RegisterRenderer(kind string, r Renderer) { s.Register(kind, Kind{Render: r}) }

// Enqueue puts one mail in the outbox in the caller's transaction. The letter
// is rendered and checked first; a letter that must not leave is an error. A
// row with the same dedupe key that already exists is left as it is.
func (s *Service) Enqueue(ctx context.Context, tx *sqlx.Tx, kind, dedupeKey, to string, lang i18n.Lang, payload any) error {
	raw, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", kind, err)
	}
	row := Row{Kind: kind, DedupeKey: dedupeKey, To: to, Lang: lang, Payload: raw}
	if err := s.check(ctx, row); err != nil {
		return err
	}
	return insertRows(ctx, tx, s.now(), []Row{row})
}

// check renders a row and refuses a letter that must not leave.
func (s *Service) check(ctx context.Context, row Row) error {
	l, err := s.letter(ctx, row)
	if err == nil {
		err = mail.Check(l)
	}
	if err != nil {
		return fault.New(fault.Invalid, "distribution.error_letter", "To", row.To, "Reason", err.Error()).
			Wrap(fmt.Errorf("render %s: %w", row.Kind, err))
	}
	return nil
}

// letter renders a row and fills in what every letter gets from its row.
func (s *Service) letter(ctx context.Context, row Row) (mail.Letter, error) {
	k, ok := s.kinds[row.Kind]
	if !ok {
		return mail.Letter{}, fmt.Errorf("nobody makes mail of kind %q", row.Kind)
	}
	l, err := k.Render(ctx, row)
	if err != nil {
		return l, err
	}
	if l.To == "" {
		l.To = row.To
	}
	if l.Lang == "" {
		l.Lang = row.Lang
	}
	if row.ID != "" {
		l.MessageID = row.ID + "@" + s.sender.Domain()
	}
	return l, nil
}

// OutboxFilter narrows the outbox. Zero values do not narrow.
type OutboxFilter struct {
	State      string
	CampaignID string
	Search     string // part of the recipient's address
	Page       int    // from 1, 50 rows each
}

// Outbox lists rows, newest first, and says how many there are in all.
func (s *Service) Outbox(ctx context.Context, f OutboxFilter) ([]Row, int, error) {
	return listRows(ctx, s.db, f)
}

// OutboxCounts counts the rows by state, of one campaign or ("") of all.
func (s *Service) OutboxCounts(ctx context.Context, campaignID string) (map[string]int, error) {
	return countRows(ctx, s.db, campaignID)
}

// Resend queues a row again that a person has looked at. Only rows whose fate
// is unknown or that failed can be resent.
func (s *Service) Resend(ctx context.Context, rowID string) error {
	return s.decide(ctx, rowID, EventResent, requeueRow)
}

// MarkSent settles a row of unknown fate: somebody found out that it arrived.
func (s *Service) MarkSent(ctx context.Context, rowID string) error {
	return s.decide(ctx, rowID, EventMarkedSent, settleRow)
}

// MarkBounced records that a sent mail came back for good and stops mail to
// the address.
func (s *Service) MarkBounced(ctx context.Context, rowID string) error {
	return postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		to, err := bounceRow(ctx, tx, rowID, s.now())
		if err != nil {
			return err
		}
		if err := s.people.Bounced(ctx, tx, to); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventBounced, Subject: "outbox", SubjectID: rowID})
	})
}

func (s *Service) decide(ctx context.Context, rowID, event string,
	change func(ctx context.Context, tx *sqlx.Tx, id string, at time.Time) (bool, error)) error {
	return postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		done, err := change(ctx, tx, rowID, s.now())
		if err != nil {
			return err
		}
		if !done {
			return fault.New(fault.Conflict, "distribution.error_row_settled")
		}
		return audit.Record(ctx, tx, audit.Event{Name: event, Subject: "outbox", SubjectID: rowID})
	})
}

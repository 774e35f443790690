package response

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/questionnaire"
)

// Submit makes the draft final in one transaction and returns the receipt. A
// second submit returns the first one's receipt. It refuses with ErrClosed, with ErrEmpty, with
// *Stale when the draft has another revision than the person reviewed, and with
// *Rejected when answers break the rules of the frozen version.
func (s *Service) Submit(ctx context.Context, id string, revision int) (Receipt, error) {
	for range looks {
		receipt, err := s.submitOnce(ctx, id, revision)
		if !errors.Is(err, errMoved) {
			return receipt, err
		}
	}
	return Receipt{}, fmt.Errorf("submit response %s: %w", id, errStale)
}

func (s *Service) submitOnce(ctx context.Context, id string, revision int) (Receipt, error) {
	r, err := s.Find(ctx, id)
	if err != nil {
		return Receipt{}, err
	}
	if done, receipt, err := settled(r); done {
		return receipt, err
	}
	if r.Revision != revision {
		return Receipt{}, &Stale{Current: r}
	}
	def, err := s.Questionnaire(ctx, r.VersionID)
	if err != nil {
		return Receipt{}, err
	}
	clean := def.Clean(r.Group, r.Answers)
	if len(clean) == 0 {
		return Receipt{}, ErrEmpty
	}
	if problems := def.Validate(r.Group, clean); len(problems) > 0 {
		return Receipt{}, &Rejected{Current: r, Problems: problems}
	}
	receipt, err := s.finish(ctx, r, clean, answeredShare(def, r.Group, clean))
	if errors.Is(err, errStale) { // another submit or save came in between: what is there now decides
		if r, err = s.Find(ctx, id); err != nil {
			return Receipt{}, err
		}
		if done, receipt, err := settled(r); done {
			return receipt, err
		}
		if r.Revision == revision {
			return Receipt{}, errMoved
		}
		return Receipt{}, &Stale{Current: r}
	}
	if err != nil {
		return Receipt{}, fmt.Errorf("submit response %s: %w", id, err)
	}
	return receipt, nil
}

// finish makes the draft r final with the given answers, or returns ErrClosed,
// or errStale when it is not the stored one any more.
func (s *Service) finish(ctx context.Context, r Response, clean questionnaire.Answers, share float64) (Receipt, error) {
	doc, err := json.Marshal(clean)
	if err != nil {
		return Receipt{}, err
	}
	// As exact as the database keeps it, so that the first receipt and a later one are the same.
	receipt := Receipt{Number: newReceipt(), SubmittedAt: stampOf(r.Key, s.now()).UTC().Truncate(time.Microsecond)}
	store := submit
	if r.Anonymous() {
		store = s.submitAnonymous
	}
	open, done, err := store(ctx, s.db, r, doc, share, &receipt)
	switch {
	case err != nil:
		return Receipt{}, err
	case !open:
		return Receipt{}, ErrClosed
	case !done:
		return Receipt{}, errStale
	}
	return receipt, nil
}

// Correct opens a submitted response for correction, until the campaign closes. What was sent in counts
// until the correction is sent in, and stays when it never is. Opening twice does nothing more.
func (s *Service) Correct(ctx context.Context, id string) error {
	key, err := s.Key(ctx, id)
	if err != nil {
		return err
	}
	campaign, err := s.Campaign(ctx, key)
	if err != nil {
		return err
	}
	if !campaign.Open(s.now()) {
		return ErrClosed
	}
	return s.correction(ctx, key, true, EventCorrecting)
}

// KeepSubmitted drops a correction: what was sent in stands.
func (s *Service) KeepSubmitted(ctx context.Context, id string) error {
	key, err := s.Key(ctx, id)
	if err != nil {
		return err
	}
	return s.correction(ctx, key, false, EventKept)
}

func (s *Service) correction(ctx context.Context, k Key, begin bool, event string) error {
	done := func(r Response) bool { return r.Correcting == begin || r.State == Withdrawn || r.Receipt == "" }
	err := s.insist(ctx, k.ID, done, func(tx *sqlx.Tx) (bool, error) {
		changed, err := setCorrection(ctx, tx, k.ID, begin, stampOf(k, s.now()))
		if err != nil || !changed || k.Anonymous() {
			return changed, err
		}
		return true, audit.Record(ctx, tx, audit.Event{Name: event, Subject: "response", SubjectID: k.ID})
	})
	if err != nil {
		return fmt.Errorf("correct response %s: %w", k.ID, err)
	}
	return nil
}

// answeredShare is the share (0-1) of the questions shown to the person that have an answer.
func answeredShare(def *questionnaire.Definition, group string, a questionnaire.Answers) float64 {
	visible := def.Visible(group, a)
	if len(visible) == 0 {
		return 0
	}
	return float64(len(def.Clean(group, a))) / float64(len(visible))
}

// settled tells what a submit of a response that is no draft comes to.
func settled(r Response) (bool, Receipt, error) {
	switch r.State {
	case Submitted:
		return true, Receipt{Number: r.Receipt, SubmittedAt: *r.SubmittedAt}, nil
	case Withdrawn:
		return true, Receipt{}, ErrWithdrawn
	}
	return false, Receipt{}, nil
}

// receiptDigits leaves out what is mistaken for another character when read aloud.
const receiptDigits = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

// newReceipt is a number of 60 random bits such as "7K3M-9QXT-AB2C".
func newReceipt() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	out := make([]byte, 0, 14)
	for i, v := range b {
		if i > 0 && i%4 == 0 {
			out = append(out, '-')
		}
		out = append(out, receiptDigits[v%32])
	}
	return string(out)
}

// Withdraw empties the response for good, draft or submitted, also after the
// campaign has closed. The case then counts as a refusal and gets no reminder.
func (s *Service) Withdraw(ctx context.Context, id string) error {
	key, err := s.Key(ctx, id)
	if err != nil {
		return err
	}
	if key.Anonymous() {
		return s.withdrawAnonymous(ctx, key)
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error { return s.withdrawIn(ctx, tx, id, key.InvitationID) })
	if err != nil {
		return fmt.Errorf("withdraw response %s: %w", id, err)
	}
	return nil
}

// withdrawIn is Withdraw of a confidential response in the caller's transaction.
func (s *Service) withdrawIn(ctx context.Context, tx *sqlx.Tx, id, invitationID string) error {
	if _, _, err := s.distribution.LockInvitation(ctx, tx, invitationID); err != nil {
		return err
	}
	changed, err := withdraw(ctx, tx, id, s.now())
	if err != nil || !changed {
		return err
	}
	if err := s.distribution.MarkWithdrawn(ctx, tx, invitationID); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Name: EventWithdrawn, Subject: "response", SubjectID: id})
}

// Decline records that the person of the invitation does not want to take part.
// A draft stays, for a change of mind.
func (s *Service) Decline(ctx context.Context, invitationID string) error {
	return s.onInvitation(ctx, invitationID, EventDeclined, s.distribution.MarkDeclined)
}

// Undecline takes a Decline back.
func (s *Service) Undecline(ctx context.Context, invitationID string) error {
	return s.onInvitation(ctx, invitationID, EventUndeclined, s.distribution.UnmarkDeclined)
}

// MarkLate records that somebody tried to answer after closing.
func (s *Service) MarkLate(ctx context.Context, invitationID string) error {
	return s.onInvitation(ctx, invitationID, "", s.distribution.MarkLate)
}

func (s *Service) onInvitation(ctx context.Context, id, event string,
	mark func(context.Context, sqlx.ExecerContext, string) error) error {
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := mark(ctx, tx, id); err != nil || event == "" {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: event, Subject: "invitation", SubjectID: id})
	})
	if err != nil {
		return fmt.Errorf("invitation %s: %w", id, err)
	}
	return nil
}

package distribution

import (
	"context"
	"fmt"
	"math"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/token"
)

// Purposes of derived tokens.
const (
	purposeAnswer      = "invitation"
	purposeUnsubscribe = "unsubscribe"
)

// Why a mail was taken back; stored as the row's reply.
const (
	reasonUnsubscribed = "unsubscribed"
	reasonAnswered     = "answered"
	reasonDeclined     = "declined"
	reasonClosed       = "closed"
)

// Audit events of invitations.
const (
	EventUnsubscribed = "invitation.unsubscribed"
	EventResubscribed = "invitation.unsubscribing_undone"
	EventClassified   = "invitation.classified"
)

// PersonInvitation is an invitation as the page of one person shows it.
type PersonInvitation struct {
	Invitation
	CampaignName string
	Cut          Cut    // of its campaign
	MailState    string // state of the mail that carried it
}

// AnswerToken is the secret in the link of a confidential invitation. The same call gives
// the same token, so that a reminder carries the link of the first mail.
func (s *Service) AnswerToken(invitationID string) string {
	return s.cfg.Key.Derive(purposeAnswer, invitationID)
}

// InvitationByToken finds the invitation that a personal link belongs to. It
// writes nothing: mail scanners fetch links.
func (s *Service) InvitationByToken(ctx context.Context, plain string) (Invitation, Campaign, error) {
	return findByHash(ctx, s.db, token.Hash(plain))
}

// Invitation returns one invitation with its campaign.
func (s *Service) Invitation(ctx context.Context, id string) (Invitation, Campaign, error) {
	inv, err := findInvitation(ctx, s.db, id)
	if err != nil {
		return Invitation{}, Campaign{}, err
	}
	c, err := findCampaign(ctx, s.db, inv.CampaignID)
	return inv, c, err
}

// LockInvitation reads an invitation and its campaign and holds the invitation
// until the transaction ends, so that two submissions come one after the other.
func (s *Service) LockInvitation(ctx context.Context, tx *sqlx.Tx, id string) (Invitation, Campaign, error) {
	inv, err := lockInvitation(ctx, tx, id)
	if err != nil {
		return Invitation{}, Campaign{}, err
	}
	c, err := findCampaign(ctx, tx, inv.CampaignID)
	return inv, c, err
}

// InvitationsOf lists the invitations of one person, newest first.
func (s *Service) InvitationsOf(ctx context.Context, personID string) ([]PersonInvitation, error) {
	list, err := listOfPerson(ctx, s.db, personID)
	if err != nil {
		return nil, err
	}
	all := make([]*Invitation, len(list))
	for i := range list {
		all[i] = &list[i].Invitation
	}
	return list, s.progress(ctx, all)
}

// Participant is a person whose answers to a version of a survey stand: sent in
// and not taken back.
type Participant struct {
	Email     string `db:"email"`
	Name      string `db:"name"`
	Lang      string `db:"language"`
	Group     string `db:"group_id"`
	VersionID string `db:"survey_version_id"`
}

// Participants are those who answered a confidential mailing that has closed,
// by address; who answered an anonymous one nobody knows.
func (s *Service) Participants(ctx context.Context) ([]Participant, error) {
	all, err := listParticipants(ctx, s.db)
	if err != nil {
		return nil, fmt.Errorf("participants: %w", postgres.Fault(err))
	}
	return all, nil
}

// MarkDeclined records that the person does not want to take part.
func (s *Service) MarkDeclined(ctx context.Context, tx sqlx.ExecerContext, id string) error {
	if err := setDeclined(ctx, tx, id, s.now()); err != nil {
		return err
	}
	return cancelRows(ctx, tx, []string{id}, []string{KindReminder}, reasonDeclined, s.now())
}

// MarkWithdrawn records that a submitted answer was taken back: the case counts
// as a refusal from then on and gets no reminder.
func (s *Service) MarkWithdrawn(ctx context.Context, tx sqlx.ExecerContext, id string) error {
	return setWithdrawn(ctx, tx, id, s.now())
}

// MarkLate records an attempt to answer after the campaign was closed.
func (s *Service) MarkLate(ctx context.Context, tx sqlx.ExecerContext, id string) error {
	return setLate(ctx, tx, id, s.now())
}

// RecordProgress stores the share (0-1) of the applicable questions that have an answer in a draft. It
// tells those who broke off from those who only looked. A submitted answer keeps the share it came with.
func (s *Service) RecordProgress(ctx context.Context, tx sqlx.ExecerContext, id string, share float64) error {
	return setShare(ctx, tx, id, AnsweredShare(share))
}

// AnsweredShare is a share (0-1) as it is stored, to three decimals.
func AnsweredShare(share float64) float64 { return math.Round(min(max(share, 0), 1)*1000) / 1000 }

// Subscription is what the page behind an unsubscribe link shows.
type Subscription struct {
	Address string // normalised
	Stopped bool
}

// UnsubscribeURL gives the address of the page that stops mail to email, for
// letters of other packages, and makes sure that the link is known. The same
// address always gets the same link.
func (s *Service) UnsubscribeURL(ctx context.Context, tx *sqlx.Tx, email string) (string, error) {
	address, err := people.NormaliseEmail(email)
	if err != nil {
		return "", fault.New(fault.Invalid, "people.error_email").Wrap(err)
	}
	plain := s.cfg.Key.Derive(purposeUnsubscribe, address)
	if err := insertUnsubscribeLinks(ctx, tx, [][]byte{token.Hash(plain)}, []string{address}, s.now()); err != nil {
		return "", err
	}
	return s.cfg.BaseURL + "/u/" + plain, nil
}

// UnsubscribeLink is UnsubscribeURL without storing the link: for renderers,
// whose rows were queued after UnsubscribeURL had been called.
func (s *Service) UnsubscribeLink(email string) string {
	address, err := people.NormaliseEmail(email)
	if err != nil {
		return ""
	}
	return s.cfg.BaseURL + "/u/" + s.cfg.Key.Derive(purposeUnsubscribe, address)
}

// SubscriptionByToken tells whose mail an unsubscribe link is about. It writes nothing.
func (s *Service) SubscriptionByToken(ctx context.Context, opaque string) (Subscription, error) {
	address, err := findUnsubscribeLink(ctx, s.db, token.Hash(opaque))
	if err != nil {
		return Subscription{}, err
	}
	sup, err := s.people.Suppressed(ctx, address)
	return Subscription{Address: address, Stopped: sup != nil}, err
}

// Unsubscribe stops all mailings to the address behind the link, at once.
// Doing it twice is the same as once.
func (s *Service) Unsubscribe(ctx context.Context, opaque string) error {
	return s.changeSubscription(ctx, opaque, EventUnsubscribed, func(tx *sqlx.Tx, address string) error {
		if err := s.people.Suppress(ctx, tx, address, people.ReasonUnsubscribed); err != nil {
			return err
		}
		return markUnsubscribed(ctx, tx, address, s.now())
	})
}

// Resubscribe undoes Unsubscribe. An address that bounced stays stopped: the
// link cannot mend it.
func (s *Service) Resubscribe(ctx context.Context, opaque string) error {
	return s.changeSubscription(ctx, opaque, EventResubscribed, func(tx *sqlx.Tx, address string) error {
		sup, err := s.people.Suppressed(ctx, address)
		if err != nil {
			return err
		}
		if sup != nil && sup.Reason == people.ReasonBounced {
			return fault.New(fault.Conflict, "distribution.error_bounced")
		}
		if err := s.people.Unsuppress(ctx, tx, address); err != nil {
			return err
		}
		return unmarkUnsubscribed(ctx, tx, address, s.now())
	})
}

func (s *Service) changeSubscription(ctx context.Context, opaque, event string, change func(*sqlx.Tx, string) error) error {
	ctx = audit.WithActor(ctx, audit.Actor{Kind: "respondent", Name: "unsubscribe link"})
	return postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		address, err := findUnsubscribeLink(ctx, tx, token.Hash(opaque))
		if err != nil {
			return err
		}
		if err := change(tx, address); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: event, Subject: "address", SubjectID: address})
	})
}

package distribution

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
)

// Events about answers that come after closing.
const (
	EventLateUntil   = "campaign.late_until"
	EventLateCounted = "campaign.late_counted"
)

// LateGrace is for how long after closing somebody who had begun may finish, whatever else is decided:
// what was typed when the survey closed is not lost.
const LateGrace = time.Hour

// Ends is the moment after which answers are late.
func (c Campaign) Ends() time.Time {
	if c.ClosedAt != nil && c.ClosedAt.Before(c.ClosesAt) {
		return *c.ClosedAt
	}
	return c.ClosesAt
}

// Late reports whether an answer at the given time is received as a late one. begun tells that it was
// begun before.
func (c Campaign) Late(now time.Time, begun bool) bool {
	if c.State == Draft || c.Open(now) {
		return false
	}
	return c.LateUntil != nil && now.Before(*c.LateUntil) || begun && now.Before(c.Ends().Add(LateGrace))
}

// lateSQL is Late(begun) of a campaign c; the time is $%[1]d.
const lateSQL = `(c.state <> 'draft' AND NOT (c.state = 'launched' AND c.closes_at > $%[1]d)
	AND ($%[1]d < c.late_until OR $%[1]d < LEAST(c.closes_at, c.closed_at) + interval '1 hour') IS TRUE)`

// SetLateUntil says until when late answers are received; nil stops it. It may be decided at any time.
func (s *Service) SetLateUntil(ctx context.Context, campaignID string, until *time.Time) error {
	return postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		c, err := lockCampaign(ctx, tx, campaignID)
		if err != nil {
			return err
		}
		if until != nil && !until.After(c.ClosesAt) {
			return fault.InvalidFields("distribution.error_form", fault.Field{Name: "late_until", Key: "distribution.error_late_until"})
		}
		if until == c.LateUntil || until != nil && c.LateUntil != nil && until.Equal(*c.LateUntil) {
			return nil
		}
		if err := setLateUntil(ctx, tx, campaignID, until); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventLateUntil, Subject: "campaign", SubjectID: campaignID,
			Detail: map[string]any{"until": until}})
	})
}

// CountLate notes that the late answers of a campaign count with the others from now on, or no longer.
// changed is false when that was so already. The response package moves the answers.
func (s *Service) CountLate(ctx context.Context, tx *sqlx.Tx, campaignID string, count bool) (changed bool, err error) {
	c, err := lockCampaign(ctx, tx, campaignID)
	if err != nil || c.LateCounted == count {
		return false, err
	}
	return true, setLateCounted(ctx, tx, campaignID, count)
}

// MarkLateCounted tells the invitations of late answers whether these count.
func (s *Service) MarkLateCounted(ctx context.Context, tx *sqlx.Tx, ids []string, count bool) error {
	return setLateAnswered(ctx, tx, ids, count)
}

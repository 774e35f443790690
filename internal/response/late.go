package response

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/postgres"
)

// LateCount is how many responses to a campaign were sent in after closing, counted with the others or not.
func (s *Service) LateCount(ctx context.Context, campaignID string) (int, error) {
	n, err := countLate(ctx, s.db, campaignID)
	if err != nil {
		return 0, fmt.Errorf("late responses to campaign %s: %w", campaignID, postgres.Fault(err))
	}
	return n, nil
}

// CountLate decides whether the late responses to a campaign count with the others, those that are still
// to come too. Doing it twice is the same as once.
func (s *Service) CountLate(ctx context.Context, campaignID string, count bool) error {
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		changed, err := s.distribution.CountLate(ctx, tx, campaignID, count)
		if err != nil || !changed {
			return err
		}
		invitations, responses, err := moveLate(ctx, tx, campaignID, count)
		if err != nil {
			return err
		}
		if err := s.distribution.MarkLateCounted(ctx, tx, invitations, count); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: distribution.EventLateCounted, Subject: "campaign", SubjectID: campaignID,
			Detail: map[string]any{"counted": count, "responses": responses}})
	})
	if err != nil {
		return fmt.Errorf("late responses to campaign %s: %w", campaignID, err)
	}
	return nil
}

package response

import (
	"context"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/job"
	"upphandlingsdialog/internal/postgres"
)

// Close ends a campaign: no more answers, and mail that has not left stays here. The invitations then
// know how far their drafts came, so that break-offs are told from those who only looked.
func (s *Service) Close(ctx context.Context, campaignID string) error {
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := s.distribution.Close(ctx, tx, campaignID); err != nil {
			return err
		}
		if err := s.recordDrafts(ctx, tx, campaignID); err != nil {
			return err
		}
		return job.InsertTx(ctx, tx, MixArgs{})
	})
	if err == nil {
		err = s.distribution.ForgetKeys(ctx)
	}
	if err != nil {
		return fmt.Errorf("close campaign %s: %w", campaignID, err)
	}
	return nil
}

// recordDrafts tells the invitations of a campaign what share of the questions their drafts answer.
// Submitting does so by itself; page saves do not, to keep them at one statement.
func (s *Service) recordDrafts(ctx context.Context, tx *sqlx.Tx, campaignID string) error {
	drafts, err := listDrafts(ctx, tx, campaignID)
	if err != nil {
		return fmt.Errorf("drafts: %w", err)
	}
	for _, d := range drafts {
		if d.Anonymous() {
			continue // counted as they are, beside the invitations
		}
		def, err := s.Questionnaire(ctx, d.VersionID)
		if err != nil {
			return err
		}
		if err := s.distribution.RecordProgress(ctx, tx, d.InvitationID, answeredShare(def, d.Group, d.Answers)); err != nil {
			return fmt.Errorf("progress of invitation %s: %w", d.InvitationID, err)
		}
	}
	return nil
}

// CloseArgs are the arguments of the job that closes what has passed its last moment.
type CloseArgs struct{}

// Kind is the name of the job in the queue.
func (CloseArgs) Kind() string { return "close_campaigns" }

// CloseJob closes every campaign that has passed its last moment. It may run any number of times.
func (s *Service) CloseJob(ctx context.Context, _ CloseArgs) error {
	ctx = audit.WithActor(ctx, audit.Actor{Kind: "system", Name: "schedule"})
	overdue, err := s.distribution.Overdue(ctx)
	if err != nil {
		return err
	}
	// Also of what another process closed: the file may lie on this machine.
	errs := []error{s.distribution.ForgetKeys(ctx)}
	for _, id := range overdue {
		// Conflict: a person, or the job in another process, was faster.
		if err := s.Close(ctx, id); err != nil && !fault.Is(err, fault.Conflict) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

package recommendation

import (
	"context"
	"fmt"
	"maps"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/postgres"
)

// EventUncovered says who saw results with nothing withheld, and of what.
const EventUncovered = "analysis.uncovered"

// Uncover returns results of which the smallest groups are counted too, and writes down who sees them and
// what they ask for. The caller has checked that the person may. They are never for publication.
func (s *Service) Uncover(ctx context.Context, r Results, userID, name string, what map[string]any) (Results, error) {
	ctx = audit.WithActor(ctx, audit.Actor{Kind: "user", ID: userID, Name: name})
	detail := map[string]any{"version": r.Version.Number}
	maps.Copy(detail, what)
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		return audit.Record(ctx, tx, audit.Event{Name: EventUncovered, Subject: "survey", SubjectID: r.Version.SurveyID, Detail: detail})
	})
	if err != nil {
		return Results{}, fmt.Errorf("uncover survey %s: %w", r.Version.SurveyID, err)
	}
	r.Options.MinBase = 1
	return r, nil
}

package disclosure

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/postgres"
)

type entry struct {
	SurveyID   string
	Version    int
	Question   string
	Selection  string
	Responses  int
	Kind       string
	Reference  string
	ReleasedAt time.Time
	ReleasedBy string
}

// listReleases reads a survey's released results, the oldest first.
func listReleases(ctx context.Context, db *sqlx.DB, surveyID string) ([]analysis.Frequency, error) {
	var rows [][]byte
	if err := db.SelectContext(ctx, &rows, `SELECT shown FROM disclosure_release WHERE survey_id = $1 ORDER BY id`, surveyID); err != nil {
		return nil, postgres.Fault(err)
	}
	out := make([]analysis.Frequency, len(rows))
	for i, b := range rows {
		if err := json.Unmarshal(b, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func insertRelease(ctx context.Context, tx *sqlx.Tx, e entry, f analysis.Frequency) error {
	shown, err := json.Marshal(f)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO disclosure_release (survey_id, version, question, selection, shown, responses, kind, reference, released_at, released_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT ON CONSTRAINT disclosure_release_once DO NOTHING`,
		e.SurveyID, e.Version, e.Question, e.Selection, shown, e.Responses, e.Kind, e.Reference, e.ReleasedAt, e.ReleasedBy)
	return postgres.Fault(err)
}

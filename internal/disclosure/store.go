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
	Wave       int
	Question   string
	Selection  string
	Responses  int
	Kind       string
	Reference  string
	ReleasedAt time.Time
	ReleasedBy string
}

// listReleases reads the released results of a survey's wave with what was counted then, the oldest first; Now is empty.
func listReleases(ctx context.Context, db *sqlx.DB, surveyID string, wave int) ([]analysis.Standing, error) {
	var rows []struct {
		Shown     []byte
		Counted   []byte
		Reference string
	}
	if err := db.SelectContext(ctx, &rows, `SELECT shown, counted, reference FROM disclosure_release WHERE survey_id = $1 AND wave = $2 ORDER BY id`, surveyID, wave); err != nil {
		return nil, postgres.Fault(err)
	}
	out := make([]analysis.Standing, len(rows))
	for i, r := range rows {
		out[i].In = r.Reference
		if err := json.Unmarshal(r.Shown, &out[i].Shown); err != nil {
			return nil, err
		}
		if r.Counted != nil {
			if err := json.Unmarshal(r.Counted, &out[i].Then); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func insertRelease(ctx context.Context, tx *sqlx.Tx, e entry, f analysis.Frequency, counted *analysis.Frequency) error {
	shown, err := json.Marshal(f)
	if err != nil {
		return err
	}
	var then []byte
	if counted != nil {
		if then, err = json.Marshal(counted); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO disclosure_release (survey_id, version, question, selection, shown, responses, kind, reference, released_at, released_by, counted, wave)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT ON CONSTRAINT disclosure_release_once DO NOTHING`,
		e.SurveyID, e.Version, e.Question, e.Selection, shown, e.Responses, e.Kind, e.Reference, e.ReleasedAt, e.ReleasedBy, then, e.Wave)
	return postgres.Fault(err)
}

package disclosure

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/postgres"
)

type entry struct {
	SurveyID   string
	Version    int
	Wave       int
	Question   string
	Selection  string
	Weighting  string // the questions whose classes were weighted; empty: unweighted
	Responses  int
	Kind       string
	Reference  string
	ReleasedAt time.Time
	ReleasedBy string
}

// listReleases reads what was released of questions of one wave of a survey, with what was counted then,
// the oldest first; Now is empty.
func listReleases(ctx context.Context, db sqlx.QueryerContext, s Survey, questions []string) ([]analysis.Standing, error) {
	var rows []struct {
		Shown     []byte
		Counted   []byte
		Reference string
		Weights   []byte
	}
	if err := sqlx.SelectContext(ctx, db, &rows, `
		SELECT shown, counted, reference, weights FROM disclosure_release
		WHERE survey_id = $1 AND wave = $2 AND split_part(question, '.', 1) = ANY($3) ORDER BY id`,
		s.ID, s.Wave, pq.Array(questions)); err != nil {
		return nil, postgres.Fault(err)
	}
	out := make([]analysis.Standing, len(rows))
	for i, r := range rows {
		out[i].In = r.Reference
		if err := json.Unmarshal(r.Shown, &out[i].Shown); err != nil {
			return nil, err
		}
		if n := out[i].Shown.Numbers; r.Weights != nil && n != nil {
			if err := json.Unmarshal(r.Weights, &n.Classes); err != nil {
				return nil, err
			}
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
	var weights []byte
	if f.Numbers.Classes != nil {
		if weights, err = json.Marshal(f.Numbers.Classes); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO disclosure_release (survey_id, version, question, selection, weighting, shown, responses, kind, reference, released_at, released_by,
			counted, wave, weights)
		VALUES ($1, $2, $3, $4, $13, $5, $6, $7, $8, $9, $10, $11, $12, $14)
		ON CONFLICT ON CONSTRAINT disclosure_release_once DO NOTHING`,
		e.SurveyID, e.Version, e.Question, e.Selection, shown, e.Responses, e.Kind, e.Reference, e.ReleasedAt, e.ReleasedBy, then, e.Wave, e.Weighting, weights)
	return postgres.Fault(err)
}

// lock lets nobody else publish of a survey until the transaction ends.
func lock(ctx context.Context, tx *sqlx.Tx, surveyID string) error {
	_, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtext('disclosure'), hashtext($1))`, surveyID)
	return postgres.Fault(err)
}

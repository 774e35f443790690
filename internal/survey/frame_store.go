package survey

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/postgres"
)

func putMargin(ctx context.Context, tx *sqlx.Tx, surveyID string, m Margin) error {
	units, err := json.Marshal(m.Units)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO survey_frame (survey_id, question, units, source, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT ON CONSTRAINT survey_frame_pkey
		DO UPDATE SET units = EXCLUDED.units, source = EXCLUDED.source, created_at = EXCLUDED.created_at`,
		surveyID, m.Question, units, m.Source, m.LoadedAt)
	return postgres.Fault(err)
}

func listMargins(ctx context.Context, q sqlx.QueryerContext, surveyID string) ([]Margin, error) {
	var rows []struct {
		Question  string    `db:"question"`
		Units     []byte    `db:"units"`
		Source    string    `db:"source"`
		CreatedAt time.Time `db:"created_at"`
	}
	err := sqlx.SelectContext(ctx, q, &rows, `
		SELECT question, units, source, created_at FROM survey_frame WHERE survey_id = $1 ORDER BY question`, surveyID)
	if err != nil {
		return nil, postgres.Fault(err)
	}
	list := make([]Margin, len(rows))
	for i, r := range rows {
		list[i] = Margin{Question: r.Question, Source: r.Source, LoadedAt: r.CreatedAt.UTC()}
		if err := json.Unmarshal(r.Units, &list[i].Units); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func deleteMargin(ctx context.Context, tx *sqlx.Tx, surveyID, question string) (bool, error) {
	done, err := tx.ExecContext(ctx, `DELETE FROM survey_frame WHERE survey_id = $1 AND question = $2`, surveyID, question)
	if err != nil {
		return false, postgres.Fault(err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

package survey

import (
	"context"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/postgres"
)

func waves(ctx context.Context, q sqlx.QueryerContext, surveyID string) ([]Wave, error) {
	var list []Wave
	err := sqlx.SelectContext(ctx, q, &list, `
		SELECT id, survey_id, number, survey_version_id, opened_at FROM survey_wave WHERE survey_id = $1 ORDER BY number DESC`, surveyID)
	return list, postgres.Fault(err)
}

func insertWave(ctx context.Context, tx *sqlx.Tx, w Wave) (id string, err error) {
	err = tx.GetContext(ctx, &id, `
		INSERT INTO survey_wave (survey_id, number, survey_version_id, opened_at) VALUES ($1, $2, $3, $4) RETURNING id`,
		w.SurveyID, w.Number, w.VersionID, w.OpenedAt)
	return id, postgres.Fault(err)
}

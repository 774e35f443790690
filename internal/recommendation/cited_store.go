package recommendation

import (
	"context"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
)

func citedIn(ctx context.Context, q sqlx.QueryerContext, surveyID, question string) ([]Citation, error) {
	var list []Citation
	err := sqlx.SelectContext(ctx, q, &list, `
		SELECT r.id, r.number, e.number AS evidence, e.stale
		FROM recommendation_evidence e JOIN recommendation r ON r.id = e.recommendation_id
		WHERE e.survey_id = $1 AND split_part(e.question, '.', 1) = $2
		ORDER BY r.area, length(r.number), r.number, e.number`, surveyID, question)
	return list, postgres.Fault(err)
}

func working(ctx context.Context, q sqlx.QueryerContext) ([]Working, error) {
	var rows []struct {
		ID     string `db:"id"`
		Number string `db:"number"`
		Title  text   `db:"title"`
	}
	err := sqlx.SelectContext(ctx, q, &rows, `
		SELECT id, number, title FROM recommendation WHERE status IN ('draft', 'consultation')
		ORDER BY area, length(number), number`)
	if err != nil {
		return nil, postgres.Fault(err)
	}
	list := make([]Working, len(rows))
	for i, r := range rows {
		list[i] = Working{ID: r.ID, Number: r.Number, Title: i18n.Text(r.Title)}
	}
	return list, nil
}

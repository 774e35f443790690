package annotation

import (
	"context"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
)

func init() {
	postgres.RegisterConstraint("annotation_survey_fkey", fault.New(fault.NotFound, "error.not_found"))
}

func of(ctx context.Context, q sqlx.QueryerContext, surveyID, question string) ([]Note, error) {
	var list []Note
	err := sqlx.SelectContext(ctx, q, &list, `
		SELECT id, survey_id, question, view, body, author, author_id, created_at FROM annotation
		WHERE survey_id = $1 AND question = $2 ORDER BY created_at DESC, id`, surveyID, question)
	return list, postgres.Fault(err)
}

func count(ctx context.Context, q sqlx.QueryerContext, surveyID string) (map[string]int, error) {
	var rows []struct {
		Question string `db:"question"`
		N        int    `db:"n"`
	}
	err := sqlx.SelectContext(ctx, q, &rows, `
		SELECT question, count(*) AS n FROM annotation WHERE survey_id = $1 GROUP BY question`, surveyID)
	if err != nil {
		return nil, postgres.Fault(err)
	}
	m := make(map[string]int, len(rows))
	for _, r := range rows {
		m[r.Question] = r.N
	}
	return m, nil
}

func insert(ctx context.Context, tx *sqlx.Tx, n Note) (id string, err error) {
	err = tx.GetContext(ctx, &id, `
		INSERT INTO annotation (survey_id, question, view, body, author, author_id, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
		n.SurveyID, n.Question, n.View, n.Body, n.Author, n.AuthorID, n.At)
	return id, postgres.Fault(err)
}

func remove(ctx context.Context, tx *sqlx.Tx, id, authorID string) error {
	result, err := tx.ExecContext(ctx, `DELETE FROM annotation WHERE id::text = $1 AND author_id = $2`, id, authorID)
	if err != nil {
		return postgres.Fault(err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return fault.New(fault.NotFound, "error.not_found").Wrap(err)
	}
	return nil
}

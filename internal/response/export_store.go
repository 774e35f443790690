package response

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/response/export"
)

// countVersions gives the number of submitted responses by version id.
func countVersions(ctx context.Context, q sqlx.QueryerContext, surveyID string) (map[string]int, error) {
	var rows []struct {
		Version string `db:"survey_version_id"`
		Count   int    `db:"n"`
	}
	err := sqlx.SelectContext(ctx, q, &rows, `
		SELECT survey_version_id, count(*) AS n FROM response
		WHERE state = 'submitted' AND survey_id = $1 GROUP BY survey_version_id`, surveyID)
	if err != nil {
		return nil, err
	}
	m := make(map[string]int, len(rows))
	for _, r := range rows {
		m[r.Version] = r.Count
	}
	return m, nil
}

// exportRows reads the submitted responses one by one, in the order of their random ids. It does not
// ask for whose they are.
func exportRows(ctx context.Context, q sqlx.QueryerContext, versionID string) iter.Seq2[export.Row, error] {
	return func(yield func(export.Row, error) bool) {
		rows, err := q.QueryxContext(ctx, `
			SELECT group_id, language, sent_in, submitted_at FROM response
			WHERE state = 'submitted' AND survey_version_id = $1 ORDER BY id`, versionID)
		if err != nil {
			yield(export.Row{}, postgres.Fault(err))
			return
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var r export.Row
			var answers []byte
			err := rows.Scan(&r.Group, &r.Language, &answers, &r.Submitted)
			if err == nil {
				r.Answers = questionnaire.Answers{}
				if err = json.Unmarshal(answers, &r.Answers); err != nil {
					err = fmt.Errorf("read answers: %w", err)
				}
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(export.Row{}, postgres.Fault(err))
		}
	}
}

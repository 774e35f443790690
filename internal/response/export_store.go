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

// exportRows reads the submitted responses one by one, in the order of their random ids, with the number that
// told gives their waves. It does not ask for whose they are.
func exportRows(ctx context.Context, q sqlx.QueryerContext, versionID string, told func(waveOf) int) iter.Seq2[export.Row, error] {
	return func(yield func(export.Row, error) bool) {
		rows, err := q.QueryxContext(ctx, `
			SELECT r.group_id, r.language, r.sent_in, r.submitted_at, coalesce(c.wave_id, r.wave_id), r.ballot_key IS NOT NULL
			FROM `+changeRows+` WHERE r.state = 'submitted' AND r.survey_version_id = $1 ORDER BY r.id`, versionID)
		if err != nil {
			yield(export.Row{}, postgres.Fault(err))
			return
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var r export.Row
			var answers []byte
			var of waveOf
			err := rows.Scan(&r.Group, &r.Language, &answers, &r.Submitted, &of.wave, &of.anonymous)
			if err == nil {
				of.submitted = r.Submitted
				r.Wave = told(of)
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

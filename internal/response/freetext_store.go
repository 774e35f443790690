package response

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/postgres"
)

// freeTexts searches by stems: the answer is read as Swedish and as English, since the language of the
// form does not tell in which one somebody wrote. The marks are put in by the server, which knows the
// stems; they are control characters, so that the text needs no escaping here.
func freeTexts(ctx context.Context, q sqlx.QueryerContext, f TextQuery, versions, questions []string) ([]FreeText, error) {
	list := []FreeText{}
	err := sqlx.SelectContext(ctx, q, &list, `
		WITH ask AS (SELECT websearch_to_tsquery('swedish', $3) AS sv, websearch_to_tsquery('english', $3) AS en),
		told AS (
			SELECT r.id, r.survey_id, k.question, r.group_id, r.language, r.answers -> k.question ? 'other' AS other,
			       translate(coalesce(r.answers -> k.question ->> 'text', r.answers -> k.question ->> 'other'), chr(2) || chr(3), '') AS text
			FROM response r CROSS JOIN unnest($2::text[]) AS k(question)
			WHERE r.state = 'submitted' AND r.survey_version_id = ANY ($1::uuid[])
			  AND coalesce(r.answers -> k.question ->> 'text', r.answers -> k.question ->> 'other', '') <> ''
			  AND ($4 = '' OR r.group_id = $4)
			  AND (cardinality($5::text[]) = 0 OR r.id::text = ANY ($5::text[])))
		SELECT t.id, t.survey_id, t.question, t.group_id, t.language, t.other, t.text,
		       CASE WHEN $3 = '' THEN t.text
		            WHEN to_tsvector('swedish', t.text) @@ ask.sv THEN ts_headline('swedish', t.text, ask.sv, 'HighlightAll=true, StartSel=' || chr(2) || ', StopSel=' || chr(3))
		            ELSE ts_headline('english', t.text, ask.en, 'HighlightAll=true, StartSel=' || chr(2) || ', StopSel=' || chr(3)) END AS marked
		FROM told t CROSS JOIN ask
		WHERE $3 = '' OR to_tsvector('swedish', t.text) @@ ask.sv OR to_tsvector('english', t.text) @@ ask.en
		ORDER BY t.id, t.question LIMIT $6`,
		pq.Array(versions), pq.Array(questions), f.Words, f.Group, pq.Array(append([]string{}, f.Responses...)), f.Limit)
	return list, postgres.Fault(err)
}

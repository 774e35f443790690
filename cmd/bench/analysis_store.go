package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/region"
)

// countInSQL counts every answer to every question in one pass over the documents, several answers each too.
func countInSQL(ctx context.Context, db *sqlx.DB, surveyID string) error {
	return drain(ctx, db, `
		SELECT e.key, coalesce(e.value->>'code', e.value->>'number', c.code), c.place = 1, count(*)
		FROM response r
		CROSS JOIN LATERAL jsonb_each(r.answers) AS e
		LEFT JOIN LATERAL jsonb_array_elements_text(e.value->'codes') WITH ORDINALITY AS c (code, place) ON true
		WHERE r.survey_id = $1 AND r.state = 'submitted'
		GROUP BY 1, 2, 3`, surveyID)
}

// crossInSQL is the filtered and weighted cross-tables in one pass, the weights given by size class.
func crossInSQL(ctx context.Context, db *sqlx.DB, surveyID string, weights map[int]float64) error {
	type class struct {
		Code   int     `json:"code"`
		Weight float64 `json:"weight"`
		Group  string  `json:"name"`
	}
	var sizes, places []class
	for _, code := range narrowed.Where[0].Codes {
		sizes = append(sizes, class{Code: code, Weight: weights[code]})
	}
	for _, m := range region.Municipalities {
		places = append(places, class{Code: m.Code, Group: m.Group})
	}
	a, err := json.Marshal(sizes)
	if err != nil {
		return err
	}
	b, err := json.Marshal(places)
	if err != nil {
		return err
	}
	return drain(ctx, db, `
		WITH size AS (SELECT * FROM jsonb_to_recordset($3) AS s (code text, weight float8)),
			place AS (SELECT * FROM jsonb_to_recordset($4) AS p (code text, name text)),
			kept AS MATERIALIZED (
				SELECT r.answers, size.weight, place.name
				FROM response r
				JOIN size ON size.code = r.answers->'bg_size'->>'code'
				JOIN place ON place.code = r.answers->'bg_municipality'->>'code'
				WHERE r.survey_id = $1 AND r.state = 'submitted' AND r.group_id = $2)
		SELECT kept.name, e.key, coalesce(e.value->>'code', e.value->>'number', c.code), c.place = 1,
			count(*), sum(kept.weight), sum(kept.weight * kept.weight)
		FROM kept
		CROSS JOIN LATERAL jsonb_each(kept.answers) AS e
		LEFT JOIN LATERAL jsonb_array_elements_text(e.value->'codes') WITH ORDINALITY AS c (code, place) ON true
		GROUP BY 1, 2, 3, 4`, surveyID, narrowed.Group, a, b)
}

// drain reads every row of an answer that must have some.
func drain(ctx context.Context, db *sqlx.DB, query string, args ...any) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		n++
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if n == 0 {
		return fmt.Errorf("the database counted nothing")
	}
	return nil
}

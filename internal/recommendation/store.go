package recommendation

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
)

func init() {
	postgres.RegisterConstraint("recommendation_number_key",
		fault.New(fault.Conflict, "recommendation.error_number_taken"))
	postgres.RegisterConstraint("recommendation_number_check",
		fault.New(fault.Invalid, "recommendation.error_number"))
}

// text is an i18n.Text in a jsonb column.
type text i18n.Text

// Scan reads the column.
func (t *text) Scan(src any) error {
	b, ok := src.([]byte)
	if !ok {
		return fmt.Errorf("text: %T is not JSON", src)
	}
	return json.Unmarshal(b, (*i18n.Text)(t))
}

func jsonOf(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("recommendation: a value that is not JSON: " + err.Error())
	}
	return b
}

const columns = `id, number, area, purpose, addressees, title, wording, why, first_step, effect, reuse,
	effort, indicator, baseline, responsible, due, parties, status, invented, version, updated_at`

func scan(row interface{ Scan(...any) error }) (Recommendation, error) {
	var r Recommendation
	err := row.Scan(&r.ID, &r.Number, &r.Area, &r.Purpose, pq.Array(&r.Addressees), (*text)(&r.Title),
		(*text)(&r.Wording), (*text)(&r.Why), (*text)(&r.FirstStep), (*text)(&r.Effect), (*text)(&r.Reuse),
		&r.Effort, (*text)(&r.Indicator), &r.Baseline, (*text)(&r.Responsible), &r.Due,
		pq.Array(&r.Parties), &r.Status, &r.Invented, &r.Version, &r.UpdatedAt)
	return r, err
}

func list(ctx context.Context, db sqlx.QueryerContext, f Filter) (_ []Recommendation, err error) {
	// Length before text puts 5.10 after 5.9.
	rows, err := db.QueryxContext(ctx, `SELECT `+columns+` FROM recommendation
		WHERE ($1 = 0 OR area = $1) AND ($2 = '' OR status = $2)
		ORDER BY area, length(number), number`, f.Area, f.Status)
	if err != nil {
		return nil, postgres.Fault(err)
	}
	defer func() { _ = rows.Close() }()
	var out []Recommendation
	for rows.Next() {
		r, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	if err := rows.Err(); err != nil {
		return nil, postgres.Fault(err)
	}
	return out, evidence(ctx, db, out)
}

func find(ctx context.Context, db sqlx.QueryerContext, id string) (Recommendation, error) {
	r, err := scan(db.QueryRowxContext(ctx, `SELECT `+columns+` FROM recommendation WHERE id = $1`, id))
	if err != nil {
		return Recommendation{}, orNotFound(err)
	}
	one := []Recommendation{r}
	err = evidence(ctx, db, one)
	return one[0], err
}

func idOf(ctx context.Context, db sqlx.QueryerContext, number string) (string, error) {
	var id string
	err := db.QueryRowxContext(ctx, `SELECT id FROM recommendation WHERE number = $1`, number).Scan(&id)
	return id, orNotFound(err)
}

func orNotFound(err error) error {
	err = postgres.Fault(err)
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "recommendation.error_not_found").Wrap(err)
	}
	return err
}

// evidence reads the evidence of every recommendation of the list in one query.
func evidence(ctx context.Context, db sqlx.QueryerContext, list []Recommendation) error {
	place := make(map[string]*Recommendation, len(list))
	ids := make([]string, len(list))
	for i := range list {
		place[list[i].ID] = &list[i]
		ids[i] = list[i].ID
	}
	rows, err := db.QueryxContext(ctx, `SELECT recommendation_id, id, number, channel, survey_id, survey_version_id, wave_id, weights,
			question, filter, measure, codes, value, frozen_at, excerpt_id, statement_id, source_hash, stale, stale_reason
		FROM recommendation_evidence WHERE recommendation_id = ANY($1::uuid[])
		ORDER BY recommendation_id, number`, pq.Array(ids))
	if err != nil {
		return postgres.Fault(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		of, e, err := scanEvidence(rows)
		if err != nil {
			return err
		}
		place[of].Evidence = append(place[of].Evidence, e)
	}
	return postgres.Fault(rows.Err())
}

func scanEvidence(rows *sqlx.Rows) (of string, e Evidence, err error) {
	var surveyID, versionID, waveID, question, measure, excerptID, statementID, hash *string
	var filter, value []byte
	var codes []int64
	var weights []string
	var frozen *time.Time
	err = rows.Scan(&of, &e.ID, &e.Number, &e.Channel, &surveyID, &versionID, &waveID, pq.Array(&weights), &question, &filter, &measure,
		pq.Array(&codes), &value, &frozen, &excerptID, &statementID, &hash, &e.Stale, &e.StaleReason)
	if err != nil {
		return "", Evidence{}, err
	}
	switch e.Channel {
	case Expert:
		e.Statement, e.SourceHash = &expert.Statement{ID: *statementID}, *hash
		return of, e, nil
	case Dialogue, Seminar:
		e.Excerpt, e.SourceHash = &dialogue.Excerpt{ID: *excerptID}, *hash
		return of, e, nil
	}
	f := &Figure{SurveyID: *surveyID, VersionID: *versionID, Weights: weights, Question: *question,
		Measure: analysis.Measure(*measure), FrozenAt: frozen}
	if waveID != nil {
		f.Wave.ID = *waveID
	}
	for _, c := range codes {
		f.Codes = append(f.Codes, int(c))
	}
	if err := json.Unmarshal(filter, &f.Filter); err != nil {
		return "", Evidence{}, err
	}
	if value != nil {
		if err := json.Unmarshal(value, &f.Value); err != nil {
			return "", Evidence{}, err
		}
	}
	e.Figure = f
	return of, e, nil
}

func insert(ctx context.Context, tx *sqlx.Tx, r Recommendation, now time.Time) (string, error) {
	var id string
	err := tx.QueryRowxContext(ctx, `INSERT INTO recommendation (number, area, purpose, addressees, title, wording,
			why, first_step, effect, reuse, effort, indicator, baseline, responsible, due, parties, status, invented,
			created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $19)
		RETURNING id`,
		r.Number, r.Area, r.Purpose, pq.Array(r.Addressees), jsonOf(r.Title), jsonOf(r.Wording), jsonOf(r.Why),
		jsonOf(r.FirstStep), jsonOf(r.Effect), jsonOf(r.Reuse), r.Effort, jsonOf(r.Indicator), r.Baseline,
		jsonOf(r.Responsible), r.Due, pq.Array(nonNil(r.Parties)), r.Status, r.Invented, now).Scan(&id)
	if err != nil {
		return "", postgres.Fault(err)
	}
	return id, insertEvidence(ctx, tx, id, r.Evidence)
}

func update(ctx context.Context, tx *sqlx.Tx, r Recommendation, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE recommendation SET purpose = $2, addressees = $3, title = $4, wording = $5,
			why = $6, first_step = $7, effect = $8, reuse = $9, effort = $10, indicator = $11, baseline = $12,
			responsible = $13, due = $14, parties = $15, invented = $16, updated_at = $17, version = $18
		WHERE id = $1`,
		r.ID, r.Purpose, pq.Array(r.Addressees), jsonOf(r.Title), jsonOf(r.Wording), jsonOf(r.Why),
		jsonOf(r.FirstStep), jsonOf(r.Effect), jsonOf(r.Reuse), r.Effort, jsonOf(r.Indicator), r.Baseline,
		jsonOf(r.Responsible), r.Due, pq.Array(nonNil(r.Parties)), r.Invented, now, r.Version)
	if err != nil {
		return postgres.Fault(err)
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM recommendation_evidence WHERE recommendation_id = $1`, r.ID)
	if err != nil {
		return postgres.Fault(err)
	}
	return insertEvidence(ctx, tx, r.ID, r.Evidence)
}

func insertEvidence(ctx context.Context, tx *sqlx.Tx, id string, list []Evidence) error {
	for _, e := range list {
		var err error
		if f := e.Figure; f != nil {
			var value []byte
			if f.Value != nil {
				value = jsonOf(f.Value)
			}
			codes := make([]int64, len(f.Codes))
			for i, c := range f.Codes {
				codes[i] = int64(c)
			}
			_, err = tx.ExecContext(ctx, `INSERT INTO recommendation_evidence (recommendation_id, number, channel,
					survey_id, survey_version_id, question, filter, measure, codes, value, frozen_at, stale, stale_reason, wave_id, weights)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, NULLIF($14, '')::uuid, $15)`,
				id, e.Number, e.Channel, f.SurveyID, f.VersionID, f.Question, jsonOf(f.Filter), f.Measure,
				pq.Array(codes), value, f.FrozenAt, e.Stale, e.StaleReason, f.Wave.ID, pq.Array(nonNil(f.Weights)))
		} else {
			c := e.cited()
			_, err = tx.ExecContext(ctx, `INSERT INTO recommendation_evidence (recommendation_id, number, channel,
					excerpt_id, statement_id, source_hash) VALUES ($1, $2, $3, NULLIF($4, '')::uuid, NULLIF($5, '')::uuid, $6)`,
				id, e.Number, e.Channel, c.ExcerptID, c.StatementID, e.SourceHash)
		}
		if err != nil {
			return fmt.Errorf("evidence %d: %w", e.Number, postgres.Fault(err))
		}
	}
	return nil
}

// lockStatus reads the status and holds the row until the transaction ends.
func lockStatus(ctx context.Context, tx *sqlx.Tx, id string) (Status, error) {
	var s Status
	err := tx.GetContext(ctx, &s, `SELECT status FROM recommendation WHERE id = $1 FOR UPDATE`, id)
	return s, orNotFound(err)
}

func setStatus(ctx context.Context, tx *sqlx.Tx, id string, to Status, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE recommendation SET status = $2, updated_at = $3 WHERE id = $1`, id, to, now)
	return postgres.Fault(err)
}

func setVersion(ctx context.Context, tx *sqlx.Tx, id string, version int) error {
	_, err := tx.ExecContext(ctx, `UPDATE recommendation SET version = $2 WHERE id = $1`, id, version)
	return postgres.Fault(err)
}

// setMarks stores what recomputing found and returns how many rows it changed.
// A mark without a value leaves the frozen one.
func setMarks(ctx context.Context, tx *sqlx.Tx, marks []mark) (changed int64, err error) {
	for _, m := range marks {
		var value []byte
		if m.Value != nil {
			value = jsonOf(m.Value)
		}
		result, err := tx.ExecContext(ctx, `UPDATE recommendation_evidence
			SET stale = $2, stale_reason = $3, value = coalesce($4::jsonb, value), frozen_at = coalesce($5, frozen_at)
			WHERE id = $1 AND (stale <> $2 OR stale_reason <> $3 OR $4::jsonb IS NOT NULL)`,
			m.ID, m.Reason != "", m.Reason, value, m.FrozenAt)
		if err != nil {
			return 0, postgres.Fault(err)
		}
		n, err := result.RowsAffected()
		if err != nil {
			return 0, err
		}
		changed += n
	}
	return changed, nil
}

func nonNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

package response

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/questionnaire"
)

// record is a row of the table response.
type record struct {
	Key
	Language    string     `db:"language"`
	State       string     `db:"state"`
	Revision    int        `db:"revision"`
	Page        int        `db:"page"`
	Answers     []byte     `db:"answers"`
	Prefill     []byte     `db:"prefill"`
	Receipt     *string    `db:"receipt"`
	StartedAt   time.Time  `db:"started_at"`
	UpdatedAt   time.Time  `db:"updated_at"`
	SubmittedAt *time.Time `db:"submitted_at"`
	WithdrawnAt *time.Time `db:"withdrawn_at"`
}

func (r record) response() (Response, error) {
	out := Response{
		Key: r.Key, Lang: i18n.Lang(r.Language), State: State(r.State), Revision: r.Revision, Page: r.Page,
		StartedAt: r.StartedAt, UpdatedAt: r.UpdatedAt, SubmittedAt: r.SubmittedAt, WithdrawnAt: r.WithdrawnAt,
	}
	if r.Receipt != nil {
		out.Receipt = *r.Receipt
	}
	if err := json.Unmarshal(r.Answers, &out.Answers); err != nil {
		return Response{}, fmt.Errorf("read answers of response %s: %w", r.ID, err)
	}
	if err := json.Unmarshal(r.Prefill, &out.Prefill); err != nil {
		return Response{}, fmt.Errorf("read prefill of response %s: %w", r.ID, err)
	}
	return out, nil
}

const columns = `id, invitation_id, campaign_id, survey_id, survey_version_id, group_id, language, state, revision, page,
	answers, prefill, receipt, started_at, updated_at, submitted_at, withdrawn_at`

// Statements that run for every page are prepared once per connection: lib/pq
// needs two round trips for a statement with arguments that is not.
const (
	sqlFind = `SELECT ` + columns + ` FROM response WHERE id = $1`

	sqlOfInvitation = `SELECT ` + columns + ` FROM response WHERE invitation_id = $1`

	sqlInsert = `
		INSERT INTO response (invitation_id, campaign_id, survey_id, survey_version_id, group_id, language,
			prefill, started_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
		ON CONFLICT ON CONSTRAINT response_invitation_id_key DO NOTHING
		RETURNING ` + columns

	// The answers of the page's questions are replaced, those of other pages stay.
	// The revision in the condition is what keeps two tabs from overwriting each other.
	sqlSave = `
		UPDATE response
		SET answers = (answers - $3::text[]) || $4::jsonb, revision = revision + 1, page = $5, language = $6,
			updated_at = $7
		WHERE id = $1 AND revision = $2 AND state = 'draft'
		RETURNING ` + columns

	sqlSubmit = `
		UPDATE response
		SET state = 'submitted', answers = $3, receipt = $4, submitted_at = $5, updated_at = $5, revision = revision + 1
		WHERE id = $1 AND revision = $2 AND state = 'draft'
		RETURNING ` + columns
)

// statements prepares each SQL text at its first use and keeps it.
type statements struct {
	db *sqlx.DB
	mu sync.Mutex
	m  map[string]*sqlx.Stmt
}

func (s *statements) get(ctx context.Context, query string) (*sqlx.Stmt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st, ok := s.m[query]; ok {
		return st, nil
	}
	// The statement outlives the request that happens to be first.
	st, err := s.db.PreparexContext(context.WithoutCancel(ctx), query)
	if err != nil {
		return nil, postgres.Fault(err)
	}
	s.m[query] = st
	return st, nil
}

// one runs a prepared statement, in tx unless that is nil, and reads at most
// one response. ok is false when there was no row.
func (s *statements) one(ctx context.Context, tx *sqlx.Tx, query string, args ...any) (r Response, ok bool, err error) {
	st, err := s.get(ctx, query)
	if err != nil {
		return Response{}, false, err
	}
	if tx != nil {
		st = tx.StmtxContext(ctx, st)
	}
	var rec record
	err = st.GetContext(ctx, &rec, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return Response{}, false, nil
	}
	if err != nil {
		return Response{}, false, postgres.Fault(err)
	}
	r, err = rec.response()
	return r, err == nil, err
}

func withdraw(ctx context.Context, tx *sqlx.Tx, id string, now time.Time) (bool, error) {
	res, err := tx.ExecContext(ctx, `
		UPDATE response
		SET state = 'withdrawn', answers = '{}', prefill = '{}', receipt = NULL, submitted_at = NULL,
			withdrawn_at = $2, updated_at = $2, revision = revision + 1, page = 1
		WHERE id = $1 AND state <> 'withdrawn'`, id, now)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

func reopen(ctx context.Context, tx *sqlx.Tx, id, lang string, prefill []byte, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE response
		SET state = 'draft', withdrawn_at = NULL, prefill = $3, language = $2, updated_at = $4,
			revision = revision + 1, page = 1
		WHERE id = $1 AND state = 'withdrawn'`, id, lang, prefill, now)
	return err
}

func setLanguage(ctx context.Context, db sqlx.ExtContext, id, lang string) error {
	_, err := db.ExecContext(ctx, `UPDATE response SET language = $2 WHERE id = $1`, id, lang)
	return err
}

// load streams in the order of the random ids, which says nothing about time.
func load(ctx context.Context, db *sqlx.DB, f Filter, yield func(Row) error) error {
	rows, err := db.QueryxContext(ctx, `
		SELECT id, group_id, survey_version_id, answers, submitted_at
		FROM response
		WHERE state = 'submitted'
			AND ($1 = '' OR survey_id = $1)
			AND ($2 = '' OR survey_version_id::text = $2)
			AND ($3 = '' OR campaign_id::text = $3)
		ORDER BY id`, f.SurveyID, f.VersionID, f.CampaignID)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var r Row
		var answers []byte
		if err := rows.Scan(&r.ID, &r.Group, &r.VersionID, &answers, &r.SubmittedAt); err != nil {
			return err
		}
		r.Answers = questionnaire.Answers{}
		if err := json.Unmarshal(answers, &r.Answers); err != nil {
			return fmt.Errorf("read answers of response %s: %w", r.ID, err)
		}
		if err := yield(r); err != nil {
			return err
		}
	}
	return rows.Err()
}

func listDrafts(ctx context.Context, db *sqlx.DB, campaignID string) ([]Response, error) {
	var records []record
	err := db.SelectContext(ctx, &records,
		`SELECT `+columns+` FROM response WHERE campaign_id = $1 AND state = 'draft' ORDER BY id`, campaignID)
	if err != nil {
		return nil, err
	}
	list := make([]Response, len(records))
	for i := range records {
		if list[i], err = records[i].response(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func counts(ctx context.Context, db *sqlx.DB, campaignID string) (map[string]Count, error) {
	var rows []struct {
		Group     string `db:"group_id"`
		Draft     int    `db:"draft"`
		Submitted int    `db:"submitted"`
		Withdrawn int    `db:"withdrawn"`
	}
	err := db.SelectContext(ctx, &rows, `
		SELECT group_id,
			count(*) FILTER (WHERE state = 'draft') AS draft,
			count(*) FILTER (WHERE state = 'submitted') AS submitted,
			count(*) FILTER (WHERE state = 'withdrawn') AS withdrawn
		FROM response WHERE campaign_id = $1 GROUP BY group_id`, campaignID)
	if err != nil {
		return nil, err
	}
	m := make(map[string]Count, len(rows))
	for _, r := range rows {
		m[r.Group] = Count{Draft: r.Draft, Submitted: r.Submitted, Withdrawn: r.Withdrawn}
	}
	return m, nil
}

// stamp changes whenever the set of submitted responses of the survey changes.
// A resubmission after a withdrawal has a later time, so count and time suffice.
func stamp(ctx context.Context, db *sqlx.DB, surveyID string) (string, error) {
	var s string
	err := db.GetContext(ctx, &s, `
		SELECT count(*) || '/' || coalesce(extract(epoch FROM max(submitted_at))::text, '')
		FROM response WHERE state = 'submitted' AND survey_id = $1`, surveyID)
	return s, err
}

// array is never NULL: removing NULL from a document gives NULL, not the document.
func array(ids []string) any { return pq.Array(append([]string{}, ids...)) }

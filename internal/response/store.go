package response

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/questionnaire"
)

// record is a row of the table response as it is read.
type record struct {
	Response
	answers, prefill []byte
	receipt          *string
}

func (r *record) scan(row scanner) error {
	return row.Scan(&r.ID, &r.InvitationID, &r.Source, &r.CampaignID, &r.SurveyID, &r.VersionID, &r.Group, &r.Lang, &r.State,
		&r.Revision, &r.Page, &r.answers, &r.Correcting, &r.prefill, &r.receipt, &r.Late, &r.StartedAt, &r.UpdatedAt, &r.SubmittedAt, &r.WithdrawnAt)
}

func (r *record) response() (Response, error) {
	if r.receipt != nil {
		r.Receipt = *r.receipt
	}
	switch {
	case r.Correcting:
		r.State = Draft
	case r.State == late: // to the person it is sent in
		r.State = Submitted
	}
	if err := json.Unmarshal(r.answers, &r.Answers); err != nil {
		return Response{}, fmt.Errorf("read answers of response %s: %w", r.ID, err)
	}
	if err := json.Unmarshal(r.prefill, &r.Prefill); err != nil {
		return Response{}, fmt.Errorf("read prefill of response %s: %w", r.ID, err)
	}
	return r.Response, nil
}

type scanner interface{ Scan(dest ...any) error }

// columns are a response as the person sees it: who corrects what is sent in sees the copy at work.
const columns = `id, coalesce(invitation_id::text, ''), source, coalesce(campaign_id::text, ''), survey_id, survey_version_id, group_id, language, state, revision, page,
	coalesce(correction, answers), correction IS NOT NULL, prefill, receipt, late, started_at, updated_at, submitted_at, withdrawn_at`

const (
	sqlFind = `SELECT ` + columns + ` FROM response WHERE id = $1`

	sqlOfInvitation = `SELECT ` + columns + ` FROM response WHERE invitation_id = $1`

	// The answers of the page's questions are replaced, those of other pages stay.
	// The revision in the condition is what keeps two tabs from overwriting each other.
	sqlSave = `
		UPDATE response
		SET answers = CASE WHEN correction IS NULL THEN (answers - $3::text[]) || $4::jsonb ELSE answers END,
			correction = (correction - $3::text[]) || $4::jsonb,
			revision = revision + 1, page = $5, language = $6, updated_at = $7
		WHERE id = $1 AND revision = $2 AND (state = 'draft' OR correction IS NOT NULL)
		RETURNING ` + columns

	// sqlSave for many pages, as JSON. A row that somebody else holds is left out, so that nobody waits
	// for another person's row. The equation is always true: it makes the planner expect few pages and
	// look them up by their ids, however small the table is when it makes its plan.
	sqlSaveAll = `
		UPDATE response
		SET answers = CASE WHEN correction IS NULL THEN (answers - s.questions) || s.given ELSE answers END,
			correction = (correction - s.questions) || s.given,
			revision = revision + 1, page = s.next, language = s.lang, updated_at = s.at
		FROM jsonb_to_recordset($1) AS s
				(response uuid, base integer, questions text[], given jsonb, next integer, lang text, at timestamptz),
			LATERAL (
				SELECT FROM response AS held
				WHERE held.id = s.response AND held.revision = s.base AND (held.state = 'draft' OR held.correction IS NOT NULL)
				FOR NO KEY UPDATE SKIP LOCKED) AS held
		WHERE response.id = s.response AND s.response = coalesce(s.response, s.response)
		RETURNING ` + columns
)

// one runs a statement and reads at most one response. ok is false when there was no row.
func one(ctx context.Context, q sqlx.QueryerContext, query string, args ...any) (Response, bool, error) {
	var rec record
	err := rec.scan(q.QueryRowxContext(ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return Response{}, false, nil
	}
	if err != nil {
		return Response{}, false, postgres.Fault(err)
	}
	r, err := rec.response()
	return r, err == nil, err
}

// pageSave is one save as sqlSaveAll reads it.
type pageSave struct {
	Response  string                `json:"response"`
	Revision  int                   `json:"base"`
	Questions []string              `json:"questions"`
	Answers   questionnaire.Answers `json:"given"`
	Next      int                   `json:"next"`
	Lang      i18n.Lang             `json:"lang"`
	At        time.Time             `json:"at"`
}

// saved is the response after a save; ok is false when the save was not made.
type saved struct {
	Response
	ok bool
}

// saveAll saves pages, each of another response, with one commit. Not ok are those whose revision has
// moved, and those that could not be had at once.
func saveAll(ctx context.Context, db *sqlx.DB, pages []pageSave) ([]saved, error) {
	doc, err := json.Marshal(pages)
	if err != nil {
		return nil, err
	}
	rows, err := db.QueryxContext(ctx, sqlSaveAll, doc)
	if err != nil {
		return nil, postgres.Fault(err)
	}
	byID := make(map[string]Response, len(pages))
	for r, err := range responses(rows) {
		if err != nil {
			return nil, postgres.Fault(err)
		}
		byID[r.ID] = r
	}
	all := make([]saved, len(pages))
	for i, p := range pages {
		all[i].Response, all[i].ok = byID[p.Response]
	}
	return all, nil
}

// saveOne saves one page. It waits for whoever holds the row.
func saveOne(ctx context.Context, db *sqlx.DB, p pageSave) (Response, bool, error) {
	doc, err := json.Marshal(p.Answers)
	if err != nil {
		return Response{}, false, err
	}
	return one(ctx, db, sqlSave, p.Response, p.Revision, array(p.Questions), doc, p.Next, string(p.Lang), p.At)
}

// The parts of these statements that write other packages' tables are those packages' own. One
// statement is one round trip and one commit, and everybody who answers waits for both.
var (
	sqlStart = `
		WITH begun AS (
			INSERT INTO response (invitation_id, campaign_id, survey_id, survey_version_id, group_id, language,
				prefill, started_at, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
			ON CONFLICT ON CONSTRAINT response_invitation_id_key DO NOTHING
			RETURNING *),
		started AS (` + distribution.StartedClause("begun", 8) + `),
		logged AS (` + audit.Clause("begun", 9) + `)
		SELECT ` + columns + ` FROM begun`

	// receivable are the responses that may be sent in while held says so: drafts, and while the campaign
	// is open, corrections. What was sent in before closing stands.
	receivable = `(held.open AND (state = 'draft' OR correction IS NOT NULL) OR held.late AND state = 'draft')`

	// sentIn is what sending in makes of them.
	sentIn = `state = CASE WHEN held.open OR held.counted THEN 'submitted' ELSE 'late' END, late = NOT held.open`

	// First the invitation: every writer of a case locks it before the response, so two of them wait
	// for each other instead of deadlocking.
	sqlSubmit = `
		WITH held AS (` + distribution.HoldClause(1, 2) + `),
		final AS (
			UPDATE response
			SET ` + sentIn + `, answers = $5, receipt = coalesce(receipt, $6), submitted_at = $2, updated_at = $2,
				revision = revision + 1, correction = NULL
			FROM held
			WHERE response.id = $3 AND revision = $4 AND ` + receivable + `
			RETURNING response.id, invitation_id, receipt, response.late, response.state = 'submitted' AS counted),
		answered AS (` + distribution.AnsweredClause("final", 7, 2) + `),
		reminders AS (` + distribution.RemindersClause("final", 2) + `),
		logged AS (` + audit.Clause("final", 8) + `)
		SELECT held.open, held.late, (SELECT receipt FROM final) FROM held`
)

// submit makes the draft r final. open is false when the campaign receives no answers, done when that
// or another revision was the reason to write nothing. A corrected response keeps the number that it had.
func submit(ctx context.Context, db *sqlx.DB, r Response, answers []byte, share float64, receipt *Receipt) (open, done bool, err error) {
	event := EventSubmitted
	if r.Correcting {
		event = EventCorrected
	}
	args := append([]any{r.InvitationID, receipt.SubmittedAt, r.ID, r.Revision, answers, receipt.Number,
		distribution.AnsweredShare(share)}, audit.ClauseArgs(ctx, event, "response")...)
	var number *string
	var late bool
	err = db.QueryRowxContext(ctx, sqlSubmit, args...).Scan(&open, &late, &number)
	if number != nil {
		receipt.Number = *number
	}
	return open || late && !r.Correcting, number != nil, postgres.Fault(err)
}

// setCorrection begins a correction with a copy of what is sent in, or drops the copy. changed is false
// when there was nothing to do.
func setCorrection(ctx context.Context, tx *sqlx.Tx, id string, begin bool, now time.Time) (changed bool, err error) {
	res, err := tx.ExecContext(ctx, `
		UPDATE response SET correction = CASE WHEN $2 THEN answers END, revision = revision + 1, page = 1, updated_at = $3
		WHERE id = $1 AND state = 'submitted' AND (correction IS NULL) = $2`, id, begin, now)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

func withdraw(ctx context.Context, tx *sqlx.Tx, id string, now time.Time) (bool, error) {
	res, err := tx.ExecContext(ctx, `
		UPDATE response
		SET state = 'withdrawn', late = false, answers = '{}', correction = NULL, prefill = '{}', receipt = NULL, submitted_at = NULL,
			answered_share = NULL, withdrawn_at = $2, updated_at = $2, revision = revision + 1, page = 1
		WHERE id = $1 AND state <> 'withdrawn'`, id, now)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

func reopen(ctx context.Context, tx *sqlx.Tx, id, lang string, prefill []byte, now time.Time) (bool, error) {
	res, err := tx.ExecContext(ctx, `
		UPDATE response
		SET state = 'draft', withdrawn_at = NULL, prefill = $3, language = $2, updated_at = $4,
			revision = revision + 1, page = 1
		WHERE id = $1 AND state = 'withdrawn'`, id, lang, prefill, now)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

func setLanguage(ctx context.Context, db sqlx.ExtContext, id, lang string) error {
	_, err := db.ExecContext(ctx, `UPDATE response SET language = $2 WHERE id = $1`, id, lang)
	return err
}

// load streams in the order of the random ids, which says nothing about time.
func load(ctx context.Context, db *sqlx.DB, f Filter, yield func(Row) error) error {
	rows, err := db.QueryxContext(ctx, `
		SELECT id, group_id, survey_version_id, coalesce(campaign_id::text, ''), sent_in, submitted_at
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
		if err := rows.Scan(&r.ID, &r.Group, &r.VersionID, &r.CampaignID, &answers, &r.SubmittedAt); err != nil {
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

func listDrafts(ctx context.Context, db sqlx.QueryerContext, campaignID string) ([]Response, error) {
	rows, err := db.QueryxContext(ctx,
		`SELECT `+columns+` FROM response WHERE campaign_id = $1 AND state = 'draft' ORDER BY id`, campaignID)
	if err != nil {
		return nil, err
	}
	var list []Response
	for r, err := range responses(rows) {
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

// responses reads the rows of a statement that gives columns, and closes them. After an error it ends.
func responses(rows *sqlx.Rows) iter.Seq2[Response, error] {
	return func(yield func(Response, error) bool) {
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var rec record
			err := rec.scan(rows)
			var r Response
			if err == nil {
				r, err = rec.response()
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(Response{}, err)
		}
	}
}

// begunDrafts tells which of the invitations have a draft with an answer in it.
func begunDrafts(ctx context.Context, db *sqlx.DB, invitationIDs []string) (map[string]bool, error) {
	var ids []string
	err := db.SelectContext(ctx, &ids, `
		SELECT invitation_id FROM response
		WHERE invitation_id = ANY ($1::uuid[]) AND state = 'draft' AND answers <> '{}'`, pq.Array(invitationIDs))
	if err != nil {
		return nil, fmt.Errorf("begun drafts: %w", postgres.Fault(err))
	}
	begun := make(map[string]bool, len(ids))
	for _, id := range ids {
		begun[id] = true
	}
	return begun, nil
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

// array is never NULL: removing NULL from a document gives NULL, not the document.
func array(ids []string) any { return pq.Array(append([]string{}, ids...)) }

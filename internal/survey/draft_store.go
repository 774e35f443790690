package survey

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/questionnaire/authoring"
)

func init() {
	postgres.RegisterConstraint("survey_draft_survey_key", fault.New(fault.Conflict, "authoring.error_draft_exists"))
}

type draftRow struct {
	ID        string    `db:"id"`
	SurveyID  string    `db:"survey_id"`
	Head      int       `db:"head"`
	VersionID *string   `db:"version_id"`
	Tested    *int      `db:"tested"`
	Version   int       `db:"version"`
	Locked    bool      `db:"locked"`
	Parent    *int      `db:"parent"`
	Newer     bool      `db:"newer"`
	Content   []byte    `db:"content"`
	ChangedBy string    `db:"changed_by"`
	ChangedAt time.Time `db:"changed_at"`

	RemovedAt *time.Time `db:"removed_at"`
}

func (r draftRow) draft() (Draft, error) {
	d := Draft{ID: r.ID, SurveyID: r.SurveyID, Revision: r.Head, ChangedBy: r.ChangedBy, ChangedAt: r.ChangedAt.UTC(),
		CanUndo: r.Parent != nil, CanRedo: r.Newer, Tested: r.Tested != nil && *r.Tested == r.Head,
		Version: r.Version, Locked: r.Locked, RemovedAt: r.RemovedAt}
	if r.VersionID != nil {
		d.VersionID = *r.VersionID
	}
	if err := json.Unmarshal(r.Content, &d.Content); err != nil {
		return Draft{}, fmt.Errorf("stored content: %w", err)
	}
	return d, nil
}

const sqlDraft = `
	SELECT d.id, d.survey_id, d.head, d.version_id, d.tested, d.removed_at, s.parent, s.content, s.changed_by, s.changed_at,
		EXISTS (SELECT 1 FROM survey_draft_state c WHERE c.draft_id = d.id AND c.parent = d.head) AS newer,
		COALESCE(v.number, 0) AS version, v.locked_at IS NOT NULL AS locked
	FROM survey_draft d JOIN survey_draft_state s ON s.draft_id = d.id AND s.number = d.head
		LEFT JOIN survey_version v ON v.id = d.version_id`

// findDraft reads a draft that is not removed; held keeps other editors waiting until the transaction ends.
func findDraft(ctx context.Context, q sqlx.QueryerContext, id string, held bool) (Draft, error) {
	query := sqlDraft + ` WHERE d.id = $1 AND d.removed_at IS NULL`
	if held {
		query += ` FOR UPDATE OF d`
	}
	var r draftRow
	if err := sqlx.GetContext(ctx, q, &r, query, id); err != nil {
		return Draft{}, orNoDraft(postgres.Fault(err))
	}
	return r.draft()
}

func (s *Service) listDrafts(ctx context.Context) ([]Draft, error) {
	var rows []draftRow
	if err := s.db.SelectContext(ctx, &rows, sqlDraft+`
		WHERE d.removed_at IS NULL OR d.removed_at > $1 ORDER BY s.changed_at DESC, d.survey_id`, s.now().Add(-keptRemoved)); err != nil {
		return nil, postgres.Fault(err)
	}
	list := make([]Draft, len(rows))
	for i, r := range rows {
		d, err := r.draft()
		if err != nil {
			return nil, err
		}
		list[i] = d
	}
	return list, nil
}

func (s *Service) insertDraft(ctx context.Context, tx *sqlx.Tx, content authoring.Draft, by string) (id string, err error) {
	data, err := json.Marshal(content)
	if err != nil {
		return "", err
	}
	err = tx.GetContext(ctx, &id, `
		INSERT INTO survey_draft (survey_id, head, created_at) VALUES ($1, 1, $2) RETURNING id`, content.ID, s.now())
	if err != nil {
		return "", postgres.Fault(err)
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO survey_draft_state (draft_id, number, parent, content, unit, changed_by, changed_at)
		VALUES ($1, 1, NULL, $2, '', $3, $4)`, id, data, by, s.now())
	return id, postgres.Fault(err)
}

// change is what a new state changed; typed when its author may not have finished the sentence.
type change struct {
	unit  string
	typed bool
}

// addState makes next what stands, and forgets the oldest states beyond those kept. What is typed takes
// the place of what was typed just before: undoing goes to what stood before both.
func (s *Service) addState(ctx context.Context, tx *sqlx.Tx, d Draft, next authoring.Draft, c change) error {
	data, err := json.Marshal(next)
	if err != nil {
		return err
	}
	var number int
	err = tx.GetContext(ctx, &number, `
		INSERT INTO survey_draft_state (draft_id, number, parent, content, unit, changed_by, changed_at, typed)
		SELECT $1, (SELECT max(number) + 1 FROM survey_draft_state WHERE draft_id = $1),
			CASE WHEN $7 AND h.typed AND h.unit = $4 AND h.changed_by = $5 AND h.changed_at > $8 THEN h.parent ELSE h.number END,
			$3, $4, $5, $6, $7
		FROM survey_draft_state h WHERE h.draft_id = $1 AND h.number = $2
		RETURNING number`, d.ID, d.Revision, data, c.unit, audit.ActorOf(ctx).Name, s.now(), c.typed, s.now().Add(-sentence))
	if err != nil {
		return postgres.Fault(err)
	}
	_, err = tx.ExecContext(ctx, `UPDATE survey_draft SET head = $2 WHERE id = $1`, d.ID, number)
	if err != nil {
		return postgres.Fault(err)
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM survey_draft_state WHERE draft_id = $1 AND number <= $2`, d.ID, number-keptStates)
	if err != nil {
		return postgres.Fault(err)
	}
	// What is left of the oldest has nothing to go back to.
	_, err = tx.ExecContext(ctx, `
		UPDATE survey_draft_state SET parent = NULL WHERE draft_id = $1 AND parent <= $2`, d.ID, number-keptStates)
	return postgres.Fault(err)
}

// stateContent is the draft as it was at a revision; one that is no longer kept is empty, and so differs.
func stateContent(ctx context.Context, q sqlx.QueryerContext, id string, number int) (authoring.Draft, error) {
	var data []byte
	err := sqlx.GetContext(ctx, q, &data, `SELECT content FROM survey_draft_state WHERE draft_id = $1 AND number = $2`, id, number)
	if errors.Is(err, sql.ErrNoRows) {
		return authoring.Draft{}, nil
	}
	if err != nil {
		return authoring.Draft{}, postgres.Fault(err)
	}
	var d authoring.Draft
	return d, json.Unmarshal(data, &d)
}

// lastChange tells who last changed the unit after a revision; when undoing did it, who changed the draft last.
func lastChange(ctx context.Context, q sqlx.QueryerContext, id string, after int, unit string) (by string, at time.Time, err error) {
	row := q.QueryRowxContext(ctx, `
		SELECT changed_by, changed_at FROM survey_draft_state WHERE draft_id = $1
		ORDER BY (number > $2 AND unit = $3) DESC, number DESC LIMIT 1`, id, after, unit)
	err = row.Scan(&by, &at)
	return by, at.UTC(), postgres.Fault(err)
}

func undoDraft(ctx context.Context, db sqlx.ExecerContext, id string) error {
	_, err := db.ExecContext(ctx, `
		UPDATE survey_draft d SET head = s.parent FROM survey_draft_state s
		WHERE d.id = $1 AND s.draft_id = d.id AND s.number = d.head AND s.parent IS NOT NULL`, id)
	return postgres.Fault(err)
}

func redoDraft(ctx context.Context, db sqlx.ExecerContext, id string) error {
	_, err := db.ExecContext(ctx, `
		UPDATE survey_draft d SET head = c.number
		FROM (SELECT draft_id, parent, max(number) AS number FROM survey_draft_state WHERE draft_id = $1
			GROUP BY draft_id, parent) c
		WHERE d.id = $1 AND c.draft_id = d.id AND c.parent = d.head`, id)
	return postgres.Fault(err)
}

func markTested(ctx context.Context, tx *sqlx.Tx, d Draft, versionID string) error {
	_, err := tx.ExecContext(ctx, `UPDATE survey_draft SET version_id = $2, tested = $3 WHERE id = $1`, d.ID, versionID, d.Revision)
	return postgres.Fault(err)
}

// setRemoved marks the draft as thrown away, or takes it back when at is nil.
func setRemoved(ctx context.Context, tx *sqlx.Tx, id string, at *time.Time) error {
	res, err := tx.ExecContext(ctx, `UPDATE survey_draft SET removed_at = $2 WHERE id = $1`, id, at)
	if err != nil {
		return postgres.Fault(err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, errNoDraft)
	}
	return nil
}

// forgetDrafts deletes the drafts that were removed before a time.
func forgetDrafts(ctx context.Context, tx *sqlx.Tx, before time.Time) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM survey_draft WHERE removed_at < $1`, before)
	return postgres.Fault(err)
}

func (s *Service) versionID(ctx context.Context, surveyID string, number int) (id string, err error) {
	err = s.db.GetContext(ctx, &id, `SELECT id FROM survey_version WHERE survey_id = $1 AND number = $2`, surveyID, number)
	return id, orNoVersion(postgres.Fault(err))
}

var errNoDraft = fault.New(fault.NotFound, "authoring.error_no_draft")

func orNoDraft(err error) error {
	if f, ok := fault.Of(err); ok && f.Kind == fault.NotFound {
		return errNoDraft.Wrap(errors.Unwrap(f))
	}
	return err
}

package response

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/response/export"
	"upphandlingsdialog/internal/survey"
)

// insertFromElsewhere stores a submitted response that came by no link, unless its reference is
// known; then same tells whether what is stored is the same response.
func insertFromElsewhere(ctx context.Context, tx *sqlx.Tx, w survey.Wave, e export.Entry, answers []byte,
	source Source, receipt string, now time.Time) (added, same bool, err error) {
	done, err := tx.ExecContext(ctx, `
		INSERT INTO response (survey_id, survey_version_id, group_id, language, state, answers, receipt,
			started_at, updated_at, submitted_at, source, source_ref, wave_id)
		VALUES ($1, $2, $3, $4, 'submitted', $5, $6, $7, $7, $8, $9, $10, $11)
		ON CONFLICT ON CONSTRAINT response_source_ref_key DO NOTHING`,
		w.SurveyID, w.VersionID, e.Group, string(e.Language), answers, receipt, now, e.Submitted, string(source), e.Ref, w.ID)
	if err != nil {
		return false, false, err
	}
	if n, err := done.RowsAffected(); err != nil || n > 0 {
		return n > 0, false, err
	}
	err = tx.GetContext(ctx, &same, `
		SELECT survey_version_id = $3 AND group_id = $4 AND source = $5 AND state = 'submitted' AND answers = $6::jsonb
		FROM response WHERE survey_id = $1 AND source_ref = $2`, w.SurveyID, e.Ref, w.VersionID, e.Group, string(source), answers)
	if errors.Is(err, sql.ErrNoRows) {
		return false, false, nil
	}
	return false, same, err
}

// keptFile is a row of response_file.
type keptFile struct {
	VersionID string `db:"survey_version_id"`
	Source    Source `db:"source"`
	Name      string `db:"file_name"`
	File      []byte `db:"file"`
}

var errNoFile = fault.New(fault.NotFound, "response.error_file_gone")

// keepFile stores a file for a day, and forgets those that nobody came back for.
func keepFile(ctx context.Context, tx *sqlx.Tx, f keptFile, now time.Time) (id string, err error) {
	if _, err := tx.ExecContext(ctx, `DELETE FROM response_file WHERE created_at < $1`, now.Add(-24*time.Hour)); err != nil {
		return "", err
	}
	err = tx.GetContext(ctx, &id, `
		INSERT INTO response_file (survey_version_id, source, file_name, file, created_at) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
		f.VersionID, string(f.Source), f.Name, f.File, now)
	return id, err
}

func findFile(ctx context.Context, db *sqlx.DB, id string) (keptFile, error) {
	var f keptFile
	err := db.GetContext(ctx, &f, `SELECT survey_version_id, source, file_name, file FROM response_file WHERE id::text = $1`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return f, errNoFile
	}
	return f, err
}

func dropFile(ctx context.Context, db *sqlx.DB, id string) error {
	_, err := db.ExecContext(ctx, `DELETE FROM response_file WHERE id::text = $1`, id)
	return err
}

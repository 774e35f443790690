package survey

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/questionnaire"
)

func init() {
	postgres.RegisterConstraint("survey_version_frozen", fault.New(fault.Conflict, "survey.error_frozen"))
	postgres.RegisterConstraint("survey_version_number_key", fault.New(fault.Conflict, "survey.error_busy"))
	postgres.RegisterConstraint("survey_version_survey_fkey", fault.New(fault.NotFound, "survey.error_not_found"))
}

// row is a survey_version as it is read. Definition is left out where the list or the memory has it.
type row struct {
	ID         string     `db:"id"`
	SurveyID   string     `db:"survey_id"`
	Number     int        `db:"number"`
	Hash       string     `db:"hash"`
	Source     string     `db:"source"`
	CreatedAt  time.Time  `db:"created_at"`
	LockedAt   *time.Time `db:"locked_at"`
	Definition []byte     `db:"definition"`
}

// lockSurvey makes the survey if it is new and holds its row until the transaction ends, so that
// version numbers are given out one at a time.
func lockSurvey(ctx context.Context, tx *sqlx.Tx, id string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO survey (id, created_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING`, id, now)
	if err != nil {
		return postgres.Fault(err)
	}
	var held string
	return postgres.Fault(tx.GetContext(ctx, &held, `SELECT id FROM survey WHERE id = $1 FOR UPDATE`, id))
}

func (s *Service) insert(ctx context.Context, tx *sqlx.Tx, d *questionnaire.Definition, hash, source string, number int) (Version, error) {
	definition, err := json.Marshal(d)
	if err != nil {
		return Version{}, err
	}
	var r row
	err = tx.GetContext(ctx, &r, `
		INSERT INTO survey_version (survey_id, number, hash, definition, source, created_at)
		VALUES ($1, $2, $3, $4, $5, $6)
		RETURNING id, survey_id, number, hash, source, created_at, locked_at, definition`,
		d.ID, number, hash, definition, source, s.now())
	if err != nil {
		return Version{}, postgres.Fault(err)
	}
	return s.version(r)
}

func (s *Service) byID(ctx context.Context, q sqlx.QueryerContext, id string) (Version, error) {
	if cached, ok := s.definitions.Load(id); ok {
		// Only locked_at can have changed; the document need not be read again.
		var r row
		err := sqlx.GetContext(ctx, q, &r, `
			SELECT id, survey_id, number, hash, source, created_at, locked_at
			FROM survey_version WHERE id = $1`, id)
		v := fromRow(r)
		v.Definition = cached.(*questionnaire.Definition)
		return v, orNoVersion(postgres.Fault(err))
	}
	var r row
	err := sqlx.GetContext(ctx, q, &r, `
		SELECT id, survey_id, number, hash, source, created_at, locked_at, definition
		FROM survey_version WHERE id = $1`, id)
	if err != nil {
		return Version{}, orNoVersion(postgres.Fault(err))
	}
	return s.version(r)
}

func (s *Service) latest(ctx context.Context, q sqlx.QueryerContext, surveyID string) (Version, error) {
	var r row
	err := sqlx.GetContext(ctx, q, &r, `
		SELECT id, survey_id, number, hash, source, created_at, locked_at, definition
		FROM survey_version WHERE survey_id = $1 ORDER BY number DESC LIMIT 1`, surveyID)
	if err != nil {
		return Version{}, orNoVersion(postgres.Fault(err))
	}
	return s.version(r)
}

func (s *Service) list(ctx context.Context) ([]Version, error) {
	var rows []row
	err := s.db.SelectContext(ctx, &rows, `
		SELECT id, survey_id, number, hash, source, created_at, locked_at, definition
		FROM survey_version ORDER BY survey_id, number DESC`)
	if err != nil {
		return nil, postgres.Fault(err)
	}
	list := make([]Version, len(rows))
	for i, r := range rows {
		if list[i], err = s.version(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// sent lists the versions of a survey that have gone out.
func (s *Service) sent(ctx context.Context, q sqlx.QueryerContext, surveyID string) ([]Version, error) {
	var rows []row
	err := sqlx.SelectContext(ctx, q, &rows, `
		SELECT id, survey_id, number, hash, source, created_at, locked_at, definition
		FROM survey_version WHERE survey_id = $1 AND locked_at IS NOT NULL ORDER BY number`, surveyID)
	if err != nil {
		return nil, postgres.Fault(err)
	}
	list := make([]Version, len(rows))
	for i, r := range rows {
		if list[i], err = s.version(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (s *Service) lock(ctx context.Context, tx *sqlx.Tx, id string) (bool, error) {
	var locked bool
	err := tx.GetContext(ctx, &locked, `
		WITH now_locked AS (
			UPDATE survey_version SET locked_at = $2 WHERE id = $1 AND locked_at IS NULL RETURNING id)
		SELECT EXISTS (SELECT 1 FROM now_locked) FROM survey_version WHERE id = $1`, id, s.now())
	return locked, orNoVersion(postgres.Fault(err))
}

func fromRow(r row) Version {
	return Version{
		ID: r.ID, SurveyID: r.SurveyID, Number: r.Number, Hash: r.Hash, Source: r.Source,
		CreatedAt: r.CreatedAt.UTC(), LockedAt: r.LockedAt,
	}
}

// version gives the row its definition, from memory when this process has read it before.
func (s *Service) version(r row) (Version, error) {
	v := fromRow(r)
	cached, ok := s.definitions.Load(r.ID)
	if !ok {
		d := new(questionnaire.Definition)
		if err := json.Unmarshal(r.Definition, d); err != nil {
			return Version{}, fmt.Errorf("survey version %s: stored definition: %w", r.ID, err)
		}
		if got := d.Hash(); got != r.Hash {
			return Version{}, fmt.Errorf("survey version %s: content has hash %s, registered as %s", r.ID, got, r.Hash)
		}
		cached, _ = s.definitions.LoadOrStore(r.ID, d)
	}
	v.Definition = cached.(*questionnaire.Definition)
	return v, nil
}

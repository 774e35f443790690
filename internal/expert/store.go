package expert

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/postgres"
)

const columns = `s.id, s.name, s.named, s.themes, s.approved, s.invented, s.version, s.withdrawn_at IS NOT NULL, s.updated_at,
	v.role, v.organisation, v.stated_on, v.language, v.statement, v.quote, v.interests, v.sources, v.sha256
	FROM expert_statement s JOIN expert_statement_version v ON v.statement_id = s.id AND v.version = s.version`

func scan(row interface{ Scan(...any) error }) (s Statement, err error) {
	err = row.Scan(&s.ID, &s.Name, &s.Named, pq.Array(&s.Themes), &s.Approved, &s.Invented, &s.Version, &s.Withdrawn, &s.UpdatedAt,
		&s.Role, &s.Organisation, &s.Date, &s.Language, &s.Text, &s.Quote, &s.Interests, &s.Sources, &s.Hash)
	s.Date = s.Date.UTC()
	return s, postgres.Fault(err)
}

func statements(ctx context.Context, q sqlx.QueryerContext, theme string) ([]Statement, error) {
	rows, err := q.QueryxContext(ctx, `SELECT `+columns+` WHERE $1 = '' OR $1 = ANY (s.themes)`, theme)
	if err != nil {
		return nil, postgres.Fault(err)
	}
	defer func() { _ = rows.Close() }()
	var list []Statement
	for rows.Next() {
		s, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, postgres.Fault(rows.Err())
}

func find(ctx context.Context, q sqlx.QueryerContext, id string) (Statement, error) {
	return scan(q.QueryRowxContext(ctx, `SELECT `+columns+` WHERE s.id = $1`, id))
}

// lock holds the statement until the transaction ends.
func lock(ctx context.Context, tx *sqlx.Tx, id string) (Statement, error) {
	return scan(tx.QueryRowxContext(ctx, `SELECT `+columns+` WHERE s.id = $1 FOR UPDATE OF s`, id))
}

func insert(ctx context.Context, tx *sqlx.Tx, s Statement, author string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO expert_statement (id, name, named, themes, approved, invented, version, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
		s.ID, s.Name, s.Named, pq.Array(s.Themes), s.Approved, s.Invented, s.Version, now)
	if err != nil {
		return postgres.Fault(err)
	}
	return insertVersion(ctx, tx, s, author, now)
}

func insertVersion(ctx context.Context, tx *sqlx.Tx, s Statement, author string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO expert_statement_version (statement_id, version, role, organisation, stated_on, language, statement, quote,
			interests, sources, sha256, author, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		s.ID, s.Version, s.Role, s.Organisation, s.Date, s.Language, s.Text, s.Quote, s.Interests, s.Sources, s.Hash, author, now)
	return postgres.Fault(err)
}

func update(ctx context.Context, tx *sqlx.Tx, s Statement, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE expert_statement SET name = $2, named = $3, themes = $4, approved = $5, invented = $6, version = $7, updated_at = $8
		WHERE id = $1`, s.ID, s.Name, s.Named, pq.Array(s.Themes), s.Approved, s.Invented, s.Version, now)
	return postgres.Fault(err)
}

func withdraw(ctx context.Context, tx *sqlx.Tx, id string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE expert_statement SET withdrawn_at = $2, updated_at = $2, name = '', named = false, approved = false WHERE id = $1`, id, now)
	return postgres.Fault(err)
}

func unname(ctx context.Context, tx *sqlx.Tx, id string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE expert_statement SET name = '', named = false, updated_at = $2 WHERE id = $1`, id, now)
	return postgres.Fault(err)
}

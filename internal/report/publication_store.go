package report

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/postgres"
)

func findImprint(ctx context.Context, q sqlx.QueryerContext, kind Kind) (Imprint, error) {
	var row struct {
		Dnr    string `db:"dnr"`
		ISSN   string `db:"issn"`
		ISBNSv string `db:"isbn_sv"`
		ISBNEn string `db:"isbn_en"`
	}
	err := sqlx.GetContext(ctx, q, &row, `SELECT dnr, issn, isbn_sv, isbn_en FROM report_imprint WHERE kind = $1`, kind)
	if errors.Is(err, sql.ErrNoRows) {
		return Imprint{}, nil
	}
	return Imprint(row), postgres.Fault(err)
}

func upsertImprint(ctx context.Context, tx *sqlx.Tx, kind Kind, i Imprint, at time.Time, by string) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO report_imprint (kind, dnr, issn, isbn_sv, isbn_en, set_at, set_by) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT ON CONSTRAINT report_imprint_pkey DO UPDATE
		SET dnr = $2, issn = $3, isbn_sv = $4, isbn_en = $5, set_at = $6, set_by = $7`,
		kind, i.Dnr, i.ISSN, i.ISBNSv, i.ISBNEn, at, by)
	return postgres.Fault(err)
}

func approveEdition(ctx context.Context, tx *sqlx.Tx, id, by string, at time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE report_edition SET approved_at = $2, approved_by = $3 WHERE id = $1 AND approved_at IS NULL`, id, at, by)
	return postgres.Fault(err)
}

func insertErratum(ctx context.Context, tx *sqlx.Tx, editionID string, e Erratum, at time.Time, by string) (number int, err error) {
	err = tx.GetContext(ctx, &number, `
		INSERT INTO report_erratum (edition_id, number, place, reads, should, noted_at, noted_by)
		SELECT $1, 1 + count(*), $2, $3, $4, $5, $6 FROM report_erratum WHERE edition_id = $1 RETURNING number`,
		editionID, e.Place, e.Reads, e.Should, at, by)
	return number, postgres.Fault(err)
}

func listErrata(ctx context.Context, db *sqlx.DB, editionID string) (all []Erratum, err error) {
	err = db.SelectContext(ctx, &all, `
		SELECT number, place, reads, should, noted_at, noted_by FROM report_erratum WHERE edition_id = $1 ORDER BY number DESC`, editionID)
	return all, postgres.Fault(err)
}

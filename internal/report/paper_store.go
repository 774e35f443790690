package report

import (
	"context"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/postgres"
)

func insertPaper(ctx context.Context, tx *sqlx.Tx, editionID string, p Paper) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO report_paper (edition_id, name, title, html, pdf, pdf_sha256) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT ON CONSTRAINT report_paper_pkey DO NOTHING`, editionID, p.Name, p.Title, p.HTML, p.PDF, p.PDFSHA256)
	return postgres.Fault(err)
}

func listPapers(ctx context.Context, db *sqlx.DB, editionID string) (all []Paper, err error) {
	err = db.SelectContext(ctx, &all, `SELECT name, title, html, pdf_sha256 FROM report_paper WHERE edition_id = $1 ORDER BY name`, editionID)
	return all, postgres.Fault(err)
}

func findPaper(ctx context.Context, db *sqlx.DB, editionID, name string) (p Paper, err error) {
	err = db.GetContext(ctx, &p, `SELECT name, title, html, pdf, pdf_sha256 FROM report_paper WHERE edition_id = $1 AND name = $2`, editionID, name)
	return p, postgres.Fault(err)
}

package report

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
)

type textRow struct {
	Chapter  string    `db:"chapter"`
	Lang     string    `db:"lang"`
	Revision int       `db:"revision"`
	Words    *string   `db:"words"` // nil: the original
	At       time.Time `db:"written_at"`
	By       string    `db:"written_by"`
}

// latestTexts are the newest versions by chapter and language.
func latestTexts(ctx context.Context, q sqlx.QueryerContext, kind Kind) (map[[2]string]textRow, error) {
	var rows []textRow
	err := sqlx.SelectContext(ctx, q, &rows, `
		SELECT DISTINCT ON (chapter, lang) chapter, lang, revision, words, written_at, written_by
		FROM report_text WHERE kind = $1 ORDER BY chapter, lang, revision DESC`, kind)
	out := map[[2]string]textRow{}
	for _, r := range rows {
		out[[2]string{r.Chapter, r.Lang}] = r
	}
	return out, postgres.Fault(err)
}

func insertText(ctx context.Context, tx *sqlx.Tx, kind Kind, chapter string, lang i18n.Lang, revision int, words string, at time.Time, by string) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO report_text (kind, chapter, lang, revision, words, written_at, written_by) VALUES ($1, $2, $3, $4, NULLIF($5, ''), $6, $7)`,
		kind, chapter, string(lang), revision, words, at, by)
	return postgres.Fault(err)
}

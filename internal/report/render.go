package report

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/document/html"
	"upphandlingsdialog/internal/document/pdf"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
)

// Files is one snapshot in one language as it is read.
type Files struct {
	HTML   string // body for a page with its own h1
	PDF    []byte
	Papers []Paper
}

// Write renders a snapshot. The same snapshot gives the same bytes.
func Write(s *Snapshot, lang i18n.Lang) (Files, error) {
	d, err := Document(s, lang)
	if err != nil {
		return Files{}, err
	}
	body, err := html.Render(d, html.Options{HeadingShift: 1})
	if err != nil {
		return Files{}, fmt.Errorf("html: %w", err)
	}
	file, err := pdf.Render(d)
	if err != nil {
		return Files{}, fmt.Errorf("pdf: %w", err)
	}
	short, err := papers(s, lang)
	if err != nil {
		return Files{}, err
	}
	return Files{HTML: string(body), PDF: file, Papers: short}, nil
}

// Render draws an edition that is still a draft and stores PDF and HTML; a
// rendered one is left as it is. A failure is kept with the edition for the
// team to see.
func (s *Service) Render(ctx context.Context, id string) (Edition, error) {
	e, err := s.Find(ctx, id)
	if err != nil || e.State != Draft {
		return e, err
	}
	snapshot, err := s.Snapshot(ctx, e.SnapshotID)
	if err != nil {
		return e, err
	}
	files, err := Write(snapshot, i18n.Lang(e.Lang))
	if err != nil {
		if keep := storeFailure(ctx, s.db, id, err.Error()); keep != nil {
			return e, keep
		}
		return e, fmt.Errorf("render %s: %w", e.Slug, err)
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		sha := Hash(files.PDF)
		if err := storeRendered(ctx, tx, id, files.HTML, files.PDF, sha, s.now()); err != nil {
			return err
		}
		for _, p := range files.Papers {
			if err := insertPaper(ctx, tx, id, p); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventRendered, Subject: "edition", SubjectID: id,
			Detail: map[string]any{"slug": e.Slug, "pdf_sha256": sha}})
	})
	if err != nil {
		return e, err
	}
	return s.Find(ctx, id)
}

package report

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
)

func init() {
	postgres.RegisterConstraint("report_list_name_key", fault.InvalidFields("error.invalid",
		fault.Field{Name: "name", Key: "report.error_list_name_taken"}))
	postgres.RegisterConstraint("report_snapshot_number_key", fault.New(fault.Conflict, "report.error_busy"))
}

// editionRow is an edition as it is read, without its HTML and PDF.
type editionRow struct {
	ID          string     `db:"id"`
	SnapshotID  string     `db:"snapshot_id"`
	Kind        Kind       `db:"kind"`
	Number      int        `db:"number"`
	Lang        string     `db:"lang"`
	Slug        string     `db:"slug"`
	Title       string     `db:"title"`
	State       State      `db:"state"`
	Hash        string     `db:"hash"`
	PDFSHA256   string     `db:"pdf_sha256"`
	PDFBytes    int        `db:"pdf_bytes"`
	Failure     string     `db:"failure"`
	MadeAt      time.Time  `db:"made_at"`
	MadeBy      string     `db:"made_by"`
	RenderedAt  *time.Time `db:"rendered_at"`
	ApprovedAt  *time.Time `db:"approved_at"`
	ApprovedBy  string     `db:"approved_by"`
	PublishedAt *time.Time `db:"published_at"`
	PublishedBy string     `db:"published_by"`
	Embargo     *time.Time `db:"embargo_until"`
}

func (r editionRow) edition() Edition {
	return Edition{ID: r.ID, SnapshotID: r.SnapshotID, Kind: r.Kind, Number: r.Number, Lang: r.Lang, Slug: r.Slug, Title: r.Title,
		State: r.State, SnapshotHash: r.Hash, PDFSHA256: r.PDFSHA256, PDFBytes: r.PDFBytes, Failure: r.Failure,
		MadeAt: r.MadeAt, MadeBy: r.MadeBy, RenderedAt: r.RenderedAt, PublishedAt: r.PublishedAt, PublishedBy: r.PublishedBy,
		ApprovedAt: r.ApprovedAt, ApprovedBy: r.ApprovedBy, EmbargoUntil: r.Embargo}
}

const selectEdition = `
	SELECT e.id, e.snapshot_id, s.kind, s.number, e.lang, e.slug, e.title, e.state, s.hash,
	       coalesce(e.pdf_sha256, '') AS pdf_sha256, coalesce(octet_length(e.pdf), 0) AS pdf_bytes, e.failure,
	       e.made_at, s.made_by, e.rendered_at, e.approved_at, e.approved_by, e.published_at, e.published_by, e.embargo_until
	FROM report_edition e JOIN report_snapshot s ON s.id = e.snapshot_id `

func editions(rows []editionRow, err error) ([]Edition, error) {
	out := make([]Edition, len(rows))
	for i, r := range rows {
		out[i] = r.edition()
	}
	return out, postgres.Fault(err)
}

func findEdition(ctx context.Context, q sqlx.QueryerContext, where string, args ...any) (Edition, error) {
	var r editionRow
	err := sqlx.GetContext(ctx, q, &r, selectEdition+where, args...)
	return r.edition(), postgres.Fault(err)
}

func editionByID(ctx context.Context, q sqlx.QueryerContext, id string) (Edition, error) {
	return findEdition(ctx, q, `WHERE e.id::text = $1`, id)
}

func editionBySlug(ctx context.Context, q sqlx.QueryerContext, slug string) (Edition, error) {
	return findEdition(ctx, q, `WHERE e.slug = $1`, slug)
}

func allEditions(ctx context.Context, db *sqlx.DB) ([]Edition, error) {
	return listEditions(ctx, db, `ORDER BY e.made_at DESC, e.slug`)
}

// lockEdition keeps others from deciding about the edition until the transaction ends.
func lockEdition(ctx context.Context, tx *sqlx.Tx, id string) (Edition, error) {
	return findEdition(ctx, tx, `WHERE e.id::text = $1 FOR UPDATE OF e`, id)
}

func editionOf(ctx context.Context, q sqlx.QueryerContext, snapshotID, lang string) (Edition, error) {
	return findEdition(ctx, q, `WHERE e.snapshot_id = $1 AND e.lang = $2`, snapshotID, lang)
}

func latestEdition(ctx context.Context, q sqlx.QueryerContext, kind Kind, lang string) (Edition, error) {
	return findEdition(ctx, q, `WHERE s.kind = $1 AND e.lang = $2 ORDER BY s.number DESC LIMIT 1`, kind, lang)
}

// readable is the one rule of what the public may read: published, and no longer under embargo at the
// moment that is the statement's first argument.
const readable = `WHERE e.state = 'published' AND (e.embargo_until IS NULL OR e.embargo_until <= $1) `

func readableEdition(ctx context.Context, q sqlx.QueryerContext, now time.Time, slug string) (Edition, error) {
	return findEdition(ctx, q, readable+`AND e.slug = $2`, now, slug)
}

func readableEditions(ctx context.Context, db *sqlx.DB, now time.Time) ([]Edition, error) {
	return listEditions(ctx, db, readable+`ORDER BY s.kind DESC, s.number DESC, e.lang DESC`, now)
}

func readableLatest(ctx context.Context, q sqlx.QueryerContext, now time.Time, kind Kind) (Edition, error) {
	return findEdition(ctx, q, readable+`AND s.kind = $2 ORDER BY s.number DESC LIMIT 1`, now, kind)
}

func listEditions(ctx context.Context, db *sqlx.DB, where string, args ...any) ([]Edition, error) {
	var rows []editionRow
	err := db.SelectContext(ctx, &rows, selectEdition+where, args...)
	return editions(rows, err)
}

// lockKind makes editions of one kind one after the other: the number that the
// next snapshot gets must be read and used by one transaction at a time.
func lockKind(ctx context.Context, tx *sqlx.Tx, kind Kind) error {
	_, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtext('report.' || $1))`, string(kind))
	return postgres.Fault(err)
}

type snapshotRow struct {
	ID          string `db:"id"`
	Number      int    `db:"number"`
	ContentHash string `db:"content_hash"`
}

// latestSnapshot is the newest of a kind; the zero row when there is none.
func latestSnapshot(ctx context.Context, q sqlx.QueryerContext, kind Kind) (snapshotRow, error) {
	var r snapshotRow
	err := sqlx.GetContext(ctx, q, &r, `
		SELECT id, number, content_hash FROM report_snapshot WHERE kind = $1 ORDER BY number DESC LIMIT 1`, kind)
	if errors.Is(err, sql.ErrNoRows) {
		return snapshotRow{}, nil
	}
	return r, postgres.Fault(err)
}

func insertSnapshot(ctx context.Context, tx *sqlx.Tx, s *Snapshot, body []byte, contentHash, by string, at time.Time) (id string, err error) {
	classes := map[string][]analysis.WeightedClass{}
	for _, one := range s.Surveys {
		if one.Classes != nil {
			classes[one.ID] = one.Classes
		}
	}
	weights, err := json.Marshal(classes)
	if err != nil {
		return "", err
	}
	err = tx.GetContext(ctx, &id, `
		INSERT INTO report_snapshot (kind, number, hash, content_hash, body, made_at, made_by, weights)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
		s.Kind, s.Number, Hash(body), contentHash, body, at, by, weights)
	return id, postgres.Fault(err)
}

// snapshotClasses are the classes of the weights of a snapshot's surveys, by id; none of one from before they were kept.
func snapshotClasses(ctx context.Context, q sqlx.QueryerContext, id string) (classes map[string][]analysis.WeightedClass, err error) {
	var weights []byte
	if err := sqlx.GetContext(ctx, q, &weights, `SELECT weights FROM report_snapshot WHERE id = $1`, id); err != nil || weights == nil {
		return nil, postgres.Fault(err)
	}
	return classes, json.Unmarshal(weights, &classes)
}

func snapshotBody(ctx context.Context, db *sqlx.DB, id string) (body []byte, err error) {
	err = db.GetContext(ctx, &body, `SELECT body FROM report_snapshot WHERE id = $1`, id)
	return body, postgres.Fault(err)
}

// insertEdition says in made whether the snapshot had no edition in the
// language before.
func insertEdition(ctx context.Context, tx *sqlx.Tx, snapshotID, lang, slug, title string, at time.Time) (made bool, err error) {
	res, err := tx.ExecContext(ctx, `
		INSERT INTO report_edition (snapshot_id, lang, slug, title, made_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT ON CONSTRAINT report_edition_snapshot_lang_key DO NOTHING`, snapshotID, lang, slug, title, at)
	if err != nil {
		return false, postgres.Fault(err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// storeRendered keeps the first result: an edition that has been rendered, let
// alone published, never changes.
func storeRendered(ctx context.Context, tx *sqlx.Tx, id, html string, pdf []byte, sha string, at time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE report_edition SET html = $2, pdf = $3, pdf_sha256 = $4, rendered_at = $5, state = 'rendered', failure = ''
		WHERE id = $1 AND state = 'draft'`, id, html, pdf, sha, at)
	return postgres.Fault(err)
}

func storeFailure(ctx context.Context, db *sqlx.DB, id, failure string) error {
	_, err := db.ExecContext(ctx, `UPDATE report_edition SET failure = $2 WHERE id = $1 AND state = 'draft'`, id, failure)
	return postgres.Fault(err)
}

func editionHTML(ctx context.Context, db *sqlx.DB, id string) (html string, err error) {
	err = db.GetContext(ctx, &html, `SELECT html FROM report_edition WHERE id = $1 AND html IS NOT NULL`, id)
	return html, postgres.Fault(err)
}

func editionPDF(ctx context.Context, db *sqlx.DB, id string) (pdf []byte, err error) {
	err = db.GetContext(ctx, &pdf, `SELECT pdf FROM report_edition WHERE id = $1 AND pdf IS NOT NULL`, id)
	return pdf, postgres.Fault(err)
}

// publishEdition says in done whether the edition was not published before.
func publishEdition(ctx context.Context, tx *sqlx.Tx, id, by string, at time.Time, embargo *time.Time) (done bool, err error) {
	res, err := tx.ExecContext(ctx, `
		UPDATE report_edition SET state = 'published', published_at = $2, published_by = $3, embargo_until = $4
		WHERE id = $1 AND state = 'rendered'`, id, at, by, embargo)
	if err != nil {
		return false, postgres.Fault(err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

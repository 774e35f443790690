package report

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/postgres"
)

type listRow struct {
	ID        string    `db:"id"`
	Name      string    `db:"name"`
	Kind      Kind      `db:"kind"`
	Members   int       `db:"members"`
	CreatedAt time.Time `db:"created_at"`
}

const selectList = `
	SELECT l.id, l.name, l.kind, l.created_at,
	       (SELECT count(*) FROM report_list_member m WHERE m.list_id = l.id) AS members
	FROM report_list l `

func (r listRow) list() List {
	return List(r)
}

func selectLists(ctx context.Context, db *sqlx.DB) ([]List, error) {
	var rows []listRow
	err := db.SelectContext(ctx, &rows, selectList+`ORDER BY l.kind, l.name COLLATE "sv-x-icu"`)
	out := make([]List, len(rows))
	for i, r := range rows {
		out[i] = r.list()
	}
	return out, postgres.Fault(err)
}

func findList(ctx context.Context, q sqlx.QueryerContext, where string, arg string) (List, error) {
	var r listRow
	err := sqlx.GetContext(ctx, q, &r, selectList+where, arg)
	return r.list(), postgres.Fault(err)
}

func listByID(ctx context.Context, q sqlx.QueryerContext, id string) (List, error) {
	return findList(ctx, q, `WHERE l.id::text = $1`, id)
}

func listByName(ctx context.Context, q sqlx.QueryerContext, name string) (List, error) {
	return findList(ctx, q, `WHERE l.name = $1`, name)
}

func insertList(ctx context.Context, tx *sqlx.Tx, name string, kind Kind, at time.Time) (id string, err error) {
	err = tx.GetContext(ctx, &id, `INSERT INTO report_list (name, kind, created_at) VALUES ($1, $2, $3) RETURNING id`, name, kind, at)
	return id, postgres.Fault(err)
}

func insertMember(ctx context.Context, tx *sqlx.Tx, listID, normalised string, m Member, at time.Time) (added bool, err error) {
	res, err := tx.ExecContext(ctx, `
		INSERT INTO report_list_member (list_id, email_normalised, email, name, lang, added_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT ON CONSTRAINT report_list_member_pkey DO NOTHING`, listID, normalised, m.Email, m.Name, m.Lang, at)
	if err != nil {
		return false, postgres.Fault(err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

func deleteMember(ctx context.Context, tx *sqlx.Tx, listID, normalised string) (bool, error) {
	res, err := tx.ExecContext(ctx, `DELETE FROM report_list_member WHERE list_id = $1 AND email_normalised = $2`, listID, normalised)
	if err != nil {
		return false, postgres.Fault(err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

type memberRow struct {
	Email string `db:"email"`
	Name  string `db:"name"`
	Lang  string `db:"lang"`
}

func selectMembers(ctx context.Context, q sqlx.QueryerContext, listID string) ([]Member, error) {
	var rows []memberRow
	err := sqlx.SelectContext(ctx, q, &rows, `
		SELECT email, name, lang FROM report_list_member WHERE list_id = $1 ORDER BY email_normalised`, listID)
	out := make([]Member, len(rows))
	for i, r := range rows {
		out[i] = Member(r)
	}
	return out, postgres.Fault(err)
}

// insertRecipient says in added whether the person had not been sent the
// edition before, over any list.
func insertRecipient(ctx context.Context, tx *sqlx.Tx, r recipientRow) (added bool, err error) {
	res, err := tx.NamedExecContext(ctx, `
		INSERT INTO report_recipient (edition_id, email_normalised, email, name, lang, list_id, list_name, dedupe_key, requested_at, requested_by)
		VALUES (:edition_id, :email_normalised, :email, :name, :lang, :list_id, :list_name, :dedupe_key, :requested_at, :requested_by)
		ON CONFLICT ON CONSTRAINT report_recipient_pkey DO NOTHING`, r)
	if err != nil {
		return false, postgres.Fault(err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

type recipientRow struct {
	EditionID   string    `db:"edition_id"`
	Normalised  string    `db:"email_normalised"`
	Email       string    `db:"email"`
	Name        string    `db:"name"`
	Lang        string    `db:"lang"`
	ListID      *string   `db:"list_id"`
	ListName    string    `db:"list_name"`
	DedupeKey   string    `db:"dedupe_key"`
	RequestedAt time.Time `db:"requested_at"`
	RequestedBy string    `db:"requested_by"`
}

func selectRecipients(ctx context.Context, q sqlx.QueryerContext, editionID string) ([]recipientRow, error) {
	var rows []recipientRow
	err := sqlx.SelectContext(ctx, q, &rows, `
		SELECT edition_id, email_normalised, email, name, lang, list_id, list_name, dedupe_key, requested_at, requested_by
		FROM report_recipient WHERE edition_id = $1 ORDER BY requested_at, email_normalised`, editionID)
	return rows, postgres.Fault(err)
}

package people

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
)

func init() {
	taken := fault.New(fault.Conflict, "people.error_taken")
	postgres.RegisterConstraint("person_email_key", taken)
	postgres.RegisterConstraint("organisation_name_key", taken)
}

const personColumns = `p.id, p.name, p.email, p.email_normalised, COALESCE(p.language, ''),
	ARRAY(SELECT g.group_id FROM person_group g WHERE g.person_id = p.id),
	COALESCE(p.organisation_id::text, ''), COALESCE(o.name, ''), COALESCE(o.kind, ''), COALESCE(p.municipality_code, 0),
	COALESCE(p.size_class, 0), COALESCE(p.sector, 0), p.invented, p.created_at, s.reason, s.since`

const personTables = ` FROM person p LEFT JOIN organisation o ON o.id = p.organisation_id
	LEFT JOIN suppression s ON s.email_normalised = p.email_normalised AND s.lifted_at IS NULL `

type scanner interface{ Scan(dest ...any) error }

func scanPerson(r scanner) (Person, error) {
	var p Person
	var lang string
	var reason sql.NullString
	var since sql.NullTime
	err := r.Scan(&p.ID, &p.Name, &p.Email, &p.EmailNormalised, &lang, pq.Array(&p.Groups), &p.OrganisationID,
		&p.Organisation, &p.Kind, &p.MunicipalityCode, &p.SizeClass, &p.Sector, &p.Invented, &p.CreatedAt, &reason, &since)
	if err != nil {
		return p, err
	}
	p.Language = i18n.Lang(lang)
	p.Groups = inOrder(p.Groups)
	if reason.Valid {
		p.Suppression = &Suppression{Email: p.EmailNormalised, Reason: reason.String, Since: since.Time}
	}
	return p, nil
}

// inOrder sorts group ids as Groups has them and drops doubles.
func inOrder(groups []string) []string {
	var out []string
	for _, g := range Groups {
		if slices.Contains(groups, g) {
			out = append(out, g)
		}
	}
	return out
}

func eachPerson(rows *sql.Rows, err error, yield func(Person) error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		p, err := scanPerson(rows)
		if err != nil {
			return err
		}
		if err := yield(p); err != nil {
			return err
		}
	}
	return rows.Err()
}

func listPersons(ctx context.Context, db *sqlx.DB, f Filter) (Page, error) {
	where := ` WHERE p.erased_at IS NULL AND ($1 = '' OR EXISTS (SELECT 1 FROM person_group g WHERE g.person_id = p.id AND g.group_id = $1))
		AND ($2 = 0 OR p.municipality_code = $2)
		AND ($3 = '' OR p.name ILIKE '%' || $3 || '%' OR p.email ILIKE '%' || $3 || '%' OR o.name ILIKE '%' || $3 || '%')
		AND (NOT $4 OR s.reason IS NOT NULL)`
	args := []any{f.Group, f.MunicipalityCode, LikePattern(f.Search), f.Suppressed}
	page := Page{Number: f.Page}
	if err := db.GetContext(ctx, &page.Total, `SELECT count(*)`+personTables+where, args...); err != nil {
		return page, fmt.Errorf("count persons: %w", err)
	}
	page.Pages = max(1, (page.Total+f.PageSize-1)/f.PageSize)
	rows, err := db.QueryContext(ctx, `SELECT `+personColumns+personTables+where+`
		ORDER BY p.name COLLATE "sv-x-icu", p.id LIMIT $5 OFFSET $6`,
		append(args, f.PageSize, (f.Page-1)*f.PageSize)...)
	err = eachPerson(rows, err, func(p Person) error {
		page.Persons = append(page.Persons, p)
		return nil
	})
	if err != nil {
		return page, fmt.Errorf("list persons: %w", err)
	}
	return page, nil
}

func findPerson(ctx context.Context, db *sqlx.DB, id string) (Person, error) {
	p, err := scanPerson(db.QueryRowContext(ctx, `SELECT `+personColumns+personTables+` WHERE p.id = $1 AND p.erased_at IS NULL`, id))
	return p, notFound(err)
}

func findByEmail(ctx context.Context, db *sqlx.DB, normalised string) (Person, error) {
	p, err := scanPerson(db.QueryRowContext(ctx, `SELECT `+personColumns+personTables+`
		WHERE p.email_normalised = $1`, normalised))
	return p, notFound(err)
}

func notFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "people.error_unknown").Wrap(err)
	}
	return postgres.Fault(err)
}

func eachInGroups(ctx context.Context, db *sqlx.DB, groups []string, yield func(Person) error) error {
	rows, err := db.QueryContext(ctx, `SELECT `+personColumns+personTables+`
		WHERE EXISTS (SELECT 1 FROM person_group g WHERE g.person_id = p.id AND g.group_id = ANY($1))
		ORDER BY p.email_normalised`, pq.Array(groups))
	if err := eachPerson(rows, err, yield); err != nil {
		return fmt.Errorf("persons of groups %v: %w", groups, err)
	}
	return nil
}

func countPersons(ctx context.Context, db *sqlx.DB) (n int, err error) {
	err = db.GetContext(ctx, &n, `SELECT count(*) FROM person WHERE erased_at IS NULL`)
	return n, err
}

func countWithoutGroup(ctx context.Context, db *sqlx.DB) (n int, err error) {
	err = db.GetContext(ctx, &n, `SELECT count(*) FROM person p
		WHERE p.erased_at IS NULL AND NOT EXISTS (SELECT 1 FROM person_group g WHERE g.person_id = p.id)`)
	return n, err
}

func frameCounts(ctx context.Context, db *sqlx.DB) (map[string]int, error) {
	rows, err := db.QueryContext(ctx, `SELECT group_id, count(*) FROM person_group GROUP BY group_id`)
	if err != nil {
		return nil, fmt.Errorf("count frames: %w", err)
	}
	defer rows.Close()
	counts := map[string]int{}
	for rows.Next() {
		var g string
		var n int
		if err := rows.Scan(&g, &n); err != nil {
			return nil, err
		}
		counts[g] = n
	}
	return counts, rows.Err()
}

func findOrganisation(ctx context.Context, db *sqlx.DB, id string) (Organisation, error) {
	var o Organisation
	var municipalities pq.Int64Array
	err := db.QueryRowContext(ctx, `
		SELECT id, name, kind, COALESCE(legal_number, ''), valid_from, valid_to, invented,
			ARRAY(SELECT municipality_code FROM organisation_municipality m WHERE m.organisation_id = o.id ORDER BY 1)
		FROM organisation o WHERE id = $1`, id).
		Scan(&o.ID, &o.Name, &o.Kind, &o.LegalNumber, &o.ValidFrom, &o.ValidTo, &o.Invented, &municipalities)
	for _, m := range municipalities {
		o.Municipalities = append(o.Municipalities, int(m))
	}
	return o, notFound(err)
}

func findSuppression(ctx context.Context, db *sqlx.DB, normalised string) (*Suppression, error) {
	s := Suppression{Email: normalised}
	err := db.QueryRowContext(ctx, `
		SELECT reason, since FROM suppression WHERE email_normalised = $1 AND lifted_at IS NULL`, normalised).
		Scan(&s.Reason, &s.Since)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look up suppression: %w", err)
	}
	return &s, nil
}

func suppress(ctx context.Context, tx *sqlx.Tx, normalised, reason string, now time.Time) (bool, error) {
	return changed(tx.ExecContext(ctx, `
		INSERT INTO suppression (email_normalised, reason, since) VALUES ($1, $2, $3)
		ON CONFLICT ON CONSTRAINT suppression_pkey DO UPDATE SET reason = $2, since = $3, lifted_at = NULL
		WHERE suppression.lifted_at IS NOT NULL OR (suppression.reason = 'bounced' AND $2 <> 'bounced')`,
		normalised, reason, now))
}

func unsuppress(ctx context.Context, tx *sqlx.Tx, normalised string, now time.Time) (bool, error) {
	return changed(tx.ExecContext(ctx, `
		UPDATE suppression SET lifted_at = $2 WHERE email_normalised = $1 AND lifted_at IS NULL`, normalised, now))
}

func changed(r sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n > 0, err
}

package people

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
)

// lockImports lets one import at a time compare and write, so that two people
// who import the same list do not both believe that everybody is new.
func lockImports(ctx context.Context, tx *sqlx.Tx) error {
	_, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtext('people import'))`)
	return err
}

func findByEmails(ctx context.Context, q sqlx.QueryerContext, addresses []string) (map[string]Person, error) {
	known := map[string]Person{}
	rows, err := q.QueryContext(ctx, `SELECT `+personColumns+personTables+`
		WHERE p.email_normalised = ANY($1)`, pq.Array(addresses))
	err = eachPerson(rows, err, func(p Person) error {
		known[p.EmailNormalised] = p
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look up %d addresses: %w", len(addresses), err)
	}
	return known, nil
}

func organisationsByName(ctx context.Context, q sqlx.QueryerContext, names []string) (map[string]Organisation, error) {
	rows, err := q.QueryContext(ctx, `
		SELECT id, name, kind, COALESCE(legal_number, ''), valid_from, valid_to,
			ARRAY(SELECT municipality_code FROM organisation_municipality m WHERE m.organisation_id = o.id ORDER BY 1)
		FROM organisation o WHERE name_normalised = ANY($1)`, pq.Array(names))
	if err != nil {
		return nil, fmt.Errorf("look up organisations: %w", err)
	}
	defer rows.Close()
	known := map[string]Organisation{}
	for rows.Next() {
		var o Organisation
		var municipalities pq.Int64Array
		if err := rows.Scan(&o.ID, &o.Name, &o.Kind, &o.LegalNumber, &o.ValidFrom, &o.ValidTo, &municipalities); err != nil {
			return nil, err
		}
		for _, m := range municipalities {
			o.Municipalities = append(o.Municipalities, int(m))
		}
		known[organisationKey(o)] = o
	}
	return known, rows.Err()
}

// storeOrganisations makes the organisations that do not exist and adds what is
// new about those that do. It returns their ids by organisationKey.
func storeOrganisations(ctx context.Context, tx *sqlx.Tx, now time.Time, all []Organisation) (map[string]string, error) {
	ids := map[string]string{}
	for _, o := range all {
		var id string
		err := tx.GetContext(ctx, &id, `
			INSERT INTO organisation AS o (name, name_normalised, kind, legal_number, valid_from, valid_to, invented, created_at)
			VALUES ($1, $2, $3, NULLIF($4, ''), $5, $6, $7, $8)
			ON CONFLICT ON CONSTRAINT organisation_name_key DO UPDATE SET
				legal_number = COALESCE(EXCLUDED.legal_number, o.legal_number),
				valid_from = COALESCE(EXCLUDED.valid_from, o.valid_from),
				valid_to = COALESCE(EXCLUDED.valid_to, o.valid_to)
			RETURNING id`, o.Name, normaliseName(o.Name), o.Kind, o.LegalNumber, o.ValidFrom, o.ValidTo, o.Invented, now)
		if err != nil {
			return nil, fmt.Errorf("store organisation %s: %w", o.Name, err)
		}
		ids[organisationKey(o)] = id
		if len(o.Municipalities) == 0 {
			continue
		}
		_, err = tx.ExecContext(ctx, `
			INSERT INTO organisation_municipality (organisation_id, municipality_code)
			SELECT $1, code FROM unnest($2::int[]) AS code
			ON CONFLICT ON CONSTRAINT organisation_municipality_pkey DO NOTHING`, id, pq.Array(o.Municipalities))
		if err != nil {
			return nil, fmt.Errorf("store municipalities of %s: %w", o.Name, err)
		}
	}
	return ids, nil
}

// personArrays are the columns of many persons, for one statement over unnest.
func personArrays(all []Person) []any {
	n := len(all)
	names, emails, keys, langs, orgs := make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	municipalities, sizes, sectors, invented := make([]int, n), make([]int, n), make([]int, n), make([]bool, n)
	for i, p := range all {
		names[i], emails[i], keys[i], langs[i], orgs[i] = p.Name, p.Email, p.EmailNormalised, string(p.Language), p.OrganisationID
		municipalities[i], sizes[i], sectors[i], invented[i] = p.MunicipalityCode, p.SizeClass, p.Sector, p.Invented
	}
	return []any{pq.Array(names), pq.Array(emails), pq.Array(keys), pq.Array(langs), pq.Array(orgs),
		pq.Array(municipalities), pq.Array(sizes), pq.Array(sectors), pq.Array(invented)}
}

const personUnnest = ` unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::int[], $8::int[], $9::bool[])
	AS t (name, email, email_key, lang, organisation, municipality, size_class, sector, invented)`

func insertPersons(ctx context.Context, tx *sqlx.Tx, now time.Time, all []Person) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO person (name, email, email_normalised, language, organisation_id, municipality_code, size_class,
			sector, invented, created_at, updated_at)
		SELECT name, email, email_key, NULLIF(lang, ''), NULLIF(organisation, '')::uuid, NULLIF(municipality, 0),
			NULLIF(size_class, 0), NULLIF(sector, 0), invented, $10, $10 FROM`+personUnnest, append(personArrays(all), now)...)
	if err != nil {
		return fmt.Errorf("store %d new persons: %w", len(all), err)
	}
	return nil
}

func updatePersons(ctx context.Context, tx *sqlx.Tx, now time.Time, all []Person) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE person p SET name = t.name, email = t.email, language = NULLIF(t.lang, ''),
			organisation_id = NULLIF(t.organisation, '')::uuid, municipality_code = NULLIF(t.municipality, 0),
			size_class = NULLIF(t.size_class, 0), sector = NULLIF(t.sector, 0), invented = t.invented, updated_at = $10
		FROM`+personUnnest+` WHERE p.email_normalised = t.email_key`, append(personArrays(all), now)...)
	if err != nil {
		return fmt.Errorf("change %d persons: %w", len(all), err)
	}
	return nil
}

func addGroups(ctx context.Context, tx *sqlx.Tx, all []Person) error {
	var addresses, groups []string
	for _, p := range all {
		for _, g := range p.Groups {
			addresses, groups = append(addresses, p.EmailNormalised), append(groups, g)
		}
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO person_group (person_id, group_id)
		SELECT p.id, t.group_id FROM unnest($1::text[], $2::text[]) AS t (address, group_id)
		JOIN person p ON p.email_normalised = t.address
		ON CONFLICT ON CONSTRAINT person_group_pkey DO NOTHING`, pq.Array(addresses), pq.Array(groups))
	if err != nil {
		return fmt.Errorf("store group roles: %w", err)
	}
	return nil
}

// keepFile stores an uploaded file and forgets those nobody confirmed within a day.
func keepFile(ctx context.Context, tx *sqlx.Tx, name string, raw []byte, now time.Time) (id string, err error) {
	if _, err := tx.ExecContext(ctx, `DELETE FROM people_import WHERE created_at < $1`, now.Add(-24*time.Hour)); err != nil {
		return "", err
	}
	err = tx.GetContext(ctx, &id, `
		INSERT INTO people_import (file_name, file, created_at) VALUES ($1, $2, $3) RETURNING id`, name, raw, now)
	return id, err
}

func findFile(ctx context.Context, db *sqlx.DB, id string) (name string, raw []byte, err error) {
	err = db.QueryRowContext(ctx, `SELECT file_name, file FROM people_import WHERE id = $1`, id).Scan(&name, &raw)
	return name, raw, noFile(err)
}

// takeFile removes a kept file; the second of two who confirm finds none.
func takeFile(ctx context.Context, tx *sqlx.Tx, id string) (raw []byte, err error) {
	err = tx.GetContext(ctx, &raw, `DELETE FROM people_import WHERE id = $1 RETURNING file`, id)
	return raw, noFile(err)
}

func noFile(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "people.error_file_gone").Wrap(err)
	}
	return postgres.Fault(err)
}

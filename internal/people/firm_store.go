package people

import (
	"context"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/postgres"
)

// EnsureFirm finds the firm with this name, whatever its legal form, or adds it to the register as a
// business. The same name written with other spaces or capitals is the same firm. municipality is
// SCB's code, or 0 when not known.
func (s *Service) EnsureFirm(ctx context.Context, tx *sqlx.Tx, name string, municipality int, invented bool) (string, error) {
	var id string
	// The update that changes nothing makes the statement return the row that two who attend at once
	// would both want to insert.
	err := tx.GetContext(ctx, &id, `
		WITH known AS (
			SELECT id FROM organisation
			WHERE name_normalised = $1 AND kind IN ('business', 'social_enterprise', 'trade_association')
			ORDER BY kind LIMIT 1
		), added AS (
			INSERT INTO organisation (name, name_normalised, kind, invented, created_at)
			SELECT $2, $1, 'business', $3, $4 WHERE NOT EXISTS (SELECT FROM known)
			ON CONFLICT ON CONSTRAINT organisation_name_key DO UPDATE SET name = organisation.name
			RETURNING id
		)
		SELECT id FROM known UNION ALL SELECT id FROM added`,
		normaliseName(name), name, invented, s.now())
	if err != nil {
		return "", postgres.Fault(err)
	}
	if municipality != 0 {
		_, err = tx.ExecContext(ctx, `
			INSERT INTO organisation_municipality (organisation_id, municipality_code) VALUES ($1, $2)
			ON CONFLICT ON CONSTRAINT organisation_municipality_pkey DO NOTHING`, id, municipality)
	}
	return id, postgres.Fault(err)
}

package account

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
)

func init() {
	postgres.RegisterConstraint("team_user_email_key", fault.InvalidFields("error.invalid",
		fault.Field{Name: "email", Key: "account.error_email_taken"}))
}

func insertUser(ctx context.Context, tx *sqlx.Tx, u *User, hash string) error {
	return postgres.Fault(tx.GetContext(ctx, &u.ID, `
		INSERT INTO team_user (email, name, role, language, password_hash, created_at)
		VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
		u.Email, u.Name, u.Role, u.Language, hash, u.CreatedAt))
}

func findSignIn(ctx context.Context, db *sqlx.DB, email string) (User, string, error) {
	var row struct {
		User
		Hash string `db:"password_hash"`
	}
	err := db.GetContext(ctx, &row, `
		SELECT id, email, name, role, language, created_at, disabled_at, password_hash
		FROM team_user WHERE email = $1`, email)
	return row.User, row.Hash, postgres.Fault(err)
}

func listUsers(ctx context.Context, db *sqlx.DB) ([]User, error) {
	users := []User{}
	err := db.SelectContext(ctx, &users, `
		SELECT id, email, name, role, language, created_at, disabled_at
		FROM team_user ORDER BY name COLLATE "sv-x-icu", email`)
	return users, postgres.Fault(err)
}

func setDisabled(ctx context.Context, tx *sqlx.Tx, id string, at *time.Time) error {
	res, err := tx.ExecContext(ctx, `UPDATE team_user SET disabled_at = $2 WHERE id = $1`, id, at)
	if err != nil {
		return postgres.Fault(err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return fault.New(fault.NotFound, "error.not_found")
	}
	if at == nil {
		return nil
	}
	_, err = tx.ExecContext(ctx, `UPDATE team_session SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL`, id, *at)
	return postgres.Fault(err)
}

func setPassword(ctx context.Context, tx *sqlx.Tx, email, hash string, now time.Time) (string, error) {
	var id string
	err := tx.GetContext(ctx, &id, `UPDATE team_user SET password_hash = $2 WHERE email = $1 RETURNING id`, email, hash)
	if err != nil {
		return "", postgres.Fault(err)
	}
	_, err = tx.ExecContext(ctx, `UPDATE team_session SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL`, id, now)
	return id, postgres.Fault(err)
}

func insertSession(ctx context.Context, tx *sqlx.Tx, hash []byte, userID, device string, now, expires time.Time) (string, error) {
	var id string
	err := tx.GetContext(ctx, &id, `
		INSERT INTO team_session (token_hash, user_id, device, created_at, last_seen_at, expires_at)
		VALUES ($1, $2, $3, $4, $4, $5) RETURNING id`, hash, userID, device, now, expires)
	return id, postgres.Fault(err)
}

func findSession(ctx context.Context, db *sqlx.DB, hash []byte, now time.Time) (User, Session, error) {
	var row struct {
		User    User    `db:"u"`
		Session Session `db:"s"`
	}
	err := db.GetContext(ctx, &row, `
		SELECT u.id "u.id", u.email "u.email", u.name "u.name", u.role "u.role", u.language "u.language",
		       u.created_at "u.created_at", u.disabled_at "u.disabled_at",
		       s.id "s.id", s.user_id "s.user_id", s.device "s.device", s.created_at "s.created_at",
		       s.last_seen_at "s.last_seen_at", s.expires_at "s.expires_at"
		FROM team_session s JOIN team_user u ON u.id = s.user_id
		WHERE s.token_hash = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND u.disabled_at IS NULL`, hash, now)
	return row.User, row.Session, postgres.Fault(err)
}

func touchSession(ctx context.Context, db *sqlx.DB, id string, now time.Time) error {
	_, err := db.ExecContext(ctx, `
		UPDATE team_session SET last_seen_at = $2
		WHERE id = $1 AND last_seen_at < $2::timestamptz - interval '1 minute'`, id, now)
	return postgres.Fault(err)
}

func listSessions(ctx context.Context, db *sqlx.DB, userID string, now time.Time) ([]Session, error) {
	list := []Session{}
	err := db.SelectContext(ctx, &list, `
		SELECT id, user_id, device, created_at, last_seen_at, expires_at FROM team_session
		WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY created_at DESC`, userID, now)
	return list, postgres.Fault(err)
}

func revokeSession(ctx context.Context, tx *sqlx.Tx, userID, id string, now time.Time) error {
	var found string
	return postgres.Fault(tx.GetContext(ctx, &found, `
		UPDATE team_session SET revoked_at = $3
		WHERE id = $2 AND user_id = $1 AND revoked_at IS NULL RETURNING id`, userID, id, now))
}

func findAttempts(ctx context.Context, db *sqlx.DB, hash []byte) (failures int, last time.Time, err error) {
	err = db.QueryRowxContext(ctx, `SELECT failures, last_at FROM sign_in_attempt WHERE email_hash = $1`, hash).
		Scan(&failures, &last)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, time.Time{}, nil
	}
	return failures, last, postgres.Fault(err)
}

func recordAttempt(ctx context.Context, tx *sqlx.Tx, hash []byte, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO sign_in_attempt (email_hash, failures, last_at) VALUES ($1, 1, $2)
		ON CONFLICT ON CONSTRAINT sign_in_attempt_pkey DO UPDATE
		SET failures = sign_in_attempt.failures + 1, last_at = $2`, hash, now)
	return postgres.Fault(err)
}

func clearAttempts(ctx context.Context, tx *sqlx.Tx, hash []byte) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM sign_in_attempt WHERE email_hash = $1`, hash)
	return postgres.Fault(err)
}

// Package account knows the project's own people: who may sign in to the team's pages, with which
// role, and from which devices they are signed in now.
//
// Passwords are kept as argon2id hashes; a session is a random token of which only the SHA-256 is
// stored, so sessions can be listed and revoked but not stolen from a copy of the database. What a
// role may do stands in one table (permission.go).
package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"golang.org/x/crypto/argon2"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/token"
)

// Names of audit events.
const (
	EventSignedIn        = "account.signed_in"
	EventSignInRefused   = "account.sign_in_refused"
	EventSignedOut       = "account.signed_out"
	EventSessionRevoked  = "account.session_revoked"
	EventUserCreated     = "account.user_created"
	EventUserDisabled    = "account.user_disabled"
	EventUserEnabled     = "account.user_enabled"
	EventPasswordChanged = "account.password_changed"
)

const (
	minPassword     = 12
	sessionLifetime = 14 * 24 * time.Hour
	freeTries       = 5 // failed sign-ins before each further one costs waiting time
)

// User is one of the team.
type User struct {
	ID         string     `db:"id"`
	Email      string     `db:"email"`
	Name       string     `db:"name"`
	Role       Role       `db:"role"`
	Language   string     `db:"language"`
	CreatedAt  time.Time  `db:"created_at"`
	DisabledAt *time.Time `db:"disabled_at"`
}

// May tells whether the user's role has the permission.
func (u *User) May(p Permission) bool {
	return p == Public || u != nil && u.DisabledAt == nil && roleMay(u.Role, p)
}

// Session is one device on which a user is signed in.
type Session struct {
	ID         string    `db:"id"`
	UserID     string    `db:"user_id"`
	Device     string    `db:"device"`
	CreatedAt  time.Time `db:"created_at"`
	LastSeenAt time.Time `db:"last_seen_at"`
	ExpiresAt  time.Time `db:"expires_at"`
}

// Service signs people in and out and keeps their accounts.
type Service struct {
	db  *sqlx.DB
	now func() time.Time
}

// New makes the service.
func New(db *sqlx.DB, now func() time.Time) *Service { return &Service{db: db, now: now} }

// NormaliseEmail is the form in which an address is stored and compared.
func NormaliseEmail(s string) (string, bool) {
	a, err := mail.ParseAddress(strings.TrimSpace(s))
	if err != nil || a.Name != "" {
		return "", false
	}
	return strings.ToLower(a.Address), true
}

// CreateUser adds a user. Faults: Invalid on address, role or a password under 12 characters,
// Conflict when the address has an account.
func (s *Service) CreateUser(ctx context.Context, email, name string, role Role, language, password string) (User, error) {
	var fields []fault.Field
	addr, ok := NormaliseEmail(email)
	if !ok {
		fields = append(fields, fault.Field{Name: "email", Key: "error.email"})
	}
	if strings.TrimSpace(name) == "" {
		fields = append(fields, fault.Field{Name: "name", Key: "error.required"})
	}
	if !role.valid() {
		fields = append(fields, fault.Field{Name: "role", Key: "account.error_role",
			Args: fault.Args("Roles", strings.Join(roleNames(), ", "))})
	}
	if len([]rune(password)) < minPassword {
		fields = append(fields, fault.Field{Name: "password", Key: "account.error_password_short",
			Args: fault.Args("Min", minPassword)})
	}
	if len(fields) > 0 {
		return User{}, fault.InvalidFields("error.invalid", fields...)
	}
	u := User{Email: addr, Name: strings.TrimSpace(name), Role: role, Language: language, CreatedAt: s.now()}
	hash := hashPassword(password)
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := insertUser(ctx, tx, &u, hash); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventUserCreated, Subject: "user", SubjectID: u.ID,
			Detail: map[string]any{"role": role}})
	})
	return u, err
}

// SignIn checks the password and opens a session; device is the browser's description of itself.
// The answer is the same for an unknown address as for a wrong password, and takes as long.
func (s *Service) SignIn(ctx context.Context, email, password, device string) (User, string, error) {
	addr, _ := NormaliseEmail(email)
	addrHash := token.Hash(addr)
	if wait, err := s.wait(ctx, addrHash); err != nil {
		return User{}, "", err
	} else if wait > 0 {
		return User{}, "", fault.New(fault.Unavailable, "account.error_slow_down", "Seconds", int(wait.Seconds())+1)
	}
	u, hash, err := findSignIn(ctx, s.db, addr)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return User{}, "", err
	}
	known := err == nil && u.DisabledAt == nil
	if !known {
		hash = decoyHash()
	}
	if !checkPassword(hash, password) || !known {
		if err := s.refuse(ctx, addrHash); err != nil {
			return User{}, "", err
		}
		return User{}, "", fault.New(fault.Unauthenticated, "account.error_sign_in")
	}
	plain, tokenHash := token.New()
	ctx = audit.WithActor(ctx, u.Actor())
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := clearAttempts(ctx, tx, addrHash); err != nil {
			return err
		}
		now := s.now()
		id, err := insertSession(ctx, tx, tokenHash, u.ID, clip(device, 200), now, now.Add(sessionLifetime))
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventSignedIn, Subject: "session", SubjectID: id})
	})
	return u, plain, err
}

// Actor is the user as the audit log names it.
func (u *User) Actor() audit.Actor { return audit.Actor{Kind: "user", ID: u.ID, Name: u.Name} }

// wait is how long the next try for an address has to wait: nothing for the first few, then
// doubling from one second up to five minutes.
func (s *Service) wait(ctx context.Context, addrHash []byte) (time.Duration, error) {
	failures, last, err := findAttempts(ctx, s.db, addrHash)
	if err != nil || failures < freeTries {
		return 0, err
	}
	pause := min(time.Second<<min(failures-freeTries, 20), 5*time.Minute)
	return max(0, pause-s.now().Sub(last)), nil
}

func (s *Service) refuse(ctx context.Context, addrHash []byte) error {
	return postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := recordAttempt(ctx, tx, addrHash, s.now()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventSignInRefused, Subject: "session"})
	})
}

// Authenticate finds who holds the session token. Fault: Unauthenticated.
func (s *Service) Authenticate(ctx context.Context, plain string) (User, Session, error) {
	u, session, err := findSession(ctx, s.db, token.Hash(plain), s.now())
	if fault.Is(err, fault.NotFound) {
		err = fault.New(fault.Unauthenticated, "error.unauthenticated").Wrap(err)
	}
	return u, session, err
}

// Touch notes that the session was used. It is called for requests that change something, since
// reading a page writes nothing.
func (s *Service) Touch(ctx context.Context, sessionID string) error {
	return touchSession(ctx, s.db, sessionID, s.now())
}

// Sessions lists the user's open sessions, newest first.
func (s *Service) Sessions(ctx context.Context, userID string) ([]Session, error) {
	return listSessions(ctx, s.db, userID, s.now())
}

// Revoke ends a session of the user. Fault: NotFound when it is not theirs or ended already.
func (s *Service) Revoke(ctx context.Context, userID, sessionID, event string) error {
	return postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := revokeSession(ctx, tx, userID, sessionID, s.now()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: event, Subject: "session", SubjectID: sessionID})
	})
}

// Users lists everybody, by name.
func (s *Service) Users(ctx context.Context) ([]User, error) { return listUsers(ctx, s.db) }

// SetDisabled switches an account off, which ends its sessions, or on again.
func (s *Service) SetDisabled(ctx context.Context, userID string, disabled bool) error {
	return postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		event := EventUserEnabled
		var at *time.Time
		if disabled {
			now := s.now()
			event, at = EventUserDisabled, &now
		}
		if err := setDisabled(ctx, tx, userID, at); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: event, Subject: "user", SubjectID: userID})
	})
}

// SetPassword gives the account with this address a new password and ends its sessions.
func (s *Service) SetPassword(ctx context.Context, email, password string) error {
	if len([]rune(password)) < minPassword {
		return fault.InvalidFields("error.invalid", fault.Field{Name: "password",
			Key: "account.error_password_short", Args: fault.Args("Min", minPassword)})
	}
	addr, _ := NormaliseEmail(email)
	hash := hashPassword(password)
	return postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		id, err := setPassword(ctx, tx, addr, hash, s.now())
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventPasswordChanged, Subject: "user", SubjectID: id})
	})
}

// Argon2id with the second recommended option of RFC 9106 section 4, halved in memory so that a
// machine with 1 GB can serve several sign-ins at once: 3 passes, 32 MiB, 2 lanes.
const (
	argonTime    = 3
	argonMemory  = 32 * 1024
	argonThreads = 2
)

func hashPassword(password string) string {
	var salt [16]byte
	_, _ = rand.Read(salt[:])
	sum := argon2.IDKey([]byte(password), salt[:], argonTime, argonMemory, argonThreads, 32)
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, argonMemory, argonTime, argonThreads, b64(salt[:]), b64(sum))
}

func checkPassword(encoded, password string) bool {
	var version int
	var memory, time uint32
	var threads uint8
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &threads); err != nil {
		return false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(want) == 0 {
		return false
	}
	got := argon2.IDKey([]byte(password), salt, time, memory, threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1
}

func clip(s string, n int) string {
	r := []rune(strings.ToValidUTF8(s, ""))
	if len(r) > n {
		r = r[:n]
	}
	return string(r)
}

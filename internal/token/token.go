// Package token makes the secrets that stand in links and cookies.
//
// Two sorts. A random token is made once, handed out once, and only its SHA-256 is kept. A derived
// token is computed from the installation's key, a purpose and an id: the same link can be mailed
// again in a reminder without the plain token being stored anywhere, and a copy of the database
// alone opens nothing (docs/adr/0101-derived-link-tokens.md).
package token

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// New returns 32 random bytes as base64url text and the SHA-256 to store.
func New() (plain string, hash []byte) {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	plain = base64.RawURLEncoding.EncodeToString(b[:])
	return plain, Hash(plain)
}

// Hash is the SHA-256 of a token as it is stored and looked up.
func Hash(plain string) []byte {
	h := sha256.Sum256([]byte(plain))
	return h[:]
}

// ballotPrefix keeps BallotHash apart from Hash. No token begins with it.
const ballotPrefix = "ballot\x00"

// BallotHash is another SHA-256 of a token. Whoever knows both hashes but not the token cannot tell that
// they belong together: an anonymous answer is found by this one, its invitation by Hash.
func BallotHash(plain string) []byte {
	h := sha256.Sum256([]byte(ballotPrefix + plain))
	return h[:]
}

// Key is a secret of 32 bytes: the installation's, or that of one anonymous campaign.
type Key [32]byte

// NewKey returns a random key.
func NewKey() (k Key) {
	_, _ = rand.Read(k[:]) // never fails: crypto/rand ends the program instead
	return k
}

// Derive is HMAC-SHA-256 of purpose and id under the key, as base64url text. Purposes keep links
// apart: the token that answers a survey does not open the page that unsubscribes.
func (k Key) Derive(purpose, id string) string {
	m := hmac.New(sha256.New, k[:])
	m.Write([]byte(purpose))
	m.Write([]byte{0})
	m.Write([]byte(id))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// LoadKey reads the key from a file of 64 hexadecimal digits, making the file (mode 0600) at the
// first call. Losing the file makes every mailed link dead, so it belongs in the backup.
func LoadKey(path string) (Key, error) {
	k, err := ReadKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		return createKey(path)
	}
	return k, err
}

// ReadKey is LoadKey for a file that must exist: else the error is fs.ErrNotExist.
func ReadKey(path string) (Key, error) {
	var k Key
	text, err := os.ReadFile(path)
	if err != nil {
		return k, fmt.Errorf("read secret key: %w", err)
	}
	raw, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(raw) != len(k) {
		return k, fmt.Errorf("secret key %s is not 64 hexadecimal digits: restore it from the backup", path)
	}
	copy(k[:], raw)
	return k, nil
}

func createKey(path string) (Key, error) {
	k := NewKey()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return k, fmt.Errorf("create secret key: %w", err)
	}
	// Written aside and then given its name: who finds the file finds it whole, also after a power cut.
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return k, fmt.Errorf("create secret key: %w", err)
	}
	defer func() { _ = os.Remove(f.Name()) }()
	if _, err = f.WriteString(hex.EncodeToString(k[:]) + "\n"); err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Link(f.Name(), path)
	}
	if errors.Is(err, fs.ErrExist) { // another process was first
		return ReadKey(path)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	if err != nil {
		return k, fmt.Errorf("create secret key: %w", err)
	}
	return k, nil
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

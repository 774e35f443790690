package token_test

import (
	"encoding/base64"
	"fmt"
	"testing"

	"upphandlingsdialog/internal/token"
)

// "Tokens are brute-forceable": a link of ours holds 256 bits, none of which follows from another link,
// from an id or from what the database keeps.
func TestALinkCannotBeGuessed_LimeSurvey17153(t *testing.T) {
	key := token.NewKey()
	seen := map[string]string{}
	note := func(what, plain string) {
		t.Helper()
		if b, err := base64.RawURLEncoding.DecodeString(plain); err != nil || len(b) != 32 {
			t.Errorf("%s holds %d bytes (%v)", what, len(b), err)
		}
		if other, had := seen[plain]; had {
			t.Errorf("%s is the same as %s", what, other)
		}
		seen[plain] = what
	}
	for i := range 1000 {
		plain, hash := token.New()
		note(fmt.Sprint("random token ", i), plain)
		if string(hash) == plain || string(token.Hash(plain)) != string(hash) {
			t.Fatal("what is stored is not the hash of the token")
		}
		if string(token.BallotHash(plain)) == string(hash) {
			t.Fatal("the two hashes of a token are the same")
		}
		id := fmt.Sprint(i)
		note("answering link "+id, key.Derive("answer", id))
		note("unsubscribing link "+id, key.Derive("unsubscribe", id))
		note("link of another installation "+id, token.NewKey().Derive("answer", id))
	}
}

package analysis

import (
	"crypto/sha256"
	"encoding/hex"
)

// key stands for a response's id in sixteen bytes: a UUID as it is, any other
// id by a digest. A dataset holds one for each response, and texts would take
// as much memory as all the answers.
type key [16]byte

func keyOf(id string) key {
	if k, ok := uuidOf(id); ok {
		return k
	}
	sum := sha256.Sum256([]byte(id))
	return key(sum[:16])
}

// uuidOf reads a UUID as the database writes it.
func uuidOf(id string) (k key, ok bool) {
	if len(id) != 36 || id[8] != '-' || id[13] != '-' || id[18] != '-' || id[23] != '-' {
		return k, false
	}
	digits := id[:8] + id[9:13] + id[14:18] + id[19:23] + id[24:]
	for i := range digits {
		if 'A' <= digits[i] && digits[i] <= 'F' {
			return k, false // another text than the one the database writes
		}
	}
	_, err := hex.Decode(k[:], []byte(digits))
	return k, err == nil
}

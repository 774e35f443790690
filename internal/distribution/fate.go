package distribution

import (
	"context"
	"time"
)

// Fate is what has become of one queued mail.
type Fate struct {
	State      string
	FinishedAt *time.Time // when it left, or was given up; nil before
}

// Fates tells the fate of the rows with these dedupe keys, in one question to
// the database. A key without a row is absent.
func (s *Service) Fates(ctx context.Context, dedupeKeys []string) (map[string]Fate, error) {
	return fates(ctx, s.db, dedupeKeys)
}

package distribution

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

func fates(ctx context.Context, db *sqlx.DB, dedupeKeys []string) (map[string]Fate, error) {
	var rows []struct {
		Key        string     `db:"dedupe_key"`
		State      string     `db:"state"`
		FinishedAt *time.Time `db:"finished_at"`
	}
	err := db.SelectContext(ctx, &rows, `SELECT dedupe_key, state, finished_at FROM outbox WHERE dedupe_key = ANY($1)`, pq.Array(dedupeKeys))
	if err != nil {
		return nil, fmt.Errorf("fates of mails: %w", err)
	}
	out := make(map[string]Fate, len(rows))
	for _, r := range rows {
		out[r.Key] = Fate{r.State, r.FinishedAt}
	}
	return out, nil
}

package disclosure

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/postgres"
)

// Take lets results leave the system as they are made, such as a file from the
// analysis pages: what take releases is noted as public, and only if take
// succeeds, since then it does leave. Taking the same again notes nothing more.
// waves are the waves that the results are counted in: one, or those of a joined
// dataset in the order of its sources, each of which is judged by itself and
// noted as its own. Fault: as Release.
func (l *Ledger) Take(ctx context.Context, waves []Survey, take func(analysis.Releaser) error) error {
	return postgres.InTx(ctx, l.db, func(tx *sqlx.Tx) error {
		if err := lock(ctx, tx, waves[0].ID); err != nil {
			return err
		}
		return take(func(fs []analysis.Frequency) ([]analysis.Frequency, error) { return l.note(ctx, tx, waves, fs) })
	})
}

// note releases results and notes them as public.
func (l *Ledger) note(ctx context.Context, tx *sqlx.Tx, waves []Survey, fs []analysis.Frequency) ([]analysis.Frequency, error) {
	out := slices.Clone(fs)
	for i, s := range waves {
		var places []int
		var own []analysis.Frequency
		for at, f := range fs {
			if one, of := ofWave(f, i+1, len(waves)); of {
				places, own = append(places, at), append(own, one)
			}
		}
		released, err := l.release(ctx, tx, s, own, nil)
		if err != nil {
			return nil, err
		}
		reference, err := contentOf(s, released)
		if err != nil {
			return nil, err
		}
		if err := l.Record(ctx, tx, Download, reference, s, released); err != nil {
			return nil, err
		}
		for k, at := range places {
			released[k].Filter = fs[at].Filter
			out[at] = released[k]
		}
	}
	return out, nil
}

// ofWave is a result of a joined dataset as one of the wave that it is of.
func ofWave(f analysis.Frequency, wave, waves int) (analysis.Frequency, bool) {
	if waves == 1 {
		return f, true
	}
	code, own, ok := f.Filter.Source()
	if !ok || code != wave {
		return f, false
	}
	f.Filter = own
	return f, true
}

// contentOf names a publication by what it tells.
func contentOf(s Survey, released []analysis.Frequency) (string, error) {
	text, err := json.Marshal(released)
	if err != nil {
		return "", fmt.Errorf("content of results of survey %s: %w", s.ID, err)
	}
	sum := sha256.Sum256(fmt.Appendf(text, " %s %d %d", s.ID, s.Version, s.Wave))
	return "download-" + hex.EncodeToString(sum[:12]), nil
}

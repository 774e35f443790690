package report

import (
	"context"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/postgres"
)

// Listed are the normalised addresses on the distribution lists, whatever the day.
func (s *Service) Listed(ctx context.Context, tx *sqlx.Tx, _ time.Time) (addresses []string, err error) {
	err = tx.SelectContext(ctx, &addresses, `SELECT DISTINCT email_normalised FROM report_list_member`)
	return addresses, postgres.Fault(err)
}

// Traces of this package.
const (
	TraceList    = "list"    // a place on a distribution list
	TraceEdition = "edition" // an edition that was sent

	TraceSignature = "signature" // under a reservation in an edition that is published, and stays there
	TraceUnprinted = "unprinted" // the same in one that is not, and cannot be published with it any more
)

// Traces are the distribution lists that a normalised address is on, and the editions that were sent to it.
func (s *Service) Traces(ctx context.Context, address string) (all []people.Trace, err error) {
	var rows []struct {
		Kind string    `db:"kind"`
		Name string    `db:"name"`
		At   time.Time `db:"at"`
		As   string    `db:"held"` // the name written to
	}
	err = s.db.SelectContext(ctx, &rows, `
		SELECT 'list' AS kind, l.name, m.added_at AS at, m.name AS held
		FROM report_list_member m JOIN report_list l ON l.id = m.list_id WHERE m.email_normalised = $1
		UNION ALL SELECT 'edition', e.slug, r.requested_at, r.name
		FROM report_recipient r JOIN report_edition e ON e.id = r.edition_id WHERE r.email_normalised = $1 ORDER BY kind DESC, at`, address)
	for _, r := range rows {
		all = append(all, people.Trace{Kind: r.Kind, Name: r.Name, At: r.At, Held: map[string]any{"name": r.As}})
	}
	if err != nil || s.sources.Consultations == nil {
		return all, postgres.Fault(err)
	}
	printed, err := s.signatures(ctx, address)
	return append(all, printed...), err
}

// signatures are those of the person with a normalised address under reservations in editions.
func (s *Service) signatures(ctx context.Context, address string) (all []people.Trace, err error) {
	signed, err := s.sources.Consultations.Signed(ctx, address)
	if err != nil || len(signed) == 0 {
		return nil, err
	}
	editions, err := allEditions(ctx, s.db)
	if err != nil {
		return nil, err
	}
	for _, e := range editions {
		kind, at := TraceUnprinted, e.MadeAt
		if e.State == Published && e.PublishedAt != nil {
			kind, at = TraceSignature, *e.PublishedAt
		}
		snapshot, err := s.Snapshot(ctx, e.SnapshotID)
		if err != nil {
			return nil, err
		}
		for _, r := range signed {
			if snapshot.prints(Reservation{Text: r.Text, SignedAs: r.SignedAs}) {
				all = append(all, people.Trace{Kind: kind, Name: e.Slug, At: at,
					Held: map[string]any{"reservation": r.Text, "signed_as": r.SignedAs}})
			}
		}
	}
	return all, nil
}

func (s *Snapshot) prints(r Reservation) bool {
	return slices.ContainsFunc(s.Recommendations, func(rec Recommendation) bool { return slices.Contains(rec.Reservations, r) })
}

// Forget takes addresses off the distribution lists and makes recipients of editions nameless, in the caller's
// transaction: becomes[i] stands for the normalised address was[i], also in what names the letter. That it was sent,
// and over which list, stands.
func (s *Service) Forget(ctx context.Context, tx *sqlx.Tx, was, becomes []string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM report_list_member WHERE email_normalised = ANY ($1)`, pq.Array(was)); err != nil {
		return postgres.Fault(err)
	}
	_, err := tx.ExecContext(ctx, `
		UPDATE report_recipient r SET name = '', email = f.becomes, email_normalised = f.becomes,
			dedupe_key = replace(lower(r.dedupe_key), f.was, f.becomes)
		FROM unnest($1::text[], $2::text[]) AS f (was, becomes) WHERE r.email_normalised = f.was`, pq.Array(was), pq.Array(becomes))
	return postgres.Fault(err)
}

package response

import (
	"context"
	"database/sql"
	"runtime"
	"sync"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/postgres"
)

// change is one response as it now counts, or that it does not count any more.
type change struct {
	ID         string
	Group      string
	VersionID  string
	WaveID     string // empty of one that was deleted
	CampaignID string // of an anonymous one
	Revision   int
	Counts     bool
	Answers    []byte // as they are stored, while it is yielded
}

// asOf reads in one transaction that sees the database as it is at one moment.
func asOf(ctx context.Context, db *sqlx.DB, read func(tx *sqlx.Tx) error) error {
	tx, err := db.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return postgres.Fault(err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	return read(tx)
}

// position is up to where everything that is ever to come has been seen: whatever was changed by a
// transaction with a lower number is visible to tx, or will never be.
func position(ctx context.Context, tx *sqlx.Tx) (p string, err error) {
	err = tx.GetContext(ctx, &p, `SELECT pg_snapshot_xmin(pg_current_snapshot())::text`)
	return p, err
}

// A response that came by a link is of its campaign's wave. Answers are read as bytes, which the driver does
// not copy as it does a text.
const (
	changeColumns = `r.id, r.group_id, r.survey_version_id, coalesce(c.wave_id, r.wave_id), CASE WHEN r.ballot_key IS NOT NULL THEN r.campaign_id END,
		r.revision, r.state = 'submitted', convert_to(coalesce(r.sent_in, '{}'), 'UTF8')`
	changeRows = `response r LEFT JOIN campaign c ON c.id = r.campaign_id`
)

// numbers are how many submitted responses each wave of a survey has.
func numbers(ctx context.Context, q sqlx.QueryerContext, surveyID string) (map[string]int, error) {
	return pairs[int](ctx, q, `
		SELECT coalesce(c.wave_id, r.wave_id), count(*) FROM `+changeRows+` WHERE r.state = 'submitted' AND r.survey_id = $1 GROUP BY 1`, surveyID)
}

// submitted streams all submitted responses of a survey, in no order.
func submitted(ctx context.Context, tx *sqlx.Tx, surveyID string, yield func(change) error) error {
	return changes(ctx, tx, yield, `SELECT `+changeColumns+` FROM `+changeRows+` WHERE r.state = 'submitted' AND r.survey_id = $1`, surveyID)
}

// changedSince streams what has changed since a position. Transactions that ran at that moment come
// again; numbers from before the database was restored somewhere else lie in the future and do not.
func changedSince(ctx context.Context, tx *sqlx.Tx, surveyID, position string, yield func(change) error) error {
	return changes(ctx, tx, yield, `
		SELECT `+changeColumns+` FROM `+changeRows+`
		WHERE r.survey_id = $1 AND r.position >= $2::xid8 AND r.position < pg_snapshot_xmax(pg_current_snapshot())
		UNION ALL
		SELECT id, '', NULL, NULL, NULL, 0, false, '{}' FROM response_deleted
		WHERE survey_id = $1 AND position >= $2::xid8 AND position < pg_snapshot_xmax(pg_current_snapshot())`, surveyID, position)
}

// submittedByID streams some of the submitted responses.
func submittedByID(ctx context.Context, tx *sqlx.Tx, ids []string, yield func(change) error) error {
	return changes(ctx, tx, yield, `
		SELECT `+changeColumns+` FROM `+changeRows+` WHERE r.state = 'submitted' AND r.id = ANY ($1::uuid[])`, pq.Array(ids))
}

// mostUnswept is how many bytes of answers are read before what they left is swept away: beside the columns of
// a million responses the collector would wait for as much garbage again.
const mostUnswept = 48 << 20

// changes yields what a query finds while what comes next is being read: the two take about as long.
func changes(ctx context.Context, tx *sqlx.Tx, yield func(change) error, query string, args ...any) error {
	rows, err := tx.QueryxContext(ctx, query, args...)
	if err != nil {
		return postgres.Fault(err)
	}
	read, free := make(chan *batch), make(chan *batch, 2)
	for range cap(free) {
		free <- &batch{}
	}
	go func() {
		defer close(read)
		defer func() { _ = rows.Close() }()
		unswept := 0
		for b := range free {
			more := b.fill(rows)
			read <- b
			if !more {
				return
			}
			if unswept += len(b.text); unswept > mostUnswept {
				runtime.GC()
				unswept = 0
			}
		}
	}()
	stop := sync.OnceFunc(func() { close(free) })
	for b := range read { // to the end also after an error: tx is free again when nothing is read from it
		if err == nil {
			err = b.yield(yield)
		}
		if err != nil {
			stop()
			continue
		}
		free <- b
	}
	return err
}

// batch is some changes, with what holds their answers.
type batch struct {
	changes [64]change
	text    []byte  // the answers, one after another
	ends    [64]int // in text
	held    int
	err     error // after those
}

// fill reads the next changes and says whether there may be more.
func (b *batch) fill(rows *sqlx.Rows) (more bool) {
	b.text = b.text[:0]
	for b.held, b.err = 0, nil; b.held < len(b.changes); b.held++ {
		if !rows.Next() {
			b.err = postgres.Fault(rows.Err())
			return false
		}
		if b.err = b.scan(rows); b.err != nil {
			return false
		}
	}
	return true
}

func (b *batch) scan(rows *sqlx.Rows) error {
	var version, wave, campaign, answers sql.RawBytes
	c := &b.changes[b.held]
	if err := rows.Scan(&c.ID, &c.Group, &version, &wave, &campaign, &c.Revision, &c.Counts, &answers); err != nil {
		return err
	}
	for _, f := range []struct {
		id  *string
		now []byte
	}{{&c.VersionID, version}, {&c.WaveID, wave}, {&c.CampaignID, campaign}} {
		if string(f.now) != *f.id { // seldom another than in the batch before
			*f.id = string(f.now)
		}
	}
	b.text = append(b.text, answers...)
	b.ends[b.held] = len(b.text)
	return nil
}

// yield passes the changes on, and the error after them.
func (b *batch) yield(yield func(change) error) error {
	from := 0
	for i := range b.held {
		c := &b.changes[i]
		c.Answers, from = b.text[from:b.ends[i]], b.ends[i]
		if err := yield(*c); err != nil {
			return err
		}
	}
	return b.err
}

// ballotSums gives, by campaign, a text that is equal only while its submitted anonymous responses are
// the same. Times would not tell: they are days. Every change of a response raises its revision.
func ballotSums(ctx context.Context, tx *sqlx.Tx, surveyID string) (map[string]string, error) {
	return pairs[string](ctx, tx, `
		SELECT campaign_id, count(*) || '/' || bit_xor(uuid_hash_extended(id, revision)) FROM response
		WHERE state = 'submitted' AND ballot_key IS NOT NULL AND survey_id = $1 GROUP BY campaign_id`, surveyID)
}

// ballotRevisions gives the revisions of a campaign's submitted anonymous responses by id.
func ballotRevisions(ctx context.Context, tx *sqlx.Tx, surveyID, campaignID string) (map[string]int, error) {
	return pairs[int](ctx, tx, `
		SELECT id, revision FROM response
		WHERE state = 'submitted' AND ballot_key IS NOT NULL AND survey_id = $1 AND campaign_id = $2`, surveyID, campaignID)
}

func pairs[V any](ctx context.Context, q sqlx.QueryerContext, query string, args ...any) (map[string]V, error) {
	rows, err := q.QueryxContext(ctx, query, args...)
	if err != nil {
		return nil, postgres.Fault(err)
	}
	defer func() { _ = rows.Close() }()
	m := map[string]V{}
	for rows.Next() {
		var key string
		var v V
		if err := rows.Scan(&key, &v); err != nil {
			return nil, err
		}
		m[key] = v
	}
	return m, postgres.Fault(rows.Err())
}

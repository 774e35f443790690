package dialogue

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
)

func init() {
	postgres.RegisterConstraint("meeting_ref_key", fault.InvalidFields("error.invalid",
		fault.Field{Name: "ref", Key: "dialogue.error_ref_taken"}))
	postgres.RegisterConstraint("excerpt_passage_key", fault.InvalidFields("error.invalid",
		fault.Field{Name: "passage", Key: "dialogue.error_tagged_already"}))
}

type queryer interface {
	sqlx.QueryerContext
	sqlx.ExecerContext
}

func insertMeeting(ctx context.Context, tx *sqlx.Tx, h Head, now time.Time) (id string, err error) {
	err = tx.QueryRowxContext(ctx, `
		INSERT INTO meeting (ref, title, held_on, place, municipality_code, kind, areas, ongoing_procurement, invented,
		                     created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) RETURNING id`,
		h.Ref, h.Title, dayOf(h.Date), h.Place, h.Municipality, h.Kind, pq.Array(h.Areas), h.OngoingProcurement, h.Invented,
		now).Scan(&id)
	return id, postgres.Fault(err)
}

func updateHead(ctx context.Context, tx *sqlx.Tx, id string, revision int, h Head, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE meeting SET ref = $2, title = $3, held_on = $4, place = $5, municipality_code = $6, kind = $7, areas = $8,
		       ongoing_procurement = $9, invented = $10, revision = $11, updated_at = $12
		WHERE id = $1`,
		id, h.Ref, h.Title, dayOf(h.Date), h.Place, h.Municipality, h.Kind, pq.Array(h.Areas), h.OngoingProcurement,
		h.Invented, revision, now)
	if err != nil {
		return postgres.Fault(err)
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM meeting_attendance WHERE meeting_id = $1`, id); err != nil {
		return postgres.Fault(err)
	}
	for i, a := range h.Attendance {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO meeting_attendance (meeting_id, position, group_id, organisation, headcount)
			VALUES ($1, $2, $3, $4, $5)`, id, i+1, a.Group, a.Organisation, a.Count)
		if err != nil {
			return postgres.Fault(err)
		}
	}
	return nil
}

func lockByRef(ctx context.Context, tx *sqlx.Tx, ref string) (id, fileHash string, fileRevision, revision int, err error) {
	err = tx.QueryRowxContext(ctx, `
		SELECT id, COALESCE(file_hash, ''), COALESCE(file_revision, 0), revision
		FROM meeting WHERE ref = $1 FOR UPDATE`, ref).Scan(&id, &fileHash, &fileRevision, &revision)
	return id, fileHash, fileRevision, revision, postgres.Fault(err)
}

func markRead(ctx context.Context, tx *sqlx.Tx, id, hash string, revision int) error {
	_, err := tx.ExecContext(ctx, `UPDATE meeting SET file_hash = $2, file_revision = $3 WHERE id = $1`, id, hash, revision)
	return postgres.Fault(err)
}

// lockRevision holds the meeting for this transaction if nobody changed it since the writer looked.
func lockRevision(ctx context.Context, tx *sqlx.Tx, id string, revision int) error {
	var now int
	err := tx.QueryRowxContext(ctx, `SELECT revision FROM meeting WHERE id = $1 FOR UPDATE`, id).Scan(&now)
	if err != nil {
		return postgres.Fault(err)
	}
	if now != revision {
		return fault.New(fault.Conflict, "dialogue.error_revision")
	}
	return nil
}

func touchMeeting(ctx context.Context, tx *sqlx.Tx, id string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE meeting SET revision = revision + 1, updated_at = $2 WHERE id = $1`, id, now)
	return postgres.Fault(err)
}

func isOngoing(ctx context.Context, tx *sqlx.Tx, id string) (ongoing bool, err error) {
	err = tx.QueryRowxContext(ctx, `SELECT ongoing_procurement FROM meeting WHERE id = $1`, id).Scan(&ongoing)
	return ongoing, postgres.Fault(err)
}

// parkNotes takes all notes of a meeting away, so that those that remain can be put back in new order.
func parkNotes(ctx context.Context, tx *sqlx.Tx, meetingID string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE note SET removed_at = $2 WHERE meeting_id = $1 AND removed_at IS NULL`, meetingID, now)
	return postgres.Fault(err)
}

func insertNote(ctx context.Context, tx *sqlx.Tx, meetingID string, n Note) (id string, err error) {
	err = tx.QueryRowxContext(ctx, `
		INSERT INTO note (meeting_id, no, agenda, area, version) VALUES ($1, $2, $3, NULLIF($4, 0), $5) RETURNING id`,
		meetingID, n.No, n.Agenda, n.Area, n.Version).Scan(&id)
	return id, postgres.Fault(err)
}

func updateNote(ctx context.Context, tx *sqlx.Tx, n Note) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE note SET no = $2, agenda = $3, area = NULLIF($4, 0), version = $5, removed_at = NULL WHERE id = $1`,
		n.ID, n.No, n.Agenda, n.Area, n.Version)
	return postgres.Fault(err)
}

func insertNoteVersion(ctx context.Context, tx *sqlx.Tx, n Note, author string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO note_version (note_id, version, text, sha256, author, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		n.ID, n.Version, n.Text, n.Hash, author, now)
	return postgres.Fault(err)
}

func lockNote(ctx context.Context, tx *sqlx.Tx, id string) (meetingID string, n Note, err error) {
	err = tx.QueryRowxContext(ctx, `
		SELECT m.id, n.id, n.no, n.agenda, COALESCE(n.area, 0), v.text, n.version, v.sha256
		FROM note n JOIN meeting m ON m.id = n.meeting_id JOIN note_version v ON v.note_id = n.id AND v.version = n.version
		WHERE n.id = $1 AND n.removed_at IS NULL FOR UPDATE OF m, n`, id).
		Scan(&meetingID, &n.ID, &n.No, &n.Agenda, &n.Area, &n.Text, &n.Version, &n.Hash)
	return meetingID, n, postgres.Fault(err)
}

func listNotes(ctx context.Context, q queryer, meetingID string) ([]Note, error) {
	rows, err := q.QueryxContext(ctx, `
		SELECT n.id, n.no, n.agenda, COALESCE(n.area, 0), v.text, n.version, v.sha256
		FROM note n JOIN note_version v ON v.note_id = n.id AND v.version = n.version
		WHERE n.meeting_id = $1 AND n.removed_at IS NULL ORDER BY n.no`, meetingID)
	return collect(rows, err, func(n *Note) []any {
		return []any{&n.ID, &n.No, &n.Agenda, &n.Area, &n.Text, &n.Version, &n.Hash}
	})
}

// collect scans all rows and closes them.
func collect[T any](rows *sqlx.Rows, err error, into func(*T) []any) ([]T, error) {
	if err != nil {
		return nil, postgres.Fault(err)
	}
	defer func() { _ = rows.Close() }()
	all := []T{}
	for rows.Next() {
		var v T
		if err := rows.Scan(into(&v)...); err != nil {
			return nil, postgres.Fault(err)
		}
		all = append(all, v)
	}
	return all, postgres.Fault(rows.Err())
}

func areasOf(a pq.Int64Array) []int {
	areas := make([]int, len(a))
	for i, n := range a {
		areas[i] = int(n)
	}
	return areas
}

// findMeeting finds by "id" or "ref"; column is never a user's.
func findMeeting(ctx context.Context, q queryer, column, value string) (m Meeting, err error) {
	var areas pq.Int64Array
	err = q.QueryRowxContext(ctx, `
		SELECT id, ref, title, held_on, place, municipality_code, kind, areas, ongoing_procurement, invented, revision,
		       COALESCE(file_hash, ''), created_at, updated_at
		FROM meeting WHERE `+column+` = $1`, value).
		Scan(&m.ID, &m.Ref, &m.Title, &m.Date, &m.Place, &m.Municipality, &m.Kind, &areas, &m.OngoingProcurement,
			&m.Invented, &m.Revision, &m.FileHash, &m.CreatedAt, &m.UpdatedAt)
	if err != nil {
		return m, fmt.Errorf("find meeting: %w", postgres.Fault(err))
	}
	m.Areas = areasOf(areas)
	rows, err := q.QueryxContext(ctx, `
		SELECT group_id, organisation, headcount FROM meeting_attendance WHERE meeting_id = $1 ORDER BY position`, m.ID)
	if m.Attendance, err = collect(rows, err, func(a *Attendance) []any {
		return []any{&a.Group, &a.Organisation, &a.Count}
	}); err != nil {
		return m, err
	}
	if m.Notes, err = listNotes(ctx, q, m.ID); err != nil {
		return m, err
	}
	m.Excerpts, err = listExcerpts(ctx, q, Filter{MeetingID: m.ID})
	return m, err
}

func listMeetings(ctx context.Context, q queryer) ([]Summary, error) {
	rows, err := q.QueryxContext(ctx, `
		SELECT m.id, m.ref, m.title, m.held_on, m.place, m.municipality_code, m.kind, m.areas, m.ongoing_procurement, m.invented,
		       (SELECT COALESCE(sum(a.headcount), 0) FROM meeting_attendance a WHERE a.meeting_id = m.id),
		       (SELECT count(*) FROM note n WHERE n.meeting_id = m.id AND n.removed_at IS NULL),
		       e.live, e.quotes
		FROM meeting m CROSS JOIN LATERAL (
		    SELECT count(*) AS live, count(x.quoted_at) AS quotes FROM excerpt x JOIN note n ON n.id = x.note_id
		    WHERE n.meeting_id = m.id AND x.removed_at IS NULL) e
		ORDER BY m.held_on DESC, m.title COLLATE "sv-x-icu"`)
	if err != nil {
		return nil, postgres.Fault(err)
	}
	defer func() { _ = rows.Close() }()
	all := []Summary{}
	for rows.Next() {
		var s Summary
		var areas pq.Int64Array
		if err := rows.Scan(&s.ID, &s.Ref, &s.Title, &s.Date, &s.Place, &s.Municipality, &s.Kind, &areas, &s.OngoingProcurement,
			&s.Invented, &s.Participants, &s.Notes, &s.Excerpts, &s.Quotes); err != nil {
			return nil, postgres.Fault(err)
		}
		s.Areas = areasOf(areas)
		all = append(all, s)
	}
	return all, postgres.Fault(rows.Err())
}

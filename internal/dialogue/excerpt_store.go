package dialogue

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"upphandlingsdialog/internal/postgres"
)

// excerptColumns joins an excerpt to the version of the text that its positions count in.
const excerptColumns = `
	SELECT e.id, m.id, n.id, n.no, n.agenda, COALESCE(n.area, 0), v.sha256, e.version, e.start_pos, e.end_pos, v.text,
	       e.kind, e.group_id, e.themes, e.quote_ranges, COALESCE(e.quoted_by, ''), e.removed_at IS NOT NULL,
	       m.title, m.kind, m.held_on, m.municipality_code, m.invented
	FROM excerpt e
	JOIN note n ON n.id = e.note_id
	JOIN note_version v ON v.note_id = e.note_id AND v.version = e.version
	JOIN meeting m ON m.id = n.meeting_id`

func scanExcerpt(scan func(...any) error) (e Excerpt, err error) {
	var text string
	var ranges pq.Int64Array
	err = scan(&e.ID, &e.MeetingID, &e.NoteID, &e.NoteNo, &e.Agenda, &e.noteArea, &e.SourceHash, &e.Version, &e.Start, &e.End,
		&text, &e.Kind, &e.Group, pq.Array(&e.Themes), &ranges, &e.QuotedBy, &e.Removed,
		&e.MeetingTitle, &e.MeetingKind, &e.Date, &e.Municipality, &e.Invented)
	if err != nil {
		return e, postgres.Fault(err)
	}
	e.Text, _ = slice(text, e.Start, e.End)
	if e.QuoteApproved = ranges != nil; e.QuoteApproved {
		e.ranges = areasOf(ranges)
		e.Quote = quoteOf(text, e.ranges)
	}
	return e, nil
}

func findExcerpt(ctx context.Context, q queryer, id string) (Excerpt, error) {
	return scanExcerpt(q.QueryRowxContext(ctx, excerptColumns+` WHERE e.id = $1`, id).Scan)
}

func lockExcerpt(ctx context.Context, tx *sqlx.Tx, id string) (Excerpt, error) {
	return scanExcerpt(tx.QueryRowxContext(ctx, excerptColumns+` WHERE e.id = $1 AND e.removed_at IS NULL FOR UPDATE OF e, m`, id).Scan)
}

// listExcerpts: an excerpt is of an area by its themes, or by its agenda item when all its themes cut across.
func listExcerpts(ctx context.Context, q queryer, f Filter) ([]Excerpt, error) {
	prefix := map[int]string{5: "I", 6: "M", 7: "S"}[f.Area]
	rows, err := q.QueryxContext(ctx, excerptColumns+`
		WHERE e.removed_at IS NULL
		  AND ($1 = '' OR m.id::text = $1)
		  AND ($2 = '' OR $2 = ANY (e.themes))
		  AND ($3 = '' OR e.kind = $3)
		  AND ($4 = '' OR e.group_id = $4)
		  AND (NOT $5 OR e.quoted_at IS NOT NULL)
		  AND ($6 = 0 OR EXISTS (SELECT 1 FROM unnest(e.themes) AS t WHERE left(t, 1) = $7)
		       OR (n.area = $6 AND NOT EXISTS (SELECT 1 FROM unnest(e.themes) AS t WHERE left(t, 1) <> 'X')))
		ORDER BY m.held_on DESC, m.id, n.no, e.start_pos, e.end_pos, e.kind, e.id`,
		f.MeetingID, f.Theme, f.Kind, f.Group, f.Approved, f.Area, prefix)
	if err != nil {
		return nil, postgres.Fault(err)
	}
	defer func() { _ = rows.Close() }()
	all := []Excerpt{}
	for rows.Next() {
		e, err := scanExcerpt(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, postgres.Fault(rows.Err())
}

func insertExcerpt(ctx context.Context, tx *sqlx.Tx, n Note, t Tag, now time.Time) (id string, err error) {
	err = tx.QueryRowxContext(ctx, `
		INSERT INTO excerpt (note_id, version, start_pos, end_pos, kind, group_id, themes, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
		n.ID, n.Version, t.Start, t.End, t.Kind, t.Group, pq.Array(t.Themes), now).Scan(&id)
	return id, postgres.Fault(err)
}

// parkExcerpts removes excerpts; moveExcerpt puts one back at its new place.
func parkExcerpts(ctx context.Context, tx *sqlx.Tx, all []Excerpt, now time.Time) error {
	ids := make([]string, len(all))
	for i, e := range all {
		ids[i] = e.ID
	}
	_, err := tx.ExecContext(ctx, `UPDATE excerpt SET removed_at = $2 WHERE id = ANY ($1::uuid[])`, pq.Array(ids), now)
	return postgres.Fault(err)
}

// moveExcerpt anchors an excerpt, whose words are the same, in a note's present version. An approval
// of its quotation moves along: the same words were approved.
func moveExcerpt(ctx context.Context, tx *sqlx.Tx, e Excerpt, n Note, t Tag) error {
	var ranges any
	if e.ranges != nil {
		moved := make([]int, len(e.ranges))
		for i, p := range e.ranges {
			moved[i] = p - e.Start + t.Start
		}
		ranges = pq.Array(moved)
	}
	_, err := tx.ExecContext(ctx, `
		UPDATE excerpt SET note_id = $2, version = $3, start_pos = $4, end_pos = $5, kind = $6, group_id = $7, themes = $8,
		       quote_ranges = $9, removed_at = NULL
		WHERE id = $1`,
		e.ID, n.ID, n.Version, t.Start, t.End, t.Kind, t.Group, pq.Array(t.Themes), ranges)
	return postgres.Fault(err)
}

func retagExcerpt(ctx context.Context, tx *sqlx.Tx, id string, t Tag) error {
	_, err := tx.ExecContext(ctx, `UPDATE excerpt SET kind = $2, group_id = $3, themes = $4 WHERE id = $1`,
		id, t.Kind, t.Group, pq.Array(t.Themes))
	return postgres.Fault(err)
}

func setQuote(ctx context.Context, tx *sqlx.Tx, id string, ranges []int, by string, at *time.Time) error {
	var list, who any
	if ranges != nil {
		list, who = pq.Array(ranges), by
	}
	_, err := tx.ExecContext(ctx, `UPDATE excerpt SET quote_ranges = $2, quoted_by = $3, quoted_at = $4 WHERE id = $1`,
		id, list, who, at)
	return postgres.Fault(err)
}

// hadPassage tells whether the version of the note with the given hash held the words.
func hadPassage(ctx context.Context, q queryer, noteID, hash, words string) (had bool, err error) {
	err = q.QueryRowxContext(ctx, `
		SELECT EXISTS (SELECT 1 FROM note_version WHERE note_id = $1 AND sha256 = $2 AND strpos(text, $3) > 0)`,
		noteID, hash, words).Scan(&had)
	return had, postgres.Fault(err)
}

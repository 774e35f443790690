package dialogue

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/postgres"
)

// Hit is a place in a meeting's notes that has the words that were searched for.
type Hit struct {
	MeetingID string    `db:"meeting_id"`
	Title     string    `db:"title"`
	Date      time.Time `db:"held_on"`
	NoteNo    int       `db:"no"`
	Agenda    string    `db:"agenda"`
	Marked    string    `db:"marked"` // pieces of the note, the words between \x02 and \x03
}

// SearchNotes finds notes by words, stemmed in Swedish and in English, the newest meeting first.
func (s *Service) SearchNotes(ctx context.Context, words string, limit int) ([]Hit, error) {
	list, err := searchNotes(ctx, s.db, words, limit)
	if err != nil {
		return nil, fmt.Errorf("search notes: %w", err)
	}
	return list, nil
}

func searchNotes(ctx context.Context, q sqlx.QueryerContext, words string, limit int) ([]Hit, error) {
	list := []Hit{}
	err := sqlx.SelectContext(ctx, q, &list, `
		WITH ask AS (SELECT websearch_to_tsquery('swedish', $1) AS sv, websearch_to_tsquery('english', $1) AS en)
		SELECT m.id AS meeting_id, m.title, m.held_on, n.no, n.agenda,
		       CASE WHEN to_tsvector('swedish', v.text) @@ ask.sv
		            THEN ts_headline('swedish', v.text, ask.sv, 'MaxFragments=3, MaxWords=30, MinWords=12, FragmentDelimiter=" … ", StartSel=' || chr(2) || ', StopSel=' || chr(3))
		            ELSE ts_headline('english', v.text, ask.en, 'MaxFragments=3, MaxWords=30, MinWords=12, FragmentDelimiter=" … ", StartSel=' || chr(2) || ', StopSel=' || chr(3)) END AS marked
		FROM note n
		JOIN note_version v ON v.note_id = n.id AND v.version = n.version
		JOIN meeting m ON m.id = n.meeting_id
		CROSS JOIN ask
		WHERE n.removed_at IS NULL AND (to_tsvector('swedish', v.text) @@ ask.sv OR to_tsvector('english', v.text) @@ ask.en)
		ORDER BY m.held_on DESC, m.id, n.no LIMIT $2`, words, limit)
	return list, postgres.Fault(err)
}

package dialogue

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/region"
)

// Audit events.
const (
	EventRecorded      = "meeting.recorded"
	EventChanged       = "meeting.changed"
	EventImported      = "meeting.imported"
	EventTagged        = "excerpt.tagged"
	EventRetagged      = "excerpt.retagged"
	EventRemoved       = "excerpt.removed"
	EventQuoteApproved = "quote.approved"
	EventQuoteRevoked  = "quote.revoked"
)

// Service is the use cases of the package.
type Service struct {
	db  *sqlx.DB
	now func() time.Time
}

// New makes the service.
func New(db *sqlx.DB, now func() time.Time) *Service { return &Service{db: db, now: now} }

// List lists the meetings, the latest first.
func (s *Service) List(ctx context.Context) ([]Summary, error) { return listMeetings(ctx, s.db) }

// Find returns a meeting with its notes and excerpts.
func (s *Service) Find(ctx context.Context, id string) (Meeting, error) {
	return findMeeting(ctx, s.db, "id", id)
}

// FindByRef returns the meeting with the given ref.
func (s *Service) FindByRef(ctx context.Context, ref string) (Meeting, error) {
	return findMeeting(ctx, s.db, "ref", ref)
}

// Excerpts lists the excerpts that the filter lets through: the latest meeting first, then in the
// order of the notes.
func (s *Service) Excerpts(ctx context.Context, f Filter) ([]Excerpt, error) {
	return listExcerpts(ctx, s.db, f)
}

// Excerpt returns one excerpt, also a removed one: evidence may still cite it.
func (s *Service) Excerpt(ctx context.Context, id string) (Excerpt, error) {
	return findExcerpt(ctx, s.db, id)
}

// Verify tells whether an excerpt may be cited under the source hash that was frozen with the
// evidence. Fault: Conflict when the excerpt was removed, or when its words in that version of the
// notes are no longer its words.
func (s *Service) Verify(ctx context.Context, excerptID, sourceHash string) error {
	e, err := findExcerpt(ctx, s.db, excerptID)
	if err != nil {
		return err
	}
	if e.Removed {
		return fault.New(fault.Conflict, "dialogue.error_excerpt_removed")
	}
	if e.SourceHash == sourceHash {
		return nil
	}
	same, err := hadPassage(ctx, s.db, e.NoteID, sourceHash, e.Text)
	if err == nil && !same {
		err = fault.New(fault.Conflict, "dialogue.error_source_changed")
	}
	return err
}

// Imported says what reading a notes file did.
type Imported struct {
	Meeting   Meeting
	Created   bool
	Unchanged bool // the same file had been read before
	Added     int  // excerpts
	Kept      int
	Removed   int
}

// ImportMarkdown reads a notes file into the meeting with its ref: all of it or nothing. The same
// file again changes nothing; a changed file makes a new revision in which every excerpt whose words
// are still there keeps its identity. Faults: Invalid with a field a finding; Conflict when the
// meeting was edited by hand since the file was read.
func (s *Service) ImportMarkdown(ctx context.Context, r io.Reader) (Imported, error) {
	draft, err := Parse(r)
	if err != nil {
		return Imported{}, err
	}
	var in Imported
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		in = Imported{}
		id, fileHash, fileRevision, revision, err := lockByRef(ctx, tx, draft.Ref)
		if fault.Is(err, fault.NotFound) {
			in.Created = true
			id, err = insertMeeting(ctx, tx, draft.Head, s.now())
		}
		if err != nil {
			return err
		}
		if in.Unchanged = !in.Created && fileHash == draft.Hash && fileRevision == revision; in.Unchanged {
			in.Meeting, err = findMeeting(ctx, tx, "id", id)
			return err
		}
		if !in.Created && fileRevision != revision {
			return fault.New(fault.Conflict, "dialogue.error_edited_by_hand", "Ref", draft.Ref)
		}
		if err := s.rewrite(ctx, tx, id, draft, &in); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventImported, Subject: "meeting", SubjectID: id,
			Detail: map[string]any{"hash": draft.Hash, "added": in.Added, "kept": in.Kept, "removed": in.Removed}})
	})
	if err != nil {
		return Imported{}, fmt.Errorf("import notes %s: %w", draft.Ref, err)
	}
	return in, nil
}

// rewrite makes the meeting what the draft says.
func (s *Service) rewrite(ctx context.Context, tx *sqlx.Tx, id string, d Draft, in *Imported) error {
	old, err := findMeeting(ctx, tx, "id", id)
	if err != nil {
		return err
	}
	revision := old.Revision
	if !in.Created {
		revision++
	}
	if err := updateHead(ctx, tx, id, revision, d.Head, s.now()); err != nil {
		return err
	}
	if err := markRead(ctx, tx, id, d.Hash, revision); err != nil {
		return err
	}
	notes, err := s.rewriteNotes(ctx, tx, id, old.Notes, d.Notes)
	if err != nil {
		return err
	}
	if err := rewriteExcerpts(ctx, tx, old.Excerpts, notes, d.Notes, in, s.now()); err != nil {
		return err
	}
	in.Meeting, err = findMeeting(ctx, tx, "id", id)
	return err
}

// rewriteNotes keeps the identity of an item with the same heading, else of one with the same text.
func (s *Service) rewriteNotes(ctx context.Context, tx *sqlx.Tx, meetingID string, old []Note, drafts []DraftNote) ([]Note, error) {
	taken := make([]bool, len(old))
	match := func(fits func(Note) bool) *Note {
		for i := range old {
			if !taken[i] && fits(old[i]) {
				taken[i] = true
				return &old[i]
			}
		}
		return nil
	}
	if err := parkNotes(ctx, tx, meetingID, s.now()); err != nil {
		return nil, err
	}
	notes := make([]Note, len(drafts))
	for i, d := range drafts {
		was := match(func(n Note) bool { return n.Agenda == d.Agenda })
		if was == nil {
			was = match(func(n Note) bool { return n.Text == d.Text })
		}
		n, err := s.putNote(ctx, tx, meetingID, was, i+1, d)
		if err != nil {
			return nil, err
		}
		notes[i] = n
	}
	return notes, nil
}

// putNote stores an item as number no; was is what it was before, nil for a new one.
func (s *Service) putNote(ctx context.Context, tx *sqlx.Tx, meetingID string, was *Note, no int, d DraftNote) (Note, error) {
	n := Note{No: no, Agenda: d.Agenda, Area: d.Area, Text: d.Text, Hash: HashText(d.Text), Version: 1}
	if was == nil {
		id, err := insertNote(ctx, tx, meetingID, n)
		if err != nil {
			return n, err
		}
		n.ID = id
	} else {
		n.ID, n.Version = was.ID, was.Version
		if was.Hash != n.Hash {
			n.Version++
		}
		if err := updateNote(ctx, tx, n); err != nil {
			return n, err
		}
		if was.Hash == n.Hash {
			return n, nil
		}
	}
	return n, insertNoteVersion(ctx, tx, n, audit.ActorOf(ctx).Name, s.now())
}

// rewriteExcerpts pairs the tags of the new text with the old excerpts by their words.
func rewriteExcerpts(ctx context.Context, tx *sqlx.Tx, old []Excerpt, notes []Note, drafts []DraftNote, in *Imported, now time.Time) error {
	if err := parkExcerpts(ctx, tx, old, now); err != nil {
		return err
	}
	taken := make([]bool, len(old))
	for i, d := range drafts {
		for _, t := range d.Tags {
			text, _ := slice(d.Text, t.Start, t.End)
			at := bestMatch(old, taken, notes[i].ID, text, t)
			if at < 0 {
				in.Added++
				if _, err := insertExcerpt(ctx, tx, notes[i], t, now); err != nil {
					return err
				}
				continue
			}
			in.Kept++
			taken[at] = true
			if err := moveExcerpt(ctx, tx, old[at], notes[i], t); err != nil {
				return err
			}
		}
	}
	in.Removed = len(old) - in.Kept
	return nil
}

// bestMatch is the untaken excerpt with the same words: in the same note and of the same kind if
// there is one. -1 for none.
func bestMatch(old []Excerpt, taken []bool, noteID, text string, t Tag) int {
	best, score := -1, -1
	for i, e := range old {
		if taken[i] || e.Text != text {
			continue
		}
		n := 0
		if e.NoteID == noteID {
			n += 2
		}
		if e.Kind == t.Kind && e.Group == t.Group {
			n++
		}
		if n > score {
			best, score = i, n
		}
	}
	return best
}

// check tells what is wrong with a head that was typed.
func (h Head) check() error {
	var bad []fault.Field
	need := func(name, key string, ok bool) {
		if !ok {
			bad = append(bad, fault.Field{Name: name, Key: key})
		}
	}
	need("ref", "dialogue.error_ref", refShape.MatchString(h.Ref))
	need("title", "error.required", h.Title != "")
	need("date", "error.date", h.Date.Year() >= 1990 && h.Date.Year() < 2200)
	_, known := region.MunicipalityByCode(h.Municipality)
	need("municipality", "error.choice", known)
	need("kind", "error.choice", h.Kind == KindDialogue || h.Kind == KindSeminar)
	need("areas", "dialogue.error_areas", len(h.Areas) > 0)
	need("participants", "dialogue.error_participants", len(h.Attendance) > 0)
	for _, text := range []struct{ name, value string }{{"title", h.Title}, {"place", h.Place}} {
		if utf8.RuneCountInString(text.value) > maxShort {
			bad = append(bad, fault.Field{Name: text.name, Key: "error.too_long", Args: fault.Args("Max", maxShort)})
		}
	}
	if bad != nil {
		return fault.InvalidFields("error.invalid", bad...)
	}
	return nil
}

// SaveHead records a new meeting (id "") or changes one at the revision that the writer saw. It
// returns the meeting's id. Faults: Invalid by field; Conflict when somebody changed it meanwhile.
func (s *Service) SaveHead(ctx context.Context, id string, revision int, h Head) (string, error) {
	slices.Sort(h.Areas)
	if err := h.check(); err != nil {
		return "", err
	}
	event := EventChanged
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) (err error) {
		if id == "" {
			event = EventRecorded
			if id, err = insertMeeting(ctx, tx, h, s.now()); err == nil {
				err = updateHead(ctx, tx, id, 1, h, s.now())
			}
		} else if err = lockRevision(ctx, tx, id, revision); err == nil {
			err = updateHead(ctx, tx, id, revision+1, h, s.now())
		}
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: event, Subject: "meeting", SubjectID: id})
	})
	if err != nil {
		return "", fmt.Errorf("save meeting %s: %w", h.Ref, err)
	}
	return id, nil
}

package dialogue

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/region"
	"upphandlingsdialog/internal/strategy"
)

// CleanText is a typed text as it is stored: line ends as \n, no space at the ends of lines.
func CleanText(text string) string {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \t")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// SaveNote stores one agenda item of the meeting: a new last one (noteID ""), or a new text of an old
// one. Excerpts follow their words to the new text; when words that an excerpt stands on are gone,
// nothing is stored unless dropExcerpts says that they may go. Faults: Invalid; Conflict when the
// meeting is no longer at the revision that the writer saw.
func (s *Service) SaveNote(ctx context.Context, meetingID string, revision int, noteID string, d DraftNote, dropExcerpts bool) error {
	d.Text, d.Agenda = CleanText(d.Text), strings.TrimSpace(d.Agenda)
	if err := d.check(); err != nil {
		return err
	}
	return s.edit(ctx, meetingID, revision, func(tx *sqlx.Tx, m Meeting) error {
		var was *Note
		no := len(m.Notes) + 1
		if noteID != "" {
			i := slices.IndexFunc(m.Notes, func(n Note) bool { return n.ID == noteID })
			if i < 0 {
				return fault.New(fault.NotFound, "error.not_found")
			}
			was, no = &m.Notes[i], m.Notes[i].No
		}
		n, err := s.putNote(ctx, tx, meetingID, was, no, d)
		if err != nil || was == nil || was.Hash == n.Hash {
			return err
		}
		return s.follow(ctx, tx, m.Excerpts, n, dropExcerpts)
	})
}

func (d DraftNote) check() error {
	var bad []fault.Field
	if d.Agenda == "" {
		bad = append(bad, fault.Field{Name: "agenda", Key: "error.required"})
	}
	if utf8.RuneCountInString(d.Agenda) > maxShort {
		bad = append(bad, fault.Field{Name: "agenda", Key: "error.too_long", Args: fault.Args("Max", maxShort)})
	}
	if d.Text == "" {
		bad = append(bad, fault.Field{Name: "text", Key: "error.required"})
	}
	if utf8.RuneCountInString(d.Text) > maxNote {
		bad = append(bad, fault.Field{Name: "text", Key: "error.too_long", Args: fault.Args("Max", maxNote)})
	}
	if _, ok := strategy.AreaByNumber(d.Area); !ok && d.Area != 0 {
		bad = append(bad, fault.Field{Name: "area", Key: "error.choice"})
	}
	if bad != nil {
		return fault.InvalidFields("error.invalid", bad...)
	}
	return nil
}

// follow moves the excerpts of a note to its new text.
func (s *Service) follow(ctx context.Context, tx *sqlx.Tx, excerpts []Excerpt, n Note, drop bool) error {
	excerpts = slices.DeleteFunc(slices.Clone(excerpts), func(e Excerpt) bool { return e.NoteID != n.ID })
	if err := parkExcerpts(ctx, tx, excerpts, s.now()); err != nil {
		return err
	}
	lost := 0
	for _, e := range excerpts {
		start, ok := nearest(n.Text, e.Text, e.Start)
		if !ok {
			lost++
			continue
		}
		t := Tag{Start: start, End: start + e.End - e.Start, Kind: e.Kind, Group: e.Group, Themes: e.Themes}
		if err := moveExcerpt(ctx, tx, e, n, t); err != nil {
			return err
		}
	}
	if lost > 0 && !drop {
		return fault.InvalidFields("error.invalid",
			fault.Field{Name: "drop", Key: "dialogue.error_excerpts_lost", Args: fault.Args("Count", lost)})
	}
	return nil
}

// nearest finds the occurrence of passage in text that starts nearest to a position.
func nearest(text, passage string, near int) (int, bool) {
	best, found := 0, false
	for _, at := range occurrences(text, passage) {
		if !found || abs(at-near) < abs(best-near) {
			best, found = at, true
		}
	}
	return best, found
}

func abs(n int) int { return max(n, -n) }

// occurrences are the positions, in characters, at which passage begins in text.
func occurrences(text, passage string) (at []int) {
	if passage == "" {
		return nil
	}
	chars := 0
	for from := 0; ; {
		i := strings.Index(text[from:], passage)
		if i < 0 {
			return at
		}
		chars += utf8.RuneCountInString(text[from : from+i])
		at = append(at, chars)
		_, n := utf8.DecodeRuneInString(text[from+i:])
		chars++
		from += i + n
	}
}

// edit changes the meeting at the revision that the writer saw, and counts the change.
func (s *Service) edit(ctx context.Context, meetingID string, revision int, change func(*sqlx.Tx, Meeting) error) error {
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := lockRevision(ctx, tx, meetingID, revision); err != nil {
			return err
		}
		m, err := findMeeting(ctx, tx, "id", meetingID)
		if err != nil {
			return err
		}
		if err := change(tx, m); err != nil {
			return err
		}
		if err := touchMeeting(ctx, tx, meetingID, s.now()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventChanged, Subject: "meeting", SubjectID: meetingID})
	})
	if err != nil {
		return fmt.Errorf("edit meeting %s: %w", meetingID, err)
	}
	return nil
}

func (t Tag) check() error {
	var bad []fault.Field
	if !slices.Contains(ExcerptKinds, t.Kind) {
		bad = append(bad, fault.Field{Name: "kind", Key: "error.choice"})
	}
	if _, ok := region.TargetGroupByID(t.Group); !ok {
		bad = append(bad, fault.Field{Name: "group", Key: "error.choice"})
	}
	if len(t.Themes) == 0 || len(t.Themes) > maxThemes {
		bad = append(bad, fault.Field{Name: "themes", Key: "dialogue.error_themes", Args: fault.Args("Max", maxThemes)})
	}
	for _, code := range t.Themes {
		if _, ok := strategy.ThemeByCode(code); !ok {
			bad = append(bad, fault.Field{Name: "themes", Key: "error.choice"})
			break
		}
	}
	if bad != nil {
		return fault.InvalidFields("error.invalid", bad...)
	}
	return nil
}

// TagPassage codes a passage of a note. The passage is given by its words, which must stand in the
// note exactly once. It returns the excerpt's id.
func (s *Service) TagPassage(ctx context.Context, noteID, passage string, t Tag) (string, error) {
	t, err := t.Settled()
	if err != nil {
		return "", err
	}
	var id string
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		meetingID, n, err := lockNote(ctx, tx, noteID)
		if err != nil {
			return err
		}
		if t.Start, t.End, err = Locate(n.Text, passage); err != nil {
			return err
		}
		if id, err = insertExcerpt(ctx, tx, n, t, s.now()); err != nil {
			return err
		}
		return s.changed(ctx, tx, meetingID, id, EventTagged, map[string]any{"kind": t.Kind, "themes": t.Themes})
	})
	if err != nil {
		return "", fmt.Errorf("tag passage of note %s: %w", noteID, err)
	}
	return id, nil
}

// changed counts a change of the meeting and records what was done to the excerpt.
func (s *Service) changed(ctx context.Context, tx *sqlx.Tx, meetingID, excerptID, event string, detail any) error {
	if err := touchMeeting(ctx, tx, meetingID, s.now()); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Name: event, Subject: "excerpt", SubjectID: excerptID, Detail: detail})
}

// Retag changes what an excerpt is coded as; its passage stays.
func (s *Service) Retag(ctx context.Context, excerptID string, t Tag) error {
	t, err := t.Settled()
	if err != nil {
		return err
	}
	return s.onExcerpt(ctx, excerptID, EventRetagged, map[string]any{"kind": t.Kind, "themes": t.Themes},
		func(tx *sqlx.Tx, e Excerpt) error { return retagExcerpt(ctx, tx, e.ID, t) })
}

// RemoveExcerpt takes the coding away; the notes keep their words.
func (s *Service) RemoveExcerpt(ctx context.Context, excerptID string) error {
	return s.onExcerpt(ctx, excerptID, EventRemoved, nil,
		func(tx *sqlx.Tx, e Excerpt) error { return parkExcerpts(ctx, tx, []Excerpt{e}, s.now()) })
}

func (s *Service) onExcerpt(ctx context.Context, id, event string, detail any, change func(*sqlx.Tx, Excerpt) error) error {
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		e, err := lockExcerpt(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := change(tx, e); err != nil {
			return err
		}
		return s.changed(ctx, tx, e.MeetingID, id, event, detail)
	})
	if err != nil {
		return fmt.Errorf("%s %s: %w", event, id, err)
	}
	return nil
}

// Ellipsis stands in a quotation for words that were left out.
const Ellipsis = "[…]"

// ApproveQuote releases an excerpt for print. wording is the excerpt's text with "[…]" (or "[...]") in
// place of what must not be printed, such as names: it can leave words out, never change them. Not
// while the procurement that was talked about is running.
func (s *Service) ApproveQuote(ctx context.Context, excerptID, wording string) error {
	now := s.now()
	return s.onExcerpt(ctx, excerptID, EventQuoteApproved, nil, func(tx *sqlx.Tx, e Excerpt) error {
		ongoing, err := isOngoing(ctx, tx, e.MeetingID)
		if err != nil {
			return err
		}
		if ongoing {
			return fault.New(fault.Invalid, "dialogue.error_ongoing")
		}
		ranges, ok := quoteRanges(e, wording)
		if !ok {
			return fault.InvalidFields("error.invalid", fault.Field{Name: "quote", Key: "dialogue.error_quote_words"})
		}
		return setQuote(ctx, tx, e.ID, ranges, audit.ActorOf(ctx).Name, &now)
	})
}

// RevokeQuote takes the approval back.
func (s *Service) RevokeQuote(ctx context.Context, excerptID string) error {
	return s.onExcerpt(ctx, excerptID, EventQuoteRevoked, nil,
		func(tx *sqlx.Tx, e Excerpt) error { return setQuote(ctx, tx, e.ID, nil, "", nil) })
}

// quoteRanges finds the pieces of the wording, in order, in the excerpt's text.
func quoteRanges(e Excerpt, wording string) (ranges []int, ok bool) {
	wording = strings.ReplaceAll(CleanText(wording), "[...]", Ellipsis)
	rest, at := e.Text, e.Start
	for piece := range strings.SplitSeq(wording, Ellipsis) {
		piece = strings.TrimSpace(piece)
		if piece == "" {
			continue
		}
		i := strings.Index(rest, piece)
		if i < 0 {
			return nil, false
		}
		start := at + utf8.RuneCountInString(rest[:i])
		end := start + utf8.RuneCountInString(piece)
		ranges = append(ranges, start, end)
		rest, at = rest[i+len(piece):], end
	}
	return ranges, len(ranges) > 0
}

// quoteOf writes the ranges of text, with an ellipsis wherever words between them are left out.
func quoteOf(text string, ranges []int) string {
	var b strings.Builder
	for i := 0; i+1 < len(ranges); i += 2 {
		piece, ok := slice(text, ranges[i], ranges[i+1])
		if !ok {
			return ""
		}
		if i > 0 {
			between, _ := slice(text, ranges[i-1], ranges[i])
			if strings.TrimSpace(between) == "" {
				b.WriteString(" ")
			} else {
				b.WriteString(" " + Ellipsis + " ")
			}
		}
		b.WriteString(piece)
	}
	return b.String()
}

// dayOf is the date at midnight UTC, as dates are kept.
func dayOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// Package dialogue keeps what was said at meetings: who took part, notes by agenda item, and the
// excerpts that are coded with themes and cited as evidence.
//
// An excerpt is (note, version of its text, start, end). Its words are derived from the version, so
// a quotation can never say anything that the notes do not say.
package dialogue

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// Kinds of meeting.
const (
	KindDialogue = "dialogue" // dialogmöte
	KindSeminar  = "seminar"  // notes taken at a seminar: an evidence channel of its own
)

// Kinds of statement, in the order in which they are shown.
const (
	Problem  = "problem"
	Proposal = "proposal"
	Example  = "example"
	Question = "question"
)

// ExcerptKinds lists the kinds of statement in the order in which they are shown.
var ExcerptKinds = []string{Problem, Proposal, Example, Question}

// Meeting is one dialogue meeting, or one seminar that notes were taken at.
type Meeting struct {
	ID           string
	Ref          string // stable name chosen by people: "mora-2026-03-12"
	Title        string
	Date         time.Time // the day, at midnight UTC
	Place        string
	Municipality int // SCB code
	Kind         string
	Areas        []int // 5, 6, 7
	Attendance   []Attendance
	// OngoingProcurement says that a running procurement was talked about: nothing is quoted from
	// the meeting while it runs (equal treatment, LOU 4:1).
	OngoingProcurement bool
	Invented           bool
	Revision           int // of the whole meeting, from 1
	FileHash           string
	Notes              []Note
	Excerpts           []Excerpt
	CreatedAt          time.Time
	UpdatedAt          time.Time
}

// Attendance is how many came from one organisation, in one group.
type Attendance struct {
	Group        string
	Organisation string // may be empty
	Count        int
}

// Note is what was said under one item of the agenda.
type Note struct {
	ID      string
	No      int // from 1
	Agenda  string
	Area    int // 0 when the item belongs to no single area
	Text    string
	Version int
	Hash    string // SHA-256 of Text, hexadecimal
}

// Excerpt is a coded passage of a note.
type Excerpt struct {
	ID        string
	MeetingID string
	NoteID    string
	NoteNo    int
	Agenda    string
	// SourceHash is the SHA-256 of the version of the note's text that Start and End count in.
	SourceHash string
	Version    int
	Start, End int    // characters (code points) from 0; End is the first one after
	Text       string // derived
	Kind       string
	Group      string
	Themes     []string
	// QuoteApproved says that a team member has released Quote for print.
	QuoteApproved bool
	Quote         string // derived: the approved ranges, with "[…]" between them
	QuotedBy      string
	Removed       bool // no longer in the notes; kept because evidence may cite it

	// Of the meeting, for showing an excerpt by itself.
	MeetingTitle string
	MeetingKind  string
	Date         time.Time
	Municipality int
	Invented     bool

	ranges   []int
	noteArea int
}

// Areas are the areas that the excerpt speaks to: those of its themes, or that of its agenda item
// when all themes are cross-cutting.
func (e Excerpt) Areas() []int {
	var areas []int
	for _, a := range []struct {
		prefix string
		area   int
	}{{"I", 5}, {"M", 6}, {"S", 7}} {
		for _, t := range e.Themes {
			if strings.HasPrefix(t, a.prefix) {
				areas = append(areas, a.area)
				break
			}
		}
	}
	if len(areas) == 0 && e.noteArea != 0 {
		return []int{e.noteArea}
	}
	return areas
}

// Filter narrows a list of excerpts. Zero values do not narrow.
type Filter struct {
	Area      int
	Theme     string
	Kind      string
	Group     string
	MeetingID string
	Approved  bool // only those whose quotation is approved
}

// Summary is one line of the list of meetings.
type Summary struct {
	ID                 string
	Ref                string
	Title              string
	Date               time.Time
	Place              string
	Municipality       int
	Kind               string
	Areas              []int
	OngoingProcurement bool
	Invented           bool
	Participants       int
	Notes              int
	Excerpts           int
	Quotes             int // approved
}

// HashText is the hash by which a version of a text is known.
func HashText(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// slice is the passage of text from start to end, in characters; ok is false outside the text.
func slice(text string, start, end int) (string, bool) {
	runes := []rune(text)
	if start < 0 || end > len(runes) || start >= end {
		return "", false
	}
	return string(runes[start:end]), true
}

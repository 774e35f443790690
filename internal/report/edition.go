// Package report makes the editions of the project's report: a frozen
// snapshot of everything they say, the document built from it, its PDF and
// HTML, and the record of where it was published and who received it.
package report

import "time"

// Kind is the reader an edition is written for.
type Kind string

// The two editions that the project's plan asks for.
const (
	Regional Kind = "regional"
	National Kind = "national"
)

// State is how far an edition has come.
type State string

// An edition is a draft until its render job has stored PDF and HTML.
const (
	Draft     State = "draft"
	Rendered  State = "rendered"
	Published State = "published"
)

// Edition is one snapshot in one language. HTML and PDF are read apart.
type Edition struct {
	ID           string
	SnapshotID   string
	Kind         Kind
	Number       int
	Lang         string
	Slug         string // "regional-1-sv", the last part of its public address
	Title        string
	State        State
	SnapshotHash string
	PDFSHA256    string
	PDFBytes     int
	Failure      string // why the render job gave up; empty otherwise
	MadeAt       time.Time
	MadeBy       string
	RenderedAt   *time.Time
	ApprovedAt   *time.Time
	ApprovedBy   string
	PublishedAt  *time.Time
	PublishedBy  string
	EmbargoUntil *time.Time // readable by the public from then on; nil = from when it was published
}

// ReadableFrom is when the public could first read a published edition.
func (e Edition) ReadableFrom() time.Time {
	switch {
	case e.PublishedAt == nil:
		return time.Time{}
	case e.EmbargoUntil != nil && e.EmbargoUntil.After(*e.PublishedAt):
		return *e.EmbargoUntil
	}
	return *e.PublishedAt
}

// Path is the edition's stable public address.
func (e Edition) Path() string { return "/reports/" + e.Slug }

// List is a distribution list; its kind says which edition goes to it.
type List struct {
	ID        string
	Name      string
	Kind      Kind
	Members   int
	CreatedAt time.Time
}

// Member is one address on a distribution list.
type Member struct {
	Email string
	Name  string
	Lang  string
}

// Delivery is what is known of one recipient of one edition.
type Delivery struct {
	Email       string
	Name        string
	List        string
	State       string // of the outbox: queued, claimed, sent, deferred, failed, unknown, bounced
	RequestedAt time.Time
	SentAt      *time.Time
}

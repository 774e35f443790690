// Package response keeps what invited persons answer: drafts saved page by
// page, the final submission, its withdrawal, and the stream of submitted
// answers that is counted.
//
// An acknowledged save is committed to disk. A save that was made from an
// outdated page is never written over a newer one; see Conflict.
package response

import (
	"time"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// State is the stage of a response.
type State string

// The stages: a draft is being answered, a submitted response is counted, a
// withdrawn one has been emptied at the person's request.
const (
	Draft     State = "draft"
	Submitted State = "submitted"
	Withdrawn State = "withdrawn"

	// late is how a response is stored that was sent in after closing and does not count. No query for
	// submitted responses finds it.
	late State = "late"
)

// Names of the audit events of this package. None carries an answer.
const (
	EventStarted   = "response.started"
	EventSubmitted = "response.submitted"
	EventWithdrawn = "response.withdrawn"
	EventReopened  = "response.reopened"

	EventCorrecting = "response.correcting" // opened for correction
	EventCorrected  = "response.corrected"
	EventKept       = "response.kept" // the correction was dropped

	// None of the above is recorded of an anonymous response: an exact time is as good as a name.

	EventDeclined   = "invitation.declined"
	EventUndeclined = "invitation.undeclined"
)

// Key holds what never changes about a response and decides how a page of it
// is read. It can be kept in memory for as long as one likes.
type Key struct {
	ID           string
	InvitationID string // empty for an anonymous response
	Source       Source
	CampaignID   string
	SurveyID     string
	VersionID    string
	Group        string
}

// Anonymous tells whether nothing that is stored joins the response to a person.
func (k Key) Anonymous() bool { return k.InvitationID == "" }

// Response is one person's answer to one invitation. Page is the page (from 1)
// at which to continue. Revision grows by one with each save. Prefill holds what the
// contact register knew at the start, by question id; nothing for an anonymous response, whose times are days. A response that was sent in and is being corrected
// is a Draft with Correcting set and the Receipt that it got; it counts as it was sent in.
type Response struct {
	Key
	Lang        i18n.Lang
	State       State
	Correcting  bool
	Late        bool // sent in after closing
	Revision    int
	Page        int
	Answers     questionnaire.Answers
	Prefill     questionnaire.Answers
	Receipt     string
	StartedAt   time.Time
	UpdatedAt   time.Time
	SubmittedAt *time.Time
	WithdrawnAt *time.Time
}

// Receipt is what a person gets for a submitted response.
type Receipt struct {
	Number      string
	SubmittedAt time.Time
}

// Row is one submitted response as analysis reads it: no name, address or
// invitation. ID is random and says nothing about order.
type Row struct {
	ID          string
	Group       string
	VersionID   string
	CampaignID  string // empty for what came by no link
	Answers     questionnaire.Answers
	SubmittedAt time.Time
}

// Filter says which submitted responses Load yields. Empty fields do not restrict.
type Filter struct {
	SurveyID   string
	VersionID  string
	CampaignID string
}

// Count is the number of responses of one group by stage.
type Count struct{ Draft, Submitted, Withdrawn int }

// Started is the number of persons of the group who have opened the questions.
func (c Count) Started() int { return c.Draft + c.Submitted + c.Withdrawn }

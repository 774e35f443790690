// Package distribution sends surveys and other mail: campaigns, personal
// invitations, reminders, the outbox and unsubscribing.
package distribution

import (
	"encoding/json"
	"strings"
	"time"

	"upphandlingsdialog/internal/i18n"
)

// States of a campaign; it only ever moves forward.
const (
	Draft    = "draft"
	Launched = "launched"
	Closed   = "closed"
)

// Modes of a campaign, frozen when it is launched and printed in its letters.
const (
	// Confidential: answers are linked to the invitation until they are withdrawn or erased. It is never
	// called anonymous.
	Confidential = "confidential"
	// Anonymous: nothing that is stored joins an answer to an invitation.
	Anonymous = "anonymous"
)

// Campaign is one sending of one survey version to some of the groups.
type Campaign struct {
	ID        string
	Name      string
	VersionID string // survey_version.id
	NewWave   bool   // it begins a wave of its survey although the newest one asks the same version
	WaveID    string // survey_wave.id, from when it is launched
	Groups    []string
	Mode      string // Confidential or Anonymous
	Invites   bool   // persons of the register get personal invitations
	// OpenLink tells whether the open link takes new respondents. OpenSlug is the last part of its
	// address, kept when the link is turned off; empty for a campaign that never had one.
	OpenLink bool
	OpenSlug string
	Language i18n.Lang // for persons without a language of their own
	State    string
	ClosesAt time.Time
	Minutes  int // how long answering takes, printed in the mail
	// Texts hold placeholders such as {{name}}; see Placeholders.
	Subject, Body                 i18n.Text
	ReminderSubject, ReminderBody i18n.Text
	PausedReason                  string // why the outbox holds this campaign back; empty when it does not
	// Cut says which answers are complete; DefaultCut unless the team decides otherwise.
	Cut Cut
	// LateUntil is until when answers after closing are received; nil for not at all. LateCounted tells
	// that they count with the others.
	LateUntil              *time.Time
	LateCounted            bool
	CreatedAt              time.Time
	LaunchedAt, RemindedAt *time.Time
	ClosedAt               *time.Time
}

// Open reports whether answers are received at the given time.
func (c Campaign) Open(now time.Time) bool {
	return c.State == Launched && now.Before(c.ClosesAt)
}

// Invitation is one case of a campaign: one person asked in one role.
type Invitation struct {
	ID         string
	CampaignID string
	Mode       string // that of the campaign
	PersonID   string
	Group      string
	Language   i18n.Lang
	TokenHash  []byte
	CreatedAt  time.Time
	StartedAt  *time.Time
	AnsweredAt *time.Time
	// AnsweredShare is the share (0-1) of the applicable questions that have an
	// answer; nil until the response package has said so.
	AnsweredShare  *float64
	DeclinedAt     *time.Time
	UnsubscribedAt *time.Time
	LateAt         *time.Time
	ManualCode     string
	ManualReason   string // why somebody set the code
}

// States of an outbox row.
const (
	Queued    = "queued"
	Claimed   = "claimed"
	Sent      = "sent"
	Deferred  = "deferred"  // the server said "later"; tried again by itself
	Failed    = "failed"    // the server or the renderer refused it for good
	Unknown   = "unknown"   // handed over without a recorded reply; waits for a person
	Bounced   = "bounced"   // came back after it was sent
	Cancelled = "cancelled" // no longer wanted when its turn came
)

// Row is one message to one recipient in the outbox.
type Row struct {
	ID           string
	Kind         string
	DedupeKey    string
	To           string
	Lang         i18n.Lang
	Payload      json.RawMessage
	CampaignID   string // empty when the message belongs to no campaign
	InvitationID string
	State        string
	Attempts     int
	NotBefore    time.Time
	CreatedAt    time.Time
	HandedAt     *time.Time
	FinishedAt   *time.Time
	ReplyCode    int
	Reply        string
}

// Why is the reason of a cancelled row: answered, declined, closed, unsubscribed, bounced or objection.
func (r Row) Why() string { return strings.TrimPrefix(r.Reply, suppressedReply) }

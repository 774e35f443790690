// Package consultation asks a panel of the parties what they think of draft
// recommendations, in one or more rounds (remiss and Delphi). The rule by which
// the answers are read is chosen and locked before the first round opens.
// Ratings are added, never changed, and nothing of them is shown before the
// rule of Consultation.Shows allows it.
package consultation

import (
	"time"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/recommendation"
)

// Consultation is one panel with its rule and its rounds.
type Consultation struct {
	ID          string
	Name        string
	Groups      []string // that are asked, in the order of people.Groups
	Addresses   []string // only these of them; empty: all
	Rule        Rule
	LockedAt    *time.Time // when the first round opened
	ConcludedAt *time.Time // when the team made it public
	Invented    bool
	CreatedBy   string
	CreatedAt   time.Time
	Rounds      []Round // in order
}

// Round is one time of asking.
type Round struct {
	ID        string
	Number    int // from 1
	OpenedAt  time.Time
	ClosesAt  time.Time
	ClosedAt  *time.Time // closed by hand before its time
	Reminders int        // sent out
	Items     []Item     // in the order in which they are asked about
}

// Item is a recommendation that a round asks about.
type Item struct {
	RecommendationID string
	Number           string    // "5.1"
	Title            i18n.Text // of the version
	Version          int       // that is asked about
	Earlier          []int     // versions that were asked about before it in the same round
}

// Open tells whether a round takes ratings.
func (r Round) Open(now time.Time) bool { return r.ClosedAt == nil && now.Before(r.ClosesAt) }

// Current is the round under way or the last one; nil before the first.
func (c Consultation) Current() *Round {
	if len(c.Rounds) == 0 {
		return nil
	}
	return &c.Rounds[len(c.Rounds)-1]
}

// Round is a round by its number, nil when there is none.
func (c Consultation) Round(number int) *Round {
	if number < 1 || number > len(c.Rounds) {
		return nil
	}
	return &c.Rounds[number-1]
}

// Asking tells whether a round is open.
func (c Consultation) Asking(now time.Time) bool {
	r := c.Current()
	return r != nil && r.Open(now)
}

// Audience is who wants to see results.
type Audience string

// The audiences.
const (
	Team   Audience = "team"   // the team's pages and files
	Panel  Audience = "panel"  // those who are asked, in a later round
	Public Audience = "public" // reports, public pages and everything made of them
)

// Shows is the one rule of when anything that was rated, argued or proposed in
// a round may be seen: by the team and the panel when the round is over, by
// everybody when the consultation is concluded. How many have taken part is no
// result and is shown to the team at any time. Every page, mail, file and
// report gets results only through it.
func (c Consultation) Shows(round int, to Audience, now time.Time) bool {
	r := c.Round(round)
	if r == nil || r.Open(now) {
		return false
	}
	return to != Public || c.ConcludedAt != nil
}

// Participant is a person of the panel.
type Participant struct {
	ID       string
	PersonID string
	Name     string
	Email    string
	Group    string
	Lang     i18n.Lang
	Invented bool
	LeftAt   *time.Time // wants no part in it any more
}

// Rating is what one participant said of one version of a recommendation.
type Rating struct {
	ID               int64
	RoundID          string
	ParticipantID    string
	Group            string
	RecommendationID string
	Version          int
	Scores           Scores
	Comment          string // shown to the panel in the next round, without a name
	Proposal         string // another wording; the team answers it
	Reservation      string // printed beside the recommendation, signed
	SignedAs         string
	At               time.Time
}

// Scores are ratings of 1 to 9; Abstains is an answer too.
type Scores struct{ Agreement, Importance, Feasibility int }

// Abstains is the score of who cannot or will not say.
const Abstains = 0

// Dimension is one of the three questions.
type Dimension string

// The questions.
const (
	Agreement   Dimension = "agreement"
	Importance  Dimension = "importance"
	Feasibility Dimension = "feasibility"
)

// Dimensions lists the questions in the order in which they are asked.
var Dimensions = []Dimension{Agreement, Importance, Feasibility}

// Of returns the score of one question.
func (s Scores) Of(d Dimension) int {
	switch d {
	case Agreement:
		return s.Agreement
	case Importance:
		return s.Importance
	}
	return s.Feasibility
}

// Participation counts one group in one round. It is no result.
type Participation struct {
	Group    string
	Invited  int
	Begun    int // rated something
	Finished int // rated everything that is asked about now
	Left     int // wants no part in it any more
}

// eligible are the recommendations that a round can ask about: those out for
// consultation.
func eligible(list []recommendation.Recommendation) []recommendation.Recommendation {
	var out []recommendation.Recommendation
	for _, r := range list {
		if r.Status == recommendation.Consultation {
			out = append(out, r)
		}
	}
	return out
}

// Package recommendation keeps the project's recommendations and what they rest
// on: figures computed from the surveys, excerpts of what was said in meetings
// and experts' statements. No number in a text is typed; it is bound to a piece of evidence.
package recommendation

import (
	"time"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/survey"
)

// Status is how far a recommendation has come.
type Status string

// The statuses, in order.
const (
	Draft        Status = "draft"        // utkast
	Consultation Status = "consultation" // på remiss
	Decided      Status = "decided"      // beslutad
	Published    Status = "published"    // publicerad
	FollowUp     Status = "follow_up"    // följs upp
	Closed       Status = "closed"       // avslutad
)

// Statuses lists every status in order.
var Statuses = []Status{Draft, Consultation, Decided, Published, FollowUp, Closed}

// Addressees lists who a recommendation may be directed to, as reports order them.
var Addressees = []string{"authorities", "politicians", "firms", "supporters"}

// Efforts lists the classes of work and cost.
var Efforts = []string{"low", "medium", "high"}

// Channel is where a piece of evidence comes from. No channel is folded into
// another.
type Channel string

// The evidence channels.
const (
	Survey   Channel = "survey"
	Dialogue Channel = "dialogue"
	Seminar  Channel = "seminar"
	Expert   Channel = "expert"
)

// Strength grades what a recommendation rests on: A a survey figure with a base
// of at least 30 and another channel, B two channels, C one channel or an
// expert alone; empty without valid evidence.
type Strength string

// The grades of strength.
const (
	StrengthA Strength = "A"
	StrengthB Strength = "B"
	StrengthC Strength = "C"
)

// Recommendation is one recommendation with its evidence in order. Texts may
// hold bound fields; Bound replaces them.
type Recommendation struct {
	ID          string
	Number      string // "5.1": area and ordinal
	Area        int    // 5, 6 or 7
	Purpose     string // id of one of strategy.Purposes
	Addressees  []string
	Title       i18n.Text // a few words
	Wording     i18n.Text // one imperative sentence
	Why         i18n.Text
	FirstStep   i18n.Text // within 90 days
	Effect      i18n.Text // for small firms
	Reuse       i18n.Text // what another region can take over
	Effort      string    // one of Efforts
	Indicator   i18n.Text
	Baseline    int // number of the evidence that is the indicator's baseline, 0 = none
	Responsible i18n.Text
	Due         time.Time // date
	Parties     []string  // consulted
	Status      Status
	Invented    bool // sample content
	Version     int  // from 1
	Evidence    []Evidence
	UpdatedAt   time.Time
}

// Evidence is one reason: a survey figure, an excerpt of a meeting's notes or an
// expert's statement. Exactly one of Figure, Excerpt and Statement is set. An
// excerpt's words are derived from the notes and a statement's from its version;
// they are empty when what was cited no longer stands.
type Evidence struct {
	ID        string
	Number    int // from 1, what bound fields refer to
	Channel   Channel
	Figure    *Figure
	Excerpt   *dialogue.Excerpt
	Statement *expert.Statement
	// SourceHash is the hash of the note or the statement that was cited.
	SourceHash string
	// Stale says that the source no longer says what was frozen. StaleReason is
	// one of the Reason constants.
	Stale       bool
	StaleReason string
}

// Reasons why evidence is stale.
const (
	ReasonChanged    = "changed"    // the figure recomputes to another value
	ReasonSuppressed = "suppressed" // too few answers to show the figure
	ReasonSource     = "source"     // the notes or the statement were changed or are gone
)

// Figure is a survey figure. Value is frozen when the evidence is made and
// nil while the figure is suppressed.
type Figure struct {
	SurveyID  string
	VersionID string      // questionnaire version that was counted
	Wave      survey.Wave // that was counted; without an id when nobody had answered the version
	Again     bool        // the survey has been put more than once, so the wave is to be said
	Weights   []string    // questions whose frame counts firms' answers are weighted to; none: unweighted
	Question  string      // "q5_11" or "q5_05.a"
	Filter    analysis.Filter
	Measure   analysis.Measure
	Codes     []int
	Value     *analysis.Estimate
	FrozenAt  *time.Time
	Text      i18n.Text // the question as the group read it
	Row       i18n.Text // of a matrix
	Answers   i18n.Text // labels of the codes counted
	Unit      string    // of a mean or median
}

// Difference is a cited figure or excerpt that no longer agrees with its source.
type Difference struct {
	RecommendationID string             `json:"recommendation_id"`
	Recommendation   string             `json:"recommendation"` // number
	EvidenceID       string             `json:"evidence_id"`
	Evidence         int                `json:"evidence"` // number within the recommendation
	Reason           string             `json:"reason"`
	Was              *analysis.Estimate `json:"was,omitempty"`
	Is               *analysis.Estimate `json:"is,omitempty"`
}

// Channels returns the distinct channels of evidence that is in force, in the
// order of the evidence.
func (r Recommendation) Channels() []Channel {
	var out []Channel
	for _, e := range r.Evidence {
		if e.valid() && !containsChannel(out, e.Channel) {
			out = append(out, e.Channel)
		}
	}
	return out
}

// Strength grades the evidence (methods 1.9).
func (r Recommendation) Strength() Strength {
	base := 0
	for _, e := range r.Evidence {
		if e.valid() && e.Figure != nil {
			base = max(base, e.Figure.Value.Base)
		}
	}
	return StrengthOf(r.Channels(), base)
}

// StrengthOf grades channels of evidence; base is the largest of a survey figure among it, 0 without one
// (methods 1.9).
func StrengthOf(channels []Channel, base int) Strength {
	switch {
	case len(channels) == 0:
		return ""
	case len(channels) == 1:
		return StrengthC
	case base >= strongBase:
		return StrengthA
	}
	return StrengthB
}

// strongBase is the base that a figure needs for strength A.
const strongBase = 30

// Supported says whether the recommendation may leave the draft: it has
// evidence in force from at least two channels.
func (r Recommendation) Supported() bool { return len(r.Channels()) >= 2 }

// HasStale says whether any evidence no longer agrees with its source.
func (r Recommendation) HasStale() bool {
	for _, e := range r.Evidence {
		if e.Stale {
			return true
		}
	}
	return false
}

// Editable says whether wording and evidence may still be changed.
func (r Recommendation) Editable() bool { return r.Status == Draft || r.Status == Consultation }

// Next returns the statuses that the recommendation may move to.
func (r Recommendation) Next() []Status {
	switch r.Status {
	case Draft:
		return []Status{Consultation}
	case Consultation:
		return []Status{Decided, Draft}
	case Decided:
		return []Status{Published}
	case Published:
		return []Status{FollowUp}
	case FollowUp:
		return []Status{Closed}
	}
	return nil
}

func (e Evidence) valid() bool {
	return !e.Stale && (e.Excerpt != nil && e.Excerpt.Text != "" || e.Statement != nil && e.Statement.Text != "" ||
		e.Figure != nil && e.Figure.Value != nil)
}

func containsChannel(list []Channel, c Channel) bool {
	for _, v := range list {
		if v == c {
			return true
		}
	}
	return false
}

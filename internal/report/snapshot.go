package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"upphandlingsdialog/internal/i18n"
)

// Schema names the shape of a snapshot; a reader refuses another one.
const Schema = "udd-report/1"

// Snapshot is everything that one edition says, frozen: figures, wordings and
// texts in both languages. Nothing else is read when an edition is rendered,
// so the same snapshot gives the same bytes. A suppressed group carries no
// number at all.
type Snapshot struct {
	Schema          string
	Kind            Kind
	Number          int    // edition number within the kind, from 1
	Date            string // 2019-05-23
	Dnr             string // registry number; empty when none was given
	Contact         string
	Address         string // public address of the site, without a trailing slash
	FollowUp        string // month of the next follow-up, 2020-05
	Invented        bool   // some contacts are invented sample data
	MinBase         int    // smallest published base
	Indicator       Indicator
	Surveys         []Survey
	Recommendations []Recommendation
	Voices          []Voice
	Meetings        []Meeting
	Activities      Activities
	Method          []Fact
	Texts           []Chapter
}

// Indicator is the project's goal: small firms (0-49 employees) that have
// submitted at least one bid in the last 24 months, and those who intend to,
// against the baseline share.
type Indicator struct {
	Baseline float64 // share 0-1
	Source   string  // survey id of the figures
	Bid      Share
	Intent   Share // 7-10 on the 0-10 scale
}

// Share is one published proportion with its 95 percent interval. Suppressed
// means that the base is below the limit and every number is left out.
type Share struct {
	Suppressed bool    `json:",omitempty"`
	Count      int     `json:",omitempty"`
	Base       int     `json:",omitempty"`
	Value      float64 `json:",omitempty"`
	Lower      float64 `json:",omitempty"`
	Upper      float64 `json:",omitempty"`
}

// Survey is one questionnaire version with its response rates and results.
type Survey struct {
	ID          string
	Area        int
	Title       i18n.Text
	Version     int
	VersionHash string
	Opened      string // first invitation, 2019-02-01; empty when unknown
	Closed      string
	Rates       []Rate
	Questions   []Question
}

// Rate is the response of one group to one survey. RR2 and RR4 are AAPOR's.
type Rate struct {
	Group      string
	Suppressed bool    `json:",omitempty"`
	Frame      int     `json:",omitempty"` // persons invited
	Complete   int     `json:",omitempty"`
	Partial    int     `json:",omitempty"`
	Refused    int     `json:",omitempty"`
	Unknown    int     `json:",omitempty"` // no reply of any kind
	Ineligible int     `json:",omitempty"`
	RR2        float64 `json:",omitempty"`
	RR4        float64 `json:",omitempty"`
	E          float64 `json:",omitempty"` // estimated share eligible, used in RR4
}

// Question is a question's results, one entry a group that was asked.
type Question struct {
	ID      string
	Type    string
	Theme   string
	Bipolar bool `json:",omitempty"`
	Text    i18n.Text
	Row     string    `json:",omitempty"` // matrix row id; the row is a question of its own
	RowText i18n.Text `json:",omitzero"`
	Groups  []GroupResult
}

// GroupResult is one group's answers to one question.
type GroupResult struct {
	Group      string
	Suppressed bool      `json:",omitempty"`
	Base       int       `json:",omitempty"` // answered with a substantive code
	Unknown    int       `json:",omitempty"` // "vet ej", outside the base
	Shown      int       `json:",omitempty"` // answered, unknown and unanswered together
	Cells      []Cell    `json:",omitempty"`
	Favourable *Share    `json:",omitempty"` // top two of a five-point scale, 7-10 of a rating, yes
	Mean       *Interval `json:",omitempty"`
	Median     *float64  `json:",omitempty"`
}

// Cell is one answer alternative.
type Cell struct {
	Code   int
	Label  i18n.Text
	Hidden bool    `json:",omitempty"` // suppressed cell, shown as ".."
	Count  int     `json:",omitempty"`
	Share  float64 `json:",omitempty"`
	Lower  float64 `json:",omitempty"`
	Upper  float64 `json:",omitempty"`
}

// Interval is a mean with its 95 percent t-interval.
type Interval struct{ Value, Lower, Upper float64 }

// Recommendation is a decided wording with its evidence resolved.
type Recommendation struct {
	Number      string
	Area        int
	Purpose     string
	Title       i18n.Text
	Wording     i18n.Text
	Why         i18n.Text
	FirstStep   i18n.Text
	Effect      i18n.Text
	Effort      string
	Indicator   i18n.Text
	Responsible i18n.Text
	Addressees  []string
	Due         string
	Status      string
	Strength    string // A, B or C
	Channels    []string
	Reuse       i18n.Text // what another region can take over; national edition
	Evidence    []Evidence
}

// Evidence is one reason, with the numbers or words that it rests on.
type Evidence struct {
	ID       string
	Channel  string
	Survey   string    `json:",omitempty"`
	Question string    `json:",omitempty"`
	Group    string    `json:",omitempty"`
	Text     i18n.Text // question text, or what the figure measures
	Measure  i18n.Text `json:",omitzero"` // the alternatives counted, in words
	Share    *Share    `json:",omitempty"`
	Quote    string    `json:",omitempty"`
	Source   i18n.Text `json:",omitzero"` // meeting or expert, as it may be shown
}

// Voice is a quote approved for print.
type Voice struct {
	Area    int
	Theme   string
	Group   string
	Kind    string
	Text    string
	Meeting string // reference of the meeting; empty in the national edition
}

// Meeting is one dialogue meeting or noted seminar.
type Meeting struct {
	Ref          string
	Title        string
	Date         string
	Place        string `json:",omitempty"`
	Municipality string `json:",omitempty"`
	Kind         string
	Areas        []int
	Attendance   []Attendance
	Excerpts     int
}

// Attendance counts the people of one group at a meeting.
type Attendance struct {
	Group string
	Count int
}

// Activities are the year's seminars and advice against the plan.
type Activities struct {
	Year                              int
	TrainingHeld, TrainingPlan        int
	LearningHeld, LearningPlan        int
	LearningMunicipalities            []string `json:",omitempty"`
	Participants                      int
	AdviceOrganisations, AdviceQuarts int // quarter hours
}

// Fact is one field of the method disclosure; an empty value is printed as
// missing, never left out.
type Fact struct {
	Key   string
	Value i18n.Text
}

// Chapter is one text of the edition as it stood when the snapshot was made.
type Chapter struct {
	Name string
	Text i18n.Text
}

// Encode gives the canonical bytes: field order of the types, no white space,
// no HTML escaping.
func (s *Snapshot) Encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return nil, fmt.Errorf("encode snapshot: %w", err)
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// Decode reads bytes that Encode wrote.
func Decode(b []byte) (*Snapshot, error) {
	var s Snapshot
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return nil, fmt.Errorf("decode snapshot: %w", err)
	}
	if s.Schema != Schema {
		return nil, fmt.Errorf("decode snapshot: schema %q, want %q", s.Schema, Schema)
	}
	return &s, nil
}

// Hash is the SHA-256 of a snapshot's bytes in hexadecimal.
func Hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

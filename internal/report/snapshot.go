package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// Schema names the shape of a snapshot; a reader refuses another one.
const Schema = "udd-report/1"

// Snapshot is everything that one edition says, frozen: figures, wordings and
// texts in both languages. Nothing else is read when an edition is rendered,
// so the same snapshot gives the same bytes. A suppressed group carries no
// number at all.
type Snapshot struct {
	Schema    string
	Kind      Kind
	Number    int     // edition number within the kind, from 1
	Date      string  // 2019-05-23
	Dnr       string  // registry number; empty when none was given
	Imprint   Imprint `json:",omitzero"` // without Dnr, which stands above
	Contact   string  // address for questions
	Address   string  // public address of the site, without a trailing slash
	FollowUp  string  // month of the next follow-up, 2020-05; empty when not set
	Invented  bool    // some contacts or meetings are invented sample data
	MinBase   int     // smallest published base
	Outline   Outline
	Texts     []Text
	Glossary  []Term
	Outside   []OutsideFact
	Indicator Indicator
	Surveys   []Survey
	// Earlier are waves before those of Surveys, with no more than what recommendations rest on.
	Earlier []Survey `json:",omitempty"`
	// Placed says that the data hold every number that recommendations rest on: also of earlier waves, weighted, or of
	// part of a group. What belongs to an edition from before they did is made as it was.
	Placed          bool `json:",omitempty"`
	Recommendations []Recommendation
	Consultations   []Consultation `json:",omitempty"`
	Uptake          *Uptake        `json:",omitempty"`
	Voices          []Voice
	Meetings        []Meeting
	Activities      Activities
	Method          []Fact
}

// Indicator is the project's goal: small firms (0-49 employees) that have
// submitted at least one bid in the last 24 months, and those who think it
// likely that they will (7-10 on a scale to 10), against the baseline share.
// A nil estimate means too few answers.
type Indicator struct {
	Baseline float64 // share 0-1
	Survey   string  // id of the survey with most answers from small firms
	Bid      *analysis.Estimate
	Intent   *analysis.Estimate
}

// Survey is one wave of a survey with its response rates and results.
type Survey struct {
	ID          string
	Area        int
	Title       i18n.Text
	Version     int
	VersionHash string
	Wave        int `json:",omitempty"` // 1, 2, 3 ...; 0 in editions from before waves were told apart
	// Begun is when the wave began, 2019-02-01; empty in editions from before their data told the wave.
	Begun string `json:",omitempty"`
	// Reworded are the questions that were put otherwise than in the wave in which they were asked before.
	Reworded  []Reworded `json:",omitempty"`
	Opened    string     // first invitation, 2019-02-01; empty when unknown
	Closes    string     // the last day, planned while Open
	Open      bool       `json:",omitempty"` // answers still came in when the edition was made
	Rates     []Rate
	Questions []Question
	Weights   *Weights `json:",omitempty"` // of firms; nil when no frame was loaded
	// Classes are those of the weights, for whoever judges later what the edition told. They stay in the system.
	Classes    []analysis.WeightedClass `json:"-"`
	Unweighted string                   `json:",omitempty"` // why there are none although a frame was loaded
	Against    []FrameTest              `json:",omitempty"` // firms who answered against the frame
	// Also are released results of part of a group that a sentence or the goal's
	// figure rests on.
	Also []analysis.Frequency `json:",omitempty"`
}

// Reworded tells that a question was put otherwise than in an earlier wave.
type Reworded struct {
	Question string
	Before   int  // number of that wave
	Recoded  bool `json:",omitempty"` // the codes mean other answers, so that nothing can be said of the change
	Changes  []i18n.Text
}

// tellsWaves is false of an edition from before data told the wave. What belongs to such a one, its PDF with all that is
// attached and its data package, is made as it was.
func (s *Snapshot) tellsWaves() bool {
	return slices.ContainsFunc(s.Surveys, func(one Survey) bool { return one.Begun != "" })
}

// ofEarlier says that the survey is told of as it was in a wave before that of the tables.
func (s *Survey) ofEarlier() bool { return len(s.Questions) == 0 && len(s.Also) > 0 }

// key names a survey among the edition's: "s5", of an earlier wave "s5-w1".
func (s *Survey) key() string {
	if s.ofEarlier() {
		return waveKey(s.ID, s.Wave)
	}
	return s.ID
}

func waveKey(survey string, wave int) string { return fmt.Sprintf("%s-w%d", survey, wave) }

// key names the survey that a number is of among the edition's.
func (e *Evidence) key() string {
	if e.Older {
		return waveKey(e.Survey, e.Wave)
	}
	return e.Survey
}

// filter is whose answers a number counts.
func (e *Evidence) filter() analysis.Filter { return analysis.Filter{Group: e.Group, Where: e.Where} }

// told are the surveys that the data tell of, with the waves that no more is told of than what is cited.
func (s *Snapshot) told() []*Survey {
	var list []*Survey
	for i := range s.Surveys {
		list = append(list, &s.Surveys[i])
	}
	if s.Placed {
		for i := range s.Earlier {
			list = append(list, &s.Earlier[i])
		}
	}
	return list
}

// resultOf is what a number is taken from; nil when it cannot be.
func (s *Survey) resultOf(e *Evidence) *analysis.Frequency {
	if len(e.Weights) == 0 {
		return s.result(e.Question, e.filter())
	}
	if q := s.question(e.Question); q != nil && len(e.Where) == 0 {
		return q.Weighted
	}
	return nil
}

// flag is "words", or "codes" where those mean other answers; empty of a question that was put as before, or of a row
// of one.
func (s *Survey) flag(question string) string {
	id, _, _ := strings.Cut(question, ".")
	for _, r := range s.Reworded {
		switch {
		case r.Question == id && r.Recoded:
			return "codes"
		case r.Question == id:
			return "words"
		}
	}
	return ""
}

// Weights are what firms' weighted results rest on.
type Weights struct {
	Margins []analysis.WeightMargin
	Design  analysis.Design
	Trimmed int
	Rounds  int
	Frame   int
}

// FrameTest says whether those who answered are spread over the classes of a margin as the frame is.
type FrameTest struct {
	Question string
	Test     analysis.Test
}

// Rate is the response of one group to one survey. A suppressed group, with
// fewer answers than the limit, has no numbers.
type Rate struct {
	Group    string
	Invited  int                    `json:",omitempty"`
	Answered int                    `json:",omitempty"` // in whole or in part
	Cases    *analysis.Dispositions `json:",omitempty"` // analysis.Withheld where few did it
	RR2      analysis.Rate
	RR4      analysis.Rate
	E        analysis.Rate // estimated share eligible, used in RR4
}

// invited and answered are counts of cases; snapshots from before they were kept tell every kind.
func (r Rate) invited() int {
	if r.Invited == 0 {
		return r.Cases.Cases()
	}
	return r.Invited
}

func (r Rate) answered() int {
	if r.Invited == 0 {
		return r.Cases.Complete + r.Cases.Partial
	}
	return r.Answered
}

// Question is a question's results, one entry a group that was asked.
type Question struct {
	ID      string
	Type    questionnaire.Type
	Theme   string
	Bipolar bool   `json:",omitempty"`
	Unit    string `json:",omitempty"`
	Text    i18n.Text
	Results []analysis.Frequency
	// Weighted is firms' result with weights, in whole per cent, or without numbers where it is withheld; nil without
	// weights.
	Weighted *analysis.Frequency `json:",omitempty"`
}

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
	Strength    string // A, B or C
	Channels    []string
	Reuse       i18n.Text `json:",omitzero"` // what another region can take over; national edition
	Evidence    []Evidence
	// Reservations are printed beside the recommendation, signed.
	Reservations []Reservation `json:",omitempty"`
}

// Evidence is one reason, with the numbers or words that it rests on.
type Evidence struct {
	ID       string
	Number   int `json:",omitempty"` // that bound fields name; older snapshots have theirs filled in
	Channel  string
	Survey   string             `json:",omitempty"`
	Question string             `json:",omitempty"`
	Group    string             `json:",omitempty"`
	Narrowed bool               `json:",omitempty"` // only some of the group, by another answer
	Where    []analysis.Where   `json:",omitempty"` // by which
	Wave     int                `json:",omitempty"` // of the survey, where it has been put more than once
	Waved    string             `json:",omitempty"` // when that wave began, 2019-02-01
	Older    bool               `json:",omitempty"` // the wave is not the one that the tables are of
	Weights  []string           `json:",omitempty"` // questions whose frame counts the answers were weighted to
	Text     i18n.Text          `json:",omitzero"`  // the question as the group read it
	Answers  i18n.Text          `json:",omitzero"`  // the alternatives counted, in words
	Measure  analysis.Measure   `json:",omitempty"`
	Codes    []int              `json:",omitempty"`
	Value    *analysis.Estimate `json:",omitempty"`
	Unit     string             `json:",omitempty"`
	Quote    string             `json:",omitempty"` // approved for print
	Meeting  string             `json:",omitempty"` // reference of the meeting
	By       string             `json:",omitempty"` // the expert: role and organisation, with the name where it may be given
	Stated   string             `json:",omitempty"` // when the expert said it
	Lang     i18n.Lang          `json:",omitempty"` // of an expert's quote; others are in Swedish
}

// Voice is a quote approved for print.
type Voice struct {
	ID      string
	Areas   []int
	Theme   string
	Group   string
	Kind    string
	Text    string
	Meeting string // reference of the meeting; empty in the national edition
}

// Meeting is one dialogue meeting or noted seminar.
type Meeting struct {
	Ref          string
	Title        string `json:",omitempty"`
	Date         string
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
	Year                        int
	TrainingHeld, TrainingPlan  int
	LearningHeld, LearningPlan  int      // learning seminars in different municipalities
	LearningMunicipalities      []string `json:",omitempty"` // left out of the national edition
	Participants                int      // attended, all seminars
	AdviceFirms, AdviceQuarters int      // quarter hours
}

// Fact is one field of the method disclosure; an empty value is printed as
// missing, never left out.
type Fact struct {
	Key     string
	Value   i18n.Text
	Surveys []string `json:",omitempty"` // of which it tells what was answered to the goal's question
}

// Text is a chapter's words as they stood when the snapshot was made, with
// their bound fields still unfilled.
type Text struct {
	Chapter string
	Words   i18n.Text
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

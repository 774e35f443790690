package analysis

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// DefaultMinBase is the smallest number of answers that a group is reported
// with when nothing else is set; the setting may be 5 to 20.
const DefaultMinBase = 7

// DefaultMinMean is the smallest base that a mean is shown for.
const DefaultMinMean = 10

// Firms is about how many small firms there are in Dalarna (the project's
// presentation of 2016): the population that firms who answer are a sample of.
const Firms = 16000

// Where keeps the respondents whose answer to Question holds one of Codes.
type Where struct {
	Question string `json:"question" yaml:"question"`
	Codes    []int  `json:"codes" yaml:"codes"`
}

// Filter chooses respondents. Group "" is all groups but trade associations.
type Filter struct {
	Group string  `json:"group,omitempty" yaml:"group"`
	Where []Where `json:"where,omitempty" yaml:"where"`
}

// Options are the settings of a count.
type Options struct {
	Frame   map[string]int // units in the frame by group, for the finite population correction
	MinBase int            // 0 = DefaultMinBase
	MinMean int            // 0 = DefaultMinMean
}

func (o Options) minBase() int {
	if o.MinBase == 0 {
		return DefaultMinBase
	}
	return o.MinBase
}

func (o Options) minMean() int {
	if o.MinMean == 0 {
		return DefaultMinMean
	}
	return o.MinMean
}

// Frequency is the result for one question (or one matrix row) and one set of
// respondents. A suppressed result has no Numbers, so no figure can leak from
// it; a question that the group was not asked has none either.
type Frequency struct {
	Question string             `json:"question"` // "q5_11", or "q5_05.a" for a matrix row
	Type     questionnaire.Type `json:"type"`
	Text     i18n.Text          `json:"text"`            // as the group read it
	Label    i18n.Text          `json:"label,omitzero"`  // of a matrix row
	Theme    string             `json:"theme,omitempty"` // main theme code
	Filter   Filter             `json:"filter"`
	NotAsked bool               `json:"not_asked,omitempty"` // the group's version lacks the question
	MinBase  int                `json:"min_base"`            // the smallest base that is shown
	Numbers  *Numbers           `json:"numbers"`
	Parts    []Frequency        `json:"parts,omitempty"` // matrix: one for each row
}

// Suppressed says whether the base is below the smallest that is shown.
func (f Frequency) Suppressed() bool { return f.Numbers == nil && !f.NotAsked }

// Numbers are the counts of a result that may be shown.
type Numbers struct {
	Base          int      `json:"base"`           // substantive answers; of a matrix: to any row
	Population    int      `json:"population"`     // frame used in the intervals, 0 = infinite
	Unknown       int      `json:"unknown"`        // 98
	UnknownShare  float64  `json:"unknown_share"`  // of Base + Unknown
	NotApplicable int      `json:"not_applicable"` // 97
	Declined      int      `json:"declined"`       // 99
	Unanswered    int      `json:"unanswered"`     // shown but left empty
	NotShown      int      `json:"not_shown"`      // skipped by logic
	Rows          []Row    `json:"rows,omitempty"`
	Top2          *Share   `json:"top2,omitempty"`    // five-point scales: codes 4 and 5
	Bottom2       *Share   `json:"bottom2,omitempty"` // five-point scales: codes 1 and 2
	Bands         []Row    `json:"bands,omitempty"`   // 0-10: codes 0, 4, 7 = 0-3, 4-6, 7-10
	Ranking       []Ranked `json:"ranking,omitempty"`
	Summary       *Summary `json:"summary,omitempty"` // scales, ratings, numbers
}

// Share is a part of a base with its 95 % Wilson interval, all 0-1.
type Share struct {
	Count int     `json:"count"`
	Base  int     `json:"base"`
	Share float64 `json:"share"`
	Lower float64 `json:"lower"`
	Upper float64 `json:"upper"`
}

// Row is one answer. Of a ranking the count is of those who ranked the option
// in any place; of a multiple choice shares need not sum to one. The base is
// smaller than the question's when only some groups were offered the option.
type Row struct {
	Code   int       `json:"code"`
	Label  i18n.Text `json:"label"`
	Hidden bool      `json:"hidden,omitempty"` // too few to show; no number is set
	Share
}

// Ranked is one option of a ranking by its three measures, which may order the
// options differently.
type Ranked struct {
	Code   int       `json:"code"`
	Label  i18n.Text `json:"label"`
	Hidden bool      `json:"hidden,omitempty"`
	First  Share     `json:"first"` // ranked first
	Top    Share     `json:"top"`   // ranked at all
	Score  float64   `json:"score"` // places points for first, one less for second ..., mean over all who answered
}

// Count returns the frequency of one question, matrix or matrix row.
func Count(d *Dataset, question string, f Filter, o Options) (Frequency, error) {
	id, row, _ := strings.Cut(question, ".")
	q, ok := d.def.Question(id)
	if !ok {
		return Frequency{}, fmt.Errorf("count: questionnaire %s has no question %q", d.def.ID, question)
	}
	if err := d.checkFilter(f); err != nil {
		return Frequency{}, err
	}
	if q.Type == questionnaire.Matrix && row == "" {
		return d.matrix(q, f, o)
	}
	c, ok := d.columns[question]
	if !ok {
		return Frequency{}, fmt.Errorf("count: question %s has no row %q", id, row)
	}
	out := describe(q, f, o)
	out.Question = question
	for _, r := range q.Rows {
		if r.ID == row {
			out.Label = r.Text
		}
	}
	if out.NotAsked || !d.releasable([]*column{c}, f, o) {
		return out, nil
	}
	out.Numbers = d.count(c, f, o)
	return out, nil
}

// ByGroup returns one frequency for each group that was asked the question, in
// the questionnaire's order, and one for trade associations where enough of
// them answered.
func ByGroup(d *Dataset, question string, where []Where, o Options) ([]Frequency, error) {
	id, _, _ := strings.Cut(question, ".")
	q, ok := d.def.Question(id)
	if !ok {
		return nil, fmt.Errorf("count: questionnaire %s has no question %q", d.def.ID, question)
	}
	groups := append([]string(nil), q.Groups...)
	for _, g := range q.Groups {
		if g == groupBusiness {
			groups = append(groups, GroupAssociation)
		}
	}
	var out []Frequency
	for _, g := range groups {
		f, err := Count(d, question, Filter{Group: g, Where: where}, o)
		if err != nil {
			return nil, err
		}
		if g == GroupAssociation && f.Numbers == nil {
			continue
		}
		out = append(out, f)
	}
	return out, nil
}

func describe(q *questionnaire.Question, f Filter, o Options) Frequency {
	text := q.Text
	asked := f.Group
	if asked == GroupAssociation {
		asked = groupBusiness
	}
	if t, ok := q.TextByGroup[asked]; ok {
		text = t
	}
	return Frequency{
		Question: q.ID, Type: q.Type, Text: text, Theme: q.Theme, Filter: f,
		MinBase: o.minBase(), NotAsked: asked != "" && !contains(q.Groups, asked),
	}
}

func (d *Dataset) matrix(q *questionnaire.Question, f Filter, o Options) (Frequency, error) {
	out := describe(q, f, o)
	var columns []*column
	for _, r := range q.Rows {
		columns = append(columns, d.columns[q.ID+"."+r.ID])
		part, err := Count(d, q.ID+"."+r.ID, f, o)
		if err != nil {
			return Frequency{}, err
		}
		out.Parts = append(out.Parts, part)
	}
	if out.NotAsked || !d.releasable(columns, f, o) {
		return out, nil
	}
	n := &Numbers{Population: o.population(f, q.Groups)}
	for row := range d.group {
		if d.keeps(row, f) {
			n.addStates(columns, row)
		}
	}
	n.finish()
	out.Numbers = n
	return out, nil
}

// addStates counts a respondent of a matrix once: answered if any row was.
func (n *Numbers) addStates(columns []*column, row int) {
	state := int16(codeNotShown)
	for _, c := range columns {
		if c.has(row) {
			n.Base++
			return
		}
		if s := c.state[row]; s != codeNotShown && (state == codeNotShown || state == codeUnanswered) {
			state = s
		}
	}
	n.addMissing(state)
}

func (n *Numbers) addMissing(state int16) {
	switch state {
	case codeUnknown:
		n.Unknown++
	case codeNotApplic:
		n.NotApplicable++
	case codeDeclined:
		n.Declined++
	case codeUnanswered:
		n.Unanswered++
	case codeNotShown:
		n.NotShown++
	}
}

func (n *Numbers) finish() {
	if all := n.Base + n.Unknown; all > 0 {
		n.UnknownShare = float64(n.Unknown) / float64(all)
	}
}

// count fills the numbers of one column for a set that may be shown.
func (d *Dataset) count(c *column, f Filter, o Options) *Numbers {
	n := &Numbers{Population: o.population(f, c.question.Groups)}
	t := newTally(c)
	for row := range d.group {
		if !d.keeps(row, f) {
			continue
		}
		if !c.has(row) {
			n.addMissing(c.state[row])
			continue
		}
		n.Base++
		t.add(row, d.groups[d.group[row]])
	}
	n.finish()
	t.fill(n, f.Group, o)
	return n
}

// keeps says whether a respondent stands in the filter's set.
func (d *Dataset) keeps(row int, f Filter) bool {
	if !d.inGroup(row, f.Group) {
		return false
	}
	for _, w := range f.Where {
		if !d.choseAny(row, w) {
			return false
		}
	}
	return true
}

func (d *Dataset) choseAny(row int, w Where) bool {
	c := d.columns[w.Question]
	for _, code := range w.Codes {
		if c.chose(row, code) {
			return true
		}
	}
	return false
}

func (d *Dataset) checkFilter(f Filter) error {
	for _, w := range f.Where {
		if d.columns[w.Question] == nil {
			return fmt.Errorf("filter: questionnaire %s has no question %q", d.def.ID, w.Question)
		}
	}
	return nil
}

// population returns the frame size of the filter's set, 0 when it is not
// known: a part of a group chosen by answers has no known frame.
func (o Options) population(f Filter, asked []string) int {
	if len(f.Where) > 0 {
		return 0
	}
	if f.Group != "" {
		return o.Frame[f.Group]
	}
	sum := 0
	for _, g := range asked {
		if o.Frame[g] == 0 {
			return 0
		}
		sum += o.Frame[g]
	}
	return sum
}

func share(x, base, population int) Share {
	p, l, u, ok := Wilson(x, base, population)
	if !ok {
		return Share{Count: x, Base: base}
	}
	return Share{Count: x, Base: base, Share: p, Lower: l, Upper: u}
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

// String shows the filter as it is stored: its canonical JSON.
func (f Filter) String() string {
	b, err := json.Marshal(f)
	if err != nil {
		panic(err) // strings and ints only
	}
	return string(b)
}

func round(v float64) int { return int(math.Round(v)) }

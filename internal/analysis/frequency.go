package analysis

import (
	"encoding/json"
	"fmt"
	"math/bits"
	"slices"
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
	Weights *Weights       // used for results of firms alone; nil = unweighted
	// Rests leaves it to ReleaseBeside whether a result and its group's may both be told when a filter leaves out
	// few: one of them can then be kept. Otherwise the filtered one has no numbers.
	Rests bool
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
	Absent   Absence            `json:"absent,omitempty"`    // why there are no Numbers
	// Unweighted is why the numbers are unweighted although weights were asked for.
	Unweighted Absence `json:"unweighted,omitempty"`
	MinBase    int     `json:"min_base"` // the smallest base that is shown
	// Choices is how many codes one respondent could give; 0 = one, or no limit.
	Choices   int         `json:"choices,omitempty"`
	Sensitive bool        `json:"sensitive,omitempty"` // what all or nobody answered is hidden too
	Numbers   *Numbers    `json:"numbers"`
	Parts     []Frequency `json:"parts,omitempty"` // matrix: one for each row
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
	Summary       *Summary `json:"summary,omitempty"`   // scales, ratings, numbers
	Weighting     *Design  `json:"weighting,omitempty"` // of those who answered; nil = unweighted
	// Step is what weighted shares are told in whole steps of, once they have left the system; 0 = in full.
	Step float64 `json:"step,omitempty"`
	// Classes are those of the weights, which are told nobody.
	Classes []WeightedClass `json:"-"`
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
	// Score is places points for first, one less for second ..., mean over all who
	// answered; nil when hidden.
	Score *float64 `json:"score,omitempty"`
}

// Count returns the frequency of one question, matrix or matrix row. Counts
// are of respondents; with weights the shares and summaries are weighted.
func Count(d *Dataset, question string, f Filter, o Options) (Frequency, error) {
	s, err := d.Select(f)
	if err != nil {
		return Frequency{}, err
	}
	return CountIn(d, question, s, o)
}

// CountIn is Count for a selection that is used for several questions.
func CountIn(d *Dataset, question string, s *Selection, o Options) (Frequency, error) {
	out, _, err := d.countIn(question, s, o)
	return out, err
}

// countIn also returns the tally that the numbers came from: nil without numbers
// and for a matrix as a whole.
func (d *Dataset) countIn(question string, s *Selection, o Options) (Frequency, *tally, error) {
	id, row, _ := strings.Cut(question, ".")
	q, ok := d.def.Question(id)
	if !ok {
		return Frequency{}, nil, fmt.Errorf("count: questionnaire %s has no question %q", d.def.ID, question)
	}
	w := o.Weights.of(s.filter)
	if w != nil && (w.dataset != d || w.Stale()) {
		return Frequency{}, nil, fmt.Errorf("count %s: weights: %w", question, Stale)
	}
	if q.Type == questionnaire.Matrix && row == "" {
		f, err := d.matrix(q, s, o)
		return f, nil, err
	}
	c, ok := d.columns[question]
	if !ok {
		return Frequency{}, nil, fmt.Errorf("count: question %s has no row %q", id, row)
	}
	out := describe(q, s, o)
	out.Question = question
	if r, ok := q.Row(row); ok {
		out.Label = r.Text
	}
	if out.Absent != "" {
		return out, nil, nil
	}
	if !d.releasable(c.answered, s, o) {
		out.Absent = TooFew
		return out, nil, nil
	}
	out.Numbers = &Numbers{Population: o.population(s.filter, q.Groups)}
	t := d.tallyOf(c, s.rows, w)
	t.fill(out.Numbers, s.filter.Group, o)
	return out, t, nil
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

func describe(q *questionnaire.Question, s *Selection, o Options) Frequency {
	f := s.filter
	text := q.Text
	out := Frequency{Absent: s.unasked(q)}
	if t, ok := q.TextByGroup[versionOf(f.Group)]; ok {
		text = t
	}
	out.Question, out.Type, out.Text, out.Theme = q.ID, q.Type, text, q.Theme
	out.Filter, out.MinBase = f, o.minBase()
	out.Choices, out.Sensitive = max(q.MaxChoices, q.Top), q.Sensitive
	out.NotAsked = out.Absent == NotAsked
	if out.Absent == "" && s.belowCounty(q) {
		out.Absent = BelowCounty
	}
	return out
}

// matrix returns the results of every row, and of the question as a whole: a
// respondent has answered it who answered any row.
func (d *Dataset) matrix(q *questionnaire.Question, s *Selection, o Options) (Frequency, error) {
	out := describe(q, s, o)
	var columns []*column
	for _, r := range q.Rows {
		columns = append(columns, d.columns[q.ID+"."+r.ID])
		part, err := CountIn(d, q.ID+"."+r.ID, s, o)
		if err != nil {
			return Frequency{}, err
		}
		out.Parts = append(out.Parts, part)
	}
	if out.Absent != "" {
		return out, nil
	}
	answered := answeredAny(columns)
	if len(columns) == 0 || !d.releasable(answered, s, o) {
		out.Absent = TooFew
		return out, nil
	}
	n := &Numbers{Population: o.population(s.filter, q.Groups), Base: countBoth(answered, s.rows)}
	for k, w := range s.rows {
		for w &^= answered[k]; w != 0; w &= w - 1 {
			n.addMissing(columns, k<<6+bits.TrailingZeros64(w))
		}
	}
	n.finish()
	out.Numbers = n
	return out, nil
}

// addMissing counts a respondent who answered no row of a matrix by the first
// row that says why, else as having left it empty.
func (n *Numbers) addMissing(columns []*column, row int) {
	why := missNotShown
	for _, c := range columns {
		if m := c.codes[row]; m != missNotShown && (why == missNotShown || why == missUnanswered) {
			why = m
		}
	}
	switch why {
	case missUnknown:
		n.Unknown++
	case missNotApplicable:
		n.NotApplicable++
	case missDeclined:
		n.Declined++
	case missUnanswered:
		n.Unanswered++
	case missNotShown:
		n.NotShown++
	}
}

func (n *Numbers) finish() {
	if all := n.Base + n.Unknown; all > 0 {
		n.UnknownShare = float64(n.Unknown) / float64(all)
	}
}

// population returns the frame size of the filter's set, 0 when it is not
// known: a part of a group chosen by answers has no known frame. One wave of a
// survey has the frame that the survey has.
func (o Options) population(f Filter, asked []string) int {
	if slices.ContainsFunc(f.Where, func(w Where) bool { return w.Question != SourceQuestion || len(w.Codes) != 1 }) {
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

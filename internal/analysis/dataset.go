// Package analysis counts submitted answers: columns, tables, intervals,
// response rates and disclosure control. It is pure: it reads no database and
// no clock, so every figure can be recomputed from the same answers.
package analysis

import (
	"fmt"
	"math"

	"upphandlingsdialog/internal/questionnaire"
)

// GroupAssociation is the reporting group of trade associations: respondents
// of the group business who say that they are one (bg_kind 3). They speak for
// their members, so they stand apart and are never part of a company estimate
// or of a total over groups.
const GroupAssociation = "association"

const (
	groupBusiness    = "business"
	kindQuestion     = "bg_kind"
	kindAssociation  = 3
	codeNotApplic    = 97
	codeUnknown      = 98
	codeDeclined     = 99
	codeNotShown     = -1
	codeUnanswered   = -2
	codeAnswered     = 0 // for columns whose value is not one code
	freeRow          = int8(-1)
	maxChoicesPerSet = 64
)

// Record is one submitted response as the dataset reads it.
type Record struct {
	ID      string
	Group   string // the group the respondent was invited as
	Answers questionnaire.Answers
}

// Dataset holds the answers to one questionnaire version in columns of small
// integer codes, one position a response. It is not safe for concurrent use.
type Dataset struct {
	def     *questionnaire.Definition
	columns map[string]*column // by question id, or question id + "." + row id
	groups  []string           // group id by code in the group column
	group   []int8             // code of the reporting group, freeRow where nobody stands
	rows    map[string]int     // response id -> position
	free    []int              // positions that can be used again
}

// column is one question's (or one matrix row's) answers. state carries the
// code of single-coded questions, or codeAnswered, or the reason why there is
// no value (97, 98, 99, -1, -2).
type column struct {
	question *questionnaire.Question
	row      string
	state    []int16
	bits     []uint64  // multiple: bit i = option i of the question
	ranks    []int16   // ranking: stride places per position, 0 = place not used
	stride   int       // ranking: number of places
	number   []float64 // numeric
}

// NewDataset makes an empty dataset for a questionnaire version.
func NewDataset(def *questionnaire.Definition) *Dataset {
	d := &Dataset{def: def, columns: map[string]*column{}, rows: map[string]int{}}
	for s := range def.Sections {
		for q := range def.Sections[s].Questions {
			d.addColumns(&def.Sections[s].Questions[q])
		}
	}
	return d
}

func (d *Dataset) addColumns(q *questionnaire.Question) {
	if q.Type == questionnaire.Matrix {
		for _, r := range q.Rows {
			d.columns[q.ID+"."+r.ID] = &column{question: q, row: r.ID}
		}
		return
	}
	c := &column{question: q}
	if q.Type == questionnaire.Ranking {
		c.stride = q.Top
		if c.stride == 0 {
			c.stride = len(q.Options)
		}
	}
	d.columns[q.ID] = c
}

// Definition returns the questionnaire version that the answers belong to.
func (d *Dataset) Definition() *questionnaire.Definition { return d.def }

// Len returns the number of responses, trade associations included.
func (d *Dataset) Len() int { return len(d.rows) }

// Count returns the number of responses of a reporting group; "" counts all
// but trade associations.
func (d *Dataset) Count(group string) int {
	n := 0
	for i := range d.group {
		if d.inGroup(i, group) {
			n++
		}
	}
	return n
}

// Put adds a response, or replaces the one with the same id. It fails, and
// changes nothing, when the record has no id or group or holds an answer that
// the columns cannot carry (an unknown option of a multiple choice or ranking).
func (d *Dataset) Put(r Record) error {
	if r.ID == "" || r.Group == "" {
		return fmt.Errorf("put response %q: id and group are needed", r.ID)
	}
	if err := d.check(r.Answers); err != nil {
		return fmt.Errorf("put response %s: %w", r.ID, err)
	}
	row, seen := d.rows[r.ID]
	if !seen {
		row = d.take()
		d.rows[r.ID] = row
	}
	d.group[row] = d.groupCode(reportingGroup(r))
	visible := map[string]bool{}
	for _, q := range d.def.Visible(r.Group, r.Answers) {
		visible[q.ID] = true
	}
	for _, c := range d.columns {
		a, given := r.Answers[c.question.ID]
		c.set(row, visible[c.question.ID], given, a)
	}
	return nil
}

// Remove takes a response out and says whether it was there.
func (d *Dataset) Remove(id string) bool {
	row, ok := d.rows[id]
	if !ok {
		return false
	}
	delete(d.rows, id)
	d.group[row] = freeRow
	for _, c := range d.columns {
		c.clear(row)
	}
	d.free = append(d.free, row)
	return true
}

func (d *Dataset) check(answers questionnaire.Answers) error {
	for _, c := range d.columns {
		a, ok := answers[c.question.ID]
		if !ok {
			continue
		}
		switch c.question.Type {
		case questionnaire.Multiple:
			for _, code := range a.Codes {
				if i := optionIndex(c.question, code); i < 0 || i >= maxChoicesPerSet {
					return fmt.Errorf("question %s: code %d has no place", c.question.ID, code)
				}
			}
		case questionnaire.Ranking:
			if len(a.Codes) > c.stride {
				return fmt.Errorf("question %s: %d places given, %d known", c.question.ID, len(a.Codes), c.stride)
			}
		}
	}
	return nil
}

// take returns a position for a new response, an emptied one if there is one.
func (d *Dataset) take() int {
	if n := len(d.free); n > 0 {
		row := d.free[n-1]
		d.free = d.free[:n-1]
		return row
	}
	d.group = append(d.group, freeRow)
	for _, c := range d.columns {
		c.grow()
	}
	return len(d.group) - 1
}

func (d *Dataset) groupCode(group string) int8 {
	for i, g := range d.groups {
		if g == group {
			return int8(i)
		}
	}
	d.groups = append(d.groups, group)
	return int8(len(d.groups) - 1)
}

func (d *Dataset) inGroup(row int, group string) bool {
	code := d.group[row]
	if code == freeRow {
		return false
	}
	if group == "" {
		return d.groups[code] != GroupAssociation
	}
	return d.groups[code] == group
}

func reportingGroup(r Record) string {
	if r.Group == groupBusiness {
		for _, c := range r.Answers[kindQuestion].Codes {
			if c == kindAssociation {
				return GroupAssociation
			}
		}
	}
	return r.Group
}

func (c *column) grow() {
	c.state = append(c.state, codeUnanswered)
	switch c.question.Type {
	case questionnaire.Multiple:
		c.bits = append(c.bits, 0)
	case questionnaire.Ranking:
		c.ranks = append(c.ranks, make([]int16, c.stride)...)
	case questionnaire.Numeric:
		c.number = append(c.number, math.NaN())
	}
}

func (c *column) clear(row int) {
	c.state[row] = codeUnanswered
	if c.bits != nil {
		c.bits[row] = 0
	}
	if c.ranks != nil {
		clear(c.ranks[row*c.stride : (row+1)*c.stride])
	}
	if c.number != nil {
		c.number[row] = math.NaN()
	}
}

func (c *column) set(row int, visible, given bool, a questionnaire.Answer) {
	c.clear(row)
	switch {
	case !visible:
		c.state[row] = codeNotShown
	case !given:
		c.state[row] = codeUnanswered
	case c.row != "":
		if code, ok := a.Rows[c.row]; ok {
			c.state[row] = int16(code)
		} else if a.Code != nil {
			c.state[row] = int16(*a.Code)
		}
	case a.Code != nil:
		c.state[row] = int16(*a.Code)
	default:
		c.setValue(row, a)
	}
}

func (c *column) setValue(row int, a questionnaire.Answer) {
	switch c.question.Type {
	case questionnaire.Multiple:
		for _, code := range a.Codes {
			c.bits[row] |= 1 << optionIndex(c.question, code)
		}
		if len(a.Codes) > 0 {
			c.state[row] = codeAnswered
		}
	case questionnaire.Ranking:
		for place, code := range a.Codes {
			c.ranks[row*c.stride+place] = int16(code)
		}
		if len(a.Codes) > 0 {
			c.state[row] = codeAnswered
		}
	case questionnaire.Numeric:
		if a.Number != nil {
			c.number[row] = *a.Number
			c.state[row] = codeAnswered
		}
	case questionnaire.Rating:
		if a.Number != nil {
			c.state[row] = int16(math.Round(*a.Number))
		}
	case questionnaire.FreeText:
		if a.Text != "" {
			c.state[row] = codeAnswered
		}
	}
}

// has says whether the position carries a substantive answer.
func (c *column) has(row int) bool {
	switch c.state[row] {
	case codeNotShown, codeUnanswered, codeNotApplic, codeUnknown, codeDeclined:
		return false
	}
	return true
}

// chose says whether the position's answer holds the code, in any place.
func (c *column) chose(row, code int) bool {
	if !c.has(row) {
		return false
	}
	switch c.question.Type {
	case questionnaire.Multiple:
		i := optionIndex(c.question, code)
		return i >= 0 && c.bits[row]&(1<<i) != 0
	case questionnaire.Ranking:
		for _, r := range c.ranks[row*c.stride : (row+1)*c.stride] {
			if int(r) == code {
				return true
			}
		}
		return false
	case questionnaire.Numeric:
		return c.number[row] == float64(code)
	}
	return int(c.state[row]) == code
}

func optionIndex(q *questionnaire.Question, code int) int {
	for i := range q.Options {
		if q.Options[i].Code == code {
			return i
		}
	}
	return -1
}

// Package analysis counts submitted answers: columns, tables, intervals, tests,
// weights, response rates and disclosure control. It is pure: it reads no
// database and no clock, so every figure can be recomputed from the same
// answers.
package analysis

import (
	"fmt"
	"math"
	"slices"

	"upphandlingsdialog/internal/questionnaire"
)

// GroupAssociation is the reporting group of trade associations: respondents
// of the group business who say that they are one (bg_kind 3). They speak for
// their members, so they stand apart and are never part of a company estimate
// or of a total over groups.
const GroupAssociation = "association"

const (
	groupBusiness   = "business"
	kindQuestion    = "bg_kind"
	kindAssociation = 3
	nobody          = uint8(255) // in place of a group's code, where nobody stands
	mostGroups      = 255
)

// Record is one submitted response as the dataset reads it.
type Record struct {
	ID      string
	Source  string // of a joined dataset: the source that it answers; else empty
	Group   string // the group the respondent was invited as
	Answers questionnaire.Answers
}

// Dataset holds the answers to one questionnaire version, or to several that
// are joined (see Join), in columns of one byte an answer, one position a
// response. Any number may read it at once; Put, Remove and Snapshot need it
// alone. Who counts while answers come in counts in a Snapshot.
type Dataset struct {
	def      *questionnaire.Definition
	sources  map[string]*source
	columns  map[string]*column // by question id, or question id + "." + row id
	order    []*column          // in the order of the questionnaire
	groups   []string           // reporting groups by code
	members  []bitmap           // by code
	group    []uint8            // code of the reporting group, nobody where nobody stands
	rows     map[key]int32      // position by response; nil in a snapshot
	held     int                // responses
	free     []int32            // positions that can be used again
	used     int                // positions given out so far
	frozen   int                // positions below it may be read by a snapshot: they are never written again
	revision uint64             // counts changes, so that what was made before one is known as stale
	asked    []int              // of the response being put: the questions shown, by their index in its sheet
	list     questionnaire.AnswerList
}

// source is a questionnaire version and which columns its questions fill.
type source struct {
	def     *questionnaire.Definition
	columns map[string][]*column // by question id
	sheets  map[string]sheet     // by group
	kind    int                  // index of the question that tells a trade association, -1 without one
	place   uint8                // of the source's code in the column of SourceQuestion
}

// sheet is the questions that a group is asked, in order.
type sheet []field

// field is one question of a sheet and the columns that its answer fills.
type field struct {
	index   int // of the question in the questionnaire
	columns []*column
}

// NewDataset makes an empty dataset for a questionnaire version.
func NewDataset(def *questionnaire.Definition) *Dataset {
	d := newDataset(def)
	d.sources[""] = d.sourceOf(def)
	return d
}

func newDataset(def *questionnaire.Definition) *Dataset {
	d := &Dataset{def: def, columns: map[string]*column{}, sources: map[string]*source{}, rows: map[key]int32{}}
	for s := range def.Sections {
		for q := range def.Sections[s].Questions {
			d.addColumns(&def.Sections[s].Questions[q])
		}
	}
	return d
}

func (d *Dataset) addColumns(q *questionnaire.Question) {
	add := func(row string) {
		c := newColumn(q, row)
		d.columns[c.id()] = c
		d.order = append(d.order, c)
	}
	if q.Type != questionnaire.Matrix {
		add("")
	}
	for _, r := range q.Rows {
		add(r.ID)
	}
}

func (d *Dataset) sourceOf(def *questionnaire.Definition) *source {
	s := &source{def: def, columns: map[string][]*column{}, sheets: map[string]sheet{}, kind: -1}
	if i, asked := def.Index(kindQuestion); asked {
		s.kind = i
	}
	for _, q := range def.Questions() {
		for _, r := range q.Rows {
			s.columns[q.ID] = append(s.columns[q.ID], d.columns[q.ID+"."+r.ID])
		}
		if q.Type != questionnaire.Matrix {
			s.columns[q.ID] = append(s.columns[q.ID], d.columns[q.ID])
		}
	}
	return s
}

// Definition returns the questionnaire version that the answers belong to; of a
// joined dataset, all questions of its sources.
func (d *Dataset) Definition() *questionnaire.Definition { return d.def }

// Len returns the number of responses, trade associations included.
func (d *Dataset) Len() int { return d.held }

// Count returns the number of responses of a reporting group; "" counts all
// but trade associations.
func (d *Dataset) Count(group string) int { return d.everyone(group).count() }

// Put adds a response, or replaces the one with the same id. It fails, and
// changes nothing, when the record has no id or group or holds an answer that
// the columns cannot carry (an unknown option of a multiple choice or ranking,
// a number that is none), and in a snapshot. Answers to questions that the
// respondent was not shown are left out.
func (d *Dataset) Put(r Record) error {
	s := d.sources[r.Source]
	if s != nil {
		d.list = s.def.List(r.Answers, d.list)
	}
	return d.put(s, r.ID, r.Group, d.list)
}

// PutList is Put for who has the answers to the dataset's questionnaire as a list. It keeps nothing of it.
func (d *Dataset) PutList(id, group string, answers questionnaire.AnswerList) error {
	return d.put(d.sources[""], id, group, answers)
}

func (d *Dataset) put(s *source, id, group string, answers questionnaire.AnswerList) error {
	if d.rows == nil {
		return fmt.Errorf("put response %s: a snapshot is not changed", id)
	}
	if id == "" || group == "" {
		return fmt.Errorf("put response %q: id and group are needed", id)
	}
	if s == nil {
		return fmt.Errorf("put response %s: of no source", id)
	}
	sheet := s.sheet(group)
	if err := d.check(s, sheet, group, answers); err != nil {
		return fmt.Errorf("put response %s: %w", id, err)
	}
	code, err := d.groupCode(s.reportingGroup(group, answers))
	if err != nil {
		return fmt.Errorf("put response %s: %w", id, err)
	}
	d.revision++
	k := keyOf(id)
	d.leave(k)
	row := d.take()
	d.rows[k] = row
	d.held++
	d.group[row] = code
	d.members[code].add(int(row))
	d.store(int(row), s, sheet, answers)
	return nil
}

// check finds the questions shown, for d.asked, and says of the first answer that cannot be carried why.
func (d *Dataset) check(s *source, sheet sheet, group string, answers questionnaire.AnswerList) error {
	d.asked = s.def.VisibleAt(group, answers, d.asked[:0])
	for _, i := range d.asked {
		for _, c := range sheet[i].columns {
			if err := c.check(&answers[sheet[i].index]); err != nil {
				return err
			}
		}
	}
	return nil
}

// store fills a position's columns: those that were asked with the answers, all
// others as not shown.
func (d *Dataset) store(row int, s *source, sheet sheet, answers questionnaire.AnswerList) {
	for _, c := range d.order {
		c.clear(row)
	}
	for _, i := range d.asked {
		for _, c := range sheet[i].columns {
			c.set(row, &answers[sheet[i].index])
		}
	}
	if c := d.columns[SourceQuestion]; c != nil {
		c.answer(row, s.place)
	}
}

// sheet returns what a group is asked, through its pages.
func (s *source) sheet(group string) sheet {
	f, ok := s.sheets[group]
	if !ok {
		for _, page := range s.def.Pages(group) {
			for i := range page.Questions {
				q := &page.Questions[i]
				index, _ := s.def.Index(q.ID)
				f = append(f, field{index, s.columns[q.ID]})
			}
		}
		s.sheets[group] = f
	}
	return f
}

// Remove takes a response out and says whether it was there.
func (d *Dataset) Remove(id string) bool {
	k := keyOf(id)
	if !d.leave(k) {
		return false
	}
	d.revision++
	delete(d.rows, k)
	return true
}

// leave empties a response's position, which can then be used again unless a
// snapshot may be reading it.
func (d *Dataset) leave(id key) bool {
	row, ok := d.rows[id]
	if !ok {
		return false
	}
	d.members[d.group[row]].drop(int(row))
	d.held--
	if int(row) >= d.frozen {
		d.free = append(d.free, row)
	}
	return true
}

// take returns a position for a new response, an emptied one if there is one.
func (d *Dataset) take() int32 {
	if n := len(d.free); n > 0 {
		row := d.free[n-1]
		d.free = d.free[:n-1]
		return row
	}
	if d.used == len(d.group) {
		d.resize(d.used + max(64, d.used/8))
	}
	d.used++
	return int32(d.used - 1)
}

// Reserve makes room for that many responses in all, for who knows that they
// will come: nothing has to be moved when they do.
func (d *Dataset) Reserve(responses int) {
	if responses > len(d.group) {
		d.resize(responses + responses/64)
	}
	if len(d.rows) == 0 {
		d.rows = make(map[key]int32, responses)
	}
}

// resize makes room for at least that many positions in every column.
func (d *Dataset) resize(positions int) {
	positions = (positions + 63) / 64 * 64
	there := len(d.group)
	d.group = extended(d.group, positions)
	for i := there; i < positions; i++ {
		d.group[i] = nobody
	}
	for i := range d.members {
		d.members[i] = extended(d.members[i], positions/64)
	}
	for _, c := range d.order {
		c.resize(positions)
	}
}

// extended is a slice with zeros behind what it holds, in memory that fits:
// append would take a quarter more, in each of a hundred columns.
func extended[S ~[]E, E any](s S, length int) S {
	longer := make(S, length)
	copy(longer, s)
	return longer
}

func (d *Dataset) groupCode(group string) (uint8, error) {
	if i := slices.Index(d.groups, group); i >= 0 {
		return uint8(i), nil
	}
	if len(d.groups) == mostGroups {
		return 0, fmt.Errorf("more than %d groups", mostGroups)
	}
	d.groups = append(d.groups, group)
	d.members = append(d.members, make(bitmap, len(d.group)/64))
	return uint8(len(d.groups) - 1), nil
}

// everyone returns a new set with a reporting group's positions; "" is all but
// trade associations.
func (d *Dataset) everyone(group string) bitmap {
	set := make(bitmap, len(d.group)/64)
	for i, g := range d.groups {
		if g == group || group == "" && g != GroupAssociation {
			set.or(d.members[i])
		}
	}
	return set
}

func (s *source) reportingGroup(group string, answers questionnaire.AnswerList) string {
	if group == groupBusiness && s.kind >= 0 && slices.Contains(answers[s.kind].Codes, kindAssociation) {
		return GroupAssociation
	}
	return group
}

func round(v float64) int { return int(math.Round(v)) }

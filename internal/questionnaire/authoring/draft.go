// Package authoring is a questionnaire under work: what an editor changes step by step until it can be
// sent, and how two versions of it differ.
//
// A Draft may be incomplete. Compile says what is missing and, when nothing is, gives the very
// Definition that the same questionnaire written as a file gives. Every change is an Edit; each
// addresses its target by a stable id, so that the edits of two people who work on different questions
// go together. The codes of options, the ids of rows and those of questions are given out once and
// never again, since answers are stored with them.
package authoring

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// Draft is a questionnaire under work.
type Draft struct {
	ID       string    `json:"id"`
	Area     int       `json:"area"`
	Title    i18n.Text `json:"title"`
	Intro    i18n.Text `json:"intro,omitzero"`
	Sections []Section `json:"sections"`
	Scales   []Set     `json:"scales"` // five points each, low to high
	Sets     []Set     `json:"sets"`   // options that several questions share

	// Given out so far; the next id is one more.
	LastQuestion int `json:"last_question"`
	LastSection  int `json:"last_section"`
}

// Section is one page of a draft.
type Section struct {
	ID        string     `json:"id"`
	Title     i18n.Text  `json:"title"`
	Questions []Question `json:"questions"`
}

// Question is a question of a draft. Its Options are its own, and empty when they come from a scale
// (Scale) or a shared set (Set).
type Question struct {
	questionnaire.Question
	Set      string `json:"set,omitempty"`
	LastCode int    `json:"last_code,omitempty"` // highest code ever given to an option of its own
	LastRow  int    `json:"last_row,omitempty"`
}

// Set is a shared list of options: a scale, or an option set.
type Set struct {
	Name     string                 `json:"name"`
	Bipolar  bool                   `json:"bipolar,omitempty"` // of a scale
	Options  []questionnaire.Option `json:"options"`
	LastCode int                    `json:"last_code,omitempty"`
}

// The limits of a draft. They keep a page of the editor, and what a request may cost, of a bearable size.
const (
	MaxSections  = 40
	MaxQuestions = 200
	MaxOptions   = 400 // Sweden has 290 municipalities
	MaxText      = 4000
)

var identifier = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// Ready are lists to choose from in a new draft. Those that no question uses are no part of what is asked.
type Ready struct{ Scales, Sets []Set }

// ReadyOf sorts the lists: scales that start from nothing before those with two sides, and by name.
func ReadyOf(lists questionnaire.Lists) Ready {
	var r Ready
	for _, bipolar := range []bool{false, true} {
		for _, name := range slices.Sorted(maps.Keys(lists.Scales)) {
			if s := lists.Scales[name]; s.Bipolar == bipolar {
				r.Scales = append(r.Scales, Set{Name: name, Bipolar: bipolar, Options: s.Points, LastCode: len(s.Points)})
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(lists.Sets)) {
		if name != yesNo {
			r.Sets = append(r.Sets, Set{Name: name, Options: lists.Sets[name], LastCode: highest(lists.Sets[name])})
		}
	}
	return r
}

func highest(options []questionnaire.Option) int {
	code := 0
	for _, o := range options {
		code = max(code, o.Code)
	}
	return code
}

// New makes an empty draft with one section and lists to choose from.
func New(id string, area int, title i18n.Text, ready Ready) (Draft, error) {
	if !identifier.MatchString(id) {
		return Draft{}, fault.InvalidFields("authoring.error_form", fault.Field{Name: "id", Key: "authoring.error_id"})
	}
	d := Draft{ID: id, Area: area, Title: title, Scales: slices.Clone(ready.Scales), Sets: slices.Clone(ready.Sets)}
	d.Sections = []Section{{ID: d.nextSection(), Title: i18n.Text{Sv: "Del 1", En: "Part 1"}}}
	return d, nil
}

// From makes a draft of a definition: the next version of the same survey, or with another id a copy.
// The ids of questions and the codes of options stay. Ready are further lists to choose from.
func From(def *questionnaire.Definition, id string, ready Ready) (Draft, error) {
	d, err := New(id, def.Area, def.Title, Ready{})
	if err != nil {
		return Draft{}, err
	}
	switch {
	case len(def.Questions()) > MaxQuestions:
		return Draft{}, tooMany("authoring.error_questions", MaxQuestions)
	case len(def.Sections) > MaxSections:
		return Draft{}, tooMany("authoring.error_sections", MaxSections)
	case slices.ContainsFunc(def.Questions(), func(q *questionnaire.Question) bool { return max(len(q.Options), len(q.Rows)) > MaxOptions }):
		return Draft{}, tooMany("authoring.error_options", MaxOptions)
	}
	d.Intro, d.Sections, d.Scales = def.Intro, nil, nil
	for _, s := range def.Sections {
		section := Section{ID: s.ID, Title: s.Title}
		for _, q := range s.Questions {
			section.Questions = append(section.Questions, d.adopt(q))
		}
		d.Sections = append(d.Sections, section)
		d.LastSection = max(d.LastSection, trailing(s.ID))
	}
	for _, s := range ready.Scales {
		if d.scale(s.Name) == nil && d.set(s.Name) == nil {
			d.Scales = append(d.Scales, s)
		}
	}
	for _, s := range ready.Sets {
		if d.scale(s.Name) == nil && d.set(s.Name) == nil {
			d.Sets = append(d.Sets, s)
		}
	}
	return d, nil
}

// Reserve keeps the ids and codes of an earlier version from being given out again: answers may be stored
// with them although the present version no longer has them.
func (d *Draft) Reserve(earlier *questionnaire.Definition) {
	for _, s := range earlier.Sections {
		d.LastSection = max(d.LastSection, trailing(s.ID))
	}
	for _, was := range earlier.Questions() {
		d.LastQuestion = max(d.LastQuestion, trailing(was.ID))
		q, _, ok := d.Question(was.ID)
		if !ok {
			continue
		}
		q.LastCode = max(q.LastCode, highest(was.Options))
		for _, r := range was.Rows {
			q.LastRow = max(q.LastRow, trailing(r.ID))
		}
	}
}

// adopt makes a question of a definition one of the draft's, and its scale one that questions share.
func (d *Draft) adopt(q questionnaire.Question) Question {
	own := Question{Question: clone(q), LastCode: highest(q.Options)}
	for _, r := range q.Rows {
		own.LastRow = max(own.LastRow, trailing(r.ID))
	}
	d.LastQuestion = max(d.LastQuestion, trailing(q.ID))
	switch q.Type {
	case questionnaire.Likert5, questionnaire.Matrix:
		if d.scale(q.Scale) == nil {
			d.Scales = append(d.Scales, Set{Name: q.Scale, Bipolar: q.Bipolar, Options: q.Options, LastCode: 5})
		}
		own.Options, own.Bipolar, own.LastCode = nil, false, 0
	case questionnaire.YesNoUnknown:
		if d.set(yesNo) == nil {
			d.Sets = append(d.Sets, Set{Name: yesNo, Options: q.Options, LastCode: 2})
		}
		own.Options, own.LastCode = nil, 0
	}
	return own
}

// Name makes an id for a survey from its title: "s5_byggforetagens_villkor".
func Name(area int, title string) string {
	plain := strings.NewReplacer("å", "a", "ä", "a", "ö", "o", "é", "e", "ü", "u").Replace(strings.ToLower(title))
	parts := strings.FieldsFunc(plain, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	id := fmt.Sprintf("s%d_%s", area, strings.Join(parts, "_"))
	return strings.TrimRight(id[:min(len(id), longestName)], "_")
}

// longestName leaves room for a number at the end of an id.
const longestName = 36

// yesNo is the set that every yes_no_unknown question takes its words from.
const yesNo = "yes_no"

var digits = regexp.MustCompile(`(\d{1,6})$`)

// trailing is the number at the end of an id; 0 when there is none.
func trailing(id string) int {
	n, _ := strconv.Atoi(digits.FindString(id))
	return n
}

func (d *Draft) nextSection() string {
	d.LastSection++
	return fmt.Sprintf("part_%d", d.LastSection)
}

func (d *Draft) nextQuestion() string {
	d.LastQuestion++
	return fmt.Sprintf("q%d_%02d", d.Area, d.LastQuestion)
}

// Question finds a question and its section.
func (d *Draft) Question(id string) (q *Question, section *Section, ok bool) {
	for i := range d.Sections {
		for j := range d.Sections[i].Questions {
			if d.Sections[i].Questions[j].ID == id {
				return &d.Sections[i].Questions[j], &d.Sections[i], true
			}
		}
	}
	return nil, nil, false
}

// Section finds a section by id.
func (d *Draft) Section(id string) (*Section, bool) {
	for i := range d.Sections {
		if d.Sections[i].ID == id {
			return &d.Sections[i], true
		}
	}
	return nil, false
}

// Questions lists every question in order.
func (d *Draft) Questions() []*Question {
	var list []*Question
	for i := range d.Sections {
		for j := range d.Sections[i].Questions {
			list = append(list, &d.Sections[i].Questions[j])
		}
	}
	return list
}

func (d *Draft) scale(name string) *Set { return named(d.Scales, name) }
func (d *Draft) set(name string) *Set   { return named(d.Sets, name) }

func named(list []Set, name string) *Set {
	for i := range list {
		if list[i].Name == name {
			return &list[i]
		}
	}
	return nil
}

// Ends names a scale by where it begins and ends, for those who do not know its name.
func (s Set) Ends() i18n.Text {
	n := len(s.Options)
	if n == 0 {
		return i18n.Text{}
	}
	low, high := s.Options[0].Text, s.Options[n-1].Text
	return i18n.Text{Sv: low.Sv + " – " + high.Sv, En: low.En + " – " + high.En}
}

// Sample names a set by its first options.
func (s Set) Sample() i18n.Text {
	var sv, en []string
	for _, o := range s.Options[:min(len(s.Options), 3)] {
		sv, en = append(sv, o.Text.Sv), append(en, o.Text.En)
	}
	if len(s.Options) > 3 {
		sv, en = append(sv, "…"), append(en, "…")
	}
	return i18n.Text{Sv: strings.Join(sv, ", "), En: strings.Join(en, ", ")}
}

// Users lists the questions that take their options from the scale or set.
func (d *Draft) Users(name string) []string {
	var users []string
	for _, q := range d.Questions() {
		if q.Set == name || (q.Scale == name && q.onScale()) || (name == yesNo && q.Type == questionnaire.YesNoUnknown) {
			users = append(users, q.ID)
		}
	}
	return users
}

func (q *Question) onScale() bool {
	return q.Type == questionnaire.Likert5 || q.Type == questionnaire.Matrix
}

// Choices are the options that the question offers, wherever they come from.
func (d *Draft) Choices(q *Question) []questionnaire.Option {
	from := q.Set
	switch {
	case q.onScale():
		if s := d.scale(q.Scale); s != nil {
			return s.Options
		}
		return nil
	case q.Type == questionnaire.YesNoUnknown:
		from = yesNo
	}
	if from == "" {
		return q.Options
	}
	if s := d.set(from); s != nil {
		return s.Options
	}
	if from == yesNo {
		return standardYesNo()
	}
	return nil
}

// clone copies what an edit may change in place.
func clone(q questionnaire.Question) questionnaire.Question {
	q.Groups, q.Options, q.Specials, q.Rows = slices.Clone(q.Groups), slices.Clone(q.Options), slices.Clone(q.Specials), slices.Clone(q.Rows)
	return q
}

func standardYesNo() []questionnaire.Option {
	return []questionnaire.Option{
		{Code: 1, Text: i18n.Text{Sv: "Ja", En: "Yes"}}, {Code: 2, Text: i18n.Text{Sv: "Nej", En: "No"}},
	}
}

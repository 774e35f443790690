// Package questionnaire is what a survey asks and what may be answered: the definition, its checks
// (lint), the logic that shows and hides questions, and the one validator of answers.
//
// It knows no database and no page. A Definition is complete in itself: scales, option sets and
// shared blocks are already resolved into its questions, so that a stored one never changes when a
// shared part does.
package questionnaire

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"sync"

	"upphandlingsdialog/internal/i18n"
)

// Type is the kind of question.
type Type string

// The ten types. The comment says which part of an Answer holds the value.
const (
	Single       Type = "single"         // Code, and Other for an option with other_text
	Multiple     Type = "multiple"       // Codes in the order of the options, and Other
	Likert5      Type = "likert5"        // Code 1-5
	Matrix       Type = "matrix"         // Rows: row id -> code 1-5 or a special code
	Ranking      Type = "ranking"        // Codes, the first choice first
	Numeric      Type = "numeric"        // Number
	Rating       Type = "rating"         // Number, whole
	FreeText     Type = "text"           // Text
	YesNoUnknown Type = "yes_no_unknown" // Code 1 yes, 2 no, 98 don't know
	Municipality Type = "municipality"   // Code, SCB's municipality code
)

// Types lists the types in the order of the documentation.
var Types = []Type{Single, Multiple, Likert5, Matrix, Ranking, Numeric, Rating, FreeText, YesNoUnknown, Municipality}

// Special codes: chosen by the respondent, kept apart from the answers proper. Never option codes.
const (
	NotApplicable = 97
	Unknown       = 98
	Declined      = 99
)

// System codes for a missing answer: never stored, never shown, used when answers are counted.
const (
	NotShown   = -1 // skipped by logic, or not in the group's version
	Unanswered = -2 // shown but left empty
)

// IsSpecial tells whether the code is one of the reserved special codes.
func IsSpecial(code int) bool { return code >= NotApplicable && code <= Declined }

// Definition is one version of a questionnaire with everything resolved.
//
// Do not change one that others may read: the views by group are kept from first use.
type Definition struct {
	ID       string    `json:"id"`
	Area     int       `json:"area"` // 5, 6 or 7
	Title    i18n.Text `json:"title"`
	Intro    i18n.Text `json:"intro,omitzero"`
	Groups   []Group   `json:"groups"` // in the order of the file
	Sections []Section `json:"sections"`

	once    sync.Once
	views   map[string]*view
	byID    map[string]*Question
	indexes map[string]int // in Questions, by id

	places map[string]Place // where Load found the questions; the empty id is the questionnaire
}

// Group is one group of respondents.
type Group struct {
	ID   string    `json:"id"`
	Name i18n.Text `json:"name"`
}

// Section is one page of the questionnaire.
type Section struct {
	ID        string     `json:"id"`
	Title     i18n.Text  `json:"title"`
	Questions []Question `json:"questions"`
}

// Question is one question as it stands in the definition, for all its groups. Pages, Visible and
// ForGroup give the view of one group, where Text, Options and the labels of Specials are that
// group's own.
type Question struct {
	ID          string               `json:"id"`
	Type        Type                 `json:"type"`
	Groups      []string             `json:"groups"`
	Theme       string               `json:"theme,omitempty"` // empty: coded by hand
	KPI         string               `json:"kpi,omitempty"`
	Text        i18n.Text            `json:"text"`
	TextByGroup map[string]i18n.Text `json:"text_by_group,omitempty"`
	Help        i18n.Text            `json:"help,omitzero"`
	Scale       string               `json:"scale,omitempty"`   // name of the scale that Options came from
	Bipolar     bool                 `json:"bipolar,omitempty"` // of the scale
	Options     []Option             `json:"options,omitempty"` // also the points of likert5 and matrix
	Specials    []Special            `json:"specials,omitempty"`
	Rows        []Row                `json:"rows,omitempty"`
	Min         float64              `json:"min,omitempty"`
	Max         float64              `json:"max,omitempty"`
	Decimals    int                  `json:"decimals,omitempty"`
	Unit        string               `json:"unit,omitempty"`
	Top         int                  `json:"top,omitempty"`         // ranking: how many may be ranked
	MaxChoices  int                  `json:"max_choices,omitempty"` // multiple: 0 is no limit
	MaxLength   int                  `json:"max_length,omitempty"`  // text: in characters
	Randomize   bool                 `json:"randomize,omitempty"`
	Sensitive   bool                 `json:"sensitive,omitempty"` // what a whole group answered is not shown
	MinLabel    i18n.Text            `json:"min_label,omitzero"`  // rating: what the lowest value means
	MaxLabel    i18n.Text            `json:"max_label,omitzero"`
	Prefill     string               `json:"prefill,omitempty"` // field of the contact register, e.g. contact.size_class
	ShowIf      *Condition           `json:"show_if,omitempty"`
}

// Option is one answer that can be chosen.
type Option struct {
	Code      int       `json:"code"`
	Text      i18n.Text `json:"text"`
	Theme     string    `json:"theme,omitempty"`  // refines the question's theme
	Groups    []string  `json:"groups,omitempty"` // empty: every group of the question
	Exclusive bool      `json:"exclusive,omitempty"`
	OtherText bool      `json:"other_text,omitempty"` // with a field for the respondent's own words
	FixedLast bool      `json:"fixed_last,omitempty"` // stays last in random order
}

// Special is a special code that the question offers, shown apart from the options.
type Special struct {
	Code        int                  `json:"code"`
	Text        i18n.Text            `json:"text"`
	TextByGroup map[string]i18n.Text `json:"text_by_group,omitempty"`
}

// Row is one row of a matrix.
type Row struct {
	ID    string    `json:"id"`
	Text  i18n.Text `json:"text"`
	Theme string    `json:"theme,omitempty"`
}

// Question finds a question by id, as it stands for all its groups.
func (d *Definition) Question(id string) (*Question, bool) {
	d.once.Do(d.build)
	q, ok := d.byID[id]
	return q, ok
}

// Questions lists every question in order, for all groups.
func (d *Definition) Questions() []*Question {
	var list []*Question
	for i := range d.Sections {
		for j := range d.Sections[i].Questions {
			list = append(list, &d.Sections[i].Questions[j])
		}
	}
	return list
}

// Index is a question's in Questions, or false where it is none of them.
func (d *Definition) Index(id string) (int, bool) {
	d.once.Do(d.build)
	i, ok := d.indexes[id]
	return i, ok
}

// HasGroup tells whether the questionnaire is asked of the group.
func (d *Definition) HasGroup(group string) bool {
	return slices.ContainsFunc(d.Groups, func(g Group) bool { return g.ID == group })
}

// Hash is the SHA-256 of the content in hexadecimal. Two definitions that ask the same have the
// same hash, whichever way their files are laid out.
func (d *Definition) Hash() string {
	content, err := json.Marshal(d)
	if err != nil {
		panic("questionnaire: a definition that is not JSON: " + err.Error())
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// AskedOf tells whether the question is in the group's version.
func (q *Question) AskedOf(group string) bool { return slices.Contains(q.Groups, group) }

// InWords tells whether answers can be in the respondent's own words: all of them, or with one option.
func (q *Question) InWords() bool {
	return q.Type == FreeText || slices.ContainsFunc(q.Options, func(o Option) bool { return o.OtherText })
}

// Option finds an option (or a point of the scale) by its code.
func (q *Question) Option(code int) (Option, bool) {
	for _, o := range q.Options {
		if o.Code == code {
			return o, true
		}
	}
	return Option{}, false
}

// Special finds a special code among those that the question offers.
func (q *Question) Special(code int) (Special, bool) {
	for _, s := range q.Specials {
		if s.Code == code {
			return s, true
		}
	}
	return Special{}, false
}

// Row finds a row of a matrix.
func (q *Question) Row(id string) (Row, bool) {
	for _, r := range q.Rows {
		if r.ID == id {
			return r, true
		}
	}
	return Row{}, false
}

// Label is the text of an option, a point of the scale or a special code; empty when unknown.
func (q *Question) Label(code int) i18n.Text {
	if o, ok := q.Option(code); ok {
		return o.Text
	}
	s, _ := q.Special(code)
	return s.Text
}

// ForGroup is the question as the group sees it: its text, its options, its labels of the special
// codes. The receiver is left as it is.
func (q *Question) ForGroup(group string) Question {
	v := *q
	if t, ok := q.TextByGroup[group]; ok {
		v.Text = t
	}
	v.Options = nil
	for _, o := range q.Options {
		if len(o.Groups) == 0 || slices.Contains(o.Groups, group) {
			v.Options = append(v.Options, o)
		}
	}
	v.Specials = nil
	for _, s := range q.Specials {
		if t, ok := s.TextByGroup[group]; ok {
			s.Text = t
		}
		v.Specials = append(v.Specials, s)
	}
	return v
}

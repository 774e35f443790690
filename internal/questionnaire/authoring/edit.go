package authoring

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// Edit is one change of a draft. The set is closed: the types of this file. What it names is addressed
// by id, so that it means the same on a draft that somebody else has changed meanwhile.
type Edit interface {
	// apply changes the draft or refuses with a fault; a refused edit may leave it half changed.
	apply(d *Draft) error
	// Over names the part that the edit writes over, such as "question q5_01"; empty for an edit that
	// only adds, moves or removes, and so never writes over another's words.
	Over() string
}

// Apply returns the draft after the edit. The receiver is left as it is.
func (d Draft) Apply(e Edit) (Draft, error) {
	next := d.Clone()
	if err := e.apply(&next); err != nil {
		return d, err
	}
	return next, nil
}

// Clone copies the draft so deep that no edit of the copy touches the original.
func (d Draft) Clone() Draft {
	d.Sections = slices.Clone(d.Sections)
	for i := range d.Sections {
		d.Sections[i].Questions = slices.Clone(d.Sections[i].Questions)
		for j := range d.Sections[i].Questions {
			q := &d.Sections[i].Questions[j]
			q.Question = clone(q.Question)
		}
	}
	d.Scales, d.Sets = cloneSets(d.Scales), cloneSets(d.Sets)
	return d
}

func cloneSets(list []Set) []Set {
	list = slices.Clone(list)
	for i := range list {
		list[i].Options = slices.Clone(list[i].Options)
	}
	return list
}

// SetHead changes what stands above the questions.
type SetHead struct{ Title, Intro i18n.Text }

// Over is the head.
func (SetHead) Over() string { return "head" }

func (e SetHead) apply(d *Draft) error {
	d.Title, d.Intro = e.Title, e.Intro
	return checkTexts(e.Title, e.Intro)
}

// AddSection adds an empty section at the end.
type AddSection struct{ Title i18n.Text }

// Over is empty: nothing is written over.
func (AddSection) Over() string { return "" }

func (e AddSection) apply(d *Draft) error {
	if len(d.Sections) >= MaxSections {
		return tooMany("authoring.error_sections", MaxSections)
	}
	d.Sections = append(d.Sections, Section{ID: d.freeSection(), Title: e.Title})
	return checkTexts(e.Title)
}

// freeSection is an id that no section has.
func (d *Draft) freeSection() string {
	for {
		id := d.nextSection()
		if _, taken := d.Section(id); !taken {
			return id
		}
	}
}

// SetSection changes the title of a section.
type SetSection struct {
	ID    string
	Title i18n.Text
}

// Over is the section.
func (e SetSection) Over() string { return "section " + e.ID }

func (e SetSection) apply(d *Draft) error {
	s, ok := d.Section(e.ID)
	if !ok {
		return gone("authoring.error_no_section")
	}
	s.Title = e.Title
	return checkTexts(e.Title)
}

// MoveSection puts a section at a place among the sections, counted from 0.
type MoveSection struct {
	ID string
	To int
}

// Over is empty: nothing is written over.
func (MoveSection) Over() string { return "" }

func (e MoveSection) apply(d *Draft) error {
	at := slices.IndexFunc(d.Sections, func(s Section) bool { return s.ID == e.ID })
	if at < 0 {
		return gone("authoring.error_no_section")
	}
	s := d.Sections[at]
	d.Sections = slices.Delete(d.Sections, at, at+1)
	d.Sections = slices.Insert(d.Sections, clamp(e.To, len(d.Sections)), s)
	return nil
}

// RemoveSection removes a section with its questions. It refuses while a question that stays is shown
// by the answer to one that would go.
type RemoveSection struct{ ID string }

// Over is empty: an edit of a removed section finds it gone.
func (RemoveSection) Over() string { return "" }

func (e RemoveSection) apply(d *Draft) error {
	s, ok := d.Section(e.ID)
	if !ok {
		return gone("authoring.error_no_section")
	}
	var ids []string
	for _, q := range s.Questions {
		ids = append(ids, q.ID)
	}
	if err := d.free(ids); err != nil {
		return err
	}
	d.Sections = slices.DeleteFunc(d.Sections, func(s Section) bool { return s.ID == e.ID })
	return nil
}

// AddQuestion adds an empty question of a type, asked of the groups: right after another question of the
// section, or at the section's end.
type AddQuestion struct {
	Section string
	Type    questionnaire.Type
	Groups  []string
	After   string // id of a question; empty for the end
}

// Over is empty: nothing is written over.
func (AddQuestion) Over() string { return "" }

func (e AddQuestion) apply(d *Draft) error {
	s, ok := d.Section(e.Section)
	if !ok {
		return gone("authoring.error_no_section")
	}
	if !slices.Contains(questionnaire.Types, e.Type) {
		return fault.InvalidFields("authoring.error_form", fault.Field{Name: "type", Key: "authoring.error_type"})
	}
	if len(d.Questions()) >= MaxQuestions {
		return tooMany("authoring.error_questions", MaxQuestions)
	}
	q := Question{Question: questionnaire.Question{ID: d.freeQuestion(), Type: e.Type, Groups: slices.Clone(e.Groups)}}
	d.offer(&q)
	d.fit(&q)
	at := slices.IndexFunc(s.Questions, func(q Question) bool { return q.ID == e.After }) + 1
	if at == 0 {
		at = len(s.Questions)
	}
	s.Questions = slices.Insert(s.Questions, at, q)
	return nil
}

func (d *Draft) freeQuestion() string {
	for {
		id := d.nextQuestion()
		if _, _, taken := d.Question(id); !taken {
			return id
		}
	}
}

// DuplicateQuestion puts a copy with an id of its own right after the question.
type DuplicateQuestion struct{ ID string }

// Over is empty: nothing is written over.
func (DuplicateQuestion) Over() string { return "" }

func (e DuplicateQuestion) apply(d *Draft) error {
	q, s, ok := d.Question(e.ID)
	if !ok {
		return gone("authoring.error_no_question")
	}
	if len(d.Questions()) >= MaxQuestions {
		return tooMany("authoring.error_questions", MaxQuestions)
	}
	twin := *q
	twin.Question = clone(q.Question)
	twin.ID, twin.KPI, twin.Prefill = d.freeQuestion(), "", ""
	at := slices.IndexFunc(s.Questions, func(q Question) bool { return q.ID == e.ID })
	s.Questions = slices.Insert(s.Questions, at+1, twin)
	return nil
}

// MoveQuestion puts a question at a place of a section, counted from 0. A condition that then points
// forward is a finding of Compile, not a refusal: the next move may mend it.
type MoveQuestion struct {
	ID, Section string
	To          int
}

// Over is empty: nothing is written over.
func (MoveQuestion) Over() string { return "" }

func (e MoveQuestion) apply(d *Draft) error {
	q, from, ok := d.Question(e.ID)
	if !ok {
		return gone("authoring.error_no_question")
	}
	to, ok := d.Section(e.Section)
	if !ok {
		return gone("authoring.error_no_section")
	}
	moved := *q
	from.Questions = slices.DeleteFunc(from.Questions, func(q Question) bool { return q.ID == e.ID })
	to.Questions = slices.Insert(to.Questions, clamp(e.To, len(to.Questions)), moved)
	return nil
}

// RemoveQuestion removes a question, unless another is shown by its answer.
type RemoveQuestion struct{ ID string }

// Over is empty: an edit of a removed question finds it gone.
func (RemoveQuestion) Over() string { return "" }

func (e RemoveQuestion) apply(d *Draft) error {
	_, s, ok := d.Question(e.ID)
	if !ok {
		return gone("authoring.error_no_question")
	}
	if err := d.free([]string{e.ID}); err != nil {
		return err
	}
	s.Questions = slices.DeleteFunc(s.Questions, func(q Question) bool { return q.ID == e.ID })
	return nil
}

// free refuses when a question outside ids has a condition on one of them.
func (d *Draft) free(ids []string) error {
	for n, q := range d.Questions() {
		if slices.Contains(ids, q.ID) {
			continue
		}
		for _, target := range Targets(q.ShowIf) {
			if slices.Contains(ids, target) {
				return fault.New(fault.Conflict, "authoring.error_in_use", "Number", strconv.Itoa(n+1), "Question", q.Text.Sv)
			}
		}
	}
	return nil
}

// Targets lists the questions that the condition asks about.
func Targets(c *questionnaire.Condition) []string {
	if c == nil {
		return nil
	}
	if c.Q != "" {
		return []string{c.Q}
	}
	var list []string
	for _, part := range slices.Concat(c.All, c.Any) {
		list = append(list, Targets(&part)...)
	}
	return list
}

// SetQuestion replaces what a question asks. Its id stays. An option without a code and a row without an
// id are new and get one that was never given out; a code or id that the question does not have is
// refused. What the question's type has no use for is dropped.
type SetQuestion struct{ Question }

// Over is the question.
func (e SetQuestion) Over() string { return "question " + e.ID }

func (e SetQuestion) apply(d *Draft) error {
	old, _, ok := d.Question(e.ID)
	if !ok {
		return gone("authoring.error_no_question")
	}
	q := e.Question
	q.Question = clone(q.Question)
	q.LastCode, q.LastRow = old.LastCode, old.LastRow
	if !slices.Contains(questionnaire.Types, q.Type) {
		return fault.InvalidFields("authoring.error_form", fault.Field{Name: "type", Key: "authoring.error_type"})
	}
	had := old.Options
	switch {
	case q.Type != old.Type:
		d.offer(&q)
	case old.Set != "" && q.Set == "" && len(q.Options) == 0: // its own list begins as the one it leaves
		had = d.Choices(old)
		q.Options, q.LastCode = slices.Clone(had), highest(had)
	}
	if len(q.Options) > MaxOptions || len(q.Rows) > MaxOptions {
		return tooMany("authoring.error_options", MaxOptions)
	}
	if err := number(q.Options, had, &q.LastCode); err != nil {
		return err
	}
	for i := range q.Rows {
		if _, known := old.Row(q.Rows[i].ID); q.Rows[i].ID != "" && !known {
			return fault.InvalidFields("authoring.error_form", fault.Field{Name: "rows", Key: "authoring.error_row"})
		}
		if q.Rows[i].ID == "" {
			q.LastRow++
			q.Rows[i].ID = fmt.Sprintf("r%d", q.LastRow)
		}
	}
	d.fit(&q)
	*old = q
	return checkTexts(q.texts()...)
}

// RenameQuestion gives a question another id; conditions that ask about it follow. Whether answers are
// stored with the old one is for the caller to know.
type RenameQuestion struct{ ID, To string }

// Over is empty: no words are written over.
func (RenameQuestion) Over() string { return "" }

func (e RenameQuestion) apply(d *Draft) error {
	q, _, ok := d.Question(e.ID)
	if !ok {
		return gone("authoring.error_no_question")
	}
	if !identifier.MatchString(e.To) {
		return fault.InvalidFields("authoring.error_form", fault.Field{Name: "id", Key: "authoring.error_id"})
	}
	if _, _, taken := d.Question(e.To); taken && e.To != e.ID {
		return fault.InvalidFields("authoring.error_form", fault.Field{Name: "id", Key: "authoring.error_question_id_taken"})
	}
	q.ID = e.To
	for _, other := range d.Questions() {
		other.ShowIf = renamed(other.ShowIf, e.ID, e.To)
	}
	return nil
}

// renamed is the condition with one question called something else.
func renamed(c *questionnaire.Condition, from, to string) *questionnaire.Condition {
	if c == nil {
		return nil
	}
	p := *c
	if p.Q == from {
		p.Q = to
	}
	p.All, p.Any = slices.Clone(c.All), slices.Clone(c.Any)
	for _, parts := range [][]questionnaire.Condition{p.All, p.Any} {
		for i := range parts {
			parts[i] = *renamed(&parts[i], from, to)
		}
	}
	return &p
}

// RenameShared gives a shared scale or option set another name; the questions that use it follow.
type RenameShared struct{ Name, To string }

// Over is empty: no words are written over.
func (RenameShared) Over() string { return "" }

func (e RenameShared) apply(d *Draft) error {
	s := d.scale(e.Name)
	if s == nil {
		s = d.set(e.Name)
	}
	switch {
	case s == nil || e.Name == yesNo:
		return gone("authoring.error_no_shared")
	case !identifier.MatchString(e.To):
		return fault.InvalidFields("authoring.error_form", fault.Field{Name: "to", Key: "authoring.error_id"})
	case e.To != e.Name && (d.scale(e.To) != nil || d.set(e.To) != nil || e.To == yesNo):
		return fault.InvalidFields("authoring.error_form", fault.Field{Name: "to", Key: "authoring.error_name_taken"})
	}
	s.Name = e.To
	for _, q := range d.Questions() {
		if q.Set == e.Name {
			q.Set = e.To
		}
		if q.onScale() && q.Scale == e.Name {
			q.Scale = e.To
		}
	}
	return nil
}

// number gives codes to the new options, those with code 0. The special codes are no option's.
func number(options, had []questionnaire.Option, last *int) error {
	seen := map[int]bool{}
	for i := range options {
		o := &options[i]
		if o.Code == 0 {
			*last++
			for questionnaire.IsSpecial(*last) {
				*last++
			}
			o.Code = *last
		} else if seen[o.Code] || !slices.ContainsFunc(had, func(h questionnaire.Option) bool { return h.Code == o.Code }) {
			return fault.InvalidFields("authoring.error_form", fault.Field{Name: "options", Key: "authoring.error_code",
				Args: map[string]any{"Code": o.Code}})
		}
		seen[o.Code] = true
	}
	return nil
}

// SetShared replaces a shared scale or option set; all questions that use it follow. A name that is not
// there is added.
type SetShared struct {
	Set
	Scale bool
}

// Over is the set.
func (e SetShared) Over() string { return "set " + e.Name }

func (e SetShared) apply(d *Draft) error {
	if !identifier.MatchString(e.Name) {
		return fault.InvalidFields("authoring.error_form", fault.Field{Name: "name", Key: "authoring.error_id"})
	}
	list, other := &d.Sets, d.Scales
	if e.Scale {
		list, other = &d.Scales, d.Sets
	}
	if named(other, e.Name) != nil {
		return fault.InvalidFields("authoring.error_form", fault.Field{Name: "name", Key: "authoring.error_name_taken"})
	}
	s := Set{Name: e.Name, Bipolar: e.Bipolar && e.Scale, Options: slices.Clone(e.Options)}
	if len(s.Options) > MaxOptions || len(*list) >= MaxSections {
		return tooMany("authoring.error_options", MaxOptions)
	}
	old := named(*list, e.Name)
	if old == nil {
		*list = append(*list, Set{Name: e.Name})
		old = &(*list)[len(*list)-1]
	}
	s.LastCode = old.LastCode
	if err := number(s.Options, old.Options, &s.LastCode); err != nil {
		return err
	}
	if e.Scale { // a scale has five places, and its codes are those places
		for i := range s.Options {
			s.Options[i] = questionnaire.Option{Code: i + 1, Text: s.Options[i].Text}
		}
	}
	*old = s
	var texts []i18n.Text
	for _, o := range s.Options {
		texts = append(texts, o.Text)
	}
	return checkTexts(texts...)
}

// RemoveShared removes a scale or option set that no question uses.
type RemoveShared struct{ Name string }

// Over is empty: an edit of a removed set adds it again.
func (RemoveShared) Over() string { return "" }

func (e RemoveShared) apply(d *Draft) error {
	if users := d.Users(e.Name); len(users) > 0 {
		return fault.New(fault.Conflict, "authoring.error_set_in_use", "Questions", strings.Join(users, ", "))
	}
	mine := func(s Set) bool { return s.Name == e.Name }
	d.Scales, d.Sets = slices.DeleteFunc(d.Scales, mine), slices.DeleteFunc(d.Sets, mine)
	return nil
}

func clamp(at, n int) int { return max(0, min(at, n)) }

func gone(key string) error { return fault.New(fault.Conflict, key) }

func tooMany(key string, limit int) error {
	return fault.New(fault.Invalid, key, "Max", limit)
}

// texts are all the words of a question.
func (q *Question) texts() []i18n.Text {
	list := []i18n.Text{q.Text, q.Help, q.MinLabel, q.MaxLabel, {Sv: q.Unit, En: q.KPI + q.Prefill}}
	for _, t := range q.TextByGroup {
		list = append(list, t)
	}
	for _, o := range q.Options {
		list = append(list, o.Text)
	}
	for _, r := range q.Rows {
		list = append(list, r.Text)
	}
	for _, s := range q.Specials {
		list = append(list, s.Text)
		for _, t := range s.TextByGroup {
			list = append(list, t)
		}
	}
	return list
}

// checkTexts refuses what no questionnaire can hold: text without end, and bytes that are no text.
func checkTexts(texts ...i18n.Text) error {
	for _, t := range texts {
		for _, s := range []string{t.Sv, t.En} {
			switch {
			case utf8.RuneCountInString(s) > MaxText:
				return fault.New(fault.Invalid, "authoring.error_long", "Max", MaxText)
			case !utf8.ValidString(s) || strings.ContainsFunc(s, control):
				return fault.New(fault.Invalid, "authoring.error_characters")
			}
		}
	}
	return nil
}

// control tells a character that YAML cannot hold or that nobody sees.
func control(r rune) bool {
	return r != '\n' && r != '\t' && (r < ' ' || (r >= 0x7f && r < 0xa0) || r == 0xfeff || r == 0xfffe || r == 0xffff || r == 0x2028 || r == 0x2029)
}

// Part is what an edit with that Over writes over; nil when the draft no longer has it.
func (d *Draft) Part(unit string) any {
	kind, id, _ := strings.Cut(unit, " ")
	switch kind {
	case "head":
		return [2]i18n.Text{d.Title, d.Intro}
	case "section":
		if s, ok := d.Section(id); ok {
			return s.Title
		}
	case "question":
		if q, _, ok := d.Question(id); ok {
			return q
		}
	case "set":
		if s := d.scale(id); s != nil {
			return s
		}
		return d.set(id)
	}
	return nil
}

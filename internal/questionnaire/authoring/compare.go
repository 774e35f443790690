package authoring

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/region"
)

// Change is one difference between two versions of a questionnaire.
type Change struct {
	Question string // id; empty for one of the head or a section
	Key      string // of the sentence that says what happened
	Args     map[string]any
	Words    []Part // of a changed text: what stays, what went and what came
}

// Part is a stretch of a changed text.
type Part struct {
	Text string
	Kind PartKind
}

// PartKind tells whether a stretch stays.
type PartKind string

// The kinds of a Part.
const (
	Same    PartKind = "same"
	Removed PartKind = "removed"
	Added   PartKind = "added"
)

// In is the change in words, without the stretches.
func (c Change) In(l i18n.Lang) string { return Problem{Key: c.Key, Args: c.Args}.In(l) }

// Compare lists what differs between two versions, in the order of the new one; what went stands last.
// Two versions with the same Hash have no difference, and two with different ones have at least one.
func Compare(old, next *questionnaire.Definition) []Change {
	c := comparer{old: old, next: next}
	c.text("", "authoring.change_title", old.Title, next.Title)
	c.text("", "authoring.change_intro", old.Intro, next.Intro)
	if old.Area != next.Area {
		c.add("", "authoring.change_area", "Old", old.Area, "New", next.Area)
	}
	c.sections()
	for _, q := range next.Questions() {
		if before, ok := old.Question(q.ID); ok {
			c.question(before, q)
		} else {
			c.add(q.ID, "authoring.change_added", "Text", q.Text)
		}
	}
	c.moved()
	for _, q := range old.Questions() {
		if _, ok := next.Question(q.ID); !ok {
			c.add(q.ID, "authoring.change_removed", "Text", q.Text)
		}
	}
	if len(c.list) == 0 && old.Hash() != next.Hash() {
		c.add("", "authoring.change_other")
	}
	return c.list
}

// Reworded lists what differs in how a question is put and what its answers mean, without where it stands
// and which theme it is of; nothing when one of the versions does not ask it.
func Reworded(old, next *questionnaire.Definition, id string) []Change {
	before, asked := old.Question(id)
	now, asks := next.Question(id)
	if !asked || !asks {
		return nil
	}
	c := comparer{old: old, next: next}
	c.question(before, now)
	return slices.DeleteFunc(c.list, func(x Change) bool { return x.Key == "authoring.change_theme" })
}

// Recoded tells whether a code, a row or a number means another answer in one version than in the other: codes came
// or went, an answer has another code, a row came or went, or a scale has other ends or another unit. Numbers of the
// two are then not of one thing.
func Recoded(old, next *questionnaire.Question) bool {
	if old.Type != next.Type || len(old.Options) != len(next.Options) || len(old.Rows) != len(next.Rows) ||
		old.Min != next.Min || old.Max != next.Max || old.Unit != next.Unit || old.Top != next.Top {
		return true
	}
	for _, o := range next.Options {
		if _, ok := old.Option(o.Code); !ok {
			return true
		}
		if slices.ContainsFunc(old.Options, func(x questionnaire.Option) bool { return x.Code != o.Code && x.Text == o.Text }) {
			return true
		}
	}
	return slices.ContainsFunc(next.Rows, func(r questionnaire.Row) bool { _, ok := old.Row(r.ID); return !ok })
}

type comparer struct {
	old, next *questionnaire.Definition
	list      []Change
}

func (c *comparer) add(question, key string, args ...any) {
	change := Change{Question: question, Key: key, Args: map[string]any{}}
	for i := 0; i+1 < len(args); i += 2 {
		change.Args[args[i].(string)] = args[i+1]
	}
	c.list = append(c.list, change)
}

// text notes a changed text in each language, word by word.
func (c *comparer) text(question, key string, old, next i18n.Text, args ...any) {
	for _, l := range i18n.Langs {
		before, after := pick(old, l), pick(next, l)
		if before == after {
			continue
		}
		c.add(question, key, append(args, "Lang", string(l))...)
		c.list[len(c.list)-1].Words = Words(before, after)
	}
}

// pick is the text in exactly the language.
func pick(t i18n.Text, l i18n.Lang) string {
	if l == i18n.Sv {
		return t.Sv
	}
	return t.En
}

func (c *comparer) sections() {
	at := map[string]questionnaire.Section{}
	for _, s := range c.old.Sections {
		at[s.ID] = s
	}
	for _, s := range c.next.Sections {
		if before, ok := at[s.ID]; ok {
			c.text("", "authoring.change_section_title", before.Title, s.Title)
		} else {
			c.add("", "authoring.change_section_added", "Text", s.Title)
		}
		delete(at, s.ID)
	}
	for _, s := range c.old.Sections {
		if _, went := at[s.ID]; went {
			c.add("", "authoring.change_section_removed", "Text", s.Title)
		}
	}
}

// moved notes the questions that stand in another section or in another order among those that both have.
func (c *comparer) moved() {
	place := func(d, other *questionnaire.Definition) (order []string, section map[string]string) {
		section = map[string]string{}
		for _, s := range d.Sections {
			for _, q := range s.Questions {
				if _, both := other.Question(q.ID); both {
					order, section[q.ID] = append(order, q.ID), s.ID
				}
			}
		}
		return order, section
	}
	before, from := place(c.old, c.next)
	after, to := place(c.next, c.old)
	stay := longest(before, after)
	for _, id := range after {
		if from[id] != to[id] || !slices.Contains(stay, id) {
			q, _ := c.next.Question(id)
			c.add(id, "authoring.change_moved", "Text", q.Text, "Number", Number(c.next, "", id))
		}
	}
	if len(c.old.Sections) == len(c.next.Sections) && !slices.EqualFunc(c.old.Sections, c.next.Sections,
		func(a, b questionnaire.Section) bool { return a.ID == b.ID }) {
		c.add("", "authoring.change_section_order")
	}
}

func (c *comparer) question(old, next *questionnaire.Question) {
	id := next.ID
	if old.Type != next.Type {
		c.add(id, "authoring.change_type", "Old", typeName(old.Type), "New", typeName(next.Type))
	}
	c.text(id, "authoring.change_text", old.Text, next.Text)
	c.text(id, "authoring.change_help", old.Help, next.Help)
	for _, g := range region.TargetGroups {
		c.text(id, "authoring.change_text_by_group", old.TextByGroup[g.ID], next.TextByGroup[g.ID], "Group", g.Name)
		switch was, is := old.AskedOf(g.ID), next.AskedOf(g.ID); {
		case was && !is:
			c.add(id, "authoring.change_group_removed", "Group", g.Name)
		case is && !was:
			c.add(id, "authoring.change_group_added", "Group", g.Name)
		}
	}
	c.options(old, next)
	c.rows(old, next)
	if !reflect.DeepEqual(old.Specials, next.Specials) {
		c.add(id, "authoring.change_specials")
	}
	if !reflect.DeepEqual(old.ShowIf, next.ShowIf) {
		c.add(id, "authoring.change_condition", "Old", conditionText(c.old, old.ShowIf), "New", conditionText(c.next, next.ShowIf))
	}
	if old.Theme != next.Theme {
		c.add(id, "authoring.change_theme", "Old", orNone(old.Theme), "New", orNone(next.Theme))
	}
	settings := func(q *questionnaire.Question) string {
		return fmt.Sprint(q.Min, q.Max, q.Decimals, q.Unit, q.Top, q.MaxChoices, q.MaxLength, q.Randomize, q.MinLabel, q.MaxLabel,
			q.Prefill, q.KPI, q.Scale, q.Bipolar)
	}
	if settings(old) != settings(next) {
		c.add(id, "authoring.change_settings")
	}
}

// conditionText is when a question is shown, in both languages.
func conditionText(d *questionnaire.Definition, cond *questionnaire.Condition) i18n.Text {
	if cond == nil {
		return i18n.Text{Sv: i18n.T(i18n.Sv, "authoring.always"), En: i18n.T(i18n.En, "authoring.always")}
	}
	return i18n.Text{Sv: Clause(d, "", cond, i18n.Sv), En: Clause(d, "", cond, i18n.En)}
}

// typeName is the type of a question in both languages.
func typeName(t questionnaire.Type) i18n.Text {
	return i18n.Text{Sv: i18n.T(i18n.Sv, "questiontype."+string(t)), En: i18n.T(i18n.En, "questiontype."+string(t))}
}

func orNone(code string) string {
	if code == "" {
		return "–"
	}
	return code
}

func (c *comparer) options(old, next *questionnaire.Question) {
	for _, o := range next.Options {
		before, ok := old.Option(o.Code)
		if !ok {
			c.add(next.ID, "authoring.change_option_added", "Text", o.Text)
			continue
		}
		c.text(next.ID, "authoring.change_option_text", before.Text, o.Text, "Code", o.Code)
		before.Text = o.Text
		if !reflect.DeepEqual(before, o) {
			c.add(next.ID, "authoring.change_option_settings", "Text", o.Text)
		}
	}
	for _, o := range old.Options {
		if _, ok := next.Option(o.Code); !ok {
			c.add(next.ID, "authoring.change_option_removed", "Text", o.Text)
		}
	}
	codes := func(q, other *questionnaire.Question) (list []int) {
		for _, o := range q.Options {
			if _, both := other.Option(o.Code); both {
				list = append(list, o.Code)
			}
		}
		return list
	}
	if !slices.Equal(codes(old, next), codes(next, old)) {
		c.add(next.ID, "authoring.change_option_order")
	}
}

func (c *comparer) rows(old, next *questionnaire.Question) {
	for _, r := range next.Rows {
		if before, ok := old.Row(r.ID); !ok {
			c.add(next.ID, "authoring.change_row_added", "Text", r.Text)
		} else {
			c.text(next.ID, "authoring.change_row_text", before.Text, r.Text)
		}
	}
	for _, r := range old.Rows {
		if _, ok := next.Row(r.ID); !ok {
			c.add(next.ID, "authoring.change_row_removed", "Text", r.Text)
		}
	}
}

// Words compares two texts word by word. Joined without what was removed, the parts are the new text;
// without what was added, the old one.
func Words(old, next string) []Part {
	a, b := split(old), split(next)
	var parts []Part
	put := func(kind PartKind, text string) {
		if n := len(parts); n > 0 && parts[n-1].Kind == kind {
			parts[n-1].Text += text
			return
		}
		parts = append(parts, Part{text, kind})
	}
	common := longest(a, b)
	for _, word := range append(common, "") {
		last := word == ""
		for len(a) > 0 && (last || a[0] != word) {
			put(Removed, a[0])
			a = a[1:]
		}
		for len(b) > 0 && (last || b[0] != word) {
			put(Added, b[0])
			b = b[1:]
		}
		if !last {
			put(Same, word)
			a, b = a[1:], b[1:]
		}
	}
	return parts
}

// split cuts a text into words and what stands between them; joined they are the text.
func split(s string) []string {
	var list []string
	for s != "" {
		first, _ := utf8.DecodeRuneInString(s)
		space := unicode.IsSpace(first)
		end := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) != space })
		if end <= 0 {
			end = len(s)
		}
		list, s = append(list, s[:end]), s[end:]
	}
	return list
}

// longestMax bounds the work of longest: beyond it, texts count as wholly different.
const longestMax = 1000

// longest is the longest common subsequence.
func longest(a, b []string) []string {
	if len(a) > longestMax || len(b) > longestMax {
		return nil
	}
	table := make([][]int, len(a)+1)
	for i := range table {
		table[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				table[i][j] = table[i+1][j+1] + 1
			} else {
				table[i][j] = max(table[i+1][j], table[i][j+1])
			}
		}
	}
	var common []string
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			common = append(common, a[i])
			i, j = i+1, j+1
		case table[i+1][j] >= table[i][j+1]:
			i++
		default:
			j++
		}
	}
	return common
}

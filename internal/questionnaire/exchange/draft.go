package exchange

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/region"
)

// Options say what the other program's file does not.
type Options struct {
	Area   int      // 0: as in the file, or 5
	Groups []string // who is asked when the file does not say; empty: all four
}

// where is a place in the other program's file.
type where struct {
	sheet string // sheet or table
	row   int    // from 1
}

// draft grows into a questionnaire while a file is read.
type draft struct {
	file     string
	def      *questionnaire.Definition
	groups   []string
	findings []questionnaire.Finding
	taken    map[string]bool   // ids of questions
	sections map[string]bool   // ids of sections
	names    map[string]string // the file's name of a question -> its id
	codes    map[string]map[string]int
	pending  []pending
	notes    []string // of the notes before the next question, Swedish and English in turn
	noteAt   where
	count    int
	offered  int // options of all questions
}

// pending is a condition to be read when all questions are known.
type pending struct {
	at       where
	question string // id
	text     string
}

func newDraft(file string, o Options) *draft {
	d := &draft{
		file: file, def: &questionnaire.Definition{Area: o.Area}, groups: o.Groups,
		taken: map[string]bool{}, sections: map[string]bool{}, names: map[string]string{}, codes: map[string]map[string]int{},
	}
	if len(d.groups) == 0 {
		for _, g := range region.TargetGroups {
			d.groups = append(d.groups, g.ID)
		}
	}
	return d
}

func (d *draft) note(severity questionnaire.Severity, at where, fix, format string, args ...any) {
	file := d.file
	if at.sheet != "" {
		file += "[" + at.sheet + "]"
	}
	d.findings = append(d.findings, questionnaire.Finding{
		File: file, Line: max(at.row, 1), Column: 1, Severity: severity, Message: fmt.Sprintf(format, args...), Fix: fix,
	})
}

func (d *draft) warn(at where, fix, format string, args ...any) {
	d.note(questionnaire.Warning, at, fix, format, args...)
}

// lost notes what is not taken over.
func (d *draft) lost(at where, format string, args ...any) {
	d.warn(at, "add it by hand if it is needed", "not taken over: "+format, args...)
}

var notInID = regexp.MustCompile(`[^a-z0-9_]+`)

// id makes an identifier of ours from a name, one that is free.
func (d *draft) id(at where, name, prefix string, taken map[string]bool) string {
	id := strings.Trim(notInID.ReplaceAllString(strings.ToLower(clip(name, 200)), "_"), "_")
	if id == "" || id[0] < 'a' || id[0] > 'z' {
		id = prefix + id
	}
	id = id[:min(len(id), 40)]
	base := id[:min(len(id), 34)]
	for n := 2; taken[id]; n++ {
		id = fmt.Sprintf("%s_%d", base, n)
	}
	taken[id] = true
	if id != name && name != "" {
		d.warn(at, "", "the name %q became the id %s", name, id)
	}
	return id
}

// clip shortens to so many bytes, at a whole character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// both fills a missing language with the other one.
func (d *draft) both(at where, t i18n.Text, what string) i18n.Text {
	t.Sv, t.En = strings.TrimSpace(t.Sv), strings.TrimSpace(t.En)
	switch {
	case t.Sv == "" && t.En == "":
		d.warn(at, "write the text", "%s has no text", what)
		return i18n.Text{Sv: what, En: what}
	case t.Sv == "":
		d.warn(at, "translate it", "%s has no Swedish text; the English one stands in", what)
		t.Sv = t.En
	case t.En == "":
		d.warn(at, "translate it", "%s has no English text; the Swedish one stands in", what)
		t.En = t.Sv
	}
	return t
}

// section starts a page.
func (d *draft) section(at where, name string, title i18n.Text) {
	d.endNotes()
	d.def.Sections = append(d.def.Sections, questionnaire.Section{ID: d.id(at, name, "s_", d.sections), Title: title})
}

// put adds a question to the current page and gives it the notes that stood before it.
func (d *draft) put(at where, q questionnaire.Question) error {
	if d.count++; d.count > MaxQuestions {
		return fmt.Errorf("%s holds more than %d questions", d.file, MaxQuestions)
	}
	if len(q.Options) > MaxOptions {
		return fmt.Errorf("%s, %s row %d: question %s has %d options, more than %d", d.file, at.sheet, at.row, q.ID, len(q.Options), MaxOptions)
	}
	if d.offered += len(q.Options); d.offered > questionnaire.MaxAllOptions {
		return fmt.Errorf("%s, %s row %d: the questions have more than %d options together", d.file, at.sheet, at.row, questionnaire.MaxAllOptions)
	}
	if len(d.def.Sections) == 0 {
		d.section(at, "questions", i18n.Text{Sv: "Frågor", En: "Questions"})
	}
	if len(d.notes) > 0 {
		help := i18n.Text{Sv: d.notes[0], En: d.notes[1]}
		if !q.Help.IsZero() {
			help = i18n.Text{Sv: help.Sv + "\n" + q.Help.Sv, En: help.En + "\n" + q.Help.En}
		}
		q.Help, d.notes = help, nil
	}
	if len(q.Groups) == 0 {
		q.Groups = slices.Clone(d.groups)
	}
	last := &d.def.Sections[len(d.def.Sections)-1]
	last.Questions = append(last.Questions, q)
	return nil
}

// keep holds a note until the next question, whose help it becomes.
func (d *draft) keep(at where, t i18n.Text) {
	if len(d.notes) > 0 {
		t = i18n.Text{Sv: d.notes[0] + "\n" + t.Sv, En: d.notes[1] + "\n" + t.En}
	}
	d.notes, d.noteAt = []string{t.Sv, t.En}, at
}

func (d *draft) endNotes() {
	if len(d.notes) > 0 {
		d.lost(d.noteAt, "the note %q, which no question follows on its page", clip(d.notes[1], 60))
		d.notes = nil
	}
}

// code is the code of an option by its name in the file: the same number when it can be one.
func codeOf(name string, taken map[int]bool) int {
	if n, err := strconv.Atoi(name); err == nil && n >= 0 && n <= 999999 && !taken[n] && strconv.Itoa(n) == name {
		return n
	}
	n := 1
	for taken[n] || questionnaire.IsSpecial(n) {
		n++
	}
	return n
}

// finish reads the conditions, drops empty pages and checks the whole as any other questionnaire.
func (d *draft) finish(read func(p pending) (*questionnaire.Condition, error)) (*questionnaire.Definition, []questionnaire.Finding, error) {
	d.endNotes()
	d.def.Sections = slices.DeleteFunc(d.def.Sections, func(s questionnaire.Section) bool {
		if len(s.Questions) == 0 {
			d.lost(where{}, "the group %s, which holds no question", s.ID)
		}
		return len(s.Questions) == 0
	})
	if d.def.Area == 0 {
		d.def.Area = 5
		d.warn(where{}, "import it with another area if that is wrong", "the file names no area; it became area 5")
	}
	for _, q := range d.def.Questions() {
		for _, g := range region.TargetGroups {
			if q.AskedOf(g.ID) && !d.def.HasGroup(g.ID) {
				d.def.Groups = append(d.def.Groups, questionnaire.Group{ID: g.ID, Name: g.Name})
			}
		}
	}
	slices.SortFunc(d.def.Groups, func(a, b questionnaire.Group) int { return groupOrder(a.ID) - groupOrder(b.ID) })
	d.conditions(read)
	if len(d.def.Sections) == 0 {
		d.note(questionnaire.Error, where{}, "import another file", "no question could be taken over")
		return d.def, d.findings, nil
	}
	data, err := write(d.def)
	if err != nil {
		d.note(questionnaire.Error, where{}, "", "%v", err)
		return d.def, d.findings, nil
	}
	if len(data) > MaxYAML {
		return nil, nil, fmt.Errorf("%s holds more text than a questionnaire may: %d kB, at most %d", d.file, len(data)>>10, MaxYAML>>10)
	}
	back, found, err := ReadYAML("draft.yaml", data)
	if err != nil {
		return nil, nil, err
	}
	for i := range found {
		found[i].File = d.file + "(as YAML)"
	}
	d.findings = append(d.findings, found...)
	if back != nil {
		return back, d.findings, nil
	}
	return d.def, d.findings, nil
}

func groupOrder(id string) int {
	return slices.IndexFunc(region.TargetGroups, func(g region.TargetGroup) bool { return g.ID == id })
}

func (d *draft) conditions(read func(p pending) (*questionnaire.Condition, error)) {
	at := map[string]*questionnaire.Question{}
	order := map[string]int{}
	for i, q := range d.def.Questions() {
		at[q.ID], order[q.ID] = q, i
	}
	for _, p := range d.pending {
		q := at[p.question]
		if q == nil {
			continue
		}
		c, err := read(p)
		if err == nil && c != nil {
			err = usable(c, q, at, order)
		}
		if err != nil {
			d.lost(p.at, "the condition of %s, %s: %v", p.question, clip(p.text, 120), err)
			continue
		}
		switch {
		case c == nil:
		case q.ShowIf == nil:
			q.ShowIf = c
		default:
			q.ShowIf = flat(&questionnaire.Condition{All: []questionnaire.Condition{*q.ShowIf, *c}})
		}
	}
}

// usable tells why a condition cannot stand, as the questionnaire's own check would.
func usable(c *questionnaire.Condition, q *questionnaire.Question, at map[string]*questionnaire.Question, order map[string]int) error {
	for _, part := range slices.Concat(c.All, c.Any) {
		if err := usable(&part, q, at, order); err != nil {
			return err
		}
	}
	if c.Q == "" {
		return nil
	}
	target := at[c.Q]
	switch {
	case target == nil || order[c.Q] >= order[q.ID]:
		return fmt.Errorf("%s is no earlier question", c.Q)
	case c.Op != questionnaire.IsAnswered && (target.Type == questionnaire.FreeText || target.Type == questionnaire.Matrix):
		return fmt.Errorf("a question of type %s cannot be compared", target.Type)
	}
	for _, g := range q.Groups {
		if !target.AskedOf(g) {
			return fmt.Errorf("%s is not asked of group %s", c.Q, g)
		}
	}
	ordered := target.Type == questionnaire.Numeric || target.Type == questionnaire.Rating
	for _, v := range c.Values {
		_, option := target.Option(int(v))
		_, special := target.Special(int(v))
		switch {
		case c.Op == questionnaire.IsAnswered:
		case ordered && (v < target.Min || v > target.Max) && !special, !ordered && !option && !special:
			return fmt.Errorf("%s has no answer %g", c.Q, v)
		case !ordered && (c.Op == questionnaire.Ge || c.Op == questionnaire.Le) && target.Type != questionnaire.Likert5 && target.Type != questionnaire.Single:
			return fmt.Errorf("the answers of %s have no order", c.Q)
		}
	}
	return nil
}

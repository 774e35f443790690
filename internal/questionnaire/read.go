package questionnaire

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/region"
	"upphandlingsdialog/internal/strategy"
)

// reader turns the YAML of one questionnaire into a Definition.
type reader struct {
	source
	shared *shared
	area   int // 0 until known, and in shared parts

	questions []asked
	taken     map[string]bool // question ids
	refs      []ref
	offered   int // options of all questions
}

// asked is a question that has been read, with where it stands.
type asked struct {
	Question
	file string
	node *yaml.Node
}

// ref is a comparison in a condition, to be checked when all questions are known.
type ref struct {
	source source
	node   *yaml.Node // of the comparison
	owner  int        // index of the question that is shown by it
	cond   Condition
}

func (r *reader) schema(root *yaml.Node, m mapping) {
	n := m.get("schema")
	switch {
	case n == nil && root.Kind == yaml.MappingNode:
		r.fail(root, "begin the file with schema: "+Schema, "the file does not name its schema")
	case n != nil && n.Value != Schema:
		r.fail(n, "write "+Schema, "unknown schema %q", n.Value)
	}
}

// definition reads a whole questionnaire. The node is where its id stands.
func (r *reader) definition(root *yaml.Node) (*Definition, *yaml.Node) {
	r.taken = map[string]bool{}
	m := r.fields(root, "a questionnaire", append([]string{"schema", "id", "area", "title", "intro", "sections"}, sharedKeys...)...)
	d := &Definition{}
	if root.Kind != yaml.MappingNode {
		return d, root
	}
	r.schema(root, m)
	d.ID = r.identifier(m, "the questionnaire")
	d.Area = r.readArea(m)
	r.area = d.Area
	d.Title = r.required(m, "title", "the questionnaire")
	d.Intro = r.text(m.get("intro"), "intro")
	r.parts(m)
	if !m.has("sections") {
		r.fail(root, "add sections: with an id, a title and questions each", "the questionnaire has no sections")
	}
	ids := map[string]bool{}
	for _, n := range r.list(m.get("sections"), "sections") {
		s := r.section(n)
		if ids[s.ID] && s.ID != "" {
			r.fail(n, "give each section an id of its own", "section %q stands twice", s.ID)
		}
		ids[s.ID] = true
		d.Sections = append(d.Sections, s)
	}
	r.checkRefs()
	for _, g := range region.TargetGroups {
		if slices.ContainsFunc(r.questions, func(q asked) bool { return q.AskedOf(g.ID) }) {
			d.Groups = append(d.Groups, Group{ID: g.ID, Name: g.Name})
		}
	}
	r.checkPages(d, root)
	at := root
	if n := m.get("id"); n != nil {
		at = n
	}
	d.places = map[string]Place{"": {r.file, at.Line, at.Column}}
	for _, q := range r.questions {
		d.places[q.ID] = Place{q.file, q.node.Line, q.node.Column}
	}
	return d, at
}

// maxPages is how many pages a respondent may meet at most before it is a warning.
const maxPages = 5

func (r *reader) checkPages(d *Definition, root *yaml.Node) {
	for _, g := range d.Groups {
		if n := len(d.Pages(g.ID)); n > maxPages {
			r.warn(root, fmt.Sprintf("join sections until there are at most %d", maxPages), "group %s gets %d pages", g.ID, n)
		}
	}
}

func (r *reader) readArea(m mapping) int {
	n := m.get("area")
	if n == nil {
		r.fail(m.node, "add area: a5, a6 or a7", "the questionnaire has no area")
		return 0
	}
	for _, a := range strategy.Areas {
		if number := fmt.Sprint(a.Number); n.Value == number || n.Value == "a"+number {
			return a.Number
		}
	}
	r.fail(n, "write a5, a6 or a7", "unknown area %q", n.Value)
	return 0
}

// section reads a section: its own questions, or a shared block.
func (r *reader) section(n *yaml.Node) Section {
	m := r.fields(n, "a section", "id", "title", "questions", "block", "note")
	if ref := m.get("block"); ref != nil {
		for _, key := range []string{"id", "title", "questions"} {
			if m.has(key) {
				r.fail(m.get(key), "remove it, or remove block", "a section that is a block has no %s of its own", key)
			}
		}
		b, ok := r.shared.blocks[ref.Value]
		if !ok {
			r.fail(ref, nearest(ref.Value, sortedKeys(r.shared.blocks)), "unknown block %q", ref.Value)
			return Section{ID: ref.Value}
		}
		return r.block(ref.Value, b)
	}
	s := Section{ID: r.identifier(m, "a section"), Title: r.required(m, "title", "a section")}
	s.Questions = r.readQuestions(m, "section "+s.ID)
	return s
}

// block reads a shared block as a section; its faults belong to the file that it stands in.
func (r *reader) block(name string, b block) Section {
	own := r.source
	r.source = b.source
	defer func() { r.source = own }()
	what := "block " + name
	m := r.fields(b.node, what, "title", "note", "questions")
	s := Section{ID: name, Title: r.required(m, "title", what)}
	s.Questions = r.readQuestions(m, what)
	return s
}

func (r *reader) readQuestions(m mapping, what string) []Question {
	items := r.list(m.get("questions"), "the questions of "+what)
	if len(items) == 0 && m.node.Kind == yaml.MappingNode {
		r.fail(m.node, "add questions:, or remove it", "%s has no questions", what)
	}
	var list []Question
	for _, n := range items {
		if len(r.questions) >= MaxQuestions {
			r.fail(n, "make it several questionnaires", "there are more than %d questions", MaxQuestions)
			break
		}
		list = append(list, r.question(n))
	}
	return list
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// theme reads a theme code; null and a missing node are none.
func (r *reader) theme(n *yaml.Node) string {
	if n == nil || n.Tag == "!!null" {
		return ""
	}
	code := r.word(n, "theme")
	if code == "" {
		return ""
	}
	t, ok := strategy.ThemeByCode(code)
	switch {
	case !ok:
		known := make([]string, len(strategy.Themes))
		for i, t := range strategy.Themes {
			known[i] = t.Code
		}
		if r.area != 0 {
			known = nil
			for _, t := range strategy.ThemesOf(r.area) {
				known = append(known, t.Code)
			}
		}
		r.fail(n, nearest(code, known), "unknown theme %q", code)
		return ""
	case r.area != 0 && !t.Fits(r.area):
		r.fail(n, fmt.Sprintf("write a theme of area %d or one that cuts across (X01 … X08)", r.area),
			"theme %s belongs to area %d", code, t.Area)
	}
	return code
}

// groups reads a list of target groups, in the order that everything shows them.
func (r *reader) groups(n *yaml.Node, what string) []string {
	if n == nil {
		return nil
	}
	known := make([]string, len(region.TargetGroups))
	for i, g := range region.TargetGroups {
		known[i] = g.ID
	}
	found := map[string]bool{}
	for _, item := range r.list(n, "the groups of "+what) {
		id := r.word(item, "a group")
		if id == "" {
			continue
		}
		if !slices.Contains(known, id) {
			r.fail(item, nearest(id, known), "unknown group %q", id)
		} else if found[id] {
			r.fail(item, "write it once", "group %q stands twice", id)
		}
		found[id] = true
	}
	list := slices.DeleteFunc(known, func(id string) bool { return !found[id] })
	if len(list) == 0 && n.Kind == yaml.SequenceNode {
		r.fail(n, "name at least one group, or remove the key", "%s has no group", what)
	}
	return list
}

// textByGroup reads texts that stand in for another in some groups.
func (r *reader) textByGroup(n *yaml.Node, q *Question) map[string]i18n.Text {
	if n == nil {
		return nil
	}
	texts := map[string]i18n.Text{}
	m := r.entries(n, "text_by_group of "+q.ID)
	for _, key := range m.keys {
		if !q.AskedOf(key.Value) {
			r.fail(key, "write one of "+strings.Join(q.Groups, ", ")+", or add the group to groups",
				"question %s is not asked of group %q", q.ID, key.Value)
			continue
		}
		texts[key.Value] = r.text(m.get(key.Value), "the text of "+q.ID+" for "+key.Value)
	}
	if len(texts) == 0 {
		return nil
	}
	return texts
}

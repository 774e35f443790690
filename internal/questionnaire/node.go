package questionnaire

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"upphandlingsdialog/internal/i18n"
)

// source reads YAML nodes of one file and notes what is wrong with them.
type source struct {
	file     string
	findings *[]Finding
}

func (s source) at(line, column int, severity Severity, fix, format string, args ...any) {
	if n := len(*s.findings); n >= 2*maxFindings || (n >= maxFindings && severity != Error) {
		return // errors have their own half, so none is outnumbered by advice
	}
	*s.findings = append(*s.findings, Finding{
		File: s.file, Line: line, Column: column, Severity: severity,
		Message: fmt.Sprintf(format, args...), Fix: fix,
	})
}

// fail notes an error at the node; fix says what to write instead.
func (s source) fail(n *yaml.Node, fix, format string, args ...any) {
	s.at(n.Line, n.Column, Error, fix, format, args...)
}

func (s source) warn(n *yaml.Node, fix, format string, args ...any) {
	s.at(n.Line, n.Column, Warning, fix, format, args...)
}

// noAliases refuses YAML's anchors and aliases: a reader of the file sees everything where it
// stands, and a small file cannot grow without bound.
func (s source) noAliases(n *yaml.Node) bool {
	if n.Kind == yaml.AliasNode {
		s.fail(n, "write the value out, or move it to a shared file", "aliases are not used in questionnaires")
		return false
	}
	ok := true
	for _, c := range n.Content {
		ok = s.noAliases(c) && ok
	}
	return ok
}

// mapping is a YAML mapping by key, with the node it came from.
type mapping struct {
	node   *yaml.Node
	values map[string]*yaml.Node
	keys   []*yaml.Node // in the order of the file
}

func (m mapping) get(key string) *yaml.Node { return m.values[key] }
func (m mapping) has(key string) bool       { return m.values[key] != nil }

// fields reads a mapping that may only have the known keys. What names the thing in messages.
func (s source) fields(n *yaml.Node, what string, known ...string) mapping {
	m := s.entries(n, what)
	for _, key := range m.keys {
		if !slices.Contains(known, key.Value) {
			s.fail(key, nearest(key.Value, known), "unknown key %q in %s", key.Value, what)
		}
	}
	return m
}

// entries reads a mapping with any keys.
func (s source) entries(n *yaml.Node, what string) mapping {
	m := mapping{node: n, values: map[string]*yaml.Node{}}
	if n.Kind != yaml.MappingNode {
		s.fail(n, "write key: value pairs", "%s must be a mapping", what)
		return m
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			s.fail(key, "write a plain word as the key", "a key in %s is not a word", what)
			continue
		}
		if _, double := m.values[key.Value]; double {
			s.fail(key, "keep one of them", "key %q stands twice in %s", key.Value, what)
			continue
		}
		m.values[key.Value] = value
		m.keys = append(m.keys, key)
	}
	return m
}

// list reads a sequence. A missing node is an empty list.
func (s source) list(n *yaml.Node, what string) []*yaml.Node {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		s.fail(n, "write a list: [a, b] or lines that begin with -", "%s must be a list", what)
		return nil
	}
	return n.Content
}

// word reads a plain scalar.
func (s source) word(n *yaml.Node, what string) string {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		s.fail(n, "write one word or text", "%s must be a text", what)
		return ""
	}
	return n.Value
}

var identifier = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// identifier reads an id. Ids become keys of answers and names of form fields.
func (s source) identifier(m mapping, what string) string {
	n := m.get("id")
	if n == nil {
		s.fail(m.node, "add an id, for example id: q5_19", "%s has no id", what)
		return ""
	}
	id := s.word(n, "the id of "+what)
	if id != "" && !identifier.MatchString(id) {
		s.fail(n, "write a lower-case letter followed by letters, digits and _, at most 40 in all", "id %q cannot be used", id)
		return ""
	}
	return id
}

// integer reads a whole number; ok is false when it is none.
func (s source) integer(n *yaml.Node, what string) (v int, ok bool) {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!int" {
		if v, err := strconv.Atoi(n.Value); err == nil {
			return v, true
		}
	}
	s.fail(n, "write a whole number without quotes", "%s must be a whole number", what)
	return 0, false
}

// positive reads a whole number from 1 up to a limit; 0 when it is missing or wrong.
func (s source) positive(m mapping, key string, limit int) int {
	n := m.get(key)
	if n == nil {
		return 0
	}
	v, ok := s.integer(n, key)
	if ok && (v < 1 || v > limit) {
		s.fail(n, fmt.Sprintf("write a number from 1 to %d", limit), "%s %d is out of range", key, v)
		return 0
	}
	return v
}

// number reads a decimal number.
func (s source) number(n *yaml.Node, what string) (float64, bool) {
	if n.Kind == yaml.ScalarNode && (n.Tag == "!!int" || n.Tag == "!!float") {
		if v, err := strconv.ParseFloat(n.Value, 64); err == nil && math.Abs(v) <= 1e12 {
			return v, true
		}
	}
	s.fail(n, "write a number without quotes, with a decimal point", "%s must be a number", what)
	return 0, false
}

// flag reads true or false; a missing key is false.
func (s source) flag(m mapping, key string) bool {
	n := m.get(key)
	if n == nil {
		return false
	}
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" {
		s.fail(n, "write true or false", "%s must be true or false", key)
		return false
	}
	v, _ := strconv.ParseBool(strings.ToLower(n.Value))
	return v
}

// bilingual takes the two languages from a mapping that may hold more.
func (s source) bilingual(m mapping, what string) i18n.Text {
	get := func(lang, name string) string {
		n := m.get(lang)
		if n != nil && n.Kind == yaml.ScalarNode && n.Tag != "!!null" && strings.TrimSpace(n.Value) != "" {
			return n.Value
		}
		at := m.node
		if n != nil {
			at = n
		}
		if m.node.Kind == yaml.MappingNode {
			s.fail(at, fmt.Sprintf("add %s: %q", lang, "…"), "%s has no %s text", what, name)
		}
		return ""
	}
	return i18n.Text{Sv: get("sv", "Swedish"), En: get("en", "English")}
}

// text reads {sv, en}. A missing node is an empty text.
func (s source) text(n *yaml.Node, what string) i18n.Text {
	if n == nil {
		return i18n.Text{}
	}
	return s.bilingual(s.fields(n, what, "sv", "en"), what)
}

// required is text that must be there.
func (s source) required(m mapping, key, what string) i18n.Text {
	if !m.has(key) {
		s.fail(m.node, fmt.Sprintf(`add %s: {sv: "…", en: "…"}`, key), "%s has no %s", what, key)
		return i18n.Text{}
	}
	return s.text(m.get(key), key+" of "+what)
}

// nearest is the advice for a word that is not among the known ones: the closest, if it is close,
// and else what may be written.
func nearest(word string, known []string) string {
	if len(known) == 0 {
		return "remove it"
	}
	best, distance := "", len(word)
	for _, k := range known {
		if d := edits(strings.ToLower(word), strings.ToLower(k)); d < distance {
			best, distance = k, d
		}
	}
	if best != "" && distance <= max(2, len(best)/3) {
		return fmt.Sprintf("write %s", best)
	}
	if len(known) > 12 {
		return fmt.Sprintf("write one of %s … %s", strings.Join(known[:6], ", "), known[len(known)-1])
	}
	return "write one of " + strings.Join(known, ", ")
}

// edits counts the letters to insert, remove or replace to get from a to b.
func edits(a, b string) int {
	if len(a) > 60 || len(b) > 60 {
		return 60
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			before, row[j+1] = row[j+1], min(row[j]+1, row[j+1]+1, before+cost)
		}
	}
	return row[len(b)]
}

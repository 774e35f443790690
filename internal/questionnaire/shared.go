package questionnaire

import (
	"fmt"
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"

	"upphandlingsdialog/internal/i18n"
)

// sharedKeys are the top-level keys of the parts that questionnaires share. A questionnaire may
// also hold parts of its own under the same keys.
var sharedKeys = []string{"special_codes", "scales", "option_sets", "blocks"}

// shared are the parts by name.
type shared struct {
	specials map[string]Special // by kind: unknown, not_applicable, declined
	scales   map[string]scale
	sets     map[string][]Option
	blocks   map[string]block
}

type scale struct {
	bipolar bool
	points  []Option
}

// block is a section that is read anew for each questionnaire that uses it, since its themes must
// fit that one's area.
type block struct {
	source source
	node   *yaml.Node
}

func newShared() *shared {
	return &shared{
		specials: map[string]Special{}, scales: map[string]scale{},
		sets: map[string][]Option{}, blocks: map[string]block{},
	}
}

// copy keeps one questionnaire's own parts out of the others.
func (s *shared) copy() *shared {
	return &shared{maps.Clone(s.specials), maps.Clone(s.scales), maps.Clone(s.sets), maps.Clone(s.blocks)}
}

// specialCode are the reserved codes by kind. They are fixed: answers are stored with them.
var specialCode = map[string]int{"unknown": Unknown, "not_applicable": NotApplicable, "declined": Declined}

// specialKinds lists the kinds in a stable order.
var specialKinds = []string{"unknown", "not_applicable", "declined"}

// parts reads the shared parts of a file.
func (r *reader) parts(m mapping) {
	if n := m.get("special_codes"); n != nil {
		r.readSpecials(n)
	}
	if n := m.get("scales"); n != nil {
		r.readScales(n)
	}
	if n := m.get("option_sets"); n != nil {
		sets := r.entries(n, "option_sets")
		for _, key := range sets.keys {
			if _, double := r.shared.sets[key.Value]; double {
				r.fail(key, "give it another name", "option set %q is already defined", key.Value)
			}
			r.shared.sets[key.Value] = r.options(sets.get(key.Value), "option set "+key.Value)
		}
	}
	if n := m.get("blocks"); n != nil {
		blocks := r.entries(n, "blocks")
		for _, key := range blocks.keys {
			if _, double := r.shared.blocks[key.Value]; double {
				r.fail(key, "give it another name", "block %q is already defined", key.Value)
			}
			r.shared.blocks[key.Value] = block{source: r.source, node: blocks.get(key.Value)}
		}
	}
}

func (r *reader) readSpecials(n *yaml.Node) {
	m := r.fields(n, "special_codes", specialKinds...)
	for _, key := range m.keys {
		want, known := specialCode[key.Value]
		if !known {
			continue
		}
		what := "special code " + key.Value
		f := r.fields(m.get(key.Value), what, "code", "sv", "en")
		if code, ok := r.code(f, what); ok && code != want {
			r.fail(f.get("code"), fmt.Sprintf("write code: %d", want), "%s has code %d", what, code)
		}
		r.shared.specials[key.Value] = Special{Code: want, Text: r.bilingual(f, what)}
	}
}

func (r *reader) readScales(n *yaml.Node) {
	m := r.entries(n, "scales")
	for _, key := range m.keys {
		what := "scale " + key.Value
		f := r.fields(m.get(key.Value), what, "polarity", "points")
		var s scale
		switch p := f.get("polarity"); {
		case p == nil:
			r.fail(key, "add polarity: unipolar or polarity: bipolar", "%s has no polarity", what)
		case p.Value != "unipolar" && p.Value != "bipolar":
			r.fail(p, nearest(p.Value, []string{"unipolar", "bipolar"}), "unknown polarity %q", p.Value)
		default:
			s.bipolar = p.Value == "bipolar"
		}
		s.points = r.options(f.get("points"), what)
		codes := make([]int, 0, len(s.points))
		for _, p := range s.points {
			codes = append(codes, p.Code)
		}
		if !slices.Equal(codes, []int{1, 2, 3, 4, 5}) {
			r.fail(key, "write five points with the codes 1, 2, 3, 4, 5 from low to high", "%s has the codes %v", what, codes)
		}
		if _, double := r.shared.scales[key.Value]; double {
			r.fail(key, "give it another name", "%s is already defined", what)
		}
		r.shared.scales[key.Value] = s
	}
}

// code reads the code of an option, a point or a special code.
func (r *reader) code(m mapping, what string) (int, bool) {
	n := m.get("code")
	if n == nil {
		r.fail(m.node, "add a code, for example code: 1", "%s has no code", what)
		return 0, false
	}
	return r.integer(n, "the code of "+what)
}

// options reads a list of options, points of a scale included.
func (r *reader) options(n *yaml.Node, what string) []Option {
	var list []Option
	taken := map[int]bool{}
	texts := map[i18n.Text]bool{}
	items := r.list(n, "the options of "+what)
	if len(items) > MaxOptions {
		r.fail(n, "let the respondent write it, or ask in two steps", "%s has %d options, more than %d", what, len(items), MaxOptions)
		return nil
	}
	for _, item := range items {
		m := r.fields(item, "an option of "+what,
			"code", "sv", "en", "theme", "groups", "exclusive", "other_text", "fixed_last", "sni")
		code, ok := r.code(m, "an option of "+what)
		name := fmt.Sprintf("option %d of %s", code, what)
		switch {
		case ok && IsSpecial(code):
			r.fail(m.get("code"), "write another number; offer the special code with special: [unknown] and the like",
				"code %d is reserved for special codes", code)
		case ok && (code < 0 || code > 999999):
			r.fail(m.get("code"), "write a number from 0 to 999999", "code %d is out of range", code)
		case ok && taken[code]:
			r.fail(m.get("code"), fmt.Sprintf("write a code that is free, for example %d", free(taken)), "code %d stands twice in %s", code, what)
		}
		taken[code] = true
		o := Option{
			Code: code, Text: r.bilingual(m, name),
			Exclusive: r.flag(m, "exclusive"), OtherText: r.flag(m, "other_text"), FixedLast: r.flag(m, "fixed_last"),
		}
		if texts[o.Text] && !o.Text.IsZero() {
			r.warn(item, "tell them apart in words, or remove one", "%s has the same text as another option", name)
		}
		texts[o.Text] = true
		o.Theme = r.theme(m.get("theme"))
		o.Groups = r.groups(m.get("groups"), name)
		list = append(list, o)
	}
	return list
}

// free is the lowest code from 1 that is not taken.
func free(taken map[int]bool) int {
	code := 1
	for taken[code] || IsSpecial(code) {
		code++
	}
	return code
}

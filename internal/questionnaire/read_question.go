package questionnaire

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/strategy"
)

// keysOfAll are the keys that every type of question may have.
var keysOfAll = []string{"id", "type", "groups", "theme", "kpi", "text", "text_by_group", "help",
	"special", "special_labels", "show_if", "prefill", "sensitive"}

// keysOf are the further keys by type.
var keysOf = map[Type][]string{
	Single:       {"options", "option_set", "randomize"},
	Multiple:     {"options", "option_set", "randomize", "max_choices"},
	Likert5:      {"scale"},
	Matrix:       {"scale", "rows"},
	Ranking:      {"options", "option_set", "randomize", "top"},
	Numeric:      {"min", "max", "decimals", "unit"},
	Rating:       {"min", "max", "labels"},
	FreeText:     {"max_length"},
	YesNoUnknown: {},
	Municipality: {"options", "option_set"},
}

// question reads one question and notes it for the checks that need the others.
func (r *reader) question(n *yaml.Node) Question {
	m := r.entries(n, "a question")
	q := Question{ID: r.identifier(m, "a question")}
	if r.taken[q.ID] && q.ID != "" {
		r.fail(m.get("id"), "give it an id that no other question has; ids are permanent", "question id %q stands twice", q.ID)
	}
	r.taken[q.ID] = true
	q.Type = r.readType(m)
	r.checkKeys(m, q.Type)

	if m.has("groups") {
		q.Groups = r.groups(m.get("groups"), "question "+q.ID)
	} else if n.Kind == yaml.MappingNode {
		r.fail(n, "add groups: [procurer, politician, business, developer] or some of them", "question %s has no groups", q.ID)
	}
	if !m.has("theme") && n.Kind == yaml.MappingNode {
		r.fail(n, "add theme: with a code, or theme: null when answers are coded by hand", "question %s has no theme", q.ID)
	}
	q.Theme = r.theme(m.get("theme"))
	for key, into := range map[string]*string{"kpi": &q.KPI, "prefill": &q.Prefill, "unit": &q.Unit} {
		if v := m.get(key); v != nil {
			*into = r.word(v, key)
		}
	}
	q.Text = r.required(m, "text", "question "+q.ID)
	q.TextByGroup = r.textByGroup(m.get("text_by_group"), &q)
	q.Help = r.text(m.get("help"), "the help of "+q.ID)
	q.Randomize, q.Sensitive = r.flag(m, "randomize"), r.flag(m, "sensitive")
	r.body(m, &q)
	r.specials(m, &q)

	r.questions = append(r.questions, asked{q, r.file, n})
	if c := m.get("show_if"); c != nil {
		q.ShowIf = r.condition(c, len(r.questions)-1, 1)
	}
	return q
}

func (r *reader) readType(m mapping) Type {
	names := make([]string, len(Types))
	for i, t := range Types {
		names[i] = string(t)
	}
	n := m.get("type")
	if n == nil {
		if m.node.Kind == yaml.MappingNode {
			r.fail(m.node, "add type: with one of "+strings.Join(names, ", "), "a question has no type")
		}
		return ""
	}
	if !slices.Contains(names, n.Value) {
		r.fail(n, nearest(n.Value, names), "unknown type %q", n.Value)
		return ""
	}
	return Type(n.Value)
}

// checkKeys refuses keys that no question has, and those that this type of question has no use for.
func (r *reader) checkKeys(m mapping, t Type) {
	var all []string
	for _, t := range Types {
		all = append(all, keysOf[t]...)
	}
	allowed := slices.Concat(keysOfAll, keysOf[t])
	for _, key := range m.keys {
		switch {
		case slices.Contains(allowed, key.Value):
		case !slices.Contains(all, key.Value):
			r.fail(key, nearest(key.Value, allowed), "unknown key %q in a question", key.Value)
		case t != "":
			var users []string
			for _, other := range Types {
				if slices.Contains(keysOf[other], key.Value) {
					users = append(users, string(other))
				}
			}
			r.fail(key, "remove it, or write type: "+strings.Join(users, " or "), "a question of type %s has no %s", t, key.Value)
		}
	}
}

// body reads what depends on the type.
func (r *reader) body(m mapping, q *Question) {
	switch q.Type {
	case Single, Multiple, Ranking, Municipality:
		r.choices(m, q)
	case YesNoUnknown:
		q.Options = r.set(m.node, "yes_no")
	case Likert5:
		r.scaleOf(m, q)
	case Matrix:
		r.scaleOf(m, q)
		r.rows(m, q)
	case Numeric:
		r.limits(m, q)
		if n := m.get("decimals"); n != nil {
			v, ok := r.integer(n, "decimals")
			if ok && (v < 0 || v > 6) {
				r.fail(n, "write a number from 0 to 6", "decimals %d is out of range", v)
			} else if ok {
				q.Decimals = v
			}
		}
	case Rating:
		r.rating(m, q)
	case FreeText:
		q.MaxLength = r.positive(m, "max_length", 10000)
	}
}

// set finds a shared option set. The options are copied: a question may come to own them.
func (r *reader) set(n *yaml.Node, name string) []Option {
	set, ok := r.shared.sets[name]
	if !ok {
		r.fail(n, nearest(name, sortedKeys(r.shared.sets)), "unknown option set %q", name)
	}
	return slices.Clone(set)
}

func (r *reader) choices(m mapping, q *Question) {
	what := "question " + q.ID
	own, set := m.get("options"), m.get("option_set")
	switch {
	case own != nil && set != nil:
		r.fail(set, "keep one of them", "%s has both options and option_set", what)
	case set != nil:
		q.Options = r.set(set, set.Value)
	case own != nil:
		q.Options = r.options(own, what)
	default:
		r.fail(m.node, "add options: or option_set:", "%s has no options", what)
		return
	}
	at := own
	if at == nil {
		at = set
	}
	if r.offered += len(q.Options); r.offered > MaxAllOptions {
		r.fail(at, "make it several questionnaires", "the questions have more than %d options together", MaxAllOptions)
		q.Options = nil
		return
	}
	q.Top = r.positive(m, "top", 20)
	if q.Type == Ranking && !m.has("top") {
		r.fail(m.node, "add top: 3", "%s does not say how many may be ranked", what)
	}
	q.MaxChoices = r.positive(m, "max_choices", 100)
	r.checkOptions(at, q)
	for _, g := range q.Groups {
		view := q.ForGroup(g)
		n := len(view.Options)
		switch {
		case n < 2:
			r.fail(at, "give the group at least two options, or take it out of groups", "%s has %d options for group %s", what, n, g)
		case q.Top > n:
			r.fail(m.get("top"), fmt.Sprintf("write a number up to %d", n), "top %d is more than the %d options of group %s", q.Top, n, g)
		case q.MaxChoices > n:
			r.fail(m.get("max_choices"), fmt.Sprintf("write a number up to %d", n), "max_choices %d is more than the %d options of group %s", q.MaxChoices, n, g)
		}
	}
}

// checkOptions checks what an option may be in this type of question.
func (r *reader) checkOptions(at *yaml.Node, q *Question) {
	others := 0
	for _, o := range q.Options {
		what := fmt.Sprintf("option %d of question %s", o.Code, q.ID)
		if t, ok := strategy.ThemeByCode(o.Theme); ok && at.Kind == yaml.ScalarNode && r.area != 0 && !t.Fits(r.area) {
			r.fail(at, "give the question options of its own", "%s has theme %s of area %d", what, t.Code, t.Area)
		}
		if o.Exclusive && q.Type != Multiple {
			r.fail(at, "remove exclusive", "%s is exclusive, which only multiple questions have", what)
		}
		if o.OtherText {
			if others++; others > 1 {
				r.fail(at, "keep other_text on one option", "%s is the second with other_text", what)
			}
			if q.Type != Single && q.Type != Multiple {
				r.fail(at, "remove other_text", "%s has other_text, which only single and multiple questions have", what)
			}
		}
		for _, g := range o.Groups {
			if !q.AskedOf(g) {
				r.fail(at, "remove the group from the option, or add it to the question", "%s is for group %s, which is not asked", what, g)
			}
		}
	}
}

func (r *reader) scaleOf(m mapping, q *Question) {
	n := m.get("scale")
	if n == nil {
		r.fail(m.node, "add scale: with one of "+strings.Join(sortedKeys(r.shared.scales), ", "), "question %s has no scale", q.ID)
		return
	}
	s, ok := r.shared.scales[n.Value]
	if !ok {
		r.fail(n, nearest(n.Value, sortedKeys(r.shared.scales)), "unknown scale %q", n.Value)
		return
	}
	q.Scale, q.Bipolar, q.Options = n.Value, s.bipolar, slices.Clone(s.points)
}

func (r *reader) rows(m mapping, q *Question) {
	taken := map[string]bool{}
	for _, n := range r.list(m.get("rows"), "the rows of "+q.ID) {
		f := r.fields(n, "a row of "+q.ID, "id", "sv", "en", "theme")
		id := r.identifier(f, "a row of "+q.ID)
		switch {
		case id == "other" || id == "special":
			r.fail(f.get("id"), "write another id", "row id %q is the name of a form field", id)
		case taken[id] && id != "":
			r.fail(f.get("id"), "write an id that is free", "row %q stands twice in %s", id, q.ID)
		}
		taken[id] = true
		q.Rows = append(q.Rows, Row{ID: id, Text: r.bilingual(f, "row "+id+" of "+q.ID), Theme: r.theme(f.get("theme"))})
	}
	if len(q.Rows) == 0 {
		r.fail(m.node, `add rows: with lines like - {id: a, sv: "…", en: "…"}`, "question %s has no rows", q.ID)
	}
}

// limits reads min and max.
func (r *reader) limits(m mapping, q *Question) bool {
	ok := true
	for key, into := range map[string]*float64{"min": &q.Min, "max": &q.Max} {
		n := m.get(key)
		if n == nil {
			r.fail(m.node, "add "+key+": with a number", "question %s has no %s", q.ID, key)
			ok = false
			continue
		}
		v, good := r.number(n, key)
		*into = v
		ok = ok && good
	}
	if ok && q.Min >= q.Max {
		r.fail(m.get("min"), "write the lower number as min and the higher as max", "min %s is not less than max %s", plain(q.Min), plain(q.Max))
		return false
	}
	return ok
}

// maxRating is the longest row of buttons, in steps, that a phone can show.
const maxRating = 20

func (r *reader) rating(m mapping, q *Question) {
	if r.limits(m, q) {
		whole := q.Min == float64(int(q.Min)) && q.Max == float64(int(q.Max))
		if !whole || q.Min < 0 || q.Max-q.Min > maxRating || q.Max >= NotApplicable {
			r.fail(m.get("max"), "write whole numbers from 0, at most 20 apart, for example 0 and 10", "a rating cannot go from %s to %s", plain(q.Min), plain(q.Max))
		}
	}
	n := m.get("labels")
	if n == nil {
		r.fail(m.node, `add labels: {min: {sv: "…", en: "…"}, max: {sv: "…", en: "…"}}`, "question %s does not say what its lowest and highest value mean", q.ID)
		return
	}
	f := r.fields(n, "the labels of "+q.ID, "min", "max")
	q.MinLabel = r.required(f, "min", "the labels of "+q.ID)
	q.MaxLabel = r.required(f, "max", "the labels of "+q.ID)
}

// specials reads which special codes the question offers, and labels of its own for them.
func (r *reader) specials(m mapping, q *Question) {
	kinds := map[string]int{} // kind -> index in q.Specials
	add := func(n *yaml.Node, kind string) {
		s, ok := r.shared.specials[kind]
		if !ok {
			r.fail(n, "define it under special_codes in a shared file", "special code %q has no text", kind)
			return
		}
		kinds[kind] = len(q.Specials)
		q.Specials = append(q.Specials, s)
	}
	for _, n := range r.list(m.get("special"), "special of "+q.ID) {
		_, known := specialCode[n.Value]
		_, double := kinds[n.Value]
		switch {
		case !known:
			r.fail(n, nearest(n.Value, specialKinds), "unknown special code %q", n.Value)
		case double:
			r.fail(n, "write it once", "special code %q stands twice", n.Value)
		default:
			add(n, n.Value)
		}
	}
	if _, has := kinds["unknown"]; q.Type == YesNoUnknown && !has {
		add(m.node, "unknown")
	}
	if n := m.get("special_labels"); n != nil {
		labels := r.entries(n, "special_labels of "+q.ID)
		for _, key := range labels.keys {
			i, offered := kinds[key.Value]
			if !offered {
				r.fail(key, "add it to special, or remove the label", "question %s does not offer the special code %q", q.ID, key.Value)
				continue
			}
			r.specialLabel(labels.get(key.Value), q, &q.Specials[i])
		}
	}
}

// specialLabel reads a label that stands in for the usual one, in all groups or in those it names.
func (r *reader) specialLabel(n *yaml.Node, q *Question, s *Special) {
	what := "a special label of " + q.ID
	f := r.fields(n, what, "sv", "en", "groups")
	text := r.bilingual(f, what)
	if !f.has("groups") {
		s.Text = text
		return
	}
	for _, g := range r.groups(f.get("groups"), what) {
		if !q.AskedOf(g) {
			r.fail(f.get("groups"), "write one of "+strings.Join(q.Groups, ", "), "question %s is not asked of group %q", q.ID, g)
			continue
		}
		if s.TextByGroup == nil {
			s.TextByGroup = map[string]i18n.Text{}
		}
		s.TextByGroup[g] = text
	}
}

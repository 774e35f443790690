package authoring

import (
	"slices"
	"strings"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/questionnaire/exchange"
	"upphandlingsdialog/internal/region"
	"upphandlingsdialog/internal/strategy"
)

// Problem is what keeps a draft from being sent, and where it is mended. At most one of Question,
// Section and Set is filled; none for the whole.
type Problem struct {
	Question string         // id
	Section  string         // id
	Set      string         // name of a scale or option set
	Field    string         // of the question: text, groups, options, rows, scale, limits, show_if ...
	Key      string         // of the message, which says how to mend it
	Args     map[string]any // an i18n.Text is shown in the reader's language
}

// In is the problem in words.
func (p Problem) In(l i18n.Lang) string {
	args := make([]any, 0, 2*len(p.Args))
	for name, value := range p.Args {
		if t, ok := value.(i18n.Text); ok {
			value = t.In(l)
		}
		args = append(args, name, value)
	}
	return i18n.T(l, p.Key, args...)
}

// Definition is the draft with its shared parts resolved, complete or not: what a preview shows.
func (d Draft) Definition() *questionnaire.Definition {
	def := &questionnaire.Definition{ID: d.ID, Area: d.Area, Title: d.Title, Intro: d.Intro}
	asked := map[string]bool{}
	for _, s := range d.Sections {
		section := questionnaire.Section{ID: s.ID, Title: s.Title}
		for i := range s.Questions {
			q := &s.Questions[i]
			resolved := clone(q.Question)
			resolved.Options = slices.Clone(d.Choices(q))
			if scale := d.scale(q.Scale); scale != nil && q.onScale() {
				resolved.Bipolar = scale.Bipolar
			}
			for _, g := range q.Groups {
				asked[g] = true
			}
			section.Questions = append(section.Questions, resolved)
		}
		def.Sections = append(def.Sections, section)
	}
	for _, g := range region.TargetGroups {
		if asked[g.ID] {
			def.Groups = append(def.Groups, questionnaire.Group{ID: g.ID, Name: g.Name})
		}
	}
	return def
}

// Compile makes the definition that respondents are asked. It is nil when problems keep it from being
// asked. The last word has the reader of files: the definition is written as one and read back, so that
// nothing can be made in the editor that a file could not say.
func (d Draft) Compile() (*questionnaire.Definition, []Problem) {
	def := d.Definition()
	c := checker{draft: &d, def: def}
	c.run()
	if len(c.problems) > 0 {
		return nil, c.problems
	}
	if _, err := exchange.YAML(def); err != nil {
		return nil, []Problem{{Key: "authoring.problem_other", Args: map[string]any{"Message": err.Error()}}}
	}
	return def, nil
}

// checker looks for what an editor forgets, in the order of the page.
type checker struct {
	draft    *Draft
	def      *questionnaire.Definition
	problems []Problem

	at      Problem        // where the next finding belongs
	earlier map[string]int // questions before the present one, with their number
}

func (c *checker) add(field, key string, args ...any) {
	p := c.at
	p.Field, p.Key, p.Args = field, key, map[string]any{}
	for i := 0; i+1 < len(args); i += 2 {
		p.Args[args[i].(string)] = args[i+1]
	}
	c.problems = append(c.problems, p)
}

func (c *checker) run() {
	c.text("title", c.draft.Title)
	if !c.draft.Intro.IsZero() {
		c.text("intro", c.draft.Intro)
	}
	c.earlier = map[string]int{}
	if len(c.draft.Questions()) == 0 {
		c.add("", "authoring.problem_empty")
	}
	for _, s := range c.draft.Sections {
		c.at = Problem{Section: s.ID}
		c.text("title", s.Title)
		if len(s.Questions) == 0 && len(c.draft.Sections) > 1 {
			c.add("", "authoring.problem_empty_section")
		}
		for i := range s.Questions {
			c.question(&s.Questions[i])
			c.earlier[s.Questions[i].ID] = len(c.earlier) + 1
		}
	}
	for _, list := range [][]Set{c.draft.Scales, c.draft.Sets} {
		for _, s := range list {
			if len(c.draft.Users(s.Name)) > 0 {
				c.at = Problem{Set: s.Name}
				c.options("options", s.Options)
			}
		}
	}
}

// text wants both languages.
func (c *checker) text(field string, t i18n.Text) {
	sv, en := strings.TrimSpace(t.Sv) != "", strings.TrimSpace(t.En) != ""
	switch {
	case !sv && !en:
		c.add(field, "authoring.problem_no_text")
	case !sv:
		c.add(field, "authoring.problem_no_swedish", "Text", t)
	case !en:
		c.add(field, "authoring.problem_no_english", "Text", t)
	}
}

func (c *checker) question(q *Question) {
	c.at = Problem{Question: q.ID}
	c.text("text", q.Text)
	if !q.Help.IsZero() {
		c.text("help", q.Help)
	}
	if len(q.Groups) == 0 {
		c.add("groups", "authoring.problem_no_group")
	}
	c.theme("theme", q.Theme)
	for _, g := range groupIDs() {
		if t, has := q.TextByGroup[g]; has {
			c.text("text_by_group", t)
		}
	}
	for _, s := range q.Specials {
		c.text("specials", s.Text)
		for _, g := range groupIDs() {
			if t, has := s.TextByGroup[g]; has {
				c.text("specials", t)
			}
		}
	}
	c.body(q)
	c.condition(q, q.ShowIf)
}

func (c *checker) theme(field, code string) {
	if t, ok := strategy.ThemeByCode(code); code != "" && (!ok || !t.Fits(c.draft.Area)) {
		c.add(field, "authoring.problem_theme", "Theme", code, "Area", c.draft.Area)
	}
}

func (c *checker) body(q *Question) {
	switch q.Type {
	case questionnaire.Single, questionnaire.Multiple, questionnaire.Ranking, questionnaire.Municipality:
		c.choices(q)
	case questionnaire.Likert5, questionnaire.Matrix:
		if s := c.draft.scale(q.Scale); s == nil {
			c.add("scale", "authoring.problem_no_scale")
		} else if len(s.Options) != 5 {
			c.add("scale", "authoring.problem_scale_points", "Name", q.Scale, "Points", len(s.Options))
		}
		if q.Type == questionnaire.Matrix && len(q.Rows) == 0 {
			c.add("rows", "authoring.problem_no_rows")
		}
		for _, r := range q.Rows {
			c.text("rows", r.Text)
			c.theme("rows", r.Theme)
		}
	case questionnaire.Numeric, questionnaire.Rating:
		c.numbers(q)
	}
}

// choices checks the options that each group gets.
func (c *checker) choices(q *Question) {
	if q.Set != "" && c.draft.set(q.Set) == nil {
		c.add("options", "authoring.problem_no_set", "Name", q.Set)
		return
	}
	if q.Set == "" {
		c.options("options", q.Options)
	}
	resolved := q.Question
	resolved.Options = c.draft.Choices(q)
	others := 0
	for _, o := range resolved.Options {
		switch {
		case o.Exclusive && q.Type != questionnaire.Multiple:
			c.add("options", "authoring.problem_exclusive", "Option", o.Text)
		case o.OtherText && q.Type != questionnaire.Single && q.Type != questionnaire.Multiple:
			c.add("options", "authoring.problem_other_text", "Option", o.Text)
		}
		if o.OtherText {
			others++
		}
		for _, g := range o.Groups {
			if !q.AskedOf(g) {
				c.add("options", "authoring.problem_option_group", "Option", o.Text)
			}
		}
	}
	if others > 1 {
		c.add("options", "authoring.problem_two_others")
	}
	for _, g := range q.Groups {
		n := len(resolved.ForGroup(g).Options)
		name, _ := region.TargetGroupByID(g)
		switch {
		case n < 2 && n == len(resolved.Options):
			c.add("options", "authoring.problem_few_options_all", "Count", n)
			return
		case n < 2:
			c.add("options", "authoring.problem_few_options", "Group", name.Name, "Count", n)
			return
		case q.Top > n:
			c.add("top", "authoring.problem_top", "Top", q.Top, "Count", n)
			return
		case q.MaxChoices > n:
			c.add("max_choices", "authoring.problem_max_choices", "Max", q.MaxChoices, "Count", n)
			return
		}
	}
	if q.Type == questionnaire.Ranking && (q.Top < 1 || q.Top > 20) {
		c.add("top", "authoring.problem_top_range")
	}
	if q.MaxChoices < 0 || q.MaxChoices > 100 {
		c.add("max_choices", "authoring.problem_max_choices_range")
	}
}

func (c *checker) options(field string, options []questionnaire.Option) {
	for _, o := range options {
		c.text(field, o.Text)
		c.theme(field, o.Theme)
	}
}

func (c *checker) numbers(q *Question) {
	const largest = 1e12
	whole := q.Min == float64(int64(q.Min)) && q.Max == float64(int64(q.Max))
	switch {
	case q.Min >= q.Max:
		c.add("limits", "authoring.problem_limits")
	case q.Min < -largest || q.Max > largest:
		c.add("limits", "authoring.problem_limits_size")
	case q.Type == questionnaire.Rating && (!whole || q.Min < 0 || q.Max-q.Min > 20 || q.Max >= questionnaire.NotApplicable):
		c.add("limits", "authoring.problem_rating_limits")
	}
	if q.Type == questionnaire.Rating {
		c.text("labels", q.MinLabel)
		c.text("labels", q.MaxLabel)
	}
	if q.Decimals < 0 || q.Decimals > 6 {
		c.add("decimals", "authoring.problem_decimals")
	}
}

// condition checks that what shows a question stands earlier, is asked of the same groups, and has the
// answers that the condition names.
func (c *checker) condition(q *Question, cond *questionnaire.Condition) {
	if cond == nil {
		return
	}
	for _, part := range slices.Concat(cond.All, cond.Any) {
		c.condition(q, &part)
	}
	if len(cond.All)+len(cond.Any) > 0 {
		return
	}
	target, _, ok := c.draft.Question(cond.Q)
	_, before := c.earlier[cond.Q]
	switch {
	case !ok:
		c.add("show_if", "authoring.problem_condition_gone")
		return
	case !before:
		c.add("show_if", "authoring.problem_condition_forward", "Text", target.Text)
		return
	}
	for _, g := range q.Groups {
		if !target.AskedOf(g) {
			name, _ := region.TargetGroupByID(g)
			c.add("show_if", "authoring.problem_condition_group", "Text", target.Text, "Group", name.Name)
			return
		}
	}
	c.comparison(target, cond)
}

func (c *checker) comparison(target *Question, cond *questionnaire.Condition) {
	if cond.Op == questionnaire.IsAnswered {
		return
	}
	if !slices.Contains(OpsOf(target.Type), cond.Op) {
		c.add("show_if", "authoring.problem_condition_op", "Text", target.Text)
		return
	}
	if len(cond.Values) == 0 {
		c.add("show_if", "authoring.problem_condition_value", "Text", target.Text)
	}
	resolved := target.Question
	resolved.Options = c.draft.Choices(target)
	for _, v := range cond.Values {
		_, special := resolved.Special(int(v))
		_, option := resolved.Option(int(v))
		whole := v == float64(int(v))
		ok := whole && (special || option)
		if target.Type == questionnaire.Numeric || target.Type == questionnaire.Rating {
			ordered := cond.Op == questionnaire.Ge || cond.Op == questionnaire.Le
			ok = (v >= target.Min && v <= target.Max) || (whole && special && !ordered)
		}
		if !ok {
			c.add("show_if", "authoring.problem_condition_value", "Text", target.Text)
		}
	}
}

// OpsOf lists the comparisons that mean something for the type of the question asked about.
func OpsOf(t questionnaire.Type) []questionnaire.Op {
	switch t {
	case questionnaire.FreeText, questionnaire.Matrix:
		return []questionnaire.Op{questionnaire.IsAnswered}
	case questionnaire.Multiple, questionnaire.Ranking, questionnaire.Municipality, questionnaire.YesNoUnknown:
		return []questionnaire.Op{questionnaire.Eq, questionnaire.Ne, questionnaire.In, questionnaire.IsAnswered}
	}
	return questionnaire.Ops
}

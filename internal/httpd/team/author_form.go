package team

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/questionnaire/authoring"
	"upphandlingsdialog/internal/region"
	"upphandlingsdialog/internal/response"
)

// authorQuestion is the form of a question: what it has, and the choices that its menus offer.
type authorQuestion struct {
	authoring.Question
	Wordings []authorWording
	Specials []authorSpecial
	Options  []authorOption // its own, with empty lines to add more
	Rows     []questionnaire.Row
	Shared   []questionnaire.Option // those of its scale or set
	Scales   []authoring.Set
	Sets     []authoring.Set
	Mode     string // of the condition: all, any or nested
	Logic    string // the condition in words
	Parts    []authorPart
	Numbers  map[string]string // as typed, when they are no numbers
}

// UnknownPrefill tells whether the question is filled in from a field that the register does not have.
func (q *authorQuestion) UnknownPrefill() bool {
	return q.Prefill != "" && !slices.Contains(response.PrefillFields, q.Prefill)
}

type authorWording struct {
	Group    string
	Text     i18n.Text
	Selected bool // the question is asked of the group
}

type authorSpecial struct {
	Code    int
	Usual   i18n.Text
	Text    i18n.Text
	Offered bool
}

type authorOption struct {
	questionnaire.Option
	For []authorWording // which groups get it
}

// authorPart is one comparison of a condition.
type authorPart struct {
	Q       string
	Op      string // an Op, or "unanswered"
	Targets []authorTarget
	Ops     []string
	Choices []authorChoice
	Number  bool // the question asked about is answered with a number
	Value   string
}

type authorTarget struct {
	ID, Label string
	Selected  bool
}

type authorChoice struct {
	Value, Label string
	Checked      bool
}

// authorSet is the form of a shared scale or option set.
type authorSet struct {
	authoring.Set
	Scale bool
	Users []string
	Lines []authorOption
}

// maxDraftForm holds a question with as many options as a draft may have.
const maxDraftForm = 1 << 20

// spare is how many empty lines a form offers for adding.
const spare = 2

// newAuthorSet finds the set that "set:NAME" names; nil when there is none.
func newAuthorSet(d *authoring.Draft, at string) *authorSet {
	name, ok := strings.CutPrefix(at, "set:")
	if !ok {
		return nil
	}
	for scale, list := range map[bool][]authoring.Set{true: d.Scales, false: d.Sets} {
		for _, s := range list {
			if s.Name == name {
				set := &authorSet{Set: s, Scale: scale, Users: d.Users(name)}
				set.lines()
				return set
			}
		}
	}
	return nil
}

func (s *authorSet) lines() {
	extra := spare
	if s.Scale {
		extra = max(0, 5-len(s.Options))
	}
	s.Lines = optionForms(s.Options, nil, extra)
}

func newAuthorQuestion(d *authoring.Draft, q authoring.Question, lang i18n.Lang) *authorQuestion {
	def := d.Definition()
	form := &authorQuestion{Question: q, Scales: d.Scales, Rows: append(slices.Clone(q.Rows), make([]questionnaire.Row, spare)...)}
	for _, s := range d.Sets {
		if s.Name != "yes_no" {
			form.Sets = append(form.Sets, s)
		}
	}
	for _, g := range region.TargetGroups {
		form.Wordings = append(form.Wordings, authorWording{g.ID, q.TextByGroup[g.ID], q.AskedOf(g.ID)})
	}
	for _, code := range []int{questionnaire.Unknown, questionnaire.NotApplicable, questionnaire.Declined} {
		s, offered := q.Question.Special(code)
		usual := authoring.SpecialText(code)
		if !offered || s.Text == usual {
			s.Text = i18n.Text{}
		}
		form.Specials = append(form.Specials, authorSpecial{code, usual, s.Text, offered})
	}
	form.Options = optionForms(q.Options, q.Groups, spare)
	form.Shared = d.Choices(&q)
	form.condition(d, def, lang)
	return form
}

func optionForms(options []questionnaire.Option, groups []string, extra int) []authorOption {
	var list []authorOption
	for _, o := range append(slices.Clone(options), make([]questionnaire.Option, extra)...) {
		line := authorOption{Option: o}
		for _, g := range groups {
			line.For = append(line.For, authorWording{Group: g, Selected: len(o.Groups) == 0 || slices.Contains(o.Groups, g)})
		}
		list = append(list, line)
	}
	return list
}

// condition lays the condition out for menus; one that is nested deeper is shown in words alone.
func (form *authorQuestion) condition(d *authoring.Draft, def *questionnaire.Definition, lang i18n.Lang) {
	c := form.ShowIf
	form.Mode, form.Logic = "all", authoring.Reading(def, "", c, lang)
	var parts []questionnaire.Condition
	switch {
	case c == nil:
	case c.Q != "":
		parts = []questionnaire.Condition{*c}
	case len(c.All) > 0:
		parts = c.All
	default:
		form.Mode, parts = "any", c.Any
	}
	if slices.ContainsFunc(parts, func(p questionnaire.Condition) bool { return p.Q == "" }) {
		form.Mode, parts = "nested", nil
	}
	for _, part := range append(slices.Clone(parts), questionnaire.Condition{}) {
		form.Parts = append(form.Parts, form.part(d, def, part, lang))
	}
}

func (form *authorQuestion) part(d *authoring.Draft, def *questionnaire.Definition, c questionnaire.Condition, lang i18n.Lang) authorPart {
	part := authorPart{Q: c.Q, Op: string(c.Op)}
	for _, q := range d.Questions() {
		if q.ID == form.ID {
			break
		}
		part.Targets = append(part.Targets, authorTarget{q.ID, authoring.Number(def, "", q.ID) + ". " + q.Text.In(lang), q.ID == c.Q})
	}
	target, ok := def.Question(c.Q)
	if !ok {
		return part
	}
	for _, op := range authoring.OpsOf(target.Type) {
		if op != questionnaire.In {
			part.Ops = append(part.Ops, string(op))
		}
	}
	part.Ops = append(part.Ops, "unanswered")
	switch {
	case c.Op == questionnaire.IsAnswered && len(c.Values) > 0:
		part.Op = "unanswered"
	case c.Op == questionnaire.In:
		part.Op = string(questionnaire.Eq)
	}
	part.Number = target.Type == questionnaire.Numeric || target.Type == questionnaire.Rating
	if part.Number && len(c.Values) > 0 && c.Op != questionnaire.IsAnswered {
		part.Value = strings.Replace(strconv.FormatFloat(c.Values[0], 'f', -1, 64), ".", ",", 1)
	}
	if !part.Number {
		for _, o := range target.Options {
			part.Choices = append(part.Choices, authorChoice{strconv.Itoa(o.Code), o.Text.In(lang), slices.Contains(c.Values, float64(o.Code))})
		}
	}
	for _, s := range target.Specials {
		part.Choices = append(part.Choices, authorChoice{strconv.Itoa(s.Code), s.Text.In(lang), slices.Contains(c.Values, float64(s.Code)) && c.Op != questionnaire.IsAnswered})
	}
	return part
}

// words reads a text in both languages. Line ends are those of the web's text areas made plain.
func words(form url.Values, name string) i18n.Text {
	clean := func(s string) string {
		return strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(s, "\r\n", "\n"), "\uFFFD"))
	}
	return i18n.Text{Sv: clean(form.Get(name + ".sv")), En: clean(form.Get(name + ".en"))}
}

// questionForm reads the form of a question. Fields that the page did not show leave what was: the form
// of one type has no fields of another.
func questionForm(c *gin.Context, d *authoring.Draft, id string) (authoring.SetQuestion, error) {
	old, _, ok := d.Question(id)
	if !ok {
		return authoring.SetQuestion{}, fault.New(fault.Conflict, "authoring.error_no_question")
	}
	form := c.Request.PostForm
	e := authoring.SetQuestion{Question: *old}
	e.Type, e.Theme, e.Groups = questionnaire.Type(form.Get("type")), form.Get("theme"), form["groups"]
	e.Text, e.Help = words(form, "text"), words(form, "help")
	e.KPI, e.Prefill = strings.TrimSpace(form.Get("kpi")), strings.TrimSpace(form.Get("prefill"))
	e.TextByGroup = map[string]i18n.Text{}
	for _, g := range region.TargetGroups {
		if t := words(form, "wording."+g.ID); !t.IsZero() {
			e.TextByGroup[g.ID] = t
		}
	}
	e.Question.Specials = specialsForm(form, old)
	if form.Has("scale") {
		e.Scale = form.Get("scale")
	}
	if form.Has("set") {
		e.Set = form.Get("set")
	}
	if form.Has("options.0.sv") {
		e.Question.Options = optionsForm(form, e.Groups)
	}
	if form.Has("rows.0.sv") {
		e.Question.Rows = rowsForm(form)
	}
	fields := numbersForm(form, &e)
	if form.Get("cond.mode") != "nested" {
		cond, bad := conditionForm(form, d)
		e.ShowIf, fields = cond, append(fields, bad...)
	}
	if len(fields) > 0 {
		return e, fault.InvalidFields("authoring.error_form", fields...)
	}
	return e, nil
}

func specialsForm(form url.Values, old *authoring.Question) []questionnaire.Special {
	var list []questionnaire.Special
	for _, code := range []int{questionnaire.Unknown, questionnaire.NotApplicable, questionnaire.Declined} {
		name := "special." + strconv.Itoa(code)
		if !slices.Contains(form["special"], strconv.Itoa(code)) {
			continue
		}
		s, _ := old.Question.Special(code)
		s.Code, s.Text = code, words(form, name)
		if s.Text.IsZero() {
			s.Text = authoring.SpecialText(code)
		}
		list = append(list, s)
	}
	return list
}

// optionsForm reads the lines that have a text, after the move that a button asked for. A line that was
// emptied is removed.
func optionsForm(form url.Values, groups []string) []questionnaire.Option {
	var list []questionnaire.Option
	for _, name := range lines(form, "options") {
		o := questionnaire.Option{Text: words(form, name), Theme: form.Get(name + ".theme"),
			Exclusive: form.Has(name + ".exclusive"), OtherText: form.Has(name + ".other"), FixedLast: form.Has(name + ".last")}
		o.Code, _ = strconv.Atoi(form.Get(name + ".code"))
		if picked := form[name+".groups"]; len(picked) > 0 && len(picked) < len(groups) {
			o.Groups = picked
		}
		list = append(list, o)
	}
	for _, t := range pastedLines(form, "options") {
		list = append(list, questionnaire.Option{Text: t})
	}
	return list
}

// pastedLines are the texts of a list that was pasted, one a line; a line may hold both languages with a
// tab, a semicolon or | between them. What is saved while somebody writes leaves them for later.
func pastedLines(form url.Values, table string) []i18n.Text {
	if form.Get("typed") != "" {
		return nil
	}
	var list []i18n.Text
	for line := range strings.Lines(words(form, table+".paste").Sv) {
		at := strings.IndexAny(line, "\t|;")
		t := i18n.Text{Sv: strings.TrimSpace(line)}
		if at >= 0 {
			t = i18n.Text{Sv: strings.TrimSpace(line[:at]), En: strings.TrimSpace(line[at+1:])}
		}
		if !t.IsZero() {
			list = append(list, t)
		}
	}
	return list
}

func rowsForm(form url.Values) []questionnaire.Row {
	var list []questionnaire.Row
	for _, name := range lines(form, "rows") {
		list = append(list, questionnaire.Row{ID: form.Get(name + ".id"), Text: words(form, name), Theme: form.Get(name + ".theme")})
	}
	for _, t := range pastedLines(form, "rows") {
		list = append(list, questionnaire.Row{Text: t})
	}
	return list
}

// lines are the names of the filled lines of a table, in the order that they shall have.
func lines(form url.Values, table string) []string {
	var list []string
	for i := 0; i <= authoring.MaxOptions+spare; i++ {
		name := fmt.Sprintf("%s.%d", table, i)
		if !form.Has(name + ".sv") {
			break
		}
		if !words(form, name).IsZero() {
			list = append(list, name)
		}
	}
	of, verb, _ := strings.Cut(form.Get("move"), ":")
	at := slices.Index(list, of)
	switch {
	case at < 0:
	case verb == "remove":
		list = slices.Delete(list, at, at+1)
	case verb == "up" && at > 0:
		list[at-1], list[at] = list[at], list[at-1]
	case verb == "down" && at < len(list)-1:
		list[at+1], list[at] = list[at], list[at+1]
	}
	return list
}

// numbersForm reads the numbers that the form has; a missing one keeps what was.
func numbersForm(form url.Values, e *authoring.SetQuestion) []fault.Field {
	var bad []fault.Field
	read := func(name string, into func(float64)) {
		if !form.Has(name) {
			return
		}
		text := strings.NewReplacer(",", ".", " ", "", "\u00a0", "", "−", "-").Replace(form.Get(name))
		if text == "" {
			text = "0"
		}
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || v != v || v > 1e15 || v < -1e15 {
			bad = append(bad, fault.Field{Name: name, Key: "error.number"})
			return
		}
		into(v)
	}
	read("min", func(v float64) { e.Min = v })
	read("max", func(v float64) { e.Max = v })
	for name, field := range map[string]*int{"decimals": &e.Decimals, "top": &e.Top, "max_choices": &e.MaxChoices, "max_length": &e.MaxLength} {
		read(name, func(v float64) { *field = int(max(-1, min(v, 1e6))) })
	}
	if form.Has("unit") {
		e.Question.Unit = strings.TrimSpace(form.Get("unit"))
	}
	if form.Has("min_label.sv") {
		e.MinLabel, e.MaxLabel = words(form, "min_label"), words(form, "max_label")
	}
	if form.Has("shuffle") {
		e.Randomize = form.Get("randomize") != ""
	}
	return bad
}

// conditionForm reads the comparisons that name a question. Several answers of one question mean any of
// them.
func conditionForm(form url.Values, d *authoring.Draft) (*questionnaire.Condition, []fault.Field) {
	var parts []questionnaire.Condition
	var bad []fault.Field
	for i := 0; i < 20; i++ {
		name := fmt.Sprintf("cond.%d", i)
		id := form.Get(name + ".q")
		target, _, known := d.Question(id)
		if !known || form.Get("move") == name+":remove" {
			continue
		}
		c, ok := comparisonForm(form, name, target)
		if !ok {
			bad = append(bad, fault.Field{Name: name + ".value", Key: "error.number"})
		}
		parts = append(parts, c)
	}
	switch {
	case len(parts) == 0:
		return nil, bad
	case len(parts) == 1:
		return &parts[0], bad
	case form.Get("cond.mode") == "any":
		return &questionnaire.Condition{Any: parts}, bad
	}
	return &questionnaire.Condition{All: parts}, bad
}

func comparisonForm(form url.Values, name string, target *authoring.Question) (questionnaire.Condition, bool) {
	c := questionnaire.Condition{Q: target.ID, Op: questionnaire.Op(form.Get(name + ".op"))}
	if form.Get(name+".op") == "unanswered" {
		c.Op, c.Values = questionnaire.IsAnswered, []float64{0}
		return c, true
	}
	if !slices.Contains(authoring.OpsOf(target.Type), c.Op) {
		c.Op = questionnaire.IsAnswered // a question was just chosen, or another: begin with what always works
	}
	if c.Op == questionnaire.IsAnswered {
		return c, true
	}
	for _, text := range form[name+".value"] {
		text = strings.ReplaceAll(strings.TrimSpace(text), ",", ".")
		if text == "" {
			continue
		}
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || v != v || v > 1e12 || v < -1e12 {
			return c, false
		}
		c.Values = append(c.Values, v)
	}
	if c.Op == questionnaire.Eq && len(c.Values) > 1 {
		c.Op = questionnaire.In
	}
	return c, true
}

// questionTexts is all that a question says, to be compared with another's version of it.
func questionTexts(d *authoring.Draft, q *authoring.Question, lang i18n.Lang) []authorText {
	list := append(bothTexts("author.text", q.Text, lang), bothTexts("author.help", q.Help, lang)...)
	list = append(list, authorText{Label: i18n.T(lang, "author.type"), Theirs: i18n.T(lang, "questiontype."+string(q.Type))})
	var groups []string
	for _, g := range region.TargetGroups {
		if q.AskedOf(g.ID) {
			groups = append(groups, i18n.T(lang, "group."+g.ID))
		}
		for _, t := range bothTexts("author.wordings", q.TextByGroup[g.ID], lang) {
			list = append(list, authorText{Label: g.Name.In(lang) + ", " + t.Label, Theirs: t.Theirs})
		}
	}
	list = append(list, authorText{Label: i18n.T(lang, "author.asked_of"), Theirs: strings.Join(groups, ", ")})
	list = append(list, optionTexts(d.Choices(q), lang)...)
	var rows, special []string
	for _, r := range q.Rows {
		rows = append(rows, r.Text.Sv+" / "+r.Text.En)
	}
	for _, s := range q.Specials {
		special = append(special, s.Text.Sv+" / "+s.Text.En)
	}
	list = append(list, authorText{Label: i18n.T(lang, "author.rows"), Theirs: strings.Join(rows, "\n")},
		authorText{Label: i18n.T(lang, "author.specials"), Theirs: strings.Join(special, "\n")},
		authorText{Label: i18n.T(lang, "author.show_if"), Theirs: authoring.Reading(d.Definition(), "", q.ShowIf, lang)})
	for _, setting := range []struct {
		key   string
		value any
	}{{"survey.theme", q.Theme}, {"author.scale", q.Scale}, {"author.min", q.Min}, {"author.max", q.Max}, {"author.decimals", q.Decimals},
		{"author.unit", q.Unit}, {"author.top", q.Top}, {"author.max_choices", q.MaxChoices}, {"author.max_length", q.MaxLength},
		{"author.randomize", q.Randomize}, {"author.kpi", q.KPI}, {"author.prefill", q.Prefill}} {
		list = append(list, authorText{Label: i18n.T(lang, setting.key), Theirs: fmt.Sprint(setting.value)})
	}
	return append(list, append(bothTexts("author.min_label", q.MinLabel, lang), bothTexts("author.max_label", q.MaxLabel, lang)...)...)
}

func bothTexts(key string, t i18n.Text, lang i18n.Lang) []authorText {
	label := i18n.T(lang, key)
	return []authorText{{Label: label + " (" + i18n.T(lang, "author.swedish") + ")", Theirs: t.Sv},
		{Label: label + " (" + i18n.T(lang, "author.english") + ")", Theirs: t.En}}
}

func optionTexts(options []questionnaire.Option, lang i18n.Lang) []authorText {
	var list []string
	for _, o := range options {
		list = append(list, o.Text.Sv+" / "+o.Text.En)
	}
	return []authorText{{Label: i18n.T(lang, "author.options"), Theirs: strings.Join(list, "\n")}}
}

// differing pairs two versions' texts and keeps those that are not the same.
func differing(theirs, mine []authorText) []authorText {
	var list []authorText
	for i := range theirs {
		if i < len(mine) && theirs[i].Theirs != mine[i].Theirs {
			list = append(list, authorText{theirs[i].Label, theirs[i].Theirs, mine[i].Theirs})
		}
	}
	return list
}

// frame is the number of persons by group; nil when the register is empty, which says nothing.
func (f *Face) frame(c *gin.Context) (map[string]int, error) {
	frame, err := f.People.FrameCounts(httpd.Context(c))
	if err != nil {
		return nil, err
	}
	for _, n := range frame {
		if n > 0 {
			return frame, nil
		}
	}
	return nil, nil
}

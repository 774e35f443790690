package exchange

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// form reads one XLSForm.
type form struct {
	*draft
	own     string // the language of plain labels
	plain   bool   // some labels have no language
	choices map[string][]record
	groups  []group
	rows    map[string]bool // names of matrix rows, which only say whether the matrix is answered
	matrix  *questionnaire.Question
	at      where // of the matrix
}

// group is one begin_group or begin_repeat that is open.
type group struct {
	matrix   bool
	relevant string
}

// XLSForm reads a workbook in the XLSForm standard. The error is for what is no such workbook or too
// large; all else is a finding, and the definition is usable when none of them is an error.
func XLSForm(name string, data []byte, o Options) (*questionnaire.Definition, []questionnaire.Finding, error) {
	book, err := openBook(name, data)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = book.Close() }() // nothing was written
	f := &form{draft: newDraft(name, o), choices: map[string][]record{}, rows: map[string]bool{}}
	survey, has, err := records(book, "survey")
	if err != nil {
		return nil, nil, err
	}
	if !has {
		return nil, nil, fmt.Errorf("%s has no sheet survey, so it is no XLSForm", name)
	}
	choices, _, err := records(book, "choices")
	if err != nil {
		return nil, nil, err
	}
	settings, _, err := records(book, "settings")
	if err != nil {
		return nil, nil, err
	}
	for _, s := range book.GetSheetList() {
		if !slices.Contains([]string{"survey", "choices", "settings"}, strings.ToLower(strings.TrimSpace(s))) {
			f.lost(where{s, 1}, "the sheet %q", s)
		}
	}
	if slices.ContainsFunc(survey, func(r record) bool { return r.values["label"] != "" }) {
		f.plain = true
	}
	f.settings(settings, strings.TrimSuffix(name, ".xlsx"))
	for _, c := range choices {
		if list := c.get("list_name", "list name"); list != "" {
			f.choices[list] = append(f.choices[list], c)
		} else {
			f.lost(c.at, "a choice without a list_name")
		}
	}
	for _, r := range survey {
		if err := f.line(r); err != nil {
			return nil, nil, err
		}
		f.unused(r)
	}
	for _, list := range sortedKeys(f.choices) {
		for _, c := range f.choices[list] {
			f.unused(c)
		}
	}
	if len(f.draft.def.Sections) == 0 {
		f.endNotes()
	}
	return f.finish(func(p pending) (*questionnaire.Condition, error) {
		return parser{question: f.question, code: f.code}.parse(p.text)
	})
}

func (f *form) settings(rows []record, fallback string) {
	var r record
	if len(rows) > 0 {
		r = rows[0]
	} else {
		r = record{values: map[string]string{}, used: map[string]bool{}}
	}
	if _, f.own = language("x:" + strings.ToLower(r.get("default_language"))); f.own != "sv" && f.own != "en" {
		f.own = ""
	}
	if f.plain && f.own == "" {
		f.warn(where{"survey", 1}, "translate the texts that are in the wrong language", "the column label names no language; its texts stand in for both")
	}
	f.def.ID = f.id(r.at, first(r.get("form_id", "id_string"), fallback), "form_", map[string]bool{})
	title := r.bilingual("form_title", f.own)
	if extra := r.bilingual("udd_title", f.own); !extra.IsZero() {
		title = extra
	}
	if title.IsZero() {
		title = i18n.Text{Sv: f.def.ID, En: f.def.ID}
	}
	f.def.Title = f.both(r.at, title, "the form")
	f.def.Intro = r.bilingual("udd_intro", f.own)
	if area, err := strconv.Atoi(r.get("udd_area")); err == nil && f.def.Area == 0 {
		f.def.Area = area
	}
	r.get("version")
	f.unused(r)
	for _, more := range rows[min(1, len(rows)):] {
		f.lost(more.at, "a second row of settings")
	}
}

func first(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

// unused lists the cells of a row that nothing was made of.
func (f *form) unused(r record) {
	for _, k := range sortedKeys(r.values) {
		if !r.used[k] {
			f.lost(r.at, "%s: %s", k, clip(r.values[k], 80))
		}
	}
}

var spaces = regexp.MustCompile(`[\s_]+`)

// line reads one row of the survey sheet.
func (f *form) line(r record) error {
	raw := strings.ToLower(r.get("type"))
	words := strings.Fields(strings.ReplaceAll(spaces.ReplaceAllString(raw, " "), "multiple", "multi"))
	kind := strings.Join(words, "_")
	begins := len(words) == 2 && words[0] == "begin"
	ends := len(words) == 2 && words[0] == "end"
	switch {
	case kind == "":
		f.drop(r, "a row without a type")
		return nil
	case begins:
		return f.begin(r, words[1])
	case ends:
		return f.end(r)
	case kind == "note":
		if t := r.bilingual("label", f.own); !t.IsZero() {
			f.keep(r.at, f.both(r.at, t, "the note"))
			f.warn(r.at, "", "the note became the help of the next question")
		}
		r.get("name")
		return nil
	case r.get("udd_type") == "other_text": // the field of an option that we wrote ourselves
		f.drop(r, "")
		return nil
	}
	return f.ask(r, words)
}

// drop takes a row over as nothing.
func (f *form) drop(r record, format string, args ...any) {
	for k := range r.values {
		r.used[k] = true
	}
	if format != "" {
		f.lost(r.at, format, args...)
	}
}

func (f *form) begin(r record, what string) error {
	name, title := r.get("name"), r.bilingual("label", f.own)
	look := r.get("appearance")
	g := group{relevant: r.get("relevant")}
	if what == "repeat" {
		f.warn(r.at, "ask once for each, or add questions", "the repetition of %s is not taken over; its questions are asked once", name)
	}
	if r.get("udd_type") == string(questionnaire.Matrix) {
		g.matrix = true
		q := f.common(r, name, title)
		q.Type, q.Scale, q.Bipolar = questionnaire.Matrix, r.get("udd_scale"), r.get("udd_bipolar") == "1"
		f.matrix, f.at = &q, r.at
		f.condition(r.at, q.ID, g.relevant)
		g.relevant = ""
	} else {
		if len(f.groups) > 0 {
			f.warn(r.at, "", "the group %s stands in another; pages do not, so it follows as one of its own", name)
		}
		if title.IsZero() {
			title = i18n.Text{Sv: name, En: name}
		}
		if look != "" && look != "field-list" {
			f.lost(r.at, "appearance: %s", clip(look, 60))
		}
		f.section(r.at, name, f.both(r.at, title, first(name, "a group")))
	}
	if len(f.groups) >= 20 {
		return fmt.Errorf("%s row %d: groups are nested more than 20 deep", r.at.sheet, r.at.row)
	}
	f.groups = append(f.groups, g)
	return nil
}

func (f *form) end(r record) error {
	r.get("name")
	if len(f.groups) == 0 {
		f.warn(r.at, "remove it", "a group ends that never began")
		return nil
	}
	last := f.groups[len(f.groups)-1]
	f.groups = f.groups[:len(f.groups)-1]
	if last.matrix && f.matrix != nil {
		q := *f.matrix
		f.matrix = nil
		return f.put(f.at, q)
	}
	return nil
}

// common reads what every question has.
func (f *form) common(r record, name string, label i18n.Text) questionnaire.Question {
	id := f.id(r.at, name, "q_", f.taken)
	if _, double := f.names[name]; double {
		f.warn(r.at, "give it a name of its own", "the name %q stands twice", name)
	} else {
		f.names[name] = id
	}
	q := questionnaire.Question{
		ID: id, Text: f.both(r.at, label, id), Theme: r.get("udd_theme"), KPI: r.get("udd_kpi"), Prefill: r.get("udd_prefill"),
		Groups: strings.Fields(r.get("udd_groups")),
	}
	if help := r.bilingual("hint", f.own); !help.IsZero() {
		q.Help = f.both(r.at, help, "the hint of "+id)
	}
	if v := strings.ToLower(r.get("required")); v != "" && v != "no" && v != "false" && v != "false()" {
		f.lost(r.at, "required: answers are voluntary, and an empty one brings a reminder")
	}
	return q
}

func (f *form) condition(at where, question, relevant string) {
	if relevant != "" {
		f.pending = append(f.pending, pending{at, question, relevant})
	}
}

// ask reads a question.
func (f *form) ask(r record, words []string) error {
	kind, list, other := words[0], "", false
	raw := strings.Fields(r.get("type"))
	if n := len(words); kind == "select" && n > 2 {
		other = strings.HasSuffix(strings.Join(words, " "), " or other")
		kind = map[string]string{"one": "select_one", "multi": "select_multiple", "all": "select_multiple"}[words[1]]
		skip := 1
		if strings.EqualFold(raw[0], "select") {
			skip = 2
		}
		for _, w := range raw[min(skip, len(raw)):] {
			if l := strings.ToLower(w); list == "" && l != "from" && l != "that" && l != "apply" {
				list = w
			}
		}
	} else if kind == "rank" && len(raw) > 1 {
		list = raw[1]
	}
	if !slices.Contains([]string{"select_one", "select_multiple", "rank", "integer", "int", "decimal", "text", "string", "range"}, kind) || (list == "" && strings.ContainsAny(kind, "_k")) {
		f.drop(r, "a question of type %q, %s", strings.Join(raw, " "), clip(first(r.values["name"], r.values["label"]), 60))
		return nil
	}
	name := r.get("name")
	label := r.bilingual("label", f.own)
	if f.matrix != nil && kind == "select_one" {
		return f.matrixRow(r, name, label, list)
	}
	q := f.common(r, name, label)
	f.condition(r.at, q.ID, r.get("relevant"))
	for _, g := range f.groups {
		f.condition(r.at, q.ID, g.relevant)
	}
	if strings.Contains(kind, "select") || kind == "rank" {
		if err := f.choose(r, &q, kind, list, other); err != nil {
			return err
		}
	} else {
		f.value(r, &q, kind)
	}
	f.marks(r, &q)
	return f.put(r.at, q)
}

// marks reads the columns that only our own files have.
func (f *form) marks(r record, q *questionnaire.Question) {
	if t := questionnaire.Type(r.get("udd_type")); slices.Contains(questionnaire.Types, t) && t != questionnaire.Matrix {
		q.Type = t
	}
	q.Scale, q.Bipolar, q.Unit = r.get("udd_scale"), r.get("udd_bipolar") == "1", r.get("udd_unit")
	q.Randomize = r.get("udd_randomize") == "1" || q.Randomize
	q.Sensitive = r.get("udd_sensitive") == "1"
	for key, into := range map[string]*int{"udd_top": &q.Top, "udd_max_choices": &q.MaxChoices, "udd_decimals": &q.Decimals, "udd_max_length": &q.MaxLength} {
		if n, err := strconv.Atoi(r.get(key)); err == nil {
			*into = n
		}
	}
	for _, kind := range strings.Fields(r.get("udd_special")) {
		for _, k := range kinds {
			if k.name == kind {
				q.Specials = append(q.Specials, questionnaire.Special{Code: k.code, Text: k.text})
			}
		}
	}
}

func (f *form) matrixRow(r record, name string, label i18n.Text, list string) error {
	if len(f.matrix.Rows) == 0 {
		if err := f.choose(r, f.matrix, "matrix", list, false); err != nil {
			return err
		}
	}
	row := strings.TrimPrefix(name, f.matrix.ID+"_")
	f.matrix.Rows = append(f.matrix.Rows, questionnaire.Row{ID: row, Text: f.both(r.at, label, row), Theme: r.get("udd_theme")})
	f.names[name], f.rows[name] = f.matrix.ID, true
	r.get("appearance")
	return nil
}

// choose reads the options of a question.
func (f *form) choose(r record, q *questionnaire.Question, kind, list string, other bool) error {
	q.Type = map[string]questionnaire.Type{"select_one": questionnaire.Single, "select_multiple": questionnaire.Multiple, "rank": questionnaire.Ranking, "matrix": questionnaire.Matrix}[kind]
	if len(f.choices[list]) > MaxOptions {
		return fmt.Errorf("%s row %d: the list %s has %d choices, more than %d", r.at.sheet, r.at.row, list, len(f.choices[list]), MaxOptions)
	}
	if r.get("appearance") != "" && !slices.Contains([]string{"likert", "minimal", "autocomplete", "minimal autocomplete"}, r.values["appearance"]) {
		f.lost(r.at, "appearance: %s", clip(r.values["appearance"], 60))
	}
	if p := strings.ReplaceAll(r.get("parameters"), " ", ""); p == "randomize=true" {
		q.Randomize = true
	} else if p != "" {
		f.lost(r.at, "parameters: %s", clip(p, 60))
	}
	names := map[string]int{}
	taken := map[int]bool{}
	for _, c := range f.choices[list] {
		name := c.get("name", "value")
		if _, double := names[name]; double {
			f.lost(c.at, "the choice %q, which stands twice in %s", name, list)
			continue
		}
		label := f.both(c.at, c.bilingual("label", f.own), first(name, "a choice"))
		code := codeOf(name, taken)
		names[name], taken[code] = code, true
		if questionnaire.IsSpecial(code) && kind != "rank" {
			q.Specials = append(q.Specials, questionnaire.Special{Code: code, Text: label})
			continue
		}
		marks := strings.Fields(c.get("udd_marks"))
		q.Options = append(q.Options, questionnaire.Option{
			Code: code, Text: label, Theme: c.get("udd_theme"), Groups: strings.Fields(c.get("udd_groups")),
			Exclusive: slices.Contains(marks, "exclusive"), OtherText: slices.Contains(marks, "other_text"), FixedLast: slices.Contains(marks, "fixed_last"),
		})
	}
	if other {
		code := codeOf("other", taken)
		names["other"] = code
		q.Options = append(q.Options, questionnaire.Option{Code: code, Text: i18n.Text{Sv: "Annat", En: "Other"}, OtherText: true, FixedLast: true})
	}
	if kind == "rank" {
		q.Top = min(len(q.Options), 20)
	}
	f.codes[q.ID] = names
	return nil
}

var (
	leastOf  = regexp.MustCompile(`\.\s*(>=?)\s*(-?\d+(?:\.\d+)?)`)
	mostOf   = regexp.MustCompile(`\.\s*(<=?)\s*(-?\d+(?:\.\d+)?)`)
	lengthOf = regexp.MustCompile(`^string-length\(\s*\.\s*\)\s*(<=?)\s*(\d+)$`)
	limits   = regexp.MustCompile(`^[\s().<>=\d-]*(and)?[\s().<>=\d-]*$`)
	setting  = regexp.MustCompile(`(start|end|step)\s*=\s*(-?\d+(?:\.\d+)?)`)
)

// value reads a question that is answered with a number or text.
func (f *form) value(r record, q *questionnaire.Question, kind string) {
	constraint := strings.TrimSpace(r.get("constraint"))
	switch kind {
	case "text", "string":
		q.Type = questionnaire.FreeText
		if m := lengthOf.FindStringSubmatch(constraint); m != nil {
			q.MaxLength, _ = strconv.Atoi(m[2])
			if m[1] == "<" {
				q.MaxLength--
			}
		} else if constraint != "" {
			f.lost(r.at, "constraint: %s", clip(constraint, 80))
		}
	case "range":
		f.rangeOf(r, q)
		if constraint != "" {
			f.lost(r.at, "constraint: %s", clip(constraint, 80))
		}
	default:
		q.Type = questionnaire.Numeric
		if kind == "decimal" {
			q.Decimals = 2
		}
		f.between(r, q, constraint)
	}
}

// between reads the least and the greatest number from a constraint.
func (f *form) between(r record, q *questionnaire.Question, constraint string) {
	q.Min, q.Max = 0, 1000000
	step := 1.0
	for range q.Decimals {
		step /= 10
	}
	low, high := leastOf.FindStringSubmatch(constraint), mostOf.FindStringSubmatch(constraint)
	if !limits.MatchString(constraint) {
		low, high = nil, nil
		f.lost(r.at, "constraint: %s", clip(constraint, 80))
	}
	if low != nil {
		q.Min, _ = strconv.ParseFloat(low[2], 64)
		if low[1] == ">" {
			q.Min += step
		}
	}
	if high != nil {
		q.Max, _ = strconv.ParseFloat(high[2], 64)
		if high[1] == "<" {
			q.Max -= step
		}
	}
	if low == nil || high == nil {
		f.warn(r.at, "write the limits that fit", "%s does not say both the least and the greatest number; it became %g to %g", q.ID, q.Min, q.Max)
	}
}

func (f *form) rangeOf(r record, q *questionnaire.Question) {
	q.Type, q.Min, q.Max = questionnaire.Rating, 1, 10
	for _, m := range setting.FindAllStringSubmatch(r.get("parameters"), -1) {
		v, _ := strconv.ParseFloat(m[2], 64)
		switch m[1] {
		case "start":
			q.Min = v
		case "end":
			q.Max = v
		case "step":
			if v != 1 {
				f.lost(r.at, "step %g: a rating goes by one", v)
			}
		}
	}
	if whole := q.Min == float64(int(q.Min)) && q.Max == float64(int(q.Max)); !whole || q.Min < 0 || q.Max-q.Min > 20 || q.Max >= questionnaire.NotApplicable {
		q.Type, q.Decimals = questionnaire.Numeric, 2
		f.warn(r.at, "", "the range of %s is too long for a row of buttons; it became a number", q.ID)
		return
	}
	ends := func(key string, v float64) i18n.Text {
		if t := r.bilingual(key, f.own); !t.IsZero() {
			return f.both(r.at, t, key)
		}
		f.warn(r.at, "write what it means", "%s does not say what %g means", q.ID, v)
		return i18n.Text{Sv: fmt.Sprint(v), En: fmt.Sprint(v)}
	}
	q.MinLabel, q.MaxLabel = ends("udd_min_label", q.Min), ends("udd_max_label", q.Max)
}

func (d *draft) question(name string) (*questionnaire.Question, bool) {
	id, ok := d.names[name]
	if !ok {
		return nil, false
	}
	for _, q := range d.def.Questions() {
		if q.ID == id {
			return q, true
		}
	}
	return nil, false
}

// code is the number that a value in a condition stands for.
func (d *draft) code(q *questionnaire.Question, name string) (float64, bool) {
	if n, ok := d.codes[q.ID][name]; ok {
		return float64(n), true
	}
	v, err := strconv.ParseFloat(name, 64)
	return v, err == nil && (len(q.Options) == 0 || len(d.codes[q.ID]) == 0 || v == questionnaire.NotApplicable)
}

package exchange

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// columns of the sheets that we write, in order.
var (
	surveyColumns = []string{
		"type", "name", "label::Svenska (sv)", "label::English (en)", "hint::Svenska (sv)", "hint::English (en)", "relevant", "constraint",
		"appearance", "parameters", "udd_type", "udd_groups", "udd_theme", "udd_kpi", "udd_prefill", "udd_scale", "udd_bipolar", "udd_special",
		"udd_top", "udd_max_choices", "udd_decimals", "udd_max_length", "udd_unit", "udd_randomize", "udd_sensitive",
		"udd_min_label::Svenska (sv)", "udd_min_label::English (en)", "udd_max_label::Svenska (sv)", "udd_max_label::English (en)",
	}
	choiceColumns  = []string{"list_name", "name", "label::Svenska (sv)", "label::English (en)", "udd_marks", "udd_groups", "udd_theme"}
	settingColumns = []string{
		"form_title", "form_id", "version", "default_language", "udd_title::Svenska (sv)", "udd_title::English (en)",
		"udd_intro::Svenska (sv)", "udd_intro::English (en)", "udd_area",
	}
)

// line is one row to write, by column.
type line map[string]string

func (l line) text(column string, t i18n.Text) line {
	l[column+"::Svenska (sv)"], l[column+"::English (en)"] = t.Sv, t.En
	return l
}

func (l line) number(column string, n int) {
	if n != 0 {
		l[column] = strconv.Itoa(n)
	}
}

// out collects the sheets.
type out struct {
	def             *questionnaire.Definition
	survey, choices []line
	findings        []questionnaire.Finding
}

// ToXLSForm writes the definition as a workbook in the XLSForm standard, and lists what such a
// workbook cannot carry.
func ToXLSForm(d *questionnaire.Definition) ([]byte, []questionnaire.Finding, error) {
	o := &out{def: d}
	for _, s := range d.Sections {
		o.survey = append(o.survey, line{"type": "begin_group", "name": s.ID}.text("label", s.Title))
		for i := range s.Questions {
			o.question(&s.Questions[i])
		}
		o.survey = append(o.survey, line{"type": "end_group"})
	}
	settings := line{
		"form_title": d.Title.Sv, "form_id": d.ID, "version": d.Hash()[:12], "default_language": "Svenska (sv)", "udd_area": strconv.Itoa(d.Area),
	}.text("udd_title", d.Title).text("udd_intro", d.Intro)
	book := excelize.NewFile()
	defer func() { _ = book.Close() }()
	if err := book.SetSheetName("Sheet1", "survey"); err != nil {
		return nil, nil, fmt.Errorf("write workbook: %w", err)
	}
	for _, s := range []struct {
		name    string
		columns []string
		lines   []line
	}{{"survey", surveyColumns, o.survey}, {"choices", choiceColumns, o.choices}, {"settings", settingColumns, []line{settings}}} {
		if err := sheet(book, s.name, s.columns, s.lines); err != nil {
			return nil, nil, err
		}
	}
	data, err := book.WriteToBuffer()
	if err != nil {
		return nil, nil, fmt.Errorf("write workbook: %w", err)
	}
	return data.Bytes(), o.findings, nil
}

func sheet(book *excelize.File, name string, columns []string, lines []line) error {
	if _, err := book.NewSheet(name); err != nil {
		return fmt.Errorf("sheet %s: %w", name, err)
	}
	rows := [][]any{make([]any, len(columns))}
	for i, c := range columns {
		rows[0][i] = c
	}
	for _, l := range lines {
		row := make([]any, len(columns))
		for i, c := range columns {
			if l[c] != "" {
				row[i] = l[c]
			}
		}
		rows = append(rows, row)
	}
	for i, row := range rows {
		if err := book.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &row); err != nil {
			return fmt.Errorf("sheet %s: %w", name, err)
		}
	}
	return nil
}

func (o *out) cannot(q *questionnaire.Question, format string, args ...any) {
	o.findings = append(o.findings, questionnaire.Finding{
		File: o.def.ID + ".xlsx[survey]", Line: len(o.survey) + 2, Column: 1, Severity: questionnaire.Warning,
		Message: "not carried: " + fmt.Sprintf(format, args...) + " of " + q.ID,
	})
}

func (o *out) question(q *questionnaire.Question) {
	l := line{
		"name": q.ID, "udd_type": string(q.Type), "udd_groups": strings.Join(q.Groups, " "), "udd_theme": q.Theme,
		"udd_kpi": q.KPI, "udd_prefill": q.Prefill, "udd_scale": q.Scale, "udd_unit": q.Unit,
	}.text("label", q.Text).text("hint", q.Help)
	if q.Bipolar {
		l["udd_bipolar"] = "1"
	}
	if q.Randomize {
		l["udd_randomize"] = "1"
		l["parameters"] = "randomize=true"
	}
	if q.Sensitive {
		l["udd_sensitive"] = "1"
	}
	l.number("udd_top", q.Top)
	l.number("udd_max_choices", q.MaxChoices)
	l.number("udd_decimals", q.Decimals)
	l.number("udd_max_length", q.MaxLength)
	if len(q.TextByGroup) > 0 {
		o.cannot(q, "the wording by group")
	}
	if q.ShowIf != nil {
		if s, ok := o.relevant(*q.ShowIf); ok {
			l["relevant"] = s
		} else {
			o.cannot(q, "the condition")
		}
	}
	o.body(q, l)
}

// body writes the rows that the type needs.
func (o *out) body(q *questionnaire.Question, l line) {
	list := q.ID + "_list"
	switch q.Type {
	case questionnaire.Matrix:
		o.list(list, q, true)
		l["type"], l["appearance"] = "begin_group", "table-list"
		o.survey = append(o.survey, l)
		for _, r := range q.Rows {
			o.survey = append(o.survey, line{"type": "select_one " + list, "name": q.ID + "_" + r.ID, "udd_theme": r.Theme}.text("label", r.Text))
		}
		o.survey = append(o.survey, line{"type": "end_group"})
		return
	case questionnaire.Ranking:
		o.list(list, q, false)
		l["type"] = "rank " + list
		o.apart(q, l)
	case questionnaire.Multiple:
		o.list(list, q, true)
		l["type"] = "select_multiple " + list
	case questionnaire.Numeric:
		l["type"], l["constraint"] = "integer", fmt.Sprintf(". >= %s and . <= %s", plain(q.Min), plain(q.Max))
		if q.Decimals > 0 {
			l["type"] = "decimal"
		}
		o.apart(q, l)
	case questionnaire.Rating:
		l["type"], l["parameters"] = "range", fmt.Sprintf("start=%s end=%s step=1", plain(q.Min), plain(q.Max))
		l.text("udd_min_label", q.MinLabel).text("udd_max_label", q.MaxLabel)
		o.apart(q, l)
	case questionnaire.FreeText:
		l["type"] = "text"
		if q.MaxLength > 0 {
			l["constraint"] = fmt.Sprintf("string-length(.) <= %d", q.MaxLength)
		}
		o.apart(q, l)
	default:
		o.list(list, q, true)
		l["type"] = "select_one " + list
		if q.Type == questionnaire.Likert5 {
			l["appearance"] = "likert"
		}
		if q.Type == questionnaire.Municipality {
			l["appearance"] = "minimal autocomplete"
		}
	}
	o.survey = append(o.survey, l)
	for _, opt := range q.Options {
		if opt.OtherText {
			o.survey = append(o.survey, line{
				"type": "text", "name": q.ID + "_other", "udd_type": "other_text", "relevant": fmt.Sprintf("selected(${%s}, '%d')", q.ID, opt.Code),
			}.text("label", opt.Text))
		}
	}
}

// apart writes which special codes a question offers that has no choices to hold them.
func (o *out) apart(q *questionnaire.Question, l line) {
	var names []string
	for _, s := range q.Specials {
		names = append(names, kindOf(s.Code))
		for _, k := range kinds {
			if k.code == s.Code && (k.text != s.Text || len(s.TextByGroup) > 0) {
				o.cannot(q, "the wording of %s", k.name)
			}
		}
	}
	l["udd_special"] = strings.Join(names, " ")
}

func (o *out) list(name string, q *questionnaire.Question, specials bool) {
	for _, opt := range q.Options {
		var marks []string
		for _, m := range []struct {
			name string
			set  bool
		}{{"exclusive", opt.Exclusive}, {"other_text", opt.OtherText}, {"fixed_last", opt.FixedLast}} {
			if m.set {
				marks = append(marks, m.name)
			}
		}
		o.choices = append(o.choices, line{
			"list_name": name, "name": strconv.Itoa(opt.Code), "udd_marks": strings.Join(marks, " "),
			"udd_groups": strings.Join(opt.Groups, " "), "udd_theme": opt.Theme,
		}.text("label", opt.Text))
	}
	if !specials {
		return
	}
	for _, s := range q.Specials {
		o.choices = append(o.choices, line{"list_name": name, "name": strconv.Itoa(s.Code)}.text("label", s.Text))
		if len(s.TextByGroup) > 0 {
			o.cannot(q, "the wording by group of %s", kindOf(s.Code))
		}
	}
}

func plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// relevant writes a condition in XPath.
func (o *out) relevant(c questionnaire.Condition) (string, bool) {
	for word, parts := range map[string][]questionnaire.Condition{" and ": c.All, " or ": c.Any} {
		if len(parts) == 0 {
			continue
		}
		var list []string
		for _, part := range parts {
			s, ok := o.relevant(part)
			if !ok {
				return "", false
			}
			if len(parts) > 1 {
				s = "(" + s + ")"
			}
			list = append(list, s)
		}
		return strings.Join(list, word), true
	}
	q, ok := o.def.Question(c.Q)
	if !ok {
		return "", false
	}
	return compare(q, c)
}

func compare(q *questionnaire.Question, c questionnaire.Condition) (string, bool) {
	ref := "${" + q.ID + "}"
	if c.Op == questionnaire.IsAnswered {
		sign, word := " != ''", " or "
		if len(c.Values) > 0 {
			sign, word = " = ''", " and "
		}
		list := []string{ref + sign}
		if q.Type == questionnaire.Matrix {
			list = nil
			for _, r := range q.Rows {
				list = append(list, "${"+q.ID+"_"+r.ID+"}"+sign)
			}
		}
		return strings.Join(list, word), true
	}
	number := q.Type == questionnaire.Numeric || q.Type == questionnaire.Rating
	if !number || q.Type == questionnaire.Ranking {
		_, special := q.Special(int(c.Values[0]))
		if q.Type == questionnaire.Ranking && special {
			return "", false
		}
	} else if slices.ContainsFunc(c.Values, func(v float64) bool { return v < q.Min || v > q.Max }) {
		return "", false // a special code, which has no value in XLSForm
	}
	equal := func(v float64) string {
		if number {
			return ref + " = " + plain(v)
		}
		return fmt.Sprintf("selected(%s, '%s')", ref, plain(v))
	}
	var list []string
	for _, v := range c.Values {
		list = append(list, equal(v))
	}
	v := plain(c.Values[0])
	switch {
	case c.Op == questionnaire.Ne:
		return ref + " != '' and not(" + list[0] + ")", true
	case c.Op == questionnaire.Ge && !number && len(q.Specials) > 0:
		return ref + " >= " + v + " and " + ref + " < 97", true
	case c.Op == questionnaire.Ge:
		return ref + " >= " + v, true
	case c.Op == questionnaire.Le:
		return ref + " <= " + v, true
	}
	return strings.Join(list, " or "), true
}

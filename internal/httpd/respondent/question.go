package respondent

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// Question is one question as the template "question" shows it: every word in
// the reader's language, every control with its name and value.
type Question struct {
	ID     string
	Kind   string // choice, check, number, rating, text, names, ranking, matrix
	Legend string
	Hints  []string
	// Hidden questions depend on an answer on the same page that is not given yet.
	Hidden     bool
	Choices    []Choice
	Specials   []Choice
	Rows       []Row
	Ranks      []Rank
	Value      string // as typed, also when it is not valid
	Unit       string
	InputMode  string
	MaxLength  int
	MinLabel   string
	MaxLabel   string
	Prefilled  bool
	Problem    string
	OtherName  string // empty when no choice asks for own words
	OtherValue string
	OtherError string
	// OtherChoice is the id of the choice that the words belong to.
	OtherChoice string
	// Elsewhere is the answer that another tab or device stored meanwhile, in words.
	Elsewhere string
	// Theirs says that the answer from elsewhere is to stand, since nothing is typed here.
	Theirs bool
}

// Choice is one radio button, check box or option of a list.
type Choice struct {
	ID      string
	Name    string
	Value   string
	Label   string
	Checked bool
	Alone   bool // stands for itself: choosing it leaves no other choice
}

// Row is one row of a matrix: a group of radio buttons of its own.
type Row struct {
	ID       string
	Text     string
	Choices  []Choice
	Specials []Choice
	Problem  string
}

// Rank is one place of a ranking.
type Rank struct {
	Name    string
	Number  int
	Choices []Choice
	Problem string
}

// Described lists the ids of the texts that explain the question, for aria-describedby.
func (q Question) Described() string {
	var ids []string
	for i := range q.Hints {
		ids = append(ids, q.ID+"-hint"+strconv.Itoa(i))
	}
	if q.Problem != "" {
		ids = append(ids, q.ID+"-error")
	}
	if q.Elsewhere != "" {
		ids = append(ids, q.ID+"-elsewhere")
	}
	return strings.Join(ids, " ")
}

// Ask prepares a question for the page. q must be a group's own view of it (see
// Definition.Pages). form holds the values of the controls: what was posted, or
// FormOf a stored answer. seed decides a random order of options; the same seed
// gives the same order.
func Ask(q *questionnaire.Question, lang i18n.Lang, form url.Values, seed string) Question {
	v := Question{ID: q.ID, Legend: q.Text.In(lang)}
	if !q.Help.IsZero() {
		v.Hints = append(v.Hints, q.Help.In(lang))
	}
	options := questionnaire.Order(q, seed)
	picked := form[q.ID]
	switch q.Type {
	case questionnaire.Multiple:
		v.Kind = "check"
		if q.MaxChoices > 0 {
			v.Hints = append(v.Hints, i18n.T(lang, "respondent.choose_at_most", "Count", q.MaxChoices))
		} else {
			v.Hints = append(v.Hints, i18n.T(lang, "respondent.choose_several"))
		}
		v.Choices = choices(q.ID, options, lang, picked)
	case questionnaire.Municipality:
		v.Kind, v.Value = "names", written(picked)
		v.Hints = append(v.Hints, i18n.T(lang, "respondent.names_hint"))
		v.Choices = choices(q.ID, options, lang, nil)
	case questionnaire.Numeric:
		v.askNumber(q, lang, picked)
	case questionnaire.Rating:
		v.askRating(q, lang, picked)
	case questionnaire.FreeText:
		v.Kind, v.MaxLength = "text", q.MaxLength
		if q.MaxLength > 0 {
			v.Hints = append(v.Hints, i18n.T(lang, "respondent.text_at_most", "Count", q.MaxLength))
		}
		v.Value = written(picked)
	case questionnaire.Ranking:
		v.askRanking(q, options, lang, form)
	case questionnaire.Matrix:
		v.Kind = "matrix"
		for _, r := range q.Rows {
			name := q.ID + "." + r.ID
			v.Rows = append(v.Rows, Row{
				ID: name, Text: r.Text.In(lang),
				Choices:  choices(name, options, lang, form[name]),
				Specials: specials(name, q.Specials, lang, form[name], true),
			})
		}
		return v
	default: // single, likert5 and yes_no_unknown
		v.Kind = "choice"
		v.Choices = choices(q.ID, options, lang, picked)
	}
	v.Specials = specials(q.ID, q.Specials, lang, picked, v.Kind != "number" && v.Kind != "text" && v.Kind != "names")
	for _, o := range options {
		if o.OtherText {
			v.OtherName, v.OtherValue = q.ID+".other", form.Get(q.ID+".other")
			own := slices.IndexFunc(v.Choices, func(c Choice) bool { return c.Value == strconv.Itoa(o.Code) })
			v.OtherChoice = v.Choices[own].ID
		}
	}
	return v
}

func (v *Question) askNumber(q *questionnaire.Question, lang i18n.Lang, picked []string) {
	v.Kind, v.Unit, v.InputMode = "number", q.Unit, "numeric"
	if q.Decimals > 0 {
		v.InputMode = "decimal"
	}
	v.Hints = append(v.Hints, i18n.T(lang, "respondent.number_between",
		"Min", i18n.Number(lang, q.Min, 0), "Max", i18n.Number(lang, q.Max, 0)))
	v.Value = written(picked)
}

func (v *Question) askRating(q *questionnaire.Question, lang i18n.Lang, picked []string) {
	v.Kind = "rating"
	v.MinLabel = plainNumber(q.Min, lang) + " = " + q.MinLabel.In(lang)
	v.MaxLabel = plainNumber(q.Max, lang) + " = " + q.MaxLabel.In(lang)
	for n := int(q.Min); n <= int(q.Max); n++ {
		value := strconv.Itoa(n)
		c := Choice{ID: q.ID + "-" + value, Name: q.ID, Value: value, Label: value, Checked: slices.Contains(picked, value)}
		if n == int(q.Min) {
			c.ID = q.ID
		}
		v.Choices = append(v.Choices, c)
	}
}

func (v *Question) askRanking(q *questionnaire.Question, options []questionnaire.Option, lang i18n.Lang, form url.Values) {
	v.Kind = "ranking"
	v.Hints = append(v.Hints, i18n.T(lang, "respondent.rank_hint", "Count", q.Top))
	for n := 1; n <= q.Top; n++ {
		name := q.ID + "." + strconv.Itoa(n)
		v.Ranks = append(v.Ranks, Rank{Name: name, Number: n, Choices: choices(name, options, lang, form[name])})
	}
}

// choices are the options under one field name. The first control has the name
// as its id, so that an error summary can link to the question.
func choices(name string, options []questionnaire.Option, lang i18n.Lang, picked []string) []Choice {
	list := make([]Choice, len(options))
	for i, o := range options {
		code := strconv.Itoa(o.Code)
		list[i] = Choice{ID: name + "-" + code, Name: name, Value: code, Label: o.Text.In(lang),
			Checked: slices.Contains(picked, code), Alone: o.Exclusive}
		if i == 0 {
			list[i].ID = name
		}
	}
	return list
}

// specials are the boxes of the special codes. Beside a field to write in
// (alone is false) the first value is what was written, whatever it looks like.
func specials(name string, list []questionnaire.Special, lang i18n.Lang, picked []string, alone bool) []Choice {
	if !alone {
		picked = picked[min(1, len(picked)):]
	}
	out := make([]Choice, len(list))
	for i, s := range list {
		code := strconv.Itoa(s.Code)
		out[i] = Choice{ID: name + "-" + code, Name: name, Value: code, Label: s.Text.In(lang),
			Checked: slices.Contains(picked, code)}
	}
	return out
}

// written is the text of the question's own field, which comes before the boxes of its special codes.
func written(picked []string) string {
	if len(picked) == 0 {
		return ""
	}
	return picked[0]
}

// FormOf is the form that would have sent the answer.
func FormOf(q *questionnaire.Question, a questionnaire.Answer, lang i18n.Lang) url.Values {
	form := url.Values{}
	special, isSpecial := a.Special()
	switch q.Type {
	case questionnaire.Numeric:
		text := ""
		if a.Number != nil {
			text = plainNumber(*a.Number, lang)
		}
		form.Add(q.ID, text)
	case questionnaire.FreeText:
		form.Add(q.ID, a.Text)
	case questionnaire.Municipality:
		name := ""
		if a.Code != nil && !isSpecial {
			name = q.Label(*a.Code).In(lang)
		}
		form.Add(q.ID, name)
	case questionnaire.Rating:
		if a.Number != nil {
			form.Add(q.ID, strconv.FormatFloat(*a.Number, 'f', -1, 64))
		}
	case questionnaire.Ranking:
		for i, c := range a.Codes {
			form.Set(q.ID+"."+strconv.Itoa(i+1), strconv.Itoa(c))
		}
	case questionnaire.Matrix:
		for row, c := range a.Rows {
			form.Set(q.ID+"."+row, strconv.Itoa(c))
		}
	default:
		if a.Code != nil && !isSpecial {
			form.Add(q.ID, strconv.Itoa(*a.Code))
		}
		for _, c := range a.Codes {
			form.Add(q.ID, strconv.Itoa(c))
		}
	}
	if isSpecial {
		form.Add(q.ID, strconv.Itoa(special))
	}
	if a.Other != "" {
		form.Set(q.ID+".other", a.Other)
	}
	return form
}

// plainNumber writes a number as people type it: no thousands space, the language's decimal sign.
func plainNumber(v float64, lang i18n.Lang) string {
	s := strconv.FormatFloat(v, 'f', -1, 64)
	if lang == i18n.Sv {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}

// Words is an answer as a person reads it, one line a part; empty when there is none.
func Words(q *questionnaire.Question, a questionnaire.Answer, lang i18n.Lang) []string {
	if a.IsZero() {
		return nil
	}
	if code, ok := a.Special(); ok {
		return []string{q.Label(code).In(lang)}
	}
	label := func(code int) string {
		text := q.Label(code).In(lang)
		if o, ok := q.Option(code); ok && o.OtherText && a.Other != "" {
			text += ": " + a.Other
		}
		return text
	}
	switch q.Type {
	case questionnaire.Numeric, questionnaire.Rating:
		return []string{strings.TrimSpace(plainNumber(*a.Number, lang) + " " + q.Unit)}
	case questionnaire.FreeText:
		return strings.Split(a.Text, "\n")
	case questionnaire.Matrix:
		var lines []string
		for _, r := range q.Rows {
			if code, ok := a.Rows[r.ID]; ok {
				lines = append(lines, r.Text.In(lang)+": "+q.Label(code).In(lang))
			}
		}
		return lines
	case questionnaire.Ranking:
		lines := make([]string, len(a.Codes))
		for i, c := range a.Codes {
			lines[i] = i18n.T(lang, "respondent.first_choice", "Number", i+1, "Text", label(c))
		}
		return lines
	case questionnaire.Multiple:
		lines := make([]string, len(a.Codes))
		for i, c := range a.Codes {
			lines[i] = label(c)
		}
		return lines
	}
	if a.Code == nil {
		return nil
	}
	return []string{label(*a.Code)}
}

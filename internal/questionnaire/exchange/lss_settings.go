package exchange

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"upphandlingsdialog/internal/questionnaire"
)

// limeUnset are values of an attribute that say nothing.
var limeUnset = []string{"", "0", "N", "normal", "no", "default", "inherit"}

// limeShown are attributes of how a question looks or is counted in LimeSurvey, told in one line.
var limeShown = []string{
	"answer_width", "cssclass", "display_columns", "display_rows", "display_type", "dropdown_prefix", "dropdown_size", "hide_tip", "input_size",
	"label_input_columns", "maximum_chars_display", "page_break", "public_statistics", "samechoiceheight", "samelistheight", "save_as_default",
	"scale_export", "showpopups", "slider_layout", "statistics_graphtype", "statistics_showgraph", "statistics_showmap", "text_input_columns",
	"text_input_width", "time_limit_action", "use_dropdown", "choice_input_columns",
}

// relevanceName is the attribute that holds the condition in files from before version 2.
const relevanceName = "relevance"

// relevance is the condition of a question.
func (l *lime) relevance(r limeRow) string {
	for _, a := range l.attributes[r.values["qid"]] {
		if a.values["attribute"] == relevanceName && r.values["relevance"] == "" {
			return a.values["value"]
		}
	}
	return r.values["relevance"]
}

// ticked is the question of whether a choice of a multiple question is ticked: food_SQ1.NAOK == "Y".
var ticked = regexp.MustCompile(`([A-Za-z0-9]+)_([A-Za-z0-9]+)(?:\.NAOK)?\s*(==|!=|eq\b|ne\b)\s*["']Y["']`)

// condition reads an expression, with what is ticked put as a comparison of the question.
func (l *lime) condition(text string) (*questionnaire.Condition, error) {
	text = ticked.ReplaceAllStringFunc(text, func(s string) string {
		m := ticked.FindStringSubmatch(s)
		q, known := l.question(m[1])
		if !known || q.Type != questionnaire.Multiple {
			return s
		}
		return fmt.Sprintf("%s %s %q", m[1], m[3], m[2])
	})
	return parser{question: l.question, code: l.code}.parse(text)
}

// settings takes over what the attributes of a question say that we can say too, and lists the rest.
func (l *lime) settings(r limeRow, subs [][]limeRow, list []questionnaire.Question) {
	if v := r.values["preg"]; v != "" {
		l.lost(r.at, "the pattern that an answer must have: %s", clip(v, 60))
	}
	if r.values["script"] != "" {
		l.lost(r.at, "the script of %s", r.values["title"])
	}
	for _, s := range subs {
		if v := s[0].values["relevance"]; v != "" && v != "1" {
			l.lost(s[0].at, "the condition of the row %s: %s", s[0].values["title"], clip(v, 60))
		}
	}
	for _, a := range l.attributes[r.values["qid"]] {
		name, value := a.values["attribute"], a.values["value"]
		if slices.Contains(limeUnset, value) || slices.Contains(limeShown, name) || strings.HasPrefix(name, "location_") || name == relevanceName {
			continue
		}
		taken := len(list) > 0
		for i := range list {
			taken = l.setting(&list[i], name, value) && taken
		}
		if !taken {
			l.lost(a.at, "%s of %s: %s", clip(name, 40), r.values["title"], clip(value, 60))
		}
	}
}

// setting tells whether an attribute could be taken over.
func (l *lime) setting(q *questionnaire.Question, name, value string) bool {
	number, err := strconv.ParseFloat(value, 64)
	whole := err == nil && number >= 1 && number == float64(int(number))
	switch {
	case (name == "random_order" || name == "answer_order" || name == "subquestion_order") && (value == "1" || value == "random"):
		q.Randomize = len(q.Options) > 0 && q.Type != questionnaire.Matrix
		return q.Randomize
	case name == "max_answers" && q.Type == questionnaire.Multiple && whole && int(number) <= len(q.Options):
		q.MaxChoices = int(number)
		return true
	case (name == "max_answers" || name == "max_subquestions") && q.Type == questionnaire.Ranking && whole && int(number) <= len(q.Options):
		q.Top = int(number)
		return true
	case (name == "min_num_value_n" || name == "min_num_value") && q.Type == questionnaire.Numeric && err == nil && number < q.Max:
		q.Min = number
		return true
	case (name == "max_num_value_n" || name == "max_num_value") && q.Type == questionnaire.Numeric && err == nil && number > q.Min:
		q.Max = number
		return true
	case name == "num_value_int_only" && q.Type == questionnaire.Numeric:
		q.Decimals = 0
		return true
	case name == "maximum_chars" && q.Type == questionnaire.FreeText && whole && number <= 4000:
		q.MaxLength = int(number)
		return true
	case name == "suffix" && q.Type == questionnaire.Numeric && len(value) <= 20:
		q.Unit = words(value)
		return q.Unit != ""
	case name == "exclude_all_others" && q.Type == questionnaire.Multiple:
		return l.exclusive(q, value)
	}
	return false
}

// exclusive marks the options that leave no other choice.
func (l *lime) exclusive(q *questionnaire.Question, names string) bool {
	all := true
	for _, name := range strings.FieldsFunc(names, func(r rune) bool { return r == ';' || r == ',' || r == ' ' }) {
		code, known := l.codes[q.ID][name]
		all = all && known
		for i := range q.Options {
			if known && q.Options[i].Code == code {
				q.Options[i].Exclusive = true
			}
		}
	}
	return all
}

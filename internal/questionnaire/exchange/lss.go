package exchange

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// lime reads one LimeSurvey file.
type lime struct {
	*draft
	tables     map[string][]limeRow
	attributes map[string][]limeRow // question_attributes by qid
	scale      int
}

type limeRow struct {
	at     where
	values map[string]string
}

// LimeSurvey reads a survey that LimeSurvey exported (.lss): versions 1 to 3, whose rows name their
// language, and from 4 on, whose texts stand in tables of their own. The error is for what is no such file or too large; all else is a finding.
func LimeSurvey(name string, data []byte, o Options) (*questionnaire.Definition, []questionnaire.Finding, error) {
	if len(data) > MaxBytes {
		return nil, nil, fmt.Errorf("%s is larger than %d MB", name, MaxBytes>>20)
	}
	tables, err := limeTables(data)
	if err != nil {
		return nil, nil, fmt.Errorf("%s is no LimeSurvey file that can be read: %w", name, err)
	}
	l := &lime{draft: newDraft(name, o), tables: tables, attributes: map[string][]limeRow{}}
	l.joinTexts()
	for _, r := range tables["question_attributes"] {
		l.attributes[r.values["qid"]] = append(l.attributes[r.values["qid"]], r)
	}
	settings := tables["surveys_languagesettings"]
	l.def.ID = l.id(where{}, "ls"+first(l.value("surveys", "sid"), "0"), "ls", map[string]bool{})
	l.def.Title = l.both(where{}, l.text(settings, "surveyls_title", "surveyls_language"), "the survey")
	if t := l.text(settings, "surveyls_welcometext", "surveyls_language"); !t.IsZero() {
		l.def.Intro = l.both(where{}, t, "the welcome text")
	}
	l.leftOut()
	if err := l.pages(); err != nil {
		return nil, nil, err
	}
	return l.finish(func(p pending) (*questionnaire.Condition, error) {
		return l.condition(p.text)
	})
}

func (l *lime) value(table, field string) string {
	if rows := l.tables[table]; len(rows) > 0 {
		return rows[0].values[field]
	}
	return ""
}

// text puts the languages of one thing together. A survey in neither of ours gives its first.
func (l *lime) text(rows []limeRow, field, language string) i18n.Text {
	var t i18n.Text
	for _, r := range rows {
		v := words(r.values[field])
		switch lang := r.values[language]; {
		case strings.HasPrefix(lang, "sv"):
			t.Sv = v
		case strings.HasPrefix(lang, "en"):
			t.En = v
		}
	}
	if t.IsZero() && len(rows) > 0 {
		t.En = words(rows[0].values[field])
	}
	return t
}

var gaps = regexp.MustCompile(`\s+`)

// words is the text of a piece of HTML.
func words(s string) string {
	var out strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return strings.TrimSpace(gaps.ReplaceAllString(out.String(), " "))
		case html.TextToken:
			out.Write(z.Text())
		default:
			out.WriteByte(' ')
		}
	}
}

// things groups the rows of a table by a key, in the order of a field, those in several languages
// together.
func (l *lime) things(table, key, order string, keep func(limeRow) bool) [][]limeRow {
	at := map[string]int{}
	var list [][]limeRow
	for _, r := range l.tables[table] {
		if !keep(r) {
			continue
		}
		k := r.values[key]
		i, seen := at[k]
		if !seen {
			i = len(list)
			at[k], list = i, append(list, nil)
		}
		list[i] = append(list[i], r)
	}
	place := func(rows []limeRow) int { n, _ := strconv.Atoi(rows[0].values[order]); return n }
	slices.SortStableFunc(list, func(a, b []limeRow) int { return place(a) - place(b) })
	return list
}

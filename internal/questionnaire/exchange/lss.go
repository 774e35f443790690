package exchange

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
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
	tables map[string][]limeRow
	scale  int
}

type limeRow struct {
	at     where
	values map[string]string
}

// LimeSurvey reads a survey that LimeSurvey exported (.lss), in the versions whose rows name their
// language. The error is for what is no such file or too large; all else is a finding.
func LimeSurvey(name string, data []byte, o Options) (*questionnaire.Definition, []questionnaire.Finding, error) {
	if len(data) > MaxBytes {
		return nil, nil, fmt.Errorf("%s is larger than %d MB", name, MaxBytes>>20)
	}
	tables, err := limeTables(data)
	if err != nil {
		return nil, nil, fmt.Errorf("%s is no LimeSurvey file that can be read: %w", name, err)
	}
	if len(tables["question_l10ns"]) > 0 {
		return nil, nil, fmt.Errorf("%s comes from LimeSurvey 4 or later, whose layout is not read; export it as a tab-separated file or an older version", name)
	}
	l := &lime{draft: newDraft(name, o), tables: tables}
	settings := tables["surveys_languagesettings"]
	l.def.ID = l.id(where{}, "ls"+first(l.value("surveys", "sid"), "0"), "ls", map[string]bool{})
	l.def.Title = l.both(where{}, l.text(settings, "surveyls_title", "surveyls_language"), "the survey")
	if t := l.text(settings, "surveyls_welcometext", "surveyls_language"); !t.IsZero() {
		l.def.Intro = l.both(where{}, t, "the welcome text")
	}
	for _, table := range sortedKeys(tables) {
		if !slices.Contains([]string{"answers", "groups", "questions", "subquestions", "surveys", "surveys_languagesettings"}, table) {
			l.lost(where{table, 1}, "the table %s with %d rows", table, len(tables[table]))
		}
	}
	for _, r := range settings {
		if lang := r.values["surveyls_language"]; !strings.HasPrefix(lang, "sv") && !strings.HasPrefix(lang, "en") {
			l.lost(r.at, "the texts in the language %q", lang)
		}
	}
	if err := l.pages(); err != nil {
		return nil, nil, err
	}
	return l.finish(func(p pending) (*questionnaire.Condition, error) {
		return parser{question: l.question, code: l.code}.parse(p.text)
	})
}

func (l *lime) value(table, field string) string {
	if rows := l.tables[table]; len(rows) > 0 {
		return rows[0].values[field]
	}
	return ""
}

// limeTables reads every table of the file. Rows in several languages stay apart.
func limeTables(data []byte) (map[string][]limeRow, error) {
	dec := xml.NewDecoder(bytes.NewReader(data))
	tables := map[string][]limeRow{}
	var path []string
	var row *limeRow
	var cell strings.Builder
	for {
		t, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if path = append(path, t.Name.Local); len(path) > 10 {
				return nil, errors.New("elements are nested too deep")
			}
			if len(path) == 4 && path[2] == "rows" {
				row = &limeRow{where{path[1], len(tables[path[1]]) + 1}, map[string]string{}}
			}
			cell.Reset()
		case xml.CharData:
			cell.Write(t)
		case xml.EndElement:
			if len(path) == 5 && row != nil {
				row.values[path[4]] = clip(strings.TrimSpace(cell.String()), maxCell)
			}
			if len(path) == 4 && row != nil {
				if tables[path[1]] = append(tables[path[1]], *row); len(tables[path[1]]) > MaxRows {
					return nil, fmt.Errorf("table %s holds more than %d rows", path[1], MaxRows)
				}
				row = nil
			}
			path = path[:len(path)-1]
			cell.Reset()
		}
	}
	if len(tables["questions"]) == 0 || len(tables["surveys"]) == 0 {
		return nil, errors.New("it holds no questions")
	}
	return tables, nil
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

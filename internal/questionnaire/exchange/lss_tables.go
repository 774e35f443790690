package exchange

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// maxCells is how many values a .lss file may hold.
const maxCells = 400000

// limeTables reads every table of the file. Rows in several languages stay apart.
func limeTables(data []byte) (map[string][]limeRow, error) {
	dec := xml.NewDecoder(bytes.NewReader(data))
	tables := map[string][]limeRow{}
	var path []string
	var row *limeRow
	cells := 0
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
			if v := strings.TrimSpace(cell.String()); len(path) == 5 && row != nil && v != "" {
				if len(v) > maxCell {
					return nil, fmt.Errorf("table %s, row %d: a text longer than %d bytes", path[1], row.at.row, maxCell)
				}
				row.values[path[4]] = v
				if cells++; cells > maxCells {
					return nil, fmt.Errorf("it holds more than %d values", maxCells)
				}
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

// The tables of texts from LimeSurvey 4 on, the key they share with the table of things, and the
// tables of things. In earlier versions the texts stand in these, one row a language.
var limeTexts = []struct {
	texts, key string
	things     []string
}{
	{"group_l10ns", "gid", []string{"groups"}},
	{"question_l10ns", "qid", []string{"questions", "subquestions"}},
	{"answer_l10ns", "aid", []string{"answers"}},
}

// joinTexts puts the texts beside the things, so that the tables are as in earlier versions. A thing
// without text stays one.
func (l *lime) joinTexts() {
	for _, t := range limeTexts {
		texts := map[string][]limeRow{}
		for _, r := range l.tables[t.texts] {
			texts[r.values[t.key]] = append(texts[r.values[t.key]], r)
		}
		if len(texts) == 0 {
			continue
		}
		used := map[string]bool{}
		for _, table := range t.things {
			var joined []limeRow
			for _, thing := range l.tables[table] {
				key := thing.values[t.key]
				used[key] = true
				if len(texts[key]) == 0 {
					joined = append(joined, thing)
				}
				for _, text := range texts[key] {
					joined = append(joined, limeRow{thing.at, merged(thing.values, text.values)})
				}
			}
			l.tables[table] = joined
		}
		for _, r := range l.tables[t.texts] {
			if !used[r.values[t.key]] {
				l.lost(r.at, "a text of %s %s, which the file does not hold", t.key, clip(r.values[t.key], 20))
			}
		}
	}
}

// merged is a row with the values of another that it lacks.
func merged(row, more map[string]string) map[string]string {
	m := make(map[string]string, len(row)+len(more))
	for k, v := range more {
		m[k] = v
	}
	for k, v := range row {
		m[k] = v
	}
	return m
}

// The tables that questions are made of, and those that say nothing about what is asked.
var (
	limeRead  = []string{"answers", "groups", "questions", "subquestions", "surveys", "surveys_languagesettings", "question_attributes", "group_l10ns", "question_l10ns", "answer_l10ns"}
	limeLooks = []string{"themes", "themes_inherited", "survey_themes", "plugin_settings", "templates"}
)

// told is how many rows of a table that is not read are listed one by one.
const told = 200

// leftOut lists what of the whole survey is not taken over, row by row.
func (l *lime) leftOut() {
	for _, table := range sortedKeys(l.tables) {
		rows := l.tables[table]
		switch {
		case slices.Contains(limeRead, table):
			continue
		case slices.Contains(limeLooks, table):
			l.lost(where{table, 1}, "how the survey looks: %d rows", len(rows))
			continue
		}
		for _, r := range rows[:min(told, len(rows))] {
			l.lost(r.at, "%s", limeValues(r.values))
		}
		if more := len(rows) - told; more > 0 {
			l.lost(where{table, told + 1}, "%d more rows of %s", more, table)
		}
	}
	for _, r := range l.tables["surveys_languagesettings"] {
		if lang := r.values["surveyls_language"]; !strings.HasPrefix(lang, "sv") && !strings.HasPrefix(lang, "en") {
			l.lost(r.at, "the texts in the language %q", lang)
			continue
		}
		var names []string
		for _, k := range sortedKeys(r.values) {
			if !slices.Contains([]string{"surveyls_survey_id", "surveyls_language", "surveyls_title", "surveyls_welcometext"}, k) {
				names = append(names, strings.TrimPrefix(k, "surveyls_"))
			}
		}
		if len(names) > 0 {
			l.lost(r.at, "texts around the survey, which a campaign has of its own: %s", strings.Join(names, ", "))
		}
	}
	for _, r := range l.tables["surveys"] {
		l.lost(r.at, "settings of how the survey runs, which a campaign has of its own (%d values)", len(r.values))
	}
}

// limeValues is a row in short.
func limeValues(values map[string]string) string {
	var parts []string
	for _, k := range sortedKeys(values) {
		parts = append(parts, k+" "+clip(values[k], 40))
	}
	return clip(strings.Join(parts, ", "), 200)
}

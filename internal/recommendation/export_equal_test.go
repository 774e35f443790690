package recommendation_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/recommendation/recommendationtest"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/response/export"
)

// LimeSurvey's statistics were wrong with "Other", and its export to R led to incorrect data.
func TestTheAnalysisCountsWhatEveryExportHolds_LimeSurvey17720(t *testing.T) {
	w := recommendationtest.New(t)
	w.Crowd(9)
	definition := w.Definition("s5")
	i := slices.IndexFunc(definition.Questions(), func(q *questionnaire.Question) bool {
		return q.AskedOf("business") && slices.ContainsFunc(q.Options, func(o questionnaire.Option) bool { return o.OtherText })
	})
	other := definition.Questions()[i]
	option := other.Options[slices.IndexFunc(other.Options, func(o questionnaire.Option) bool { return o.OtherText })].Code
	const words = "=svärfar, \"han\"; sa nej"
	answer := questionnaire.Answer{Code: &option, Other: words}
	if other.Type == questionnaire.Multiple {
		answer = questionnaire.Answer{Codes: []int{option}, Other: words}
	}
	w.Answer("s5", "business", questionnaire.Answers{other.ID: answer})

	results, err := w.Service.Results(t.Context(), "s5")
	w.Must(err)
	responses := response.New(w.DB, w.Clock.Now, w.Surveys, nil, nil)
	for _, f := range []export.Format{export.FormatCSV, export.FormatJSON, export.FormatXLSX, export.FormatSAV} {
		t.Run(string(f), func(t *testing.T) {
			var file bytes.Buffer
			_, err := responses.Export(t.Context(), "s5", 0, f, export.Options{Lang: "sv"}, false, &file)
			w.Must(err)
			table := readTable(t, f, file.Bytes())
			if got := table.count("business", other.ID+".other", func(s string) bool { return strings.TrimPrefix(s, "'") == words }); got != 1 {
				t.Errorf("%d rows hold what was written beside %q", got, "Annat")
			}
			compared := 0
			for _, q := range definition.Questions() {
				for _, group := range q.Groups {
					compared += table.agrees(t, results, q, group)
				}
			}
			if compared < 100 {
				t.Errorf("only %d counts were compared", compared)
			}
		})
	}
}

// grid is an export as another program reads it.
type grid struct {
	names []string
	rows  [][]string
}

func (g grid) count(group, column string, is func(string) bool) (n int) {
	at, of := slices.Index(g.names, column), slices.Index(g.names, "group")
	for _, row := range g.rows {
		if at >= 0 && at < len(row) && strings.TrimSpace(row[of]) == group && is(strings.TrimRight(row[at], " ")) {
			n++
		}
	}
	return n
}

// agrees compares every code of a question that is counted by code, and tells how many that were.
func (g grid) agrees(t *testing.T, results recommendation.Results, q *questionnaire.Question, group string) (compared int) {
	t.Helper()
	switch q.Type {
	case questionnaire.Single, questionnaire.Likert5, questionnaire.YesNoUnknown, questionnaire.Multiple:
	default:
		return 0
	}
	f, err := analysis.Count(results.Data, q.ID, analysis.Filter{Group: group}, results.Options)
	if err != nil || f.Numbers == nil {
		return 0
	}
	for _, row := range f.Numbers.Rows {
		column, value := q.ID, strconv.Itoa(row.Code)
		if q.Type == questionnaire.Multiple {
			column, value = q.ID+"."+value, "1"
		}
		if n := g.count(group, column, func(s string) bool { return s == value }); n != row.Count {
			t.Errorf("%s, %s: %d rows hold %s, the analysis counts %d", column, group, n, value, row.Count)
		}
		compared++
	}
	return compared
}

func readTable(t *testing.T, f export.Format, file []byte) (g grid) {
	t.Helper()
	var all [][]string
	var err error
	switch f {
	case export.FormatJSON:
		return readObjects(t, file)
	case export.FormatXLSX:
		book, openErr := excelize.OpenReader(bytes.NewReader(file))
		if openErr != nil {
			t.Fatal(openErr)
		}
		defer book.Close()
		all, err = book.GetRows(book.GetSheetList()[0])
	case export.FormatSAV:
		file = convertSAV(t, file)
		fallthrough
	default:
		all, err = csv.NewReader(bytes.NewReader(file)).ReadAll()
	}
	if err != nil {
		t.Fatal(err)
	}
	return grid{all[0], all[1:]}
}

func readObjects(t *testing.T, file []byte) (g grid) {
	t.Helper()
	var objects []map[string]json.RawMessage
	if err := json.Unmarshal(file, &objects); err != nil {
		t.Fatal(err)
	}
	for name := range objects[0] {
		g.names = append(g.names, name)
	}
	for _, o := range objects {
		row := make([]string, len(g.names))
		for i, name := range g.names {
			if row[i] = string(o[name]); strings.HasPrefix(row[i], `"`) {
				if err := json.Unmarshal(o[name], &row[i]); err != nil {
					t.Fatal(err)
				}
			}
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// convertSAV reads a system file with a program that is not ours.
func convertSAV(t *testing.T, file []byte) []byte {
	t.Helper()
	program, err := exec.LookPath("pspp-convert")
	if err != nil {
		t.Skip("SKIPPED: the SPSS file is not compared: pspp-convert is missing (Debian package pspp)")
	}
	in, out := filepath.Join(t.TempDir(), "a.sav"), filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(in, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if message, err := exec.CommandContext(t.Context(), program, in, out).CombinedOutput(); err != nil {
		t.Fatalf("pspp-convert: %v: %s", err, message)
	}
	content, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

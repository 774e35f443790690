package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/response/export"
)

func text(s string) i18n.Text { return i18n.Text{Sv: s + " på svenska", En: s} }

func code(n int) questionnaire.Answer { return questionnaire.Answer{Code: &n} }

func number(v float64) questionnaire.Answer { return questionnaire.Answer{Number: &v} }

// every type of question, for two groups.
func definition() *questionnaire.Definition {
	both, firms := []string{"procurer", "business"}, []string{"business"}
	unknown := []questionnaire.Special{{Code: 98, Text: text("Don't know")}}
	all := []questionnaire.Special{{Code: 97, Text: text("Not applicable")}, {Code: 98, Text: text("Don't know")}, {Code: 99, Text: text("Rather not say")}}
	scale := []questionnaire.Option{{Code: 1, Text: text("Not at all")}, {Code: 5, Text: text("Fully")}}
	choices := []questionnaire.Option{{Code: 1, Text: text("Time")}, {Code: 2, Text: text("Skill"), Groups: firms}, {Code: 9, Text: text("Other"), OtherText: true}}
	return &questionnaire.Definition{ID: "t", Area: 5, Title: text("Trial åäö"),
		Groups: []questionnaire.Group{{ID: "procurer"}, {ID: "business"}},
		Sections: []questionnaire.Section{{ID: "s", Title: text("Section"), Questions: []questionnaire.Question{
			{ID: "one", Type: questionnaire.Single, Groups: both, Text: text("One"), Options: choices, Specials: unknown,
				TextByGroup: map[string]i18n.Text{"business": text("One, firms")}},
			{ID: "many", Type: questionnaire.Multiple, Groups: both, Text: text("Many"), Options: choices, Specials: all},
			{ID: "agree", Type: questionnaire.Likert5, Groups: firms, Text: text("Agree"), Options: scale, Specials: all},
			{ID: "grid", Type: questionnaire.Matrix, Groups: both, Text: text("Grid"), Options: scale, Specials: unknown,
				Rows: []questionnaire.Row{{ID: "a", Text: text("Row a")}, {ID: "b", Text: text("Row b")}}},
			{ID: "order", Type: questionnaire.Ranking, Groups: both, Text: text("Order"), Options: choices[:2], Top: 2},
			{ID: "bids", Type: questionnaire.Numeric, Groups: both, Text: text("Bids"), Max: 500, Specials: all},
			{ID: "change", Type: questionnaire.Numeric, Groups: both, Text: text("Change"), Min: -10, Max: 10, Decimals: 2, Specials: unknown},
			{ID: "score", Type: questionnaire.Rating, Groups: both, Text: text("Score"), Max: 10},
			{ID: "yes", Type: questionnaire.YesNoUnknown, Groups: both, Text: text("Yes"), Options: scale, Specials: unknown},
			{ID: "place", Type: questionnaire.Municipality, Groups: both, Text: text("Place")},
			{ID: "why", Type: questionnaire.FreeText, Groups: both, Text: text("Why"), Specials: all, MaxLength: 1000,
				ShowIf: &questionnaire.Condition{Q: "one", Op: questionnaire.Eq, Values: []float64{1}}},
		}}}}
}

var day = time.Date(2019, 3, 3, 23, 30, 0, 0, time.UTC) // in Sweden the 4th, half past midnight

func rows() []export.Row {
	long := strings.Repeat("Åt skogen! ", 90)
	other := questionnaire.Answer{Codes: []int{1, 9}, Other: "för \"dyrt\", sa vi"}
	return []export.Row{
		{Group: "business", Language: "sv", Submitted: day, Wave: 1, Answers: questionnaire.Answers{"one": code(1), "many": other, "agree": code(99),
			"grid": {Rows: map[string]int{"a": 5, "b": 98}}, "order": {Codes: []int{2}}, "bids": number(98), "change": number(-1.25),
			"score": number(10), "yes": code(1), "place": code(2080), "why": {Text: strings.TrimSpace(long)}}},
		{Group: "procurer", Language: "en", Submitted: day.AddDate(0, 0, 30), Wave: 2, Answers: questionnaire.Answers{"one": code(1), "many": code(97),
			"bids": code(98), "change": code(98), "why": code(97), "grid": {Rows: map[string]int{"b": 1}}}},
		{Group: "business", Language: "sv", Submitted: day, Wave: 1, Answers: questionnaire.Answers{"one": code(98), "many": {Codes: []int{2}},
			"change": number(-1), "bids": code(99), "why": {Text: "to a question that was hidden"}}},
		{Group: "procurer", Language: "sv", Submitted: day, Answers: questionnaire.Answers{"one": code(1), "why": {Text: "rad ett\nrad två, \"citat\""}}},
		{Group: "business", Language: "en", Submitted: day, Wave: 1},
	}
}

func data(rows []export.Row) export.Data {
	return export.Data{Definition: definition(), Count: len(rows), Rows: func(yield func(export.Row, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}}
}

var options = export.Options{Lang: i18n.En, Made: day, Raw: true, Untold: true,
	Waves: []export.Wave{{Number: 1, Opened: day}, {Number: 2, Opened: day.AddDate(0, 0, 29)}}}

func write(t *testing.T, writer func(io.Writer, export.Data, export.Options) error, d export.Data, o export.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := writer(&b, d, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func readCSV(t *testing.T, content []byte) [][]string {
	t.Helper()
	table, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// The kinds of missing answer: 98 bids are bids and 998 are unknown; 98 elsewhere is unknown; -2 was
// left empty, -1 was not asked or not offered.
func TestEveryColumnHoldsWhatWasAnswered(t *testing.T) {
	got := readCSV(t, write(t, export.CSV, data(rows()), options))
	long := strings.TrimSpace(strings.Repeat("Åt skogen! ", 90))
	want := [][]string{
		{"raw_row", "group", "language", "submitted", "wave", "one", "one.other", "many.1", "many.2", "many.9", "many.other", "agree", "grid.a", "grid.b",
			"order.rank1", "order.rank2", "bids", "change", "score", "yes", "place", "why", "why.status"},
		{"1", "business", "sv", "2019-03-04", "1", "1", "", "1", "0", "1", "för \"dyrt\", sa vi", "99", "5", "98", "2", "-2", "98", "-1.25", "10", "1", "2080", long, "0"},
		{"2", "procurer", "en", "2019-04-03", "2", "1", "", "97", "-1", "97", "", "-1", "-2", "1", "-2", "-2", "998", "98", "-2", "-2", "-2", "", "97"},
		{"3", "business", "sv", "2019-03-04", "1", "98", "", "0", "1", "0", "", "-2", "-2", "-2", "-2", "-2", "999", "-1", "-2", "-2", "-2", "", "-1"},
		{"4", "procurer", "sv", "2019-03-04", "0", "1", "", "-2", "-1", "-2", "", "-1", "-2", "-2", "-2", "-2", "-2", "-92", "-2", "-2", "-2", "rad ett\nrad två, \"citat\"", "0"},
		{"5", "business", "en", "2019-03-04", "1", "-2", "", "-2", "-2", "-2", "", "-2", "-2", "-2", "-2", "-2", "-2", "-92", "-2", "-2", "-2", "", "-1"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEveryFormatHoldsTheSameTable(t *testing.T) {
	want := readCSV(t, write(t, export.CSV, data(rows()), options))
	t.Run("json", func(t *testing.T) {
		var objects []map[string]any
		if err := json.Unmarshal(write(t, export.JSON, data(rows()), options), &objects); err != nil {
			t.Fatal(err)
		}
		same(t, want, objects)
	})
	t.Run("json lines", func(t *testing.T) {
		o := options
		o.Lines = true
		var objects []map[string]any
		for line := range bytes.Lines(write(t, export.JSON, data(rows()), o)) {
			var object map[string]any
			if err := json.Unmarshal(line, &object); err != nil {
				t.Fatal(err)
			}
			objects = append(objects, object)
		}
		same(t, want, objects)
	})
	t.Run("xlsx", func(t *testing.T) {
		f, err := excelize.OpenReader(bytes.NewReader(write(t, export.XLSX, data(rows()), options)))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		got, err := f.GetRows("Answers (raw, archive)")
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			got[i] = append(got[i], make([]string, len(want[0])-len(got[i]))...)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-csv +xlsx):\n%s", diff)
		}
	})
	t.Run("sav", func(t *testing.T) {
		got := readCSV(t, convert(t, write(t, export.SAV, data(rows()), options)))
		table := slices.Clone(want)
		for i := range table[1:] {
			table[i+1] = slices.Clone(table[i+1])
			for j, v := range table[i+1] {
				got[i+1][j] = strings.TrimRight(got[i+1][j], " ")
				switch name := table[0][j]; {
				case name == "submitted":
					table[i+1][j] = v[5:7] + "/" + v[8:] + "/" + v[:4] // as pspp-convert writes every date
				case v == "-1" && name != "change" && name != "why.status": // system-missing
					table[i+1][j] = ""
				}
			}
		}
		if diff := cmp.Diff(table, got); diff != "" {
			t.Errorf("(-csv +sav, read by pspp-convert):\n%s", diff)
		}
	})
}

func same(t *testing.T, want [][]string, objects []map[string]any) {
	t.Helper()
	got := [][]string{want[0]}
	for _, o := range objects {
		if len(o) != len(want[0]) {
			t.Errorf("%d keys, want %d", len(o), len(want[0]))
		}
		var row []string
		for _, name := range want[0] {
			v := fmt.Sprint(o[name])
			if f, ok := o[name].(float64); ok {
				v = strconv.FormatFloat(f, 'f', -1, 64)
			}
			row = append(row, v)
		}
		got = append(got, row)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-csv +json):\n%s", diff)
	}
}

// convert reads a system file with a program that is not ours.
func convert(t *testing.T, sav []byte) []byte {
	t.Helper()
	program, err := exec.LookPath("pspp-convert")
	if err != nil {
		t.Skip("SKIPPED: the SPSS file is not checked by a foreign reader: pspp-convert is missing (Debian package pspp)")
	}
	in, out := filepath.Join(t.TempDir(), "a.sav"), filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(in, sav, 0o600); err != nil {
		t.Fatal(err)
	}
	if message, err := exec.CommandContext(t.Context(), program, in, out).CombinedOutput(); err != nil || len(message) > 0 {
		t.Fatalf("pspp-convert: %v: %s", err, message)
	}
	content, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestSPSSKnowsLabelsAndMissingValues(t *testing.T) {
	program, err := exec.LookPath("pspp")
	if err != nil {
		t.Skip("SKIPPED: the SPSS file is not checked by a foreign reader: pspp is missing (Debian package pspp)")
	}
	file := filepath.Join(t.TempDir(), "a.sav")
	if err := os.WriteFile(file, write(t, export.SAV, data(rows()), export.Options{Lang: i18n.Sv, Made: day, Waves: options.Waves, Untold: true}), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, "-O", "format=csv", "-")
	cmd.Stdin = strings.NewReader("SYSFILE INFO '" + file + "'.\nGET FILE='" + file + "'.\nFREQUENCIES bids.\n")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, want := range []string{"UTF-8", "Trial åäö på svenska", "many.9,", "Many på svenska - Other på svenska", "Fick inte frågan",
		"997 THRU 999; -2", "-2; 98", "Mätning 2 (2019-04-02)", "Sägs inte", "Rather not say på svenska", "A4000"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("lacks %q", want)
		}
	}
	if t.Failed() {
		t.Logf("%s", out)
	}
}

func TestATextIsNeverAFormulaInASpreadsheet(t *testing.T) {
	list := rows()[:1]
	for _, typed := range []string{"=1+1", "+46 70", "-bra", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"} {
		list[0].Answers["why"] = questionnaire.Answer{Text: typed}
		for _, raw := range []bool{false, true} {
			want := "'" + typed
			if raw {
				want = typed
			}
			o := export.Options{Lang: i18n.Sv, Raw: raw}
			got := readCSV(t, write(t, export.CSV, data(list), o))[1]
			if v := got[len(got)-2]; v != want && typed != "\r=1" { // the reader takes \r from line ends
				t.Errorf("csv, raw %v: %q, want %q", raw, v, want)
			}
			f, err := excelize.OpenReader(bytes.NewReader(write(t, export.XLSX, data(list), o)))
			if err != nil {
				t.Fatal(err)
			}
			sheet := f.GetSheetList()[0]
			v, _ := f.GetCellValue(sheet, "V2")
			if formula, _ := f.GetCellFormula(sheet, "V2"); formula != "" || strings.ReplaceAll(v, "\r", "\n") != strings.ReplaceAll(want, "\r", "\n") {
				t.Errorf("xlsx, raw %v: %q (formula %q), want %q", raw, v, formula, want)
			}
			_ = f.Close()
		}
	}
}

var writers = map[string]func(io.Writer, export.Data, export.Options) error{"csv": export.CSV, "json": export.JSON, "xlsx": export.XLSX, "sav": export.SAV}

func TestAnotherNumberOfRowsThanCountedIsAFailure(t *testing.T) {
	for name, writer := range writers {
		for _, off := range []int{-1, 1} {
			d := data(rows())
			d.Count += off
			var wrong *export.CountError
			if err := writer(io.Discard, d, options); !errors.As(err, &wrong) {
				t.Errorf("%s with a count %d off: %v", name, off, err)
			}
		}
		d := data(rows())
		broken := errors.New("the line is down")
		d.Rows = func(yield func(export.Row, error) bool) { yield(export.Row{}, broken) }
		if err := writer(io.Discard, d, options); !errors.Is(err, broken) {
			t.Errorf("%s: a broken source gives %v", name, err)
		}
	}
}

func TestNoResponsesIsAnEmptyTable(t *testing.T) {
	for name, writer := range writers {
		out := write(t, writer, data(nil), options)
		if name == "json" && string(out) != "[]\n" {
			t.Errorf("json: %q", out)
		}
		if name == "sav" {
			if table := readCSV(t, convert(t, out)); len(table) != 1 {
				t.Errorf("sav: %v", table)
			}
		}
	}
}

// gauge is where an export goes. It looks at the memory while what was made leaves, and at the pieces.
type gauge struct {
	peak             *uint64
	written, largest int
	looked           int
}

func (g *gauge) Write(p []byte) (int, error) {
	g.largest = max(g.largest, len(p))
	if g.written == 0 || g.written-g.looked > 8<<20 {
		g.looked = g.written
		look(g.peak)
	}
	g.written += len(p)
	return len(p), nil
}

func look(peak *uint64) {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	*peak = max(*peak, m.HeapAlloc)
}

// Memory does not grow with the responses: 100 000 rows stay under 32 MB of heap in every format, and
// none is handed over in one piece that was kept in memory. LimeSurvey's exports died at 512 MB.
func TestAHundredThousandRowsNeedLittleMemory(t *testing.T) {
	const count, limit = 100_000, 32 << 20
	row := rows()[0]
	row.Answers["why"] = questionnaire.Answer{Text: "kort"}
	for _, name := range []string{"csv", "json", "sav", "xlsx"} {
		n := count
		if name == "xlsx" && testing.Short() {
			n = 10_000
		}
		var peak uint64
		d := export.Data{Definition: definition(), Count: n, Rows: watched(row, n, &peak)}
		runtime.GC()
		out := &gauge{peak: &peak}
		if err := writers[name](out, d, options); err != nil {
			t.Fatal(err)
		}
		if out.largest > 1<<20 {
			t.Errorf("%s: %d MB of %d leave in one piece", name, out.largest>>20, out.written>>20)
		}
		if peak > limit {
			t.Errorf("%s: %d MB of heap live, limit %d", name, peak>>20, limit>>20)
		}
		t.Logf("%s: %d rows, at most %.1f MB live", name, n, float64(peak)/(1<<20))
	}
}

func watched(row export.Row, n int, peak *uint64) iter.Seq2[export.Row, error] {
	return func(yield func(export.Row, error) bool) {
		for i := range n {
			if i%25_000 == 24_999 {
				look(peak)
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

func TestTheCodebookExplainsEveryColumnAndCode(t *testing.T) {
	columns, err := export.Layout(definition())
	if err != nil {
		t.Fatal(err)
	}
	var md, table bytes.Buffer
	if err := errors.Join(export.Codebook(&md, definition(), export.Options{Lang: i18n.Sv, Waves: options.Waves}),
		export.CodebookCSV(&table, definition(), export.Options{Lang: i18n.En, BOM: true})); err != nil {
		t.Fatal(err)
	}
	records := readCSV(t, bytes.TrimPrefix(table.Bytes(), []byte("\ufeff")))
	for _, c := range columns {
		if !strings.Contains(md.String(), "`"+c.Name+"`") {
			t.Errorf("column %s is not in the document", c.Name)
		}
		of := slices.DeleteFunc(slices.Clone(records), func(r []string) bool { return r[0] != c.Name })
		if len(of) != max(1, len(c.Codes)) {
			t.Errorf("column %s has %d lines, want one for each of %d codes", c.Name, len(of), len(c.Codes))
		}
	}
	want := []string{"bids", "bids", "numeric", "procurer business", "Bids", "", "998", "Don't know", "yes"}
	if !slices.ContainsFunc(records, func(r []string) bool { return slices.Equal(r, want) }) {
		t.Errorf("no line %q", want)
	}
	if !strings.Contains(md.String(), "| 1 | Mätning 1 (2019-03-04) |") {
		t.Error("the document does not say when the first wave was")
	}
	if missing := regexp.MustCompile(`\[export\.\w+\]`).FindString(md.String() + table.String()); missing != "" {
		t.Errorf("lacks words: %s", missing)
	}
}

func TestAQuestionMayNotTakeTheNameOfAColumn(t *testing.T) {
	d := definition()
	d.Sections[0].Questions[0].ID = "group"
	if _, err := export.Layout(d); err == nil {
		t.Error("two columns with one name")
	}
}

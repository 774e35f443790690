package exchange_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/questionnaire/exchange"
	"upphandlingsdialog/surveys"
)

func shipped(t testing.TB) []*questionnaire.Definition {
	t.Helper()
	list, _, err := questionnaire.Load(surveys.Files, surveys.Names...)
	if err != nil || len(list) != 3 {
		t.Fatal(len(list), err)
	}
	return list
}

func TestYAMLKeepsTheHashOfTheShippedQuestionnaires(t *testing.T) {
	for _, d := range shipped(t) {
		data, err := exchange.YAML(d)
		if err != nil {
			t.Fatal(err)
		}
		back, findings, err := exchange.ReadYAML("a.yaml", data)
		if err != nil || back == nil || back.Hash() != d.Hash() {
			t.Errorf("%s: %v %v", d.ID, findings, err)
		}
	}
}

// comparable is the definition as JSON without what the package says that XLSForm cannot carry.
func comparable(t testing.TB, d *questionnaire.Definition) any {
	t.Helper()
	data, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var c questionnaire.Definition
	if err := json.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	for _, q := range c.Questions() {
		q.TextByGroup = nil
		for i := range q.Specials {
			q.Specials[i].TextByGroup = nil
			if len(q.Options) == 0 || q.Type == questionnaire.Ranking {
				q.Specials[i].Text.Sv, q.Specials[i].Text.En = "", ""
			}
		}
	}
	data, err = json.Marshal(&c)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestXLSFormKeepsWhatItCanCarryOfTheShippedQuestionnaires(t *testing.T) {
	for _, d := range shipped(t) {
		data, lost, err := exchange.ToXLSForm(d)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range lost {
			if !strings.Contains(f.Message, "the wording") {
				t.Errorf("%s", f)
			}
		}
		back, findings, err := exchange.XLSForm(d.ID+".xlsx", data, exchange.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range findings {
			if !strings.Contains(f.File, "as YAML") || f.Severity == questionnaire.Error {
				t.Errorf("%s", f)
			}
		}
		if diff := cmp.Diff(comparable(t, d), comparable(t, back)); diff != "" {
			t.Errorf("%s:\n%s", d.ID, diff)
		}
	}
}

// book makes a workbook of sheets given as lines of cells parted by |.
func book(t testing.TB, sheets map[string][]string) []byte {
	t.Helper()
	f := excelize.NewFile()
	for name, lines := range sheets {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, l := range lines {
			cells := strings.Split(l, "|")
			cell, _ := excelize.CoordinatesToCellName(1, i+1)
			if err := f.SetSheetRow(name, cell, &cells); err != nil {
				t.Fatal(err)
			}
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func foreign(t testing.TB) []byte {
	return book(t, map[string][]string{
		"survey": {
			"type|name|label::Svenska (sv)|label::English (en)|relevant|constraint|required",
			"start|start||||||",
			"begin group|Father|Far|Father||",
			"integer|age|Hur gammal?|How old?|| . >= 0 and . <= 120|yes",
			"select_one yn or_other|works|Arbetar han?|Does he work?|${age} > 15|",
			"geopoint|where|Var?|Where?||",
			"note|n1|Tänk efter.|Think.||",
			"select_multiple days|days|Vilka dagar?|Which days?|selected(${works}, 'yes') and count-selected(${works}) = 1|",
			"text|why|Varför?|Why?|${works} != 'no'|string-length(.) <= 200",
			"end group",
		},
		"choices": {
			"list_name|name|label::Svenska (sv)|label::English (en)",
			"yn|yes|Ja|Yes", "yn|no|Nej|No", "days|mon|Måndag|Monday", "days|tue|Tisdag|Tuesday",
		},
	})
}

func TestAnotherProgramsFormBecomesADraftAndWhatIsLeftOutIsListedByRow(t *testing.T) {
	d, findings, err := exchange.XLSForm("family.xlsx", foreign(t), exchange.Options{Area: 6})
	if err != nil {
		t.Fatal(err)
	}
	if questionnaire.Errors(findings) {
		t.Error(findings)
	}
	var ids []string
	for _, q := range d.Questions() {
		ids = append(ids, q.ID+":"+string(q.Type))
	}
	if diff := cmp.Diff([]string{"age:numeric", "works:single", "days:multiple", "why:text"}, ids); diff != "" {
		t.Error(diff)
	}
	works, _ := d.Question("works")
	want := &questionnaire.Condition{All: []questionnaire.Condition{{Q: "age", Op: questionnaire.Ge, Values: []float64{16}}}}
	if diff := cmp.Diff(want, works.ShowIf); diff != "" {
		t.Error(diff)
	}
	if o := works.Options[2]; !o.OtherText || o.Text.Sv != "Annat" {
		t.Errorf("or_other gave %+v", o)
	}
	if days, _ := d.Question("days"); days.Help.Sv != "Tänk efter." || days.ShowIf != nil {
		t.Errorf("%+v", days)
	}
	for row, text := range map[int]string{2: `type "start"`, 4: "required", 6: "geopoint", 8: "the condition of days"} {
		found := false
		for _, f := range findings {
			found = found || (f.Line == row && f.File == "family.xlsx[survey]" && strings.Contains(f.Message, text))
		}
		if !found {
			t.Errorf("row %d: nothing about %s in %v", row, text, findings)
		}
	}
}

func TestTooMuchIsRefusedInWords(t *testing.T) {
	many := []string{"list_name|name|label"}
	for range 10000 {
		many = append(many, "l|x|y")
	}
	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	w, _ := z.Create("xl/worksheets/sheet1.xml")
	_, _ = w.Write(make([]byte, exchange.MaxUnpacked+1))
	_ = z.Close()
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"ten thousand options": {book(t, map[string][]string{"survey": {"type|name|label", "select_one l|q|Q"}, "choices": many}), "10000 choices"},
		"zip bomb":             {bomb.Bytes(), "when unpacked"},
		"no workbook":          {[]byte("hello"), "no .xlsx"},
		"no form":              {book(t, map[string][]string{"other": {"a"}}), "no sheet survey"},
		"a large file":         {make([]byte, exchange.MaxBytes+1), "larger than 8 MB"},
	} {
		if _, _, err := exchange.XLSForm("a.xlsx", c.data, exchange.Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestOthersFormsAreRead reads files of other programs where UDD_EXCHANGE_FILES says that some are.
func TestOthersFormsAreRead(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(os.Getenv("UDD_EXCHANGE_FILES"), "*.xlsx"))
	if os.Getenv("UDD_EXCHANGE_FILES") == "" || len(files) == 0 {
		t.Skip("UDD_EXCHANGE_FILES names no folder with files of other programs")
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d, findings, err := exchange.XLSForm(filepath.Base(file), data, exchange.Options{})
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		t.Logf("%s: %d questions", file, len(d.Questions()))
		for _, f := range findings {
			t.Log(f)
		}
	}
}

func FuzzXLSForm(f *testing.F) {
	f.Add(foreign(f))
	f.Fuzz(func(_ *testing.T, data []byte) {
		_, _, _ = exchange.XLSForm("a.xlsx", data, exchange.Options{})
	})
}

func FuzzYAML(f *testing.F) {
	for _, d := range shipped(f) {
		data, err := exchange.YAML(d)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, findings, err := exchange.ReadYAML("a.yaml", data)
		if err != nil || d == nil || questionnaire.Errors(findings) {
			return
		}
		again, err := exchange.YAML(d)
		if err == nil {
			if back, _, _ := exchange.ReadYAML("a.yaml", again); back.Hash() != d.Hash() {
				t.Error("another hash")
			}
		}
	})
}

package export

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

func TestALargeEntrySaysSoInBothItsHeaders(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.zip")
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w := zip.NewWriter(file)
	for entry, size := range map[string]int{"small.xml": 10, "large.xml": 5000} {
		part, err := w.Create(entry)
		if err == nil {
			_, err = part.Write([]byte(strings.Repeat("å", size/2)))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), markLarge(file, 1000)); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for entry, want := range map[string]uint16{"small.xml": 20, "large.xml": 45} {
		at := strings.Index(string(content), entry) - zipHeader
		if got := binary.LittleEndian.Uint16(content[at+zipVersion:]); got != want {
			t.Errorf("%s needs version %d, want %d", entry, got, want)
		}
	}
	if r, err := zip.OpenReader(name); err != nil || len(r.File) != 2 {
		t.Errorf("the file cannot be read any more: %v", err)
	}
}

// Kobo cut exports off at 30 000 rows without a word.
func TestMoreThanASheetHoldsIsRefusedWithAWayOut(t *testing.T) {
	d := Data{Definition: &questionnaire.Definition{ID: "t"}, Count: sheetRows + 1}
	var out strings.Builder
	err := XLSX(&out, d, Options{})
	f, ok := fault.Of(err)
	if !ok || len(f.Fields) != 1 || out.Len() > 0 {
		t.Fatalf("%v, and %d bytes", err, out.Len())
	}
	for lang, want := range map[i18n.Lang]string{i18n.Sv: "Välj CSV, JSON eller SPSS", i18n.En: "Choose CSV, JSON or SPSS"} {
		text := i18n.TMap(lang, f.Fields[0].Key, f.Fields[0].Args)
		if !strings.Contains(text, want) || !strings.Contains(text, "1048575") || !strings.Contains(text, "1048576") {
			t.Errorf("%s: %s", lang, text)
		}
	}
	if err := Fits(FormatCSV, d, Options{}); err != nil {
		t.Errorf("a CSV file: %v", err)
	}
}

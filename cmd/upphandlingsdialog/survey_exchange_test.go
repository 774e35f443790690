package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/questionnaire/exchange"
	"upphandlingsdialog/surveys"
)

func TestSurveyImportSeesFromTheContentWhatAFileIs(t *testing.T) {
	list, _, err := questionnaire.Load(surveys.Files, surveys.Names[0])
	if err != nil {
		t.Fatal(err)
	}
	yaml, err := exchange.YAML(list[0])
	if err != nil {
		t.Fatal(err)
	}
	form, _, err := exchange.ToXLSForm(list[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"yaml": yaml, "workbook": form} {
		file := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		code := run(context.Background(), []string{"survey", "import", "--dry-run", file}, strings.NewReader(""), &out, &out)
		if code != 0 || !strings.Contains(out.String(), "s5: Nya lösningar") {
			t.Errorf("%s: exit code %d: %s", name, code, out.String())
		}
	}
}

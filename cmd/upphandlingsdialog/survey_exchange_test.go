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
	"upphandlingsdialog/internal/testkit"
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

func TestAQuestionnaireIsPrintedForOneGroupFromTheCommandLine(t *testing.T) {
	t.Setenv("DATABASE_URL", testkit.URL(t))
	dir := t.TempDir()
	if code, out := command(t, "survey", "load", "--data", dir); code != 0 {
		t.Fatal(out)
	}
	file := filepath.Join(dir, "form.pdf")
	export := []string{"survey", "export", "s5", "--as", "pdf", "-o", file, "--data", dir}
	if code, out := command(t, export...); code == 0 || !strings.Contains(out, "--group: write one of procurer") {
		t.Errorf("no group: exit code %d: %s", code, out)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("a file was written without a group")
	}
	if code, out := command(t, append(export, "--group", "business", "--lang", "en")...); code != 0 {
		t.Fatal(out)
	}
	if data, err := os.ReadFile(file); err != nil || !bytes.HasPrefix(data, []byte("%PDF-")) {
		t.Errorf("%v, %.20q", err, data)
	}
}

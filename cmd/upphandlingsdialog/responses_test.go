package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"upphandlingsdialog/internal/testkit"
)

func TestAnswersAreExportedFromTheCommandLine(t *testing.T) {
	t.Setenv("DATABASE_URL", testkit.URL(t))
	dir := t.TempDir()
	if code, out := command(t, "survey", "load", "--data", dir); code != 0 {
		t.Fatal(out)
	}
	for as, begins := range map[string]string{"csv": "row,group,language,submitted,", "json": "[]", "xlsx": "PK\x03\x04", "sav": "$FL2", "codebook": "# Kodbok"} {
		file := filepath.Join(dir, as)
		if code, out := command(t, "responses", "export", "s5", "--as", as, "-o", file, "--data", dir); code != 0 {
			t.Errorf("%s: exit code %d\n%s", as, code, out)
		}
		content, err := os.ReadFile(file)
		if err != nil || !strings.HasPrefix(string(content), begins) {
			t.Errorf("%s begins %.40q (%v)", as, content, err)
		}
	}
	if code, out := command(t, "responses", "export", "s5", "--raw", "--data", dir); code != 0 || !strings.Contains(out, "raw_row,group,") || !strings.Contains(out, "0 responses to version 1") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	for call, want := range map[string]string{"s9": "no such survey", "s5 --version 9": "no such version", "s5 --as doc": "must be one of"} {
		file := filepath.Join(dir, "none")
		code, out := command(t, append(strings.Fields("responses export "+call), "-o", file, "--data", dir)...)
		if _, err := os.Stat(file); code == 0 || !strings.Contains(out, want) || !os.IsNotExist(err) {
			t.Errorf("%s: exit code %d, file %v\n%s", call, code, err, out)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".none-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

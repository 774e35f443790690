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

func TestAnswersFromPaperAreImportedFromTheCommandLine(t *testing.T) {
	t.Setenv("DATABASE_URL", testkit.URL(t))
	dir := t.TempDir()
	if code, out := command(t, "survey", "load", "--data", dir); code != 0 {
		t.Fatal(out)
	}
	file := filepath.Join(dir, "paper.csv")
	for _, step := range []struct {
		content string
		flag    string
		code    int
		want    string
	}{
		{"ref,group,q5_01\n1,business,9\n", "--source=paper", 1, "line 2: q5_01: "},
		{"ref,group,q5_01\n1,business,3\n", "--dry-run", 0, "1 new, 0 read before\nDry run"},
		{"ref,group,q5_01\n1,business,3\n", "--source=paper", 0, "1 new, 0 read before"},
		{"ref,group,q5_01\n1,business,3\n", "--source=paper", 0, "0 new, 1 read before"},
	} {
		if err := os.WriteFile(file, []byte(step.content), 0o600); err != nil {
			t.Fatal(err)
		}
		code, out := command(t, "responses", "import", "s5", file, step.flag, "--data", dir)
		if code != step.code || !strings.Contains(out, step.want) {
			t.Errorf("%+v: exit code %d\n%s", step, code, out)
		}
	}
}

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"upphandlingsdialog/internal/testkit"
	"upphandlingsdialog/surveys"
)

// lint runs the command and gives its exit code and all that it printed.
func lint(args ...string) (int, string) {
	var out bytes.Buffer
	code := run(context.Background(), append([]string{"survey", "lint"}, args...), strings.NewReader(""), &out, &out)
	return code, out.String()
}

func TestSurveyLintPassesTheShippedFilesWithoutADatabase(t *testing.T) {
	for _, args := range [][]string{nil, {"../../surveys/s5.yaml", "../../surveys/s6.yaml", "../../surveys/s7.yaml"}} {
		if code, out := lint(args...); code != 0 || strings.Count(out, "questions)") != 3 {
			t.Errorf("exit code %d: %s", code, out)
		}
	}
}

func TestSurveyLintNamesFileLineColumnAndRemedy(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, surveys.Files); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "s5.yaml")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	faulty := strings.Replace(string(content), "scale: familiarity5", "scale: familiarty5", 1)
	if err := os.WriteFile(file, []byte(faulty), 0o600); err != nil {
		t.Fatal(err)
	}
	line := 1 + strings.Count(faulty[:strings.Index(faulty, "familiarty5")], "\n")
	code, out := lint(file, filepath.Join(dir, "s6.yaml"))
	want := file + ":20:16: error: unknown scale \"familiarty5\" (write familiarity5)\n"
	if code != 1 || line != 20 || !strings.Contains(out, want) {
		t.Errorf("exit code %d, want %q in:\n%s", code, want, out)
	}
}

func TestSurveyLintGivesAdviceWithItsLineAndStillPasses(t *testing.T) {
	code, out := lint("../../surveys/s5.yaml")
	content, err := surveys.Files.ReadFile("s5.yaml")
	if err != nil {
		t.Fatal(err)
	}
	line := 1 + strings.Count(string(content[:strings.Index(string(content), "id: q5_05")]), "\n")
	want := fmt.Sprintf("../../surveys/s5.yaml:%d:9: advice: q5_05 ", line)
	if code != 0 || !strings.Contains(out, want) || !strings.Contains(out, "procurer    about ") {
		t.Errorf("exit code %d, want %q in:\n%s", code, want, out)
	}
	if !strings.HasPrefix(out, "../../surveys/s5.yaml:") {
		t.Errorf("the advice does not come first:\n%s", out)
	}
}

func TestSurveyLintSaysOfASharedPartOnce(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, surveys.Files); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "shared", "blocks.yaml")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	leading := strings.Replace(string(content), "Stämmer något av detta in på er?", "Visst är ni ett socialt företag?", 1)
	if err := os.WriteFile(file, []byte(leading), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out := lint(filepath.Join(dir, "s5.yaml"), filepath.Join(dir, "s6.yaml"))
	if code != 0 || strings.Count(out, file+":") != 1 || !strings.Contains(out, "warning: bg_kind") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}

func TestSurveyLintSaysWhichFileIsMissing(t *testing.T) {
	if code, out := lint(filepath.Join(t.TempDir(), "none.yaml")); code != 1 || !strings.Contains(out, "none.yaml") {
		t.Errorf("exit code %d: %s", code, out)
	}
}

func TestSurveyLintCountsTheGroupsWhereThereIsARegister(t *testing.T) {
	const small = "has 1 persons in the contact register"
	dir := t.TempDir()
	t.Setenv("DATABASE_URL", testkit.URL(t))
	if code, out := command(t, "survey", "lint", "--data", dir); code != 0 || strings.Contains(out, "in the contact register") {
		t.Errorf("an empty register: exit code %d\n%s", code, out)
	}
	file := filepath.Join(dir, "contacts.csv")
	if err := os.WriteFile(file, []byte("name,email,group,organisation\nDag,dag@example.org,developer,Älvdalens kommun\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out := command(t, "contacts", "import", file, "--data", dir); code != 0 {
		t.Fatal(out)
	}
	if code, out := command(t, "survey", "lint", "--data", dir); code != 0 || !strings.Contains(out, small) {
		t.Errorf("exit code %d\n%s", code, out)
	}
	t.Setenv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
	if code, out := command(t, "survey", "lint", "--data", dir); code != 0 || !strings.Contains(out, "The groups were not counted") {
		t.Errorf("no database: exit code %d\n%s", code, out)
	}
	if code, _ := command(t, "survey", "lint", "--register", "--data", dir); code == 0 {
		t.Error("a register that was asked for and does not answer is passed over")
	}
}

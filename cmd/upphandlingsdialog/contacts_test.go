package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"upphandlingsdialog/internal/testkit"
)

// command runs the program against one database and gives exit code and output.
func command(t *testing.T, args ...string) (int, string) {
	t.Helper()
	var out bytes.Buffer
	code := run(context.Background(), args, strings.NewReader(""), &out, &out)
	return code, out.String()
}

func TestContactsAreMadeAndImportedFromTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "people.csv")
	if code, out := command(t, "contacts", "sample", "--seed", "7", "-n", "100", "-o", file); code != 0 {
		t.Fatal(out)
	}
	first, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, again := command(t, "contacts", "sample", "--seed", "7", "-n", "100"); again != string(first) {
		t.Error("the same seed wrote another file")
	}
	t.Setenv("DATABASE_URL", testkit.URL(t))
	data := []string{"--data", dir}
	for _, step := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"contacts", "import", "--dry-run", file}, 0, "Dry run: nothing was changed"},
		{[]string{"contacts", "import", file}, 0, "100 rows: 100 new, 0 changed, 0 unchanged"},
		{[]string{"contacts", "import", file}, 0, "everything in the file is known: nothing changes"},
		{[]string{"contacts", "import", bad(t, dir)}, 1, "line 3: E-post: \"nobody\" is not an e-mail address"},
		{[]string{"survey", "load"}, 0, "s5: version 1 registered"},
		{[]string{"campaign", "create", "--name", "Spring", "--survey", "s5", "--groups", "procurer"}, 0, "-"},
		{[]string{"campaign", "list"}, 0, "Spring"},
	} {
		code, out := command(t, append(data, step.args...)...)
		if code != step.code || !strings.Contains(out, step.want) {
			t.Errorf("%v: exit code %d\n%s", step.args, code, out)
		}
	}
	_, list := command(t, append(data, "campaign", "list")...)
	id := strings.Fields(list)[0]
	for _, step := range []struct{ act, want string }{
		{"launch", "invitations queued"}, {"status", "3.11"}, {"close", "closed"},
	} {
		if code, out := command(t, append(data, "campaign", step.act, id)...); code != 0 || !strings.Contains(out, step.want) {
			t.Errorf("%s: exit code %d\n%s", step.act, code, out)
		}
	}
}

func bad(t *testing.T, dir string) string {
	t.Helper()
	file := filepath.Join(dir, "bad.csv")
	if err := os.WriteFile(file, []byte("Namn;E-post\nÅsa;asa@x.example\nPer;nobody\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"upphandlingsdialog/internal/testkit"
)

// A wrong call says what is wrong in words, with exit code 2 for the call itself and 1 for the rest,
// and never shows what the database said.
func TestAWrongCallSaysWhatIsWrong(t *testing.T) {
	t.Setenv("DATABASE_URL", testkit.URL(t))
	dir := t.TempDir()
	if code, out := command(t, "survey", "load", "--data", dir); code != 0 {
		t.Fatal(out)
	}
	if code, out := command(t, "campaign", "create", "--name", "Spring", "--survey", "s5", "--data", dir); code != 0 {
		t.Fatal(out)
	}
	if err := os.WriteFile(filepath.Join(dir, "no.pdf"), []byte("%PDF-1.7 no edition"), 0o600); err != nil {
		t.Fatal(err)
	}
	const nobody = "00000000-0000-4000-8000-000000000000"
	for _, c := range []struct {
		call string
		code int
		want string
	}{
		{"bogus", 2, "unexpected argument bogus"},
		{"campaign status", 2, "expected \"<id>\""},
		{"campaign create --name X --survey s5 --groups firms", 2, "--groups"},
		{"campaign create --name X --survey s5 --days=-3", 1, "closes_at: Choose a date in the future"},
		{"campaign create --name X --survey s9", 1, "no such survey"},
		{"campaign create --name Spring --survey s5", 1, "already a mailing with that name"},
		{"campaign close " + nobody, 1, "no such mailing"},
		{"campaign close nonsense", 1, "does not exist"},
		{"contacts import none.csv", 1, "none.csv"},
		{"contacts erase anna@prov.example", 2, "--decision"},
		{"contacts erase anna@prov.example --decision 2026:1", 1, "Nothing is kept about that address"},
		{"contacts kept anna", 1, "address"},
		{"notes import none.md", 1, "none.md"},
		{"seminar import none.yaml", 1, "none.yaml"},
		{"recommendation import none.yaml", 1, "none.yaml"},
		{"recommendation move closed 9.9", 1, "no such recommendation"},
		{"analyse s9", 1, "no such survey"},
		{"analyse s5 -q q99", 1, `no question "q99"`},
		{"frame import s5 none.csv", 1, "none.csv"},
		{"frame list s9", 1, "no such survey"},
		{"frame remove s5 bg_size", 1, "no counts for that question"},
		{"user add x@y.example --name X", 1, "standard input"},
		{"user password x@y.example", 1, "standard input"},
		{"report render -o report.txt", 1, "ends in .pdf or .html"},
		{"report verify " + dir + "/no.pdf", 1, "DIFFERS"},
		{"report verify --alone --lang sv " + dir + "/no.pdf", 1, "ingen utgåva"},
		{"report publish", 1, "'report make' makes one"},
		{"report distribute --list Nobody", 1, "no distribution list"},
		{"serve --min-base 3", 2, "from 5 to 20"},
	} {
		code, out := command(t, append(strings.Fields(c.call), "--data", dir)...)
		if code != c.code || !strings.Contains(out, c.want) {
			t.Errorf("%s: exit code %d, want %d\n%s", c.call, code, c.code, out)
		}
		for _, inside := range []string{"pq:", "sql:", "23505"} {
			if strings.Contains(out, inside) {
				t.Errorf("%s shows the database's own words:\n%s", c.call, out)
			}
		}
	}
}

func TestEveryCommandExplainsItself(t *testing.T) {
	for _, noun := range []string{"", "serve", "demo", "migrate", "user", "survey", "analyse", "frame", "contacts", "campaign", "notes", "seminar", "recommendation", "report"} {
		args := append(strings.Fields(noun), "--help")
		if code, out := command(t, args...); code != 0 || !strings.Contains(out, "Usage: upphandlingsdialog "+noun) {
			t.Errorf("%v: exit code %d\n%s", args, code, out)
		}
	}
}

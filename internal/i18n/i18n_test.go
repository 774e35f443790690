package i18n_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"

	"upphandlingsdialog/internal/i18n"
)

var placeholder = regexp.MustCompile(`\{\{\s*\.(\w+)`)

// read returns key -> sorted placeholders of a words file.
func read(t *testing.T, file string) map[string]string {
	t.Helper()
	var raw map[string]any
	if _, err := toml.DecodeFile(file, &raw); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	topic, _, _ := strings.Cut(filepath.Base(file), ".")
	keys := map[string]string{}
	for key, v := range raw {
		text, ok := v.(string)
		if !ok {
			forms, isTable := v.(map[string]any)
			if !isTable || forms["one"] == nil || forms["other"] == nil {
				t.Errorf("%s: %q is neither a text nor a plural with one and other", file, key)
				continue
			}
			text = forms["other"].(string)
		}
		if strings.TrimSpace(text) == "" {
			t.Errorf("%s: %q is empty", file, key)
		}
		if prefix, _, _ := strings.Cut(key, "."); prefix != topic {
			t.Errorf("%s: key %q belongs in the file of topic %q", file, key, prefix)
		}
		names := map[string]bool{}
		for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
			names[m[1]] = true
		}
		list := make([]string, 0, len(names))
		for n := range names {
			list = append(list, n)
		}
		sort.Strings(list)
		keys[key] = strings.Join(list, " ")
	}
	return keys
}

func TestBothLanguagesHaveTheSameKeysAndPlaceholders(t *testing.T) {
	files, _ := filepath.Glob("words/*.sv.toml")
	if len(files) == 0 {
		t.Fatal("no words")
	}
	for _, sv := range files {
		en := strings.Replace(sv, ".sv.", ".en.", 1)
		if diff := cmp.Diff(read(t, sv), read(t, en)); diff != "" {
			t.Errorf("%s and %s differ (-sv +en):\n%s", sv, en, diff)
		}
	}
}

// keyInSource finds message keys of the topics in Go code and templates.
var keyInSource = regexp.MustCompile("[\"`]([a-z]+\\.[a-z0-9_]+)[\"`]")

func TestEveryKeyThatIsUsedExists(t *testing.T) {
	topics := map[string]map[string]string{}
	files, _ := filepath.Glob("words/*.sv.toml")
	for _, f := range files {
		topic, _, _ := strings.Cut(filepath.Base(f), ".")
		topics[topic] = read(t, f)
	}
	for _, root := range []string{"../../internal", "../../web", "../../cmd"} {
		_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") ||
				!strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".html") {
				return err
			}
			src, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, m := range keyInSource.FindAllStringSubmatch(string(src), -1) {
				topic, _, _ := strings.Cut(m[1], ".")
				known, ok := topics[topic]
				if ok && !found(known, m[1]) && !isNotAMessage(m[1]) {
					t.Errorf("%s uses %q, which has no words", path, m[1])
				}
			}
			return nil
		})
	}
}

// found tells whether the key has words; one that ends in an underscore is the constant beginning of
// keys that are completed at run time.
func found(known map[string]string, key string) bool {
	if _, ok := known[key]; ok || !strings.HasSuffix(key, "_") {
		return ok
	}
	for k := range known {
		if strings.HasPrefix(k, key) {
			return true
		}
	}
	return false
}

// isNotAMessage spots file names and audit event names that look like keys.
func isNotAMessage(s string) bool {
	switch filepath.Ext(s) {
	case ".html", ".css", ".js", ".go", ".sql", ".yaml", ".md", ".csv", ".pdf", ".toml", ".json", ".svg", ".ics":
		return true
	}
	// Audit events end in a past participle; words never do.
	for _, verb := range []string{"ed", "made", "sent", "given", "withdrawn", "begun"} {
		if strings.HasSuffix(s, verb) {
			return true
		}
	}
	return false
}

func TestNumbersFollowTheReportsConventions(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{i18n.Number(i18n.Sv, 1234567.891, 2), "1\u202f234\u202f567,89"},
		{i18n.Number(i18n.En, 1234567.891, 2), "1,234,567.89"},
		{i18n.Number(i18n.Sv, -0.4, 0), "0"},
		{i18n.Number(i18n.Sv, -12, 0), "\u221212"},
		{i18n.Percent(i18n.Sv, 0.387, 99), "39\u00a0%"},
		{i18n.Percent(i18n.Sv, 0.387, 100), "38,7\u00a0%"},
		{i18n.Share(i18n.Sv, 9, 14), "9 av 14"},
		{i18n.Share(i18n.En, 9, 14), "9 of 14"},
		{i18n.DateLong(i18n.Sv, time.Date(2019, 5, 23, 23, 0, 0, 0, time.UTC)), "24 maj 2019"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestTextFallsBackToTheOtherLanguage(t *testing.T) {
	if got := (i18n.Text{Sv: "ja"}).In(i18n.En); got != "ja" {
		t.Errorf("got %q", got)
	}
}

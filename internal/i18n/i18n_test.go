package i18n_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
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

// keyInPage finds what has the shape of a message key in a template, with the word before it.
var keyInPage = regexp.MustCompile("(\\w*)\\s*[\"`]([a-z]+\\.[a-z0-9_]+)[\"`]")

// keyShape is a message key and nothing else.
var keyShape = regexp.MustCompile(`^[a-z]+\.[a-z0-9_]+$`)

func TestEveryKeyThatIsUsedExists(t *testing.T) {
	topics := map[string]map[string]string{}
	files, _ := filepath.Glob("words/*.sv.toml")
	for _, f := range files {
		topic, _, _ := strings.Cut(filepath.Base(f), ".")
		topics[topic] = read(t, f)
	}
	for _, root := range []string{"../../internal", "../../web", "../../cmd"} {
		_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			for _, key := range keysIn(t, path) {
				topic, _, _ := strings.Cut(key, ".")
				if known, ok := topics[topic]; ok && !found(known, key) {
					t.Errorf("%s uses %q, which has no words", path, key)
				}
			}
			return nil
		})
	}
}

// keysIn lists what a file uses as message keys.
func keysIn(t *testing.T, path string) []string {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case strings.HasSuffix(path, ".html"):
		var keys []string
		for _, m := range keyInPage.FindAllStringSubmatch(string(src), -1) {
			if m[1] != "asset" && m[1] != "May" { // {{asset "app.css"}} {{if .User.May "people.write"}}
				keys = append(keys, m[2])
			}
		}
		return keys
	case strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go"):
		return keysInGo(t, path, src)
	}
	return nil
}

func TestNamesThatAreNoKeysAreToldApart(t *testing.T) {
	src := `package p
		const (
			EventChanged = "people.changed"
			key          = "people.title"
			Read Permission = "people.read"
		)
		var file = filepath.Join(dir, "people.log")
		var page = template.New("").Funcs(nil).ParseFS(files, "people.tmpl")
		var words = i18n.T(lang, "people.intro", "Name", "people.other")
		var left, right = "people.left", "people.right"`
	got := keysInGo(t, "p.go", []byte(src))
	want := []string{"people.title", "people.intro", "people.other", "people.left", "people.right"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
}

// noKeys are the functions whose texts name files.
var noKeys = map[string]bool{"Join": true, "ParseFS": true}

// keysInGo lists the texts of a Go file in the shape of a message key, without those that name
// something else: audit events (constants called Event…), permissions and files.
func keysInGo(t *testing.T, path string, src []byte) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			kind, _ := n.Type.(*ast.Ident)
			return !strings.HasPrefix(n.Names[0].Name, "Event") && (kind == nil || kind.Name != "Permission")
		case *ast.CallExpr:
			called, ok := n.Fun.(*ast.SelectorExpr)
			return !ok || !noKeys[called.Sel.Name]
		case *ast.BasicLit:
			if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING && keyShape.MatchString(text) {
				keys = append(keys, text)
			}
		}
		return true
	})
	return keys
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

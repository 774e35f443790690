package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// complaints are those that docs/peers.md must answer, by the first report of each.
var complaints = []string{"LS 20317", "LS 4868", "LS 18585", "notifications-admin 3431", "FB 6164", "LS 10162", "LS 17153",
	"FB: a limit", "LS 18655", "LS 14951", "FB 5608", "FB 8431", "FB 8673", "Kobo 441", "Kobo 5121", "EUS 7616", "HF 117", "FB 2318",
	"LS 4911", "FB 5846", "Kobo 1757", "EUS 7202", "LS CT-44", "LS 17720", "surveysolutions 3326",
	"LS 14302", "LS 20192", "LS: running numbers", "Qualtrics",
	"decidim 2059", "decidim 1970", "decidim 4035", "indico 1827", "indico 6892", "red-dwarf 97", "red-dwarf 118", "loomio 7643", "loomio 9796", "polis 1830",
	"decidim 3974", "loomio 12843", "decidim 5989", "decidim 14264", "loomio 4495", "polis 956", "polis 1708", "polis 1842", "indico 3357", "openslides-client 2257",
	"OpenSlides 5201", "LS 17271", "EUS 7509", "FB 3145", "SJS 303", "gotenberg 1210", "FB: descriptions", "LS 2512"}

func TestEveryComplaintOfPeersHasATest(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root, "docs", "peers.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range unkept(string(page), complaints, testNames(t)) {
		t.Error(fault)
	}
}

func TestAPromiseWithoutATestIsFound(t *testing.T) {
	page := "| LS 1: lost | kept | TestKept |\n| LS 2: doubled | once | TestGone, TestKept |\n| LS 3: late | at once | |\n"
	want := []string{"no line answers LS 4", "LS 2: doubled: there is no TestGone", "LS 3: late: names no test"}
	if got := unkept(page, []string{"LS 1", "LS 4"}, map[string]bool{"TestKept": true}); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if names := testNames(t); !names["TestAPromiseWithoutATestIsFound"] || names["testNames"] {
		t.Error("the tests of the repository are not found")
	}
}

var testName = regexp.MustCompile(`\bTest[A-Z]\w*`)

// unkept lists what the page leaves open: complaints that no line begins with, and lines whose tests
// are not there.
func unkept(page string, complaints []string, tests map[string]bool) []string {
	var faults []string
	lines := strings.Split(page, "\n")
	for _, c := range complaints {
		if !slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, "| "+c) }) {
			faults = append(faults, "no line answers "+c)
		}
	}
	for _, line := range lines {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || strings.HasPrefix(line, "|---") || strings.TrimSpace(cells[3]) == "Test" {
			continue
		}
		what, names := strings.TrimSpace(cells[1]), testName.FindAllString(cells[3], -1)
		if len(names) == 0 {
			faults = append(faults, what+": names no test")
		}
		for _, name := range names {
			if !tests[name] {
				faults = append(faults, what+": there is no "+name)
			}
		}
	}
	return faults
}

// testNames are the test functions of the whole repository.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, folder := range []string{"cmd", "internal", "migrations", "reports", "surveys", "web"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			for _, d := range file.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && testName.MatchString(f.Name.Name) {
					names[f.Name.Name] = true
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return names
}

// Package archtest holds the rules of docs/architecture.md that a program can check: who may import
// whom, where SQL stands, and that pages carry neither styles nor scripts of their own.
package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	root   = "../.."
	module = "upphandlingsdialog"
)

// pure packages compute; they reach neither the database nor the network, and know no framework.
var pure = []string{"fault", "exhibit", "strategy", "region", "questionnaire", "analysis", "chart", "prose", "document", "poster", "sample"}

// street is the order in which the work happens. Each may import those before it.
var street = []string{"account", "people", "survey", "distribution", "response", "dialogue", "expert", "freetext", "annotation", "seminar", "disclosure", "recommendation",
	"consultation", "report", "followup", "privacy"}

// foundations may be imported by the street, and import nothing of it.
var foundations = []string{"audit", "job", "mail", "postgres", "i18n", "token", "config"}

// onlyFrom names libraries with the only packages that may import them.
var onlyFrom = map[string][]string{
	"github.com/jung-kurt/gofpdf": {"document/pdf"},
	"github.com/gin-gonic/gin":    {"httpd"},
	"github.com/alecthomas/kong":  {"config", "cmd"},
	"github.com/riverqueue/river": {"job", "postgres"},
	"github.com/pressly/goose/v3": {"postgres"},
	"github.com/wneessen/go-mail": {"mail"},
	"github.com/emersion/go-smtp": {"mail"},
	module + "/internal/app":      {"cmd", "journey", "demo"},
}

type pkg struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

func (p pkg) name() string { return short(p.ImportPath) }

// short is a package's path below internal; cmd/… keeps its cmd.
func short(path string) string {
	return strings.TrimPrefix(strings.TrimPrefix(path, module+"/"), "internal/")
}

// packageOf is the short name of the package that a file belongs to.
func packageOf(path string) string {
	return short(strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), root+"/"))
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = root
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var all []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// forTests tells whether a package only helps tests: testkit, and those like response/responsetest.
func forTests(name string) bool { return name == "testkit" || strings.HasSuffix(name, "test") }

// in tells whether a package is one of the list or stands below one.
func in(name string, list []string) bool {
	return slices.ContainsFunc(list, func(l string) bool { return name == l || strings.HasPrefix(name, l+"/") })
}

// library tells whether an import is of the library, or of a package below it.
func library(path, library string) bool {
	return path == library || strings.HasPrefix(path, library+"/")
}

// forbidden returns why the edge is not allowed, or nothing.
func forbidden(from, path string) string {
	for lib, allowed := range onlyFrom {
		if library(path, lib) && !in(from, allowed) && !library(module+"/internal/"+from, lib) {
			return fmt.Sprintf("is only for %s", strings.Join(allowed, ", "))
		}
	}
	to := short(path)
	ours := path != to // a path of this module loses its module
	if ours && forTests(to) {
		return "is for _test files only"
	}
	if in(from, pure) {
		switch {
		case path == "database/sql" || path == "net/http" || library(path, "github.com/jmoiron/sqlx") || library(path, "github.com/lib/pq"):
			return "does not belong in a pure package"
		case ours && !in(to, pure) && to != "i18n" && !strings.HasPrefix(to, "reports") && !strings.HasPrefix(to, "surveys"):
			return "is not pure, and its importer is"
		}
	}
	if in(from, foundations) && in(to, street) && ours {
		return "stands above its importer: foundations know nothing of the domain"
	}
	if i, j := position(from), position(to); ours && i >= 0 && j > i {
		return fmt.Sprintf("comes after %s in the street %s", from, strings.Join(street, ", "))
	}
	if in(from, []string{"httpd"}) {
		for _, lib := range []string{"github.com/jmoiron/sqlx", "github.com/lib/pq", "database/sql"} {
			if library(path, lib) {
				return "is for stores: httpd asks a service"
			}
		}
	}
	if ours && in(to, []string{"httpd"}) && !in(from, []string{"httpd", "app", "cmd", "journey", "demo"}) {
		return "is the outermost layer: only app may know it"
	}
	if in(from, []string{"cmd/upphandlingsdialog"}) && (library(path, "github.com/jmoiron/sqlx") || library(path, "github.com/lib/pq")) {
		return "is for stores: a command asks a service"
	}
	return ""
}

func position(name string) int {
	return slices.IndexFunc(street, func(s string) bool { return in(name, []string{s}) })
}

func TestImportsGoOneWay(t *testing.T) {
	for _, p := range packages(t) {
		if forTests(p.name()) {
			continue
		}
		for _, path := range p.Imports {
			if why := forbidden(p.name(), path); why != "" {
				t.Errorf("%s imports %s, which %s", p.ImportPath, path, why)
			}
		}
	}
}

func TestTheRulesForbidWhatTheySay(t *testing.T) {
	edges := map[[2]string]bool{ // from, to: forbidden?
		{"people", module + "/internal/report"}:              true,
		{"report", module + "/internal/people"}:              false,
		{"report", module + "/internal/document/pdf"}:        false,
		{"analysis", "github.com/jmoiron/sqlx"}:              true,
		{"analysis", "gonum.org/v1/gonum/stat/distuv"}:       false,
		{"analysis", module + "/internal/people"}:            true,
		{"document/html", module + "/internal/chart"}:        false,
		{"document/html", "github.com/jung-kurt/gofpdf"}:     true,
		{"document/pdf", "github.com/jung-kurt/gofpdf"}:      false,
		{"httpd/team", "github.com/jmoiron/sqlx"}:            true,
		{"httpd/team", module + "/internal/people"}:          false,
		{"people", "github.com/gin-gonic/gin"}:               true,
		{"people", module + "/internal/httpd"}:               true,
		{"app", module + "/internal/testkit"}:                true,
		{"mail", module + "/internal/people"}:                true,
		{"cmd/upphandlingsdialog", module + "/internal/app"}: false,
	}
	for edge, want := range edges {
		if got := forbidden(edge[0], edge[1]) != ""; got != want {
			t.Errorf("%s imports %s: forbidden = %v, want %v", edge[0], edge[1], got, want)
		}
	}
}

// sqlText is how a statement begins. Prose rarely begins so in capitals.
var sqlText = regexp.MustCompile(`^\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|CREATE|DROP|ALTER|TRUNCATE|LOCK TABLE) [\w"*(]`)

// Also in packages that only help tests. The test kit makes and drops whole databases, and owns no table.
func TestSQLStandsInStores(t *testing.T) {
	walkSource(t, func(path string, file *ast.File, positions *token.FileSet) {
		name := filepath.Base(path)
		if strings.HasSuffix(name, "_test.go") || name == "store.go" || strings.HasSuffix(name, "_store.go") ||
			packageOf(path) == "testkit" || strings.Contains(path, "/cmd/bench/") {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			if text, err := strconv.Unquote(literal.Value); err == nil && sqlText.MatchString(text) {
				t.Errorf("%s: SQL belongs in store.go or *_store.go: %.50q", positions.Position(literal.Pos()), text)
			}
			return true
		})
	})
}

func walkSource(t *testing.T, visit func(path string, file *ast.File, positions *token.FileSet)) {
	t.Helper()
	for _, top := range []string{"internal", "cmd"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
				return err
			}
			positions := token.NewFileSet()
			file, err := parser.ParseFile(positions, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			visit(filepath.ToSlash(path), file, positions)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// tableNames finds the tables a statement writes to or reads from.
var tableNames = regexp.MustCompile(`(?i)\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+([a-z_]+)`)

var createTable = regexp.MustCompile(`(?m)^CREATE TABLE (?:IF NOT EXISTS )?([a-z_]+)`)

// A table belongs to the package its migration is named after, and only that package writes to it.
func TestATableIsWrittenByItsOwner(t *testing.T) {
	owners := tableOwners(t)
	walkSource(t, func(path string, file *ast.File, positions *token.FileSet) {
		if strings.HasSuffix(path, "_test.go") || !strings.Contains(path, "/internal/") || forTests(packageOf(path)) {
			return
		}
		from := packageOf(path)
		ast.Inspect(file, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING || !strings.HasSuffix(path, "store.go") {
				return true
			}
			for _, m := range tableNames.FindAllStringSubmatch(literal.Value, -1) {
				if owner := owners[m[1]]; owner != "" && !in(from, []string{owner}) {
					t.Errorf("%s: %s writes to table %s, which belongs to %s", positions.Position(literal.Pos()), from, m[1], owner)
				}
			}
			return true
		})
	})
}

func tableOwners(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "migrations", "*.sql"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no migrations found: %v", err)
	}
	owners := map[string]string{}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, owner, _ := strings.Cut(strings.TrimSuffix(filepath.Base(path), ".sql"), "_")
		owner, _, _ = strings.Cut(owner, "_") // 0012_people_phone.sql belongs to people
		for _, m := range createTable.FindAllStringSubmatch(string(text), -1) {
			owners[m[1]] = owner
		}
	}
	return owners
}

// inline matches what the strict content security policy would block.
var inline = regexp.MustCompile(`(?i)\sstyle\s*=|\son[a-z]+\s*=\s*["']|<style[\s>]|javascript:|<script(?:\s+[^>]*)?>[^<\s]`)

func TestPagesCarryNoStyleOrScriptOfTheirOwn(t *testing.T) {
	err := filepath.WalkDir(filepath.Join(root, "web", "templates"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".html" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for i, line := range strings.Split(string(text), "\n") {
			if found := inline.FindString(line); found != "" {
				t.Errorf("%s:%d: %q: put it into web/static", path, i+1, strings.TrimSpace(found))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

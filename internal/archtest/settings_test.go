package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// Every setting that can be given changes something: what the program does reads it.
func TestEverySettingHasAReader_Loomio12843(t *testing.T) {
	settings := fieldsOf(t, filepath.Join(root, "internal/config/config.go"), "Config")
	if len(settings) < 10 {
		t.Fatalf("found the settings %v", settings)
	}
	read := selected(t)
	for _, s := range settings {
		if !read[s] {
			t.Errorf("the setting %s is offered and nothing reads it", s)
		}
	}
}

// fieldsOf are the fields of a struct in a file.
func fieldsOf(t *testing.T, path, name string) (fields []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok || spec.Name.Name != name {
			return true
		}
		for _, f := range spec.Type.(*ast.StructType).Fields.List {
			for _, id := range f.Names {
				fields = append(fields, id.Name)
			}
		}
		return false
	})
	return fields
}

// selected are the fields of settings that are read: c.Field or ….Config.Field in any package's code, where c is the
// receiver of a setting's own method that is neither its check nor its print.
func selected(t *testing.T) map[string]bool {
	t.Helper()
	read := map[string]bool{}
	for _, folder := range []string{"cmd", "internal"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			own := strings.HasSuffix(filepath.ToSlash(filepath.Dir(path)), "internal/config")
			for _, decl := range file.Decls {
				f, ok := decl.(*ast.FuncDecl)
				if !ok || own && (f.Name.Name == "Validate" || f.Name.Name == "String") {
					continue
				}
				ast.Inspect(f, func(n ast.Node) bool {
					if s, ok := n.(*ast.SelectorExpr); ok && ofSettings(s.X, own) {
						read[s.Sel.Name] = true
					}
					return true
				})
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return read
}

func ofSettings(x ast.Expr, own bool) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return own && x.Name == "c" || x.Name == "cfg" || x.Name == "config"
	case *ast.SelectorExpr:
		return x.Sel.Name == "Config"
	}
	return false
}

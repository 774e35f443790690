package prose

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/i18n"
)

func TestTheSubsetBecomesBlocks(t *testing.T) {
	md := `# Bakgrund

Vi frågade **fyra** grupper och *alla* svarade,
se [rapporten](https://example.se/a) & \*inte\* här.

- ett
- två
  1. a
  2. b

> Vi hinner inte.
>
> – Företag i Mora

## Mer
`
	got, err := Parse(md, 2)
	if err != nil {
		t.Fatal(err)
	}
	want := []document.Block{
		document.Heading{Level: 2, Text: "Bakgrund"},
		document.Paragraph{Runs: []document.Run{{Text: "Vi frågade "}, {Text: "fyra", Bold: true}, {Text: " grupper och "}, {Text: "alla", Italic: true},
			{Text: " svarade, se "}, {Text: "rapporten", Link: "https://example.se/a"}, {Text: " & *inte* här."}}},
		document.List{Items: []document.Item{{Runs: document.Text("ett")}, {Runs: document.Text("två"), Sub: &document.List{Ordered: true,
			Items: []document.Item{{Runs: document.Text("a")}, {Runs: document.Text("b")}}}}}},
		document.Quote{Text: "Vi hinner inte.", Source: "Företag i Mora"},
		document.Heading{Level: 3, Text: "Mer"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestEverythingElseIsRefusedWithItsLine(t *testing.T) {
	for _, c := range []struct {
		name, md string
		line     int
		what     string
	}{
		{"image", "ord\n\n![bild](https://example.se/x.png)", 3, "image"},
		{"HTML block", "ord\n\n<div>hej</div>", 3, "html"},
		{"HTML in a line", "ord\n<b>hej</b>", 1, "html"},
		{"script address", "[x](javascript:alert(1))", 1, "address"},
		{"code block", "a\n\n```\nx\n```", 4, "code"},
		{"code span", "a `x`", 1, "code"},
		{"line", "a\n\n---\n\nb", 3, "rule"},
		{"deep heading", "a\n\n###### b", 3, "depth"},
		{"bold heading", "# **b**", 1, "heading_plain"},
		{"hard break", "a  \nb", 1, "break"},
		{"list in a quote", "> - a", 1, "other"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse(c.md, 1)
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("error %v", err)
			}
			if e.Line != c.line {
				t.Errorf("line %d, want %d (%v)", e.Line, c.line, e)
			}
			if e.What != c.what || e.In(i18n.Sv) == e.In(i18n.En) {
				t.Errorf("%q, want %q: %s", e.What, c.what, e.In(i18n.Sv))
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add("# a\n\n- b\n  - c\n\n> d")
	f.Add("![](x) <b> \x00 `")
	f.Fuzz(func(t *testing.T, md string) {
		blocks, err := Parse(md, 1)
		var e *Error
		if err != nil && (!errors.As(err, &e) || e.Line < 1 || e.Line > 1+strings.Count(md, "\n")) {
			t.Fatalf("%v", err)
		}
		for _, b := range blocks {
			if h, ok := b.(document.Heading); ok && (h.Level < 1 || h.Level > 4) {
				t.Fatalf("level %d", h.Level)
			}
		}
	})
}

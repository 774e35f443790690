package typeset

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestCleanKeepsWhatCanBeDrawnAndReplacesTheRest(t *testing.T) {
	for in, want := range map[string]string{
		"Räksmörgås":              "Räksmörgås",
		"A\u030angström":          "Ångström", // composed
		"1\u2009234":              "1\u202f234",
		"12\u00a0%":               "12\u00a0%",
		"firms' and don't, 'so'":  "firms’ and don’t, 'so’",
		"en\tny\nrad\u2028till":   "en ny rad till",
		"\x00a\x7f\u0085b":        "a b",
		"a\xffb":                  "a\ufffdb",
		"−3 → ≤ 4":                "−3 → ≤ 4",
		"𝐀𝐁":                      "AB",
		"①":                       "1",
		"😀":                       "\ufffd",
		"❤\ufe0f":                 "\ufffd",
		"漢":                       "\ufffd",
		"a\u200bb\u202ec\ufeff":   "abc",
		"\ue000":                  "\ufffd",
		"upp\u00adhand\u00adling": "upp\u00adhand\u00adling",
		"ﬁ":                       "ﬁ",
	} {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTheFacesCoverTheSameText(t *testing.T) {
	for r := rune(0x20); r < 0x2100; r++ {
		if Regular.Has(r) && (!Bold.Has(r) || !Italic.Has(r) || !Display.Has(r)) {
			t.Errorf("U+%04X is missing in a face", r)
		}
	}
	for _, r := range "åäöÅÄÖéüæø–—…”“’«»·•€§°×±½\u00a0\u2009\u202f\u00ad0123456789" {
		if !Display.Has(r) || !Regular.Has(r) {
			t.Errorf("U+%04X has no glyph", r)
		}
	}
	for _, r := range "→←↑↓−≤≥≈≠" {
		if !drawable(r) {
			t.Errorf("U+%04X has no glyph", r)
		}
	}
}

func TestDigitsAreTabular(t *testing.T) {
	for _, f := range []Face{Regular, Bold, Italic, Display} {
		for r := '1'; r <= '9'; r++ {
			if f.Width(10, string(r)) != f.Width(10, "0") {
				t.Errorf("face %d: %c is not as wide as 0", f, r)
			}
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("Å\u030a\xff\u00ad 😀 \u202e")
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if !utf8.ValidString(got) {
			t.Fatal("invalid UTF-8")
		}
		if !norm.NFC.IsNormalString(got) && norm.NFC.String(got) != got && Clean(norm.NFC.String(got)) != norm.NFC.String(got) {
			t.Fatalf("%q is not composed", got)
		}
		for _, r := range got {
			if r > 0xFFFF || r < ' ' || !Regular.For(r).Has(r) {
				t.Fatalf("U+%04X cannot be drawn", r)
			}
		}
	})
}

func text(lines []Line) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.Text())
	}
	return b.String()
}

func TestLinesFitAndLoseNothing(t *testing.T) {
	word := rapid.StringMatching(`[a-zåäö]{1,12}(-[a-z]{3,9})?[,.]?`)
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(word, 1, 60).Draw(t, "words")
		width := rapid.Float64Range(45, 150).Draw(t, "width")
		cut := rapid.IntRange(0, len(words)).Draw(t, "cut")
		runs := []Run{{Text: strings.Join(words[:cut], " "), Face: Bold}, {Text: " " + strings.Join(words[cut:], " "), Face: Regular, Key: 1}}
		lines := Lines(runs, 10, width)
		for i, l := range lines {
			if l.Width > width+0.01 {
				t.Fatalf("line %d is %.2f wide in %.2f", i, l.Width, width)
			}
		}
		if got := strings.TrimSpace(text(lines)); got != strings.Join(words, " ") {
			t.Fatalf("%q", got)
		}
	})
}

func TestBreaksRespectTheSigns(t *testing.T) {
	for _, c := range []struct {
		name, in string
		width    float64
		want     []string
	}{
		{"no break in a number", "om 12\u00a0345 kronor", 17, []string{"om ", "12\u00a0345 ", "kronor"}},
		{"narrow space holds", "om 12\u202f345 kronor", 17, []string{"om ", "12\u202f345 ", "kronor"}},
		{"soft hyphen shows at a break only", "upphand\u00adlings\u00addialog", 30, []string{"upphandlings\u00ad", "dialog"}},
		{"soft hyphen vanishes in a line", "upp\u00adhand\u00adling", 100, []string{"upphandling"}},
		{"hyphenated compound", "Malung-Sälens kommun", 24, []string{"Malung-", "Sälens ", "kommun"}},
		{"a date stays whole", "den 2019-05-23 då", 22, []string{"den ", "2019-05-23 ", "då"}},
		{"e-post stays whole", "skicka e-post", 20, []string{"skicka ", "e-post"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, l := range Lines([]Run{{Text: c.in}}, 10, c.width) {
				got = append(got, l.Text())
			}
			if strings.Join(got, "|") != strings.Join(c.want, "|") {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestHeadingsAreBalanced(t *testing.T) {
	lines := Balanced([]Run{{Text: "Kommunstyrelsen bör besluta att varje upphandling föregås av dialog", Face: Display}}, 14, 130)
	if len(lines) != 2 || lines[0].Width/lines[1].Width > 1.5 {
		t.Errorf("%d lines: %v", len(lines), lines)
	}
}

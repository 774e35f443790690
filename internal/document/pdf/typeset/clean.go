package typeset

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	softHyphen  = '\u00ad'
	noBreak     = '\u00a0'
	replacement = '\ufffd'
)

// Clean makes text that can be drawn: valid UTF-8, composed, basic plane only,
// no controls, a glyph for every character. What has no glyph becomes its plain
// equivalent ("𝐀" to "A", "①" to "1") or the replacement sign, never nothing.
// Spaces of every kind that allow a break become one space, and a typewriter's
// apostrophe after a letter becomes one.
func Clean(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	before := ' '
	for _, r := range norm.NFC.String(strings.ToValidUTF8(s, string(replacement))) {
		if r == '\'' && unicode.IsLetter(before) {
			r = '’'
		}
		cleanRune(&b, r)
		before = r
	}
	return b.String()
}

// plain is the quick way out for what most text consists of.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == '\'' {
			return false
		}
	}
	return true
}

func cleanRune(b *strings.Builder, r rune) {
	switch {
	case r == '\t', r == '\n', r == '\r', r == '\u0085', r == '\u2028', r == '\u2029':
		b.WriteByte(' ')
	case r == '\u2009': // thin space: stands inside numbers
		b.WriteRune('\u202f')
	case r == noBreak, r == '\u2007', r == '\u202f', r == softHyphen:
		b.WriteRune(r)
	case unicode.Is(unicode.Zs, r):
		b.WriteByte(' ')
	case unicode.Is(unicode.C, r), r >= 0xFE00 && r <= 0xFE0F:
		// controls, invisible formatting, private use, selectors of glyph variants
		if unicode.Is(unicode.Co, r) {
			b.WriteRune(replacement)
		}
	case drawable(r):
		b.WriteRune(r)
	default:
		b.WriteString(substitute(r))
	}
}

// drawable says whether a face that text can be set in has the glyph. The sans
// and serif faces cover the same characters; a test holds them to it.
func drawable(r rune) bool { return Regular.Has(r) || Signs.Has(r) }

func substitute(r rune) string {
	plain := norm.NFKC.String(string(r))
	for _, p := range plain {
		if p == r || unicode.IsControl(p) || !drawable(p) {
			return string(replacement)
		}
	}
	return plain
}

// For is the face that draws r in a text set in f.
func (f Face) For(r rune) Face {
	switch {
	case f.Has(r):
		return f
	case Signs.Has(r):
		return Signs
	}
	return Regular
}

// Package hyphen finds where words may be divided at the end of a line, by Liang's algorithm
// (F. M. Liang, Word Hy-phen-a-tion by Com-put-er, 1983).
package hyphen

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/reports/hyphenation"
)

// Mark is the soft hyphen, which shows only where a line is broken.
const Mark = '\u00ad'

// A word of fewer letters stays whole, and so do its first and last letters.
const (
	shortest = 6
	before   = 2
	after    = 3
)

// node is a letter of the patterns' trie, which is kept as one slice: child and sibling are positions in it, 0 for none.
type node struct {
	letter         rune
	child, sibling int32
	weights        string // between the letters of the pattern that ends here, one more than there are letters
}

// trie is the patterns of one language. The root is node 0.
type trie []node

var patterns = map[i18n.Lang]func() trie{
	i18n.Sv: sync.OnceValue(func() trie { return read(hyphenation.Swedish, hyphenation.Own) }),
	i18n.En: sync.OnceValue(func() trie { return read(hyphenation.English, hyphenation.OwnEnglish) }),
}

func read(files ...string) trie {
	t := make(trie, 1, 60_000)
	for _, patterns := range files {
		for line := range strings.Lines(patterns) {
			if pattern := strings.TrimSpace(line); pattern != "" && pattern[0] != '#' {
				t.add(pattern)
			}
		}
	}
	return t
}

func (t *trie) add(pattern string) {
	at := int32(0)
	weights := []byte{0}
	for _, r := range pattern {
		if r >= '0' && r <= '9' {
			weights[len(weights)-1] = byte(r - '0')
			continue
		}
		at = t.grow(at, r)
		weights = append(weights, 0)
	}
	(*t)[at].weights = string(weights)
}

// step is the child of a node for a letter, 0 when there is none.
func (t trie) step(at int32, letter rune) int32 {
	for i := t[at].child; i != 0; i = t[i].sibling {
		if t[i].letter == letter {
			return i
		}
	}
	return 0
}

func (t *trie) grow(at int32, letter rune) int32 {
	if next := t.step(at, letter); next != 0 {
		return next
	}
	next := int32(len(*t))
	*t = append(*t, node{letter: letter, sibling: (*t)[at].child})
	(*t)[at].child = next
	return next
}

// points says, for each letter of a word, whether the word may be divided after it.
func (t trie) points(word []rune) []bool {
	framed := make([]rune, 0, len(word)+2)
	framed = append(framed, '.')
	for _, r := range word {
		framed = append(framed, unicode.ToLower(r))
	}
	framed = append(framed, '.')
	weights := make([]byte, len(framed)+1)
	for from := range framed {
		at := int32(0)
		for _, r := range framed[from:] {
			if at = t.step(at, r); at == 0 {
				break
			}
			for i := range len(t[at].weights) {
				weights[from+i] = max(weights[from+i], t[at].weights[i])
			}
		}
	}
	out := make([]bool, len(word))
	for i := before; i <= len(word)-after; i++ {
		out[i-1] = weights[i+1]%2 == 1
	}
	return out
}

// Soft returns the text with soft hyphens where its words may be divided. Words with a soft hyphen of their own,
// abbreviations, addresses and everything with digits stay as they are, and so does a language without patterns.
func Soft(lang i18n.Lang, text string) string {
	of := patterns[lang]
	if of == nil || len(text) < shortest {
		return text
	}
	var b strings.Builder
	b.Grow(len(text) + len(text)/4)
	for part := range strings.SplitAfterSeq(text, " ") {
		if whole(part) {
			b.WriteString(part)
		} else {
			divide(&b, of(), part)
		}
	}
	return b.String()
}

// whole says that a chunk between spaces is not to be touched.
func whole(chunk string) bool {
	if len(chunk) < shortest || strings.ContainsAny(chunk, "0123456789@/_\u00ad") {
		return true
	}
	upper := 0
	for i, r := range chunk {
		if unicode.IsUpper(r) {
			upper++
		}
		if r == '.' && i+1 < len(strings.TrimRight(chunk, " ")) { // inside, as in an address
			if next, _ := utf8.DecodeRuneInString(chunk[i+1:]); unicode.IsLetter(next) {
				return true
			}
		}
	}
	return upper > 2
}

func divide(b *strings.Builder, t trie, chunk string) {
	text := []rune(chunk)
	for i := 0; i < len(text); {
		j := i
		for j < len(text) && unicode.IsLetter(text[j]) {
			j++
		}
		if j == i {
			b.WriteRune(text[i])
			i++
			continue
		}
		word := text[i:j]
		if len(word) < shortest {
			b.WriteString(string(word))
		} else {
			for k, may := range t.points(word) {
				b.WriteRune(word[k])
				if may {
					b.WriteRune(Mark)
				}
			}
		}
		i = j
	}
}

// Package expert keeps statements: what somebody who knows the subject, a procurement lawyer or a
// researcher, has told the project, in words that the expert has approved.
package expert

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/strategy"
)

// Statement is one expert's statement as it stands now.
type Statement struct {
	ID           string
	Name         string
	Named        bool // the expert has agreed to be named; otherwise only the role is given
	Role         string
	Organisation string    // may be empty
	Date         time.Time // the day, at midnight UTC
	Language     i18n.Lang
	Text         string
	Quote        string // the wording of Text that may be printed, "[…]" where words are left out
	Approved     bool   // the expert has approved Quote for print
	Interests    string // the expert's own interests in the matter
	Sources      string // what the statement itself rests on
	Themes       []string
	Invented     bool
	Version      int    // from 1
	Hash         string // SHA-256 of what evidence rests on, hexadecimal
	Withdrawn    bool
	UpdatedAt    time.Time
}

// Longest texts, in characters.
const (
	maxShort = 200
	maxQuote = 600
	maxText  = 20000
	maxTheme = 6
	maxGist  = 300
)

// By is who speaks: the name where the expert has agreed to it, then role and organisation.
func (s Statement) By() string {
	parts := []string{s.Role, s.Organisation}
	if s.Named {
		parts = slices.Insert(parts, 0, s.Name)
	}
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), ", ")
}

// Print is the wording that may be printed, empty without the expert's approval.
func (s Statement) Print() string {
	if !s.Approved || s.Withdrawn {
		return ""
	}
	return s.Quote
}

// Gist is what a list shows of the statement: the chosen wording, or how the text begins.
func (s Statement) Gist() string {
	if r := []rune(s.Text); s.Quote == "" && len(r) > maxGist {
		return strings.TrimSpace(string(r[:maxGist])) + "…"
	}
	return cmp.Or(s.Quote, s.Text)
}

// Areas are those of the themes.
func (s Statement) Areas() []int {
	var areas []int
	for _, code := range s.Themes {
		if t, ok := strategy.ThemeByCode(code); ok && t.Area != 0 {
			areas = append(areas, t.Area)
		}
	}
	slices.Sort(areas)
	return slices.Compact(areas)
}

// hash covers the words and in what capacity and when they were said, and not the name: it may be taken
// out without any evidence losing its ground.
func (s Statement) hash() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{s.Text, s.Quote, s.Role, s.Organisation, s.Date.Format(time.DateOnly),
		string(s.Language), s.Interests, s.Sources}, "\x00")))
	return hex.EncodeToString(sum[:])
}

// settle cleans what was typed and tells what is wrong with it.
func (s *Statement) settle() error {
	for _, t := range []*string{&s.Name, &s.Role, &s.Organisation, &s.Quote, &s.Interests, &s.Sources} {
		*t = strings.TrimSpace(dialogue.CleanText(*t))
	}
	s.Text = strings.TrimSpace(dialogue.CleanText(s.Text))
	slices.Sort(s.Themes)
	s.Themes = slices.Compact(s.Themes)
	var bad []fault.Field
	add := func(name, key string, wrong bool, args ...any) {
		if wrong && !slices.ContainsFunc(bad, func(f fault.Field) bool { return f.Name == name }) {
			bad = append(bad, fault.Field{Name: name, Key: key, Args: fault.Args(args...)})
		}
	}
	add("name", "expert.error_name", s.Named && s.Name == "")
	add("role", "error.required", s.Role == "")
	add("text", "error.required", s.Text == "")
	add("date", "error.date", s.Date.Year() < 1990 || s.Date.Year() >= 2200)
	add("language", "error.choice", !slices.Contains(i18n.Langs, s.Language))
	for _, t := range []struct {
		name, text string
		most       int
	}{{"name", s.Name, maxShort}, {"role", s.Role, maxShort}, {"organisation", s.Organisation, maxShort}, {"quote", s.Quote, maxQuote},
		{"interests", s.Interests, maxText}, {"sources", s.Sources, maxText}, {"text", s.Text, maxText}} {
		add(t.name, "error.too_long", utf8.RuneCountInString(t.text) > t.most, "Max", t.most)
	}
	add("themes", "expert.error_themes", len(s.Themes) == 0 || len(s.Themes) > maxTheme, "Max", maxTheme)
	for _, code := range s.Themes {
		_, known := strategy.ThemeByCode(code)
		add("themes", "error.choice", !known)
	}
	if s.Quote != "" {
		ranges, err := dialogue.QuoteRanges(s.Text, 0, utf8.RuneCountInString(s.Text), s.Quote)
		add("quote", "expert.error_quote", err != nil)
		if err == nil {
			s.Quote = dialogue.QuoteOf(s.Text, ranges)
		}
	}
	add("approved", "expert.error_approved", s.Approved && s.Quote == "")
	if bad != nil {
		return fault.InvalidFields("error.invalid", bad...)
	}
	return nil
}

// latestFirst orders statements by date, then by who speaks.
func latestFirst(a, b Statement) int {
	return cmp.Or(b.Date.Compare(a.Date), cmp.Compare(a.Role, b.Role), cmp.Compare(a.ID, b.ID))
}

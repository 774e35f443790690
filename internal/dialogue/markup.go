package dialogue

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"upphandlingsdialog/internal/strategy"
)

var (
	itemNumber = regexp.MustCompile(`^\d{1,3}[.)]\s+`)
	itemArea   = regexp.MustCompile(`(?i)\s*\((?:område|area)\s+(\d+)\)\s*$`)
)

// readBody reads the agenda items. first is the line number of lines[0].
func (f *fileReader) readBody(lines []string, first int) {
	type item struct{ heading, from, to int }
	var items []item
	for i, l := range lines {
		if strings.HasPrefix(l, "## ") {
			if n := len(items); n > 0 {
				items[n-1].to = i
			}
			items = append(items, item{i, i + 1, len(lines)})
			continue
		}
		if len(items) == 0 && strings.TrimSpace(l) != "" {
			f.find(first+i, "dialogue.file_before_items")
			return
		}
	}
	if len(items) == 0 {
		f.find(first, "dialogue.file_no_items")
	}
	if len(items) > maxItems {
		f.find(first, "dialogue.file_too_many_items", "Max", maxItems)
		return
	}
	for _, it := range items {
		n := f.readHeading(first+it.heading, strings.TrimSpace(lines[it.heading][3:]))
		from, to := it.from, it.to
		for from < to && strings.TrimSpace(lines[from]) == "" {
			from++
		}
		for to > from && strings.TrimSpace(lines[to-1]) == "" {
			to--
		}
		n.Text, n.Tags = f.readText(lines[from:to], first+from)
		if n.Text == "" {
			f.find(first+it.heading, "dialogue.file_empty_item", "Agenda", clip(n.Agenda))
		}
		if utf8.RuneCountInString(n.Text) > maxNote {
			f.find(first+it.heading, "dialogue.file_too_long", "Max", maxNote)
		}
		f.draft.Notes = append(f.draft.Notes, n)
	}
}

func (f *fileReader) readHeading(no int, heading string) (n DraftNote) {
	heading = itemNumber.ReplaceAllString(heading, "")
	if m := itemArea.FindStringSubmatch(heading); m != nil {
		heading = strings.TrimSpace(heading[:len(heading)-len(m[0])])
		n.Area, _ = strconv.Atoi(m[1])
		if n.Area < 5 || n.Area > 7 {
			f.find(no, "dialogue.file_areas", "Value", m[1])
		} else if len(f.draft.Areas) > 0 && !slices.Contains(f.draft.Areas, n.Area) {
			f.find(no, "dialogue.file_item_area", "Area", n.Area)
		}
	}
	if n.Agenda = f.short(no, heading); heading == "" {
		f.find(no, "dialogue.file_no_agenda")
	}
	return n
}

// scanner walks the text of one agenda item. Positions in out count characters.
type scanner struct {
	f       *fileReader
	in      []rune
	pos     int
	line    int
	out     []rune
	open    int // start of the open passage in out, -1 for none
	openRow int
	tags    []Tag
}

// readText takes the tags out of an item's text. A backslash before [[ or ]] makes them plain text.
func (f *fileReader) readText(lines []string, first int) (string, []Tag) {
	clean := make([]string, len(lines))
	for i, l := range lines {
		clean[i] = strings.TrimRight(l, " \t")
	}
	s := &scanner{f: f, in: []rune(strings.Join(clean, "\n")), line: first, open: -1}
	for s.pos < len(s.in) {
		s.step()
	}
	if s.open >= 0 {
		f.find(s.openRow, "dialogue.file_passage_open")
	}
	return string(s.out), s.tags
}

func (s *scanner) at(text string) bool {
	r := []rune(text)
	return s.pos+len(r) <= len(s.in) && slices.Equal(s.in[s.pos:s.pos+len(r)], r)
}

func (s *scanner) step() {
	switch {
	case s.at(`\[[`), s.at(`\]]`):
		s.out = append(s.out, s.in[s.pos+1:s.pos+3]...)
		s.pos += 3
	case s.at("[["):
		if s.open >= 0 {
			s.f.find(s.line, "dialogue.file_passage_nested", "First", s.openRow)
		}
		s.open, s.openRow = len(s.out), s.line
		s.pos += 2
	case s.at("]]"):
		s.pos += 2
		s.close()
	default:
		if s.in[s.pos] == '\n' {
			s.line++
		}
		s.out = append(s.out, s.in[s.pos])
		s.pos++
	}
}

// close ends the open passage and reads the tag that must follow at once.
func (s *scanner) close() {
	if s.open < 0 {
		s.f.find(s.line, "dialogue.file_passage_not_open")
		return
	}
	start, end := s.open, len(s.out)
	s.open = -1
	for start < end && isSpace(s.out[start]) {
		start++
	}
	for end > start && isSpace(s.out[end-1]) {
		end--
	}
	length := slices.Index(s.in[s.pos:], '}')
	if s.pos >= len(s.in) || s.in[s.pos] != '{' || length < 0 || slices.Contains(s.in[s.pos:s.pos+length], '\n') {
		s.f.find(s.line, "dialogue.file_no_tag")
		return
	}
	words := string(s.in[s.pos+1 : s.pos+length])
	s.pos += length + 1
	switch {
	case start == end:
		s.f.find(s.line, "dialogue.file_passage_empty")
	case end-start > maxPassage:
		s.f.find(s.line, "dialogue.file_passage_long", "Max", maxPassage)
	default:
		if t, ok := s.f.readTag(s.line, words); ok {
			t.Start, t.End = start, end
			s.tags = append(s.tags, t)
		}
	}
}

func isSpace(r rune) bool { return r == ' ' || r == '\n' || r == '\t' || r == '\u00a0' }

// readTag reads "problem S02 S11 business" in any order, with commas or without.
func (f *fileReader) readTag(no int, words string) (t Tag, ok bool) {
	before := len(f.findings)
	for _, w := range strings.FieldsFunc(words, func(r rune) bool { return isSpace(r) || r == ',' }) {
		word := strings.ToLower(w)
		switch kind, group := kindWords[word], groupWords[word]; {
		case kind != "" && t.Kind == "":
			t.Kind = kind
		case group != "" && t.Group == "":
			t.Group = group
		case kind != "" || group != "":
			f.find(no, "dialogue.file_tag_twice", "Word", clip(w))
		default:
			theme, known := strategy.ThemeByCode(strings.ToUpper(w))
			if !known {
				f.find(no, "dialogue.file_tag_word", "Word", clip(w))
			} else if !slices.Contains(t.Themes, theme.Code) {
				t.Themes = append(t.Themes, theme.Code)
			}
		}
	}
	if len(f.findings) == before && (t.Kind == "" || t.Group == "" || len(t.Themes) == 0) {
		f.find(no, "dialogue.file_tag_incomplete", "Tag", clip(words))
	}
	if len(t.Themes) > maxThemes {
		f.find(no, "dialogue.file_tag_themes", "Max", maxThemes)
	}
	slices.Sort(t.Themes)
	return t, len(f.findings) == before
}

const maxThemes = 6

package dialogue

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/region"
)

// The notes file is Markdown that a meeting's secretary writes by hand (docs: dialogue notes):
//
//	---
//	ref: mora-2026-03-12
//	title: Dialogmöte i Mora
//	date: 2026-03-12
//	place: Mora kulturhus
//	municipality: Mora
//	areas: 5, 7
//	kind: dialogue
//	ongoing procurement: no
//	invented: no
//	participants:
//	  - procurer, Mora kommun, 3
//	  - business, , 5
//	---
//	## 1. Tidig dialog (area 5)
//
//	What was said, with [[the passage that is coded]]{problem I03 X06 business} in its place.
//
// Keys, kinds and groups may be written in Swedish as well. Nothing in the file is skipped: what
// cannot be read is a finding with its line.

const (
	maxFile    = 1 << 20 // bytes
	maxNote    = 20000   // characters
	maxPassage = 1000    // characters
	maxItems   = 60
	maxShort   = 200 // characters of a title, place or agenda item
)

// Draft is a notes file as it was read, or a meeting as it was typed: not stored yet.
type Draft struct {
	Head
	Notes []DraftNote
	Hash  string // of the file's bytes
}

// Head is what is known of a meeting besides what was said.
type Head struct {
	Ref                string
	Title              string
	Date               time.Time
	Place              string
	Municipality       int
	Kind               string
	Areas              []int
	OngoingProcurement bool
	Invented           bool
	Attendance         []Attendance
}

// DraftNote is one agenda item with the passages that are tagged in it.
type DraftNote struct {
	Agenda string
	Area   int
	Text   string // without tags
	Tags   []Tag
}

// Tag codes a passage, Start to End in characters.
type Tag struct {
	Start, End int
	Kind       string
	Group      string
	Themes     []string
}

// fileReader collects what is wrong while it reads on, so that one run names every fault.
type fileReader struct {
	draft    Draft
	lines    []string
	seen     map[string]int // field -> line
	findings []fault.Field
}

func (f *fileReader) find(line int, key string, args ...any) {
	f.findings = append(f.findings, fault.Field{Name: "file", Key: key, Args: fault.Args(append([]any{"Line", line}, args...)...)})
}

// Parse reads a notes file. Fault: Invalid with one field for each finding; its arguments hold the
// line and what to write.
func Parse(r io.Reader) (Draft, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return Draft{}, fmt.Errorf("read notes: %w", err)
	}
	f := &fileReader{seen: map[string]int{}}
	switch {
	case len(raw) > maxFile:
		f.find(1, "dialogue.file_too_large")
	case !utf8.Valid(raw):
		f.find(1+strings.Count(string(raw[:validPrefix(raw)]), "\n"), "dialogue.file_not_utf8")
	case strings.ContainsRune(string(raw), 0):
		f.find(1, "dialogue.file_not_utf8")
	default:
		f.draft.Hash = HashText(string(raw))
		text := strings.ReplaceAll(strings.TrimPrefix(string(raw), "\ufeff"), "\r\n", "\n")
		f.lines = strings.Split(text, "\n")
		f.read()
	}
	if len(f.findings) > 0 {
		slices.SortStableFunc(f.findings, func(a, b fault.Field) int { return a.Args["Line"].(int) - b.Args["Line"].(int) })
		return Draft{}, fault.InvalidFields("dialogue.file_has_faults", f.findings...)
	}
	return f.draft, nil
}

// validPrefix is how many bytes are good UTF-8 before the first fault.
func validPrefix(raw []byte) int {
	for i := 0; i < len(raw); {
		r, n := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(raw)
}

func (f *fileReader) read() {
	if strings.TrimRight(f.lines[0], " \t") != "---" {
		f.find(1, "dialogue.file_no_head")
		return
	}
	end := slices.IndexFunc(f.lines[1:], func(l string) bool { return strings.TrimRight(l, " \t") == "---" })
	if end < 0 {
		f.find(1, "dialogue.file_head_open")
		return
	}
	f.readHead(f.lines[1:end+1], 2)
	f.checkHead()
	f.readBody(f.lines[end+2:], end+3)
}

// fields maps what a secretary may write to the field it means.
var fields = map[string]string{
	"ref": "ref", "referens": "ref", "title": "title", "titel": "title", "date": "date", "datum": "date",
	"place": "place", "plats": "place", "municipality": "municipality", "kommun": "municipality",
	"areas": "areas", "områden": "areas", "område": "areas", "area": "areas", "kind": "kind", "typ": "kind",
	"ongoing procurement": "ongoing", "pågående upphandling": "ongoing",
	"invented": "invented", "påhittat": "invented", "påhittad": "invented",
	"participants": "participants", "deltagare": "participants",
}

func (f *fileReader) readHead(lines []string, first int) {
	list := false
	for i, l := range lines {
		no := first + i
		if t := strings.TrimSpace(l); t == "" || strings.HasPrefix(t, "#") {
			continue
		}
		if item, ok := strings.CutPrefix(strings.TrimSpace(l), "- "); ok {
			if !list {
				f.find(no, "dialogue.file_stray_item")
				continue
			}
			f.readParticipant(no, item)
			continue
		}
		key, value, ok := strings.Cut(l, ":")
		name := fields[strings.ToLower(strings.ReplaceAll(strings.TrimSpace(key), "_", " "))]
		if !ok || name == "" {
			f.find(no, "dialogue.file_unknown_key", "Key", clip(strings.TrimSpace(key)))
			list = false
			continue
		}
		if was, twice := f.seen[name]; twice {
			f.find(no, "dialogue.file_key_twice", "Key", clip(strings.TrimSpace(key)), "First", was)
		}
		f.seen[name] = no
		list = name == "participants"
		f.readField(no, name, unquote(strings.TrimSpace(value)))
	}
}

func unquote(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}

var refShape = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,79}$`)

func (f *fileReader) readField(no int, name, value string) {
	h := &f.draft.Head
	switch name {
	case "ref":
		if h.Ref = value; !refShape.MatchString(value) {
			f.find(no, "dialogue.file_ref", "Value", clip(value))
		}
	case "title":
		h.Title = f.short(no, value)
	case "place":
		h.Place = f.short(no, value)
	case "date":
		d, err := time.Parse(time.DateOnly, value)
		if err != nil || d.Year() < 1990 || d.Year() > 2199 {
			f.find(no, "dialogue.file_date", "Value", clip(value))
		}
		h.Date = d
	case "municipality":
		m, ok := region.FindMunicipality(value)
		if !ok {
			f.find(no, "dialogue.file_municipality", "Value", clip(value))
		}
		h.Municipality = m.Code
	case "areas":
		h.Areas = f.readAreas(no, value)
	case "kind":
		if h.Kind = meetingKinds[strings.ToLower(value)]; h.Kind == "" {
			f.find(no, "dialogue.file_kind", "Value", clip(value))
		}
	case "ongoing":
		h.OngoingProcurement = f.readYesNo(no, value)
	case "invented":
		h.Invented = f.readYesNo(no, value)
	case "participants":
		if value != "" && value != "[]" {
			f.find(no, "dialogue.file_participants", "Value", clip(value))
		}
	}
}

var meetingKinds = map[string]string{"dialogue": KindDialogue, "dialogmöte": KindDialogue, "dialog": KindDialogue,
	"seminar": KindSeminar, "seminarium": KindSeminar}

func (f *fileReader) short(no int, value string) string {
	if utf8.RuneCountInString(value) > maxShort {
		f.find(no, "dialogue.file_too_long", "Max", maxShort)
	}
	return value
}

func (f *fileReader) readAreas(no int, value string) (areas []int) {
	value = strings.TrimSuffix(strings.TrimPrefix(value, "["), "]")
	for part := range strings.SplitSeq(value, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < 5 || n > 7 {
			f.find(no, "dialogue.file_areas", "Value", clip(strings.TrimSpace(part)))
			continue
		}
		if !slices.Contains(areas, n) {
			areas = append(areas, n)
		}
	}
	slices.Sort(areas)
	return areas
}

func (f *fileReader) readYesNo(no int, value string) bool {
	switch strings.ToLower(value) {
	case "yes", "ja", "true":
		return true
	case "no", "nej", "false":
		return false
	}
	f.find(no, "dialogue.file_yes_no", "Value", clip(value))
	return false
}

// groupWords holds also the labels that the pages show in either language.
var groupWords = map[string]string{
	"procurers": region.Procurer, "politicians": region.Politician, "businesses": region.Business, "firms": region.Business,
	"business developers": region.Developer, "business developer": region.Developer,
	"procurer": region.Procurer, "upphandlare": region.Procurer,
	"politician": region.Politician, "politiker": region.Politician,
	"business": region.Business, "företag": region.Business, "foretag": region.Business,
	"developer": region.Developer, "näringslivsutvecklare": region.Developer, "naringslivsutvecklare": region.Developer,
}

var kindWords = map[string]string{
	"problem": Problem, "proposal": Proposal, "förslag": Proposal, "forslag": Proposal,
	"example": Example, "exempel": Example, "question": Question, "fråga": Question, "fraga": Question,
}

func (f *fileReader) readParticipant(no int, item string) {
	a, ok := participant(item)
	if !ok {
		f.find(no, "dialogue.file_participant", "Value", clip(item))
		return
	}
	f.draft.Attendance = append(f.draft.Attendance, a)
}

// clip keeps a quoted value short enough for a message.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return s
}

// checkHead names what is missing.
func (f *fileReader) checkHead() {
	if f.seen["kind"] == 0 {
		f.draft.Kind = KindDialogue
	}
	for _, m := range []struct {
		field, key string
	}{{"ref", "dialogue.file_needs_ref"}, {"title", "dialogue.file_needs_title"}, {"date", "dialogue.file_needs_date"},
		{"municipality", "dialogue.file_needs_municipality"}, {"areas", "dialogue.file_needs_areas"},
		{"ongoing", "dialogue.file_needs_ongoing"}, {"participants", "dialogue.file_needs_participants"}} {
		if f.seen[m.field] == 0 {
			f.find(1, m.key)
		}
	}
	if line := f.seen["title"]; line != 0 && f.draft.Title == "" {
		f.find(line, "dialogue.file_needs_title")
	}
	if line := f.seen["participants"]; line != 0 && len(f.draft.Attendance) == 0 {
		f.find(line, "dialogue.file_needs_participants")
	}
}

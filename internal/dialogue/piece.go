package dialogue

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"upphandlingsdialog/internal/fault"
)

// Piece is a stretch of a note's text that lies wholly inside or outside of excerpts.
type Piece struct {
	Text   string
	Marked bool
}

// Pieces cuts a note's text at the borders of its excerpts; joined they are the text.
func Pieces(text string, excerpts []Excerpt) []Piece {
	runes := []rune(text)
	cuts := []int{0, len(runes)}
	for _, e := range excerpts {
		if 0 <= e.Start && e.Start < e.End && e.End <= len(runes) {
			cuts = append(cuts, e.Start, e.End)
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var all []Piece
	for i := 0; i+1 < len(cuts); i++ {
		from, to := cuts[i], cuts[i+1]
		marked := slices.ContainsFunc(excerpts, func(e Excerpt) bool { return e.Start <= from && to <= e.End })
		all = append(all, Piece{Text: string(runes[from:to]), Marked: marked})
	}
	return all
}

// ParseParticipants reads one "group, organisation, count" a line, as it is typed in a form. Fault:
// Invalid with the field participants for each line that cannot be read.
func ParseParticipants(text string) ([]Attendance, error) {
	var all []Attendance
	var bad []fault.Field
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimPrefix(strings.TrimSpace(line), "- ")
		if line == "" {
			continue
		}
		a, ok := participant(line)
		if !ok {
			bad = append(bad, fault.Field{Name: "participants", Key: "dialogue.error_participant", Args: fault.Args("Line", i+1)})
			continue
		}
		all = append(all, a)
	}
	if bad != nil {
		return nil, fault.InvalidFields("error.invalid", bad...)
	}
	return all, nil
}

// participant reads "group, organisation, count"; the organisation may hold commas or be empty.
func participant(line string) (Attendance, bool) {
	parts := strings.Split(line, ",")
	last := len(parts) - 1
	if last < 1 {
		return Attendance{}, false
	}
	group := groupWords[strings.ToLower(strings.TrimSpace(parts[0]))]
	count, err := strconv.Atoi(strings.TrimSpace(parts[last]))
	organisation := unquote(strings.TrimSpace(strings.Join(parts[1:last], ",")))
	ok := group != "" && err == nil && count >= 1 && count <= 999 && utf8.RuneCountInString(organisation) <= maxShort
	return Attendance{Group: group, Organisation: organisation, Count: count}, ok
}

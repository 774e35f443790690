package sample

import (
	"embed"
	"regexp"
	"strings"
	"time"
)

//go:embed meetings/*.md
var meetingFiles embed.FS

// MeetingFile is one invented meeting's notes, in the form that `notes import` reads.
type MeetingFile struct {
	Name string // "mora.md"
	Body []byte
}

// daysAgo is when each meeting was held, counted from the day the sample is made.
var daysAgo = []struct {
	name string
	days int
}{{"mora.md", 119}, {"borlange.md", 98}, {"malung-salen.md", 63}, {"avesta.md", 35}}

var dateLine = regexp.MustCompile(`(?m)^date: .*$`)

// Meetings are the four sample meetings, the first first, dated within the last four months.
func Meetings(now time.Time) []MeetingFile {
	files := make([]MeetingFile, len(daysAgo))
	for i, m := range daysAgo {
		body, err := meetingFiles.ReadFile("meetings/" + m.name)
		if err != nil {
			panic("sample: " + err.Error()) // embedded above
		}
		day := weekday(now.AddDate(0, 0, -m.days))
		files[i] = MeetingFile{Name: m.name, Body: []byte(
			dateLine.ReplaceAllString(strings.ReplaceAll(string(body), "\r\n", "\n"), "date: "+day.Format(time.DateOnly)))}
	}
	return files
}

// weekday moves a day at the week's end to the Thursday before: nobody meets on a Sunday.
func weekday(t time.Time) time.Time {
	switch t.Weekday() {
	case time.Saturday:
		return t.AddDate(0, 0, -2)
	case time.Sunday:
		return t.AddDate(0, 0, -3)
	}
	return t
}

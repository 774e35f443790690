package sample

import (
	_ "embed"
	"regexp"
	"strconv"
	"time"
)

//go:embed recommendations.yaml
var recommendations []byte

// dueIn is how the file says when a recommendation is due: "due: 4 months".
var dueIn = regexp.MustCompile(`due: (\d+) months`)

// Recommendations is nine invented recommendations, three an area, as the import of recommendations
// reads them, due at the ends of months after now. No figure is written in it: each cites survey
// figures and passages of the sample meetings.
func Recommendations(now time.Time) []byte {
	return dueIn.ReplaceAllFunc(recommendations, func(line []byte) []byte {
		n, err := strconv.Atoi(string(dueIn.FindSubmatch(line)[1]))
		if err != nil {
			panic("sample: " + err.Error()) // digits, as the expression says
		}
		end := time.Date(now.Year(), now.Month()+time.Month(n)+1, 0, 0, 0, 0, 0, time.UTC)
		return []byte("due: " + end.Format(time.DateOnly))
	})
}

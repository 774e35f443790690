package response

import (
	"testing"
	"time"

	"upphandlingsdialog/internal/survey"
)

func TestAnAnonymousResponseTellsItsWaveOnlyWhereItsDayDoes(t *testing.T) {
	day := func(n int) time.Time { return dayOf(time.Date(2026, 3, n, 12, 0, 0, 0, time.UTC)) }
	spring := span{"w1", day(2), day(12), true}
	for _, c := range []struct {
		name     string
		next     span
		overlaps bool
		want     map[int]int // day to what an anonymous response of the first wave tells
	}{
		{"the next begins later", span{"w2", day(13), day(20), true}, false, map[int]int{2: 1, 12: 1}},
		{"the next begins on the last day", span{"w2", day(12), day(20), true}, true, map[int]int{2: 1, 11: 1, 12: 0}},
		{"another mailing of the same wave", span{"w1", day(5), day(9), true}, false, map[int]int{5: 1, 12: 1}},
		{"the next is confidential", span{"w2", day(10), day(20), false}, true, map[int]int{9: 1, 10: 0}},
	} {
		x := Extract{Waves: []survey.Wave{{ID: "w1", Number: 1}, {ID: "w2", Number: 2}}, calendar: calendar{spring, c.next}}
		if got := x.calendar.overlaps(); got != c.overlaps {
			t.Errorf("%s: overlap %v", c.name, got)
		}
		for n, want := range c.want {
			if got := x.told(waveOf{wave: "w1", anonymous: true, submitted: day(n)}); got != want {
				t.Errorf("%s: of day %d wave %d is told, want %d", c.name, n, got, want)
			}
			if got := x.told(waveOf{wave: "w1", submitted: day(n).Add(9 * time.Hour)}); got != 1 {
				t.Errorf("%s: a confidential response of day %d is of wave %d", c.name, n, got)
			}
		}
	}
}

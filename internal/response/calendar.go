package response

import (
	"context"
	"slices"
	"time"

	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/response/export"
	"upphandlingsdialog/internal/survey"
)

// calendar is when the campaigns of a version received answers.
type calendar []span

// span is from the day on which a campaign was launched to the last on which it took answers, late ones too.
type span struct {
	wave        string
	first, last time.Time // days
	anonymous   bool
}

// calendarOf reads the launched campaigns of a version.
func (s *Service) calendarOf(ctx context.Context, versionID string) (calendar, error) {
	if s.distribution == nil { // only counted from
		return nil, nil
	}
	all, err := s.distribution.List(ctx)
	if err != nil {
		return nil, err
	}
	var c calendar
	for _, one := range all {
		if one.VersionID != versionID || one.LaunchedAt == nil {
			continue
		}
		last := one.ClosesAt
		if one.ClosedAt != nil {
			last = *one.ClosedAt
		}
		if one.LateUntil != nil && one.LateUntil.After(last) {
			last = *one.LateUntil
		}
		c = append(c, span{one.WaveID, dayOf(*one.LaunchedAt), dayOf(last), one.Mode == distribution.Anonymous || one.OpenSlug != ""})
	}
	return c, nil
}

// overlaps tells whether an anonymous campaign took answers on a day on which one of another wave did.
func (c calendar) overlaps() bool {
	return slices.ContainsFunc(c, func(a span) bool {
		return a.anonymous && slices.ContainsFunc(c, func(b span) bool {
			return a.wave != b.wave && !a.first.After(b.last) && !b.first.After(a.last)
		})
	})
}

// waveOf is what an exported response says of its wave.
type waveOf struct {
	wave      string // id
	anonymous bool
	submitted time.Time
}

// told is the number of a response's wave. The wave of an anonymous one is told where its day tells it anyway,
// because no other wave received answers then; else it would narrow down to fewer invited who may have written it.
func (x Extract) told(w waveOf) int {
	day := dayOf(w.submitted)
	if w.anonymous && slices.ContainsFunc(x.calendar, func(s span) bool { return s.wave != w.wave && !day.Before(s.first) && !day.After(s.last) }) {
		return export.WaveUntold
	}
	if at := slices.IndexFunc(x.Waves, func(one survey.Wave) bool { return one.ID == w.wave }); at >= 0 {
		return x.Waves[at].Number
	}
	return export.WaveUntold
}

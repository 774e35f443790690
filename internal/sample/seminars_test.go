package sample

import (
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"upphandlingsdialog/internal/region"
)

func TestTheSeminarYearHoldsOnEveryDayOfAYear(t *testing.T) {
	for _, year := range []int{2026, 2028} {
		for now := time.Date(year, 1, 1, 0, 1, 0, 0, time.UTC); now.Year() == year; now = now.Add(24*time.Hour + 3*time.Minute) {
			checkYear(t, now, seminarYear(now))
		}
	}
}

func checkYear(t *testing.T, now time.Time, file yearFile) {
	t.Helper()
	count, toRegister := map[string]int{}, 0
	towns, refs := map[string]bool{}, map[string]bool{}
	for _, s := range file.Seminars {
		day, err := time.Parse(time.DateOnly, s.Date)
		if err != nil {
			t.Fatal(err)
		}
		if day.Year() == now.Year() {
			count[s.Kind]++
			if s.Kind == "learning" {
				towns[s.Municipality] = true
			}
		}
		if _, known := region.FindMunicipality(s.Municipality); !known || refs[s.Ref] {
			t.Errorf("%v: %s in %s", now, s.Ref, s.Municipality)
		}
		refs[s.Ref] = true
		if wd := day.Weekday(); wd == time.Saturday || wd == time.Sunday {
			t.Errorf("%v: %s on a %v", now, s.Ref, wd)
		}
		came := 0
		for _, r := range s.Registrations {
			if r.Attended {
				came++
			}
		}
		coming := day.After(now)
		if coming && s.Kind == "learning" {
			toRegister++
		}
		if coming == (came > 0) || day.Sub(now).Abs() < 6*24*time.Hour {
			t.Errorf("%v: %s on %s has %d who came", now, s.Ref, s.Date, came)
		}
	}
	if count["training"] != 4 || count["learning"] != 6 || len(towns) != 6 || toRegister == 0 {
		t.Errorf("%v: seminars %v in %d municipalities, %d to register for", now, count, len(towns), toRegister)
	}
	for _, a := range file.Advice {
		if on, err := time.Parse(time.DateOnly, a.Date); err != nil || on.After(now) {
			t.Errorf("%v: advice %s on %s", now, a.Ref, a.Date)
		}
	}
}

func TestRecommendationsAreDueAfterTheyAreMade(t *testing.T) {
	for _, now := range []time.Time{time.Date(2019, 5, 3, 0, 0, 0, 0, time.UTC), time.Date(2028, 12, 31, 23, 0, 0, 0, time.UTC)} {
		var file struct {
			Recommendations []struct{ Number, Due string }
		}
		if err := yaml.Unmarshal(Recommendations(now), &file); err != nil {
			t.Fatal(err)
		}
		if len(file.Recommendations) != 9 {
			t.Errorf("%d recommendations", len(file.Recommendations))
		}
		for _, r := range file.Recommendations {
			due, err := time.Parse(time.DateOnly, r.Due)
			if err != nil || due.Before(now.AddDate(0, 3, 0)) || due.After(now.AddDate(2, 0, 0)) || due.AddDate(0, 0, 1).Day() != 1 {
				t.Errorf("made on %s, %s is due on %s", now.Format(time.DateOnly), r.Number, r.Due)
			}
		}
	}
}

package main

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"upphandlingsdialog/internal/testkit"
)

// bench runs the command on a fresh database and reads the JSON that it prints.
func bench(t *testing.T, into any, args ...string) {
	t.Helper()
	url := testkit.URL(t) // before the folder for temporary files moves
	t.Setenv("TMPDIR", t.TempDir())
	var out bytes.Buffer
	if err := run(t.Context(), append(args, "--json", "--database-url="+url), &out); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out.Bytes(), into); err != nil {
		t.Fatal(err)
	}
}

func TestSubmitMeasuresEveryRoundAndLosesNothing(t *testing.T) {
	var r report
	bench(t, &r, "submit", "--clients=1,3", "--submissions=6")
	names := []string{"raw", "saves", "posts", "pages"}
	_, want := (&site{}).needed(6, 2, names)
	if len(r.Rounds) != 2 || r.Submitted != want || r.Answers == 0 {
		t.Errorf("measured %d rounds, %d submissions of %d bytes", len(r.Rounds), r.Submitted, r.Answers)
	}
	for _, one := range r.Rounds {
		for i, got := range one.Ways {
			if got.Way != names[i] || got.PerSecond <= 0 || got.OfRaw <= 0 || got.P50 <= 0 || got.P50 > got.P95 || got.P95 > got.P99 {
				t.Errorf("%d clients, %s: %+v", one.Clients, names[i], got)
			}
		}
	}
}

func TestALongRunTellsItsMemoryOnTheWay(t *testing.T) {
	var all []mark
	bench(t, &all, "submit", "--clients=3", "--count=45")
	if len(all) != marks || all[marks-1].Submissions != 45 {
		t.Fatalf("%d marks, the last %+v", len(all), all[len(all)-1])
	}
	for _, m := range all {
		if m.PerSecond <= 0 || m.Live == 0 {
			t.Errorf("%+v", m)
		}
	}
}

func TestOpenTimesEveryFirstPageThatWasDue(t *testing.T) {
	var r openReport
	bench(t, &r, "open", "--rate=50", "--for=1s", "--links=20", "--clients=4")
	if r.Pages != 50 || r.P50 <= 0 || r.P50 > r.P95 || r.P95 > r.P99 || r.P99 > r.Max {
		t.Errorf("%+v", r)
	}
}

func TestQuantilesAreOfTheTimesGiven(t *testing.T) {
	var times []time.Duration
	for i := 1; i <= 100; i++ {
		times = append(times, time.Duration(i)*time.Millisecond)
	}
	for q, want := range map[float64]float64{0.5: 50, 0.95: 95, 0.99: 99, 1: 100} {
		if got := quantile(times, q); got != want {
			t.Errorf("quantile %v = %v ms, want %v", q, got, want)
		}
	}
}

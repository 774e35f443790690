package main

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"upphandlingsdialog/internal/testkit"
)

func TestSubmitMeasuresEveryRoundAndLosesNothing(t *testing.T) {
	url := testkit.URL(t) // before the folder for temporary files moves
	t.Setenv("TMPDIR", t.TempDir())
	var out bytes.Buffer
	err := run(t.Context(), []string{"submit", "--clients=1,3", "--submissions=6", "--json", "--database-url=" + url}, &out)
	if err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Rounds) != 2 || r.Submitted != needed(6, 2) || r.Answers == 0 {
		t.Errorf("measured %d rounds, %d submissions of %d bytes", len(r.Rounds), r.Submitted, r.Answers)
	}
	for _, one := range r.Rounds {
		for what, got := range map[string]rate{"raw": one.Raw, "posts": one.Posts, "pages": one.Pages} {
			if got.PerSecond <= 0 || got.P50 <= 0 || got.P50 > got.P95 || got.P95 > got.P99 {
				t.Errorf("%d clients, %s: %+v", one.Clients, what, got)
			}
		}
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

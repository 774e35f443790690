package analysis_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/analysis/attacktest"
)

// A line of response rates tells how many answered, in whole and in part, as the
// bases of the questions do, and no small number of those who declined.
func TestALineOfResponseRatesTellsNoFew(t *testing.T) {
	hidden := 0
	rapid.Check(t, func(t *rapid.T) {
		few := rapid.IntRange(0, 12)
		d := analysis.Dispositions{Complete: 7 + few.Draw(t, "complete"), Partial: few.Draw(t, "partial"), Refusal: few.Draw(t, "refusal"),
			NonContact: few.Draw(t, "contact"), Other: few.Draw(t, "other"), Unknown: few.Draw(t, "unknown"), Ineligible: few.Draw(t, "ineligible")}
		told := d.Released(0)
		names := []string{"complete", "partial", "refusal", "contact", "other", "unknown"}
		truth := []int{d.Complete, d.Partial, d.Refusal, d.NonContact, d.Other, d.Unknown}
		s := attacktest.New()
		s.Equal(float64(d.Complete+d.Partial), names[:2]...)
		s.Equal(float64(d.Cases()-d.Ineligible-d.Complete-d.Partial), names[2:]...)
		if e := analysis.ResponseRates(d).E; told.TellsEligibility() && d.Ineligible > 0 {
			known := math.Round(e.Value * float64(d.Ineligible) / (1 - e.Value))
			s.Equal(known, names[:5]...)
		}
		secret := map[string]bool{}
		for i, n := range []int{told.Complete, told.Partial, told.Refusal, told.NonContact, told.Other, told.Unknown} {
			if n == analysis.Withheld {
				secret[names[i]] = true
				hidden++
				continue
			}
			s.Equal(float64(n), names[i])
			if names[i] == "refusal" && truth[i] > 0 && truth[i] < analysis.DefaultCellLimit {
				t.Fatalf("%d %s are told", n, names[i])
			}
		}
		if told.Complete != d.Complete || told.Partial != d.Partial {
			t.Fatalf("%+v is told as %+v", d, told)
		}
		if len(secret) == 4 { // no kind of silence is told: no more is known than that so many did not answer
			return
		}
		for name := range secret {
			low, high, err := s.Bounds(name)
			if err != nil || high-low < shortest {
				t.Fatalf("%s lies between %g and %g (%v) in %+v", name, low, high, err, told)
			}
		}
	})
	if hidden == 0 {
		t.Error("nothing was hidden, so nothing was tried")
	}
}

package attacktest

import (
	"math"
	"testing"
)

// The table of methods F6a with its two small cells and the two that cover them
// taken out.
func TestTheAttackerFindsThePublishedIntervals(t *testing.T) {
	s := New()
	s.Equal(21, "G1 yes", "G1 no", "G1 unknown")
	s.Equal(12, "G1 yes")
	s.Equal(19, "G4 yes", "G4 no", "G4 unknown")
	s.Equal(9, "G4 yes")
	s.Equal(44-22-11, "G1 no", "G4 no")
	s.Equal(30-15-7, "G1 unknown", "G4 unknown")
	for name, want := range map[string][2]float64{"G1 no": {1, 9}, "G1 unknown": {0, 8}, "G4 no": {2, 10}, "G4 unknown": {0, 8}} {
		low, high, err := s.Bounds(name)
		if err != nil || low != want[0] || high != want[1] {
			t.Errorf("%s lies in %g-%g (%v), want %v", name, low, high, err, want)
		}
	}
}

func TestTheAttackerFindsWhatIsNotCovered(t *testing.T) {
	s := New()
	s.Equal(21, "a", "b", "c")
	s.Equal(12, "a")
	s.Equal(6, "c")
	if low, high, err := s.Bounds("b"); err != nil || low != 3 || high != 3 {
		t.Errorf("%g-%g %v, want 3", low, high, err)
	}
	s.Between(0, 10, "d")
	if low, high, _ := s.Bounds("d"); low != 0 || high != 10 {
		t.Errorf("d %g-%g", low, high)
	}
	s.Same([]string{"e"}, []string{"f"})
	if _, high, _ := s.Bounds("e"); !math.IsInf(high, 1) {
		t.Errorf("e ends at %g", high)
	}
	s.Equal(4, "a")
	if _, _, err := s.Bounds("b"); err == nil {
		t.Error("a contradiction is taken for knowledge")
	}
}

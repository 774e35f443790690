package strategy_test

import (
	"fmt"
	"testing"

	"upphandlingsdialog/internal/strategy"
)

func TestAreasHaveTheirOfficialNames(t *testing.T) {
	for number, want := range map[int]string{
		5: "En offentlig upphandling som främjar innovationer och alternativa lösningar",
		6: "En miljömässigt ansvarsfull offentlig upphandling",
		7: "Offentlig upphandling som bidrar till ett socialt hållbart samhälle",
	} {
		if a, ok := strategy.AreaByNumber(number); !ok || a.Name.Sv != want {
			t.Errorf("area %d is %q", number, a.Name.Sv)
		}
	}
	if len(strategy.Areas) != 3 {
		t.Errorf("%d areas", len(strategy.Areas))
	}
}

func TestFindAreaAcceptsWhatPeopleWrite(t *testing.T) {
	for s, want := range map[string]int{
		"5": 5, "a6": 6, "Mål 7": 7, "område 5": 5, "goal 6": 6,
		"En miljömässig upphandling": 6, "  en  MILJÖMÄSSIG upphandling ": 6,
		"Procurement that promotes innovation": 5,
	} {
		if a, ok := strategy.FindArea(s); !ok || a.Number != want {
			t.Errorf("%q is area %d, want %d", s, a.Number, want)
		}
	}
	for _, s := range []string{"", "4", "a8", "direktupphandling", "55"} {
		if a, ok := strategy.FindArea(s); ok {
			t.Errorf("%q is area %d", s, a.Number)
		}
	}
}

func TestThemesAreTwelveAnAreaAndEightAcross(t *testing.T) {
	for area, letter := range map[int]string{5: "I", 6: "M", 7: "S"} {
		for n := 1; n <= 12; n++ {
			code := fmt.Sprintf("%s%02d", letter, n)
			if th, ok := strategy.ThemeByCode(code); !ok || th.Area != area || th.Name.Sv == "" || th.Name.En == "" {
				t.Errorf("theme %s is %+v", code, th)
			}
		}
		if n := len(strategy.ThemesOf(area)); n != 20 {
			t.Errorf("area %d may use %d themes, want 12 of its own and 8 across", area, n)
		}
	}
	if len(strategy.Themes) != 44 {
		t.Errorf("%d themes, want 44", len(strategy.Themes))
	}
}

func TestARecommendationHasOneOfFourPurposes(t *testing.T) {
	if len(strategy.Purposes) != 4 {
		t.Errorf("%d purposes", len(strategy.Purposes))
	}
	for _, p := range strategy.Purposes {
		if got, ok := strategy.PurposeByID(p.ID); !ok || got.Name.Sv == "" || got.Name.En == "" {
			t.Errorf("purpose %q: %+v", p.ID, got)
		}
	}
	if _, ok := strategy.PurposeByID("other"); ok {
		t.Error("another purpose is allowed")
	}
}

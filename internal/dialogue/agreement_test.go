package dialogue

import (
	"math"
	"testing"

	"upphandlingsdialog/internal/analysis"
)

// coded is n excerpts with these themes by each coder.
func coded(n int, first, second []string) []recoded {
	list := make([]recoded, n)
	for i := range list {
		list[i] = recoded{first, second}
	}
	return list
}

func TestTheAgreementOfTwoCodersIsToldThemeByTheme(t *testing.T) {
	a, b := []string{"I01"}, []string{"M02", "I01"}
	list := append(coded(12, a, a), coded(5, b, b)...)
	list = append(list, coded(3, b, a)...) // the second coder leaves M02 out
	list = append(list, coded(10, []string{"S03"}, []string{"S03"})...)
	got := agreementOf(list)
	if len(got) != 3 || got[0].Theme != "I01" || got[1].Theme != "M02" || got[2].Theme != "S03" {
		t.Fatalf("%+v", got)
	}
	m := got[1]
	// 30 excerpts: 5 both, 3 the first alone, 22 neither; chance 8/30*5/30 + 22/30*25/30.
	expected := 8.0/30*5/30 + 22.0/30*25/30
	want := (27.0/30 - expected) / (1 - expected)
	if m.First != 8 || m.Second != 5 || m.Both != 5 || m.Absent != "" || math.Abs(m.Kappa.Value-want) > 1e-12 || !m.Kappa.HasInterval || m.Kappa.Lower >= want || m.Kappa.Upper <= want {
		t.Errorf("%+v, want kappa %g", m, want)
	}
	if s := got[2]; s.Kappa.Value != 1 || s.Kappa.HasInterval {
		t.Errorf("full agreement: %+v", s)
	}
}

func TestOfTooFewExcerptsAndOfOneLabelNoAgreementIsTold(t *testing.T) {
	a := []string{"I01"}
	if got := agreementOf(coded(FewestRecoded-1, a, a)); len(got) != 1 || got[0].Absent != analysis.TooFew {
		t.Errorf("too few: %+v", got)
	}
	if got := agreementOf(coded(FewestRecoded, a, a)); len(got) != 1 || got[0].Absent != analysis.AllEqual {
		t.Errorf("every excerpt by both: %+v", got)
	}
	rare := append(coded(FewestRecoded, a, a), coded(FewestOfTheme-1, []string{"S03"}, []string{"S03"})...)
	if got := agreementOf(rare); len(got) != 2 || got[0].Absent != "" || got[1].Absent != analysis.TooFew {
		t.Errorf("a theme that few excerpts have: %+v", got)
	}
	if got := agreementOf(nil); got != nil {
		t.Errorf("nothing coded: %+v", got)
	}
}

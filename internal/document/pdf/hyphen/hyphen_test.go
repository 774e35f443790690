package hyphen

import (
	"strings"
	"testing"
	"unicode/utf8"

	"upphandlingsdialog/internal/i18n"
)

func divided(s string) string {
	return strings.ReplaceAll(Soft(i18n.Sv, s), string(Mark), "-")
}

func TestCompoundsAreDividedAtTheirJoints(t *testing.T) {
	for _, want := range strings.Fields(`upp-hand-lings-dia-log nä-rings-livs-ut-veck-lare bransch-or-ga-ni-sa-tio-ner
		kom-mun-full-mäk-tige sys-sel-sätt-nings-krav di-rekt-upp-hand-ling livs-cy-kel-kost-nad kon-fi-dens-inter-vall
		ar-bets-mark-nads-en-he-ten mil-jö-nytta slump-ur-val plåt-tjock-lek webb-enkä-ter osäker-het`) {
		if got := divided(strings.ReplaceAll(want, "-", "")); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestWhatIsNoWordStaysWhole(t *testing.T) {
	for _, s := range []string{"anbud", "2019-05-23", "dialog@upphandlingsdialog.example", "https://upphandlingsdialog.example/reports",
		"q5_11", "AAPOR:s", "upp\u00adhandling", "www.upphandlingsdialog.se", "12\u202f345"} {
		if got := Soft(i18n.Sv, s); got != s {
			t.Errorf("%q became %q", s, divided(s))
		}
	}
	if got := Soft(i18n.En, "procurement organisations"); strings.ContainsRune(got, Mark) {
		t.Errorf("English was divided by Swedish patterns: %q", got)
	}
}

func FuzzSoftLosesNothing(f *testing.F) {
	f.Add("Upphandlingsdialogens ”svarsfrekvens” – 1\u202f234 förfrågningsunderlag.")
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || strings.ContainsRune(s, Mark) {
			t.Skip()
		}
		if got := strings.ReplaceAll(Soft(i18n.Sv, s), string(Mark), ""); got != s {
			t.Fatalf("%q became %q", s, got)
		}
	})
}

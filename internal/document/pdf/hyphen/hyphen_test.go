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

func TestEnglishIsDividedAsTheBritishDo(t *testing.T) {
	for _, want := range strings.Fields(`pro-cure-ment au-thor-it-ies mu-ni-cip-al-it-ies re-com-mend-a-tion ques-tion-naire en-vir-on-mental
		or-gan-isa-tion con-fid-en-ti-al-ity re-spond-ents sus-tain-able in-nov-a-tion im-ple-ment-a-tion dis-tri-bu-tion par-ti-cipants
		un-weighted strength through settled`) {
		if got := strings.ReplaceAll(Soft(i18n.En, strings.ReplaceAll(want, "-", "")), string(Mark), "-"); got != want {
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
	if got := Soft("fi", "hankintayksikkö"); strings.ContainsRune(got, Mark) {
		t.Errorf("Finnish was divided by other patterns: %q", got)
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

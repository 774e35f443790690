package journey

import (
	"net/url"
	"testing"

	"upphandlingsdialog/internal/people"
)

// Somebody asks to be erased: the team finds everything by the address, is refused without a decision with all that
// was chosen still there, and finds nothing afterwards.
func TestSomebodyWhoAsksIsFoundByAddressAndErasedByDecision(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.answered(2)
	person := s.personIn(people.Business)
	b := open(t, desktop)
	b.signIn(s, leaderEmail)
	b.visit(s.base + "/team/people/" + person.ID)
	b.press(`main a[href^="/team/people/kept"]`)
	b.sees("Sparat om "+person.EmailNormalised, "Kontakt i registret", "Inbjudan till enkät", "Mejl", "Raden töms")
	b.fill("#decision", " ")
	b.press(`form[action$="/erase"] button`)
	b.sees("Skriv beslutets diarienummer", person.EmailNormalised)
	b.checked("somebody-is-erased-without-a-decision")
	b.fill("#decision", "2026:17")
	b.press(`form[action$="/erase"] button`)
	b.sees("Personen är raderad")
	b.visit(s.base + "/team/people/kept?address=" + url.QueryEscape(person.Email))
	b.sees("Stoppad för mejl")
	b.sees("En uppgift")
	b.visit(s.base + "/team/people/kept?address=ingen@alls.example")
	b.sees("Inget är sparat om den adressen")
}

package journey

import "testing"

// A stranger who has just started the service finds the way to a first mailing from the overview.
func TestANewInstallationLeadsToItsFirstMailing(t *testing.T) {
	s := start(t)
	b := open(t, desktop)
	b.visit(s.base + "/team")
	b.fill("#email", leaderEmail)
	b.fill("#password", leaderPassword)
	b.press("main form button")
	b.sees("Kom igång", "Gör den första enkäten", "Importera personerna")
	b.press(`.todo a[href="/team/surveys"]`)
	b.press(`form[action="/team/surveys"] button`)
	b.sees("3 nya versioner inlästa", "Nya lösningar genom offentliga inköp")
	b.press(`form[action="/team/surveys"] button`)
	b.sees("0 nya versioner")
	b.visit(s.base + "/team")
	if b.has(`.todo a[href="/team/surveys"]`) {
		t.Error("the overview still asks for the questionnaires")
	}
}

package team_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/httpd/team"
)

func TestACaseIsFoundByItsCodeAndGetsAnotherByHand(t *testing.T) {
	s := newMailSite(t)
	at, _ := s.upload(contactFile(t, 60), http.StatusOK)
	s.post(at+"/confirm", nil)
	form := formIn(s.get("/team/campaigns/new"))
	form.Set("name", "Område 5")
	form["groups"] = []string{"procurer", "developer"}
	at, _ = s.post("/team/campaigns", form)
	s.post(at+"/launch", nil)
	if _, err := s.svc.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	body := s.get(at)
	s.has(body, `href="`+at+`/cases?code=3.19"`, "Räknat 2026-03-02", "Tryckte på startknappen", "mer än 80 procent", "RR2", "/static/live")
	body = s.get(at + "/cases?code=3.19&group=procurer")
	one := regexp.MustCompile(regexp.QuoteMeta(at) + `/cases/[0-9a-f-]{36}`).FindString(body)
	_, body = s.post(one, url.Values{"code": {"2.26"}, "reason": {""}}, http.StatusUnprocessableEntity)
	s.has(body, "Skriv varför", `href="#reason"`, `value="2.26" selected`)
	_, body = s.post(one, url.Values{"code": {"1.1"}, "reason": {"han sa det"}}, http.StatusUnprocessableEntity)
	s.has(body, "Den koden sätts av händelser", "han sa det")
	_, body = s.post(one, url.Values{"code": {"2.26"}, "reason": {"utomlands till midsommar"}})
	s.has(body, "Koden är satt", "2.26 Borta under svarstiden")
	s.has(s.get(at+"/cases?code=2.26"), "1 fall", "utomlands till midsommar")
	_, body = s.post(one, url.Values{"code": {""}, "reason": {"utomlands till midsommar"}})
	s.has(body, "Det som har hänt avgör", "3.19 Inget kom tillbaka")
	s.get(at + "/cases?code=nonsense&page=x")

	_, body = s.post(at+"/rules", url.Values{"partial_from": {"60"}, "complete_above": {"50"}}, http.StatusUnprocessableEntity)
	s.has(body, "mellan 1 och 99", `value="60"`)
	_, body = s.post(at+"/rules", url.Values{"partial_from": {"40"}, "complete_above": {"90"}})
	s.has(body, "mer än 90 procent", "40 till 90 procent")
	s.has(s.get("/team/log"), "campaign.cut", "invitation.classified")
	s.has(s.get(at+"/status?lang=en"), "Counted 2026-03-02", "Rates by AAPOR")
}

func TestOnlyWhoMaySeeCasesDoes(t *testing.T) {
	for _, r := range (&team.Face{}).Routes() {
		if strings.Contains(r.Path, "/cases") != (r.Permission == account.CaseRead || r.Permission == account.CaseWrite) {
			t.Errorf("%s %s asks for %s", r.Method, r.Path, r.Permission)
		}
	}
	for role, may := range map[account.Role]bool{account.Leader: true, account.Admin: true, account.Editor: false, account.Secretary: false, account.Reader: false} {
		u := account.User{Role: role}
		if u.May(account.CaseRead) != may || u.May(account.CaseWrite) != may {
			t.Errorf("%s: read %v, write %v", role, u.May(account.CaseRead), u.May(account.CaseWrite))
		}
	}
}

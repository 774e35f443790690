package team_test

import (
	"context"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	netmail "net/mail"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/consultation"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/httpd/respondent"
	"upphandlingsdialog/internal/httpd/team"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/recommendation/recommendationtest"
	"upphandlingsdialog/internal/token"
)

// panelSite is the team's pages and the panel's, over a real mail server, with a process leader signed in.
type panelSite struct {
	*recommendationtest.World
	base    string
	team    *http.Client
	nobody  *http.Client // follows links as the panel does, without signing in
	catcher *mail.Catcher
	outbox  *distribution.Service
	panels  *consultation.Service
	persons *people.Service
	links   map[string]string // personal address by e-mail
}

func newPanelSite(t *testing.T, contacts string) *panelSite {
	t.Helper()
	w := recommendationtest.New(t)
	w.Crowd(25)
	w.ImportSample()
	catcher, err := mail.NewCatcher("127.0.0.1:0", "", 0, w.Clock.Now)
	w.Must(err)
	serving, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	go func() { _ = catcher.Serve(serving) }()
	sender, err := mail.NewSender(catcher.URL(), netmail.Address{Name: "Länsstyrelsen", Address: "dialog@dialog.example"}, time.Now)
	w.Must(err)
	t.Cleanup(sender.Close)
	s := &panelSite{World: w, catcher: catcher, persons: people.New(w.DB, w.Clock.Now), links: map[string]string{}}
	server := httptest.NewUnstartedServer(nil)
	s.base = "http://" + server.Listener.Addr().String()
	owner := i18n.Text{Sv: "Länsstyrelsen", En: "The County Board"}
	s.outbox = distribution.New(w.DB, w.Clock.Now, s.persons, w.Surveys, sender, distribution.Config{BaseURL: s.base, Key: token.Key{1},
		Contact: "fraga@dialog.example", Owner: owner, MinBase: 7})
	s.panels = consultation.New(w.DB, w.Clock.Now, s.persons, s.outbox, w.Service, consultation.Config{BaseURL: s.base, Key: token.Key{1},
		Owner: owner, Contact: "fraga@dialog.example"})
	accounts := account.New(w.DB, w.Clock.Now)
	_, err = accounts.CreateUser(t.Context(), "lead@example.org", "Leda Ledarsson", account.Leader, "sv", panelPassword)
	w.Must(err)
	h, err := httpd.New(httpd.Options{Accounts: accounts, Log: slog.New(slog.DiscardHandler), Now: w.Clock.Now, BaseURL: s.base},
		&team.Face{Accounts: accounts, People: s.persons, Surveys: w.Surveys, Distribution: s.outbox, Dialogue: w.Meetings,
			Recommendations: w.Service, Consultations: s.panels, Now: w.Clock.Now},
		&respondent.Face{Distribution: s.outbox, Consultations: s.panels, Now: w.Clock.Now,
			Sender: respondent.Sender{Controller: owner, Email: "fraga@dialog.example"}})
	w.Must(err)
	server.Config.Handler = h
	server.Start()
	t.Cleanup(server.Close)
	jar, _ := cookiejar.New(nil)
	s.team, s.nobody = &http.Client{Jar: jar}, &http.Client{}
	s.signIn()
	_, err = s.persons.Import(t.Context(), strings.NewReader(contacts))
	w.Must(err)
	return s
}

const panelPassword = "tolv-gravlaxar-i-Siljan"

// signIn signs the process leader in; the page after it needs services that these tests do without.
func (s *panelSite) signIn() {
	s.Helper()
	s.post("/team/sign-in", url.Values{"email": {"lead@example.org"}, "password": {panelPassword}}, http.StatusNotFound, http.StatusOK, http.StatusInternalServerError)
}

func (s *panelSite) do(client *http.Client, path string, form url.Values, statuses ...int) (at, body string) {
	s.Helper()
	if statuses == nil {
		statuses = []int{http.StatusOK}
	}
	var resp *http.Response
	var err error
	if form == nil {
		resp, err = client.Get(s.base + path)
	} else {
		resp, err = client.PostForm(s.base+path, form)
	}
	s.Must(err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	s.Must(err)
	if !slices.Contains(statuses, resp.StatusCode) {
		s.Fatalf("%s: status %d\n%s", path, resp.StatusCode, raw)
	}
	for _, never := range []string{"[consultation.", "[recommendation.", "[group.", "%!"} {
		if i := strings.Index(string(raw), never); i >= 0 {
			s.Errorf("%s shows %q", path, raw[i:min(len(raw), i+60)])
		}
	}
	return resp.Request.URL.Path, html.UnescapeString(string(raw))
}

func (s *panelSite) get(path string, statuses ...int) string {
	s.Helper()
	_, body := s.do(s.team, path, nil, statuses...)
	return body
}

func (s *panelSite) post(path string, form url.Values, statuses ...int) (at, body string) {
	s.Helper()
	if form == nil {
		form = url.Values{}
	}
	return s.do(s.team, path, form, statuses...)
}

// out sends recommendations out for consultation and returns their ids.
func (s *panelSite) out(numbers ...string) []string {
	s.Helper()
	var ids []string
	for _, n := range numbers {
		r := s.Numbered(n)
		s.Must(s.Service.Move(s.Context(), r.ID, recommendation.Consultation))
		ids = append(ids, r.ID)
	}
	return ids
}

var panelLink = regexp.MustCompile(`http://127\.0\.0\.1:\d+(/c/[\w-]{43})`)

// deliver sends what is queued over SMTP and reads the links out of the letters that came.
func (s *panelSite) deliver() (letters int) {
	s.Helper()
	before := len(s.catcher.List(""))
	_, err := s.outbox.Drain(s.Context())
	s.Must(err)
	all := s.catcher.List("")
	for _, brief := range all[before:] {
		m, _ := s.catcher.Find(brief.ID)
		if link := panelLink.FindStringSubmatch(m.Text); link != nil {
			s.links[m.To[0]] = link[1]
		} else {
			s.Errorf("the letter to %s has no link:\n%s", m.To[0], m.Text)
		}
	}
	return len(all) - before
}

// rate answers one item as somebody of the panel, "agreement importance feasibility".
func (s *panelSite) rate(email string, item int, scores string, more url.Values, statuses ...int) (at, body string) {
	s.Helper()
	path := fmt.Sprintf("%s/%d", s.links[email], item)
	_, page := s.do(s.nobody, path, nil)
	form := url.Values{"version": {regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(page)[1]}}
	if f := strings.Fields(scores); len(f) == 3 {
		form.Set("agreement", f[0])
		form.Set("importance", f[1])
		form.Set("feasibility", f[2])
	}
	if m := regexp.MustCompile(`name="reservation"[^>]*>([^<]+)<`).FindStringSubmatch(page); m != nil { // what the page holds is sent along
		form.Set("reservation", m[1])
		form.Set("signed_as", regexp.MustCompile(`name="signed_as"[^>]* value="([^"]*)"`).FindStringSubmatch(page)[1])
	}
	for k, v := range more {
		form[k] = v
	}
	return s.do(s.nobody, path, form, statuses...)
}

func (s *panelSite) has(body string, wants ...string) {
	s.Helper()
	for _, want := range wants {
		if !strings.Contains(body, want) {
			i := strings.Index(body, `id="main"`)
			s.Errorf("no %q in\n%s", want, body[max(i, 0):])
		}
	}
}

// threeGroups is a register of eight procurers, seven politicians and seven firms, of whom one is also a politician.
func threeGroups() string {
	b := "name;email;group;organisation;language\n"
	for group, n := range map[string]int{"procurer": 8, "politician": 7, "business": 7} {
		for i := range n {
			lang := "sv"
			if group == "politician" && i == 6 {
				lang = "en"
			}
			b += fmt.Sprintf("%s %d;%s%d@panel.example;%s;%s;%s\n", strings.ToUpper(group[:1])+group[1:], i+1, group, i+1, group, "Bolaget "+group, lang)
		}
	}
	return b
}

// The first round's scores of the first recommendation. By hand: 7 of 8 procurers agree, and all others, so common
// ground; everybody finds it important; only the politicians find it feasible.
var firstRound = map[string][]string{
	"procurer":   {"9 9 7", "9 9 7", "8 8 7", "8 8 6", "7 7 6", "7 7 5", "7 7 2", "5 7 1"},
	"politician": {"9 9 7", "8 9 7", "8 9 7", "7 8 7", "7 8 7", "7 7 7", "7 6 7"},
	"business":   {"9 9 3", "8 8 3", "7 8 2", "7 8 2", "7 7 1", "7 7 1", "7 7 1"},
}

func TestARoundWithThreeGroupsRunsByMailFromPlanToAccount(t *testing.T) {
	s := newPanelSite(t, threeGroups())
	ids := s.out("5.1", "5.2")

	_, body := s.post("/team/consultations", url.Values{"name": {""}, "method": {"coin"}, "min_base": {"3"}}, http.StatusUnprocessableEntity)
	s.has(body, `href="#name"`, `href="#groups"`, `href="#method"`, `href="#min_base"`)
	at, body := s.post("/team/consultations", url.Values{"name": {"Remiss om område 5"}, "groups": {"procurer", "politician", "business"},
		"method": {"threshold"}, "min_base": {"7"}})
	s.has(body, "Planeras", "Låses när första omgången öppnar", "minst 70 procent", "färre än 15 procent")

	// Nothing is sent before somebody has seen exactly who gets what.
	s.get(at+"/open?items="+ids[0]+"&closes=2020-01-01", http.StatusUnprocessableEntity)
	query := url.Values{"items": ids, "closes": {"2026-04-20"}}
	body = s.get(at + "/open?" + query.Encode())
	s.has(body, "22 personer får brevet", "Hej Namn Namnsson!", "What do you think of the drafts?", "Regeln låses när omgången öppnas", "20 april 2026")
	if n := s.deliver(); n != 0 {
		t.Fatalf("the preview sent %d letters", n)
	}
	_, body = s.post(at+"/open", query)
	s.has(body, "22 brev är på väg", "Omgång pågår", "Låst ")
	s.post(at+"/open", query, http.StatusConflict)
	if n := s.deliver(); n != 22 {
		t.Fatalf("%d letters came, want 22", n)
	}
	if n := s.deliver(); n != 0 {
		t.Fatalf("%d letters came twice", n)
	}
	_, body = s.post(at, url.Values{"name": {"Annat"}, "groups": {"procurer"}, "method": {"rand"}, "min_base": {"7"}}, http.StatusConflict)
	s.has(body, "Regeln låstes")

	s.answerFirstRound()
	s.seeNothingWhileOpen(at)
	_, body = s.post(at+"/remind", nil)
	s.has(body, "7 påminnelser är på väg") // the firms have the second recommendation left
	if n := s.deliver(); n != 7 {
		t.Errorf("%d reminders came, want 7", n)
	}
	s.closeAndCompare(at)
	s.secondRound(at, ids)
	s.concludeIt(at)
}

// answerFirstRound: the procurers and politicians answer both, the firms only the first.
func (s *panelSite) answerFirstRound() {
	s.Helper()
	_, page := s.do(s.nobody, s.links["politician7@panel.example"], nil)
	s.has(page, "You are asked in the group", "Begin")
	_, page = s.do(s.nobody, s.links["procurer1@panel.example"], nil)
	s.has(page, "Upphandlare", "minst 7 har svarat", "Att svara på")
	_, page = s.rate("procurer1@panel.example", 1, "", url.Values{"agreement": {"12"}, "reservation": {"Nej"}}, http.StatusUnprocessableEntity)
	s.has(page, `href="#agreement"`, `href="#importance"`, `href="#signed_as"`, "Nej</textarea>")
	for group, list := range firstRound {
		for i, scores := range list {
			email := fmt.Sprintf("%s%d@panel.example", group, i+1)
			more := url.Values{}
			switch email {
			case "procurer8@panel.example":
				more.Set("comment", "Hemligt-skäl: vi har inte tid.")
				more.Set("proposal", "Skriv ”får” i stället för ”bör”.")
			case "business1@panel.example":
				more.Set("reservation", "Vi delar inte synen på kostnaden.")
				more.Set("signed_as", "Anna Ek, Företagarna Dalarna")
			}
			next, _ := s.rate(email, 1, scores, more)
			if group == "business" {
				continue
			}
			if !strings.HasSuffix(next, "/2") {
				s.Errorf("after the first comes %s", next)
			}
			at, page := s.rate(email, 2, map[string]string{"procurer": "9 9 9", "politician": "1 2 9"}[group], nil)
			if strings.HasSuffix(at, "/2") {
				s.Errorf("after the last comes %s", at)
			}
			if email != "politician7@panel.example" { // who reads English
				s.has(page, "Tack, du har svarat på allt.")
			}
		}
	}
	// A change of mind counts, and what was said first stays in the database.
	s.rate("procurer1@panel.example", 1, "1 1 1", nil)
	s.rate("procurer1@panel.example", 1, firstRound["procurer"][0], nil)
	var kept int
	s.Must(s.DB.GetContext(s.Context(), &kept, `SELECT count(*) FROM consultation_rating r JOIN consultation_participant p ON p.id = r.participant_id
		JOIN person n ON n.id = p.person_id WHERE n.email = 'procurer1@panel.example' AND r.agreement IN (1, 9)`))
	if kept != 4 { // 9, 1 and 9 of the first, 9 of the second
		s.Errorf("%d ratings of one person are kept, want 4", kept)
	}
	for _, sql := range []string{`UPDATE consultation_rating SET agreement = 9`, `DELETE FROM consultation_rating`, `TRUNCATE consultation_rating CASCADE`,
		`UPDATE consultation SET rule = '{}'`} {
		if _, err := s.DB.ExecContext(s.Context(), sql); err == nil {
			s.Errorf("the database lets %q through", sql)
		}
	}
}

// seeNothingWhileOpen looks for the results in every channel while the round is under way.
func (s *panelSite) seeNothingWhileOpen(at string) {
	s.Helper()
	body := s.get(at)
	s.has(body, `<th scope="row">Upphandlare</th><td class="num">8</td><td class="num">8</td><td class="num">8</td>`,
		`<th scope="row">Företag</th><td class="num">7</td><td class="num">7</td><td class="num">0</td>`)
	s.has(s.get(at+"/results", http.StatusConflict), "Inget resultat visas")
	s.post(at+"/export", url.Values{"round": {"1"}}, http.StatusConflict)
	_, page := s.do(s.nobody, s.links["procurer2@panel.example"]+"/1", nil)
	for where, text := range map[string]string{"the team's page": body, "the proposals": s.get(at + "/proposals"), "the list": s.get("/team/consultations"),
		"another's ballot": page} {
		for _, secret := range []string{"Hemligt-skäl", "Skriv ”får”", "Vi delar inte", `class="chart"`, "7 av 8"} {
			if strings.Contains(text, secret) {
				s.Errorf("%s shows %q while the round is open", where, secret)
			}
		}
	}
	if accounts, err := s.panels.Published(s.Context()); err != nil || len(accounts) != 0 {
		s.Errorf("%d accounts are public: %v", len(accounts), err)
	}
	for _, brief := range s.catcher.List("") {
		if m, _ := s.catcher.Find(brief.ID); strings.Contains(m.Text+m.HTML, "Hemligt") {
			s.Errorf("a letter tells what somebody said:\n%s", m.Text)
		}
	}
	for _, table := range []string{"outbox", "audit_event"} {
		var rows []string
		s.Must(s.DB.SelectContext(s.Context(), &rows, `SELECT t::text FROM `+table+` t`))
		if strings.Contains(strings.Join(rows, "\n"), "Hemligt") {
			s.Errorf("%s holds what somebody said", table)
		}
	}
}

// closeAndCompare closes the round and compares what is printed with what was computed by hand.
func (s *panelSite) closeAndCompare(at string) {
	s.Helper()
	_, body := s.post(at+"/close", nil)
	s.has(body, "Omgång slut", "Resultat av omgång 1", "1 förslag")
	s.rate("business7@panel.example", 2, "9 9 9", nil, http.StatusConflict)
	body = s.get(at + "/results?round=1")
	s.has(body, "Gemensam grund", "För få svar", // 5.2 has no firms
		"7 av 8", "(53–98", "Planera: viktig, svår att genomföra", "Hemligt-skäl", "Särskilt yttrande: Anna Ek, Företagarna Dalarna",
		"minst 70 procent i varje grupp sätter 7–9 och färre än 15 procent sätter 1–3",
		"2,35 + 1,5 gånger asymmetrin", "när minst 7 har svarat")
	rows := s.csv(at, 1)
	for key, want := range map[string]string{
		// Counts of 1-9, abstentions, median, P30, P70, DI, 70/15, RAND: computed by hand.
		"5.1 procurer agreement":     "0 0 0 0 1 0 3 2 2 0 7.5000 7.0000 8.0000",
		"5.1 procurer importance":    "0 0 0 0 0 0 4 2 2 0 7.5000 7.0000 8.0000",
		"5.1 procurer feasibility":   "1 1 0 0 1 2 3 0 0 0 6.0000 5.1000 6.9000",
		"5.1 politician feasibility": "0 0 0 0 0 0 7 0 0 0 7.0000 7.0000 7.0000",
		"5.1 business feasibility":   "3 2 2 0 0 0 0 0 0 0 2.0000 1.0000 2.2000",
	} {
		if got := strings.Join(rows[key][7:20], " "); got != want {
			s.Errorf("%s: %s, want %s", key, got, want)
		}
	}
	for key, want := range map[string]string{"5.1 procurer importance": "in yes", "5.1 procurer feasibility": "none unclear",
		"5.1 politician feasibility": "in yes", "5.1 business feasibility": "out no"} {
		if got := rows[key][21] + " " + rows[key][22]; got != want {
			s.Errorf("%s: verdicts %s, want %s", key, got, want)
		}
	}
	agree := rows["5.1 procurer agreement"]
	if got := strings.Join(agree[23:29], " "); got != "7 0 1 0.8750 0.5291 0.9776" {
		s.Errorf("the procurers' agreement: %s", got)
	}
	if agree[31] != "common_ground" || rows["5.2 business importance"][7] != ".." || rows["5.2 business importance"][31] != "too_few" {
		s.Errorf("classes: %v and %v", agree, rows["5.2 business importance"])
	}
}

// csv takes a round out and returns its rows by "5.1 procurer agreement".
func (s *panelSite) csv(at string, round int) map[string][]string {
	s.Helper()
	_, text := s.post(at+"/export", url.Values{"round": {strconv.Itoa(round)}})
	rows := map[string][]string{}
	for _, line := range strings.Split(strings.TrimSpace(text), "\n")[1:] {
		f := strings.Split(line, ",")
		rows[f[2]+" "+f[4]+" "+f[5]] = f
	}
	return rows
}

// secondRound: 5.1 is asked about again. One procurer and one firm say nothing, two procurers change their minds,
// and the wording is changed under way.
func (s *panelSite) secondRound(at string, ids []string) {
	s.Helper()
	query := url.Values{"items": ids[:1], "closes": {"2026-05-20"}}
	s.post(at+"/open", query)
	if n := s.deliver(); n != 22 {
		s.Fatalf("%d letters of the second round, want 22", n)
	}
	_, page := s.do(s.nobody, s.links["procurer2@panel.example"]+"/1", nil)
	s.has(page, "Du svarade senast: 9", "Så svarade grupperna i förra omgången", "Hemligt-skäl", "Behåll mina svar från förra omgången")
	if strings.Contains(page, "Procurer 8") || strings.Contains(page, "procurer8@") {
		s.Error("a reason is shown with a name")
	}
	s.rate("procurer2@panel.example", 1, "", url.Values{"keep": {"1"}})

	// The wording is changed while the round is open: who has rated is asked again about it alone.
	r, err := s.Service.Find(s.Context(), ids[0])
	s.Must(err)
	r.Wording.Sv += " Redan i år."
	r.Wording.En += " This very year."
	s.Must(s.Service.Change(s.Context(), r, "Efter första omgången"))
	s.has(s.get(at), "version 2 finns", "Fråga igen om den")
	_, body := s.post(at+"/renew", url.Values{"recommendation": {ids[0]}})
	s.has(body, "1 som har svarat frågas igen")
	s.post(at+"/renew", url.Values{"recommendation": {ids[0]}}, http.StatusConflict)
	if n := s.deliver(); n != 1 {
		s.Errorf("%d letters about the change, want 1", n)
	}
	_, page = s.do(s.nobody, s.links["procurer2@panel.example"], nil)
	s.has(page, "Ändrad sedan du svarade")
	_, page = s.do(s.nobody, s.links["procurer2@panel.example"]+"/1", nil)
	s.has(page, "<ins> Redan i år.</ins>", "räknas inte om den nya")
	if strings.Contains(page, "Behåll mina svar") {
		s.Error("answers about the old wording can be kept for the new one")
	}
	// A page that was opened before the change is refused, with what was typed kept.
	_, page = s.rate("procurer3@panel.example", 1, "9 9 9", url.Values{"version": {"1"}, "comment": {"Skrivet förut"}}, http.StatusConflict)
	s.has(page, "ändrades medan du läste", "Skrivet förut")

	second := map[string][]string{
		"procurer":   {"9 9 7", "9 9 7", "8 9 7", "8 8 6", "7 8 6", "7 7 5", "7 7 2"},
		"politician": firstRound["politician"],
		"business":   firstRound["business"][:6],
	}
	for group, list := range second {
		for i, scores := range list {
			s.rate(fmt.Sprintf("%s%d@panel.example", group, i+1), 1, scores, nil)
		}
	}
	s.do(s.nobody, s.links["procurer8@panel.example"]+"/leave", url.Values{})
	_, body = s.post(at+"/remind", nil)
	s.has(body, "1 påminnelse är på väg") // the firm; the procurer wants no part in it
	s.deliver()
	s.Clock.Set(time.Date(2026, 5, 21, 8, 0, 0, 0, time.UTC)) // over by itself
	s.signIn()
	s.has(s.get(at), "Omgång slut")
	s.rate("business7@panel.example", 1, "9 9 9", nil, http.StatusConflict)
	body = s.get(at + "/results?round=2")
	s.has(body, "1 av 8 som svarade då svarade inte nu", "1 av 7 som svarade då svarade inte nu", "För få svar")
	rows := s.csv(at, 2)
	// Two of the seven who stayed changed importance: 2/7. CV 0.8997354/7.8571429 before, 0.8997354/8.1428571 after.
	if f := rows["5.1 procurer importance"]; f[3] != "2" || f[29] != "0.2857" || f[30] != "-0.0040" {
		s.Errorf("stability: version %s, changed %s, CV %s", f[3], f[29], f[30])
	}
	if f := rows["5.1 business agreement"]; f[6] != "6" || f[7] != ".." || f[23] != ".." || f[31] != "too_few" {
		s.Errorf("six firms show: %v", f)
	}
}

// concludeIt answers the proposal and makes the consultation public.
func (s *panelSite) concludeIt(at string) {
	s.Helper()
	_, body := s.post(at+"/conclude", nil, http.StatusConflict)
	s.has(body, "1 förslag saknar svar")
	body = s.get(at + "/proposals")
	s.has(body, "Skriv ”får”", "Inget svar ännu")
	path := at + "/proposals/" + regexp.MustCompile(`/proposals/(\d+)"`).FindStringSubmatch(body)[1]
	_, body = s.post(path, url.Values{"outcome": {"partly"}, "summary.sv": {"Mjukare ord"}}, http.StatusUnprocessableEntity)
	s.has(body, "Mjukare ord", `href="#answer.sv.`)
	form := url.Values{"outcome": {"partly"}, "summary.sv": {"Mjukare ord"}, "summary.en": {"A softer word"}, "answer.sv": {"Vi skrev om steget."},
		"answer.en": {"We rewrote the step."}}
	s.post(path, form)
	s.post(at+"/conclude", nil)
	s.post(path, form, http.StatusConflict)
	s.post(at+"/open", url.Values{"closes": {"2026-07-01"}}, http.StatusConflict)
	accounts, err := s.panels.Published(s.Context())
	s.Must(err)
	if len(accounts) != 1 || len(accounts[0].Results) != 2 || len(accounts[0].Reservations) != 1 || len(accounts[0].Proposals) != 1 {
		s.Fatalf("account %+v", accounts)
	}
	p := accounts[0].Proposals[0]
	if p.Text != "" || p.Reply.Summary.En != "A softer word" {
		s.Errorf("the public proposal: %+v", p)
	}
	_, page := s.do(s.nobody, s.links["procurer1@panel.example"], nil)
	s.has(page, "Remissen är avslutad")
}

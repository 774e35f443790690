package journey

import (
	"bytes"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/followup"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/httpd/public"
	"upphandlingsdialog/internal/httpd/respondent"
	"upphandlingsdialog/internal/httpd/team"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/privacy"
	"upphandlingsdialog/internal/questionnaire/authoring"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/sample"
	"upphandlingsdialog/internal/token"
)

// stop is one page on the tour: the route it belongs to ("" for a page beside the tables) and where it is.
type stop struct {
	route, path string
	main        bool // also dark, and on the narrowest screen
}

// notToured are the GET routes that no tab is shown, each with the reason.
var notToured = map[string]string{
	"/calendar.ics":                        "a calendar file; the seminars' own tests read it",
	"/reports/:slug/report.pdf":            "a PDF; TestTheTeamWorksThroughAYear fetches it",
	"/reports/:slug/paper/:name/paper.pdf": "a PDF; the report's own tests check it",
	"/reports/:slug/data.zip":              "an archive; the report's own tests unpack it",
	"/team/reports/:id/archive.zip":        "an archive; the report's own tests unpack it",
	"/team/reports/:id/paper/:name":        "a PDF; the report's own tests check it",
	"/reports.atom":                        "a feed; the report's own tests read it",
	"/reports/:slug/metadata.xml":          "a catalogue record; the report's own tests read it",
	"/team/reports/:id/report.pdf":         "a PDF of the same bytes, before it is published",
	"/team/surveys/:id/export":             "a file; the team's own tests read it",
	"/team/campaigns/:id/poster":           "a PDF; the team's own tests read its code back",
	"/team/campaigns/:id/code":             "a picture; the team's own tests read it",
	"/team/surveys/:id/paper":              "a PDF; the printed questionnaire's own tests read it",
	"/team/intake/:survey/template":        "a file; the team's own tests read it",
	"/team/intake/:survey/files/:file":     "shows a file that waits; the team's own tests walk through it",
	"/r/:id":                               "only leads on to the page where the person was",

	"/team/analysis/:survey/:question/:file": "a file; the team's own tests read it",
}

// Every kind of page, of all three faces, is accessible and fits its screen: on a phone and on a desk.
func TestEveryPageIsAccessibleAndFitsItsScreen(t *testing.T) {
	t.Parallel()
	s := start(t)
	_, err := s.Accounts.CreateUser(t.Context(), "admin@lansstyrelsen.example", "Ada Administratör", account.Admin, "sv", leaderPassword)
	s.must(err)
	t.Run("empty", func(t *testing.T) {
		b := open(t, desktop)
		b.glance(s, "/calendar", "/reports", "/recommendations")
		b.signIn(s, "admin@lansstyrelsen.example")
		b.glance(s, "/team", "/team/people", "/team/surveys", "/team/campaigns", "/team/meetings", "/team/seminars", "/team/analysis",
			"/team/recommendations", "/team/reports", "/team/advice", "/team/outbox", "/team/excerpts")
	})
	w := furnish(s)
	stops := map[string][]stop{"team": w.team(), "public": w.public(), "respondent": w.respondent()}
	t.Run("the tour leaves no page out", func(t *testing.T) { complete(t, stops) })
	for face, list := range stops {
		t.Run(face, func(t *testing.T) {
			t.Parallel()
			b := open(t, desktop)
			switch face {
			case "team":
				b.tour(s, []stop{{"/team/sign-in", "/team/sign-in", true}})
				b.signIn(s, "admin@lansstyrelsen.example")
			case "respondent":
				for _, link := range []string{w.draft, w.sent} {
					b.visit(link)
					b.press("main form .btn")
				}
				list = append(list, w.comesByPoster(b)...)
			}
			b.tour(s, list)
		})
	}
}

// complete compares the tour with the tables of routes.
func complete(t *testing.T, stops map[string][]stop) {
	toured := map[string]bool{"/team/sign-in": true}
	for _, list := range stops {
		for _, p := range list {
			toured[p.route] = true
		}
	}
	for _, face := range []httpd.Face{&team.Face{}, &public.Face{}, &respondent.Face{}} {
		for _, r := range face.Routes() {
			if r.Method == http.MethodGet && !toured[r.Path] && notToured[r.Path] == "" {
				t.Errorf("no journey shows %s: put it on the tour, or give a reason in notToured", r.Path)
			}
			delete(toured, r.Path)
		}
	}
	delete(toured, "")
	for path := range toured {
		t.Errorf("the tour names %s, which is no route", path)
	}
}

func (b *tab) signIn(s *site, email string) {
	b.t.Helper()
	b.visit(s.base + "/team/sign-in")
	b.fill("#email", email)
	b.fill("#password", leaderPassword)
	b.press("main button.btn")
	b.sees("Logga ut")
}

// tour looks at every page at the widths that people use.
func (b *tab) tour(s *site, stops []stop) {
	b.t.Helper()
	for _, p := range stops {
		b.n++
		name := p.route
		if name == "" {
			name = strings.TrimPrefix(p.path, s.base)
		}
		name = strings.Trim(strings.NewReplacer("/", "-", ":", "", "?", "-", "=", "-").Replace(name), "-")
		b.do(set(desktop))
		b.visit(s.base + strings.TrimPrefix(p.path, s.base))
		b.picture(name + "-1280")
		b.accessible(p.path+" at 1280", allRules)
		b.fits(p.path + " at 1280")
		b.do(set(phone))
		b.picture(name + "-390")
		b.accessible(p.path+" at 390", layoutRules)
		b.fits(p.path + " at 390")
		if !p.main {
			continue
		}
		b.do(set(device{width: 320, height: 640, script: true, dark: true}))
		b.picture(name + "-320-dark")
		b.accessible(p.path+" in the dark", `["color-contrast"]`)
		b.fits(p.path + " at 320")
	}
}

// glance looks at pages that have nothing to show yet; with content they are on the tour.
func (b *tab) glance(s *site, paths ...string) {
	b.t.Helper()
	for _, p := range paths {
		b.n++
		b.visit(s.base + p)
		b.picture("nothing" + strings.ReplaceAll(p, "/", "-"))
		b.accessible(p+", empty", allRules)
	}
}

// world is where everything on a furnished site is.
type world struct {
	*site
	campaigns     map[string]string
	questionnaire string // where a questionnaire is under work
	caseID        string // a case of the campaign of s5
	draftID       string // a campaign that has not been launched
	fileID        string // an import that waits to be confirmed
	regional      report.Edition
	national      report.Edition
	list          string
	fresh         string // links of respondents: who has not come, who has started, who has sent in
	draft         string
	sent          string
	poster        string // an anonymous campaign with an open link
	openPath      string
	anonymous     string // a personal link of it
	draftAnswer   string
	sentAnswer    string
	consultation  string // whose only round is over
	secondRound   string // a consultation whose second round is open
	ballot        string // a personal path of its panel
}

func furnish(s *site) *world {
	s.t.Helper()
	ctx := s.t.Context()
	w := &world{site: s, campaigns: s.answered(40)}
	s.advised()
	w.regional = s.published(report.Regional, "sv")
	w.national = s.published(report.National, "en")
	list, err := s.Reports.CreateList(ctx, "Regionens kommuner", report.Regional)
	s.must(err)
	w.list = list.ID
	_, err = s.Reports.AddMembers(ctx, list.ID, []report.Member{{Email: "registrator@mora.example", Name: "Mora kommun", Lang: "sv"}})
	s.must(err)
	var file bytes.Buffer
	s.must(sample.WriteContacts(&file, sample.Contacts(8, 30)))
	w.fileID, _, err = s.People.KeepFile(ctx, "kontakter.csv", &file)
	s.must(err)
	version, err := s.Surveys.Latest(ctx, "s6")
	s.must(err)
	c := distribution.DefaultTexts()
	c.Name, c.VersionID, c.Groups, c.Language, c.Minutes = "Höstens enkät", version.ID, people.Groups, i18n.Sv, 8
	c.ClosesAt = s.Now().AddDate(0, 1, 0)
	c, err = s.Distribution.Create(ctx, c)
	s.must(err)
	w.draftID = c.ID
	s5, err := s.Surveys.Latest(ctx, "s5")
	s.must(err)
	content, err := authoring.From(s5.Definition, "s5", authoring.Ready{})
	s.must(err)
	work, err := s.Surveys.CreateDraft(ctx, content)
	s.must(err)
	w.questionnaire = "/team/drafts/" + work.ID
	s.must(s.DB.GetContext(ctx, &w.caseID, `SELECT id FROM invitation WHERE campaign_id = $1 ORDER BY id LIMIT 1`, w.campaigns["s5"]))
	w.respondents()
	w.postered()
	id, _ := w.consulted("Remiss om område 7")
	w.consultation = "/team/consultations/" + id
	id, paths := w.consulted("Remiss i två omgångar")
	w.opened(id)
	w.secondRound, w.ballot = "/team/consultations/"+id, paths[people.Business][0]
	return w
}

// postered launches an anonymous campaign with an open link beside its invitations.
func (w *world) postered() {
	w.t.Helper()
	ctx := w.t.Context()
	s7, err := w.Surveys.Latest(ctx, "s7")
	w.must(err)
	c := distribution.DefaultTexts()
	c.Name, c.VersionID, c.Mode, c.OpenLink = "Affisch på biblioteket", s7.ID, distribution.Anonymous, true
	c.Groups, c.ClosesAt = []string{people.Business, people.Developer}, w.Now().AddDate(0, 1, 0)
	c, err = w.Distribution.Create(ctx, c)
	w.must(err)
	_, err = w.Distribution.Launch(ctx, c.ID)
	w.must(err)
	key, err := token.ReadKey(filepath.Join(w.Config.KeyFolder(), c.ID+".key"))
	w.must(err)
	var id string
	w.must(w.DB.GetContext(ctx, &id, `SELECT id FROM invitation WHERE campaign_id = $1 LIMIT 1`, c.ID))
	w.poster, w.openPath, w.anonymous = "/team/campaigns/"+c.ID, "/o/"+c.OpenSlug, w.base+"/s/"+key.Derive("invitation", id)
}

// comesByPoster begins to answer by the open link, once without choosing a group.
func (w *world) comesByPoster(b *tab) []stop {
	b.glance(w.site, w.openPath)
	b.press(`form[action$="/start"] button`)
	b.sees("Välj den grupp")
	b.accessible("the open link without a group", allRules)
	b.click("#group")
	b.press(`form[action$="/start"] button`)
	b.sees("Del 1 av", "Din egen länk")
	return []stop{{"", strings.TrimPrefix(ask(b, chromedp.Location()), w.base), true}}
}

// respondents finds a politician for each state of answering: that group meets most types of question.
func (w *world) respondents() {
	w.t.Helper()
	second := w.launch("s5")
	var ids []string
	w.must(w.DB.SelectContext(w.t.Context(), &ids,
		`SELECT id FROM invitation WHERE campaign_id = $1 AND group_id = 'procurer' ORDER BY id LIMIT 2`, second))
	link := func(id string) string { return w.base + "/s/" + w.Distribution.AnswerToken(id) }
	w.fresh, w.draft = link(ids[0]), link(ids[1])
	inv, c, err := w.Distribution.Invitation(w.t.Context(), ids[1])
	w.must(err)
	r, err := w.Responses.Start(w.t.Context(), inv, c, i18n.Sv)
	w.must(err)
	w.draftAnswer = "/r/" + r.ID
	var sent struct {
		ID         string `db:"id"`
		Invitation string `db:"invitation_id"`
	}
	w.must(w.DB.GetContext(w.t.Context(), &sent,
		`SELECT id, invitation_id FROM response WHERE campaign_id = $1 AND group_id = 'business' AND state = 'submitted' LIMIT 1`, w.campaigns["s7"]))
	w.sentAnswer, w.sent = "/r/"+sent.ID, link(sent.Invitation)
}

func (w *world) team() []stop {
	w.t.Helper()
	ctx := w.t.Context()
	person := w.personIn(people.Business)
	meetings, err := w.Dialogue.List(ctx)
	w.must(err)
	meeting, err := w.Dialogue.Find(ctx, meetings[0].ID)
	w.must(err)
	seminars, err := w.Seminars.List(ctx, 0)
	w.must(err)
	accounts, err := w.Seminars.Accounts(ctx)
	w.must(err)
	recs, err := w.Recommendations.List(ctx, recommendation.Filter{})
	w.must(err)
	open := recs[slices.IndexFunc(recs, recommendation.Recommendation.Editable)].ID
	derived, err := w.Recommendations.Branch(ctx, open, "5.19", recommendation.VersionDerived)
	w.must(err)
	derived.Wording.Sv += " Det prövas först i en kommun."
	w.must(w.Recommendations.Change(ctx, derived, "Prövas först"))
	m, note := "/team/meetings/"+meeting.ID, meeting.Excerpts[0].NoteID
	campaign := "/team/campaigns/" + w.campaigns["s5"]
	var told string
	w.must(w.DB.GetContext(ctx, &told, `
		UPDATE response SET answers = answers || '{"q5_18": {"text": "Bjud in oss innan kraven skrivs."}}'
		WHERE id = (SELECT id FROM response WHERE state = 'submitted' AND survey_id = 's5' LIMIT 1) RETURNING id`))
	statement, err := w.Experts.Save(ctx, expert.Statement{Name: "Karin Lindh", Named: true, Role: "upphandlingsjurist", Date: w.Now(), Language: i18n.Sv,
		Text: "Delning i flera kontrakt ska övervägas, och skälen emot antecknas.", Themes: []string{"I03"}, Invented: true})
	w.must(err)
	return []stop{
		{"/team", "/team", true},
		{"/team/sessions", "/team/sessions", false}, {"/team/users", "/team/users", false}, {"/team/log", "/team/log", false},
		{"/team/people", "/team/people", true}, {"/team/people/:id", "/team/people/" + person.ID, false},
		{"/team/people/kept", "/team/people/kept?address=" + url.QueryEscape(person.Email), false},
		{"/team/people/requests", "/team/people/requests", true}, {"/team/people/requests/:request", "/team/people/requests/" + w.refused(), true},
		{"/team/people/import", "/team/people/import", false}, {"/team/people/import/:file", "/team/people/import/" + w.fileID, false},
		{"/team/surveys", "/team/surveys", false}, {"/team/surveys/:id", "/team/surveys/s5", false},
		{"/team/intake/:survey", "/team/intake/s5", false}, {"/team/intake/:survey/sheet", "/team/intake/s5/sheet?group=business&source=paper", false},
		{"/team/surveys/:id/compare", "/team/surveys/s5/compare", false}, {"/team/drafts/new", "/team/drafts/new", false},
		{"/team/drafts/:id", w.questionnaire + "?at=q5_01", false}, {"/team/drafts/:id/preview", w.questionnaire + "/preview", false},
		{"/team/campaigns", "/team/campaigns", false}, {"/team/campaigns/new", "/team/campaigns/new", false},
		{"/team/campaigns/:id", campaign, true}, {"/team/campaigns/:id/edit", "/team/campaigns/" + w.draftID + "/edit", false},
		{"/team/campaigns/:id/status", campaign + "/status", false}, {"/team/campaigns/:id/rules", campaign + "/rules", false},
		{"/team/campaigns/:id/cases", campaign + "/cases", true}, {"/team/campaigns/:id/cases/:case", campaign + "/cases/" + w.caseID, false},
		{"/team/campaigns/:id/preview", "/team/campaigns/" + w.draftID + "/preview", false}, {"/team/outbox", "/team/outbox", false},
		{"/team/analysis", "/team/analysis", false}, {"/team/analysis/:survey", "/team/analysis/s5", true},
		{"/team/answers/:survey", "/team/answers/s5", false}, {"/team/frame/:survey", "/team/frame/s5", false},
		{"/team/analysis/:survey/:question", "/team/analysis/s5/q5_05", false},
		{"/team/analysis/:survey/stands-out", "/team/analysis/s5/stands-out", true},
		{"/team/free-text", "/team/free-text?q=krav", false}, {"/team/free-text/:response/:question", "/team/free-text/" + told + "/q5_18", false},
		{"/team/themes", "/team/themes", false}, {"/team/themes/:theme", "/team/themes/I03", true},
		{"", "/team/analysis/s5/q5_11?add=bg_sector&group=business&where=bg_size:1,2,3", true},
		{"/team/recommendations", "/team/recommendations", false}, {"/team/recommendations/new", "/team/recommendations/new", false},
		{"/team/recommendations/import", "/team/recommendations/import", false},
		{"/team/recommendations/:id", "/team/recommendations/" + recs[0].ID, true},
		{"/team/recommendations/:id/edit", "/team/recommendations/" + open + "/edit", false},
		{"/team/recommendations/:id/versions", "/team/recommendations/" + open + "/versions", false},
		{"/team/recommendations/:id/merge", "/team/recommendations/" + open + "/merge?other=" + derived.Number, false},
		{"/team/consultations", "/team/consultations", false}, {"/team/consultations/:id", w.consultation, true}, {"", w.secondRound, false},
		{"/team/consultations/:id/open", w.consultation + "/open?closes=" + w.Now().AddDate(0, 0, 9).Format(time.DateOnly) + "&items=" + open, false},
		{"/team/consultations/:id/results", w.consultation + "/results", true}, {"/team/consultations/:id/proposals", w.consultation + "/proposals", false},
		{"/team/meetings", "/team/meetings", false}, {"/team/meetings/new", "/team/meetings/new", false}, {"/team/meetings/:id", m, true},
		{"/team/meetings/:id/edit", m + "/edit", false}, {"/team/meetings/:id/notes/:note", m + "/notes/" + note, false},
		{"/team/meetings/:id/notes/:note/tag", m + "/notes/" + note + "/tag", false},
		{"/team/excerpts/second", "/team/excerpts/second", false}, {"/team/excerpts/agreement", w.agreement(), true},
		{"/team/excerpts", "/team/excerpts", false}, {"/team/excerpts/:id", "/team/excerpts/" + meeting.Excerpts[0].ID, false},
		{"/team/experts", "/team/experts", true}, {"/team/experts/new", "/team/experts/new", false}, {"/team/experts/:id", "/team/experts/" + statement, true},
		{"/team/experts/:id/edit", "/team/experts/" + statement + "/edit", false},
		{"/team/reports", "/team/reports", false}, {"/team/reports/:id", "/team/reports/" + w.regional.ID, false},
		{"/team/reports/:id/read", "/team/reports/" + w.national.ID + "/read", false},
		{"/team/reports/:id/distribute", "/team/reports/" + w.regional.ID + "/distribute?list=" + w.list, false},
		{"/team/reports/:id/thanks", "/team/reports/" + w.regional.ID + "/thanks", false}, {"/team/imprint/:kind", "/team/imprint/regional", false},
		{"/team/follow-up", "/team/follow-up", false}, {"/team/texts/:kind", "/team/texts/regional", false},
		{"/team/texts/:kind/:chapter/:lang", "/team/texts/regional/results5/sv", false},
		{"/team/lists", "/team/lists", false}, {"/team/lists/:id", "/team/lists/" + w.list, false},
		{"/team/seminars", "/team/seminars", true}, {"/team/seminars/new", "/team/seminars/new", false},
		{"/team/seminars/:id", "/team/seminars/" + seminars[0].ID, false}, {"/team/seminars/:id/edit", "/team/seminars/" + seminars[0].ID + "/edit", false},
		{"/team/advice", "/team/advice", false}, {"/team/advice/:firm", "/team/advice/" + accounts[0].OrganisationID, false},
		{"", w.poster, true}, {"", w.poster + "/preview", false},
		{"", "/team/no-such-page", false},
	}
}

// agreement is the page of two coders who have coded the same excerpts.
func (w *world) agreement() string {
	w.t.Helper()
	able, err := w.Privacy.Responsible(w.t.Context())
	w.must(err)
	all, err := w.Dialogue.Excerpts(w.t.Context(), dialogue.Filter{})
	w.must(err)
	for i, e := range all {
		if themes := e.Themes; i < len(all)-1 {
			if i%3 == 0 {
				themes = []string{"X01"}
			}
			w.must(w.Dialogue.Recode(w.t.Context(), e.ID, able[0].ID, themes))
		}
	}
	return "/team/excerpts/agreement"
}

// refused is a request about personal data that was extended and then refused; another one waits and is late.
func (w *world) refused() string {
	w.t.Helper()
	ctx := audit.WithActor(w.t.Context(), audit.Actor{Kind: "user", Name: "Petra Processledare"})
	able, err := w.Privacy.Responsible(ctx)
	w.must(err)
	var ids []string
	for dnr, days := range map[string]int{"2026/311": -3, "2026/214": -40} {
		r, err := w.Privacy.Receive(ctx, privacy.Came{Dnr: dnr, Asks: privacy.ToBeErased, Day: w.Now().AddDate(0, 0, days), Responsible: able[0].ID})
		w.must(err)
		if days == -3 {
			ids = append(ids, r.ID)
		}
	}
	w.must(w.Privacy.Extend(ctx, ids[0], "Uppgifterna finns i många ärenden."))
	w.must(w.Privacy.AnswerRequest(ctx, ids[0], privacy.Refused, "Uppgifterna står i en handling som ska bevaras."))
	return ids[0]
}

func (w *world) public() []stop {
	w.t.Helper()
	coming, err := w.Seminars.Upcoming(w.t.Context(), 0)
	w.must(err)
	var registration string
	for _, s := range coming {
		all, err := w.Seminars.Registrations(w.t.Context(), s.ID)
		w.must(err)
		if len(all) > 0 {
			registration = w.Seminars.PersonalURL(all[0].ID)
		}
	}
	bodies, err := followup.ParseBodies("Kommunstyrelsen i Falun; Falun; ks@falun.example", "politicians", i18n.Sv)
	w.must(err)
	_, err = w.FollowUps.Ask(w.t.Context(), w.regional.ID, w.Now().AddDate(0, 2, 0), bodies)
	w.must(err)
	asked, err := w.FollowUps.Latest(w.t.Context())
	w.must(err)
	seminar := "/calendar/" + coming[0].ID
	return []stop{
		{"/follow-up", "/follow-up", false}, {"/follow-up/:token", w.FollowUps.URL(asked.Requests[0].ID), false},
		{"/", "/", true}, {"/areas", "/areas", false}, {"/areas/:area", "/areas/5", false},
		{"/recommendations", "/recommendations", false}, {"/recommendations/:number", "/recommendations/5.1", true},
		{"/reports", "/reports", false}, {"/reports/verify", "/reports/verify", true}, {"/reports/:slug", w.regional.Path(), false}, {"/reports/:slug/paper/:name", w.regional.Path() + "/paper/easy", false},
		{"/reports/:slug/read", w.regional.Path() + "/read", true}, {"/reports/:slug/read/:chapter", w.regional.ReadPath() + "/ch-recommendations", true},
		{"/privacy", "/privacy", false}, {"/accessibility", "/accessibility", false},
		{"/calendar", "/calendar", true}, {"/calendar/:id", seminar, false}, {"/calendar/:id/register", seminar + "/register", false},
		{"/calendar/:id/received", seminar + "/received", false}, {"/registrations/:token", registration, false},
		{"", "/no-such-page", false}, {"", "/reports/none", false}, {"", "/?lang=en", false}, {"", "/?lang=sv", false},
	}
}

func (w *world) respondent() []stop {
	w.t.Helper()
	unsubscribe := w.Distribution.UnsubscribeLink(w.personIn(people.Developer).Email)
	list := []stop{{"/s/:token", w.fresh, true}, {"", w.sent, false}, {"", "/s/unknown", false},
		{"/o/:slug", w.openPath, true}, {"", "/o/nowhere", false}, {"", w.anonymous, true}, {"", "/u/unknown", false},
		{"/c/:token", w.ballot, true}, {"/c/:token/:n", w.ballot + "/1", true}, {"", "/c/unknown", false},
		{"/u/:token", unsubscribe, false}, {"/u/:token/undone", unsubscribe + "/undone", false},
		{"/r/:id/page/:n", w.draftAnswer + "/page/1", true}, {"", w.draftAnswer + "/page/2", false},
		{"", w.draftAnswer + "/page/3", false}, {"", w.draftAnswer + "/page/4", false},
		{"/r/:id/review", w.draftAnswer + "/review", true},
		{"/r/:id/privacy", w.draftAnswer + "/privacy", false}, {"/r/:id/decline", w.draftAnswer + "/decline", false},
		{"/r/:id/receipt", w.sentAnswer + "/receipt", true}, {"/r/:id/answers", w.sentAnswer + "/answers", false},
		{"", "/r/00000000-0000-4000-8000-000000000000/page/1", false}}
	return list
}

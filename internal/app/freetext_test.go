package app_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/httpd"
	"upphandlingsdialog/internal/httpd/public"
	"upphandlingsdialog/internal/httpd/team"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/response"
)

// What a person wrote in her own words: to a question for free text and beside "Other".
const (
	ownWords   = "kyrkogårdsförvaltningen bestämmer allt"
	otherWords = "svärfars grävmaskin"
)

// written sends in a response that holds both and returns its campaign.
func written(t *testing.T, a *app.App) distribution.Campaign {
	t.Helper()
	ctx := t.Context()
	mailed(t, a)
	list, err := a.Distribution.List(ctx)
	if err != nil {
		t.Fatal(err)
	}
	cases, err := a.Distribution.Cases(ctx, list[0], distribution.CaseFilter{Group: "business"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := a.Responses.Start(ctx, cases.Cases[0].Invitation, list[0], "sv")
	if err != nil {
		t.Fatal(err)
	}
	def, err := a.Responses.Questionnaire(ctx, r.VersionID)
	if err != nil {
		t.Fatal(err)
	}
	answers := questionnaire.Answers{}
	for _, q := range def.Visible("business", nil) {
		i := slices.IndexFunc(q.Options, func(o questionnaire.Option) bool { return o.OtherText })
		switch {
		case q.Type == questionnaire.FreeText:
			answers[q.ID] = questionnaire.Answer{Text: ownWords}
		case i >= 0 && q.Type == questionnaire.Multiple:
			answers[q.ID] = questionnaire.Answer{Codes: []int{q.Options[i].Code}, Other: otherWords}
		case i >= 0:
			answers[q.ID] = questionnaire.Answer{Code: &q.Options[i].Code, Other: otherWords}
		}
	}
	ids := slices.Sorted(func(yield func(string) bool) {
		for id := range answers {
			if !yield(id) {
				return
			}
		}
	})
	r, err = a.Responses.Save(ctx, r.ID, response.Page{Revision: r.Revision, Base: response.Fingerprint(r.Answers, ids), Covers: ids,
		Questions: ids, Answers: answers, Next: 2, Lang: "sv"})
	if err == nil {
		_, err = a.Responses.Submit(ctx, r.ID, r.Revision)
	}
	if err != nil {
		t.Fatal(err)
	}
	return list[0]
}

// signedIn is a browser of somebody with the role.
func signedIn(t *testing.T, a *app.App, role account.Role) *http.Client {
	t.Helper()
	address := string(role) + "@lansstyrelsen.example"
	if _, err := a.Accounts.CreateUser(t.Context(), address, "Namn "+string(role), role, "sv", password); err != nil {
		t.Fatal(err)
	}
	jar, _ := cookiejar.New(nil)
	c := &http.Client{Jar: jar}
	resp, err := c.PostForm(a.Config.Base()+"/team/sign-in", url.Values{"email": {address}, "password": {password}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return c
}

// body reads a page or a file; the parts of a workbook are unpacked.
func body(t *testing.T, resp *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(raw, []byte("PK\x03\x04")) {
		return string(raw)
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range z.File {
		part, err := f.Open()
		if err == nil {
			_, err = io.Copy(&all, part)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// pages are the addresses of every page of the team and the public that can be about the answers: every
// route, with what there is put in for what it leaves open.
func pages(t *testing.T, a *app.App, c distribution.Campaign) []string {
	t.Helper()
	v, err := a.Surveys.Version(t.Context(), c.VersionID)
	if err != nil {
		t.Fatal(err)
	}
	cases, err := a.Distribution.Cases(t.Context(), c, distribution.CaseFilter{})
	if err != nil {
		t.Fatal(err)
	}
	one := cases.Cases[slices.IndexFunc(cases.Cases, func(x distribution.CodedCase) bool { return x.Group == "business" })]
	nobody := "00000000-0000-0000-0000-000000000000"
	var list []string
	for _, face := range []httpd.Face{&team.Face{}, &public.Face{}} {
		for _, r := range face.Routes() {
			if r.Method != http.MethodGet {
				continue
			}
			ids := map[string]string{"id": nobody, "survey": v.SurveyID, "case": one.ID, "draft": nobody}
			switch {
			case strings.HasPrefix(r.Path, "/team/campaigns/"):
				ids["id"] = c.ID
			case strings.HasPrefix(r.Path, "/team/surveys/"):
				ids["id"] = v.SurveyID
			case strings.HasPrefix(r.Path, "/team/people/"):
				ids["id"] = one.PersonID
			}
			fill := func(path string) string {
				parts := strings.Split(path, "/")
				for i, p := range parts {
					if name, open := strings.CutPrefix(p, ":"); open {
						if parts[i] = ids[name]; parts[i] == "" {
							parts[i] = nobody
						}
					}
				}
				return strings.Join(parts, "/")
			}
			if !strings.Contains(r.Path, ":question") {
				list = append(list, fill(r.Path))
				continue
			}
			for _, q := range v.Definition.Questions() {
				ids["question"] = q.ID
				list = append(list, fill(r.Path))
			}
		}
	}
	return list
}

func TestNobodyReadsFreeTextBeforeClosingWithoutLeave(t *testing.T) {
	a, log := serving(t)
	campaign := written(t, a)
	base, addresses := a.Config.Base(), pages(t, a, campaign)
	holds := func(s string) bool { return strings.Contains(s, ownWords) || strings.Contains(s, otherWords) }
	export := func(c *http.Client, as, texts string) string {
		resp, err := c.PostForm(base+"/team/answers/s5", url.Values{"as": {as}, "texts": {texts}})
		return body(t, resp, err)
	}
	seen := 0
	for _, role := range account.Roles {
		c := signedIn(t, a, role)
		for _, path := range addresses {
			resp, err := c.Get(base + path)
			if err == nil && resp.StatusCode == http.StatusOK {
				seen++
			}
			if err == nil && resp.StatusCode >= 500 {
				t.Errorf("%s answers a %s with %d", path, role, resp.StatusCode)
			}
			if holds(body(t, resp, err)) {
				t.Errorf("%s shows a %s what a person wrote", path, role)
			}
		}
		for _, as := range []string{"csv", "json", "xlsx", "sav", "codebook"} {
			if holds(export(c, as, "")) {
				t.Errorf("the %s of a %s holds what a person wrote", as, role)
			}
			if got := export(c, as, "1"); holds(got) != (role == account.Admin && as != "codebook" && as != "sav") && as != "sav" {
				t.Errorf("the %s of a %s who asks for it holds what a person wrote: %v", as, role, holds(got))
			}
		}
	}
	if seen < 100 {
		t.Fatalf("only %d pages were shown: the test does not look at much", seen)
	}
	if holds(log.String()) {
		t.Error("the log holds what a person wrote")
	}
	entries, err := audit.NewReader(a.DB).List(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	early := 0
	for _, e := range entries {
		var detail struct{ Texts, Open bool }
		if json.Unmarshal(e.Detail, &detail) == nil && e.Name == response.EventExported && detail.Texts && detail.Open {
			early++
		}
	}
	if early != 4 {
		t.Errorf("%d exports with free texts before closing are in the log, want the administrator's 4", early)
	}

	// After closing it is in the export of those who may take out answers, so the test would have seen it.
	if err := a.Responses.Close(t.Context(), campaign.ID); err != nil {
		t.Fatal(err)
	}
	for role, may := range map[account.Role]bool{account.Leader: true, account.Editor: false} {
		jar, _ := cookiejar.New(nil)
		c := &http.Client{Jar: jar}
		resp, err := c.PostForm(base+"/team/sign-in", url.Values{"email": {string(role) + "@lansstyrelsen.example"}, "password": {password}})
		body(t, resp, err)
		for _, as := range []string{"csv", "json", "xlsx"} {
			got := export(c, as, "")
			if (strings.Contains(got, ownWords) && strings.Contains(got, otherWords)) != may {
				t.Errorf("after closing, the %s of a %s: %v", as, role, !may)
			}
		}
	}
}

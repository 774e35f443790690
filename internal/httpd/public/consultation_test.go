package public_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"upphandlingsdialog/internal/consultation"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/report"
)

// asked lets seven procurers rate a recommendation, argue, propose and dissent, and closes the round.
func (s site) asked(recommendationID string) string {
	s.Helper()
	ctx := s.Context()
	contacts := "name;email;group;organisation;language\n"
	for i := range 7 {
		contacts += fmt.Sprintf("Upphandlare %d;u%d@panel.example;procurer;Mora kommun;sv\n", i, i)
	}
	_, err := s.People.Import(ctx, strings.NewReader(contacts))
	s.Must(err)
	id, err := s.Panels.Plan(ctx, consultation.Draft{Name: "Remiss om område 5", Groups: []string{"procurer"}, Method: consultation.Threshold, MinBase: 7})
	s.Must(err)
	o, err := s.Panels.Open(ctx, id, consultation.Request{Items: []string{recommendationID}, ClosesAt: s.Clock.Now().AddDate(0, 0, 9)})
	s.Must(err)
	for i, p := range o.Participants {
		_, link, _ := strings.Cut(s.Panels.Link(p.ID), "/c/")
		b, err := s.Panels.Ballot(ctx, link, i18n.Sv)
		s.Must(err)
		f := consultation.Form{Version: 1, Scores: consultation.Scores{Agreement: 8, Importance: 8, Feasibility: 8}}
		switch i {
		case 0:
			f.Comment = "Hemligt-skäl"
		case 1:
			f.Proposal = "Hemligt-förslag med namn i"
		case 2:
			f.Reservation, f.SignedAs = "Kostnaden är inte belyst.", "Anna Ek, Mora kommun"
		}
		s.Must(s.Panels.Rate(ctx, b, recommendationID, f))
	}
	s.Must(s.Panels.Close(ctx, id))
	return id
}

func TestNothingOfAConsultationIsPublicBeforeItIsConcluded_Loomio9796(t *testing.T) {
	s := newSite(t)
	s.Crowd(60)
	s.ImportSample()
	r := s.Numbered("5.1")
	s.Must(s.Service.Move(t.Context(), r.ID, recommendation.Consultation))
	id := s.asked(r.ID)
	s.DecideAll()
	pages := func(e report.Edition) map[string]string {
		out := map[string]string{}
		for _, path := range []string{"/recommendations/5.1", e.Path() + "/read", "/reports", "/reports.atom", "/"} {
			got := s.get(path)
			if got.Code != http.StatusOK && path != "/reports.atom" {
				t.Fatalf("%s: %d", path, got.Code)
			}
			out[path] = got.Body.String()
		}
		snapshot, err := s.Reports.Snapshot(t.Context(), e.SnapshotID)
		s.Must(err)
		raw, err := snapshot.Encode()
		s.Must(err)
		out["snapshot"] = string(raw)
		return out
	}
	for where, text := range pages(s.Publish(report.Regional)) {
		for _, secret := range []string{"Kostnaden är inte belyst", "Hemligt", "Remiss om område 5", "Gemensam grund"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s shows %q before the consultation is concluded", where, secret)
			}
		}
	}

	c, err := s.Panels.Find(t.Context(), id)
	s.Must(err)
	proposals, err := s.Panels.Proposals(t.Context(), c, consultation.Team)
	s.Must(err)
	s.Must(s.Panels.Answer(t.Context(), c, proposals[0].RatingID, consultation.Reply{Outcome: consultation.Declined,
		Summary: i18n.Text{Sv: "Ett mjukare ord.", En: "A softer word."}, Answer: i18n.Text{Sv: "Styrgruppen vill ha ett tydligt ansvar.", En: "The group wants clear responsibility."}}))
	s.Must(s.Panels.Conclude(t.Context(), id))
	got := pages(s.Publish(report.Regional))
	for where, words := range map[string][]string{
		"/recommendations/5.1": {"Särskilt yttrande", "Kostnaden är inte belyst.", "Anna Ek, Mora kommun"},
		"snapshot":             {"Ett mjukare ord.", "common_ground"},
	} {
		for _, want := range words {
			if !strings.Contains(got[where], want) {
				t.Errorf("%s does not show %q", where, want)
			}
		}
	}
	for path, text := range got {
		if strings.Contains(text, "Hemligt") {
			t.Errorf("%s prints what somebody wrote for the team", path)
		}
		if strings.HasSuffix(path, "/read") {
			for _, want := range []string{"Remissvar och hur de beaktats", "minst 70\u00a0procent i varje grupp", "Gemensam grund", "7 av 7", "Ett mjukare ord.",
				"Avslogs", "Styrgruppen vill ha ett tydligt ansvar.", "Kostnaden är inte belyst."} {
				if !strings.Contains(text, want) {
					t.Errorf("the report does not say %q", want)
				}
			}
		}
	}
}

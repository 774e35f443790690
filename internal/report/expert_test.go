package report_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/report"
)

func TestAnEditionQuotesAnExpertInApprovedWordsAndNamesHerOnlyWithConsent(t *testing.T) {
	for name, c := range map[string]struct {
		named, approved bool
		source, quote   string
	}{
		"consent and approval": {true, true, "Expertis: Karin Lindh, upphandlingsjurist, Byrån, 2026-03-02", "Delning ska övervägas"},
		"no consent":           {false, true, "Expertis: upphandlingsjurist, Byrån, 2026-03-02", "Delning ska övervägas"},
		"nothing approved":     {false, false, "Expertis: upphandlingsjurist, Byrån, 2026-03-02", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			st := w.stated(expert.Statement{Name: "Karin Lindh", Named: c.named, Role: "upphandlingsjurist", Organisation: "Byrån",
				Language: i18n.Sv, Date: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Text: "Delning ska övervägas. Det är hemligt.",
				Quote: "Delning ska övervägas.", Approved: c.approved, Themes: []string{"I03"}})
			e, err := w.Reports.Make(t.Context(), report.Regional, "sv")
			w.Must(err)
			snapshot, err := w.Reports.Snapshot(t.Context(), e.SnapshotID)
			w.Must(err)
			r, err := snapshot.FindRecommendation("5.1")
			w.Must(err)
			reasons := snapshot.Reasons(r, i18n.Sv)
			last := reasons[len(reasons)-1]
			if last.Source != c.source || !strings.Contains(last.Quote, c.quote) || c.quote == "" && last.Finding != "Expertutlåtande, inte godkänt för tryck" {
				t.Errorf("printed %+v", last)
			}
			if !slices.Contains(r.Channels, "expert") {
				t.Errorf("channels %v", r.Channels)
			}
			frozen, err := snapshot.Encode()
			w.Must(err)
			if s := string(frozen); strings.Contains(s, "hemligt") || !c.named && strings.Contains(s, "Karin Lindh") {
				t.Error("the snapshot holds what may not be printed")
			}
			st.Named, st.Approved = false, false
			_, err = w.Experts.Save(t.Context(), st)
			w.Must(err)
			items, err := w.Reports.Checklist(t.Context(), e)
			w.Must(err)
			for _, i := range items {
				if wrong := i.Key == "report.check_quotes" && c.quote != ""; (len(i.Faults) > 0) != wrong {
					t.Errorf("consent taken back: %s finds %v", i.Key, i.Faults)
				}
			}
		})
	}
}

// stated makes 5.1 rest on an expert's statement too and takes every recommendation to a decision.
func (w world) stated(s expert.Statement) expert.Statement {
	ctx := w.Context()
	id, err := w.Experts.Save(ctx, s)
	w.Must(err)
	w.Crowd(60)
	w.ImportSample()
	list, err := w.Service.List(ctx, recommendation.Filter{})
	w.Must(err)
	for _, r := range list {
		if r.Number == "5.1" {
			r.Evidence = append(r.Evidence, recommendation.Evidence{Statement: &expert.Statement{ID: id}})
			w.Must(w.Service.Change(ctx, r, "juristens utlåtande"))
		}
		w.Must(w.Service.Move(ctx, r.ID, recommendation.Consultation))
		w.Must(w.Service.Move(ctx, r.ID, recommendation.Decided))
	}
	s, err = w.Experts.Find(ctx, id)
	w.Must(err)
	return s
}

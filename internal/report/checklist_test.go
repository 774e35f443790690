package report_test

import (
	"slices"
	"testing"

	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/report"
)

// broken are the items that do not hold.
func broken(items []report.Item) (keys []string) {
	for _, i := range items {
		if len(i.Faults) > 0 {
			keys = append(keys, i.Key)
		}
	}
	return keys
}

func TestEachRuleOfTheChecklistFindsItsFaultAndNoOther(t *testing.T) {
	w := newWorld(t)
	e := w.made()
	say := func(words string) func(*report.Snapshot) {
		return func(s *report.Snapshot) { s.Texts[0].Words = i18n.Text{Sv: words, En: words} }
	}
	for key, breaks := range map[string]func(*report.Snapshot){
		"":                      func(*report.Snapshot) {},
		"report.check_heading":  say("Ord.\n\n### Ett hopp\n\nOrd."),
		"report.check_typed":    say("Av dem svarar 57 procent ja."),
		"report.check_document": say("Se [det](#ingenstans)."),
		"report.check_quotes": func(s *report.Snapshot) {
			s.Voices = append(s.Voices, report.Voice{ID: "x", Group: people.Business, Text: "Det här sade ingen."})
		},
		"report.check_evidence":   func(s *report.Snapshot) { s.Recommendations[0].Channels = s.Recommendations[0].Channels[:1] },
		"report.check_suppressed": hideCited,
		"report.check_stale":      func(s *report.Snapshot) { s.Recommendations[0].Number = "5.99" },
	} {
		stored, err := w.Reports.Snapshot(t.Context(), e.SnapshotID)
		w.Must(err)
		frozen, err := stored.Encode()
		w.Must(err)
		s, err := report.Decode(frozen)
		w.Must(err)
		breaks(s)
		items, err := w.Reports.ChecklistOf(t.Context(), s, i18n.Sv)
		w.Must(err)
		var want []string
		if key != "" {
			want = []string{key}
		}
		if got := broken(items); !slices.Equal(got, want) {
			t.Errorf("%q: %v", key, got)
		}
	}
	blind := document.Document{ID: "x", Title: "X", Lang: i18n.Sv, Author: "X", Created: w.Clock.Now(),
		Blocks: []document.Block{document.Heading{Level: 1, ID: "x", Text: "X"}, document.Figure{ID: "f", Title: "En bild"}}}
	if got := broken(report.DocumentItems(blind)); !slices.Equal(got, []string{"report.check_alt"}) {
		t.Errorf("a figure that nobody hears of: %v", got)
	}
}

// hideCited takes the number from a cited figure, as suppression does.
func hideCited(s *report.Snapshot) {
	for i := range s.Recommendations {
		for j := range s.Recommendations[i].Evidence {
			if e := &s.Recommendations[i].Evidence[j]; e.Survey != "" && e.Value != nil {
				e.Value = nil
				return
			}
		}
	}
}

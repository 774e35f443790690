package report

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/document"
	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/recommendation"
)

// Item is one thing that must hold before an edition is published.
type Item struct {
	Key    string   // of its words, "report.check_alt"
	Faults []string // what breaks it, in words or as numbers of recommendations; none: it holds
}

// Checklist looks at an edition as it would be published: the document itself, and whether what it
// froze still stands.
func (s *Service) Checklist(ctx context.Context, e Edition) ([]Item, error) {
	snapshot, err := s.Snapshot(ctx, e.SnapshotID)
	if err != nil {
		return nil, err
	}
	return s.checklist(ctx, snapshot, i18n.Lang(e.Lang))
}

func (s *Service) checklist(ctx context.Context, snapshot *Snapshot, lang i18n.Lang) ([]Item, error) {
	d, err := Document(snapshot, lang)
	if err != nil {
		return nil, err
	}
	items := documentItems(d)
	items = append(items, Item{Key: "report.check_typed", Faults: snapshot.typedNumbers(lang)})
	stands, err := s.standing(ctx, snapshot)
	if err != nil {
		return nil, err
	}
	items = append(items, stands...)
	if snapshot.Uptake == nil || s.sources.Uptake == nil {
		return items, nil
	}
	now, err := s.sources.Uptake(ctx)
	if err != nil {
		return nil, err
	}
	return append(items, Item{Key: "report.check_uptake", Faults: snapshot.Uptake.changedSince(now, lang)}), nil
}

// documentItems sort the faults of a document under what the checklist calls them.
func documentItems(d document.Document) []Item {
	alt, heading, other := Item{Key: "report.check_alt"}, Item{Key: "report.check_heading"}, Item{Key: "report.check_document"}
	for _, p := range document.Check(d) {
		item := &other
		switch p.Rule {
		case "alt":
			item = &alt
		case "heading":
			item = &heading
		}
		item.Faults = append(item.Faults, p.Text)
	}
	return []Item{alt, heading, other}
}

// typedNumbers are the chapters with a share typed by hand instead of bound.
func (s *Snapshot) typedNumbers(lang i18n.Lang) (faults []string) {
	for _, t := range s.Texts {
		if err := checkWords(t.Words.In(lang)); err != nil {
			faults = append(faults, t.Chapter+": "+err.Error())
		}
	}
	return faults
}

// standing compares what the snapshot froze with what stands now: quotes still approved, every
// recommendation with its evidence, no figure suppressed or changed.
func (s *Service) standing(ctx context.Context, snapshot *Snapshot) ([]Item, error) {
	quotes, evidence := Item{Key: "report.check_quotes"}, Item{Key: "report.check_evidence"}
	hidden, stale := Item{Key: "report.check_suppressed"}, Item{Key: "report.check_stale"}
	approved, err := s.sources.Dialogue.Excerpts(ctx, dialogue.Filter{Approved: true})
	if err != nil {
		return nil, err
	}
	stands := func(id, text string) bool {
		return slices.ContainsFunc(approved, func(e dialogue.Excerpt) bool { return e.ID == id && e.Quote == text && !e.Removed })
	}
	for _, v := range snapshot.Voices {
		if !stands(v.ID, v.Text) {
			quotes.Faults = append(quotes.Faults, shortened(v.Text))
		}
	}
	signed, err := s.signed(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range snapshot.Recommendations {
		for _, x := range r.Reservations {
			if x.SignedAs != "" && !slices.Contains(signed, x) {
				quotes.Faults = append(quotes.Faults, r.Number+": "+shortened(x.SignedAs))
			}
		}
		if len(r.Channels) < 2 {
			evidence.Faults = append(evidence.Faults, r.Number)
		}
		for _, e := range r.Evidence {
			if e.Channel != string(recommendation.Expert) && e.Quote != "" && !stands(e.ID, e.Quote) {
				quotes.Faults = append(quotes.Faults, r.Number+": "+shortened(e.Quote))
			}
			if e.Survey != "" && e.Value == nil {
				hidden.Faults = append(hidden.Faults, r.Number)
			}
		}
		now, err := s.sources.Recommendations.FindNumber(ctx, r.Number)
		if err == nil {
			for _, taken := range takenBack(r, now) {
				quotes.Faults = append(quotes.Faults, r.Number+": "+shortened(taken))
			}
		}
		switch {
		case fault.Is(err, fault.NotFound):
			stale.Faults = append(stale.Faults, r.Number)
		case err != nil:
			return nil, err
		case now.HasStale():
			stale.Faults = append(stale.Faults, r.Number)
		}
	}
	return []Item{quotes, evidence, hidden, stale}, nil
}

// signed are the reservations that stand with their signatures.
func (s *Service) signed(ctx context.Context) (list []Reservation, err error) {
	if s.sources.Consultations == nil {
		return nil, nil
	}
	accounts, err := s.sources.Consultations.Published(ctx)
	for _, a := range accounts {
		for _, r := range a.Reservations {
			list = append(list, Reservation{Text: r.Text, SignedAs: r.SignedAs})
		}
	}
	return list, err
}

// takenBack are the quotes and names of experts in an edition's recommendation that may no longer be
// printed: the approval or the consent to be named has been taken back, or what is said or by whom has
// been changed.
func takenBack(frozen Recommendation, now recommendation.Recommendation) []string {
	stands := map[string]expert.Statement{}
	for _, e := range now.Evidence {
		if e.Statement != nil && !e.Stale {
			stands[e.Statement.ID] = *e.Statement
		}
	}
	var list []string
	for _, e := range frozen.Evidence {
		st := stands[e.ID]
		if e.Channel == string(recommendation.Expert) && (e.Quote != "" && e.Quote != st.Print() || e.By != "" && e.By != st.By()) {
			list = append(list, cmp.Or(e.Quote, e.By))
		}
	}
	return list
}

func shortened(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}

// publishable is the checklist as a fault: Conflict, naming what does not hold.
func (s *Service) publishable(ctx context.Context, e Edition) error {
	items, err := s.Checklist(ctx, e)
	if err != nil {
		return err
	}
	var broken []string
	for _, i := range items {
		if len(i.Faults) > 0 {
			broken = append(broken, i.Key)
		}
	}
	if len(broken) == 0 {
		return nil
	}
	return fault.New(fault.Conflict, "report.error_checklist", "Count", len(broken)).Wrap(errorList(broken))
}

type errorList []string

func (e errorList) Error() string { return strings.Join(e, ", ") }

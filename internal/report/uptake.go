package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/region"
)

// UptakePart is the part of the chapter that tells it. An edition made before anybody has answered has
// no such chapter.
const UptakePart = "uptake"

// Uptake is what became of an earlier edition's recommendations, as those whom they were directed to
// have answered.
type Uptake struct {
	Edition  string // address of the edition they were asked about: "regional-1-sv"
	Number   int    // of that edition
	Made     string // its date
	Asked    string // date on which they were first asked
	Deadline string // date
	Advice   []TakenUp
	Bodies   []AskedBody // by place and organisation
	Waves    []Wave      `json:",omitempty"` // of the goal in the regional editions before this one, oldest first
}

// TakenUp is a recommendation that was asked about, as it was titled then.
type TakenUp struct {
	Number string
	Title  i18n.Text
}

// AskedBody is an organisation with its latest answers to the recommendations directed to it.
type AskedBody struct {
	Organisation string
	Municipality int       // SCB code; region.County for the whole county
	Lang         i18n.Lang `json:",omitempty"` // in which it was asked and most likely answers
	Numbers      []string  // of the recommendations
	Answers      []BodyAnswer
}

// BodyAnswer is what a body does with a recommendation: adopt, adapt or decline.
type BodyAnswer struct {
	Number string
	Answer string
	Reason string `json:",omitempty"` // as written
	Due    string `json:",omitempty"` // date: done by
	At     string // date of the answer
}

// answer finds what a body says of a recommendation; nil when it was not asked or is silent.
func (b AskedBody) answer(number string) *BodyAnswer {
	for i := range b.Answers {
		if b.Answers[i].Number == number {
			return &b.Answers[i]
		}
	}
	return nil
}

// Wave is the project's indicator, the share of small firms that bid, as one regional edition states it.
type Wave struct {
	Edition  string // its address
	Date     string // 2026-11-28
	Baseline float64
	Bid      *analysis.Estimate `json:",omitempty"` // nil: too few answers
	// Of the answers: the survey, its wave and when that began. Survey is empty where nobody had answered enough,
	// and Number 0 in editions from before waves were told apart.
	Survey string `json:",omitempty"`
	Number int    `json:",omitempty"`
	Begun  string `json:",omitempty"`
}

// Measured says in which survey and wave the goal was measured: "enkät S5, mätning 2 (2027-04-01)"; "–" where that is
// not known.
func (w Wave) Measured(l i18n.Lang) string {
	switch {
	case w.Survey == "":
		return "–"
	case w.Number == 0:
		return i18n.T(l, "followup.measured_survey", "Survey", strings.ToUpper(w.Survey))
	}
	return i18n.T(l, "followup.measured_wave", "Survey", strings.ToUpper(w.Survey), "Wave", w.Number, "Date", w.Begun)
}

// goal is the indicator as the snapshot states it.
func (s *Snapshot) goal() Wave {
	w := Wave{Date: s.Date, Baseline: s.Indicator.Baseline, Bid: s.Indicator.Bid}
	for _, one := range s.Surveys {
		if one.ID == s.Indicator.Survey {
			w.Survey, w.Number, w.Begun = one.ID, one.Wave, cmp.Or(one.Begun, one.Opened)
		}
	}
	return w
}

// Waves are the readable regional editions in which the goal was measured anew, oldest first; an edition in two
// languages is one.
func (s *Service) Waves(ctx context.Context) ([]Wave, error) {
	all, err := s.ListPublished(ctx)
	if err != nil {
		return nil, err
	}
	var out []Wave
	seen := map[string]bool{}
	for _, e := range all {
		if e.Kind != Regional || seen[e.SnapshotID] {
			continue
		}
		seen[e.SnapshotID] = true
		snapshot, err := s.Snapshot(ctx, e.SnapshotID)
		if err != nil {
			return nil, err
		}
		wave := snapshot.goal()
		wave.Edition = e.Slug
		out = append(out, wave)
	}
	slices.Reverse(out)
	return measured(out), nil
}

// measured leaves out a wave with the same answers as the one before it: nobody has answered in between.
func measured(waves []Wave) []Wave {
	return slices.CompactFunc(waves, func(a, b Wave) bool {
		return a.Bid != nil && b.Bid != nil && *a.Bid == *b.Bid && (a.Number == b.Number && a.Survey == b.Survey || a.Number == 0 || b.Number == 0)
	})
}

// uptake freezes what was answered. The national edition names no body and has none.
func (g *gatherer) uptake(ctx context.Context) error {
	if g.Uptake == nil || g.kind != Regional {
		return nil
	}
	u, err := g.Uptake(ctx)
	if err != nil {
		return fmt.Errorf("what became of the recommendations: %w", err)
	}
	if u == nil || !slices.ContainsFunc(u.Bodies, func(b AskedBody) bool { return len(b.Answers) > 0 }) {
		return nil
	}
	if u.Waves, err = g.Waves(ctx); err != nil {
		return err
	}
	g.s.Uptake = u
	return nil
}

// changedSince names the answers in which two accounts of a follow-up differ.
func (u *Uptake) changedSince(now *Uptake, lang i18n.Lang) (list []string) {
	if now == nil || now.Edition != u.Edition {
		return []string{i18n.T(lang, "report.uptake_other")}
	}
	said := map[[2]string]BodyAnswer{}
	for _, b := range u.Bodies {
		for _, a := range b.Answers {
			said[[2]string{b.Organisation, a.Number}] = a
		}
	}
	for _, b := range now.Bodies {
		for _, a := range b.Answers {
			if said[[2]string{b.Organisation, a.Number}] != a {
				list = append(list, a.Number+": "+b.Organisation)
			}
		}
	}
	return list
}

// name is the organisation, with the place where it works unless the name says it: "Falu kommun (Falun)".
func (b AskedBody) name(lang i18n.Lang) string {
	place := i18n.T(lang, "followup.county")
	if m, ok := region.MunicipalityByCode(b.Municipality); ok {
		place = m.Name
	}
	if strings.Contains(b.Organisation, place) {
		return b.Organisation
	}
	return b.Organisation + " (" + place + ")"
}

package report

import (
	"context"
	"time"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/consultation"
	"upphandlingsdialog/internal/i18n"
)

// Consultation is a concluded consultation as it is printed: the rule that was
// locked before it, who took part, what the panel found and what became of the
// proposals. A group below the limit has no numbers.
type Consultation struct {
	Name      string
	Locked    string // date on which the rule was locked
	Rule      []i18n.Text
	Rounds    []ConsultationRound
	Items     []ConsultedItem // as they stood in the last round that asked
	Proposals []AnsweredProposal
}

// ConsultationRound counts who took part in one round.
type ConsultationRound struct {
	Number         int
	Opened, Closed string // dates
	Groups         []consultation.Participation
	Attrition      []ConsultationAttrition `json:",omitempty"` // against the round before
}

// ConsultationAttrition counts those of a group who rated something in the
// round before and nothing in this one.
type ConsultationAttrition struct {
	Group        string
	Before, Left int
}

// ConsultedItem is what the panel said of one recommendation.
type ConsultedItem struct {
	Number      string
	Title       i18n.Text
	Version     int
	Round       int
	Class       analysis.ConsensusClass
	Importance  ConsultedAxis
	Feasibility ConsultedAxis
	Quadrant    consultation.Quadrant `json:",omitempty"`
	Shares      []ConsultedShare
}

// ConsultedAxis is the verdict by the main rule and by the other; empty when a
// group is too small.
type ConsultedAxis struct{ Main, Other analysis.Verdict }

// ConsultedShare is how many of a group agree; nil when the group is too small.
type ConsultedShare struct {
	Group string
	Share *analysis.Share `json:",omitempty"`
}

// AnsweredProposal is a proposal in the team's words, and what became of it.
type AnsweredProposal struct {
	Number  string
	Round   int
	Group   string `json:",omitempty"`
	Outcome string
	Summary i18n.Text
	Answer  i18n.Text
}

// Reservation is a dissenting statement, word for word; SignedAs is empty where the signature was taken away.
type Reservation struct{ Text, SignedAs string }

// consultations freezes what is public of the consultations, and puts the
// reservations beside the recommendations. The national edition has neither:
// both speak of named bodies in the county.
func (g *gatherer) consultations(ctx context.Context) error {
	if g.Consultations == nil || g.kind != Regional {
		return nil
	}
	accounts, err := g.Consultations.Published(ctx)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		g.s.Consultations = append(g.s.Consultations, printed(a))
		g.s.Invented = g.s.Invented || a.Consultation.Invented
		numbers := map[string]string{}
		for _, round := range a.Results {
			for _, r := range round {
				numbers[r.Item.RecommendationID] = r.Item.Number
			}
		}
		for _, r := range a.Reservations {
			if rec, err := g.s.FindRecommendation(numbers[r.RecommendationID]); err == nil {
				rec.Reservations = append(rec.Reservations, Reservation{Text: r.Text, SignedAs: r.SignedAs})
			}
		}
	}
	return nil
}

func printed(a consultation.Account) Consultation {
	c := Consultation{Name: a.Consultation.Name, Locked: i18n.Date(i18n.Sv, *a.Consultation.LockedAt)}
	sv, en := a.Consultation.Rule.Text(i18n.Sv), a.Consultation.Rule.Text(i18n.En)
	for i := range sv {
		c.Rule = append(c.Rule, i18n.Text{Sv: sv[i], En: en[i]})
	}
	at := map[string]int{}
	for i, r := range a.Consultation.Rounds {
		over := r.ClosesAt
		if r.ClosedAt != nil {
			over = *r.ClosedAt
		}
		round := ConsultationRound{Number: r.Number, Opened: day(r.OpenedAt), Closed: day(over), Groups: a.Participation[i]}
		if i > 0 {
			round.Attrition = attrition(a.Attrition[i])
		}
		c.Rounds = append(c.Rounds, round)
		for _, result := range a.Results[i] {
			item := consulted(result, r.Number)
			if k, again := at[item.Number]; again {
				c.Items[k] = item
				continue
			}
			at[item.Number] = len(c.Items)
			c.Items = append(c.Items, item)
		}
	}
	for _, p := range a.Proposals {
		c.Proposals = append(c.Proposals, AnsweredProposal{Number: p.Item.Number, Round: p.Round, Group: p.Group,
			Outcome: p.Reply.Outcome, Summary: p.Reply.Summary, Answer: p.Reply.Answer})
	}
	return c
}

func attrition(list []consultation.Attrition) []ConsultationAttrition {
	out := make([]ConsultationAttrition, len(list))
	for i, a := range list {
		out[i] = ConsultationAttrition{Group: a.Group, Before: a.Before, Left: a.Left}
	}
	return out
}

func day(t time.Time) string { return i18n.Date(i18n.Sv, t) }

func consulted(r consultation.Result, round int) ConsultedItem {
	item := ConsultedItem{Number: r.Item.Number, Title: r.Item.Title, Version: r.Item.Version, Round: round, Class: r.Class, Quadrant: r.Quadrant}
	for i, axis := range r.Axes {
		if !axis.Known {
			continue
		}
		if a := (ConsultedAxis{axis.Main, axis.Other}); i == 0 {
			item.Importance = a
		} else {
			item.Feasibility = a
		}
	}
	for _, g := range r.Groups {
		s := ConsultedShare{Group: g.Group}
		if g.Shown {
			s.Share = &g.Share
		}
		item.Shares = append(item.Shares, s)
	}
	return item
}

package consultation

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
)

// Result is what a panel said of one recommendation in one round, as far as an
// audience may see it.
type Result struct {
	Item Item
	Outcome
	Reasons  []Reason // comments, without names
	Outdated int      // ratings of an earlier version that were not given anew: not counted
}

// Reason is a comment by somebody of a group; the group is named only when its
// numbers are shown.
type Reason struct {
	Group string
	Text  string
}

// Reservation is a dissenting statement, printed as it was signed; SignedAs is empty where the signature was taken away.
type Reservation struct {
	RecommendationID string
	Text             string
	SignedAs         string
}

// errHidden is the answer to who asks before the rule allows.
func errHidden() error { return fault.New(fault.Conflict, "consultation.error_hidden") }

// Results returns one round's results. Fault: Conflict while the rule of Shows
// hides them from the audience.
func (s *Service) Results(ctx context.Context, c Consultation, round int, to Audience) ([]Result, error) {
	if !c.Shows(round, to, s.now()) {
		return nil, errHidden()
	}
	r := c.Round(round)
	now, err := ratings(ctx, s.db, r.ID)
	if err != nil {
		return nil, err
	}
	var before []Rating
	if earlier := c.Round(round - 1); earlier != nil {
		if before, err = ratings(ctx, s.db, earlier.ID); err != nil {
			return nil, err
		}
		before = latestVersions(before)
	}
	var out []Result
	for _, item := range r.Items {
		one, err := c.Rule.result(c.Groups, item, now, before)
		if err != nil {
			return nil, fmt.Errorf("result of %s in round %d: %w", item.Number, round, err)
		}
		out = append(out, one)
	}
	return out, nil
}

// latestVersions keeps each participant's rating of the highest version of a
// recommendation.
func latestVersions(list []Rating) []Rating {
	type key struct{ participant, recommendation string }
	at := map[key]int{}
	var out []Rating
	for _, r := range list {
		k := key{r.ParticipantID, r.RecommendationID}
		if i, ok := at[k]; ok {
			if out[i].Version < r.Version {
				out[i] = r
			}
			continue
		}
		at[k] = len(out)
		out = append(out, r)
	}
	return out
}

func (r Rule) result(groups []string, item Item, now, before []Rating) (Result, error) {
	result := Result{Item: item}
	var scores []Score
	rated := map[string]bool{}
	for _, one := range now {
		if one.RecommendationID == item.RecommendationID && one.Version == item.Version {
			scores = append(scores, Score{one.ParticipantID, one.Group, one.Scores})
			rated[one.ParticipantID] = true
		}
	}
	for _, one := range now {
		if one.RecommendationID == item.RecommendationID && one.Version != item.Version && !rated[one.ParticipantID] {
			result.Outdated++
			rated[one.ParticipantID] = true
		}
	}
	var earlier []Score
	for _, one := range before {
		if one.RecommendationID == item.RecommendationID {
			earlier = append(earlier, Score{one.ParticipantID, one.Group, one.Scores})
		}
	}
	outcome, err := r.Evaluate(groups, scores, earlier)
	if err != nil {
		return result, err
	}
	result.Outcome = outcome
	result.words(item, now)
	return result, nil
}

// words collects what was written, in an order that does not tell who wrote when.
func (r *Result) words(item Item, now []Rating) {
	shown := map[string]bool{}
	for _, g := range r.Groups {
		shown[g.Group] = g.Shown
	}
	for _, one := range now {
		if one.RecommendationID != item.RecommendationID || one.Version != item.Version {
			continue
		}
		if one.Comment != "" {
			reason := Reason{Text: one.Comment}
			if shown[one.Group] {
				reason.Group = one.Group
			}
			r.Reasons = append(r.Reasons, reason)
		}
	}
	slices.SortFunc(r.Reasons, func(a, b Reason) int { return cmp.Compare(a.Group+a.Text, b.Group+b.Text) })
}

// Reservations returns the dissenting statements that stand: each person's last
// word on a recommendation, over the rounds that the audience may see.
func (s *Service) Reservations(ctx context.Context, c Consultation, to Audience) ([]Reservation, error) {
	type key struct{ participant, recommendation string }
	last := map[key]Rating{}
	for _, round := range c.Rounds {
		if !c.Shows(round.Number, to, s.now()) {
			continue
		}
		list, err := ratings(ctx, s.db, round.ID)
		if err != nil {
			return nil, err
		}
		for _, r := range latestVersions(list) {
			last[key{r.ParticipantID, r.RecommendationID}] = r
		}
	}
	var out []Reservation
	for _, r := range last {
		if r.Reservation != "" {
			if r.SignedAs == unsigned {
				r.SignedAs = ""
			}
			out = append(out, Reservation{r.RecommendationID, r.Reservation, r.SignedAs})
		}
	}
	slices.SortFunc(out, func(a, b Reservation) int {
		return cmp.Compare(a.RecommendationID+a.SignedAs+a.Text, b.RecommendationID+b.SignedAs+b.Text)
	})
	return out, nil
}

// What became of a proposal.
const (
	Accepted = "accepted"
	Partly   = "partly"
	Declined = "declined"
	Noted    = "noted"
)

// ReplyOutcomes lists what may become of a proposal.
var ReplyOutcomes = []string{Accepted, Partly, Declined, Noted}

// Proposal is another wording that somebody of the panel proposed.
type Proposal struct {
	RatingID int64
	Round    int
	Item     Item
	Group    string // empty when the group is too small to be named
	Text     string // as it was written: for the team only
	Reply    *Reply

	by string // participant
}

// Reply is what became of a proposal, in the team's words.
type Reply struct {
	Outcome string    // one of ReplyOutcomes
	Summary i18n.Text // what was proposed, without anything that tells by whom
	Answer  i18n.Text // what was done and why
	Author  string
	At      time.Time
}

// Proposals returns the proposals of every round that the audience may see. All
// but the team get the team's words alone.
func (s *Service) Proposals(ctx context.Context, c Consultation, to Audience) ([]Proposal, error) {
	var out []Proposal
	for _, round := range c.Rounds {
		if !c.Shows(round.Number, to, s.now()) {
			continue
		}
		now, err := ratings(ctx, s.db, round.ID)
		if err != nil {
			return nil, err
		}
		replies, err := replies(ctx, s.db, round.ID)
		if err != nil {
			return nil, err
		}
		for _, item := range round.Items {
			out = append(out, c.proposals(round, item, now, replies, to)...)
		}
	}
	return out, nil
}

func (c Consultation) proposals(round Round, item Item, now []Rating, replies map[int64]Reply, to Audience) []Proposal {
	size := map[string]int{}
	for _, r := range now {
		if r.RecommendationID == item.RecommendationID && r.Version == item.Version {
			size[r.Group]++
		}
	}
	var out []Proposal
	for _, r := range now {
		if r.RecommendationID != item.RecommendationID || r.Proposal == "" {
			continue
		}
		p := Proposal{RatingID: r.ID, Round: round.Number, Item: item, Text: r.Proposal, by: r.ParticipantID}
		if size[r.Group] >= c.Rule.MinBase {
			p.Group = r.Group
		}
		if reply, ok := replies[r.ID]; ok {
			p.Reply = &reply
		}
		if to != Team {
			if p.Text, p.by = "", ""; p.Reply == nil {
				continue
			}
		}
		out = append(out, p)
	}
	return out
}

const maxReply = 2000

// Answer stores what became of a proposal. Until the consultation is concluded it
// can be given again.
func (s *Service) Answer(ctx context.Context, c Consultation, ratingID int64, r Reply) error {
	if c.ConcludedAt != nil {
		return fault.New(fault.Conflict, "consultation.error_concluded")
	}
	proposals, err := s.Proposals(ctx, c, Team)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(proposals, func(p Proposal) bool { return p.RatingID == ratingID }) {
		return fault.New(fault.NotFound, "error.not_found")
	}
	if err := r.check(); err != nil {
		return err
	}
	r.Author, r.At = audit.ActorOf(ctx).Name, s.now()
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := upsertReply(ctx, tx, ratingID, r); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventReplied, Subject: "consultation", SubjectID: c.ID,
			Detail: map[string]any{"outcome": r.Outcome}})
	})
	if err != nil {
		return fmt.Errorf("answer a proposal in consultation %s: %w", c.ID, err)
	}
	return nil
}

func (r Reply) check() error {
	var fields []fault.Field
	if !slices.Contains(ReplyOutcomes, r.Outcome) {
		fields = append(fields, fault.Field{Name: "outcome", Key: "error.choice"})
	}
	for _, t := range []struct{ name, text string }{{"summary.sv", r.Summary.Sv}, {"summary.en", r.Summary.En},
		{"answer.sv", r.Answer.Sv}, {"answer.en", r.Answer.En}} {
		switch {
		case t.text == "":
			fields = append(fields, fault.Field{Name: t.name, Key: "error.required"})
		case utf8.RuneCountInString(t.text) > maxReply:
			fields = append(fields, fault.Field{Name: t.name, Key: "error.too_long", Args: fault.Args("Max", maxReply)})
		}
	}
	if fields != nil {
		return fault.InvalidFields("error.invalid", fields...)
	}
	return nil
}

// Account is all that is printed of a concluded consultation.
type Account struct {
	Consultation  Consultation
	Participation [][]Participation // by round
	Results       [][]Result        // by round
	Attrition     [][]Attrition     // by round; nothing in the first
	Proposals     []Proposal        // without the words they were written in
	Reservations  []Reservation
}

// Published returns the account of every consultation that everybody may see,
// the oldest first.
func (s *Service) Published(ctx context.Context) ([]Account, error) {
	all, err := s.List(ctx)
	if err != nil {
		return nil, err
	}
	var out []Account
	for _, c := range slices.Backward(all) {
		if len(c.Rounds) == 0 || !c.Shows(len(c.Rounds), Public, s.now()) {
			continue
		}
		a := Account{Consultation: c}
		for _, r := range c.Rounds {
			part, err := s.Participation(ctx, c, r.Number)
			if err != nil {
				return nil, err
			}
			results, err := s.Results(ctx, c, r.Number, Public)
			if err != nil {
				return nil, err
			}
			gone, err := s.Attrition(ctx, c, r.Number)
			if err != nil {
				return nil, err
			}
			a.Participation, a.Results, a.Attrition = append(a.Participation, part), append(a.Results, results), append(a.Attrition, gone)
		}
		if a.Proposals, err = s.Proposals(ctx, c, Public); err != nil {
			return nil, err
		}
		if a.Reservations, err = s.Reservations(ctx, c, Public); err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// Rated counts what the panels have rated: one of each person, round and version
// of a recommendation.
func (s *Service) Rated(ctx context.Context) (int, error) { return countRated(ctx, s.db) }

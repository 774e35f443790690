package consultation

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/token"
)

// Ballot is what a participant sees: what is asked, what the person has said,
// and in later rounds what the panel said before.
type Ballot struct {
	Participant  Participant
	Consultation Consultation
	Round        Round
	Open         bool
	Items        []BallotItem
}

// Todo counts what is left to rate.
func (b Ballot) Todo() int {
	n := 0
	for _, i := range b.Items {
		if i.Mine == nil {
			n++
		}
	}
	return n
}

// BallotItem is one recommendation on a ballot.
type BallotItem struct {
	Item
	Draft  recommendation.Recommendation // the version that is asked about
	Mine   *Rating                       // in this round, of that version
	Before *Rating                       // the person's last one before it: of an earlier version or round
	// BeforeRound is the round that Before was given in, 0 without one.
	BeforeRound int
	// Changes are what differs in the text since Before.
	Changes []recommendation.Change
	Panel   *Result // of the round before; nil in the first, and where nothing was asked
}

// Ballot returns what a personal link opens. It writes nothing.
func (s *Service) Ballot(ctx context.Context, plain string, l i18n.Lang) (Ballot, error) {
	p, id, err := participantByToken(ctx, s.db, token.Hash(plain))
	if err != nil {
		return Ballot{}, err
	}
	c, err := s.Find(ctx, id)
	if err != nil {
		return Ballot{}, err
	}
	b := Ballot{Participant: p, Consultation: c, Round: *c.Current()}
	b.Open = b.Round.Open(s.now()) && p.LeftAt == nil
	mine, err := ratingsBy(ctx, s.db, p.ID)
	if err != nil {
		return b, err
	}
	panel, err := s.feedback(ctx, c, b.Round.Number-1)
	if err != nil {
		return b, err
	}
	for _, item := range b.Round.Items {
		one := BallotItem{Item: item}
		if one.Draft, err = s.drafts.At(ctx, item.RecommendationID, item.Version); err != nil {
			return b, err
		}
		if r, ok := panel[item.RecommendationID]; ok {
			one.Panel = &r
		}
		s.own(c, b.Round, &one, mine)
		if one.Before != nil && one.Before.Version != item.Version {
			if one.Changes, err = s.changes(ctx, item, one.Before.Version, l); err != nil {
				return b, err
			}
		}
		b.Items = append(b.Items, one)
	}
	return b, nil
}

// own finds the person's ratings of an item; mine are in order of time.
func (s *Service) own(c Consultation, now Round, item *BallotItem, mine []Rating) {
	number := map[string]int{}
	for _, r := range c.Rounds {
		number[r.ID] = r.Number
	}
	for i, r := range mine {
		switch {
		case r.RecommendationID != item.RecommendationID:
		case r.RoundID == now.ID && r.Version == item.Version:
			item.Mine = &mine[i]
		default:
			item.Before, item.BeforeRound = &mine[i], number[r.RoundID]
		}
	}
}

// changes are the words that differ between two versions, without the evidence.
func (s *Service) changes(ctx context.Context, item Item, from int, l i18n.Lang) ([]recommendation.Change, error) {
	versions, err := s.drafts.Versions(ctx, item.RecommendationID)
	if err != nil {
		return nil, err
	}
	var old, next recommendation.Content
	for _, v := range versions {
		switch v.Number {
		case from:
			old = v.Content
		case item.Version:
			next = v.Content
		}
	}
	var out []recommendation.Change
	for _, ch := range recommendation.Compare(old, next, l) {
		if ch.Field != "evidence" && (ch.Lang == "" || ch.Lang == l) {
			out = append(out, ch)
		}
	}
	return out, nil
}

// feedback is what the panel is told of the round before, by recommendation.
func (s *Service) feedback(ctx context.Context, c Consultation, round int) (map[string]Result, error) {
	if round < 1 || !c.Shows(round, Panel, s.now()) {
		return nil, nil
	}
	results, err := s.Results(ctx, c, round, Panel)
	if err != nil {
		return nil, err
	}
	out := map[string]Result{}
	for _, r := range results {
		out[r.Item.RecommendationID] = r
	}
	return out, nil
}

// Form is what a participant sends in about one recommendation. Missing scores
// are -1.
type Form struct {
	Version     int // that the person read
	Scores      Scores
	Comment     string
	Proposal    string
	Reservation string
	SignedAs    string
}

// Missing is the score of a question that was not answered.
const Missing = -1

// The longest texts, in characters.
const (
	maxComment     = 2000
	maxReservation = 3000
	maxSigned      = 200
)

func (f *Form) check() error {
	var fields []fault.Field
	for _, d := range Dimensions {
		if v := f.Scores.Of(d); v < Abstains || v > 9 {
			fields = append(fields, fault.Field{Name: string(d), Key: "consultation.error_score_" + string(d)})
		}
	}
	for _, t := range []struct {
		name string
		text *string
		max  int
	}{{"comment", &f.Comment, maxComment}, {"proposal", &f.Proposal, maxComment},
		{"reservation", &f.Reservation, maxReservation}, {"signed_as", &f.SignedAs, maxSigned}} {
		*t.text = strings.TrimSpace(strings.ReplaceAll(*t.text, "\r", ""))
		if utf8.RuneCountInString(*t.text) > t.max {
			fields = append(fields, fault.Field{Name: t.name, Key: "error.too_long", Args: fault.Args("Max", t.max)})
		}
	}
	if f.Reservation != "" && f.SignedAs == "" {
		fields = append(fields, fault.Field{Name: "signed_as", Key: "consultation.error_signed"})
	}
	if f.Reservation == "" {
		f.SignedAs = ""
	}
	if fields != nil {
		return fault.InvalidFields("error.invalid", fields...)
	}
	return nil
}

// Rate adds what a participant says of one recommendation. Saying it again is a
// correction: the last one counts, and the earlier ones stay. Faults: Invalid by
// field; Conflict when the round is over or the wording has been changed.
func (s *Service) Rate(ctx context.Context, b Ballot, recommendationID string, f Form) error {
	if err := f.check(); err != nil {
		return err
	}
	var item *BallotItem
	for i := range b.Items {
		if b.Items[i].RecommendationID == recommendationID {
			item = &b.Items[i]
		}
	}
	switch {
	case item == nil:
		return fault.New(fault.NotFound, "error.not_found")
	case !b.Open:
		return errNotOpen()
	case f.Version != item.Version:
		return fault.New(fault.Conflict, "consultation.error_wording")
	}
	r := Rating{RoundID: b.Round.ID, ParticipantID: b.Participant.ID, RecommendationID: recommendationID, Version: f.Version,
		Scores: f.Scores, Comment: f.Comment, Proposal: f.Proposal, Reservation: f.Reservation, SignedAs: f.SignedAs, At: s.now()}
	if m := item.Mine; m != nil && m.Scores == r.Scores && m.Comment == r.Comment && m.Proposal == r.Proposal &&
		m.Reservation == r.Reservation && m.SignedAs == r.SignedAs {
		return nil
	}
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := insertRating(ctx, tx, r); err != nil {
			return err
		}
		// Who rated when is known from the rating itself; what was said is in no log.
		return audit.Record(ctx, tx, audit.Event{Name: EventRated, Subject: "consultation", SubjectID: b.Consultation.ID})
	})
	if err != nil {
		return fmt.Errorf("rate in consultation %s: %w", b.Consultation.ID, err)
	}
	return nil
}

// Leave takes a participant out of the panel, or back in. Ratings that were
// given stand.
func (s *Service) Leave(ctx context.Context, b Ballot, leave bool) error {
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := setLeft(ctx, tx, b.Participant.ID, leave, s.now()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventLeft, Subject: "consultation", SubjectID: b.Consultation.ID,
			Detail: map[string]any{"left": leave}})
	})
	if err != nil {
		return fmt.Errorf("leave consultation %s: %w", b.Consultation.ID, err)
	}
	return nil
}

package consultation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/token"
)

// purpose keeps the panel's links apart from every other derived token.
const purpose = "consultation"

// Open opens the next round: it locks the rule at the first, freezes the versions
// that are asked about, and queues one letter to each of the panel.
func (s *Service) Open(ctx context.Context, id string, r Request) (Opening, error) {
	o, err := s.Preview(ctx, id, r)
	if err != nil {
		return o, err
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		was, err := lock(ctx, tx, id)
		if err != nil {
			return err
		}
		if was.LockedAt != nil && o.Number == 1 || was.LockedAt == nil && o.Number > 1 || was.Name != o.Consultation.Name {
			return fault.New(fault.Conflict, "consultation.error_round_open") // somebody was first
		}
		if o.Number == 1 {
			if err := s.join(ctx, tx, &o); err != nil {
				return err
			}
		}
		round := Round{Number: o.Number, OpenedAt: s.now(), ClosesAt: o.ClosesAt}
		if round.ID, err = insertRound(ctx, tx, id, round); err != nil {
			return err
		}
		for i, item := range o.Items {
			if err := s.drafts.StillOut(ctx, tx, item.ID); err != nil { // decided since the list was read
				return err
			}
			if err := insertItem(ctx, tx, round.ID, item.ID, item.Version, i+1, s.now()); err != nil {
				return err
			}
		}
		for _, p := range o.Participants {
			if err := s.tell(ctx, tx, o.Consultation, round, p, letterFacts{What: letterInvited, Items: len(o.Items)}, ""); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventOpened, Subject: "consultation", SubjectID: id,
			Detail: map[string]any{"round": o.Number, "letters": len(o.Participants), "items": len(o.Items), "rule": o.Consultation.Rule}})
	})
	if err != nil {
		return o, fmt.Errorf("open round %d of consultation %s: %w", o.Number, id, err)
	}
	return o, nil
}

// asking refuses to let a recommendation be decided, withdrawn, split or merged while an open round asks
// about it: those who answer would answer about something that is not there.
func (s *Service) asking(ctx context.Context, tx *sqlx.Tx, id, number string) error {
	name, round, err := openRound(ctx, tx, id, s.now())
	if err != nil || round == nil {
		return err
	}
	return fault.New(fault.Conflict, "consultation.error_asked", "Number", number, "Name", name, "Round", round.Number,
		"Date", i18n.Date(i18n.Sv, round.ClosesAt))
}

// join locks the rule and makes the panel.
func (s *Service) join(ctx context.Context, tx *sqlx.Tx, o *Opening) error {
	if err := setLocked(ctx, tx, o.Consultation.ID, s.now()); err != nil {
		return err
	}
	persons := make([]string, len(o.Participants))
	for i, p := range o.Participants {
		persons[i] = p.PersonID
	}
	if err := s.people.Hold(ctx, tx, persons); err != nil {
		return err
	}
	for i := range o.Participants {
		p := &o.Participants[i]
		id, err := newID(ctx, tx)
		if err != nil {
			return err
		}
		p.ID = id
		if err := insertParticipant(ctx, tx, o.Consultation.ID, *p, token.Hash(s.token(id)), s.now()); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) token(participantID string) string { return s.cfg.Key.Derive(purpose, participantID) }

// Link is the personal address of a participant.
func (s *Service) Link(participantID string) string {
	return s.cfg.BaseURL + "/c/" + s.token(participantID)
}

// Renew asks again about a recommendation that has been changed while its round
// is open: ratings of the version before stay, marked as such, and those who gave
// one get a letter and are asked about this recommendation alone.
func (s *Service) Renew(ctx context.Context, id, recommendationID string) (letters int, err error) {
	r, err := s.drafts.Find(ctx, recommendationID)
	if err != nil {
		return 0, err
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		c, err := lock(ctx, tx, id)
		if err != nil {
			return err
		}
		round := c.Current()
		if round == nil || !round.Open(s.now()) {
			return errNotOpen()
		}
		at := slices.IndexFunc(round.Items, func(i Item) bool { return i.RecommendationID == recommendationID })
		if at < 0 || round.Items[at].Version == r.Version {
			return fault.New(fault.Conflict, "consultation.error_not_changed")
		}
		if err := insertItem(ctx, tx, round.ID, r.ID, r.Version, at+1, s.now()); err != nil {
			return err
		}
		raters, err := ratersOf(ctx, tx, round.ID, r.ID)
		if err != nil {
			return err
		}
		for _, p := range raters {
			facts := letterFacts{What: letterChanged, Number: r.Number, Title: r.Title}
			if err := s.tell(ctx, tx, c, *round, p, facts, fmt.Sprintf("%s:%d", r.ID, r.Version)); err != nil {
				return err
			}
		}
		letters = len(raters)
		return audit.Record(ctx, tx, audit.Event{Name: EventRenewed, Subject: "consultation", SubjectID: id,
			Detail: map[string]any{"recommendation": r.Number, "version": r.Version, "letters": letters}})
	})
	if err != nil {
		return 0, fmt.Errorf("ask again about %s: %w", r.Number, err)
	}
	return letters, nil
}

func errNotOpen() error { return fault.New(fault.Conflict, "consultation.error_not_open") }

// maxReminders is how often a participant is reminded in a round.
const maxReminders = 3

// Remind queues a reminder to those who have not rated everything, and says to
// how many.
func (s *Service) Remind(ctx context.Context, id string) (letters int, err error) {
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		c, err := lock(ctx, tx, id)
		if err != nil {
			return err
		}
		round := c.Current()
		switch {
		case round == nil || !round.Open(s.now()):
			return errNotOpen()
		case round.Reminders >= maxReminders:
			return fault.New(fault.Conflict, "consultation.error_reminded", "Max", maxReminders)
		}
		silent, err := unfinished(ctx, tx, c.ID, round.ID)
		if err != nil {
			return err
		}
		if len(silent) == 0 {
			return fault.New(fault.Conflict, "consultation.error_all_done")
		}
		for _, p := range silent {
			facts := letterFacts{What: letterReminded, Items: len(round.Items)}
			if err := s.tell(ctx, tx, c, *round, p, facts, fmt.Sprint(round.Reminders+1)); err != nil {
				return err
			}
		}
		letters = len(silent)
		if err := setReminders(ctx, tx, round.ID, round.Reminders+1); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventReminded, Subject: "consultation", SubjectID: id,
			Detail: map[string]any{"round": round.Number, "letters": letters}})
	})
	if err != nil {
		return 0, fmt.Errorf("remind in consultation %s: %w", id, err)
	}
	return letters, nil
}

// Close ends the round under way before its time.
func (s *Service) Close(ctx context.Context, id string) error {
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		c, err := lock(ctx, tx, id)
		if err != nil {
			return err
		}
		round := c.Current()
		if round == nil || !round.Open(s.now()) {
			return errNotOpen()
		}
		if err := setClosed(ctx, tx, round.ID, s.now()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventClosed, Subject: "consultation", SubjectID: id,
			Detail: map[string]any{"round": round.Number}})
	})
	if err != nil {
		return fmt.Errorf("close the round of consultation %s: %w", id, err)
	}
	return nil
}

// Participation counts the panel by group in one round. It is no result and is
// told while the round is open.
func (s *Service) Participation(ctx context.Context, c Consultation, round int) ([]Participation, error) {
	r := c.Round(round)
	if r == nil {
		return nil, fault.New(fault.NotFound, "consultation.error_round")
	}
	counts, err := participation(ctx, s.db, c.ID, *r)
	if err != nil {
		return nil, err
	}
	out := make([]Participation, len(c.Groups))
	for i, g := range c.Groups {
		out[i] = counts[g]
		out[i].Group = g
	}
	return out, nil
}

// Attrition counts those of one group who rated something in the round before and
// nothing in this one.
type Attrition struct {
	Group        string
	Before, Left int
}

// Attrition compares who took part in a round with the round before, by group;
// nil in the first. Like participation it is no result.
func (s *Service) Attrition(ctx context.Context, c Consultation, round int) ([]Attrition, error) {
	now, before := c.Round(round), c.Round(round-1)
	if now == nil || before == nil {
		return nil, nil
	}
	counts, err := attrition(ctx, s.db, before.ID, now.ID)
	if err != nil {
		return nil, err
	}
	out := make([]Attrition, len(c.Groups))
	for i, g := range c.Groups {
		out[i] = counts[g]
		out[i].Group = g
	}
	return out, nil
}

// overAt is when a round was over: closed by hand, or at its time.
func (r Round) overAt() time.Time {
	if r.ClosedAt != nil {
		return *r.ClosedAt
	}
	return r.ClosesAt
}

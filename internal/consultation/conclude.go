package consultation

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/postgres"
)

// Conclusion is what concluding a consultation would do.
type Conclusion struct {
	Proposals  []Proposal
	Unanswered int           // of the proposals; none may be left
	Letters    []Participant // who are told what became of their proposals
}

// Conclusion looks ahead. It writes nothing.
func (s *Service) Conclusion(ctx context.Context, c Consultation) (o Conclusion, err error) {
	if o.Proposals, err = s.Proposals(ctx, c, Team); err != nil {
		return o, err
	}
	wrote := map[string]bool{}
	for _, p := range o.Proposals {
		wrote[p.by] = true
		if p.Reply == nil {
			o.Unanswered++
		}
	}
	panel, err := participants(ctx, s.db, c.ID)
	if err != nil {
		return o, err
	}
	for _, p := range panel {
		if !wrote[p.ID] || p.LeftAt != nil {
			continue
		}
		stop, err := s.people.Suppressed(ctx, p.Email)
		if err != nil {
			return o, err
		}
		if stop == nil {
			o.Letters = append(o.Letters, p)
		}
	}
	return o, nil
}

// Conclude makes a consultation public: no more rounds. Every proposal must have
// an answer, and those who proposed something get one letter of what became of it.
func (s *Service) Conclude(ctx context.Context, id string) error {
	c, err := s.Find(ctx, id)
	if err != nil {
		return err
	}
	round := c.Current()
	switch {
	case c.ConcludedAt != nil:
		return fault.New(fault.Conflict, "consultation.error_concluded")
	case round == nil || round.Open(s.now()):
		return fault.New(fault.Conflict, "consultation.error_round_open")
	}
	o, err := s.Conclusion(ctx, c)
	if err != nil {
		return err
	}
	if o.Unanswered > 0 {
		return fault.New(fault.Conflict, "consultation.error_unanswered", "Count", o.Unanswered)
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		locked, err := lock(ctx, tx, id)
		if err != nil {
			return err
		}
		if len(locked.Rounds) != len(c.Rounds) || locked.ConcludedAt != nil {
			return fault.New(fault.Conflict, "consultation.error_round_open")
		}
		for _, p := range o.Letters {
			if err := s.tell(ctx, tx, c, *round, p, letterFacts{What: letterAnswered, Consultation: c.ID}, ""); err != nil {
				return err
			}
		}
		if err := setConcluded(ctx, tx, id, s.now()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventConcluded, Subject: "consultation", SubjectID: id,
			Detail: map[string]any{"letters": len(o.Letters)}})
	})
	if err != nil {
		return fmt.Errorf("conclude consultation %s: %w", id, err)
	}
	return nil
}

// answered is the letter to one who proposed another wording. What was proposed and answered is read when
// the letter is written: it does not lie in the outbox.
func (s *Service) answered(ctx context.Context, f letterFacts, to string, l i18n.Lang) (mail.Letter, error) {
	c, err := s.Find(ctx, f.Consultation)
	if err != nil {
		return mail.Letter{}, err
	}
	all, err := s.Proposals(ctx, c, Team)
	if err != nil {
		return mail.Letter{}, err
	}
	mine := slices.DeleteFunc(all, func(p Proposal) bool { return p.by != f.Participant || p.Reply == nil })
	f.Items = len(mine)
	letter := s.write(f, to, l)
	for _, p := range mine {
		args := []any{"Number", p.Item.Number, "Title", p.Item.Title.In(l), "Text", p.Text,
			"Outcome", i18n.T(l, "consultation.reply_"+p.Reply.Outcome), "Answer", p.Reply.Answer.In(l)}
		letter.Paragraphs = append(letter.Paragraphs, i18n.T(l, "consultation.mail_proposed", args...), i18n.T(l, "consultation.mail_outcome", args...))
	}
	letter.Button.Text = i18n.T(l, "consultation.mail_button_answered")
	letter.After = []string{i18n.T(l, "consultation.mail_answered_public"), i18n.T(l, "consultation.mail_questions", "Contact", s.cfg.Contact)}
	return letter, nil
}

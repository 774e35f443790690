package consultation

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
)

// mailKind is the outbox's name for the letters of this package.
const mailKind = "consultation"

// What a letter says.
const (
	letterInvited  = "invited"
	letterReminded = "reminded"
	letterChanged  = "changed"  // a recommendation was changed after it was rated
	letterAnswered = "answered" // what became of one's proposals
)

// letterFacts is all that a letter needs: it is rendered again when it is sent.
// No result is among them, and the personal link is derived from the id.
type letterFacts struct {
	What        string    `json:"what"`
	Round       string    `json:"round"`
	RoundNumber int       `json:"round_number"`
	Participant string    `json:"participant"`
	Name        string    `json:"name"`
	Group       string    `json:"group"`
	Asks        string    `json:"asks"` // name of the consultation
	Items       int       `json:"items,omitempty"`
	Number      string    `json:"number,omitempty"` // of the changed recommendation
	Title       i18n.Text `json:"title,omitzero"`
	// Consultation is set in the letter about proposals alone.
	Consultation string    `json:"consultation,omitempty"`
	ClosesAt     time.Time `json:"closes_at"`
	Invented     bool      `json:"invented,omitempty"`
}

// tell queues one letter; the same letter of a round goes to a person once.
func (s *Service) tell(ctx context.Context, tx *sqlx.Tx, c Consultation, round Round, p Participant, f letterFacts, which string) error {
	f.Round, f.RoundNumber, f.ClosesAt, f.Asks = round.ID, round.Number, round.ClosesAt, c.Name
	f.Participant, f.Name, f.Group, f.Invented = p.ID, p.Name, p.Group, p.Invented
	if _, err := s.mail.UnsubscribeURL(ctx, tx, p.Email); err != nil {
		return err
	}
	key := fmt.Sprintf("consultation:%s:%s:%s:%s", round.ID, p.ID, f.What, which)
	return s.mail.Enqueue(ctx, tx, mailKind, key, p.Email, p.Lang, f)
}

func (s *Service) letter(ctx context.Context, row distribution.Row) (mail.Letter, error) {
	var f letterFacts
	if err := json.Unmarshal(row.Payload, &f); err != nil {
		return mail.Letter{}, fmt.Errorf("read letter of a consultation: %w", err)
	}
	if f.What == letterAnswered {
		return s.answered(ctx, f, row.To, row.Lang)
	}
	return s.write(f, row.To, row.Lang), nil
}

// minutesEach is how long one recommendation takes to read and rate, for the letter.
const minutesEach = 3

// write makes the letter of the facts.
func (s *Service) write(f letterFacts, to string, l i18n.Lang) mail.Letter {
	args := []any{"Name", f.Name, "Asks", f.Asks, "Owner", s.cfg.Owner.In(l), "Group", i18n.T(l, "group."+f.Group),
		"Count", f.Items, "Minutes", f.Items * minutesEach, "Closes", i18n.DateLong(l, f.ClosesAt), "Clock", i18n.Clock(l, f.ClosesAt),
		"Round", f.RoundNumber, "Number", f.Number, "Title", f.Title.In(l), "Contact", s.cfg.Contact}
	t := func(key string) string { return i18n.T(l, "consultation.mail_"+key, args...) }
	letter := mail.Letter{To: to, ToName: f.Name, Lang: l, Subject: t("subject_" + f.What), Greeting: t("greeting"),
		Button:         &mail.Button{Text: t("button"), URL: s.Link(f.Participant)},
		After:          []string{t("closes"), t("voluntary")},
		Signature:      []string{s.cfg.Owner.In(l), s.cfg.Contact},
		Footer:         []string{t("why")},
		UnsubscribeURL: s.mail.UnsubscribeLink(to),
		Invented:       f.Invented,
	}
	switch {
	case f.What == letterInvited && f.RoundNumber > 1:
		letter.Paragraphs = []string{t("again"), t("again_shows"), t("rule")}
	case f.What == letterInvited:
		letter.Paragraphs = []string{t("invited"), t("asks"), t("rule")}
	case f.What == letterReminded:
		letter.Paragraphs = []string{t("reminded"), t("asks")}
	case f.What == letterAnswered:
		letter.Paragraphs = []string{t("answered")}
	default:
		letter.Paragraphs = []string{t("changed"), t("changed_only")}
	}
	return letter
}

// Sample is the letter that a round would send, as an invented reader of a group
// would get it; its link opens nothing.
func (s *Service) Sample(o Opening, group string, l i18n.Lang) mail.Letter {
	f := letterFacts{What: letterInvited, RoundNumber: o.Number, Name: i18n.T(l, "consultation.sample_name"), Group: group,
		Asks: o.Consultation.Name, Items: len(o.Items), ClosesAt: o.ClosesAt}
	letter := s.write(f, "namn@example.org", l)
	letter.Button.URL, letter.UnsubscribeURL = s.cfg.BaseURL+"/c/preview", ""
	return letter
}

// wanted stops a letter whose reason has gone since it was queued.
func (s *Service) wanted(ctx context.Context, row distribution.Row) (string, error) {
	var f letterFacts
	if err := json.Unmarshal(row.Payload, &f); err != nil {
		return "", fmt.Errorf("read letter of a consultation: %w", err)
	}
	round, err := findRound(ctx, s.db, f.Round)
	if err != nil {
		return "", err
	}
	p, err := findParticipant(ctx, s.db, f.Participant)
	if err != nil {
		return "", err
	}
	switch {
	case p.LeftAt != nil:
		return "wants no part in it", nil
	case f.What == letterAnswered:
		return "", nil
	case !round.Open(s.now()):
		return "the round is over", nil
	case f.What == letterInvited:
		return "", nil
	}
	todo, err := remaining(ctx, s.db, f.Round, f.Participant)
	if err == nil && todo == 0 {
		return "has rated everything", nil
	}
	return "", err
}

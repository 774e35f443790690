package seminar

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/region"
)

// What a letter about a registration says.
const (
	letterRegistered = "registered"
	letterWaiting    = "waiting"
	letterPromoted   = "promoted"
	letterReminded   = "reminded" // registered once more with the same address
	letterCancelled  = "cancelled"
	letterMoved      = "moved"
	letterCalledOff  = "called_off"
)

// letterFacts is all that a letter needs: it is rendered again when it is sent, and must not change
// with what happened to the seminar in between.
type letterFacts struct {
	What         string    `json:"what"`
	Registration string    `json:"registration"`
	Name         string    `json:"name"`
	Queue        int       `json:"queue"`
	Invented     bool      `json:"invented"`
	SeminarID    string    `json:"seminar"`
	Title        string    `json:"title"`
	StartsAt     time.Time `json:"starts_at"`
	EndsAt       time.Time `json:"ends_at"`
	Place        string    `json:"place"`
	Municipality int       `json:"municipality"`
	Sequence     int       `json:"sequence"`
	Written      time.Time `json:"written"`
}

// tell enqueues one letter. A letter of the same sort about the same version of the seminar goes once;
// the answer to a repeated registration at most once a day.
func (s *Service) tell(ctx context.Context, tx *sqlx.Tx, sem Seminar, r Registration, what string) error {
	f := letterFacts{What: what, Registration: r.ID, Name: r.Name, Queue: r.Queue, Invented: r.Invented,
		SeminarID: sem.ID, Title: sem.Title, StartsAt: sem.StartsAt, EndsAt: sem.EndsAt, Place: sem.Place,
		Municipality: sem.Municipality, Sequence: sem.Sequence, Written: s.now()}
	key := fmt.Sprintf("seminar:%s:%s:%d", r.ID, what, sem.Sequence)
	if what == letterReminded {
		key += ":" + s.now().Format(time.DateOnly)
	}
	return s.outbox.Enqueue(ctx, tx, registrationMailKind, key, r.Email, i18n.Lang(r.Language), f)
}

func (s *Service) tellAll(ctx context.Context, tx *sqlx.Tx, sem Seminar, what string) error {
	all, err := listRegistrations(ctx, tx, sem.ID)
	if err != nil {
		return err
	}
	for _, r := range all {
		if r.State == Cancelled {
			continue
		}
		if err := s.tell(ctx, tx, sem, r, what); err != nil {
			return err
		}
	}
	return nil
}

// letterWords are the subject and the first paragraph of each sort of letter.
func letterWords(l i18n.Lang, f letterFacts) (subject, body string) {
	args := []any{"Title", f.Title, "Date", i18n.DateLong(l, f.StartsAt), "Queue", f.Queue}
	switch f.What {
	case letterRegistered:
		return i18n.T(l, "seminar.mail_registered_subject", args...), i18n.T(l, "seminar.mail_registered", args...)
	case letterWaiting:
		return i18n.T(l, "seminar.mail_waiting_subject", args...), i18n.T(l, "seminar.mail_waiting", args...)
	case letterPromoted:
		return i18n.T(l, "seminar.mail_promoted_subject", args...), i18n.T(l, "seminar.mail_promoted", args...)
	case letterReminded:
		return i18n.T(l, "seminar.mail_reminded_subject", args...), i18n.T(l, "seminar.mail_reminded", args...)
	case letterCancelled:
		return i18n.T(l, "seminar.mail_cancelled_subject", args...), i18n.T(l, "seminar.mail_cancelled", args...)
	case letterMoved:
		return i18n.T(l, "seminar.mail_moved_subject", args...), i18n.T(l, "seminar.mail_moved", args...)
	case letterCalledOff:
		return i18n.T(l, "seminar.mail_called_off_subject", args...), i18n.T(l, "seminar.mail_called_off", args...)
	}
	return "", ""
}

// renderLetter makes the letter of an outbox row. Seats come with a calendar entry.
func (s *Service) renderLetter(_ context.Context, row distribution.Row) (mail.Letter, error) {
	var f letterFacts
	if err := json.Unmarshal(row.Payload, &f); err != nil {
		return mail.Letter{}, fmt.Errorf("read letter about a registration: %w", err)
	}
	l := row.Lang
	subject, body := letterWords(l, f)
	town, _ := region.MunicipalityByCode(f.Municipality)
	letter := mail.Letter{To: row.To, ToName: f.Name, Lang: l, Subject: subject,
		Greeting:  i18n.T(l, "seminar.mail_greeting", "Name", f.Name),
		Signature: []string{s.cfg.Owner.In(l), s.cfg.Contact}, Invented: f.Invented,
		Footer: []string{i18n.T(l, "seminar.mail_why")},
		Paragraphs: []string{body, i18n.T(l, "seminar.mail_facts", "Title", f.Title, "Date", i18n.DateLong(l, f.StartsAt),
			"From", i18n.Clock(l, f.StartsAt), "To", i18n.Clock(l, f.EndsAt), "Place", f.Place, "Municipality", town.Name)},
	}
	if f.What == letterCancelled || f.What == letterCalledOff {
		letter.Button = &mail.Button{Text: i18n.T(l, "seminar.mail_button_calendar"), URL: s.cfg.BaseURL + "/calendar"}
	} else {
		letter.Button = &mail.Button{Text: i18n.T(l, "seminar.mail_button"), URL: s.PersonalURL(f.Registration)}
		letter.After = []string{i18n.T(l, "seminar.mail_after")}
	}
	if f.What != letterWaiting {
		sem := Seminar{ID: f.SeminarID, Title: f.Title, StartsAt: f.StartsAt, EndsAt: f.EndsAt, Place: f.Place,
			Municipality: f.Municipality, Sequence: f.Sequence, UpdatedAt: f.Written}
		if f.What == letterCancelled || f.What == letterCalledOff {
			sem.CancelledAt = &f.Written
		}
		letter.Attachments = []mail.Attachment{{Name: "seminarium.ics", ContentType: "text/calendar; charset=utf-8",
			Data: []byte(s.Calendar(l, "", []Seminar{sem}))}}
	}
	return letter, nil
}

// Package annotation keeps what the team notes at the figures of the analysis: who, when, and on which
// view of which question.
package annotation

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
)

// Audit events of this package.
const (
	EventPinned  = "annotation.pinned"
	EventRemoved = "annotation.removed"
)

// Note is what somebody noted. View is the query of the view's address, empty for the plain one.
type Note struct {
	ID       string    `db:"id"`
	SurveyID string    `db:"survey_id"`
	Question string    `db:"question"`
	View     string    `db:"view"`
	Body     string    `db:"body"`
	Author   string    `db:"author"`
	AuthorID string    `db:"author_id"`
	At       time.Time `db:"created_at"`
}

// maxBody is the longest note, in characters.
const maxBody = 2000

// Service is the use cases of notes at figures.
type Service struct {
	db  *sqlx.DB
	now func() time.Time
}

// New makes the service.
func New(db *sqlx.DB, now func() time.Time) *Service { return &Service{db: db, now: now} }

// Of lists the notes at a question, the newest first, whatever view they were pinned to.
func (s *Service) Of(ctx context.Context, surveyID, question string) ([]Note, error) {
	list, err := of(ctx, s.db, surveyID, question)
	if err != nil {
		return nil, fmt.Errorf("notes at %s %s: %w", surveyID, question, err)
	}
	return list, nil
}

// Count tells how many notes each question of a survey has.
func (s *Service) Count(ctx context.Context, surveyID string) (map[string]int, error) {
	counts, err := count(ctx, s.db, surveyID)
	if err != nil {
		return nil, fmt.Errorf("count notes at survey %s: %w", surveyID, err)
	}
	return counts, nil
}

// Pin stores a note in the name of whoever acts. Fault: Invalid with the field body.
func (s *Service) Pin(ctx context.Context, n Note) error {
	n.Body = strings.TrimSpace(strings.ReplaceAll(n.Body, "\r\n", "\n"))
	switch {
	case n.Body == "":
		return fault.InvalidFields("error.invalid", fault.Field{Name: "body", Key: "error.required"})
	case utf8.RuneCountInString(n.Body) > maxBody:
		return fault.InvalidFields("error.invalid", fault.Field{Name: "body", Key: "error.too_long", Args: fault.Args("Max", maxBody)})
	}
	actor := audit.ActorOf(ctx)
	n.Author, n.AuthorID, n.At = actor.Name, actor.ID, s.now()
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		id, err := insert(ctx, tx, n)
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventPinned, Subject: "annotation", SubjectID: id,
			Detail: map[string]any{"survey": n.SurveyID, "question": n.Question}})
	})
	if err != nil {
		return fmt.Errorf("pin note at %s %s: %w", n.SurveyID, n.Question, err)
	}
	return nil
}

// Remove deletes a note of whoever acts. Fault: NotFound when there is none, or it is somebody else's.
func (s *Service) Remove(ctx context.Context, id string) error {
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := remove(ctx, tx, id, audit.ActorOf(ctx).ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventRemoved, Subject: "annotation", SubjectID: id})
	})
	if err != nil {
		return fmt.Errorf("remove note %s: %w", id, err)
	}
	return nil
}

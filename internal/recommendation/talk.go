package recommendation

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

// Audit events of who may change a draft and of the talk about it.
const (
	EventEditors   = "recommendation.editors_changed"
	EventCommented = "recommendation.commented"
	EventResolved  = "recommendation.comment_resolved"
)

// Comment is one contribution to the team's talk about a recommendation.
type Comment struct {
	ID         string     `db:"id"`
	ThreadID   string     `db:"thread_id"` // of a reply; empty for the first of a thread
	Version    int        `db:"version"`   // that was talked about
	Body       string     `db:"body"`
	Author     string     `db:"author"`
	At         time.Time  `db:"created_at"`
	ResolvedAt *time.Time `db:"resolved_at"`
	ResolvedBy string     `db:"resolved_by"`
}

// Thread is a comment with its replies in order.
type Thread struct {
	Comment
	Replies []Comment
}

// maxComment is the longest comment, in characters.
const maxComment = 4000

// Threads returns the talk about a recommendation, open threads first.
func (s *Service) Threads(ctx context.Context, id string) ([]Thread, error) {
	list, err := comments(ctx, s.db, id)
	if err != nil {
		return nil, err
	}
	var open, done []Thread
	for _, c := range list {
		if c.ThreadID != "" {
			continue
		}
		t := Thread{Comment: c}
		for _, r := range list {
			if r.ThreadID == c.ID {
				t.Replies = append(t.Replies, r)
			}
		}
		if c.ResolvedAt == nil {
			open = append(open, t)
		} else {
			done = append(done, t)
		}
	}
	return append(open, done...), nil
}

// AddComment opens a thread, or replies in the one that threadID names.
func (s *Service) AddComment(ctx context.Context, id, threadID, body string) error {
	body = strings.TrimSpace(body)
	switch {
	case body == "":
		return fault.InvalidFields("error.invalid", fault.Field{Name: "body", Key: "error.required"})
	case utf8.RuneCountInString(body) > maxComment:
		return fault.InvalidFields("error.invalid", fault.Field{Name: "body", Key: "error.too_long", Args: fault.Args("Max", maxComment)})
	}
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		last, err := lastVersion(ctx, tx, id)
		if err != nil {
			return err
		}
		c := Comment{ThreadID: threadID, Version: last.Number, Body: body, Author: audit.ActorOf(ctx).Name, At: s.now()}
		if err := insertComment(ctx, tx, id, c); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventCommented, Subject: "recommendation", SubjectID: id})
	})
	if err != nil {
		return fmt.Errorf("comment on recommendation %s: %w", id, err)
	}
	return nil
}

// Resolve closes a thread, or opens it again.
func (s *Service) Resolve(ctx context.Context, id, threadID string, resolved bool) error {
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		var at *time.Time
		by := ""
		if resolved {
			now := s.now()
			at, by = &now, audit.ActorOf(ctx).Name
		}
		if err := setResolved(ctx, tx, id, threadID, at, by); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventResolved, Subject: "recommendation", SubjectID: id,
			Detail: map[string]any{"resolved": resolved}})
	})
	if err != nil {
		return fmt.Errorf("resolve a comment on recommendation %s: %w", id, err)
	}
	return nil
}

// Editor is a team user who may change a recommendation.
type Editor struct {
	ID   string `db:"id"`
	Name string `db:"name"`
}

// Editors returns who may change a recommendation; none: everyone whose role
// lets them write.
func (s *Service) Editors(ctx context.Context, id string) ([]Editor, error) {
	return editors(ctx, s.db, id)
}

// SetEditors names who may change a recommendation, by user id.
func (s *Service) SetEditors(ctx context.Context, id string, users []string) error {
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if _, err := lockStatus(ctx, tx, id); err != nil {
			return err
		}
		if err := setEditors(ctx, tx, id, users); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventEditors, Subject: "recommendation", SubjectID: id,
			Detail: map[string]any{"users": users}})
	})
	if err != nil {
		return fmt.Errorf("editors of recommendation %s: %w", id, err)
	}
	return nil
}

// mayEdit refuses a team user whom the recommendation does not name. The command
// line and the program itself act for the whole team.
func mayEdit(ctx context.Context, tx *sqlx.Tx, id string) error {
	actor := audit.ActorOf(ctx)
	if actor.Kind != "user" {
		return nil
	}
	list, err := editors(ctx, tx, id)
	if err != nil || len(list) == 0 {
		return err
	}
	names := make([]string, len(list))
	for i, e := range list {
		if e.ID == actor.ID {
			return nil
		}
		names[i] = e.Name
	}
	return fault.New(fault.Conflict, "recommendation.error_editors", "Names", strings.Join(names, ", "))
}

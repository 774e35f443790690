// Package audit keeps the append-only record of who did what.
//
// An event is written in the transaction that makes the change, so that there is no change without
// an event and no event without a change. Details never hold answers, tokens or passwords.
package audit

import (
	"context"
	"time"
)

// Actor is who acts: a team user, a respondent (by invitation id), the system or the command line.
type Actor struct {
	Kind string // "user", "respondent", "system" or "cli"
	ID   string
	Name string
}

// Event is one change. Name is a constant of the package that makes the change.
type Event struct {
	Name      string
	Subject   string // what kind of thing was changed
	SubjectID string
	Detail    any // encoded as JSON; nil for none
}

// Entry is an event as it was recorded.
type Entry struct {
	ID        int64     `db:"id"`
	At        time.Time `db:"at"`
	ActorKind string    `db:"actor_kind"`
	ActorID   string    `db:"actor_id"`
	ActorName string    `db:"actor_name"`
	Name      string    `db:"event"`
	Subject   string    `db:"subject"`
	SubjectID string    `db:"subject_id"`
	Detail    []byte    `db:"detail"`
}

type actorKey struct{}

// WithActor says who acts in this context.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorOf tells who acts; without WithActor it is the system.
func ActorOf(ctx context.Context) Actor {
	if a, ok := ctx.Value(actorKey{}).(Actor); ok {
		return a
	}
	return Actor{Kind: "system", Name: "system"}
}

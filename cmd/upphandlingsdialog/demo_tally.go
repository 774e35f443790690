package main

import (
	"context"
	"maps"
	"slices"

	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/demo"
	"upphandlingsdialog/internal/recommendation"
)

// tallied is one line of the demonstration's closing table.
type tallied struct {
	what         string
	seen, stored int
}

// tally counts the same things in the database that the demonstration counted from outside.
func tally(ctx context.Context, a *app.App, seen demo.Seen) ([]tallied, error) {
	contacts, err := a.People.Count(ctx)
	if err != nil {
		return nil, err
	}
	var invited, reminded, started, answered, drafts, unsubscribed int
	campaigns, err := a.Distribution.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range campaigns {
		status, err := a.Responses.Status(ctx, c)
		if err != nil {
			return nil, err
		}
		invited += status.Total.Sent
		reminded += status.Outbox["sent"] - status.Total.Sent
		unsubscribed = max(unsubscribed, status.Total.Unsubscribed)
		counts, err := a.Responses.Counts(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		for _, n := range counts {
			started += n.Started()
			answered += n.Submitted
			drafts += n.Draft
		}
	}
	rows := []tallied{
		{"contacts", seen.Contacts, contacts},
		{"invitations in the mail", seen.Letters["invitation"], invited},
		{"reminders in the mail", seen.Letters["reminder"], reminded},
		{"responses begun", seen.Started, started},
		{"receipts", seen.Receipts, answered},
		{"left half-way", seen.Halfway, drafts},
		{"stopped all mail", seen.Unsubscribed, unsubscribed},
	}
	rest, err := tallyDialogue(ctx, a, seen)
	return append(rows, rest...), err
}

func tallyDialogue(ctx context.Context, a *app.App, seen demo.Seen) ([]tallied, error) {
	meetings, err := a.Dialogue.List(ctx)
	if err != nil {
		return nil, err
	}
	firms, err := a.Seminars.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	quarters := 0
	for _, f := range firms {
		quarters += f.Quarters
	}
	recommendations, err := a.Recommendations.List(ctx, recommendation.Filter{})
	if err != nil {
		return nil, err
	}
	editions, err := a.Reports.ListPublished(ctx)
	if err != nil {
		return nil, err
	}
	delivered := 0
	for _, edition := range editions {
		list, err := a.Reports.Deliveries(ctx, edition.ID)
		if err != nil {
			return nil, err
		}
		delivered += len(list)
	}
	rated, err := a.Consultations.Rated(ctx)
	if err != nil {
		return nil, err
	}
	followed, err := a.FollowUps.Latest(ctx)
	if err != nil {
		return nil, err
	}
	takenUp := 0
	for _, r := range followed.Requests {
		takenUp += r.Answered()
	}
	return []tallied{
		{"meetings with notes", seen.Meetings, len(meetings)},
		{"quarter hours of advice", seen.AdviceQuarters, quarters},
		{"ratings by the panel", seen.Rated, rated},
		{"recommendations", seen.Recommended, len(recommendations)},
		{"published editions", len(seen.Editions), len(editions)},
		{"mails with a report", seen.Letters["report"], delivered},
		{"bodies asked", seen.Letters["follow-up"], len(followed.Requests)},
		{"answers of bodies", seen.TakenUp, takenUp},
	}, nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

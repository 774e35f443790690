package distribution

import (
	"context"
	"time"

	"upphandlingsdialog/internal/people"
)

// GroupStatus is how far one group, or the whole campaign, has come.
type GroupStatus struct {
	Group   string // "" for all groups together
	Invited int    // cases
	Sent    int    // invitations that the mail server took
	Waiting int    // invitations still in the outbox
	Started int
	// Answered counts submitted answers.
	Answered     int
	Unsubscribed int
	Undelivered  int
	// Unknown counts invitations that wait for somebody to decide.
	Unknown int
	// Codes counts every case under exactly one AAPOR code; the sum is Invited.
	Codes map[string]int
}

// Status is the live state of a campaign.
type Status struct {
	Groups []GroupStatus // in the order of people.Groups, only those with cases
	Total  GroupStatus
	Outbox map[string]int // rows by state, reminders too
	// Hasty counts those who opted out within a minute of their mail leaving. A few more than
	// HastyLimit are rather mail filters that press every button than people.
	Hasty int
}

// HastyLimit is how many opt-outs within a minute of the mail leaving are taken for people's.
const HastyLimit = 3

// Suspicious tells whether the opt-outs need a look.
func (s Status) Suspicious() bool { return s.Hasty > HastyLimit }

// Status counts a campaign's cases now.
func (s *Service) Status(ctx context.Context, campaignID string) (Status, error) {
	byGroup := map[string]*GroupStatus{}
	total := GroupStatus{Codes: map[string]int{}}
	err := listCases(ctx, s.db, campaignID, func(inv Invitation, mailState string) {
		g := byGroup[inv.Group]
		if g == nil {
			g = &GroupStatus{Group: inv.Group, Codes: map[string]int{}}
			byGroup[inv.Group] = g
		}
		g.count(inv, mailState)
		total.count(inv, mailState)
	})
	if err != nil {
		return Status{}, err
	}
	st := Status{Total: total}
	for _, id := range people.Groups {
		if g := byGroup[id]; g != nil {
			st.Groups = append(st.Groups, *g)
		}
	}
	if st.Outbox, err = s.OutboxCounts(ctx, campaignID); err != nil {
		return Status{}, err
	}
	st.Hasty, err = countHasty(ctx, s.db, campaignID, time.Minute)
	return st, err
}

func (g *GroupStatus) count(inv Invitation, mailState string) {
	g.Invited++
	g.Codes[Disposition(inv, mailState)]++
	switch mailState {
	case Sent:
		g.Sent++
	case Queued, Claimed, Deferred:
		g.Waiting++
	case Failed, Bounced:
		g.Undelivered++
	case Unknown:
		g.Unknown++
	}
	if inv.StartedAt != nil {
		g.Started++
	}
	if inv.AnsweredAt != nil {
		g.Answered++
	}
	if inv.UnsubscribedAt != nil {
		g.Unsubscribed++
	}
}

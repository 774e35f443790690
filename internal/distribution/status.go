package distribution

import (
	"context"
	"slices"
	"time"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
)

// GroupStatus is how far one group, or the whole campaign, has come. What its counts mean is said in
// words by Counts, once for every page and command that shows them.
type GroupStatus struct {
	Group   string // "" for all groups together
	Invited int    // cases
	Sent    int    // invitations that the mail server took
	Waiting int    // invitations still in the outbox
	// Undelivered counts invitations that came back or were refused, Unknown those that wait for
	// somebody to decide.
	Undelivered int
	Unknown     int

	// Hidden says that too few are invited to tell what they did: the counts below are then not set.
	Hidden       bool
	Started      int
	Answered     int // sent in
	Complete     int // code 1.1
	Partial      int // code 1.2
	Unsubscribed int
	// Codes counts every case under exactly one AAPOR code; the sum is Invited.
	Codes map[string]int
}

// Counts are the names of what is counted of a campaign, in the order in which they are shown. The
// meaning of each is the word distribution.means_ and its name.
var Counts = []string{"invited", "sent", "started", "answered", "complete", "partial"}

// Status is the state of a campaign at a moment.
type Status struct {
	At     time.Time
	Cut    Cut
	Groups []GroupStatus // in the order of people.Groups, only those with cases
	Total  GroupStatus
	Outbox map[string]int // rows by state, reminders too
	// Hasty counts those who opted out within a minute of their mail leaving. A few more than
	// HastyLimit are rather mail filters that press every button than people.
	Hasty int
	Days  []DayStatus // from the launch to the last answer

	places map[string]map[int]*placeCount // by group and municipality
}

// DayStatus is how many sent in their answers on one day in Sweden.
type DayStatus struct {
	Day      time.Time
	Answered int
	Reminded bool // the reminder went out on this day
}

// HastyLimit is how many opt-outs within a minute of the mail leaving are taken for people's.
const HastyLimit = 3

// Suspicious tells whether the opt-outs need a look.
func (s Status) Suspicious() bool { return s.Hasty > HastyLimit }

// Drafts tells which of these invitations have a draft with at least one answer in it.
type Drafts func(ctx context.Context, invitationIDs []string) (map[string]bool, error)

// RegisterDrafts lets the package that keeps the answers tell who has begun. Invitations themselves
// learn it when the campaign closes.
func (s *Service) RegisterDrafts(d Drafts) { s.drafts = d }

// Status counts a campaign's cases now, to the last one, as far as its invitations know: what may be
// shown of it is Released.
func (s *Service) Status(ctx context.Context, campaignID string) (Status, error) {
	c, err := s.Find(ctx, campaignID)
	if err != nil {
		return Status{}, err
	}
	cases, err := s.cases(ctx, c.ID)
	if err != nil {
		return Status{}, err
	}
	st := Status{At: s.now(), Cut: c.Cut, Total: GroupStatus{Codes: map[string]int{}}, places: map[string]map[int]*placeCount{}}
	byGroup, days := map[string]*GroupStatus{}, map[string]int{}
	for _, one := range cases {
		g := byGroup[one.Group]
		if g == nil {
			g = &GroupStatus{Group: one.Group, Codes: map[string]int{}}
			byGroup[one.Group] = g
		}
		code := Disposition(one.Invitation, one.MailState, c.Cut)
		g.count(one, code)
		st.Total.count(one, code)
		st.place(one, code)
		if one.AnsweredAt != nil {
			days[one.AnsweredAt.In(i18n.Stockholm).Format(time.DateOnly)]++
		}
	}
	for _, id := range people.Groups {
		if g := byGroup[id]; g != nil {
			st.Groups = append(st.Groups, *g)
		}
	}
	st.Days = calendar(c, days)
	if st.Outbox, err = s.OutboxCounts(ctx, c.ID); err != nil {
		return Status{}, err
	}
	st.Hasty, err = countHasty(ctx, s.db, c.ID, time.Minute)
	return st, err
}

// cases reads the cases of a campaign with what is known of their drafts.
func (s *Service) cases(ctx context.Context, campaignID string) ([]Case, error) {
	cases, err := listCases(ctx, s.db, campaignID)
	if err != nil {
		return nil, err
	}
	all := make([]*Invitation, len(cases))
	for i := range cases {
		all[i] = &cases[i].Invitation
	}
	return cases, s.progress(ctx, all)
}

// progress marks those who have answered something in a draft, while the campaign is open.
func (s *Service) progress(ctx context.Context, all []*Invitation) error {
	if s.drafts == nil {
		return nil
	}
	var ids []string
	for _, i := range all {
		if i.StartedAt != nil && i.AnsweredAt == nil && i.AnsweredShare == nil {
			ids = append(ids, i.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	begun, err := s.drafts(ctx, ids)
	if err != nil {
		return err
	}
	for _, i := range all {
		if i.AnsweredShare == nil && begun[i.ID] {
			some := 0.001 // how much is not known before it closes, and makes no difference
			i.AnsweredShare = &some
		}
	}
	return nil
}

func (g *GroupStatus) count(one Case, code string) {
	g.Invited++
	g.Codes[code]++
	switch one.MailState {
	case Sent:
		g.Sent++
	case Queued, Claimed, Deferred:
		g.Waiting++
	case Failed, Bounced:
		g.Undelivered++
	case Unknown:
		g.Unknown++
	}
	switch code {
	case CodeComplete:
		g.Complete++
	case CodePartial:
		g.Partial++
	}
	if one.StartedAt != nil {
		g.Started++
	}
	if one.AnsweredAt != nil {
		g.Answered++
	}
	if one.UnsubscribedAt != nil {
		g.Unsubscribed++
	}
}

// calendar lists the days from the launch to the last answer, those without answers too.
func calendar(c Campaign, answered map[string]int) []DayStatus {
	if c.LaunchedAt == nil || len(answered) == 0 {
		return nil
	}
	reminded := ""
	if c.RemindedAt != nil {
		reminded = c.RemindedAt.In(i18n.Stockholm).Format(time.DateOnly)
	}
	var last string
	for day := range answered {
		last = max(last, day)
	}
	var days []DayStatus
	y, m, d := c.LaunchedAt.In(i18n.Stockholm).Date()
	for at := time.Date(y, m, d, 12, 0, 0, 0, i18n.Stockholm); ; at = at.AddDate(0, 0, 1) {
		key := at.Format(time.DateOnly)
		if key > last {
			return days
		}
		days = append(days, DayStatus{Day: at, Answered: answered[key], Reminded: key == reminded})
	}
}

// Released is the status as it may be shown: what a group of fewer than limit did is left out, of the
// total too, which would give it away, and so is every number by municipality that could tell who did what.
func (s Status) Released(limit int) Status {
	out := s
	out.Groups = slices.Clone(s.Groups)
	out.Total = GroupStatus{Hidden: true, Invited: s.Total.Invited, Sent: s.Total.Sent, Waiting: s.Total.Waiting,
		Undelivered: s.Total.Undelivered, Unknown: s.Total.Unknown}
	for i := range out.Groups {
		g := &out.Groups[i]
		if g.Invited < limit {
			*g = GroupStatus{Group: g.Group, Hidden: true, Invited: g.Invited, Sent: g.Sent, Waiting: g.Waiting,
				Undelivered: g.Undelivered, Unknown: g.Unknown}
			continue
		}
		out.Total.add(*g)
	}
	if out.Total.Answered < limit || out.Partly() {
		out.Days = nil
	}
	return out
}

// add adds what a shown group did.
func (g *GroupStatus) add(more GroupStatus) {
	if g.Codes == nil {
		g.Codes = map[string]int{}
	}
	g.Hidden = false
	g.Started += more.Started
	g.Answered += more.Answered
	g.Complete += more.Complete
	g.Partial += more.Partial
	g.Unsubscribed += more.Unsubscribed
	for code, n := range more.Codes {
		g.Codes[code] += n
	}
}

// Partly tells whether a group is left out of what the total says that people did.
func (s Status) Partly() bool {
	return slices.ContainsFunc(s.Groups, func(g GroupStatus) bool { return g.Hidden })
}

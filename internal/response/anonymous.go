package response

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/token"
)

// An anonymous response is found by its ballot key, the hash of a secret that only the person holds (see
// token.BallotHash). Whatever is done with it touches its own row and nothing else: no invitation, no
// mail, no event; not even a lock, because a lock leaves the number of its transaction behind. Nor does
// an error here name an invitation: it would tell the log who was answering.

// looks is how often a write looks for a response that was moved, or written by another request of the
// same person, since it last looked. Each time is one in many; the number only ends what can never be.
const looks = 20

// errMoved: the row was moved between the look and the write; the next look finds it.
var errMoved = fmt.Errorf("the response was moved: %w", errStale)

// errAnswered refuses to note a refusal of somebody who has begun: both would be known by the time.
var errAnswered = fault.New(fault.Conflict, "response.error_answered")

// stampOf is now as it is stored of the response: of an anonymous one only the day in Sweden.
func stampOf(k Key, now time.Time) time.Time {
	if k.Anonymous() {
		return dayOf(now)
	}
	return now
}

func dayOf(t time.Time) time.Time {
	t = t.In(i18n.Stockholm)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, i18n.Stockholm)
}

// OfToken returns the anonymous response that a secret opens; ok is false when it opens none.
func (s *Service) OfToken(ctx context.Context, plain string) (r Response, ok bool, err error) {
	r, ok, err = one(ctx, s.db, sqlOfBallot, token.BallotHash(plain))
	if err != nil {
		return Response{}, false, fmt.Errorf("find anonymous response: %w", err)
	}
	return r, ok, nil
}

// StartAnonymous opens the draft of a personal link's secret in an anonymous campaign, as Start does for
// an invitation: once, anew after a withdrawal, and as it is when it was sent in.
func (s *Service) StartAnonymous(ctx context.Context, plain string, c distribution.Campaign, group string, lang i18n.Lang) (Response, error) {
	return s.startBallot(ctx, ballot{plain: plain, source: Link, campaign: c, group: group, lang: lang})
}

// StartOpen opens a draft for somebody who came by the campaign's open link, and returns the secret that
// leads back to it. Nobody else has the secret: it is not stored.
func (s *Service) StartOpen(ctx context.Context, c distribution.Campaign, group string, lang i18n.Lang) (plain string, r Response, err error) {
	if !c.OpenLink {
		return "", Response{}, ErrClosed
	}
	plain, _ = token.New()
	r, err = s.startBallot(ctx, ballot{plain: plain, source: OpenLink, campaign: c, group: group, lang: lang})
	return plain, r, err
}

// ballot is what an anonymous response begins with.
type ballot struct {
	plain    string
	source   Source
	campaign distribution.Campaign
	group    string
	lang     i18n.Lang
}

func (s *Service) startBallot(ctx context.Context, b ballot) (Response, error) {
	r, ok, err := s.OfToken(ctx, b.plain)
	if err != nil {
		return Response{}, err
	}
	if ok && r.State != Withdrawn {
		s.remember(r.Key)
		return r, nil
	}
	if now := s.now(); !b.campaign.Open(now) && !b.campaign.Late(now, false) {
		return Response{}, ErrClosed
	}
	def, err := s.Questionnaire(ctx, b.campaign.VersionID)
	if err != nil {
		return Response{}, err
	}
	if ok {
		err = s.insist(ctx, r.ID, func(r Response) bool { return r.State != Withdrawn },
			func(tx *sqlx.Tx) (bool, error) {
				return reopen(ctx, tx, r.ID, string(b.lang), []byte("{}"), dayOf(s.now()))
			})
	} else {
		_, _, err = one(ctx, s.db, sqlStartAnonymous, b.campaign.ID, def.ID, b.campaign.VersionID, b.group, string(b.lang),
			string(b.source), token.BallotHash(b.plain), dayOf(s.now()))
	}
	if err != nil {
		return Response{}, fmt.Errorf("start anonymous response: %w", err)
	}
	// Another request may have begun it between the look and the insert: what is there now is right.
	if r, ok, err = s.OfToken(ctx, b.plain); err == nil && !ok {
		err = errUnknown
	}
	if err == nil {
		s.remember(r.Key)
	}
	return r, err
}

// insist does what changes a response until it is done, or there is nothing to do: a response that is
// moved (see mix) while it is written is missed by the statement that waited for it.
func (s *Service) insist(ctx context.Context, id string, done func(Response) bool, try func(tx *sqlx.Tx) (changed bool, err error)) error {
	for range looks {
		changed := false
		err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) (err error) {
			changed, err = try(tx)
			return err
		})
		if err != nil || changed {
			return err
		}
		r, err := s.Find(ctx, id)
		if err != nil || done(r) {
			return err
		}
	}
	return errMoved
}

func (s *Service) withdrawAnonymous(ctx context.Context, k Key) error {
	err := s.insist(ctx, k.ID, func(r Response) bool { return r.State == Withdrawn },
		func(tx *sqlx.Tx) (bool, error) { return withdraw(ctx, tx, k.ID, dayOf(s.now())) })
	if err != nil {
		return fmt.Errorf("withdraw response %s: %w", k.ID, err)
	}
	return nil
}

// DeclineAnonymous is Decline for an anonymous campaign. Who has begun to answer is told to withdraw
// instead: a refusal noted on the invitation a moment after a draft was left would join the two.
func (s *Service) DeclineAnonymous(ctx context.Context, plain, invitationID string) error {
	r, ok, err := s.OfToken(ctx, plain)
	if err != nil {
		return err
	}
	if ok && r.State != Withdrawn {
		return errAnswered
	}
	return s.Decline(ctx, invitationID)
}

// Status is the live state of a campaign: what is known of its invitations and, in an anonymous one,
// the responses counted beside them. Those of the open link are not in it (see OpenTally): nobody knows
// how many were asked.
func (s *Service) Status(ctx context.Context, c distribution.Campaign) (distribution.Status, error) {
	st, err := s.distribution.Status(ctx, c.ID)
	if err != nil || c.Mode != distribution.Anonymous {
		return st, err
	}
	byGroup, err := ballots(ctx, s.db, c)
	if err != nil {
		return st, fmt.Errorf("count the responses of campaign %s: %w", c.ID, postgres.Fault(err))
	}
	return st.WithBallots(byGroup), nil
}

// OpenTally counts the responses by an open link.
type OpenTally struct {
	ByGroup map[string]Count
	Total   Count
	// Alike are submitted responses that answer every question as another one does. Short surveys have
	// them by chance; many are a reason to look.
	Alike int
}

// OpenTally counts the responses by the open link of a campaign.
func (s *Service) OpenTally(ctx context.Context, campaignID string) (OpenTally, error) {
	t, err := openTally(ctx, s.db, campaignID)
	if err != nil {
		return t, fmt.Errorf("count the open responses of campaign %s: %w", campaignID, postgres.Fault(err))
	}
	for _, n := range t.ByGroup {
		t.Total.Draft += n.Draft
		t.Total.Submitted += n.Submitted
		t.Total.Withdrawn += n.Withdrawn
	}
	return t, nil
}

// emptyFor is after how long an open draft without any answer is removed: a day, and as the start is
// known by the day alone, the one after it.
const emptyFor = 2

// MixArgs are the arguments of the job that makes anonymous responses tell nothing by where they lie.
type MixArgs struct{}

// Kind is the name of the job in the queue.
func (MixArgs) Kind() string { return "mix_anonymous" }

// MixJob removes the open drafts that nobody wrote anything in, and moves the anonymous responses of each
// campaign that changed since the last time. It runs once a day and when a campaign closes, and may run
// any number of times.
func (s *Service) MixJob(ctx context.Context, _ MixArgs) error {
	ctx = audit.WithActor(ctx, audit.Actor{Kind: "system", Name: "schedule"})
	if err := deleteEmpty(ctx, s.db, dayOf(s.now()).AddDate(0, 0, 1-emptyFor)); err != nil {
		return fmt.Errorf("remove empty open drafts: %w", postgres.Fault(err))
	}
	campaigns, err := listUnmixed(ctx, s.db)
	if err != nil {
		return fmt.Errorf("anonymous responses to mix: %w", postgres.Fault(err))
	}
	var errs []error
	for _, id := range campaigns {
		if err := mix(ctx, s.db, id); err != nil {
			errs = append(errs, fmt.Errorf("mix the responses of campaign %s: %w", id, postgres.Fault(err)))
		}
	}
	return errors.Join(errs...)
}

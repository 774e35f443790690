package distribution

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/token"
)

// prepared is everything that Launch writes, made and checked beforehand.
type prepared struct {
	persons     []string // ids
	invitations []Invitation
	rows        []Row
	linkHashes  [][]byte
	addresses   []string
}

// prepare makes every invitation of a campaign and renders every mail, the
// reminder too, with links derived from key. One letter that must not leave stops the whole campaign.
func (s *Service) prepare(ctx context.Context, c Campaign, plan Plan, key token.Key) (prepared, error) {
	if c.Invites && len(plan.Recipients) == 0 {
		return prepared{}, fault.New(fault.Invalid, "distribution.error_nobody")
	}
	if !c.ClosesAt.After(s.now()) {
		return prepared{}, fault.InvalidFields("distribution.error_form",
			fault.Field{Name: "closes_at", Key: "distribution.error_closes_past"})
	}
	title, err := s.surveyTitle(ctx, c.VersionID)
	if err != nil {
		return prepared{}, err
	}
	ids, err := newIDs(ctx, s.db, len(plan.Recipients))
	if err != nil {
		return prepared{}, err
	}
	var p prepared
	for i, r := range plan.Recipients {
		for _, kind := range []string{KindInvitation, KindReminder} {
			l, err := s.compose(occasion{kind: kind, campaign: c, survey: title, person: r.Person, group: r.Group,
				lang: r.Lang, link: s.answerURL(key, ids[i])})
			if err == nil {
				err = mail.Check(l)
			}
			if err != nil {
				return prepared{}, fault.New(fault.Invalid, "distribution.error_letter", "To", r.Person.Email, "Reason", err.Error()).
					Wrap(fmt.Errorf("render %s for %s: %w", kind, r.Person.ID, err))
			}
		}
		p.add(s, c, r, ids[i], key)
	}
	return p, nil
}

func (p *prepared) add(s *Service, c Campaign, r Recipient, id string, key token.Key) {
	p.persons = append(p.persons, r.Person.ID)
	p.invitations = append(p.invitations, Invitation{ID: id, CampaignID: c.ID, Mode: c.Mode, PersonID: r.Person.ID, Group: r.Group,
		Language: r.Lang, TokenHash: token.Hash(key.Derive(purposeAnswer, id))})
	p.rows = append(p.rows, Row{Kind: KindInvitation, DedupeKey: dedupe(c.ID, id, KindInvitation, 1), To: r.Person.Email,
		Lang: r.Lang, CampaignID: c.ID, InvitationID: id})
	p.linkHashes = append(p.linkHashes, token.Hash(s.cfg.Key.Derive(purposeUnsubscribe, r.Person.EmailNormalised)))
	p.addresses = append(p.addresses, r.Person.EmailNormalised)
}

// dedupe is the key under which a message of a campaign exists at most once.
func dedupe(campaignID, invitationID, kind string, ordinal int) string {
	return fmt.Sprintf("campaign/%s/%s/%s/%d", campaignID, invitationID, kind, ordinal)
}

// Launch freezes the survey version, joins its wave or begins one, makes the invitations and queues the mails
// in one transaction. Nothing is rendered inside it.
func (s *Service) Launch(ctx context.Context, campaignID string) (Plan, error) {
	c, err := s.Find(ctx, campaignID)
	if err != nil {
		return Plan{}, err
	}
	if c.State != Draft {
		return Plan{}, errState()
	}
	plan, err := s.plan(ctx, c)
	if err != nil {
		return Plan{}, err
	}
	key, err := s.launchKey(c)
	if err != nil {
		return Plan{}, err
	}
	p, err := s.prepare(ctx, c, plan, key)
	if err != nil {
		return Plan{}, err
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		locked, err := lockCampaign(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		if locked.State != Draft || !sameDraft(locked, c) {
			return errState() // somebody launched or changed it while we rendered
		}
		if err := s.people.Hold(ctx, tx, p.persons); err != nil {
			return err
		}
		if err := s.surveys.Lock(ctx, tx, c.VersionID); err != nil {
			return err
		}
		if err := insertInvitations(ctx, tx, s.now(), p.invitations); err != nil {
			return err
		}
		if err := insertUnsubscribeLinks(ctx, tx, p.linkHashes, p.addresses, s.now()); err != nil {
			return err
		}
		if err := insertRows(ctx, tx, s.now(), p.rows); err != nil {
			return err
		}
		wave, err := s.surveys.Join(ctx, tx, c.VersionID, c.NewWave)
		if err != nil {
			return err
		}
		if err := setLaunched(ctx, tx, c.ID, wave.ID, s.now()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventLaunched, Subject: "campaign", SubjectID: c.ID,
			Detail: map[string]any{"mode": c.Mode, "wave": wave.Number, "invitations": len(p.invitations), "by_group": plan.ByGroup}})
	})
	return plan, err
}

// Waiting counts those whom a reminder would go to now.
func (s *Service) Waiting(ctx context.Context, campaignID string) (int, error) {
	all, _, err := listWaiting(ctx, s.db, campaignID)
	return len(all), err
}

// Remind queues the one reminder of a campaign to those who have not answered,
// declined or unsubscribed, and says how many. Each is asked about again right
// before its mail leaves. In an anonymous campaign nobody knows who has answered:
// then it goes to all the others too, and says so.
func (s *Service) Remind(ctx context.Context, campaignID string) (int, error) {
	n := 0
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		c, err := lockCampaign(ctx, tx, campaignID)
		if err != nil {
			return err
		}
		switch {
		case !c.Open(s.now()):
			return errState()
		case c.RemindedAt != nil:
			return fault.New(fault.Conflict, "distribution.error_reminded")
		}
		if _, err := s.linkKey(c); err != nil {
			return err
		}
		waiting, to, err := listWaiting(ctx, tx, campaignID)
		if err != nil {
			return err
		}
		if n = len(waiting); n == 0 {
			return fault.New(fault.Invalid, "distribution.error_nobody_waits")
		}
		rows := make([]Row, n)
		for i, inv := range waiting {
			rows[i] = Row{Kind: KindReminder, DedupeKey: dedupe(c.ID, inv.ID, KindReminder, 1), To: to[i],
				Lang: inv.Language, CampaignID: c.ID, InvitationID: inv.ID}
		}
		if err := insertRows(ctx, tx, s.now(), rows); err != nil {
			return err
		}
		if err := setReminded(ctx, tx, c.ID, s.now()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventReminded, Subject: "campaign", SubjectID: c.ID,
			Detail: map[string]any{"reminders": n}})
	})
	return n, err
}

// Close ends a campaign in the caller's transaction: no more answers, and mail that has not left stays
// here. The response package closes, because it also knows how far the unfinished answers came.
func (s *Service) Close(ctx context.Context, tx *sqlx.Tx, campaignID string) error {
	c, err := lockCampaign(ctx, tx, campaignID)
	if err != nil {
		return err
	}
	if c.State != Launched {
		return errState()
	}
	if err := setClosed(ctx, tx, c.ID, s.now()); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Name: EventClosed, Subject: "campaign", SubjectID: c.ID})
}

// Overdue lists the ids of launched campaigns that have passed their last moment.
func (s *Service) Overdue(ctx context.Context) ([]string, error) {
	return listOverdue(ctx, s.db, s.now())
}

// Resume lets a campaign that paused itself go on.
func (s *Service) Resume(ctx context.Context, campaignID string) error {
	c, err := s.Find(ctx, campaignID)
	if err != nil {
		return err
	}
	if _, err := s.linkKey(c); err != nil {
		return err
	}
	return postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		done, err := resumeCampaign(ctx, tx, campaignID)
		if err != nil || !done {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventResumed, Subject: "campaign", SubjectID: campaignID})
	})
}

// SendTest queues a test mail to an address of the team: the letter as one
// group would get it, with a link that opens nothing.
func (s *Service) SendTest(ctx context.Context, campaignID, group, to string, ordinal string) error {
	c, err := s.Find(ctx, campaignID)
	if err != nil {
		return err
	}
	if _, err := people.NormaliseEmail(to); err != nil {
		return fault.InvalidFields("distribution.error_form", fault.Field{Name: "to", Key: "people.error_email"})
	}
	return postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		key := fmt.Sprintf("test/%s/%s/%s/%s", c.ID, group, to, ordinal)
		return s.Enqueue(ctx, tx, KindTest, key, to, c.Language, testMail{CampaignID: c.ID, Group: group})
	})
}

func errState() error { return fault.New(fault.Conflict, "distribution.error_state") }

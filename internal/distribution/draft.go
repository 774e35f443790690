package distribution

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/postgres"
)

// Audit events of campaigns.
const (
	EventCreated  = "campaign.created"
	EventChanged  = "campaign.changed"
	EventLaunched = "campaign.launched"
	EventReminded = "campaign.reminded"
	EventResumed  = "campaign.resumed"
	EventClosed   = "campaign.closed"
)

// Find returns one campaign.
func (s *Service) Find(ctx context.Context, id string) (Campaign, error) {
	return findCampaign(ctx, s.db, id)
}

// List returns all campaigns, newest first.
func (s *Service) List(ctx context.Context) ([]Campaign, error) { return listCampaigns(ctx, s.db) }

// Receiving tells whether a campaign receives answers to a version now; "" asks of any version.
func (s *Service) Receiving(ctx context.Context, versionID string) (bool, error) {
	all, err := s.List(ctx)
	return slices.ContainsFunc(all, func(c Campaign) bool {
		return (versionID == "" || c.VersionID == versionID) && c.Open(s.now())
	}), err
}

// Standard is a draft with the standard texts for a version, "" for one that is not chosen yet. It begins a
// wave unless a campaign receives answers to the version.
func (s *Service) Standard(ctx context.Context, versionID string) (Campaign, error) {
	draft := DefaultTexts()
	draft.VersionID = versionID
	running, err := s.Receiving(ctx, versionID)
	draft.NewWave = !running
	return draft, err
}

// FirstReminders returns when the first reminder of each campaign left, by campaign id; one that has sent
// none is absent.
func (s *Service) FirstReminders(ctx context.Context) (map[string]time.Time, error) {
	return firstReminders(ctx, s.db)
}

// Create stores a new draft and returns it with its id.
func (s *Service) Create(ctx context.Context, c Campaign) (Campaign, error) {
	c.CreatedAt, c.State = s.now(), Draft
	if err := s.validate(&c); err != nil {
		return c, err
	}
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		var err error
		if c.ID, err = insertCampaign(ctx, tx, c); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventCreated, Subject: "campaign", SubjectID: c.ID})
	})
	return c, err
}

// Change rewrites a draft. A launched campaign never changes.
func (s *Service) Change(ctx context.Context, c Campaign) error {
	if err := s.validate(&c); err != nil {
		return err
	}
	return postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if _, err := lockCampaign(ctx, tx, c.ID); err != nil {
			return err
		}
		done, err := updateDraft(ctx, tx, c)
		if err != nil {
			return err
		}
		if !done {
			return errState()
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventChanged, Subject: "campaign", SubjectID: c.ID})
	})
}

// validate checks meaning: what can be seen without the recipients.
func (s *Service) validate(c *Campaign) error {
	c.Name = strings.TrimSpace(c.Name)
	c.Groups = slices.DeleteFunc(slices.Clone(people.Groups), func(g string) bool { return !slices.Contains(c.Groups, g) })
	c.prepareDraft()
	var fields []fault.Field
	bad := func(name, key string, args ...any) {
		fields = append(fields, fault.Field{Name: name, Key: key, Args: fault.Args(args...)})
	}
	if c.Name == "" {
		bad("name", "error.required")
	}
	if c.VersionID == "" {
		bad("version_id", "error.choice")
	}
	if len(c.Groups) == 0 {
		bad("groups", "distribution.error_groups")
	}
	if c.Mode != Confidential && c.Mode != Anonymous {
		bad("mode", "error.choice")
	}
	if !c.Invites && !c.OpenLink {
		bad("invites", "distribution.error_reach")
	}
	if _, ok := i18n.Parse(string(c.Language)); !ok {
		bad("language", "error.choice")
	}
	if c.Minutes < 1 || c.Minutes > 60 {
		bad("minutes", "distribution.error_minutes")
	}
	if !c.ClosesAt.After(s.now()) {
		bad("closes_at", "distribution.error_closes_past")
	}
	for _, t := range []struct {
		name string
		text i18n.Text
	}{{"subject", c.Subject}, {"body", c.Body}, {"reminder_subject", c.ReminderSubject}, {"reminder_body", c.ReminderBody}} {
		for _, l := range i18n.Langs {
			text := t.text.Sv
			if l == i18n.En {
				text = t.text.En
			}
			if strings.TrimSpace(text) == "" {
				bad(t.name+"_"+string(l), "error.required")
			} else if _, err := fill(text, everyValue); err != nil {
				bad(t.name+"_"+string(l), "distribution.error_placeholder", "Reason", err.Error())
			}
		}
	}
	if len(fields) > 0 {
		return fault.InvalidFields("distribution.error_form", fields...)
	}
	return nil
}

// prepareDraft fills in what follows from the choices that were made.
func (c *Campaign) prepareDraft() {
	if c.OpenLink && c.OpenSlug == "" {
		c.OpenSlug = newSlug()
	}
	// The standard reminder of the other mode says what is not true in this one.
	from, to := DefaultTexts().ReminderBody, anonymousReminder
	if c.Mode == Confidential {
		from, to = to, from
	}
	if sameText(c.ReminderBody.Sv, from.Sv) {
		c.ReminderBody.Sv = to.Sv
	}
	if sameText(c.ReminderBody.En, from.En) {
		c.ReminderBody.En = to.En
	}
}

// sameText compares a text with one that a browser may have sent back.
func sameText(a, b string) bool {
	return strings.TrimSpace(strings.ReplaceAll(a, "\r\n", "\n")) == strings.TrimSpace(b)
}

// everyValue fills every placeholder that exists.
var everyValue = func() map[string]string {
	m := map[string]string{}
	for _, p := range Placeholders {
		m[p] = "x"
	}
	return m
}()

// sameDraft tells whether nobody changed the draft between two readings.
func sameDraft(a, b Campaign) bool {
	a.ClosesAt, b.ClosesAt = a.ClosesAt.UTC(), b.ClosesAt.UTC()
	a.CreatedAt, b.CreatedAt = a.CreatedAt.UTC(), b.CreatedAt.UTC()
	return reflect.DeepEqual(a, b)
}

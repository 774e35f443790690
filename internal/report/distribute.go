package report

import (
	"context"
	"encoding/json"
	"fmt"
	netmail "net/mail"
	"strings"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/postgres"
)

// MailKind is the outbox's name for the letter that announces a report.
const MailKind = "report"

// Lists returns the distribution lists, by kind and name.
func (s *Service) Lists(ctx context.Context) ([]List, error) { return selectLists(ctx, s.db) }

// FindList returns one list.
func (s *Service) FindList(ctx context.Context, id string) (List, error) {
	return listByID(ctx, s.db, id)
}

// FindListNamed returns a list by its name.
func (s *Service) FindListNamed(ctx context.Context, name string) (List, error) {
	return listByName(ctx, s.db, name)
}

// Members returns who stands on a list.
func (s *Service) Members(ctx context.Context, listID string) ([]Member, error) {
	return selectMembers(ctx, s.db, listID)
}

// CreateList makes an empty list.
func (s *Service) CreateList(ctx context.Context, name string, kind Kind) (List, error) {
	name = strings.TrimSpace(name)
	var fields []fault.Field
	if name == "" {
		fields = append(fields, fault.Field{Name: "name", Key: "error.required"})
	}
	if kind != Regional && kind != National {
		fields = append(fields, fault.Field{Name: "kind", Key: "error.choice"})
	}
	if len(fields) > 0 {
		return List{}, fault.InvalidFields("error.invalid", fields...)
	}
	var l List
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		id, err := insertList(ctx, tx, name, kind, s.now())
		if err != nil {
			return err
		}
		if l, err = listByID(ctx, tx, id); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventListCreated, Subject: "distribution_list", SubjectID: id,
			Detail: map[string]any{"name": name, "kind": kind}})
	})
	return l, err
}

// ParseMembers reads pasted addresses, one a line or separated by semicolons:
// "a@b.se" or "Åsa Ek <a@b.se>". Faults: Invalid on the field "addresses",
// naming each line that is not an address.
func ParseMembers(pasted string, lang i18n.Lang) ([]Member, error) {
	var out []Member
	var fields []fault.Field
	seen := map[string]bool{}
	for i, line := range strings.Split(strings.ReplaceAll(pasted, "\r", ""), "\n") {
		for _, entry := range strings.Split(line, ";") {
			entry = strings.TrimSpace(entry)
			if entry == "" {
				continue
			}
			m := Member{Email: entry, Lang: string(lang)}
			if a, err := netmail.ParseAddress(entry); err == nil {
				m.Email, m.Name = a.Address, a.Name
			}
			normalised, err := people.NormaliseEmail(m.Email)
			if err != nil {
				fields = append(fields, fault.Field{Name: "addresses", Key: "report.error_address", Args: fault.Args("Line", i+1, "Text", entry)})
				continue
			}
			if !seen[normalised] {
				seen[normalised] = true
				out = append(out, m)
			}
		}
	}
	if len(fields) == 0 && len(out) == 0 {
		fields = append(fields, fault.Field{Name: "addresses", Key: "error.required"})
	}
	if len(fields) > 0 {
		return nil, fault.InvalidFields("error.invalid", fields...)
	}
	return out, nil
}

// AddMembers puts people on a list and says how many were not there before.
func (s *Service) AddMembers(ctx context.Context, listID string, members []Member) (added int, err error) {
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if _, err := listByID(ctx, tx, listID); err != nil {
			return err
		}
		for _, m := range members {
			normalised, err := people.NormaliseEmail(m.Email)
			if err != nil {
				return err
			}
			if m.Lang == "" {
				m.Lang = string(i18n.Sv)
			}
			new, err := insertMember(ctx, tx, listID, normalised, m, s.now())
			if err != nil {
				return err
			}
			if new {
				added++
			}
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventListChanged, Subject: "distribution_list", SubjectID: listID,
			Detail: map[string]any{"added": added}})
	})
	return added, err
}

// RemoveMember takes an address off a list; what it was sent stays recorded.
func (s *Service) RemoveMember(ctx context.Context, listID, email string) error {
	normalised, err := people.NormaliseEmail(email)
	if err != nil {
		return fault.New(fault.NotFound, "error.not_found").Wrap(err)
	}
	return postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		gone, err := deleteMember(ctx, tx, listID, normalised)
		if err != nil || !gone {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventListChanged, Subject: "distribution_list", SubjectID: listID,
			Detail: map[string]any{"removed": 1}})
	})
}

// Recipients is exactly who would get an edition over a list.
type Recipients struct {
	Edition  Edition
	List     List
	New      []Member // get the mail
	Already  []Member // were sent this edition before
	Stopped  []Member // have stopped mail from us, or their address bounces
	Language int      // of New, those who prefer another language than the edition's
}

// Preview says who a distribution would reach. It writes nothing.
func (s *Service) Preview(ctx context.Context, editionID, listID string) (Recipients, error) {
	var r Recipients
	var err error
	if r.Edition, err = s.Find(ctx, editionID); err != nil {
		return r, err
	}
	if r.List, err = s.FindList(ctx, listID); err != nil {
		return r, err
	}
	members, err := s.Members(ctx, listID)
	if err != nil {
		return r, err
	}
	sent, err := selectRecipients(ctx, s.db, editionID)
	if err != nil {
		return r, err
	}
	had := map[string]bool{}
	for _, row := range sent {
		had[row.Normalised] = true
	}
	for _, m := range members {
		normalised, err := people.NormaliseEmail(m.Email)
		if err != nil {
			return r, err
		}
		stop, err := s.sources.People.Suppressed(ctx, normalised)
		switch {
		case err != nil:
			return r, err
		case had[normalised]:
			r.Already = append(r.Already, m)
		case stop != nil:
			r.Stopped = append(r.Stopped, m)
		default:
			r.New = append(r.New, m)
			if m.Lang != r.Edition.Lang {
				r.Language++
			}
		}
	}
	return r, nil
}

// payload is what the outbox keeps of a report letter.
type payload struct {
	EditionID string `json:"edition_id"`
	Email     string `json:"email"`
	Name      string `json:"name,omitempty"`
}

// Distribute queues a mail with the link to everyone on the list who has not
// been sent the edition, in one transaction. Doing it again sends nothing to
// those who have. Only a published edition can be spread, and only to a list
// of its own kind.
func (s *Service) Distribute(ctx context.Context, editionID, listID string) (Recipients, error) {
	r, err := s.Preview(ctx, editionID, listID)
	if err != nil {
		return r, err
	}
	if r.Edition.State != Published {
		return r, fault.New(fault.Conflict, "report.error_not_published")
	}
	if r.Edition.Embargoed(s.now()) {
		return r, fault.New(fault.Conflict, "report.error_embargo", "Until", i18n.DateTime(i18n.Sv, *r.Edition.EmbargoUntil))
	}
	if r.List.Kind != r.Edition.Kind {
		return r, fault.New(fault.Conflict, "report.error_list_kind")
	}
	actor := audit.ActorOf(ctx).Name
	sent := 0
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		for _, m := range r.New {
			normalised, err := people.NormaliseEmail(m.Email)
			if err != nil {
				return err
			}
			row := recipientRow{EditionID: editionID, Normalised: normalised, Email: m.Email, Name: m.Name, Lang: m.Lang, ListID: &listID,
				ListName: r.List.Name, DedupeKey: MailKind + ":" + editionID + ":" + normalised, RequestedAt: s.now(), RequestedBy: actor}
			added, err := insertRecipient(ctx, tx, row)
			if err != nil {
				return err
			}
			if !added { // another distribution reached the person first
				continue
			}
			if _, err := s.sources.Distribution.UnsubscribeURL(ctx, tx, m.Email); err != nil {
				return err
			}
			err = s.sources.Distribution.Enqueue(ctx, tx, MailKind, row.DedupeKey, m.Email, i18n.Lang(m.Lang),
				payload{EditionID: editionID, Email: m.Email, Name: m.Name})
			if err != nil {
				return fmt.Errorf("queue report mail: %w", err)
			}
			sent++
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventDistributed, Subject: "edition", SubjectID: editionID,
			Detail: map[string]any{"list": r.List.Name, "queued": sent}})
	})
	return r, err
}

// letter renders one outbox row. A published edition never changes, so the
// letter is the same each time.
func (s *Service) letter(ctx context.Context, row distribution.Row) (mail.Letter, error) {
	var p payload
	if err := json.Unmarshal(row.Payload, &p); err != nil {
		return mail.Letter{}, fmt.Errorf("report mail payload: %w", err)
	}
	return s.about(ctx, row.Lang, p.EditionID, p.Email, p.Name, func(l *mail.Letter, e Edition, snapshot *Snapshot) error {
		t := func(key string, args ...any) string { return i18n.T(row.Lang, key, args...) }
		l.Subject, l.Footer = t("report.mail_subject", "Title", e.Title), []string{t("report.mail_why")}
		if e.Number > 1 {
			l.Subject = t("report.mail_subject_again", "Number", e.Number, "Title", e.Title)
		}
		l.Paragraphs = []string{t("report.mail_intro_"+string(e.Kind), "Title", e.Title), t("report.mail_page_one", "Count", len(snapshot.Recommendations))}
		if snapshot.Uptake != nil {
			l.Paragraphs = append(l.Paragraphs, t("report.mail_uptake"))
		}
		l.After = []string{t("report.mail_formats", "Lang", t("report.lang_"+e.Lang))}
		return nil
	})
}

// about is the frame of every letter about an edition: greeting, the button to it, whom to ask, who
// writes and how to stop. fill writes what the letter is about.
func (s *Service) about(ctx context.Context, lang i18n.Lang, editionID, to, name string,
	fill func(*mail.Letter, Edition, *Snapshot) error) (mail.Letter, error) {
	e, err := s.Find(ctx, editionID)
	if err != nil {
		return mail.Letter{}, err
	}
	snapshot, err := s.Snapshot(ctx, e.SnapshotID)
	if err != nil {
		return mail.Letter{}, err
	}
	t := func(key string, args ...any) string { return i18n.T(lang, key, args...) }
	l := mail.Letter{To: to, ToName: name, Lang: lang, Greeting: t("report.mail_greeting"),
		Button:         &mail.Button{Text: t("report.mail_button"), URL: s.settings.Address + e.Path()},
		Signature:      []string{t("report.publisher"), "Upphandlingsdialog Dalarna"},
		UnsubscribeURL: s.sources.Distribution.UnsubscribeLink(to),
	}
	if err := fill(&l, e, snapshot); err != nil {
		return mail.Letter{}, err
	}
	if s.settings.Contact != "" {
		l.After = append(l.After, t("report.mail_contact", "Contact", s.settings.Contact))
	}
	if snapshot.Invented {
		l.Paragraphs = append(l.Paragraphs, t("report.mail_invented"))
	}
	return l, nil
}

// Deliveries is who was sent an edition and what became of each mail.
func (s *Service) Deliveries(ctx context.Context, editionID string) ([]Delivery, error) {
	rows, err := selectRecipients(ctx, s.db, editionID)
	if err != nil {
		return nil, err
	}
	keys := make([]string, len(rows))
	for i, r := range rows {
		keys[i] = r.DedupeKey
	}
	mails, err := s.sources.Distribution.Fates(ctx, keys)
	if err != nil {
		return nil, err
	}
	out := make([]Delivery, len(rows))
	for i, r := range rows {
		fate := mails[r.DedupeKey]
		out[i] = Delivery{Email: r.Email, Name: r.Name, List: r.ListName, RequestedAt: r.RequestedAt, State: fate.State, SentAt: fate.FinishedAt}
	}
	return out, nil
}

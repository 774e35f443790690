package followup

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/token"
)

// Names of the audit events and of the outbox's kind of mail.
const (
	EventAsked    = "followup.asked"
	EventReminded = "followup.reminded"
	EventReplied  = "followup.replied"
	MailKind      = "followup"

	purpose = "follow-up"
	// reminderPause is how long a body is left alone between two letters.
	reminderPause = 7 * 24 * time.Hour
)

// Config is what an installation decides.
type Config struct {
	BaseURL string    // without slash at the end
	Key     token.Key // personal links are derived from it
	Owner   i18n.Text
	Contact string // address for questions
}

// Service is the use cases of follow-up.
type Service struct {
	db      *sqlx.DB
	now     func() time.Time
	reports *report.Service
	outbox  *distribution.Service
	cfg     Config
}

// New makes the service and registers its kind of mail with the outbox.
func New(db *sqlx.DB, now func() time.Time, reports *report.Service, outbox *distribution.Service, cfg Config) *Service {
	s := &Service{db: db, now: now, reports: reports, outbox: outbox, cfg: cfg}
	outbox.Register(MailKind, distribution.Kind{Render: s.letter, Wanted: s.wanted})
	return s
}

// edition is a regional edition that the public can read, with its snapshot: bodies are asked about
// nothing else.
func (s *Service) edition(ctx context.Context, id string) (report.Edition, *report.Snapshot, error) {
	e, err := s.reports.Find(ctx, id)
	switch {
	case err != nil:
		return e, nil, err
	case e.Kind != report.Regional || e.State != report.Published || e.Embargoed(s.now()):
		return e, nil, fault.New(fault.Conflict, "followup.error_edition")
	}
	snapshot, err := s.reports.Snapshot(ctx, e.SnapshotID)
	return e, snapshot, err
}

// directedTo are the numbers of the recommendations that name an addressee.
func directedTo(snapshot *report.Snapshot, addressee string) (numbers []string) {
	for _, r := range snapshot.Recommendations {
		if slices.Contains(r.Addressees, addressee) {
			numbers = append(numbers, r.Number)
		}
	}
	return numbers
}

// Plan is exactly who Ask would write to. It writes nothing.
type Plan struct {
	Edition report.Edition
	Numbers []string // of the recommendations that the bodies are asked about
	New     []Body
	Already []Body // asked before in the same capacity

	invented bool
}

// Plan checks a list of bodies against an edition.
func (s *Service) Plan(ctx context.Context, editionID string, bodies []Body) (Plan, error) {
	e, snapshot, err := s.edition(ctx, editionID)
	if err != nil {
		return Plan{}, err
	}
	p := Plan{Edition: e, invented: snapshot.Invented}
	for _, b := range bodies {
		if numbers := directedTo(snapshot, b.Addressee); len(numbers) == 0 {
			return p, fault.InvalidFields("error.invalid", fault.Field{Name: "addressee", Key: "followup.error_nothing"})
		} else if p.Numbers == nil {
			p.Numbers = numbers
		}
	}
	asked := map[[2]string]bool{}
	if f, err := findOfEdition(ctx, s.db, editionID); err == nil {
		all, err := listRequests(ctx, s.db, f.ID)
		if err != nil {
			return p, err
		}
		for _, r := range all {
			asked[[2]string{r.Organisation, r.Addressee}] = r.Reachable()
		}
	} else if !fault.Is(err, fault.NotFound) {
		return p, err
	}
	for _, b := range bodies {
		if asked[[2]string{b.Organisation, b.Addressee}] {
			p.Already = append(p.Already, b)
		} else {
			p.New = append(p.New, b)
		}
	}
	return p, nil
}

// Ask writes to the bodies that have not been asked, in one transaction, and sets the last day to
// answer for all. Faults: Invalid for a day that has passed, Conflict for an edition that the public
// cannot read.
func (s *Service) Ask(ctx context.Context, editionID string, deadline time.Time, bodies []Body) (Plan, error) {
	if !deadline.After(s.now()) {
		return Plan{}, fault.InvalidFields("error.invalid", fault.Field{Name: "deadline", Key: "followup.error_passed"})
	}
	p, err := s.Plan(ctx, editionID, bodies)
	if err != nil {
		return p, err
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		id, err := upsertFollowUp(ctx, tx, editionID, deadline, s.now(), audit.ActorOf(ctx).Name)
		if err != nil {
			return err
		}
		sent := 0
		for _, b := range p.New {
			r := Request{Body: b, ID: uuid.NewString(), FollowUpID: id, Numbers: p.Numbers}
			added, err := insertRequest(ctx, tx, &r, token.Hash(s.token(r.ID)), s.now())
			if err != nil {
				return err
			}
			if !added { // somebody else asked first
				continue
			}
			if err := s.write(ctx, tx, r, letterFacts{Reminder: r.Reminders, Title: p.Edition.Title, Deadline: deadline, Invented: p.invented}); err != nil {
				return err
			}
			sent++
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventAsked, Subject: "follow_up", SubjectID: id,
			Detail: map[string]any{"edition": p.Edition.Slug, "asked": sent}})
	})
	return p, err
}

// Remind writes again to those who have a recommendation left to answer and were not written to in the
// last week, and says how many.
func (s *Service) Remind(ctx context.Context, followUpID string) (sent int, err error) {
	v, err := s.Find(ctx, followUpID)
	if err != nil {
		return 0, err
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		for _, r := range v.Remindable(s.now()) {
			ok, err := markReminded(ctx, tx, r.ID, r.Reminders, s.now())
			if err != nil {
				return err
			}
			if !ok { // reminded at the same moment by somebody else
				continue
			}
			if err := s.write(ctx, tx, r, letterFacts{Reminder: r.Reminders + 1, Title: v.Edition.Title, Deadline: v.Deadline, Invented: v.Invented}); err != nil {
				return err
			}
			sent++
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventReminded, Subject: "follow_up", SubjectID: followUpID,
			Detail: map[string]any{"reminded": sent}})
	})
	return sent, err
}

// letterFacts is all that a letter needs: it is rendered before the round is committed, and again when
// it is sent.
type letterFacts struct {
	RequestID    string    `json:"request_id"`
	FollowUpID   string    `json:"follow_up_id"`
	Reminder     int       `json:"reminder"` // 0 for the first letter
	Organisation string    `json:"organisation"`
	Title        string    `json:"title"` // of the report
	Count        int       `json:"count"` // of recommendations
	Deadline     time.Time `json:"deadline"`
	Invented     bool      `json:"invented"`
}

func (s *Service) write(ctx context.Context, tx *sqlx.Tx, r Request, about letterFacts) error {
	if _, err := s.outbox.UnsubscribeURL(ctx, tx, r.Email); err != nil {
		return err
	}
	about.RequestID, about.FollowUpID, about.Organisation, about.Count = r.ID, r.FollowUpID, r.Organisation, len(r.Numbers)
	key := fmt.Sprintf("%s:%s:%d", MailKind, r.ID, about.Reminder)
	if err := s.outbox.Enqueue(ctx, tx, MailKind, key, r.Email, r.Lang, about); err != nil {
		return fmt.Errorf("queue follow-up mail: %w", err)
	}
	return nil
}

// View is a follow-up as the team and the public see it.
type View struct {
	FollowUp
	Edition         report.Edition
	Invented        bool // the edition holds invented sample data
	Recommendations []report.Recommendation
	Requests        []Request // by place and organisation
}

// Remindable are the silent ones who have been left alone for a week, and whose address is not erased.
func (v View) Remindable(now time.Time) (out []Request) {
	for _, r := range v.Requests {
		last := r.AskedAt
		if r.RemindedAt != nil {
			last = *r.RemindedAt
		}
		if r.Silent() && r.Reachable() && now.Sub(last) >= reminderPause {
			out = append(out, r)
		}
	}
	return out
}

// Tally counts the latest replies to a recommendation, and those asked who have not replied.
type Tally struct{ Adopt, Adapt, Decline, Silent int }

// Tally counts a recommendation.
func (v View) Tally(number string) (t Tally) {
	for _, r := range v.Requests {
		if !slices.Contains(r.Numbers, number) {
			continue
		}
		switch r.Replies[number].Answer {
		case Adopt:
			t.Adopt++
		case Adapt:
			t.Adapt++
		case Decline:
			t.Decline++
		default:
			t.Silent++
		}
	}
	return t
}

// Find returns a follow-up with everything that was answered.
func (s *Service) Find(ctx context.Context, id string) (View, error) {
	f, err := find(ctx, s.db, id)
	if err != nil {
		return View{}, fmt.Errorf("follow-up %s: %w", id, err)
	}
	return s.view(ctx, f)
}

// Latest is the newest follow-up. Fault: NotFound when nobody has been asked yet.
func (s *Service) Latest(ctx context.Context) (View, error) {
	f, err := latest(ctx, s.db)
	if err != nil {
		return View{}, fmt.Errorf("latest follow-up: %w", err)
	}
	return s.view(ctx, f)
}

// List returns every follow-up, the newest first.
func (s *Service) List(ctx context.Context) ([]FollowUp, error) { return list(ctx, s.db) }

func (s *Service) view(ctx context.Context, f FollowUp) (View, error) {
	v := View{FollowUp: f}
	var err error
	if v.Edition, err = s.reports.Find(ctx, f.EditionID); err != nil {
		return v, err
	}
	snapshot, err := s.reports.Snapshot(ctx, v.Edition.SnapshotID)
	if err != nil {
		return v, err
	}
	v.Recommendations, v.Invented = snapshot.Recommendations, snapshot.Invented
	if v.Requests, err = listRequests(ctx, s.db, f.ID); err != nil {
		return v, err
	}
	for i := range v.Requests {
		v.Requests[i].Numbers = directedTo(snapshot, v.Requests[i].Addressee)
	}
	slices.SortStableFunc(v.Requests, func(a, b Request) int { return a.order() - b.order() })
	return v, nil
}

func (s *Service) token(requestID string) string { return s.cfg.Key.Derive(purpose, requestID) }

// URL is the personal link of a request.
func (s *Service) URL(requestID string) string {
	return s.cfg.BaseURL + "/follow-up/" + s.token(requestID)
}

// ByToken is the request that a personal link belongs to, with the follow-up it is part of.
func (s *Service) ByToken(ctx context.Context, plain string) (Request, View, error) {
	followUpID, id, err := findByToken(ctx, s.db, token.Hash(plain))
	if err != nil {
		return Request{}, View{}, fmt.Errorf("find follow-up request: %w", err)
	}
	v, err := s.Find(ctx, followUpID)
	if err != nil {
		return Request{}, v, err
	}
	i := slices.IndexFunc(v.Requests, func(r Request) bool { return r.ID == id })
	return v.Requests[i], v, nil
}

// Reply stores what a body answers: one reply for each recommendation that it answers now; those that
// say what already stands are left out. All or nothing. Faults: Invalid, naming the recommendation.
func (s *Service) Reply(ctx context.Context, plain string, replies []Reply) error {
	r, v, err := s.ByToken(ctx, plain)
	if err != nil {
		return err
	}
	var fields []fault.Field
	var changed []Reply
	for _, reply := range replies {
		if !slices.Contains(r.Numbers, reply.Number) {
			fields = append(fields, fault.Field{Name: "answer-" + reply.Number, Key: "error.choice"})
			continue
		}
		if reply.Answer == Decline {
			reply.Due = nil
		}
		fields = append(fields, reply.check()...)
		if was, ok := r.Replies[reply.Number]; !ok || !was.same(reply) {
			fields = append(fields, reply.checkDue(s.now())...)
			changed = append(changed, reply)
		}
	}
	if len(replies) == 0 {
		fields = append(fields, fault.Field{Name: "answer-" + r.Numbers[0], Key: "followup.error_none"})
	}
	if len(fields) > 0 {
		return fault.InvalidFields("error.invalid", fields...)
	}
	if len(changed) == 0 {
		return nil
	}
	return postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		for _, reply := range changed {
			if err := insertReply(ctx, tx, r.ID, reply, s.now()); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventReplied, Subject: "follow_up", SubjectID: v.ID,
			Detail: map[string]any{"organisation": r.Organisation, "replies": len(changed)}})
	})
}

func (r Reply) same(o Reply) bool {
	return r.Answer == o.Answer && r.Reason == o.Reason && (r.Due == nil) == (o.Due == nil) && (r.Due == nil || r.Due.Equal(*o.Due))
}

// Uptake is the newest follow-up as an edition tells it; nil when nobody has been asked.
func (s *Service) Uptake(ctx context.Context) (*report.Uptake, error) {
	v, err := s.Latest(ctx)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	u := &report.Uptake{Edition: v.Edition.Slug, Number: v.Edition.Number, Asked: day(v.OpenedAt), Deadline: day(v.Deadline)}
	snapshot, err := s.reports.Snapshot(ctx, v.Edition.SnapshotID)
	if err != nil {
		return nil, err
	}
	u.Made = snapshot.Date
	for _, r := range v.Recommendations {
		if slices.ContainsFunc(v.Requests, func(q Request) bool { return slices.Contains(q.Numbers, r.Number) }) {
			u.Advice = append(u.Advice, report.TakenUp{Number: r.Number, Title: r.Title})
		}
	}
	for _, r := range v.Requests {
		b := report.AskedBody{Organisation: r.Organisation, Municipality: r.Municipality, Lang: r.Lang, Numbers: r.Numbers}
		for _, n := range r.Numbers {
			if reply, ok := r.Replies[n]; ok {
				a := report.BodyAnswer{Number: n, Answer: string(reply.Answer), Reason: reply.Reason, At: day(reply.RepliedAt)}
				if reply.Due != nil {
					a.Due = reply.Due.Format(time.DateOnly)
				}
				b.Answers = append(b.Answers, a)
			}
		}
		u.Bodies = append(u.Bodies, b)
	}
	return u, nil
}

func day(t time.Time) string { return i18n.Date(i18n.Sv, t) }

// wanted stops a reminder to a body that has answered in the meantime.
func (s *Service) wanted(ctx context.Context, row distribution.Row) (string, error) {
	var p letterFacts
	if err := json.Unmarshal(row.Payload, &p); err != nil {
		return "", fmt.Errorf("follow-up mail payload: %w", err)
	}
	if p.Reminder == 0 {
		return "", nil
	}
	v, err := s.Find(ctx, p.FollowUpID)
	if err != nil {
		return "", err
	}
	for _, r := range v.Requests {
		if r.ID == p.RequestID && !r.Silent() {
			return "answered", nil
		}
	}
	return "", nil
}

func (s *Service) letter(_ context.Context, row distribution.Row) (mail.Letter, error) {
	var p letterFacts
	if err := json.Unmarshal(row.Payload, &p); err != nil {
		return mail.Letter{}, fmt.Errorf("follow-up mail payload: %w", err)
	}
	lang := row.Lang
	t := func(key string, args ...any) string { return i18n.T(lang, key, args...) }
	subject, first := "followup.mail_subject", "followup.mail_intro"
	if p.Reminder > 0 {
		subject, first = "followup.mail_reminder_subject", "followup.mail_reminder"
	}
	l := mail.Letter{To: row.To, Lang: lang, Subject: t(subject, "Title", p.Title), Greeting: t("followup.mail_greeting", "Organisation", p.Organisation),
		Paragraphs: []string{t(first, "Title", p.Title), t("followup.mail_what", "Count", p.Count), t("followup.mail_public", "Date", i18n.DateLong(lang, p.Deadline))},
		Button:     &mail.Button{Text: t("followup.mail_button"), URL: s.URL(p.RequestID)},
		Signature:  []string{s.cfg.Owner.In(lang), s.cfg.Contact}, Footer: []string{t("followup.mail_why")},
		UnsubscribeURL: s.outbox.UnsubscribeLink(row.To), Invented: p.Invented}
	return l, nil
}

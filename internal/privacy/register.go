package privacy

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/postgres"
)

// What can be asked for: articles 15, 16, 17, 18 and 21 of the data protection regulation.
const (
	Access        = "access"
	Rectification = "rectification"
	ToBeErased    = "erasure"
	Restriction   = "restriction"
	Objection     = "objection"
)

// Asks lists what can be asked for, in the order of the articles.
var Asks = []string{Access, Rectification, ToBeErased, Restriction, Objection}

// How a request is answered.
const (
	Done    = "done"
	Refused = "refused"
)

// Audit events of the register of requests.
const (
	EventRequestCame     = "privacy.request_came"
	EventRequestExtended = "privacy.request_extended"
	EventRequestAnswered = "privacy.request_answered"
	EventRequestsThinned = "privacy.requests_thinned"
)

// MailKind is the outbox's name for reminders to who answers for a request.
const MailKind = "privacy_request"

// soon is how many days before it is due a request is reminded of.
const soon = 7

const maxReason = 2000

// Request is something that somebody has asked for. Who it is stands in the authority's registry, under the number.
type Request struct {
	ID              string     `db:"id"`
	Dnr             string     `db:"dnr"`
	Asks            string     `db:"asks"`
	Came            time.Time  `db:"came"` // a day
	Responsible     string     `db:"responsible"`
	ExtendedAt      *time.Time `db:"extended_at"`
	ExtensionReason string     `db:"extension_reason"`
	AnsweredAt      *time.Time `db:"answered_at"`
	AnsweredBy      string     `db:"answered_by"`
	Answer          string     `db:"answer"` // Done or Refused
	RefusalReason   string     `db:"refusal_reason"`
}

// Open tells whether the request waits for an answer.
func (r Request) Open() bool { return r.AnsweredAt == nil }

// FirstDue is the last day of the month that there is to answer in, or to say that it takes longer (article 12.3).
func (r Request) FirstDue() time.Time { return monthsAfter(r.Came, 1) }

// Due is the last day to answer: two months later where it was extended.
func (r Request) Due() time.Time {
	if r.ExtendedAt != nil {
		return monthsAfter(r.Came, 3)
	}
	return r.FirstDue()
}

// monthsAfter is the same date some months later, or the last of that month (regulation 1182/71, article 3.2 c). That a
// time limit which ends on a holiday runs on is not made use of.
func monthsAfter(day time.Time, months int) time.Time {
	first := time.Date(day.Year(), day.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return time.Date(first.Year(), first.Month(), min(day.Day(), last), 0, 0, 0, 0, time.UTC)
}

// DaysLeft is how many days there are to answer from a day on; negative when it is late.
func (r Request) DaysLeft(now time.Time) int {
	return int(r.Due().Sub(dayOf(now)).Hours() / 24)
}

// Late tells whether the answer is.
func (r Request) Late(now time.Time) bool { return r.Open() && r.DaysLeft(now) < 0 }

// Soon tells whether the last day is near.
func (r Request) Soon(now time.Time) bool { return r.Open() && r.DaysLeft(now) <= soon }

// Extendable tells whether the time can still be made longer: the person must hear of it within the first month.
func (r Request) Extendable(now time.Time) bool {
	return r.Open() && r.ExtendedAt == nil && !dayOf(now).After(r.FirstDue())
}

// dayOf is the Swedish date of a time.
func dayOf(t time.Time) time.Time {
	y, m, d := t.In(i18n.Stockholm).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// Came is a request that has come in.
type Came struct {
	Dnr         string
	Asks        string
	Day         time.Time
	Responsible string // id of a team member who may change the register of people
}

// Responsible are the team members who can answer for a request.
func (s *Service) Responsible(ctx context.Context) ([]account.User, error) {
	users, err := s.accounts.Users(ctx)
	if err != nil {
		return nil, fmt.Errorf("who can answer for a request: %w", err)
	}
	return slices.DeleteFunc(users, func(u account.User) bool { return !u.May(account.PeopleWrite) }), nil
}

// Receive notes a request. Faults: Invalid by field, also when the number stands in the register already.
func (s *Service) Receive(ctx context.Context, c Came) (Request, error) {
	r := Request{Dnr: strings.TrimSpace(c.Dnr), Asks: c.Asks, Came: c.Day, Responsible: c.Responsible}
	able, err := s.Responsible(ctx)
	if err != nil {
		return r, err
	}
	var fields []fault.Field
	need := func(name, key string, ok bool) {
		if !ok {
			fields = append(fields, fault.Field{Name: name, Key: key, Args: fault.Args("Max", maxDecision)})
		}
	}
	need("dnr", "privacy.error_dnr", strings.ContainsAny(r.Dnr, "0123456789") && !strings.Contains(r.Dnr, "@") && utf8.RuneCountInString(r.Dnr) <= maxDecision)
	need("asks", "error.choice", slices.Contains(Asks, r.Asks))
	need("came", "privacy.error_came", r.Came.Year() >= 2018 && !r.Came.After(dayOf(s.now())))
	need("responsible", "error.choice", slices.ContainsFunc(able, func(u account.User) bool { return u.ID == r.Responsible }))
	if fields != nil {
		return r, fault.InvalidFields("error.invalid", fields...)
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if r.ID, err = insertRequest(ctx, tx, r, s.now()); err != nil {
			return err
		}
		return s.note(ctx, tx, EventRequestCame, r, map[string]any{"asks": r.Asks, "due": r.Due().Format(time.DateOnly)})
	})
	if err != nil {
		return r, fmt.Errorf("receive a request: %w", err)
	}
	return r, nil
}

// Requests lists the register: those that wait for an answer, the most urgent first, then those that were answered,
// the latest first.
func (s *Service) Requests(ctx context.Context) ([]Request, error) {
	list, err := listRequests(ctx, s.db)
	if err != nil {
		return nil, fmt.Errorf("requests: %w", err)
	}
	slices.SortStableFunc(list, func(a, b Request) int {
		switch {
		case a.Open() && b.Open():
			return a.Due().Compare(b.Due())
		case a.Open():
			return -1
		case b.Open():
			return 1
		}
		return b.AnsweredAt.Compare(*a.AnsweredAt)
	})
	return list, nil
}

// FindRequest returns one. Fault: NotFound.
func (s *Service) FindRequest(ctx context.Context, id string) (Request, error) {
	return findRequest(ctx, s.db, id)
}

// Extend gives two months more, for a reason that the person is told. Faults: Invalid without one, Conflict when the
// request is answered, extended already, or the first month is over.
func (s *Service) Extend(ctx context.Context, id, reason string) error {
	return s.change(ctx, id, "reason", reason, true, func(r *Request, reason string) (string, error) {
		if !r.Extendable(s.now()) {
			return "", fault.New(fault.Conflict, "privacy.error_extend")
		}
		now := s.now()
		r.ExtendedAt, r.ExtensionReason = &now, reason
		return EventRequestExtended, nil
	})
}

// AnswerRequest notes how a request was answered and by whom: Done, or Refused for a reason. Faults: Invalid by field,
// Conflict when it is answered already.
func (s *Service) AnswerRequest(ctx context.Context, id, how, reason string) error {
	if how != Done && how != Refused {
		return fault.InvalidFields("error.invalid", fault.Field{Name: "answer", Key: "error.choice"})
	}
	return s.change(ctx, id, "refusal", reason, how == Refused, func(r *Request, reason string) (string, error) {
		if !r.Open() {
			return "", fault.New(fault.Conflict, "privacy.error_answered")
		}
		now := s.now()
		r.AnsweredAt, r.AnsweredBy, r.Answer = &now, audit.ActorOf(ctx).Name, how
		if how == Refused {
			r.RefusalReason = reason
		}
		return EventRequestAnswered, nil
	})
}

// change alters one request while nobody else does; the reason is in a field of that name.
func (s *Service) change(ctx context.Context, id, field, reason string, needed bool, how func(r *Request, reason string) (event string, err error)) error {
	reason = strings.TrimSpace(reason)
	if needed && reason == "" || utf8.RuneCountInString(reason) > maxReason {
		return fault.InvalidFields("error.invalid", fault.Field{Name: field, Key: "privacy.error_reason", Args: fault.Args("Max", maxReason)})
	}
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		r, err := lockRequest(ctx, tx, id)
		if err != nil {
			return err
		}
		event, err := how(&r, reason)
		if err != nil {
			return err
		}
		if err := updateRequest(ctx, tx, r); err != nil {
			return err
		}
		return s.note(ctx, tx, event, r, map[string]any{"answer": r.Answer, "due": r.Due().Format(time.DateOnly)})
	})
	if err != nil {
		return fmt.Errorf("change request %s: %w", id, err)
	}
	return nil
}

func (s *Service) note(ctx context.Context, tx *sqlx.Tx, event string, r Request, detail map[string]any) error {
	return audit.Record(ctx, tx, audit.Event{Name: event, Subject: "request", SubjectID: r.Dnr, Detail: detail})
}

// Reply is the letter to the person as the request now stands, by paragraph: that it was done, refused or takes longer,
// with what the person can do about it. Nil while there is nothing to tell. The program does not send it: it goes out
// from the matter in the authority's registry, where the address is.
func (s *Service) Reply(lang i18n.Lang, r Request) []string {
	t := func(key string, args ...any) string { return i18n.T(lang, "privacy.reply_"+key, args...) }
	came := t("came", "Came", i18n.DateLong(lang, r.Came), "Asks", t("asks_"+r.Asks), "Dnr", r.Dnr)
	complain := t("complain")
	switch {
	case r.Answer == Refused:
		return []string{came, t("refused"), r.RefusalReason, complain, t("appeal", "Contact", s.contact, "Dnr", r.Dnr)}
	case r.Answer == Done && r.Asks == ToBeErased:
		return []string{came, t("done_erasure"), t("published"), complain}
	case r.Answer == Done:
		return []string{came, t("done_" + r.Asks), complain}
	case r.ExtendedAt != nil:
		return []string{came, t("extended", "Due", i18n.DateLong(lang, r.Due())), r.ExtensionReason, complain}
	}
	return nil
}

// RemindArgs are the arguments of the job that reminds of requests.
type RemindArgs struct{}

// Kind is the name of the job in the queue.
func (RemindArgs) Kind() string { return "remind_privacy_requests" }

// RemindJob does Remind. It runs once a day and may run any number of times.
func (s *Service) RemindJob(ctx context.Context, _ RemindArgs) error {
	_, err := s.Remind(audit.WithActor(ctx, audit.Actor{Kind: "system", Name: "schedule"}))
	return err
}

// reminder is the payload of a mail: what it says follows from it alone.
type reminder struct {
	ID   string    `json:"id"`
	Dnr  string    `json:"dnr"`
	Asks string    `json:"asks"`
	Due  time.Time `json:"due"`
	Late bool      `json:"late"`
}

// Remind writes to who answers for a request, once when the last day is near and once when it is over, and says how
// many requests that holds for now. Where the person has left the team, everybody who can answer is written to.
func (s *Service) Remind(ctx context.Context) (n int, err error) {
	list, err := s.Requests(ctx)
	if err != nil {
		return 0, err
	}
	able, err := s.Responsible(ctx)
	if err != nil {
		return 0, err
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		for _, r := range list {
			if !r.Soon(s.now()) {
				continue
			}
			n++
			p := reminder{r.ID, r.Dnr, r.Asks, r.Due(), r.Late(s.now())}
			to := slices.DeleteFunc(slices.Clone(able), func(u account.User) bool { return u.ID != r.Responsible })
			if len(to) == 0 {
				to = able
			}
			for _, u := range to {
				key := fmt.Sprintf("%s/%s/%s/%s/%t", MailKind, r.ID, u.ID, p.Due.Format(time.DateOnly), p.Late)
				if err := s.outbox.Enqueue(ctx, tx, MailKind, key, u.Email, i18n.Lang(u.Language), p); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("remind of requests: %w", err)
	}
	return n, nil
}

// Mail is how the outbox makes the reminders, which team members get whatever else they have stopped.
func (s *Service) Mail() distribution.Kind {
	return distribution.Kind{Render: s.letter, Wanted: s.wanted, Requested: true}
}

// wanted says no when the request was answered or extended after the reminder was queued.
func (s *Service) wanted(ctx context.Context, row distribution.Row) (string, error) {
	var p reminder
	if err := json.Unmarshal(row.Payload, &p); err != nil {
		return "", fmt.Errorf("reminder of a request: %w", err)
	}
	r, err := findRequest(ctx, s.db, p.ID)
	switch {
	case fault.Is(err, fault.NotFound), err == nil && !r.Open():
		return "answered", nil
	case err == nil && !r.Due().Equal(p.Due):
		return "extended", nil
	}
	return "", err
}

func (s *Service) letter(_ context.Context, row distribution.Row) (mail.Letter, error) {
	var p reminder
	if err := json.Unmarshal(row.Payload, &p); err != nil {
		return mail.Letter{}, fmt.Errorf("reminder of a request: %w", err)
	}
	t := func(key string, args ...any) string { return i18n.T(row.Lang, "privacy.mail_"+key, args...) }
	says := "soon"
	if p.Late {
		says = "late"
	}
	return mail.Letter{To: row.To, Lang: row.Lang, Subject: t("subject_"+says, "Dnr", p.Dnr), Greeting: t("greeting"),
		Paragraphs: []string{t(says, "Dnr", p.Dnr, "Asks", i18n.T(row.Lang, "privacy.asks_"+p.Asks), "Due", i18n.DateLong(row.Lang, p.Due)), t("what")},
		Button:     &mail.Button{Text: t("button"), URL: s.address + "/team/people/requests/" + p.ID},
		Signature:  []string{s.owner.In(row.Lang), s.contact}, Footer: []string{t("why")}}, nil
}

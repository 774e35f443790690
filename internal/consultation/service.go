package consultation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/token"
)

// Audit events of the package.
const (
	EventPlanned   = "consultation.planned"
	EventChanged   = "consultation.changed"
	EventOpened    = "consultation.round_opened_and_mailed"
	EventRenewed   = "consultation.item_asked_again"
	EventReminded  = "consultation.reminded"
	EventClosed    = "consultation.round_closed"
	EventRated     = "consultation.rated"
	EventLeft      = "consultation.left"
	EventReplied   = "consultation.proposal_answered"
	EventConcluded = "consultation.concluded"
	EventExported  = "consultation.results_exported"
)

// Config is what an installation decides.
type Config struct {
	BaseURL string    // "https://dialog.example", without slash at the end
	Key     token.Key // personal links are derived from it
	Owner   i18n.Text // who asks
	Contact string    // address for questions
}

// Service is the use cases of the package.
type Service struct {
	db     *sqlx.DB
	now    func() time.Time
	people *people.Service
	mail   *distribution.Service
	drafts *recommendation.Service
	cfg    Config
}

// New makes the service and registers its letters with the outbox.
func New(db *sqlx.DB, now func() time.Time, p *people.Service, mail *distribution.Service, drafts *recommendation.Service, cfg Config) *Service {
	s := &Service{db: db, now: now, people: p, mail: mail, drafts: drafts, cfg: cfg}
	drafts.HoldWhileAsked(s.asking)
	mail.Register(mailKind, distribution.Kind{Render: s.letter, Wanted: s.wanted})
	return s
}

// Draft is what the team decides about a consultation before its first round.
type Draft struct {
	Name      string
	Groups    []string
	Addresses string // pasted; empty: everybody in the groups
	Method    Method
	MinBase   int
	Invented  bool
}

const maxName = 120

func (d Draft) check() (Consultation, error) {
	var fields []fault.Field
	add := func(name, key string, args ...any) {
		fields = append(fields, fault.Field{Name: name, Key: key, Args: fault.Args(args...)})
	}
	c := Consultation{Name: strings.TrimSpace(d.Name), Invented: d.Invented}
	switch {
	case c.Name == "":
		add("name", "error.required")
	case utf8.RuneCountInString(c.Name) > maxName:
		add("name", "error.too_long", "Max", maxName)
	}
	for _, g := range people.Groups {
		if slices.Contains(d.Groups, g) {
			c.Groups = append(c.Groups, g)
		}
	}
	if len(c.Groups) == 0 {
		add("groups", "consultation.error_groups")
	}
	for _, a := range strings.FieldsFunc(d.Addresses, func(r rune) bool { return strings.ContainsRune(" \t\r\n,;", r) }) {
		normalised, err := people.NormaliseEmail(a)
		if err != nil {
			add("addresses", "consultation.error_address", "Text", a)
		} else if !slices.Contains(c.Addresses, normalised) {
			c.Addresses = append(c.Addresses, normalised)
		}
	}
	rule, err := NewRule(d.Method, d.MinBase)
	if f, ok := fault.Of(err); ok {
		fields = append(fields, f.Fields...)
	}
	if c.Rule = rule; fields != nil {
		return c, fault.InvalidFields("error.invalid", fields...)
	}
	return c, nil
}

// Plan makes a consultation; nobody hears of it until its first round opens.
func (s *Service) Plan(ctx context.Context, d Draft) (id string, err error) {
	c, err := d.check()
	if err != nil {
		return "", err
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if id, err = insertConsultation(ctx, tx, c, audit.ActorOf(ctx).Name, s.now()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventPlanned, Subject: "consultation", SubjectID: id})
	})
	if err != nil {
		return "", fmt.Errorf("plan consultation %s: %w", c.Name, err)
	}
	return id, nil
}

// Change alters the plan. Fault: Conflict once the rule is locked.
func (s *Service) Change(ctx context.Context, id string, d Draft) error {
	c, err := d.check()
	if err != nil {
		return err
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		was, err := lock(ctx, tx, id)
		if err != nil {
			return err
		}
		if was.LockedAt != nil {
			return errLocked()
		}
		if err := updateConsultation(ctx, tx, id, c); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventChanged, Subject: "consultation", SubjectID: id})
	})
	if err != nil {
		return fmt.Errorf("change consultation %s: %w", id, err)
	}
	return nil
}

func errLocked() error { return fault.New(fault.Conflict, "consultation.error_locked") }

// List returns every consultation, the newest first.
func (s *Service) List(ctx context.Context) ([]Consultation, error) {
	return list(ctx, s.db, "", nil)
}

// Find returns one consultation with its rounds.
func (s *Service) Find(ctx context.Context, id string) (Consultation, error) {
	return find(ctx, s.db, id)
}

// Asked is what a new round would ask about: every recommendation out for
// consultation, and why one may be left out.
type Asked struct {
	recommendation.Recommendation
	Last     int      // version that was asked about last; 0 for none
	Suggest  bool     // new or changed since, or without a verdict
	Verdicts []string // of the last round, in the order importance, feasibility; empty when none
}

// Askable lists what a new round can ask about.
func (s *Service) Askable(ctx context.Context, c Consultation) ([]Asked, error) {
	all, err := s.drafts.List(ctx, recommendation.Filter{})
	if err != nil {
		return nil, err
	}
	results := map[string]Result{}
	if last := c.Current(); last != nil && c.Shows(last.Number, Team, s.now()) {
		found, err := s.Results(ctx, c, last.Number, Team)
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			results[r.Item.RecommendationID] = r
		}
	}
	var out []Asked
	for _, r := range eligible(all) {
		a := Asked{Recommendation: r, Suggest: true}
		for _, round := range c.Rounds {
			for _, item := range round.Items {
				if item.RecommendationID == r.ID {
					a.Last = item.Version
				}
			}
		}
		if was, ok := results[r.ID]; ok && a.Last == r.Version {
			settled := true
			for _, axis := range was.Axes {
				a.Verdicts = append(a.Verdicts, string(axis.Main))
				settled = settled && axis.Known && axis.Main != "none" && axis.Main != "unclear"
			}
			a.Suggest = !settled
		}
		out = append(out, a)
	}
	return out, nil
}

// Opening is what opening a round would do: who gets which letter about what.
type Opening struct {
	Consultation Consultation
	Number       int
	ClosesAt     time.Time
	Items        []recommendation.Recommendation
	Participants []Participant // who get the letter
	Stopped      int           // have stopped our mail, or their address bounces
	Unknown      []string      // addresses on the list of nobody in the groups
	ByGroup      map[string]int
}

// Request is what the team asks a round to be.
type Request struct {
	Items    []string // ids of recommendations
	ClosesAt time.Time
}

// Preview tells what opening the next round would do. It writes nothing.
func (s *Service) Preview(ctx context.Context, id string, r Request) (Opening, error) {
	c, err := s.Find(ctx, id)
	if err != nil {
		return Opening{}, err
	}
	o := Opening{Consultation: c, Number: len(c.Rounds) + 1, ClosesAt: r.ClosesAt, ByGroup: map[string]int{}}
	switch {
	case c.ConcludedAt != nil:
		return o, fault.New(fault.Conflict, "consultation.error_concluded")
	case c.Asking(s.now()):
		return o, fault.New(fault.Conflict, "consultation.error_round_open")
	}
	if o.Items, err = s.items(ctx, r.Items); err != nil {
		return o, err
	}
	if !r.ClosesAt.After(s.now().Add(minOpen)) {
		return o, fault.InvalidFields("error.invalid", fault.Field{Name: "closes", Key: "consultation.error_closes"})
	}
	if err := s.recipients(ctx, &o); err != nil {
		return o, err
	}
	if len(o.Participants) == 0 {
		return o, fault.InvalidFields("error.invalid", fault.Field{Name: "items", Key: "consultation.error_nobody"})
	}
	return o, nil
}

// minOpen is the shortest time that a round may be open.
const minOpen = time.Hour

func (s *Service) items(ctx context.Context, ids []string) ([]recommendation.Recommendation, error) {
	all, err := s.drafts.List(ctx, recommendation.Filter{})
	if err != nil {
		return nil, err
	}
	var items []recommendation.Recommendation
	for _, r := range eligible(all) {
		if slices.Contains(ids, r.ID) {
			items = append(items, r)
		}
	}
	if len(items) == 0 || len(items) < len(ids) {
		return nil, fault.InvalidFields("error.invalid", fault.Field{Name: "items", Key: "consultation.error_items"})
	}
	return items, nil
}

// recipients are the panel: chosen in the first round, the same in later ones.
func (s *Service) recipients(ctx context.Context, o *Opening) error {
	all, err := participants(ctx, s.db, o.Consultation.ID)
	if err != nil {
		return err
	}
	if len(o.Consultation.Rounds) == 0 {
		if all, err = s.chosen(ctx, o); err != nil {
			return err
		}
	}
	for _, p := range all {
		if p.LeftAt != nil {
			continue
		}
		stop, err := s.people.Suppressed(ctx, p.Email)
		if err != nil {
			return err
		}
		if stop != nil {
			o.Stopped++
			continue
		}
		o.Participants = append(o.Participants, p)
		o.ByGroup[p.Group]++
	}
	return nil
}

// chosen picks the panel from the register. Who has several roles speaks for the
// first of the groups that is asked.
func (s *Service) chosen(ctx context.Context, o *Opening) ([]Participant, error) {
	c := o.Consultation
	var all []Participant
	found := map[string]bool{}
	seen := map[string]bool{}
	err := s.people.InGroups(ctx, c.Groups, func(p people.Person) error {
		if seen[p.ID] || len(c.Addresses) > 0 && !slices.Contains(c.Addresses, p.EmailNormalised) {
			return nil
		}
		seen[p.ID], found[p.EmailNormalised] = true, true
		lang := p.Language
		if lang == "" {
			lang = i18n.Sv
		}
		one := Participant{PersonID: p.ID, Name: p.Name, Email: p.Email, Lang: lang, Invented: p.Invented}
		for _, g := range c.Groups {
			if slices.Contains(p.Groups, g) {
				one.Group = g
				break
			}
		}
		all = append(all, one)
		return nil
	})
	for _, a := range c.Addresses {
		if !found[a] {
			o.Unknown = append(o.Unknown, a)
		}
	}
	return all, err
}

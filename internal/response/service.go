package response

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/survey"
)

// Refusals that the pages tell apart.
var (
	// ErrClosed: the campaign no longer receives answers, or not yet.
	ErrClosed = fault.New(fault.Unavailable, "response.error_closed")
	// ErrFinal: the response is submitted; Correct opens it for changes.
	ErrFinal = fault.New(fault.Conflict, "response.error_final")
	// ErrWithdrawn: the response was withdrawn and holds nothing.
	ErrWithdrawn = fault.New(fault.Conflict, "response.error_withdrawn")
	// ErrEmpty: nothing is answered, so there is nothing to send in.
	ErrEmpty   = fault.New(fault.Invalid, "response.error_empty")
	errStale   = fault.New(fault.Conflict, "response.error_stale")
	errUnknown = fault.New(fault.NotFound, "response.error_unknown")
)

// Stale says that the page was changed elsewhere after it was shown. Nothing
// was written. Questions are those whose stored answer differs from the sent one.
type Stale struct {
	Current   Response
	Questions []string
}

func (e *Stale) Error() string {
	return fmt.Sprintf("response %s is at revision %d, answered elsewhere", e.Current.ID, e.Current.Revision)
}

// Unwrap makes a Stale a fault of kind Conflict for whoever does not look closer.
func (e *Stale) Unwrap() error { return errStale }

// Rejected says that the stored answers break the questionnaire's rules, so
// that they cannot be submitted. Nothing was written.
type Rejected struct {
	Current  Response
	Problems []questionnaire.Problem
}

func (e *Rejected) Error() string {
	return fmt.Sprintf("response %s has %d answers to correct", e.Current.ID, len(e.Problems))
}

// Unwrap makes a Rejected a fault of kind Invalid for whoever does not look closer.
func (e *Rejected) Unwrap() error { return fault.New(fault.Invalid, "response.error_rejected") }

// campaignAge is for how long a page save relies on a campaign that it read
// before. Submitting always reads it afresh.
const campaignAge = 2 * time.Second

// Service is the use cases of answering.
type Service struct {
	db           *sqlx.DB
	now          func() time.Time
	surveys      *survey.Service
	distribution *distribution.Service
	people       *people.Service
	saves        *postgres.Gather[pageSave, saved]

	mu        sync.RWMutex
	keys      map[string]Key
	campaigns map[string]cachedCampaign

	watch watch
	shelf shelf
}

type cachedCampaign struct {
	campaign distribution.Campaign
	read     time.Time
}

// New makes the service. All processes of an installation may serve the same
// respondent: what is kept in memory never changes, but for campaigns, which are
// kept for two seconds.
func New(db *sqlx.DB, now func() time.Time, surveys *survey.Service, d *distribution.Service, p *people.Service) *Service {
	s := &Service{
		db: db, now: now, surveys: surveys, distribution: d, people: p,
		saves: postgres.NewGather(func(p pageSave) string { return p.Response },
			func(ctx context.Context, pages []pageSave) ([]saved, error) { return saveAll(ctx, db, pages) }),
		keys:      map[string]Key{},
		campaigns: map[string]cachedCampaign{},
		watch:     watch{last: map[string]watched{}},
		shelf:     shelf{kept: map[string]*kept{}},
	}
	if d == nil { // only counted from
		return s
	}
	d.RegisterDrafts(func(ctx context.Context, ids []string) (map[string]bool, error) { return begunDrafts(ctx, db, ids) })
	return s
}

// Find returns the response, or a NotFound fault.
func (s *Service) Find(ctx context.Context, id string) (Response, error) {
	r, ok, err := one(ctx, s.db, sqlFind, id)
	if err == nil && !ok {
		err = errUnknown
	}
	if err != nil {
		return Response{}, fmt.Errorf("find response %s: %w", id, err)
	}
	return r, nil
}

// OfInvitation returns the response to an invitation; ok is false when nobody has started.
func (s *Service) OfInvitation(ctx context.Context, invitationID string) (r Response, ok bool, err error) {
	r, ok, err = one(ctx, s.db, sqlOfInvitation, invitationID)
	if err != nil {
		return Response{}, false, fmt.Errorf("find response to invitation %s: %w", invitationID, err)
	}
	return r, ok, nil
}

// maxKeys bounds the memory for keys: about 20 MB.
const maxKeys = 50_000

// Key returns the unchanging part of a response, as a rule without asking the database.
func (s *Service) Key(ctx context.Context, id string) (Key, error) {
	s.mu.RLock()
	k, ok := s.keys[id]
	s.mu.RUnlock()
	if ok {
		return k, nil
	}
	r, err := s.Find(ctx, id)
	if err != nil {
		return Key{}, err
	}
	s.remember(r.Key)
	return r.Key, nil
}

func (s *Service) remember(k Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.keys) >= maxKeys {
		clear(s.keys) // rare, and each entry costs one query to get back
	}
	s.keys[k.ID] = k
}

// Questionnaire returns what the version asks; from memory after the first time.
func (s *Service) Questionnaire(ctx context.Context, versionID string) (*questionnaire.Definition, error) {
	return s.surveys.Definition(ctx, versionID)
}

// Campaign returns the campaign of a response as it was at most two seconds ago.
func (s *Service) Campaign(ctx context.Context, k Key) (distribution.Campaign, error) {
	now := s.now()
	s.mu.RLock()
	c, ok := s.campaigns[k.CampaignID]
	s.mu.RUnlock()
	if age := now.Sub(c.read); ok && age >= 0 && age < campaignAge {
		return c.campaign, nil
	}
	campaign, err := s.distribution.Find(ctx, k.CampaignID)
	if err != nil {
		return distribution.Campaign{}, fmt.Errorf("campaign of response %s: %w", k.ID, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.campaigns[k.CampaignID] = cachedCampaign{campaign: campaign, read: now}
	return campaign, nil
}

// Start opens the draft of an invitation, once: a second start finds the first
// one's draft. A withdrawn response starts anew, empty. A submitted one comes
// back as it is, also after the campaign has closed, so that the person can read it.
func (s *Service) Start(ctx context.Context, inv distribution.Invitation, c distribution.Campaign, lang i18n.Lang) (Response, error) {
	var r Response
	var ok bool
	var err error
	if inv.StartedAt != nil { // else there is nothing to find, as a rule
		if r, ok, err = s.OfInvitation(ctx, inv.ID); err != nil {
			return Response{}, err
		}
	}
	if ok && r.State != Withdrawn {
		s.remember(r.Key)
		return r, nil
	}
	tooLate := !c.Open(s.now())
	if tooLate && !c.Late(s.now(), false) {
		return Response{}, ErrClosed
	}
	def, err := s.Questionnaire(ctx, c.VersionID)
	if err != nil {
		return Response{}, err
	}
	if inv.Mode == distribution.Anonymous { // the database would refuse it too
		return Response{}, fmt.Errorf("an anonymous response was to be linked: %w", errUnknown)
	}
	prefill, err := s.prefill(ctx, def, inv)
	if err != nil {
		return Response{}, err
	}
	if ok {
		err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error { return s.restart(ctx, tx, r.Key, lang, prefill) })
	} else {
		r, err = s.begin(ctx, inv, c, def.ID, lang, prefill)
	}
	if err != nil {
		return Response{}, fmt.Errorf("start response to invitation %s: %w", inv.ID, err)
	}
	if tooLate {
		if err := s.MarkLate(ctx, inv.ID); err != nil {
			return Response{}, err
		}
	}
	if ok || r.ID == "" { // restarted, or another request began it between the look and the insert
		r, _, err = s.OfInvitation(ctx, inv.ID)
	}
	if err == nil {
		s.remember(r.Key)
	}
	return r, err
}

func (s *Service) begin(ctx context.Context, inv distribution.Invitation, c distribution.Campaign,
	surveyID string, lang i18n.Lang, prefill []byte) (Response, error) {
	args := []any{inv.ID, c.ID, surveyID, c.VersionID, inv.Group, string(lang), prefill, s.now()}
	r, _, err := one(ctx, s.db, sqlStart, append(args, audit.ClauseArgs(ctx, EventStarted, "response")...)...)
	return r, err
}

func (s *Service) restart(ctx context.Context, tx *sqlx.Tx, k Key, lang i18n.Lang, prefill []byte) error {
	if err := s.distribution.UnmarkDeclined(ctx, tx, k.InvitationID); err != nil { // withdrawing counted as a refusal
		return err
	}
	if _, err := reopen(ctx, tx, k.ID, string(lang), prefill, s.now()); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Name: EventReopened, Subject: "response", SubjectID: k.ID})
}

// Page is what one page of the questionnaire sends.
type Page struct {
	// Revision and Base are those that the page was shown with; Base is the
	// Fingerprint of the answers to the questions Covers then. A save elsewhere
	// of other pages moves the revision but not the base, and does no harm.
	Revision int
	Base     string
	Covers   []string
	// Questions are the ids whose stored answers are replaced by Answers, also by nothing.
	Questions []string
	Answers   questionnaire.Answers
	// Next is the page (from 1) at which the person continues.
	Next int
	Lang i18n.Lang
}

// Save stores one page and returns the response as it then is, committed. It
// never writes over what another tab or device stored meanwhile: then the error
// is a *Stale. The same page sent twice is stored once.
func (s *Service) Save(ctx context.Context, id string, p Page) (Response, error) {
	key, err := s.Key(ctx, id)
	if err != nil {
		return Response{}, err
	}
	campaign, err := s.Campaign(ctx, key)
	if err != nil {
		return Response{}, err
	}
	if now := s.now(); !campaign.Open(now) {
		if err := s.lateSave(ctx, id, campaign, now); err != nil {
			return Response{}, err
		}
	}
	save := pageSave{Response: id, Revision: p.Revision, Questions: append([]string{}, p.Questions...), Answers: only(p.Answers, p.Questions),
		Next: p.Next, Lang: p.Lang, At: stampOf(key, s.now())}
	for round := range looks {
		r, err := s.save(ctx, save, round == 0)
		if err != nil {
			return Response{}, fmt.Errorf("save response %s: %w", id, err)
		}
		if r.ok {
			return r.Response, nil
		}
		current, err := s.Find(ctx, id)
		if err != nil {
			return Response{}, err
		}
		switch {
		case current.State == Submitted:
			return current, ErrFinal
		case current.State == Withdrawn:
			return current, ErrWithdrawn
		}
		if current.Revision == save.Revision {
			continue // somebody else held the row
		}
		differing := Differing(current.Answers, p.Answers, p.Questions)
		if len(differing) == 0 {
			return current, nil
		}
		if Fingerprint(current.Answers, p.Covers) != p.Base {
			return current, &Stale{Current: current, Questions: differing}
		}
		save.Revision = current.Revision
	}
	return Response{}, fmt.Errorf("save response %s: %w", id, errStale)
}

// lateSave tells whether a page is kept although the campaign has closed: of a draft, not of the
// correction of what was sent in before.
func (s *Service) lateSave(ctx context.Context, id string, c distribution.Campaign, now time.Time) error {
	if !c.Late(now, true) {
		return ErrClosed
	}
	r, err := s.Find(ctx, id)
	if err == nil && r.Correcting {
		err = ErrClosed
	}
	return err
}

// save makes one attempt: first together with what others save at this moment, which passes by a
// response that is held, later alone.
func (s *Service) save(ctx context.Context, p pageSave, first bool) (saved, error) {
	if first {
		return s.saves.Do(ctx, p)
	}
	r, ok, err := saveOne(ctx, s.db, p)
	return saved{r, ok}, err
}

func only(a questionnaire.Answers, ids []string) questionnaire.Answers {
	out := make(questionnaire.Answers, len(ids))
	for _, id := range ids {
		if v, ok := a[id]; ok {
			out[id] = v
		}
	}
	return out
}

// Fingerprint identifies the stored answers to some questions: 16 characters,
// equal when the answers are equal.
func Fingerprint(a questionnaire.Answers, questions []string) string {
	// Maps are encoded with sorted keys, so equal answers are equal bytes.
	doc, err := json.Marshal(only(a, questions))
	if err != nil {
		panic("response: answers cannot be encoded: " + err.Error()) // plain data always can
	}
	sum := sha256.Sum256(doc)
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// Differing lists the questions, in the order given, whose answers differ.
func Differing(a, b questionnaire.Answers, questions []string) []string {
	var out []string
	for _, id := range questions {
		x, inA := a[id]
		y, inB := b[id]
		dx, _ := json.Marshal(x)
		dy, _ := json.Marshal(y)
		if inA != inB || !bytes.Equal(dx, dy) {
			out = append(out, id)
		}
	}
	return out
}

// SetLanguage changes the language in which the person reads the questions.
func (s *Service) SetLanguage(ctx context.Context, id string, lang i18n.Lang) error {
	if err := setLanguage(ctx, s.db, id, string(lang)); err != nil {
		return fmt.Errorf("language of response %s: %w", id, postgres.Fault(err))
	}
	return nil
}

// Load streams the submitted responses to yield, in an order that says nothing
// about time. It stops at yield's first error and returns it.
func (s *Service) Load(ctx context.Context, f Filter, yield func(Row) error) error {
	if err := load(ctx, s.db, f, yield); err != nil {
		return fmt.Errorf("load responses: %w", postgres.Fault(err))
	}
	return nil
}

// Counts returns the number of responses of a campaign by group id and stage.
func (s *Service) Counts(ctx context.Context, campaignID string) (map[string]Count, error) {
	m, err := counts(ctx, s.db, campaignID)
	if err != nil {
		return nil, fmt.Errorf("count responses of campaign %s: %w", campaignID, postgres.Fault(err))
	}
	return m, nil
}

package report

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/job"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/recommendation"
)

// Names of the audit events of this package.
const (
	EventMade        = "report.made"
	EventRendered    = "report.rendered"
	EventPublished   = "report.published"
	EventDistributed = "report.distributed"
	EventListCreated = "report.list_created"
	EventListChanged = "report.list_changed"
)

// Settings are what an installation decides about its reports.
type Settings struct {
	Address        string // public address of the site, without a trailing slash
	Contact        string // printed on page one
	Dnr            string // registry number; empty prints as not registered
	FollowUpMonths int    // from the edition's date to the follow-up; 0 means 12
	TwoPersons     bool   // who made an edition may not approve it
}

// Service is the use cases of reports.
type Service struct {
	db       *sqlx.DB
	now      func() time.Time
	sources  Sources
	settings Settings
	// snapshots by id. They never change and there are few.
	snapshots sync.Map
	chapters  sync.Map // pages of published editions, by edition id
}

// New makes the service and registers its kinds of mail with the outbox.
func New(db *sqlx.DB, now func() time.Time, sources Sources, settings Settings) *Service {
	if settings.FollowUpMonths == 0 {
		settings.FollowUpMonths = 12
	}
	settings.Address = strings.TrimRight(settings.Address, "/")
	s := &Service{db: db, now: now, sources: sources, settings: settings}
	sources.Distribution.RegisterRenderer(MailKind, s.letter)
	sources.Distribution.RegisterRenderer(ThanksKind, s.thanksLetter)
	return s
}

// RenderArgs is the job that renders one edition.
type RenderArgs struct {
	EditionID string `json:"edition_id"`
}

// Kind names the job.
func (RenderArgs) Kind() string { return "render_report" }

// RenderJob works RenderArgs. It may run any number of times.
func (s *Service) RenderJob(ctx context.Context, args RenderArgs) error {
	_, err := s.Render(ctx, args.EditionID)
	return err
}

// decided are the statuses that a recommendation must have to stand in a
// report: a draft or one out for consultation is nobody's recommendation yet.
var decided = map[recommendation.Status]bool{recommendation.Decided: true, recommendation.Published: true,
	recommendation.FollowUp: true, recommendation.Closed: true}

// Check recomputes every cited figure and then does what Ready does. Making an
// edition begins with it.
func (s *Service) Check(ctx context.Context) ([]recommendation.Recommendation, error) {
	if _, err := s.sources.Recommendations.Recompute(ctx); err != nil {
		return nil, fmt.Errorf("recompute cited figures: %w", err)
	}
	return s.Ready(ctx)
}

// Ready returns the recommendations that an edition would hold, or the fault
// that stands in the way: none decided, one without two channels of evidence,
// or a cited figure that is known not to agree with the answers. It writes
// nothing and counts nothing anew.
func (s *Service) Ready(ctx context.Context) ([]recommendation.Recommendation, error) {
	all, err := s.sources.Recommendations.List(ctx, recommendation.Filter{})
	if err != nil {
		return nil, err
	}
	var recs []recommendation.Recommendation
	var weak, changed []string
	for _, r := range all {
		if !decided[r.Status] {
			continue
		}
		recs = append(recs, r)
		switch {
		case r.HasStale():
			changed = append(changed, r.Number)
		case !r.Supported():
			weak = append(weak, r.Number)
		}
	}
	switch {
	case len(recs) == 0:
		return nil, fault.New(fault.Conflict, "report.error_no_recommendations")
	case len(changed) > 0:
		return nil, fault.New(fault.Conflict, "report.error_figures", "Numbers", strings.Join(changed, ", "))
	case len(weak) > 0:
		return nil, fault.New(fault.Conflict, "report.error_evidence", "Numbers", strings.Join(weak, ", "))
	}
	return recs, nil
}

// Make freezes a snapshot and enqueues the rendering of it in a language, in
// one transaction. When nothing has changed since the newest snapshot of the
// kind, that one is used; when it already has an edition in the language, that
// edition is returned and nothing is written.
func (s *Service) Make(ctx context.Context, kind Kind, lang string) (Edition, error) {
	if kind != Regional && kind != National {
		return Edition{}, fault.InvalidFields("error.invalid", fault.Field{Name: "kind", Key: "error.choice"})
	}
	if _, ok := i18n.Parse(lang); !ok {
		return Edition{}, fault.InvalidFields("error.invalid", fault.Field{Name: "lang", Key: "error.choice"})
	}
	snapshot, err := s.freeze(ctx, kind)
	if err != nil {
		return Edition{}, err
	}
	contentHash, err := snapshot.contentHash()
	if err != nil {
		return Edition{}, err
	}
	var e Edition
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := lockKind(ctx, tx, kind); err != nil {
			return err
		}
		latest, err := latestSnapshot(ctx, tx, kind)
		if err != nil {
			return err
		}
		if latest.ContentHash != contentHash {
			snapshot.Number = latest.Number + 1
			body, err := snapshot.Encode()
			if err != nil {
				return err
			}
			latest.Number = snapshot.Number
			latest.ID, err = insertSnapshot(ctx, tx, snapshot, body, contentHash, audit.ActorOf(ctx).Name, s.now())
			if err != nil {
				return err
			}
		}
		e, err = s.addEdition(ctx, tx, latest, kind, lang, snapshot.Outline.Title.In(i18n.Lang(lang)))
		return err
	})
	return e, err
}

func (s *Service) addEdition(ctx context.Context, tx *sqlx.Tx, of snapshotRow, kind Kind, lang, title string) (Edition, error) {
	made, err := insertEdition(ctx, tx, of.ID, lang, Slug(kind, of.Number, lang), title, s.now())
	if err != nil {
		return Edition{}, err
	}
	e, err := editionOf(ctx, tx, of.ID, lang)
	if err != nil || !made {
		return e, err
	}
	if err := job.InsertTx(ctx, tx, RenderArgs{EditionID: e.ID}); err != nil {
		return e, err
	}
	return e, audit.Record(ctx, tx, audit.Event{Name: EventMade, Subject: "edition", SubjectID: e.ID,
		Detail: map[string]any{"slug": e.Slug, "snapshot": e.SnapshotHash}})
}

// freeze checks and gathers. The result has no number yet.
func (s *Service) freeze(ctx context.Context, kind Kind) (*Snapshot, error) {
	recs, err := s.Check(ctx)
	if err != nil {
		return nil, err
	}
	today := s.now().In(i18n.Stockholm)
	imprint, err := s.Imprint(ctx, kind)
	if err != nil {
		return nil, err
	}
	words, err := s.content(ctx, s.db, kind)
	if err != nil {
		return nil, err
	}
	dnr := imprint.Dnr
	imprint.Dnr = ""
	g := gatherer{Sources: s.sources, Waves: s.Waves, kind: kind, content: words.content, minBase: 7, at: today, s: &Snapshot{Schema: Schema, Kind: kind,
		Date: today.Format(time.DateOnly), Dnr: dnr, Imprint: imprint, Contact: s.settings.Contact, Address: s.settings.Address,
		FollowUp: today.AddDate(0, s.settings.FollowUpMonths, 0).Format("2006-01")}}
	if err := g.gather(ctx, recs); err != nil {
		return nil, fmt.Errorf("gather %s report: %w", kind, err)
	}
	if kind == National {
		if named := g.s.placesIn(); len(named) > 0 {
			return nil, fault.New(fault.Conflict, "report.error_places", "Numbers", strings.Join(named, ", "))
		}
	}
	return g.s, nil
}

// contentHash leaves number, dates and what earlier editions say out, so that
// making the same report again tomorrow, or once it is published, is not a new
// edition.
func (s *Snapshot) contentHash() (string, error) {
	c := *s
	c.Number, c.Date, c.FollowUp = 0, "", ""
	if c.Uptake != nil {
		u := *c.Uptake
		u.Waves = nil
		c.Uptake = &u
	}
	b, err := c.Encode()
	return Hash(b), err
}

// Snapshot is the frozen content of an edition. It is shared: read only.
func (s *Service) Snapshot(ctx context.Context, snapshotID string) (*Snapshot, error) {
	if v, ok := s.snapshots.Load(snapshotID); ok {
		return v.(*Snapshot), nil
	}
	body, err := snapshotBody(ctx, s.db, snapshotID)
	if err != nil {
		return nil, err
	}
	snapshot, err := Decode(body)
	if err != nil {
		return nil, fmt.Errorf("snapshot %s: %w", snapshotID, err)
	}
	s.snapshots.Store(snapshotID, snapshot)
	return snapshot, nil
}

// Find returns one edition.
func (s *Service) Find(ctx context.Context, id string) (Edition, error) {
	return editionByID(ctx, s.db, id)
}

// List returns every edition, the newest first.
func (s *Service) List(ctx context.Context) ([]Edition, error) {
	return allEditions(ctx, s.db)
}

// Latest is the newest edition of a kind and language, rendered or not.
func (s *Service) Latest(ctx context.Context, kind Kind, lang string) (Edition, error) {
	return latestEdition(ctx, s.db, kind, lang)
}

// FindPublished returns a published edition by its address; what the public may
// not read, or not yet, is not found.
func (s *Service) FindPublished(ctx context.Context, slug string) (Edition, error) {
	return readableEdition(ctx, s.db, s.now(), slug)
}

// ListPublished returns the published editions, the newest of each kind first.
func (s *Service) ListPublished(ctx context.Context) ([]Edition, error) {
	return readableEditions(ctx, s.db, s.now())
}

// Current is the snapshot of the newest published edition of a kind: what the
// public pages may tell. NotFound when nothing of it is published.
func (s *Service) Current(ctx context.Context, kind Kind) (*Snapshot, error) {
	e, err := readableLatest(ctx, s.db, s.now(), kind)
	if err != nil {
		return nil, err
	}
	return s.Snapshot(ctx, e.SnapshotID)
}

// HTML is the body of a rendered edition, for a page that has its own h1.
func (s *Service) HTML(ctx context.Context, id string) (string, error) {
	return editionHTML(ctx, s.db, id)
}

// PDF is the file of a rendered edition.
func (s *Service) PDF(ctx context.Context, id string) ([]byte, error) {
	return editionPDF(ctx, s.db, id)
}

// Publish makes a rendered edition readable at its address for good, from a
// moment on (the zero time: now), and marks its recommendations as published.
// Who publishes also approves, unless somebody has; with the rule of two
// persons it must be another than the one who made it. Doing it twice is the
// same as once. Fault: Conflict while the checklist finds something.
func (s *Service) Publish(ctx context.Context, id string, from time.Time) (Edition, error) {
	e, err := s.Find(ctx, id)
	if err != nil {
		return e, err
	}
	if e.State == Rendered {
		if err := s.publishable(ctx, e); err != nil {
			return e, err
		}
	}
	var embargo *time.Time
	if from.After(s.now()) {
		embargo = &from
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if e, err = lockEdition(ctx, tx, e.ID); err != nil {
			return err
		}
		if err := s.approve(ctx, tx, e); err != nil {
			return err
		}
		if err := s.disclose(ctx, tx, e); err != nil {
			return err
		}
		done, err := publishEdition(ctx, tx, e.ID, audit.ActorOf(ctx).Name, s.now(), embargo)
		if err != nil || !done {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventPublished, Subject: "edition", SubjectID: id,
			Detail: map[string]any{"slug": e.Slug, "snapshot": e.SnapshotHash, "pdf_sha256": e.PDFSHA256}})
	})
	if err != nil {
		return e, err
	}
	return s.markPublished(ctx, id)
}

// markPublished moves the edition's decided recommendations on. It runs after
// the commit and again at each Publish, so that a crash between leaves nothing
// undone for good. One whose figures have changed since stays where it is: the
// edition holds the frozen ones.
func (s *Service) markPublished(ctx context.Context, id string) (Edition, error) {
	e, err := s.Find(ctx, id)
	if err != nil {
		return e, err
	}
	snapshot, err := s.Snapshot(ctx, e.SnapshotID)
	if err != nil {
		return e, err
	}
	for _, r := range snapshot.Recommendations {
		current, err := s.sources.Recommendations.FindNumber(ctx, r.Number)
		if fault.Is(err, fault.NotFound) || err == nil && current.Status != recommendation.Decided {
			continue
		}
		if err != nil {
			return e, err
		}
		if err := s.sources.Recommendations.Move(ctx, current.ID, recommendation.Published); err != nil && !fault.Is(err, fault.Conflict) {
			return e, errors.Join(fmt.Errorf("mark recommendation %s as published", r.Number), err)
		}
	}
	return e, nil
}

package recommendation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/survey"
)

// Names of the audit events of this package.
const (
	EventImported   = "recommendation.imported"
	EventCreated    = "recommendation.created"
	EventChanged    = "recommendation.changed"
	EventStatus     = "recommendation.status_changed"
	EventRefrozen   = "recommendation.figures_accepted"
	EventRecomputed = "recommendation.recomputed"
)

// Service is the use cases of recommendations.
type Service struct {
	db        *sqlx.DB
	now       func() time.Time
	surveys   *survey.Service
	responses *response.Service
	meetings  *dialogue.Service
	experts   *expert.Service
	frame     func(ctx context.Context) (map[string]int, error)
	settings  Settings
	weighed   weighed
	waves     waves
	asked     func(ctx context.Context, tx *sqlx.Tx, id, number string) error
}

// Settings is what an installation decides.
type Settings struct {
	MinBase    int  // smallest base that is shown, 0 for the default
	TwoPersons bool // who changed a recommendation last may not decide it
}

// New makes the service. frame gives the number of units in the frame by
// group, for the intervals' finite population correction; a group it leaves out
// is taken as a sample of a large population.
func New(db *sqlx.DB, now func() time.Time, surveys *survey.Service, responses *response.Service,
	meetings *dialogue.Service, experts *expert.Service, frame func(ctx context.Context) (map[string]int, error), settings Settings) *Service {
	return &Service{
		db: db, now: now, surveys: surveys, responses: responses, meetings: meetings, experts: experts,
		frame: frame, settings: settings, weighed: weighed{kept: map[string]keptWeights{}},
		waves: waves{kept: map[string]keptWaves{}},
		asked: func(context.Context, *sqlx.Tx, string, string) error { return nil },
	}
}

// HoldWhileAsked lets those who ask others about recommendations say that they still do. The function
// returns a Conflict that names who asks, and the recommendation is not decided, withdrawn, split or
// merged. It is called while the recommendation is locked.
func (s *Service) HoldWhileAsked(asked func(ctx context.Context, tx *sqlx.Tx, id, number string) error) {
	s.asked = asked
}

// StillOut holds a recommendation until the transaction ends and refuses one that is not out for
// consultation any more.
func (s *Service) StillOut(ctx context.Context, tx *sqlx.Tx, id string) error {
	status, err := lockStatus(ctx, tx, id)
	if err == nil && status != Consultation {
		err = fault.New(fault.Conflict, "recommendation.error_status")
	}
	return err
}

// Filter narrows a list; zero values do not.
type Filter struct {
	Area   int
	Status Status
}

// List returns recommendations by number, with their evidence.
func (s *Service) List(ctx context.Context, f Filter) ([]Recommendation, error) {
	list, err := list(ctx, s.db, f)
	if err != nil {
		return nil, fmt.Errorf("list recommendations: %w", err)
	}
	if err := s.resolve(ctx, list); err != nil {
		return nil, fmt.Errorf("evidence of recommendations: %w", err)
	}
	return list, nil
}

// Find returns one recommendation with its evidence.
func (s *Service) Find(ctx context.Context, id string) (Recommendation, error) {
	r, err := find(ctx, s.db, id)
	if err != nil {
		return Recommendation{}, fmt.Errorf("recommendation %s: %w", id, err)
	}
	one := []Recommendation{r}
	if err := s.resolve(ctx, one); err != nil {
		return Recommendation{}, fmt.Errorf("evidence of recommendation %s: %w", r.Number, err)
	}
	return one[0], nil
}

// FindNumber is Find by number, "5.1".
func (s *Service) FindNumber(ctx context.Context, number string) (Recommendation, error) {
	id, err := idOf(ctx, s.db, number)
	if err != nil {
		return Recommendation{}, fmt.Errorf("recommendation %s: %w", number, err)
	}
	return s.Find(ctx, id)
}

// resolve fills in what evidence derives from its sources: the words of
// questions, the text of excerpts and of statements.
func (s *Service) resolve(ctx context.Context, list []Recommendation) error {
	excerpts := map[string]dialogue.Excerpt{}
	all, err := s.meetings.Excerpts(ctx, dialogue.Filter{})
	if err != nil {
		return err
	}
	for _, e := range all {
		excerpts[e.ID] = e
	}
	statements, err := s.statements(ctx)
	if err != nil {
		return err
	}
	waves := map[string][]survey.Wave{}
	for i := range list {
		for j := range list[i].Evidence {
			e := &list[i].Evidence[j]
			if e.Figure != nil {
				def, err := s.surveys.Definition(ctx, e.Figure.VersionID)
				if err != nil {
					return err
				}
				e.Figure.cite(def)
				if waves[e.Figure.SurveyID] == nil {
					if waves[e.Figure.SurveyID], err = s.surveys.Waves(ctx, e.Figure.SurveyID); err != nil {
						return err
					}
				}
				e.Figure.nameWave(waves[e.Figure.SurveyID])
				continue
			}
			if e.Statement != nil {
				e.standOn(statements[e.Statement.ID])
				continue
			}
			found, ok := excerpts[e.Excerpt.ID]
			if ok && found.SourceHash == e.SourceHash && !found.Removed {
				*e.Excerpt, e.Stale, e.StaleReason = found, false, ""
				continue
			}
			e.Stale, e.StaleReason = true, ReasonSource
		}
	}
	return nil
}

// Create makes a draft. Its evidence is checked and its figures are computed
// here; what the caller put in as values is not read.
func (s *Service) Create(ctx context.Context, r Recommendation) (Recommendation, error) {
	return s.create(ctx, r, VersionCreated, func(*sqlx.Tx, string) error { return nil })
}

// create stores a draft as its first version, and what belongs to it.
func (s *Service) create(ctx context.Context, r Recommendation, kind VersionKind, also func(tx *sqlx.Tx, id string) error) (Recommendation, error) {
	r.Status, r.Version = Draft, 1
	if err := s.prepare(ctx, &r); err != nil {
		return Recommendation{}, err
	}
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) (err error) {
		if r.ID, err = insert(ctx, tx, r, s.now()); err != nil {
			return err
		}
		if err := s.keep(ctx, tx, r, kind, ""); err != nil {
			return err
		}
		if err := also(tx, r.ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventCreated, Subject: "recommendation", SubjectID: r.ID,
			Detail: map[string]any{"number": r.Number}})
	})
	if err != nil {
		return Recommendation{}, fmt.Errorf("create recommendation %s: %w", r.Number, err)
	}
	return s.Find(ctx, r.ID)
}

// Change replaces texts and evidence of a recommendation that is a draft or out
// for consultation, and keeps what stood before as a version. Its status and
// number stay. note says why, in a line; r.Version is the version that the
// writer saw, and a later one is a Conflict.
func (s *Service) Change(ctx context.Context, r Recommendation, note string) error {
	if err := checkNote(note); err != nil {
		return err
	}
	return s.change(ctx, r, VersionEdited, note)
}

// checkSupport holds a recommendation that has left the draft to its two
// channels.
func checkSupport(r Recommendation) error {
	if r.Status != Draft && !r.Supported() {
		return fault.New(fault.Conflict, "recommendation.error_channels")
	}
	return nil
}

// Move changes the status. A draft goes on only with evidence in force from two
// channels; publishing recomputes every figure first and refuses when one
// differs.
func (s *Service) Move(ctx context.Context, id string, to Status) error {
	return s.MoveOn(ctx, id, to, "")
}

// MoveOn is Move with the meeting and the item that decided it, for the log.
func (s *Service) MoveOn(ctx context.Context, id string, to Status, basis string) error {
	if to == Decided || to == Published {
		if _, err := s.Recompute(ctx); err != nil {
			return err
		}
	}
	r, err := s.Find(ctx, id)
	if err != nil {
		return err
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if r.Status, err = lockStatus(ctx, tx, id); err != nil {
			return err
		}
		if !slices.Contains(r.Next(), to) {
			return fault.New(fault.Conflict, "recommendation.error_status")
		}
		if err := s.asked(ctx, tx, id, r.Number); err != nil {
			return err
		}
		if to != Draft && !r.Supported() {
			return fault.New(fault.Conflict, "recommendation.error_channels")
		}
		if (to == Decided || to == Published) && r.HasStale() {
			return fault.New(fault.Conflict, "recommendation.error_stale")
		}
		if to == Decided {
			if err := s.checkDecider(ctx, tx, id); err != nil {
				return err
			}
		}
		return s.step(ctx, tx, r, to, basis)
	})
	if err != nil {
		return fmt.Errorf("move recommendation %s to %s: %w", r.Number, to, err)
	}
	return nil
}

// step moves a recommendation and writes down who did.
func (s *Service) step(ctx context.Context, tx *sqlx.Tx, r Recommendation, to Status, basis string) error {
	if err := setStatus(ctx, tx, r.ID, to, s.now()); err != nil {
		return err
	}
	actor := audit.ActorOf(ctx)
	err := insertStep(ctx, tx, r.ID, Step{From: r.Status, To: to, Version: r.Version, Basis: cut(basis, maxNote),
		Actor: actor.Name, At: s.now()}, actor.ID)
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Name: EventStatus, Subject: "recommendation", SubjectID: r.ID,
		Detail: map[string]any{"number": r.Number, "from": r.Status, "to": to}})
}

// checkDecider refuses, where two persons are asked for, the one who changed
// the recommendation last.
func (s *Service) checkDecider(ctx context.Context, tx *sqlx.Tx, id string) error {
	if !s.settings.TwoPersons {
		return nil
	}
	last, err := lastVersion(ctx, tx, id)
	if err != nil {
		return err
	}
	if actor := audit.ActorOf(ctx); last.AuthorID != "" && last.AuthorID == actor.ID {
		return fault.New(fault.Conflict, "recommendation.error_two_persons", "Author", last.Author, "Version", last.Number)
	}
	return nil
}

// Steps returns who moved a recommendation when, in order.
func (s *Service) Steps(ctx context.Context, id string) ([]Step, error) { return steps(ctx, s.db, id) }

// Recompute counts every cited figure again and looks every cited passage up,
// returns what differs and marks it stale. A figure that had too few answers
// when it was cited is filled in as soon as it may be shown. Closed
// recommendations are left as they are.
func (s *Service) Recompute(ctx context.Context) ([]Difference, error) {
	all, err := s.List(ctx, Filter{})
	if err != nil {
		return nil, err
	}
	var differences []Difference
	var marks []mark
	for _, r := range all {
		if r.Status == Closed {
			continue
		}
		for _, e := range r.Evidence {
			m, d, err := s.check(ctx, e)
			if err != nil {
				return nil, fmt.Errorf("recompute evidence %d of recommendation %s: %w", e.Number, r.Number, err)
			}
			if d != nil {
				d.RecommendationID, d.Recommendation, d.EvidenceID, d.Evidence = r.ID, r.Number, e.ID, e.Number
				differences = append(differences, *d)
			}
			marks = append(marks, m)
		}
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		changed, err := setMarks(ctx, tx, marks)
		if err != nil || changed == 0 {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventRecomputed, Subject: "recommendation",
			Detail: map[string]any{"differences": len(differences), "changed": changed}})
	})
	if err != nil {
		return nil, fmt.Errorf("recompute: %w", err)
	}
	return differences, nil
}

// check compares one piece of evidence with its source.
func (s *Service) check(ctx context.Context, e Evidence) (mark, *Difference, error) {
	m := mark{ID: e.ID}
	if e.Figure == nil {
		if e.Stale {
			m.Reason = ReasonSource
			return m, &Difference{Reason: ReasonSource}, nil
		}
		return m, nil, nil
	}
	results, err := s.resultsOf(ctx, e.Figure)
	if err != nil {
		return m, nil, err
	}
	is, err := results.compute(e.Figure)
	if err != nil {
		return m, nil, err
	}
	was := e.Figure.Value
	switch {
	case is == nil:
		m.Reason = ReasonSuppressed
		return m, &Difference{Reason: ReasonSuppressed, Was: was}, nil
	case was == nil:
		now := s.now()
		m.Value, m.FrozenAt = is, &now
		return m, nil, nil
	case *was != *is:
		m.Reason = ReasonChanged
		return m, &Difference{Reason: ReasonChanged, Was: was, Is: is}, nil
	}
	return m, nil, nil
}

// Refreeze accepts today's figures of one recommendation in place of the frozen
// ones. Published and later ones keep theirs.
func (s *Service) Refreeze(ctx context.Context, id string) error {
	r, err := s.Find(ctx, id)
	if err != nil {
		return err
	}
	if r.Status != Draft && r.Status != Consultation && r.Status != Decided {
		return fault.New(fault.Conflict, "recommendation.error_published")
	}
	var marks []mark
	now := s.now()
	for _, e := range r.Evidence {
		if e.Figure == nil {
			continue
		}
		results, err := s.resultsOf(ctx, e.Figure)
		if err != nil {
			return err
		}
		is, err := results.compute(e.Figure)
		if err != nil {
			return err
		}
		m := mark{ID: e.ID, Value: is, FrozenAt: &now}
		if is == nil {
			m.Reason, m.FrozenAt = ReasonSuppressed, nil
		}
		marks = append(marks, m)
	}
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if _, err := setMarks(ctx, tx, marks); err != nil {
			return err
		}
		if err := s.keepFigures(ctx, tx, id); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventRefrozen, Subject: "recommendation", SubjectID: id,
			Detail: map[string]any{"number": r.Number, "figures": len(marks)}})
	})
	if err != nil {
		return fmt.Errorf("refreeze recommendation %s: %w", r.Number, err)
	}
	return nil
}

// keepFigures makes a version of a recommendation whose figures were accepted.
func (s *Service) keepFigures(ctx context.Context, tx *sqlx.Tx, id string) error {
	r, err := find(ctx, tx, id)
	if err != nil {
		return err
	}
	last, err := lastVersion(ctx, tx, id)
	if err != nil || stored(last.Content) == stored(r.content()) {
		return err
	}
	r.Version++
	if err := setVersion(ctx, tx, id, r.Version); err != nil {
		return err
	}
	return s.keep(ctx, tx, r, VersionFigures, "")
}

// prepare checks a recommendation that is to be stored and computes its figures.
func (s *Service) prepare(ctx context.Context, r *Recommendation) error {
	var fields []fault.Field
	last := 0
	for _, e := range r.Evidence {
		last = max(last, e.Number)
	}
	for i := range r.Evidence {
		e := &r.Evidence[i]
		if e.Number == 0 {
			// Numbers stay when other evidence is taken away: texts refer to them.
			last++
			e.Number = last
		}
		e.Stale, e.StaleReason = false, ""
		p, err := s.settle(ctx, e)
		if err != nil {
			return err
		}
		if p != nil {
			fields = append(fields, fault.Field{Name: fmt.Sprintf("evidence.%d", e.Number), Key: p.Key, Args: p.Args})
		}
	}
	fields = append(fields, r.checkFields()...)
	if len(fields) > 0 {
		return fault.InvalidFields("recommendation.error_invalid", fields...)
	}
	return nil
}

// settle checks one piece of evidence against its source and freezes it.
func (s *Service) settle(ctx context.Context, e *Evidence) (*problem, error) {
	switch {
	case e.Statement != nil:
		return s.settleStatement(ctx, e)
	case e.Figure == nil:
		return s.settleExcerpt(ctx, e)
	}
	f := e.Figure
	e.Channel = Survey
	results, err := s.resultsOf(ctx, f)
	if fault.Is(err, fault.NotFound) {
		return wrong("recommendation.cite_survey", "Survey", f.SurveyID), nil
	}
	if err != nil {
		return nil, err
	}
	f.VersionID, f.Wave = results.Version.ID, results.Wave
	if p := f.cite(results.Version.Definition); p != nil {
		return p, nil
	}
	if p := results.citeWeighted(f); p != nil {
		return p, nil
	}
	if f.Value, err = results.compute(f); err != nil {
		return nil, err
	}
	f.FrozenAt = nil
	if f.Value == nil {
		e.Stale, e.StaleReason = true, ReasonSuppressed
		return nil, nil
	}
	now := s.now()
	f.FrozenAt = &now
	return nil, nil
}

func (s *Service) settleExcerpt(ctx context.Context, e *Evidence) (*problem, error) {
	if e.Excerpt == nil {
		return wrong("recommendation.cite_nothing"), nil
	}
	all, err := s.meetings.Excerpts(ctx, dialogue.Filter{})
	if err != nil {
		return nil, err
	}
	for _, found := range all {
		if found.ID == e.Excerpt.ID && !found.Removed {
			e.Excerpt, e.SourceHash = &found, found.SourceHash
			e.Channel = ChannelOf(found)
			return nil, nil
		}
	}
	return wrong("recommendation.cite_excerpt"), nil
}

// ChannelOf is the channel that an excerpt comes from.
func ChannelOf(e dialogue.Excerpt) Channel {
	if e.MeetingKind == dialogue.KindSeminar {
		return Seminar
	}
	return Dialogue
}

// mark is what recomputing found out about one piece of evidence.
type mark struct {
	ID       string
	Reason   string // empty: in force
	Value    *analysis.Estimate
	FrozenAt *time.Time
}

package recommendation

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/survey"
)

// VersionKind is the act that made a version.
type VersionKind string

// The kinds of version.
const (
	VersionCreated  VersionKind = "created"
	VersionImported VersionKind = "imported"
	VersionEdited   VersionKind = "edited"
	VersionFigures  VersionKind = "figures" // today's figures were accepted
	VersionRestored VersionKind = "restored"
	VersionDerived  VersionKind = "derived"
	VersionSplit    VersionKind = "split"
	VersionMerged   VersionKind = "merged" // took another recommendation in
)

// Version is what a recommendation said from one moment on. It never changes.
type Version struct {
	Number   int
	Kind     VersionKind
	Note     string // why, in a line; empty for acts that say so themselves
	Author   string
	AuthorID string // of a team user; empty for the command line and the program
	At       time.Time
	Content  Content
}

// Content is everything that a version holds, as it is stored.
type Content struct {
	Body
	Evidence []Cited `json:"evidence"`
}

// Body is what a recommendation says, its evidence apart, as versions are stored and files written.
type Body struct {
	Purpose     string    `json:"purpose"     yaml:"purpose"`
	Addressees  []string  `json:"addressees"  yaml:"addressees"`
	Title       i18n.Text `json:"title"       yaml:"title"`
	Wording     i18n.Text `json:"wording"     yaml:"wording"`
	Why         i18n.Text `json:"why"         yaml:"why"`
	FirstStep   i18n.Text `json:"first_step"  yaml:"first_step"`
	Effect      i18n.Text `json:"effect"      yaml:"effect"`
	Reuse       i18n.Text `json:"reuse"       yaml:"reuse"`
	Effort      string    `json:"effort"      yaml:"effort"`
	Indicator   i18n.Text `json:"indicator"   yaml:"indicator"`
	Baseline    int       `json:"baseline"    yaml:"baseline"`
	Responsible i18n.Text `json:"responsible" yaml:"responsible"`
	Due         string    `json:"due"         yaml:"due"` // 2027-03-31
	Parties     []string  `json:"parties"     yaml:"parties"`
}

// Cited is one piece of evidence by what it was taken from. The words of a
// passage are read from their source.
type Cited struct {
	Number        int                `json:"number"`
	Channel       Channel            `json:"channel"`
	SurveyID      string             `json:"survey,omitempty"`
	SurveyVersion string             `json:"survey_version,omitempty"`
	Wave          string             `json:"wave,omitempty"` // id
	Weights       []string           `json:"weights,omitempty"`
	Question      string             `json:"question,omitempty"`
	Filter        *analysis.Filter   `json:"filter,omitempty"`
	Measure       analysis.Measure   `json:"measure,omitempty"`
	Codes         []int              `json:"codes,omitempty"`
	Value         *analysis.Estimate `json:"value,omitempty"`
	ExcerptID     string             `json:"excerpt,omitempty"`
	StatementID   string             `json:"statement,omitempty"`
	SourceHash    string             `json:"source_hash,omitempty"`
}

// content is what a version of the recommendation keeps.
func (r Recommendation) content() Content {
	c := Content{Evidence: []Cited{}, Body: Body{Purpose: r.Purpose, Addressees: nonNil(r.Addressees), Title: r.Title,
		Wording: r.Wording, Why: r.Why, FirstStep: r.FirstStep, Effect: r.Effect, Reuse: r.Reuse, Effort: r.Effort,
		Indicator: r.Indicator, Baseline: r.Baseline, Responsible: r.Responsible, Due: r.Due.Format(time.DateOnly),
		Parties: nonNil(r.Parties)}}
	for _, e := range r.Evidence {
		c.Evidence = append(c.Evidence, e.cited())
	}
	return c
}

func (e Evidence) cited() Cited {
	c := Cited{Number: e.Number, Channel: e.Channel, SourceHash: e.SourceHash}
	if f := e.Figure; f != nil {
		c.SurveyID, c.SurveyVersion, c.Wave, c.Question = f.SurveyID, f.VersionID, f.Wave.ID, f.Question
		c.Filter, c.Measure, c.Codes, c.Weights, c.Value = &f.Filter, f.Measure, f.Codes, f.Weights, f.Value
		return c
	}
	if e.Statement != nil {
		c.StatementID = e.Statement.ID
		return c
	}
	c.ExcerptID = e.Excerpt.ID
	return c
}

// evidence is the piece itself, for citing it anew.
func (c Cited) evidence() Evidence {
	e := Evidence{Number: c.Number, Channel: c.Channel, SourceHash: c.SourceHash}
	if c.StatementID != "" {
		e.Statement = &expert.Statement{ID: c.StatementID}
		return e
	}
	if c.SurveyID == "" {
		e.Excerpt = &dialogue.Excerpt{ID: c.ExcerptID}
		return e
	}
	e.Figure = &Figure{SurveyID: c.SurveyID, VersionID: c.SurveyVersion, Wave: survey.Wave{ID: c.Wave}, Weights: c.Weights, Question: c.Question, Measure: c.Measure, Codes: c.Codes, Value: c.Value}
	if c.Filter != nil {
		e.Figure.Filter = *c.Filter
	}
	return e
}

// Apply puts a version's texts and evidence into a recommendation.
func (c Content) Apply(r *Recommendation) {
	c.Body.apply(r)
	r.Evidence = nil
	for _, e := range c.Evidence {
		r.Evidence = append(r.Evidence, e.evidence())
	}
}

func (b Body) apply(r *Recommendation) {
	r.Purpose, r.Addressees, r.Effort, r.Baseline, r.Parties = b.Purpose, b.Addressees, b.Effort, b.Baseline, b.Parties
	r.Title, r.Wording, r.Why, r.FirstStep = b.Title, b.Wording, b.Why, b.FirstStep
	r.Effect, r.Reuse, r.Indicator, r.Responsible = b.Effect, b.Reuse, b.Indicator, b.Responsible
	r.Due, _ = time.Parse(time.DateOnly, b.Due) // what is no date leaves none, which checkFields finds
}

// maxNote is the longest reason for a change, in characters.
const maxNote = 200

// keep stores the recommendation as its next version and says by whom.
func (s *Service) keep(ctx context.Context, tx *sqlx.Tx, r Recommendation, kind VersionKind, note string) error {
	actor := audit.ActorOf(ctx)
	v := Version{Number: r.Version, Kind: kind, Note: note, Author: actor.Name, At: s.now(), Content: r.content()}
	if actor.Kind == "user" {
		v.AuthorID = actor.ID
	}
	return insertVersion(ctx, tx, r.ID, v)
}

// Versions returns every version, the newest first.
func (s *Service) Versions(ctx context.Context, id string) ([]Version, error) {
	return versions(ctx, s.db, id)
}

// At returns one version as a recommendation, with the words of its evidence.
// Faults: NotFound.
func (s *Service) At(ctx context.Context, id string, number int) (Recommendation, error) {
	list, err := s.Versions(ctx, id)
	if err != nil {
		return Recommendation{}, err
	}
	for _, v := range list {
		if v.Number != number {
			continue
		}
		r, err := s.Find(ctx, id)
		if err != nil {
			return Recommendation{}, err
		}
		v.Content.Apply(&r)
		r.Version = number
		one := []Recommendation{r}
		if err := s.resolve(ctx, one); err != nil {
			return Recommendation{}, err
		}
		return one[0], nil
	}
	return Recommendation{}, fault.New(fault.NotFound, "recommendation.error_version_unknown")
}

// Restore makes a new version out of an earlier one. Its evidence is cited anew.
func (s *Service) Restore(ctx context.Context, id string, number int) error {
	r, err := s.At(ctx, id, number)
	if err != nil {
		return err
	}
	now, err := s.Find(ctx, id)
	if err != nil {
		return err
	}
	r.Version = now.Version
	return s.change(ctx, r, VersionRestored, fmt.Sprint(number))
}

// change stores a recommendation as its next version, unless it says what it
// said before or somebody else has changed it since r.Version.
func (s *Service) change(ctx context.Context, r Recommendation, kind VersionKind, note string) error {
	if err := s.prepare(ctx, &r); err != nil {
		return err
	}
	err := postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		last, err := s.lockToChange(ctx, tx, r.ID)
		if err != nil {
			return err
		}
		if last.Number != r.Version {
			return fault.New(fault.Conflict, "recommendation.error_version", "Author", last.Author, "Version", last.Number)
		}
		if r.Status, err = lockStatus(ctx, tx, r.ID); err != nil {
			return err
		}
		if err := checkSupport(r); err != nil {
			return err
		}
		if stored(last.Content) == stored(r.content()) {
			return nil
		}
		r.Version++
		if err := update(ctx, tx, r, s.now()); err != nil {
			return err
		}
		if err := s.keep(ctx, tx, r, kind, note); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Name: EventChanged, Subject: "recommendation", SubjectID: r.ID,
			Detail: map[string]any{"number": r.Number, "version": r.Version, "evidence": len(r.Evidence)}})
	})
	if err != nil {
		return fmt.Errorf("change recommendation %s: %w", r.Number, err)
	}
	return nil
}

// stored is a content as it reads after a journey through the database.
func stored(c Content) string { return string(jsonOf(c)) }

// lockToChange holds the recommendation and returns its last version, if it may
// be changed and by whom acts.
func (s *Service) lockToChange(ctx context.Context, tx *sqlx.Tx, id string) (Version, error) {
	status, err := lockStatus(ctx, tx, id)
	if err != nil {
		return Version{}, err
	}
	if !(Recommendation{Status: status}).Editable() {
		return Version{}, fault.New(fault.Conflict, "recommendation.error_decided")
	}
	if err := mayEdit(ctx, tx, id); err != nil {
		return Version{}, err
	}
	return lastVersion(ctx, tx, id)
}

// checkNote refuses a change that does not say why.
func checkNote(note string) error {
	switch {
	case note == "":
		return fault.InvalidFields("recommendation.error_invalid", fault.Field{Name: "note", Key: "recommendation.error_note"})
	case len([]rune(note)) > maxNote:
		return fault.InvalidFields("recommendation.error_invalid",
			fault.Field{Name: "note", Key: "error.too_long", Args: fault.Args("Max", maxNote)})
	case strings.ContainsAny(note, "\r\n"):
		return fault.InvalidFields("recommendation.error_invalid", fault.Field{Name: "note", Key: "recommendation.error_note"})
	}
	return nil
}

// Package survey keeps the registered questionnaires and their versions. A version never changes;
// loading a changed file makes the next one.
package survey

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/questionnaire"
)

// Names of audit events.
const (
	EventRegistered = "survey.registered"
	EventLocked     = "survey.locked"
)

// Version is one frozen version of a questionnaire.
type Version struct {
	ID         string
	SurveyID   string // "s5"
	Number     int    // 1, 2, 3 ...
	Hash       string // of the content, see questionnaire.Definition.Hash
	Source     string // the file it came from
	CreatedAt  time.Time
	LockedAt   *time.Time // when the first campaign went out with it
	Definition *questionnaire.Definition
}

// Summary is a survey with its latest version and how many there are.
type Summary struct {
	Latest   Version
	Versions []Version // newest first, Latest included
}

// Service registers and finds questionnaires.
type Service struct {
	db  *sqlx.DB
	now func() time.Time

	// definitions by version id. They never change, so they are kept as long as the process lives;
	// there are a handful.
	definitions sync.Map
}

// New makes the service.
func New(db *sqlx.DB, now func() time.Time) *Service { return &Service{db: db, now: now} }

// Register stores the definition as a new version, unless the latest version of the survey asks
// exactly the same: then that one is returned and created is false. Source names the file for
// people to read. Two that register at once get one version each, or share one.
func (s *Service) Register(ctx context.Context, d *questionnaire.Definition, source string) (v Version, created bool, err error) {
	hash := d.Hash()
	err = postgres.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		created = false
		if err := lockSurvey(ctx, tx, d.ID, s.now()); err != nil {
			return err
		}
		latest, err := s.latest(ctx, tx, d.ID)
		if err == nil && latest.Hash == hash {
			v = latest
			return nil
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		v, err = s.insert(ctx, tx, d, hash, source, latest.Number+1)
		if err != nil {
			return err
		}
		created = true
		return audit.Record(ctx, tx, audit.Event{
			Name: EventRegistered, Subject: "survey_version", SubjectID: v.ID,
			Detail: map[string]any{"survey": d.ID, "number": v.Number, "hash": hash, "source": source},
		})
	})
	if err != nil {
		return Version{}, false, fmt.Errorf("register survey %s: %w", d.ID, err)
	}
	return v, created, nil
}

// Version finds a version by id.
func (s *Service) Version(ctx context.Context, id string) (Version, error) {
	v, err := s.byID(ctx, s.db, id)
	if err != nil {
		return Version{}, fmt.Errorf("survey version %s: %w", id, err)
	}
	return v, nil
}

// Definition finds what a version asks. After the first time it comes from memory without a query:
// this is what every page of a respondent reads.
func (s *Service) Definition(ctx context.Context, versionID string) (*questionnaire.Definition, error) {
	if d, ok := s.definitions.Load(versionID); ok {
		return d.(*questionnaire.Definition), nil
	}
	v, err := s.Version(ctx, versionID)
	return v.Definition, err
}

// Latest finds the newest version of a survey.
func (s *Service) Latest(ctx context.Context, surveyID string) (Version, error) {
	v, err := s.latest(ctx, s.db, surveyID)
	if err != nil {
		return Version{}, fmt.Errorf("latest version of survey %s: %w", surveyID, err)
	}
	return v, nil
}

// List gives every survey with its versions, in order of id.
func (s *Service) List(ctx context.Context) ([]Summary, error) {
	versions, err := s.list(ctx)
	if err != nil {
		return nil, fmt.Errorf("list surveys: %w", err)
	}
	var list []Summary
	for _, v := range versions {
		if n := len(list); n == 0 || list[n-1].Latest.SurveyID != v.SurveyID {
			list = append(list, Summary{Latest: v})
		}
		last := &list[len(list)-1]
		last.Versions = append(last.Versions, v)
	}
	return list, nil
}

// Lock freezes a version for good, in the transaction that first sends it to people. Locking a
// locked version does nothing.
func (s *Service) Lock(ctx context.Context, tx *sqlx.Tx, versionID string) error {
	locked, err := s.lock(ctx, tx, versionID)
	if err != nil {
		return fmt.Errorf("lock survey version %s: %w", versionID, err)
	}
	if !locked {
		return nil
	}
	return audit.Record(ctx, tx, audit.Event{Name: EventLocked, Subject: "survey_version", SubjectID: versionID})
}

// errNoVersion is the answer for a version or survey that does not exist.
var errNoVersion = fault.New(fault.NotFound, "survey.error_not_found")

func orNoVersion(err error) error {
	if f, ok := fault.Of(err); ok && f.Kind == fault.NotFound {
		return errNoVersion.Wrap(errors.Unwrap(f))
	}
	return err
}

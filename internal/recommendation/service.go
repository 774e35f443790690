package recommendation

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/survey"
)

// Names of the audit events of this package.
const (
	EventImported   = "recommendation.imported"
	EventCreated    = "recommendation.created"
	EventChanged    = "recommendation.changed"
	EventStatus     = "recommendation.status_changed"
	EventRefrozen   = "recommendation.figures_refrozen"
	EventRecomputed = "recommendation.recomputed"
)

// Service is the use cases of recommendations.
type Service struct {
	db        *sqlx.DB
	now       func() time.Time
	surveys   *survey.Service
	responses *response.Service
	meetings  *dialogue.Service
	frame     func(ctx context.Context) (map[string]int, error)
}

// New makes the service. frame gives the number of units in the frame by
// group, for the intervals' finite population correction.
func New(db *sqlx.DB, now func() time.Time, surveys *survey.Service, responses *response.Service,
	meetings *dialogue.Service, frame func(ctx context.Context) (map[string]int, error)) *Service {
	return &Service{db: db, now: now, surveys: surveys, responses: responses, meetings: meetings, frame: frame}
}

// Filter narrows a list; zero values do not.
type Filter struct {
	Area   int
	Status Status
}

// Results is one survey's answers, ready to be counted.
type Results struct {
	Version survey.Version
	Data    *analysis.Dataset
	Options analysis.Options
}

/*
Results(ctx, surveyID string) (Results, error)            // newest version that has submitted answers, else the latest
List(ctx, Filter) ([]Recommendation, error)               // by number, evidence resolved
Find(ctx, id string) (Recommendation, error)
FindNumber(ctx, number string) (Recommendation, error)
Import(ctx, r io.Reader) (Imported, error)                // YAML; *ImportError names every fault with its line
Create(ctx, Recommendation) (Recommendation, error)
Change(ctx, Recommendation) error                         // texts and evidence, while editable
Move(ctx, id string, to Status) error
Recompute(ctx) ([]Difference, error)
Refreeze(ctx, id string) error                            // accept today's figures
*/

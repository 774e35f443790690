// Package reporttest is a world with reports for tests: sample recommendations with answers behind them,
// an outbox whose letters are kept, and panels.
package reporttest

import (
	"context"
	"sync"
	"testing"
	"time"

	"upphandlingsdialog/internal/consultation"
	"upphandlingsdialog/internal/disclosure"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/recommendation/recommendationtest"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/token"
	"upphandlingsdialog/reports"
)

// What an installation decides, in every test alike.
const (
	Address = "https://dialog.example"
	Contact = "dialog@dialog.example"
)

// Key and Owner are those of the world's services.
var (
	Key   = token.Key{1}
	Owner = i18n.Text{Sv: "Länsstyrelsen", En: "The board"}
)

// Postbox takes every letter.
type Postbox struct {
	mu      sync.Mutex
	Letters []mail.Letter
}

// Domain is the sender's.
func (p *Postbox) Domain() string { return "dialog.example" }

// Send keeps the letter.
func (p *Postbox) Send(_ context.Context, l mail.Letter) mail.Result {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.Letters = append(p.Letters, l)
	return mail.Result{Outcome: mail.Delivered, Code: 250}
}

// World is a database with the services up to reports.
type World struct {
	*recommendationtest.World
	People    *people.Service
	Outbox    *distribution.Service
	Responses *response.Service
	Panels    *consultation.Service
	Reports   *report.Service
	Post      *Postbox
}

// New makes an empty world. change alters where the reports' content comes from.
func New(t *testing.T, change ...func(*report.Sources)) *World {
	w := &World{World: recommendationtest.New(t), Post: &Postbox{}}
	w.People = people.New(w.DB, w.Clock.Now)
	w.Outbox = distribution.New(w.DB, w.Clock.Now, w.People, w.Surveys, w.Post, distribution.Config{BaseURL: Address, Key: Key, Owner: Owner, Contact: Contact})
	w.Panels = consultation.New(w.DB, w.Clock.Now, w.People, w.Outbox, w.Service, consultation.Config{BaseURL: Address, Key: Key, Owner: Owner, Contact: Contact})
	w.Responses = response.New(w.DB, w.Clock.Now, w.Surveys, w.Outbox, w.People)
	sources := report.Sources{Surveys: w.Surveys, Ledger: disclosure.New(w.DB, w.Clock.Now), People: w.People, Distribution: w.Outbox,
		Responses: w.Responses, Dialogue: w.Meetings,
		Recommendations: w.Service, Consultations: w.Panels, Files: reports.Files}
	for _, f := range change {
		f(&sources)
	}
	w.Reports = report.New(w.DB, w.Clock.Now, sources, report.Settings{Address: Address + "/", Contact: Contact})
	return w
}

// Decide imports the sample and takes every recommendation to a decision.
func (w *World) Decide() {
	w.Crowd(60)
	w.ImportSample()
	w.DecideAll()
}

// DecideAll takes every recommendation there is to a decision.
func (w *World) DecideAll() {
	list, err := w.Service.List(w.Context(), recommendation.Filter{})
	w.Must(err)
	for _, r := range list {
		if r.Status == recommendation.Draft {
			w.Must(w.Service.Move(w.Context(), r.ID, recommendation.Consultation))
		}
		w.Must(w.Service.Move(w.Context(), r.ID, recommendation.Decided))
	}
}

// Print makes an edition in Swedish and prints it; nobody can read it yet.
func (w *World) Print(kind report.Kind) report.Edition {
	e, err := w.Reports.Make(w.Context(), kind, "sv")
	w.Must(err)
	w.Must(w.Reports.RenderJob(w.Context(), report.RenderArgs{EditionID: e.ID}))
	e, err = w.Reports.Find(w.Context(), e.ID)
	w.Must(err)
	return e
}

// Publish is Print for an edition that the public then reads.
func (w *World) Publish(kind report.Kind) report.Edition {
	e, err := w.Reports.Publish(w.Context(), w.Print(kind).ID, time.Time{})
	w.Must(err)
	return e
}

// Package app builds the whole product from its settings: database, services, pages, background work.
// The commands and the end-to-end tests use the same App.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"path/filepath"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/annotation"
	"upphandlingsdialog/internal/audit"
	"upphandlingsdialog/internal/config"
	"upphandlingsdialog/internal/consultation"
	"upphandlingsdialog/internal/dialogue"
	"upphandlingsdialog/internal/disclosure"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/expert"
	"upphandlingsdialog/internal/followup"
	"upphandlingsdialog/internal/freetext"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/internal/privacy"
	"upphandlingsdialog/internal/questionnaire/paper"
	"upphandlingsdialog/internal/recommendation"
	"upphandlingsdialog/internal/report"
	"upphandlingsdialog/internal/response"
	"upphandlingsdialog/internal/seminar"
	"upphandlingsdialog/internal/survey"
	"upphandlingsdialog/internal/token"
	"upphandlingsdialog/reports"
)

// App is the running product.
type App struct {
	Config config.Config
	Log    *slog.Logger
	DB     *sqlx.DB
	Now    func() time.Time

	Audit           *audit.Reader
	Accounts        *account.Service
	People          *people.Service
	Surveys         *survey.Service
	Distribution    *distribution.Service
	Responses       *response.Service
	Annotations     *annotation.Service
	FreeTexts       *freetext.Service
	Dialogue        *dialogue.Service
	Experts         *expert.Service
	Seminars        *seminar.Service
	Recommendations *recommendation.Service
	Consultations   *consultation.Service
	Ledger          *disclosure.Ledger
	Reports         *report.Service
	FollowUps       *followup.Service
	Privacy         *privacy.Service

	key     token.Key
	contact string // address for questions, in mails and on pages
	sender  *mail.Sender
	catcher *mail.Catcher  // nil when there is a mail server
	closers []func() error // in the order of opening; closed in the reverse
}

// Open connects to the database of a running service, or starts the private server when none runs,
// and builds the services: for commands that work beside the service or without it.
func Open(ctx context.Context, cfg config.Config, log *slog.Logger) (*App, error) {
	return open(ctx, cfg, log, false)
}

// OpenServer is Open for the service itself: it must be the only one in its data folder.
func OpenServer(ctx context.Context, cfg config.Config, log *slog.Logger) (*App, error) {
	return open(ctx, cfg, log, true)
}

func open(ctx context.Context, cfg config.Config, log *slog.Logger, own bool) (a *App, err error) {
	a = &App{Config: cfg, Log: log, Now: time.Now}
	if a.Config.Data == "" {
		a.Config.Data = postgres.DefaultDir()
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
			a = nil
		}
	}()
	if err = a.connect(ctx, own); err != nil {
		return a, err
	}
	if err = ready(ctx, a.DB, log); err != nil {
		return a, err
	}
	return a, a.build(own)
}

// connect opens the database: the one that the settings name, else the private server.
func (a *App) connect(ctx context.Context, own bool) error {
	url := a.Config.DatabaseURL
	if url == "" {
		private := postgres.Private{Dir: a.Config.Data, Log: a.Log}
		start := private.AttachOrStart
		if own {
			start = private.Start
		}
		var stop func(context.Context) error
		var err error
		if url, stop, err = start(ctx); err != nil {
			return err
		}
		a.onClose(func() error { return stop(context.WithoutCancel(ctx)) })
	}
	db, err := postgres.Open(ctx, url)
	if err != nil {
		return err
	}
	a.DB = db
	a.onClose(db.Close)
	return nil
}

// ready checks the schema. An empty database is filled; an older or newer one is refused.
func ready(ctx context.Context, db *sqlx.DB, log *slog.Logger) error {
	empty, err := postgres.Empty(ctx, db)
	if err != nil {
		return err
	}
	if empty {
		log.Info("the database is new: making its tables")
		return postgres.Migrate(ctx, db)
	}
	return postgres.Check(ctx, db)
}

// Migrate brings the database that the settings name to the schema this program needs.
func Migrate(ctx context.Context, cfg config.Config, log *slog.Logger) (err error) {
	a := &App{Config: cfg, Log: log}
	if a.Config.Data == "" {
		a.Config.Data = postgres.DefaultDir()
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := a.connect(ctx, false); err != nil {
		return err
	}
	return postgres.Migrate(ctx, a.DB)
}

func (a *App) onClose(f func() error) { a.closers = append(a.closers, f) }

// Close stops what Open started, in reverse order.
func (a *App) Close() error {
	var errs []error
	for i := len(a.closers) - 1; i >= 0; i-- {
		errs = append(errs, a.closers[i]())
	}
	a.closers = nil
	return errors.Join(errs...)
}

// build makes the services in the order in which they may know each other.
func (a *App) build(own bool) error {
	var err error
	if a.key, err = token.LoadKey(a.Config.KeyFile()); err != nil {
		return err
	}
	from, err := netmail.ParseAddress(a.Config.MailFrom)
	if err != nil {
		return fmt.Errorf("mail sender: %w", err)
	}
	if a.sender, err = a.mailServer(*from, own); err != nil {
		return err
	}
	a.onClose(func() error { a.sender.Close(); return nil })
	a.contact = from.Address
	a.Audit = audit.NewReader(a.DB)
	a.Accounts = account.New(a.DB, a.Now)
	a.People = people.New(a.DB, a.Now)
	a.Surveys = survey.New(a.DB, a.Now)
	a.Distribution = distribution.New(a.DB, a.Now, a.People, a.Surveys, a.sender, distribution.Config{
		BaseURL: a.Config.Base(), Key: a.key, KeyFolder: a.Config.KeyFolder(), Owner: owner, Contact: a.contact, Rate: a.Config.MailRate,
		InvitePause: time.Duration(a.Config.InvitePause) * 24 * time.Hour, MinBase: a.Config.MinBase})
	a.Responses = response.New(a.DB, a.Now, a.Surveys, a.Distribution, a.People)
	a.Dialogue = dialogue.New(a.DB, a.Now)
	a.Experts = expert.New(a.DB, a.Now, a.Config.KeepNames, a.Config.Disposal)
	a.Annotations = annotation.New(a.DB, a.Now)
	a.FreeTexts = freetext.New(a.DB, a.Now, a.Responses)
	a.Seminars = seminar.New(a.DB, a.Now, a.People, a.Distribution, seminar.Config{
		BaseURL: a.Config.Base(), Key: a.key, Owner: owner, Contact: a.contact})
	a.Recommendations = recommendation.New(a.DB, a.Now, a.Surveys, a.Responses, a.Dialogue, a.Experts, a.People.FrameCounts,
		recommendation.Settings{MinBase: a.Config.MinBase, TwoPersons: a.Config.TwoPersons})
	a.Consultations = consultation.New(a.DB, a.Now, a.People, a.Distribution, a.Recommendations, consultation.Config{
		BaseURL: a.Config.Base(), Key: a.key, Owner: owner, Contact: a.contact})
	a.Ledger = disclosure.New(a.DB, a.Now)
	a.Reports = report.New(a.DB, a.Now, report.Sources{Surveys: a.Surveys, People: a.People, Distribution: a.Distribution, Responses: a.Responses,
		Dialogue: a.Dialogue, Recommendations: a.Recommendations, Consultations: a.Consultations, Ledger: a.Ledger, Activities: a.activities, Files: reports.Files,
		Uptake: func(ctx context.Context) (*report.Uptake, error) { return a.FollowUps.Uptake(ctx) }},
		report.Settings{Address: a.Config.Base(), Contact: a.contact, Dnr: a.Config.Dnr,
			TwoPersons: a.Config.TwoPersons})
	a.FollowUps = followup.New(a.DB, a.Now, a.Reports, a.Distribution, followup.Config{
		BaseURL: a.Config.Base(), Key: a.key, Owner: owner, Contact: a.contact})
	a.Privacy = privacy.New(a.DB, a.Now, privacy.Services{People: a.People, Outbox: a.Distribution, Responses: a.Responses, Consultations: a.Consultations,
		Seminars: a.Seminars, Reports: a.Reports, FollowUps: a.FollowUps, Accounts: a.Accounts, Experts: a.Experts}, privacy.Rule{Months: a.Config.KeepPeople, Decision: a.Config.Disposal},
		privacy.Sender{Address: a.Config.Base(), Owner: owner, Contact: a.contact})
	a.Distribution.Register(privacy.MailKind, a.Privacy.Mail())
	return nil
}

// mailServer is the sender to the mail server of the settings. Without one the service opens the
// built-in catcher; a command beside it only puts letters into the outbox and sends none.
func (a *App) mailServer(from netmail.Address, own bool) (*mail.Sender, error) {
	url := a.Config.SMTPURL
	switch {
	case url == "" && own:
		var err error
		if a.catcher, err = mail.NewCatcher("127.0.0.1:0", filepath.Join(a.Config.Data, "mail"), 0, a.Now); err != nil {
			return nil, err
		}
		a.Log.Warn("no mail server is set (--smtp-url): every mail goes to the built-in catcher and no further",
			"page", "http://"+a.Config.CatcherAddr)
		url = a.catcher.URL()
	case url == "":
		url = "smtp://127.0.0.1:25"
	}
	return mail.NewSender(url, from, a.Now)
}

// dpo is the address of the data protection officer.
func (a *App) dpo() string {
	if address, err := netmail.ParseAddress(a.Config.DPO); err == nil {
		return address.Address
	}
	return a.contact
}

// owner is the controller of the personal data, who asks in every letter.
var owner = i18n.Text{Sv: "Länsstyrelsen i Dalarnas län", En: "The County Administrative Board of Dalarna"}

// Printed says who asks on paper.
func (a *App) Printed() paper.Sender {
	return paper.Sender{Controller: owner, Contact: a.contact, Return: a.Config.Return, Invented: a.Config.Invented}
}

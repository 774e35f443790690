package distribution

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/survey"
	"upphandlingsdialog/internal/token"
)

// Sender gives one letter to a mail server; *mail.Sender is the real one.
type Sender interface {
	Send(ctx context.Context, l mail.Letter) mail.Result
	Domain() string
}

// Surveys is what a campaign needs to know about questionnaires.
type Surveys interface {
	Definition(ctx context.Context, versionID string) (*questionnaire.Definition, error)
	// Lock freezes a version for good.
	Lock(ctx context.Context, tx *sqlx.Tx, versionID string) error
	// Join is the wave that a sending of a version belongs to; begin asks for a new one.
	Join(ctx context.Context, tx *sqlx.Tx, versionID string, begin bool) (survey.Wave, error)
}

// Config is what an installation decides about its mail.
type Config struct {
	BaseURL string    // "https://dialog.example", without slash at the end
	Key     token.Key // confidential links are derived from it
	// KeyFolder holds a file for each anonymous campaign that is under way. It must never be backed up.
	KeyFolder string
	Owner     i18n.Text // who asks: the controller's name in both languages
	Contact   string    // address for questions, printed in every letter
	// Rate is the most letters a second; 0 sets no limit.
	Rate float64
	// Lease is how long a drain may hold claimed rows before another takes
	// them back; 0 gives two minutes.
	Lease time.Duration
	// InvitePause is how long a person should be left alone between two surveys; who is not is counted
	// in the preview. 0 gives 30 days.
	InvitePause time.Duration
	// BounceLimit is the share (0-1) of refused addresses at which a campaign
	// pauses itself; 0 gives 0.05.
	BounceLimit float64
	// MinBase is the smallest group whose members' doings are shown; 0 gives 7.
	MinBase int
}

// Service is the use cases of the package.
type Service struct {
	db      *sqlx.DB
	now     func() time.Time
	people  *people.Service
	surveys Surveys
	sender  Sender
	cfg     Config
	kinds   map[string]Kind
	pace    pace
	drafts  Drafts
}

// New makes the service. Kinds of mail are registered before the first Drain.
func New(db *sqlx.DB, now func() time.Time, p *people.Service, surveys Surveys, sender Sender, cfg Config) *Service {
	if cfg.Lease == 0 {
		cfg.Lease = 2 * time.Minute
	}
	if cfg.InvitePause == 0 {
		cfg.InvitePause = 30 * 24 * time.Hour
	}
	if cfg.BounceLimit == 0 {
		cfg.BounceLimit = 0.05
	}
	if cfg.MinBase == 0 {
		cfg.MinBase = 7
	}
	s := &Service{db: db, now: now, people: p, surveys: surveys, sender: sender, cfg: cfg,
		kinds: map[string]Kind{}, pace: newPace(cfg.Rate)}
	s.Register(KindInvitation, Kind{Render: s.renderInvitation, Wanted: s.invitationWanted})
	s.Register(KindReminder, Kind{Render: s.renderInvitation, Wanted: s.invitationWanted})
	s.Register(KindTest, Kind{Render: s.renderTest, Requested: true})
	return s
}

// MinBase is the smallest group whose members' doings are shown.
func (s *Service) MinBase() int { return s.cfg.MinBase }

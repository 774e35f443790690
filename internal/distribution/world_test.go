package distribution_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	netmail "net/mail"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/sample"
	"upphandlingsdialog/internal/survey"
	"upphandlingsdialog/internal/testkit"
	"upphandlingsdialog/internal/token"
	"upphandlingsdialog/surveys"
)

var ctx = context.Background()

// server is a real SMTP server that answers by the recipient's address.
type server struct {
	mu      sync.Mutex
	got     []message
	reply   func(to string) error // to RCPT; nil accepts
	onText  func(to string) error // to the text; errDrop closes the connection
	address string
}

type message struct {
	to, id, text string
}

var errDrop = errors.New("drop")

func startServer(t *testing.T) *server {
	t.Helper()
	s := &server{}
	srv := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{server: s, conn: c}, nil }))
	srv.Domain, srv.ErrorLog = "localhost", silent{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = l.Addr().String()
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { srv.Close() })
	return s
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

type session struct {
	*server
	conn *smtp.Conn
	to   string
}

func (s *session) Reset()                               {}
func (s *session) Logout() error                        { return nil }
func (s *session) Mail(string, *smtp.MailOptions) error { return nil }
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reply != nil {
		return s.reply(to)
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.onText != nil {
		if err := s.onText(s.to); errors.Is(err, errDrop) {
			s.conn.Conn().Close()
			return err
		} else if err != nil {
			return err
		}
	}
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	text := strings.ReplaceAll(strings.ReplaceAll(string(raw), "=\r\n", ""), "=3D", "=")
	s.got = append(s.got, message{to: s.to, id: m.Header.Get("Message-ID"), text: text})
	return nil
}

func (s *server) messages() []message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]message(nil), s.got...)
}

func (s *server) setReply(f func(string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reply = f
}

func (s *server) setOnText(f func(string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onText = f
}

// world is everything that a campaign needs, with people in it.
type world struct {
	*testing.T
	db      *sqlx.DB
	clock   *testkit.FakeClock
	server  *server
	people  *people.Service
	svc     *distribution.Service
	version survey.Version
	keys    string // folder of the keys of anonymous campaigns
}

func newWorld(t *testing.T, persons int) *world {
	t.Helper()
	t.Parallel()
	w := &world{T: t, db: testkit.DB(t), clock: testkit.Clock(time.Date(2019, 3, 1, 8, 0, 0, 0, time.UTC)), server: startServer(t), keys: t.TempDir()}
	w.people = people.New(w.db, w.clock.Now)
	surveyService := survey.New(w.db, w.clock.Now)
	defs, findings, err := questionnaire.Load(surveys.Files, "s5.yaml")
	if err != nil || len(defs) != 1 {
		t.Fatalf("%v %v", err, findings)
	}
	if w.version, _, err = surveyService.Register(ctx, defs[0], "s5.yaml"); err != nil {
		t.Fatal(err)
	}
	w.svc = w.service(w.server.address)
	if persons > 0 {
		var file bytes.Buffer
		w.must(sample.WriteContacts(&file, sample.Contacts(7, persons)))
		_, err = w.people.Import(ctx, &file)
		w.must(err)
	}
	return w
}

// service is another process on the same database.
func (w *world) service(address string) *distribution.Service {
	sender, err := mail.NewSender("smtp://"+address, netmail.Address{Name: "Länsstyrelsen", Address: "dialog@dialog.example"}, time.Now)
	w.must(err)
	w.Cleanup(sender.Close)
	return distribution.New(w.db, w.clock.Now, w.people, survey.New(w.db, w.clock.Now), sender, distribution.Config{
		BaseURL: "https://dialog.example", Key: token.Key{1, 2, 3}, KeyFolder: w.keys,
		Owner:   i18n.Text{Sv: "Länsstyrelsen Dalarna", En: "The County Administrative Board"},
		Contact: "fraga@dialog.example",
	})
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) draft(groups ...string) distribution.Campaign {
	w.Helper()
	c := distribution.DefaultTexts()
	c.Name, c.VersionID, c.Groups = "Område 5 "+strings.Join(groups, " "), w.version.ID, groups
	c.ClosesAt = w.clock.Now().Add(24 * 24 * time.Hour)
	c, err := w.svc.Create(ctx, c)
	w.must(err)
	return c
}

func (w *world) launched(groups ...string) distribution.Campaign {
	w.Helper()
	c := w.draft(groups...)
	_, err := w.svc.Launch(ctx, c.ID)
	w.must(err)
	return c
}

// anonymous is launched for an anonymous campaign.
func (w *world) anonymous(groups ...string) distribution.Campaign {
	w.Helper()
	c := w.draft(groups...)
	c.Mode = distribution.Anonymous
	w.must(w.svc.Change(ctx, c))
	_, err := w.svc.Launch(ctx, c.ID)
	w.must(err)
	c, err = w.svc.Find(ctx, c.ID)
	w.must(err)
	return c
}

// keyFile is where the key of an anonymous campaign lies.
func (w *world) keyFile(c distribution.Campaign) string { return filepath.Join(w.keys, c.ID+".key") }

func (w *world) drain() distribution.Tally {
	w.Helper()
	tally, err := w.svc.Drain(ctx)
	w.must(err)
	return tally
}

// answer marks a case as answered, every question of it; start as begun.
func (w *world) answer(tx *sqlx.Tx, id string) error {
	return w.answerShare(tx, id, 1)
}

func (w *world) answerShare(tx *sqlx.Tx, id string, share float64) error {
	return w.mark(tx, id, distribution.AnsweredClause("one", 3, 2), distribution.RemindersClause("one", 2), share)
}

func (w *world) start(tx *sqlx.Tx, id string) error {
	return w.mark(tx, id, distribution.StartedClause("one", 2), `SELECT $3::real`, 1)
}

func (w *world) mark(tx *sqlx.Tx, id, first, second string, share float64) error {
	_, err := tx.Exec(`WITH one AS (SELECT $1::uuid AS invitation_id, true AS counted, false AS late), a AS (`+first+`), b AS (`+second+`) SELECT 1`,
		id, w.clock.Now(), share)
	return err
}

func (w *world) inTx(do func(tx *sqlx.Tx) error) {
	w.Helper()
	tx := w.db.MustBegin()
	defer tx.Rollback()
	w.must(do(tx))
	w.must(tx.Commit())
}

var (
	answerLink      = regexp.MustCompile(`https://dialog\.example/s/([A-Za-z0-9_-]+)`)
	unsubscribeLink = regexp.MustCompile(`https://dialog\.example/u/([A-Za-z0-9_-]+)`)
)

func tokenOf(m message) string {
	found := answerLink.FindStringSubmatch(m.text)
	if found == nil {
		return ""
	}
	return found[1]
}

func (w *world) invitation(m message) distribution.Invitation {
	w.Helper()
	inv, _, err := w.svc.InvitationByToken(ctx, tokenOf(m))
	w.must(err)
	return inv
}

func opaqueOf(m message) string {
	link := unsubscribeLink.FindStringSubmatch(m.text)
	if link == nil {
		return ""
	}
	plain, _ := url.PathUnescape(link[1])
	return plain
}

// realSender reaches the test's server, for senders that add a fault.
func realSender(w *world) *mail.Sender {
	s, err := mail.NewSender("smtp://"+w.server.address, netmail.Address{Address: "dialog@dialog.example"}, time.Now)
	w.must(err)
	w.Cleanup(s.Close)
	return s
}

// nopSurveys knows one version.
type nopSurveys struct{ version survey.Version }

func (n nopSurveys) Definition(context.Context, string) (*questionnaire.Definition, error) {
	return n.version.Definition, nil
}
func (n nopSurveys) Lock(context.Context, *sqlx.Tx, string) error { return nil }
func (n nopSurveys) Join(context.Context, *sqlx.Tx, string, bool) (survey.Wave, error) {
	return survey.Wave{}, nil
}

package journey

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"regexp"
	"testing"
	"time"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/config"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/sample"
	"upphandlingsdialog/internal/testkit"
	"upphandlingsdialog/surveys"
)

// site is the whole product running for one test: its own database, its own addresses, mails caught.
type site struct {
	*app.App
	t        *testing.T
	base     string
	launches int
}

const (
	leaderEmail    = "petra@lansstyrelsen.example"
	leaderPassword = "skidspåret är nydraget"
)

// start runs the service until the test ends and gives it one team member.
func start(t *testing.T) *site {
	t.Helper()
	cfg := config.Config{Data: t.TempDir(), DatabaseURL: testkit.URL(t), Listen: freeAddress(t), CatcherAddr: freeAddress(t),
		MailFrom: "Upphandlingsdialog Dalarna <dialog@upphandlingsdialog.example>", MinBase: 7}
	ctx, cancel := context.WithCancel(context.Background())
	a, err := app.OpenServer(ctx, cfg, slog.New(slog.NewTextHandler(testLog{t}, &slog.HandlerOptions{Level: slog.LevelError})))
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	up, done := make(chan struct{}), make(chan error, 1)
	go func() { done <- a.Serve(ctx, func(string) { close(up) }) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-done, a.Close()); err != nil {
			t.Errorf("the service did not stop cleanly: %v", err)
		}
	})
	select {
	case <-up:
	case err := <-done:
		done <- err
		t.Fatal(err)
	}
	s := &site{App: a, t: t, base: cfg.Base()}
	if _, err := a.Accounts.CreateUser(ctx, leaderEmail, "Petra Processledare", account.Leader, "sv", leaderPassword); err != nil {
		t.Fatal(err)
	}
	return s
}

var discard = slog.New(slog.DiscardHandler)

type testLog struct{ t *testing.T }

func (l testLog) Write(b []byte) (int, error) {
	l.t.Helper()
	l.t.Logf("%s", bytes.TrimSpace(b))
	return len(b), nil
}

// freeAddress is a port below those that the system hands to outgoing connections: one of those could
// be taken by a browser between the moment it was found free and the moment the service wants it.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", 10000+rand.IntN(20000))
		if l, err := net.Listen("tcp", address); err == nil {
			l.Close()
			return address
		}
	}
	t.Fatal("no free port")
	return ""
}

// loaded registers the three questionnaires and imports n invented contacts.
func (s *site) loaded(n int) *site {
	s.t.Helper()
	ctx := s.t.Context()
	definitions, findings, err := questionnaire.Load(surveys.Files, surveys.Names...)
	if err != nil || len(findings) > 0 {
		s.t.Fatal(err, findings)
	}
	for i, d := range definitions {
		if _, _, err := s.Surveys.Register(ctx, d, surveys.Names[i]); err != nil {
			s.t.Fatal(err)
		}
	}
	if n == 0 {
		return s
	}
	var file bytes.Buffer
	if err := sample.WriteContacts(&file, sample.Contacts(7, n)); err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.People.Import(ctx, &file); err != nil {
		s.t.Fatal(err)
	}
	return s
}

var answerLink = regexp.MustCompile(`https?://\S+/s/[\w-]+`)

// launch starts a campaign of the survey to everybody, and returns its id.
func (s *site) launch(surveyID string) string {
	s.t.Helper()
	ctx := s.t.Context()
	version, err := s.Surveys.Latest(ctx, surveyID)
	if err != nil {
		s.t.Fatal(err)
	}
	c := distribution.DefaultTexts()
	s.launches++
	c.Name, c.VersionID, c.Groups, c.Language = fmt.Sprintf("Provutskick %d, %s", s.launches, surveyID), version.ID, people.Groups, i18n.Sv
	c.ClosesAt, c.Minutes = time.Now().Add(20*24*time.Hour), 8
	if c, err = s.Distribution.Create(ctx, c); err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.Distribution.Launch(ctx, c.ID); err != nil {
		s.t.Fatal(err)
	}
	return c.ID
}

// invite launches a campaign of the survey, waits until every mail has left, and returns its id.
func (s *site) invite(surveyID string) string {
	s.t.Helper()
	id := s.launch(surveyID)
	s.delivered(id)
	return id
}

// delivered waits until every mail of the campaign has left.
func (s *site) delivered(campaignID string) {
	s.t.Helper()
	s.until("every invitation is in the mail", func() bool {
		counts, err := s.Distribution.OutboxCounts(s.t.Context(), campaignID)
		if err != nil {
			s.t.Fatal(err)
		}
		return counts["queued"]+counts["claimed"] == 0
	})
}

// links are the personal links in the caught mails, by the first group of their reader.
func (s *site) links() map[string][]string {
	s.t.Helper()
	links := map[string][]string{}
	for _, m := range s.Caught() {
		p, err := s.People.FindByEmail(s.t.Context(), m.To[0])
		if err != nil {
			s.t.Fatal(err)
		}
		if link := answerLink.FindString(m.Text); link != "" {
			links[p.Groups[0]] = append(links[p.Groups[0]], link)
		}
	}
	return links
}

// until waits for something that the service does in the background.
func (s *site) until(what string, done func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !done(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("waited in vain: %s", what)
		}
	}
}

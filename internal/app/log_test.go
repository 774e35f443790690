package app_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/app"
	"upphandlingsdialog/internal/config"
	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/people"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/testkit"
	"upphandlingsdialog/surveys"
)

// book is a log that is read afterwards.
type book struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *book) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *book) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

const (
	password = "skidspåret är nydraget"
	leader   = "petra@lansstyrelsen.example"
	answer   = "fyrtiosjuelva"
)

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// serving is the whole service with everything that it logs.
func serving(t *testing.T) (*app.App, *book) {
	t.Helper()
	log := &book{}
	before := slog.Default()
	logger := slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	slog.SetDefault(logger)
	cfg := config.Config{Data: t.TempDir(), DatabaseURL: testkit.URL(t), Listen: freeAddress(t), CatcherAddr: freeAddress(t),
		MailFrom: "Dialog <dialog@upphandlingsdialog.example>", MinBase: 7}
	ctx, cancel := context.WithCancel(t.Context())
	a, err := app.OpenServer(ctx, cfg, logger)
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	up, done := make(chan struct{}), make(chan error, 1)
	go func() { done <- a.Serve(ctx, func(string) { close(up) }) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
		slog.SetDefault(before)
	})
	<-up
	return a, log
}

// mailed launches a campaign to two persons and waits for their mails.
func mailed(t *testing.T, a *app.App) []mail.Caught {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := a.Accounts.CreateUser(ctx, leader, "Petra Processledare", account.Leader, "sv", password)
	must(err)
	_, err = a.People.Import(ctx, strings.NewReader("name,email,group\nBerit Ek,berit.ek@snickeri.example,business\nDag Alm,dag.alm@falun.example,developer\n"))
	must(err)
	definitions, _, err := questionnaire.Load(surveys.Files, "s5.yaml")
	must(err)
	version, _, err := a.Surveys.Register(ctx, definitions[0], "s5.yaml")
	must(err)
	c := distribution.DefaultTexts()
	c.Name, c.VersionID, c.Groups, c.ClosesAt = "Våren", version.ID, people.Groups, time.Now().Add(48*time.Hour)
	c, err = a.Distribution.Create(ctx, c)
	must(err)
	_, err = a.Distribution.Launch(ctx, c.ID)
	must(err)
	for range 200 {
		if all := a.Caught(); len(all) == 2 {
			return all
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("no mails came within ten seconds")
	return nil
}

var (
	secretLink = regexp.MustCompile(`/[su]/([A-Za-z0-9_-]{20,})`)
	hidden     = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)
)

// Who reads the log learns nothing about anybody: no address, no link, no password, no answer.
func TestTheLogHoldsNoAddressTokenPasswordOrAnswer(t *testing.T) {
	a, log := serving(t)
	secrets := []string{password, "fel-lösenord-här", answer, "berit.ek", "dag.alm", "petra@", "okand@"}
	base := a.Config.Base()
	for _, m := range mailed(t, a) {
		jar, _ := cookiejar.New(nil)
		client := &http.Client{Jar: jar}
		do := func(path string, form url.Values) (at, body string) {
			t.Helper()
			resp, err := client.PostForm(base+path, form)
			if form == nil {
				resp, err = client.Get(base + path)
			}
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			b, _ := io.ReadAll(resp.Body)
			return resp.Request.URL.Path, string(b)
		}
		links := secretLink.FindAllStringSubmatch(m.Text, -1)
		if len(links) < 2 {
			t.Fatalf("the mail has %d links:\n%s", len(links), m.Text)
		}
		for _, l := range links {
			secrets = append(secrets, l[1])
			do(l[0], nil)
			do(l[0]+"x", nil)
		}
		at, body := do(links[0][0]+"/start", url.Values{})
		form := url.Values{"q5_04": {answer}, "do": {"next"}}
		for _, f := range hidden.FindAllStringSubmatch(body, -1) {
			form.Set(f[1], f[2])
		}
		do(at, form)
		form.Set("revision", answer)
		do(at, form)
		do(links[0][0]+"/decline", url.Values{})
		do(links[1][0], url.Values{})
		do("/team/sign-in", url.Values{"email": {"okand@x.example"}, "password": {"fel-lösenord-här"}})
		do("/team/sign-in", url.Values{"email": {leader}, "password": {password}})
		do("/team/campaigns/"+answer, nil)
		do("/team/people?q=berit.ek", nil)
	}
	text := log.String()
	if strings.Count(text, "msg=request") < 20 {
		t.Fatalf("the log is too short to tell anything:\n%s", text)
	}
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			i := strings.Index(text, secret)
			t.Errorf("the log holds %q:\n%s", secret, text[max(0, i-300):min(len(text), i+100)])
		}
	}
}

package mail_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/mail"
	"upphandlingsdialog/internal/testkit"
)

var noon = time.Date(2019, 3, 1, 11, 0, 0, 0, time.UTC)

func letter(l i18n.Lang) mail.Letter {
	return mail.Letter{
		To: "asa@nyas.example", ToName: "Åsa Öhrn", Lang: l, Subject: "Vad fungerar i offentliga inköp? Nya lösningar",
		Greeting:   "Hej Åsa!",
		Paragraphs: []string{"Första stycket.\nMed radbrytning.", "Andra <stycket> & mer."},
		Button:     &mail.Button{Text: "Svara på enkäten", URL: "https://dialog.example/s/abc"},
		After:      []string{"Länken är din egen."}, Signature: []string{"Länsstyrelsen Dalarna", "dialog@dialog.example"},
		Footer: []string{"Finstilt."}, UnsubscribeURL: "https://dialog.example/u/xyz",
		MessageID: "1b4e28ba@dialog.example", Invented: true,
	}
}

func TestALetterSaysTheSameInTextAndHTML(t *testing.T) {
	for _, lang := range i18n.Langs {
		html, err := mail.HTML(letter(lang))
		if err != nil {
			t.Fatal(err)
		}
		testkit.Golden(t, "letter."+string(lang)+".txt", mail.Text(letter(lang)))
		testkit.Golden(t, "letter."+string(lang)+".html", html)
		if strings.Contains(html, "<img") || strings.Contains(html, "<script") {
			t.Error("the HTML loads or runs something")
		}
	}
}

func TestALetterThatMustNotLeaveIsRefused(t *testing.T) {
	for name, change := range map[string]func(*mail.Letter){
		"no recipient":         func(l *mail.Letter) { l.To = "" },
		"two recipients":       func(l *mail.Letter) { l.To = "a@b.example, c@d.example" },
		"no subject":           func(l *mail.Letter) { l.Subject = " " },
		"subject with a break": func(l *mail.Letter) { l.Subject = "a\r\nBcc: x@y.example" },
		"empty body":           func(l *mail.Letter) { l.Paragraphs = []string{" ", ""} },
		"placeholder":          func(l *mail.Letter) { l.Paragraphs = []string{"Hej {{name}}"} },
		"go placeholder":       func(l *mail.Letter) { l.After = []string{"<no value>"} },
		"missing word":         func(l *mail.Letter) { l.Subject = "[mail.nothing]" },
		"language":             func(l *mail.Letter) { l.Lang = "" },
	} {
		l := letter(i18n.Sv)
		change(&l)
		if mail.Check(l) == nil {
			t.Errorf("%s: was not refused", name)
		}
	}
	if err := mail.Check(letter(i18n.Sv)); err != nil {
		t.Error(err)
	}
}

func sender(t *testing.T, url string) *mail.Sender {
	t.Helper()
	s, err := mail.NewSender(url, netmail.Address{Name: "Länsstyrelsen Dalarna", Address: "dialog@dialog.example"}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func catcher(t *testing.T, dir string, limit int) *mail.Catcher {
	t.Helper()
	c, err := mail.NewCatcher("127.0.0.1:0", dir, limit, func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return c
}

func TestTheCatcherShowsWhatWasSentAndKeepsItOverARestart(t *testing.T) {
	dir := t.TempDir()
	c := catcher(t, dir, 0)
	s := sender(t, c.URL())
	for range 2 { // the second goes over the same connection
		if r := s.Send(context.Background(), letter(i18n.Sv)); r.Outcome != mail.Delivered {
			t.Fatalf("not delivered: %+v", r)
		}
	}
	again := catcher(t, dir, 0)
	for _, c := range []*mail.Catcher{c, again} {
		if n := len(c.List("ASA@")); n != 2 {
			t.Fatalf("%d messages, want 2", n)
		}
		m, ok := c.Find(c.List("")[0].ID)
		if !ok || m.Subject != letter(i18n.Sv).Subject || m.Text != mail.Text(letter(i18n.Sv)) {
			t.Errorf("caught %q with text %q", m.Subject, m.Text)
		}
		if m.MessageID != "1b4e28ba@dialog.example" || m.Header["List-Unsubscribe"] != "<https://dialog.example/u/xyz>" ||
			m.Header["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click" {
			t.Errorf("headers %v", m.Header)
		}
	}
	if n := len(catcher(t, dir, 1).List("")); n != 1 {
		t.Errorf("%d messages kept, the limit is 1", n)
	}
}

func TestSwedishLettersInHeadersAreEncoded(t *testing.T) {
	l := letter(i18n.Sv)
	l.Subject = "Påminnelse: nya lösningar på äldre frågor"
	m, err := mail.Compose(l, netmail.Address{Name: "Länsstyrelsen Dalarna", Address: "dialog@dialog.example"}, noon)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(b.String(), "\r\n\r\n")
	for _, r := range head {
		if r > 127 {
			t.Fatalf("bare %q in the headers:\n%s", r, head)
		}
	}
	parsed, err := netmail.ReadMessage(&b)
	if err != nil {
		t.Fatal(err)
	}
	to, err := parsed.Header.AddressList("To")
	if err != nil || to[0].Name != "Åsa Öhrn" {
		t.Errorf("to %v %v", to, err)
	}
}

func TestTheCatchersPagesRunNothingFromAMail(t *testing.T) {
	c := catcher(t, "", 0)
	sender(t, c.URL()).Send(context.Background(), letter(i18n.Sv))
	srv := httptest.NewServer(c.Handler())
	defer srv.Close()
	id := c.List("")[0].ID
	for path, want := range map[string]string{
		"/": "asa@nyas.example", "/?lang=en&to=asa": "1 mail", "/?to=nobody": "Inga mejl", "/messages/" + id: "sandbox=",
		"/messages/" + id + "/html": "Svara på enkäten", "/messages/" + id + "/source": "List-Unsubscribe-Post",
		"/api/messages?to=asa": id, "/api/messages/" + id: "https://dialog.example/s/abc",
	} {
		resp, err := http.Get(srv.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != 200 || !strings.Contains(string(body), want) {
			t.Errorf("%s: status %d, want %q in:\n%s", path, resp.StatusCode, want, body)
		}
		if csp := resp.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "allow-scripts") {
			t.Errorf("%s: content policy %q", path, csp)
		}
		if strings.HasPrefix(path, "/api") && !json.Valid(body) {
			t.Errorf("%s is not JSON", path)
		}
	}
	if resp, err := http.Get(srv.URL + "/messages/99999999"); err != nil || resp.StatusCode != 404 {
		t.Errorf("unknown message: %v %v", resp.StatusCode, err)
	}
}

// moody is an SMTP server that answers as told.
type moody struct {
	rcpt, data error
	drop       bool // closes the connection instead of answering the text
}

func (m *moody) NewSession(c *smtp.Conn) (smtp.Session, error) { return &moodySession{m, c}, nil }

type moodySession struct {
	*moody
	conn *smtp.Conn
}

func (s *moodySession) Reset()                                    {}
func (s *moodySession) Logout() error                             { return nil }
func (s *moodySession) Mail(string, *smtp.MailOptions) error      { return nil }
func (s *moodySession) Rcpt(to string, _ *smtp.RcptOptions) error { return s.rcpt }
func (s *moodySession) Data(r io.Reader) error {
	_, _ = io.Copy(io.Discard, r)
	if s.drop {
		s.conn.Conn().Close()
		return errors.New("gone")
	}
	return s.data
}

func TestTheSenderTellsWhatIsKnownAboutAMessage(t *testing.T) {
	later := &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "try later"}
	never := &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
	for name, c := range map[string]struct {
		server    moody
		outcome   mail.Outcome
		code      int
		recipient bool
	}{
		"accepted":            {moody{}, mail.Delivered, 250, false},
		"recipient later":     {moody{rcpt: later}, mail.Later, 451, true},
		"recipient unknown":   {moody{rcpt: never}, mail.Refused, 550, true},
		"text later":          {moody{data: later}, mail.Later, 451, false},
		"text refused":        {moody{data: never}, mail.Refused, 550, false},
		"gone after the text": {moody{drop: true}, mail.Uncertain, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			srv := smtp.NewServer(&c.server)
			srv.Domain, srv.ErrorLog = "localhost", quiet{}
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			go func() { _ = srv.Serve(l) }()
			defer srv.Close()
			s := sender(t, "smtp://"+l.Addr().String())
			for range 2 { // the second tells whether the connection survived the first
				r := s.Send(context.Background(), letter(i18n.Sv))
				if r.Outcome != c.outcome || r.Code != c.code || r.Recipient != c.recipient {
					t.Errorf("got %+v", r)
				}
			}
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
		if r := sender(t, "smtp://"+l.Addr().String()).Send(context.Background(), letter(i18n.Sv)); r.Outcome != mail.Later {
			t.Errorf("got %+v", r)
		}
	})
}

// A kept connection that the server has closed meanwhile costs nothing: the letter goes over a new one.
func TestALetterGoesOverANewConnectionWhenTheServerClosedTheOldOne(t *testing.T) {
	server := func(address string) (*smtp.Server, string) {
		srv := smtp.NewServer(&moody{})
		srv.Domain, srv.ErrorLog = "localhost", quiet{}
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		go func() { _ = srv.Serve(l) }()
		return srv, l.Addr().String()
	}
	first, address := server("127.0.0.1:0")
	s := sender(t, "smtp://"+address)
	if r := s.Send(context.Background(), letter(i18n.Sv)); r.Outcome != mail.Delivered {
		t.Fatalf("the first letter: %+v", r)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, _ := server(address)
	defer second.Close()
	if r := s.Send(context.Background(), letter(i18n.Sv)); r.Outcome != mail.Delivered {
		t.Errorf("after the server closed the connection: %+v", r)
	}
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

func TestAServerAddressThatCannotWorkIsRefusedWithoutShowingItsPassword(t *testing.T) {
	for _, url := range []string{"", "mail.example:25", "http://mail.example", "smtp://:25", "smtp://m.example?tls=sometimes", "ftp://u:hunter2@m.example"} {
		_, err := mail.NewSender(url, netmail.Address{Address: "a@b.example"}, time.Now)
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", url, err)
		}
	}
}

package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Outcome is what is known about a message after it was given to the server.
type Outcome int

// Outcomes of Sender.Send.
const (
	// Delivered: the server took the responsibility for the message.
	Delivered Outcome = iota + 1
	// Later: the message was not taken, and trying again may help (4xx, no connection).
	Later
	// Refused: the server said no for good (5xx), or the letter cannot be written.
	Refused
	// Uncertain: the whole message was handed over and the answer never came.
	Uncertain
)

// Result is the outcome of one message with the server's words.
type Result struct {
	Outcome Outcome
	// Code is the SMTP reply code, 0 when the server did not answer.
	Code int
	// Recipient tells that the server refused the address and not the message.
	Recipient bool
	Reply     string
}

// Sender gives letters to one SMTP server. It keeps the connection between
// letters and is safe for concurrent use (one letter at a time).
type Sender struct {
	client *gomail.Client
	from   netmail.Address
	now    func() time.Time

	mu   sync.Mutex
	open bool
	used time.Time
}

const (
	timeout = 15 * time.Second // for each step of a delivery
	// idle is how long a kept connection is trusted. It is shorter than timeout, which the library
	// counts from the last letter also while nothing is sent.
	idle = 10 * time.Second
)

// NewSender reads a server address such as smtp://user:password@host:587 or
// smtps://host:465. For smtp, "?tls=none" allows plain text (the default on
// loopback addresses), "?tls=mandatory" demands STARTTLS; without it STARTTLS
// is used when the server offers it.
func NewSender(server string, from netmail.Address, now func() time.Time) (*Sender, error) {
	u, err := url.Parse(server)
	if err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") {
		return nil, fmt.Errorf("mail server %q: write it as smtp://host:port or smtps://host:port", redact(server))
	}
	options := []gomail.Option{gomail.WithTimeout(timeout)}
	policy, err := tlsPolicy(u)
	if err != nil {
		return nil, err
	}
	options = append(options, gomail.WithTLSPolicy(policy))
	if u.Scheme == "smtps" {
		options = append(options, gomail.WithSSL())
	}
	if p := u.Port(); p != "" {
		port, err := strconv.Atoi(p)
		if err != nil {
			return nil, fmt.Errorf("mail server port %q is not a number", p)
		}
		options = append(options, gomail.WithPort(port))
	}
	if u.User != nil {
		password, _ := u.User.Password()
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	client, err := gomail.NewClient(u.Hostname(), options...)
	if err != nil {
		return nil, fmt.Errorf("mail server %s: %w", u.Host, err)
	}
	return &Sender{client: client, from: from, now: now}, nil
}

func tlsPolicy(u *url.URL) (gomail.TLSPolicy, error) {
	switch want := u.Query().Get("tls"); want {
	case "none":
		return gomail.NoTLS, nil
	case "mandatory":
		return gomail.TLSMandatory, nil
	case "":
		if ip := net.ParseIP(u.Hostname()); u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
			return gomail.NoTLS, nil
		}
		return gomail.TLSOpportunistic, nil
	default:
		return 0, fmt.Errorf("mail server: tls=%s is not known, use none or mandatory", want)
	}
}

func redact(server string) string {
	if u, err := url.Parse(server); err == nil {
		return u.Redacted()
	}
	return "(unreadable)"
}

// From is the address that letters are sent from.
func (s *Sender) From() netmail.Address { return s.from }

// Domain is the part after @ of the sender's address; Message-IDs end in it.
func (s *Sender) Domain() string {
	_, domain, _ := strings.Cut(s.from.Address, "@")
	return domain
}

// Send gives one letter to the server. It never sends twice by itself: a lost
// connection after the text was handed over is Uncertain, not tried again.
func (s *Sender) Send(ctx context.Context, l Letter) Result {
	msg, err := Compose(l, s.from, s.now())
	if err != nil {
		return Result{Outcome: Refused, Reply: err.Error()}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.connect(ctx); err != nil {
		return ofConnect(err)
	}
	err = s.client.Send(msg)
	if broken(err) { // the server closed the kept connection: nothing of this letter was sent
		s.hangUp()
		if err := s.connect(ctx); err != nil {
			return ofConnect(err)
		}
		err = s.client.Send(msg)
	}
	s.used = s.now()
	if msg.IsDelivered() { // an error after delivery concerns only the connection
		if err != nil {
			s.hangUp()
		}
		return Result{Outcome: Delivered, Code: 250, Reply: msg.ServerResponse()}
	}
	r := ofSend(err)
	if r.Code == 0 || r.Code == 421 {
		s.hangUp()
	}
	return r
}

// connect opens a connection, or keeps the open one while it is fresh. An old
// one is replaced before use, so that no letter meets a closed door.
func (s *Sender) connect(ctx context.Context) error {
	if s.open && s.now().Sub(s.used) < idle {
		return nil
	}
	s.hangUp()
	if err := s.client.DialWithContext(ctx); err != nil {
		return err
	}
	s.open, s.used = true, s.now()
	return nil
}

func (s *Sender) hangUp() {
	if s.open {
		_ = s.client.Close() // the connection is given up either way
		s.open = false
	}
}

// Close ends the kept connection.
func (s *Sender) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hangUp()
}

// broken tells whether the connection was found dead before the letter was begun.
func broken(err error) bool {
	var se *gomail.SendError
	return errors.As(err, &se) && se.Reason == gomail.ErrConnCheck
}

func ofConnect(err error) Result {
	r := Result{Outcome: Later, Reply: err.Error()}
	var se *gomail.SendError
	if errors.As(err, &se) {
		r.Code = se.ErrorCode()
	}
	return r
}

func ofSend(err error) Result {
	r := Result{Outcome: Later, Reply: "no reply"}
	if err != nil {
		r.Reply = err.Error()
	}
	var se *gomail.SendError
	if !errors.As(err, &se) {
		return r
	}
	r.Code = se.ErrorCode()
	r.Recipient = se.Reason == gomail.ErrSMTPRcptTo
	switch {
	case r.Code >= 500:
		r.Outcome = Refused
	case r.Code >= 400:
		r.Outcome = Later
	case se.Reason == gomail.ErrSMTPDataClose, se.Reason == gomail.ErrAmbiguous:
		// Only here had the server the whole text: it may have taken it.
		r.Outcome = Uncertain
	case se.Reason == gomail.ErrGetSender, se.Reason == gomail.ErrGetRcpts, se.Reason == gomail.ErrNoUnencoded:
		r.Outcome = Refused
	}
	return r
}

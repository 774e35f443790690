package mail

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/textproto"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // mail from elsewhere may not be UTF-8
	gomessage "github.com/emersion/go-message/mail"
	"github.com/emersion/go-smtp"
)

// Caught is one message that the catcher took.
type Caught struct {
	ID        string            `json:"id"` // sorts by time of arrival
	From      string            `json:"from"`
	To        []string          `json:"to"` // as the sender named them to the server, not as the headers say
	Subject   string            `json:"subject"`
	MessageID string            `json:"message_id"` // without angle brackets
	Received  time.Time         `json:"received"`
	Text      string            `json:"text,omitempty"`
	HTML      string            `json:"html,omitempty"`
	Header    map[string]string `json:"header,omitempty"`
	source    []byte
}

// brief is the message without its contents, for lists.
func (c Caught) brief() Caught {
	c.Text, c.HTML, c.Header, c.source = "", "", nil, nil
	return c
}

// Catcher is a real SMTP server that keeps every message and sends none on. It
// stands where an installation has no mail server: the demonstration and tests.
type Catcher struct {
	dir    string // empty keeps messages in memory only
	limit  int
	now    func() time.Time
	server *smtp.Server
	listen net.Listener

	mu   sync.RWMutex
	all  []*Caught // oldest first
	next int
}

// maxMessage is the most bytes of one message.
const maxMessage = 10 << 20

// NewCatcher opens a catcher on an address such as 127.0.0.1:0. With a folder,
// messages are kept there and a restart shows them; the oldest go when there
// are more than limit (0: 5000).
func NewCatcher(address, dir string, limit int, now func() time.Time) (*Catcher, error) {
	if limit <= 0 {
		limit = 5000
	}
	c := &Catcher{dir: dir, limit: limit, now: now}
	if err := c.load(); err != nil {
		return nil, err
	}
	listen, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("mail catcher: %w", err)
	}
	c.listen = listen
	c.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &catch{catcher: c}, nil }))
	c.server.Domain = "localhost"
	c.server.MaxMessageBytes = maxMessage
	c.server.MaxRecipients = 100
	c.server.ReadTimeout, c.server.WriteTimeout = 5*time.Minute, time.Minute
	return c, nil
}

// Addr is the address it listens on.
func (c *Catcher) Addr() string { return c.listen.Addr().String() }

// URL is Addr as NewSender reads it.
func (c *Catcher) URL() string { return "smtp://" + c.Addr() + "?tls=none" }

// Serve takes mail until ctx ends.
func (c *Catcher) Serve(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { _ = c.server.Close() })
	defer stop()
	err := c.server.Serve(c.listen)
	if ctx.Err() != nil || errors.Is(err, smtp.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("mail catcher: %w", err)
}

// List returns the messages to an address (or part of one), oldest first,
// without their contents. An empty address lists all.
func (c *Catcher) List(to string) []Caught {
	c.mu.RLock()
	defer c.mu.RUnlock()
	out := []Caught{}
	for _, m := range c.all {
		match := func(a string) bool { return strings.Contains(strings.ToLower(a), strings.ToLower(to)) }
		if to == "" || slices.ContainsFunc(m.To, match) {
			out = append(out, m.brief())
		}
	}
	return out
}

// Find returns one message with its contents.
func (c *Catcher) Find(id string) (Caught, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	i, found := slices.BinarySearchFunc(c.all, id, func(m *Caught, id string) int { return strings.Compare(m.ID, id) })
	if !found {
		return Caught{}, false
	}
	return *c.all[i], true
}

// catch is one SMTP session.
type catch struct {
	catcher *Catcher
	from    string
	to      []string
}

func (s *catch) Reset()        { s.from, s.to = "", nil }
func (s *catch) Logout() error { return nil }

func (s *catch) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *catch) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}

func (s *catch) Data(r io.Reader) error {
	source, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return s.catcher.keep(s.from, s.to, source)
}

// envelope is what the message itself does not say, stored beside it.
type envelope struct {
	From     string
	To       []string
	Received time.Time
}

func (c *Catcher) keep(from string, to []string, source []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next++
	env := envelope{From: from, To: slices.Clone(to), Received: c.now().UTC()}
	m := read(fmt.Sprintf("%08d", c.next), env, source)
	if c.dir != "" {
		if err := c.store(m.ID, env, source); err != nil {
			slog.Error("mail catcher cannot store", "error", err)
			return &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 3, 1}, Message: "cannot store the message"}
		}
	}
	c.all = append(c.all, m)
	for len(c.all) > c.limit {
		if c.dir != "" {
			_ = os.Remove(c.path(c.all[0].ID)) // a file that stays is dropped at the next start
		}
		c.all = c.all[1:]
	}
	return nil
}

func (c *Catcher) path(id string) string { return filepath.Join(c.dir, id+".eml") }

// store writes the envelope as one line of JSON and then the message, first
// under another name so that a crash leaves no half file.
func (c *Catcher) store(id string, env envelope, source []byte) error {
	line, err := json.Marshal(env)
	if err != nil {
		return err
	}
	temporary := c.path(id) + ".part"
	if err := os.WriteFile(temporary, append(append(line, '\n'), source...), 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, c.path(id))
}

// load reads what an earlier run kept.
func (c *Catcher) load() error {
	if c.dir == "" {
		return nil
	}
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return fmt.Errorf("mail catcher: %w", err)
	}
	names, err := fs.Glob(os.DirFS(c.dir), "*.eml")
	if err != nil {
		return err
	}
	slices.Sort(names)
	for len(names) > c.limit {
		_ = os.Remove(filepath.Join(c.dir, names[0])) // tried again at the next start
		names = names[1:]
	}
	for _, name := range names {
		raw, err := os.ReadFile(filepath.Join(c.dir, name))
		if err != nil {
			return fmt.Errorf("mail catcher: %w", err)
		}
		line, source, _ := bytes.Cut(raw, []byte("\n"))
		var env envelope
		if json.Unmarshal(line, &env) != nil {
			slog.Warn("mail catcher skips a file it did not write", "file", name)
			continue
		}
		id := strings.TrimSuffix(name, ".eml")
		c.all = append(c.all, read(id, env, source))
		_, _ = fmt.Sscanf(id, "%d", &c.next)
	}
	return nil
}

// read takes a message apart. What cannot be read is left empty: the source is
// always there to look at.
func read(id string, env envelope, source []byte) *Caught {
	m := &Caught{ID: id, From: env.From, To: env.To, Received: env.Received, Header: map[string]string{}, source: source}
	e, err := message.Read(bytes.NewReader(source))
	if err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		return m
	}
	h := gomessage.HeaderFromMap(e.Header.Map())
	m.Subject, _ = h.Subject()
	m.MessageID, _ = h.MessageID()
	for name := range e.Header.Map() {
		if value, err := e.Header.Text(name); err == nil {
			m.Header[textproto.CanonicalMIMEHeaderKey(name)] = value
		}
	}
	_ = e.Walk(func(_ []int, part *message.Entity, err error) error {
		if err != nil || part == nil {
			return nil //nolint:nilerr // one bad part does not hide the others
		}
		kind, _, _ := part.Header.ContentType()
		switch {
		case kind == "text/plain" && m.Text == "":
			body, _ := io.ReadAll(part.Body) // what can be read is shown
			m.Text = strings.ReplaceAll(string(body), "\r\n", "\n")
		case kind == "text/html" && m.HTML == "":
			body, _ := io.ReadAll(part.Body)
			m.HTML = string(body)
		}
		return nil
	})
	return m
}

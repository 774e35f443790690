// Package config is the settings of the program: one struct, filled from flags and environment by
// kong, checked as a whole so that every fault is reported at once, and printed without secrets.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"path/filepath"
	"strings"
)

// Config is every setting. The tags are kong's: flag, environment variable, default and help.
type Config struct {
	Data        string  `env:"UD_DATA" help:"Folder for the private database, the secret key, the keys of anonymous campaigns and logs. Default: data, or a system folder for root where the database's user cannot reach data." type:"path"`
	DatabaseURL string  `name:"database-url" env:"DATABASE_URL" help:"PostgreSQL server to use instead of the private one, e.g. postgres://user:password@host/name."`
	Listen      string  `env:"UD_LISTEN" default:"127.0.0.1:8080" help:"Address to serve on. Only this machine reaches the default."`
	BaseURL     string  `name:"base-url" env:"UD_BASE_URL" help:"Address that users see and that stands in mails, e.g. https://dialog.example.se. Default: http:// and the listen address."`
	SMTPURL     string  `name:"smtp-url" env:"UD_SMTP_URL" help:"Mail server, e.g. smtp://user:password@mail.example.se:587. Without one the built-in mail catcher takes every mail."`
	CatcherAddr string  `name:"catcher" env:"UD_CATCHER" default:"127.0.0.1:8025" help:"Address of the page of the mail catcher, which takes every mail when there is no mail server."`
	MailFrom    string  `name:"mail-from" env:"UD_MAIL_FROM" default:"Upphandlingsdialog Dalarna <dialog@upphandlingsdialog.example>" help:"Sender of every mail."`
	DPO         string  `name:"dpo" env:"UD_DPO" help:"Address of the data protection officer, printed in the privacy notices. Default: the sender's."`
	MailRate    float64 `name:"mail-rate" env:"UD_MAIL_RATE" default:"10" help:"Mails a second at most; 0 for no limit."`
	Dnr         string  `env:"UD_DNR" help:"Registry number (diarienummer) printed in reports, e.g. 304-1234-2019."`
	Return      string  `name:"return-address" env:"UD_RETURN_ADDRESS" help:"Postal address on one line, printed on questionnaires on paper. None: they go back to whoever handed them out."`
	InvitePause int     `name:"invite-pause" env:"UD_INVITE_PAUSE" default:"30" help:"Days that a person should be left alone between two surveys; a launch warns of those who are not."`
	MinBase     int     `name:"min-base" env:"UD_MIN_BASE" default:"7" help:"Smallest group that results are shown for, 5 to 20."`
	KeepNames   int     `name:"keep-names" env:"UD_KEEP_NAMES" default:"0" help:"Months after a statement that an expert's name is kept; then it is taken out and the role stands. 0 keeps it until somebody takes it out."`
	KeepPeople  int     `name:"keep-people" env:"UD_KEEP_PEOPLE" default:"0" help:"Months that somebody stays in the register of people without a part in a survey, a consultation, a seminar or a follow-up and without being on a distribution list; then the row is made nameless. 0 keeps everybody."`
	Disposal    string  `name:"disposal-decision" env:"UD_DISPOSAL_DECISION" help:"Number of the authority's decision on disposal (gallringsbeslut). --keep-people and --keep-names need it; it is logged with each erasure."`
	TwoPersons  bool    `name:"two-persons" env:"UD_TWO_PERSONS" help:"A recommendation is decided by another person than the one who changed it last, and an edition approved by another than the one who made it."`
	OpenRate    int     `name:"open-rate" env:"UD_OPEN_RATE" default:"600" help:"New respondents a minute at most by one open link; 0 for no limit. Addresses are not counted: many people share one."`
	Invented    bool    `env:"UD_INVENTED" help:"Say on every page that people and answers are invented: for demonstrations and training."`
	SecretKey   string  `name:"secret-key-file" env:"UD_SECRET_KEY_FILE" help:"File with the key behind mailed links. Default: secret.key in the data folder." type:"path"`
}

// Validate reports every fault of the settings with what to write instead. Kong calls it.
func (c *Config) Validate() error {
	var faults []error
	add := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		add("--listen %q is no address: write host:port, for example 127.0.0.1:8080", c.Listen)
	}
	if _, _, err := net.SplitHostPort(c.CatcherAddr); err != nil {
		add("--catcher %q is no address: write host:port, for example 127.0.0.1:8025", c.CatcherAddr)
	}
	if c.BaseURL != "" && !isURL(c.BaseURL, "http", "https") {
		add("--base-url %q is no address: write it as https://dialog.example.se", c.BaseURL)
	}
	if c.DatabaseURL != "" && !isURL(c.DatabaseURL, "postgres", "postgresql") && !strings.Contains(c.DatabaseURL, "=") {
		add("--database-url is no address: write it as postgres://user:password@host/name")
	}
	if c.SMTPURL != "" && !isURL(c.SMTPURL, "smtp", "smtps") {
		add("--smtp-url is no address: write it as smtp://user:password@mail.example.se:587")
	}
	if _, err := mail.ParseAddress(c.MailFrom); err != nil {
		add("--mail-from %q is no sender: write it as Name <name@example.se>", c.MailFrom)
	}
	if _, err := mail.ParseAddress(c.DPO); c.DPO != "" && err != nil {
		add("--dpo %q is no e-mail address: write it as dpo@example.se", c.DPO)
	}
	if c.MailRate < 0 {
		add("--mail-rate %v is less than nothing: write 0 for no limit", c.MailRate)
	}
	if c.InvitePause < 1 || c.InvitePause > 365 {
		add("--invite-pause %d: write a number of days from 1 to 365", c.InvitePause)
	}
	if c.OpenRate < 0 {
		add("--open-rate %d is less than nothing: write 0 for no limit", c.OpenRate)
	}
	if c.KeepPeople < 0 || c.KeepNames < 0 {
		add("--keep-people and --keep-names are numbers of months: write 0 to keep")
	}
	if c.KeepPeople+c.KeepNames > 0 && strings.TrimSpace(c.Disposal) == "" {
		add("--keep-people and --keep-names erase personal data, which needs the authority's decision: write its number with --disposal-decision")
	}
	if c.MinBase < 5 || c.MinBase > 20 {
		add("--min-base %d: write a number from 5 to 20", c.MinBase)
	}
	return errors.Join(faults...)
}

func isURL(s string, schemes ...string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" && u.Query().Get("host") == "" {
		return false
	}
	for _, scheme := range schemes {
		if u.Scheme == scheme {
			return true
		}
	}
	return false
}

// Base is the address that users see, without a slash at the end.
func (c *Config) Base() string {
	if c.BaseURL != "" {
		return strings.TrimRight(c.BaseURL, "/")
	}
	return "http://" + c.Listen
}

// KeyFile is where the key behind mailed links is kept.
func (c *Config) KeyFile() string {
	if c.SecretKey != "" {
		return c.SecretKey
	}
	return filepath.Join(c.Data, "secret.key")
}

// KeyFolder is where the keys of anonymous campaigns are kept while they are under way.
func (c *Config) KeyFolder() string { return filepath.Join(c.Data, "anonymous") }

// String is the settings for the log, with passwords masked.
func (c *Config) String() string {
	return fmt.Sprintf("data=%s database=%s listen=%s base=%s smtp=%s from=%q rate=%v invite-pause=%d min-base=%d keep-people=%d keep-names=%d disposal-decision=%q open-rate=%d two-persons=%t invented=%t",
		c.Data, mask(c.DatabaseURL, "private"), c.Listen, c.Base(), mask(c.SMTPURL, "catcher"),
		c.MailFrom, c.MailRate, c.InvitePause, c.MinBase, c.KeepPeople, c.KeepNames, c.Disposal, c.OpenRate, c.TwoPersons, c.Invented)
}

// mask shows where a service is without what opens it: a password may stand before the host or, for
// PostgreSQL, in the query.
func mask(s, empty string) string {
	if s == "" {
		return empty
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return "(set)"
	}
	if query := u.Query(); query.Has("password") {
		query.Set("password", "xxxxx")
		u.RawQuery = query.Encode()
	}
	return u.Redacted()
}

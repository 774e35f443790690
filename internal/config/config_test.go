package config_test

import (
	"net"
	"os"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"upphandlingsdialog/internal/config"
)

func parse(t *testing.T, args ...string) (config.Config, error) {
	t.Helper()
	for _, name := range []string{"UD_DATA", "DATABASE_URL", "UD_LISTEN", "UD_BASE_URL", "UD_SMTP_URL", "UD_MIN_BASE"} {
		t.Setenv(name, "") // so that it comes back afterwards; the machine's own settings are not the test's
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
	return parseWithEnv(t, args...)
}

func parseWithEnv(t *testing.T, args ...string) (config.Config, error) {
	t.Helper()
	var c struct {
		config.Config `embed:""`
	}
	p, err := kong.New(&c)
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Parse(args)
	return c.Config, err
}

func TestNobodyElseIsListenedToUnlessTold(t *testing.T) {
	c, err := parse(t)
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{c.Listen, c.CatcherAddr} {
		host, _, err := net.SplitHostPort(address)
		if err != nil || !net.ParseIP(host).IsLoopback() {
			t.Errorf("the default address %q reaches beyond this machine", address)
		}
	}
	if c.Base() != "http://127.0.0.1:8080" || c.MinBase != 7 {
		t.Errorf("defaults: base %s, min-base %d", c.Base(), c.MinBase)
	}
}

func TestTheEnvironmentSetsAndAFlagWins(t *testing.T) {
	t.Setenv("UD_LISTEN", "127.0.0.1:9000")
	t.Setenv("UD_MIN_BASE", "10")
	c, err := parseWithEnv(t, "--min-base", "12")
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:9000" || c.MinBase != 12 {
		t.Errorf("listen %s, min-base %d; want the environment's and the flag's", c.Listen, c.MinBase)
	}
}

func TestEveryFaultIsToldAtOnceWithWhatToWrite(t *testing.T) {
	_, err := parse(t, "--listen=8080", "--base-url=dialog.example.se", "--smtp-url=mail.example.se",
		"--database-url=server", "--mail-from=nobody", "--dpo=nobody", "--min-base=4", "--mail-rate=-1", "--invite-pause=0")
	if err == nil {
		t.Fatal("eight faults were let through")
	}
	for _, want := range []string{"127.0.0.1:8080", "https://dialog", "smtp://user:password@", "postgres://user:password@", "Name <name@", "dpo@example.se", "5 to 20", "1 to 365", "0 for no limit"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("nothing says %q in:\n%v", want, err)
		}
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	for _, database := range []string{"postgres://app:hemlig@db.example/ud", "postgres://db.example/ud?password=hemlig", "host=db.example password=hemlig"} {
		c, err := parse(t, "--database-url="+database, "--smtp-url=smtp://app:hemlig@mail.example:587")
		if err != nil {
			t.Fatal(err)
		}
		if s := c.String(); strings.Contains(s, "hemlig") {
			t.Errorf("the password stands in %s", s)
		} else if !strings.Contains(s, "mail.example:587") {
			t.Errorf("the mail server does not stand in %s", s)
		}
	}
}

func TestNobodyIsErasedWithoutADecision(t *testing.T) {
	for _, setting := range []string{"--keep-people", "--keep-names"} {
		if _, err := parse(t, setting, "24"); err == nil || !strings.Contains(err.Error(), "--disposal-decision") {
			t.Errorf("%s without a decision: %v", setting, err)
		}
		if _, err := parse(t, setting, "-1", "--disposal-decision", "2026:17"); err == nil {
			t.Errorf("%s: less than nothing is taken as a time", setting)
		}
	}
	if c, err := parse(t, "--keep-people", "24", "--disposal-decision", "2026:17"); err != nil || c.KeepPeople != 24 {
		t.Errorf("%d months, %v", c.KeepPeople, err)
	}
}

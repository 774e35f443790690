package postgres

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"upphandlingsdialog/internal/fault"
)

// Programs is one set of PostgreSQL's programs found on the machine.
type Programs struct {
	Bin     string // folder that holds postgres, initdb, pg_dump, …
	Major   int    // 15 for 15.18
	Version string // as `postgres --version` says it
}

// Path returns the full path of one of the programs, such as "pg_dump".
func (p Programs) Path(program string) string { return filepath.Join(p.Bin, program) }

// places are where packages put the server's programs outside PATH.
var places = []string{
	"/usr/lib/postgresql/*/bin",                          // Debian, Ubuntu
	"/usr/pgsql-*/bin",                                   // PostgreSQL's own packages for Red Hat and SUSE
	"/usr/lib/postgresql*/bin",                           // SUSE
	"/usr/libexec/postgresql*",                           // Alpine
	"/opt/homebrew/opt/postgresql*/bin",                  // Homebrew on Apple silicon
	"/usr/local/opt/postgresql*/bin",                     // Homebrew on Intel
	"/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",     // Homebrew on Linux
	"/Applications/Postgres.app/Contents/Versions/*/bin", // Postgres.app
	"/usr/local/pgsql/bin",                               // built from source
}

// Find returns the PostgreSQL programs to use: those in PATH, otherwise the newest of the usual places.
// With major > 0 only that major version will do, since a cluster is bound to it. The fault for "none"
// names the command that installs them here.
func Find(major int) (Programs, error) {
	var found []Programs
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		if p, ok := inspect(dir); ok {
			found = append(found, p)
		}
	}
	var elsewhere []Programs
	for _, pattern := range places {
		dirs, _ := filepath.Glob(pattern) // the patterns are constant and well-formed
		for _, dir := range dirs {
			if p, ok := inspect(dir); ok {
				elsewhere = append(elsewhere, p)
			}
		}
	}
	slices.SortStableFunc(elsewhere, func(a, b Programs) int { return cmp.Compare(b.Major, a.Major) })
	found = append(found, elsewhere...)

	var others []string
	for _, p := range found {
		if major == 0 && p.Major >= OldestVersion/10000 || major == p.Major {
			return p, nil
		}
		others = append(others, strconv.Itoa(p.Major))
	}
	command := installCommand(major)
	if major > 0 && len(others) > 0 {
		return Programs{}, fault.New(fault.Unavailable, "postgres.other_version",
			"Need", major, "Found", strings.Join(others, ", "), "Command", command)
	}
	return Programs{}, fault.New(fault.Unavailable, "postgres.no_programs", "Command", command)
}

var versionLine = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// inspect tells whether dir holds a usable set of programs. PATH often has links, so initdb is looked
// for where the link leads.
func inspect(dir string) (Programs, bool) {
	server, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres"))
	if err != nil {
		return Programs{}, false
	}
	bin := filepath.Dir(server)
	if _, err := os.Stat(filepath.Join(bin, "initdb")); err != nil {
		return Programs{}, false
	}
	out, err := exec.Command(server, "--version").Output()
	if err != nil {
		return Programs{}, false
	}
	m := versionLine.FindSubmatch(out)
	if m == nil {
		return Programs{}, false
	}
	major, err := strconv.Atoi(string(m[1]))
	if err != nil {
		return Programs{}, false
	}
	return Programs{Bin: bin, Major: major, Version: strings.TrimSpace(string(out))}, true
}

// installCommand is what the administrator of this machine types to get the server's programs.
func installCommand(major int) string {
	pkg := func(format, plain string) string {
		if major > 0 {
			return fmt.Sprintf(format, major)
		}
		return plain
	}
	if runtime.GOOS == "darwin" {
		return "brew install " + pkg("postgresql@%d", "postgresql@17")
	}
	sudo := "sudo "
	if os.Geteuid() == 0 {
		sudo = ""
	}
	managers := []struct{ program, command string }{
		{"apt-get", "apt-get install -y " + pkg("postgresql-%d", "postgresql")},
		{"dnf", "dnf install -y " + pkg("postgresql%d-server", "postgresql-server")},
		{"yum", "yum install -y " + pkg("postgresql%d-server", "postgresql-server")},
		{"zypper", "zypper install -y " + pkg("postgresql%d-server", "postgresql-server")},
		{"pacman", "pacman -S postgresql"},
		{"apk", "apk add " + pkg("postgresql%d", "postgresql")},
		{"brew", "brew install " + pkg("postgresql@%d", "postgresql@17")},
	}
	for _, m := range managers {
		if _, err := exec.LookPath(m.program); err == nil || errors.Is(err, exec.ErrDot) {
			if m.program == "brew" {
				return m.command
			}
			return sudo + m.command
		}
	}
	return sudo + managers[0].command
}

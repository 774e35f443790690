package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Name of the role and of the database on a private server.
const privateName = "upphandlingsdialog"

func clusterDir(dir string) string { return filepath.Join(dir, "postgres") }

// HasPrivate says whether the data folder holds a private database already.
func HasPrivate(dir string) bool {
	if dir == "" {
		return false
	}
	major, err := clusterMajor(clusterDir(dir))
	return err == nil && major > 0
}

// clusterMajor returns the major version that made the cluster, 0 if there is none yet.
func clusterMajor(cluster string) (int, error) {
	text, err := os.ReadFile(filepath.Join(cluster, "PG_VERSION"))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the database's version: %w", err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("read the database's version: %w", err)
	}
	return major, nil
}

// initCluster makes a cluster beside its final place and moves it there when it is whole, so that a
// start that is cut short never leaves half a cluster.
func initCluster(ctx context.Context, programs Programs, id identity, cluster string, extra []string) error {
	temp := cluster + ".new"
	if err := os.RemoveAll(temp); err != nil {
		return fmt.Errorf("clear the way for a new database: %w", err)
	}
	var failures []error
	for _, locale := range localeArgs(programs.Major) {
		if err := os.Mkdir(temp, 0o700); err != nil {
			return fmt.Errorf("make the database's folder: %w", err)
		}
		if err := id.own(temp); err != nil {
			return fmt.Errorf("give the database's folder to %s: %w", id.name, err)
		}
		args := append([]string{"-D", temp, "--username=" + privateName, "--encoding=UTF8",
			"--auth-local=trust", "--auth-host=reject"}, locale...)
		cmd := id.command(ctx, programs.Path("initdb"), append(args, extra...)...)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		err := cmd.Run()
		if err == nil {
			return os.Rename(temp, cluster)
		}
		failures = append(failures, fmt.Errorf("initdb %s: %w: %s", strings.Join(locale, " "), err, lastLines(out.String(), 4)))
		if err := os.RemoveAll(temp); err != nil {
			return fmt.Errorf("clear the way for a new database: %w", err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return fmt.Errorf("make the database: %w", errors.Join(failures...))
}

// localeArgs are the locales to try, best first: Swedish order by ICU where the server can have it as
// the default (15 and newer, unless built without), and without C.UTF-8 where the system has none.
func localeArgs(major int) [][]string {
	var tries [][]string
	for _, libc := range []string{"C.UTF-8", "C"} {
		if major >= 15 {
			tries = append(tries, []string{"--locale=" + libc, "--locale-provider=icu", "--icu-locale=sv-SE"})
		}
	}
	return append(tries, []string{"--locale=C.UTF-8"}, []string{"--locale=C"})
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

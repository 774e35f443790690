package postgres

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"

	"upphandlingsdialog/internal/fault"
)

// identity is the user that the server's processes run as. PostgreSQL refuses to run as root, so a
// program started as root lends them an unprivileged user; otherwise they run as whoever started it.
type identity struct {
	name     string
	uid, gid int
	drop     bool // we are root and become somebody else
}

// unprivileged are the users tried in order when started as root.
var unprivileged = []string{"postgres", "_postgres", "nobody"}

// whoRuns picks the identity for a cluster. A cluster that exists keeps its owner.
func whoRuns(cluster string) (identity, error) {
	owner := ownerOf(cluster)
	if euid := os.Geteuid(); euid != 0 {
		if owner >= 0 && owner != euid {
			return identity{}, belongsTo(cluster, owner)
		}
		return identity{name: userName(euid), uid: euid, gid: os.Getegid()}, nil
	}
	if owner > 0 {
		u, err := user.LookupId(strconv.Itoa(owner))
		if err != nil {
			return identity{name: strconv.Itoa(owner), uid: owner, gid: owner, drop: true}, nil
		}
		return dropTo(u)
	}
	for _, name := range unprivileged {
		if u, err := user.Lookup(name); err == nil {
			return dropTo(u)
		}
	}
	return identity{}, fmt.Errorf("PostgreSQL does not run as root and this machine has none of the users %v: start as an ordinary user", unprivileged)
}

// ownerOf returns the user number that a file or folder belongs to, -1 if there is none.
func ownerOf(path string) int {
	info, err := os.Stat(path)
	if err != nil {
		return -1
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return -1
	}
	return int(st.Uid)
}

func belongsTo(dir string, owner int) error {
	return fault.New(fault.Forbidden, "postgres.other_owner", "Dir", dir, "Owner", userName(owner))
}

func dropTo(u *user.User) (identity, error) {
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return identity{}, fmt.Errorf("user %s: %w", u.Username, err)
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return identity{}, fmt.Errorf("user %s: %w", u.Username, err)
	}
	return identity{name: u.Username, uid: uid, gid: gid, drop: true}, nil
}

func userName(uid int) string {
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return u.Username
	}
	return strconv.Itoa(uid)
}

// command prepares a program to run as the identity, away from our terminal's signals and from a
// working directory that the user may not be allowed to enter.
func (id identity) command(ctx context.Context, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), "LC_ALL=C", "PGTZ=UTC")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if id.drop {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(id.uid), Gid: uint32(id.gid)}
	}
	return cmd
}

// own hands a file or folder that root made to the identity.
func (id identity) own(path string) error {
	if !id.drop {
		return nil
	}
	return os.Lchown(path, id.uid, id.gid)
}

// reach verifies that the identity can get to dir through all its parents, and names the one that
// stops it: typically /root, which is closed to everyone else.
func (id identity) reach(ctx context.Context, dir string) error {
	if !id.drop || id.canEnter(ctx, dir) {
		return nil
	}
	closed := dir
	for p := filepath.Dir(dir); ; p = filepath.Dir(p) {
		if !id.canEnter(ctx, p) {
			closed = p
		}
		if p == filepath.Dir(p) {
			break
		}
	}
	return fault.New(fault.Forbidden, "postgres.unreachable", "Dir", dir, "User", id.name, "Closed", closed, "Instead", systemDir)
}

func (id identity) canEnter(ctx context.Context, dir string) bool {
	return id.command(ctx, "/bin/sh", "-c", `cd "$0"`, dir).Run() == nil
}

// systemDir is where a service's data lives on a machine of its own.
const systemDir = "/var/lib/upphandlingsdialog"

// DefaultDir is the data folder for those who name none: ./data, or a system folder when the program
// runs as root in a place that the database's user cannot enter (a clone under /root).
func DefaultDir() string {
	dir, err := filepath.Abs("data")
	if err != nil {
		return "data"
	}
	id, err := whoRuns(clusterDir(dir))
	if err == nil && id.drop && !id.canEnter(context.Background(), filepath.Dir(dir)) {
		return systemDir
	}
	return dir
}

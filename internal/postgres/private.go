package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"upphandlingsdialog/internal/fault"
)

// Private is a PostgreSQL server of the program's own, for those who have no other. Everything it
// keeps is in Dir: the cluster (postgres/), its log (postgres.log) and the lock (server.lock). It
// listens on a Unix socket only, in a folder that nobody else may enter, and ends with the process.
type Private struct {
	Dir string       // the data folder; made if it is missing
	Log *slog.Logger // nil: slog.Default()

	// Settings are added to the server's command line, "fsync" → "off" and the like.
	Settings map[string]string
	// InitArgs are added to initdb's command line.
	InitArgs []string
	// Discard removes Dir when the server stops or the process dies: for data nobody will miss.
	Discard bool
}

const (
	startTimeout = 60 * time.Second // a recovery after a crash replays the log first
	stopTimeout  = 30 * time.Second
)

// Start takes the data folder, makes the cluster if there is none, cleans up after a process that was
// killed, and starts the server. It returns the address for Open and a function that stops the server
// and gives the folder up. If another process has the folder, the fault (Conflict) says who.
func (p Private) Start(ctx context.Context) (url string, stop func(context.Context) error, err error) {
	if p.Log == nil {
		p.Log = slog.Default()
	}
	if p.Dir, err = filepath.Abs(p.Dir); err != nil {
		return "", nil, fmt.Errorf("data folder: %w", err)
	}
	if err := os.MkdirAll(p.Dir, 0o755); err != nil {
		return "", nil, fmt.Errorf("make the data folder: %w", err)
	}
	lock, before, err := lockFolder(p.Dir)
	if err != nil {
		return "", nil, err
	}
	s, err := p.start(ctx, lock, before)
	if err != nil {
		return "", nil, errors.Join(err, lock.release())
	}
	return s.url(), s.stop, nil
}

func (p Private) start(ctx context.Context, lock *folderLock, before holder) (*server, error) {
	cluster := clusterDir(p.Dir)
	id, err := whoRuns(cluster)
	if err != nil {
		return nil, err
	}
	if err := id.reach(ctx, p.Dir); err != nil {
		return nil, err
	}
	major, err := clusterMajor(cluster)
	if err != nil {
		return nil, err
	}
	programs, err := Find(major)
	if err != nil {
		return nil, err
	}
	if major == 0 {
		if err := initCluster(ctx, programs, id, cluster, p.InitArgs); err != nil {
			return nil, err
		}
	}
	if err := stopOrphan(ctx, p.Log, cluster); err != nil {
		return nil, err
	}
	removeSocketDir(before.Socket)

	s := &server{Private: p, programs: programs, id: id, cluster: cluster, lock: lock}
	if err := s.run(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Attach returns the address of the private server that another process runs in the data folder, for
// commands that work beside it. It returns false when no process has the folder, or its server does
// not answer yet.
func Attach(dir string) (url string, ok bool) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", false
	}
	who, ok := heldNow(dir)
	if !ok || who.Socket == "" {
		return "", false
	}
	return socketURL(who.Socket, privateName), true
}

// AttachOrStart uses the server that another process runs in the folder, or starts one. While the other
// process is still starting its server, it waits. stop does nothing to a server of another process.
func (p Private) AttachOrStart(ctx context.Context) (url string, stop func(context.Context) error, err error) {
	deadline := time.Now().Add(startTimeout)
	for {
		if url, ok := Attach(p.Dir); ok {
			return url, func(context.Context) error { return nil }, nil
		}
		url, stop, err = p.Start(ctx)
		if !fault.Is(err, fault.Conflict) || time.Now().After(deadline) {
			return url, stop, err
		}
		select {
		case <-ctx.Done():
			return "", nil, errors.Join(err, ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func socketURL(socket, database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(privateName), Path: "/" + database,
		RawQuery: url.Values{"host": {socket}, "sslmode": {"disable"}}.Encode()}
	return u.String()
}

const socketPrefix = "upphandlingsdialog-"

// makeSocketDir makes a folder that only the server's user (and root) may enter. A socket's path has
// room for about a hundred bytes, so the folder is not in the data folder but in the shortest place.
func makeSocketDir(id identity) (string, error) {
	parent := os.TempDir()
	if len(parent) > 40 || id.drop {
		parent = "/tmp" // $TMPDIR may be long, or root's own
	}
	dir, err := os.MkdirTemp(parent, socketPrefix)
	if err != nil {
		return "", fmt.Errorf("make a folder for the database's socket: %w", err)
	}
	if err := id.own(dir); err != nil {
		return "", errors.Join(fmt.Errorf("give the socket's folder to %s: %w", id.name, err), os.Remove(dir))
	}
	return dir, nil
}

// removeSocketDir removes what makeSocketDir made, if it still is what it was: the name was read from
// a file, so nothing else may be touched.
func removeSocketDir(dir string) {
	if dir == "" || len(filepath.Base(dir)) <= len(socketPrefix) || filepath.Base(dir)[:len(socketPrefix)] != socketPrefix {
		return
	}
	for _, name := range []string{".s.PGSQL.5432", ".s.PGSQL.5432.lock"} {
		_ = os.Remove(filepath.Join(dir, name)) // most often gone already
	}
	_ = os.Remove(dir)
}

package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"log/slog"

	"upphandlingsdialog/internal/fault"
)

// server is a running private server and what belongs to it.
type server struct {
	Private
	programs Programs
	id       identity
	cluster  string
	socket   string
	lock     *folderLock
	reaper   *reaper

	mu       sync.Mutex
	cmd      *exec.Cmd
	ended    chan struct{} // closed when cmd has ended
	stopping bool
	watched  sync.WaitGroup
}

func (s *server) url() string { return socketURL(s.socket, privateName) }

// run starts the server, waits until it answers, and keeps it running until stop.
func (s *server) run(ctx context.Context) (err error) {
	if s.socket, err = makeSocketDir(s.id); err != nil {
		return err
	}
	remove := []string{s.socket}
	if s.Discard {
		remove = append(remove, s.Dir)
	}
	if s.reaper, err = newReaper(remove, s.Discard); err != nil {
		return err
	}
	if err := s.launch(ctx); err != nil {
		return errors.Join(err, s.stop(context.WithoutCancel(ctx)))
	}
	if err := createDatabase(ctx, socketURL(s.socket, "postgres"), privateName); err != nil {
		return errors.Join(err, s.stop(context.WithoutCancel(ctx)))
	}
	if err := s.lock.ready(s.socket); err != nil {
		return errors.Join(err, s.stop(context.WithoutCancel(ctx)))
	}
	s.watched.Go(s.watch)
	return nil
}

// launch starts the server's process once and returns when it answers.
func (s *server) launch(ctx context.Context) error {
	logPath := filepath.Join(s.Dir, "postgres.log")
	log, err := openLog(logPath)
	if err != nil {
		return err
	}
	defer log.Close()
	// Whoever owns the cluster may start it without us the next time.
	if err := errors.Join(s.id.own(logPath), s.id.own(lockFile(s.Dir))); err != nil {
		return fmt.Errorf("give the database's files to %s: %w", s.id.name, err)
	}

	s.mu.Lock()
	if s.stopping {
		s.mu.Unlock()
		return errors.New("the database is stopping")
	}
	cmd := s.id.command(context.WithoutCancel(ctx), s.programs.Path("postgres"), s.args()...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		s.mu.Unlock()
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	ended := make(chan struct{})
	s.cmd, s.ended = cmd, ended
	s.reaper.watch(cmd.Process.Pid)
	s.mu.Unlock()

	go func() {
		_ = cmd.Wait() // why it ended stands in its log
		close(ended)
	}()
	return s.answers(ctx, ended, logPath)
}

// answers waits until the server takes connections, its process ends, or time is up.
func (s *server) answers(ctx context.Context, ended <-chan struct{}, logPath string) error {
	deadline := time.Now().Add(startTimeout)
	for wait := 5 * time.Millisecond; ; wait = min(2*wait, 100*time.Millisecond) {
		err := ping(ctx, socketURL(s.socket, "postgres"))
		if err == nil {
			return nil
		}
		select {
		case <-ended:
			text, _ := os.ReadFile(logPath) // without the log the rest still says what happened
			return fmt.Errorf("PostgreSQL stopped at once; the end of %s:\n%s", logPath, lastLines(string(text), 8))
		case <-ctx.Done():
			return fmt.Errorf("wait for PostgreSQL: %w", ctx.Err())
		case <-time.After(wait):
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("PostgreSQL does not answer after %v, see %s: %w", startTimeout, logPath, err)
		}
	}
}

func (s *server) args() []string {
	settings := map[string]string{
		"listen_addresses":        "", // the socket is the only way in
		"unix_socket_directories": s.socket,
		"unix_socket_permissions": "0700",
		"port":                    "5432",
		"fsync":                   "on",
		"log_timezone":            "UTC",
		"log_line_prefix":         "%m [%p] ",
		"logging_collector":       "off",
		"log_error_verbosity":     "terse", // the details of a refused row name addresses
	}
	for name, value := range s.Settings {
		settings[name] = value
	}
	args := []string{"-D", s.cluster}
	for name, value := range settings {
		args = append(args, "-c", name+"="+value)
	}
	return args
}

// watch starts the server again when its process ends without being told to, as after kill -9. The
// pool's connections are made anew by themselves. It gives up after five times within a minute.
func (s *server) watch() {
	var restarts []time.Time
	for {
		s.mu.Lock()
		ended := s.ended
		s.mu.Unlock()
		<-ended
		s.mu.Lock()
		stopping := s.stopping
		s.mu.Unlock()
		if stopping {
			return
		}
		restarts = slices.DeleteFunc(append(restarts, time.Now()), func(t time.Time) bool { return time.Since(t) > time.Minute })
		if len(restarts) > 5 {
			s.Log.Error("PostgreSQL keeps stopping; see its log", "log", filepath.Join(s.Dir, "postgres.log"))
			return
		}
		s.Log.Warn("PostgreSQL stopped unexpectedly and is started again", "dir", s.Dir)
		if err := s.relaunch(); err != nil {
			s.Log.Error("PostgreSQL could not be started again", "err", err)
		}
	}
}

// relaunch tries for a while: the orphaned backends of a killed postmaster need a moment to leave, and
// until then the server refuses the cluster.
func (s *server) relaunch() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	deadline := time.Now().Add(10 * time.Second)
	for {
		err := s.launch(ctx)
		if err == nil || time.Now().After(deadline) || s.isStopping() {
			return err
		}
		time.Sleep(200 * time.Millisecond)
	}
}

func (s *server) isStopping() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopping
}

// stop ends the server: connections are closed, everything is written down. When ctx ends first it is
// told to drop everything, and recovers at the next start.
func (s *server) stop(ctx context.Context) error {
	s.mu.Lock()
	if s.stopping {
		s.mu.Unlock()
		return nil
	}
	s.stopping = true
	cmd, ended := s.cmd, s.ended
	s.mu.Unlock()

	var err error
	if cmd != nil {
		err = endProcess(ctx, cmd.Process.Pid, ended, s.Discard)
	}
	s.watched.Wait()
	removeSocketDir(s.socket)
	s.reaper.close()
	return errors.Join(err, s.lock.release())
}

func endProcess(ctx context.Context, pid int, ended <-chan struct{}, discard bool) error {
	first := syscall.SIGINT // fast shutdown
	if discard {
		first = syscall.SIGQUIT // immediate
	}
	_ = syscall.Kill(pid, first) // it may have ended by itself
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
	case <-time.After(stopTimeout):
	}
	_ = syscall.Kill(pid, syscall.SIGQUIT)
	select {
	case <-ended:
		return nil
	case <-time.After(5 * time.Second):
	}
	_ = syscall.Kill(pid, syscall.SIGKILL)
	<-ended
	return errors.New("PostgreSQL did not stop by itself and was killed; it recovers at the next start")
}

// openLog opens the server's log for appending. One older log is kept.
func openLog(path string) (*os.File, error) {
	const limit = 10 << 20 // bytes
	if info, err := os.Stat(path); err == nil && info.Size() > limit {
		if err := os.Rename(path, path+".1"); err != nil {
			return nil, fmt.Errorf("turn the database's log over: %w", err)
		}
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o640)
	if err != nil {
		return nil, fmt.Errorf("open the database's log: %w", err)
	}
	return f, nil
}

// stopOrphan ends the server that a killed process left running on the cluster, if there is one. We
// hold the folder's lock, so it has no rightful owner.
func stopOrphan(ctx context.Context, log *slog.Logger, cluster string) error {
	pidFile := filepath.Join(cluster, "postmaster.pid")
	text, err := os.ReadFile(pidFile)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for a server left running: %w", err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(strings.SplitN(string(text), "\n", 2)[0]))
	if err != nil || pid <= 1 {
		return nil // PostgreSQL says itself what is wrong with its file
	}
	if runsCluster(pid, cluster) {
		log.Warn("stopping the database server that a killed process left running", "pid", pid)
	}
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT} {
		if runsCluster(pid, cluster) {
			_ = syscall.Kill(pid, signal) // it may be on its way out already
		}
		// The children of a killed server need a moment to notice and leave.
		for deadline := time.Now().Add(stopTimeout / 2); time.Now().Before(deadline); {
			if !runsCluster(pid, cluster) && len(processesIn(cluster)) == 0 {
				return removeStale(pidFile)
			}
			select {
			case <-ctx.Done():
				return fmt.Errorf("wait for the old database server: %w", ctx.Err())
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
	return fault.New(fault.Unavailable, "postgres.orphan", "PID", pid)
}

// removeStale removes a killed server's file where /proc has shown that none of its processes is left.
// PostgreSQL would do so itself, but not when the number belongs to another process by now, or to a
// zombie that nobody buries, as happens in containers. Without /proc the decision stays PostgreSQL's.
func removeStale(pidFile string) error {
	if !hasProc() {
		return nil
	}
	if err := os.Remove(pidFile); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove the file of a killed server: %w", err)
	}
	return nil
}

func hasProc() bool {
	_, err := os.Stat("/proc/self/cmdline")
	return err == nil
}

// processesIn lists the live processes that work in the folder, which every PostgreSQL process does in
// its cluster's. A zombie works nowhere.
func processesIn(folder string) []string {
	links, _ := filepath.Glob("/proc/[0-9]*/cwd") // the pattern is well-formed; no /proc, no answer
	return slices.DeleteFunc(links, func(link string) bool {
		at, err := os.Readlink(link)
		return err != nil || at != folder
	})
}

// runsCluster tells whether pid is a live PostgreSQL server on the cluster, and not some other process
// that got the same number since.
func runsCluster(pid int, cluster string) bool {
	if err := syscall.Kill(pid, 0); err != nil && !errors.Is(err, syscall.EPERM) {
		return false
	}
	if hasProc() { // a zombie has an empty command line
		line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		return err == nil && strings.Contains(string(line), "\x00"+cluster+"\x00")
	}
	out, err := exec.Command("ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && strings.Contains(string(out), cluster)
}

package postgres_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
)

// holdFolder, set for a child of this test, makes it start a private server and hold it until killed.
const holdFolder = "UD_TEST_HOLD_FOLDER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(holdFolder); dir != "" {
		url, _, err := private(dir).Start(context.Background())
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		fmt.Println(url)
		select {} // until kill -9
	}
	os.Exit(m.Run())
}

func private(dir string) postgres.Private {
	return postgres.Private{Dir: dir, Log: slog.New(slog.DiscardHandler), InitArgs: []string{"--wal-segsize=1", "--no-sync"}}
}

// folder is a data folder that the server's user can reach also when the test runs as root, whose
// t.TempDir is closed to everybody else.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "ud-private-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func open(t *testing.T, url string) *sqlx.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func startPrivate(t *testing.T, dir string) (*sqlx.DB, func(context.Context) error) {
	t.Helper()
	url, stop, err := private(dir).Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stop(context.Background()) })
	return open(t, url), stop
}

func postmaster(t *testing.T, dir string) int {
	t.Helper()
	pid, err := findPostmaster(dir)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// findPostmaster fails while no server has written its number yet.
func findPostmaster(dir string) (int, error) {
	text, err := os.ReadFile(filepath.Join(dir, "postgres", "postmaster.pid"))
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.SplitN(string(text), "\n", 2)[0])
}

func TestPrivateServer(t *testing.T) {
	dir := folder(t)
	db, stop := startPrivate(t, dir)

	t.Run("keeps to itself and keeps what it is told", func(t *testing.T) {
		for setting, want := range map[string]string{"listen_addresses": "", "fsync": "on", "TimeZone": "UTC", "server_encoding": "UTF8"} {
			var got string
			if err := db.Get(&got, `SELECT current_setting($1)`, setting); err != nil {
				t.Fatal(err)
			}
			if got != want {
				t.Errorf("%s = %q, want %q", setting, got, want)
			}
		}
		socket := socketDir(t, dir)
		info, err := os.Stat(socket)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o700 {
			t.Errorf("the socket's folder has the rights %o, want 700", info.Mode().Perm())
		}
	})
	t.Run("sorts as Swedish does", func(t *testing.T) {
		var version int
		if err := db.Get(&version, `SELECT current_setting('server_version_num')::int`); err != nil {
			t.Fatal(err)
		}
		if version < 150000 {
			t.Skip("the default order can be ICU's from PostgreSQL 15")
		}
		var order string
		err := db.Get(&order, `SELECT string_agg(n, ' ' ORDER BY n) FROM unnest(ARRAY['ö','z','ä','å','a']) n`)
		if err != nil {
			t.Fatal(err)
		}
		if order != "a z å ä ö" {
			t.Errorf("sorted %s, want a z å ä ö", order)
		}
	})
	t.Run("has one owner, who is named to the second", func(t *testing.T) {
		_, _, err := private(dir).Start(t.Context())
		f, ok := fault.Of(err)
		if !ok || f.Kind != fault.Conflict || f.Args["PID"] != os.Getpid() || f.Args["Dir"] != dir {
			t.Errorf("a second start: %v %v, want a conflict that names process %d", err, f, os.Getpid())
		}
	})
	t.Run("lets a command work beside it", func(t *testing.T) {
		url, ok := postgres.Attach(dir)
		if !ok {
			t.Fatal("the running server was not found")
		}
		open(t, url)
		url, done, err := private(dir).AttachOrStart(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		open(t, url)
		if err := done(t.Context()); err != nil {
			t.Error(err)
		}
		if err := db.Ping(); err != nil {
			t.Errorf("the command's end stopped the server: %v", err)
		}
	})
	t.Run("comes back after its process was killed", func(t *testing.T) {
		db.MustExec(`CREATE TABLE kept (id int)`)
		before := postmaster(t, dir)
		if err := syscall.Kill(before, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		insist(t, func() error {
			now, err := findPostmaster(dir)
			if err != nil || now == before { // its children may answer for a moment
				return errors.Join(errors.New("no new server yet"), err)
			}
			return db.Ping()
		})
		db.MustExec(`INSERT INTO kept VALUES (1)`)
	})
	t.Run("stops cleanly and keeps its rows", func(t *testing.T) {
		socket := socketDir(t, dir)
		if err := stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, gone := range []string{socket, filepath.Join(dir, "postgres", "postmaster.pid")} {
			if _, err := os.Stat(gone); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%s is left over", gone)
			}
		}
		if _, ok := postgres.Attach(dir); ok {
			t.Error("a stopped server was found")
		}
		again, _ := startPrivate(t, dir)
		var rows int
		if err := again.Get(&rows, `SELECT count(*) FROM kept`); err != nil || rows != 1 {
			t.Errorf("after a restart %d rows, %v; want 1", rows, err)
		}
	})
}

// insist repeats f until it succeeds: a server that comes back takes a moment.
func insist(t *testing.T, f func() error) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		err := f()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("still failing after twenty seconds: %v", err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func socketDir(t *testing.T, dir string) string {
	t.Helper()
	url, ok := postgres.Attach(dir)
	if !ok {
		t.Fatal("no server to attach to")
	}
	var socket string
	if err := open(t, url).Get(&socket, `SELECT current_setting('unix_socket_directories')`); err != nil {
		t.Fatal(err)
	}
	return socket
}

// child starts a process that holds a private server in dir.
func child(t *testing.T, dir string) (*exec.Cmd, string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), holdFolder+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "postgres:") {
		t.Fatalf("the child said %q (%v)", line, err)
	}
	return cmd, strings.TrimSpace(line)
}

func TestNothingCommittedIsLostWhenTheProgramIsKilled(t *testing.T) {
	dir := folder(t)
	holder, url := child(t, dir)
	db := open(t, url)
	db.MustExec(`CREATE TABLE kept (id int)`)
	db.MustExec(`INSERT INTO kept SELECT generate_series(1, 1000)`)
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = holder.Wait()

	again, _ := startPrivate(t, dir) // at once: the old server may not have ended yet
	var rows int
	if err := again.Get(&rows, `SELECT count(*) FROM kept`); err != nil || rows != 1000 {
		t.Errorf("after kill -9 of the program %d rows, %v; want 1000", rows, err)
	}
}

func TestNothingCommittedIsLostWhenProgramAndServerAreKilled(t *testing.T) {
	dir := folder(t)
	holder, url := child(t, dir)
	db := open(t, url)
	db.MustExec(`CREATE TABLE kept (id int)`)
	db.MustExec(`INSERT INTO kept SELECT generate_series(1, 1000)`)
	server := postmaster(t, dir)
	for _, pid := range []int{holder.Process.Pid, server} {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}
	_ = holder.Wait()
	if _, err := os.Stat(filepath.Join(dir, "postgres", "postmaster.pid")); err != nil {
		t.Fatalf("the killed server should have left its file: %v", err)
	}
	again, _ := startPrivate(t, dir)
	var rows int
	if err := again.Get(&rows, `SELECT count(*) FROM kept`); err != nil || rows != 1000 {
		t.Errorf("after kill -9 of both %d rows, %v; want 1000", rows, err)
	}
}

func TestTheServerEndsWithTheProgram(t *testing.T) {
	dir := folder(t)
	holder, _ := child(t, dir)
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = holder.Wait()
	insist(t, func() error {
		if _, err := os.Stat(filepath.Join(dir, "postgres", "postmaster.pid")); err == nil {
			return errors.New("the server still runs")
		}
		return nil
	})
}

func TestAFolderOutOfReachIsRefusedWithTheRemedy(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root starts the server as somebody else")
	}
	closed := folder(t)
	if err := os.Chmod(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	_, _, err := private(filepath.Join(closed, "data")).Start(t.Context())
	f, ok := fault.Of(err)
	if !ok || f.Key != "postgres.unreachable" || f.Args["Closed"] != closed {
		t.Errorf("got %v, want a fault that names %s", err, closed)
	}
}

func TestWithoutProgramsTheFaultNamesTheInstallCommand(t *testing.T) {
	_, err := postgres.Find(99)
	f, ok := fault.Of(err)
	if !ok || f.Kind != fault.Unavailable || !strings.Contains(fmt.Sprint(f.Args["Command"]), "postgresql") {
		t.Errorf("got %v, want the command that installs PostgreSQL 99", err)
	}
}

package testkit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"upphandlingsdialog/internal/postgres"
	"upphandlingsdialog/migrations"
)

// privateTemplate is the template's name on a private server.
const privateTemplate = "ud_template"

// careless makes the server fast and forgetful: a test's data need not survive a power cut.
var careless = map[string]string{
	"fsync":              "off",
	"synchronous_commit": "off",
	"full_page_writes":   "off",
	"wal_level":          "minimal",
	"max_wal_senders":    "0",
	"autovacuum":         "off",
	"shared_buffers":     "32MB",
	"max_connections":    "200",
	"checkpoint_timeout": "30min",
	"max_wal_size":       "256MB",
	"jit":                "off",
}

// smallLog keeps a cluster small enough to be copied at every start (1 MB log segments, not 16).
var smallLog = []string{"--wal-segsize=1", "--no-sync"}

// onPrivateServer starts a server on a copy of a cluster that is made once for a schema and kept in the
// system's folder for temporary files. The copy goes, and the server stops, when the process ends,
// whichever way: nothing has to be called.
func onPrivateServer(ctx context.Context) (*kit, error) {
	cache, err := cacheDir()
	if err != nil {
		return nil, err
	}
	source, err := cachedCluster(ctx, cache)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(cache, "run-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the test server: %w", err)
	}
	if err := os.Chmod(dir, 0o711); err != nil { // its user must pass through when we are root
		return nil, fmt.Errorf("open the folder of the test server: %w", err)
	}
	// cp keeps the owner and shares blocks where the file system can.
	if out, err := exec.CommandContext(ctx, "cp", "-a", source, filepath.Join(dir, "postgres")).CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("copy the cluster: %w: %s", err, out), os.RemoveAll(dir))
	}
	k, _, err := startKit(ctx, dir, true)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return k, nil
}

func startKit(ctx context.Context, dir string, discard bool) (*kit, func(context.Context) error, error) {
	server := postgres.Private{Dir: dir, Settings: careless, InitArgs: smallLog, Discard: discard}
	address, stop, err := server.Start(ctx)
	if err != nil {
		return nil, nil, err
	}
	base, err := url.Parse(address)
	if err != nil {
		return nil, nil, errors.Join(err, stop(ctx))
	}
	k := &kit{base: base, template: privateTemplate}
	if k.admin, err = connect(ctx, address); err != nil {
		return nil, nil, errors.Join(err, stop(ctx))
	}
	return k, stop, nil
}

// cacheDir is a folder of ours alone: in a place where all may write, a folder of that name that is
// somebody else's is not to be trusted.
func cacheDir() (string, error) {
	parent := os.TempDir()
	if os.Geteuid() == 0 {
		parent = "/tmp" // the server's user must reach it
	}
	dir := filepath.Join(parent, fmt.Sprintf("upphandlingsdialog-test-%d", os.Geteuid()))
	if err := os.Mkdir(dir, 0o711); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("make the folder for test clusters: %w", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", fmt.Errorf("look at the folder for test clusters: %w", err)
	}
	if st, ok := info.Sys().(*syscall.Stat_t); !ok || int(st.Uid) != os.Geteuid() || !info.IsDir() || info.Mode().Perm()&0o022 != 0 {
		return "", fmt.Errorf("%s is not a folder of ours: remove it", dir)
	}
	return dir, nil
}

// cachedCluster returns a stopped cluster with a migrated template, made now if there is none for this
// schema and this PostgreSQL. Test processes started together wait for the first.
func cachedCluster(ctx context.Context, cache string) (string, error) {
	lock, err := os.OpenFile(filepath.Join(cache, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", fmt.Errorf("lock the test clusters: %w", err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", fmt.Errorf("lock the test clusters: %w", err)
	}
	programs, err := postgres.Find(0)
	if err != nil {
		return "", err
	}
	key := sha256.Sum256([]byte(schemaKey() + programs.Version))
	dir := filepath.Join(cache, "cluster-"+hex.EncodeToString(key[:6]))
	cluster := filepath.Join(dir, "postgres")
	if _, err := os.Stat(filepath.Join(dir, "ready")); err == nil {
		now := time.Now()
		return cluster, os.Chtimes(dir, now, now) // keep what is in use
	}
	forget(cache)
	if err := os.RemoveAll(dir); err != nil {
		return "", fmt.Errorf("remove an unfinished cluster: %w", err)
	}
	k, stop, err := startKit(ctx, dir, false)
	if err != nil {
		return "", err
	}
	err = k.makeTemplate(ctx)
	_ = k.admin.Close()
	if err := errors.Join(err, stop(ctx)); err != nil {
		return "", err
	}
	return cluster, os.WriteFile(filepath.Join(dir, "ready"), nil, 0o600)
}

// forget removes clusters that nobody has used for a day, and copies whose process was killed together
// with its watchman.
func forget(cache string) {
	entries, _ := os.ReadDir(cache) // tidying up is a courtesy
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && time.Since(info.ModTime()) > 24*time.Hour &&
			(strings.HasPrefix(e.Name(), "cluster-") || strings.HasPrefix(e.Name(), "run-")) {
			_ = os.RemoveAll(filepath.Join(cache, e.Name()))
		}
	}
}

// schemaKey changes whenever a migration does.
func schemaKey() string {
	h := sha256.New()
	names, _ := fs.Glob(migrations.Files, "*.sql") // the pattern is well-formed
	for _, name := range names {
		text, _ := migrations.Files.ReadFile(name) // embedded: it is there
		fmt.Fprintf(h, "%s\x00%s\x00", name, text)
	}
	fmt.Fprintf(h, "queue %d", postgres.QueueVersion())
	return hex.EncodeToString(h.Sum(nil)[:6])
}

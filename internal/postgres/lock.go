package postgres

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"upphandlingsdialog/internal/fault"
)

// holder is what the lock file of a data folder says about the process that uses it.
type holder struct {
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	Started time.Time `json:"started"`
	Socket  string    `json:"socket,omitempty"` // folder of the server's socket, once it answers
}

// folderLock keeps a data folder to one process. The kernel releases it when the process ends, however
// it ends, so a lock is never stale; the text in the file is only for people and for Attach.
type folderLock struct {
	file *os.File
	who  holder
}

func lockFile(dir string) string { return filepath.Join(dir, "server.lock") }

// lockFolder takes the folder, or returns the fault that names who has it. before is what the last
// holder wrote, which is how leftovers of a killed process are found.
func lockFolder(dir string) (lock *folderLock, before holder, err error) {
	f, err := os.OpenFile(lockFile(dir), os.O_RDWR|os.O_CREATE, 0o600)
	if errors.Is(err, fs.ErrPermission) {
		return nil, holder{}, belongsTo(dir, ownerOf(dir))
	}
	if err != nil {
		return nil, holder{}, fmt.Errorf("lock the data folder: %w", err)
	}
	before, _ = readHolder(dir) // an empty or cut file is no news
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, holder{}, fmt.Errorf("lock the data folder %s: %w", dir, err)
		}
		return nil, before, held(dir, before)
	}
	host, _ := os.Hostname() // only shown to people
	lock = &folderLock{file: f, who: holder{PID: os.Getpid(), Host: host, Started: time.Now().UTC().Truncate(time.Second)}}
	if err := lock.write(); err != nil {
		return nil, holder{}, errors.Join(err, f.Close())
	}
	return lock, before, nil
}

func held(dir string, who holder) error {
	started := who.Started.Local().Format(time.DateTime)
	return fault.New(fault.Conflict, "postgres.held", "Dir", dir, "PID", who.PID, "Host", who.Host, "Started", started)
}

func (l *folderLock) write() error {
	text, err := json.Marshal(l.who)
	if err != nil {
		return fmt.Errorf("write the lock file: %w", err)
	}
	if err := l.file.Truncate(0); err != nil {
		return fmt.Errorf("write the lock file: %w", err)
	}
	if _, err := l.file.WriteAt(append(text, '\n'), 0); err != nil {
		return fmt.Errorf("write the lock file: %w", err)
	}
	return nil
}

// ready publishes the socket, so that Attach finds it.
func (l *folderLock) ready(socket string) error {
	l.who.Socket = socket
	return l.write()
}

// release gives the folder up. The file stays: removing it would let two processes lock two files.
func (l *folderLock) release() error {
	if l.file == nil { // a start that failed half-way has stopped its server already
		return nil
	}
	defer func() { l.file = nil }()
	return errors.Join(l.file.Truncate(0), l.file.Close())
}

func readHolder(dir string) (holder, error) {
	text, err := os.ReadFile(lockFile(dir))
	if err != nil {
		return holder{}, err
	}
	var h holder
	return h, json.Unmarshal(text, &h)
}

// heldNow tells whether a live process has the folder, and which.
func heldNow(dir string) (holder, bool) {
	f, err := os.OpenFile(lockFile(dir), os.O_RDWR, 0)
	if err != nil {
		return holder{}, false
	}
	defer f.Close()
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB); err == nil {
		return holder{}, false // closing the file gives it back
	}
	h, err := readHolder(dir)
	return h, err == nil
}

package postgres

import (
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"syscall"
)

// reaper is a small process that outlives ours, even kill -9, and then stops the server. It waits on a
// pipe that only we hold; the kernel closes it when we end.
type reaper struct {
	pipe io.WriteCloser
	cmd  *exec.Cmd
}

// The last number read is the server to stop, 0 for none. Arguments: the signal, then what to remove.
// A zombie that nobody buries (a container without an init) counts as gone.
const reaperScript = `
trap '' TERM HUP INT # a service manager may tell every process to stop; this one goes last
pid=0
while read -r line; do pid=$line; done
if [ "$pid" != 0 ]; then
	kill -"$0" "$pid" 2>/dev/null
	n=0
	while [ $n -lt 100 ] && kill -0 "$pid" 2>/dev/null; do
		case "$(cat "/proc/$pid/stat" 2>/dev/null)" in *") Z "*) break ;; esac
		sleep 0.1
		n=$((n+1))
	done
fi
[ $# -eq 0 ] || rm -rf -- "$@"
`

func newReaper(remove []string, immediate bool) (*reaper, error) {
	signal := "INT"
	if immediate {
		signal = "QUIT"
	}
	cmd := exec.Command("/bin/sh", append([]string{"-c", reaperScript, signal}, remove...)...)
	cmd.Dir = "/"
	// In a session of its own: Ctrl-C in our terminal is for us, and the reaper comes after us.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start the database's watchman: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the database's watchman: %w", err)
	}
	return &reaper{pipe: pipe, cmd: cmd}, nil
}

func (r *reaper) watch(pid int) {
	// If the reaper is gone the pipe is broken; the next start finds an orphan by itself.
	_, _ = io.WriteString(r.pipe, strconv.Itoa(pid)+"\n")
}

// close ends the reaper after the server has stopped; it removes what it was told to remove.
func (r *reaper) close() {
	r.watch(0)
	_ = r.pipe.Close()
	_ = r.cmd.Wait()
}

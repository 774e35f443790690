package main

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// tick is the unit of the times in /proc/PID/stat; Linux shows user programs 100 a second everywhere.
const tick = 10 * time.Millisecond

// cpuOf is the processor time that the processes of this name have used. It is 0 where the system does
// not say, and for a database on another machine, whose ids are other programs' here.
func cpuOf(name string, pids ...int) (used time.Duration) {
	for _, pid := range pids {
		stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		if err != nil {
			continue
		}
		_, rest, found := strings.Cut(string(stat), " ("+name+") ")
		fields := strings.Fields(rest)
		if !found || len(fields) < 13 {
			continue
		}
		user, _ := strconv.ParseInt(fields[11], 10, 64)
		system, _ := strconv.ParseInt(fields[12], 10, 64)
		used += time.Duration(user+system) * tick
	}
	return used
}

// ownCPU is the processor time that this process has used.
func ownCPU() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

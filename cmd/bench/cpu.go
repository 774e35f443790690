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

// cpuOf is the processor time that the processes of this name have used, and those that their parent
// has seen end, as workers that helped for one query. It is 0 where the system does not say, and for a
// database on another machine, whose ids are other programs' here.
func cpuOf(name string, pids ...int) (used time.Duration) {
	parents := map[int]bool{}
	for _, pid := range pids {
		if s := statOf(name, pid); s != nil {
			used += ticks(s[11]) + ticks(s[12])
			parent, _ := strconv.Atoi(s[1])
			parents[parent] = true
		}
	}
	for pid := range parents {
		if s := statOf(name, pid); s != nil {
			used += ticks(s[13]) + ticks(s[14])
		}
	}
	return used
}

// statOf is what /proc/PID/stat says after the name, nil where that is another.
func statOf(name string, pid int) []string {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return nil
	}
	_, rest, found := strings.Cut(string(stat), " ("+name+") ")
	if fields := strings.Fields(rest); found && len(fields) > 14 {
		return fields
	}
	return nil
}

func ticks(n string) time.Duration {
	i, _ := strconv.ParseInt(n, 10, 64)
	return time.Duration(i) * tick
}

// ownCPU is the processor time that this process has used.
func ownCPU() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

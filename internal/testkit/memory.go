package testkit

import (
	"runtime"
	"time"
)

// Peak runs f and gives the most memory that the heap took meanwhile beyond what it had, in bytes,
// garbage that was not yet collected included.
func Peak(f func()) uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before, highest := m.HeapAlloc, m.HeapAlloc
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				var now runtime.MemStats
				runtime.ReadMemStats(&now)
				highest = max(highest, now.HeapAlloc)
			}
		}
	}()
	f()
	close(done)
	<-stopped
	runtime.ReadMemStats(&m)
	return max(highest, m.HeapAlloc, before) - before
}

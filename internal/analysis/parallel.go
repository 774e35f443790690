package analysis

import (
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// inParallel runs f for 0 to n-1 on all cores and returns the first error.
func inParallel(n int, f func(i int) error) error {
	var next atomic.Int64
	var g errgroup.Group
	for range min(n, runtime.GOMAXPROCS(0)) {
		g.Go(func() error {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return nil
				}
				if err := f(i); err != nil {
					return err
				}
			}
		})
	}
	return g.Wait()
}

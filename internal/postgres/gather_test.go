package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/postgres"
)

// entry is a write to the rack: put Text on Key if it is at revision At.
type entry struct {
	Key, Text string
	At        int
}

var errRefused = errors.New("refused")

// rack stands in for the database where the order of things has to be in the test's hand. One entry
// that it refuses makes the whole batch fail, as a statement would.
type rack struct {
	mu      sync.Mutex
	books   map[string][]string
	batches [][]entry
	gate    chan struct{} // when set, a batch waits for it
}

func (s *rack) gather() *postgres.Gather[entry, bool] {
	return postgres.NewGather(func(e entry) string { return e.Key }, s.write)
}

func (s *rack) write(_ context.Context, batch []entry) ([]bool, error) {
	s.mu.Lock()
	s.batches = append(s.batches, slices.Clone(batch))
	s.mu.Unlock()
	if s.gate != nil {
		<-s.gate
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range batch {
		switch e.Text {
		case "refused":
			return nil, errRefused
		case "panic":
			panic("torn")
		}
	}
	done := make([]bool, len(batch))
	for i, e := range batch {
		if done[i] = len(s.books[e.Key]) == e.At; done[i] {
			s.books[e.Key] = append(s.books[e.Key], e.Text)
		}
	}
	return done, nil
}

func keys(batch []entry) (all []string) {
	for _, e := range batch {
		all = append(all, e.Key)
	}
	return all
}

func TestWritesAtTheSameTimeEndAsIfTheyCameOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plans := rapid.SliceOfN(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "refused"}), 1, 6), 1, 12).Draw(t, "writers")
		s := &rack{books: map[string][]string{}}
		g := s.gather()
		done := make([][]entry, len(plans)) // what each writer was told is written
		var group sync.WaitGroup
		for w, plan := range plans {
			group.Go(func() {
				for n, key := range plan {
					e := entry{Key: key, Text: fmt.Sprint(w, ".", n)}
					if key == "refused" {
						e.Key, e.Text = "a", key
					}
					for ; ; e.At++ { // until it finds the revision
						ok, err := g.Do(context.Background(), e)
						if (e.Text == "refused") != errors.Is(err, errRefused) {
							t.Errorf("%v came to %v, %v", e, ok, err)
						}
						if ok {
							done[w] = append(done[w], e)
						}
						if ok || err != nil {
							break
						}
					}
				}
			})
		}
		group.Wait()
		told := map[string]int{}
		for _, e := range slices.Concat(done...) {
			told[e.Key]++
			if s.books[e.Key][e.At] != e.Text {
				t.Errorf("%v was told to be written, %q is", e, s.books[e.Key][e.At])
			}
		}
		for key, books := range s.books {
			if told[key] != len(books) {
				t.Errorf("%d writes of %s were told, %d made", told[key], key, len(books))
			}
		}
		for _, batch := range s.batches {
			if names := keys(batch); !slices.IsSorted(names) || len(slices.Compact(names)) != len(batch) {
				t.Errorf("a batch wrote %v", keys(batch))
			}
		}
	})
}

// behind starts the writes while a first one is under way, in the order given, and returns their
// outcomes once that and everything else has ended.
func behind(t *testing.T, s *rack, g *postgres.Gather[entry, bool], writes ...entry) []error {
	t.Helper()
	s.gate = make(chan struct{})
	errs := make([]error, len(writes))
	go func() { _, _ = g.Do(t.Context(), entry{Key: "first"}) }()
	synctest.Wait()
	for i, e := range writes {
		go func() {
			ok, err := g.Do(t.Context(), e)
			if err == nil && !ok {
				err = errors.New("another revision")
			}
			errs[i] = err
		}()
		synctest.Wait()
	}
	close(s.gate)
	synctest.Wait()
	return errs
}

func TestWhatWaitsIsWrittenTogetherAndOneKeyInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &rack{books: map[string][]string{}}
		errs := behind(t, s, s.gather(), entry{Key: "b"}, entry{Key: "a", Text: "1"}, entry{Key: "a", Text: "2", At: 1}, entry{Key: "c"})
		if err := errors.Join(errs...); err != nil {
			t.Error(err)
		}
		want := [][]string{{"first"}, {"a", "b", "c"}, {"a"}}
		var got [][]string
		for _, batch := range s.batches {
			got = append(got, keys(batch))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("batches (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"1", "2"}, s.books["a"]); diff != "" {
			t.Errorf("written to one key (-want +got):\n%s", diff)
		}
	})
}

func TestAWriteThatFailsTakesNoOtherAlong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &rack{books: map[string][]string{}}
		errs := behind(t, s, s.gather(), entry{Key: "a"}, entry{Key: "b", Text: "refused"}, entry{Key: "c", Text: "panic"}, entry{Key: "d"})
		if errs[0] != nil || !errors.Is(errs[1], errRefused) || errs[2] == nil || !strings.Contains(errs[2].Error(), "torn") || errs[3] != nil {
			t.Errorf("outcomes %v", errs)
		}
		if len(s.books["a"]) != 1 || len(s.books["d"]) != 1 {
			t.Errorf("written %v", s.books)
		}
	})
}

func TestWhoStopsWaitingTakesTheWriteBackAndDisturbsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &rack{books: map[string][]string{}}
		g := s.gather()
		ctx, leave := context.WithCancel(t.Context())
		var left error
		go func() {
			time.Sleep(time.Second) // until the first is under way
			_, left = g.Do(ctx, entry{Key: "b"})
		}()
		s.gate = make(chan struct{})
		var stayed error
		go func() { _, stayed = g.Do(t.Context(), entry{Key: "a"}) }()
		time.Sleep(2 * time.Second)
		leave()
		synctest.Wait()
		if !errors.Is(left, context.Canceled) {
			t.Errorf("who left was told %v", left)
		}
		close(s.gate)
		synctest.Wait()
		if stayed != nil || len(s.books["a"]) != 1 || len(s.books["b"]) != 0 {
			t.Errorf("written %v, %v", s.books, stayed)
		}
	})
}

func TestMoreWritesThanCanWaitAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &rack{books: map[string][]string{}}
		writes := make([]entry, 600)
		for i := range writes {
			writes[i].Key = fmt.Sprint(i)
		}
		refused := 0
		for _, err := range behind(t, s, s.gather(), writes...) {
			if err != nil && !fault.Is(err, fault.Unavailable) {
				t.Fatal(err)
			}
			if err != nil {
				refused++
			}
		}
		if refused != 88 || len(s.books) != 513 {
			t.Errorf("%d writes were refused, %d made", refused, len(s.books))
		}
		for _, batch := range s.batches {
			if len(batch) > 64 {
				t.Errorf("a batch of %d", len(batch))
			}
		}
	})
}

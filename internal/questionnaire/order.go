package questionnaire

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strconv"
)

// Order is the options in the order in which a respondent sees them: as written, or, for a question
// with random order, shuffled by the seed. The same seed always gives the same order, on every
// visit and device, and removing an option does not move the others about. Options with fixed_last
// and exclusive options ("none of these") stay last, as written.
func Order(q *Question, seed string) []Option {
	list := slices.Clone(q.Options)
	if !q.Randomize {
		return list
	}
	rank := make(map[int][]byte, len(list))
	for _, o := range list {
		if !o.FixedLast && !o.Exclusive {
			sum := sha256.Sum256([]byte(seed + "\x00" + q.ID + "\x00" + strconv.Itoa(o.Code)))
			rank[o.Code] = sum[:]
		}
	}
	slices.SortStableFunc(list, func(a, b Option) int {
		ra, rb := rank[a.Code], rank[b.Code]
		switch {
		case ra == nil && rb == nil:
			return 0
		case ra == nil:
			return 1
		case rb == nil:
			return -1
		}
		return bytes.Compare(ra, rb)
	})
	return list
}

package analysis

import "math"

// Ranks is what Mann and Whitney's test of two groups rests on.
type Ranks struct {
	Test
	U1        float64 `json:"u1"`       // pairs in which the first group is higher, ties half
	U2        float64 `json:"u2"`       //
	TieTerm   float64 `json:"tie_term"` // sum t^3 - t over tied values
	Sigma     float64 `json:"sigma"`    // standard deviation of U with ties; 0 for an exact test
	Z         float64 `json:"z"`        // without continuity correction
	ZCorrect  float64 `json:"z_continuity"`
	PCorrect  float64 `json:"p_continuity"`
	Direction int     `json:"direction"` // 1 the first group is higher, -1 lower, 0 neither
}

// exactRanks is the size of each group up to which U's distribution is counted
// out when there are no ties.
const exactRanks = 50

// MannWhitney compares the order of two groups' answers, two sided. With ties
// sigma^2 = n1 n2/12 (n + 1 - sum(t^3-t)/(n(n-1))) and P comes from z without
// continuity correction; without ties and with fewer than 50 in each group P is
// exact. P(X>Y) (ties half) = U1/(n1 n2), rank-biserial correlation = 2 P - 1.
// Absent: an empty group, or all answers equal. Mann & Whitney 1947.
func MannWhitney(a, b Distribution) (Ranks, error) {
	values, counts := pooled([]Distribution{a, b})
	n1, n2 := float64(a.N()), float64(b.N())
	switch {
	case n1+n2 == 0:
		return Ranks{}, NoAnswers
	case n1 == 0 || n2 == 0:
		return Ranks{}, OneGroup
	case len(values) < 2:
		return Ranks{}, AllEqual
	}
	r, below := Ranks{}, 0.0
	for i := range values {
		x, y := float64(counts[0][i]), float64(counts[1][i])
		r.U1 += x * (below + y/2)
		below += y
		t := x + y
		r.TieTerm += t*t*t - t
	}
	r.U2 = n1*n2 - r.U1
	n := n1 + n2
	r.Sigma = math.Sqrt(n1 * n2 / 12 * (n + 1 - r.TieTerm/(n*(n-1))))
	off := r.U1 - n1*n2/2
	r.Z = off / r.Sigma
	r.ZCorrect = math.Copysign(max(0, math.Abs(off)-0.5), off) / r.Sigma
	r.PCorrect = normalTwoSided(r.ZCorrect)
	switch {
	case off > 0:
		r.Direction = 1
	case off < 0:
		r.Direction = -1
	}
	higher := r.U1 / (n1 * n2)
	r.Test = Test{
		Method: MannWhitneyTest, N: int(n), Statistic: r.U1, P: normalTwoSided(r.Z),
		Effects: []Effect{{Superiority, higher}, {RankBiserial, 2*higher - 1}},
	}
	if r.TieTerm == 0 && n1 < exactRanks && n2 < exactRanks {
		r.Method, r.P = MannWhitneyExact, exactU(int(n1), int(n2), min(r.U1, r.U2))
	}
	return r, nil
}

// exactU is twice the probability of a U of at most u, from the number of ways
// in which n1 of n1+n2 ranks can be chosen for each U.
func exactU(n1, n2 int, u float64) float64 {
	// ways[k] counts the partitions of k into at most n1 parts of at most n2,
	// built as the Gaussian binomial product of (1-q^(n2+i))/(1-q^i).
	ways := make([]float64, n1*n2+1)
	ways[0] = 1
	for i := 1; i <= n1; i++ {
		for k := len(ways) - 1; k >= n2+i; k-- {
			ways[k] -= ways[k-n2-i]
		}
		for k := i; k < len(ways); k++ {
			ways[k] += ways[k-i]
		}
	}
	all, tail := 0.0, 0.0
	for k, w := range ways {
		all += w
		if float64(k) <= u {
			tail += w
		}
	}
	return probability(2 * tail / all)
}

// KruskalWallis compares the order of several groups' answers: H with the tie
// correction on k-1 degrees of freedom, and epsilon^2 = H/(n-1). Groups without
// an answer are left out. Kruskal & Wallis 1952.
func KruskalWallis(groups []Distribution) (Test, error) {
	var kept []Distribution
	for _, g := range groups {
		if g.N() > 0 {
			kept = append(kept, g)
		}
	}
	values, counts := pooled(kept)
	switch {
	case len(kept) == 0:
		return Test{}, NoAnswers
	case len(kept) < 2:
		return Test{}, OneGroup
	case len(values) < 2:
		return Test{}, AllEqual
	}
	sums, before, ties := make([]float64, len(kept)), 0.0, 0.0
	for i := range values {
		t := 0.0
		for g := range kept {
			t += float64(counts[g][i])
		}
		rank := before + (t+1)/2
		for g := range kept {
			sums[g] += rank * float64(counts[g][i])
		}
		before += t
		ties += t*t*t - t
	}
	n := before
	h := 0.0
	for g := range kept {
		size := float64(kept[g].N())
		off := sums[g]/size - (n+1)/2
		h += size * off * off
	}
	h *= 12 / (n * (n + 1))
	h /= 1 - ties/(n*n*n-n)
	df := float64(len(kept) - 1)
	return Test{
		Method: KruskalWallisTest, N: int(n), Statistic: h, DF: df, P: chiSquareUpper(h, df),
		Effects: []Effect{{EpsilonSquare, min(1, h/(n-1))}},
	}, nil
}

// Pair is two groups, by their place in the list, and how they compare.
type Pair struct {
	A    int  `json:"a"`
	B    int  `json:"b"`
	Test Test `json:"test"`
}

// Pairwise compares every two groups that have answers by Mann and Whitney's
// test, with P adjusted by Holm over all pairs. Pairs that cannot be compared
// are left out and not counted in the family.
func Pairwise(groups []Distribution) []Pair {
	return pairwise(len(groups), func(a, b int) (Test, error) {
		r, err := MannWhitney(groups[a], groups[b])
		return r.Test, err
	})
}

// pairwise tests every two of a number of groups as one family.
func pairwise(groups int, test func(a, b int) (Test, error)) []Pair {
	var pairs []Pair
	for a := range groups {
		for b := a + 1; b < groups; b++ {
			if t, err := test(a, b); err == nil {
				pairs = append(pairs, Pair{A: a, B: b, Test: t})
			}
		}
	}
	tests := make([]*Test, len(pairs))
	for i := range pairs {
		tests[i] = &pairs[i].Test
	}
	AdjustFamily(tests)
	return pairs
}

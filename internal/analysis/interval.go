package analysis

import "math"

// z975 is the 97.5th percentile of the standard normal distribution.
const z975 = 1.959963984540054

// Wilson returns the share x/n with its 95 % Wilson score interval. population
// is the number of units in the frame for the finite population correction
// (0 = no correction, and none either when n exceeds it: the frame is then
// wrong). n = population gives the point. n = 0 gives ok = false.
// Methods 1.2.
func Wilson(x, n, population int) (share, lower, upper float64, ok bool) {
	if n <= 0 || x < 0 || x > n {
		return 0, 0, 0, false
	}
	p := float64(x) / float64(n)
	if n == population {
		return p, p, p, true
	}
	lower, upper = wilson(p, effectiveSize(n, population))
	return p, lower, upper, true
}

// effectiveSize is the m of methods 1.2: the number of draws with replacement
// that would be as precise as n of population without.
func effectiveSize(n, population int) float64 {
	if population <= n {
		return float64(n)
	}
	return float64(n) * float64(population-1) / float64(population-n)
}

func wilson(p, m float64) (lower, upper float64) {
	z2 := z975 * z975
	centre := (p + z2/(2*m)) / (1 + z2/m)
	half := z975 / (1 + z2/m) * math.Sqrt(p*(1-p)/m+z2/(4*m*m))
	return math.Max(0, centre-half), math.Min(1, centre+half)
}

// Newcombe returns the difference x1/n1 - x2/n2 with its 95 % interval from
// the two Wilson intervals (Newcombe 1998, method 10). ok is false when either
// base is empty.
func Newcombe(x1, n1, x2, n2 int) (diff, lower, upper float64, ok bool) {
	p1, l1, u1, ok1 := Wilson(x1, n1, 0)
	p2, l2, u2, ok2 := Wilson(x2, n2, 0)
	if !ok1 || !ok2 {
		return 0, 0, 0, false
	}
	diff = p1 - p2
	return diff, diff - math.Hypot(p1-l1, u2-p2), diff + math.Hypot(u1-p1, p2-l2), true
}

// SampleSize returns how many answers give a half-width of margin (0.05 = five
// percentage points) at p = 0.5 in a population; 0 = infinite.
func SampleSize(margin float64, population int) int {
	n := z975 * z975 / (4 * margin * margin)
	if population > 0 {
		n /= 1 + (n-1)/float64(population)
	}
	return int(math.Ceil(n))
}

package analysis

import (
	"math"
	"math/rand/v2"
)

// DefaultDraws is how many tables Fisher's test draws when it is simulated:
// enough for the standard error of P to stay below 0.005.
const DefaultDraws = 9999

// sameProbability is how much a table's probability may exceed the observed
// one's and still count as equal: tables that mirror the observed one differ
// from it by rounding only.
const sameProbability = 1 + 1e-7

// Fisher is the exact test of a two by two table with rows a, b and c, d: two
// sided, the sum of the probabilities of every table with the same margins that
// is no more probable than the observed one. The odds ratio is the sample's,
// ad/bc, and left out where it is not finite. Fisher 1935.
func Fisher(a, b, c, d int) (Test, error) {
	table, err := dropEmpty([][]int{{a, b}, {c, d}})
	if err != nil {
		return Test{}, err
	}
	if len(table[0]) != 2 {
		return Test{}, AllEqual
	}
	row, column, n := a+b, a+c, a+b+c+d
	logs := logFactorials(n)
	hyper := newHypergeometric(logs, row, column, n)
	limit := hyper.log(a) + math.Log(sameProbability)
	p := 0.0
	for k := hyper.low; k <= hyper.high; k++ {
		if l := hyper.log(k); l <= limit {
			p += math.Exp(l)
		}
	}
	test := Test{Method: FisherTest, N: n, P: probability(p)}
	if b > 0 && c > 0 {
		test.Effects = []Effect{{OddsRatio, float64(a) * float64(d) / (float64(b) * float64(c))}}
	}
	return test, nil
}

// FisherMonteCarlo is the exact test of a larger table, simulated: tables with
// the same margins are drawn, and P is (1 + those no more probable than the
// observed one) / (1 + draws), so that it is never 0. The same seed gives the
// same P. Rows and columns without a count are left out. Freeman & Halton 1951;
// Davison & Hinkley 1997 for the added one.
func FisherMonteCarlo(counts [][]int, seed uint64, draws int) (Test, error) {
	table, err := dropEmpty(counts)
	if err != nil {
		return Test{}, err
	}
	if draws < 1 {
		return Test{}, Invalid
	}
	rows, columns, n := margins(table)
	logs := logFactorials(n)
	chance := rand.New(rand.NewPCG(seed, 0))
	// With fixed margins a table's probability falls with the sum of the log
	// factorials of its cells.
	observed := 0.0
	for _, row := range table {
		for _, c := range row {
			observed += logs[c]
		}
	}
	limit := observed - math.Log(sameProbability)
	hits, left := 0, make([]int, len(columns))
	for range draws {
		copy(left, columns)
		if drawTable(chance, logs, rows, left, n) >= limit {
			hits++
		}
	}
	return Test{
		Method: FisherSimulated, N: n, P: float64(hits+1) / float64(draws+1), Seed: seed, Draws: draws,
	}, nil
}

// drawTable draws a table with the margins given, cell by cell from the
// hypergeometric distribution of what is left, and returns the sum of its log
// factorials. left holds the column totals and is used up.
func drawTable(chance *rand.Rand, logs []float64, rows, left []int, n int) float64 {
	sum := 0.0
	for i, row := range rows {
		if i == len(rows)-1 {
			for _, c := range left {
				sum += logs[c]
			}
			break
		}
		pool, need := n, row
		for j, c := range left {
			k := need
			if j < len(left)-1 {
				k = newHypergeometric(logs, need, c, pool).draw(chance)
			}
			sum += logs[k]
			left[j] -= k
			pool, need = pool-c, need-k
		}
		n -= row
	}
	return sum
}

// hypergeometric is the number of marked ones among drawn out of n of which
// marked are marked.
type hypergeometric struct {
	logs             []float64
	drawn, marked, n int
	low, high        int
	constant         float64
}

func newHypergeometric(logs []float64, drawn, marked, n int) hypergeometric {
	return hypergeometric{
		logs: logs, drawn: drawn, marked: marked, n: n,
		low: max(0, drawn+marked-n), high: min(drawn, marked),
		constant: logs[drawn] + logs[n-drawn] + logs[marked] + logs[n-marked] - logs[n],
	}
}

// log returns the logarithm of P(k).
func (h hypergeometric) log(k int) float64 {
	return h.constant - h.logs[k] - h.logs[h.drawn-k] - h.logs[h.marked-k] - h.logs[h.n-h.drawn-h.marked+k]
}

// draw inverts the distribution from its mode outwards, so that it takes about
// as many steps as the distribution is wide.
func (h hypergeometric) draw(chance *rand.Rand) int {
	if h.low == h.high {
		return h.low
	}
	mode := int(float64(h.drawn+1) * float64(h.marked+1) / float64(h.n+2))
	mode = min(max(mode, h.low), h.high)
	u := chance.Float64()
	at := math.Exp(h.log(mode))
	if u -= at; u < 0 {
		return mode
	}
	down, up := at, at
	rest := h.n - h.drawn - h.marked
	for i, j := mode, mode; i > h.low || j < h.high; {
		if j < h.high {
			up *= float64(h.marked-j) * float64(h.drawn-j) / (float64(j+1) * float64(rest+j+1))
			j++
			if u -= up; u < 0 {
				return j
			}
		}
		if i > h.low {
			down *= float64(i) * float64(rest+i) / (float64(h.marked-i+1) * float64(h.drawn-i+1))
			i--
			if u -= down; u < 0 {
				return i
			}
		}
	}
	return mode // what rounding left over
}

// logFactorials returns log(k!) for k of 0 to n.
func logFactorials(n int) []float64 {
	logs := make([]float64, n+1)
	for k := 2; k <= n; k++ {
		logs[k], _ = math.Lgamma(float64(k + 1))
	}
	return logs
}

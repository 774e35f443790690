package analysis

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Expected returns the counts that a table would have if rows and columns were
// independent: row total x column total / n.
func Expected(counts [][]int) [][]float64 {
	rows, columns, n := margins(counts)
	out := make([][]float64, len(counts))
	for i := range counts {
		out[i] = make([]float64, len(columns))
		for j := range columns {
			if n > 0 {
				out[i][j] = float64(rows[i]) * float64(columns[j]) / float64(n)
			}
		}
	}
	return out
}

// Independence tests a table of counts (groups by answers) with the test that
// its expected counts allow: Pearson's chi-square without continuity correction
// when at least 80 % of them are 5 or more and none is below 1, else Fisher's
// exact test, in two by two computed and otherwise simulated with the seed.
// Rows and columns without a count are left out. Effect sizes are always given.
// Absent: fewer than two groups, or one answer only. Methods 1.4; Cochran 1954.
func Independence(counts [][]int, seed uint64) (Test, error) {
	table, err := dropEmpty(counts)
	if err != nil {
		return Test{}, err
	}
	test, err := ChiSquare(table)
	if err != nil || expectedSuffices(Expected(table)) {
		return test, err
	}
	exact := Test{}
	if len(table) == 2 && len(table[0]) == 2 {
		exact, err = Fisher(table[0][0], table[0][1], table[1][0], table[1][1])
	} else {
		exact, err = FisherMonteCarlo(table, seed, DefaultDraws)
	}
	if err != nil {
		return Test{}, err
	}
	exact.Effects = append(exact.Effects, test.Effects...)
	return exact, nil
}

// ChiSquare is Pearson's test of independence without continuity correction:
// sum (O-E)^2/E on (r-1)(c-1) degrees of freedom. Rows and columns without a
// count are left out. It says nothing of whether the expected counts are large
// enough: see Independence. Pearson 1900.
func ChiSquare(counts [][]int) (Test, error) {
	table, err := dropEmpty(counts)
	if err != nil {
		return Test{}, err
	}
	_, _, n := margins(table)
	x2 := 0.0
	for i, row := range Expected(table) {
		for j, e := range row {
			d := float64(table[i][j]) - e
			x2 += d * d / e
		}
	}
	df := float64((len(table) - 1) * (len(table[0]) - 1))
	return Test{
		Method: ChiSquareTest, N: n, Statistic: x2, DF: df, P: chiSquareUpper(x2, df),
		Effects: cramer(x2, n, len(table), len(table[0])),
	}, nil
}

// ChiSquareYates is the two by two chi-square with Yates's continuity
// correction, for comparison with other programs only. Yates 1934.
func ChiSquareYates(a, b, c, d int) (Test, error) {
	test, err := ChiSquare([][]int{{a, b}, {c, d}})
	if err != nil {
		return Test{}, err
	}
	if test.DF != 1 {
		return Test{}, Invalid
	}
	x2 := 0.0
	observed := [2][2]int{{a, b}, {c, d}}
	for i, row := range Expected([][]int{{a, b}, {c, d}}) {
		for j, e := range row {
			off := math.Abs(float64(observed[i][j]) - e)
			off -= min(0.5, off)
			x2 += off * off / e
		}
	}
	test.Statistic, test.P = x2, chiSquareUpper(x2, 1)
	return test, nil
}

// GoodnessOfFit tests counts against known shares (any positive scale: shares,
// or the frame's own counts): chi-square on k-1 degrees of freedom. A class
// with a count but no share contradicts the frame: EmptyMargin.
func GoodnessOfFit(counts []int, shares []float64) (test Test, expected []float64, err error) {
	if len(counts) != len(shares) {
		return Test{}, nil, Invalid
	}
	n, total, classes := 0, 0.0, 0
	for i, c := range counts {
		if c < 0 || !(shares[i] >= 0) || math.IsInf(shares[i], 0) {
			return Test{}, nil, Invalid
		}
		if c > 0 && shares[i] == 0 {
			return Test{}, nil, EmptyMargin
		}
		if shares[i] > 0 {
			classes++
		}
		n, total = n+c, total+shares[i]
	}
	switch {
	case total == 0:
		return Test{}, nil, FrameMissing
	case n == 0:
		return Test{}, nil, NoAnswers
	case classes < 2:
		return Test{}, nil, OneGroup
	}
	x2 := 0.0
	expected = make([]float64, len(counts))
	for i, c := range counts {
		expected[i] = float64(n) * shares[i] / total
		if expected[i] > 0 {
			x2 += (float64(c) - expected[i]) * (float64(c) - expected[i]) / expected[i]
		}
	}
	if math.IsInf(x2, 0) || math.IsNaN(x2) {
		return Test{}, nil, Invalid
	}
	df := float64(classes - 1)
	return Test{Method: GoodnessOfFitTest, N: n, Statistic: x2, DF: df, P: chiSquareUpper(x2, df)}, expected, nil
}

// cramer returns Cramer's V = sqrt(chi2/(n min(r-1, c-1))) and Bergsma's
// bias-corrected form (2013), which does not exist for one observation.
func cramer(x2 float64, n, rows, columns int) []Effect {
	r, c, size := float64(rows), float64(columns), float64(n)
	phi2 := x2 / size
	effects := []Effect{{CramersV, math.Sqrt(min(1, phi2/min(r-1, c-1)))}}
	if n > 1 {
		rc, cc := r-(r-1)*(r-1)/(size-1), c-(c-1)*(c-1)/(size-1)
		if most := min(rc-1, cc-1); most > 0 {
			left := max(0, phi2-(r-1)*(c-1)/(size-1))
			effects = append(effects, Effect{CramersVBias, math.Sqrt(min(1, left/most))})
		}
	}
	return effects
}

// expectedSuffices is Cochran's rule: none below 1, at least 80 % 5 or more.
func expectedSuffices(expected [][]float64) bool {
	cells, five := 0, 0
	for _, row := range expected {
		for _, e := range row {
			if e < 1 {
				return false
			}
			cells++
			if e >= 5 {
				five++
			}
		}
	}
	return five*5 >= cells*4
}

func margins(counts [][]int) (rows, columns []int, n int) {
	rows = make([]int, len(counts))
	if len(counts) > 0 {
		columns = make([]int, len(counts[0]))
	}
	for i, row := range counts {
		for j, c := range row {
			rows[i] += c
			columns[j] += c
			n += c
		}
	}
	return rows, columns, n
}

// dropEmpty checks a table and leaves out its empty rows and columns.
func dropEmpty(counts [][]int) ([][]int, error) {
	for _, row := range counts {
		if len(row) != len(counts[0]) {
			return nil, Invalid
		}
		for _, c := range row {
			if c < 0 {
				return nil, Invalid
			}
		}
	}
	rows, columns, n := margins(counts)
	if n == 0 {
		return nil, NoAnswers
	}
	var out [][]int
	for i, row := range counts {
		if rows[i] == 0 {
			continue
		}
		var kept []int
		for j, c := range row {
			if columns[j] > 0 {
				kept = append(kept, c)
			}
		}
		out = append(out, kept)
	}
	switch {
	case len(out) < 2:
		return nil, OneGroup
	case len(out[0]) < 2:
		return nil, AllEqual
	}
	return out, nil
}

// chiSquareUpper is P(X >= x) for a chi-square variable.
func chiSquareUpper(x, df float64) float64 { return probability(distuv.ChiSquared{K: df}.Survival(x)) }

// normalTwoSided is P(|Z| >= |z|).
func normalTwoSided(z float64) float64 { return probability(math.Erfc(math.Abs(z) / math.Sqrt2)) }

// probability keeps rounding from leaving 0-1.
func probability(p float64) float64 { return max(0, min(1, p)) }

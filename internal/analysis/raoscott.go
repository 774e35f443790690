package analysis

import (
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// WeightedCell is a cell of a weighted table: how many, the sum of their
// weights and of the weights' squares.
type WeightedCell struct {
	N       int
	Sum     float64
	Squares float64
}

// RaoScott tests a weighted table (groups by answers) by Rao and Scott's
// second-order corrected chi-square: with p the weighted cell shares, V their
// linearised covariance, and C a contrast basis of the interaction, Delta =
// (C' D^-1 C/n)^-1 C' D^-1 V D^-1 C; F = X2/tr(Delta) on d0 = tr(Delta)^2 /
// tr(Delta^2) and d0(n-1) degrees of freedom. Respondents are taken as drawn
// with replacement, each with a weight of their own, as R's svydesign(ids = ~1,
// weights = ~w) does. Rows and columns without anybody are left out. The test's
// Statistic is F; RaoScottChi gives the first-order form. Rao & Scott 1984.
func RaoScott(table [][]WeightedCell) (Test, error) {
	test, _, err := raoScott(table)
	return test, err
}

// RaoScottChi is the first-order correction: X2 over the mean of Delta's
// diagonal on (r-1)(c-1) degrees of freedom. Statistic is the uncorrected X2 of
// the shares times n. Rao & Scott 1981.
func RaoScottChi(table [][]WeightedCell) (Test, error) {
	_, test, err := raoScott(table)
	return test, err
}

func raoScott(table [][]WeightedCell) (second, first Test, err error) {
	cells, err := dropEmptyWeighted(table)
	if err != nil {
		return Test{}, Test{}, err
	}
	r, c := len(cells), len(cells[0])
	p, squares, n := flatten(cells)
	size := float64(n)
	x2 := weightedChiSquare(p, r, c) * size
	contrasts := interaction(r, c)
	delta, ok := deltaMatrix(contrasts, p, squares, size)
	if !ok {
		return Test{}, Test{}, TooFew
	}
	df := float64((r - 1) * (c - 1))
	trace := mat.Trace(delta)
	var product mat.Dense
	product.Mul(delta, delta)
	second2 := mat.Trace(&product)
	if !(trace > 0) || !(second2 > 0) {
		return Test{}, Test{}, AllEqual
	}
	d0 := trace * trace / second2
	second = Test{Method: RaoScottTest, N: n, Statistic: x2 / trace, DF: d0, DF2: d0 * (size - 1), Weighted: true}
	second.P = probability(distuv.F{D1: second.DF, D2: second.DF2}.Survival(second.Statistic))
	second.Effects = cramer(x2, n, r, c)
	first = second
	first.Statistic, first.DF, first.DF2 = x2, df, 0
	first.P = chiSquareUpper(x2/(trace/df), df)
	return second, first, nil
}

// flatten returns the cells' shares, the sums of squared weights over the
// squared total, and the number of respondents.
func flatten(cells [][]WeightedCell) (p, squares []float64, n int) {
	total := 0.0
	for _, row := range cells {
		for _, cell := range row {
			total += cell.Sum
			n += cell.N
		}
	}
	for _, row := range cells {
		for _, cell := range row {
			p = append(p, cell.Sum/total)
			squares = append(squares, cell.Squares/(total*total))
		}
	}
	return p, squares, n
}

// weightedChiSquare is sum (p - e)^2/e of shares that sum to 1.
func weightedChiSquare(p []float64, r, c int) float64 {
	rows, columns := make([]float64, r), make([]float64, c)
	for k, v := range p {
		rows[k/c] += v
		columns[k%c] += v
	}
	x2 := 0.0
	for k, v := range p {
		e := rows[k/c] * columns[k%c]
		x2 += (v - e) * (v - e) / e
	}
	return x2
}

// interaction returns a basis of the contrasts of a two-way table that are
// orthogonal to rows and columns: products of centred row and column indicators.
func interaction(r, c int) *mat.Dense {
	out := mat.NewDense(r*c, (r-1)*(c-1), nil)
	centred := func(i, of, k int) float64 {
		v := -1 / float64(k)
		if i == of {
			v++
		}
		return v
	}
	for i := range r {
		for j := range c {
			for a := range r - 1 {
				for b := range c - 1 {
					out.Set(i*c+j, a*(c-1)+b, centred(i, a, r)*centred(j, b, c))
				}
			}
		}
	}
	return out
}

// deltaMatrix is the matrix of generalised design effects.
func deltaMatrix(contrasts *mat.Dense, p, squares []float64, n float64) (*mat.Dense, bool) {
	k := len(p)
	all := 0.0
	for _, s := range squares {
		all += s
	}
	scaled := mat.NewDense(k, contrasts.RawMatrix().Cols, nil) // D^-1 C, empty cells as 0
	for i := range k {
		for j := range contrasts.RawMatrix().Cols {
			if p[i] > 0 {
				scaled.Set(i, j, contrasts.At(i, j)/p[i])
			}
		}
	}
	v := mat.NewDense(k, k, nil)
	for i := range k {
		for j := range k {
			x := -squares[i]*p[j] - p[i]*squares[j] + all*p[i]*p[j]
			if i == j {
				x += squares[i]
			}
			v.Set(i, j, x*n/(n-1))
		}
	}
	var denominator, numerator, half, delta mat.Dense
	denominator.Mul(contrasts.T(), scaled)
	denominator.Scale(1/n, &denominator)
	half.Mul(v, scaled)
	numerator.Mul(scaled.T(), &half)
	if err := delta.Solve(&denominator, &numerator); err != nil {
		return nil, false
	}
	return &delta, true
}

func dropEmptyWeighted(table [][]WeightedCell) ([][]WeightedCell, error) {
	counts := make([][]int, len(table))
	for i, row := range table {
		for _, cell := range row {
			if !(cell.Sum >= 0 && cell.Squares >= 0) || (cell.N > 0) != (cell.Sum > 0) {
				return nil, Invalid
			}
			counts[i] = append(counts[i], cell.N)
		}
	}
	if _, err := dropEmpty(counts); err != nil {
		return nil, err
	}
	rows, columns, n := margins(counts)
	if n < 2 {
		return nil, TooFew
	}
	var out [][]WeightedCell
	for i, row := range table {
		if rows[i] == 0 {
			continue
		}
		var kept []WeightedCell
		for j, cell := range row {
			if columns[j] > 0 {
				kept = append(kept, cell)
			}
		}
		out = append(out, kept)
	}
	return out, nil
}

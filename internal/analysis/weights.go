package analysis

import (
	"math"
	"slices"
)

// The settings of weighting.
const (
	// SmallestStratum is the number of respondents below which a class of the
	// frame is joined with its neighbour.
	SmallestStratum = 5
	// TrimRatio is the largest weight allowed, as a multiple of the mean.
	TrimRatio = 5.0
	// rakeTolerance is how near every margin must come, in respondents.
	rakeTolerance = 1e-10
	// rakeRounds is how many rounds raking may take.
	rakeRounds = 200
	// trimRounds is how many times weights are trimmed and raked again.
	trimRounds = 50
)

// PostStratify returns one weight a stratum: w_h = (N_h/N)/(n_h/n), so that the
// weights of all respondents sum to n. frame holds N_h, sample n_h. It fails
// with EmptyMargin on a stratum of the frame without respondents or respondents
// outside the frame, with FrameTooSmall where n_h exceeds N_h. Holt & Smith 1979.
func PostStratify(frame, sample []int) ([]float64, error) {
	if len(frame) != len(sample) {
		return nil, Invalid
	}
	total, n := 0, 0
	for h := range frame {
		switch {
		case frame[h] < 0 || sample[h] < 0:
			return nil, Invalid
		case (frame[h] == 0) != (sample[h] == 0):
			return nil, EmptyMargin
		case sample[h] > frame[h]:
			return nil, FrameTooSmall
		}
		total, n = total+frame[h], n+sample[h]
	}
	if total == 0 {
		return nil, NoAnswers
	}
	w := make([]float64, len(frame))
	for h := range frame {
		if sample[h] > 0 {
			w[h] = float64(frame[h]) / float64(total) * float64(n) / float64(sample[h])
		}
	}
	return w, nil
}

// Cell is the respondents who share one class of every margin.
type Cell struct {
	Class  []int   // by margin
	Count  int     // respondents
	Weight float64 // of each of them
}

// Raking is the outcome of fitting cells to margins.
type Raking struct {
	Cells     []Cell
	Rounds    int
	Remaining float64 // largest difference to a margin, in respondents
}

// Rake fits cells to margins in turn (iterative proportional fitting) until
// every margin is met within 1e-10, at most 200 rounds. margins[m][c] is the
// frame's count of class c, on any scale of its own: each is brought to the
// number of respondents. Cells start from their Weight, or 1 where it is 0. It
// fails with EmptyMargin when the frame has a class that nobody answered from,
// or the other way, and with NoConvergence when the margins contradict the
// cells. Deming & Stephan 1940.
func Rake(cells []Cell, margins [][]float64) (Raking, error) {
	out, targets, err := rakeStart(cells, margins)
	if err != nil {
		return Raking{}, err
	}
	for out.Rounds < rakeRounds {
		out.Rounds++
		for m := range targets {
			out.adjust(m, targets[m])
		}
		if out.Remaining = out.distance(targets); out.Remaining <= rakeTolerance {
			return out, nil
		}
	}
	return Raking{}, NoConvergence
}

// rakeStart checks the input and brings the margins to the number of respondents.
func rakeStart(cells []Cell, margins [][]float64) (Raking, [][]float64, error) {
	n := 0
	out := Raking{Cells: make([]Cell, 0, len(cells))}
	for _, c := range cells {
		if c.Count < 0 || len(c.Class) != len(margins) || !(c.Weight >= 0) || math.IsInf(c.Weight, 0) {
			return Raking{}, nil, Invalid
		}
		if c.Weight == 0 {
			c.Weight = 1
		}
		n += c.Count
		out.Cells = append(out.Cells, c)
	}
	if n == 0 || len(margins) == 0 {
		return Raking{}, nil, NoAnswers
	}
	targets := make([][]float64, len(margins))
	for m, margin := range margins {
		sum, answered := 0.0, make([]int, len(margin))
		for _, c := range cells {
			if c.Class[m] < 0 || c.Class[m] >= len(margin) {
				return Raking{}, nil, Invalid
			}
			answered[c.Class[m]] += c.Count
		}
		for c, v := range margin {
			if !(v >= 0) || math.IsInf(v, 0) {
				return Raking{}, nil, Invalid
			}
			if (v == 0) != (answered[c] == 0) {
				return Raking{}, nil, EmptyMargin
			}
			sum += v
		}
		targets[m] = make([]float64, len(margin))
		for c, v := range margin {
			targets[m][c] = v / sum * float64(n)
		}
	}
	return out, targets, nil
}

func (r *Raking) totals(m, classes int) []float64 {
	sums := make([]float64, classes)
	for _, c := range r.Cells {
		sums[c.Class[m]] += float64(c.Count) * c.Weight
	}
	return sums
}

// adjust brings one margin to its target.
func (r *Raking) adjust(m int, target []float64) {
	sums := r.totals(m, len(target))
	for i := range r.Cells {
		if c := r.Cells[i].Class[m]; sums[c] > 0 {
			r.Cells[i].Weight *= target[c] / sums[c]
		}
	}
}

func (r *Raking) distance(targets [][]float64) float64 {
	most := 0.0
	for m, target := range targets {
		for c, sum := range r.totals(m, len(target)) {
			most = max(most, math.Abs(sum-target[c]))
		}
	}
	return most
}

// RakeTrimmed rakes, cuts weights at TrimRatio times the mean, spreads what was
// cut over the others and rakes again, until no weight is above. Where the
// margins force a weight above, the last cut stands and Remaining says by how
// much the margins are missed. With one margin nothing can be raked back, so
// the cut stands at once. trimmed counts the respondents at the limit.
func RakeTrimmed(cells []Cell, margins [][]float64) (out Raking, trimmed int, err error) {
	out, err = Rake(cells, margins)
	if err != nil {
		return Raking{}, 0, err
	}
	_, targets, _ := rakeStart(cells, margins) // checked by Rake
	rounds := out.Rounds
	for range trimRounds {
		if !out.trim() || len(margins) == 1 {
			break
		}
		again, err := Rake(out.Cells, margins)
		if err != nil {
			break
		}
		out, rounds = again, rounds+again.Rounds
	}
	out.trim()
	out.Rounds, out.Remaining = rounds, out.distance(targets)
	for _, c := range out.Cells {
		if c.Count > 0 && c.Weight >= TrimRatio*(1-1e-9) {
			trimmed += c.Count
		}
	}
	return out, trimmed, nil
}

// above counts respondents over the limit; the mean weight is 1.
func (r *Raking) above() int {
	n := 0
	for _, c := range r.Cells {
		if c.Count > 0 && c.Weight > TrimRatio*(1+1e-9) {
			n += c.Count
		}
	}
	return n
}

// trim cuts at the limit and spreads the excess over the weights below it in
// proportion, until none is above. It says whether anything was cut.
func (r *Raking) trim() bool {
	cut := false
	for r.above() > 0 {
		cut = true
		excess, room := 0.0, 0.0
		for i := range r.Cells {
			c := &r.Cells[i]
			switch n := float64(c.Count); {
			case c.Count == 0:
			case c.Weight > TrimRatio:
				excess += n * (c.Weight - TrimRatio)
				c.Weight = TrimRatio
			case c.Weight < TrimRatio:
				room += n * c.Weight
			}
		}
		for i := range r.Cells {
			if c := &r.Cells[i]; c.Weight < TrimRatio {
				c.Weight *= 1 + excess/room
			}
		}
	}
	return cut
}

// Collapse joins neighbouring classes of an ordered margin until each has at
// least smallest respondents: the class with fewest is joined with the
// neighbour that has fewer. It returns for each class the one that it became
// part of (0, 1, ... in order). Classes that neither the frame nor the sample
// knows join the one before. Absent: the sample as a whole is too small.
func Collapse(frame []float64, sample []int, smallest int) (into []int, err error) {
	if len(frame) != len(sample) || len(sample) == 0 {
		return nil, Invalid
	}
	type run struct{ from, to, n int }
	var runs []run
	total := 0
	for i, n := range sample {
		if n < 0 || !(frame[i] >= 0) || math.IsInf(frame[i], 0) {
			return nil, Invalid
		}
		runs = append(runs, run{i, i + 1, n})
		total += n
	}
	if total < smallest || total == 0 {
		return nil, TooFew
	}
	for len(runs) > 1 {
		least := 0
		for i, r := range runs {
			if r.n < runs[least].n {
				least = i
			}
		}
		if runs[least].n >= smallest {
			break
		}
		with := least - 1
		if least == 0 || least+1 < len(runs) && runs[least+1].n < runs[least-1].n {
			with = least + 1
		}
		low := min(least, with)
		runs[low] = run{runs[low].from, runs[low+1].to, runs[low].n + runs[low+1].n}
		runs = slices.Delete(runs, low+1, low+2)
	}
	into = make([]int, len(sample))
	for k, r := range runs {
		for i := r.from; i < r.to; i++ {
			into[i] = k
		}
	}
	return into, nil
}

// Design is what weighting costs in precision.
type Design struct {
	N         int     `json:"n"`
	Min       float64 `json:"min"`
	Max       float64 `json:"max"`
	Mean      float64 `json:"mean"`
	Deff      float64 `json:"deff"`      // Kish's 1 + cv^2 of the weights, cv with n: n sum w^2/(sum w)^2
	DeffN1    float64 `json:"deff_n1"`   // the same with the n-1 standard deviation, as some packages print it
	Effective float64 `json:"effective"` // n/deff
}

// Kish returns the design effect of cells of equal weight. Absent: nobody, or
// weights that sum to nothing. Kish 1965; 1992.
func Kish(cells []Cell) (Design, error) {
	d := Design{Min: math.Inf(1)}
	sum, squares := 0.0, 0.0
	for _, c := range cells {
		if c.Count < 0 || !(c.Weight >= 0) || math.IsInf(c.Weight, 0) {
			return Design{}, Invalid
		}
		if c.Count == 0 {
			continue
		}
		n := float64(c.Count)
		d.N += c.Count
		d.Min, d.Max = min(d.Min, c.Weight), max(d.Max, c.Weight)
		sum += n * c.Weight
		squares += n * c.Weight * c.Weight
	}
	if d.N == 0 || sum == 0 {
		return Design{}, NoAnswers
	}
	n := float64(d.N)
	d.Mean = sum / n
	d.Deff = max(1, n*squares/(sum*sum))
	d.DeffN1, d.Effective = 1, n/d.Deff
	if d.N > 1 {
		d.DeffN1 = 1 + (d.Deff-1)*n/(n-1)
	}
	return d, nil
}

// Stratum is one stratum's result for a share.
type Stratum struct {
	Frame    int // N_h
	Answered int // n_h
	Count    int // of n_h that gave the answer
}

// StratifiedShare is a share from strata with known sizes: sum (N_h/N) p_h, its
// standard error sqrt(sum (N_h/N)^2 (1 - n_h/N_h) p_h(1-p_h)/(n_h-1)) and the
// normal 95 % interval, clamped to 0-1. It fails with TooFew on a stratum of one
// that is not a census, EmptyMargin on one without respondents. Cochran 1977.
func StratifiedShare(strata []Stratum) (e Estimate, se float64, err error) {
	total, variance := 0, 0.0
	for _, s := range strata {
		switch {
		case s.Frame < 0 || s.Answered < 0 || s.Count < 0 || s.Count > s.Answered:
			return Estimate{}, 0, Invalid
		case (s.Frame == 0) != (s.Answered == 0):
			return Estimate{}, 0, EmptyMargin
		case s.Answered > s.Frame:
			return Estimate{}, 0, FrameTooSmall
		case s.Answered == 1 && s.Frame > 1:
			return Estimate{}, 0, TooFew
		}
		total += s.Frame
	}
	if total == 0 {
		return Estimate{}, 0, NoAnswers
	}
	for _, s := range strata {
		if s.Frame == 0 {
			continue
		}
		n, part := float64(s.Answered), float64(s.Frame)/float64(total)
		p := float64(s.Count) / n
		e.Value += part * p
		e.Base, e.Count = e.Base+s.Answered, e.Count+s.Count
		if s.Answered < s.Frame {
			variance += part * part * (1 - n/float64(s.Frame)) * p * (1 - p) / (n - 1)
		}
	}
	e.Value = min(1, e.Value)
	se = math.Sqrt(variance)
	e.Lower, e.Upper, e.HasInterval = max(0, e.Value-z975*se), min(1, e.Value+z975*se), true
	return e, se, nil
}

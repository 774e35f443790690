package analysis

import "math"

// Kappa is Cohen's agreement of two coders.
type Kappa struct {
	N        int     `json:"n"`        // units that both coded
	Observed float64 `json:"observed"` // share on which they agree
	Expected float64 `json:"expected"` // share by chance
	Value    float64 `json:"kappa"`
	// Lower and Upper are the 95 % interval for large samples (Fleiss, Cohen and Everitt 1969); without HasInterval
	// there is none, as when the coders agree on everything.
	Lower       float64 `json:"lower"`
	Upper       float64 `json:"upper"`
	HasInterval bool    `json:"has_interval"`
}

// CohenKappa returns (Po - Pe)/(1 - Pe) of a square table: counts[i][j] units
// that the first coder gave label i and the second label j. Absent: no unit, or
// AllEqual when both always used the same one label, so that chance alone
// agrees fully. Cohen 1960.
func CohenKappa(counts [][]int) (Kappa, error) {
	for _, row := range counts {
		if len(row) != len(counts) {
			return Kappa{}, Invalid
		}
		for _, c := range row {
			if c < 0 {
				return Kappa{}, Invalid
			}
		}
	}
	rows, columns, total := margins(counts)
	if total == 0 {
		return Kappa{}, NoAnswers
	}
	n := float64(total)
	k := Kappa{N: total}
	for i := range counts {
		k.Observed += float64(counts[i][i]) / n
		k.Expected += float64(rows[i]) / n * float64(columns[i]) / n
	}
	if rows[0] == total && columns[0] == total || k.Expected >= 1 {
		return k, AllEqual
	}
	k.Value = (k.Observed - k.Expected) / (1 - k.Expected)
	k.interval(counts, rows, columns)
	return k, nil
}

func (k *Kappa) interval(counts [][]int, rows, columns []int) {
	n, left := float64(k.N), 1-k.Value
	share := func(c int) float64 { return float64(c) / n }
	sum := -math.Pow(k.Value-k.Expected*left, 2)
	for i, row := range counts {
		for j, c := range row {
			if i == j {
				sum += share(c) * math.Pow(1-(share(rows[i])+share(columns[i]))*left, 2)
			} else {
				sum += share(c) * math.Pow((share(columns[i])+share(rows[j]))*left, 2)
			}
		}
	}
	if sum <= 1e-12 {
		return
	}
	half := z975 * math.Sqrt(sum/n) / (1 - k.Expected)
	k.Lower, k.Upper, k.HasInterval = max(-1, k.Value-half), min(1, k.Value+half), true
}

// Reading is how far a coding can be relied on.
type Reading string

// The readings of Krippendorff's alpha (Krippendorff 2004).
const (
	Rely      Reading = "rely"      // .800 or more
	Tentative Reading = "tentative" // .667 to .800
	Recode    Reading = "recode"    // below: discuss and code again
)

// Alpha is Krippendorff's agreement of any number of coders.
type Alpha struct {
	Units     int       `json:"units"`     // coded by two or more
	Pairable  int       `json:"pairable"`  // codings in those units
	Raw       float64   `json:"raw"`       // share of pairs that agree
	Prevalent []float64 `json:"prevalent"` // share of codings by label
	Value     float64   `json:"alpha"`
	Reading   Reading   `json:"reading"`
	Disagree  []int     `json:"disagree"` // places of the units with more than one label
}

// Uncoded is the label of a unit that a coder did not code.
const Uncoded = -1

// KrippendorffAlpha returns nominal alpha. units[u] holds the label (0 to
// labels-1) that each coder gave unit u, Uncoded where one did not. With
// coincidences o_ck = sum_u pairs(c,k)/(m_u - 1), alpha = ((n-1) sum o_cc -
// sum n_c(n_c-1)) / (n(n-1) - sum n_c(n_c-1)). The number of labels is given,
// not read off the codings: full agreement on one label of several is then 1,
// not 0/0. Absent: no unit coded twice, or a single label to choose from.
// Krippendorff 2004.
func KrippendorffAlpha(units [][]int, labels int) (Alpha, error) {
	if labels < 2 {
		return Alpha{}, AllEqual
	}
	a := Alpha{Prevalent: make([]float64, labels)}
	agree, pairs, same := 0.0, 0.0, 0.0
	for u, codes := range units {
		count, m := make([]int, labels), 0
		for _, c := range codes {
			if c == Uncoded {
				continue
			}
			if c < 0 || c >= labels {
				return Alpha{}, Invalid
			}
			count[c]++
			m++
		}
		if m < 2 {
			continue
		}
		a.Units++
		a.Pairable += m
		used := 0
		for c, k := range count {
			agree += float64(k) * float64(k-1) / float64(m-1)
			same += float64(k) * float64(k-1)
			a.Prevalent[c] += float64(k)
			if k > 0 {
				used++
			}
		}
		pairs += float64(m) * float64(m-1)
		if used > 1 {
			a.Disagree = append(a.Disagree, u)
		}
	}
	if a.Units == 0 {
		return Alpha{}, NoAnswers
	}
	n, chance := float64(a.Pairable), 0.0
	for c, k := range a.Prevalent {
		chance += k * (k - 1)
		a.Prevalent[c] = k / n
	}
	a.Raw, a.Value = same/pairs, 1
	if full := n * (n - 1); full > chance {
		a.Value = ((n-1)*agree - chance) / (full - chance)
	}
	a.Reading = readAlpha(a.Value)
	return a, nil
}

func readAlpha(v float64) Reading {
	switch {
	case v >= 0.8:
		return Rely
	case v >= 0.667:
		return Tentative
	}
	return Recode
}

// OrdinalAgreement is van der Eijk's A of counts on an ordered scale: 1 all in
// one step, 0 spread evenly, -1 half at each end. The histogram is cut into
// layers of equal height and A is the mean of the layers' agreement by their
// share of the answers. Absent: no answers, or fewer than three steps, where
// the measure has no meaning. van der Eijk 2001.
func OrdinalAgreement(counts []int) (float64, error) {
	if len(counts) < 3 {
		return 0, Invalid
	}
	left, n := make([]int, len(counts)), 0
	for i, c := range counts {
		if c < 0 {
			return 0, Invalid
		}
		left[i] = c
		n += c
	}
	if n == 0 {
		return 0, NoAnswers
	}
	a := 0.0
	for {
		height, filled := math.MaxInt, 0
		pattern := make([]bool, len(left))
		for i, c := range left {
			if c > 0 {
				height, filled, pattern[i] = min(height, c), filled+1, true
			}
		}
		if filled == 0 {
			return a, nil
		}
		a += layerAgreement(pattern, filled) * float64(height*filled) / float64(n)
		for i := range left {
			if pattern[i] {
				left[i] -= height
			}
		}
	}
}

// layerAgreement is U (1 - (S-1)/(K-1)) of a layer with S of K steps filled,
// where U = ((K-2) TU - (K-1) TDU) / ((K-2)(TU + TDU)) over triples i<j<k: TU
// those of pattern 110 or 011, TDU those of pattern 101; U = 1 without any.
func layerAgreement(filled []bool, s int) float64 {
	k := float64(len(filled))
	tu, tdu := 0.0, 0.0
	for i := range filled {
		for j := i + 1; j < len(filled); j++ {
			for l := j + 1; l < len(filled); l++ {
				switch {
				case filled[i] && filled[l] && !filled[j]:
					tdu++
				case filled[j] && filled[i] != filled[l]:
					tu++
				}
			}
		}
	}
	u := 1.0
	if tu+tdu > 0 {
		u = ((k-2)*tu - (k-1)*tdu) / ((k - 2) * (tu + tdu))
	}
	return u * (1 - float64(s-1)/(k-1))
}

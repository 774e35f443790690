package analysis

import (
	"math"
	"slices"
)

// Coarse keeps of a weighted result what a publication shows of it, and nothing that the unweighted one
// hides; nil when that is nothing. Shares are kept to three decimals: with more, and the weights, a reader
// could work out who gave an answer.
func Coarse(f, plain Frequency) *Frequency {
	if f.Numbers == nil || plain.Numbers == nil || plain.HidesAny() {
		return nil
	}
	n := *f.Numbers
	n.Summary, n.UnknownShare = nil, 0
	rows := func(list []Row) []Row {
		out := append([]Row(nil), list...)
		for i := range out {
			out[i].Share = out[i].coarse()
		}
		return out
	}
	n.Rows, n.Bands, n.Ranking = rows(n.Rows), rows(n.Bands), append([]Ranked(nil), n.Ranking...)
	for i := range n.Ranking {
		n.Ranking[i].First, n.Ranking[i].Top, n.Ranking[i].Score = n.Ranking[i].First.coarse(), n.Ranking[i].Top.coarse(), nil
	}
	for _, box := range []**Share{&n.Top2, &n.Bottom2} {
		if *box != nil {
			s := (*box).coarse()
			*box = &s
		}
	}
	f.Numbers = &n
	return &f
}

func (s Share) coarse() Share {
	for _, v := range []*float64{&s.Share, &s.Lower, &s.Upper} {
		*v = math.Round(*v*1000) / 1000
	}
	return s
}

// HidesAny says whether any answer of a result that has numbers is withheld.
func (f Frequency) HidesAny() bool {
	hidden := func(r Row) bool { return r.Hidden }
	return slices.ContainsFunc(f.Numbers.Rows, hidden) || slices.ContainsFunc(f.Numbers.Bands, hidden) ||
		slices.ContainsFunc(f.Numbers.Ranking, func(r Ranked) bool { return r.Hidden })
}

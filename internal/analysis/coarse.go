package analysis

import (
	"math"
	"slices"
	"strings"
)

// WholePercent is the step in which weighted shares leave the system: of what is told finer a reader who knows the
// weights could work out what few of one class of them answered (ADR 206).
const WholePercent = 0.01

// coarse keeps of a weighted result what leaves the system: shares in whole per cent, each with the interval that
// it and the design effect give, so that the interval tells nothing more. Means, quartiles and scores, which are
// other sums over the classes, are dropped, and "don't know" is told unweighted.
func (n Numbers) coarse() *Numbers {
	if n.Step > 0 {
		return &n
	}
	n.Summary, n.Step = nil, WholePercent
	n.finish()
	if n.Unknown == Withheld {
		n.UnknownShare = 0
	}
	d := *n.Weighting
	d.Mean, d.Deff, d.DeffN1 = rounded(d.Mean, 0.01), rounded(d.Deff, 0.01), rounded(d.DeffN1, 0.01)
	d.Effective = rounded(float64(d.N)/d.Deff, 1)
	n.Weighting = &d
	tell := func(s Share) Share { return s.coarse(d.Deff) }
	rows := func(list []Row) []Row {
		out := slices.Clone(list)
		for i := range out {
			out[i].Share = tell(out[i].Share)
		}
		return out
	}
	n.Rows, n.Bands, n.Ranking = rows(n.Rows), rows(n.Bands), slices.Clone(n.Ranking)
	for i, r := range n.Ranking {
		n.Ranking[i].First, n.Ranking[i].Top, n.Ranking[i].Score = tell(r.First), tell(r.Top), nil
	}
	for _, box := range []**Share{&n.Top2, &n.Bottom2} {
		if *box != nil {
			s := tell(**box)
			*box = &s
		}
	}
	return &n
}

func (s Share) coarse(deff float64) Share {
	if s.Base == 0 {
		return s
	}
	s.Share = rounded(s.Share, WholePercent)
	s.Lower, s.Upper = wilson(s.Share, float64(s.Base)/deff)
	s.Lower, s.Upper = rounded(s.Lower, WholePercent), rounded(s.Upper, WholePercent)
	return s
}

// rounded is a number in whole steps.
func rounded(v, step float64) float64 { return math.Round(v/step) / math.Round(1/step) }

// HidesAny says whether any answer of a result that has numbers is withheld.
func (f Frequency) HidesAny() bool {
	hidden := func(r Row) bool { return r.Hidden }
	return slices.ContainsFunc(f.Numbers.Rows, hidden) || slices.ContainsFunc(f.Numbers.Bands, hidden) ||
		slices.ContainsFunc(f.Numbers.Ranking, func(r Ranked) bool { return r.Hidden })
}

// Untold is a weighted result that was to be told, to be judged again before it is.
func (f Frequency) Untold() Frequency {
	n := *f.Numbers
	n.Step, f.Numbers = 0, &n
	return f
}

// WeightedBy names the questions whose classes a result is weighted by; empty of one that is not.
func (n *Numbers) WeightedBy() string {
	for _, c := range n.Classes {
		var names []string
		for _, w := range c.Where {
			names = append(names, w.Question)
		}
		if len(names) > 0 {
			return strings.Join(names, " ")
		}
	}
	return ""
}

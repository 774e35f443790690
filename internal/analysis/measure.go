package analysis

import (
	"fmt"
	"slices"
)

// Measure names one number of a frequency, so that a text can cite it without
// anyone typing it.
type Measure string

// The measures that can be cited.
const (
	MeasureShare   Measure = "share"   // of the base that chose any of Codes
	MeasureTop2    Measure = "top2"    // codes 4-5 of a five-point scale
	MeasureBottom2 Measure = "bottom2" // codes 1-2
	MeasureFirst   Measure = "first"   // ranking: ranked Codes[0] first
	MeasureRanked  Measure = "ranked"  // ranking: ranked Codes[0] in any place
	MeasureBand    Measure = "band"    // 0-10: the band that starts with Codes[0] (0, 4 or 7)
	MeasureMean    Measure = "mean"    // with t-interval, in the question's unit
	MeasureMedian  Measure = "median"  // without interval
	MeasureUnknown Measure = "unknown" // "vet ej" of answered + "vet ej"
)

// Measures lists every measure, in the order in which forms offer them.
func Measures() []Measure {
	return []Measure{MeasureShare, MeasureTop2, MeasureBottom2, MeasureFirst, MeasureRanked,
		MeasureBand, MeasureMean, MeasureMedian, MeasureUnknown}
}

// IsShare says whether the measure is a part of a base (0-1) rather than a
// value in the question's unit.
func (m Measure) IsShare() bool { return m != MeasureMean && m != MeasureMedian }

// Estimate is one number with its base. Count is the numerator of a share.
type Estimate struct {
	Value       float64 `json:"value"`
	Lower       float64 `json:"lower"`
	Upper       float64 `json:"upper"`
	HasInterval bool    `json:"has_interval"`
	Count       int     `json:"count"`
	Base        int     `json:"base"`
}

// Estimate takes one number out of a result. It fails when the result is
// suppressed, or has no such number: an unknown code, a mean of too few.
func (f Frequency) Estimate(m Measure, codes []int) (Estimate, error) {
	n := f.Numbers
	switch {
	case f.NotAsked:
		return Estimate{}, fmt.Errorf("group %q is not asked %s", f.Filter.Group, f.Question)
	case n == nil:
		return Estimate{}, fmt.Errorf("fewer than %d answers to %s", f.MinBase, f.Question)
	}
	switch m {
	case MeasureShare:
		return f.estimateAny(codes)
	case MeasureTop2:
		return estimateShare(n.Top2, m, f.Question)
	case MeasureBottom2:
		return estimateShare(n.Bottom2, m, f.Question)
	case MeasureFirst, MeasureRanked:
		return f.estimateRanked(m, codes)
	case MeasureBand:
		for _, b := range n.Bands {
			if len(codes) == 1 && b.Code == codes[0] {
				if b.Hidden {
					return Estimate{}, Withholding
				}
				return estimateShare(&b.Share, m, f.Question)
			}
		}
		return Estimate{}, fmt.Errorf("%s has no band %v", f.Question, codes)
	case MeasureUnknown:
		if n.Unknown == Withheld {
			return Estimate{}, Withholding
		}
		s := n.shareOf(n.Unknown, n.Base+n.Unknown, n.UnknownShare)
		return estimateShare(&s, m, f.Question)
	}
	return f.estimateLocation(m)
}

func (f Frequency) estimateLocation(m Measure) (Estimate, error) {
	n := f.Numbers
	switch {
	case n.Summary == nil:
		return Estimate{}, fmt.Errorf("%s has no %s", f.Question, m)
	case m == MeasureMedian:
		return Estimate{Value: n.Summary.Median, Base: n.Base}, nil
	case m == MeasureMean && n.Summary.Mean == nil:
		return Estimate{}, fmt.Errorf("too few answers to %s for a mean", f.Question)
	case m == MeasureMean:
		mean := n.Summary.Mean
		return Estimate{Value: mean.Value, Lower: mean.Lower, Upper: mean.Upper, HasInterval: true, Base: n.Base}, nil
	}
	return Estimate{}, fmt.Errorf("no measure %q", m)
}

// estimateAny is the share that chose any of the codes; of a question with
// several answers it can only be one code, because rows overlap. Where some of
// the codes are hidden, what the others leave of the base says the same.
func (f Frequency) estimateAny(codes []int) (Estimate, error) {
	if len(codes) == 0 {
		return Estimate{}, fmt.Errorf("a share of %s needs codes", f.Question)
	}
	if len(codes) > 1 && f.overlaps() {
		return Estimate{}, fmt.Errorf("%s has several answers each: cite one code", f.Question)
	}
	for _, code := range codes {
		if _, ok := f.row(code); !ok {
			return Estimate{}, fmt.Errorf("%s has no code %d", f.Question, code)
		}
	}
	these, shown := f.sum(func(code int) bool { return slices.Contains(codes, code) })
	if !shown {
		others, shown := f.sum(func(code int) bool { return !slices.Contains(codes, code) })
		if !shown || manyCodes(f.Type) {
			return Estimate{}, Withholding
		}
		these = Share{Base: others.Base, Count: others.Base - others.Count, Share: 1 - others.Share}
	}
	s := f.Numbers.shareOf(these.Count, these.Base, these.Share)
	return estimateShare(&s, MeasureShare, f.Question)
}

// sum adds up the rows of some codes; shown is false when one is hidden or there
// is none.
func (f Frequency) sum(of func(code int) bool) (s Share, shown bool) {
	for _, r := range f.Numbers.Rows {
		if !of(r.Code) {
			continue
		}
		if r.Hidden {
			return Share{}, false
		}
		s, shown = Share{Base: r.Base, Count: s.Count + r.Count, Share: s.Share + r.Share.Share}, true
	}
	return s, shown
}

// shareOf is a share with its interval: of the counts, or weighted, with the
// base divided by the question's design effect.
func (n *Numbers) shareOf(x, base int, weighted float64) Share {
	if n.Weighting == nil || base <= 0 || x < 0 {
		return share(x, base, n.Population)
	}
	p := max(0, min(1, weighted))
	lower, upper := wilson(p, float64(base)/n.Weighting.Deff)
	return Share{Count: x, Base: base, Share: p, Lower: lower, Upper: upper}
}

func (f Frequency) overlaps() bool {
	sum := 0
	for _, r := range f.Numbers.Rows {
		sum += r.Count
	}
	return manyCodes(f.Type) || sum > f.Numbers.Base
}

func (f Frequency) row(code int) (Row, bool) {
	for _, r := range f.Numbers.Rows {
		if r.Code == code {
			return r, true
		}
	}
	return Row{}, false
}

func (f Frequency) estimateRanked(m Measure, codes []int) (Estimate, error) {
	for _, r := range f.Numbers.Ranking {
		if len(codes) == 1 && r.Code == codes[0] {
			if r.Hidden {
				return Estimate{}, Withholding
			}
			if m == MeasureFirst {
				return estimateShare(&r.First, m, f.Question)
			}
			return estimateShare(&r.Top, m, f.Question)
		}
	}
	return Estimate{}, fmt.Errorf("%s has no ranked option %v", f.Question, codes)
}

func estimateShare(s *Share, m Measure, question string) (Estimate, error) {
	if s == nil || s.Base == 0 {
		return Estimate{}, fmt.Errorf("%s has no %s", question, m)
	}
	if s.Count > 0 && s.Count < DefaultCellLimit {
		return Estimate{}, fmt.Errorf("fewer than %d gave the answer counted in %s", DefaultCellLimit, question)
	}
	return Estimate{Value: s.Share, Lower: s.Lower, Upper: s.Upper, HasInterval: true, Count: s.Count, Base: s.Base}, nil
}

// Counts says whether a measure of some codes is made of an answer: what must be
// shown for the number to be told.
func (m Measure) Counts(codes []int, code int) bool {
	switch m {
	case MeasureTop2:
		return code == 4 || code == 5
	case MeasureBottom2:
		return code == 1 || code == 2
	case MeasureMean, MeasureMedian:
		return true
	}
	return slices.Contains(codes, code)
}

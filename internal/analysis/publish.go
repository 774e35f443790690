package analysis

import "upphandlingsdialog/internal/questionnaire"

// Release returns results as they may be printed side by side: groups by
// answers with the base of each group, small cells hidden (see Mask), and
// everything left out from which a hidden cell could be worked out. A hidden
// row keeps its code and label and loses every number. limit 0 is
// DefaultCellLimit. The input is not changed.
func Release(fs []Frequency, limit int) []Frequency {
	if limit == 0 {
		limit = DefaultCellLimit
	}
	out := make([]Frequency, len(fs))
	for i, f := range fs {
		out[i] = f
		out[i].Parts = nil
		for _, part := range f.Parts {
			out[i].Parts = append(out[i].Parts, Release([]Frequency{part}, limit)[0])
		}
		if f.Numbers != nil {
			n := *f.Numbers
			n.release(f.Type, limit)
			out[i].Numbers = &n
		}
	}
	return out
}

func (n *Numbers) release(t questionnaire.Type, limit int) {
	for _, count := range []*int{&n.NotApplicable, &n.Declined, &n.Unanswered, &n.NotShown} {
		if *count > 0 && *count < limit {
			*count = Withheld
		}
	}
	if n.Unknown > 0 && n.Unknown < limit {
		n.Unknown, n.UnknownShare = Withheld, 0
	}
	switch {
	case t == questionnaire.Rating:
		// Single steps of 0-10 are nearly always small; the bands stand for them.
		for _, r := range n.Rows {
			if r.Count > 0 && r.Count < limit {
				n.Rows = nil
				break
			}
		}
		n.Bands = hideRows(n.Bands, limit, true)
	case manyCodes(t):
		// Rows overlap, so the base does not give a hidden row away.
		n.Rows = hideRows(n.Rows, limit, false)
		n.hideRanking(limit)
	default:
		n.Rows = hideRows(n.Rows, limit, true)
		n.hideDerived()
	}
}

// Withheld stands for a count outside the base that is too small to show.
const Withheld = -1

func hideRows(rows []Row, limit int, sum bool) []Row {
	if len(rows) == 0 {
		return rows
	}
	counts := make([]int, len(rows))
	for i, r := range rows {
		counts[i] = r.Count
	}
	mask := Mask([][]int{counts}, limit, Totals{Rows: sum})[0]
	out := make([]Row, len(rows))
	for i, r := range rows {
		out[i] = r
		if mask[i] {
			out[i] = Row{Code: r.Code, Label: r.Label, Hidden: true}
		}
	}
	return out
}

func (n *Numbers) hideRanking(limit int) {
	ranking := make([]Ranked, len(n.Ranking))
	for i, r := range n.Ranking {
		ranking[i] = r
		small := func(s Share) bool { return s.Count > 0 && s.Count < limit }
		if small(r.First) || small(r.Top) {
			ranking[i] = Ranked{Code: r.Code, Label: r.Label, Hidden: true}
		}
	}
	if n.Ranking != nil {
		n.Ranking = ranking
	}
}

// hideDerived drops what would give a hidden step of a scale away: a mean or an
// interpolated median always, a box unless its hidden steps are all there are,
// because then the base and the shown steps say the same.
func (n *Numbers) hideDerived() {
	inside := func(low, high int) bool {
		within, without := 0, 0
		for _, r := range n.Rows {
			if r.Hidden && r.Code >= low && r.Code <= high {
				within++
			} else if r.Hidden {
				without++
			}
		}
		return within == 0 || without == 0
	}
	hidden := false
	for _, r := range n.Rows {
		hidden = hidden || r.Hidden
	}
	if !hidden {
		return
	}
	if n.Top2 != nil && !inside(4, 5) {
		n.Top2 = nil
	}
	if n.Bottom2 != nil && !inside(1, 2) {
		n.Bottom2 = nil
	}
	if n.Summary != nil {
		n.Summary = &Summary{Median: n.Summary.Median, Q1: n.Summary.Q1, Q3: n.Summary.Q3}
	}
}

func manyCodes(t questionnaire.Type) bool {
	return t == questionnaire.Multiple || t == questionnaire.Ranking
}

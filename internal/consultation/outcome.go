package consultation

import (
	"math"
	"slices"

	"upphandlingsdialog/internal/analysis"
)

// Score is one rater's scores for the arithmetic.
type Score struct {
	Rater, Group string
	Scores       Scores
}

// Outcome is what a panel said of one recommendation in one round.
type Outcome struct {
	Groups    []GroupOutcome
	Class     analysis.ConsensusClass // methods 2.2
	Consensus *analysis.Consensus     // nil when a group is too small
	Axes      [2]Axis                 // importance and feasibility
	Quadrant  Quadrant                // empty when a group is too small
	// Priority orders the recommendations, 0 to 1: the geometric mean of the
	// two axes' medians. The project's own; empty quadrant, no priority.
	Priority float64
	// LeastImportance is the lowest median importance of a group: it breaks ties.
	LeastImportance float64
}

// Axis is what the panel as a whole found on importance or feasibility.
type Axis struct {
	Dimension Dimension
	Main      analysis.Verdict // by the rule's method, over all groups
	Other     analysis.Verdict // by the other method: the sensitivity line
	Median    float64          // of the groups' medians
	Gap       float64          // between the groups' medians
	Known     bool             // no group is too small
}

// Quadrant is where a recommendation stands by importance and feasibility.
type Quadrant string

// The quadrants (methods 2.7).
const (
	DoFirst   Quadrant = "first" // important and feasible
	Plan      Quadrant = "plan"  // important, not feasible yet
	QuickHelp Quadrant = "quick" // feasible, less important
	Park      Quadrant = "park"
)

// GroupOutcome is one group's part. Nothing of a group below the publication
// limit is here but how many rated.
type GroupOutcome struct {
	Group   string
	N       int  // rated the version that is asked about
	Shown   bool // N is at the limit or above
	Votes   analysis.Votes
	Share   analysis.Share // agreeing of all, with Wilson's interval
	Ratings map[Dimension]GroupRatings
	Before  int // of those who rated in the round before
	Left    int // of those, who did not rate now
}

// GroupRatings is one group on one question. The numbers are there when Shown.
type GroupRatings struct {
	Shown     bool // as many as the limit gave a rating
	Counts    analysis.Ratings
	Abstained int
	Rand      analysis.RandUCLA
	Main      analysis.Verdict
	Other     analysis.Verdict
	Spread    float64 // van der Eijk's agreement, -1 to 1
	// Stability is against the round before; nil in the first, and when fewer
	// than the limit rated in both. LeftMean is set when as many left.
	Stability *analysis.Stability
	LeftShown bool
}

// Evaluate reads one recommendation's scores by the rule. groups are those that
// were asked; before are the scores of the round before, nil in the first.
func (r Rule) Evaluate(groups []string, now, before []Score) (Outcome, error) {
	if err := r.check(); err != nil {
		return Outcome{}, err
	}
	var out Outcome
	var votes []analysis.Votes
	enough := true
	for _, id := range groups {
		g, err := r.group(id, of(now, id), of(before, id))
		if err != nil {
			return Outcome{}, err
		}
		enough = enough && g.Shown
		votes = append(votes, g.Votes)
		out.Groups = append(out.Groups, g)
	}
	out.Class = analysis.ConsensusTooFew
	if enough {
		c, err := analysis.Agreement(votes, r.MinBase)
		if err != nil {
			return Outcome{}, err
		}
		out.Class, out.Consensus = c.Class, &c
	}
	for i, d := range []Dimension{Importance, Feasibility} {
		out.Axes[i] = r.axis(d, out.Groups)
	}
	out.place()
	return out, nil
}

func of(scores []Score, group string) []Score {
	var list []Score
	for _, s := range scores {
		if s.Group == group {
			list = append(list, s)
		}
	}
	return list
}

// group reads one group. A group below the limit keeps its counts of people only.
func (r Rule) group(id string, now, before []Score) (GroupOutcome, error) {
	g := GroupOutcome{Group: id, N: len(now), Shown: len(now) >= r.MinBase, Before: len(before)}
	stayed := map[string]bool{}
	for _, s := range now {
		stayed[s.Rater] = true
	}
	for _, s := range before {
		if !stayed[s.Rater] {
			g.Left++
		}
	}
	if !g.Shown {
		return g, nil
	}
	g.Ratings = map[Dimension]GroupRatings{}
	for _, d := range Dimensions {
		ratings, err := r.ratings(d, now, before)
		if err != nil {
			return g, err
		}
		g.Ratings[d] = ratings
	}
	for _, s := range now {
		switch a := s.Scores.Agreement; {
		case a >= r.Limits.High:
			g.Votes.Agree++
		case a != Abstains && a <= r.Limits.Low:
			g.Votes.Disagree++
		default:
			g.Votes.Pass++
		}
	}
	c, err := analysis.Agreement([]analysis.Votes{g.Votes}, r.MinBase)
	if err != nil {
		return g, err
	}
	g.Share = c.Groups[0].Share
	return g, nil
}

func (r Rule) ratings(d Dimension, now, before []Score) (GroupRatings, error) {
	var g GroupRatings
	after := map[string]int{}
	for _, s := range now {
		if v := s.Scores.Of(d); v == Abstains {
			g.Abstained++
		} else {
			g.Counts[v-1]++
			after[s.Rater] = v
		}
	}
	if g.Shown = g.Counts.N() >= r.MinBase; !g.Shown {
		return GroupRatings{}, nil // also how many abstained: it would tell how many did not
	}
	var err error
	if g.Rand, err = g.Counts.Rand(); err != nil {
		return g, err
	}
	threshold, err := analysis.DelphiRule([]analysis.Ratings{g.Counts})
	if err != nil {
		return g, err
	}
	g.Main, g.Other = threshold, g.Rand.Verdict
	if r.Method == RAND {
		g.Main, g.Other = g.Other, g.Main
	}
	if g.Spread, err = analysis.OrdinalAgreement(g.Counts[:]); err != nil {
		return g, err
	}
	return g, g.compare(d, before, after, r.MinBase)
}

// compare measures how the group moved since the round before.
func (g *GroupRatings) compare(d Dimension, before []Score, after map[string]int, minBase int) error {
	earlier := map[string]int{}
	for _, s := range before {
		if v := s.Scores.Of(d); v != Abstains {
			earlier[s.Rater] = v
		}
	}
	both := 0
	for rater := range earlier {
		if after[rater] != 0 {
			both++
		}
	}
	if both < minBase {
		return nil
	}
	s, err := analysis.RoundStability(earlier, after)
	if err != nil {
		return err
	}
	if g.LeftShown = s.Left >= minBase; !g.LeftShown {
		s.LeftMean = 0
	}
	g.Stability = &s
	return nil
}

// axis reads importance or feasibility over all groups.
func (r Rule) axis(d Dimension, groups []GroupOutcome) Axis {
	a := Axis{Dimension: d, Known: true}
	var counts []analysis.Ratings
	var medians []float64
	var verdicts []analysis.Verdict
	for _, g := range groups {
		one, ok := g.Ratings[d]
		if !ok || !one.Shown {
			return Axis{Dimension: d}
		}
		counts, medians = append(counts, one.Counts), append(medians, one.Rand.Median)
		verdicts = append(verdicts, one.Rand.Verdict)
	}
	threshold, err := analysis.DelphiRule(counts)
	if err != nil {
		return Axis{Dimension: d}
	}
	a.Main, a.Other = threshold, together(verdicts)
	if r.Method == RAND {
		a.Main, a.Other = a.Other, a.Main
	}
	a.Median, a.Gap = median(medians), slices.Max(medians)-slices.Min(medians)
	return a
}

// together is what RAND/UCLA says of several panels: yes or no when all say so.
func together(verdicts []analysis.Verdict) analysis.Verdict {
	for _, v := range verdicts {
		if v != verdicts[0] {
			return analysis.Uncertain
		}
	}
	return verdicts[0]
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// place puts the recommendation into the 2 x 2: a side is high when every group
// finds it so by RAND/UCLA.
func (o *Outcome) place() {
	if !o.Axes[0].Known || !o.Axes[1].Known {
		return
	}
	high := func(d Dimension) bool {
		for _, g := range o.Groups {
			if g.Ratings[d].Rand.Verdict != analysis.Appropriate {
				return false
			}
		}
		return true
	}
	switch important, feasible := high(Importance), high(Feasibility); {
	case important && feasible:
		o.Quadrant = DoFirst
	case important:
		o.Quadrant = Plan
	case feasible:
		o.Quadrant = QuickHelp
	default:
		o.Quadrant = Park
	}
	share := func(m float64) float64 { return (m - 1) / 8 }
	o.Priority = math.Sqrt(share(o.Axes[0].Median) * share(o.Axes[1].Median))
	o.LeastImportance = 9
	for _, g := range o.Groups {
		o.LeastImportance = min(o.LeastImportance, g.Ratings[Importance].Rand.Median)
	}
}

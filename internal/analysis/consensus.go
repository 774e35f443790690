package analysis

import (
	"math"
	"slices"
)

// Votes are what one known group said of one statement: pass is an answer too.
type Votes struct {
	Agree    int `json:"agree"`
	Disagree int `json:"disagree"`
	Pass     int `json:"pass"`
}

// Cast returns the number of votes, pass included.
func (v Votes) Cast() int { return v.Agree + v.Disagree + v.Pass }

// GroupSupport is one group's part of a consensus.
type GroupSupport struct {
	Votes   Votes   `json:"votes"`
	Share   Share   `json:"share"`   // agreeing of all cast, with Wilson's interval
	Laplace float64 `json:"laplace"` // (A+1)/(S+2)
	Support float64 `json:"support"` // p (1-q)
	Reject  float64 `json:"reject"`  // q (1-p)
	P       float64 `json:"p"`       // (A+0.5)/(S+1)
}

// ConsensusClass is what a report may say of a statement.
type ConsensusClass string

// The classes, first match in this order.
const (
	ConsensusTooFew   ConsensusClass = "too_few"          // some group is below the publication limit
	CommonGround      ConsensusClass = "common_ground"    // every share >= 0.70 and every lower bound > 0.5
	DividedWithin     ConsensusClass = "divided_within"   // every share between 0.35 and 0.65
	BroadSupport      ConsensusClass = "broad_support"    // every share > 0.5
	JointlyRejected   ConsensusClass = "jointly_rejected" // every share < 0.5
	DividedBetween    ConsensusClass = "divided_between"  // some above and some below 0.5
	ConsensusUnplaced ConsensusClass = "unplaced"         // exactly half in some group, none of the above
)

// The limits of the classes; texts that explain them are made from these.
const (
	CommonGroundShare = 0.70
	CommonGroundLower = 0.50
	DividedLow        = 0.35
	DividedHigh       = 0.65
	Majority          = 0.50
)

// Consensus is how far the known groups agree on one statement. Joint is never
// shown alone: the groups' shares, the least of them and the gap stand beside.
type Consensus struct {
	Groups   []GroupSupport `json:"groups"`
	Joint    float64        `json:"joint"`    // geometric mean of p (1-q)
	Rejected float64        `json:"rejected"` // geometric mean of q (1-p)
	Least    float64        `json:"least"`    // smallest p
	Gap      float64        `json:"gap"`      // largest p minus smallest
	Class    ConsensusClass `json:"class"`
}

// Agreement measures joint support across known groups: the geometric mean, so
// that it does not shrink with the number of groups. Groups are never formed
// from the answers. Absent: no group, a group without votes (leave it out), or
// negative counts. Methods 2.1 and 2.2.
func Agreement(groups []Votes, minBase int) (Consensus, error) {
	if len(groups) == 0 {
		return Consensus{}, NoAnswers
	}
	c := Consensus{Least: 1}
	most, support, reject := 0.0, 0.0, 0.0
	for _, v := range groups {
		if v.Agree < 0 || v.Disagree < 0 || v.Pass < 0 {
			return Consensus{}, Invalid
		}
		s := float64(v.Cast())
		if s == 0 {
			return Consensus{}, NoAnswers
		}
		p, q := (float64(v.Agree)+0.5)/(s+1), (float64(v.Disagree)+0.5)/(s+1)
		g := GroupSupport{
			Votes: v, Share: share(v.Agree, v.Cast(), 0), P: p,
			Laplace: (float64(v.Agree) + 1) / (s + 2), Support: p * (1 - q), Reject: q * (1 - p),
		}
		c.Groups = append(c.Groups, g)
		c.Least, most = min(c.Least, p), max(most, p)
		support += math.Log(g.Support)
		reject += math.Log(g.Reject)
	}
	c.Joint = math.Exp(support / float64(len(groups)))
	c.Rejected = math.Exp(reject / float64(len(groups)))
	c.Gap = most - c.Least
	c.Class = classify(c.Groups, minBase)
	return c, nil
}

func classify(groups []GroupSupport, minBase int) ConsensusClass {
	all := func(holds func(GroupSupport) bool) bool {
		return !slices.ContainsFunc(groups, func(g GroupSupport) bool { return !holds(g) })
	}
	above := func(g GroupSupport) bool { return g.Share.Share > Majority }
	below := func(g GroupSupport) bool { return g.Share.Share < Majority }
	switch {
	case !all(func(g GroupSupport) bool { return g.Votes.Cast() >= minBase }):
		return ConsensusTooFew
	case all(func(g GroupSupport) bool {
		return g.Share.Share >= CommonGroundShare && g.Share.Lower > CommonGroundLower
	}):
		return CommonGround
	case all(func(g GroupSupport) bool { return g.Share.Share >= DividedLow && g.Share.Share <= DividedHigh }):
		return DividedWithin
	case all(above):
		return BroadSupport
	case all(below):
		return JointlyRejected
	case slices.ContainsFunc(groups, above) && slices.ContainsFunc(groups, below):
		return DividedBetween
	}
	return ConsensusUnplaced
}

package analysis

import (
	"strconv"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/questionnaire"
)

// tally collects the substantive answers of one column.
type tally struct {
	c       *column
	count   map[int]int    // by code: chosen, or ranked in any place
	first   map[int]int    // ranking: by code
	points  map[int]int    // ranking: by code
	values  []float64      // scales, ratings, numbers
	byGroup map[string]int // answers by reporting group
}

func newTally(c *column) *tally {
	return &tally{c: c, count: map[int]int{}, first: map[int]int{}, points: map[int]int{}, byGroup: map[string]int{}}
}

func (t *tally) add(row int, group string) {
	t.byGroup[group]++
	c := t.c
	switch c.question.Type {
	case questionnaire.Multiple:
		for i := range c.question.Options {
			if c.bits[row]&(1<<i) != 0 {
				t.count[c.question.Options[i].Code]++
			}
		}
	case questionnaire.Ranking:
		for place, code := range c.ranks[row*c.stride : (row+1)*c.stride] {
			if code == 0 {
				continue
			}
			t.count[int(code)]++
			t.points[int(code)] += c.stride - place
			if place == 0 {
				t.first[int(code)]++
			}
		}
	case questionnaire.Numeric:
		t.values = append(t.values, c.number[row])
	case questionnaire.FreeText: // only that there is an answer is counted
	default:
		code := int(c.state[row])
		t.count[code]++
		if hasOrder(c.question.Type) {
			t.values = append(t.values, float64(code))
		}
	}
}

func hasOrder(t questionnaire.Type) bool {
	return t == questionnaire.Likert5 || t == questionnaire.Matrix || t == questionnaire.Rating
}

// fill turns the tally into rows, boxes, bands and summaries.
func (t *tally) fill(n *Numbers, group string, o Options) {
	q := t.c.question
	values := distributionOf(t.values)
	switch q.Type {
	case questionnaire.FreeText:
	case questionnaire.Numeric:
		n.Summary = summarise(values, false, o.minMean())
	case questionnaire.Rating:
		t.fillRating(n, values, o)
	case questionnaire.Ranking:
		t.fillOptions(n, group)
		t.fillRanking(n)
	default:
		t.fillOptions(n, group)
		if hasOrder(q.Type) {
			top := share(t.count[4]+t.count[5], n.Base, n.Population)
			bottom := share(t.count[1]+t.count[2], n.Base, n.Population)
			n.Top2, n.Bottom2 = &top, &bottom
			n.Summary = summarise(values, true, o.minMean())
		}
	}
}

func (t *tally) fillOptions(n *Numbers, group string) {
	for _, op := range t.c.question.Options {
		base := n.Base
		if len(op.Groups) > 0 {
			if base = t.baseOf(op.Groups); base == 0 && !offered(op.Groups, group) {
				continue
			}
		}
		n.Rows = append(n.Rows, Row{
			Code: op.Code, Label: op.Text, Share: share(t.count[op.Code], base, n.Population),
		})
	}
}

// baseOf counts the answers of groups that were offered an option.
func (t *tally) baseOf(groups []string) int {
	sum := 0
	for group, n := range t.byGroup {
		if offered(groups, group) {
			sum += n
		}
	}
	return sum
}

func offered(groups []string, group string) bool {
	if group == GroupAssociation {
		group = groupBusiness
	}
	return contains(groups, group)
}

func (t *tally) fillRanking(n *Numbers) {
	for _, r := range n.Rows {
		ranked := Ranked{
			Code: r.Code, Label: r.Label, Top: r.Share,
			First: share(t.first[r.Code], r.Base, n.Population),
		}
		if r.Base > 0 {
			ranked.Score = float64(t.points[r.Code]) / float64(r.Base)
		}
		n.Ranking = append(n.Ranking, ranked)
	}
}

// ratingBands are the three bands of a 0-10 rating (methods 1.3).
var ratingBands = []struct{ from, to int }{{0, 3}, {4, 6}, {7, 10}}

func (t *tally) fillRating(n *Numbers, values Distribution, o Options) {
	q := t.c.question
	for v := round(q.Min); v <= round(q.Max); v++ {
		label := strconv.Itoa(v)
		n.Rows = append(n.Rows, Row{
			Code: v, Label: i18n.Text{Sv: label, En: label}, Share: share(t.count[v], n.Base, n.Population),
		})
	}
	n.Summary = summarise(values, false, o.minMean())
	if round(q.Min) != 0 || round(q.Max) != 10 {
		return
	}
	for _, band := range ratingBands {
		sum := 0
		for v := band.from; v <= band.to; v++ {
			sum += t.count[v]
		}
		label := strconv.Itoa(band.from) + "–" + strconv.Itoa(band.to)
		n.Bands = append(n.Bands, Row{
			Code: band.from, Label: i18n.Text{Sv: label, En: label}, Share: share(sum, n.Base, n.Population),
		})
	}
}

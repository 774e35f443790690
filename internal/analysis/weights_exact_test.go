package analysis_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/questionnaire"
)

// firmsOf are firms of some classes who answer a question with three answers.
func firmsOf(t *rapid.T, most, answers int) *analysis.Dataset {
	d := analysis.NewDataset(asked())
	next := dice(t)
	skew := rapid.IntRange(1, 3).Draw(t, "skew")
	for i := range rapid.IntRange(20, most).Draw(t, "firms") {
		one, size := 1+next(answers), 1+next(2)
		sector := 1 + next(3)
		for range skew - 1 {
			one, sector = min(one, 1+next(answers)), min(sector, 1+next(3))
		}
		if sector == 3 && next(2) == 0 { // the large ones answer otherwise
			one = answers
		}
		a := questionnaire.Answers{"single": {Code: &one}, "likert": {Code: &one}, "sector": {Code: &sector}, "size": {Code: &size}}
		if next(12) == 0 {
			delete(a, "single")
		}
		if err := d.Put(analysis.Record{ID: fmt.Sprint(i), Group: "business", Answers: a}); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func frameOf(t *rapid.T, questions ...string) (frame []analysis.FrameCount) {
	for _, q := range questions {
		units := map[int]int{}
		for code := range map[string]int{"sector": 3, "size": 2}[q] {
			units[code+1] = rapid.IntRange(150, 4000).Draw(t, fmt.Sprint("frame ", q, code))
		}
		frame = append(frame, analysis.FrameCount{Question: q, Units: units})
	}
	return frame
}

// byTrying finds what some classes together can have of each answer: every table in whole numbers is tried that has the
// printed counts, so many of each class, and, where shares are given, shares that are rounded to them.
func byTrying(base []int, weight []float64, groups [][]int, counts []int, shares []float64) (low, high [][]int) {
	for range groups {
		low, high = append(low, slices.Repeat([]int{math.MaxInt}, len(counts))), append(high, slices.Repeat([]int{-1}, len(counts)))
	}
	whole := 0.0
	for h, n := range base {
		whole += weight[h] * float64(n)
	}
	table := make([][]int, len(base))
	for h := range table {
		table[h] = make([]int, len(counts))
	}
	room := slices.Clone(base)
	var fill func(h, a, left int, sum float64)
	fill = func(h, a, left int, sum float64) {
		switch {
		case a == len(counts):
			for k, group := range groups {
				for a := range counts {
					n := 0
					for _, h := range group {
						n += table[h][a]
					}
					low[k][a], high[k][a] = min(low[k][a], n), max(high[k][a], n)
				}
			}
			return
		case h == len(base)-1:
			if left > room[h] {
				return
			}
			sum += weight[h] * float64(left)
			if shares != nil && math.Round(100*sum/whole) != math.Round(100*shares[a]) {
				return
			}
			table[h][a] = left
			room[h] -= left
			fill(0, a+1, append(counts, 0)[a+1], 0)
			room[h] += left
			return
		}
		for n := range min(left, room[h]) + 1 {
			table[h][a] = n
			room[h] -= n
			fill(h+1, a, left-n, sum+weight[h]*float64(n))
			room[h] += n
		}
	}
	fill(0, 0, counts[0], 0)
	return low, high
}

// Somebody who tries every table in whole numbers, and knows what firms of each class weigh and how many of them
// answered, finds nothing of few of a class that the counts alone do not tell. The same reader gets through where
// shares are told in full.
func TestNoTableOfClassesIsLeftAloneByAWeightedShare(t *testing.T) {
	told, refused, found, tried := 0, 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		by := [][]string{{"sector"}, {"size"}, {"sector"}, {"sector", "size"}}[rapid.IntRange(0, 3).Draw(t, "by")]
		most, answers := 120, rapid.IntRange(2, 3).Draw(t, "answers")
		if len(by) > 1 { // more would take too long to try
			most, answers = 60, 2
		}
		d := firmsOf(t, most, answers)
		w, err := analysis.Weigh(d, frameOf(t, by...)...)
		if err != nil {
			t.Skip()
		}
		f, err := analysis.Count(d, "single", analysis.Filter{Group: "business"}, analysis.Options{Weights: w})
		if err != nil || f.Numbers == nil || f.HidesAny() {
			t.Skip()
		}
		one := analysis.ReleaseBeside([]analysis.Frequency{f}, analysis.Beside{Data: d})[0]
		if one.Numbers == nil || one.HidesAny() {
			return
		}
		var base []int
		var weight []float64
		var truth, groups [][]int
		margins := map[string][]int{}
		for _, class := range f.Numbers.Classes {
			c, err := analysis.Count(d, "single", analysis.Filter{Group: "business", Where: class.Where}, analysis.Options{MinBase: 1})
			if err != nil || c.Numbers == nil || len(class.Where) == 0 {
				continue
			}
			for _, where := range class.Where {
				margins[fmt.Sprint(where)] = append(margins[fmt.Sprint(where)], len(base))
			}
			groups = append(groups, []int{len(base)})
			var row []int
			for _, r := range c.Numbers.Rows {
				row = append(row, r.Count)
			}
			base, weight, truth = append(base, c.Numbers.Base), append(weight, class.Weight), append(truth, row)
		}
		var counts []int
		var shares []float64
		for _, r := range one.Numbers.Rows {
			counts, shares = append(counts, r.Count), append(shares, r.Share.Share)
		}
		if one.Numbers.Step == 0 { // refused: what would have been found?
			refused++
			shares = nil
			for _, r := range f.Numbers.Rows {
				shares = append(shares, r.Share.Share)
			}
		} else {
			told++
		}
		if len(by) > 1 {
			groups = slices.AppendSeq(groups, maps.Values(margins))
		}
		low, high := byTrying(base, weight, groups, counts, shares)
		lower, upper := byTrying(base, weight, groups, counts, nil)
		leak := false
		for h, group := range groups {
			for a := range counts {
				n := 0
				for _, class := range group {
					n += truth[class][a]
				}
				if n == 0 || n >= analysis.DefaultCellLimit {
					continue
				}
				tried++
				if high[h][a]-low[h][a] < min(shortest, upper[h][a]-lower[h][a]) {
					leak = true
					if one.Numbers.Step > 0 {
						t.Fatalf("%d of classes %d gave answer %d: between %d and %d by weights, %d and %d without; bases %v weights %v counts %v shares %v",
							n, group, a, low[h][a], high[h][a], lower[h][a], upper[h][a], base, weight, counts, shares)
					}
				}
			}
		}
		if leak {
			found++
		}
	})
	t.Logf("%d told, %d refused, of which %d tell too much in whole per cent; %d secrets", told, refused, found, tried)
	if told == 0 || found == 0 {
		t.Errorf("%d told, %d refused, %d found where nothing is judged", told, refused, found)
	}
}

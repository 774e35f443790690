package analysis

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestPostStratifiedShareOfFirms(t *testing.T) {
	frame, sample, yes := []int{12400, 2900, 600, 100}, []int{120, 96, 54, 30}, []int{30, 40, 31, 21}
	w, err := PostStratify(frame, sample)
	if err != nil {
		t.Fatal(err)
	}
	var cells []Cell
	var strata []Stratum
	weighted, sum := 0.0, 0.0
	for h, want := range []float64{1.9375, 0.56640625, 0.20833333333, 0.0625} {
		near(t, "weight", w[h], want)
		cells = append(cells, Cell{Count: sample[h], Weight: w[h]})
		strata = append(strata, Stratum{Frame: frame[h], Answered: sample[h], Count: yes[h]})
		weighted += w[h] * float64(yes[h])
		sum += w[h] * float64(sample[h])
	}
	near(t, "weighted share", weighted/sum, 0.295174)
	d, err := Kish(cells)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "deff", d.Deff, 1.6124268)
	near(t, "effective n", d.Effective, 186.054963)
	lower, upper := wilson(weighted/sum, d.Effective)
	near(t, "lower on effective n", lower, 0.234311)
	near(t, "upper on effective n", upper, 0.364323)
	e, se, err := StratifiedShare(strata)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "stratified share", e.Value, 0.295174)
	near(t, "stratified standard error", se, 0.0320090)
	near(t, "lower", e.Lower, 0.232437)
	near(t, "upper", e.Upper, 0.357910)
}

func rakeFixture() ([]Cell, [][]float64) {
	var cells []Cell
	for i, row := range [][]int{{60, 30, 10}, {40, 35, 25}} {
		for j, n := range row {
			cells = append(cells, Cell{Class: []int{i, j}, Count: n})
		}
	}
	return cells, [][]float64{{130, 70}, {80, 70, 50}}
}

func TestRakingMeetsBothMargins(t *testing.T) {
	cells, margins := rakeFixture()
	first, targets, err := rakeStart(cells, margins)
	if err != nil {
		t.Fatal(err)
	}
	first.adjust(0, targets[0])
	first.adjust(1, targets[1])
	for i, want := range []float64{58.8679, 42.9921, 21.3115, 21.1321, 27.0079, 28.6885} {
		c := first.Cells[i]
		if got := float64(c.Count) * c.Weight; math.Abs(got-want) > 5e-5 {
			t.Errorf("after one round %v, want %v", got, want)
		}
	}
	r, err := Rake(cells, margins)
	if err != nil {
		t.Fatal(err)
	}
	if r.Rounds != 10 {
		t.Errorf("%d rounds, want 10", r.Rounds)
	}
	for i, want := range []float64{61.213237, 45.540688, 23.246075, 18.786763, 24.459312, 26.753925} {
		near(t, "cell", float64(r.Cells[i].Count)*r.Cells[i].Weight, want)
	}
	for i, want := range []float64{1.020221, 1.518023, 2.324607, 0.469669, 0.698837, 1.070157} {
		near(t, "weight", r.Cells[i].Weight, want)
	}
	d, err := Kish(r.Cells)
	if err != nil {
		t.Fatal(err)
	}
	all(t, map[string]float64{"deff": d.Deff, "deff n-1": d.DeffN1, "effective": d.Effective},
		map[string]float64{"deff": 1.2008418, "deff n-1": 1.2018511, "effective": 166.549831})
}

func TestRaoScottOfRakedTable(t *testing.T) {
	cells, margins := rakeFixture()
	r, err := Rake(cells, margins)
	if err != nil {
		t.Fatal(err)
	}
	table := [][]WeightedCell{make([]WeightedCell, 2), make([]WeightedCell, 2)}
	for i, yes := range []int{33, 18, 6, 14, 12, 9} {
		c := r.Cells[i]
		for j, n := range []int{yes, c.Count - yes} {
			cell := &table[c.Class[0]][j]
			cell.N += n
			cell.Sum += float64(n) * c.Weight
			cell.Squares += float64(n) * c.Weight * c.Weight
		}
	}
	first, err := RaoScottChi(table)
	if err != nil {
		t.Fatal(err)
	}
	second, err := RaoScott(table)
	if err != nil {
		t.Fatal(err)
	}
	all(t, map[string]float64{"X2": first.Statistic, "p": first.P, "F": second.Statistic, "ddf": second.DF2, "p of F": second.P},
		map[string]float64{"X2": 9.22463, "p": 0.0023918, "F": 9.22157, "ddf": 199, "p of F": 0.002712})
}

func TestWeightsFailLoudlyOnAFrameThatContradictsTheAnswers(t *testing.T) {
	for _, c := range []struct {
		frame, sample []int
		want          Absence
	}{
		{[]int{10, 0}, []int{5, 1}, EmptyMargin},
		{[]int{10, 4}, []int{5, 0}, EmptyMargin},
		{[]int{10, 4}, []int{5, 6}, FrameTooSmall},
		{[]int{0, 0}, []int{0, 0}, NoAnswers},
		{[]int{10}, []int{5, 6}, Invalid},
		{[]int{-1}, []int{5}, Invalid},
	} {
		if _, err := PostStratify(c.frame, c.sample); !errors.Is(err, c.want) {
			t.Errorf("frame %v, answers %v: %v, want %v", c.frame, c.sample, err, c.want)
		}
	}
	cells := []Cell{{Class: []int{0, 0}, Count: 5}, {Class: []int{1, 1}, Count: 5}}
	if _, err := Rake(cells, [][]float64{{1, 1}, {3, 1}}); !errors.Is(err, NoConvergence) {
		t.Errorf("margins that no weights can meet: %v", err)
	}
	if _, err := Rake(cells, [][]float64{{1, 1}, {1, 0}}); !errors.Is(err, EmptyMargin) {
		t.Errorf("a margin of zero where people answered: %v", err)
	}
	if _, _, err := StratifiedShare([]Stratum{{Frame: 10, Answered: 1}}); !errors.Is(err, TooFew) {
		t.Errorf("a stratum of one has a variance: %v", err)
	}
}

func TestSmallClassesJoinTheirNeighbours(t *testing.T) {
	frame := []float64{100, 50, 20, 10, 5, 1}
	into, err := Collapse(frame, []int{40, 20, 3, 8, 0, 1}, SmallestStratum)
	if err != nil {
		t.Fatal(err)
	}
	// The empty class joins the one after it (1 < 8), both join the fourth (9), the third joins it too (9 < 20).
	for i, want := range []int{0, 1, 2, 2, 2, 2} {
		if into[i] != want {
			t.Fatalf("classes became %v", into)
		}
	}
	if _, err := Collapse(frame, []int{1, 1, 1, 0, 0, 0}, SmallestStratum); !errors.Is(err, TooFew) {
		t.Errorf("three answers were weighted: %v", err)
	}
}

func TestNoWeightIsAboveFiveTimesTheMean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, columns := rapid.IntRange(1, 4).Draw(t, "rows"), rapid.IntRange(1, 4).Draw(t, "columns")
		margins := [][]float64{
			rapid.SliceOfN(rapid.Float64Range(1, 1000), rows, rows).Draw(t, "row totals"),
			rapid.SliceOfN(rapid.Float64Range(1, 1000), columns, columns).Draw(t, "column totals"),
		}
		var cells []Cell
		for i := range rows {
			for j := range columns {
				cells = append(cells, Cell{Class: []int{i, j}, Count: rapid.IntRange(1, 60).Draw(t, "n")})
			}
		}
		r, _, err := RakeTrimmed(cells, margins)
		if errors.Is(err, NoConvergence) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		d, err := Kish(r.Cells)
		if err != nil || math.Abs(d.Mean-1) > 1e-6 || d.Max > TrimRatio*(1+1e-6) || d.Min <= 0 {
			t.Fatalf("weights %+v, %v", d, err)
		}
		plain, _ := Rake(cells, margins)
		if plain.above() == 0 && r.Remaining > 1e-9 {
			t.Fatalf("margins missed by %v though nothing was trimmed", r.Remaining)
		}
	})
}

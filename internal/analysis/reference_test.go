package analysis

import (
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
)

// relative is how near our figures must come to R's, as a part of them.
const relative = 1e-9

// rake's own stopping rule leaves R's weights a little off.
var looser = map[string]float64{"rake": 1e-7}

// TestAgreesWithR holds every method to what R and its package survey gave for
// the same random tables (testdata/reference.R).
func TestAgreesWithR(t *testing.T) {
	content, err := os.ReadFile("testdata/reference.txt")
	if err != nil {
		t.Fatal(err)
	}
	checked := map[string]int{}
	for line := range strings.Lines(string(content)) {
		input, output, _ := strings.Cut(line, "=")
		method, input, _ := strings.Cut(input, " ")
		in, want := numbersIn(t, input), numbersIn(t, output)
		run, ok := references[method]
		if !ok {
			t.Fatalf("no method %q", method)
		}
		got := run(t, int(in[0]), in[1:])
		if len(got) != len(want) {
			t.Fatalf("%s: %v, want %v", line, got, want)
		}
		limit := max(relative, looser[method])
		for i := range got {
			if !(math.Abs(got[i]-want[i]) <= limit*math.Abs(want[i])+1e-13) {
				t.Errorf("%s: number %d is %.15g, R says %.15g", line, i, got[i], want[i])
			}
		}
		checked[method]++
	}
	for method := range references {
		if checked[method] < 5 {
			t.Errorf("%s was checked %d times", method, checked[method])
		}
	}
}

func numbersIn(t *testing.T, s string) []float64 {
	t.Helper()
	var out []float64
	for _, f := range strings.Fields(s) {
		v, err := strconv.ParseFloat(f, 64)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

func ints(v []float64) []int {
	out := make([]int, len(v))
	for i, x := range v {
		out[i] = int(x)
	}
	return out
}

func tableOf(rows int, v []float64) [][]int {
	out, width := make([][]int, rows), len(v)/rows
	for i := range out {
		out[i] = ints(v[i*width : (i+1)*width])
	}
	return out
}

func scales(rows int, v []float64) []Distribution {
	var out []Distribution
	for _, row := range tableOf(rows, v) {
		out = append(out, ScaleDistribution(1, row...))
	}
	return out
}

var references = map[string]func(t *testing.T, rows int, in []float64) []float64{
	"chisq": func(t *testing.T, rows int, in []float64) []float64 {
		test, err := ChiSquare(tableOf(rows, in))
		must(t, err)
		return []float64{test.Statistic, test.P}
	},
	"fisher": func(t *testing.T, _ int, in []float64) []float64 {
		x := ints(in)
		test, err := Fisher(x[0], x[1], x[2], x[3])
		must(t, err)
		return []float64{test.P}
	},
	"mannwhitney": func(t *testing.T, _ int, in []float64) []float64 {
		d := scales(2, in)
		r, err := MannWhitney(d[0], d[1])
		must(t, err)
		return []float64{r.U1, r.P, r.PCorrect}
	},
	"exact": func(t *testing.T, _ int, in []float64) []float64 {
		first := map[int]bool{}
		for _, v := range in[1:] {
			first[int(v)] = true
		}
		var a, b []float64
		for i := 1; i <= int(in[0]); i++ {
			if first[i] {
				a = append(a, float64(i))
			} else {
				b = append(b, float64(i))
			}
		}
		r, err := MannWhitney(distributionOf(a), distributionOf(b))
		must(t, err)
		return []float64{r.P}
	},
	"kruskal": func(t *testing.T, rows int, in []float64) []float64 {
		test, err := KruskalWallis(scales(rows, in))
		must(t, err)
		return []float64{test.Statistic, test.P}
	},
	"holm": func(t *testing.T, _ int, in []float64) []float64 {
		p, err := Holm(in)
		must(t, err)
		return p
	},
	"raoscott":   raoScottReference,
	"svymean":    weightedMeanReference,
	"stratified": stratifiedReference,
	"rake":       rakeReference,
	"welch": func(t *testing.T, _ int, in []float64) []float64 {
		var e [2]Estimate
		for i, d := range scales(2, in) {
			m := d.meanInterval()
			e[i] = Estimate{Value: m.Value, Lower: m.Lower, Upper: m.Upper, HasInterval: true, Base: d.N()}
		}
		d, err := DifferenceOf(MeasureMean, e[0], e[1])
		must(t, err)
		return []float64{d.Value, d.Lower, d.Upper}
	},
}

func raoScottReference(t *testing.T, rows int, in []float64) []float64 {
	weights, counts := in[:3], in[3:]
	width := len(counts) / 3 / rows
	table := make([][]WeightedCell, rows)
	for i := range table {
		for j := range width {
			var m mass
			for h, w := range weights {
				m.add(int(counts[(i*width+j)*3+h]), w)
			}
			table[i] = append(table[i], WeightedCell{N: m.n, Sum: m.sum, Squares: m.squares})
		}
	}
	first, err := RaoScottChi(table)
	must(t, err)
	second, err := RaoScott(table)
	must(t, err)
	return []float64{first.Statistic, first.P, second.Statistic, second.DF, second.DF2, second.P}
}

func weightedMeanReference(t *testing.T, _ int, in []float64) []float64 {
	t.Helper()
	masses := make([]mass, 5)
	for h, w := range in[:3] {
		for k := range masses {
			masses[k].add(int(in[3+h*5+k]), w)
		}
	}
	var d weighed
	for k, m := range masses {
		d.put(float64(k+1), m)
	}
	s := d.summariseWeighted(true, 2)
	n := float64(d.total().n)
	return []float64{s.Mean.Value, (s.Mean.Upper - s.Mean.Lower) / 2 / tQuantile975(n-1), s.Mean.SD}
}

func stratifiedReference(t *testing.T, _ int, in []float64) []float64 {
	var strata []Stratum
	for x := ints(in); len(x) > 0; x = x[3:] {
		strata = append(strata, Stratum{Frame: x[0], Answered: x[1], Count: x[2]})
	}
	e, se, err := StratifiedShare(strata)
	must(t, err)
	return []float64{e.Value, se}
}

func rakeReference(t *testing.T, rows int, in []float64) []float64 {
	columns := (len(in) - rows) / (rows + 1)
	var cells []Cell
	for i := range rows {
		for j := range columns {
			cells = append(cells, Cell{Class: []int{i, j}, Count: int(in[i*columns+j])})
		}
	}
	totals := in[rows*columns:]
	r, err := Rake(cells, [][]float64{totals[:rows], totals[rows:]})
	must(t, err)
	var w []float64
	for _, c := range r.Cells {
		w = append(w, c.Weight)
	}
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

package analysis_test

import (
	"encoding/json"
	"fmt"
	"slices"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/analysis/attacktest"
)

// printed is a result as it stands in what leaves the system.
type printed struct {
	Question string
	Type     string
	Filter   struct {
		Group string
		Where []struct {
			Question string
			Codes    []int
		}
	}
	Numbers *struct {
		Base                          int
		Unknown, Declined, Unanswered int
		NotApplicable                 int `json:"not_applicable"`
		NotShown                      int `json:"not_shown"`
		Rows, Bands                   []printedRow
		Top2, Bottom2                 *struct{ Count int }
		Ranking                       []struct {
			Code       int
			Hidden     bool
			Score      *float64
			First, Top struct{ Count int }
		}
		Summary *struct {
			Median, Q1, Q3 float64
			Mean           *struct{ Value, Lower, Upper float64 }
		}
	}
}

type printedRow struct {
	Code, Count int
	Hidden      bool
}

// reader knows the questionnaire, every printed result, and how many there are
// of each group, sector and size.
type reader struct {
	*attacktest.System
	people map[string]bool
	hidden map[string][]string // what a hidden cell is the sum of, by name
	kinds  map[string]bool     // hidden cells that are kinds of missing answers
	means  int                 // told
}

// holds says whether a printed filter keeps people of a group, sector and size;
// 0 stands for no answer.
func (p printed) holds(group string, answers map[string]int) bool {
	for _, w := range p.Filter.Where {
		if !slices.Contains(w.Codes, answers[w.Question]) {
			return false
		}
	}
	return p.Filter.Group == "" || p.Filter.Group == group
}

// read learns from everything printed of one question. People whom no printed
// filter tells apart are one unknown.
func read(data []byte, d *analysis.Dataset) (*reader, error) {
	var ps []printed
	if err := json.Unmarshal(data, &ps); err != nil {
		return nil, err
	}
	r := &reader{System: attacktest.New(), people: map[string]bool{}, hidden: map[string][]string{}, kinds: map[string]bool{}}
	ps = slices.DeleteFunc(ps, func(p printed) bool { return p.Numbers == nil })
	cells := make([][]string, len(ps))
	for _, g := range groups {
		for sector := range 4 {
			for size := range 3 {
				who := ""
				for _, p := range ps {
					who += fmt.Sprint(p.holds(g, map[string]int{"sector": sector, "size": size}))[:1]
				}
				for i := range ps {
					if who[i] == 't' && !slices.Contains(cells[i], who) {
						cells[i] = append(cells[i], who)
					}
				}
			}
		}
	}
	for i, p := range ps {
		f := analysis.Filter{Group: p.Filter.Group}
		for _, w := range p.Filter.Where {
			f.Where = append(f.Where, analysis.Where{Question: w.Question, Codes: w.Codes})
		}
		name := fmt.Sprintf("%d %s %v", i, p.Question, f)
		r.learn(name, p, cells[i], people(d, f))
		r.steps(name, p, cells[i], d, f)
	}
	return r, nil
}

func each(cells []string, what any) (out []string) {
	for _, c := range cells {
		out = append(out, fmt.Sprint(c, " ", what))
	}
	return out
}

// learn takes in one printed result over some cells of the population.
func (r *reader) learn(name string, p printed, cells []string, total int) {
	n := p.Numbers
	know := func(what any, hidden bool, count int) {
		sum := each(cells, what)
		if code, ok := what.(int); ok {
			sum = nil
			for _, step := range band(p, code) {
				sum = append(sum, each(cells, step)...)
			}
		}
		if hidden {
			r.hidden[fmt.Sprint(name, " ", what)] = sum
		} else {
			r.Equal(float64(count), sum...)
		}
	}
	rows := n.Rows
	if len(n.Bands) > 0 {
		rows = n.Bands
	}
	r.Equal(float64(n.Base), each(cells, "base")...)
	r.Equal(float64(total-n.Base), each(cells, "missing")...)
	for _, c := range cells {
		r.population(c, p, rows)
	}
	for _, row := range rows {
		if p.Type != "ranking" {
			know(row.Code, row.Hidden, row.Count)
		}
	}
	for _, row := range n.Ranking {
		know(fmt.Sprint("first ", row.Code), row.Hidden, row.First.Count)
		if row.Hidden {
			r.hidden[fmt.Sprint(name, " top ", row.Code)] = append(each(cells, fmt.Sprint("first ", row.Code)), each(cells, fmt.Sprint("later ", row.Code))...)
		} else {
			r.Equal(float64(row.Top.Count-row.First.Count), each(cells, fmt.Sprint("later ", row.Code))...)
		}
	}
	for i, count := range []int{n.Unknown, n.NotApplicable, n.Declined, n.Unanswered, n.NotShown} {
		what := fmt.Sprint("missing ", i)
		know(what, count < 0, count)
		if count < 0 {
			r.kinds[fmt.Sprint(name, " ", what)] = true
		}
	}
	boxes := map[[2]int]*struct{ Count int }{{4, 5}: n.Top2, {1, 2}: n.Bottom2}
	for codes, box := range boxes {
		if box != nil {
			r.Equal(float64(box.Count), append(each(cells, codes[0]), each(cells, codes[1])...)...)
		}
	}
}

// population is what holds for the people of a cell, printed or not.
func (r *reader) population(cell string, p printed, rows []printedRow) {
	if r.people[cell] {
		return
	}
	r.people[cell] = true
	of := func(what any) string { return fmt.Sprint(cell, " ", what) }
	var codes, later, kinds []string
	for i := range 5 {
		kinds = append(kinds, of(fmt.Sprint("missing ", i)))
	}
	r.Same(kinds, []string{of("missing")})
	for _, row := range rows {
		switch p.Type {
		case "ranking":
			codes, later = append(codes, of(fmt.Sprint("first ", row.Code))), append(later, of(fmt.Sprint("later ", row.Code)))
			r.Same([]string{codes[len(codes)-1], later[len(later)-1], of(fmt.Sprint("not ", row.Code))}, []string{of("base")})
		case "multiple":
			codes = append(codes, of(row.Code))
			r.Same([]string{of(row.Code), of(fmt.Sprint("not ", row.Code))}, []string{of("base")})
		default:
			for _, step := range band(p, row.Code) {
				codes = append(codes, of(step))
			}
		}
	}
	switch p.Type {
	case "multiple":
		r.Same(codes, []string{of("base"), of("more")})
		r.Same(append([]string{of("fewer")}, codes...), []string{of("base"), of("base")})
	case "ranking":
		r.Same(codes, []string{of("base")})
		r.Same(append([]string{of("fewer")}, later...), []string{of("base"), of("base")})
	default:
		r.Same(codes, []string{of("base")})
	}
}

// found is what the reader learns too well.
func (r *reader) found() (list []string, err error) {
	for name, sum := range r.hidden {
		low, high, err := r.Bounds(sum...)
		if err != nil {
			return nil, err
		}
		if r.kinds[name] && (high > low || high == 0) {
			continue // base and number of respondents alone may leave a kind of missing answer little room
		}
		if high-low < shortest {
			list = append(list, fmt.Sprintf("%s lies between %g and %g", name, low, high))
		}
	}
	return list, nil
}

// people is how many there are of a filter.
func people(d *analysis.Dataset, f analysis.Filter) int {
	s, err := d.Select(f)
	if err != nil {
		panic(err)
	}
	return s.Len()
}

// band is the steps of a 0-10 rating that a printed answer stands for.
func band(p printed, code int) []any {
	last := map[int]int{0: 3, 4: 6, 7: 10}[code]
	if p.Type != "rating" {
		return []any{code}
	}
	var out []any
	for s := code; s <= last; s++ {
		out = append(out, s)
	}
	return out
}

// steps takes in what is told of a rating beside its bands, and marks the steps
// that few truly chose: they are never printed, and must not be found.
func (r *reader) steps(name string, p printed, cells []string, d *analysis.Dataset, f analysis.Filter) {
	if p.Type != "rating" {
		return
	}
	values := map[string]float64{}
	for s := range 11 {
		for _, c := range each(cells, s) {
			values[c] = float64(s)
		}
	}
	if m := p.Numbers.Summary; m != nil {
		r.Quantile(values, p.Numbers.Base, 0.25, m.Q1)
		r.Quantile(values, p.Numbers.Base, 0.5, m.Median)
		r.Quantile(values, p.Numbers.Base, 0.75, m.Q3)
		if m.Mean != nil {
			r.Mean(values, p.Numbers.Base, m.Mean.Value, m.Mean.Lower, m.Mean.Upper)
			r.means++
		}
	}
	one, err := analysis.Count(d, p.Question, f, analysis.Options{MinBase: 1})
	if err != nil {
		panic(err)
	}
	for _, row := range one.Numbers.Rows {
		if row.Count > 0 && row.Count < analysis.DefaultCellLimit {
			r.hidden[fmt.Sprint(name, " step ", row.Code)] = each(cells, row.Code)
		}
	}
}

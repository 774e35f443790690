package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"upphandlingsdialog/internal/analysis"
	"upphandlingsdialog/internal/analysis/attacktest"
)

// told is a result as the edition's attached record tells it.
type told struct {
	Question, Type string
	Choices        int
	Filter         struct {
		Group string
		Where []any
	}
	Numbers *struct {
		Base                          int
		Unknown, Declined, Unanswered int
		NotApplicable                 int `json:"not_applicable"`
		NotShown                      int `json:"not_shown"`
		Rows, Bands                   []toldRow
		Ranking                       []struct {
			Code       int
			Hidden     bool
			Score      *float64
			First, Top struct{ Count int }
		}
		Top2, Bottom2 *struct{ Count int }
		Summary       *struct {
			Median, Q1, Q3 float64
			Mean           *struct{ Value, Lower, Upper float64 }
		}
	}
	Parts []told
}

type toldRow struct {
	Code, Count int
	Hidden      bool
}

// toldRate is a line of the table of response rates; what it hides is negative.
type toldRate struct {
	Group string
	Cases *struct {
		Complete, Partial, Refusal, Unknown, Ineligible, Other int
		NonContact                                             int `json:"non_contact"`
	}
}

// desk is everything public of several editions on one reader's desk: a system
// of equations for each group's answers to each question, and for each group's
// outcome.
type desk struct {
	testing.TB
	systems map[string]*attacktest.System
	hidden  map[string]map[string][]string // by system: hidden cells and what they are the sum of
	kinds   map[string]bool                // systems' hidden kinds of missing answers
	types   map[string]string              // by survey and question
	shown   map[string][]number            // by survey and question, with what stands in a table of figures
	read    map[string]int                 // numbers read off web pages by type of question
	known   map[string]bool                // that the population's own equations are in
}

type number struct {
	count, base  int
	value        float64
	lower, upper float64
	measure      string
}

func newDesk(t testing.TB) *desk {
	return &desk{TB: t, systems: map[string]*attacktest.System{}, hidden: map[string]map[string][]string{}, kinds: map[string]bool{},
		types: map[string]string{}, shown: map[string][]number{}, read: map[string]int{}, known: map[string]bool{}}
}

func (d *desk) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

func (d *desk) system(key string) *attacktest.System {
	if d.systems[key] == nil {
		d.systems[key], d.hidden[key] = attacktest.New(), map[string][]string{}
	}
	return d.systems[key]
}

// steps of a 0-10 rating by band.
var bandSteps = map[int][]int{0: {0, 1, 2, 3}, 4: {4, 5, 6}, 7: {7, 8, 9, 10}}

// cell names what a printed answer is the sum of.
func cell(question, kind, code string) []string {
	n, _ := strconv.Atoi(code)
	switch {
	case kind == "band":
		var out []string
		for _, s := range bandSteps[n] {
			out = append(out, fmt.Sprint("step ", s))
		}
		return out
	case kind == "ranked":
		return []string{"first " + code, "later " + code}
	}
	return []string{kind + " " + code}
}

// know takes in one printed answer.
func (d *desk) know(key, kind string, code int, hidden bool, count int) {
	s, sum := d.system(key), cell(key, kind, strconv.Itoa(code))
	if hidden {
		d.hidden[key][fmt.Sprint(kind, " ", code)] = sum
	} else {
		s.Equal(float64(count), sum...)
	}
}

// result takes in a result of the attached record.
func (d *desk) result(survey string, f told) {
	for _, p := range f.Parts {
		d.result(survey, p)
	}
	d.types[survey+" "+f.Question] = f.Type
	n := f.Numbers
	if n == nil || len(n.Rows) == 0 && len(n.Bands) == 0 {
		return
	}
	narrow, _ := json.Marshal(f.Filter.Where)
	key := strings.Join([]string{survey, f.Question, f.Filter.Group, string(narrow)}, " ")
	s := d.system(key)
	d.population(key, f)
	s.Equal(float64(n.Base), "base")
	for i, count := range []int{n.Unknown, n.NotApplicable, n.Declined, n.Unanswered, n.NotShown} {
		d.know(key, "missing", i, count < 0, count)
		d.kinds[fmt.Sprint(key, " missing ", i)] = true
	}
	for _, r := range n.Bands {
		d.know(key, "band", r.Code, r.Hidden, r.Count)
	}
	if len(n.Bands) == 0 && f.Type != "ranking" {
		for _, r := range n.Rows {
			d.know(key, "answer", r.Code, r.Hidden, r.Count)
		}
	}
	for _, r := range n.Ranking {
		d.know(key, "first", r.Code, r.Hidden, r.First.Count)
		d.know(key, "ranked", r.Code, r.Hidden, r.Top.Count)
	}
	for codes, box := range map[[2]int]*struct{ Count int }{{4, 5}: n.Top2, {1, 2}: n.Bottom2} {
		if box != nil {
			s.Equal(float64(box.Count), fmt.Sprint("answer ", codes[0]), fmt.Sprint("answer ", codes[1]))
		}
	}
	if m := n.Summary; m != nil {
		d.summary(key, "median", n.Base, m.Median, 0, 0)
		d.summary(key, "q1", n.Base, m.Q1, 0, 0)
		d.summary(key, "q3", n.Base, m.Q3, 0, 0)
		if m.Mean != nil {
			d.summary(key, "mean", n.Base, m.Mean.Value, m.Mean.Lower, m.Mean.Upper)
		}
	}
}

// summary takes in a number that is made of all answers.
func (d *desk) summary(key, measure string, base int, value, lower, upper float64) {
	values := map[string]float64{}
	for c := 1; c <= 5; c++ {
		values[fmt.Sprint("answer ", c)] = float64(c)
	}
	if d.kind(key) == "rating" {
		values = map[string]float64{}
		for c := range 11 {
			values[fmt.Sprint("step ", c)] = float64(c)
		}
	}
	switch p, ok := map[string]float64{"median": 0.5, "q1": 0.25, "q3": 0.75}[measure]; {
	case d.kind(key) == "numeric":
	case ok:
		d.system(key).Quantile(values, base, p, value)
	default:
		d.system(key).Mean(values, base, value, lower, upper)
	}
}

func (d *desk) kind(key string) string {
	f := strings.Fields(key)
	return d.types[f[0]+" "+f[1]]
}

// population is what holds of a group's answers, printed or not.
func (d *desk) population(key string, f told) {
	d.types[strings.Join(strings.Fields(key)[:2], " ")] = f.Type
	if d.known[key] {
		return
	}
	d.known[key] = true
	s := d.system(key)
	var codes, later []string
	each := func(code int) {
		at := strconv.Itoa(code)
		switch f.Type {
		case "ranking":
			codes, later = append(codes, "first "+at), append(later, "later "+at)
			s.Same([]string{"first " + at, "later " + at, "not " + at}, []string{"base"})
		case "multiple":
			codes = append(codes, "answer "+at)
			s.Same([]string{"answer " + at, "not " + at}, []string{"base"})
		default:
			codes = append(codes, "answer "+at)
		}
	}
	if f.Type == "rating" && len(f.Numbers.Bands) > 0 {
		for c := range 11 {
			codes = append(codes, fmt.Sprint("step ", c))
		}
	} else {
		for _, r := range f.Numbers.Rows {
			each(r.Code)
		}
	}
	switch f.Type {
	case "multiple":
		s.Same(codes, []string{"base", "more"})
		if f.Choices > 0 {
			most := []string{}
			for range f.Choices {
				most = append(most, "base")
			}
			s.Same(append([]string{"fewer"}, codes...), most)
		}
	case "ranking":
		s.Same(codes, []string{"base"})
		s.Same(append([]string{"fewer"}, later...), []string{"base", "base"})
	default:
		s.Same(codes, []string{"base"})
	}
	s.Same([]string{"missing 0", "missing 1", "missing 2", "missing 3", "missing 4", "base"}, []string{"respondents"})
}

// rates takes in a table of response rates: who answered at all is who answered
// each question or left it.
func (d *desk) rates(survey string, rates []toldRate) {
	for _, r := range rates {
		if r.Cases == nil {
			continue
		}
		key := survey + " rates " + r.Group
		s := d.system(key)
		c := r.Cases
		for i, n := range []int{c.Complete, c.Partial, c.Refusal, c.NonContact, c.Other, c.Unknown, c.Ineligible} {
			d.know(key, "case", i, n < 0, n)
		}
		for other, system := range d.systems {
			if f := strings.Fields(other); f[0] == survey && f[1] != "rates" && f[2] == r.Group && f[3] == "null" && c.Complete >= 0 && c.Partial >= 0 {
				system.Equal(float64(c.Complete+c.Partial), "respondents")
			} else if f[0] == survey && f[1] != "rates" && f[2] == r.Group && f[3] == "null" {
				// The table of answers tells how many answered at all.
				if low, high, err := system.Bounds("respondents"); err == nil && !math.IsInf(high, 1) {
					s.Between(low, high, "case 0", "case 1")
				}
			}
		}
	}
}

// record takes in the record that an edition carries.
func (d *desk) record(b []byte) {
	var edition struct {
		Surveys []struct {
			ID        string
			Rates     []toldRate
			Questions []struct{ Results []told }
			Also      []told
		}
	}
	d.must(json.Unmarshal(b, &edition))
	for _, s := range edition.Surveys {
		for _, q := range s.Questions {
			for _, f := range q.Results {
				d.result(s.ID, f)
			}
		}
		for _, f := range s.Also {
			d.result(s.ID, f)
			if f.Numbers != nil {
				for _, r := range slices.Concat(f.Numbers.Rows, f.Numbers.Bands) {
					for _, n := range []int{r.Count, f.Numbers.Base - r.Count} { // what it leaves is told by it
						if !r.Hidden {
							d.show(s.ID, f.Question, number{count: n, base: f.Numbers.Base, value: float64(n) / float64(f.Numbers.Base)})
						}
					}
				}
			}
		}
		d.rates(s.ID, s.Rates)
	}
}

func (d *desk) show(survey, question string, n number) {
	id, _, _ := strings.Cut(question, ".")
	d.shown[survey+" "+id] = append(d.shown[survey+" "+id], n)
}

// figures takes in the table of the open data package. It must agree with the
// record, else nothing does and the reader says so.
func (d *desk) figures(b []byte) {
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	d.must(err)
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	for _, r := range rows[1:] {
		get := func(name string) string { return r[at[name]] }
		key := strings.Join([]string{get("survey"), get("question"), whose(get("group"))}, " ")
		hidden, code := get("base") == "", get("code")
		whole := func(name string) int { n, _ := strconv.Atoi(get(name)); return n }
		real := func(name string) float64 { v, _ := strconv.ParseFloat(get(name), 64); return v }
		if !hidden {
			d.show(get("survey"), get("question"), number{whole("count"), whole("base"), real("value"), real("lower"), real("upper"), get("measure")})
		}
		if d.systems[key] == nil {
			if !hidden && get("measure") == "answer" {
				d.Fatalf("the data tell of %s, the record does not", key)
			}
			continue
		}
		n, _ := strconv.Atoi(code)
		switch kind := get("measure"); kind {
		case "base":
			d.system(key).Equal(real("value"), "base")
		case "unknown":
			d.know(key, "missing", 0, hidden, whole("count"))
		case "answer":
			if d.kind(key) != "ranking" && d.kind(key) != "rating" {
				d.know(key, kind, n, hidden, whole("count"))
			}
		case "band", "first", "ranked":
			d.know(key, kind, n, hidden, whole("count"))
		case "top2", "bottom2":
			if !hidden {
				codes := map[string][2]int{"top2": {4, 5}, "bottom2": {1, 2}}[kind]
				d.system(key).Equal(real("count"), fmt.Sprint("answer ", codes[0]), fmt.Sprint("answer ", codes[1]))
			}
		case "mean", "median", "q1", "q3":
			d.summary(key, kind, whole("base"), real("value"), real("lower"), real("upper"))
		}
	}
}

// whose reads a column that says whose answers a line counts, "business:bg_size=1|2", as the record says it.
func whose(column string) string {
	parts := strings.Split(column, ":")
	if len(parts) == 1 {
		return column + " null"
	}
	var where []string
	for _, p := range parts[1:] {
		question, codes, _ := strings.Cut(p, "=")
		where = append(where, fmt.Sprintf(`{"codes":[%s],"question":%q}`, strings.ReplaceAll(codes, "|", ","), question))
	}
	return parts[0] + " [" + strings.Join(where, ",") + "]"
}

// found is what can be known too well: of hidden cells, and of the steps of a
// 0-10 rating those that few chose, which truth tells.
func (d *desk) found(truth func(survey, question, group string, step int) int) (hidden int, list []string) {
	for key, cells := range d.hidden {
		hidden += len(cells)
		sums := map[string][]string{}
		for name, sum := range cells {
			sums[name] = sum
		}
		if f := strings.Fields(key); d.kind(key) == "rating" && f[3] == "null" {
			for step := range 11 {
				if n := truth(f[0], f[1], f[2], step); n > 0 && n < analysis.DefaultCellLimit {
					sums[fmt.Sprint("step ", step)] = []string{fmt.Sprint("step ", step)}
				}
			}
		}
		for name, sum := range sums {
			low, high, err := d.systems[key].Bounds(sum...)
			if err != nil {
				d.Fatalf("%s: %v", key, err)
			}
			if d.kinds[key+" "+name] && (high > low || high == 0) {
				continue // base and number of respondents alone may leave a kind of missing answer little room
			}
			if high-low < 4 {
				list = append(list, fmt.Sprintf("%s, %s: from %g to %g", key, name, low, high))
			}
		}
	}
	slices.Sort(list)
	return hidden, list
}

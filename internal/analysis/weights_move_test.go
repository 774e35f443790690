package analysis

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Every table that a secret's room is taken from is one that respondents could have answered, with the printed counts
// and shares that are rounded to those told: of one answer each, of several, and of rankings.
func TestTablesThatGiveASecretRoomAgreeWithAllThatIsTold(t *testing.T) {
	moved := map[form]int{}
	rapid.Check(t, func(t *rapid.T) {
		chance := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		def := sixty()
		d := NewDataset(def)
		for i := range rapid.IntRange(20, 400).Draw(t, "firms") {
			a := randomAnswers(chance, def)
			size := 1 + min(chance.IntN(4), chance.IntN(4))
			a["bg_size"] = code(size)
			if err := d.Put(Record{ID: fmt.Sprint(i), Group: groupBusiness, Answers: a}); err != nil {
				t.Fatal(err)
			}
		}
		units := map[int]int{}
		for c := 1; c <= 4; c++ {
			units[c] = rapid.IntRange(400, 4000).Draw(t, "units")
		}
		w, err := Weigh(d, FrameCount{Question: "bg_size", Units: units})
		if err != nil {
			t.Skip()
		}
		for _, question := range []string{"likert0", "single0", "multiple0", "ranking0", "rating0"} {
			f, err := Count(d, question, Filter{Group: groupBusiness}, Options{Weights: w})
			if err != nil || f.Numbers == nil {
				continue
			}
			l := layoutOf([]Frequency{f})
			people, ok := (&classCounter{d, map[string][]bitmap{}}).byClassOf(&f, l)
			if !ok || !people.agrees() {
				t.Fatalf("%s: what is counted by class is not what is told", question)
			}
			for _, s := range people.secrets(DefaultCellLimit) {
				for _, sign := range []int{-1, 1} {
					now := *people
					now.people = slices.Clone(people.people)
					for range 4 {
						before := now.count(s.classes, s.columns)
						n := now.step(s, sign, 2)
						if n == 0 {
							break
						}
						moved[l.form]++
						if got := now.count(s.classes, s.columns) - before; got != sign*n {
							t.Fatalf("%s: a step of %d changes the secret by %d", question, sign*n, got)
						}
						if why := now.impossible(people); why != "" {
							t.Fatalf("%s: %s", question, why)
						}
					}
				}
			}
		}
	})
	for _, f := range []form{oneCode, manyCode, ranked} {
		if moved[f] == 0 {
			t.Errorf("nothing was moved in tables of form %d", f)
		}
	}
}

// impossible says why a table by class cannot be what was answered; empty when it can.
func (t *byClass) impossible(truth *byClass) string {
	l := t.layout
	for j := range l.answers() {
		if t.count(t.all(), []int{j}) != truth.count(t.all(), []int{j}) {
			return fmt.Sprintf("column %d adds up to another number", j)
		}
	}
	if !t.agrees() {
		return "a weighted share is rounded otherwise"
	}
	for g, c := range t.people {
		sum, firsts := 0, 0
		for k := range l.codes {
			n := t.count([]int{g}, l.ofCode(k))
			if sum += n; n > c.base {
				return fmt.Sprintf("%d of %d gave an answer", n, c.base)
			}
			firsts += c.values[k]
		}
		for _, n := range c.values[:l.answers()] {
			if n < 0 {
				return "fewer than nobody"
			}
		}
		switch {
		case l.form != manyCode && firsts != c.base:
			return fmt.Sprintf("%d answers of %d", firsts, c.base)
		case l.form != oneCode && (sum < c.base || sum > l.choose*c.base):
			return fmt.Sprintf("%d answers of %d who may give %d", sum, c.base, l.choose)
		}
	}
	return ""
}

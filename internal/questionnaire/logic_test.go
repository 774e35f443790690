package questionnaire_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"upphandlingsdialog/internal/questionnaire"
)

func TestConditions(t *testing.T) {
	type cond = questionnaire.Condition
	compare := func(op questionnaire.Op, values ...float64) cond { return cond{Q: "q", Op: op, Values: values} }
	three, special := answer{Code: ptr(3)}, answer{Code: ptr(98)}
	for name, c := range map[string]struct {
		cond cond
		a    answer
		want bool
	}{
		"eq":                         {compare(questionnaire.Eq, 3), three, true},
		"eq other":                   {compare(questionnaire.Eq, 2), three, false},
		"eq special":                 {compare(questionnaire.Eq, 98), special, true},
		"eq among several":           {compare(questionnaire.Eq, 2), answer{Codes: []int{1, 2}}, true},
		"ne":                         {compare(questionnaire.Ne, 2), three, true},
		"ne of nothing":              {compare(questionnaire.Ne, 2), answer{}, false},
		"ne among several":           {compare(questionnaire.Ne, 2), answer{Codes: []int{1, 2}}, false},
		"in":                         {compare(questionnaire.In, 1, 3), three, true},
		"ge":                         {compare(questionnaire.Ge, 3), three, true},
		"ge special never":           {compare(questionnaire.Ge, 3), special, false},
		"le special never":           {compare(questionnaire.Le, 99), special, false},
		"ge number 98 is no special": {compare(questionnaire.Ge, 3), answer{Number: ptr(98.0)}, true},
		"le":                         {compare(questionnaire.Le, 2), three, false},
		"ge of nothing":              {compare(questionnaire.Ge, 0), answer{}, false},
		"answered":                   {compare(questionnaire.IsAnswered), special, true},
		"answered of nothing":        {compare(questionnaire.IsAnswered), answer{}, false},
		"not answered":               {compare(questionnaire.IsAnswered, 0), answer{}, true},
		"all":                        {cond{All: []cond{compare(questionnaire.Ge, 1), compare(questionnaire.Le, 2)}}, three, false},
		"any":                        {cond{Any: []cond{compare(questionnaire.Ge, 4), compare(questionnaire.Eq, 3)}}, three, true},
		"nested": {cond{All: []cond{{Any: []cond{compare(questionnaire.Eq, 9), compare(questionnaire.Eq, 3)}},
			compare(questionnaire.IsAnswered)}}, three, true},
	} {
		if got := c.cond.Holds(questionnaire.Answers{"q": c.a}); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestWhatAHiddenAnswerShowedIsHiddenToo(t *testing.T) {
	d := shipped(t)["s7"]
	a := questionnaire.Answers{
		"q7_06": {Code: ptr(2)}, "q7_07": {Code: ptr(1)}, // asked only if q7_06 is 1
		"q7_08": {Code: ptr(98)}, "q7_09": {Number: ptr(4.0)}, // only if q7_08 >= 3
		"q7_04": {Code: ptr(1)}, // procurers only
		"gone":  {Code: ptr(1)}, // no question at all
		"q7_18": {},             // empty
	}
	want := questionnaire.Answers{"q7_06": a["q7_06"], "q7_08": a["q7_08"]}
	if diff := cmp.Diff(want, d.Clean("business", a)); diff != "" {
		t.Error(diff)
	}
	if problems := d.Validate("business", a); len(problems) != 4 {
		t.Errorf("Validate finds %v, want the four answers that do not belong", problems)
	}
}

func TestAnUnknownGroupGetsNothing(t *testing.T) {
	d := shipped(t)["s5"]
	if d.Pages("nobody") != nil || len(d.Visible("nobody", nil)) != 0 {
		t.Error("an unknown group gets questions")
	}
}

// forms draws what a browser could send for the question, faults included.
func forms(t *rapid.T, q *questionnaire.Question, into url.Values) {
	codes := []string{"", "4711", "98"}
	for _, o := range q.Options {
		codes = append(codes, strconv.Itoa(o.Code))
	}
	for _, s := range q.Specials {
		codes = append(codes, strconv.Itoa(s.Code))
	}
	code := rapid.SampledFrom(codes)
	set := func(field string, g *rapid.Generator[string], most int) {
		if v := rapid.SliceOfN(g, 0, most).Draw(t, field); len(v) > 0 {
			into[field] = v
		}
	}
	switch q.Type {
	case questionnaire.Matrix:
		for _, r := range q.Rows {
			set(q.ID+"."+r.ID, code, 1)
		}
	case questionnaire.Ranking:
		for rank := 1; rank <= q.Top; rank++ {
			set(q.ID+"."+strconv.Itoa(rank), code, 1)
		}
		set(q.ID, code, 1)
	case questionnaire.Multiple:
		set(q.ID, code, 4)
	case questionnaire.Numeric, questionnaire.Rating:
		set(q.ID, rapid.OneOf(rapid.SampledFrom([]string{"", "x", "1,5", "98"}),
			rapid.Map(rapid.IntRange(-1, 501), strconv.Itoa)), 2)
	case questionnaire.FreeText:
		set(q.ID, rapid.String(), 1)
	default:
		set(q.ID, code, 1)
	}
	set(q.ID+".other", rapid.String(), 1)
}

// TestAnyFormMakesValidAnswers holds the promises between reading, cleaning and validating:
// whatever is posted, what was read without problems and cleaned is valid, cleaning again changes
// nothing, no hidden question keeps an answer, and nothing is lost on the way to storage.
func TestAnyFormMakesValidAnswers(t *testing.T) {
	surveys := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		d := surveys[rapid.SampledFrom([]string{"s5", "s6", "s7"}).Draw(t, "survey")]
		group := rapid.SampledFrom(d.Groups).Draw(t, "group").ID
		answers := questionnaire.Answers{}
		for _, p := range d.Pages(group) {
			for i := range p.Questions {
				form := url.Values{}
				forms(t, &p.Questions[i], form)
				a, answered, problems := questionnaire.ParseForm(&p.Questions[i], group, form)
				if answered && len(problems) == 0 {
					answers[p.Questions[i].ID] = a
				}
			}
		}
		clean := d.Clean(group, answers)
		if diff := cmp.Diff(clean, d.Clean(group, clean)); diff != "" {
			t.Fatalf("cleaning twice changes more: %s", diff)
		}
		if problems := d.Validate(group, clean); len(problems) > 0 {
			t.Fatalf("valid forms made invalid answers: %v", problems)
		}
		shown := map[string]bool{}
		for _, q := range d.Visible(group, clean) {
			shown[q.ID] = true
		}
		for id, a := range clean {
			if !shown[id] {
				t.Fatalf("hidden %s keeps its answer", id)
			}
			if fmt.Sprint(a) == fmt.Sprint(answer{}) {
				t.Fatalf("%s keeps an empty answer", id)
			}
		}
		data, err := json.Marshal(clean)
		if err != nil {
			t.Fatal(err)
		}
		var back questionnaire.Answers
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(clean, back); diff != "" {
			t.Fatalf("storing changes the answers: %s", diff)
		}
	})
}
